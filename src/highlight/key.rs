//! Which code it is.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// Which code it is: its text and its language, as one number and its length.
///
/// Two codes with one key would be shown in each other's colours and in no other way be confused;
/// whoever paints looks where the stretches end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CodeKey {
    hash: u64,
    length: usize,
}

impl CodeKey {
    /// The key of a code.
    pub fn new(code: &str, language: &str) -> Self {
        let hash = FixedState::default().hash_one((code, language));
        Self { hash, length: code.len() }
    }
}
