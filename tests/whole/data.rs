//! A small set of messages with fixed times, and an odd one.

use serde_json::{Value, json};
use sfchat_tui::io::stream::Decoder;
use sfchat_tui::store::{IngestStats, Limits, Page};
use sfchat_tui::time::Millis;

/// 2026-10-01 12:00 UTC, a Thursday.
pub(crate) const NOW: Millis = 1_790_856_000_000;

fn message(session: &str, user: &str, role: &str, time: &str, content: &str) -> Value {
    let component = if role == "assistant" { "tutor-math" } else { "chat" };
    json!({
        "sessionId": session, "userId": user, "componentId": component, "role": role,
        "content": content, "createdAt": format!("2026-{time}Z"),
    })
}

fn with(mut message: Value, metadata: Value) -> Value {
    message["metadata"] = metadata;
    message
}

/// Four conversations: 14 messages.
pub(crate) fn messages() -> Vec<Value> {
    let factor = "how do I factor x² − 5x + 6";
    vec![
        message("chat-1", "alice", "user", "09-30T09:00:00.000", factor),
        with(
            message(
                "chat-1",
                "alice",
                "assistant",
                "09-30T09:00:03.200",
                "Look for two numbers whose product is **6** and whose sum is **−5**.\n\n\
                 1. List the pairs that multiply to 6: 1·6, 2·3.\n\
                 2. Which pair can be made to sum to −5?\n\n```\n(x + a)(x + b)\n```",
            ),
            json!({
                "model": "gpt-4.1-mini",
                "usage": { "promptTokens": 812, "completionTokens": 96 },
                "sources": ["algebra-1/unit-4", "algebra-1/unit-5"],
                "flagged": false,
            }),
        ),
        message("chat-2", "bob", "user", "09-30T14:30:00", "what is osmosis"),
        message(
            "chat-2",
            "bob",
            "assistant",
            "09-30T14:30:09",
            "Osmosis is the movement of water through a membrane, from the side with less dissolved \
             salt to the side with more. It stops when both sides pull equally: pull the two \
             concentrations together and the factor between them tends to one.",
        ),
        message("chat-1", "alice", "user", "10-01T10:02:11", "−2 and −3! so (x − 2)(x − 3)?"),
        message(
            "chat-1",
            "alice",
            "assistant",
            "10-01T10:02:14",
            "Yes. Multiply the factors out once to check:\n\n- x · x = x²\n- −2x − 3x = −5x\n- 6",
        ),
        message("chat-1", "alice", "user", "10-01T10:03:00", "thanks"),
        message("chat-3", "王芳", "user", "10-01T11:00:00", "什么是光合作用？请用简单的话解释。"),
        message(
            "chat-3",
            "王芳",
            "assistant",
            "10-01T11:00:05",
            "光合作用是植物把阳光、水和二氧化碳变成糖和氧气的过程。🌱",
        ),
        message("chat-2", "bob", "user", "10-01T11:40:00", "and diffusion?"),
        message("chat-2", "bob", "system", "10-01T11:40:01", "Tutor changed to tutor-biology."),
        message(
            "chat-2",
            "bob",
            "assistant",
            "10-01T11:40:07",
            "Diffusion is the same idea without the membrane: particles spread from where there are \
             many to where there are few.",
        ),
        message("chat-4", "dora", "user", "10-01T11:58:30", "factor 3x + 12 please"),
        message("chat-2", "bob", "user", "10-01T11:59:00", "ok"),
    ]
}

/// What can be wrong with messages: 10 of them in 4 sessions.
pub(crate) fn odd_messages() -> Vec<Value> {
    vec![
        json!({ "role": "user", "content": "where do I belong", "createdAt": "2026-10-01T09:00:00Z" }),
        json!({ "sessionId": null, "userId": "eve", "role": "assistant", "content": null,
                "createdAt": "yesterday, after lunch" }),
        message("odd-roles", "alice", "user", "10-01T10:00:00", "call the calculator"),
        message("odd-roles", "alice", "tool", "10-01T10:00:01", "{\"result\": 42}"),
        json!({ "sessionId": "odd-roles", "userId": "alice", "content": "nobody said this",
                "createdAt": "2026-10-01T10:00:02Z" }),
        json!({ "sessionId": "odd-types", "userId": 17, "role": "user",
                "content": { "parts": ["a", "b"] }, "createdAt": 1_790_848_800_000_i64,
                "surprise": true }),
        json!("not a message at all"),
        message(
            "bidi-\u{202e}gpj.exe",
            "mal\u{200b}lory\u{1b}[31m",
            "user",
            "10-01T11:00:00",
            "\u{1b}]0;owned\u{7}invoice\u{202e}gpj.exe\u{2066} click\u{2069} \u{9b}2J here",
        ),
        with(
            message(
                "bidi-\u{202e}gpj.exe",
                "mal\u{200b}lory\u{1b}[31m",
                "assistant",
                "10-01T11:00:01",
                "I can\u{2019}t open tabs\there\r\nor\u{0} bells\u{7}. عربي and עברית are fine, \
                 zalgo z\u{335}\u{321}\u{322}\u{327} too.",
            ),
            json!({ "\u{202e}yek": "\u{1b}[2Jvalue", "nested": [{}, [], "", null] }),
        ),
        message("bidi-\u{202e}gpj.exe", "", "user", "10-01T11:00:02", ""),
    ]
}

/// The body of a response with these messages and right counts.
pub(crate) fn body(messages: &[Value]) -> Vec<u8> {
    let sessions: std::collections::BTreeSet<_> =
        messages.iter().map(|message| message["sessionId"].as_str()).collect();
    let body = json!({
        "messages": messages, "total": messages.len(), "sessionCount": sessions.len(),
    });
    serde_json::to_vec(&body).unwrap()
}

/// The pages and counts that a body is decoded to.
pub(crate) fn decoded(body: &[u8]) -> (Vec<Page>, IngestStats) {
    let mut pages = Vec::new();
    // Small pages, so that more than one page is the usual case.
    let limits = Limits { first_rows: 4, rows: 4, ..Limits::default() };
    let mut decoder = Decoder::new(limits);
    decoder.push(body, &mut |page| pages.push(page)).unwrap();
    let tally = decoder.finish(&mut |page| pages.push(page)).unwrap();
    (pages, tally)
}
