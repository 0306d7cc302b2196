//! What a search finds, and what it does when it is cancelled, lasts, or knows something already.

mod forms;
mod slow;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::message::{Flags, MsgRef, SessionId};
use crate::query::parse;
use crate::store::{Limits, Packer, Page, Repeats, RowDraft, Store};
use crate::time::{Millis, Zone};

const NOW: Millis = 1_790_856_000_000; // 2026-10-01T12:00:00Z
const HOUR: Millis = 3_600_000;

/// A message for the tests.
#[derive(Clone, Debug, Default)]
struct Message {
    session: &'static str,
    user: &'static str,
    component: &'static str,
    role: &'static str,
    time: Option<Millis>,
    text: String,
    metadata: &'static str,
    repaired: bool,
}

fn message(session: &'static str, role: &'static str, text: &str) -> Message {
    Message { session, role, user: "alice", time: Some(NOW), text: text.into(), ..<_>::default() }
}

fn pack(limits: Limits, messages: &[Message]) -> Vec<Arc<Page>> {
    let mut packer = Packer::new(limits);
    let mut pages = Vec::new();
    for message in messages {
        packer.text().push_str(&message.text);
        packer.extra().push_str(message.metadata);
        let mut flags = Flags::default();
        if visible(&message.text) != message.text {
            flags.set(Flags::HIDDEN);
        }
        if message.repaired {
            flags.set(Flags::REPAIRED);
        }
        let &Message { session, user, component, role, time, .. } = message;
        let draft = RowDraft { session, user, component, role, time, flags };
        pages.extend(packer.commit(&draft).map(Arc::new));
    }
    pages.extend(packer.finish().map(Arc::new));
    pages
}

fn rows_per_page(rows: usize) -> Limits {
    Limits { first_rows: rows, rows, text: 1 << 30 }
}

fn matcher(source: &str) -> Arc<Matcher> {
    let query = parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).unwrap();
    Arc::new(compile(&query, Zone::UTC, NOW).unwrap())
}

fn job(pages: &[Arc<Page>], source: &str) -> Job {
    Job {
        pages: pages.to_vec(),
        repeats: Repeats::default(),
        matcher: matcher(source),
        known: Known::Nothing,
        threads: 1,
    }
}

fn search(job: &Job) -> Hits {
    run(job, &|| false, &mut |_| {}).unwrap()
}

fn texts(pages: &[Arc<Page>], source: &str) -> Vec<String> {
    let hits = search(&job(pages, source));
    let text = |at: &MsgRef| {
        let page = &pages[at.page as usize];
        page.text_of(&page.rows[at.row as usize]).to_owned()
    };
    hits.refs().iter().map(text).collect()
}

/// All that `hits` tells, for comparing.
fn told(hits: &Hits) -> (Vec<Vec<MsgRef>>, usize, usize, usize, bool) {
    let sessions = (0..8).map(|number| hits.in_session(SessionId(number)).to_vec()).collect();
    (sessions, hits.sessions().count(), hits.len(), hits.scanned(), hits.is_complete())
}

#[test]
fn narrowing_is_seen_where_it_is_sure() {
    let cases = [
        ("photosynthesis", "photo", true),
        ("photo", "photosynthesis", false),
        ("Photo", "photo", true),
        ("x²", "x", false),
        ("x²", "²", true),
        ("한글", "한", true),
        ("か\u{3099}", "か", false),
        ("が", "か\u{3099}", true),
        ("photo", "Photo", false),
        ("PhotoX", "Photo", true),
        ("a1", "1", true),
        ("A1", "1", true),
        ("photo role:user", "photo", true),
        ("photo", "photo role:user", false),
        ("photo role:user", "role:user pho", true),
        ("photo", "photo OR osmosis", true),
        ("photo OR osmosis", "photo", false),
        ("photosynthesis OR photon", "photo", true),
        ("-photo", "-photosynthesis", true),
        ("-photosynthesis", "-photo", false),
        ("-(a OR b)", "-a", true),
        ("-a", "-(a b)", true),
        ("user:alice", "user:al*", true),
        ("user:al*", "user:a*", true),
        ("user:a*", "user:al*", false),
        ("user:\"a*\"", "user:a*", true),
        ("user:a*", "user:\"a*\"", false),
        ("user:alice", "component:alice", false),
        ("since:6h", "since:7d", true),
        ("since:7d", "since:6h", false),
        ("on:today", "since:yesterday", true),
        ("/ab/", "/ab/", true),
        ("/abc/", "/ab/", false),
        ("/ab/", "ab", false),
        ("len:>20", "len:>10", true),
        ("len:5..7", "len:<8", true),
        ("len:<8", "len:5..7", false),
        ("turns:3", "len:3", false),
        ("wait:>1m", "wait:>=30s", true),
        ("is:first", "is:first", true),
        ("is:first", "is:repaired", false),
        ("meta.a:x b", "meta.a:x", true),
        ("meta.a:x", "meta.b:x", false),
        ("meta.a:x", "has:meta.a", false), // True where x is not empty; not seen.
        ("at:10:00..11:00", "has:time", true),
        ("a (b OR c)", "a b OR a c", false), // True, but not seen; a "no" is always safe.
    ];
    for (new, old, answer) in cases {
        assert_eq!(narrows(&matcher(new), &matcher(old)), answer, "{new} against {old}");
    }
    // The same words at a later time ask for something else.
    let query = parse("before:1h").unwrap().unwrap();
    let later = compile(&query, Zone::UTC, NOW + HOUR).unwrap();
    assert!(!narrows(&later, &matcher("before:1h")));
    assert!(narrows(&matcher("before:1h"), &later));
}

#[test]
fn comparing_deeply_nested_queries_ends() {
    let nest = |word: &str| {
        let inner = |n: usize| if n.is_multiple_of(2) { " a OR b" } else { " c" };
        let open: Vec<String> = (0..40).map(|n| format!("(d{n}{} ", inner(n))).collect();
        open.concat() + word + &")".repeat(40)
    };
    let (new, old) = (matcher(&nest("x")), matcher(&nest("y")));
    // Whatever the answer, it comes; and a query narrows itself unless it is too large.
    let _ = narrows(&new, &old);
    assert!(!narrows(&matcher("unrelated"), &old));
}

#[test]
fn a_word_is_found_in_its_case_variants_and_through_what_is_invisible() {
    let all = [
        "ask",
        "ASK",
        "a\u{200B}sk",
        "aſK",
        "as\0k",
        "as k",
        "a\u{AD}S\u{2060}k",
        "",
        "İ",
        "i\u{307}",
    ];
    let messages: Vec<Message> = all.iter().map(|text| message("s1", "user", text)).collect();
    let pages = pack(rows_per_page(64), &messages);
    let insensitive = ["ask", "ASK", "a\u{200B}sk", "aſK", "a\u{AD}S\u{2060}k"];
    assert_eq!(texts(&pages, "ask"), insensitive);
    assert_eq!(texts(&pages, "a\u{200D}sk"), insensitive);
    assert_eq!(texts(&pages, "ASK"), ["ASK"]);
    assert_eq!(texts(&pages, "\"\u{200B}\""), ["a\u{200B}sk"]);
    assert_eq!(texts(&pages, "\"s\0k\""), ["as\0k"]);
    assert_eq!(texts(&pages, "/^ask$/"), insensitive);
    assert_eq!(texts(&pages, "-ask -s"), ["", "İ", "i\u{307}"]);
    assert_eq!(texts(&pages, "/^$/"), [""]);
}

#[test]
fn a_message_without_a_field_matches_no_value_of_it_and_no_star() {
    let nobody = Message { user: "", time: None, ..message("", "", "nobody") };
    let pages = pack(rows_per_page(64), &[message("s1", "user", "alice"), nobody]);
    for source in ["user:*", "session:*", "role:*", "user:alice", "since:1h", "before:2030-01-01"] {
        assert_eq!(texts(&pages, source), ["alice"], "{source}");
        assert_eq!(texts(&pages, &format!("-{source}")), ["nobody"], "{source}");
    }
    assert!(texts(&pages, "component:*").is_empty());
    assert!(texts(&pages, "user:nobody").is_empty());
}

#[test]
fn hits_stand_in_the_order_of_the_transcript() {
    let at = |session, hours: i64, text| Message {
        time: Some(NOW + hours * HOUR),
        ..message(session, "user", text)
    };
    let messages = [
        at("s1", 3, "x"),
        at("s2", 1, "x"),
        at("s1", 1, "x"),
        at("s1", 2, "x"),
        at("s2", 1, "x of the same time"),
        at("s1", 2, "x of the same time"),
    ];
    let pages = pack(rows_per_page(2), &messages);
    let mut store = Store::new();
    for page in &pages {
        store.append(Arc::clone(page));
    }
    let hits = search(&job(&pages, "x"));
    let first = Arc::new(search(&job(&pages[..1], "x")));
    let grown = search(&Job { known: Known::Same(first), ..job(&pages, "x") });
    let time_of = |at: MsgRef| store.row(at).unwrap().time;
    for number in [SessionId(0), SessionId(1)] {
        let order = store.messages_of(number);
        assert_eq!(hits.in_session(number), order);
        assert_eq!(grown.in_session(number), order);
        for (place, &message) in order.iter().enumerate() {
            assert_eq!(hits.position(number, message, time_of), Ok(place));
        }
        assert!(!hits.contains(number, MsgRef { page: 9, row: 0 }, |_| NOW));
        let shuffled: Vec<MsgRef> = order.iter().rev().copied().collect();
        assert_eq!(sort_messages(&pages, shuffled), order);
    }
    assert!(hits.in_session(SessionId(2)).is_empty());
    assert!(hits.in_session(SessionId(u32::MAX)).is_empty());
}

#[test]
fn turns_waits_and_answers_are_those_of_the_transcript() {
    let at = |role, seconds: i64, text: &str| Message {
        time: Some(NOW + seconds * 1000),
        ..message("s1", role, text)
    };
    let messages = [
        at("system", 0, "hello"),
        at("user", 10, "q1"),
        at("user", 20, "q2"),
        at("assistant", 23, "r1"),
        at("system", 80, "r2"),
        at("user", 90, "q3"),
        Message { time: None, ..message("s1", "assistant", "r3") },
        at("user", 100, "q4"),
        message("s2", "user", "alone"),
        message("", "assistant", "greeting"),
        // Late, so that it stands first in its session.
        at("user", -50, "q0"),
    ];
    let pages = pack(rows_per_page(3), &messages);
    let cases: [(&str, &[&str]); 10] = [
        ("is:unanswered", &["q1", "q4", "alone"]),
        ("is:first", &["q0", "alone", "greeting"]),
        ("wait:>=0s", &["hello", "r1", "r2"]),
        ("wait:3s..55s", &["hello", "r1"]),
        ("wait:>50s", &["r2"]),
        ("wait:<=3s", &["r1"]),
        ("turns:1", &["alone", "greeting"]),
        ("turns:5 role:system", &["hello", "r2"]),
        ("turns:>5", &[]),
        ("-turns:5 -is:first", &[]),
    ];
    for (source, expected) in cases {
        let mut found = texts(&pages, source);
        found.sort_by_key(|text| expected.iter().position(|other| other == text));
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn what_comes_later_changes_what_was_found_before() {
    let messages = [
        message("s1", "user", "asks"),
        message("s2", "user", "waits"),
        message("s1", "assistant", "says"),
        Message { time: Some(NOW - HOUR), ..message("s2", "system", "begins") },
    ];
    let pages = pack(rows_per_page(2), &messages);
    let memory = Memory::default();
    for (source, early, late) in [
        ("is:unanswered", 2, 1),
        ("is:first", 2, 2),
        ("turns:1", 2, 2),
        ("is:first role:user", 2, 1),
    ] {
        let first = job(&pages[..1], source);
        let found = run_with(&memory, &first, &|| false, &mut |_| {}).unwrap();
        assert_eq!(found.len(), early, "{source}");
        let found = Arc::new(found);
        for known in [Known::Same(Arc::clone(&found)), Known::Wider(Arc::clone(&found))] {
            let grown = Job { known, ..job(&pages, source) };
            let hits = run_with(&memory, &grown, &|| false, &mut |_| {}).unwrap();
            assert_eq!(told(&hits), told(&search(&job(&pages, source))), "{source}");
            assert_eq!(hits.len(), late, "{source}");
        }
    }
}

#[test]
fn turns_count_only_for_the_messages_they_were_made_of() {
    let messages: Vec<_> = ["s1", "s2", "s1", "s3", "s1", "s2"]
        .iter()
        .map(|session| message(session, "user", "a word"))
        .collect();
    let pages = pack(rows_per_page(2), &messages);
    let others = pack(rows_per_page(2), &messages);
    let memory = Memory::default();
    let _ = run_with(&memory, &job(&pages[..2], "is:unanswered"), &|| false, &mut |_| {});
    assert!(!memory.is_empty());
    for pages in [&pages[..1], &pages[..], &others[..2]] {
        let job = job(pages, "is:unanswered");
        let hits = run_with(&memory, &job, &|| false, &mut |_| {}).unwrap();
        assert_eq!(told(&hits), told(&search(&job)));
    }
    drop((pages, others));
    memory.forget_what_is_gone();
    assert!(memory.is_empty(), "the messages no longer exist");
}

/// Pages whose texts fill several slices each.
fn large() -> Vec<Arc<Page>> {
    let filler = "lorem ipsum dolor ".repeat(600);
    let text =
        |n: usize| if n.is_multiple_of(50) { format!("{filler}needle{n}") } else { filler.clone() };
    let messages: Vec<Message> = (0..1000)
        .map(|n| message(["s1", "s2", "t1"][n % 3], ["user", "assistant"][n % 2], &text(n)))
        .collect();
    pack(rows_per_page(500), &messages)
}

#[test]
fn a_page_is_searched_in_slices_without_losing_or_doubling_a_message() {
    let pages = large();
    for (source, count) in [
        ("needle", 20),
        ("lorem", 1000),
        ("lorem role:user", 500),
        ("needle session:t1", 7),
        ("-needle", 980),
        ("role:assistant", 500),
        ("/needle\\d+$/", 20),
        ("needle OR dolor", 1000),
    ] {
        for threads in [1, 3] {
            let hits = search(&Job { threads, ..job(&pages, source) });
            assert_eq!((hits.len(), hits.scanned()), (count, 1000), "{source}");
        }
    }
}

#[test]
fn a_narrower_query_looks_only_at_the_hits_of_the_wider() {
    let pages = large();
    let wider = Arc::new(search(&job(&pages, "needle")));
    let mut claimed = job(&pages, "lorem");
    claimed.known = Known::Wider(Arc::clone(&wider));
    // It is no narrower query at all: had more than the hits been looked at, more would be found.
    assert_eq!(search(&claimed).refs(), wider.refs());
}

#[test]
fn incomplete_hits_count_as_nothing() {
    let pages = large();
    let mut partial = None;
    let slow = || {
        std::thread::sleep(Duration::from_millis(3));
        false
    };
    run(&job(&pages, "lorem"), &slow, &mut |hits| partial = partial.take().or(Some(hits)));
    let partial = Arc::new(partial.unwrap());
    assert!(!partial.is_complete());
    for known in [Known::Same(Arc::clone(&partial)), Known::Wider(partial)] {
        assert_eq!(search(&Job { known, ..job(&pages, "lorem") }).len(), 1000);
    }
}

#[test]
fn a_search_that_lasts_shows_more_and_more_and_then_all() {
    let pages = large();
    let mut partial: Vec<Hits> = Vec::new();
    let slow = || {
        std::thread::sleep(Duration::from_millis(3));
        false
    };
    let hits = run(&job(&pages, "lorem"), &slow, &mut |hits| partial.push(hits)).unwrap();
    assert!(!partial.is_empty());
    assert!(partial.is_sorted_by(|a, b| a.len() < b.len() && a.scanned() < b.scanned()));
    for part in &partial {
        assert!(!part.is_complete());
        for session in [SessionId(0), SessionId(1), SessionId(2)] {
            let all = hits.in_session(session);
            assert!(part.in_session(session).iter().all(|at| all.contains(at)));
            assert!(part.in_session(session).is_sorted());
        }
    }
    assert!(hits.is_complete());
    assert_eq!(hits.len(), 1000);
}

#[test]
fn a_cancelled_search_gives_nothing_and_stops_within_a_slice() {
    let pages = large();
    for (source, threads) in [("lorem", 1), ("lorem", 3), ("-needle", 2), ("/z$/", 2)] {
        let asked = AtomicUsize::new(0);
        let cancelled = || asked.fetch_add(1, Ordering::SeqCst) >= 2;
        let job = Job { threads, ..job(&pages, source) };
        let mut published = 0;
        assert!(run(&job, &cancelled, &mut |_| published += 1).is_none(), "{source}");
        assert_eq!(published, 0);
        // Each thread may ask once more before it sees that another was told.
        assert!(asked.load(Ordering::SeqCst) <= 3 + threads, "{source}");
    }
}

#[test]
fn a_wrong_expression_is_named_at_its_column() {
    let wrong = |source: &str| {
        let error = compile(&parse(source).unwrap().unwrap(), Zone::UTC, NOW).unwrap_err();
        (error.at, error.column, error.width, error.message)
    };
    let message = "invalid regular expression: unclosed group".to_owned();
    assert_eq!(wrong("é -/(/ x"), (4, 3, 3, message));
    assert_eq!(wrong("/\\w{900}{900}/").3, "the regular expression is too large");
    let today = parse("é on:today").unwrap().unwrap();
    let error = compile(&today, Zone::UTC, Millis::MAX).unwrap_err();
    assert_eq!((error.column, error.width), (2, 8));
    assert_eq!(error.message, "`today` is outside the calendar");
}

#[test]
fn highlights_are_what_was_asked_for() {
    let marked = |source: &str, text: &str, max: usize| {
        let ranges = matcher(source).ranges(text, max);
        ranges.into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked("ask mask", "Mask asks ASK", 9), ["Mask", "ask", "ASK"]);
    assert_eq!(marked("ask -asks role:user", "asks", 9), ["ask"]);
    assert_eq!(marked("-(a -b)", "ab", 9), ["b"]);
    assert_eq!(marked("ab", "abab ab", 9), ["abab", "ab"]);
    assert_eq!(marked("ask", "a\u{200B}sk ask", 9), ["a\u{200B}sk", "ask"]);
    assert_eq!(marked("/x*/ OR /\\d+/", "a12b3", 9), ["12", "3"]);
    assert_eq!(marked("a", "a a a", 2), ["a", "a"]);
    assert!(marked("a", "a", 0).is_empty());
    assert!(marked("role:user", "user", 9).is_empty());
}

#[test]
fn of_exact_repeats_the_first_is_found_alone() {
    let mut packer = Packer::new(Limits { first_rows: 2, rows: 2, text: 1 << 20 });
    let mut store = Store::new();
    let roles = ["user", "user", "assistant", "assistant"];
    for (role, text) in roles.into_iter().zip(["ask", "ask", "reply", "reply"]) {
        packer.text().push_str(text);
        let draft = RowDraft { session: "s", role, time: Some(1000), ..RowDraft::default() };
        if let Some(page) = packer.commit(&draft) {
            store.append(Arc::new(page));
        }
    }
    let found = |source: &str, known: Known| {
        let repeats = store.repeats().clone();
        search(&Job { repeats, known, ..job(store.pages(), source) }).refs().to_vec()
    };
    let [ask, reply] = [0, 1].map(|page| MsgRef { page, row: 0 });
    assert_eq!(found("ask", Known::Nothing), [ask]);
    assert_eq!(found("reply", Known::Nothing), [reply]);
    assert_eq!(found("role:user OR role:assistant", Known::Nothing), [ask, reply]);
    assert_eq!(found("is:unanswered", Known::Nothing), []);
    assert_eq!(found("turns:1", Known::Nothing), [ask, reply]);
}
