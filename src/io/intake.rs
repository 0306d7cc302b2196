//! From bytes of a body to pages: one thread per body that decompresses, counts, decodes and hands
//! on, with bounds on everything that waits.
//!
//! Both sources of bodies, the network and files, feed it. It knows neither of them.

pub(super) mod gzip;

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
use gzip::{GunzipError, Gzip};

/// Rows wait this long at most before they are handed on in a page that is not full.
const PATIENCE: Duration = Duration::from_millis(50);
/// The patience of a load that has run for long, so that a dripping server makes no million pages.
const MOST_PATIENCE: Duration = Duration::from_secs(1);
/// Progress is told this often.
const PROGRESS: Duration = Duration::from_millis(50);
/// Bytes after which a body that grew 200-fold is taken for a trap.
pub(super) const RATIO_FROM: u64 = 64 << 20;
/// The most that honest JSON shrinks.
pub(super) const RATIO: u64 = 200;
/// Bytes of the beginning that are kept, to say what a body that is no JSON was.
const HEAD: usize = 2048;
/// A running fetch. Dropping it ends the fetch at once: the connection is closed, no further event
/// comes, the threads end as soon as they notice.
#[must_use = "dropping it cancels the fetch"]
#[derive(Debug)]
pub struct FetchGuard {
    _cancel: watch::Sender<()>,
}

/// Nobody wants the fetch any more.
#[derive(Debug)]
pub(super) struct Gone;

/// Where the events of one fetch go. Full channels make the sender wait; a dropped [`FetchGuard`]
/// ends the wait.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    ticket: FetchTicket,
    events: mpsc::Sender<(FetchTicket, FetchEvent)>,
    cancel: watch::Receiver<()>,
    runtime: Handle,
}

impl Outlet {
    /// An outlet and the guard that closes it. To be called within a tokio runtime.
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
    /// Bytes of the source used up with this chunk; more or fewer than `bytes` when the source
    /// decompresses by itself.
    pub(super) transferred: u64,
    /// What keeps the sender from being too far ahead; given back when the chunk was decoded.
    pub(super) _permit: Option<OwnedSemaphorePermit>,
}

/// What the source tells the decoder. A source that vanishes without `End` was cut.
pub(super) enum BodyInput {
    /// The next bytes.
    Chunk(Chunk),
    /// The source ended as it should.
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
    /// The source was cut, or the document stops in its middle; what arrived was handed on.
    Cut,
    /// The document is none that can be read.
    Document(DocumentError),
    /// It is larger than allowed, after decompression.
    TooLarge,
    /// It is a decompression trap.
    Bomb,
    /// It is no gzip although it says so.
    NotGzip,
    /// Nobody wants it any more.
    Gone,
}

/// What became of a body.
#[derive(Debug)]
pub(super) struct BodyReport {
    /// How it ended.
    pub(super) ending: BodyEnding,
    /// Bytes of the source that were used up.
    pub(super) transferred: u64,
    /// The first bytes of the document.
    pub(super) head: Vec<u8>,
}

/// Starts the thread that decodes one body of at most `most` bytes. The report
/// comes after the last page; none comes when the thread broke down.
/// What `redactor` looks for is taken out.
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
        let _ = report.send(run(packing, most, redactor, outlet, &input));
    })?;
    Ok(reported)
}

/// Decodes on this thread until the input ends.
pub(super) fn run(
    packing: Packing,
    most: u64,
    redactor: Option<KeyRedactor>,
    outlet: Outlet,
    input: &Receiver<BodyInput>,
) -> BodyReport {
    let mut unpacker = Unpacker::new(packing, Intake::new(packing, most, redactor, outlet));
    let ending = unpacker.follow(input);
    let Unpacker { intake, .. } = unpacker;
    let report = BodyReport { ending, transferred: intake.transferred, head: intake.head };
    if !matches!(report.ending, BodyEnding::Gone) {
        // The channel may close now; the report says so to whoever reads it.
        let _ = intake.outlet.send_blocking(FetchEvent::Progressed { bytes: report.transferred });
    }
    report
}

/// The decoder behind what unpacks for it.
struct Unpacker {
    intake: Intake,
    gzip: Option<Gzip>,
}

impl Unpacker {
    fn new(packing: Packing, intake: Intake) -> Self {
        Self { intake, gzip: (packing == Packing::Gzip).then(Gzip::new) }
    }

    /// Takes chunks until the end, and hands on early what waits while none comes.
    fn follow(&mut self, input: &Receiver<BodyInput>) -> BodyEnding {
        loop {
            let next = match input.try_recv() {
                Ok(input) => Ok(input),
                Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) => match self.intake.flush_due() {
                    Some(due) => input.recv_timeout(due.saturating_duration_since(Instant::now())),
                    None => input.recv().map_err(|_| RecvTimeoutError::Disconnected),
                },
            };
            let taken = match next {
                Ok(BodyInput::Chunk(chunk)) => self.take(&chunk),
                Ok(BodyInput::End) => return self.finish(),
                // A server that pauses: what there is, and how much that is.
                Err(RecvTimeoutError::Timeout) => {
                    self.intake.flush_rows().and_then(|()| self.intake.tell_progress())
                }
                Err(RecvTimeoutError::Disconnected) => Err(self.cut()),
            };
            if let Err(ending) = taken {
                return ending;
            }
        }
    }

    fn take(&mut self, chunk: &Chunk) -> Result<(), BodyEnding> {
        let Self { intake, gzip } = self;
        intake.transferred += chunk.transferred;
        match gzip {
            None => intake.push(&chunk.bytes)?,
            Some(gzip) => {
                let pushed = gzip.push(&chunk.bytes, |bytes| intake.push(bytes));
                pushed.map_err(|stop| match stop {
                    GunzipError::Damaged => {
                        intake.flush_rows().err().unwrap_or(BodyEnding::NotGzip)
                    }
                    GunzipError::Taker(ending) => ending,
                })?;
            }
        }
        if intake.flush_due().is_some_and(|due| due <= Instant::now()) {
            intake.flush_rows()?;
        }
        intake.tell_progress()
    }

    fn finish(&mut self) -> BodyEnding {
        if self.intake.transferred == 0 {
            return BodyEnding::Complete(Box::default());
        }
        if self.gzip.as_ref().is_some_and(|gzip| !gzip.is_whole()) {
            return self.cut();
        }
        self.intake.finish()
    }

    fn cut(&mut self) -> BodyEnding {
        self.intake.flush_rows().err().unwrap_or(BodyEnding::Cut)
    }
}

/// Counts, decodes and hands on.
struct Intake {
    decoder: Decoder,
    redactor: Option<KeyRedactor>,
    outlet: Outlet,
    packing: Packing,
    most: u64,
    transferred: u64,
    unpacked: u64,
    head: Vec<u8>,
    started: Instant,
    /// Since when rows may wait; `None` when none does.
    waiting: Option<Instant>,
    progress: Instant,
}

impl Intake {
    fn new(packing: Packing, most: u64, redactor: Option<KeyRedactor>, outlet: Outlet) -> Self {
        let now = Instant::now();
        Self {
            redactor,
            decoder: Decoder::new(Limits::default()),
            outlet,
            packing,
            most,
            transferred: 0,
            unpacked: 0,
            head: Vec::new(),
            started: now,
            waiting: None,
            progress: now,
        }
    }

    /// When the rows that wait have to be handed on.
    fn flush_due(&self) -> Option<Instant> {
        let patience = (self.started.elapsed() / 32).clamp(PATIENCE, MOST_PATIENCE);
        self.waiting.map(|since| since + patience)
    }

    /// Hands on all rows that have come whole.
    fn flush_rows(&mut self) -> Result<(), BodyEnding> {
        self.decoding(|decoder, pages| {
            decoder.flush().into_iter().for_each(pages);
            Ok(())
        })?;
        self.waiting = None;
        Ok(())
    }

    /// Lets the decoder do something, and sends the pages that come of it.
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

    fn tell_progress(&mut self) -> Result<(), BodyEnding> {
        if self.progress.elapsed() < PROGRESS {
            return Ok(());
        }
        self.progress = Instant::now();
        let event = FetchEvent::Progressed { bytes: self.transferred };
        self.outlet.send_blocking(event).map_err(|Gone| BodyEnding::Gone)
    }

    fn finish(&mut self) -> BodyEnding {
        let rest = self.redactor.as_mut().map(KeyRedactor::rest).unwrap_or_default();
        if !rest.is_empty()
            && let Err(ending) = self.decode(&rest)
        {
            return ending;
        }
        match self.decoding(Decoder::finish) {
            Ok(tally) => BodyEnding::Complete(Box::new(tally)),
            Err(BodyEnding::Cut) => self.flush_rows().err().unwrap_or(BodyEnding::Cut),
            Err(ending) => ending,
        }
    }

    /// Takes bytes of the document.
    fn push(&mut self, bytes: &[u8]) -> Result<(), BodyEnding> {
        self.unpacked += bytes.len() as u64;
        if self.unpacked > self.most {
            return Err(self.flush_rows().err().unwrap_or(BodyEnding::TooLarge));
        }
        let swollen = self.unpacked > self.transferred.saturating_mul(RATIO);
        if self.packing == Packing::Gzip && self.unpacked > RATIO_FROM && swollen {
            return Err(self.flush_rows().err().unwrap_or(BodyEnding::Bomb));
        }
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        match self.redactor.as_mut().map(|redactor| redactor.redact(bytes)) {
            Some(covered) => self.decode(&covered),
            None => self.decode(bytes),
        }
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), BodyEnding> {
        self.decoding(|decoder, pages| decoder.push(bytes, pages))?;
        self.waiting.get_or_insert_with(Instant::now);
        Ok(())
    }
}

fn send_page(outlet: &Outlet, page: Page) -> Result<(), Gone> {
    outlet.send_blocking(FetchEvent::PageArrived(Arc::new(page)))
}
