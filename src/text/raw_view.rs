//! The source view: shows every character that is hidden or that cleaning would change as an
//! escape.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::class::{Lines, extends, is_plain, is_unsafe, plain_prefix};
use super::clean::{Clean, clean_text};
use super::small;

/// The longest cluster to show unescaped, in code points.
const MAX_CLUSTER: usize = 32;
/// The most marks on one base to show unescaped.
const MAX_MARKS: usize = 8;

/// Escapes every hidden or control character except LF, as `\u{200B}`, `\t`, `\r`. A literal
/// backslash stays one, but is not among the marks.
pub fn source_text(text: &str) -> Clean<'_> {
    if plain_prefix(text, Lines::Kept) == text.len() {
        return clean_text(text);
    }
    let mut source = Source { out: String::with_capacity(text.len()), marks: Vec::new() };
    for cluster in text.graphemes(true) {
        source.cluster(cluster);
    }
    Clean::from_source(source.out, source.marks)
}

struct Source {
    out: String,
    marks: Vec<Range<u32>>,
}

impl Source {
    fn cluster(&mut self, cluster: &str) {
        let mut shown: usize = 0;
        let mut marks: usize = 0;
        // Whether the previous character of this cluster is unescaped.
        let mut joined = false;
        for c in cluster.chars() {
            if c == '\n' || is_plain(c) {
                joined = shown < MAX_CLUSTER;
                marks = 0;
            } else if is_unsafe(c) || shown >= MAX_CLUSTER {
                joined = false;
            } else {
                let mark = extends(c);
                marks = if mark { marks + 1 } else { 0 };
                let needs_base = mark || c.width() == Some(0);
                joined = marks <= MAX_MARKS && (joined || !needs_base);
            }
            if joined {
                self.out.push(c);
                shown += 1;
            } else {
                self.escape(c);
            }
        }
    }

    fn escape(&mut self, c: char) {
        let from = small(self.out.len());
        match c {
            '\t' => self.out.push_str("\\t"),
            '\r' => self.out.push_str("\\r"),
            _ => self.out.extend(c.escape_unicode().map(|c| c.to_ascii_uppercase()).map(lower_u)),
        }
        let to = small(self.out.len());
        match self.marks.last_mut() {
            Some(last) if last.end == from => last.end = to,
            _ => self.marks.push(from..to),
        }
    }
}

/// Lower-cases the `U` of an escape: `\U{200B}` becomes `\u{200B}`.
fn lower_u(c: char) -> char {
    if c == 'U' { 'u' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_shows_as_its_number() {
        let source = source_text("ig\u{200B}nore\t\u{1b}[0m\r\nnext");
        assert_eq!(source.as_str(), "ig\\u{200B}nore\\t\\u{1B}[0m\\r\nnext");
        assert_eq!(source.marks(), [2..10, 14..22, 25..27]);
    }

    #[test]
    fn joiners_selectors_and_marks_without_a_base_are_numbers_too() {
        assert_eq!(source_text("👩\u{200D}👧").as_str(), "👩\\u{200D}👧");
        assert_eq!(source_text("✔\u{FE0F}").as_str(), "✔\\u{FE0F}");
        assert_eq!(source_text("\u{301}e\u{301}").as_str(), "\\u{301}e\u{301}");
        assert_eq!(source_text("\u{1161}가").as_str(), "\\u{1161}가");
        assert_eq!(source_text("\u{202E}abc").as_str(), "\\u{202E}abc");
    }

    #[test]
    fn a_flood_of_marks_is_shown_in_numbers_after_the_eighth() {
        let text = format!("z{}", "\u{301}".repeat(10));
        let expected = format!("z{}\\u{{301}}\\u{{301}}", "\u{301}".repeat(8));
        assert_eq!(source_text(&text).as_str(), expected);
    }

    proptest! {
        #[test]
        fn the_source_view_is_as_clean_as_a_cleaned_text(text in crate::text::clean::tests::hostile()) {
            crate::text::clean::tests::assert_clean(source_text(&text).as_str());
        }
    }
}
