//! Saved responses: a file or standard input, plain, gzip or zstd, through the same decoder as the
//! network, with the same facts told about it.

#[cfg(test)]
mod tests;
mod zstd;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::io::api::failure::plain;
use crate::io::intake::gzip::{self, Gzip};
use crate::io::intake::{self, BodyEnding, BodyInput, BodyReport, Chunk, Gone, Outlet, Packing};
use crate::io::threads::reserve_signal_stack;
use crate::port::{Failure, FailureKind, FetchEvent, FetchTicket};
use crate::text::size;

pub use crate::io::intake::FetchGuard;

/// Bytes of a chunk, and the chunks that may wait: 4 MiB together.
const CHUNK: usize = 128 << 10;
const WAITING: usize = 32;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Where a saved response is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileSource {
    /// A file, a pipe, whatever can be opened.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// The name, safe for a terminal.
impl fmt::Display for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(&plain(&path.to_string_lossy())),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

impl FileSource {
    /// Whether it can be opened at all, for an answer before the screen opens.
    ///
    /// # Errors
    /// What is wrong, in one line.
    pub fn check(&self) -> Result<(), String> {
        let Self::Path(path) = self else { return Ok(()) };
        let wrong =
            |error: &io::Error| format!("{self} could not be opened: {}", super::reason(error));
        let metadata = fs::metadata(path).map_err(|error| wrong(&error))?;
        if metadata.is_dir() {
            return Err(format!("{self} is a folder; --file takes a saved response"));
        }
        if metadata.is_file() {
            // Opening a pipe would wait for its writer.
            File::open(path).map_err(|error| wrong(&error))?;
        }
        Ok(())
    }

    /// The bytes, and how many there are where that is known.
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

/// Starts to read a saved response of at most `most` bytes after decompression; its facts go to
/// `events`, as those of [`crate::io::api::start_fetch`] do. To be called within a tokio runtime.
///
/// Dropping the guard cancels. A thread that waits for standard input or a pipe then ends with the
/// next bytes, or with the process.
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
            // Whoever does not listen any more needs no end.
            let _ = outlet.send_blocking(last);
        }
    });
    if let Err(error) = started {
        let failed = FetchEvent::Failed(trouble(source, &error));
        tokio::spawn(async move { to_tell.send(failed).await });
    }
    guard
}

/// Why reading stopped without an ending.
enum Stop {
    Gone,
    Failed(Failure),
}

impl From<Gone> for Stop {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

/// Reads to the end and says what became of it.
fn read(source: &FileSource, most: u64, outlet: &Outlet) -> Result<FetchEvent, Stop> {
    let failed = |error: &io::Error| Stop::Failed(trouble(source, error));
    let (mut bytes, length) = source.open().map_err(|error| failed(&error))?;
    outlet.send_blocking(FetchEvent::Answered { length })?;
    let mut head = [0; 4];
    let known = fill(&mut bytes, &mut head).map_err(|error| failed(&error))?;
    let head = Bytes::copy_from_slice(head.get(..known).unwrap_or_default());
    let packing = if head.starts_with(&GZIP) { Packing::Gzip } else { Packing::Plain };
    let (sender, receiver) = sync_channel(WAITING);
    let decoding = decode(packing, most, outlet, receiver).map_err(|error| failed(&error))?;
    let broken = if head.starts_with(&ZSTD) {
        zstd::Frames::new(io::Cursor::new(head).chain(bytes)).copy_to(&sender)
    } else {
        copy(head, &mut bytes, &sender)
    };
    drop(sender);
    let report = decoding.blocking_recv().map_err(|_| {
        Stop::Failed(document(source, "could not be read: the decoder failed; this is a bug"))
    })?;
    ending(source, report, broken)
}

/// Hands the bytes of a saved response on as they are, behind gzip or zstd; nothing in them is read.
/// `take` is also told how many bytes of the source are used up, and of how many where that is
/// known. At most `most` bytes.
///
/// # Errors
/// A failure of the source, or the first one of `take`.
pub fn copy_out(
    source: &FileSource,
    most: u64,
    mut take: impl FnMut(&[u8], u64, Option<u64>) -> io::Result<()>,
) -> Result<(), CopyError> {
    let failed = |error: &io::Error| CopyError::Failed(trouble(source, error));
    let (sender, receiver) = sync_channel(WAITING);
    let (mut bytes, length) = source.open().map_err(|error| failed(&error))?;
    let mut head = [0; 4];
    let known = fill(&mut bytes, &mut head).map_err(|error| failed(&error))?;
    let head = Bytes::copy_from_slice(head.get(..known).unwrap_or_default());
    let mut gzip = head.starts_with(&GZIP).then(Gzip::new);
    let reader = move || {
        if head.starts_with(&ZSTD) {
            zstd::Frames::new(io::Cursor::new(head).chain(bytes)).copy_to(&sender)
        } else {
            copy(head, &mut bytes, &sender)
        }
    };
    let reading = thread::Builder::new()
        .name("reader".to_owned())
        .spawn(reader)
        .map_err(|error| failed(&error))?;
    let (mut transferred, mut unpacked) = (0, 0);
    while let Ok(BodyInput::Chunk(chunk)) = receiver.recv() {
        transferred += chunk.transferred;
        let mut hand_on = |bytes: &[u8]| {
            unpacked += bytes.len() as u64;
            if unpacked > most {
                return Err(CopyError::Failed(too_large(source)));
            }
            take(bytes, transferred, length).map_err(CopyError::Sink)
        };
        match &mut gzip {
            None => hand_on(&chunk.bytes)?,
            Some(gzip) => gzip.push(&chunk.bytes, hand_on).map_err(|stop| match stop {
                gzip::GunzipError::Damaged => {
                    CopyError::Failed(document(source, "is broken gzip data"))
                }
                gzip::GunzipError::Taker(error) => error,
            })?,
        }
    }
    let short = || CopyError::Failed(cut(source, transferred));
    match reading.join() {
        Ok(Ok(())) if gzip.is_none_or(|gzip| gzip.is_whole()) => Ok(()),
        Ok(Ok(()) | Err(SourceError::Short)) => Err(short()),
        Ok(Err(SourceError::Read(error))) => Err(failed(&error)),
        Ok(Err(SourceError::NotZstd)) => {
            Err(CopyError::Failed(document(source, "is broken zstd data")))
        }
        Ok(Err(SourceError::Damaged)) => Err(CopyError::Failed(damaged(source))),
        Err(_) => Err(CopyError::Failed(document(source, "could not be read; this is a bug"))),
    }
}

fn damaged(source: &FileSource) -> Failure {
    Failure {
        kind: FailureKind::Cut,
        what: format!("{source} is damaged: a zstd checksum is wrong"),
        advice: "What was read is shown and may be wrong. Make or fetch the file again.".to_owned(),
    }
}

/// Why a saved response was not handed on whole.
#[derive(Debug)]
pub enum CopyError {
    /// The source.
    Failed(Failure),
    /// Who takes the bytes.
    Sink(io::Error),
}

fn decode(
    packing: Packing,
    most: u64,
    outlet: &Outlet,
    input: Receiver<BodyInput>,
) -> io::Result<tokio::sync::oneshot::Receiver<BodyReport>> {
    intake::start(packing, most, None, outlet.clone(), input)
}

/// Why a source stopped before its end.
enum SourceError {
    /// It could not be read on.
    Read(io::Error),
    /// It is no zstd although it begins like it.
    NotZstd,
    /// It ends in the middle of a zstd frame.
    Short,
    /// What a zstd frame holds is not what its checksum was made of.
    Damaged,
}

/// Hands on `head` and all that follows it.
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

/// A signal is no reason to stop.
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
        (BodyEnding::Bomb, _) => {
            document(source, "grows more than 200-fold when it is decompressed")
        }
        (BodyEnding::NotGzip, _) => document(source, "is broken gzip data"),
        (_, Err(SourceError::NotZstd)) => document(source, "is broken zstd data"),
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

/// The decoder's words speak of a response and a server; here it is a file.
fn reason(error: &crate::io::stream::DocumentError) -> String {
    use crate::io::stream::DocumentError;
    match error {
        DocumentError::Html => "is a web page, not JSON".to_owned(),
        DocumentError::Syntax { at, what } => format!("is no valid JSON at byte {at}: {what}"),
        DocumentError::Cut { at } => format!("is cut short at byte {at}"),
        DocumentError::Shape => "is JSON, but no list of messages".to_owned(),
        DocumentError::Encoding => "is no UTF-8 text".to_owned(),
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
