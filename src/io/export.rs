//! Exports as files: streamed, private from the first byte, never over another file.
//!
//! ```text
//!  Job ─► export::write ─► a private draft ─► its name, when it is whole
//! ```
//!
//! How a file stays unseen until it is whole is `io::private_file`'s. Must not know which messages
//! were chosen, or why.

mod name;
mod place;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use crate::export::{Counts, Means, Pseudonyms, Watch};
use crate::port::Severity;
use crate::text::clean_line_within;
use crate::text::grouped;

use super::private_file::reason;
use super::threads::reserve_signal_stack;
use super::wire::AsSent;
use place::Wish;

pub use crate::export::{Chosen, Form, Job};

/// What is written at once, in bytes.
const BLOCK: usize = 256 << 10;
/// Threads that write, at most: then the disk is the slower one.
const MOST_THREADS: usize = 4;

/// Where an export goes.
pub enum Target<'t> {
    /// A new file of a folder, under a safe name made of this: `sfchat-<name>-<hash>.<ending>`. With
    /// pseudonyms the name is not used.
    Folder {
        /// The folder; it has to be there.
        folder: &'t Path,
        /// What the export is of: an id, say. Anything at all.
        name: &'t str,
    },
    /// This very file.
    File {
        /// Its path. Its folder has to be there.
        path: &'t Path,
        /// Whether a file that is there is replaced; else it is an error.
        force: bool,
    },
    /// Wherever this goes: standard output.
    Stream(&'t mut dyn Write),
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The file; [`None`] for a stream.
    pub path: Option<PathBuf>,
    /// Messages.
    pub messages: u64,
    /// The sessions that they belong to.
    pub sessions: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file of this name is there, and was not to be replaced.
    #[error("{0} exists already, and nothing is written over")]
    Exists(PathBuf),
    /// What is there is no file that could be replaced.
    #[error("{0} is no file: {1}")]
    NoFile(PathBuf, &'static str),
    /// It was asked to stop. Of a file nothing is left.
    #[error("it was stopped")]
    Stopped,
    /// The system refused. Of a file nothing is left.
    #[error("{} could not be written: {}{}", path.display(), reason(.error), after(*.bytes))]
    File {
        /// The file, or the folder of one that has no name yet.
        path: PathBuf,
        /// How many bytes had been written.
        bytes: u64,
        /// What the system said.
        error: io::Error,
    },
    /// The stream took no more.
    #[error("{error} (after {bytes} bytes)")]
    Stream {
        /// How many bytes had been written.
        bytes: u64,
        /// What was said; a closed pipe is [`io::ErrorKind::BrokenPipe`].
        error: io::Error,
    },
}

/// Writes an export. `progress` is told how many messages are written, now and then; once `stopped`
/// says so it ends.
///
/// # Errors
/// See [`ExportError`]. Of a file nothing is left, and one that was there is as it was.
pub fn write(
    job: &Job,
    target: Target<'_>,
    progress: &mut dyn FnMut(u64),
    stopped: &dyn Fn() -> bool,
) -> Result<Written, ExportError> {
    let keyed = RandomState::new();
    let wish = match target {
        Target::Stream(out) => return to_stream(job, &keyed, out, progress, stopped),
        Target::File { path, force } => Wish::named(path, force)?,
        Target::Folder { folder, name } if job.pseudonymize => {
            // The hash of an id would tell it to whoever can guess it.
            let unlinked = keyed.hash_one(name).to_string();
            Wish::any(folder, name::Name::new("pseudonyms", &unlinked, job.form.ending()))
        }
        Target::Folder { folder, name } => {
            Wish::any(folder, name::Name::new(name, name, job.form.ending()))
        }
    };
    let failed = |bytes, error: io::Error| {
        if stopped() {
            return ExportError::Stopped;
        }
        ExportError::File { path: wish.path().to_owned(), bytes, error }
    };
    survive_full_files();
    let mut draft = wish.draft().map_err(|error| failed(0, error))?;
    let mut out = BufWriter::with_capacity(BLOCK, Counted { out: draft.file(), bytes: 0 });
    let written = document(job, &keyed, all_threads(), &mut out, progress, stopped);
    let written = written.and_then(|counts| out.flush().map(|()| counts));
    // What could not be written is not tried again at the end of the writer.
    let (counted, _) = out.into_parts();
    let bytes = counted.bytes;
    let counts = written.map_err(|error| failed(bytes, error))?;
    draft.settle().map_err(|error| failed(bytes, error))?;
    if stopped() {
        return Err(ExportError::Stopped);
    }
    let path = wish.place(draft).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => ExportError::Exists(wish.path().to_owned()),
        _ => failed(bytes, error),
    })?;
    let Counts { messages, sessions } = counts;
    Ok(Written { path: Some(path), messages, sessions, bytes })
}

fn to_stream(
    job: &Job,
    keyed: &RandomState,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
    stopped: &dyn Fn() -> bool,
) -> Result<Written, ExportError> {
    let mut out = BufWriter::with_capacity(BLOCK, Counted { out, bytes: 0 });
    let written = document(job, keyed, all_threads(), &mut out, progress, stopped);
    let written = written.and_then(|counts| out.flush().map(|()| counts));
    let (Counted { bytes, .. }, _) = out.into_parts();
    match written {
        Ok(Counts { messages, sessions }) => Ok(Written { path: None, messages, sessions, bytes }),
        Err(_) if stopped() => Err(ExportError::Stopped),
        Err(error) => Err(ExportError::Stream { bytes, error }),
    }
}

fn document(
    job: &Job,
    keyed: &RandomState,
    threads: usize,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
    stopped: &dyn Fn() -> bool,
) -> io::Result<Counts> {
    let pseudonyms =
        job.pseudonymize.then(|| Pseudonyms::new(&job.pages, &|id| keyed.hash_one(id)));
    let mut watch = Watch { progress, stopped };
    let means = Means {
        wire: &AsSent,
        pseudonyms: pseudonyms.as_ref(),
        threads: (threads, reserve_signal_stack),
    };
    crate::export::write(job, &means, out, &mut watch)
}

/// The threads that write a document.
fn all_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS)
}

/// Writes an export to wherever `out` goes, without looking back: to a pager.
///
/// # Errors
/// Those of `out`.
pub fn write_to(job: &Job, out: &mut dyn Write) -> io::Result<()> {
    document(job, &RandomState::new(), all_threads(), out, &mut |_| {}, &|| false).map(drop)
}

/// An export as one text, for a clipboard.
pub fn text(job: &Job) -> String {
    let mut out = Vec::new();
    // Memory takes everything.
    let _ = write_to(job, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// What became of an export, in a sentence for the person, with an aside of what was written.
pub fn told(
    result: &Result<Written, ExportError>,
    job: &Job,
    aside: Option<&str>,
) -> (Severity, String) {
    match result {
        Ok(written) => {
            let (messages, path) = (counted(written.messages, "message"), place(written));
            // A line of a screen is short; what is in the file matters most, then its name.
            let aside = aside.map_or(String::new(), |aside| format!(" ({aside})"));
            let care = if job.pseudonymize { care(true) } else { "personal data" };
            (Severity::Info, format!("{messages}{aside} written to {path}; {care}"))
        }
        Err(ExportError::Stopped) => {
            (Severity::Info, "the export was stopped; no file is left of it".to_owned())
        }
        Err(error) => {
            let error = error.to_string();
            (Severity::Warning, format!("export failed: {}", clean_line_within(&error, 400)))
        }
    }
}

/// What was written, in a sentence for a person who has no screen.
pub fn summary(written: &Written, job: &Job) -> String {
    let messages = counted(written.messages, "message");
    let sessions = counted(written.sessions, "session");
    let care = care(job.pseudonymize);
    format!("{messages} of {sessions} written to {}; {care}", place(written))
}

/// What has to be known of whatever holds messages.
pub fn care(has_pseudonyms: bool) -> &'static str {
    if has_pseudonyms {
        "free text can still identify a person"
    } else {
        "personal data, keep it safe"
    }
}

/// `1 message`, `1,234 messages`.
fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Where it was written to.
fn place(written: &Written) -> String {
    let path = written.path.as_ref().map(|path| path.display().to_string());
    path.map_or("standard output".to_owned(), |path| clean_line_within(&path, 300).to_string())
}

/// How far it came.
fn after(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        bytes => format!(" (after {bytes} bytes; nothing is left of them)"),
    }
}

/// Counts what is written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file that reaches the largest size that is allowed is an error, not the end of the program.
fn survive_full_files() {
    #[cfg(unix)]
    {
        use std::sync::{Arc, Once, atomic::AtomicBool};
        static ONCE: Once = Once::new();
        // Should it fail, the system's own way stays: the program ends.
        ONCE.call_once(|| {
            let heard = Arc::<AtomicBool>::default();
            drop(signal_hook::flag::register(libc::SIGXFSZ, heard));
        });
    }
}
