//! Waits for a program that has the terminal: until it ends, and through its stops.
//!
//! A stop by the keyboard reaches the whole group, and this process stops with the program. Some
//! programs stop only themselves. Then somebody has to give the terminal to the shell, so the rest
//! of the group is stopped as well; and where no shell is there to continue it, the program is.

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_current_process_group, kill_process, waitid,
};

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

/// Waits until it has ended. It stays in the system's table until [`take`].
pub(super) fn wait_until_ended(pid: Pid) -> io::Result<()> {
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
pub(super) fn take(pid: Pid) -> io::Result<Ended> {
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
