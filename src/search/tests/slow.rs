//! The fast search against a slow one that reads character by character, on generated messages.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::metadata::{JsonKind, Tree};
use crate::query::{
    Column, Expr, Measure, Part, Path, PathStep, State, Term, Test, Value, words_ignore_case,
};

/// Simple case folding for the letters of these tests.
fn fold(c: char) -> char {
    let only = |mut chars: Vec<char>| if chars.len() == 1 { chars.pop() } else { None };
    if c == 'ı' {
        return c; // Its capital is I, but it does not fold to i.
    }
    let upper = only(c.to_uppercase().collect()).unwrap_or(c);
    only(upper.to_lowercase().collect()).unwrap_or(upper)
}

fn holds_words(text: &str, words: &str) -> bool {
    let seen = visible(words);
    let words = if seen.is_empty() { words } else { &seen };
    let same =
        |a: char, b: char| if words_ignore_case(words) { fold(a) == fold(b) } else { a == b };
    let words: Vec<char> = words.chars().collect();
    let holds = |text: &str| {
        let text: Vec<char> = text.chars().collect();
        text.windows(words.len()).any(|part| part.iter().zip(&words).all(|(&a, &b)| same(a, b)))
    };
    holds(text) || holds(&visible(text))
}

/// The scalars at a path, as kind and text.
fn scalars(metadata: &str, path: &Path) -> Vec<(JsonKind, String)> {
    let Ok(tree) = Tree::parse(metadata) else { return Vec::new() };
    let mut nodes = vec![0];
    for step in path.steps() {
        let mut next = Vec::new();
        while let Some(node) = nodes.pop() {
            let kind = tree.node(node).unwrap().kind;
            let children: Vec<u32> = tree.children(node).collect();
            match (step, kind) {
                (PathStep::Key(key), JsonKind::Object) => {
                    next.extend(children.into_iter().filter(|&at| tree.key(at).unwrap() == *key));
                }
                (PathStep::Key(_), JsonKind::Array) => nodes.extend(children),
                (PathStep::Index(number), JsonKind::Array) => {
                    next.extend(children.get(*number as usize));
                }
                _ => {}
            }
        }
        nodes = next;
    }
    let mut found = Vec::new();
    while let Some(node) = nodes.pop() {
        match tree.node(node).unwrap().kind {
            JsonKind::Array => nodes.extend(tree.children(node)),
            JsonKind::Object => found.push((JsonKind::Object, tree.source(node).to_owned())),
            kind => found.push((kind, tree.value(node).into_owned())),
        }
    }
    found
}

/// What a message is within its session.
#[derive(Clone, Copy, Default)]
struct Around {
    first: bool,
    turns: u64,
    wait: Option<i64>,
    unanswered: bool,
}

/// For each message of a session, given in its order.
fn around(session: &[&Message]) -> Vec<Around> {
    let is_question = |at: usize| session[at].role == "user";
    let questions = (0..session.len()).filter(|&at| is_question(at)).count();
    let greeting = session.first().is_some_and(|first| first.role != "user");
    let of = |at: usize| {
        let question = (0..at).rev().find(|&before| is_question(before));
        let asked = question.and_then(|question| session[question].time);
        Around {
            first: at == 0,
            turns: (questions + usize::from(greeting)) as u64,
            wait: asked
                .zip(session[at].time)
                .map(|(asked, said)| said - asked)
                .filter(|_| !is_question(at)),
            unanswered: is_question(at) && (at + 1 == session.len() || is_question(at + 1)),
        }
    };
    (0..session.len()).map(of).collect()
}

fn matches_slowly(expr: &Expr, message: &Message, around: Around) -> bool {
    let each = |part: &Expr| matches_slowly(part, message, around);
    let test = match expr {
        Expr::All(parts) => return parts.iter().all(each),
        Expr::Any(parts) => return parts.iter().any(each),
        Expr::Not(part) => return !each(part),
        Expr::Term(Term { test, .. }) => test,
    };
    match test {
        Test::Words(words) => holds_words(&message.text, words),
        Test::Regex(pattern) => {
            let regex = regex::Regex::new(&format!("(?i:{pattern})")).unwrap();
            regex.is_match(&message.text) || regex.is_match(&visible(&message.text))
        }
        Test::Id { column, pattern, .. } => {
            let id = match column {
                Column::Role => message.role,
                Column::User => message.user,
                Column::Session => message.session,
                Column::Component => message.component,
            };
            !id.is_empty() && pattern.matches(id)
        }
        Test::Time { bound, when, .. } => {
            let window = when.window(*bound, Zone::UTC, NOW).unwrap();
            message.time.is_some_and(|time| window.contains(&time))
        }
        Test::Hours { hours, .. } => message.time.is_some_and(|time| {
            hours.contains(u32::try_from(time.rem_euclid(24 * HOUR) / 1000).unwrap())
        }),
        Test::Value { path, value } => {
            scalars(message.metadata, path).iter().any(|(kind, text)| match (value, kind) {
                (_, JsonKind::Object) => false,
                (Value::Text(pattern), JsonKind::Null) => pattern.as_exact() == Some("null"),
                (Value::Text(pattern), _) => pattern.matches(text),
                (Value::Number(bounds), JsonKind::Number | JsonKind::String) => bounds.lets(text),
                (Value::Number(_), _) => false,
            })
        }
        Test::Part { part, .. } => match part {
            Part::Text => !message.text.is_empty(),
            Part::Time => message.time.is_some(),
            Part::User => !message.user.is_empty(),
            Part::Session => !message.session.is_empty(),
            Part::Component => !message.component.is_empty(),
            Part::Role => !message.role.is_empty(),
            Part::Metadata => !["", "{}"].contains(&message.metadata),
            Part::Path(path) => {
                let something = |(kind, text): &(JsonKind, String)| {
                    *kind != JsonKind::Null && !text.is_empty() && text != "{}"
                };
                scalars(message.metadata, path).iter().any(something)
            }
        },
        Test::State { state, .. } => match state {
            State::Repaired => message.repaired,
            State::First => around.first,
            State::Unanswered => around.unanswered,
        },
        Test::Count { count: Measure::Characters, bounds, .. } => {
            bounds.contains(&(message.text.chars().count() as u64))
        }
        Test::Count { count: Measure::Turns, bounds, .. } => bounds.contains(&around.turns),
        Test::Wait { bounds, .. } => around
            .wait
            .is_some_and(|wait| bounds.map(|span| span.0).contains(&u64::try_from(wait).unwrap())),
    }
}

/// The hits that there have to be, session by session.
fn expected(pages: &[Arc<Page>], messages: &[Message], source: &str) -> Vec<Vec<MsgRef>> {
    let query = parse(source).unwrap().unwrap();
    let mut sessions = vec![Vec::new(); 8];
    let rows = (0..).zip(pages).flat_map(|(number, page)| {
        (0..).zip(&page.rows).map(move |(row, of)| (MsgRef { page: number, row }, of))
    });
    for ((at, row), message) in rows.zip(messages) {
        sessions[row.session.index()].push((row.time, at, message));
    }
    let hits = |session: &mut Vec<(Millis, MsgRef, &Message)>| {
        session.sort_by_key(|&(time, at, _)| (time, at));
        let messages: Vec<&Message> = session.iter().map(|&(_, _, message)| message).collect();
        let all = session.iter().zip(around(&messages));
        let hits =
            all.filter(|((_, _, message), around)| matches_slowly(query.root(), message, *around));
        hits.map(|(&(_, at, _), _)| at).collect()
    };
    sessions.iter_mut().map(hits).collect()
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(&[
        "sk",
        "sk",
        "sk",
        "ſK",
        "ſK",
        "S\u{200B}k",
        "SK",
        "İ",
        "iı",
        "ß",
        "ẞ",
        "Σς",
        "é\u{AD}É",
        "漢12",
        " ",
        "\0",
        "\u{FE0F}",
        ".",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let of = |names: &'static [&'static str]| prop::sample::select(names);
    let time = prop::option::weighted(0.8, (0..5_i64).prop_map(|n| NOW - n * HOUR));
    let message = (
        of(&["", "s1", "s2", "t1"]),
        of(&["", "alice", "bob", "alan"]),
        of(&["", "quiz", "alice"]),
        of(&["", "user", "assistant", "tool", "tutor"]),
        time,
        text(),
        of(&[
            "",
            "{}",
            r#"{"a":"x1","n":5}"#,
            r#"{"a":["y",null,{"b":"12.5"}],"n":1e2}"#,
            r#"{"\u0061":true,"n":"7"}"#,
            r#"{"a":null,"b":{"a":""}}"#,
            r#"[{"a":"x"},{"a":[["x1"]]}]"#,
        ]),
        any::<bool>(),
    )
        .prop_map(|(session, user, component, role, time, text, metadata, repaired)| Message {
            session,
            user,
            component,
            role,
            time,
            text,
            metadata,
            repaired,
        });
    prop::collection::vec(message, 0..60)
}

fn queries() -> impl Strategy<Value = String> {
    let term = prop::sample::select(&[
        "s",
        "sk",
        "SK",
        "kS",
        "i",
        "İ",
        "ß",
        "σς",
        "éé",
        "é",
        "漢1",
        "12",
        "\"s k\"",
        "\"\u{200B}\"",
        "\"\0\"",
        "\"k\0s\"",
        "/^s.?k/",
        "/k$/",
        "/s\\W*k/",
        "sſ",
        "role:user",
        "role:t*",
        "user:al*",
        "user:alice",
        "user:*",
        "user:nobody",
        "session:s*",
        "session:*",
        "session:t1",
        "component:alice",
        "since:3h",
        "before:2h",
        "on:today",
        "since:2h",
        "at:10:00..12:00",
        "at:11:30..09:00",
        "meta.a:x*",
        "meta.a:null",
        "meta.a:true",
        "meta.a.b:>10",
        "meta[1].a:x1",
        "meta.n:5..100",
        "meta.n:\"7\"",
        "has:meta.a",
        "has:meta.b.a",
        "has:metadata",
        "has:text",
        "has:time",
        "has:user",
        "has:session",
        "is:first",
        "is:unanswered",
        "is:repaired",
        "len:3",
        "len:>6",
        "len:<2",
        "turns:1",
        "turns:>2",
        "wait:>=1h",
        "wait:<2h",
        "/sſk/",
        "/\\.sk?12/",
    ]);
    term.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| all.join(" ")),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|any| format!("({})", any.join(" OR "))),
            inner.prop_map(|part| format!("-({part})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_fast_search_finds_what_the_slow_one_finds(
        messages in messages(), source in queries(), rows in 1_usize..40, threads in 0_usize..4,
    ) {
        let pages = pack(rows_per_page(rows), &messages);
        let hits = search(&Job { threads, ..job(&pages, &source) });
        prop_assert_eq!(told(&hits).0, expected(&pages, &messages, &source), "{}", source);
        prop_assert!(hits.is_complete());
        prop_assert_eq!((hits.scanned(), hits.pages()), (messages.len(), pages.len()));
    }

    #[test]
    fn what_is_known_changes_the_work_but_not_the_hits(
        messages in messages(), source in queries(), more in queries(), rows in 1_usize..20,
        known_pages in 0_usize..8, threads in 1_usize..3,
    ) {
        let pages = pack(rows_per_page(rows), &messages);
        let first = &pages[..known_pages.min(pages.len())];
        let narrower = format!("({source}) {more}");
        let known = Arc::new(search(&job(first, &source)));
        let fresh = search(&job(&pages, &source));
        let same = Job { known: Known::Same(Arc::clone(&known)), threads, ..job(&pages, &source) };
        prop_assert_eq!(told(&search(&same)), told(&fresh));
        prop_assert!(narrows(&matcher(&narrower), &matcher(&source)), "{}", narrower);
        let fresh = search(&job(&pages, &narrower));
        let within = Job { known: Known::Wider(known), threads, ..job(&pages, &narrower) };
        prop_assert_eq!(told(&search(&within)), told(&fresh), "{} within {}", narrower, source);
    }

    #[test]
    fn a_query_that_narrows_another_finds_nothing_else(
        messages in messages(), new in queries(), old in queries(),
    ) {
        let pages = pack(rows_per_page(16), &messages);
        prop_assert!(narrows(&matcher(&new), &matcher(&new)));
        if narrows(&matcher(&new), &matcher(&old)) {
            let old_hits = search(&job(&pages, &old));
            for at in search(&job(&pages, &new)).refs() {
                prop_assert!(old_hits.refs().contains(at), "{} against {}", new, old);
            }
        }
    }

    #[test]
    fn highlights_are_sorted_apart_and_on_characters(text in text(), source in queries(), max in 0_usize..5) {
        let ranges = matcher(&source).ranges(&text, max);
        prop_assert!(ranges.len() <= max);
        let mut end = None;
        for range in ranges {
            prop_assert!(!text[range.clone()].is_empty());
            prop_assert!(end.is_none_or(|end| end < range.start));
            end = Some(range.end);
        }
    }
}
