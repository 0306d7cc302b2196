//! Splits a message into segments. A message of up to [`MARKDOWN_BYTES`] is one segment and is
//! shown as Markdown. A longer one is shown as plain text and laid out one segment at a time, so
//! that 50 MB cost no more than the visible part.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// The longest message to lay out as Markdown. A release build takes 1.4 ms for 64 KiB of prose and
/// 5.3 ms for the worst input tried (a formula on every line, paragraphs of one letter). A frame
/// has 16 ms.
pub const MARKDOWN_BYTES: usize = 64 * 1024;
/// The length of a segment of a longer message.
const STEP: usize = 16 * 1024;
/// How far before the end of a segment to search for a line feed, else a space.
const BACK: usize = 4 * 1024;
/// How far before the end of a segment to search for a cluster boundary.
const NEAR: usize = 64;

/// Whether a message is one segment.
pub fn is_one(text: &str) -> bool {
    text.len() <= MARKDOWN_BYTES
}

/// The number of segments; at least one.
pub fn count(text: &str) -> u32 {
    let count = if is_one(text) { 1 } else { text.len().div_ceil(STEP) };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The byte range of a segment; `None` past the last one. Segments end at a nearby line feed if
/// there is one, else between two words.
pub fn range(text: &str, index: u32) -> Option<Range<usize>> {
    if index >= count(text) {
        return None;
    }
    if is_one(text) {
        return Some(0..text.len());
    }
    let boundary = |at: usize| match at * STEP {
        0 => 0,
        near if near >= text.len() => text.len(),
        near => line_near(text, near),
    };
    let index = index as usize;
    Some(boundary(index)..boundary(index + 1))
}

/// The text of a segment for layout, without the line feed that ends its last line, which would
/// start an empty line here. The last segment keeps it, and so does a message of one segment.
pub fn body(text: &str, index: u32) -> Option<&str> {
    let range = range(text, index)?;
    let is_last = range.end == text.len();
    let segment = text.get(range)?;
    if is_last {
        return Some(segment);
    }
    let body = segment.strip_suffix('\n').unwrap_or(segment);
    Some(body.strip_suffix('\r').unwrap_or(body))
}

/// The best place at or before `near` to split a text.
fn line_near(text: &str, near: usize) -> usize {
    let before = text.as_bytes().get(near.saturating_sub(BACK)..near).unwrap_or_default();
    let feed = before.iter().rposition(|&byte| byte == b'\n');
    feed.map_or_else(|| cut_near(text, near), |feed| near - before.len() + feed + 1)
}

/// The best place at or before `near` to split a line: after a space, else between two clusters.
fn cut_near(text: &str, near: usize) -> usize {
    let near = near.min(text.len());
    let window = text.as_bytes().get(near.saturating_sub(BACK)..near).unwrap_or_default();
    let start = near - window.len();
    // A combining mark after a space attaches to it; all marks are beyond ASCII.
    for blank in memchr::memrchr_iter(b' ', window) {
        let after = start + blank + 1;
        if text.as_bytes().get(after).is_some_and(|byte| byte.is_ascii() && *byte != b'\n') {
            return after;
        }
    }
    between_clusters(text, near)
}

/// The last cluster boundary in the 64 bytes before `near`, else the character boundary at it.
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
    use proptest::prelude::*;

    fn bodies(text: &str) -> Vec<&str> {
        (0..count(text)).map(|index| body(text, index).unwrap()).collect()
    }

    #[test]
    fn a_message_up_to_the_limit_is_one_segment() {
        for text in ["", "hello\n", &"x".repeat(MARKDOWN_BYTES)] {
            assert_eq!(bodies(text), [text]);
        }
        assert_eq!(range("text", 1), None);
    }

    #[test]
    fn lines_and_words_stay_whole() {
        let lines = "some words of a line\n".repeat(10_000);
        let joined = bodies(&lines).join("\n");
        assert_eq!(joined, lines);
        let words = "word ".repeat(40_000);
        assert!(bodies(&words).iter().all(|body| body.starts_with("word") && body.ends_with(' ')));
    }

    #[test]
    fn a_line_is_cut_at_a_word_and_without_words_at_a_cluster() {
        let words = "word ".repeat(5_000);
        assert_eq!(cut_near(&words, 16_384), 16_380);
        let families = "👩\u{200D}👩\u{200D}👧".repeat(1_000);
        assert!(families[cut_near(&families, 16_384)..].starts_with('👩'));
        assert_eq!(cut_near(&"x".repeat(20_000), 16_384), 16_384);
    }

    #[test]
    fn a_carriage_return_is_never_parted_from_its_line_feed() {
        let text = format!("{}\r\n{}", "x".repeat(16_383), "y".repeat(64));
        assert_eq!(cut_near(&text, 16_384), 16_383);
    }

    proptest! {
        #[test]
        fn segments_put_together_are_the_text(
            unit in "[a \n\r世é]{1,30}", copies in 1_usize..8_000,
        ) {
            let text = unit.repeat(MARKDOWN_BYTES / unit.len() + copies);
            let mut end = 0;
            for index in 0..count(&text) {
                let segment = range(&text, index).unwrap();
                prop_assert_eq!(segment.start, end);
                prop_assert!(segment.len() <= STEP + BACK + 64);
                end = segment.end;
            }
            prop_assert_eq!(end, text.len());
            prop_assert_eq!(range(&text, count(&text)), None);
        }
    }
}
