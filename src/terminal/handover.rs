//! The terminal in the hands of another program: the pager, the editor.
//!
//! ```text
//!  input_pause closed (no key is read) ─► terminal given back ─► the program, waited for by a thread
//!   ─► terminal taken again, input_pause opened ─► Event::CameBack
//! ```
//!
//! The application goes on meanwhile, unseen: what is being loaded is loaded. The program belongs to
//! our job: it is in our process group, so that a shell stops and continues both as one. What a
//! keyboard sends to end a program (SIGINT, SIGQUIT) is meant for that one, and `signals` leaves it
//! alone; a stop stops both.
//!
//! The pager reads from a pipe. An editor needs a file: one that only we can read, in a folder of
//! its own, which is removed when the editor ends, and when this program does before that. Only a
//! SIGKILL leaves it behind. No program inherits the key.

pub(super) mod child;
mod folder;
mod program;

use std::io::{self, BufWriter, Write};
use std::process::{ChildStdin, Stdio};

use rustix::termios::{QueueSelector, tcflush};

use crate::app::effect::Handover;
use crate::app::event::Event;
use crate::app::geometry::Size;
use crate::export::ExportJob;
use crate::io::export;
use crate::io::key::KEY_VARIABLES;
use crate::port::Severity;
use crate::text::clipboard_text;

use super::input::Others;
use super::{input_pause, signals, tty};
use child::Ended;
use folder::Folder;
use program::Program;

/// The exit status when the terminal is gone: that of the signal that says so.
const GONE: u8 = 129;

/// Gives the terminal to the program that the environment names. How it ended comes as an event.
///
/// # Errors
/// A sentence for the person; the terminal is still ours.
pub(super) fn start(handover: Handover, others: Others) -> Result<(), String> {
    let environment = |name: &str| std::env::var_os(name);
    let program = match handover {
        Handover::Pager(_) => Program::pager(&environment)?,
        Handover::Editor { .. } => Program::editor(&environment)?,
    };
    if !input_pause::close() {
        return Err("the terminal is busy; try again in a moment".to_owned());
    }
    tty::give_back();
    let waiting = std::thread::Builder::new().name("handover".to_owned()).spawn(move || {
        let ended = run(&program, handover);
        child::keep(None);
        let (weight, sentence) = message(&program, ended);
        come_back(&others, Event::CameBack(weight, sentence));
    });
    waiting.map(drop).map_err(|error| {
        if take_again().is_err() {
            signals::end_soon(GONE);
        }
        input_pause::open();
        format!("cannot start a thread: {error}")
    })
}

/// Takes the terminal, whatever state it was left in.
fn take_again() -> io::Result<()> {
    // What was typed for that program and not read is no key of ours.
    let _ = tcflush(tty::keyboard(), QueueSelector::IFlush);
    tty::take_after_another()?;
    tty::forget_screen();
    Ok(())
}

/// Takes the terminal, says so, and then lets keys in: none comes before the word that it is ours.
fn come_back(others: &Others, event: Event) {
    // Nobody is there to be told once the program has ended.
    let tell = |event| drop(others.blocking_send(event));
    if take_again().is_err() {
        signals::end_soon(GONE);
        input_pause::end();
        tell(None);
        return;
    }
    if let Ok((columns, rows)) = crossterm::terminal::size() {
        tell(Some(Event::Resized(Size { columns, rows })));
    }
    tell(Some(event));
    input_pause::open();
}

/// What the person is told at the return.
fn message(program: &Program, ended: io::Result<Ended>) -> (Severity, String) {
    let name = program.name();
    match ended {
        Ok(Ended::Well) if program.edits() => {
            (Severity::Info, format!("back from {name}; changes are not saved"))
        }
        Ok(Ended::Well) => (Severity::Info, format!("back from {name}")),
        Ok(Ended::Status(status)) => {
            (Severity::Warning, format!("{name} ended with status {status}"))
        }
        Ok(Ended::Signal(number)) => {
            (Severity::Warning, format!("{name} ended by signal {number}"))
        }
        Err(error) => (Severity::Warning, format!("cannot start {name}: {error}")),
    }
}

fn run(program: &Program, handover: Handover) -> io::Result<Ended> {
    let mut command = program.command();
    for name in KEY_VARIABLES {
        command.env_remove(name);
    }
    match handover {
        Handover::Pager(session) => {
            command.stdin(Stdio::piped());
            let (pid, pipe) = child::spawn(&mut command)?;
            if let Some(pipe) = pipe {
                // A pager reads as far as the person does, which may be never.
                std::thread::spawn(move || feed(&session, pipe));
            }
            child::wait(pid)
        }
        Handover::Editor { page, message } => {
            let text = page.rows.get(message.row as usize).map(|row| page.text_of(row));
            let text = clipboard_text(text.unwrap_or_default());
            let folder = Folder::new()?;
            let path = folder.write("message.md", &text)?;
            drop((text, page));
            child::keep(Some(folder));
            command.arg(path).stdin(tty::keyboard().try_clone_to_owned()?);
            let (pid, _) = child::spawn(&mut command)?;
            child::wait(pid)
        }
    }
}

fn feed(session: &ExportJob, pipe: ChildStdin) {
    let mut out = BufWriter::with_capacity(64 << 10, pipe);
    // A pager that was left before its end has closed the pipe.
    let _ = export::write_to(session, &mut out, &mut |_| {}).and_then(|_| out.flush());
}
