//! From the bytes of a body to pages: one thread per body unpacks, counts and decodes, with bounds on
//! everything that waits.
//!
//! The network and files feed it; it knows neither.

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

/// Rows wait at most this long before they are sent in a page that is not full.
const PATIENCE: Duration = Duration::from_millis(50);
/// The patience of a long load, so that a dripping server makes no million pages.
const MOST_PATIENCE: Duration = Duration::from_secs(1);
/// The time between two reports of progress.
const PROGRESS: Duration = Duration::from_millis(50);
/// Bytes of the beginning that are kept to describe a body that is not JSON.
const HEAD: usize = 2048;

/// A running fetch. Dropping it cancels the fetch: the connection closes, no further event arrives,
/// and the threads end as soon as they notice.
#[must_use = "dropping it cancels the fetch"]
#[derive(Debug)]
pub struct FetchGuard {
    _cancel: watch::Sender<()>,
}

/// The fetch was cancelled.
#[derive(Debug)]
pub(super) struct Gone;

/// Where the events of one fetch go. A full channel makes the sender wait; dropping the
/// [`FetchGuard`] ends the wait.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    ticket: FetchTicket,
    events: mpsc::Sender<(FetchTicket, FetchEvent)>,
    cancel: watch::Receiver<()>,
    runtime: Handle,
}

impl Outlet {
    /// An outlet and the guard that closes it. Must be called within a tokio runtime.
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

/// Bytes of a body on their way to the decoder.
pub(super) struct Chunk {
    /// The bytes.
    pub(super) bytes: Bytes,
    /// Bytes of the source that this chunk consumed; differs from `bytes` if the source decompresses by
    /// itself.
    pub(super) transferred: u64,
    /// Bounds how far ahead the sender may be; released once the chunk is decoded.
    pub(super) _permit: Option<OwnedSemaphorePermit>,
}

/// What the source sends to the decoder. A source that disappears without `End` was cut.
pub(super) enum BodyInput {
    /// The next bytes.
    Chunk(Chunk),
    /// The source is complete.
    End,
}

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    /// With gzip, in one or several members.
    Gzip,
}

/// How a body ended.
#[derive(Debug)]
pub(super) enum BodyEnding {
    /// It is a complete list of messages.
    Complete(Box<IngestStats>),
    /// The source was cut, or the document is incomplete.
    Cut,
    /// The document cannot be read.
    Document(DocumentError),
    /// It is larger than allowed, after decompression.
    TooLarge,
    /// It is a decompression bomb.
    Bomb,
    /// It claims to be gzip and is not, or is damaged.
    NotGzip,
    /// The fetch was cancelled.
    Gone,
}

/// How a body ended, and how far it got.
#[derive(Debug)]
pub(super) struct BodyReport {
    /// How it ended.
    pub(super) ending: BodyEnding,
    /// Bytes of the source that were read.
    pub(super) transferred: u64,
    /// The first bytes of the document.
    pub(super) head: Vec<u8>,
}

/// Starts the thread that decodes one body of at most `most` bytes and removes what `redactor` looks
/// for. The report comes after the last page; none comes if the thread panics.
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
        // A receiver that is gone has no use for the report.
        let _ = report.send(run(Unpacker::new(packing, most, redactor), outlet, &input));
    })?;
    Ok(reported)
}

/// Decodes on this thread until the input ends.
fn run(mut unpacker: Unpacker, outlet: Outlet, input: &Receiver<BodyInput>) -> BodyReport {
    let mut intake = Intake::new(outlet);
    let ending = match intake.follow(&mut unpacker, input) {
        Ok(tally) => BodyEnding::Complete(Box::new(tally)),
        // What arrived whole is shown, whatever ended the body.
        Err(ending) => intake.flush_rows().err().unwrap_or(ending),
    };
    let report = BodyReport { ending, transferred: unpacker.transferred(), head: intake.head };
    if !matches!(report.ending, BodyEnding::Gone) {
        // The channel may be closed by now; the report says so.
        let _ = intake.outlet.send_blocking(FetchEvent::Progressed { bytes: report.transferred });
    }
    report
}

/// Decodes what the unpacker passes on, and sends pages and progress.
struct Intake {
    decoder: Decoder,
    outlet: Outlet,
    head: Vec<u8>,
    started: Instant,
    /// Since when rows may wait; `None` while none does.
    waiting: Option<Instant>,
    progress: Instant,
}

impl Intake {
    fn new(outlet: Outlet) -> Self {
        let now = Instant::now();
        let decoder = Decoder::new(Limits::default());
        Self { decoder, outlet, head: Vec::new(), started: now, waiting: None, progress: now }
    }

    /// Takes chunks until the end, and sends waiting rows early while none arrives.
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

    /// When the waiting rows have to be sent.
    fn flush_due(&self) -> Option<Instant> {
        let patience = (self.started.elapsed() / 32).clamp(PATIENCE, MOST_PATIENCE);
        self.waiting.map(|since| since + patience)
    }

    /// Sends all rows that are complete.
    fn flush_rows(&mut self) -> Result<(), BodyEnding> {
        self.decoding(|decoder, pages| {
            decoder.flush().into_iter().for_each(pages);
            Ok(())
        })?;
        self.waiting = None;
        Ok(())
    }

    /// Runs the decoder and sends the pages that it fills.
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
