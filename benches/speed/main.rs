//! How fast, and how near to what is possible: each of our figures stands beside a plain limit or
//! a peer on the same bytes in the same run.
//!
//! `cargo bench` measures 100,000 messages; `SFCHAT_BENCH=1000000 cargo bench` a million. The data
//! is the demo's, and always the same. `SFCHAT_BENCH=PATH` measures a saved response: plain JSON in
//! which no field is missing, since a peer reads it with fixed types.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot run says so and ends")]

mod data;
mod export;
mod frame;
mod ingest;
mod search;

use criterion::{criterion_group, criterion_main};

criterion_group!(benches, ingest::benches, search::benches, frame::benches, export::benches);
criterion_main!(benches);
