//! The metadata of one message, as the endpoint sends it.
//!
//! Knows nothing of sessions and scopes.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::demo::people::{Component, Student};

/// Comments of students on an answer.
const PRAISE: [&str; 6] =
    ["thanks!!", "now i get it", "👍", "the table helped", "best explanation so far", "danke 😊"];
const BLAME: [&str; 5] = [
    "too long",
    "i still dont get it",
    "wrong exercise, i meant 3b",
    "just tell me the answer",
    "👎🏽",
];

/// The models, the most common one several times.
const MODELS: [&str; 6] =
    ["gpt-4.1-mini", "gpt-4.1-mini", "gpt-4.1-mini", "gpt-4.1", "claude-sonnet-4-5", "gpt-4o-mini"];

/// The programs that students use.
const CLIENTS: [&str; 4] = ["web/4.12.0", "web/4.11.2", "ios/3.8.1", "android/3.8.0"];

/// Of a message of a student.
pub(super) fn of_student(student: &Student, dice: &mut Rng) -> String {
    match dice.u8(..100) {
        0..=4 => return "null".to_owned(),
        5..=16 => return "{}".to_owned(),
        _ => (),
    }
    let file = match dice.u8(..100) {
        0..=3 => Some(("homework.jpg", "image/jpeg")),
        4..=6 => Some(("worksheet.pdf", "application/pdf")),
        _ => None,
    };
    let files = file.map_or(String::new(), |(name, kind)| {
        let bytes = dice.u32(20_000..900_000);
        format!(r#","attachments":[{{"name":"{name}","type":"{kind}","bytes":{bytes}}}]"#)
    });
    let client = pick(dice, &CLIENTS);
    format!(r#"{{"client":"{client}","locale":"{}"{files}}}"#, student.locale)
}

/// Of a system message.
pub(super) fn of_system(dice: &mut Rng) -> String {
    let all = [
        "null",
        "{}",
        r#"{"promptVersion":"2026-09-03"}"#,
        r#"{"promptVersion":"2026-09-17","experiment":{"name":"hints-first","arm":"b"}}"#,
    ];
    pick(dice, &all).to_owned()
}

/// Of an answer of `length` bytes that took `after` milliseconds.
pub(super) fn of_tutor(component: &Component, length: usize, after: u32, dice: &mut Rng) -> String {
    if dice.u8(..200) == 0 {
        return "{}".to_owned();
    }
    let model = pick(dice, &MODELS);
    let prompt = dice.u32(220..1_900);
    let completion = u32::try_from(length / 4 + 1).unwrap_or(u32::MAX / 2);
    let total = prompt + completion;
    let cost = f64::from(total) * 3e-6;
    let latency = after.saturating_sub(dice.u32(20..240));
    let sources = sources(component, dice);
    let feedback = feedback(dice);
    let safety = safety(dice);
    let reason = if dice.u8(..50) == 0 { "length" } else { "stop" };
    format!(
        r#"{{"model":"{model}","tokens":{{"prompt":{prompt},"completion":{completion},"total":{total}}},"usage":{{"tokens":{total},"costUsd":{cost:.3}}},"latencyMs":{latency}{sources}{feedback}{safety},"finishReason":"{reason}"}}"#
    )
}

fn sources(component: &Component, dice: &mut Rng) -> String {
    let count = match dice.u8(..10) {
        0..=3 => return String::new(),
        4 => 0,
        5..=7 => 1,
        _ => 3,
    };
    let source = |_| {
        let (title, pages) = dice.choice(component.sources)?;
        let (page, score) = (dice.u16(1..=*pages), thousandths(dice, 500, 990));
        Some(format!(r#"{{"title":"{title}","page":{page},"score":{score}}}"#))
    };
    let all: Vec<String> = (0..count).filter_map(source).collect();
    format!(r#","sources":[{}]"#, all.join(","))
}

fn feedback(dice: &mut Rng) -> String {
    let (rating, comment) = match dice.u8(..100) {
        0..=4 => ("up", format!("\"{}\"", pick(dice, &PRAISE))),
        5..=9 => ("up", "null".to_owned()),
        10..=12 => ("down", format!("\"{}\"", pick(dice, &BLAME))),
        _ => return String::new(),
    };
    format!(r#","feedback":{{"rating":"{rating}","comment":{comment}}}"#)
}

fn safety(dice: &mut Rng) -> String {
    let roll = dice.u16(..1000);
    if roll >= 60 {
        return String::new();
    }
    let flagged = roll == 0;
    let harm = thousandths(dice, 0, 20);
    let bullying = if flagged { thousandths(dice, 700, 760) } else { thousandths(dice, 0, 60) };
    let cheating = thousandths(dice, 0, 300);
    let review = if flagged { r#"{"by":"team-b","outcome":"no action"}"# } else { "null" };
    format!(
        r#","safety":{{"flagged":{flagged},"scores":{{"selfHarm":{harm},"bullying":{bullying},"cheating":{cheating}}},"review":{review}}}"#
    )
}

/// A large metadata object: the steps of a search over documents.
pub(super) fn trace() -> String {
    let document = |step: u32, rank: u32| {
        json!({
            "rank": rank,
            "title": format!("Course notes, week {}", 1 + (step * 7 + rank) % 12),
            "page": 1 + (step * 31 + rank * 17) % 240,
            "score": f64::from(990 - (step * 13 + rank * 41) % 480) / 1000.0,
            "terms": ["shortest", "path", "graph", "queue"],
        })
    };
    let step = |number: u32| -> Value {
        json!({
            "step": number,
            "name": match number % 3 { 0 => "retrieve", 1 => "rank", _ => "draft" },
            "startedAtMs": number * 37,
            "input": { "query": "shortest path between rooms", "limits": { "documents": 4, "tokens": 1200 } },
            "output": { "documents": (0..4).map(|rank| document(number, rank)).collect::<Vec<_>>(), "error": null },
        })
    };
    json!({ "version": 3, "steps": (0..84).map(step).collect::<Vec<_>>() }).to_string()
}

/// A number below 1 with three decimals, from a range of thousandths.
fn thousandths(dice: &mut Rng, from: u16, to: u16) -> String {
    format!("0.{:03}", dice.u16(from..to))
}

fn pick<'t>(dice: &mut Rng, from: &[&'t str]) -> &'t str {
    dice.choice(from).copied().unwrap_or_default()
}
