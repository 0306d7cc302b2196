//! Composes clean text from parts of clean texts without cleaning it again.
//!
//! Parts that are clean where they come from can be unclean side by side: a removed separator may
//! let one base collect more marks than the limit. So each part must consist of whole grapheme
//! clusters, and its first cluster must not join the one before it.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::class::is_plain;
use super::clean::Clean;
use super::small;

/// A clean text under construction.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Composer {
    text: String,
    marks: Vec<Range<u32>>,
}

impl Composer {
    /// The length so far, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends a part of a clean text and returns `true`. Rejects a part that does not consist of
    /// whole clusters, or whose first cluster would join the text before it.
    ///
    /// Reads only near the ends of the part.
    pub fn take(&mut self, text: &Clean<'_>, range: Range<usize>) -> bool {
        let whole =
            is_boundary(text.as_str(), range.start) && is_boundary(text.as_str(), range.end);
        let Some(part) = text.as_str().get(range.clone()).filter(|_| whole) else { return false };
        let seam = self.text.len();
        self.text.push_str(part);
        if is_boundary(&self.text, seam) {
            self.keep_marks(text, &range, seam);
            return true;
        }
        self.text.truncate(seam);
        false
    }

    /// Appends a part of a clean text without checks. Both ends of the part and the end of this
    /// text must be cluster boundaries, as in a line of [`super::wrap`]. See [`Clean::part`].
    pub fn push(&mut self, text: &Clean<'_>, range: Range<usize>) {
        let Some(part) = text.as_str().get(range.clone()) else { return };
        let at = self.text.len();
        self.text.push_str(part);
        self.keep_marks(text, &range, at);
    }

    /// Appends spaces.
    pub fn blanks(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    /// Appends a line feed.
    pub fn line_feed(&mut self) {
        self.text.push('\n');
    }

    /// Returns the text.
    pub fn finish(self) -> Clean<'static> {
        Clean::from_source(self.text, self.marks)
    }

    fn keep_marks(&mut self, text: &Clean<'_>, range: &Range<usize>, at: usize) {
        if text.marks().is_empty() {
            return;
        }
        let (from, to) = (small(range.start), small(range.end));
        let first = text.marks().partition_point(|mark| mark.end <= from);
        let inside = text.marks().iter().skip(first).take_while(|mark| mark.start < to);
        let moved = |byte: u32| small(at).saturating_add(byte.clamp(from, to) - from);
        self.marks.extend(inside.map(|mark| moved(mark.start)..moved(mark.end)));
    }
}

/// Whether an offset is a cluster boundary.
fn is_boundary(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else { return false };
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    // Plain characters are clusters of their own, and nothing joins a line feed.
    let apart = |c: char| c == '\n' || is_plain(c);
    if apart(last) && apart(next) {
        return true;
    }
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0) == Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::tests::{assert_clean, hostile};
    use crate::text::clean_text;
    use proptest::prelude::*;

    #[test]
    fn parts_are_put_together_with_their_marks() {
        let source = clean_text("a\u{1b}b **c**\u{7}");
        let mut composer = Composer::default();
        assert!(composer.take(&source, 0..6));
        assert!(composer.take(&source, 8..9));
        composer.blanks(2);
        composer.push(&source, 11..14);
        let text = composer.finish();
        assert_eq!(text.as_str(), "a␛b c  ␇");
        assert_eq!(text.marks(), [1..4, 9..12]);
    }

    #[test]
    fn what_would_join_is_not_added() {
        let eight = "\u{301}".repeat(8);
        let source = format!("a{eight}*{eight}");
        let source = clean_text(&source);
        let mut composer = Composer::default();
        assert!(composer.take(&source, 0..17));
        assert!(!composer.take(&source, 18..34), "marks without their letter");
        assert!(!composer.take(&source, 0..3), "a letter without all its marks");
        assert_eq!(composer.as_str(), format!("a{eight}"));
        let flags = clean_text("🇫*🇷");
        assert!(composer.take(&flags, 0..4));
        assert!(!composer.take(&flags, 5..9), "two halves of a flag");
        composer.line_feed();
        assert!(composer.take(&flags, 5..9));
    }

    proptest! {
        #[test]
        fn parts_of_clean_texts_stay_clean(
            texts in prop::collection::vec((hostile(), 0_usize..60, 0_usize..60), 0..6),
        ) {
            let mut composer = Composer::default();
            for (text, from, length) in &texts {
                let clean = clean_text(text);
                let from = clean.as_str().floor_char_boundary(*from);
                let to = clean.as_str().floor_char_boundary(from + length);
                let before = composer.clone();
                if !composer.take(&clean, from..to) {
                    prop_assert_eq!(&composer, &before);
                }
            }
            assert_clean(composer.finish().as_str());
        }
    }
}
