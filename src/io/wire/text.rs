//! The strings of JSON: where they end, and what they are without their escapes.

use super::marks::{marks, marks_of};
use crate::message::Flags;

/// What was found out while a string was unescaped.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Unescaped {
    /// Bytes of JSON up to and with the closing quote.
    pub(super) length: usize,
    /// [`Flags::UNCLEAN`] and [`Flags::HIDDEN`], as [`marks`] gives them.
    pub(super) marks: Flags,
    /// Whether half of a surrogate pair stood alone and was replaced.
    pub(super) lossy: bool,
}

/// Bytes of a string that are looked at together.
const BLOCK: usize = 32;

/// Where the string ends that `from` stands in, or what cannot stand in it as it is: the place of the
/// quote, the backslash or the raw control character.
#[inline]
pub(super) fn stretch(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let whole = rest.first_chunk().copied();
        let ends = Masks::of(whole.unwrap_or_else(|| filled(rest))).ends;
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize);
        }
        whole?;
        at += BLOCK;
    }
}

/// Less than a block, filled up with blanks.
fn filled(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    block.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
    block
}

/// Bytes of a word.
const WORD: usize = 8;
/// A one in every byte.
#[cfg(any(test, not(target_arch = "x86_64")))]
const ONES: u64 = u64::from_le_bytes([1; WORD]);
/// The highest bit of every byte.
#[cfg(any(test, not(target_arch = "x86_64")))]
const HIGH: u64 = ONES * 0x80;

/// What stands in a block: a bit for each byte, the first byte's is the lowest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Masks {
    /// Quotes, backslashes, raw control characters. The lowest bit is exact; those above it need not
    /// be.
    ends: u32,
    /// Bytes beyond ASCII, and DEL; of some others the bits too.
    others: u32,
}

impl Masks {
    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[expect(
        unsafe_code,
        reason = "the compiler asks for the feature by name, although all have it"
    )]
    fn of(block: [u8; BLOCK]) -> Self {
        // SAFETY: SSE2 is a part of the instruction set of x86-64, and the function needs nothing
        // else: it takes no pointer.
        unsafe { Self::by_vectors(block) }
    }

    /// With vectors of 16 bytes.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "sse2")]
    fn by_vectors(block: [u8; BLOCK]) -> Self {
        use std::arch::x86_64::{
            __m128i, _mm_cmpeq_epi8, _mm_max_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
            _mm_set1_epi8,
        };
        let (words, _) = block.as_chunks::<WORD>();
        let word = |at: usize| i64::from_le_bytes(*words.get(at).unwrap_or(&[0; WORD]));
        let ends = |half: __m128i| {
            let quotes = _mm_cmpeq_epi8(half, _mm_set1_epi8(0x22));
            let backslashes = _mm_cmpeq_epi8(half, _mm_set1_epi8(0x5C));
            let last = _mm_set1_epi8(0x1F);
            let controls = _mm_cmpeq_epi8(_mm_max_epu8(half, last), last);
            _mm_or_si128(_mm_or_si128(quotes, backslashes), controls)
        };
        let others = |half: __m128i| _mm_or_si128(half, _mm_cmpeq_epi8(half, _mm_set1_epi8(0x7F)));
        let bits = |half: __m128i| _mm_movemask_epi8(half).cast_unsigned();
        let (first, second) = (_mm_set_epi64x(word(1), word(0)), _mm_set_epi64x(word(3), word(2)));
        Self {
            ends: bits(ends(first)) | bits(ends(second)) << 16,
            others: bits(others(first)) | bits(others(second)) << 16,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of(block: [u8; BLOCK]) -> Self {
        Self::by_words(block)
    }

    /// With words.
    #[cfg(any(test, not(target_arch = "x86_64")))]
    fn by_words(block: [u8; BLOCK]) -> Self {
        let (words, _) = block.as_chunks::<WORD>();
        let mut all = Self { ends: 0, others: 0 };
        for (word, shift) in words.iter().zip((0..).step_by(WORD)) {
            let word = u64::from_le_bytes(*word);
            all.ends |= bits(ends(word)) << shift;
            all.others |= bits(word | zeros(word ^ (ONES * 0x7F))) << shift;
        }
        all
    }
}

/// The highest bit of each byte that is a quote, a backslash or a raw control character; the
/// lowest of them is exact.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn ends(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5C)) | control
}

/// The highest bit of each byte that is zero; the lowest of them is exact. (Alan Mycroft, 1987.)
#[cfg(any(test, not(target_arch = "x86_64")))]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

/// The highest bits of the bytes of a word, the first byte's lowest: the product moves each of them
/// to its place at the top, where none meets another.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn bits(word: u64) -> u32 {
    let gathered = ((word & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    u32::try_from(gathered).unwrap_or_default()
}

/// Whether there is a raw control character. Written without a way out, which lets the compiler look
/// at many bytes at once.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |any, &byte| any | u8::from(byte < b' ')) != 0
}

/// A string without escapes, whose opening quote stands before `text`. `None` if it has escapes or
/// raw control characters, or does not end here.
pub(super) fn plain(text: &str) -> Option<&str> {
    let end = stretch(text.as_bytes(), 0)?;
    let (value, rest) = text.split_at_checked(end)?;
    rest.starts_with('"').then_some(value)
}

/// Appends a string, whose opening quote stands before `text`, to `out` without its escapes.
/// Halves of surrogate pairs become U+FFFD.
///
/// `None` if it has wrong escapes or raw control characters, or does not end here; `out` then
/// holds a part of it.
pub(super) fn unescape(text: &str, out: &mut String) -> Option<Unescaped> {
    let start = out.len();
    let mut found = Unescaped::default();
    let mut beyond = false;
    let (mut at, mut rest) = (0, text);
    loop {
        at += copy(rest, out, &mut beyond)?;
        match text.as_bytes().get(at)? {
            b'"' => break,
            b'\\' => at += 1 + escape(text.as_bytes().get(at + 1..)?, out, &mut found)?,
            _ => return None,
        }
        rest = text.get(at..)?;
    }
    found.length = at + 1;
    // What the escapes stand for has its marks already.
    if beyond {
        found.marks.set(marks(out.get(start..)?));
    }
    Some(found)
}

/// Appends `text` up to its first quote, backslash or raw control character to `out`; how many bytes
/// these are, or `None` where it has none. Notes in `beyond` whether there is DEL or a byte beyond
/// ASCII among them.
///
/// Looks for the end in a block when it is copied already: one pass over what was never read before,
/// and no call for each of the short stretches between escapes.
#[expect(unsafe_code, reason = "a block is taken back by its bytes, wherever its characters end")]
#[inline]
fn copy(text: &str, out: &mut String, beyond: &mut bool) -> Option<usize> {
    let start = out.len();
    // SAFETY: what is left in `out` is `text` up to `length`, which is either the place of a byte of
    // ASCII, and so the end of a character, or nothing. In between nothing can panic: where there is no
    // memory the program ends, and no vector reaches the most bytes that one may have.
    let out = unsafe { out.as_mut_vec() };
    let bytes = text.as_bytes();
    let mut at = 0;
    let length = loop {
        let Some(rest) = bytes.get(at..) else { break None };
        let whole = rest.first_chunk::<BLOCK>().copied();
        let block = whole.unwrap_or_else(|| filled(rest));
        out.extend_from_slice(&block);
        let Masks { ends, others } = Masks::of(block);
        if ends != 0 {
            let length = ends.trailing_zeros();
            *beyond |= others & !(u32::MAX << length) != 0;
            break Some(at + length as usize);
        }
        *beyond |= others != 0;
        if whole.is_none() {
            break None;
        }
        at += BLOCK;
    };
    out.truncate(start + length.unwrap_or(0));
    length
}

/// One escape, whose backslash stands before `text`; its length.
fn escape(text: &[u8], out: &mut String, found: &mut Unescaped) -> Option<usize> {
    let plain = match text.first()? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        control @ (b't' | b'r' | b'b' | b'f') => {
            found.marks.set(Flags::UNCLEAN);
            match control {
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                _ => '\u{c}',
            }
        }
        b'u' => {
            let (unit, pair) = (code_unit(text.get(1..5)?)?, second_half(text.get(5..)));
            let code = match (unit, pair) {
                (0xD800..=0xDBFF, Some(pair)) => 0x1_0000 + ((unit - 0xD800) << 10) + pair,
                _ => unit,
            };
            let char = char::from_u32(code);
            found.lossy |= char.is_none();
            let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
            found.marks.set(marks_of(char));
            out.push(char);
            return Some(if code > 0xFFFF { 11 } else { 5 });
        }
        _ => return None,
    };
    out.push(plain);
    Some(1)
}

/// The lower ten bits, if `text` begins with the escape of the second half of a pair.
fn second_half(text: Option<&[u8]>) -> Option<u32> {
    let digits = text?.strip_prefix(b"\\u")?.get(..4)?;
    code_unit(digits).filter(|unit| (0xDC00..0xE000).contains(unit)).map(|unit| unit - 0xDC00)
}

fn code_unit(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: Flags = Flags(Flags::UNCLEAN.0 | Flags::HIDDEN.0);
    const NONE: Flags = Flags(0);

    fn unescaped(json: &str) -> Option<(String, Unescaped)> {
        let mut out = "before".to_owned();
        let found = unescape(json, &mut out)?;
        Some((out.split_off(6), found))
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        let cases = [
            (r#"plain" more"#, "plain", NONE, false),
            (r#"a\n\"b\"\\\/""#, "a\n\"b\"\\/", NONE, false),
            (r#"\t""#, "\t", Flags::UNCLEAN, false),
            (r#"\b\f\r""#, "\u{8}\u{c}\r", Flags::UNCLEAN, false),
            (r#"\u0041\u00e9\u20AC\ud83d\ude00""#, "Aé€😀", NONE, false),
            (r#"\u0000""#, "\0", Flags::UNCLEAN, false),
            (r#"ig\u200bnore""#, "ig\u{200b}nore", BOTH, false),
            (r#"\ud800""#, "\u{fffd}", NONE, true),
            (r#"\ude00x""#, "\u{fffd}x", NONE, true),
            (r#"\ud83dx""#, "\u{fffd}x", NONE, true),
            (r#"\ud83d\n""#, "\u{fffd}\n", NONE, true),
            (r#"\ud83d\u0041""#, "\u{fffd}A", NONE, true),
            (r#"\ud83d\ud83d\ude00""#, "\u{fffd}😀", NONE, true),
            (r#"\ude00\ud83d""#, "\u{fffd}\u{fffd}", NONE, true),
        ];
        for (json, text, marks, lossy) in cases {
            let (out, found) = unescaped(json).unwrap();
            assert_eq!((out.as_str(), found.marks, found.lossy), (text, marks, lossy), "{json}");
        }
    }

    #[test]
    fn what_is_wrong_or_unfinished_is_refused() {
        let wrong = [
            "",
            "a",
            "a\\",
            "a\\\"",
            "\\x\"",
            "\\u12\"",
            "\\u12G4\"",
            "\\u+123\"",
            "\t\"",
            "a\nb\"",
        ];
        for json in wrong {
            assert_eq!(unescaped(json), None, "{json:?}");
        }
        for json in ["a\\n\"", "a\tb\"", "a"] {
            assert_eq!(plain(json), None, "{json:?}");
        }
        assert_eq!(plain("ab\" c"), Some("ab"));
        assert_eq!(plain("é\""), Some("é"));
    }

    proptest! {
        #[test]
        fn a_block_is_seen_as_it_is_whichever_way(
            block in prop::collection::vec(prop_oneof![
                any::<u8>(), prop::sample::select(b"\"\\ a\x1f\x20\x7e\x7f\x80\n\0".to_vec()),
            ], BLOCK)
        ) {
            let block: [u8; BLOCK] = block.try_into().unwrap();
            let of = |test: fn(u8) -> bool| {
                block.iter().zip(0..).fold(0, |bits, (&byte, at)| bits | u32::from(test(byte)) << at)
            };
            let ends = of(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
            let others = of(|byte| byte >= 0x7F);
            for masks in [Masks::of(block), Masks::by_words(block)] {
                prop_assert_eq!(masks.ends.trailing_zeros(), ends.trailing_zeros());
                prop_assert_eq!(masks.ends & ends, ends);
                prop_assert_eq!(masks.others & others, others);
            }
            prop_assert_eq!(Masks::of(block), Masks { ends, others });
        }

        #[test]
        fn any_text_comes_back_from_its_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let (out, found) = unescaped(&json[1..]).unwrap();
            prop_assert_eq!(&out, &text);
            prop_assert_eq!(found.length, json.len() - 1);
            prop_assert_eq!(found.marks, marks(&text));
            prop_assert!(!found.lossy);
        }

        #[test]
        fn nothing_makes_it_panic(json in any::<String>()) {
            let mut out = "é".to_owned();
            let found = unescape(&json, &mut out);
            prop_assert!(std::str::from_utf8(out.as_bytes()).is_ok() && out.starts_with('é'));
            prop_assert!(found.is_none_or(|found| json.is_char_boundary(found.length)));
        }
    }
}
