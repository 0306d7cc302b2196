//! Pauses the reading of keys while another program has the terminal.
//!
//! The input thread blocks in crossterm's read, which returns on SIGWINCH. So `close` sends this
//! process SIGWINCH until the thread acknowledges the pause. From then on nothing reads from the
//! terminal until `open`.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};

/// How long the thread of keys may take to come out. It takes longer only when the terminal has
/// sent half a sequence, or when more keys wait than the screen takes in.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long it is waited for a signal to have its effect.
const GLANCE: Duration = Duration::from_millis(20);

/// How late a signal may be heard.
const JUST: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, PartialEq, Eq)]
enum InputPause {
    /// Keys are read.
    Open,
    /// The thread was asked to come out.
    Closing,
    /// It has.
    Closed,
    /// Nothing will be read any more.
    Over,
}

static STATE: Mutex<InputPause> = Mutex::new(InputPause::Open);
/// When it was opened last.
static OPENED: Mutex<Option<Instant>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

fn state() -> MutexGuard<'static, InputPause> {
    // The state is one word: whoever panicked with it has left it whole.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set(to: InputPause) {
    *state() = to;
    CHANGED.notify_all();
}

/// Closes it; `false` when the thread of keys did not come out, and goes on reading.
pub(super) fn close() -> bool {
    let begun = Instant::now();
    let mut now = state();
    *now = InputPause::Closing;
    while *now == InputPause::Closing {
        if begun.elapsed() > PATIENCE {
            *now = InputPause::Open;
            return false;
        }
        let _ = kill_process(getpid(), Signal::WINCH);
        let waited = CHANGED.wait_timeout_while(now, GLANCE, |now| *now == InputPause::Closing);
        now = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
    *now == InputPause::Closed
}

/// Opens it.
pub(super) fn open() {
    *OPENED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    set(InputPause::Open);
}

/// Whether a signal that is heard now may have been meant for the program that had the terminal: it
/// ends that one at once, and comes to our ears a little later.
pub(super) fn has_just_opened() -> bool {
    let opened = *OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    opened.is_some_and(|at| at.elapsed() < JUST)
}

/// Nothing is read any more: the thread of keys ends.
pub(super) fn end() {
    set(InputPause::Over);
}

/// Whether another program has the terminal, or is about to.
pub(super) fn is_closed() -> bool {
    *state() != InputPause::Open
}

/// For the thread of keys, outside of a read: says that it is, and waits while the gate is closed.
/// `false` when it is to end.
pub(super) fn pass() -> bool {
    let mut now = state();
    if *now == InputPause::Closing {
        *now = InputPause::Closed;
        CHANGED.notify_all();
    }
    let waited =
        CHANGED.wait_while(now, |now| matches!(*now, InputPause::Closing | InputPause::Closed));
    *waited.unwrap_or_else(PoisonError::into_inner) == InputPause::Open
}
