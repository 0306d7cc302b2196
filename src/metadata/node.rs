//! One value of a JSON text: its kind, its name, and its place in the source.

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonKind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number, with the digits of the source.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// What a node is called in its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKey {
    /// It has no parent.
    Root,
    /// A name in an object: the byte range of the source, with the quotes.
    Name {
        /// Its first byte.
        start: u32,
        /// Behind its last byte.
        end: u32,
    },
    /// A place in an array, from 0.
    Index(u32),
}

/// One value of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonNode {
    /// How many containers it is in.
    pub depth: u8,
    /// What it is.
    pub kind: JsonKind,
    /// Its name in its parent.
    pub key: NodeKey,
    /// Its parent's number.
    pub parent: Option<u32>,
    /// The first byte of the value in the source.
    pub start: u32,
    /// Behind the last byte of the value.
    pub end: u32,
    /// How many values it holds directly.
    pub children: u32,
    /// The number behind its last descendant: its children are between it and this.
    pub subtree_end: u32,
}

impl JsonKind {
    /// Whether values of this kind hold others.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }

    pub(super) fn opening(self) -> char {
        if self == Self::Object { '{' } else { '[' }
    }

    pub(super) fn closing(self) -> char {
        if self == Self::Object { '}' } else { ']' }
    }
}
