//! JSON that drives no terminal: what is hidden or commands one is written as an escape, which JSON
//! may do for any character of a string. The values stay what they are.

use std::fmt::Write as _;
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

/// The first bytes of those characters.
fn may_begin(byte: u8) -> bool {
    matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF | 0xF3)
}

/// A way for JSON text. What is written at once has to be whole characters.
pub struct Escaped<W>(pub W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).ok().filter(|_| bytes.iter().any(|&byte| may_begin(byte)));
        let Some(text) = text.filter(|text| text.contains(is_escaped)) else {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        };
        let mut out = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            if is_escaped(c) {
                for half in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{half:04x}");
                }
            } else {
                out.push(c);
            }
        }
        self.0.write_all(out.as_bytes())?;
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
