//! The states of the document parser, and the values that it awaits.

use crate::io::wire::Member;

/// The position in the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DocumentState {
    /// At the start, after this many bytes of a byte order mark.
    Mark(usize),
    /// Before the document.
    Start,
    /// Before the first key of the object, or its end.
    FirstKey,
    /// After a comma of the object.
    Key,
    /// After a key of the object.
    Colon(Member),
    /// After the colon.
    Value(Member),
    /// After the value.
    AfterValue,
    /// Before the first message, or the end of the array.
    FirstElement,
    /// After a comma of the array.
    Element,
    /// After a message of the array.
    AfterElement,
    /// Between messages outside an array.
    Between,
    /// After the document.
    End,
}

/// A value whose end has not arrived yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PendingValue {
    /// A key of the object.
    Key,
    /// The value of a member.
    Value(Member),
    /// A message in the array.
    Element,
    /// A message outside an array.
    Single,
    /// The whole document: null, or another value that is not a list of messages.
    Document { null: bool },
}

impl PendingValue {
    /// Whether the decoder needs the bytes of the value instead of just its end.
    pub(super) fn is_held(self) -> bool {
        match self {
            Self::Key | Self::Element | Self::Single => true,
            Self::Value(member) => matches!(member, Member::Total | Member::Sessions),
            Self::Document { .. } => false,
        }
    }
}

impl DocumentState {
    /// The expected input, for error messages.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Mark(_) | Self::Start => "expected an object or an array",
            Self::FirstKey => "expected a key in quotes or the end of the object",
            Self::Key => "expected a key in quotes",
            Self::Colon(_) => "expected a colon",
            Self::AfterValue => "expected a comma or the end of the object",
            Self::AfterElement => "expected a comma or the end of the list",
            Self::Value(_) | Self::FirstElement | Self::Element | Self::Between => {
                "expected a value"
            }
            Self::End => "expected nothing more",
        }
    }
}
