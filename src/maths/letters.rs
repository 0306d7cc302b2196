//! Letter variants: superscript, subscript, bold, double-struck, script; and vulgar fractions.

/// A mathematical alphabet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Font {
    Plain,
    Bold,
    Double,
    Script,
    Fraktur,
}

/// A letter or digit in an alphabet; unchanged if the alphabet lacks it.
pub(super) fn in_font(letter: char, font: Font) -> char {
    let code = u32::from(letter);
    let at = |first: u32, base: char| char::from_u32(first + code - u32::from(base));
    let shaped = match (font, letter) {
        (Font::Bold, 'A'..='Z') => at(0x1_D400, 'A'),
        (Font::Bold, 'a'..='z') => at(0x1_D41A, 'a'),
        (Font::Bold, '0'..='9') => at(0x1_D7CE, '0'),
        (Font::Bold, 'Α'..='Ω') => at(0x1_D6A8, 'Α'),
        (Font::Bold, 'α'..='ω') => at(0x1_D6C2, 'α'),
        (Font::Double, _) => known(letter, "CHNPQRZ", "ℂℍℕℙℚℝℤ").or(match letter {
            'A'..='Z' => at(0x1_D538, 'A'),
            'a'..='z' => at(0x1_D552, 'a'),
            '0'..='9' => at(0x1_D7D8, '0'),
            _ => None,
        }),
        (Font::Script, _) => known(letter, "BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ").or(match letter {
            'A'..='Z' => at(0x1_D49C, 'A'),
            'a'..='z' => at(0x1_D4B6, 'a'),
            _ => None,
        }),
        (Font::Fraktur, _) => known(letter, "CHIRZ", "ℭℌℑℜℨ").or(match letter {
            'A'..='Z' => at(0x1_D504, 'A'),
            'a'..='z' => at(0x1_D51E, 'a'),
            _ => None,
        }),
        _ => None,
    };
    shaped.unwrap_or(letter)
}

/// The character of `shaped` at the index that `letter` has in `plain`.
fn known(letter: char, plain: &str, shaped: &str) -> Option<char> {
    plain.chars().zip(shaped.chars()).find_map(|(from, to)| (from == letter).then_some(to))
}

const RAISED: (&str, &str) = (
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθ⊤′″‴*∗†°∘",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵀ′″‴**†°°",
);
const LOWERED: (&str, &str) =
    ("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");

/// Converts a text to superscript, if every character has such a form.
pub(super) fn raised(text: &str) -> Option<String> {
    text.chars().map(|letter| known(letter, RAISED.0, RAISED.1)).collect()
}

/// Converts a text to subscript, if every character has such a form.
pub(super) fn lowered(text: &str) -> Option<String> {
    text.chars().map(|letter| known(letter, LOWERED.0, LOWERED.1)).collect()
}

const VULGAR: [(&str, &str, &str); 18] = [
    ("1", "2", "½"),
    ("1", "3", "⅓"),
    ("2", "3", "⅔"),
    ("1", "4", "¼"),
    ("3", "4", "¾"),
    ("1", "5", "⅕"),
    ("2", "5", "⅖"),
    ("3", "5", "⅗"),
    ("4", "5", "⅘"),
    ("1", "6", "⅙"),
    ("5", "6", "⅚"),
    ("1", "7", "⅐"),
    ("1", "8", "⅛"),
    ("3", "8", "⅜"),
    ("5", "8", "⅝"),
    ("7", "8", "⅞"),
    ("1", "9", "⅑"),
    ("1", "10", "⅒"),
];

/// The character for a fraction, if there is one.
pub(super) fn vulgar(over: &str, under: &str) -> Option<&'static str> {
    VULGAR.iter().find(|(a, b, _)| *a == over && *b == under).map(|(_, _, sign)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_shapes() {
        for (font, plain, shaped) in [
            (Font::Bold, "Fa0θΩ", "𝐅𝐚𝟎𝛉𝛀"),
            (Font::Double, "RNA1+", "ℝℕ𝔸𝟙+"),
            (Font::Script, "LAe", "ℒ𝒜ℯ"),
            (Font::Fraktur, "gR", "𝔤ℜ"),
            (Font::Plain, "x", "x"),
        ] {
            let found: String = plain.chars().map(|letter| in_font(letter, font)).collect();
            assert_eq!(found, shaped);
        }
    }

    #[test]
    fn a_script_is_raised_as_a_whole_or_not_at_all() {
        assert_eq!(raised("−2n").as_deref(), Some("⁻²ⁿ"));
        assert_eq!(raised("2q"), None);
        assert_eq!(lowered("max").as_deref(), Some("ₘₐₓ"));
        assert_eq!(lowered("b"), None);
        for (from, to) in [RAISED, LOWERED] {
            assert_eq!(from.chars().count(), to.chars().count());
        }
    }
}
