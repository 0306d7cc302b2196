//! Exports to files and streams: private from the first byte, never over another file.
//!
//! [`private_file`](super::private_file) keeps a file unseen until it is complete. Must not know
//! which messages were chosen, or why.

mod file_name;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::export::{ExportContext, ExportCounts, ExportJob, Pseudonyms};
use crate::port::Severity;
use crate::text::{clean_line_within, counted};

use super::private_file::{DraftFile, Overwrite, reason};
use super::wire::AsSent;
use file_name::file_name;

/// The size of one write, in bytes.
const BLOCK: usize = 256 << 10;
/// How many names are tried.
const NAMES: u32 = 10_000;

/// A file that was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// How much.
    pub counts: ExportCounts,
    /// Bytes.
    pub bytes: u64,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It was asked to stop.
    #[error("it was stopped")]
    Stopped,
    /// The system refused.
    #[error("cannot write to {}: {}{}", folder.display(), reason(.error), after(*.bytes))]
    File {
        /// The folder.
        folder: PathBuf,
        /// How many bytes had been written.
        bytes: u64,
        /// The error of the system.
        error: io::Error,
    },
}

/// Writes an export to a new file of a folder, under a safe name made of `name`:
/// `sfchat-<name>-<hash>.<ending>`. With pseudonyms the name is not used. Calls `progress` now and
/// then with the number of messages that are written, and stops once `stopped` says so.
///
/// # Errors
/// See [`ExportError`]. Nothing is left of the file.
pub fn write_file(
    job: &ExportJob,
    (folder, name): (&Path, &str),
    progress: &mut dyn FnMut(u64),
    stopped: &dyn Fn() -> bool,
) -> Result<Written, ExportError> {
    let keyed = RandomState::new();
    // The hash of an id would tell the id to whoever can guess it.
    let unlinked = keyed.hash_one(name).to_string();
    let (what, seed) =
        if job.pseudonymize { ("pseudonyms", unlinked.as_str()) } else { (name, name) };
    let failed = |bytes, error: io::Error| {
        if stopped() {
            return ExportError::Stopped;
        }
        ExportError::File { folder: folder.to_owned(), bytes, error }
    };
    let mut draft = DraftFile::new(folder, Overwrite::Never).map_err(|error| failed(0, error))?;
    let mut out = BufWriter::with_capacity(BLOCK, Counted { out: draft.file(), bytes: 0 });
    let mut progress = |done| {
        progress(done);
        if stopped() { Err(io::Error::other("it was stopped")) } else { Ok(()) }
    };
    let written = document(job, &keyed, &mut out, &mut progress);
    let written = written.and_then(|counts| out.flush().map(|()| counts));
    // Drops the buffer: a write that failed is not tried again.
    let (Counted { bytes, .. }, _) = out.into_parts();
    let counts = written.map_err(|error| failed(bytes, error))?;
    draft.settle().map_err(|error| failed(bytes, error))?;
    if stopped() {
        return Err(ExportError::Stopped);
    }
    for attempt in 0..NAMES {
        let path = folder.join(file_name(what, seed, job.format.ending(), attempt));
        match draft.take_name(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(bytes, error)),
            Ok(()) => return Ok(Written { path, counts, bytes }),
        }
    }
    Err(failed(bytes, io::Error::new(io::ErrorKind::AlreadyExists, "all names are taken")))
}

/// Writes an export to a stream.
///
/// # Errors
/// Those of `out`.
pub fn write_to(
    job: &ExportJob,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> io::Result<ExportCounts> {
    let mut progress = |done| {
        progress(done);
        Ok(())
    };
    document(job, &RandomState::new(), out, &mut progress)
}

fn document(
    job: &ExportJob,
    keyed: &RandomState,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<ExportCounts> {
    let pseudonyms =
        job.pseudonymize.then(|| Pseudonyms::new(&job.pages, &|id| keyed.hash_one(id)));
    let context = ExportContext { wire: &AsSent, pseudonyms: pseudonyms.as_ref() };
    crate::export::write(job, &context, out, progress)
}

/// An export as one text, for a clipboard.
pub fn text(job: &ExportJob) -> String {
    let mut out = Vec::new();
    // A vector accepts every write.
    let _ = write_to(job, &mut out, &mut |_| {});
    String::from_utf8(out).unwrap_or_default()
}

/// The notice about the end of an export; `aside` says which messages are in the file.
pub fn notice(
    result: &Result<Written, ExportError>,
    job: &ExportJob,
    aside: Option<&str>,
) -> (Severity, String) {
    match result {
        Ok(written) => {
            let messages = counted(written.counts.messages, "message");
            let path = shown(&written.path);
            // A notice is one short line: the content comes first, then the name of the file.
            let aside = aside.map_or(String::new(), |aside| format!(" ({aside})"));
            let care = if job.pseudonymize { care(true) } else { "personal data" };
            (Severity::Info, format!("{messages}{aside} written to {path}; {care}"))
        }
        Err(ExportError::Stopped) => {
            (Severity::Info, "export stopped; no file was left".to_owned())
        }
        Err(error) => {
            let error = error.to_string();
            (Severity::Warning, format!("export failed: {}", clean_line_within(&error, 400)))
        }
    }
}

/// The warning about what messages hold.
pub fn care(has_pseudonyms: bool) -> &'static str {
    if has_pseudonyms {
        "free text can still identify a person"
    } else {
        "personal data, keep it safe"
    }
}

fn shown(path: &Path) -> String {
    clean_line_within(&path.display().to_string(), 300).to_string()
}

/// How far it came.
fn after(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        bytes => format!(" (after {bytes} bytes; no file was left)"),
    }
}

/// Counts bytes.
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
