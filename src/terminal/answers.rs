//! Filters replies of the terminal out of the keys.
//!
//! crossterm consumes replies that end in a letter (`ESC [ … c`), but reports string replies
//! (`ESC ] … BEL`, `ESC P … ESC \`) as keys: `alt-]`, then each character. A reply arrives faster
//! than a person types, so keys that look like one and come without a pause are one. The reply to
//! our query yields the background; others are dropped.

use crossterm::event::{Event as Sent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::look::Background;
use crate::view::background_of;

/// The most keys of a reply to keep; the rest of a longer one is dropped.
const MOST: usize = 4096;

/// What an event turned out to be.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Heard {
    /// Events for the program, in order.
    Events(Vec<Sent>),
    /// The terminal reported its background.
    Background(Background),
}

/// Collects the keys of a possible reply.
#[derive(Default)]
pub(super) struct Answers {
    /// The keys so far; empty outside of a reply.
    held: Vec<Sent>,
    is_too_long: bool,
}

impl Answers {
    /// Whether a reply may have begun; a pause then ends it, see [`Answers::pause`].
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// After a pause: the held keys were typed after all.
    pub(super) fn pause(&mut self) -> Vec<Sent> {
        let held = std::mem::take(&mut self.held);
        if std::mem::take(&mut self.is_too_long) { Vec::new() } else { held }
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, sent: Sent) -> Heard {
        let Sent::Key(key @ KeyEvent { kind: KeyEventKind::Press, .. }) = sent else {
            return Heard::Events(vec![sent]);
        };
        let Some(opening) = self.held.first().and_then(letter) else {
            if opens(key) {
                self.held.push(sent);
                return Heard::Events(Vec::new());
            }
            return Heard::Events(vec![sent]);
        };
        if closes(key) {
            return self.close(opening);
        }
        let goes_on = match key.code {
            KeyCode::Char(letter) if is_plain(key) => {
                self.held.len() > 1 || begins(opening, letter)
            }
            _ => false,
        };
        if !goes_on {
            let mut typed = self.pause();
            typed.push(sent);
            return Heard::Events(typed);
        }
        if self.held.len() < MOST {
            self.held.push(sent);
        } else {
            self.is_too_long = true;
        }
        Heard::Events(Vec::new())
    }

    fn close(&mut self, opening: char) -> Heard {
        let held = std::mem::take(&mut self.held);
        self.is_too_long = false;
        let text: String = held.iter().skip(1).filter_map(letter).collect();
        let told = text.strip_prefix("11;").filter(|_| opening == ']').and_then(colour);
        told.map_or(Heard::Events(Vec::new()), |rgb| Heard::Background(background_of(rgb)))
    }
}

fn letter(sent: &Sent) -> Option<char> {
    match sent {
        Sent::Key(KeyEvent { code: KeyCode::Char(letter), .. }) => Some(*letter),
        _ => None,
    }
}

fn is_plain(key: KeyEvent) -> bool {
    !key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::CONTROL)
}

/// Whether a key starts a control string: OSC, DCS, APC, PM or SOS.
fn opens(key: KeyEvent) -> bool {
    let is_it = matches!(key.code, KeyCode::Char(']' | 'P' | '_' | '^' | 'X'));
    is_it && key.modifiers.contains(KeyModifiers::ALT)
}

/// Whether a character may follow the opening of a terminal's reply.
fn begins(opening: char, letter: char) -> bool {
    match opening {
        ']' => letter.is_ascii_digit(),
        'P' => letter.is_ascii_digit() || "$>!+=|".contains(letter),
        _ => letter.is_ascii_graphic(),
    }
}

/// BEL, or `ESC \`.
fn closes(key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('g') => key.modifiers.contains(KeyModifiers::CONTROL),
        KeyCode::Char('\\') => key.modifiers.contains(KeyModifiers::ALT),
        _ => false,
    }
}

/// Parses a colour in X11's form, `rgb:R/G/B` with one to four hexadecimal digits each, scaled to 16
/// bits.
fn colour(text: &str) -> Option<[u16; 3]> {
    let text = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut channels = text.split('/').map(|digits| {
        let number = u32::from_str_radix(digits, 16).ok()?;
        let most = match digits.len() {
            length @ 1..=4 => (1_u32 << (4 * length)) - 1,
            _ => return None,
        };
        u16::try_from(number * 0xffff / most).ok()
    });
    Some([channels.next()??, channels.next()??, channels.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys as the library makes them of bytes.
    fn keys(bytes: &str) -> Vec<Sent> {
        let mut keys = Vec::new();
        let mut letters = bytes.chars();
        while let Some(letter) = letters.next() {
            let (letter, modifiers) = match letter {
                '\x1b' => (letters.next().unwrap(), KeyModifiers::ALT),
                '\x07' => ('g', KeyModifiers::CONTROL),
                letter if letter.is_uppercase() => (letter, KeyModifiers::SHIFT),
                letter => (letter, KeyModifiers::NONE),
            };
            keys.push(Sent::Key(KeyEvent::new(KeyCode::Char(letter), modifiers)));
        }
        keys
    }

    /// What is left of bytes for the program, and the background where it was told.
    fn heard(bytes: &str) -> (Vec<Sent>, Option<Background>) {
        let (mut answers, mut typed, mut told) = (Answers::default(), Vec::new(), None);
        for sent in keys(bytes) {
            match answers.take(sent) {
                Heard::Events(events) => typed.extend(events),
                Heard::Background(background) => told = Some(background),
            }
        }
        typed.extend(answers.pause());
        assert!(!answers.is_holding());
        (typed, told)
    }

    #[test]
    fn the_background_is_heard_whoever_answers_how() {
        for (answer, background) in [
            ("\x1b]11;rgb:0000/0000/0000\x07", Background::Dark),
            ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", Background::Dark),
            ("\x1b]11;rgb:FDFD/F6F6/E3E3\x1b\\", Background::Light),
            ("\x1b]11;rgb:ff/ff/ff\x07", Background::Light),
            ("\x1b]11;rgb:f/f/f\x07", Background::Light),
            ("\x1b]11;rgba:0000/2b2b/3636/ffff\x07", Background::Dark),
        ] {
            assert_eq!(heard(answer), (vec![], Some(background)), "{answer:?}");
        }
    }

    #[test]
    fn keys_around_an_answer_are_typed() {
        assert_eq!(heard("jk\x1b]11;rgb:0/0/0\x07l"), (keys("jkl"), Some(Background::Dark)));
    }

    #[test]
    fn other_answers_and_broken_ones_are_neither_typed_nor_believed() {
        for answer in [
            "\x1b]10;rgb:ffff/ffff/ffff\x07",
            "\x1b]4;1;rgb:ffff/0000/0000\x1b\\",
            "\x1b]11;rgb:zz/0/0\x07",
            "\x1b]11;rgb:0/0\x07",
            "\x1b]11;rgb:00000/0/0\x07",
            "\x1b]11;\x07",
            "\x1b]52;c;cXVpdA==\x07",
            "\x1bP1$r0m\x1b\\",
            "\x1bP>|xterm(390)\x1b\\",
            "\x1b_Gi=1;OK\x1b\\",
        ] {
            assert_eq!(heard(answer), (vec![], None), "{answer:?}");
        }
        let endless = format!("\x1b]11;{}", "q".repeat(3 * MOST));
        assert_eq!(heard(&endless), (vec![], None));
        assert_eq!(heard(&format!("{endless}\x07j")), (keys("j"), None));
    }

    #[test]
    fn what_a_person_types_is_typed() {
        for typed in
            ["\x1b]j", "\x1b]\x1b]", "\x1b]", "\x1b]1", "\x1bPj", "\x1b]1\x1bx", "]11;", "\x07"]
        {
            assert_eq!(heard(typed), (keys(typed), None), "{typed:?}");
        }
    }
}
