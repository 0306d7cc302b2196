//! The terminal in the hands of a pager or an editor, and back, whatever becomes of those.

use rustix::process::{Pid, Signal, kill_process};

use super::driver::{DEADLINE, PROGRAM, Session, Setup};
use super::server::{Answer, Server};
use super::stream;

const KEY: &str = "canary-key-1234567890abcdef";

/// A program that says what it got and waits for a line.
const WAIT: &str = "env > ~/environment; stty -a < /dev/tty > ~/modes; echo $$ > ~/id; \
    printf 'HERE I AM '; read line < /dev/tty; echo \"$line\" > ~/line";

fn demo(name: &str, lines: &str, variable: &str) -> Setup {
    let setup = Setup::demo().env("SFCHAT_API_KEY", KEY).env("STUDYFETCH_SDK_API_KEY", KEY);
    let setup = setup.script(name, lines).env(variable, name);
    let temporary = setup.home().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    setup.env("TMPDIR", &temporary.display().to_string())
}

/// The demo, with the other program in front.
fn handed_over(setup: Setup, key: &str) -> Session {
    let mut session = setup.start();
    session.wait_for_messages();
    let before = session.raw().len();
    session.send(key);
    session.wait_for_bytes(before, b"HERE I AM");
    session
}

fn pid(session: &Session) -> Pid {
    Pid::from_raw(session.file("id").trim().parse().unwrap()).unwrap()
}

/// What is left of the temporary folder of the program.
fn left_in_tmp(session: &Session) -> usize {
    session.entries("tmp")
}

#[test]
fn the_pager_reads_the_session_and_has_the_terminal_to_itself() {
    let pager = format!("cat > ~/text; {WAIT}");
    let mut session = handed_over(demo("pager", &pager, "PAGER"), "|");
    assert_eq!(stream::left_on(&session.raw()), [""; 0]);
    assert!(session.has_modes_of_before());
    let text = session.file("text");
    assert!(text.starts_with("### user · ") && text.contains("### assistant · "), "{text}");
    assert!(!text.contains('\x1b'));
    assert!(!session.file("environment").contains("canary"));
    // It changes the size of the window, and what it is typed is no key of ours.
    session.resize(90, 30);
    let before = session.raw().len();
    session.send("q?\nqqq");
    session.wait_for_bytes(before, b"\x1b[?1049h");
    session.wait_for("back from pager");
    assert_eq!(session.file("line"), "q?\n");
    session.wait_until("the whole window", |screen| {
        screen.cell(28, 89).is_some_and(|cell| cell.contents() == "┘")
    });
    assert_eq!(left_in_tmp(&session), 0);
    session.send("q");
    session.given_back_after(0);
}

#[test]
fn the_editor_has_a_private_file_that_goes_away() {
    let editor = format!(
        "ls -ln \"$2\" > ~/file; ls -ldn \"${{2%/*}}\" > ~/folder; \
         cat \"$2\" > ~/text; echo >> ~/text; echo changed > \"$2\"; echo \"$1\" > ~/first; {WAIT}"
    );
    let setup = demo("editor", &editor, "VISUAL").env("VISUAL", "editor 'two words'");
    let mut session = handed_over(setup.env("EDITOR", "false"), "v");
    assert!(session.file("file").starts_with("-rw-------"));
    assert!(session.file("folder").starts_with("drwx------"));
    assert_eq!(session.file("first"), "two words\n");
    assert!(session.file("text").len() > 10);
    assert!(!session.file("environment").contains("canary"));
    assert_eq!(left_in_tmp(&session), 1);
    session.send("\n");
    session.wait_for("back from editor; changes are not saved");
    assert_eq!(left_in_tmp(&session), 0);
    session.wait_for_messages();
    session.send("q");
    session.given_back_after(0);
}

#[test]
fn what_is_loading_goes_on_loading() {
    let server = Server::start(Answer::Stall);
    let setup = Setup::new(&["--base-url", &server.url(), "-g", "class-101"]);
    let setup = setup.env("SFCHAT_API_KEY", KEY).script("pager", WAIT).env("PAGER", "pager");
    let mut session = setup.start();
    session.wait_for(" 1/5 ");
    session.send("|");
    session.file("id");
    session.send("\n");
    session.wait_for("of 100.0 MB");
    assert!(server.closed.try_recv().is_err(), "the connection was closed");
    session.send("\x03");
    session.given_back_after(130);
}

#[test]
fn a_program_that_is_not_there_or_fails_or_is_killed_is_a_notice() {
    let setup = Setup::demo().env("EDITOR", "no-such-editor -w").env("PAGER", "less 'x");
    let mut session = setup.start();
    session.wait_for_messages();
    session.send("v");
    session.wait_for("EDITOR names no-such-editor, which cannot be run");
    session.send("|");
    session.wait_for("PAGER is malformed: a ' has no end");
    session.send("q");
    session.ended_well(0);

    let mut session = demo("editor", "exit 3", "EDITOR").start();
    session.wait_for_messages();
    session.send("v");
    session.wait_for("editor ended with status 3");
    session.send("q");
    session.ended_well(0);

    let session = handed_over(demo("editor", WAIT, "EDITOR"), "v");
    kill_process(pid(&session), Signal::KILL).unwrap();
    session.wait_for("editor ended by signal 9");
    assert_eq!(left_in_tmp(&session), 0);
    let mut session = session;
    session.send("q");
    session.given_back_after(0);
}

#[test]
fn what_the_keyboard_sends_to_end_a_program_is_not_for_us() {
    let mut session = handed_over(demo("pager", WAIT, "PAGER"), "|");
    // The terminal makes a signal of it, for the whole group.
    session.send("\x03");
    session.wait_for("pager ended by signal 2");
    session.wait_for_messages();
    session.send("q");
    session.given_back_after(0);
}

#[test]
fn a_signal_to_end_us_ends_the_other_program_too() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let stubborn = format!("trap '' TERM HUP; stty raw -echo < /dev/tty; {WAIT}");
        for editor in [WAIT, stubborn.as_str()] {
            let mut session = handed_over(demo("editor", editor, "EDITOR"), "v");
            let id = pid(&session);
            session.signal(signal);
            assert_eq!(session.ended().exit_code(), status);
            assert!(is_gone(id), "the editor is still there");
            assert_eq!(left_in_tmp(&session), 0);
            session.given_back();
        }
    }
}

fn is_gone(id: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
    rustix::process::test_kill_process(id).is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn closing_the_window_ends_both() {
    let mut session = handed_over(demo("editor", WAIT, "EDITOR"), "v");
    let id = pid(&session);
    session.hang_up("x");
    assert_eq!(session.ended().exit_code(), 129);
    assert_eq!(left_in_tmp(&session), 0);
    let begun = std::time::Instant::now();
    while !is_gone(id) {
        assert!(begun.elapsed() < DEADLINE, "the editor is still there");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// The demo under a shell with job control, which says when it stopped, waits for a line, goes on.
fn under_a_shell(pager: &str) -> Session {
    let script = format!(
        "set -m; '{PROGRAM}' --demo; echo \"stopped $?\"; read line; fg; echo \"ended $?\""
    );
    let setup = Setup::of("/bin/sh", &["-c", &script]).script("pager", pager);
    handed_over(setup.env("PAGER", "pager"), "|")
}

#[test]
fn a_stop_stops_both_and_both_come_back() {
    // By the keyboard, which stops the group; and one that stops itself alone.
    let alone = "echo $$ > ~/id; printf 'HERE I AM '; read line < /dev/tty; kill -STOP $$; \
                 read line < /dev/tty; echo \"$line\" > ~/line";
    for (pager, keys) in [(WAIT, "\x1a"), (alone, "\n")] {
        let mut session = under_a_shell(pager);
        session.send(keys);
        session.wait_for_bytes(0, b"stopped 148");
        let before = session.raw().len();
        // The shell goes on, and the pager with it.
        session.send("\n");
        session.wait_for_bytes(before, PROGRAM.as_bytes());
        session.send("again\n");
        session.wait_for("back from pager");
        assert_eq!(session.file("line"), "again\n");
        session.wait_for_messages();
        session.send("q");
        session.wait_for_bytes(before, b"ended 0");
        session.given_back_after(0);
    }
}

#[test]
fn where_nobody_could_continue_it_a_stop_is_no_end() {
    let alone = "echo $$ > ~/id; printf 'HERE I AM '; read line < /dev/tty; kill -STOP $$; \
                 echo on > ~/line";
    let mut session = handed_over(demo("pager", alone, "PAGER"), "|");
    session.send("\n");
    session.wait_for("back from pager");
    assert_eq!(session.file("line"), "on\n");
    session.send("q");
    session.given_back_after(0);
}
