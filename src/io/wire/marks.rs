//! Flags of a text: whether it needs cleaning, and whether it has invisible characters.

use std::ops::ControlFlow;

use crate::message::Flags;
use crate::text::{each_pair, is_hidden, is_unsafe, may_be_unsafe};

/// Computes [`Flags::UNCLEAN`] and [`Flags::HIDDEN`] for a text.
pub(super) fn marks(text: &str) -> Flags {
    let mut flags = Flags::default();
    each_pair(text.as_bytes(), may_be_unsafe, |place| {
        let char = text.get(place..).and_then(|rest| rest.chars().next());
        flags.set(char.map(marks_of).unwrap_or_default());
        // Hidden implies unclean, so both flags are set.
        if flags.has(Flags::HIDDEN) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    flags
}

/// The flags of one character. Hidden implies unclean.
pub(super) fn marks_of(char: char) -> Flags {
    match (is_unsafe(char), is_hidden(char)) {
        (true, true) => Flags::UNCLEAN | Flags::HIDDEN,
        (true, false) => Flags::UNCLEAN,
        _ => Flags::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::push_string;
    use crate::search::visible;
    use crate::text::{clean_text, source_text};
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

    /// The screen, the source view, searches, message flags and exports all use one table.
    #[test]
    fn everything_agrees_on_which_characters_are_hidden_and_unsafe() {
        for c in '\0'..=char::MAX {
            let (is_hidden, is_unsafe) = (is_hidden(c), is_unsafe(c));
            // Between spaces, no hidden character has a visible effect.
            let text = format!("x {c} x");
            let cleaned = clean_text(&text);
            let is_kept = cleaned.as_str().contains(c) && cleaned.hidden() == 0;
            // A character without a width of its own shows as its number.
            let is_number = cleaned.as_str() == format!("x <{:02X}> x", u32::from(c));
            if c != ' ' {
                assert_eq!(
                    is_unsafe,
                    !is_kept && (!is_number || c.is_control()),
                    "{c:?} on the screen"
                );
            }
            let source = source_text(&text);
            assert!(!is_unsafe || !source.as_str().contains(c), "{c:?} in the source view");
            assert_eq!(is_hidden, visible(&text) == "x  x", "{c:?} in a search");
            let flags = marks(&text);
            assert_eq!(flags.has(Flags::HIDDEN), is_hidden, "{c:?} on arrival");
            assert_eq!(flags.has(Flags::UNCLEAN), is_unsafe, "{c:?} on arrival");
            let mut json = Vec::new();
            push_string(&text, &mut json);
            let json = String::from_utf8(json).unwrap();
            let is_escaped = !json.contains(c) && !matches!(c, '\n' | '"' | '\\');
            assert_eq!(is_escaped, is_unsafe, "{c:?} in an export");
        }
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
