//! What happens to a fetch, from the first byte to the last: for the screen and for the commands.

use std::sync::Arc;
use std::time::Duration;

use crate::store::{IngestStats, Page};

/// A fact about a fetch.
#[derive(Clone, Debug)]
pub enum FetchEvent {
    /// The server answered 200; the length of the body as transferred, where it said one.
    Answered {
        /// The declared length in bytes.
        length: Option<u64>,
    },
    /// An attempt failed in a way that is worth another one, which starts after `wait`.
    /// Pages of the failed attempt are void.
    Retrying {
        /// What happened, cleaned.
        why: String,
        /// The number of the coming attempt, counted from 2.
        attempt: u32,
        /// The time until then.
        wait: Duration,
    },
    /// The next page, in order.
    PageArrived(Arc<Page>),
    /// Bytes of the body so far, as transferred (the same unit as the declared length).
    Progressed {
        /// The bytes.
        bytes: u64,
    },
    /// Everything arrived and was read.
    Finished(Box<IngestStats>),
    /// It failed for good.
    Failed(Failure),
}

/// Which kind of failure it is: decides the exit status and whether what arrived may be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The key was refused (401, 403), or there is none.
    Key,
    /// The network or the server failed.
    Network,
    /// The response was cut short: what arrived is good but incomplete.
    Cut,
    /// The response is not a list of messages.
    Document,
}

/// A failure in words: what was tried, what happened, what to do. All cleaned text in one line
/// each; never holds the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which kind.
    pub kind: FailureKind,
    /// What happened, with what was tried: `GET https://host/… answered 503 Service Unavailable`.
    pub what: String,
    /// What a person can do: `Refresh to try again.`
    pub advice: String,
}
