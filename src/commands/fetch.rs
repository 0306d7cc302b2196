//! `fetch`: the response as the server sent it, for whoever keeps it.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use super::command_error::CommandError;
use super::load::{self, Opened, Origin, retrying};
use super::output::Output;
use super::progress::{ProgressLine, erase, size};
use crate::cli::Read;
use crate::io::api::{DownloadError, DownloadSink, download};
use crate::io::export::care;
use crate::io::files::{CopyError, copy_out};
use crate::io::key::Environment;
use crate::port::Failure;
use crate::runtime::log;

/// Why it is not whole.
enum Broken {
    Source(Failure),
    Sink(io::Error),
}

/// Writes it; the exit status.
pub(super) fn run(read: &Read, environment: Environment<'_>) -> Result<u8, CommandError> {
    let setup = &read.setup;
    if read.output.is_none() && io::stdout().is_terminal() {
        // They are what somebody else sent, and not cleaned.
        return Err(CommandError::usage(
            "fetch gives the very bytes of the response, which could drive this terminal: use a pipe \
             or --output PATH",
        ));
    }
    let out = Output::open(read.output.as_ref())?;
    let Opened { runtime, origin, .. } = load::open(setup, environment)?;
    let mut body = Body { out, progress: ProgressLine::new(), taken: 0 };
    let fetched = match &origin {
        Origin::Endpoint(endpoint, scope) => {
            let fetched = runtime.block_on(download(endpoint, scope, &mut body));
            fetched.map_err(|error| match error {
                DownloadError::Failed(failure) => Broken::Source(failure),
                DownloadError::Sink(error) => Broken::Sink(error),
            })
        }
        Origin::File(file) => {
            let take = |bytes: &[u8], read, of| {
                body.progressed(read, of);
                body.take(bytes)
            };
            copy_out(file, setup.config.api.max_response_bytes, take).map_err(|error| match error {
                CopyError::Failed(failure) => Broken::Source(failure),
                CopyError::Sink(error) => Broken::Sink(error),
            })
        }
    };
    runtime.shutdown_background();
    let Body { out, mut progress, taken } = body;
    erase();
    match fetched {
        Ok(()) => {
            out.finish()?;
            tracing::info!(bytes = taken, "fetched");
            let to = read.output_name();
            progress.aside(&format!("{} written to {to}; {}", size(taken), care(false)));
            Ok(0)
        }
        Err(Broken::Source(failure)) => {
            out.finish_incomplete()?;
            log::failed(&failure);
            Err(CommandError::of(&failure))
        }
        Err(Broken::Sink(error)) => Err(CommandError::writing(&error)),
    }
}

/// The bytes on their way.
struct Body {
    out: Output,
    progress: ProgressLine,
    taken: u64,
}

impl DownloadSink for Body {
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.taken += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn start_over(&mut self) -> io::Result<bool> {
        if self.taken == 0 {
            return Ok(true);
        }
        self.taken = 0;
        self.out.start_over()
    }

    fn progressed(&mut self, bytes: u64, of: Option<u64>) {
        self.progress.tell(bytes, of, None);
    }

    fn retrying(&mut self, why: &str, attempt: u32, wait: Duration) {
        log::retrying(why, attempt);
        self.progress.note(&retrying(why, attempt, wait));
    }
}
