//! Saved responses: a file or standard input, plain, gzip or zstd. They go through the same decoder
//! and cause the same events as responses from the network.

#[cfg(test)]
mod tests;
mod zstd;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::io::api::failure::plain;
use crate::io::intake::unpack::{UnpackError, Unpacker};
use crate::io::intake::{self, BodyEnding, BodyInput, BodyReport, Chunk, Gone, Outlet, Packing};
use crate::io::threads::reserve_signal_stack;
use crate::port::{Failure, FailureKind, FetchEvent, FetchTicket};
use crate::text::size;

pub use crate::io::intake::FetchGuard;

/// The size of a chunk, and how many may wait: 4 MiB together.
const CHUNK: usize = 128 << 10;
const WAITING: usize = 32;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The location of a saved response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileSource {
    /// A file, a pipe, or another path that can be opened.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Shows the name, cleaned for the terminal.
impl fmt::Display for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(&plain(&path.to_string_lossy())),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

impl FileSource {
    /// Checks that the source can be opened, so that the error appears before the screen opens.
    ///
    /// # Errors
    /// The error as one line.
    pub fn check(&self) -> Result<(), String> {
        let Self::Path(path) = self else { return Ok(()) };
        let wrong =
            |error: &io::Error| format!("{self} could not be opened: {}", super::reason(error));
        let metadata = fs::metadata(path).map_err(|error| wrong(&error))?;
        if metadata.is_dir() {
            return Err(format!("{self} is a folder; --file takes a saved response"));
        }
        if metadata.is_file() {
            // Opening a pipe would block until its writer opens it.
            File::open(path).map_err(|error| wrong(&error))?;
        }
        Ok(())
    }

    /// Opens the source. Returns its length if known.
    fn open(&self) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        match self {
            Self::Path(path) => {
                let file = File::open(path)?;
                let metadata = file.metadata()?;
                let length = metadata.is_file().then_some(metadata.len());
                Ok((Box::new(file), length))
            }
            Self::Stdin => Ok((Box::new(io::stdin()), None)),
        }
    }
}

/// Starts reading a saved response of at most `most` bytes after decompression. Sends its events to
/// `events`, like [`crate::io::api::start_fetch`]. Must be called within a tokio runtime.
///
/// Dropping the guard cancels. A thread that waits for standard input or a pipe ends with the next
/// bytes or with the process.
pub fn start_file(
    source: &FileSource,
    most: u64,
    ticket: FetchTicket,
    events: mpsc::Sender<(FetchTicket, FetchEvent)>,
) -> FetchGuard {
    let (outlet, guard) = Outlet::open(ticket, events);
    let to_tell = outlet.clone();
    let started = thread::Builder::new().name("reader".to_owned()).spawn({
        let source = source.clone();
        move || {
            reserve_signal_stack();
            let last = match read(&source, most, &outlet) {
                Ok(last) => last,
                Err(Stop::Gone) => return,
                Err(Stop::Failed(failure)) => FetchEvent::Failed(failure),
            };
            // If the fetch was cancelled, no receiver needs its end.
            let _ = outlet.send_blocking(last);
        }
    });
    if let Err(error) = started {
        let failed = FetchEvent::Failed(trouble(source, &error));
        tokio::spawn(async move { to_tell.send(failed).await });
    }
    guard
}

/// Why reading stopped without a final event.
enum Stop {
    Gone,
    Failed(Failure),
}

impl From<Gone> for Stop {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

/// An open source with its first bytes, which reveal the compression.
struct Opened {
    /// The first bytes, already read from `bytes`.
    head: Bytes,
    bytes: Box<dyn Read + Send>,
    /// The length of the source, if it is a file.
    length: Option<u64>,
}

impl Opened {
    fn new(source: &FileSource) -> io::Result<Self> {
        let (mut bytes, length) = source.open()?;
        let mut head = [0; 4];
        let known = fill(&mut bytes, &mut head)?;
        let head = Bytes::copy_from_slice(head.get(..known).unwrap_or_default());
        Ok(Self { head, bytes, length })
    }

    fn packing(&self) -> Packing {
        if self.head.starts_with(&GZIP) { Packing::Gzip } else { Packing::Plain }
    }

    /// Sends everything to the decoder. Decompresses zstd.
    fn copy_to(mut self, sender: &SyncSender<BodyInput>) -> Result<(), SourceError> {
        if self.head.starts_with(&ZSTD) {
            return zstd::Frames::new(io::Cursor::new(self.head).chain(self.bytes)).copy_to(sender);
        }
        copy(self.head, &mut self.bytes, sender)
    }
}

/// Reads to the end and returns the final event.
fn read(source: &FileSource, most: u64, outlet: &Outlet) -> Result<FetchEvent, Stop> {
    let failed = |error: io::Error| Stop::Failed(trouble(source, &error));
    let opened = Opened::new(source).map_err(failed)?;
    outlet.send_blocking(FetchEvent::Answered { length: opened.length })?;
    let (sender, receiver) = sync_channel(WAITING);
    let decoding = intake::start(opened.packing(), most, None, outlet.clone(), receiver);
    let decoding = decoding.map_err(failed)?;
    let broken = opened.copy_to(&sender);
    drop(sender);
    let report = decoding.blocking_recv().map_err(|_| {
        Stop::Failed(document(source, "could not be read: the decoder failed; this is a bug"))
    })?;
    ending(source, report, broken)
}

/// Copies the decompressed bytes of a saved response, at most `most`, without decoding them. Also
/// passes the number of source bytes read to `take`, and the total if known.
///
/// # Errors
/// A failure of the source, or the first error of `take`.
pub fn copy_out(
    source: &FileSource,
    most: u64,
    mut take: impl FnMut(&[u8], u64, Option<u64>) -> io::Result<()>,
) -> Result<(), CopyError> {
    let failed = |error: io::Error| CopyError::Failed(trouble(source, &error));
    let opened = Opened::new(source).map_err(failed)?;
    let (length, mut unpacker) = (opened.length, Unpacker::new(opened.packing(), most, None));
    let (sender, receiver) = sync_channel(WAITING);
    let reading = thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || opened.copy_to(&sender))
        .map_err(failed)?;
    while let Ok(BodyInput::Chunk(chunk)) = receiver.recv() {
        let transferred = unpacker.transferred() + chunk.transferred;
        let pass_on = |bytes: &[u8]| take(bytes, transferred, length);
        unpacker.push(&chunk.bytes, chunk.transferred, pass_on).map_err(|error| {
            CopyError::Failed(match error {
                UnpackError::TooLarge => too_large(source),
                UnpackError::Bomb => document(source, BOMB),
                UnpackError::NotGzip => document(source, NOT_GZIP),
                UnpackError::Taker(error) => return CopyError::Sink(error),
            })
        })?;
    }
    Err(CopyError::Failed(match reading.join() {
        Ok(Ok(())) if unpacker.is_whole() => return Ok(()),
        Ok(Ok(()) | Err(SourceError::Short)) => cut(source, unpacker.transferred()),
        Ok(Err(SourceError::Read(error))) => trouble(source, &error),
        Ok(Err(SourceError::NotZstd)) => document(source, NOT_ZSTD),
        Ok(Err(SourceError::Damaged)) => damaged(source),
        Err(_) => document(source, "could not be read; this is a bug"),
    }))
}

const BOMB: &str = "grows more than 200-fold when it is decompressed";
const NOT_GZIP: &str = "is broken gzip data";
const NOT_ZSTD: &str = "is broken zstd data";

fn damaged(source: &FileSource) -> Failure {
    Failure {
        kind: FailureKind::Cut,
        what: format!("{source} is damaged: a zstd checksum is wrong"),
        advice: "What was read is shown and may be wrong. Make or fetch the file again.".to_owned(),
    }
}

/// Why copying a saved response stopped.
#[derive(Debug)]
pub enum CopyError {
    /// The source failed.
    Failed(Failure),
    /// The consumer of the bytes failed.
    Sink(io::Error),
}

/// Why a source stopped early.
enum SourceError {
    /// Reading it failed.
    Read(io::Error),
    /// It has a zstd header but is not zstd.
    NotZstd,
    /// It ends in the middle of a zstd frame.
    Short,
    /// A zstd frame does not match its checksum.
    Damaged,
}

/// Sends `head` and everything after it.
fn copy(
    head: Bytes,
    bytes: &mut impl Read,
    sender: &SyncSender<BodyInput>,
) -> Result<(), SourceError> {
    let mut next = head;
    while !next.is_empty() {
        let transferred = next.len() as u64;
        if sender.send(BodyInput::Chunk(Chunk { bytes: next, transferred, _permit: None })).is_err()
        {
            // The decoder has ended; its report says why.
            return Ok(());
        }
        let mut chunk = vec![0; CHUNK];
        let read = retried(|| bytes.read(&mut chunk)).map_err(SourceError::Read)?;
        chunk.truncate(read);
        next = Bytes::from(chunk);
    }
    // As above.
    let _ = sender.send(BodyInput::End);
    Ok(())
}

/// Reads until the buffer is full or the source ends.
fn fill(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match retried(|| bytes.read(rest))? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Repeats a read that a signal interrupted.
fn retried(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

fn ending(
    source: &FileSource,
    report: BodyReport,
    broken: Result<(), SourceError>,
) -> Result<FetchEvent, Stop> {
    let cut = || cut(source, report.transferred);
    let failure = match (report.ending, broken) {
        (BodyEnding::Gone, _) => return Err(Stop::Gone),
        (BodyEnding::Document(error), _) => document(source, &reason(&error)),
        (BodyEnding::TooLarge, _) => too_large(source),
        (BodyEnding::Bomb, _) => document(source, BOMB),
        (BodyEnding::NotGzip, _) => document(source, NOT_GZIP),
        (_, Err(SourceError::NotZstd)) => document(source, NOT_ZSTD),
        (_, Err(SourceError::Damaged)) => damaged(source),
        (_, Err(SourceError::Read(error))) => trouble(source, &error),
        (BodyEnding::Cut, _) | (_, Err(SourceError::Short)) => cut(),
        (BodyEnding::Complete(_), Ok(())) if report.transferred == 0 => {
            document(source, "is empty; nothing was saved in it")
        }
        (BodyEnding::Complete(tally), Ok(())) => return Ok(FetchEvent::Finished(tally)),
    };
    Err(Stop::Failed(failure))
}

/// The error of the decoder, about a file instead of a response.
fn reason(error: &crate::io::stream::DocumentError) -> String {
    use crate::io::stream::DocumentError;
    match error {
        DocumentError::Html => "is a web page, not JSON".to_owned(),
        DocumentError::Syntax { at, what } => format!("is no valid JSON at byte {at}: {what}"),
        DocumentError::Cut { at } => format!("is cut short at byte {at}"),
        DocumentError::Shape => "is JSON, but not a list of messages".to_owned(),
        DocumentError::Encoding => "is not UTF-8 text".to_owned(),
    }
}

fn cut(source: &FileSource, bytes: u64) -> Failure {
    let what = format!("{source} is cut short after {}", size(bytes));
    let advice = "What was read is shown and is not complete.".to_owned();
    Failure { kind: FailureKind::Cut, what, advice }
}

fn too_large(source: &FileSource) -> Failure {
    Failure {
        advice: "Raise max_response_bytes in the config.".to_owned(),
        ..document(source, "holds more than max_response_bytes")
    }
}

fn document(source: &FileSource, what: &str) -> Failure {
    Failure {
        kind: FailureKind::Document,
        what: format!("{source} {what}"),
        advice: "--file takes a saved response, a list of messages or one message a line, plain, \
                 gzip or zstd."
            .to_owned(),
    }
}

fn trouble(source: &FileSource, error: &io::Error) -> Failure {
    Failure {
        kind: FailureKind::Network,
        what: format!("{source} could not be read: {}", super::reason(error)),
        advice: "Check the path and its rights.".to_owned(),
    }
}
