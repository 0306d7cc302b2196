//! Stopping and going on, under a shell with job control, and where nobody could continue it.

use rustix::process::Signal;

use super::driver::{PROGRAM, Session, Setup};
use super::stream;

/// A shell that runs the demo, says when it stopped, waits for a line, runs `then`.
fn under_a_shell(then: &str) -> Session {
    let script = format!(
        "set -m; '{PROGRAM}' --demo; echo \"stopped $?\"; read line; {then}; echo \"ended $?\""
    );
    let session = Setup::of("/bin/sh", &["-c", &script]).start();
    session.wait_for_messages();
    session
}

#[test]
fn a_stopped_program_leaves_the_terminal_and_comes_back() {
    for ask in [
        |session: &mut Session| session.send("\x1a"),
        |session: &mut Session| {
            session.signal_foreground(Signal::TSTP);
        },
    ] {
        let mut session = under_a_shell("fg");
        ask(&mut session);
        session.wait_for_bytes(0, b"stopped 148");
        let raw = session.raw();
        assert_eq!(stream::left_on(&raw), [""; 0]);
        assert!(session.has_modes_of_before());
        session.resize(90, 30);
        session.send("\n");
        session.wait_for_bytes(raw.len(), b"\x1b[?1049h");
        session.wait_for_bytes(raw.len(), b"\x1b[?1006h");
        session.wait_for_messages();
        assert!(!session.has_modes_of_before());
        session.send("q");
        session.wait_for_bytes(raw.len(), b"ended 0");
        session.ended_well(0);
    }
}

#[test]
fn a_program_stopped_by_force_draws_everything_again() {
    let mut session = under_a_shell("fg");
    session.signal_foreground(Signal::STOP);
    session.wait_for_bytes(0, b"stopped 147");
    let before = session.raw().len();
    session.send("\n");
    session.wait_for_bytes(before, b"\x1b[?1049h");
    session.wait_for_bytes(before, b"\x1b[2J");
    session.wait_for_messages();
    session.send("q");
    session.wait_for_bytes(before, b"ended 0");
    // The stop may have come in the middle of a sequence, so the bytes are not judged.
    assert_eq!(session.ended().exit_code(), 0);
    session.given_back();
}

#[test]
fn a_stopped_program_can_be_ended_in_the_background() {
    // Some shells do not notice that a stopped process goes on until it has ended.
    let wait = "s=148; while [ $s = 148 ]; do sleep 0.1; wait %1; s=$?; done; (exit $s)";
    let mut session = under_a_shell(&format!("kill -TERM %1; kill -CONT %1; {wait}"));
    session.send("\x1a");
    session.wait_for_bytes(0, b"stopped 148");
    session.send("\n");
    session.wait_for_bytes(0, b"ended 143");
    session.ended_well(0);
}

#[test]
fn a_stopped_program_waits_in_the_background_for_the_terminal() {
    let mut session = under_a_shell("bg; read line; fg");
    session.send("\x1a");
    session.wait_for_bytes(0, b"stopped 148");
    let before = session.raw().len();
    session.send("\n");
    session.send("\n");
    session.wait_for_bytes(before, b"\x1b[?1049h");
    session.wait_for_messages();
    session.send("q");
    session.wait_for_bytes(before, b"ended 0");
    session.ended_well(0);
}

#[test]
fn where_nobody_could_continue_it_it_does_not_stop() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.send("\x1a");
    session.send("?");
    session.wait_for("Help");
    session.signal(Signal::TSTP);
    session.send("\x1b");
    session.wait_until("no help", |screen| {
        let text = screen.contents();
        text.contains("q quit") && !text.contains("Help")
    });
    session.send("q");
    session.ended_well(0);
}
