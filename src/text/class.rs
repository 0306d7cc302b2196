//! Classifies characters by what it takes to show them safely.
//!
//! Knows single characters; `sanitise` decides what to do with them.

use unicode_segmentation::UnicodeSegmentation;

/// Zero width joiner.
pub(super) const ZWJ: char = '\u{200D}';
/// Zero width non-joiner.
pub(super) const ZWNJ: char = '\u{200C}';
/// The base of the flags of England, Scotland and other regions.
pub(super) const BLACK_FLAG: char = '\u{1F3F4}';
/// Ends such a flag.
pub(super) const CANCEL_TAG: char = '\u{E007F}';
/// Encloses a digit in a key cap.
pub(super) const KEYCAP: char = '\u{20E3}';

/// The ranges of [`is_plain`], by first and last code point.
const PLAIN: [(u32, u32); 37] = [
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x48A, 0x590),
    (0x5D0, 0x5EA),
    (0x620, 0x64A),
    (0x660, 0x66F),
    (0x671, 0x6D5),
    (0x904, 0x939),
    (0x964, 0x980),
    (0xE01, 0xE30),
    (0xE32, 0xE32),
    (0xE3F, 0xE46),
    (0x10A0, 0x10FF),
    (0x1E00, 0x200A),
    (0x2010, 0x2027),
    (0x202F, 0x205F),
    (0x2070, 0x20CF),
    (0x2100, 0x2CEE),
    (0x2E00, 0x3029),
    (0x3030, 0x3098),
    (0x309B, 0x3163),
    (0x3165, 0xA66E),
    (0xAC00, 0xD7A3),
    (0xE000, 0xFB1D),
    (0xFB1F, 0xFDCF),
    (0xFDF0, 0xFDFF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFEFE),
    (0xFF00, 0xFF9D),
    (0xFFFC, 0xFFFD),
    (0x1F000, 0x1F1E5),
    (0x1F200, 0x1F3FA),
    (0x1F400, 0x1FAFF),
    (0x20000, 0x2FFFD),
    (0x30000, 0x3FFFD),
];

/// One more than the last code point of [`PLAIN`].
const PLAIN_END: usize = 0x40000;

/// [`PLAIN`] as a bit set.
static PLAIN_BITS: [u64; PLAIN_END / 64] = {
    let mut bits = [0; PLAIN_END / 64];
    let mut range = 0;
    while range < PLAIN.len() {
        let (first, last) = PLAIN[range];
        let mut word = first / 64;
        while word <= last / 64 {
            let from = if word == first / 64 { first % 64 } else { 0 };
            let to = if word == last / 64 { last % 64 } else { 63 };
            bits[word as usize] |= (u64::MAX << from) & (u64::MAX >> (63 - to));
            word += 1;
        }
        range += 1;
    }
    bits
};

/// Whether a character has a width, needs no cleaning, and is a cluster of its own next to any
/// other such character. The ranges are coarse: characters outside them take the slow path.
#[inline]
pub(super) fn is_plain(c: char) -> bool {
    let code = u32::from(c);
    PLAIN_BITS.get((code / 64) as usize).is_some_and(|word| word >> (code % 64) & 1 == 1)
}

/// The length in bytes of the plain prefix of `text`. Line feeds are plain if `lines` keeps them.
pub(super) fn plain_prefix(text: &str, lines: Lines) -> usize {
    let feed = if lines == Lines::Kept { b'\n' } else { b' ' };
    let bytes = text.as_bytes();
    let mut at = ascii_prefix(bytes, feed);
    // The scan above stops at a non-ASCII character, which may be plain too.
    while bytes.get(at).is_some_and(|byte| !byte.is_ascii()) {
        let rest = text.get(at..).unwrap_or_default();
        let plain = rest.chars().take_while(|&c| !c.is_ascii() && is_plain(c));
        let taken: usize = plain.map(char::len_utf8).sum();
        if taken == 0 {
            break;
        }
        at += taken;
        at += ascii_prefix(bytes.get(at..).unwrap_or_default(), feed);
    }
    at
}

/// What happens to line feeds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lines {
    /// They stay.
    Kept,
    /// They become spaces.
    Joined,
}

/// The length of the prefix of printable ASCII and `feed`. The blocks have no early exit, so that
/// the loop vectorises.
fn ascii_prefix(bytes: &[u8], feed: u8) -> usize {
    let odd = |byte: u8| u8::from(byte.wrapping_sub(0x20) >= 0x5F) & u8::from(byte != feed);
    let is_whole = |block: &[u8]| block.iter().fold(0, |any, &b| any | odd(b)) == 0;
    let (blocks, _) = bytes.as_chunks::<64>();
    let start = blocks.iter().take_while(|block| is_whole(*block)).count() * 64;
    let rest = bytes.get(start..).unwrap_or_default();
    // In languages with accents the next non-ASCII byte is near, so continue with small blocks.
    let (parts, _) = rest.as_chunks::<16>();
    let start = start + parts.iter().take_while(|part| is_whole(*part)).count() * 16;
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|&&byte| odd(byte) == 0).count()
}

/// Whether a character is invisible by itself: Unicode's default-ignorable characters, other format
/// controls, variation selectors, tags and fillers. The screen drops them, searches ignore them,
/// and messages that contain one are flagged on arrival.
///
/// [`may_be_hidden`] and [`may_be_unsafe`] must agree with it; their tests compare all characters.
pub fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3
        | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Whether a text with this character needs cleaning or escaping before it reaches a terminal:
/// controls except LF, line and paragraph separators, hidden characters, noncharacters.
pub fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{2028}' | '\u{2029}')
        || is_hidden(c)
        || is_noncharacter(c)
}

/// A branch-free test for [`super::each_pair`]: whether a character that [`is_hidden`] may start
/// with these two bytes. May return false positives, never false negatives.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would make it many times slower")]
pub fn may_be_hidden(a: u8, b: u8) -> bool {
    ((a == 0xC2) & (b == 0xAD))
        | ((a == 0xCD) & (b == 0x8F))
        | ((a == 0xD8) & (b == 0x9C))
        | ((a == 0xE1) & ((b == 0x85) | (b == 0x9E) | (b == 0xA0)))
        | ((a == 0xE2) & (b & 0xFE == 0x80))
        | ((a == 0xE3) & (b == 0x85))
        | ((a == 0xEF) & ((b & 0xF8) == 0xB8))
        | ((a == 0xF0) & ((b == 0x93) | (b == 0x9B) | (b == 0x9D)))
        | (a == 0xF3)
}

/// The same for [`is_unsafe`].
#[expect(clippy::needless_bitwise_bool, reason = "a branch would make it many times slower")]
pub fn may_be_unsafe(a: u8, b: u8) -> bool {
    ((a < 0x20) & (a != b'\n'))
        | (a == 0x7F)
        | ((a == 0xC2) & (b < 0xA0))
        | ((a == 0xEF) & (b == 0xB7))
        | ((a == 0xF0) & (b & 0xCF == 0x8F))
        | (a > 0xF0)
        | may_be_hidden(a, b)
}

/// Whether a character is one of Unicode's 66 noncharacters.
pub(super) fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xFFFE == 0xFFFE || matches!(code, 0xFDD0..=0xFDEF)
}

/// ZWJ or ZWNJ.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, ZWJ | ZWNJ)
}

/// A variation selector for the text or the emoji form of the character before it.
pub(super) fn is_presentation(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

/// A letter or digit in the name of a flag.
pub(super) fn is_flag_tag(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

/// The name of a bidirectional control. These let a text reorder its surroundings.
pub(super) fn direction_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{202A}' => "⟨LRE⟩",
        '\u{202B}' => "⟨RLE⟩",
        '\u{202C}' => "⟨PDF⟩",
        '\u{202D}' => "⟨LRO⟩",
        '\u{202E}' => "⟨RLO⟩",
        '\u{2066}' => "⟨LRI⟩",
        '\u{2067}' => "⟨RLI⟩",
        '\u{2068}' => "⟨FSI⟩",
        '\u{2069}' => "⟨PDI⟩",
        _ => return None,
    })
}

/// LRM, RLM and ALM. They are ordinary in Arabic and Hebrew, so they are dropped without a report.
pub(super) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// Whether a character attaches to the one before it. Derived from the segmentation crate, so that
/// no second table can differ.
pub(super) fn extends(c: char) -> bool {
    c > '\u{2FF}' && !is_plain(c) && String::from_iter(['a', c]).graphemes(true).count() == 1
}

/// Whether a character attaches to the one before it but can also stand alone: skin tones and the
/// voicing marks of half-width kana.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{FF9E}' | '\u{FF9F}')
}

/// Whether a character can be an emoji, derived from how the segmentation crate treats ZWJ
/// sequences.
pub(super) fn is_pictographic(c: char) -> bool {
    c > '\u{A8}' && String::from_iter([c, ZWJ, '\u{1F468}']).graphemes(true).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use unicode_width::UnicodeWidthChar;

    fn every_char() -> impl Iterator<Item = char> {
        '\0'..=char::MAX
    }

    #[test]
    fn plain_characters_never_join_a_neighbour_and_always_have_a_width() {
        let hidden = Regex::new(r"^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{M}\p{DI}]").unwrap();
        for c in every_char().filter(|&c| is_plain(c)) {
            let clusters = |text: &str| text.graphemes(true).count();
            assert_eq!(clusters(&format!("a{c}")), 2, "{c:?} joins what is before it");
            assert_eq!(clusters(&format!("{c}a")), 2, "{c:?} joins what is after it");
            assert_eq!(clusters(&format!("{c}{c}")), 2, "{c:?} joins itself");
            assert_eq!(clusters(&format!("{c}\u{1F468}")), 2, "{c:?} joins an emoji");
            assert_eq!(clusters(&format!("{c}한")), 2, "{c:?} joins a syllable");
            assert!(!hidden.is_match(&c.to_string()), "{c:?} is hidden");
            assert!(!is_hidden(c) && !is_noncharacter(c), "{c:?} is in two classes");
            assert!(c.width().is_some_and(|width| width > 0), "{c:?} has no width");
        }
    }

    #[test]
    fn every_plain_character_has_its_bit_and_no_other() {
        for c in every_char() {
            let is_in = |&(first, last): &(u32, u32)| (first..=last).contains(&u32::from(c));
            assert_eq!(is_plain(c), PLAIN.iter().any(is_in), "{c:?}");
        }
    }

    #[test]
    fn the_hidden_ones_are_those_that_unicode_ignores_or_calls_format_controls() {
        let ignored = Regex::new(r"^[\p{DI}\p{Cf}]").unwrap();
        for c in every_char() {
            // Format controls that enclose or precede numbers are visible.
            let visible = matches!(u32::from(c), 0x600..=0x605 | 0x6DD | 0x70F | 0x890..=0x891
                | 0x8E2 | 0x110BD | 0x110CD);
            let expected = ignored.is_match(&c.to_string()) && !visible;
            assert_eq!(is_hidden(c), expected, "{c:?}");
        }
    }

    #[test]
    fn the_first_two_bytes_of_a_character_never_miss_a_hidden_or_unsafe_one() {
        for c in every_char() {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes);
            assert!(!is_hidden(c) || may_be_hidden(bytes[0], bytes[1]), "{c:?}");
            assert!(!is_unsafe(c) || may_be_unsafe(bytes[0], bytes[1]), "{c:?}");
        }
        assert!(
            !may_be_unsafe(b'\n', b'a') && !may_be_unsafe(b' ', 0) && !may_be_hidden(0xE4, 0xB8)
        );
    }

    #[test]
    fn the_scan_stops_where_a_slow_look_would() {
        let text = format!("{}é世{}\u{200B}tail", "a".repeat(130), "b\n".repeat(70));
        assert_eq!(plain_prefix(&text, Lines::Kept), text.find('\u{200B}').unwrap());
        assert_eq!(plain_prefix(&text, Lines::Joined), text.find('\n').unwrap());
        assert_eq!(plain_prefix("tab\there", Lines::Kept), 3);
        assert_eq!(plain_prefix("\u{7F}", Lines::Kept), 0);
    }
}
