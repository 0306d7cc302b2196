//! Rows 39 to 44 and 103: what comes in besides keys, and what goes out by a copy.

use std::time::{Duration, Instant};

use crate::driver::{DEADLINE, Session, Setup};
use crate::run::{ESC, body, end, loaded, message, settled};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(43, "a paste is text, in one line, and runs no key", || paste(256 << 10)),
    slow(43, "a paste of 10 MB", || paste(10 << 20)),
    row(44, "answers of the terminal that nobody asked for are no keys", answers),
    row(44, "answers that the library takes for keys, or waits at, do no harm", odd_answers),
    row(103, "reports of the mouse, of focus, of a kitty keyboard, and wrong UTF-8", reports),
    slow(103, "random bytes for 60 seconds", || noise(Duration::from_mins(1))),
];

fn three_sessions() -> String {
    let all: Vec<_> = (0..30)
        .map(|at| {
            let mut message = message(at, "user", format!("words {at}"));
            message["sessionId"] = format!("s{}", at % 3).into();
            message
        })
        .collect();
    body(&all)
}

/// Pastes.
fn send_paste(session: &mut Session, text: &str) {
    session.send(format!("\x1b[200~{text}\x1b[201~"));
}

fn paste(length: usize) {
    let mut run = loaded(three_sessions());
    let session = &mut run.session;
    // Outside of a field it is nothing: neither `q` nor `j` nor a scope.
    send_paste(session, "qj2\x03?\x1a");
    session.send("?");
    session.wait_for("Help");
    session.send(ESC);
    session.wait_for("Sessions 1/3");
    session.send("/");
    session.wait_for(" search");
    let mut text = "wor\nds\x1b[31m\x1bq\x03 \u{202e}".to_owned();
    text.push_str(&"x".repeat(length));
    send_paste(session, &text);
    session.wait_for("xxxxxxxx");
    // The end of what was taken is in sight, and it is not far: 4 KB at most.
    session.send(ESC);
    session.wait_for("Sessions 1/3");
    session.send("/");
    send_paste(session, "words 29");
    session.wait_for("words 29");
    session.send("\r");
    session.wait_for("search words 29 1/1");
    session.send(ESC);
    run.end();
}

/// What terminals answer when somebody asks them, and what follows them in one write.
const ANSWERS: [&str; 12] = [
    "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "\x1b]10;rgb:0000/0000/0000\x1b\\",
    "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "\x1b]52;c;cXFxcXE=\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP>|XTerm(379)\x1b\\",
    "\x1bP!|00000000\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b[?62;22c",
    "\x1b[24;80R",
    "\x1b[?1u",
    "\x1b]0;q\x07\x1b]0;q\x07",
];

fn answers() {
    each(ANSWERS, |answer| {
        let mut run = loaded(three_sessions());
        let before = settled(&run.session);
        run.session.send(answer);
        // In time order: what a key of the answer would do is on the screen before this is.
        run.session.send("?");
        run.session.wait_for("Help");
        run.session.send(ESC);
        run.session.wait_until(&format!("what was there before {answer:?}"), |screen| {
            screen.contents() == before
        });
        run.session.send("/");
        run.session.wait_for(" search");
        run.session.send(answer);
        run.session.send("words");
        run.session.wait_for("search words");
        run.session.wait_until("only what was typed", |screen| {
            let text = screen.contents();
            text.lines().any(|line| {
                line.trim().strip_prefix("search words").is_some_and(|rest| !rest.contains("rgb"))
            })
        });
        run.session.send(ESC);
        run.end();
    });
}

/// The library that reads keys takes the first for keys, and waits at the second for a letter of the
/// answers that it knows.
fn odd_answers() {
    each(["\x1b[>1;4000;20c", "\x1b[?2026;2$yc"], |answer| {
        let mut run = loaded(three_sessions());
        run.session.send(answer);
        leave(&mut run.session);
        crate::run::judge(&run.session.ended_well(130));
    });
}

fn reports() {
    let mut run = loaded(three_sessions());
    let parts: [&[u8]; 9] = [
        b"\x1b[<0;5;5M\x1b[<0;5;5m\x1b[<35;99999;99999M\x1b[<64;1;1M",
        b"\x1b[M !!\x1b[M\xff\xff\xff",
        b"\x1b[I\x1b[O\x1b[I",
        b"\x1b[97;5u\x1b[57441u\x1b[97;1:3u",
        b"\xff\xfe\xc0\xaf\xed\xa0\x80\x80",
        b"\x1b[1;99999999999999999999A\x1b[;;;;;;~",
        b"\x1b[200~\x1b[201~",
        b"\x1bOZ\x1b[Z\x1b[Z",
        b"\0\x1c\x1d\x1e\x1f",
    ];
    for part in parts {
        run.session.send(part);
    }
    leave(&mut run.session);
    let raw = run.session.ended_well(130);
    crate::run::judge(&raw);
}

/// Presses what ends the program from anywhere until it has ended: a sequence that was begun may
/// take the first of it.
fn leave(session: &mut Session) {
    let begun = Instant::now();
    while !session.has_ended() && begun.elapsed() < DEADLINE {
        // Once the terminal was given back the system itself hears this key, and throws away what
        // was written and not read yet.
        if !session.has_modes_of_before() {
            session.send("\x03");
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn noise(time: Duration) {
    let folder = tempfile::tempdir().unwrap();
    // A program that gets the terminal would get the noise, too.
    let keys = "[keys.everywhere]\nopen-in-pager = []\nopen-in-editor = []\n";
    let config = folder.path().join("config.toml");
    std::fs::write(&config, keys).unwrap();
    let setup = Setup::demo().at(folder.path()).size(80, 24);
    let mut session = setup.env("SFCHAT_CONFIG", &config.display().to_string()).start();
    session.wait_for_messages();
    let mut random = fastrand::Rng::new();
    let begun = Instant::now();
    while begun.elapsed() < time && !session.has_ended() {
        // Without those that end or stop it; an `Esc` now and then leads out of a field.
        let harmless = |byte: &u8| !matches!(byte, b'q' | 0x03 | 0x1a);
        let mut bytes: Vec<u8> =
            std::iter::repeat_with(|| random.u8(..)).filter(harmless).take(2000).collect();
        bytes.extend(b"\x1b\x1b");
        session.send(bytes);
    }
    leave(&mut session);
    let raw = session.ended_well(130);
    // A key of the noise may have copied something.
    crate::run::judge_words(&raw);
    end(Setup::demo().start());
}
