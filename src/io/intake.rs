//! Turns the bytes of a body into pages: one thread for each body decompresses, counts and decodes.
//! Every queue and buffer is bounded.
//!
//! Must not know whether the network or a file feeds it.

pub(super) mod gzip;
pub(super) mod unpack;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

use crate::io::key_redactor::KeyRedactor;
use crate::io::stream::{Decoder, DocumentError};
use crate::io::threads::reserve_signal_stack;
use crate::port::{FetchEvent, FetchTicket};
use crate::store::{IngestStats, Limits, Page};
use unpack::{UnpackError, Unpacker};

/// How long rows may wait for their page to fill.
const PATIENCE: Duration = Duration::from_millis(50);
/// The same limit late in a long load, so that a slow server does not cause a million tiny pages.
const MOST_PATIENCE: Duration = Duration::from_secs(1);
/// The interval of progress reports.
const PROGRESS: Duration = Duration::from_millis(50);
/// The number of leading bytes to keep for describing a body that is not JSON.
const HEAD: usize = 2048;

/// A running fetch. Dropping it cancels the fetch: the connection closes, no further events arrive,
/// and the threads end soon after.
#[must_use = "dropping it cancels the fetch"]
#[derive(Debug)]
pub struct FetchGuard {
    _cancel: watch::Sender<()>,
}

/// The fetch was cancelled.
#[derive(Debug)]
pub(super) struct Gone;

/// Sends the events of one fetch. A full channel blocks the sender; dropping the [`FetchGuard`]
/// unblocks it.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    ticket: FetchTicket,
    events: mpsc::Sender<(FetchTicket, FetchEvent)>,
    cancel: watch::Receiver<()>,
    runtime: Handle,
}

impl Outlet {
    /// Creates an outlet and the guard that closes it. Must be called within a tokio runtime.
    pub(super) fn open(
        ticket: FetchTicket,
        events: mpsc::Sender<(FetchTicket, FetchEvent)>,
    ) -> (Self, FetchGuard) {
        let (guard, cancel) = watch::channel(());
        (Self { ticket, events, cancel, runtime: Handle::current() }, FetchGuard { _cancel: guard })
    }

    /// Waits until the guard is dropped.
    pub(super) async fn cancelled(&self) {
        let mut cancel = self.cancel.clone();
        while cancel.changed().await.is_ok() {}
    }

    /// Sends from a task.
    pub(super) async fn send(&self, event: FetchEvent) -> Result<(), Gone> {
        tokio::select! {
            biased;
            () = self.cancelled() => Err(Gone),
            sent = self.events.send((self.ticket, event)) => sent.map_err(|_| Gone),
        }
    }

    /// Sends from a thread outside the runtime.
    pub(super) fn send_blocking(&self, event: FetchEvent) -> Result<(), Gone> {
        self.runtime.block_on(self.send(event))
    }
}

/// A part of a body on its way to the decoder.
pub(super) struct Chunk {
    /// The bytes.
    pub(super) bytes: Bytes,
    /// The source bytes that yield this chunk, which differ from `bytes` if the source
    /// decompresses by itself.
    pub(super) transferred: u64,
    /// Bounds how far ahead the sender may run; released once the chunk is decoded.
    pub(super) _permit: Option<OwnedSemaphorePermit>,
}

/// A message from the source to the decoder. A source that disappears without `End` was cut off.
pub(super) enum BodyInput {
    /// The next bytes.
    Chunk(Chunk),
    /// The source is complete.
    End,
}

/// The compression of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Packing {
    /// None.
    Plain,
    /// gzip, in one or several members.
    Gzip,
}

/// How a body ended.
#[derive(Debug)]
pub(super) enum BodyEnding {
    /// A complete list of messages.
    Complete(Box<IngestStats>),
    /// The source was cut off, or the document is incomplete.
    Cut,
    /// The document is invalid.
    Document(DocumentError),
    /// Too large after decompression.
    TooLarge,
    /// A decompression bomb.
    Bomb,
    /// Not gzip despite its header, or damaged.
    NotGzip,
    /// The fetch was cancelled.
    Gone,
}

/// The outcome of decoding a body.
#[derive(Debug)]
pub(super) struct BodyReport {
    /// How it ended.
    pub(super) ending: BodyEnding,
    /// The bytes read from the source.
    pub(super) transferred: u64,
    /// The first bytes of the document.
    pub(super) head: Vec<u8>,
}

/// Starts the thread that decodes one body of at most `most` bytes and removes what `redactor`
/// finds. The report follows the last page; a thread that panics sends none.
pub(super) fn start(
    packing: Packing,
    most: u64,
    redactor: Option<KeyRedactor>,
    outlet: Outlet,
    input: Receiver<BodyInput>,
) -> io::Result<oneshot::Receiver<BodyReport>> {
    let (report, reported) = oneshot::channel();
    thread::Builder::new().name("decoder".to_owned()).spawn(move || {
        reserve_signal_stack();
        // Without a receiver, the report is not needed.
        let _ = report.send(run(Unpacker::new(packing, most, redactor), outlet, &input));
    })?;
    Ok(reported)
}

/// Decodes on the current thread until the input ends.
fn run(mut unpacker: Unpacker, outlet: Outlet, input: &Receiver<BodyInput>) -> BodyReport {
    let mut intake = Intake::new(outlet);
    let ending = match intake.follow(&mut unpacker, input) {
        Ok(tally) => BodyEnding::Complete(Box::new(tally)),
        // Complete rows are shown, however the body ended.
        Err(ending) => intake.flush_rows().err().unwrap_or(ending),
    };
    let report = BodyReport { ending, transferred: unpacker.transferred(), head: intake.head };
    if !matches!(report.ending, BodyEnding::Gone) {
        // If the channel is closed, the report says so.
        let _ = intake.outlet.send_blocking(FetchEvent::Progressed { bytes: report.transferred });
    }
    report
}

/// Decodes decompressed bytes, and sends pages and progress.
struct Intake {
    decoder: Decoder,
    outlet: Outlet,
    head: Vec<u8>,
    started: Instant,
    /// Since when rows have been waiting; `None` if there are none.
    waiting: Option<Instant>,
    progress: Instant,
}

impl Intake {
    fn new(outlet: Outlet) -> Self {
        let now = Instant::now();
        let decoder = Decoder::new(Limits::default());
        Self { decoder, outlet, head: Vec::new(), started: now, waiting: None, progress: now }
    }

    /// Decodes chunks until the end, and sends waiting rows early while no chunk arrives.
    fn follow(
        &mut self,
        unpacker: &mut Unpacker,
        input: &Receiver<BodyInput>,
    ) -> Result<IngestStats, BodyEnding> {
        loop {
            let next = match input.try_recv() {
                Ok(input) => Ok(input),
                Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) => match self.flush_due() {
                    Some(due) => input.recv_timeout(due.saturating_duration_since(Instant::now())),
                    None => input.recv().map_err(|_| RecvTimeoutError::Disconnected),
                },
            };
            match next {
                Ok(BodyInput::Chunk(Chunk { bytes, transferred, .. })) => {
                    let pushed = unpacker.push(&bytes, transferred, |bytes| self.decode(bytes));
                    pushed.map_err(|error| match error {
                        UnpackError::TooLarge => BodyEnding::TooLarge,
                        UnpackError::Bomb => BodyEnding::Bomb,
                        UnpackError::NotGzip => BodyEnding::NotGzip,
                        UnpackError::Taker(ending) => ending,
                    })?;
                    if self.flush_due().is_some_and(|due| due <= Instant::now()) {
                        self.flush_rows()?;
                    }
                }
                Ok(BodyInput::End) if unpacker.transferred() == 0 => {
                    return Ok(IngestStats::default());
                }
                Ok(BodyInput::End) if unpacker.is_whole() => {
                    self.decode(&unpacker.rest())?;
                    return self.decoding(Decoder::finish);
                }
                Err(RecvTimeoutError::Timeout) => self.flush_rows()?,
                Ok(BodyInput::End) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(BodyEnding::Cut);
                }
            }
            self.report_progress(unpacker.transferred())?;
        }
    }

    /// When the waiting rows must be sent.
    fn flush_due(&self) -> Option<Instant> {
        let patience = (self.started.elapsed() / 32).clamp(PATIENCE, MOST_PATIENCE);
        self.waiting.map(|since| since + patience)
    }

    /// Sends all complete rows.
    fn flush_rows(&mut self) -> Result<(), BodyEnding> {
        self.decoding(|decoder, pages| {
            decoder.flush().into_iter().for_each(pages);
            Ok(())
        })?;
        self.waiting = None;
        Ok(())
    }

    /// Runs the decoder and sends the filled pages.
    fn decoding<T>(
        &mut self,
        work: impl FnOnce(&mut Decoder, &mut dyn FnMut(Page)) -> Result<T, DocumentError>,
    ) -> Result<T, BodyEnding> {
        let (outlet, waiting) = (&self.outlet, &mut self.waiting);
        let mut gone = false;
        let done = work(&mut self.decoder, &mut |page| {
            *waiting = None;
            gone = gone || send_page(outlet, page).is_err();
        });
        if gone {
            return Err(BodyEnding::Gone);
        }
        done.map_err(|error| match error {
            DocumentError::Cut { .. } => BodyEnding::Cut,
            error => BodyEnding::Document(error),
        })
    }

    fn report_progress(&mut self, bytes: u64) -> Result<(), BodyEnding> {
        if self.progress.elapsed() < PROGRESS {
            return Ok(());
        }
        self.progress = Instant::now();
        let sent = self.outlet.send_blocking(FetchEvent::Progressed { bytes });
        sent.map_err(|Gone| BodyEnding::Gone)
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), BodyEnding> {
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.decoding(|decoder, pages| decoder.push(bytes, pages))?;
        self.waiting.get_or_insert_with(Instant::now);
        Ok(())
    }
}

fn send_page(outlet: &Outlet, page: Page) -> Result<(), Gone> {
    outlet.send_blocking(FetchEvent::PageArrived(Arc::new(page)))
}
