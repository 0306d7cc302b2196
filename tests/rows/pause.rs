//! Rows 96, 101 and 102: a program that is stopped, or whose terminal does not listen.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::driver::{DEADLINE, PROGRAM, Setup};
use crate::run::{body, end, frame_is_whole, judge, message, opened};
use crate::server::{Reply, response};
use crate::table::{Row, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(96, "CONT without a stop, and a stop while loading", stop_while_loading),
    row(101, "a terminal that does not read for a while", || unread(Duration::from_secs(2))),
    slow(101, "a terminal that does not read for 60 seconds", || unread(Duration::from_mins(1))),
    row(101, "a key costs at most 10 KB at 80x24", cost_of_a_key),
    slow(102, "tmux: another size, detached, a title that stays", tmux),
];

fn stop_while_loading() {
    let beginning = format!("{{\"messages\":[{},", message(0, "user", "a first part"));
    let rest = format!("{}]}}", message(1, "user", "the last part"));
    let length = beginning.len() + rest.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{beginning}");
    let reply = Reply::Drip(head.into_bytes(), rest.into_bytes(), Duration::from_millis(10));
    let run = opened(vec![reply]);
    run.session.wait_for("a first part");
    run.session.signal(Signal::CONT);
    run.session.signal(Signal::STOP);
    std::thread::sleep(Duration::from_secs(1));
    run.session.signal(Signal::CONT);
    run.session.wait_for("the last part");
    run.session.wait_for("just now");
    frame_is_whole(&run.session);
    run.end();
}

fn unread(time: Duration) {
    let mut session = Setup::demo().size(120, 40).start();
    session.wait_for_messages();
    session.pause();
    for _ in 0..200 {
        session.send("j\x0c");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(time);
    let before = session.raw().len();
    session.go_on();
    frame_is_whole(&session);
    session.send("?");
    session.wait_for("Help");
    // What was not read was not kept frame by frame.
    let frames = (session.raw().len() - before) / 20_000;
    assert!(frames < 100, "{frames} frames waited");
    session.send("\x03");
    judge(&session.ended_well(130));
}

fn cost_of_a_key() {
    let all: Vec<_> =
        (0..200).map(|at| message(at, "user", format!("{at} {}", "word ".repeat(40)))).collect();
    let server =
        crate::server::Server::start(vec![Reply::Close(response("200 OK", "", body(&all)))]);
    let mut session = crate::run::against(&server).size(80, 24).start();
    session.wait_for("just now");
    session.send("l");
    for keys in ["j", "\x02", "\x06", "g", "G", "K", "i", "i", "m", "m"] {
        session.send("?");
        session.wait_for("Help");
        session.send("q");
        session.wait_until("no help", |screen| !screen.contents().contains(" Help "));
        let before = session.raw().len();
        session.send(keys);
        std::thread::sleep(Duration::from_millis(150));
        let cost = session.raw().len() - before;
        assert!(cost <= 10 << 10, "{keys:?} cost {cost} bytes");
    }
    end(session);
}

/// tmux on a server of its own, which ends with this.
struct Tmux(String);

impl Tmux {
    fn run(&self, words: &[&str]) -> Output {
        Command::new("tmux").args(["-f", "/dev/null", "-L", &self.0]).args(words).output().unwrap()
    }

    fn shows(&self, text: &str) {
        let begun = Instant::now();
        while !String::from_utf8_lossy(&self.run(&["capture-pane", "-p"]).stdout).contains(text) {
            assert!(begun.elapsed() < DEADLINE, "{text} is not in the pane");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = self.run(&["kill-server"]);
    }
}

fn tmux() {
    let found = Command::new("tmux").arg("-V").output();
    assert!(found.is_ok(), "tmux is needed for this row");
    let tmux = Tmux(format!("sfchat-rows-{}", std::process::id()));
    let script = format!("echo before; '{PROGRAM}' --demo; echo ended $?; sleep 600");
    tmux.run(&["new-session", "-d", "-x", "120", "-y", "40", "/bin/sh", "-c", &script]);
    let title = || tmux.run(&["display", "-p", "#{pane_title}"]).stdout;
    let before = title();
    tmux.shows("Sessions 1/");
    tmux.run(&["resize-window", "-x", "90", "-y", "30"]);
    tmux.shows("Sessions 1/");
    tmux.run(&["send-keys", "?"]);
    tmux.shows("Help");
    assert_eq!(title(), before);
    tmux.run(&["send-keys", "q"]);
    tmux.run(&["send-keys", "q"]);
    tmux.shows("ended 0");
    // Nothing of what was read is left behind the end.
    let left = tmux.run(&["capture-pane", "-p", "-S", "-"]).stdout;
    let left = String::from_utf8_lossy(&left).into_owned();
    assert!(left.contains("before") && !left.contains("alice"), "{left}");
    let killed = Tmux(format!("sfchat-rows-{}-b", std::process::id()));
    let pidfile = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo $$ > {}; exec '{PROGRAM}' --demo", pidfile.path().display());
    killed.run(&["new-session", "-d", "-x", "120", "-y", "40", "/bin/sh", "-c", &script]);
    killed.shows("Sessions 1/");
    let id = std::fs::read_to_string(pidfile.path()).unwrap();
    killed.run(&["kill-session"]);
    let begun = Instant::now();
    while std::path::Path::new(&format!("/proc/{}", id.trim())).exists() {
        assert!(begun.elapsed() < DEADLINE, "it outlived its session");
        std::thread::sleep(Duration::from_millis(20));
    }
}
