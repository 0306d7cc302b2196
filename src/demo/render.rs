//! One message as JSON.
//!
//! Knows nothing of scopes and requests. Everything is copied out of prepared pieces; nothing is
//! formatted or escaped here, since the demo also feeds measurements.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::demo::mix;
use crate::demo::people::{COMPONENTS, Component, STUDENTS, Student};
use crate::demo::plan::{Row, Session};
use crate::demo::script::{Library, Role, write_number};
use crate::time::{Millis, iso};

/// What students say about an answer, as it stands inside of a JSON string.
const PRAISE: [&str; 6] =
    ["thanks!!", "now i get it", "👍", "the table helped", "best explanation so far", "danke 😊"];

/// The same, when they are not pleased.
const BLAME: [&str; 5] = [
    "too long",
    "i still dont get it",
    "wrong exercise, i meant 3b",
    "just tell me the answer",
    "👎🏽",
];

/// The models, the first one being the most common.
const MODELS: [&str; 4] = ["gpt-4.1-mini", "gpt-4.1", "claude-sonnet-4-5", "gpt-4o-mini"];

/// The programs that students use.
const CLIENTS: [&str; 4] = ["web/4.12.0", "web/4.11.2", "ios/3.8.1", "android/3.8.0"];

/// Writes messages as JSON.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    library: &'a Library,
    seed: u64,
    /// The one large piece of metadata: the line that has it, and its members.
    trace: &'a str,
    stamp: Stamp,
}

impl<'a> Pen<'a> {
    pub(super) fn new(library: &'a Library, seed: u64, trace: &'a str, stamp: Stamp) -> Self {
        Self { library, seed, trace, stamp }
    }

    /// The last day whose date was written; see [`Stamp`].
    pub(super) fn stamp(self) -> Stamp {
        self.stamp
    }

    /// Writes one message with all its fields. `traced` messages carry a large metadata.
    pub(super) fn message(
        &mut self,
        row: &Row,
        session: &Session,
        traced: bool,
        out: &mut Vec<u8>,
    ) {
        let (Some(line), Some(student), Some(component)) = (
            self.library.line(row.line),
            STUDENTS.get(session.student),
            COMPONENTS.get(session.component),
        ) else {
            out.extend_from_slice(b"{}");
            return;
        };
        out.extend_from_slice(br#"{"sessionId":"chat-"#);
        write_id(self.seed, session.number, out);
        text(out, &[r#"","userId":""#, student.id, r#"","componentId":""#, component.id]);
        out.extend_from_slice(match line.role {
            Role::User => br#"","role":"user","content":""#.as_slice(),
            Role::Assistant => br#"","role":"assistant","content":""#,
            Role::System => br#"","role":"system","content":""#,
        });
        let before = out.len();
        self.library.write(row.line, row.variant, out);
        let length = i64::try_from(out.len() - before).unwrap_or(i64::MAX);
        out.extend_from_slice(br#"","createdAt":""#);
        self.stamp.write(row.at, out);
        out.extend_from_slice(br#"","metadata":"#);
        let mut dice = Rng::with_seed(mix(u64::from(row.variant), row.at.unsigned_abs()));
        match line.role {
            Role::User => of_student(student, &mut dice, out),
            Role::System => of_system(&mut dice, out),
            Role::Assistant => {
                of_tutor(component, length, row.after, &mut dice, out);
                if traced {
                    out.pop();
                    text(out, &[r#","trace":"#, self.trace, "}"]);
                }
            }
        }
        out.push(b'}');
    }
}

/// The date that was written last, since most messages are of the same day as the one before.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    day: i64,
    text: [u8; 24],
}

impl Default for Stamp {
    fn default() -> Self {
        Self { day: 0, text: *b"1970-01-01T00:00:00.000Z" }
    }
}

impl Stamp {
    /// Writes a time as [`iso`] does, faster.
    fn write(&mut self, at: Millis, out: &mut Vec<u8>) {
        const DAY: i64 = 86_400_000;
        let day = at.div_euclid(DAY);
        if day != self.day {
            let text = iso(at);
            let Ok(text) = text.as_bytes().try_into() else {
                out.extend_from_slice(text.as_bytes());
                return;
            };
            self.text = text;
            self.day = day;
        }
        let rest = at.rem_euclid(DAY);
        let fields =
            [(11, 36_000_000, 10), (12, 3_600_000, 10), (14, 600_000, 6), (15, 60_000, 10)];
        let small = [(17, 10_000, 6), (18, 1_000, 10), (20, 100, 10), (21, 10, 10), (22, 1, 10)];
        for (place, unit, base) in fields.into_iter().chain(small) {
            let digit = rest / unit % base;
            if let (Some(byte), Ok(digit)) = (self.text.get_mut(place), u8::try_from(digit)) {
                *byte = b'0' + digit;
            }
        }
        out.extend_from_slice(&self.text);
    }
}

/// The members of the one large metadata: what a search over documents did, step by step.
pub(super) fn trace() -> String {
    let step = |number: u64| -> Value {
        let source = |rank: u64| {
            json!({
                "rank": rank,
                "title": format!("Course notes, week {}", 1 + (number * 7 + rank) % 12),
                "page": 1 + (number * 31 + rank * 17) % 240,
                "score": f64::from(u32::try_from(990 - (number * 13 + rank * 41) % 480).unwrap_or(0)) / 1000.0,
                "terms": ["shortest", "path", "graph", "queue"],
            })
        };
        json!({
            "step": number,
            "name": match number % 3 { 0 => "retrieve", 1 => "rank", _ => "draft" },
            "startedAtMs": number * 37,
            "input": { "query": "shortest path between rooms", "limits": { "documents": 4, "tokens": 1200 } },
            "output": { "documents": (0..4).map(source).collect::<Vec<_>>(), "error": null },
        })
    };
    json!({ "version": 3, "steps": (0..84).map(step).collect::<Vec<_>>() }).to_string()
}

fn text(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

fn number(out: &mut Vec<u8>, before: &str, number: i64) {
    out.extend_from_slice(before.as_bytes());
    write_number(number, out);
}

/// Writes a number below 1 with three decimals.
fn thousandths(out: &mut Vec<u8>, before: &str, thousandths: i64) {
    number(out, before, 1_000 + thousandths.clamp(0, 999));
    // `1456` becomes `0.456`.
    let at = out.len().saturating_sub(4);
    if let Some(first) = out.get_mut(at) {
        *first = b'.';
    }
    out.insert(at, b'0');
}

fn of_student(student: &Student, dice: &mut Rng, out: &mut Vec<u8>) {
    match dice.u8(..100) {
        0..=4 => return out.extend_from_slice(b"null"),
        5..=16 => return out.extend_from_slice(b"{}"),
        _ => (),
    }
    text(out, &[r#"{"client":""#, pick(dice, &CLIENTS), r#"","locale":""#, student.locale, "\""]);
    match dice.u8(..100) {
        0..=3 => number(
            out,
            r#","attachments":[{"name":"homework.jpg","type":"image/jpeg","bytes":"#,
            dice.i64(80_000..4_000_000),
        ),
        4..=6 => number(
            out,
            r#","attachments":[{"name":"worksheet.pdf","type":"application/pdf","bytes":"#,
            dice.i64(20_000..900_000),
        ),
        _ => return out.push(b'}'),
    }
    out.extend_from_slice(b"}]}");
}

fn of_system(dice: &mut Rng, out: &mut Vec<u8>) {
    out.extend_from_slice(match dice.u8(..10) {
        0..=2 => b"null".as_slice(),
        3..=5 => b"{}",
        6..=7 => br#"{"promptVersion":"2026-09-03"}"#,
        _ => br#"{"promptVersion":"2026-09-17","experiment":{"name":"hints-first","arm":"b"}}"#,
    });
}

/// `length` is the size of the answer in bytes, `after` the milliseconds it took.
fn of_tutor(component: &Component, length: i64, after: u32, dice: &mut Rng, out: &mut Vec<u8>) {
    if dice.u8(..200) == 0 {
        return out.extend_from_slice(b"{}");
    }
    let model = if dice.u8(..10) < 6 { MODELS[0] } else { pick(dice, &MODELS) };
    let (prompt, completion) = (dice.i64(220..1_900), length / 4 + 1);
    let total = prompt + completion;
    text(out, &[r#"{"model":""#, model]);
    number(out, r#"","tokens":{"prompt":"#, prompt);
    number(out, r#","completion":"#, completion);
    number(out, r#","total":"#, total);
    number(out, r#"},"usage":{"tokens":"#, total);
    thousandths(out, r#","costUsd":"#, total * 3 / 1_000);
    number(out, r#"},"latencyMs":"#, i64::from(after) - dice.i64(20..240));
    sources(component, dice, out);
    feedback(dice, out);
    safety(dice, out);
    let reason = if dice.u8(..50) == 0 { "length" } else { "stop" };
    text(out, &[r#","finishReason":""#, reason, "\"}"]);
}

fn sources(component: &Component, dice: &mut Rng, out: &mut Vec<u8>) {
    let count = match dice.u8(..10) {
        0..=3 => return,
        4 => 0,
        5..=7 => 1,
        _ => 3,
    };
    out.extend_from_slice(br#","sources":["#);
    for at in 0..count {
        let Some((title, pages)) = dice.choice(component.sources) else { break };
        text(out, &[if at > 0 { "," } else { "" }, r#"{"title":""#, title]);
        number(out, r#"","page":"#, i64::from(dice.u16(0..*pages)) + 1);
        thousandths(out, r#","score":"#, dice.i64(500..990) - 60 * at);
        out.push(b'}');
    }
    out.push(b']');
}

fn feedback(dice: &mut Rng, out: &mut Vec<u8>) {
    match dice.u8(..100) {
        0..=4 => {
            text(out, &[r#","feedback":{"rating":"up","comment":""#, pick(dice, &PRAISE), "\"}"]);
        }
        5..=9 => text(out, &[r#","feedback":{"rating":"up","comment":null}"#]),
        10..=12 => {
            text(out, &[r#","feedback":{"rating":"down","comment":""#, pick(dice, &BLAME), "\"}"]);
        }
        _ => (),
    }
}

fn safety(dice: &mut Rng, out: &mut Vec<u8>) {
    let roll = dice.u16(..1000);
    if roll >= 60 {
        return;
    }
    let flagged = roll == 0;
    text(out, &[r#","safety":{"flagged":"#, if flagged { "true" } else { "false" }]);
    thousandths(out, r#","scores":{"selfHarm":"#, dice.i64(0..20));
    thousandths(out, r#","bullying":"#, dice.i64(0..60) + if flagged { 700 } else { 0 });
    thousandths(out, r#","cheating":"#, dice.i64(0..300));
    let review = if flagged { r#"{"by":"team-b","outcome":"no action"}"# } else { "null" };
    text(out, &[r#"},"review":"#, review, "}"]);
}

fn pick<'t>(dice: &mut Rng, from: &[&'t str]) -> &'t str {
    dice.choice(from).copied().unwrap_or_default()
}

/// Writes the ten digits by which a session is known. Different numbers give different digits:
/// every step can be undone within 40 bits.
fn write_id(seed: u64, number: u64, out: &mut Vec<u8>) {
    const MASK: u64 = (1 << 40) - 1;
    let mut id = number.wrapping_add(mix(seed, 40)) & MASK;
    for _ in 0..2 {
        id = id.wrapping_mul(0x009e_3779_b97f | 1) & MASK;
        id ^= id >> 21;
    }
    for place in (0..10).rev() {
        let digit = (id >> (4 * place)) & 15;
        let letter = u8::try_from(digit).unwrap_or_default();
        out.push(if letter < 10 { b'0' + letter } else { b'a' + letter - 10 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn a_time_is_written_as_everywhere_else(
            times in proptest::collection::vec(0_i64..4_000_000_000_000, 1..20),
        ) {
            let mut stamp = Stamp::default();
            for at in times {
                let mut out = Vec::new();
                stamp.write(at, &mut out);
                prop_assert_eq!(String::from_utf8(out).unwrap(), iso(at));
            }
        }

        #[test]
        fn a_fraction_has_three_decimals(value in 0_i64..1000) {
            let mut out = Vec::new();
            thousandths(&mut out, "", value);
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("0.{value:03}"));
        }
    }

    #[test]
    fn every_session_has_its_own_id() {
        let mut ids = HashSet::new();
        for number in 0..100_000 {
            let mut out = Vec::new();
            write_id(1, number, &mut out);
            assert!(ids.insert(out));
        }
    }

    #[test]
    fn the_large_metadata_is_large_and_nested() {
        let text = trace();
        assert!((40_000..70_000).contains(&text.len()), "{}", text.len());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["steps"][5]["output"]["documents"][3]["rank"], 3);
    }
}
