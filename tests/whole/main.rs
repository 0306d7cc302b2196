//! The whole program from outside: keys in, screens out; the loop over real HTTP; the built binary
//! in a terminal. One test binary, so that the program is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test that is how it fails"
)]

mod away;
mod commands;
mod data;
mod description;
mod desk;
mod exports;
mod facets;
mod find;
mod folding;
mod frame;
mod http;
mod inspector;
mod jump;
mod keys;
mod language;
mod loads;
mod looks;
mod panels;
mod pointer;
mod querybar;
mod reading;
mod refresh;
mod scopes;
mod screens;
mod scrollbar;
mod server;
// The built binary in a pseudo-terminal:
mod terminal;
