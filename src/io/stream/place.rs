//! The places of a document, and the values whose end has to be found.

use crate::io::wire::Member;

/// Where in the document the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DocumentState {
    /// At the start, behind so many bytes of a byte order mark.
    Mark(usize),
    /// Before the document.
    Start,
    /// Before the first key of the object, or its end.
    FirstKey,
    /// Behind a comma of the object.
    Key,
    /// Behind a key of the object.
    Colon(Member),
    /// Behind the colon.
    Value(Member),
    /// Behind the value.
    AfterValue,
    /// Before the first message, or the end of the array.
    FirstElement,
    /// Behind a comma of the array.
    Element,
    /// Behind a message of the array.
    AfterElement,
    /// Between messages that stand one after the other.
    Between,
    /// Behind the document.
    End,
}

/// A value whose end is not known yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PendingValue {
    /// A key of the object.
    Key,
    /// The value of a member.
    Value(Member),
    /// A message in the array.
    Element,
    /// A message that stands by itself.
    Single,
    /// The whole document: null, or no list of messages.
    Document { null: bool },
}

impl PendingValue {
    /// Whether its bytes are needed, and not just its end.
    pub(super) fn is_held(self) -> bool {
        match self {
            Self::Key | Self::Element | Self::Single => true,
            Self::Value(member) => matches!(member, Member::Total | Member::Sessions),
            Self::Document { .. } => false,
        }
    }
}

impl DocumentState {
    /// What should have stood there.
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
