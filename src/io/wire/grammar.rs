//! The JSON grammar as a state machine that can pause at any byte and resume with the next chunk.
//!
//! Finds the end of a value or its first error, and stores nothing. Follows RFC 8259, but accepts
//! raw control characters and invalid UTF-8 within strings, which the readers repair. Does not
//! recurse: each nesting level costs one bit.

use memchr::memchr2;

use super::text::has_control;

/// The bytes of a string to read singly before a vectorised search.
const SHORT: usize = 16;

/// The result of feeding bytes to the scanner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::io) enum ScanStep {
    /// All bytes belong to the value, which is still incomplete.
    More,
    /// The value ends before this byte.
    Done(usize),
    /// This byte is an error.
    Wrong(usize, &'static str),
}

/// The literals of JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    True,
    False,
    Null,
}

impl Word {
    fn letters(self) -> &'static [u8] {
        match self {
            Self::True => b"true",
            Self::False => b"false",
            Self::Null => b"null",
        }
    }
}

/// The expected next input. Small, because it changes with nearly every byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// Within a string; `true` for a key.
    Text(bool),
    Escape(bool),
    /// Within `\uXXXX`, with this many digits missing.
    Hex(bool, u8),
    /// Within a literal, before the letter at this index.
    Word(Word, u8),
    /// After a minus.
    Minus,
    /// After a leading zero.
    Zero,
    Digits,
    /// After the decimal point.
    Point,
    Fraction,
    /// After `e`.
    Exponent,
    ExponentSign,
    ExponentDigits,
}

/// The open brackets, one bit each: set for an object.
#[derive(Debug, Default)]
struct Open {
    depth: usize,
    bits: Vec<u64>,
}

impl Open {
    fn push(&mut self, object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        if let Some(word) = self.bits.get_mut(word) {
            *word = *word & !(1 << bit) | u64::from(object) << bit;
        }
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn in_object(&self) -> bool {
        let Some(last) = self.depth.checked_sub(1) else { return false };
        self.bits.get(last / 64).is_some_and(|word| word >> (last % 64) & 1 == 1)
    }
}

/// Scans a single JSON value.
#[derive(Debug)]
pub(in crate::io) struct JsonScanner {
    next: Next,
    open: Open,
    /// Whether a string contained a raw control character.
    pub(in crate::io) controls: bool,
}

impl JsonScanner {
    /// Creates a scanner that expects a value.
    pub(in crate::io) fn new() -> Self {
        Self { next: Next::Value, open: Open::default(), controls: false }
    }

    /// Resets the scanner to expect a value.
    pub(in crate::io) fn restart(&mut self) {
        self.next = Next::Value;
        self.open.depth = 0;
        self.controls = false;
        if self.open.bits.len() > 1024 {
            self.open.bits = Vec::new();
        }
    }

    /// Scans a complete value at the start of `bytes`. Returns its length.
    pub(in crate::io) fn whole(&mut self, bytes: &[u8]) -> Option<usize> {
        self.restart();
        match self.feed(bytes) {
            ScanStep::Done(length) => Some(length),
            ScanStep::More | ScanStep::Wrong(..) => None,
        }
    }

    /// Whether the value is complete if the input ends here, which is true only of numbers.
    pub(in crate::io) fn may_end(&self) -> bool {
        self.open.depth == 0
            && matches!(
                self.next,
                Next::Zero | Next::Digits | Next::Fraction | Next::ExponentDigits
            )
    }

    /// Feeds the next bytes of the value. Restart the scanner after `Done` or `Wrong`.
    pub(in crate::io) fn feed(&mut self, bytes: &[u8]) -> ScanStep {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let wrong = match self.next {
                Next::Text(key) => {
                    at = self.text(bytes, at, key);
                    if self.ended() {
                        return ScanStep::Done(at);
                    }
                    continue;
                }
                Next::Value
                | Next::ValueOrEnd
                | Next::Key
                | Next::KeyOrEnd
                | Next::Colon
                | Next::CommaOrEnd
                    if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') =>
                {
                    at += 1;
                    continue;
                }
                Next::CommaOrEnd => self.comma_or_end(byte),
                Next::KeyOrEnd if byte == b'}' => self.close(),
                Next::ValueOrEnd if byte == b']' => self.close(),
                Next::Value | Next::ValueOrEnd => self.value(byte),
                Next::Key | Next::KeyOrEnd => {
                    self.expect(byte, b'"', Next::Text(true), "expected a key in quotes")
                }
                Next::Colon => self.expect(byte, b':', Next::Value, "expected a colon"),
                Next::Escape(_) | Next::Hex(..) => self.escape(byte),
                Next::Word(word, at) => self.word(byte, word, at),
                Next::Digits | Next::Fraction | Next::ExponentDigits if byte.is_ascii_digit() => {
                    at += 1;
                    continue;
                }
                _ => match self.number(byte) {
                    // The number ended before this byte, so read it again.
                    Ok(true) if self.ended() => return ScanStep::Done(at),
                    Ok(true) => continue,
                    Ok(false) => None,
                    Err(what) => Some(what),
                },
            };
            if let Some(what) = wrong {
                return ScanStep::Wrong(at, what);
            }
            at += 1;
            if self.ended() {
                return ScanStep::Done(at);
            }
        }
        ScanStep::More
    }

    fn ended(&self) -> bool {
        self.open.depth == 0 && self.next == Next::CommaOrEnd
    }

    /// Scans a string up to its end, an escape, or the end of `bytes`.
    fn text(&mut self, bytes: &[u8], from: usize, key: bool) -> usize {
        let mut at = from;
        // Most strings are too short for a vectorised search to pay off.
        while at - from < SHORT
            && let Some(&byte) = bytes.get(at)
            && !matches!(byte, b'"' | b'\\')
        {
            self.controls |= byte < b' ';
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if at - from == SHORT {
            let end = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            self.controls |= has_control(rest.get(..end).unwrap_or_default());
            at += end;
        }
        self.next = match bytes.get(at) {
            None => return at,
            Some(b'"') if key => Next::Colon,
            Some(b'"') => Next::CommaOrEnd,
            Some(_) => Next::Escape(key),
        };
        at + 1
    }

    fn value(&mut self, byte: u8) -> Option<&'static str> {
        self.next = match byte {
            b'"' => Next::Text(false),
            b'{' => {
                self.open.push(true);
                Next::KeyOrEnd
            }
            b'[' => {
                self.open.push(false);
                Next::ValueOrEnd
            }
            b't' => Next::Word(Word::True, 1),
            b'f' => Next::Word(Word::False, 1),
            b'n' => Next::Word(Word::Null, 1),
            b'-' => Next::Minus,
            b'0' => Next::Zero,
            b'1'..=b'9' => Next::Digits,
            _ => return Some("expected a value"),
        };
        None
    }

    fn comma_or_end(&mut self, byte: u8) -> Option<&'static str> {
        match (byte, self.open.in_object()) {
            (b',', true) => self.next = Next::Key,
            (b',', false) => self.next = Next::Value,
            (b'}', true) | (b']', false) => return self.close(),
            (_, true) => return Some("expected a comma or the end of the object"),
            (_, false) => return Some("expected a comma or the end of the list"),
        }
        None
    }

    fn close(&mut self) -> Option<&'static str> {
        self.open.pop();
        self.next = Next::CommaOrEnd;
        None
    }

    fn expect(
        &mut self,
        byte: u8,
        expected: u8,
        next: Next,
        otherwise: &'static str,
    ) -> Option<&'static str> {
        if byte != expected {
            return Some(otherwise);
        }
        self.next = next;
        None
    }

    fn escape(&mut self, byte: u8) -> Option<&'static str> {
        self.next = match (self.next, byte) {
            (Next::Escape(key), b'u') => Next::Hex(key, 4),
            (Next::Escape(key), b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                Next::Text(key)
            }
            (Next::Hex(key, left), _) if byte.is_ascii_hexdigit() => match left {
                0 | 1 => Next::Text(key),
                _ => Next::Hex(key, left - 1),
            },
            _ => return Some("this escape does not exist"),
        };
        None
    }

    fn word(&mut self, byte: u8, word: Word, at: u8) -> Option<&'static str> {
        let letters = word.letters();
        if letters.get(usize::from(at)) != Some(&byte) {
            return Some("expected true, false or null");
        }
        let last = usize::from(at) + 1 == letters.len();
        self.next = if last { Next::CommaOrEnd } else { Next::Word(word, at + 1) };
        None
    }

    /// Scans a byte of a number. Returns whether the number ended before it.
    fn number(&mut self, byte: u8) -> Result<bool, &'static str> {
        self.next = match (self.next, byte) {
            (Next::Minus, b'0') => Next::Zero,
            (Next::Minus, b'1'..=b'9') | (Next::Digits, b'0'..=b'9') => Next::Digits,
            (Next::Zero | Next::Digits, b'.') => Next::Point,
            (Next::Point | Next::Fraction, b'0'..=b'9') => Next::Fraction,
            (Next::Zero | Next::Digits | Next::Fraction, b'e' | b'E') => Next::Exponent,
            (Next::Exponent, b'+' | b'-') => Next::ExponentSign,
            (Next::Exponent | Next::ExponentSign | Next::ExponentDigits, b'0'..=b'9') => {
                Next::ExponentDigits
            }
            (Next::Zero, b'0'..=b'9') => return Err("a number cannot begin with a zero"),
            (Next::Zero | Next::Digits | Next::Fraction | Next::ExponentDigits, _) => {
                self.next = Next::CommaOrEnd;
                return Ok(true);
            }
            _ => return Err("expected a digit"),
        };
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::wire::tests::cases::{RIGHT, WRONG};
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    fn accepts(text: &[u8], chunk: usize) -> bool {
        let mut walk = JsonScanner::new();
        let mut at = 0;
        for part in text.chunks(chunk) {
            match walk.feed(part) {
                ScanStep::More => at += part.len(),
                ScanStep::Wrong(..) => return false,
                ScanStep::Done(end) => {
                    let rest = text.get(at + end..).unwrap();
                    return rest.iter().all(u8::is_ascii_whitespace);
                }
            }
        }
        walk.may_end()
    }

    #[test]
    fn it_agrees_with_the_test_suite_and_with_serde_json_in_chunks_of_any_size() {
        for (cases, right) in [(RIGHT, true), (WRONG, false)] {
            for text in cases {
                let oracle = serde_json::from_str::<&RawValue>(text).is_ok();
                assert_eq!(oracle, right, "serde_json on {text}");
                for chunk in 1..=text.len() {
                    assert_eq!(accepts(text.as_bytes(), chunk), right, "{text} by {chunk}");
                }
            }
        }
    }

    #[test]
    fn a_raw_control_character_in_a_string_is_seen_but_not_refused() {
        let mut walk = JsonScanner::new();
        assert_eq!(walk.feed(b"[\"a\tb\"]"), ScanStep::Done(7));
        assert!(walk.controls);
        assert_eq!(walk.whole(b"[\t\"ab\"]"), Some(7));
        assert!(!walk.controls);
    }

    #[test]
    fn a_million_levels_cost_a_bit_each() {
        let mut walk = JsonScanner::new();
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(walk.feed(deep.as_bytes()), ScanStep::Done(deep.len()));
        assert_eq!(walk.open.bits.len(), 1_000_000 / 64);
    }

    #[test]
    fn it_names_the_byte_that_is_wrong() {
        let cases = [("{\"a\":}", 5), ("[1,]", 3), ("[01]", 2), ("[\"\\x\"]", 3), ("[1}", 2)];
        for (text, at) in cases {
            assert!(
                matches!(JsonScanner::new().feed(text.as_bytes()), ScanStep::Wrong(wrong, _) if wrong == at),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_serde_json_on_near_json(
            text in r#"(\[|\]|\{|\}|:|,|"|\\u00e9|\\|a|-|0|1|\.|e|true|null| |é){0,12}"#
        ) {
            let oracle = serde_json::from_str::<&RawValue>(&text).is_ok();
            for chunk in [1, 2, 3, 100] {
                prop_assert_eq!(accepts(text.as_bytes(), chunk), oracle);
            }
        }
    }
}
