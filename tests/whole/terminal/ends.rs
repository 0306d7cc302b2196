//! Every way to the end: the terminal is as it was found, and the status says why.

use rustix::process::Signal;

use super::driver::{DEADLINE, Setup};
use super::server::{Answer, Server};

const KEY: &str = "canary-key-1234567890abcdef";

fn against(server: &Server) -> Setup {
    Setup::new(&["--base-url", &server.url(), "-g", "class-101"]).env("SFCHAT_API_KEY", KEY)
}

#[test]
fn the_demo_starts_and_q_ends_it() {
    for (columns, rows) in [(120, 40), (80, 24)] {
        let mut session = Setup::demo().size(columns, rows).start();
        session.wait_for_messages();
        session.wait_for("sfchat-tui  1 class-101");
        session.send("q");
        let raw = session.ended_well(0);
        let raw = String::from_utf8_lossy(&raw);
        assert!(raw.contains("Transcript"));
        // A terminal without a second screen still shows what stood there.
        assert!(raw.contains("\x1b[?1049h\x1b[2J"), "the screen is not erased first");
    }
}

#[test]
fn ctrl_c_ends_it_from_anywhere_like_the_signal() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.send("/algebra");
    session.wait_for("search algebra");
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn the_palette_ends_it_like_q() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.send(":or quit");
    session.wait_for("Go back, or quit");
    session.send("\r");
    session.ended_well(0);
}

#[test]
fn quitting_while_loading_closes_the_connection() {
    for (keys, status) in [("q", 0), ("\x03", 130)] {
        let server = Server::start(Answer::Stall);
        let mut session = against(&server).start();
        // The request has arrived, and the first part of the response.
        session.wait_for("of 100.0 MB");
        session.send(keys);
        session.ended_well(status);
        server.closed.recv_timeout(DEADLINE).expect("the connection was closed");
    }
}

#[test]
fn a_signal_from_outside_ends_it_with_its_number() {
    let signals = [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1), (Signal::QUIT, 3)];
    for (signal, number) in signals {
        let session = Setup::demo().start();
        session.wait_for_messages();
        session.signal(signal);
        session.ended_well(128 + number);
    }
}

#[test]
fn a_signal_ends_it_while_loading() {
    let server = Server::start(Answer::Stall);
    let session = against(&server).start();
    session.wait_for("of 100.0 MB");
    session.signal(Signal::TERM);
    session.ended_well(143);
}

#[test]
fn a_signal_ends_it_while_the_terminal_does_not_read() {
    let mut session = Setup::demo().size(300, 100).start();
    session.wait_for_messages();
    session.pause();
    // More than the terminal holds unread: the program waits in a write.
    for _ in 0..40 {
        session.send("\x0c");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    session.signal(Signal::TERM);
    let ended = session.ended();
    assert_eq!((ended.exit_code(), ended.signal()), (143, None));
    session.go_on();
    session.given_back();
}

#[test]
fn closing_the_window_ends_it() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.hang_up("?");
    assert_eq!(session.ended().exit_code(), 129);
}

#[test]
fn closing_the_window_ends_it_where_no_signal_says_so() {
    let mut session = Setup::demo().without_hangup_signal().start();
    session.wait_for_messages();
    session.hang_up("?");
    assert_eq!(session.ended().exit_code(), 129);
}

#[test]
fn the_key_is_nowhere_on_the_screen() {
    let cases = [
        (Answer::Stall, "of 100.0 MB"),
        (Answer::Echo("401 Unauthorized"), "401"),
        (Answer::Echo("400 Bad Request"), "400"),
    ];
    for (answer, sentence) in cases {
        let server = Server::start(answer);
        let mut session = against(&server).start();
        session.wait_for(sentence);
        session.send("i");
        session.send("?");
        session.wait_for("Help");
        session.send("\x03");
        let raw = session.ended_well(130);
        let asked = server.asked();
        assert!(!asked.is_empty() && asked.iter().all(|head| head.contains(KEY)), "{asked:?}");
        // A part of it says too much already.
        for part in [KEY, "canary-key", "567890abcdef"] {
            assert!(!String::from_utf8_lossy(&raw).contains(part), "{answer:?}: {part}");
        }
    }
}
