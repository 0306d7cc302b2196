//! The key map: from chords to actions, place by place, with the user's own bindings.

use std::collections::BTreeMap;

use crate::config::{self, ConfigError};

use super::action::{Action, KeyContext, TABLE};
use super::chord::Chord;

pub use crate::config::Bindings;

/// What is wrong with one binding.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeymapError {
    /// `[keys.X]` names no place.
    #[error("[keys.{0}]: there is no such place; there are {names}", names = places())]
    UnknownPlace(String),
    /// The action is none, or none of this place.
    #[error("[keys.{place}] {name}: there is no such action here{hint}")]
    UnknownAction {
        /// The place.
        place: &'static str,
        /// The name as written.
        name: String,
        /// Where it is, or what is near.
        hint: String,
    },
    /// The text is no key.
    #[error(
        "[keys.{place}] {action}: `{text}` is no key; write j, J, ctrl-d, alt-b, pgdn, space, f1, or several with blanks"
    )]
    UnknownKey {
        /// The place.
        place: &'static str,
        /// The action.
        action: &'static str,
        /// The text as written.
        text: String,
    },
    /// Two actions of one place have the same key, or one key begins the other.
    #[error("[keys.{place}]: `{key}` of {first} hides `{other}` of {second}")]
    Conflict {
        /// The place.
        place: &'static str,
        /// The shorter, or same, key.
        key: String,
        /// Its action.
        first: &'static str,
        /// The other key.
        other: String,
        /// Its action.
        second: &'static str,
    },
}

fn places() -> String {
    KeyContext::ALL.map(KeyContext::name).join(", ")
}

/// What a chord leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// An action.
    Action(Action),
    /// The beginning of a longer sequence.
    Pending,
    /// Nothing.
    Nothing,
}

/// The bindings in force.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<(KeyContext, Vec<Chord>, Action)>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: Self::bind(&BTreeMap::new()) }
    }
}

impl Keymap {
    /// The defaults with a user's bindings over them; everything that is wrong, at once. A bound
    /// action loses its default keys; an empty list unbinds it.
    pub fn new(user: &Bindings) -> Result<Self, Vec<ConfigError>> {
        let mut own: BTreeMap<Action, Vec<Vec<Chord>>> = BTreeMap::new();
        let mut errors = Vec::new();
        let mut wrong = |at: config::TextPosition, error: &KeymapError| {
            errors.push(ConfigError { at, message: error.to_string() });
        };
        for (place_name, actions) in user {
            let place = KeyContext::ALL.into_iter().find(|place| place.name() == place_name);
            for (name, binding) in actions {
                let Some(place) = place else {
                    wrong(binding.at, &KeymapError::UnknownPlace(shortened(place_name)));
                    break;
                };
                let Some(action) = Action::find(place, name) else {
                    wrong(binding.at, &unknown_action(place, name));
                    continue;
                };
                let sequences = own.entry(action).or_default();
                for text in &binding.chords {
                    match Chord::parse_sequence(text) {
                        Some(sequence) => sequences.push(sequence),
                        None => wrong(
                            binding.at,
                            &KeymapError::UnknownKey {
                                place: place.name(),
                                action: action.row().name,
                                text: shortened(text),
                            },
                        ),
                    }
                }
            }
        }
        let keymap = Self { bindings: Self::bind(&own) };
        for conflict in keymap.conflicts() {
            let KeymapError::Conflict { place, first, second, .. } = &conflict else { continue };
            let at = |action: &str| user.get(*place)?.get(action).map(|binding| binding.at);
            let at = at(second)
                .or_else(|| at(first))
                .unwrap_or(config::TextPosition { line: 1, column: 1 });
            wrong(at, &conflict);
        }
        errors.sort_by_key(|error| error.at);
        if errors.is_empty() { Ok(keymap) } else { Err(errors) }
    }

    fn bind(own: &BTreeMap<Action, Vec<Vec<Chord>>>) -> Vec<(KeyContext, Vec<Chord>, Action)> {
        let mut bindings = Vec::new();
        for row in TABLE {
            let sequences = own.get(&row.action).cloned().unwrap_or_else(|| {
                row.keys.iter().filter_map(|key| Chord::parse_sequence(key)).collect()
            });
            bindings.extend(sequences.into_iter().map(|keys| (row.place, keys, row.action)));
        }
        bindings
    }

    fn conflicts(&self) -> Vec<KeymapError> {
        let mut found = Vec::new();
        for (at, (place, keys, action)) in self.bindings.iter().enumerate() {
            for (other_at, (other_place, other, second)) in self.bindings.iter().enumerate() {
                let same = keys == other;
                if at == other_at || place != other_place || !other.starts_with(keys) {
                    continue;
                }
                if same && at > other_at {
                    continue;
                }
                found.push(KeymapError::Conflict {
                    place: place.name(),
                    key: written(keys),
                    first: action.row().name,
                    other: written(other),
                    second: second.row().name,
                });
            }
        }
        found
    }

    /// What the chords typed so far lead to, at the first of `places` that knows them.
    pub fn find(&self, places: &[KeyContext], typed: &[Chord]) -> Found {
        for place in places {
            let here = self.bindings.iter().filter(|(at, ..)| at == place);
            let mut pending = false;
            for (_, keys, action) in here {
                if keys == typed {
                    return Found::Action(*action);
                }
                pending |= keys.starts_with(typed);
            }
            if pending {
                return Found::Pending;
            }
        }
        Found::Nothing
    }

    /// Whether a chord stands in the keys of an action, while no text is typed.
    pub fn knows(&self, chord: Chord) -> bool {
        let mut all = self.bindings.iter();
        all.any(|(place, keys, _)| *place != KeyContext::Input && keys.contains(&chord))
    }

    /// The keys of an action as people read them, in the order of the table or the config.
    pub fn keys_of(&self, action: Action) -> impl Iterator<Item = String> + '_ {
        self.bindings
            .iter()
            .filter(move |(.., bound)| *bound == action)
            .map(|(_, keys, _)| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    /// The keys that lead to an action at these places, the first one first: where a more special
    /// place has taken a key for something else, it is none.
    pub fn keys_at(&self, places: &[KeyContext], action: Action) -> Vec<String> {
        let bound = self.bindings.iter().filter(|(.., bound)| *bound == action);
        let leads = |keys: &&[Chord]| {
            let before = (1..keys.len()).filter_map(|end| keys.get(..end));
            before.into_iter().all(|typed| self.find(places, typed) == Found::Pending)
                && self.find(places, keys) == Found::Action(action)
        };
        let keys = bound.map(|(_, keys, _)| keys.as_slice()).filter(leads);
        keys.map(|keys| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The first key of an action, for hints; `None` when it is unbound.
    pub fn key_of(&self, action: Action) -> Option<String> {
        self.keys_of(action).next()
    }
}

fn written(keys: &[Chord]) -> String {
    keys.iter().map(|chord| chord.config_form()).collect::<Vec<_>>().join(" ")
}

fn unknown_action(place: KeyContext, name: &str) -> KeymapError {
    let elsewhere = TABLE.iter().find(|row| row.name == name);
    let hint = match elsewhere {
        Some(row) => format!("; it belongs to [keys.{}]", row.place.name()),
        None => {
            let near = TABLE
                .iter()
                .filter(|row| row.place == place)
                .map(|row| (strsim::osa_distance(row.name, name), row.name))
                .min();
            near.map(|(_, name)| format!("; the nearest is {name}")).unwrap_or_default()
        }
    };
    KeymapError::UnknownAction { place: place.name(), name: shortened(name), hint }
}

/// What was written, as it can stand in a message.
fn shortened(text: &str) -> String {
    crate::text::clean_line_within(text, 40).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings(toml: &str) -> Bindings {
        let keys = toml.replace('[', "[keys.").replace("[keys.\"", "[\"").replace("[keys.]", "[]");
        crate::config::Config::load(&keys).unwrap().keys
    }

    fn chords(text: &str) -> Vec<Chord> {
        Chord::parse_sequence(text).unwrap()
    }

    #[test]
    fn the_defaults_have_no_conflict() {
        assert_eq!(Keymap::default().conflicts(), []);
        assert!(Keymap::new(&Bindings::new()).is_ok());
    }

    #[test]
    fn a_special_place_wins_over_everywhere() {
        let map = Keymap::default();
        let found = map.find(&[KeyContext::Metadata, KeyContext::Everywhere], &chords("y"));
        assert_eq!(found, Found::Action(Action::CopyValue));
        let found = map.find(&[KeyContext::Transcript, KeyContext::Everywhere], &chords("y"));
        assert_eq!(found, Found::Action(Action::CopyMessage));
    }

    #[test]
    fn a_users_binding_replaces_the_default() {
        let map =
            Keymap::new(&bindings("[transcript]\nnext-message = [\"ctrl-j\", \"x x\"]")).unwrap();
        let places = [KeyContext::Transcript, KeyContext::Everywhere];
        assert_eq!(map.find(&places, &chords("J")), Found::Nothing);
        assert_eq!(map.find(&places, &chords("ctrl-j")), Found::Action(Action::NextMessage));
        assert_eq!(map.find(&places, &chords("x")), Found::Pending);
        assert_eq!(map.find(&places, &chords("x x")), Found::Action(Action::NextMessage));
        assert_eq!(map.key_of(Action::NextMessage).unwrap(), "Ctrl-j");
    }

    #[test]
    fn every_wrong_binding_is_reported_at_once() {
        let wrong = "[sessions]\nnext-message = [\"J\"]\nsort-bye = [\"o\"]\n[transcript]\nnext-turn = [\"jjj\"]\n[nowhere]\nx = []\n[everywhere]\nrefresh = [\"j\"]\nhelp = [\"g g\"]";
        let errors = Keymap::new(&bindings(wrong)).unwrap_err();
        let text = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for phrase in [
            "it belongs to [keys.transcript]",
            "the nearest is sort-by",
            "`jjj` is no key",
            "[keys.nowhere]: there is no such place",
            "`j` of move-down hides `j` of refresh",
            "`g` of go-first hides `g g` of help",
        ] {
            assert!(text.contains(phrase), "{phrase} is not in:\n{text}");
        }
    }

    #[test]
    fn an_empty_list_unbinds() {
        let map = Keymap::new(&bindings("[everywhere]\nquit = []")).unwrap();
        assert_eq!(map.key_of(Action::Quit), None);
    }
}
