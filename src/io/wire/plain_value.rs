//! The JSON value that is written plainly, which is nearly every one: its end, without a machine that
//! can stop at any byte.

use super::text::stretch;

/// The length of the value at the start of `bytes`, if it is complete and written plainly: without
/// escapes, exponents, and blanks but one behind a colon or comma, and not deeper than 60 levels.
///
/// What it finds, [`super::grammar::Walk::whole`] finds too; it is several times faster, because it need not be
/// able to stop anywhere.
pub(super) fn plain_value(bytes: &[u8]) -> Option<usize> {
    /// Below the brackets that are open, one bit each.
    const BOTTOM: u64 = 1;
    let mut open = BOTTOM;
    let mut at = 0;
    loop {
        let byte = *bytes.get(at)?;
        at = match byte {
            b'"' => plain_string(bytes, at)?,
            b'{' | b'[' => {
                let end = if byte == b'{' { b'}' } else { b']' };
                if *bytes.get(at + 1)? == end {
                    at + 2
                } else {
                    (open < 1 << 60).then_some(())?;
                    open = open << 1 | u64::from(byte == b'{');
                    at += 1;
                    if byte == b'{' {
                        at = plain_key(bytes, at)?;
                    }
                    continue;
                }
            }
            b't' => word(bytes, at, b"true")?,
            b'f' => word(bytes, at, b"false")?,
            b'n' => word(bytes, at, b"null")?,
            _ => plain_number(bytes, at)?,
        };
        // A value ended; so may what is around it.
        loop {
            if open == BOTTOM {
                return Some(at);
            }
            let in_object = open & 1 == 1;
            match *bytes.get(at)? {
                b',' => {
                    at += 1 + usize::from(*bytes.get(at + 1)? == b' ');
                    if in_object {
                        at = plain_key(bytes, at)?;
                    }
                    break;
                }
                b'}' if in_object => {}
                b']' if !in_object => {}
                _ => return None,
            }
            open >>= 1;
            at += 1;
        }
    }
}

/// Behind a key and its colon.
fn plain_key(bytes: &[u8], at: usize) -> Option<usize> {
    let at = plain_string(bytes, at)?;
    (*bytes.get(at)? == b':').then_some(())?;
    Some(at + 1 + usize::from(*bytes.get(at + 1)? == b' '))
}

/// Behind a string without escapes and raw control characters.
fn plain_string(bytes: &[u8], at: usize) -> Option<usize> {
    (*bytes.get(at)? == b'"').then_some(())?;
    let end = stretch(bytes, at + 1)?;
    (*bytes.get(end)? == b'"').then_some(end + 1)
}

/// Behind a number without an exponent, if something follows it.
fn plain_number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let rest = bytes.get(from..)?;
        let end = from + rest.iter().position(|byte| !byte.is_ascii_digit())?;
        (end > from).then_some(end)
    };
    let start = at + usize::from(*bytes.get(at)? == b'-');
    let mut end = digits(start)?;
    if end > start + 1 && *bytes.get(start)? == b'0' {
        return None;
    }
    if *bytes.get(end)? == b'.' {
        end = digits(end + 1)?;
    }
    (!matches!(bytes.get(end)?, b'e' | b'E')).then_some(end)
}

fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::wire::grammar::Walk;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_plain_is_also_what_the_walk_finds(
            text in r#"(\[|\]|\{|\}|:|, ?|"|\\u00e9|\\|a|-|0|1|\.|e|true|null| |"a":|\t|é){0,16}"#
        ) {
            if let Some(length) = plain_value(text.as_bytes()) {
                let mut walk = Walk::new();
                prop_assert_eq!(walk.whole(text.as_bytes()), Some(length));
                prop_assert!(!walk.controls);
            }
        }

        #[test]
        fn usual_metadata_is_plain(
            numbers in prop::collection::vec(any::<i32>(), 0..4),
            words in prop::collection::btree_map("[a-z]{1,20}", "[a-zé ]{0,40}", 0..4)
        ) {
            let value = serde_json::json!({
                "a": numbers, "b": words, "c": [null, true, false, {}, []], "d": 0.125, "e": -7.5,
            });
            for text in [value.to_string(), value.to_string().replace(':', ": ")] {
                let text = format!("{text}}}");
                prop_assert_eq!(plain_value(text.as_bytes()), Some(text.len() - 1));
            }
        }
    }
}
