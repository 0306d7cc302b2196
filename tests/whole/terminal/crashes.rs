//! A bug ends the program in order: terminal, one line, status; and no word of anybody's text.

use rustix::process::Signal;

use super::driver::Setup;

#[cfg(debug_assertions)]
#[test]
fn a_panic_of_any_thread_gives_the_terminal_back_and_says_where() {
    for fault in ["panic-in-draw", "panic-in-worker", "panic-in-task"] {
        let mut session = Setup::demo().env("SFCHAT_TEST_FAULT", fault).start();
        assert_eq!(session.ended().exit_code(), 101);
        let raw = session.given_back();
        let text = String::from_utf8_lossy(&raw);
        let (_, after) = text.rsplit_once("\x1b[?1049l").expect("the screen was left");
        let line = after.trim();
        assert!(line.starts_with("sfchat-tui crashed at src/terminal/fault.rs:"), "{line:?}");
        assert_eq!(line.lines().count(), 1, "{line:?}");
        assert!(!text.contains("student's text") && !text.contains("panicked"), "{line:?}");
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_stack_overflow_gives_the_terminal_back() {
    let mut session = Setup::demo().env("SFCHAT_TEST_FAULT", "overflow-in-draw").start();
    assert!(session.ended().signal().is_some());
    session.given_back();
}

#[test]
fn an_abort_gives_the_terminal_back() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.signal(Signal::ABORT);
    assert!(session.ended().signal().is_some());
    session.given_back();
}
