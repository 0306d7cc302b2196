//! The built-in demo: the endpoint itself, on loopback, with conversations written for it.
//!
//! It is a real HTTP server that requires a key, so `--demo` browses it through the same client as
//! any other endpoint. It knows neither that client nor the screen.
//!
//! ```text
//!  script     the texts: conversations and tables of values, from assets/demo
//!  people     the groups, students and components of the tutor
//!  plan       who writes what and when: sessions, and one small row for each message
//!  metadata   the metadata of one message
//!  archive    the messages of a scope as JSON, in chunks
//!  server     the same over HTTP
//! ```
//!
//! [`DemoSettings`] and the time of the request determine every byte.

mod archive;
mod metadata;
mod people;
mod plan;
mod script;
mod server;

pub use archive::Archive;
pub use people::{GROUPS, StudentGroup};
pub use server::serve;

use crate::time::Millis;

/// The key that the demo endpoint requires. It protects nothing.
pub const DEMO_KEY: &str = "demo-key-that-opens-nothing-else";

/// The path of the endpoint.
pub const DEMO_PATH: &str = "/api/v1/usage-analyst/chat-messages";

/// What the demo's conversations depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DemoSettings {
    /// The number of messages at the start, at most [`DemoSettings::MOST`].
    pub messages: usize,
    /// Another seed gives other conversations.
    pub seed: u64,
    /// The end of the 120 days that the messages cover. New ones arrive after it.
    pub now: Millis,
}

impl DemoSettings {
    /// The maximum number of messages. Each takes 32 bytes while the server runs.
    pub const MOST: usize = 20_000_000;

    /// The default settings, ending at this time.
    pub fn at(now: Millis) -> Self {
        Self { now, ..Self::default() }
    }
}

impl Default for DemoSettings {
    /// A small school, on 2026-10-01 at noon.
    fn default() -> Self {
        Self { messages: 6_412, seed: 1, now: 1_790_856_000_000 }
    }
}

/// Hashes two numbers with the finaliser of splitmix64 (Steele, Lea and Flood, 2014), which no
/// library update can change.
fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(b ^ 0x2545_f491_4f6c_dd1d);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
