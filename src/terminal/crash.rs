//! The end that nobody wanted: the terminal is given back all the same.

use std::io::Write;

use signal_hook::consts::SIGABRT;
use signal_hook::low_level;

use super::{handover, tty};

/// The exit status after a panic, the one Rust itself uses.
const PANICKED: i32 = 101;

/// From now on a panic of any thread gives the terminal back, says where it happened, and ends the
/// program: a screen whose worker is dead would wait for it for ever. The message of the panic is
/// not shown: it can hold a student's text, or the key.
///
/// An abort gives the terminal back too, and so does a stack overflow of the thread that calls
/// this, which Rust turns into one.
pub fn install_crash_handlers() {
    std::panic::set_hook(Box::new(|panic| {
        handover::end_at_once();
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
    make_room_for_handlers();
    install_abort_handler();
}

/// Bytes for the handlers of signals when the stack is used up. What Rust sets aside holds the
/// first handler, which ends in an abort, but not the second, which gives the terminal back.
const ROOM: usize = 128 << 10;

#[expect(unsafe_code, reason = "the standard library and rustix have no form of sigaltstack")]
fn make_room_for_handlers() {
    let room = Box::leak(vec![0_u8; ROOM].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: room.as_mut_ptr().cast(), ss_flags: 0, ss_size: ROOM };
    // SAFETY: the memory is never freed and nobody else uses it. Should the call fail, the stack
    // that Rust set aside stays in use.
    unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
}

#[expect(unsafe_code, reason = "what runs in a signal handler cannot be checked by the compiler")]
fn install_abort_handler() {
    // SAFETY: the handler makes system calls, reads atomics and a cell that is set once; it neither
    // allocates nor locks. The default action ends the process with this signal.
    let installed = unsafe {
        low_level::register(SIGABRT, || {
            tty::give_back_at_once();
            let _ = low_level::emulate_default_handler(SIGABRT);
        })
    };
    // Without it an abort leaves the terminal as it is, which is no reason not to start.
    drop(installed);
}
