//! A huge text in pieces, so that opening it costs no more than the piece that is seen.
//!
//! Where piece `i` begins is found by looking only near byte `i` × 16 KiB, from both sides the
//! same. Pieces are of raw text: each is cleaned and wrapped by itself.

use unicode_segmentation::UnicodeSegmentation;

use super::small;

/// The usual length of a segment.
const STEP: usize = 16 * 1024;
/// How far before a multiple of [`STEP`] a better place is looked for.
const BACK: usize = 4 * 1024;
/// How far before it a boundary of clusters is looked for.
const NEAR: usize = 64;

/// One piece of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment<'a> {
    /// All of it; the segments of a text, put together, are the text.
    pub text: &'a str,
    /// It ends with the LF that ends its last line, and more follows. That LF does not begin
    /// another line in this segment: see [`Segment::body`].
    pub ends_line: bool,
}

impl<'a> Segment<'a> {
    /// The text without the line feed that ends the segment's last line: what to clean and wrap.
    pub fn body(&self) -> &'a str {
        if !self.ends_line {
            return self.text;
        }
        let body = self.text.strip_suffix('\n').unwrap_or(self.text);
        body.strip_suffix('\r').unwrap_or(body)
    }
}

/// How many segments a text has; at least one.
pub fn segment_count(text: &str) -> u32 {
    small(text.len().saturating_sub(BACK) / STEP).saturating_add(1)
}

/// One segment of a text; an empty one when there is no such segment.
pub fn segment(text: &str, index: u32) -> Segment<'_> {
    let count = segment_count(text);
    let from = boundary(text, index, count);
    let to = boundary(text, index.saturating_add(1), count);
    let piece = text.get(from..to).unwrap_or_default();
    Segment { text: piece, ends_line: to < text.len() && piece.ends_with('\n') }
}

/// Where a segment begins.
fn boundary(text: &str, index: u32, count: u32) -> usize {
    if index == 0 {
        return 0;
    }
    if index >= count {
        return text.len();
    }
    let near = STEP.saturating_mul(index as usize);
    let window = text.as_bytes().get(near.saturating_sub(BACK)..near).unwrap_or_default();
    let start = near - window.len();
    if let Some(feed) = memchr::memrchr(b'\n', window) {
        return start + feed + 1;
    }
    // A mark behind a blank sits on the blank; all marks are beyond ASCII.
    for blank in memchr::memrchr_iter(b' ', window) {
        let after = start + blank + 1;
        if text.as_bytes().get(after).is_some_and(|byte| byte.is_ascii() && *byte != b'\n') {
            return after;
        }
    }
    between_clusters(text, near)
}

/// The last boundary of clusters in the 64 bytes before `near`; without one, the boundary of
/// characters at it.
fn between_clusters(text: &str, near: usize) -> usize {
    let start = text.floor_char_boundary(near.saturating_sub(NEAR));
    let end = text.floor_char_boundary(near.saturating_add(NEAR));
    let around = text.get(start..end).unwrap_or_default();
    let boundaries = around.grapheme_indices(true).map(|(at, _)| start + at);
    boundaries
        .take_while(|&at| at <= near)
        .last()
        .filter(|&at| at > start)
        .unwrap_or_else(|| text.floor_char_boundary(near))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Wrapping, clean_text, wrap};
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<Segment<'_>> {
        (0..segment_count(text)).map(|index| segment(text, index)).collect()
    }

    #[test]
    fn a_short_text_is_one_segment() {
        for text in ["", "hello\n", &"x".repeat(20 * 1024 - 1)] {
            assert_eq!(all(text), [Segment { text, ends_line: false }]);
        }
    }

    #[test]
    fn segments_end_at_lines_where_there_are_lines() {
        let text = "a line of the text\r\n".repeat(5_000);
        let segments = all(&text);
        assert_eq!(segments.len(), 6);
        let (last, others) = segments.split_last().unwrap();
        assert!(others.iter().all(|segment| segment.ends_line && segment.text.ends_with("\r\n")));
        assert!(others.iter().all(|segment| segment.body().ends_with("text")));
        assert!(!last.ends_line && last.body().ends_with('\n'));
    }

    #[test]
    fn without_lines_they_end_at_words_and_without_words_at_clusters() {
        let words = "word ".repeat(20_000);
        assert!(all(&words).iter().all(|segment| segment.text.ends_with("word ")));
        let families = "👩\u{200D}👩\u{200D}👧".repeat(5_000);
        assert!(
            all(&families)
                .iter()
                .all(|segment| segment.text.starts_with('👩') && segment.text.ends_with('👧'))
        );
        let one_word = "x".repeat(70_000);
        assert!(all(&one_word).iter().all(|segment| segment.text.len() >= 4 * 1024));
    }

    #[test]
    fn a_carriage_return_is_never_parted_from_its_line_feed() {
        let text = format!("{}\r\n{}", "x".repeat(STEP - 1), "y".repeat(STEP));
        assert!(all(&text).iter().all(|segment| !segment.text.ends_with('\r')));
    }

    #[test]
    fn a_segment_that_does_not_exist_is_empty() {
        assert_eq!(segment("text", 1).text, "");
        assert_eq!(segment("text", u32::MAX).text, "");
    }

    fn long() -> impl Strategy<Value = String> {
        let piece =
            prop_oneof!["[a-z ]{1,40}", "\n", "\r\n", "é\u{301}", "👩\u{200D}", "世", " \u{301}"];
        (prop::collection::vec(piece, 1..40), 1usize..2_000)
            .prop_map(|(pieces, times)| pieces.concat().repeat(times))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_segments_put_together_are_the_text(text in long()) {
            let segments = all(&text);
            let whole: String = segments.iter().map(|segment| segment.text).collect();
            prop_assert!(whole == text);
            prop_assert!(segments.iter().all(|segment| segment.text.len() <= 2 * STEP + BACK));
            prop_assert!(text.is_empty() || segments.iter().all(|segment| !segment.text.is_empty()));
        }

        #[test]
        fn lines_wrap_the_same_in_segments_as_in_the_whole(
            lines in prop::collection::vec("[a-z ]{0,200}", 1..40), times in 1usize..20
        ) {
            let text = lines.join("\n").repeat(times);
            let texts = |text: &str| {
                let clean = clean_text(text);
                let mut ranges = Vec::new();
                wrap(clean.as_str(), 40, Wrapping::On, &mut ranges);
                let text = clean.as_str();
                ranges
                    .into_iter()
                    .map(|range| text[range.start as usize..range.end as usize].to_owned())
                    .collect::<Vec<String>>()
            };
            prop_assert_eq!(
                all(&text).iter().flat_map(|segment| texts(segment.body())).collect::<Vec<_>>(),
                texts(&text)
            );
        }
    }
}
