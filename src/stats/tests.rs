//! What is counted, of a few messages whose numbers are known and of any.

mod facets;

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::time::Millis;

use crate::message::SessionId;
use crate::search::{self, Job, Known};
use crate::store::{Limits, Packer, RowDraft, Store};

const NOON: Millis = 1_790_856_000_000; // 2026-10-01T12:00:00Z

/// A message: session, user, role, seconds behind noon, text.
type Said<'a> = (&'a str, &'a str, &'a str, Option<i64>, &'a str);

fn store(messages: &[Said<'_>]) -> Store {
    let mut packer = Packer::new(Limits::default());
    let mut store = Store::new();
    for &(session, user, role, seconds, text) in messages {
        packer.text().push_str(text);
        let time = seconds.map(|seconds| NOON + seconds * 1000);
        let component = if role == "assistant" { "tutor" } else { "" };
        let draft = RowDraft { session, user, component, role, time, ..RowDraft::default() };
        if let Some(page) = packer.commit(&draft) {
            store.append(Arc::new(page));
        }
    }
    if let Some(page) = packer.finish() {
        store.append(Arc::new(page));
    }
    // As whoever counts does: what came very late is in its place, and known where it is a repeat.
    search::put_in_order(&mut store);
    store
}

const LESSON: [Said<'_>; 7] = [
    ("a", "alice", "user", Some(0), "one"),
    ("a", "alice", "assistant", Some(3), "a reply"),
    ("a", "alice", "user", Some(3600), "two é"),
    ("b", "bob", "system", Some(10), ""),
    ("b", "bob", "user", Some(20), "three"),
    ("b", "bob", "assistant", Some(30), "another"),
    ("b", "bob", "observer", None, "when?"),
];

#[test]
fn a_lesson_is_counted() {
    let stats = Stats::of(&store(&LESSON), None, Zone::UTC, 1);
    assert_eq!((stats.messages, stats.sessions, stats.without_time), (7, 2, 1));
    assert_eq!((stats.first, stats.last), (Some(NOON), Some(NOON + 3_600_000)));
    let roles: Vec<_> =
        stats.roles.iter().map(|role| (role.name.as_deref().unwrap(), role.count)).collect();
    let users: Vec<_> = stats.users.iter().map(|user| (user.name.as_deref(), user.count)).collect();
    let count = |messages, sessions| Count { messages, sessions };
    assert_eq!(
        roles,
        [
            ("user", count(3, 2)),
            ("assistant", count(2, 2)),
            ("observer", count(1, 1)),
            ("system", count(1, 1))
        ]
    );
    assert_eq!(users, [(Some("bob"), count(4, 1)), (Some("alice"), count(3, 1))]);
    let components: Vec<_> =
        stats.components.iter().map(|one| (one.name.as_deref(), one.count)).collect();
    assert_eq!(components, [(None, count(5, 2)), (Some("tutor"), count(2, 2))]);
    assert_eq!(stats.days, [("2026-10-01".to_owned(), count(6, 2))]);
    assert_eq!((stats.hours[12], stats.hours[13]), (count(5, 2), count(1, 0)));
    assert_eq!((stats.lengths.most, stats.lengths.median, stats.lengths.total), (7, 5, 32));
    assert_eq!(stats.turns.total, 2 + 2, "what precedes the first question is a turn");
    assert_eq!((stats.waits.count, stats.waits.least, stats.waits.most), (2, 3000, 10_000));
    assert_eq!((stats.unanswered, stats.session_spans.most), (1, 3_600_000));
}

#[test]
fn days_and_hours_are_those_of_the_zone() {
    let zone = Zone::parse("Asia/Kolkata").unwrap();
    let late = store(&[("a", "u", "user", Some(6 * 3600 + 1800), "x")]);
    let stats = Stats::of(&late, None, zone, 1);
    assert_eq!(stats.days[0].0, "2026-10-02");
    assert_eq!(stats.hours[0].messages, 1);
}

#[test]
fn what_a_query_leaves_is_counted_and_its_waits_are_as_before() {
    let store = store(&LESSON);
    let query = crate::query::parse("role:assistant").unwrap().unwrap();
    let matcher = Arc::new(search::compile(&query, Zone::UTC, 0).unwrap());
    let pages = store.pages().to_vec();
    let (repeats, known) = (<_>::default(), Known::Nothing);
    let job = Job { pages, repeats, matcher, known, threads: 1 };
    let hits = search::run(&job, &|| false, &mut |_| {}).unwrap();
    let stats = Stats::of(&store, Some(&hits), Zone::UTC, 1);
    assert_eq!((stats.messages, stats.sessions, stats.unanswered), (2, 2, 0));
    assert_eq!((stats.waits.count, stats.waits.most), (2, 10_000));
    assert_eq!(stats.turns.count, 2);
}

#[test]
fn nothing_is_counted_as_nothing() {
    let stats = Stats::of(&Store::new(), None, Zone::UTC, 2);
    assert_eq!(stats, Stats::default());
    assert_eq!(QualityReport::of(&Store::new(), 2), QualityReport::default());
}

#[test]
fn percentiles_are_numbers_that_are_there() {
    let summary = Summary::of((1..=200).rev().collect());
    assert_eq!((summary.least, summary.median, summary.p90), (1, 100, 180));
    assert_eq!((summary.p99, summary.most, summary.count), (198, 200, 200));
    assert!((summary.mean - 100.5).abs() < 1e-9);
    let one = Summary::of(vec![7]);
    assert_eq!((one.least, one.median, one.p99, one.most), (7, 7, 7, 7));
}

#[test]
fn doubles_strangers_and_latecomers_are_found() {
    let mut messages = LESSON.to_vec();
    messages.push(LESSON[1]);
    messages.push(LESSON[1]);
    let quality = QualityReport::of(&store(&messages), 2);
    assert_eq!((quality.duplicates, quality.out_of_order, quality.empty_text), (2, 2, 1));
    assert_eq!(quality.unknown_roles, [(Arc::from("observer"), 1)]);
}

#[test]
fn an_exact_repeat_counts_once_and_how_many_there_are_is_told() {
    let mut messages = LESSON.to_vec();
    messages.extend([LESSON[1], LESSON[1], LESSON[4]]);
    let store = store(&messages);
    let (once, all) = (
        Stats::of(&self::store(&LESSON), None, Zone::UTC, 2),
        Stats::of(&store, None, Zone::UTC, 2),
    );
    assert_eq!(all, Stats { repeats: 3, ..once });
    assert_eq!((store.len(), store.count_once(), store.repeated()), (10, 7, 3));
    let query = crate::query::parse("role:assistant").unwrap().unwrap();
    let matcher = Arc::new(search::compile(&query, Zone::UTC, 0).unwrap());
    let (pages, repeats) = (store.pages().to_vec(), store.repeats().clone());
    let job = Job { pages, repeats, matcher, known: Known::Nothing, threads: 1 };
    let hits = search::run(&job, &|| false, &mut |_| {}).unwrap();
    let stats = Stats::of(&store, Some(&hits), Zone::UTC, 1);
    assert_eq!((stats.messages, stats.repeats), (2, 2));
}

#[test]
fn the_places_of_a_session_follow_each_other() {
    let store = store(&LESSON);
    let mut seen = Vec::new();
    let turns = walk_session(store.pages(), store.messages_of(SessionId(1)), |place| {
        seen.push((place.turn, place.wait, place.unanswered));
    });
    assert_eq!(turns, 2);
    let wanted = [(1, None, false), (2, None, false), (2, Some(10_000), false), (2, None, false)];
    assert_eq!(seen, wanted);
}

proptest! {
    #[test]
    fn threads_change_no_number(
        rows in prop::collection::vec((0..9_usize, 0..4_usize, 0..3_usize, 0..900_000_i64), 0..900),
    ) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let roles = ["user", "assistant", "system"];
        let messages: Vec<Said<'_>> = rows
            .iter()
            .map(|&(session, user, role, at)| {
                (names[session], names[user], roles[role], Some(at), names[user])
            })
            .collect();
        let store = store(&messages);
        let one = Stats::of(&store, None, Zone::UTC, 1);
        prop_assert_eq!(&one, &Stats::of(&store, None, Zone::UTC, 3));
        let distinct: std::collections::HashSet<_> = messages.iter().collect();
        prop_assert_eq!(one.messages, distinct.len() as u64);
        prop_assert_eq!(one.messages + one.repeats, messages.len() as u64);
        let days: u64 = one.days.iter().map(|(_, count)| count.messages).sum();
        let hours: u64 = one.hours.iter().map(|count| count.messages).sum();
        prop_assert_eq!((days, hours), (one.messages, one.messages));
        prop_assert_eq!(QualityReport::of(&store, 1), QualityReport::of(&store, 4));
    }
}
