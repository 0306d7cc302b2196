//! The clipboard: each copy takes the first route that works, and reports which one that was.
//!
//! ```text
//!  a tool of this machine ─► tmux ─► the terminal, by OSC 52 ─► none: suggest a file
//! ```
//!
//! One thread makes all copies: the screen never waits, and the last copy wins. Each route has
//! `TIMEOUT`; a program that takes longer is killed. The text goes to a program by its standard
//! input, and no program inherits the key. The text is cleaned first and loses its final line feeds,
//! so that pasting it into a shell runs nothing.

mod chain;
mod tool;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;
use tokio::sync::mpsc as tokio_mpsc;

use crate::export;
use crate::port::Fact;
use crate::port::{Copied, CopyRoute};
use crate::text::clipboard_text;

use chain::{CopyStep, chain};
use tool::feed;

/// What terminals take by OSC 52, in bytes of text: as base64 it is 99,992 bytes, and many cut or
/// refuse a sequence of more than 100,000.
const OSC_52: usize = 74_994;
/// How long one route may take.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long the end of the program waits for a running copy, and again after telling it to stop.
const GOODBYE: Duration = Duration::from_millis(300);

/// What is to be copied.
enum Job {
    Text { text: String, what: &'static str },
    Session(Box<export::ExportJob>),
}

/// The thread that copies.
#[derive(Debug)]
pub struct Clipboard {
    jobs: Option<Sender<Job>>,
    stopped: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Clipboard {
    /// Starts the thread, which sleeps until something is to be copied.
    pub fn start(facts: &tokio_mpsc::Sender<Fact>) -> Self {
        let (jobs, waiting) = mpsc::channel();
        let (ending, ended) = mpsc::channel();
        let stopped = Arc::<AtomicBool>::default();
        let (facts, flag) = (facts.clone(), Arc::clone(&stopped));
        std::thread::spawn(move || {
            work(&waiting, &facts, &flag);
            let _ = ending.send(());
        });
        Self { jobs: Some(jobs), stopped, ended }
    }

    /// Copies a text; a fact reports the outcome.
    pub fn copy(&self, text: String, what: &'static str) {
        self.give(Job::Text { text, what });
    }

    /// Copies messages in an export format.
    pub fn copy_session(&self, export: Box<export::ExportJob>) {
        self.give(Job::Session(export));
    }

    fn give(&self, job: Job) {
        // The thread lives as long as this does.
        drop(self.jobs.as_ref().map(|jobs| jobs.send(job)));
    }
}

impl Drop for Clipboard {
    /// A copy made just before the end still arrives, and a program that hangs is not left behind.
    fn drop(&mut self) {
        self.jobs = None;
        if self.ended.recv_timeout(GOODBYE).is_err() {
            self.stopped.store(true, Ordering::Relaxed);
            let _ = self.ended.recv_timeout(GOODBYE);
        }
    }
}

fn work(waiting: &Receiver<Job>, facts: &tokio_mpsc::Sender<Fact>, stopped: &AtomicBool) {
    while let Ok(job) = waiting.recv() {
        // Of several copies that wait only the last one would be seen.
        let job = waiting.try_iter().last().unwrap_or(job);
        let (text, what) = match job {
            Job::Text { text, what } => (prepared(&text), what),
            Job::Session(session) => (prepared(&super::export::text(&session)), "session"),
        };
        let event = place(&Arc::from(text), what, stopped);
        if facts.blocking_send(event).is_err() {
            return;
        }
    }
}

/// The text as it may leave the program.
pub fn prepared(text: &str) -> String {
    let mut text = clipboard_text(text);
    text.truncate(text.trim_end_matches('\n').len());
    text
}

/// Tries one route after the other.
fn place(text: &Arc<str>, what: &'static str, stopped: &AtomicBool) -> Fact {
    let of = text.chars().count();
    let copied = |way| Fact::Copied(Copied { what, way, sent: of, of });
    if of == 0 {
        return copied(CopyRoute::Clipboard);
    }
    for step in chain(&|name| std::env::var_os(name), std::env::consts::OS) {
        let (tried, way) = match step {
            CopyStep::Tool(words) => (feed(words, text, TIMEOUT, stopped), CopyRoute::Clipboard),
            CopyStep::Tmux => (feed(TMUX, text, TIMEOUT, stopped), CopyRoute::Tmux),
            // The draw thread writes the sequence, so that it cannot fall into a frame.
            CopyStep::Terminal => return Fact::ClipboardLeft { text: text.to_string(), what },
        };
        match tried {
            Ok(()) => return copied(way),
            Err(why) => tracing::debug!(?step, why, "a clipboard route failed"),
        }
    }
    let why = "this terminal has no clipboard".to_owned();
    Fact::Copied(Copied { what, way: CopyRoute::Nowhere(why), sent: 0, of })
}

/// Into the buffer of tmux, and with `-w` on to the terminal around it.
const TMUX: &[&str] = &["tmux", "load-buffer", "-w", "-"];

/// Sends a text, which was cleaned, to the clipboard of the terminal that `out` writes to.
pub fn copy_by_terminal(out: &mut impl Write, text: &str, what: &'static str) -> Copied {
    let part = cut(text);
    let of = text.chars().count();
    match execute!(out, CopyToClipboard::to_clipboard_from(part)) {
        Ok(()) => Copied { what, way: CopyRoute::Terminal, sent: part.chars().count(), of },
        Err(error) => Copied { what, way: CopyRoute::Nowhere(error.to_string()), sent: 0, of },
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(OSC_52)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_both_counts_are_told() {
        let text = "é".repeat(OSC_52);
        let mut out = Vec::new();
        let copied = copy_by_terminal(&mut out, &text, "message");
        assert_eq!((copied.sent, copied.of), (OSC_52 / 2, OSC_52));
        let sequence = out.len() - "\x1b]52;c;\x1b\\".len();
        assert_eq!(sequence, OSC_52.div_ceil(3) * 4);
        assert!(out.len() <= 100_001, "{}", out.len());
        let copied = copy_by_terminal(&mut out, "short", "message");
        assert_eq!((copied.sent, copied.of, copied.way), (5, 5, CopyRoute::Terminal));
    }

    #[test]
    fn what_leaves_the_program_drives_nothing_and_does_not_run_by_itself() {
        let text = "a\u{1b}[201~\r\nb\tc\u{9b}2J\u{202e}d\u{200b}e\n\n";
        assert_eq!(prepared(text), "a[201~\nb\tc2Jde");
        assert_eq!(prepared("\n"), "");
    }
}
