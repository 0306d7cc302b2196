//! What passes between the application, the edges and the commands: tickets, tasks and their answers,
//! and the facts of a fetch.
//!
//! Must not know who asks, who performs, or how anything is shown.

mod copied;
mod fact;
mod fetch;
mod first_match;
mod task;
mod ticket;

pub use copied::{Copied, CopyRoute};
pub use fact::Fact;
pub use fetch::{Failure, FailureKind, FetchEvent};
pub use first_match::{FirstMatch, NEAR_SEGMENTS};
pub use task::{Lane, Task, TaskAnswer, TaskContext, run, run_to_end};
pub use ticket::{CountTicket, ExportTicket, FetchTicket, FindTicket, StoreTicket};

/// Which search a question or an answer belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum QueryKind {
    /// The one that hides what does not match.
    Filter,
    /// The one that highlights and is walked through.
    Search,
}

/// How much a message to the person matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// Something was done.
    Info,
    /// Something did not work, or is not as it should be.
    Warning,
}

impl QueryKind {
    /// The lane of its tasks.
    pub fn lane(self) -> Lane {
        match self {
            Self::Filter => Lane::Filter,
            Self::Search => Lane::Search,
        }
    }
}
