//! Finds the messages that a query matches, fast, over the shared pages of a store.
//!
//! ```text
//! Query ─ compile ─► Matcher ─┐
//! pages of the store ─────────┼─► Job ─ run ─► Hits, by session (partial ones first)
//! hits from before ───────────┘
//! ```
//!
//! Words are found by scanning whole arenas, ids and times by comparing columns. A search runs on
//! a worker; nothing here may be called on the screen's thread but [`compile`], [`narrows`],
//! [`Matcher::ranges`] and the look-ups of [`Hits`]. Must not know what a hit is used for.

mod hits;
mod ids;
mod job;
mod matcher;
mod narrow;
mod needle;
mod order;
mod scan;
mod visible;

pub use hits::Hits;
pub use job::{Job, Known, run};
pub use matcher::{Matcher, compile};
pub use narrow::narrows;
pub use order::{Direction, sort_messages, sort_sessions};
pub use visible::visible;

#[cfg(test)]
mod tests;
