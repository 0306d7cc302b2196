//! Messages of many megabytes: what is looked at is what can be seen.

use std::fmt::Write;

use crate::data::{Message, giant, pages};
use crate::desk::Desk;

const MEGABYTES: usize = 8;
/// Segments that one key may lay out: those of the window, of the one before it and behind it.
const SOME: u64 = 12;
/// Lines of the window.
const LINES: u64 = 40;

/// Lines of words.
fn words() -> String {
    let mut text = String::new();
    let mut line = 0;
    while text.len() < MEGABYTES << 20 {
        let _ = writeln!(text, "line {line}: light, water and air become sugar in every leaf");
        line += 1;
    }
    text
}

/// Presses keys all over a message and counts.
fn assert_smooth(text: String) {
    let mut desk = Desk::with(&giant(text));
    desk.press("enter");
    for key in [
        "J", "j", "space", "j", "ctrl-d", "j", "G", "k", "ctrl-u", "K", "k", "g", "}", "w", "w",
        "w", "r", "r",
    ] {
        let cost = desk.press(key);
        // Where long lines are cut, a segment without a line feed is one line.
        let most = if key == "w" { LINES } else { SOME };
        assert!(cost.laid_out <= most, "{key}: {cost:?}");
        assert!(cost.asked.bytes < 8 << 20, "{key}: {cost:?}");
    }
    desk.press("G");
    desk.press("K");
    for columns in [60, 200, 21, 120] {
        let laid_out = desk.resize(columns, 30);
        assert!(laid_out <= SOME, "{laid_out} segments at {columns} columns");
    }
}

#[test]
fn a_message_of_many_lines_is_laid_out_near_the_window_alone() {
    assert_smooth(words());
}

#[test]
fn a_line_without_a_blank_is_laid_out_near_the_window_alone() {
    assert_smooth("x".repeat(MEGABYTES << 20));
}

#[test]
fn a_message_of_line_feeds_is_laid_out_near_the_window_alone() {
    assert_smooth("\n".repeat(MEGABYTES << 20));
}

#[test]
fn a_message_of_control_characters_is_laid_out_near_the_window_alone() {
    assert_smooth("a\u{1}".repeat(MEGABYTES << 19));
}

#[test]
fn a_match_deep_in_a_message_is_gone_to_and_found_away_from_the_screen() {
    let mut text = words();
    text.push_str("\nhere is the needle\n");
    text.push_str(&words());
    let mut desk = Desk::with(&giant(text));
    desk.press("/");
    desk.type_in("needle");
    assert_eq!(desk.line_with("here is the needle").map(|_| ()), Some(()));
    desk.press("enter");
    desk.press("g");
    let cost = desk.press("n");
    assert!(cost.laid_out <= SOME, "{cost:?}");
    assert!(desk.line_with("here is the needle").is_some(), "a worker found the place");
}

#[test]
fn a_key_while_a_match_is_looked_for_wins() {
    let text = format!("{}needle", words());
    let mut desk = Desk::with(&giant(text));
    desk.press("/");
    desk.type_in("needle");
    desk.press("enter");
    desk.press("g");
    assert!(desk.line_with("tell me everything").is_some());
    assert!(desk.line_with("needle thanks").is_none());
}

#[test]
fn a_session_in_no_order_is_in_order_when_all_is_there() {
    let count = 20_000;
    // A step that shares no divisor with the number goes through all of them.
    let all = pages((0..count).map(|at| Message {
        session: "one".to_owned(),
        role: "user",
        text: format!("message {at}"),
        at: at * 7_919 % count,
    }));
    let desk = Desk::with(&all);
    let store = &desk.app.tab().store;
    let [session] = store.sessions() else { panic!("one session") };
    assert!(!session.disordered && store.disordered().is_empty());
    let times: Vec<_> =
        session.messages.iter().filter_map(|&at| store.row(at)).map(|row| row.time).collect();
    assert_eq!(times.len(), count);
    assert!(times.is_sorted());
}
