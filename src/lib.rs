//! `sfchat-tui`: a terminal browser for conversations between students and `StudyFetch`'s AI tutor.
//!
//! The crate has four floors; imports only go down, which `tests/architecture.rs` checks:
//!
//! ```text
//!  4 ENTRY    main · cli · commands · runtime · terminal
//!  3 EDGES    io (network, files, workers)  ·  view (paints)  ·  demo (the built-in endpoint)
//!  2 APP      app (events in, effects out)  ·  config
//!  1 ENGINE   store · search · stats · text · markdown · maths · highlight · metadata ·
//!             export
//!  0 DOMAIN   message · scope · time · query
//! ```
//!
//! `ARCHITECTURE.md` describes the design.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod export;
pub mod highlight;
pub mod io;
pub mod markdown;
pub mod maths;
pub mod message;
pub mod metadata;
pub mod port;
pub mod query;
pub mod runtime;
pub mod scope;
pub mod search;
pub mod stats;
pub mod store;
pub mod terminal;
pub mod text;
pub mod time;
pub mod view;
