//! JSON strings: finding their ends and unescaping them.

use memchr::memchr2;

use super::marks::{marks, marks_of};
use crate::message::Flags;

/// The result of unescaping a string.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Unescaped {
    /// The length of the JSON, including the closing quote.
    pub(super) length: usize,
    /// [`Flags::UNCLEAN`] and [`Flags::HIDDEN`], as computed by [`marks`].
    pub(super) marks: Flags,
    /// Whether a lone surrogate was replaced.
    pub(super) lossy: bool,
}

/// Whether there are raw control characters. `any` short-circuits, which blocks vectorisation.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |any, &byte| any | u8::from(byte < b' ')) != 0
}

/// Whether there is DEL or a non-ASCII byte, also without a short circuit.
fn is_beyond_printable(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |any, &byte| any | u8::from(byte >= 0x7F)) != 0
}

/// The text before the next quote or backslash. `None` if there is none, or if a raw control
/// character comes first.
fn run(text: &str) -> Option<&str> {
    let run = text.get(..memchr2(b'"', b'\\', text.as_bytes())?)?;
    (!has_control(run.as_bytes())).then_some(run)
}

/// Reads a string without escapes, given from after its opening quote. `None` if it contains
/// escapes or raw control characters, or does not end here.
pub(super) fn plain(text: &str) -> Option<&str> {
    let value = run(text)?;
    (text.as_bytes().get(value.len()) == Some(&b'"')).then_some(value)
}

/// Unescapes a string into `out`, given from after its opening quote. Lone surrogates become
/// U+FFFD.
///
/// `None` if it contains invalid escapes or raw control characters, or does not end here; `out`
/// then contains a part of it.
pub(super) fn unescape(text: &str, out: &mut String) -> Option<Unescaped> {
    let start = out.len();
    let mut found = Unescaped::default();
    let mut is_beyond = false;
    let mut rest = text;
    loop {
        let run = run(rest)?;
        is_beyond |= is_beyond_printable(run.as_bytes());
        out.push_str(run);
        let (_, end) = rest.split_at_checked(run.len())?;
        let Some(escaped) = end.strip_prefix('\\') else {
            found.length = text.len() - end.len() + 1;
            break;
        };
        rest = escaped.get(escape(escaped.as_bytes(), out, &mut found)?..)?;
    }
    // `escape` has already flagged escaped characters.
    if is_beyond {
        found.marks.set(marks(out.get(start..)?));
    }
    Some(found)
}

/// Decodes an escape into `out`, given from after its backslash. Returns its length.
fn escape(text: &[u8], out: &mut String, found: &mut Unescaped) -> Option<usize> {
    let plain = match text.first()? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        control @ (b't' | b'r' | b'b' | b'f') => {
            found.marks.set(Flags::UNCLEAN);
            match control {
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                _ => '\u{c}',
            }
        }
        b'u' => {
            let (unit, pair) = (code_unit(text.get(1..5)?)?, second_half(text.get(5..)));
            let code = match (unit, pair) {
                (0xD800..=0xDBFF, Some(pair)) => 0x1_0000 + ((unit - 0xD800) << 10) + pair,
                _ => unit,
            };
            let char = char::from_u32(code);
            found.lossy |= char.is_none();
            let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
            found.marks.set(marks_of(char));
            out.push(char);
            return Some(if code > 0xFFFF { 11 } else { 5 });
        }
        _ => return None,
    };
    out.push(plain);
    Some(1)
}

/// The lower ten bits of a low surrogate, if `text` starts with the escape of one.
fn second_half(text: Option<&[u8]>) -> Option<u32> {
    let digits = text?.strip_prefix(b"\\u")?.get(..4)?;
    code_unit(digits).filter(|unit| (0xDC00..0xE000).contains(unit)).map(|unit| unit - 0xDC00)
}

fn code_unit(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: Flags = Flags(Flags::UNCLEAN.0 | Flags::HIDDEN.0);
    const NONE: Flags = Flags(0);

    fn unescaped(json: &str) -> Option<(String, Unescaped)> {
        let mut out = "before".to_owned();
        let found = unescape(json, &mut out)?;
        Some((out.split_off(6), found))
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        let cases = [
            (r#"plain" more"#, "plain", NONE, false),
            (r#"a\n\"b\"\\\/""#, "a\n\"b\"\\/", NONE, false),
            (r#"\t""#, "\t", Flags::UNCLEAN, false),
            (r#"\b\f\r""#, "\u{8}\u{c}\r", Flags::UNCLEAN, false),
            (r#"\u0041\u00e9\u20AC\ud83d\ude00""#, "Aé€😀", NONE, false),
            (r#"\u0000""#, "\0", Flags::UNCLEAN, false),
            (r#"ig\u200bnore""#, "ig\u{200b}nore", BOTH, false),
            (r#"\ud800""#, "\u{fffd}", NONE, true),
            (r#"\ude00x""#, "\u{fffd}x", NONE, true),
            (r#"\ud83dx""#, "\u{fffd}x", NONE, true),
            (r#"\ud83d\n""#, "\u{fffd}\n", NONE, true),
            (r#"\ud83d\u0041""#, "\u{fffd}A", NONE, true),
            (r#"\ud83d\ud83d\ude00""#, "\u{fffd}😀", NONE, true),
            (r#"\ude00\ud83d""#, "\u{fffd}\u{fffd}", NONE, true),
        ];
        for (json, text, marks, lossy) in cases {
            let (out, found) = unescaped(json).unwrap();
            assert_eq!((out.as_str(), found.marks, found.lossy), (text, marks, lossy), "{json}");
        }
    }

    #[test]
    fn what_is_wrong_or_unfinished_is_refused() {
        let wrong = [
            "",
            "a",
            "a\\",
            "a\\\"",
            "\\x\"",
            "\\u12\"",
            "\\u12G4\"",
            "\\u+123\"",
            "\t\"",
            "a\nb\"",
        ];
        for json in wrong {
            assert_eq!(unescaped(json), None, "{json:?}");
        }
        for json in ["a\\n\"", "a\tb\"", "a"] {
            assert_eq!(plain(json), None, "{json:?}");
        }
        assert_eq!(plain("ab\" c"), Some("ab"));
        assert_eq!(plain("é\""), Some("é"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_its_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let (out, found) = unescaped(&json[1..]).unwrap();
            prop_assert_eq!(&out, &text);
            prop_assert_eq!(found.length, json.len() - 1);
            prop_assert_eq!(found.marks, marks(&text));
            prop_assert!(!found.lossy);
        }

        #[test]
        fn nothing_makes_it_panic(json in any::<String>()) {
            let mut out = "é".to_owned();
            let found = unescape(&json, &mut out);
            prop_assert!(std::str::from_utf8(out.as_bytes()).is_ok() && out.starts_with('é'));
            prop_assert!(found.is_none_or(|found| json.is_char_boundary(found.length)));
        }
    }
}
