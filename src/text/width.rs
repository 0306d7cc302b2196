//! Measures text in terminal cells, cluster by cluster, exactly as ratatui lays it out.
//!
//! Never measures a text as a whole: some pairs of letters are narrower together (lam and alef),
//! but the terminal gets each cluster in cells of its own.

use std::sync::atomic::{AtomicBool, Ordering};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::class::is_plain;

/// The width of characters that Unicode calls ambiguous (`±`, `°`, `“`, Greek, Cyrillic): one cell
/// in most terminals, two in some that are set up for Chinese, Japanese or Korean.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Ambiguous {
    /// One cell.
    #[default]
    Narrow,
    /// Two cells, except for box-drawing characters, which are replaced by ASCII: see
    /// [`is_drawing`].
    Wide,
}

/// A property of the terminal, like its size: set once at start-up for the whole process.
static WIDE: AtomicBool = AtomicBool::new(false);

/// Sets the width of ambiguous characters. Call it before measuring anything.
pub fn set_ambiguous(ambiguous: Ambiguous) {
    WIDE.store(ambiguous == Ambiguous::Wide, Ordering::Relaxed);
}

/// The width of ambiguous characters.
pub fn ambiguous() -> Ambiguous {
    if WIDE.load(Ordering::Relaxed) { Ambiguous::Wide } else { Ambiguous::Narrow }
}

/// Whether a character draws lines, boxes or bars.
pub fn is_drawing(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259F}')
}

/// The width of a cluster. Control characters have none.
pub fn cluster_width(cluster: &str) -> usize {
    cluster_width_in(cluster, ambiguous())
}

/// ratatui counts the voicing marks of half-width kana once more than unicode-width does. This
/// function agrees with ratatui, so that layout and painting match.
fn cluster_width_in(cluster: &str, ambiguous: Ambiguous) -> usize {
    if let [byte] = cluster.as_bytes() {
        return usize::from(!byte.is_ascii_control());
    }
    if cluster.chars().any(char::is_control) {
        return 0;
    }
    let voiced = cluster.chars().filter(|c| matches!(c, '\u{FF9E}' | '\u{FF9F}')).count();
    let is_narrow = ambiguous == Ambiguous::Narrow || cluster.starts_with(is_drawing);
    let letters = cluster.chars().filter(|c| !is_narrow && is_ambiguous_letter(*c)).count();
    voiced + letters + if is_narrow { cluster.width() } else { cluster.width_cjk() }
}

fn char_width(c: char) -> usize {
    if ambiguous() == Ambiguous::Narrow || is_drawing(c) {
        return c.width().unwrap_or(0);
    }
    c.width_cjk().unwrap_or(0) + usize::from(is_ambiguous_letter(c))
}

/// The letters of class A in Unicode's `EastAsianWidth.txt`. Terminals with wide ambiguous
/// characters show them wide too; unicode-width counts them as narrow.
fn is_ambiguous_letter(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAA | 0xBA | 0xC6 | 0xD0 | 0xD8 | 0xDE..=0xE1 | 0xE6 | 0xE8..=0xEA | 0xEC..=0xED | 0xF0
            | 0xF2..=0xF3 | 0xF8..=0xFA | 0xFC | 0xFE | 0x101 | 0x111 | 0x113 | 0x11B
            | 0x126..=0x127 | 0x12B | 0x131..=0x133 | 0x138 | 0x13F..=0x142 | 0x144
            | 0x148..=0x14B | 0x14D | 0x152..=0x153 | 0x166..=0x167 | 0x16B | 0x1CE | 0x1D0
            | 0x1D2 | 0x1D4 | 0x1D6 | 0x1D8 | 0x1DA | 0x1DC | 0x251 | 0x261 | 0x391..=0x3A1
            | 0x3A3..=0x3A9 | 0x3B1..=0x3C1 | 0x3C3..=0x3C9 | 0x401 | 0x410..=0x44F | 0x451
    ) && c.width_cjk() == Some(1)
}

/// Iterates over the clusters of a text with their widths.
pub fn graphemes(text: &str) -> Clusters<'_> {
    Clusters { rest: text }
}

/// The iterator of [`graphemes`].
#[derive(Clone, Debug)]
pub struct Clusters<'a> {
    rest: &'a str,
}

impl<'a> Clusters<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (cluster, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        cluster
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<Self::Item> {
        if let [b' '..=b'~', next, ..] = self.rest.as_bytes()
            && next.is_ascii()
        {
            return Some((self.take(1), 1));
        }
        let mut chars = self.rest.chars();
        let first = chars.next()?;
        // Fast path: a plain character before another is a cluster. Most text is nothing else.
        if is_plain(first) && chars.next().is_none_or(is_plain) {
            return Some((self.take(first.len_utf8()), char_width(first)));
        }
        let length = self.rest.graphemes(true).next().map_or(first.len_utf8(), str::len);
        let cluster = self.take(length);
        Some((cluster, cluster_width(cluster)))
    }
}

/// The width of a single line.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    graphemes(text).map(|(_, width)| width).sum()
}

/// The longest prefix of whole clusters that fits into `columns`, and its width. Zero-width
/// clusters stay with the text before them.
pub fn cut(text: &str, columns: usize) -> (&str, usize) {
    let mut end = 0;
    let mut used = 0;
    for (cluster, width) in graphemes(text) {
        if used + width > columns {
            break;
        }
        used += width;
        end += cluster.len();
    }
    (text.get(..end).unwrap_or_default(), used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean_text;
    use proptest::prelude::*;

    #[test]
    fn clusters_of_every_script_have_the_cells_that_they_are_painted_in() {
        for (text, clusters, cells) in [
            ("abc", 3, 3),
            ("é e\u{301}", 3, 3),
            ("世界", 2, 4),
            ("한글", 2, 4),
            ("\u{1112}\u{1161}\u{11AB}", 1, 2),
            ("👩\u{200D}👩\u{200D}👧", 1, 2),
            ("👍🏽", 1, 2),
            ("🇫🇷🇩🇪", 2, 4),
            ("1\u{FE0F}\u{20E3}", 1, 2),
            ("✔\u{FE0F}", 1, 2),
            ("✔", 1, 1),
            ("ที่นี่", 2, 2),
            ("नमस्ते", 3, 4),
            ("لا", 2, 2),
            ("ｶ\u{FF9E}", 1, 3),
            ("│±°“”", 5, 5),
        ] {
            assert_eq!(graphemes(text).count(), clusters, "clusters of {text}");
            assert_eq!(width(text), cells, "cells of {text}");
        }
    }

    #[test]
    fn ambiguous_characters_have_one_cell_or_two_and_lines_are_drawn_in_one() {
        for (cluster, narrow, wide) in [
            ("a", 1, 1),
            ("±", 1, 2),
            ("°", 1, 2),
            ("“", 1, 2),
            ("é", 1, 2),
            ("ö", 1, 1),
            ("e\u{301}", 1, 1),
            ("α", 1, 2),
            ("я", 1, 2),
            ("√", 1, 2),
            ("│", 1, 1),
            ("─", 1, 1),
            ("█", 1, 1),
            ("世", 2, 2),
            ("👍🏽", 2, 2),
            ("ｶ", 1, 1),
        ] {
            assert_eq!(cluster_width_in(cluster, Ambiguous::Narrow), narrow, "{cluster}");
            assert_eq!(cluster_width_in(cluster, Ambiguous::Wide), wide, "{cluster}");
        }
    }

    #[test]
    fn a_cut_never_splits_a_cluster_and_says_what_it_used() {
        assert_eq!(cut("hello", 3), ("hel", 3));
        assert_eq!(cut("世界", 3), ("世", 2));
        assert_eq!(cut("e\u{301}e\u{301}", 1), ("e\u{301}", 1));
        assert_eq!(cut("👩\u{200D}👧x", 1), ("", 0));
        assert_eq!(cut("ab", 9), ("ab", 2));
    }

    proptest! {
        #[test]
        fn the_quick_way_through_a_text_finds_the_same_clusters(
            text in crate::text::clean::tests::hostile()
        ) {
            let quick: Vec<&str> = graphemes(&text).map(|(cluster, _)| cluster).collect();
            let plain: Vec<&str> = text.graphemes(true).collect();
            prop_assert_eq!(quick, plain);
        }

        #[test]
        fn the_parts_of_a_cut_are_as_wide_as_the_whole(
            text in crate::text::clean::tests::hostile(), columns in 0usize..20
        ) {
            let text = clean_text(&text);
            let text = text.as_str();
            let (head, used) = cut(text, columns);
            prop_assert!(used <= columns);
            prop_assert_eq!(width(head), used);
            prop_assert_eq!(used + width(&text[head.len()..]), width(text));
        }
    }
}
