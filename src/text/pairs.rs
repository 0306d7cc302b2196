//! Finds matching byte pairs with vector instructions.
//!
//! The first two bytes of a non-ASCII character nearly identify it. Must not know which characters
//! the caller searches for.

use std::ops::ControlFlow;

/// The positions to test at once.
const STRIDE: usize = 32;

/// Calls `see` with each position at which `is` accepts the byte and its successor, in order, until
/// `see` breaks. A zero follows the last byte. `is` must be branch-free, so that it vectorises.
pub fn each_pair(
    bytes: &[u8],
    is: impl Fn(u8, u8) -> bool,
    see: impl FnMut(usize) -> ControlFlow<()>,
) {
    /// [`by_strides`] compiled for 32-byte vectors.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn widely(
        bytes: &[u8],
        is: impl Fn(u8, u8) -> bool,
        see: impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        by_strides(bytes, is, see)
    }

    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor features are known only at run time")]
        // SAFETY: the check above proves that the processor has AVX2.
        let _ = unsafe { widely(bytes, is, see) };
        return;
    }
    let _ = by_strides(bytes, is, see);
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it must have the target features of its caller")]
fn by_strides(
    bytes: &[u8],
    is: impl Fn(u8, u8) -> bool,
    mut see: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let behind = bytes.get(1..).unwrap_or_default();
    let stride = |bytes: &[u8], at: usize| bytes.get(at..)?.first_chunk::<STRIDE>().copied();
    let mut at = 0;
    while let (Some(first), Some(second)) = (stride(bytes, at), stride(behind, at)) {
        // One byte for each answer. A single test skips a stride without matches. Otherwise each
        // word of eight answers locates the matches: calling `is` again for each position would
        // cost ten times more in text with quotation marks and dashes.
        let mut answers = [0_u8; STRIDE];
        for (answer, (&a, &b)) in answers.iter_mut().zip(first.iter().zip(&second)) {
            *answer = u8::from(is(a, b));
        }
        if answers.iter().fold(0, |any, answer| any | answer) != 0 {
            let (words, _) = answers.as_chunks::<8>();
            for (number, word) in words.iter().enumerate() {
                let mut word = u64::from_le_bytes(*word);
                while word != 0 {
                    see(at + number * 8 + (word.trailing_zeros() / 8) as usize)?;
                    word &= word - 1;
                }
            }
        }
        at += STRIDE;
    }
    let behind = behind.get(at..).unwrap_or_default().iter().copied().chain([0]);
    for (place, (&a, b)) in bytes.get(at..).unwrap_or_default().iter().zip(behind).enumerate() {
        if is(a, b) {
            see(at + place)?;
        }
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_is_seen_in_its_order_until_one_is_enough(
            // Rare enough to follow whole strides, and dense enough to fill them.
            bytes in prop_oneof![
                prop::collection::vec(prop_oneof![20 => Just(0), 1 => 1..4_u8], 0..150),
                prop::collection::vec(0..4_u8, 0..150),
            ],
            pair in (1..4_u8, 0..4_u8),
            most in 1..9_usize,
        ) {
            let is = |a: u8, b: u8| (a, b) == pair;
            let second = |at: usize| bytes.get(at + 1).copied().unwrap_or(0);
            let all = (0..bytes.len()).filter(|&at| is(bytes[at], second(at)));
            let all: Vec<_> = all.take(most).collect();
            let note = |seen: &mut Vec<usize>, at| {
                seen.push(at);
                if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let (mut seen, mut simply) = (Vec::new(), Vec::new());
            each_pair(&bytes, is, |at| note(&mut seen, at));
            let _ = by_strides(&bytes, is, |at| note(&mut simply, at));
            prop_assert_eq!((&seen, &simply), (&all, &all));
        }
    }
}
