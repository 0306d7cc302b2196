//! What a message is, in the smallest words: where it is, who spoke, what is odd about it.
//!
//! Knows nothing of how messages arrive, are kept or are shown.

/// Where a message is: the page and the row in it. Stable for the life of a store; the order of
/// these is the order of arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MsgRef {
    /// The number of the page, counted from 0 in order of arrival.
    pub page: u32,
    /// The row in that page, counted from 0.
    pub row: u32,
}

/// A session by number, dense from 0 in order of first appearance in one store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(pub u32);

impl SessionId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A user or component by number, dense from 0 in order of first appearance in one store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameId(pub u32);

impl NameId {
    /// The field was missing, null or empty.
    pub const NONE: Self = Self(u32::MAX);

    /// The number as an index; meaningless for [`NameId::NONE`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who spoke, by number. The first three are fixed; others are interned per store under the name
/// that the server gave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RoleId(pub u16);

impl RoleId {
    /// The student.
    pub const USER: Self = Self(0);
    /// The tutor.
    pub const ASSISTANT: Self = Self(1);
    /// Instructions and events.
    pub const SYSTEM: Self = Self(2);
    /// The role was missing, null or empty.
    pub const NONE: Self = Self(u16::MAX);
    /// The wire names of the fixed roles, at the index of their number.
    pub const FIXED: [&'static str; 3] = ["user", "assistant", "system"];

    /// The number of a fixed role by its name.
    #[inline]
    pub fn fixed(name: &str) -> Option<Self> {
        match name {
            "user" => Some(Self::USER),
            "assistant" => Some(Self::ASSISTANT),
            "system" => Some(Self::SYSTEM),
            _ => None,
        }
    }

    /// The number as an index; meaningless for [`RoleId::NONE`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What is odd about one message; a small set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Flags(pub u16);

impl Flags {
    /// `createdAt` could not be read; the row's time is the one of the message it arrived behind.
    pub const NO_TIME: Self = Self(1);
    /// Something in the message was missing, null, of the wrong type, or not valid text.
    pub const REPAIRED: Self = Self(1 << 1);
    /// The text holds characters that are dropped or replaced before they are shown.
    pub const UNCLEAN: Self = Self(1 << 2);
    /// The text holds invisible characters, which a search has to look through.
    pub const HIDDEN: Self = Self(1 << 3);
    /// The row's extra is a JSON object with every field of the message (without `content` where
    /// that was a string), not just the value of `metadata`.
    pub const WHOLE: Self = Self(1 << 4);
    /// `content` was missing or null.
    pub const NO_TEXT: Self = Self(1 << 5);
    /// `content` was not a string; the text is its JSON.
    pub const TEXT_IS_JSON: Self = Self(1 << 6);
    /// `content` had halves of surrogate pairs, which the text cannot have: with
    /// [`Flags::WHOLE`], the extra has `content` too, as it was sent.
    pub const TEXT_KEPT: Self = Self(1 << 7);
    /// `createdAt` was written to the second: `2026-10-01T10:02:11Z`, not with milliseconds.
    pub const SECONDS: Self = Self(1 << 8);
    /// `componentId` was null, not missing.
    pub const NULL_COMPONENT: Self = Self(1 << 9);

    /// Whether all bits of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Clears the bits of `other`.
    pub fn unset(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// Sets the bits of `other`.
    pub fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl std::ops::BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
