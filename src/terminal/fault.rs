//! Faults on request, for the tests of the built program. Not in release builds.

use std::hint::black_box;

use crate::io::threads::reserve_signal_stack;

/// Breaks in the way that `SFCHAT_TEST_FAULT` names. The message stands for a student's text.
#[expect(clippy::panic, reason = "that is what it is for")]
pub(super) fn strike() {
    let panic = || panic!("a student's text \x1b]0;evil\x07");
    match std::env::var("SFCHAT_TEST_FAULT").as_deref() {
        Ok("panic-in-draw") => panic(),
        Ok("panic-in-worker") => drop(std::thread::spawn(panic)),
        Ok("panic-in-task") => drop(tokio::spawn(async move { panic() })),
        Ok("overflow-in-draw") => drop(black_box(deeper(1))),
        Ok("overflow-in-worker") => drop(std::thread::spawn(|| {
            reserve_signal_stack();
            black_box(deeper(1))
        })),
        Ok("overflow-in-task") => drop(tokio::spawn(async { black_box(deeper(1)) })),
        Ok("abort-in-draw") => std::process::abort(),
        Ok("no-memory-in-worker") => drop(std::thread::spawn(|| {
            let layout = std::alloc::Layout::new::<u64>();
            std::alloc::handle_alloc_error(layout)
        })),
        _ => {}
    }
}

/// Comes back only when the stack has no end.
fn deeper(depth: u64) -> u64 {
    if black_box(depth) == 0 { 0 } else { deeper(black_box(depth + 1)) + black_box(depth) }
}
