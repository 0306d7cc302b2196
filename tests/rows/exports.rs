//! Rows 108, 109 and 115 to 123: what is written for somebody, and what is left when it is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use crate::driver::{PROGRAM, Session, Setup};
use crate::run::{ESC, KEY, against, body, end, message, terminate};
use crate::server::{Server, json as json_reply};
use crate::stream;
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(108, "killed while it exports, nothing is left", killed_sometimes),
    slow(108, "killed at 200 places of an export", killed_often),
    row(109, "no room for an export: the path, the bytes, nothing left", no_room),
    row(109, "a folder that takes no file", no_folder),
    row(116, "hostile ids as names of files", names),
    row(121, "text drives nothing", text),
    row(123, "the program ends in the middle of an export", ended),
    row(123, "an export is stopped by a key", stopped),
];

/// A response that takes a while to be written.
fn long_body() -> String {
    let text = "**Why** is the _sky_ blue? `code` and $x^2$, ".repeat(40);
    let messages: Vec<_> =
        (0..4_000).map(|number| message(number, "user", text.as_str())).collect();
    body(&messages)
}

/// The program with a long response in an empty folder.
fn opened(folder: &Path) -> Session {
    let server = Server::start(vec![json_reply(long_body())]);
    let session = against(&server).at(folder).start();
    // One second has one message and, in the second hour, a repeat of it.
    session.wait_for("3,600 messages");
    session.wait_for("400 repeats");
    session.wait_for("just now");
    session
}

/// The export is being written.
fn begin(session: &mut Session) {
    session.send("e");
    session.wait_for("so it begins");
    session.send("H");
    session.wait_for("HTML");
    session.send("\r");
    session.wait_for("exporting");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Nothing is there, or a whole page.
fn whole_or_nothing(folder: &Path) {
    for file in files(folder) {
        let page = fs::read_to_string(&file).unwrap();
        assert!(page.ends_with("</html>\n"), "half a file: {}", file.display());
        fs::remove_file(file).unwrap();
    }
}

fn killed(times: u32) {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..times {
        let mut session = opened(folder.path());
        begin(&mut session);
        std::thread::sleep(Duration::from_millis(u64::from(number * 37 % 400)));
        session.signal(Signal::KILL);
        session.ended();
        drop(session);
        whole_or_nothing(folder.path());
    }
}

fn killed_sometimes() {
    killed(3);
}

fn killed_often() {
    killed(200);
}

fn no_room() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(vec![json_reply(long_body())]);
    let (url, program) = (server.url(), PROGRAM);
    let script = format!("ulimit -f 600; exec '{program}' --base-url {url} --all");
    let mut session = Setup::of("/bin/sh", &["-c", &script])
        .at(folder.path())
        .env("SFCHAT_API_KEY", KEY)
        .size(300, 40)
        .start();
    session.wait_for("just now");
    session.send("e");
    session.wait_for("so it begins");
    session.send("H\r");
    session.wait_for("export failed: ");
    let said = session.text();
    let path = folder.path().to_str().unwrap();
    assert!(said.contains(path) && said.contains("file too large"), "{said}");
    assert!(said.contains(" bytes; no file was left)"), "{said}");
    assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from));
    end(session);
}

fn no_folder() {
    // Nobody can make a file there, not even root.
    let server = Server::start(vec![json_reply(body(&[message(0, "user", "x")]))]);
    let mut session = against(&server).at(Path::new("/proc")).start();
    session.wait_for("just now");
    session.send("e");
    session.wait_for("so it begins");
    session.send("\r");
    session.wait_for("export failed: cannot write to /proc");
    end(session);
}

fn names() {
    let ids =
        ["../../../tmp/evil", "\u{1b}[2J\u{202e}gpj.exe", "CON", "a/b\\c:d|e", &"x".repeat(5_000)];
    each(ids, |id| {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        fs::create_dir(&inside).unwrap();
        let mut hostile = message(0, "user", "a hostile id");
        hostile["sessionId"] = json!(id);
        let server = Server::start(vec![json_reply(body(&[hostile]))]);
        let mut session = against(&server).at(&inside).start();
        session.wait_for("a hostile id");
        session.wait_for("just now");
        session.send("e");
        session.wait_for("so it begins");
        session.send("\r");
        session.wait_for("1 message written");
        end(session);
        let all = files(&inside);
        assert_eq!((all.len(), files(folder.path()).len()), (1, 1), "{all:?}");
        let name = all[0].file_name().unwrap().to_str().unwrap();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        assert!(name.starts_with("sfchat-") && name.rsplit('.').next() == Some("md"), "{name}");
        assert!(name.chars().all(plain) && name.len() <= 68, "{name}");
    });
}

fn text() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "\u{1b}]0;evil\u{7}\u{9b}2J\u{202e}x\u{200b}y\u{0} words";
    let server = Server::start(vec![json_reply(body(&[message(0, "user", hostile)]))]);
    let mut session = against(&server).at(folder.path()).start();
    session.wait_for("just now");
    session.send("e");
    session.wait_for("so it begins");
    session.send("t");
    session.wait_for("plain text to paste anywhere");
    session.send("\r");
    session.wait_for("1 message written");
    end(session);
    let written = fs::read(&files(folder.path())[0]).unwrap();
    let shown = String::from_utf8(written.clone()).unwrap();
    assert!(shown.ends_with("]0;evil2Jxy words\n\n"), "{shown:?}");
    assert_eq!(stream::audit(&written), [""; 0]);
}

fn ended() {
    for by_key in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut session = opened(folder.path());
        begin(&mut session);
        if by_key {
            session.send("\x03");
            session.ended();
        } else {
            terminate(session);
        }
        whole_or_nothing(folder.path());
    }
}

fn stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = opened(folder.path());
    begin(&mut session);
    session.send(ESC);
    session.wait_until("what became of it", |screen| {
        let text = screen.contents();
        text.contains("export stopped") || text.contains("messages written")
    });
    whole_or_nothing(folder.path());
    end(session);
}
