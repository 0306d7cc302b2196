//! Where there is nothing to draw on: a sentence, the status 2, and not one byte for a terminal.

use std::process::{Command, Stdio};

use super::driver::{PROGRAM, Setup};
use super::stream;

#[test]
fn standard_output_must_be_a_terminal() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("--demo").env_clear().env("HOME", home.path()).env("TERM", "xterm-256color");
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(
        sentence.contains("output is not a terminal") && !sentence.contains('\x1b'),
        "{sentence:?}"
    );
}

#[test]
fn a_terminal_that_cannot_place_text_is_refused() {
    let setups = [
        (Setup::demo().env("TERM", "dumb"), "TERM=dumb"),
        (Setup::demo().env("TERM", ""), "TERM=(unset)"),
        (Setup::demo().without("TERM"), "TERM=(unset)"),
    ];
    for (setup, named) in setups {
        let raw = setup.start().ended_well(2);
        let sentence = String::from_utf8(raw).unwrap();
        assert!(sentence.contains(named) && !sentence.contains('\x1b'), "{sentence:?}");
    }
}

#[test]
fn there_must_be_something_to_read_keys_from() {
    // The terminal is not the controlling one, and standard input is none.
    let script = format!("exec '{PROGRAM}' --demo </dev/null");
    let raw = Setup::of("/bin/sh", &["-c", &script]).without_hangup_signal().start().ended_well(2);
    let sentence = String::from_utf8(raw).unwrap();
    assert!(sentence.contains("read keys") && !sentence.contains('\x1b'), "{sentence:?}");
}

#[test]
fn keys_come_from_the_terminal_when_standard_input_is_none() {
    let script = format!("exec '{PROGRAM}' --demo </dev/null");
    let mut session = Setup::of("/bin/sh", &["-c", &script]).start();
    session.wait_for_messages();
    session.send("q");
    session.ended_well(0);
}

#[test]
fn without_colour_the_selection_is_still_marked() {
    let setups = [Setup::demo().env("NO_COLOR", "1"), Setup::new(&["--demo", "--color", "never"])];
    for setup in setups {
        let mut session = setup.start();
        session.wait_for_messages();
        // Drawn as a whole: frames on the way send only what differs.
        let before = session.raw().len();
        session.send("\x0c");
        session.wait_for_bytes(before, b"\x1b[2J");
        session.send("q");
        let raw = session.ended_well(0);
        assert!(!stream::has_colour(&raw));
        let marked = stream::reversed(&raw);
        assert!(marked.contains("alice"), "the selected session: {marked:?}");
    }
}

#[test]
fn with_colour_there_is_colour() {
    let mut session = Setup::new(&["--demo", "--color", "always"]).env("NO_COLOR", "1").start();
    session.wait_for_messages();
    session.send("q");
    assert!(stream::has_colour(&session.ended_well(0)));
}
