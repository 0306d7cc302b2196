//! Text without the characters that nobody sees, so that they cannot hide a word.
//!
//! Must not know what is looked for.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use crate::text::{each_pair, is_hidden, may_be_hidden};

/// More of a text is not looked through for formulas: it is shown in parts, and the reading of it
/// all would last.
pub(super) const MOST_SHOWN: usize = 1 << 20;

/// Shows `keep` the stretches between the invisible characters of a text; whether it has any. A text
/// without them is not shown.
fn each_stretch(text: &str, mut keep: impl FnMut(Range<usize>)) -> bool {
    let mut from = 0;
    let mut any = false;
    each_pair(text.as_bytes(), may_be_hidden, |at| {
        let c = text.get(at..).and_then(|rest| rest.chars().next());
        if let Some(c) = c.filter(|&c| is_hidden(c)) {
            keep(from..at);
            from = at + c.len_utf8();
            any = true;
        }
        ControlFlow::Continue(())
    });
    if any {
        keep(from..text.len());
    }
    any
}

/// The text without its invisible characters; the text itself where it has none.
pub fn visible(text: &str) -> Cow<'_, str> {
    let mut seen = String::new();
    if each_stretch(text, |stretch| seen.push_str(text.get(stretch).unwrap_or(""))) {
        Cow::Owned(seen)
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes the text without its invisible characters into `seen`, in place of what is there.
pub(super) fn see(text: &str, seen: &mut String) {
    seen.clear();
    if !each_stretch(text, |stretch| seen.push_str(text.get(stretch).unwrap_or(""))) {
        seen.push_str(text);
    }
}

/// A text without its invisible characters, and the way back from a place in it.
pub(super) struct Visible {
    pub(super) text: String,
    /// For each stretch that was kept: where it begins here and where in the original.
    kept: Vec<(usize, usize)>,
}

impl Visible {
    /// `None` for a text that has no invisible characters.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut out = Self { text: String::new(), kept: Vec::new() };
        each_stretch(text, |stretch| out.keep(text, stretch)).then_some(out)
    }

    fn keep(&mut self, text: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.kept.push((self.text.len(), range.start));
            self.text.push_str(text.get(range).unwrap_or(""));
        }
    }

    /// The bytes of the original from the first to the last character of a range that is not
    /// empty, with what is invisible between them.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let stretch = self.kept.partition_point(|&(here, _)| here <= at).saturating_sub(1);
            self.kept.get(stretch).map_or(at, |&(here, there)| there + (at - here))
        };
        place(range.start)..place(range.end.saturating_sub(1)) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_nobody_sees_is_dropped() {
        assert!(matches!(visible("plain é 漢 😀"), Cow::Borrowed(_)));
        assert_eq!(visible("pho\u{200B}to\u{AD}syn\u{E0041}thesis\u{FE0F}"), "photosynthesis");
        assert_eq!(visible("\u{200B}\u{2060}"), "");
        assert_eq!(visible("a\tb\nc\u{A0}d\0"), "a\tb\nc\u{A0}d\0");
    }

    #[test]
    fn every_invisible_character_is_found_behind_any_text() {
        for c in ('\0'..=char::MAX).filter(|&c| is_hidden(c)) {
            assert_eq!(visible(&format!("plain é{c}漢")), "plain é漢", "{:x}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn a_place_in_the_visible_text_leads_back_to_the_same_characters(
            parts in prop::collection::vec("[aé😀]{0,3}|[\u{200B}\u{AD}\u{FE0F}]{1,2}", 0..12),
            from in 0_usize..20, len in 1_usize..20,
        ) {
            let text = parts.concat();
            let Some(shown) = Visible::new(&text) else { return Ok(()) };
            prop_assert_eq!(visible(&text), shown.text.as_str());
            let ends: Vec<usize> = shown.text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
            let starts: Vec<usize> = shown.text.char_indices().map(|(at, _)| at).collect();
            if let (Some(&start), Some(&end)) = (starts.get(from), ends.get(from + len - 1)) {
                let there = shown.original(&(start..end));
                prop_assert_eq!(visible(&text[there]), &shown.text[start..end]);
            }
        }
    }
}
