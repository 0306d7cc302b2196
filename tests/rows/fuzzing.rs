//! The properties of the fuzz targets, with `PROPTEST_CASES` cases each (64 by default), and 10 seconds
//! of each in the slow part.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::properties;
use crate::table::{Row, row, slow};

/// Fuzzing has no number in the table of the programme.
const FUZZ: u16 = 0;
/// The default number of cases.
const CASES: u32 = 64;
/// How long each property is tried in the slow part.
const LONG: Duration = Duration::from_secs(10);

pub(crate) const ROWS: &[Row] = &[
    row(FUZZ, "fuzz: the bytes of a response", || some(&bytes(), |b| properties::response(&b))),
    row(FUZZ, "fuzz: the bytes of one message", || some(&bytes(), |b| properties::message(&b))),
    row(FUZZ, "fuzz: a text on its way to the screen", || {
        some(&text(), |t| properties::sanitiser(&t))
    }),
    row(FUZZ, "fuzz: a text in a pane", || some(&pane(), |(t, n)| properties::layout(&t, n))),
    row(FUZZ, "fuzz: the text of a config", || some(&settings(), |t| properties::config(&t))),
    row(FUZZ, "fuzz: keys into the whole application", || some(&keys(), |b| properties::keys(&b))),
    slow(FUZZ, "fuzz: every property for 10 seconds", || {
        long(&bytes(), |b| properties::response(&b));
        long(&bytes(), |b| properties::message(&b));
        long(&text(), |t| properties::sanitiser(&t));
        long(&pane(), |(t, n)| properties::layout(&t, n));
        long(&settings(), |t| properties::config(&t));
        long(&keys(), |b| properties::keys(&b));
    }),
];

fn some<S: Strategy>(inputs: &S, property: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    tried(asked.unwrap_or(CASES), inputs, &property);
}

fn long<S: Strategy>(inputs: &S, property: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        tried(CASES, inputs, &property);
    }
}

fn tried<S: Strategy>(cases: u32, inputs: &S, property: &impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(inputs, |input| {
        property(input);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Parts of bodies, valid and invalid.
const WORDS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u001b",
    "\\ud800",
    "\\u0000",
    "null",
    "true",
    "-0",
    "1e999",
    "12.5",
    "\"messages\":[",
    "\"total\":",
    "\"content\":\"x\"",
    "\"role\":\"user\"",
    "\"sessionId\":\"s\"",
    "\"createdAt\":\"2026-10-01T10:00:00Z\"",
    "\"metadata\":{\"a\":[1]}",
    "\u{feff}",
    " ",
    "\n",
    "\t",
    "{}",
    "[]",
    "\u{1b}]0;x\u{7}",
    "\u{0}",
    "\u{9b}",
    "\u{202e}",
    "\u{200b}",
    "é",
    "漢",
    "👩\u{200d}",
    "\u{301}",
    "<html>",
    "<!--",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40)
        .prop_map(|words| words.concat().into_bytes());
    let body = (words.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut bytes, at, byte)| {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        },
    );
    prop_oneof![3 => words, 2 => body, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

fn text() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40);
    prop_oneof![2 => words.prop_map(|words| words.concat()), 1 => any::<String>()]
}

fn pane() -> impl Strategy<Value = (String, u16)> {
    (text(), 1_u16..200)
}

fn settings() -> impl Strategy<Value = String> {
    let lines = vec![
        "[api]",
        "[ui]",
        "[[scopes]]",
        "[labels]",
        "[keys.everywhere]",
        "[keys.\"\u{1b}\"]",
        "base_url = \"https://x\"",
        "api_key = \"k\"",
        "api_key_command = [\"a\"]",
        "idle_timeout = \"5s\"",
        "max_response_bytes = 5",
        "name = \"n\"",
        "groups = [\"g\", \"\u{202e}\"]",
        "user = \"u\"",
        "quit = [\"x\"]",
        "search = []",
        "theme = \"mono\"",
        "split = 40",
        "split = 400",
        "time_zone = \"Europe/Vienna\"",
        "mouse = false",
        "x = \"\u{1b}[2J\"",
        "=",
        "\"",
        "é",
        "refresh_every = \"10s\"",
        "group_ids_style = \"comma\"",
        "# \u{7f}",
        "[",
        "a.b.c = 1",
    ];
    let lines = prop::collection::vec(prop::sample::select(lines), 0..12);
    prop_oneof![3 => lines.prop_map(|lines| lines.join("\n")), 1 => any::<String>()]
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..80)
}
