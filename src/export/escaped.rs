//! JSON that drives no terminal: what is hidden or commands one is written as an escape, which JSON
//! may do for any character of a string. The values stay what they are.

use std::io::{self, Write};

/// Whether a character is escaped: the second half of the controls, directions, separators, what has
/// no width, tags. The first half of the controls no JSON has within a string.
fn is_escaped(c: char) -> bool {
    matches!(
        c,
        '\u{7F}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Skips blocks of ASCII, many bytes at a step: most text is nothing else.
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        // No `any`: it would stop at the first one, byte after byte.
        if block.iter().fold(0, |any, byte| any | u8::from(*byte >= 0x7F)) != 0 {
            break;
        }
        at += BLOCK;
    }
    at
}

/// The place and the length of the first of them, behind `from`.
fn first_escaped(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at = skip_plain(bytes, at);
        at += bytes
            .get(at..)?
            .iter()
            .position(|byte| matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF | 0xF3))?;
        let length = match bytes.get(at) {
            Some(0x7F) => 1,
            Some(0xC2 | 0xD8) => 2,
            Some(0xF3) => 4,
            _ => 3,
        };
        let next = bytes.get(at..at + length).and_then(|bytes| str::from_utf8(bytes).ok());
        if next.is_some_and(|text| text.starts_with(is_escaped)) {
            return Some((at, length));
        }
        at += 1;
    }
}

/// A way for JSON text. What is written at once has to be whole characters.
pub struct Escaped<W>(pub W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while let Some((at, length)) = first_escaped(bytes, written) {
            self.0.write_all(bytes.get(written..at).unwrap_or_default())?;
            written = at + length;
            let c = bytes.get(at..written).and_then(|bytes| str::from_utf8(bytes).ok());
            for half in c.unwrap_or_default().encode_utf16() {
                write!(self.0, "\\u{half:04x}")?;
            }
        }
        self.0.write_all(bytes.get(written..).unwrap_or_default())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: &serde_json::Value) -> String {
        let mut out = Vec::new();
        serde_json::to_writer(Escaped(&mut out), value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_drive_a_terminal_is_an_escape() {
        let value = serde_json::json!(["\u{9b}2J", "\u{202e}x", "é 漢", "\u{e0041}", "a\u{7f}"]);
        let text = r#"["\u009b2J","\u202ex","é 漢","\udb40\udc41","a\u007f"]"#;
        assert_eq!(written(&value), text);
    }

    proptest! {
        #[test]
        fn the_value_stays_and_nothing_hidden_is_left(text in "\\PC{0,20}|[\u{7f}-\u{a0}a\u{2066}\u{e0001}]{0,9}") {
            let value = serde_json::Value::from(text);
            let out = written(&value);
            prop_assert!(!out.contains(is_escaped));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value);
        }
    }
}
