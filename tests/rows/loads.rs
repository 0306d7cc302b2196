//! Rows 82 to 87: order and repeats, loads of any size, refreshes, time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::DEADLINE;
use crate::run::{ESC, Run, against, body, end, frame_is_whole, loaded, message, opened};
use crate::server::{Reply, Server, json as json_reply, response};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(82, "equal times stay in the order of arrival; the same id with another text stays", order),
    row(82, "exact duplicates are shown once with ×n, found once, and exported whole", duplicates),
    slow(82, "100,000 messages of one session and one time, half of them repeats", one_time),
    slow(83, "100,000 sessions of one message, and one session of 100,000", many),
    row(84, "a body without room: the terminal is given back", || no_room(40 << 20)),
    row(85, "a refresh in which the message is gone, edited, elsewhere", refresh),
    row(86, "two refreshes are one, and quitting closes the connection", one_in_flight),
    row(87, "TZ unset, bad, or of half an hour", zones),
    slow(87, "a program that was stopped for 60 seconds goes on", || {
        stopped(Duration::from_mins(1))
    }),
    row(87, "a program that was stopped goes on", || stopped(Duration::from_secs(1))),
];

fn order() {
    let mut messages: Vec<Value> = ["first", "second", "third"]
        .into_iter()
        .map(|text| message(5, "user", format!("{text} of equal times")))
        .collect();
    messages.insert(0, message(9, "user", "the last by time"));
    for message in &mut messages[1..] {
        message["id"] = json!("the same id");
    }
    let run = loaded(body(&messages));
    run.session.wait_for("the last by time");
    let text = run.session.text();
    let places: Vec<_> = ["first of", "second of", "third of", "the last by"]
        .iter()
        .map(|words| text.rfind(words).expect("it is shown"))
        .collect();
    assert!(places.is_sorted(), "{text}");
    run.end();
}

/// A message that is sent more than once, between others.
fn duplicates() {
    let mut other = message(5, "user", "said twice");
    other["metadata"] = json!({ "n": 2 });
    let twice = message(5, "user", "said twice");
    let messages = [
        message(1, "user", "before"),
        twice.clone(),
        twice.clone(),
        other,
        message(9, "assistant", "behind"),
        twice,
    ];
    let mut run = loaded(body(&messages));
    run.session.wait_for("×3");
    run.session.wait_for("4 messages");
    run.session.wait_for("2 repeats");
    run.session.send("l");
    run.session.wait_for("/4 ");
    assert_eq!(run.session.text().matches('×').count(), 1);
    run.session.send("/said");
    run.session.wait_for("1/2");
    run.session.send("\r");
    run.session.wait_until("no field", |screen| !screen.contents().contains("accept"));
    run.session.send("e");
    run.session.wait_for("Export");
    run.session.send("session\r");
    run.session.wait_for("6 messages written");
    run.end();
}

fn one_time() {
    let all: Vec<Value> =
        (0..100_000).map(|at| message(7, "user", format!("number {}", at % 50_000))).collect();
    let mut run = opened(vec![json_reply(body(&all))]);
    run.session.wait_for("just now");
    run.session.send("l");
    run.session.wait_for("/50,000 ");
    run.session.wait_for("50,000 messages");
    run.session.wait_for("50,000 repeats");
    run.session.wait_for("×2");
    run.session.send("/number 777\r");
    run.session.wait_for("/95 ");
    run.end();
}

fn many() {
    let all = |sessions: bool| -> String {
        let messages: Vec<Value> = (0..100_000)
            .map(|number| {
                let mut message = message(number, "user", format!("number {number}"));
                if sessions {
                    message["sessionId"] = json!(format!("s{number}"));
                }
                message
            })
            .collect();
        body(&messages)
    };
    each([true, false], |sessions| {
        let mut run = opened(vec![json_reply(all(sessions))]);
        run.session.wait_for("100,000 messages");
        run.session.wait_for("just now");
        run.session.send(if sessions { "G" } else { "lG" });
        run.session.wait_for("00,000 ");
        for _ in 0..20 {
            run.session.send("\x02");
        }
        run.session.send("/number 777\r");
        run.session.wait_for("search number 777");
        frame_is_whole(&run.session);
        let peak = crate::lifecycle::memory(run.session.id(), "VmHWM");
        assert!(peak <= 200 << 20, "{} MB", peak >> 20);
        run.end();
    });
}

/// Loads so much with little memory: it works, or ends and gives the terminal back.
fn no_room(bytes: usize) {
    let text = "word ".repeat(200);
    let count = bytes / text.len();
    let all: Vec<Value> = (0..count).map(|at| message(at, "user", text.clone())).collect();
    let server = Server::start(vec![json_reply(body(&all))]);
    // Threads alone need much address space; the limits go from too little to enough.
    each([120_u64, 200, 300, 450, 4000], |mega| {
        let limit = format!("--as={}", mega << 20);
        let program = crate::driver::PROGRAM;
        let words = [&limit, program, "--base-url", &server.url(), "--all"];
        let mut session = crate::driver::Setup::of("prlimit", &words)
            .env("SFCHAT_API_KEY", crate::run::KEY)
            .start();
        let begun = std::time::Instant::now();
        while !session.has_ended() && begun.elapsed() < DEADLINE {
            if session.text().contains("just now") || session.text().contains("failed") {
                session.send("\x03");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let ended = session.ended();
        let raw = session.given_back();
        crate::run::judge_words(&raw);
        assert_ne!(ended.exit_code(), 139, "it was a fault in memory");
    });
}

fn refresh() {
    let first: Vec<Value> =
        (0..20).map(|at| message(at, "user", format!("words {at} of the first"))).collect();
    let mut second: Vec<Value> = first.iter().rev().cloned().collect();
    second.retain(|message| message["content"] != "words 3 of the first");
    second[0]["content"] = json!("words 19 edited");
    let mut run =
        opened(vec![json_reply(body(&first)), json_reply(body(&second)), json_reply("[]")]);
    run.session.wait_for("just now");
    run.session.send("lgJJJ");
    run.session.wait_for(" 4/20 ");
    run.session.send("r");
    run.session.wait_for("/19 ");
    run.session.send("G");
    run.session.wait_for("words 19 edited");
    run.end();
}

fn one_in_flight() {
    let beginning = format!("{{\"messages\":[{},", message(0, "user", "a first part"));
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    let reply = Reply::Stall([head, beginning.into_bytes()].concat());
    let mut run: Run = opened(vec![reply]);
    run.session.wait_for("a first part");
    run.session.send("rrr");
    run.session.wait_for("it is being loaded already");
    assert_eq!(run.server.asked().len(), 1);
    run.session.send(ESC);
    run.session.wait_for("incomplete: cancelled");
    run.server.wait_until_closed();
    run.session.send("r");
    run.session.wait_for("loading");
    run.session.send("q");
    run.session.ended_well(0);
    run.server.wait_until_closed();
}

fn zones() {
    let server = Server::start(vec![json_reply(body(&[message(0, "user", "what time is it")]))]);
    let zones =
        ["Nowhere/X", "", ":", "../../etc/passwd", "Asia/Kolkata", "America/New_York", "\u{1b}[2J"];
    each(zones, |zone| {
        let session = against(&server).env("TZ", zone).start();
        session.wait_for("what time is it");
        end(session);
    });
}

fn stopped(time: Duration) {
    use rustix::process::Signal;
    let reply = Reply::Close(response("200 OK", "", body(&[message(0, "user", "before")])));
    let mut run = opened(vec![reply]);
    run.session.wait_for("just now");
    run.session.signal(Signal::STOP);
    std::thread::sleep(time);
    run.session.signal(Signal::CONT);
    run.session.send("r");
    run.session.wait_for("before");
    run.end();
}
