//! What else the characters of a query can look like: the other normal forms of Unicode, and what a
//! formula shows.
//!
//! `é` and `한` have two forms that nobody can tell apart on the screen, and a text may have either.
//! A formula shows `x²` where its source has `x^2`. Must not know how texts are searched.

use unicode_normalization::UnicodeNormalization;

/// The composed and the decomposed form of a word, where they are not the word itself. A text that
/// mixes both within one word is not found.
pub(super) fn other_forms(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return Vec::new();
    }
    let mut forms: Vec<String> = vec![word.nfc().collect(), word.nfd().collect()];
    forms.dedup();
    forms.retain(|form| form != word);
    forms
}

/// Whether a formula may show this where its source has something else: it has a sign that formulas
/// are written with, or one around which they put blanks. A word of letters and digits stands in the
/// source as it is shown.
pub(super) fn is_of_formulas(word: &str) -> bool {
    word.chars().any(|c| {
        matches!(
            c,
            '=' | '+' | '/' | '<' | '>' | '|' | '±' | '×' | '÷' | '·' | '¬' | '°'
            | '²' | '³' | '¹' | '¼'..='¾'
            // Marks on letters: hats, bars, arrows.
            | '\u{300}'..='\u{338}' | '\u{20D0}'..='\u{20FF}'
            // Greek.
            | '\u{370}'..='\u{3FF}'
            // Small letters below and above the line, primes, signs like letters, fractions.
            | 'ᵀ' | '\u{1D2C}'..='\u{1D7F}' | '\u{2032}'..='\u{2034}' | '\u{2044}'
            | '\u{2070}'..='\u{209F}' | '\u{2100}'..='\u{218F}'
            // Arrows, operators, brackets, more of all of them.
            | '\u{2190}'..='\u{23FF}' | '\u{25A0}'..='\u{25FF}' | '\u{27C0}'..='\u{27FF}'
            | '\u{2900}'..='\u{2BFF}' | '…'
            // Letters of other shapes: bold, script, of double strokes.
            | '\u{1D400}'..='\u{1D7FF}'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_forms_that_look_like_it() {
        assert_eq!(other_forms("plain"), [""; 0]);
        assert_eq!(other_forms("日本"), [""; 0]);
        assert_eq!(other_forms("caf\u{E9}"), ["cafe\u{301}"]);
        assert_eq!(other_forms("cafe\u{301}"), ["caf\u{E9}"]);
        assert_eq!(other_forms("\u{D55C}"), ["\u{1112}\u{1161}\u{11AB}"]);
        // The sign for kelvin is none of the two.
        assert_eq!(other_forms("\u{212A}"), ["K"]);
    }

    #[test]
    fn words_are_not_of_formulas_and_signs_are() {
        for word in ["photosynthesis", "two words", "Über", "don't", "日本語", "3.14", "(a)"] {
            assert!(!is_of_formulas(word), "{word}");
        }
        for word in ["x²", "a/b", "x = 2", "√2", "α", "½", "x₁", "≤", "→", "ℝ", "∑"]
        {
            assert!(is_of_formulas(word), "{word}");
        }
    }
}
