//! What passes between the application, the edges and the commands: tickets, tasks and their answers,
//! and the facts of a fetch.
//!
//! Must not know who asks, who performs, or how anything is shown.

mod fetch;
mod ticket;

pub use fetch::{Failure, FailureKind, FetchEvent};
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

/// The ids of one message in words; `None` where it has none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Ids {
    /// The session.
    pub session: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The component.
    pub component: Option<String>,
    /// The role.
    pub role: Option<String>,
}
