//! Rows 75 to 87: responses of every form, and what becomes of each message.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::DEADLINE;
use crate::run::{
    ESC, Run, against, body, end, frame_is_whole, letters_are_sent, loaded, message, opened,
};
use crate::server::{Reply, Server, json as json_reply, response, status};
use crate::table::{Row, each, row, slow, there};

pub(crate) const ROWS: &[Row] = &[
    row(75, "204, nothing, null, {}, [], no messages: an empty scope", empties),
    row(75, "an empty answer to a refresh", empty_refresh),
    row(76, "a byte order mark, UTF-16, Latin-1", encodings),
    row(77, "what is repaired, and what makes the document wrong", repairs),
    there(
        77,
        "the marks of JSONTestSuite",
        &[
            (
                "src/io/wire/grammar.rs",
                "it_agrees_with_the_test_suite_and_with_serde_json_in_chunks_of_any_size",
            ),
            ("src/io/stream/tests.rs", "every_oddity_of_a_response_is_counted"),
            (
                "src/io/stream/tests.rs",
                "wrong_json_is_refused_at_its_byte_and_earlier_messages_stay",
            ),
        ],
    ),
    row(78, "metadata 10,000 and 1,000,000 levels deep, and of 100,000 names", metadata),
    slow(78, "metadata of 10 MB", || {
        opens_metadata(&json!({ "large": "x".repeat(10 << 20) }).to_string())
    }),
    row(79, "every field missing, null, of a wrong type, huge", fields),
    row(80, "total in every form", totals),
    row(81, "createdAt in every form", times),
    there(
        81,
        "the table of times",
        &[
            ("src/time/instant.rs", "every_row_of_the_table_is_read"),
            ("src/time/instant.rs", "what_is_no_time_is_refused"),
            ("src/time/instant.rs", "no_text_makes_it_panic"),
        ],
    ),
    row(82, "equal times stay in the order of arrival; the same id with another text stays", order),
    row(82, "exact duplicates are shown once with ×n, found once, and exported whole", duplicates),
    there(
        82,
        "duplicates in any order, among very many of one time, with little between them",
        &[
            ("src/store/tests.rs", "the_first_of_equal_messages_is_shown_however_they_arrive"),
            ("src/store/tests.rs", "of_very_many_messages_of_one_time_a_worker_finds_the_repeats"),
            ("src/store/tests.rs", "another_user_or_other_metadata_make_another_message"),
            ("src/search/tests.rs", "of_exact_repeats_the_first_is_found_alone"),
        ],
    ),
    slow(82, "100,000 messages of one session and one time, half of them repeats", one_time),
    slow(83, "100,000 sessions of one message, and one session of 100,000", many),
    row(84, "a body without room: the terminal is given back", || no_room(40 << 20)),
    row(84, "no memory for a refresh: a sentence about it, and the old data stays", no_memory),
    row(85, "a refresh in which the message is gone, edited, elsewhere", refresh),
    there(
        85,
        "the selection stays on its message",
        &[
            ("tests/whole/refresh.rs", "the_selected_message_and_the_reading_position_stay"),
            ("tests/whole/refresh.rs", "a_session_that_is_gone_gives_way_to_its_neighbour"),
        ],
    ),
    row(86, "two refreshes are one, and quitting closes the connection", one_in_flight),
    there(
        86,
        "quitting while loading",
        &[
            ("tests/whole/terminal/ends.rs", "quitting_while_loading_closes_the_connection"),
            ("tests/whole/refresh.rs", "r_during_a_load_says_so_and_asks_nothing"),
        ],
    ),
    row(87, "TZ unset, bad, or of half an hour", zones),
    slow(87, "a program that was stopped for 60 seconds goes on", || {
        stopped(Duration::from_mins(1))
    }),
    row(87, "a program that was stopped goes on", || stopped(Duration::from_secs(1))),
];

const NOTHING: &str = "No messages in this scope";

fn empties() {
    let replies = [
        status("204 No Content", "", ""),
        json_reply(""),
        json_reply("null"),
        json_reply("{}"),
        json_reply("[]"),
        json_reply(r#"{"messages":null}"#),
        json_reply(r#"{"messages":[],"total":0,"sessionCount":0}"#),
        json_reply(" \n "),
    ];
    each(replies, |reply| {
        let run = opened(vec![reply]);
        run.session.wait_for(NOTHING);
        run.end();
    });
}

fn empty_refresh() {
    let first = body(&[message(0, "user", "it was here")]);
    let mut run = opened(vec![json_reply(first), json_reply("[]")]);
    run.session.wait_for("it was here");
    run.session.send("r");
    run.session.wait_until("an answer", |screen| screen.contents().contains("just now"));
    run.end();
}

fn encodings() {
    let text = body(&[message(0, "user", "grüße")]);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let run = opened(vec![json_reply(&marked)]);
    run.session.wait_for("grüße");
    run.end();
    let wide = |order: fn(u16) -> [u8; 2], mark: &[u8]| -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(order)).collect()
    };
    let forms = [
        wide(u16::to_le_bytes, b"\xff\xfe"),
        wide(u16::to_be_bytes, b"\xfe\xff"),
        wide(u16::to_le_bytes, b""),
    ];
    each(forms, |form| {
        let run = opened(vec![json_reply(form)]);
        run.session.wait_for("not UTF-8");
        run.end();
    });
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let run = opened(vec![json_reply(latin)]);
    letters_are_sent(&run.session, "gr\u{fffd}\u{fffd}e");
    run.session.wait_for("1 repaired");
    run.end();
}

/// A response in which the text of the first of two messages is this, as it is written.
fn with_text(raw: &str) -> String {
    body(&[message(0, "user", "RAW"), message(1, "user", "the next one")]).replace("\"RAW\"", raw)
}

fn repairs() {
    let halves = [
        r"\ud800",
        r"\udc00",
        r"\ud800\ud800",
        r"\udc00\ud800",
        r"a\ud800",
        r"\ud800a",
        r"\ud800\n",
        r"\uD83D\u0041",
        r"\ud800\\u",
    ];
    let broken = halves.map(|half| format!("\"half {half}\""));
    let more = ["\"half \u{1}\n\t\"".to_owned(), "1e999".to_owned(), "-0.0e-0".to_owned()];
    each(broken.into_iter().chain(more), |text| {
        let run = opened(vec![json_reply(with_text(&text))]);
        run.session.wait_for("the next one");
        run.session.wait_for("1 repaired");
        run.end();
    });
    let twice = with_text("\"first\",\"content\":\"last counts\"");
    let run = opened(vec![json_reply(twice)]);
    run.session.wait_for("last counts");
    run.end();
    let good = with_text("\"good\"");
    let wrong = [with_text("NaN"), with_text("[1,]"), format!("{good}x"), with_text("01")];
    each(wrong, |body| {
        let run = opened(vec![json_reply(body)]);
        run.session.wait_for("not valid JSON at byte");
        run.end();
    });
}

/// Opens a message with this metadata, folds, shows the source.
fn opens_metadata(metadata: &str) {
    let mut with = message(0, "user", "it has metadata");
    with["metadata"] = json!("META");
    let mut run = loaded(body(&[with]).replace("\"META\"", metadata));
    run.session.wait_for("it has metadata");
    run.session.send("i");
    run.session.wait_for("Metadata");
    run.session.send("llcjjjj G");
    run.session.send("m");
    run.session.wait_for("JSON");
    run.session.send("G");
    frame_is_whole(&run.session);
    run.end();
}

fn metadata() {
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let names: serde_json::Map<String, Value> =
        (0..100_000).map(|number| (format!("name {number}"), json!(number))).collect();
    let cases = [nested(10_000), nested(1_000_000), objects, Value::Object(names).to_string()];
    each(cases, |metadata| opens_metadata(&metadata));
    let mut deep = message(0, "user", "it is deep");
    deep["metadata"] = json!("META");
    let mut run = loaded(body(&[deep]).replace("\"META\"", &nested(10_000)));
    run.session.wait_for("it is deep");
    run.session.send("i");
    run.session.wait_for("too deep to show as a tree (limit");
    run.end();
}

fn fields() {
    let huge = json!("h".repeat(100_000));
    let wrong =
        [Value::Null, json!(17), json!(true), json!([1, "\u{1b}[2J"]), json!({ "a": {} }), huge];
    let names = ["sessionId", "userId", "componentId", "role", "content", "createdAt", "metadata"];
    let mut all = Vec::new();
    for name in names {
        let mut missing = message(0, "user", "missing");
        missing.as_object_mut().unwrap().remove(name);
        all.push(missing);
        for value in &wrong {
            let mut odd = message(1, "user", "odd");
            odd[name] = value.clone();
            all.push(odd);
        }
    }
    for role in ["tool", "", "\u{1b}[2J", &"r".repeat(1000)] {
        all.push(message(2, role, "odd role"));
    }
    let mut more = message(3, "user", "unknown field");
    more["surprise"] = json!({ "\u{1b}[2J": [] });
    all.extend([more, json!("no message"), json!(null), json!([]), json!({})]);
    let count = all.len();
    let mut run = loaded(body(&all));
    // Without a component and with empty metadata it is the same message: a repeat.
    run.session.wait_for(&format!("{} messages", count - 1));
    run.session.wait_for("1 repeat");
    run.session.wait_for("repaired");
    // Every message once, with its metadata.
    run.session.send("il");
    run.session.wait_for("Metadata");
    for _ in 0..count {
        run.session.send("J");
    }
    for _ in 0..10 {
        run.session.send("]");
    }
    frame_is_whole(&run.session);
    run.end();
}

fn totals() {
    let declared =
        ["12.0", "\"12\"", "-1", "1e3", "null", "[]", "1e999", "99999999999999999999", "0"];
    each(declared, |total| {
        let text = body(&[message(0, "user", "one"), message(1, "user", "two")]);
        let text = text.replace("\"total\":2", &format!("\"total\":{total}"));
        let run = loaded(text);
        run.session.wait_for("2 messages");
        run.end();
    });
    let text = body(&[message(0, "user", "one")]).replace("\"total\":1", "\"total\":7");
    let run = opened(vec![json_reply(text)]);
    run.session.wait_for("the server's counts differ");
    run.end();
}

fn times() {
    let odd = [
        json!(""),
        json!("yesterday"),
        json!("2026-02-30T10:00:00Z"),
        json!(null),
        json!([]),
        json!("+292278994-08-17T07:12:55.807Z"),
        json!(1e300),
        json!("23:59:60"),
        json!("\u{1b}[2J"),
        json!(u64::MAX),
        json!(i64::MIN),
        json!("-9999999-01-01"),
    ];
    let fine = [
        json!("2026-10-01T10:02:11+05:30"),
        json!("2026-10-01"),
        json!(1_790_848_931),
        json!(1_790_848_931_250_i64),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("2016-12-31T23:59:60Z"),
        json!(0),
        json!("2999-01-01T00:00:00"),
    ];
    each([odd.to_vec(), fine.to_vec()], |times| {
        let is_odd = times.contains(&json!("yesterday"));
        let all: Vec<Value> = times
            .into_iter()
            .map(|time| {
                let mut message = message(0, "user", "when was that");
                message["createdAt"] = time;
                message
            })
            .collect();
        let mut run = loaded(body(&all));
        run.session.wait_for("when was that");
        if is_odd {
            run.session.wait_for("time?");
        }
        run.session.send("lgtG");
        run.session.send("t");
        frame_is_whole(&run.session);
        run.end();
    });
}

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

/// A refresh that does not fit into the memory that is left.
fn no_memory() {
    use rustix::process::{Resource, Rlimit, prlimit};
    let all: Vec<Value> =
        (0..3600).map(|at| message(at, "user", format!("{at} {}", "word ".repeat(4000)))).collect();
    let mut run = opened(vec![
        json_reply(body(&[message(0, "user", "what was there before")])),
        json_reply(body(&all)),
        json_reply(body(&[message(0, "user", "what came later")])),
    ]);
    run.session.wait_for("just now");
    run.session.wait_for("what was there before");
    let used = crate::lifecycle::memory(run.session.id(), "VmSize");
    // Less than the allocator takes at once for a thread that is new to it, 64 MiB of addresses.
    let limit = |bytes| Rlimit { current: bytes, maximum: None };
    prlimit(Some(run.session.id()), Resource::As, limit(Some(used + (48 << 20)))).unwrap();
    run.session.send("r");
    run.session.wait_for("not enough memory for");
    run.session.wait_for("what was there before");
    prlimit(Some(run.session.id()), Resource::As, limit(None)).unwrap();
    run.session.send("r");
    run.session.wait_for("what came later");
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

/// Loads so much with little memory: it works, or ends in order.
fn no_room(bytes: usize) {
    let text = "word ".repeat(200);
    let count = bytes / text.len();
    let all: Vec<Value> = (0..count).map(|at| message(at, "user", text.clone())).collect();
    let server = Server::start(vec![json_reply(body(&all))]);
    // Threads alone ask for much address space; the numbers go from too little to enough.
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
