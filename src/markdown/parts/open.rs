//! What can be open at a line: the quotes and items around it, and the block that it goes on with.

use super::line::Marker;

/// What holds blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Container {
    Quote,
    Item(Item),
}

impl Container {
    pub(super) fn item(&self) -> Option<&Item> {
        match self {
            Self::Quote => None,
            Self::Item(item) => Some(item),
        }
    }
}

/// An item of a list that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Item {
    /// The byte where its list begins.
    pub(super) list: usize,
    /// The column of what it holds, in what it is in.
    pub(super) content: usize,
    /// Its marker.
    pub(super) marker: Marker,
    /// The number of the first item of its list.
    pub(super) first: Option<u64>,
    /// The items of its list before it.
    pub(super) before: u64,
    /// All of them have the same number.
    pub(super) is_counted: bool,
}

/// Whether a blank line belongs before a line, also where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gap {
    No,
    /// If this list has blank lines between its items.
    IfLoose(usize),
    Yes,
}

/// What a line stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    /// Nothing that goes on of itself.
    Nothing,
    /// A paragraph.
    Paragraph,
    /// Code that is one because it is indented.
    Indented,
    /// Code: the bytes of its fence with the words behind it, and the column of the fence in what
    /// it is in.
    Fence { from: usize, to: usize, column: usize, sign: u8, length: usize },
    /// A table: where its head begins, and the line under it ends.
    Table { from: usize, to: usize },
    /// A formula: where it begins and ends.
    Formula { from: usize, to: usize },
}

impl Item {
    /// An item with this marker, which may follow another one in the same list.
    pub(super) fn new(at: usize, marker: Marker, content: usize, sibling: Option<Self>) -> Self {
        let is_same_list = |last: &Self| {
            last.marker.sign == marker.sign
                && last.marker.number.is_some() == marker.number.is_some()
        };
        match sibling.filter(is_same_list) {
            Some(last) => Self {
                list: last.list,
                content,
                marker,
                first: last.first,
                before: last.before + 1,
                is_counted: last.is_counted && marker.number == last.first,
            },
            None => Self {
                list: at,
                content,
                marker,
                first: marker.number,
                before: 0,
                is_counted: marker.number.is_some(),
            },
        }
    }
}
