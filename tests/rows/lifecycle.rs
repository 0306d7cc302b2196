//! Rows 88 to 95, 97 to 100 and 104 to 106: how it begins, what it bears, and how it ends.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::driver::{PROGRAM, Setup};
use crate::run::{against, body, end, frame_is_whole, judge, message, opened, terminate};
use crate::server::{Server, json};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(88, "Ctrl-C again right behind the one that quits", || pressed_again(8)),
    slow(88, "the same 400 times, on a machine that is busy", || busy(|| pressed_again(400))),
    row(89, "signals while a large response is decoded", signals_at_work),
    row(90, "an overflow in a worker and in a task, an abort, no memory", crashes),
    row(91, "standard error closed or full, with a bug and without", no_standard_error),
    row(93, "the window is closed and SIGHUP is ignored", ignored_hangup),
    row(94, "standard input is closed, or a pipe at its end", no_standard_input),
    row(95, "no terminal at all", no_terminal),
    row(97, "no columns, no rows, 65,535 columns, one row", absurd_sizes),
    row(99, "other terminals", environments),
    row(99, "ASCII alone where the language has no UTF-8", no_utf8),
    row(104, "at rest it does nothing for 3 seconds", || at_rest(3)),
    slow(104, "at rest it does nothing for 30 seconds", || at_rest(30)),
];

fn signals_at_work() {
    let all: Vec<_> = (0..20_000).map(|at| message(at, "user", "words ".repeat(20))).collect();
    let server = Server::start(vec![json(body(&all))]);
    each(
        [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129), (Signal::QUIT, 131)],
        |(signal, status)| {
            let session = against(&server).start();
            session.wait_for("loading");
            session.signal(signal);
            judge(&session.ended_well(status));
        },
    );
}

fn crashes() {
    if !cfg!(debug_assertions) {
        return;
    }
    let faults = ["overflow-in-worker", "overflow-in-task", "abort-in-draw", "no-memory-in-worker"];
    each(faults, |fault| {
        let mut session = Setup::demo().env("SFCHAT_TEST_FAULT", fault).start();
        assert_eq!(
            session.ended().signal().map(|name| name.contains("Abort")),
            Some(true),
            "{fault}"
        );
        let raw = session.given_back();
        let text = String::from_utf8_lossy(&raw);
        let (_, after) = text.rsplit_once("\x1b[?1049l").expect("the screen was left");
        assert_eq!(
            after.trim(),
            "sfchat-tui crashed: it was aborted, or had no memory or stack left",
            "{fault}"
        );
    });
}

fn no_standard_error() {
    each(["2>&-", "2>/dev/full", "2>/dev/null"], |redirection| {
        let script = format!("exec '{PROGRAM}' --demo {redirection}");
        let session = Setup::of("/bin/sh", &["-c", &script]).start();
        session.wait_for_messages();
        end(session);
        if cfg!(debug_assertions) {
            let mut session = Setup::of("/bin/sh", &["-c", &script])
                .env("SFCHAT_TEST_FAULT", "panic-in-worker")
                .start();
            assert_eq!(session.ended().exit_code(), 101, "{redirection}");
            judge(&session.given_back());
        }
        let script = format!("exec '{PROGRAM}' --nonsense {redirection}");
        let session = Setup::of("/bin/sh", &["-c", &script]).start();
        judge(&session.ended_well(2));
    });
    // Nobody reads standard error any more.
    let mut child = Command::new(PROGRAM)
        .args(["--file", "/nowhere"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

fn ignored_hangup() {
    let script = format!("trap '' HUP; exec '{PROGRAM}' --demo");
    let mut session = Setup::of("/bin/sh", &["-c", &script]).start();
    session.wait_for_messages();
    session.hang_up("?");
    assert_eq!(session.ended().exit_code(), 129);
}

fn no_standard_input() {
    let closed = format!("exec '{PROGRAM}' --demo <&-");
    let empty = format!("true | '{PROGRAM}' --demo");
    each([closed, empty], |script| {
        let session = Setup::of("/bin/sh", &["-c", &script]).start();
        session.wait_for_messages();
        end(session);
    });
}

fn no_terminal() {
    let output = Command::new("setsid")
        .args(["--wait", PROGRAM, "--demo"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = crate::run::said(&output);
    assert!(said.contains("is not a terminal") && !said.contains('\x1b'), "{said}");
}

fn absurd_sizes() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    for (columns, rows) in [(0, 0), (65_535, 1), (1, 500), (0, 40), (2000, 2), (120, 0)] {
        session.resize_unseen(columns, rows);
        session.send("j");
        std::thread::sleep(Duration::from_millis(50));
    }
    session.resize(120, 40);
    frame_is_whole(&session);
    end(session);
}

fn environments() {
    let terms =
        ["xterm", "vt100", "linux", "xterm-mono", "no-such-terminal", "screen", "tmux-256color"];
    each(terms, |term| {
        let session = Setup::demo().env("TERM", term).start();
        session.wait_for_messages();
        end(session);
    });
}

/// The time that a process used, in ticks; how often it waited; its memory in pages.
fn used(id: Pid) -> (u64, u64, u64) {
    let process = format!("/proc/{}", id.as_raw_nonzero());
    let stat = std::fs::read_to_string(format!("{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let number = |at: usize| fields[at].parse::<u64>().unwrap();
    let waits = std::fs::read_dir(format!("{process}/task")).unwrap().flatten().map(|task| {
        let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0)
    });
    (number(11) + number(12), waits.sum(), number(21))
}

/// What `/proc` says of the memory of a process, in bytes.
pub(crate) fn memory(id: Pid, name: &str) -> u64 {
    let path = format!("/proc/{}/status", id.as_raw_nonzero());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).expect("the system tells it");
    line.split_whitespace().nth(1).and_then(|kilo| kilo.parse::<u64>().ok()).unwrap() << 10
}

/// Presses Ctrl-C, and again a moment later: the program may be at any step of its end, and the line
/// of the terminal its own again.
fn pressed_again(times: u64) {
    each(0..4, |part| {
        for number in 0..times / 4 {
            let mut session = Setup::demo().start();
            session.wait_for_messages();
            session.send("\x03");
            std::thread::sleep(Duration::from_millis((number * 4 + part) % 40));
            session.send("\x03");
            judge(&session.ended_well(130));
        }
    });
}

/// Does something while every core has other work.
fn busy(something: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let outcome = catch_unwind(AssertUnwindSafe(something));
        is_over.store(true, Ordering::Relaxed);
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    });
}

/// Nothing but ASCII reaches a terminal whose language knows no more; as wide as it was.
fn no_utf8() {
    let texts =
        ["ä é ñ 漢字 🙂 क्षि │┼… →", "```\nlet ä = \"漢\";\n```\n\n| a | b |\n|---|---|\n| ä | 1 |"];
    let all: Vec<_> = (0..2).map(|at| message(at, "assistant", texts[at])).collect();
    let server = Server::start(vec![json(body(&all))]);
    let locales: [&[(&str, &str)]; 6] = [
        &[],
        &[("LANG", "C")],
        &[("LANG", "de_AT.UTF-8"), ("LC_CTYPE", "POSIX")],
        &[("LANG", "de_AT.UTF-8"), ("LC_ALL", "de_AT.ISO-8859-1")],
        &[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "en_US.ISO-8859-15@euro")],
        &[("LANG", "\u{1b}[2J")],
    ];
    each(locales, |locale| {
        let setup = against(&server).size(100, 30).without("LANG");
        let setup = locale.iter().fold(setup, |setup, (name, value)| setup.env(name, value));
        let mut session = setup.start();
        session.wait_for("just now");
        session.wait_for("? ? ? ???? ?? ");
        session.wait_until("a frame of ASCII", |screen| {
            let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
            let is = |x: u16, y: u16, wanted: &str| {
                screen.cell(y, x).is_some_and(|cell| cell.contents() == wanted)
            };
            let (right, bottom) = (columns - 1, rows - 2);
            let corners = [(0, 1), (right, 1), (0, bottom), (right, bottom)];
            corners.into_iter().all(|(x, y)| is(x, y, "+"))
                && (2..bottom).all(|y| is(0, y, "|") && (is(right, y, "|") || is(right, y, "+")))
        });
        for keys in ["i", "i", "?", "q", ":", "\x1b[27u", "l", "J", "/a", "\x1b[27u"] {
            session.send(keys);
        }
        let raw = end(session);
        assert!(raw.is_ascii(), "{}", String::from_utf8_lossy(&raw));
    });
    let session = against(&server).without("LANG").env("LC_CTYPE", "en_US.utf8").start();
    session.wait_for("ä é ñ 漢字");
    end(session);
}

fn at_rest(seconds: u64) {
    let run = opened(vec![json(body(&[message(0, "user", "at rest")]))]);
    run.session.wait_for("just now");
    std::thread::sleep(Duration::from_secs(2));
    let (before, sent) = (used(run.session.id()), run.session.raw().len());
    std::thread::sleep(Duration::from_secs(seconds));
    let after = used(run.session.id());
    assert_eq!(run.session.raw().len(), sent, "bytes were sent");
    // A tick is a hundredth of a second: half a per cent of a core.
    assert!(after.0 - before.0 <= seconds / 2 + 1, "{before:?} {after:?}");
    assert!(after.1 - before.1 <= 4 * seconds, "{before:?} {after:?}");
    assert!(after.2 <= before.2 + 64, "{before:?} {after:?}");
    terminate(run.session);
}
