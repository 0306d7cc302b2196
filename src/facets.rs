//! Counts messages by what they have in common: a role, a user, a day, a value in the metadata;
//! and maps what the metadata holds at all.
//!
//! ```text
//! pages, hits of a filter ─► Among ─┐
//! a facet, or all paths ────────────┴─► Job ─ run ─► Answer (of a sample first, where that is long)
//! ```
//!
//! Everything here reads every message that it is given: it runs on a worker. What comes back is
//! bounded, whatever the messages hold, and raw: whoever shows it cleans it. Must not know who asks.

mod among;
mod columns;
mod facet;
mod job;
mod map;
mod values;

pub use among::Among;
pub use facet::Facet;
pub use job::{Answer, Asked, Job, run};
pub use map::{PathSeen, Paths};
pub use values::{Counted, Values};

#[cfg(test)]
mod tests;
