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
mod key_redactor;
pub mod memory;
pub mod private_file;
pub mod stream;
pub mod threads;
pub mod views;
pub mod wire;
pub mod workers;

pub use intake::FetchGuard;

/// Why a file could not be used, in words for people. Never what is in it.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    }
}
