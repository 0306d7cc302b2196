//! What the program does, one module a command.
//!
//! ```text
//!  browse        the screen
//!  sessions show search export stats check     load ─► the question ─► a form ─► output
//!  fetch         bytes ─► output
//!  completions   what the declaration of the command line gives
//! ```

pub mod browse;
mod check;
pub mod completions;
pub mod demo_server;
mod export;
mod fetch;
mod load;
mod log;
mod messages;
mod output;
mod paint;
mod progress;
mod rows;
mod search;
mod sessions;
mod show;
mod stats;
mod table;
mod trouble;
mod zone;

use crate::cli::{Read, Wanted};
use crate::io::key::Environment;

pub use trouble::Trouble;

/// Runs a command that reads messages without a screen; gives back the exit status.
///
/// # Errors
/// What ended it, with the exit status.
pub fn read(read: &Read, environment: Environment<'_>) -> Result<u8, Trouble> {
    output::clean_up_at_signals()?;
    browse::set_ambiguous(&read.setup.config);
    if let Some(path) = &read.setup.log_file {
        log::start(path).map_err(|error| {
            let path = path.to_string_lossy();
            let path = crate::text::clean_line_within(&path, 300);
            Trouble::usage(format!("the log file {path} cannot be opened: {error}"))
        })?;
    }
    match &read.wanted {
        Wanted::Sessions(rows) => sessions::run(read, rows, environment),
        Wanted::Show(show) => show::run(read, show, environment),
        Wanted::Search(search) => search::run(read, search, environment),
        Wanted::Export(asked) => export::run(read, asked, environment),
        Wanted::Stats(format) => stats::run(read, *format, environment),
        Wanted::Fetch => fetch::run(read, environment),
        Wanted::Check(format) => check::run(read, *format, environment),
    }
}
