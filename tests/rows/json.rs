//! Rows 75 to 81: responses of every form, and what becomes of each message.

use serde_json::{Value, json};

use crate::run::{body, frame_is_whole, letters_are_sent, loaded, message, opened};
use crate::server::{json as json_reply, status};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(75, "204, nothing, null, {}, [], no messages: an empty scope", empties),
    row(75, "an empty answer to a refresh", empty_refresh),
    row(76, "a byte order mark, UTF-16, Latin-1", encodings),
    row(77, "what is repaired, and what makes the document wrong", repairs),
    row(78, "metadata 10,000 and 1,000,000 levels deep, and of 100,000 names", metadata),
    slow(78, "metadata of 10 MB", || {
        opens_metadata(&json!({ "large": "x".repeat(10 << 20) }).to_string())
    }),
    row(79, "every field missing, null, of a wrong type, huge", fields),
    row(80, "total in every form", totals),
    row(81, "createdAt in every form", times),
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

/// A response of two messages; the first has this raw text.
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
