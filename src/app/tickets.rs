//! Numbers for requests.

use std::cell::Cell;

/// Gives out each number once.
#[derive(Debug, Default)]
pub(super) struct Tickets(Cell<u64>);

impl Tickets {
    /// The next number; the first is 1.
    pub(super) fn next(&self) -> u64 {
        self.0.update(|last| last + 1);
        self.0.get()
    }
}
