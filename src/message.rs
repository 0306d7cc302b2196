//! The basic types of a message: its position, its author and its flags.
//!
//! Must not know how messages arrive, are stored or are shown.

/// The page and row of a message. Stable for the life of a store; sorts by arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MsgRef {
    /// The index of the page, in order of arrival.
    pub page: u32,
    /// The index of the row in that page.
    pub row: u32,
}

/// The number of a session in one store, dense from 0 in order of first appearance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(pub u32);

impl SessionId {
    /// Converts to an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a user or component in one store, dense from 0 in order of first appearance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameId(pub u32);

impl NameId {
    /// The field was missing, null or empty.
    pub const NONE: Self = Self(u32::MAX);

    /// Converts to an index; meaningless for [`NameId::NONE`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a role. The first three are fixed; each store interns others under the server's
/// name.
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
    /// The names of the fixed roles on the wire, indexed by their number.
    pub const FIXED: [&'static str; 3] = ["user", "assistant", "system"];

    /// Looks up a fixed role by its name.
    #[inline]
    pub fn fixed(name: &str) -> Option<Self> {
        match name {
            "user" => Some(Self::USER),
            "assistant" => Some(Self::ASSISTANT),
            "system" => Some(Self::SYSTEM),
            _ => None,
        }
    }

    /// Converts to an index; meaningless for [`RoleId::NONE`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Peculiarities of a message, as a bit set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Flags(pub u16);

impl Flags {
    /// `createdAt` was unreadable; the row takes the time of the previous message in its session.
    pub const NO_TIME: Self = Self(1);
    /// A part of the message was missing, null, of the wrong type, or invalid text.
    pub const REPAIRED: Self = Self(1 << 1);
    /// The text contains characters that the screen drops or replaces.
    pub const UNCLEAN: Self = Self(1 << 2);
    /// The text contains invisible characters, which searches ignore.
    pub const HIDDEN: Self = Self(1 << 3);
    /// The row's extra is a JSON object with every field of the message (except a `content` that
    /// was a string), instead of just the value of `metadata`.
    pub const WHOLE: Self = Self(1 << 4);
    /// `content` was missing or null.
    pub const NO_TEXT: Self = Self(1 << 5);
    /// `content` was not a string; the text is its JSON.
    pub const TEXT_IS_JSON: Self = Self(1 << 6);
    /// `content` contained lone surrogates, which the text cannot hold. With [`Flags::WHOLE`], the
    /// extra includes `content` as sent.
    pub const TEXT_KEPT: Self = Self(1 << 7);
    /// `createdAt` had no milliseconds: `2026-10-01T10:02:11Z`.
    pub const SECONDS: Self = Self(1 << 8);
    /// `componentId` was null instead of missing.
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
