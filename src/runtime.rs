//! The loop: waits, updates, performs, draws. The only one in the program.
//!
//! ```text
//!   input ──┐ (first)
//!   facts ──┼─► update ─► effects ─► EffectHandler / Screen
//!   time  ──┘               └─ when all that was queued is taken in: prepare, draw
//! ```
//!
//! Nothing pending and nothing to draw: no timer is armed and the process sleeps. Generic over
//! the terminal and the outside, so that tests drive this very loop.

mod drivers;
pub mod log;

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::app::App;
use crate::app::effect::{Effect, Handover, Mouse};
use crate::app::event::Event;
use crate::app::geometry::Size;
use crate::port::Severity;
use crate::port::{Copied, Fact};
use crate::port::{FetchEvent, FetchTicket};
use crate::time::Millis;

pub use drivers::{Drivers, MessageSource};

/// The shortest time before a frame that a worker's answer leads to. What a person does is answered
/// at once.
const FRAME: Duration = Duration::from_millis(16);
/// The same for what arrives by itself: a frame costs what a page costs to decode, and nobody reads
/// counts that change more often.
const ARRIVAL: Duration = Duration::from_millis(50);
/// The first frames are not held back: they are what a person waits for.
const FIRST_FRAMES: u32 = 4;
/// How long events are taken in before a frame is drawn in any case.
const BATCH: Duration = Duration::from_millis(4);

/// Where frames go.
pub trait Screen {
    /// Draws the state.
    fn draw(&mut self, app: &App) -> io::Result<()>;
    /// Forgets what is on the screen, so that the next frame draws every cell.
    fn redraw(&mut self) -> io::Result<()>;
    /// Takes the mouse, or leaves it to the terminal.
    fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()>;
    /// Asks the terminal to put a text on its clipboard; what became of it.
    fn copy(&mut self, text: &str, what: &'static str) -> Copied;
    /// Gives the terminal to another program, without waiting for its end, which comes as
    /// [`Event::CameBack`]. An error is a sentence for the person: then nothing was given.
    fn hand_over(&mut self, handover: Handover) -> Result<(), String>;
    /// Gives the terminal back, stops until the program is continued, takes it again; the size of
    /// the window then.
    fn suspend(&mut self) -> io::Result<Size>;
}

/// What performs the effects that are not the screen's. Its results come back as events.
pub trait EffectHandler {
    /// Performs one, without waiting for it.
    fn perform(&mut self, effect: Effect);
}

/// Why the loop ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// A person quit.
    Quit,
    /// A person quit with the key that elsewhere sends a signal.
    Interrupted,
    /// The terminal is gone.
    TerminalGone,
    /// A signal of this number asked for it.
    Signal(i32),
}

/// Everything that the loop listens to.
pub struct Inputs<I, S> {
    /// The terminal.
    pub input: I,
    /// The workers.
    pub facts: mpsc::Receiver<Fact>,
    /// What is being fetched.
    pub fetches: mpsc::Receiver<(FetchTicket, FetchEvent)>,
    /// Signals that end the program, by number.
    pub signals: S,
    /// The wall clock.
    pub clock: fn() -> Millis,
}

/// Runs until the end.
pub async fn run<I, S>(
    app: &mut App,
    ears: Inputs<I, S>,
    screen: &mut impl Screen,
    handler: &mut impl EffectHandler,
) -> io::Result<Ending>
where
    I: Stream<Item = Event> + Unpin,
    S: Stream<Item = i32> + Unpin,
{
    let Inputs { mut input, mut facts, mut fetches, mut signals, clock } = ears;
    let mut drawn: Option<Instant> = None;
    let effects = app.start();
    if let Some(ending) = perform(app, effects, screen, handler, clock)? {
        return Ok(ending);
    }
    // How long after the last frame the next one may come; `None`: there is nothing new to draw.
    let (mut pause, mut frames) = (Some(Duration::ZERO), 0_u32);
    loop {
        let mut frame_due = pause.map(|pause| drawn.map_or_else(Instant::now, |at| at + pause));
        let is_early = frames < FIRST_FRAMES;
        if frame_due.is_some_and(|due| is_early || due <= Instant::now()) {
            app.prepare();
            screen.draw(app)?;
            drawn = Some(Instant::now());
            frames = frames.saturating_add(1);
            (pause, frame_due) = (None, None);
        }
        let deadline = app.deadline().map(|at| {
            let wait = u64::try_from(at.saturating_sub(clock())).unwrap_or(0);
            Instant::now() + Duration::from_millis(wait)
        });
        let event = tokio::select! {
            biased;
            Some(number) = signals.next() => return Ok(Ending::Signal(number)),
            event = input.next() => match event {
                Some(event) => event,
                None => return Ok(Ending::TerminalGone),
            },
            Some(fact) = facts.recv() => Event::Fact(fact),
            Some((ticket, event)) = fetches.recv() => Event::Fetch(ticket, event),
            () = until(frame_due) => continue,
            () = until(deadline) => Event::TimePassed,
        };
        let mut next = Some(event);
        let begun = Instant::now();
        while let Some(event) = next.take() {
            let of_this = pause_before(&event);
            pause = Some(pause.map_or(of_this, |pause| pause.min(of_this)));
            log::event(&event);
            let effects = app.update(event, clock());
            if let Some(ending) = perform(app, effects, screen, handler, clock)? {
                return Ok(ending);
            }
            if begun.elapsed() < BATCH {
                let mut fetched =
                    || fetches.try_recv().map(|(ticket, event)| Event::Fetch(ticket, event));
                let queued = queued(&mut input).await;
                next = queued
                    .or_else(|| facts.try_recv().ok().map(Event::Fact))
                    .or_else(|| fetched().ok());
            }
        }
    }
}

/// The shortest time between a frame and the next one, if an event is what it is drawn for.
fn pause_before(event: &Event) -> Duration {
    use Event::{CameBack, Fetch, Mouse, Pasted, Pressed, Resized, Resumed};
    use FetchEvent::{PageArrived, Progressed};
    match event {
        // A person waits for it.
        Pressed(_) | Pasted(_) | Mouse(_) | Resized(_) | Resumed | CameBack(..) => Duration::ZERO,
        Fetch(_, PageArrived(_) | Progressed { .. }) => ARRIVAL,
        _ => FRAME,
    }
}

/// What is there already. Asks with the waker of this task: a terminal keeps the waker it was
/// asked with, and one that wakes nobody would leave the next key unheard.
async fn queued(input: &mut (impl Stream<Item = Event> + Unpin)) -> Option<Event> {
    poll_fn(|cx| match input.poll_next_unpin(cx) {
        Poll::Ready(event) => Poll::Ready(event),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

fn perform(
    app: &mut App,
    effects: Vec<Effect>,
    screen: &mut impl Screen,
    handler: &mut impl EffectHandler,
    clock: fn() -> Millis,
) -> io::Result<Option<Ending>> {
    let mut left = effects;
    while !left.is_empty() {
        for effect in std::mem::take(&mut left) {
            match effect {
                Effect::Quit => return Ok(Some(Ending::Quit)),
                Effect::Interrupt => return Ok(Some(Ending::Interrupted)),
                Effect::Redraw => screen.redraw()?,
                Effect::SetMouse(mouse) => screen.set_mouse(mouse)?,
                Effect::CopyByTerminal { text, what } => {
                    let copied = screen.copy(&text, what);
                    left.extend(app.update(Event::Fact(Fact::Copied(copied)), clock()));
                }
                Effect::HandOver(handover) => {
                    if let Err(sentence) = screen.hand_over(*handover) {
                        let event = Event::CameBack(Severity::Warning, sentence);
                        left.extend(app.update(event, clock()));
                    }
                }
                Effect::Suspend => {
                    let size = screen.suspend()?;
                    left.extend(app.update(Event::Resized(size), clock()));
                    left.extend(app.update(Event::Resumed, clock()));
                }
                other => handler.perform(other),
            }
        }
    }
    Ok(None)
}
