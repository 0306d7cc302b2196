//! What is said of the messages that a filter hides when something is exported.
//!
//! Must not know how they are counted.

use crate::text::grouped;

/// The messages that a filter hides, of what is exported: a person who sees some of them has to know
/// whether the others go along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// How many, each once.
    pub messages: usize,
    /// Whether they are exported all the same.
    pub are_written: bool,
}

impl Hidden {
    /// As an aside of a sentence about what was written, which has little room.
    pub(super) fn aside(self) -> String {
        let with = if self.are_written { "with" } else { "without" };
        match self.messages {
            1 => format!("{with} the hidden one"),
            messages => format!("{with} the {} hidden ones", grouped(messages)),
        }
    }

    /// As a part of a sentence about what is to be written.
    pub fn words(self) -> String {
        let many = grouped(self.messages);
        match (self.are_written, self.messages) {
            (true, 1) => "one of them hidden by the filter".to_owned(),
            (false, 1) => "without the one that the filter hides".to_owned(),
            (true, _) => format!("{many} of them hidden by the filter"),
            (false, _) => format!("without the {many} that the filter hides"),
        }
    }
}
