//! One value of a JSON text: its kind, its key, and its range in the source.

/// The kind of a JSON value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonKind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number; the source keeps its digits.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// The key of a node in its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKey {
    /// No parent.
    Root,
    /// A key of an object: its byte range in the source, including the quotes.
    Name {
        /// The start of the range.
        start: u32,
        /// The end of the range, exclusive.
        end: u32,
    },
    /// An index in an array.
    Index(u32),
}

/// A node of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonNode {
    /// The number of enclosing containers.
    pub depth: u8,
    /// The kind of the value.
    pub kind: JsonKind,
    /// The key in its parent.
    pub key: NodeKey,
    /// The index of its parent.
    pub parent: Option<u32>,
    /// The start of the value in the source.
    pub start: u32,
    /// The end of the value, exclusive.
    pub end: u32,
    /// The number of direct children.
    pub children: u32,
    /// One more than the index of its last descendant.
    pub subtree_end: u32,
}

impl JsonKind {
    /// Whether it is an object or an array.
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
