//! JSON that drives no terminal: what is hidden or commands one is written as an escape, which JSON
//! may do for any character of a string. The values stay what they are.

use std::io::{self, Write};

use memchr::memchr3_iter;

use crate::text::is_unsafe;

/// Whether a character is escaped here. JSON itself escapes the controls below DEL.
fn is_escaped(c: char) -> bool {
    c >= '\u{7F}' && is_unsafe(c)
}

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// What a byte may be the beginning of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing that matters here.
    Plain,
    /// A control character of ASCII.
    Control,
    /// A quote or a backslash.
    Quote,
    /// Perhaps a character that is escaped.
    Doubtful,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Plain; 256];
    let mut byte = 0;
    while byte < 0x20 {
        kinds[byte] = Kind::Control;
        byte += 1;
    }
    kinds[b'"' as usize] = Kind::Quote;
    kinds[b'\\' as usize] = Kind::Quote;
    kinds[0x7F] = Kind::Doubtful;
    byte = 0xC2;
    while byte < 0xF5 {
        kinds[byte] = Kind::Doubtful;
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> Kind {
    KINDS.get(usize::from(byte)).copied().unwrap_or(Kind::Doubtful)
}

/// Where the first byte is, from a place on, that a test holds for; `blocks` says for many at once
/// that it holds for none. Most text is plain ASCII, and so skipped many bytes at a step.
fn position(
    bytes: &[u8],
    mut at: usize,
    blocks: impl Fn(&[u8; BLOCK]) -> bool,
    test: impl Fn(u8) -> bool,
) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        let Some(block) = rest.first_chunk::<BLOCK>() else {
            return rest.iter().position(|&byte| test(byte)).map(|found| at + found);
        };
        if !blocks(block)
            && let Some(found) = block.iter().position(|&byte| test(byte))
        {
            return Some(at + found);
        }
        at += BLOCK;
    }
}

/// Whether no byte is beyond ASCII or DEL. No `any`: it would stop at the first one, byte by byte.
fn is_low(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(0, |any, &byte| any | u8::from(byte >= 0x7F)) == 0
}

/// Whether JSON has all of these bytes in a string as they are.
fn is_simple(block: &[u8; BLOCK]) -> bool {
    let odd = |byte: u8| !(b' '..0x7F).contains(&byte) || byte == b'"' || byte == b'\\';
    block.iter().fold(0, |any, &byte| any | u8::from(odd(byte))) == 0
}

/// The character that begins at a place, where it is escaped; and its length.
fn escaped_at(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let length = match bytes.get(at)? {
        ..0x80 => 1,
        ..0xE0 => 2,
        ..0xF0 => 3,
        _ => 4,
    };
    let text = str::from_utf8(bytes.get(at..at + length)?).ok()?;
    text.chars().next().filter(|&c| is_escaped(c)).map(|c| (c, length))
}

/// The place and the length of the first of them, behind `from`.
fn first_escaped(bytes: &[u8], from: usize) -> Option<(usize, char, usize)> {
    let mut at = from;
    loop {
        at = position(bytes, at, is_low, |byte| kind(byte) == Kind::Doubtful)?;
        if let Some((c, length)) = escaped_at(bytes, at) {
            return Some((at, c, length));
        }
        at += 1;
    }
}

/// Appends a character as JSON's escape of it.
fn push_escape(c: char, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for half in c.encode_utf16(&mut [0; 2]) {
        out.extend_from_slice(b"\\u");
        for shift in [12, 8, 4, 0] {
            out.extend(DIGITS.get(usize::from(*half >> shift & 0xF)));
        }
    }
}

/// Appends a text as a JSON string that drives no terminal.
pub fn push_string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut from = 0;
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    while let Some(at) = position(bytes, from, is_simple, |byte| kind(byte) != Kind::Plain) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let escaped = match kind(byte) {
            Kind::Doubtful => escaped_at(bytes, at),
            _ => Some((char::from(byte), 1)),
        };
        from = at + escaped.map_or(1, |(_, length)| length);
        let Some((c, _)) = escaped else { continue };
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        copied = from;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            _ => push_escape(c, out),
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out.push(b'"');
}

/// The same for a text that [`Message::is_clean`](super::Message::is_clean): nothing in it is looked
/// for but what JSON itself escapes.
pub fn push_clean_string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    for at in memchr3_iter(b'"', b'\\', b'\n', bytes) {
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        copied = at + 1;
        out.extend_from_slice(match bytes.get(at) {
            Some(b'"') => b"\\\"",
            Some(b'\n') => b"\\n",
            _ => b"\\\\",
        });
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out.push(b'"');
}

/// Appends JSON on one line that drives no terminal: line feeds between its values become blanks,
/// and within strings it has none.
pub fn push_json(json: &str, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut copied = 0;
    let mut from = 0;
    let is_plain = |block: &[u8; BLOCK]| {
        block.iter().fold(0, |any, &byte| any | u8::from(!(b' '..0x7F).contains(&byte))) == 0
    };
    let matters = |byte| matches!(kind(byte), Kind::Control | Kind::Doubtful);
    while let Some(at) = position(bytes, from, is_plain, matters) {
        from = at + 1;
        let feed = matches!(bytes.get(at), Some(b'\n' | b'\r'));
        let Some((c, length)) = escaped_at(bytes, at).or(feed.then_some((' ', 1))) else {
            continue;
        };
        from = at + length;
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        copied = from;
        if feed { out.push(b' ') } else { push_escape(c, out) }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

/// A way for JSON text. What is written at once has to be whole characters.
pub struct Escaped<W>(pub W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        let mut escape = Vec::new();
        while let Some((at, c, length)) = first_escaped(bytes, written) {
            self.0.write_all(bytes.get(written..at).unwrap_or_default())?;
            written = at + length;
            push_escape(c, &mut escape);
            self.0.write_all(&escape)?;
            escape.clear();
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

        #[test]
        fn a_string_is_written_as_the_library_would(text in prop_oneof![
            prop::collection::vec(prop_oneof![
                prop::sample::select("aé漢\"\\\n\r\t\0\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{9b}\u{202e}\u{feff}\u{e0041}😀\u{61c}".chars().collect::<Vec<_>>()),
                prop::char::range(' ', '~'),
            ], 0..120).prop_map(|all| all.into_iter().collect::<String>()),
            "[a-z \"é]{0,200}",
        ]) {
            let mut ours = b"before".to_vec();
            push_string(&text, &mut ours);
            let theirs = written(&serde_json::Value::from(text));
            prop_assert_eq!(String::from_utf8(ours).unwrap(), format!("before{theirs}"));
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
