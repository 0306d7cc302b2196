//! Redacts the key in a body, so that a server that sends it back cannot bring it to the screen, a file
//! or the clipboard.
//!
//! A key of 12 characters or more is redacted everywhere, also within a word. One of 4 to 11 characters
//! is redacted as a whole word: `test` in `a test.`, not in `testing`; if people write that word too,
//! it is redacted in their texts as well. Shorter keys are left alone, and so are short keys that stand
//! in every response: names of fields and roles, `true`, `null`, numbers.
//!
//! Sees bytes in chunks and does not know what they mean.

use std::borrow::Cow;

use memchr::memmem::Finder;
use secrecy::ExposeSecret;

use super::key::ApiKey;
use super::wire::is_word_of_the_form;

/// Replaces the key.
const REDACTED: &[u8] = b"[redacted]";
/// A key of at least this length is redacted also within a word.
const LONG: usize = 12;
/// Shorter keys are not redacted.
const SHORTEST: usize = 4;
/// The longest escape of JSON: so many bytes before a key decide whether it begins a word.
const ESCAPE: usize = 6;

/// Looks for one key in one body.
pub(super) struct KeyRedactor {
    key: Finder<'static>,
    /// Whether the key is redacted only as a whole word.
    is_word: bool,
    /// The end of the last chunk, while it may begin the key.
    held: Vec<u8>,
    /// The last bytes before that, for a key that is redacted as a whole word.
    before: Vec<u8>,
}

impl KeyRedactor {
    /// A redactor for the key as JSON writes it; `None` for a key that is left alone.
    pub(super) fn new(key: &ApiKey) -> Option<Self> {
        let secret = key.secret().expose_secret();
        let is_word = secret.len() < LONG;
        if secret.len() < SHORTEST || (is_word && is_word_of_the_form(secret)) {
            return None;
        }
        let quoted = serde_json::to_string(secret).ok()?;
        let written = quoted.trim_start_matches('"').strip_suffix('"')?;
        let key = Finder::new(written).into_owned();
        Some(Self { key, is_word, held: Vec::new(), before: Vec::new() })
    }

    /// The bytes that can be passed on now, without the key.
    pub(super) fn redact<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let mut whole = Cow::Borrowed(bytes);
        if !self.held.is_empty() {
            let mut both = std::mem::take(&mut self.held);
            both.extend_from_slice(bytes);
            whole = Cow::Owned(both);
        }
        if self.key.find(&whole).is_some() {
            whole = Cow::Owned(self.without_key(&whole));
        }
        let kept = whole.len() - self.beginning_at_end(&whole);
        self.held = whole.get(kept..).unwrap_or_default().to_vec();
        if self.is_word {
            self.remember(whole.get(..kept).unwrap_or_default());
        }
        match whole {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(..kept).unwrap_or_default()),
            Cow::Owned(mut bytes) => {
                bytes.truncate(kept);
                Cow::Owned(bytes)
            }
        }
    }

    /// The bytes still held, once the body has ended.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        // Later bytes have decided everything else.
        if held == self.key.needle() && begins_word(&self.before, &[]) {
            return REDACTED.to_vec();
        }
        held
    }

    fn without_key(&self, bytes: &[u8]) -> Vec<u8> {
        let length = self.key.needle().len();
        let mut clear = Vec::with_capacity(bytes.len());
        let (mut from, mut next) = (0, 0);
        while let Some(found) = bytes.get(next..).and_then(|rest| self.key.find(rest)) {
            let at = next + found;
            let (head, tail) = (bytes.get(..at), bytes.get(at + length..));
            if self.is_key(head.unwrap_or_default(), tail.unwrap_or_default()) {
                clear.extend_from_slice(bytes.get(from..at).unwrap_or_default());
                clear.extend_from_slice(REDACTED);
                from = at + length;
                next = from;
            } else {
                next = at + 1;
            }
        }
        clear.extend_from_slice(bytes.get(from..).unwrap_or_default());
        clear
    }

    /// Whether the match between these is the key, as far as the bytes so far decide.
    fn is_key(&self, head: &[u8], tail: &[u8]) -> bool {
        !self.is_word
            || (tail.first().is_some_and(|&byte| ends_word(byte))
                && begins_word(&self.before, head))
    }

    /// How many bytes at the end may begin the key. For a whole word that may be the complete key, since
    /// the next byte decides.
    fn beginning_at_end(&self, bytes: &[u8]) -> usize {
        let key = self.key.needle();
        let most = if self.is_word { key.len() } else { key.len().saturating_sub(1) };
        let longest = bytes.len().min(most);
        let begins = |length: &usize| key.get(..*length).is_some_and(|part| bytes.ends_with(part));
        (1..=longest).rev().find(begins).unwrap_or(0)
    }

    /// Keeps the last bytes that are passed on.
    fn remember(&mut self, bytes: &[u8]) {
        let last = bytes.get(bytes.len().saturating_sub(ESCAPE)..).unwrap_or_default();
        self.before.extend_from_slice(last);
        let old = self.before.len().saturating_sub(ESCAPE);
        self.before.drain(..old);
    }
}

/// Whether a word ends before this byte. Bytes beyond ASCII count as letters.
fn ends_word(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'_'
}

/// Whether a word can begin after `older` and `head`. The letter of an escape belongs to no word.
fn begins_word(older: &[u8], head: &[u8]) -> bool {
    let mut last = head.iter().rev().chain(older.iter().rev()).take(ESCAPE);
    let Some(byte) = last.next() else { return true };
    if ends_word(*byte) {
        return true;
    }
    let rest: Vec<u8> = last.copied().collect();
    match rest.as_slice() {
        [b'\\', ..] => matches!(byte, b'b' | b'f' | b'n' | b'r' | b't'),
        [digits @ .., b'u', b'\\'] if digits.len() == 3 => {
            byte.is_ascii_hexdigit() && digits.iter().all(u8::is_ascii_hexdigit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::key::KeySource;

    const KEY: &str = "sk-SECRET-0123456789\"7f3a";

    fn redactor() -> KeyRedactor {
        KeyRedactor::new(&ApiKey::new(KEY, KeySource::Demo).unwrap()).unwrap()
    }

    #[test]
    fn the_key_is_covered_wherever_a_body_is_parted() {
        let body = serde_json::json!({ "a": KEY, "b": format!("sk-{KEY}{KEY}sk-SECRET"), "c": 1 });
        let body = body.to_string();
        let clear = serde_json::json!({
            "a": "[redacted]", "b": "sk-[redacted][redacted]sk-SECRET", "c": 1,
        });
        for size in 1..body.len() {
            let mut redactor = redactor();
            let chunks = body.as_bytes().chunks(size);
            let mut seen: Vec<u8> =
                chunks.flat_map(|chunk| redactor.redact(chunk).into_owned()).collect();
            seen.extend(redactor.rest());
            assert_eq!(String::from_utf8(seen).unwrap(), clear.to_string(), "chunks of {size}");
        }
    }

    #[test]
    fn a_body_without_the_key_is_not_copied() {
        assert!(matches!(redactor().redact(b"nothing to see"), Cow::Borrowed(_)));
    }

    fn covered(key: &str, body: &str, size: usize) -> String {
        let mut redactor = KeyRedactor::new(&ApiKey::new(key, KeySource::Demo).unwrap()).unwrap();
        let chunks = body.as_bytes().chunks(size);
        let mut seen: Vec<u8> =
            chunks.flat_map(|chunk| redactor.redact(chunk).into_owned()).collect();
        seen.extend(redactor.rest());
        String::from_utf8(seen).unwrap()
    }

    #[test]
    fn a_short_key_is_covered_where_it_is_a_word() {
        for (body, clear) in [
            ("{\"a\":\"test\"}", "{\"a\":\"[redacted]\"}"),
            ("a test, test-test/test", "a [redacted], [redacted]-[redacted]/[redacted]"),
            ("testing contest test_1 \u{e9}test test\u{e9}", ""),
            ("testtest 1test", ""),
            (r"line\ntest\ttest\u0020test", r"line\n[redacted]\t[redacted]\u0020[redacted]"),
            ("test", "[redacted]"),
            ("tes", ""),
        ] {
            let clear = if clear.is_empty() { body } else { clear };
            for size in 1..=body.len() {
                assert_eq!(covered("test", body, size), clear, "chunks of {size}");
            }
        }
        assert_eq!(covered("ab-ab", "ab-ab-ab xab-ab-ab", 3), "[redacted]-ab xab-[redacted]");
    }

    #[test]
    fn a_key_that_every_response_is_made_of_is_left_alone() {
        for key in ["abc", "user", "content", "messages", "metadata", "null", "2026"] {
            assert!(
                KeyRedactor::new(&ApiKey::new(key, KeySource::Demo).unwrap()).is_none(),
                "{key}"
            );
        }
        assert!(KeyRedactor::new(&ApiKey::new("abcd", KeySource::Demo).unwrap()).is_some());
    }
}
