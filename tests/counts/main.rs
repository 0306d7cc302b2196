//! Work that must not grow with the messages, as counts: allocations, rows read, messages laid out.
//! Nothing here is measured in seconds.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

mod allocations;
mod data;
mod desk;
mod exports;
mod flat;
mod giants;
