//! From keys to actions, and from text to what is being typed into.
//!
//! Must not know what an action does.

use super::App;
use super::action::{Action, Place};
use super::chord::{Chord, Key};
use super::effect::Effect;
use super::geometry::Pane;
use super::keymap::Found;
use super::layer::{Layer, Typing};
use crate::port::Severity;

impl App {
    /// The places whose keys work now, the most special one first.
    pub fn places(&self) -> &'static [Place] {
        let layer = self.layers.top().map(Layer::typing);
        match (layer, self.focus) {
            (Some(Typing::Below | Typing::Inside), _) => &[Place::Input],
            (Some(Typing::No), _) => &[Place::Everywhere],
            (_, Pane::Sessions) => &[Place::Sessions, Place::Everywhere],
            (_, Pane::Transcript) => &[Place::Transcript, Place::Everywhere],
            (_, Pane::Metadata) => &[Place::Metadata, Place::Everywhere],
        }
    }

    pub(super) fn pressed(&mut self, chord: Chord) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| notice.weight == Severity::Info) {
            self.notice = None;
        }
        self.awaits_match = false;
        self.awaits_place = None;
        self.typed.push(chord);
        let mut found = self.settings.keymap.find(self.places(), &self.typed);
        if found == Found::Nothing && self.typed.len() > 1 {
            // The sequence leads nowhere: the last key stands for itself.
            self.typed = vec![chord];
            found = self.settings.keymap.find(self.places(), &self.typed);
        }
        match found {
            Found::Pending => Vec::new(),
            Found::Action(action) => {
                self.typed.clear();
                self.act(action)
            }
            Found::Nothing => {
                self.typed.clear();
                if matches!(self.layers.top(), Some(Layer::Export(_)))
                    && let Found::Action(action) =
                        self.settings.keymap.find(&[Place::Everywhere], &[chord])
                    && matches!(
                        action,
                        Action::MoveUp
                            | Action::MoveDown
                            | Action::GoOut
                            | Action::GoIn
                            | Action::Help
                    )
                {
                    return self.act(action);
                }
                match chord {
                    Chord { ctrl: false, alt: false, key: Key::Char(letter) } => {
                        self.pasted(letter.encode_utf8(&mut [0; 4]))
                    }
                    _ if self.may_be_two(chord) => {
                        let mut effects = self.pressed(Chord::plain(Key::Esc));
                        effects.extend(self.pressed(Chord { alt: false, ..chord }));
                        effects
                    }
                    _ => Vec::new(),
                }
            }
        }
    }

    /// Whether it may be Esc and a key. Terminals of Unix send the same bytes for both, where it is the key
    /// of a character, and two keys that arrive together, as over a slow line, are taken for one. What
    /// somebody bound is meant, wherever that is; while text is typed, Alt is a part of keys that edit.
    fn may_be_two(&self, chord: Chord) -> bool {
        let is_one_byte = match chord.key {
            Key::Char(_) => true,
            Key::Enter | Key::Tab | Key::Backspace => !chord.ctrl,
            _ => false,
        };
        cfg!(unix)
            && chord.alt
            && is_one_byte
            && self.layers.typing() == Typing::No
            && !self.settings.keymap.knows(chord)
    }

    /// Text goes to what is being typed into, and nowhere else.
    pub(super) fn pasted(&mut self, text: &str) -> Vec<Effect> {
        let requests = self.with_top(|layer, context| layer.state_mut().on_text(text, context));
        self.apply(requests.unwrap_or_default())
    }

    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.settings.key(action)
    }
}
