//! The fast search against a slow one that reads character by character, on generated messages.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::query::{Column, Expr, Term, Test, words_ignore_case};

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

fn matches_slowly(expr: &Expr, message: &Message) -> bool {
    let test = match expr {
        Expr::All(parts) => return parts.iter().all(|part| matches_slowly(part, message)),
        Expr::Any(parts) => return parts.iter().any(|part| matches_slowly(part, message)),
        Expr::Not(part) => return !matches_slowly(part, message),
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
        if matches_slowly(query.root(), message) {
            sessions[row.session.index()].push((row.time, at));
        }
    }
    for session in &mut sessions {
        session.sort_unstable();
    }
    sessions.into_iter().map(|all| all.into_iter().map(|(_, at)| at).collect()).collect()
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
    )
        .prop_map(|(session, user, component, role, time, text)| Message {
            session,
            user,
            component,
            role,
            time,
            text,
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
