//! Keeps the key out of a body: a server that sends it back must not bring it to the screen, to a
//! file or to the clipboard.
//!
//! Sees bytes in chunks and knows nothing of what they mean.

use std::borrow::Cow;

use memchr::memmem::Finder;
use secrecy::ExposeSecret;

use super::key::Key;

/// What stands in place of the key.
const REDACTED: &[u8] = b"[redacted]";
/// A shorter key is a word that texts, or the names of fields, may have of their own.
const SHORTEST: usize = 12;

/// Looks for one key in one body.
pub(super) struct Veil {
    key: Finder<'static>,
    /// The end of what was seen, while it may be the beginning of the key.
    held: Vec<u8>,
}

impl Veil {
    /// A veil for the key as JSON writes it.
    pub(super) fn new(key: &Key) -> Option<Self> {
        let secret = key.secret().expose_secret();
        if secret.len() < SHORTEST {
            return None;
        }
        let quoted = serde_json::to_string(secret).ok()?;
        let written = quoted.trim_start_matches('"').strip_suffix('"')?;
        Some(Self { key: Finder::new(written).into_owned(), held: Vec::new() })
    }

    /// The bytes that can be handed on now, without the key.
    pub(super) fn cover<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
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
        match whole {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(..kept).unwrap_or_default()),
            Cow::Owned(mut bytes) => {
                bytes.truncate(kept);
                Cow::Owned(bytes)
            }
        }
    }

    /// What is still held, once nothing follows.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    fn without_key(&self, bytes: &[u8]) -> Vec<u8> {
        let mut clear = Vec::with_capacity(bytes.len());
        let mut from = 0;
        for at in self.key.find_iter(bytes) {
            clear.extend_from_slice(bytes.get(from..at).unwrap_or_default());
            clear.extend_from_slice(REDACTED);
            from = at + self.key.needle().len();
        }
        clear.extend_from_slice(bytes.get(from..).unwrap_or_default());
        clear
    }

    /// How many bytes at the end may be the beginning of the key.
    fn beginning_at_end(&self, bytes: &[u8]) -> usize {
        let key = self.key.needle();
        let longest = bytes.len().min(key.len().saturating_sub(1));
        let begins = |length: &usize| key.get(..*length).is_some_and(|part| bytes.ends_with(part));
        (1..=longest).rev().find(begins).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::key::KeySource;

    const KEY: &str = "sk-SECRET-0123456789\"7f3a";

    fn veil() -> Veil {
        Veil::new(&Key::new(KEY, KeySource::Demo).unwrap()).unwrap()
    }

    #[test]
    fn the_key_is_covered_wherever_a_body_is_parted() {
        let body = serde_json::json!({ "a": KEY, "b": format!("sk-{KEY}{KEY}sk-SECRET"), "c": 1 });
        let body = body.to_string();
        let clear = serde_json::json!({
            "a": "[redacted]", "b": "sk-[redacted][redacted]sk-SECRET", "c": 1,
        });
        for size in 1..body.len() {
            let mut veil = veil();
            let chunks = body.as_bytes().chunks(size);
            let mut seen: Vec<u8> =
                chunks.flat_map(|chunk| veil.cover(chunk).into_owned()).collect();
            seen.extend(veil.rest());
            assert_eq!(String::from_utf8(seen).unwrap(), clear.to_string(), "chunks of {size}");
        }
    }

    #[test]
    fn a_body_without_the_key_is_not_copied() {
        assert!(matches!(veil().cover(b"nothing to see"), Cow::Borrowed(_)));
        let short = Key::new("id", KeySource::Demo).unwrap();
        assert!(Veil::new(&short).is_none());
    }
}
