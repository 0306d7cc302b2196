//! A chunk of a body, validated as UTF-8 piece by piece.

use std::str::from_utf8;

/// The bytes to validate at once: few enough to stay in the cache until they are read.
const VALIDATED: usize = 128 << 10;

/// A chunk and the current position in it.
pub(super) struct Window<'a> {
    chunk: &'a [u8],
    at: usize,
    /// The validated text and its start.
    text: &'a str,
    from: usize,
}

impl<'a> Window<'a> {
    pub(super) fn new(chunk: &'a [u8]) -> Self {
        Self { chunk, at: 0, text: "", from: 0 }
    }

    /// The remaining bytes; `None` at the end.
    pub(super) fn rest(&self) -> Option<&'a [u8]> {
        self.chunk.get(self.at..).filter(|rest| !rest.is_empty())
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The text at the current position, up to the first invalid byte, the end of the validated
    /// part, or the end of the chunk.
    pub(super) fn text(&mut self) -> &'a str {
        if self.at >= self.from + self.text.len() {
            self.from = self.at;
            let end = self.chunk.len().min(self.at + VALIDATED);
            self.text = prefix(self.chunk.get(self.at..end).unwrap_or_default());
        }
        self.text.get(self.at - self.from..).unwrap_or_default()
    }
}

/// The longest UTF-8 prefix that ends with an ASCII character.
fn prefix(bytes: &[u8]) -> &str {
    // The end of the chunk may split a character.
    let whole = bytes.iter().rposition(u8::is_ascii).map_or(0, |last| last + 1);
    let bytes = bytes.get(..whole).unwrap_or_default();
    from_utf8(bytes).unwrap_or_else(|error| {
        bytes.get(..error.valid_up_to()).and_then(|valid| from_utf8(valid).ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_before_what_is_no_text_and_goes_on_behind_it() {
        let mut window = Window::new(b"ab\xFFcd\xC3");
        assert_eq!(window.text(), "ab");
        window.advance(1);
        assert_eq!(window.text(), "b");
        window.advance(1);
        assert_eq!(window.text(), "");
        window.advance(1);
        assert_eq!(window.text(), "cd");
        window.advance(2);
        assert_eq!(window.text(), "");
        assert_eq!(window.rest(), Some(&b"\xC3"[..]));
        window.advance(1);
        assert_eq!(window.rest(), None);
    }

    #[test]
    fn a_long_chunk_is_checked_in_stretches() {
        let chunk = "aé".repeat(VALIDATED);
        let mut window = Window::new(chunk.as_bytes());
        let mut length = 0;
        while window.rest().is_some() {
            // A validated piece ends with an ASCII character, as does a message.
            let text = window.text().len().max(2);
            assert!(text <= VALIDATED);
            length += text;
            window.advance(text);
        }
        assert_eq!(length, chunk.len());
    }
}
