//! Gives the terminal back after a panic, an abort or a stack overflow.

use std::io::Write;

#[cfg(target_os = "linux")]
use rustix::process::DumpableBehavior;
use rustix::process::{Resource, Rlimit, setrlimit};
use signal_hook::consts::SIGABRT;
use signal_hook::low_level;

use super::handover::child;
use super::tty;
use crate::io::threads::reserve_signal_stack;

/// The exit status after a panic, the one Rust itself uses.
const PANICKED: i32 = 101;

/// From now on a panic of any thread gives the terminal back, says where it happened, and ends the
/// program: a screen whose worker is dead would wait for it for ever. The message of the panic is
/// not shown: it can hold a student's text, or the key.
///
/// An abort gives the terminal back too, and so does a stack overflow, which Rust turns into one, of
/// the thread that calls this and of every one that makes room for it.
pub fn install_crash_handlers() {
    std::panic::set_hook(Box::new(|panic| {
        child::end_at_once();
        tty::give_back();
        let place = panic.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}", at.file(), at.line()),
        );
        // Not `eprintln`: that panics when standard error is closed.
        let line = format!("sfchat-tui crashed at {place}; this is a bug in it\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
        low_level::exit(PANICKED);
    }));
    reserve_signal_stack();
    install_abort_handler();
    leave_no_core();
}

/// Written by the abort handler, which must not allocate.
const ABORTED: &str = "sfchat-tui crashed: it was aborted, or had no memory or stack left\n";

/// Disables core dumps and access by other processes of the user: memory holds the key and texts of
/// students.
fn leave_no_core() {
    // Where this is not possible the program works all the same.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[expect(unsafe_code, reason = "what runs in a signal handler cannot be checked by the compiler")]
fn install_abort_handler() {
    // SAFETY: the handler makes system calls, reads atomics and a cell that is set once; it neither
    // allocates nor locks. The default action ends the process with this signal.
    let installed = unsafe {
        low_level::register(SIGABRT, || {
            if tty::give_back_at_once() {
                let _ = rustix::io::write(rustix::stdio::stderr(), ABORTED.as_bytes());
            }
            let _ = low_level::emulate_default_handler(SIGABRT);
        })
    };
    // Without it an abort leaves the terminal as it is, which is no reason not to start.
    drop(installed);
}
