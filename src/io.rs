//! The edges to the outside: network, files, clipboard, worker threads.
//!
//! Turns effects into facts. Must not know how anything is painted; never imports `view` or
//! `demo`.

pub mod api;
pub mod clipboard;
pub mod export;
pub mod files;
mod intake;
pub mod key;
pub mod stream;
pub mod wire;
pub mod workers;

pub use intake::FetchGuard;
