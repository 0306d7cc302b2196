//! The flags of a text: whether it has to be cleaned, and whether it has invisible characters.

use std::ops::ControlFlow;

use crate::message::Flags;
use crate::text::each_pair;

/// [`Flags::UNCLEAN`] and [`Flags::HIDDEN`] for a text.
pub(super) fn marks(text: &str) -> Flags {
    let mut flags = Flags::default();
    each_pair(text.as_bytes(), is_suspect, |place| {
        let char = text.get(place..).and_then(|rest| rest.chars().next());
        flags.set(char.map(marks_of).unwrap_or_default());
        // Hidden implies unclean, so both flags are set.
        if flags.has(Flags::HIDDEN) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    flags
}

/// Whether a character with a flag may begin with these two bytes: true for too many, never for too
/// few. Written without branches.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would make it many times slower")]
fn is_suspect(a: u8, b: u8) -> bool {
    ((a < 0x20) & (a != b'\n'))
        | (a == 0x7F)
        | ((a == 0xC2) & ((b < 0xA0) | (b == 0xAD)))
        | ((a == 0xCD) & (b == 0x8F))
        | ((a == 0xD8) & (b == 0x9C))
        | ((a == 0xE1) & ((b == 0x85) | (b == 0x9E) | (b == 0xA0)))
        | ((a == 0xE2) & (b <= 0x81))
        | ((a == 0xE3) & (b == 0x85))
        | ((a == 0xEF) & ((b == 0xB7) | (b == 0xB8) | (b == 0xBB) | (b >= 0xBE)))
        | ((a == 0xF0) & ((b == 0x9B) | (b == 0x9D) | (b & 0xCF == 0x8F)))
        | (a > 0xF0)
}

/// The flags of one character. Hidden implies unclean.
pub(super) fn marks_of(char: char) -> Flags {
    match u32::from(char) {
        0x0A | 0x20..=0x7E => Flags::default(),
        // Invisible: soft hyphen, joiners, fillers, bidirectional controls, variation selectors,
        // byte order marks, annotations, shorthand and musical controls, tags.
        0xAD
        | 0x34F
        | 0x61C
        | 0x115F..=0x1160
        | 0x17B4..=0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0x3164
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0xFFA0
        | 0xFFF9..=0xFFFB
        | 0x1_BCA0..=0x1_BCA3
        | 0x1_D173..=0x1_D17A
        | 0xE_0000..=0xE_0FFF => Flags::UNCLEAN | Flags::HIDDEN,
        // Control characters, line and paragraph separators, the rest of the default-ignorable
        // characters, noncharacters.
        0..=0x1F | 0x7F..=0x9F | 0x2028..=0x2029 | 0xFFF0..=0xFFF8 | 0xFDD0..=0xFDEF => {
            Flags::UNCLEAN
        }
        code if code & 0xFFFE == 0xFFFE => Flags::UNCLEAN,
        _ => Flags::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: Flags = Flags(Flags::UNCLEAN.0 | Flags::HIDDEN.0);
    const NONE: Flags = Flags(0);

    #[test]
    fn every_character_has_the_marks_that_the_flags_promise() {
        let hidden = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200d}\u{202e}\
            \u{2060}\u{2066}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{1bca0}\u{1d173}\u{e0001}\
            \u{e01ef}";
        for char in hidden.chars() {
            assert_eq!(marks(&format!("é{char}")), BOTH, "{char:?}");
        }
        let unclean = "\0\t\r\u{b}\u{1b}\u{7f}\u{80}\u{9b}\u{2028}\u{2029}\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\
             \u{10ffff}";
        for char in unclean.chars() {
            assert_eq!(marks(&format!("é{char}")), Flags::UNCLEAN, "{char:?}");
        }
        assert_eq!(marks("a\nb ~ é ñ “x” — ا细 \u{301} 😀 \u{a0}\u{e000}\u{fffd} İ"), NONE);
    }

    #[test]
    fn no_character_slips_through() {
        for char in '\0'..=char::MAX {
            let mut text = [0; 4];
            assert_eq!(marks(char.encode_utf8(&mut text)), marks_of(char), "{char:?}");
        }
        for char in ('\0'..=char::MAX).filter(|&char| marks_of(char) != NONE) {
            for before in [0, 1, 30, 31, 32, 39] {
                let text = format!("{}{char}{}", "a".repeat(before), "é".repeat(32));
                assert_eq!(marks(&text), marks_of(char), "{char:?} behind {before}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_mark_on_a_text_is_a_mark_on_one_of_its_characters(text in any::<String>()) {
            let mut flags = Flags::default();
            text.chars().for_each(|char| flags.set(marks_of(char)));
            prop_assert_eq!(marks(&text), flags);
        }
    }
}
