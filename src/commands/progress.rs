//! How far a load is, on one line of standard error that is written again and again; nothing where
//! that is no terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(super) use crate::text::{grouped, size};

/// The line is written this often.
const PACE: Duration = Duration::from_millis(100);
/// What is done in less shows nothing.
const SILENCE: Duration = Duration::from_millis(300);
/// Back to the start of the line, and nothing behind it.
const ERASE: &str = "\r\x1b[K";

/// Whether the line is there.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// The line.
pub(super) struct ProgressLine {
    is_terminal: bool,
    next: Instant,
}

impl ProgressLine {
    /// A line that begins a moment from now.
    pub(super) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal(), next: Instant::now() + SILENCE }
    }

    /// So many bytes of so many, and how many messages were made of them where that is known.
    pub(super) fn tell(&mut self, bytes: u64, of: Option<u64>, messages: Option<usize>) {
        if !self.is_terminal || bytes == 0 || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + PACE;
        let of = match of {
            Some(of) if of > 0 => format!(" of {} ({} %)", size(of), bytes * 100 / of),
            _ => String::new(),
        };
        let messages = messages.map(|count| format!(" · {} messages", grouped(count as u64)));
        line(&format!("{ERASE}{}{of}{}", size(bytes), messages.unwrap_or_default()));
        SHOWN.store(true, Ordering::Relaxed);
    }

    /// So many messages of so many are written.
    pub(super) fn written(&mut self, done: u64, of: u64) {
        if !self.is_terminal || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + PACE;
        let share = (done * 100).checked_div(of).unwrap_or(100);
        line(&format!("{ERASE}{} of {} messages written ({share} %)", grouped(done), grouped(of)));
        SHOWN.store(true, Ordering::Relaxed);
    }

    /// A sentence that stays, where somebody sees it.
    pub(super) fn note(&mut self, text: &str) {
        erase();
        line(&format!("sfchat-tui: {text}\n"));
        self.next = Instant::now() + PACE;
    }

    /// A sentence for a person: programs that read along hear of troubles alone.
    pub(super) fn aside(&mut self, text: &str) {
        if self.is_terminal {
            self.note(text);
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        erase();
    }
}

/// Takes the line away.
pub(super) fn erase() {
    if SHOWN.swap(false, Ordering::Relaxed) {
        line(ERASE);
    }
}

fn line(text: &str) {
    let mut err = io::stderr();
    // Nobody is left to be told.
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}
