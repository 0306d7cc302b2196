//! The program against a server, and what holds in every row at its end.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::driver::{PROGRAM, Session, Setup};
use crate::server::{Reply, Server, json as json_reply};
use crate::stream::{self, Piece};

/// The key. No part of it may be anywhere but in the header of a request.
pub(crate) const KEY: &str = "canary-key-1234567890abcdef";
/// Its last characters, which may be shown.
pub(crate) const HINT: &str = "cdef";

/// The key `Esc` in a form that what follows it at once cannot change.
pub(crate) const ESC: &str = "\x1b[27u";

/// Marks that one letter may carry.
const MOST_MARKS: usize = 8;
/// Code points of one cluster.
const LONGEST_CLUSTER: usize = 32;

/// The program against a server.
pub(crate) fn against(server: &Server) -> Setup {
    with_key(&["--base-url", &server.url(), "-g", "class-101"])
}

/// The program with these arguments and the key.
pub(crate) fn with_key(arguments: &[&str]) -> Setup {
    // Wide enough for every sentence.
    Setup::new(arguments).env("SFCHAT_API_KEY", KEY).size(300, 40)
}

/// The program against a server with more settings in its config.
pub(crate) fn configured(server: &Server, folder: &Path, api: &str) -> Setup {
    let path = folder.join("config.toml");
    std::fs::write(&path, format!("[api]\n{api}\n")).unwrap();
    let path = path.to_str().unwrap();
    with_key(&["-c", path, "--base-url", &server.url(), "-g", "class-101"])
}

/// A message of alice's session.
pub(crate) fn message(number: usize, role: &str, content: impl Into<Value>) -> Value {
    json!({
        "sessionId": "s-plain", "userId": "alice", "role": role, "content": content.into(),
        "createdAt": format!("2026-10-01T10:{:02}:{:02}Z", number / 60 % 60, number % 60),
    })
}

/// The body of a response with these messages.
pub(crate) fn body(messages: &[Value]) -> String {
    json!({ "messages": messages, "total": messages.len() }).to_string()
}

/// A program, and the server that it asks.
pub(crate) struct Run {
    pub(crate) session: Session,
    pub(crate) server: Server,
}

/// The program with a response loaded.
pub(crate) fn loaded(body: impl AsRef<[u8]>) -> Run {
    let run = opened(vec![json_reply(body)]);
    wait_until_loaded(&run.session);
    run
}

/// Waits until a first load is whole. Its messages are seen before, but a refresh is refused then.
pub(crate) fn wait_until_loaded(session: &Session) {
    session.wait_for("just now");
    // The list is put in order by a worker; before that there is nothing to press a key on.
    session.wait_until("a session", |screen| {
        let text = screen.contents();
        text.contains("No messages in this scope") || !text.contains("No session to show")
    });
}

/// The program against a server with these replies.
pub(crate) fn opened(replies: Vec<Reply>) -> Run {
    let server = Server::start(replies);
    let session = against(&server).start();
    Run { session, server }
}

impl Run {
    /// Checks that the program lives, ends it, and judges all that it sent. Every byte of that.
    pub(crate) fn end(self) -> Vec<u8> {
        end(self.session)
    }
}

/// Checks that the program lives and does what keys say, ends it, and judges all that it sent.
pub(crate) fn end(mut session: Session) -> Vec<u8> {
    // Out of a field, should one be open.
    session.send(ESC);
    session.wait_until("no field", |screen| {
        !screen.contents().lines().last().is_some_and(|line| line.contains("accept"))
    });
    session.send("?");
    session.wait_for("Help");
    session.send("\x03");
    let raw = session.ended_well(130);
    judge(&raw);
    raw
}

/// Ends the program with a signal and judges all that it sent.
pub(crate) fn terminate(session: Session) -> Vec<u8> {
    session.signal(Signal::TERM);
    let raw = session.ended_well(143);
    judge(&raw);
    raw
}

/// What must hold of everything that was sent to a terminal, beyond its grammar.
pub(crate) fn judge(raw: &[u8]) {
    judge_words(raw);
    for piece in stream::pieces(raw) {
        match piece {
            // The program asks for the background once; nothing of a message can.
            Piece::Osc(words) if words == "11;?" => {}
            Piece::Osc(number) => panic!("an OSC {number} was sent"),
            Piece::Text(text) => text.graphemes(true).for_each(judge_cluster),
            _ => {}
        }
    }
}

/// What must hold of the words that were sent, also by a program that ended badly.
pub(crate) fn judge_words(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    no_key(&text);
    assert!(!text.contains("panicked"), "it panicked");
}

fn judge_cluster(cluster: &str) {
    let marks = cluster.chars().filter(|c| c.width() == Some(0)).count();
    let joined = cluster.contains('\u{200d}') || cluster.contains('\u{e007f}');
    assert!(marks <= MOST_MARKS || joined, "{marks} marks on one letter: {cluster:?}");
    let count = cluster.chars().count();
    assert!(count <= LONGEST_CLUSTER, "a cluster of {count} characters: {cluster:?}");
}

/// No part of the key that says too much is in a text.
pub(crate) fn no_key(text: &str) {
    for part in [KEY, "canary-key", "567890abcdef"] {
        assert!(
            !text.contains(part),
            "{part} is in: {}",
            text.chars().take(2000).collect::<String>()
        );
    }
}

/// Runs the program without a terminal.
pub(crate) fn without_terminal(
    arguments: &[&str],
    environment: &[(&str, &str)],
    folder: &Path,
) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().current_dir(folder).stdin(Stdio::null());
    command.env("HOME", folder).env("TERM", "xterm-256color");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(environment.iter().copied());
    let output = command.output().unwrap();
    let said = said(&output);
    assert!(!said.contains("panicked"), "{said}");
    assert!(matches!(output.status.code(), Some(0..=5)), "{:?}: {said}", output.status);
    output
}

/// What a program said, to both its ends; checked to be fit for a terminal.
pub(crate) fn said(output: &Output) -> String {
    for bytes in [&output.stdout, &output.stderr] {
        assert_eq!(stream::audit(bytes), [""; 0], "{}", String::from_utf8_lossy(bytes));
    }
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(said).unwrap()
}

/// The frame of the panes fills the window, and its sides are straight.
pub(crate) fn frame_is_whole(session: &Session) {
    session.wait_until("a whole frame", |screen| {
        let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
        let is = |x: u16, y: u16, wanted: &str| {
            let found = screen.cell(y, x).map(vt100::Cell::contents).unwrap_or_default();
            !found.is_empty() && wanted.contains(found)
        };
        let (right, bottom) = (columns - 1, rows - 2);
        let corners = is(0, 1, "┌") && is(right, 1, "┐") && is(0, bottom, "└");
        let divider = (1..right).find(|&x| is(x, 1, "┬"));
        let sides = (2..bottom)
            // On the border of a pane that scrolls are the signs of its scrollbar.
            .all(|y| {
                let is_border = |x: u16| is(x, y, "│├┤┃┫●◄");
                is(0, y, "│") && is_border(right) && divider.is_none_or(is_border)
            });
        corners && is(right, bottom, "┘") && sides
    });
}

/// The row of the transcript that holds a text.
pub(crate) fn row_with(session: &Session, text: &str) -> Option<usize> {
    let is_right = |line: &str| {
        let panes = line.strip_prefix('│').and_then(|line| line.split_once('│'));
        panes.is_some_and(|(_, right)| right.contains(text))
    };
    session.text().lines().position(is_right)
}

/// Waits until these letters were sent side by side, which the screen of the tests does not show:
/// the cursor may have been placed anew between them.
pub(crate) fn letters_are_sent(session: &Session, letters: &str) {
    let begun = std::time::Instant::now();
    loop {
        let raw = session.raw();
        let sent = String::from_utf8_lossy(&raw);
        let mut parts = sent.split("\x1b[");
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            match digits.strip_prefix(['G', 'H']) {
                Some(rest) => plain.push_str(rest),
                None => plain.extend(["\x1b[", part]),
            }
        }
        if plain.contains(letters) {
            return;
        }
        assert!(begun.elapsed() < crate::driver::DEADLINE, "{letters:?}: not sent in time");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The screen, once it has come to rest.
pub(crate) fn settled(session: &Session) -> String {
    let mut last = session.text();
    loop {
        std::thread::sleep(Duration::from_millis(100));
        let now = session.text();
        if now == last {
            return now;
        }
        last = now;
    }
}
