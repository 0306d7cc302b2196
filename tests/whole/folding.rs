//! Folding: turns as one line, long messages as their first lines, and what opens them.

use serde_json::{Value, json};
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::Size;

use crate::desk::{Desk, USUAL};

const LINES: usize = 100;

fn message(session: &str, role: &str, minute: usize, content: &str) -> Value {
    json!({
        "sessionId": session, "userId": "alice", "componentId": "tutor", "role": role,
        "content": content, "createdAt": format!("2026-10-01T10:{minute:02}:00Z"),
    })
}

/// Eight turns of a question and an answer; the answer to question 3 is long. And a small session.
fn messages() -> Vec<Value> {
    let long: Vec<_> = (0..LINES).map(|line| format!("- line {line}\n")).collect();
    let long = long.concat();
    let mut all = Vec::new();
    for turn in 0..8 {
        let answer = if turn == 3 { long.as_str() } else { "an answer\n\nof two paragraphs" };
        all.push(message("s", "user", turn * 2, &format!("question {turn} of $x^2$")));
        all.push(message("s", "assistant", turn * 2 + 1, answer));
    }
    all.push(message("t", "user", 0, "another session"));
    all
}

fn desk() -> Desk {
    let mut desk = Desk::with(USUAL, &messages());
    desk.keys("enter");
    desk
}

/// The lines of the transcript, without the list and the borders.
fn shown(desk: &Desk) -> Vec<String> {
    let lines = desk.screen();
    let lines = lines.lines().skip(2).take(19);
    lines.map(|line| line.chars().skip(28).take(51).collect::<String>().trim().to_owned()).collect()
}

fn is_shown(desk: &Desk, words: &str) -> bool {
    shown(desk).iter().any(|line| line.contains(words))
}

#[test]
fn a_long_message_is_its_first_lines_until_a_key_opens_it() {
    let mut desk = desk();
    desk.keys("} } } J");
    assert!(is_shown(&desk, "• line 11") && !is_shown(&desk, "• line 12"));
    assert!(is_shown(&desk, "… 88 more lines · Space opens"), "{}", desk.screen());
    desk.keys("space");
    assert!(is_shown(&desk, "• line 12"), "{}", desk.screen());
    desk.keys("y");
    assert!(desk.copied().unwrap().contains("- line 99"));
    desk.keys("ctrl-d ctrl-d ctrl-d space");
    assert!(is_shown(&desk, "88 more lines") && desk.selected().starts_with("- line 0"));
    desk.keys("y");
    assert!(desk.copied().unwrap().contains("- line 99"), "a shut message is copied whole");
}

#[test]
fn a_message_of_many_segments_tells_how_much_more_there_is() {
    let long: Vec<_> = (0..20_000).map(|line| format!("line {line}\n")).collect();
    let long = long.concat();
    let mut desk = Desk::with(USUAL, &[message("s", "user", 0, &long)]);
    desk.keys("enter");
    assert!(is_shown(&desk, "… 208 kB more · Space opens"), "{}", desk.screen());
    desk.keys("space G");
    assert!(is_shown(&desk, "line 19999"), "{}", desk.screen());
}

#[test]
fn a_session_folds_to_an_outline_of_its_turns() {
    let mut desk = desk();
    desk.keys("} } , _");
    insta::assert_snapshot!("folded", desk.screen());
    desk.keys("j space");
    assert!(is_shown(&desk, "• line 5"), "{}", desk.screen());
    assert!(is_shown(&desk, "question 2 of x²"), "formulas are shown as they are meant");
    desk.keys("space +");
    assert!(!is_shown(&desk, "▸"), "{}", desk.screen());
    desk.keys("+");
    assert!(desk.said().contains("whole"), "{}", desk.said());
}

#[test]
fn messages_and_turns_are_walked_over_what_is_folded() {
    let mut desk = desk();
    desk.keys("} ,");
    assert!(is_shown(&desk, "▸ question 1"), "{}", desk.screen());
    for (key, selected) in [
        ("J", "question 2"),
        ("K", "question 1"),
        ("K", "an answer"),
        ("J", "question 1"),
        ("}", "question 2"),
        ("{", "question 1"),
        ("{", "question 0"),
        ("}", "question 1"),
        ("y", "question 1"),
    ] {
        desk.keys(key);
        assert!(desk.selected().starts_with(selected), "{key}: {}", desk.selected());
    }
    assert_eq!(desk.copied(), Some("question 1 of $x^2$"));
}

#[test]
fn a_match_opens_what_hides_it_and_a_search_that_is_left_shuts_it_again() {
    let mut desk = desk();
    desk.keys("_ /");
    let folded = shown(&desk);
    desk.paste("\"line 90\"");
    assert!(is_shown(&desk, "line 90"), "{}", desk.screen());
    desk.keys("esc");
    assert_eq!(shown(&desk), folded);
    desk.keys("/ question enter g n");
    assert!(is_shown(&desk, "▸ question 2"), "a match elsewhere stays folded");
    desk.keys("/").paste("\"line 90\"");
    assert!(is_shown(&desk, "line 90"));
    desk.keys("enter");
    assert!(is_shown(&desk, "line 90"), "{}", desk.screen());
    desk.keys("{");
    assert!(is_shown(&desk, "▸ question 2"), "{}", desk.screen());
}

#[test]
fn a_folded_turn_tells_how_many_matches_are_in_it() {
    let mut desk = desk();
    desk.keys("/ paragraphs enter _");
    assert_eq!(shown(&desk).iter().filter(|line| line.contains("●1")).count(), 7);
}

#[test]
fn folds_outlive_every_change_around_them() {
    let mut desk = desk();
    desk.keys("} ,");
    let is_folded = |desk: &Desk| desk.screen().contains("▸ question 1");
    for keys in ["m", "m", "w", "w", "w", "z", "z", "t", "] [", "i", "i", "f question enter", "F"] {
        desk.keys(keys);
        assert!(is_folded(&desk), "{keys}: {}", desk.screen());
    }
    desk.tell(Event::Resized(Size { columns: 90, rows: 30 }));
    desk.tell(Event::Resized(USUAL));
    assert!(is_folded(&desk), "{}", desk.screen());
    desk.keys("r");
    let mut more = messages();
    more.insert(0, message("s", "user", 0, "a question from before"));
    desk.answer(&more);
    assert!(is_folded(&desk), "{}", desk.screen());
    assert!(desk.selected().starts_with("question 1"), "{}", desk.selected());
    // A filter that hides the question leaves the turn what it was.
    desk.keys("f").paste("role:assistant");
    desk.keys("enter");
    assert_eq!(shown(&desk).iter().filter(|line| line.contains('▸')).count(), 1);
}

#[test]
fn a_turn_that_is_unfolded_is_read_on_where_it_was_left() {
    let mut desk = desk();
    desk.keys("} } } J space j j j j j j j j j j j j j j j j j j j j");
    let cursor = desk.app.tab().transcript.cursor();
    let before = shown(&desk);
    desk.keys(",");
    assert!(is_shown(&desk, "▸ question 3"));
    desk.keys("space");
    assert_eq!((desk.app.tab().transcript.cursor(), shown(&desk)), (cursor, before));
}
