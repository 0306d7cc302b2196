//! The built-in demo: the endpoint itself, with conversations written for it, on loopback.
//!
//! It is a real HTTP server that wants its key, so that `--demo` browses it through the same
//! client as any other. It knows nothing of that client, nor of the screen.
//!
//! ```text
//!  reader + script     what is said: files of conversations
//!  exercise            numbers for them, with right answers
//!  people + cast       who says it: groups, students, components
//!  plan                when: sessions, and one small row for each message
//!  render              one row as JSON
//!  archive             all rows that a scope asks for, in chunks
//!  request + server    the same over HTTP
//! ```
//!
//! Everything follows from [`Settings`] and the time that is asked for: the same settings give
//! the same bytes.

mod archive;
mod cast;
mod exercise;
mod people;
mod plan;
mod reader;
mod render;
mod request;
mod script;
mod server;

pub use archive::{Archive, Counts};
pub use people::{GROUPS, Group, STUDENTS, Student};
pub use server::serve;

use crate::time::Millis;

/// The key that the demo endpoint wants. It protects nothing.
pub const DEMO_KEY: &str = "demo-key-that-opens-nothing-else";

/// The path of the endpoint.
pub const DEMO_PATH: &str = "/api/v1/usage-analyst/chat-messages";

/// What the demo's conversations depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How many messages there are at the start; at most [`Settings::MOST`].
    pub messages: usize,
    /// Another seed gives other conversations.
    pub seed: u64,
    /// The end of the 120 days that the messages cover. New ones arrive after it.
    pub now: Millis,
}

impl Settings {
    /// More messages than this are not made (each takes 24 bytes while the server runs).
    pub const MOST: usize = 20_000_000;

    /// The usual settings, ending at this time.
    pub fn at(now: Millis) -> Self {
        Self { now, ..Self::default() }
    }
}

impl Default for Settings {
    /// A small school, on 2026-10-01 at noon.
    fn default() -> Self {
        Self { messages: 6_412, seed: 1, now: 1_790_856_000_000 }
    }
}

/// Two numbers made into one that looks random: the finaliser of splitmix64 (Steele, Lea and
/// Flood, 2014). It does not change with a new version of a library.
fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(b ^ 0x2545_f491_4f6c_dd1d);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
