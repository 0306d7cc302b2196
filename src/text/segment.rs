//! Where a line that is too long for one piece can be cut.

use unicode_segmentation::UnicodeSegmentation;

/// How far before the place a blank is looked for.
const BACK: usize = 4 * 1024;
/// How far before it a boundary of clusters is looked for.
const NEAR: usize = 64;

/// The best place to cut a line at or before a byte of the text: behind a blank, else between two
/// clusters. The line must have no line feed in the 4 KiB before that byte.
pub fn cut_near(text: &str, near: usize) -> usize {
    let near = near.min(text.len());
    let window = text.as_bytes().get(near.saturating_sub(BACK)..near).unwrap_or_default();
    let start = near - window.len();
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
}
