//! Chords: one key with its modifiers, as config files write them and as help shows them.

use std::fmt;

/// A key without modifiers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are on the keyboard")]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// One key press. For characters the shift key is part of the character: `J`, not `shift-j`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Chord {
    /// Whether the control key was held.
    pub ctrl: bool,
    /// Whether the alt (meta) key was held.
    pub alt: bool,
    /// The key.
    pub key: Key,
}

/// The names of keys that are no single character: as written in a config, and as shown.
const NAMED: [(&str, &str, Key); 17] = [
    ("enter", "Enter", Key::Enter),
    ("esc", "Esc", Key::Esc),
    ("tab", "Tab", Key::Tab),
    ("s-tab", "S-Tab", Key::BackTab),
    ("backspace", "Backspace", Key::Backspace),
    ("delete", "Del", Key::Delete),
    ("insert", "Ins", Key::Insert),
    ("up", "↑", Key::Up),
    ("down", "↓", Key::Down),
    ("left", "←", Key::Left),
    ("right", "→", Key::Right),
    ("home", "Home", Key::Home),
    ("end", "End", Key::End),
    ("pgup", "PgUp", Key::PageUp),
    ("pgdn", "PgDn", Key::PageDown),
    ("space", "Space", Key::Char(' ')),
    ("minus", "-", Key::Char('-')),
];

impl Chord {
    /// A key without modifiers.
    pub const fn plain(key: Key) -> Self {
        Self { ctrl: false, alt: false, key }
    }

    /// Reads a chord: `j`, `J`, `ctrl-d`, `alt-b`, `pgdn`, `space`, `f1`, `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut chord = Self::plain(Key::Esc);
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-").filter(|after| !after.is_empty()) {
                chord.ctrl = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("alt-").filter(|after| !after.is_empty())
            {
                chord.alt = true;
                rest = after;
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        chord.key = match (chars.next(), chars.next()) {
            (Some(only), None) if !only.is_control() => Key::Char(only),
            _ => match NAMED.iter().find(|(name, ..)| *name == rest) {
                Some((.., key)) => *key,
                None => {
                    Key::F(rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=24).contains(n))?)
                }
            },
        };
        // Terminals send the same byte for ctrl-d and ctrl-D.
        if let (true, Key::Char(letter)) = (chord.ctrl, chord.key) {
            chord.key = Key::Char(letter.to_ascii_lowercase());
        }
        Some(chord)
    }

    /// Reads a sequence of chords separated by blanks: `g g`.
    pub fn parse_sequence(text: &str) -> Option<Vec<Self>> {
        let chords: Option<Vec<_>> = text.split_whitespace().map(Self::parse).collect();
        chords.filter(|chords| !chords.is_empty())
    }

    /// The form for a config file.
    pub fn config_form(self) -> String {
        let mut text = String::new();
        if self.ctrl {
            text.push_str("ctrl-");
        }
        if self.alt {
            text.push_str("alt-");
        }
        match self.key {
            Key::Char('-') => text.push('-'),
            key => match (NAMED.iter().find(|(.., named)| *named == key), key) {
                (Some((name, ..)), _) => text.push_str(name),
                (None, Key::Char(letter)) => text.push(letter),
                (None, Key::F(number)) => {
                    text.push('f');
                    text.push_str(&number.to_string());
                }
                (None, _) => {}
            },
        }
        text
    }
}

impl fmt::Display for Chord {
    /// The form for people: `Ctrl-d`, `PgDn`, `↓`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match (NAMED.iter().find(|(.., named)| *named == self.key), self.key) {
            (Some((_, shown, _)), _) => f.write_str(shown),
            (None, Key::Char(letter)) => write!(f, "{letter}"),
            (None, Key::F(number)) => write!(f, "F{number}"),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_and_written_back() {
        for text in [
            "j",
            "J",
            "ctrl-d",
            "alt-b",
            "pgdn",
            "space",
            "f1",
            "f12",
            "-",
            "s-tab",
            "ctrl-alt-x",
            "?",
            "é",
        ] {
            let chord = Chord::parse(text).unwrap();
            assert_eq!(chord.config_form(), text);
        }
        assert_eq!(Chord::parse("ctrl-D"), Chord::parse("ctrl-d"));
        assert_eq!(Chord::parse("ctrl--").unwrap().to_string(), "Ctrl--");
        assert_eq!(Chord::parse_sequence("g g").unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "jj", "f0", "f25", "pageup", "ctrl-", "\u{7}"] {
            assert_eq!(Chord::parse(text), None, "{text:?}");
        }
        assert_eq!(Chord::parse_sequence("  "), None);
    }

    #[test]
    fn people_see_the_names_on_their_keyboard() {
        let shown = |text| Chord::parse(text).unwrap().to_string();
        assert_eq!(shown("ctrl-d"), "Ctrl-d");
        assert_eq!(shown("down"), "↓");
        assert_eq!(shown("pgdn"), "PgDn");
    }
}
