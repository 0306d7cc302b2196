//! Finds the messages that a query matches, fast, over the shared pages of a store.
//!
//! ```text
//! Query ─ compile ─► Matcher ─┐
//! pages of the store ─────────┼─► Job ─ run ─► Hits, by session (partial ones first)
//! hits from before ───────────┘
//! ```
//!
//! Words are found by scanning whole arenas, ids and times by comparing columns, values in the
//! metadata by reading the JSON of what is left. What depends on the order of a session (turns,
//! waits, answers) is made once for the pages of a store and kept in a [`Memory`]. A search runs on
//! a worker; nothing here may be called on the screen's thread but [`compile`], [`narrows`],
//! [`Matcher::ranges`] and the look-ups of [`Hits`]. Must not know what a hit is used for.

mod ascii;
mod compiled;
mod eval;
mod fold;
mod hits;
mod hours;
mod ids;
mod job;
mod literal;
mod matcher;
mod meta;
mod narrow;
mod needle;
mod order;
mod scan;
mod session_order;
mod turns;
mod visible;

pub use compiled::CompiledQuery;
pub use hits::Hits;
pub use job::{Job, Known, run, run_with};
pub use matcher::{Matcher, compile};
pub use narrow::narrows;
pub use order::{put_in_order, sort_messages};
pub use session_order::{SortDirection, SortKey, SortKeys, Sorting};
pub use turns::Memory;
pub use visible::visible;

#[cfg(test)]
mod tests;
