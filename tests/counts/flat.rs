//! A key costs the same among a thousand messages and among a hundred thousand.

use crate::data::{Message, many_sessions, one_session, pages};
use crate::desk::{Cost, Desk};

/// Keys, each pressed several times.
const TIMES: usize = 8;
/// What numbers with more digits, and lists of pages, may cost more in a frame.
const SOME_BYTES: u64 = 4 << 10;
/// The same, in allocations.
const SOME_TIMES: u64 = 40;
/// Rows that a key may read: those of the window many times over, and some halvings.
const SOME_ROWS: u64 = 3_000;

/// What each press of these keys costs; the first of each kind, which fills what is kept, is left
/// out.
fn costs(desk: &mut Desk, keys: &[&str]) -> Vec<Cost> {
    for key in keys {
        desk.press(key);
    }
    (0..TIMES).flat_map(|_| keys).map(|key| desk.press(key)).collect()
}

/// Compares the cost of keys in a small store and in a large one.
fn assert_flat(small: &mut Desk, large: &mut Desk, keys: &[&str]) {
    let (small, large) = (costs(small, keys), costs(large, keys));
    let named = keys.iter().cycle();
    for ((small, large), key) in small.iter().zip(&large).zip(named) {
        assert_eq!(small.laid_out, large.laid_out, "segments laid out for {key}");
        let bytes = small.asked.bytes + SOME_BYTES;
        assert!(large.asked.bytes <= bytes, "{key}: {small:?} and {large:?}");
        let times = small.asked.times + SOME_TIMES;
        assert!(large.asked.times <= times, "{key}: {small:?} and {large:?}");
        assert!(large.rows <= SOME_ROWS, "{key} reads {} rows", large.rows);
    }
}

#[test]
fn a_key_in_a_session_costs_the_same_whatever_its_length() {
    let (mut small, mut large) =
        (Desk::with(&one_session(1_000)), Desk::with(&one_session(100_000)));
    for desk in [&mut small, &mut large] {
        desk.press("enter");
    }
    for keys in [
        &["j", "k"][..],
        &["J", "K"],
        &["}", "{"],
        &["ctrl-d", "ctrl-u"],
        &["G", "g"],
        &["w", "m"],
        &["tab"],
    ] {
        assert_flat(&mut small, &mut large, keys);
    }
}

#[test]
fn a_key_in_the_list_costs_the_same_whatever_its_length() {
    let (mut small, mut large) =
        (Desk::with(&many_sessions(500)), Desk::with(&many_sessions(50_000)));
    for keys in [&["j", "k"][..], &["ctrl-d", "ctrl-u"], &["G", "g"], &["]", "["], &["tab"]] {
        assert_flat(&mut small, &mut large, keys);
    }
}

#[test]
fn sorting_the_list_otherwise_costs_the_screen_nothing_that_grows() {
    let (mut small, mut large) =
        (Desk::with(&many_sessions(500)), Desk::with(&many_sessions(50_000)));
    assert_flat(&mut small, &mut large, &["o", "O"]);
}

#[test]
fn a_session_without_the_student_is_walked_through_in_bounded_steps() {
    let silent = pages((0..120_000).map(|at| Message {
        session: "one".to_owned(),
        role: if at == 0 { "user" } else { "assistant" },
        text: format!("message {at}"),
        at,
    }));
    let mut desk = Desk::with(&silent);
    desk.press("enter");
    let mut place = || {
        let cost = desk.press("}");
        assert!(cost.rows < 60_000, "{cost:?}");
        (desk.app.tab().transcript.cursor().index, desk.app.notice().is_some())
    };
    assert_eq!(place(), (50_000, true));
    assert_eq!(place(), (100_000, true));
    // None is left: nothing happens.
    assert_eq!(place(), (100_000, false));
    desk.press("{");
    desk.press("{");
    assert_eq!(desk.app.tab().transcript.cursor().index, 0);
}

#[test]
fn a_key_in_a_folded_session_costs_the_same_whatever_its_length() {
    let (mut small, mut large) =
        (Desk::with(&one_session(1_000)), Desk::with(&one_session(100_000)));
    for desk in [&mut small, &mut large] {
        desk.press("enter");
        desk.press("_");
    }
    for keys in [
        &["j", "k"][..],
        &["J", "K"],
        &["}", "{"],
        &["ctrl-d", "ctrl-u"],
        &["G", "g"],
        &["space", "space"],
        &[",", ","],
        &["m", "w"],
        &["+", "_"],
    ] {
        assert_flat(&mut small, &mut large, keys);
    }
}

#[test]
fn the_marks_of_the_scrollbar_cost_the_same_whatever_the_length_of_the_session() {
    let (mut small, mut large) =
        (Desk::with(&one_session(1_000)), Desk::with(&one_session(100_000)));
    for desk in [&mut small, &mut large] {
        desk.press("/");
        desk.type_in("0004");
        desk.press("enter");
    }
    assert_flat(&mut small, &mut large, &["j", "k", "n", "N", "]", "["]);
    // They are looked up again when the height is another one: the line for a search takes a row.
    for key in ["/", "esc"] {
        let cost = large.press(key);
        assert!(cost.rows < SOME_ROWS, "{key}: {cost:?}");
    }
}

#[test]
fn turns_without_an_end_are_folded_and_walked_over_in_bounded_steps() {
    let silent = pages((0..120_000).map(|at| Message {
        session: "one".to_owned(),
        role: if at == 0 { "user" } else { "assistant" },
        text: format!("message {at}"),
        at,
    }));
    let mut desk = Desk::with(&silent);
    desk.press("enter");
    let cost = desk.press("_");
    assert!(cost.laid_out < 40 && cost.rows < 400_000, "{cost:?}");
    for key in ["j", "J", "G", "K", "k", "g"] {
        let cost = desk.press(key);
        assert!(cost.rows < 20_000, "{key}: {cost:?}");
    }
    desk.press("G");
    assert_eq!(desk.app.tab().transcript.cursor().index, 118_784, "29 parts of 4,096 before it");
}

#[test]
fn a_page_costs_the_screen_the_same_whatever_the_length_of_its_texts() {
    let of_length = |length: usize| {
        let all = pages((0..1_000).map(|at| Message {
            session: format!("session-{:03}", at / 10),
            role: "user",
            text: "x".repeat(length),
            at,
        }));
        let mut desk = Desk::new();
        all.iter().map(|page| desk.cost_of_page(page).bytes).sum::<u64>()
    };
    let (short, long) = (of_length(10), of_length(5_000));
    assert!(long <= short + SOME_BYTES, "{short} bytes and {long} bytes");
}

#[test]
fn a_page_costs_the_screen_bytes_in_proportion_to_its_rows() {
    let all = one_session(60_000);
    let mut desk = Desk::new();
    for page in &all {
        let asked = desk.cost_of_page(page);
        // A list that grows by doubling asks for all of it again, once in a while.
        let had = desk.app.tab().store.len() as u64;
        let most = 200 * page.rows.len() as u64 + 16 * had + (16 << 10);
        assert!(asked.bytes <= most, "{} rows, {asked:?}", page.rows.len());
        assert!(asked.times < 1_000, "{} rows, {asked:?}", page.rows.len());
    }
}
