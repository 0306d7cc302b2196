//! The program that has the terminal: starts it, waits for its end and through its stops, and ends it
//! when this program does.
//!
//! A stop by the keyboard reaches the whole group, and this process stops with the program. Some
//! programs stop only themselves. Then somebody has to give the terminal to the shell, so the rest
//! of the group is stopped as well; and where no shell is there to continue it, the program is.

use std::io;
use std::process::{ChildStdin, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_current_process_group, kill_process, waitid,
};

use super::folder::Folder;
use crate::terminal::input_pause;

/// How long the program may take to end when this one does, before it is killed.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often to look whether it has ended.
const GLANCE: Duration = Duration::from_millis(5);
/// How long signals may be apart that belong together.
const TOGETHER: Duration = Duration::from_millis(50);

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// With status 0.
    Well,
    /// With another status.
    Status(i32),
    /// By a signal of this number.
    Signal(i32),
}

/// What has to be ended when this program ends. Global for the same reason as the terminal.
struct RunningChild {
    /// The program, while it has not been waited for.
    running: Option<Pid>,
    /// Its folder.
    folder: Option<Folder>,
    /// Whether nothing is to be started any more.
    over: bool,
}

static CHILD: Mutex<RunningChild> =
    Mutex::new(RunningChild { running: None, folder: None, over: false });

fn running() -> MutexGuard<'static, RunningChild> {
    // Each field is whole by itself.
    CHILD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the program's folder until it is replaced or this program ends.
pub(super) fn keep(folder: Option<Folder>) {
    running().folder = folder;
}

/// Starts it, known to whoever ends this program.
pub(super) fn spawn(command: &mut Command) -> io::Result<(Pid, Option<ChildStdin>)> {
    let mut running = running();
    if running.over {
        return Err(io::Error::other("this program ends"));
    }
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    running.running = Some(pid);
    Ok((pid, child.stdin.take()))
}

pub(super) fn wait(pid: Pid) -> io::Result<Ended> {
    wait_until_ended(pid)?;
    // Its number may belong to another process as soon as it is taken out of the system's table.
    let mut running = running();
    running.running = None;
    take(pid)
}

/// This program ends: the other one is asked to, then made to, and its folder is removed. Whether
/// there was one.
pub(in crate::terminal) fn end() -> bool {
    let pid = {
        let mut running = running();
        running.over = true;
        running.folder = None;
        running.running
    };
    let Some(pid) = pid else { return input_pause::is_closed() };
    let begun = Instant::now();
    let mut signal = Signal::TERM;
    loop {
        {
            let running = running();
            if running.running != Some(pid) {
                return true;
            }
            let _ = kill_process(pid, signal);
            // A stopped one hears nothing else.
            let _ = kill_process(pid, Signal::CONT);
        }
        if signal == Signal::KILL && begun.elapsed() > PATIENCE {
            return true;
        }
        while begun.elapsed() < PATIENCE && running().running.is_some() {
            std::thread::sleep(GLANCE);
        }
        signal = Signal::KILL;
    }
}

/// The same in the middle of a crash, without waiting for anything.
pub(in crate::terminal) fn end_at_once() {
    let Ok(mut running) = CHILD.try_lock() else { return };
    running.over = true;
    running.folder = None;
    if let Some(pid) = running.running {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Waits until it has ended. It stays in the system's table until [`take`].
fn wait_until_ended(pid: Pid) -> io::Result<()> {
    let either = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
    loop {
        match waitid(WaitId::Pid(pid), either) {
            Err(Errno::INTR) | Ok(None) => {}
            Err(error) => return Err(error.into()),
            Ok(Some(status)) if status.stopped() => {
                // Told once of each stop.
                let _ = waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
                stop_with_it(pid);
            }
            Ok(Some(_)) => return Ok(()),
        }
    }
}

/// Takes one that has ended out of the system's table.
fn take(pid: Pid) -> io::Result<Ended> {
    loop {
        match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED) {
            Err(Errno::INTR) | Ok(None) => {}
            Err(error) => return Err(error.into()),
            Ok(Some(status)) => {
                let by_signal = status.terminating_signal().map(Ended::Signal);
                return Ok(match status.exit_status() {
                    Some(0) => Ended::Well,
                    Some(number) => Ended::Status(number),
                    None => by_signal.unwrap_or(Ended::Well),
                });
            }
        }
    }
}

/// It has stopped, perhaps with us and a while ago.
fn stop_with_it(pid: Pid) {
    if is_soon_continued(pid) {
        return;
    }
    // Heard by the thread of signals, like one from outside.
    let _ = kill_current_process_group(Signal::TSTP);
    if !is_soon_continued(pid) {
        let _ = kill_process(pid, Signal::CONT);
    }
}

/// Whether it has gone on, and perhaps ended, or does so now. Asked twice: when we were stopped too,
/// the first sleep is over as soon as we go on, which may be just before it does.
fn is_soon_continued(pid: Pid) -> bool {
    let any = WaitIdOptions::CONTINUED | WaitIdOptions::EXITED;
    let look = any | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    (0..2).any(|_| {
        std::thread::sleep(TOGETHER);
        matches!(waitid(WaitId::Pid(pid), look), Ok(Some(_)))
    })
}
