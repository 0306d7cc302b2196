//! JSON that cannot drive a terminal: hidden characters and terminal commands are written as `\u`
//! escapes, which JSON allows for any character of a string. The values stay the same.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::text::is_unsafe;

/// Whether a character is escaped here. JSON itself escapes the controls below DEL.
fn is_escaped(c: char) -> bool {
    c >= '\u{7F}' && is_unsafe(c)
}

/// Appends a text as a JSON string that cannot drive a terminal.
pub fn push_string(text: &str, out: &mut Vec<u8>) {
    // A vector accepts every write.
    let _ = serde_json::to_writer(JsonEscaper(out), text);
}

/// The same for a text whose flags say that it is clean
/// ([`ExportMessage::is_clean`](super::ExportMessage::is_clean)).
pub fn push_clean_string(text: &str, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, text);
}

/// Appends JSON on one line that cannot drive a terminal.
pub fn push_json(json: &str, out: &mut Vec<u8>) {
    let _ = JsonEscaper(out).write_all(on_one_line(json).as_bytes());
}

/// JSON with blanks for the line breaks between its values; its strings contain none.
pub fn on_one_line(json: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\n', b'\r', json.as_bytes()).is_some() {
        return Cow::Owned(json.replace(['\n', '\r'], " "));
    }
    Cow::Borrowed(json)
}

/// A writer that escapes JSON text on its way. Each write must consist of whole characters.
pub struct JsonEscaper<W>(pub W);

impl<W: Write> Write for JsonEscaper<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_ascii() && memchr::memchr(0x7F, bytes).is_none() {
            return self.0.write_all(bytes).map(|()| bytes.len());
        }
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        let mut written = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| is_escaped(*c)) {
            self.0.write_all(bytes.get(written..at).unwrap_or_default())?;
            written = at + c.len_utf8();
            for half in c.encode_utf16(&mut [0; 2]) {
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

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        push_string(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_drive_a_terminal_is_an_escape() {
        let text = written("\u{9b}2J\u{202e}x é 漢 \u{e0041} a\u{7f}\n\"");
        assert_eq!(text, r#""\u009b2J\u202ex é 漢 \udb40\udc41 a\u007f\n\"""#);
    }

    proptest! {
        #[test]
        fn the_value_stays_and_nothing_hidden_is_left(
            text in "\\PC{0,20}|[\u{7f}-\u{a0}a\u{2066}\u{e0001}\"\\\\\n\r\t\0\u{8}]{0,9}"
        ) {
            let out = written(&text);
            prop_assert!(!out.contains(is_escaped));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }

        #[test]
        fn json_stays_the_value_and_is_one_line(
            text in "[a-z\u{7f}\u{202e}é]{0,20}", key in "[a\u{9b}]{0,40}", number in any::<i32>(),
        ) {
            let value = serde_json::json!({ key: [text, number], "b": null });
            let mut line = Vec::new();
            push_json(&serde_json::to_string_pretty(&value).unwrap(), &mut line);
            let line = String::from_utf8(line).unwrap();
            prop_assert!(!line.contains('\n') && !line.contains(is_escaped));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);
        }
    }
}
