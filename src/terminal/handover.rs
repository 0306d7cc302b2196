//! The terminal in the hands of another program: the pager, the editor.
//!
//! ```text
//!  gate closed (no key is read) ─► terminal given back ─► the program, waited for by a thread
//!   ─► terminal taken again, gate opened ─► Event::CameBack
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

mod child;
mod folder;
mod program;

use std::io::{self, BufWriter, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{QueueSelector, tcflush};

use crate::app::effect::Handover;
use crate::app::event::Event;
use crate::app::geometry::Size;
use crate::io::export::{self, Job};
use crate::io::key::KEY_VARIABLES;
use crate::port::Severity;
use crate::text::clipboard_text;

use super::input::Others;
use super::{gate, signals, tty};
use child::Ended;
use folder::Folder;
use program::Program;

/// How long a program may take to end that was asked to, when ours ends.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(5);
/// The exit status when the terminal is gone: that of the signal that says so.
const GONE: u8 = 129;

/// What has to be ended when this program ends. Global for the same reason as the terminal.
struct Guest {
    /// The program, while it has not been waited for.
    running: Option<Pid>,
    /// Its folder.
    folder: Option<Folder>,
    /// Whether nothing is to be started any more.
    over: bool,
}

static GUEST: Mutex<Guest> = Mutex::new(Guest { running: None, folder: None, over: false });

fn guest() -> MutexGuard<'static, Guest> {
    // Each field is whole by itself.
    GUEST.lock().unwrap_or_else(PoisonError::into_inner)
}

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
    if !gate::close() {
        return Err("the terminal is busy; try again in a moment".to_owned());
    }
    tty::give_back();
    let waiting = std::thread::Builder::new().name("handover".to_owned()).spawn(move || {
        let ended = run(&program, handover);
        guest().folder = None;
        let (weight, sentence) = told(&program, ended);
        come_back(&others, Event::CameBack(weight, sentence));
    });
    waiting.map(drop).map_err(|error| {
        if take_again().is_err() {
            signals::end_soon(GONE);
        }
        gate::open();
        format!("no thread could be started: {error}")
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
        gate::end();
        tell(None);
        return;
    }
    if let Ok((columns, rows)) = crossterm::terminal::size() {
        tell(Some(Event::Resized(Size { columns, rows })));
    }
    tell(Some(event));
    gate::open();
}

/// What the person is told at the return.
fn told(program: &Program, ended: io::Result<Ended>) -> (Severity, String) {
    let name = program.name();
    match ended {
        Ok(Ended::Well) if program.edits() => {
            (Severity::Info, format!("back from {name}; what was changed there is not kept"))
        }
        Ok(Ended::Well) => (Severity::Info, format!("back from {name}")),
        Ok(Ended::Status(status)) => {
            (Severity::Warning, format!("{name} ended with status {status}"))
        }
        Ok(Ended::Signal(number)) => {
            (Severity::Warning, format!("{name} was ended by signal {number}"))
        }
        Err(error) => (Severity::Warning, format!("{name} could not be started: {error}")),
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
            let (pid, pipe) = spawn(&mut command)?;
            if let Some(pipe) = pipe {
                // A pager reads as far as the person does, which may be never.
                std::thread::spawn(move || feed(&session, pipe));
            }
            wait(pid)
        }
        Handover::Editor { page, message } => {
            let text = page.rows.get(message.row as usize).map(|row| page.text_of(row));
            let text = clipboard_text(text.unwrap_or_default());
            let folder = Folder::new()?;
            let path = folder.write("message.md", &text)?;
            drop((text, page));
            guest().folder = Some(folder);
            command.arg(path).stdin(tty::keyboard().try_clone_to_owned()?);
            let (pid, _) = spawn(&mut command)?;
            wait(pid)
        }
    }
}

fn feed(session: &Job, pipe: ChildStdin) {
    let mut out = BufWriter::with_capacity(64 << 10, pipe);
    // A pager that was left before its end has closed the pipe.
    let _ = export::write_to(session, &mut out).and_then(|()| out.flush());
}

/// Starts it, known to whoever ends this program.
fn spawn(command: &mut Command) -> io::Result<(Pid, Option<ChildStdin>)> {
    let mut guest = guest();
    if guest.over {
        return Err(io::Error::other("this program ends"));
    }
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    guest.running = Some(pid);
    Ok((pid, child.stdin.take()))
}

fn wait(pid: Pid) -> io::Result<Ended> {
    child::wait_until_ended(pid)?;
    // Its number may belong to another process as soon as it is taken out of the system's table.
    let mut guest = guest();
    guest.running = None;
    child::take(pid)
}

/// This program ends: the other one is asked to, then made to, and its folder is removed. Whether
/// there was one.
pub(super) fn end() -> bool {
    let pid = {
        let mut guest = guest();
        guest.over = true;
        guest.folder = None;
        guest.running
    };
    let Some(pid) = pid else { return gate::is_closed() };
    let begun = Instant::now();
    let mut signal = Signal::TERM;
    loop {
        {
            let guest = guest();
            if guest.running != Some(pid) {
                return true;
            }
            let _ = kill_process(pid, signal);
            // A stopped one hears nothing else.
            let _ = kill_process(pid, Signal::CONT);
        }
        if signal == Signal::KILL && begun.elapsed() > PATIENCE {
            return true;
        }
        while begun.elapsed() < PATIENCE && guest().running.is_some() {
            std::thread::sleep(GLANCE);
        }
        signal = Signal::KILL;
    }
}

/// The same in the middle of a crash, without waiting for anything.
pub(super) fn end_at_once() {
    let Ok(mut guest) = GUEST.try_lock() else { return };
    guest.over = true;
    guest.folder = None;
    if let Some(pid) = guest.running {
        let _ = kill_process(pid, Signal::KILL);
    }
}
