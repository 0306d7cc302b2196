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
mod command_error;
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
mod zone;

use crate::cli::{Read, ReadCommand};
use crate::io::key::Environment;

pub use command_error::CommandError;

/// Runs a command that reads messages without a screen; gives back the exit status.
///
/// # Errors
/// What ended it, with the exit status.
pub fn read(read: &Read, environment: Environment<'_>) -> Result<u8, CommandError> {
    output::clean_up_at_signals()?;
    browse::set_ambiguous(&read.setup.config);
    if let Some(path) = &read.setup.log_file {
        log::start(path).map_err(|error| {
            let path = path.to_string_lossy();
            let path = crate::text::clean_line_within(&path, 300);
            CommandError::usage(format!("the log file {path} cannot be opened: {error}"))
        })?;
    }
    match &read.wanted {
        ReadCommand::Sessions(rows) => sessions::run(read, rows, environment),
        ReadCommand::Show(show) => show::run(read, show, environment),
        ReadCommand::Search(search) => search::run(read, search, environment),
        ReadCommand::Export(asked) => export::run(read, asked, environment),
        ReadCommand::Stats(format) => stats::run(read, *format, environment),
        ReadCommand::Fetch => fetch::run(read, environment),
        ReadCommand::Check(format) => check::run(read, *format, environment),
    }
}
