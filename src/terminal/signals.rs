//! Signals that end, stop or continue the program, and the hang-up of the terminal.
//!
//! Two sleeping threads. One handles signals, and stops and continues the process itself, so that
//! this works while the screen is busy. The other waits for the hang-up: crossterm would read from a
//! dead terminal for ever.

use std::io;
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator;
use signal_hook::low_level;
use tokio::sync::mpsc::{self, Sender, UnboundedReceiver, UnboundedSender};

use crate::app::event::Event;
use crate::app::geometry::Size;

use super::handover::child;
use super::input::{self, Input};
use super::{input_pause, tty};

/// How long the program may take to end before it is terminated.
const DEADLINE: Duration = Duration::from_secs(1);
/// How long the last try to give the terminal back may take.
const LAST_TRY: Duration = Duration::from_millis(500);
/// How late a signal may arrive that was sent together with SIGCONT.
const TOGETHER: Duration = Duration::from_millis(20);
/// The exit status when the terminal is gone: that of SIGHUP.
const GONE: u8 = 129;

/// The signals that end the program, by number.
#[derive(Debug)]
pub struct Signals {
    ends: UnboundedReceiver<i32>,
}

impl Stream for Signals {
    type Item = i32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<i32>> {
        self.ends.poll_recv(cx)
    }
}

/// Starts to listen for keys, signals and the hang-up of the terminal.
pub fn listen() -> io::Result<(Input, Signals)> {
    let heard = iterator::Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    let (ends_in, ends) = mpsc::unbounded_channel();
    let (input, events) = input::read()?;
    let gone = events.clone();
    named("signals").spawn(move || hear(heard, &ends_in, &events))?;
    named("terminal").spawn(move || {
        if tty::wait_until_gone() {
            end_soon(GONE);
            let _ = gone.blocking_send(None);
        }
    })?;
    Ok((input, Signals { ends }))
}

fn named(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.to_owned())
}

/// Gives the program a second to end, then terminates it with this status.
pub fn end_soon(status: u8) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = move || {
            std::thread::sleep(DEADLINE);
            let _ = named("end").spawn(move || {
                std::thread::sleep(LAST_TRY);
                low_level::exit(i32::from(status));
            });
            child::end_at_once();
            tty::give_back_by_force();
            low_level::exit(i32::from(status));
        };
        // Without another thread the end takes as long as it takes.
        let _ = named("deadline").spawn(end);
    });
}

fn hear(mut heard: iterator::Signals, ends: &UnboundedSender<i32>, events: &Sender<Option<Event>>) {
    loop {
        let numbers: Vec<i32> = heard.wait().collect();
        // While another program has the terminal.
        let is_away = input_pause::is_closed();
        let is_anothers = is_away || input_pause::has_just_opened();
        let mut ending = numbers.iter().copied().find(|&number| is_end(number, is_anothers));
        if is_away && ending.is_none() {
            if numbers.contains(&SIGTSTP) {
                stop_in_company();
            }
        } else if ending.is_none() && numbers.contains(&SIGTSTP) {
            ending = stop(&mut heard, events);
        } else if ending.is_none() && numbers.contains(&SIGCONT) {
            // Perhaps the signal that stopped this process was one that cannot be heard.
            ending = go_on(&mut heard, events);
        }
        if let Some(number) = ending {
            end_soon(status_of(number));
            let _ = ends.send(number);
            if matches!(number, SIGINT | SIGQUIT) {
                tty::give_back_again();
            }
        }
    }
}

/// The exit status of a program that a signal ended.
pub fn status_of(signal: i32) -> u8 {
    128_u8.saturating_add(u8::try_from(signal).unwrap_or(0))
}

/// Whether a signal is to end this program. What a keyboard sends is meant for the program that has
/// the terminal, or had it a moment ago.
fn is_end(number: i32, is_anothers: bool) -> bool {
    match number {
        SIGTERM | SIGHUP => true,
        SIGINT | SIGQUIT => !is_anothers,
        _ => false,
    }
}

/// Stops beside the program that has the terminal; both are continued together.
fn stop_in_company() {
    if let Err(error) = stop_by_default() {
        tracing::warn!(%error, "the process could not be stopped");
    }
}

/// Gives the terminal back, stops until continued, takes the terminal again. A signal to end that
/// came meanwhile, if one did.
fn stop(heard: &mut iterator::Signals, events: &Sender<Option<Event>>) -> Option<i32> {
    if !tty::give_back() {
        return None;
    }
    loop {
        if let Err(error) = stop_by_default() {
            tracing::warn!(%error, "the process could not be stopped");
        }
        std::thread::sleep(TOGETHER);
        if let Some(number) = heard.pending().find(|&number| is_end(number, false)) {
            return Some(number);
        }
        // Continued in the background, the terminal is the shell's.
        if tty::is_in_foreground() {
            break;
        }
    }
    take_again(events);
    None
}

fn go_on(heard: &mut iterator::Signals, events: &Sender<Option<Event>>) -> Option<i32> {
    if !tty::is_in_foreground() {
        return stop(heard, events);
    }
    take_again(events);
    None
}

fn take_again(events: &Sender<Option<Event>>) {
    if tty::take().is_err() {
        end_soon(GONE);
        let _ = events.blocking_send(None);
        return;
    }
    tty::forget_screen();
    if let Ok((columns, rows)) = crossterm::terminal::size() {
        // Full only while the application is busy, which then asks for the size when it draws.
        let _ = events.try_send(Some(Event::Resized(Size { columns, rows })));
    }
}

/// Stops this process as if it did not listen. Returns when it is continued, or at once where
/// nobody is there to continue it: the system does not stop a process whose group is orphaned.
///
/// `emulate_default_handler` of `signal_hook` sends SIGSTOP, which stops that one too, for ever.
#[expect(unsafe_code, reason = "the standard library and rustix have no form of sigaction")]
fn stop_by_default() -> io::Result<()> {
    // SAFETY: both structures are plain data for which zeroes are valid; they live through the
    // calls; the default action runs no code, and the handler put back is the one found.
    unsafe {
        let mut default: libc::sigaction = std::mem::zeroed();
        default.sa_sigaction = libc::SIG_DFL;
        let mut ours: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(SIGTSTP, &raw const default, &raw mut ours) != 0 {
            return Err(io::Error::last_os_error());
        }
        let stopped = low_level::raise(SIGTSTP);
        if libc::sigaction(SIGTSTP, &raw const ours, std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        stopped
    }
}
