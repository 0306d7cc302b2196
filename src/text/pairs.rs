//! Finds a place in bytes by looking at two of them, many places at a step.
//!
//! A character beyond ASCII is known by its first two bytes, nearly. Must not know which characters
//! are looked for, nor why.

/// Places that are looked at together.
const STRIDE: usize = 32;

/// The first place, at or behind `from`, whose byte and the one behind it are such a pair; behind the last
/// byte there is a zero. `is` is asked of many places at once, and has to have no branch for that.
pub fn find_pair(bytes: &[u8], from: usize, is: impl Fn(u8, u8) -> bool) -> Option<usize> {
    /// The same, made for processors with vectors of 32 bytes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn widely(bytes: &[u8], from: usize, is: impl Fn(u8, u8) -> bool) -> Option<usize> {
        by_strides(bytes, from, is)
    }

    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "what the processor can do is known only now")]
        // SAFETY: it has what the function was made for.
        return unsafe { widely(bytes, from, is) };
    }
    by_strides(bytes, from, is)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it is made for the processor of whoever calls it")]
fn by_strides(bytes: &[u8], from: usize, is: impl Fn(u8, u8) -> bool) -> Option<usize> {
    let behind = bytes.get(1..).unwrap_or_default();
    let stride = |bytes: &[u8], at: usize| bytes.get(at..)?.first_chunk::<STRIDE>().copied();
    let mut at = from;
    while let (Some(first), Some(second)) = (stride(bytes, at), stride(behind, at)) {
        // No `any`: it would stop at the first one, byte after byte.
        let pairs = first.iter().zip(&second);
        if pairs.fold(0, |any, (&a, &b)| any | u8::from(is(a, b))) != 0 {
            break;
        }
        at += STRIDE;
    }
    let behind = behind.get(at..).unwrap_or_default().iter().copied().chain([0]);
    let place = bytes.get(at..)?.iter().zip(behind).position(|(&a, b)| is(a, b))?;
    Some(at + place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_first_of_all_places(
            // Rare enough to stand behind whole strides, too.
            bytes in prop::collection::vec(prop_oneof![20 => Just(0), 1 => 1..4_u8], 0..150),
            from in 0..150_usize,
            pair in (1..4_u8, 0..4_u8),
        ) {
            let is = |a: u8, b: u8| (a, b) == pair;
            let second = |at: usize| bytes.get(at + 1).copied().unwrap_or(0);
            let first = (from..bytes.len()).find(|&at| is(bytes[at], second(at)));
            prop_assert_eq!(find_pair(&bytes, from, is), first);
            prop_assert_eq!(by_strides(&bytes, from, is), first);
        }
    }
}
