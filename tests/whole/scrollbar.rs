//! The scrollbars: what they show, without a word of colour, and where a click on them leads.

use serde_json::{Value, json};
use sfchat_tui::app::event::MouseEvent::{Dragged, Pressed, Released};

use crate::desk::{Desk, WIDE};

/// The first row of the transcript's window, and its last one.
const ROWS: (u16, u16) = (2, 37);
/// The column of the scrollbar.
const COLUMN: u16 = 119;

/// A session of questions and answers, with one needle.
fn session(messages: usize, needle: usize) -> Vec<Value> {
    let message = |at: usize| {
        let word = if at == needle { "needle" } else { "word" };
        json!({
            "sessionId": "s", "userId": "alice",
            "role": if at.is_multiple_of(10) { "user" } else { "assistant" },
            "content": format!("message {at} {word}"),
            "createdAt": 1_790_000_000_000_u64 + at as u64 * 1_000,
        })
    };
    (0..messages).map(message).collect()
}

/// The signs of the scrollbar, from the top.
fn bar(desk: &Desk) -> String {
    let screen = desk.screen();
    let rows = screen.lines().skip(ROWS.0.into()).take(36);
    rows.filter_map(|line| line.chars().last()).collect()
}

fn row_of(desk: &Desk, sign: char) -> u16 {
    let row = bar(desk).chars().position(|other| other == sign);
    ROWS.0 + u16::try_from(row.unwrap_or_else(|| panic!("no {sign} in {}", bar(desk)))).unwrap()
}

#[test]
fn the_scrollbar_shows_window_selection_questions_and_matches() {
    let mut desk = Desk::with(WIDE, &session(90, 70));
    desk.keys("enter");
    assert_eq!(bar(&desk), "◄┃┃┃┫│││┤│││┤│││┤│││┤│││┤│││┤│││┤│││");
    desk.keys("/ needle enter");
    assert_eq!(row_of(&desk, '◄'), ROWS.0 + 28, "the match is selected");
    desk.keys("g");
    assert_eq!(bar(&desk), "◄┃┃┃┫│││┤│││┤│││┤│││┤│││┤│││●│││┤│││");
    desk.keys("G");
    assert_eq!(bar(&desk).chars().last(), Some('◄'));
    desk.keys("_");
    assert_eq!(bar(&desk), "│".repeat(36), "everything is in the window");
}

#[test]
fn a_session_of_thousands_has_no_marks_of_questions() {
    let mut desk = Desk::with(WIDE, &session(5_000, 2_500));
    desk.keys("/ needle enter g");
    let signs = bar(&desk);
    assert_eq!(signs.matches('●').count(), 1, "{signs}");
    assert_eq!(signs.chars().position(|sign| sign == '●'), Some(18));
    assert!(!signs.contains(['┤', '┫']), "{signs}");
}

#[test]
fn a_click_on_a_mark_goes_to_it_and_the_bar_can_be_dragged() {
    let mut desk = Desk::with(WIDE, &session(1_000, 777));
    desk.keys("/ needle enter g tab");
    desk.mouse(Pressed(COLUMN, row_of(&desk, '●')));
    assert_eq!(desk.selected(), "message 777 needle");
    desk.mouse(Dragged(COLUMN, ROWS.1));
    assert_eq!(desk.selected(), "message 999 word");
    desk.mouse(Dragged(40, 0));
    assert_eq!(desk.selected(), "message 0 word", "it is held, wherever the mouse is");
    desk.mouse(Released);
    desk.mouse(Dragged(COLUMN, ROWS.1));
    assert_eq!(desk.selected(), "message 0 word");
    // A row stands for some 28 messages; where one is the student's, it is meant.
    desk.mouse(Pressed(COLUMN, ROWS.0 + 18));
    assert_eq!(desk.selected(), "message 500 word");
}

#[test]
fn a_list_that_is_longer_than_its_pane_has_a_thumb() {
    let all: Vec<_> = (0..100)
        .map(|at| {
            json!({ "sessionId": format!("s{at}"), "role": "user", "content": "hello",
                    "createdAt": 1_790_000_000_000_u64 + at })
        })
        .collect();
    let mut desk = Desk::with(WIDE, &all);
    let thumb = |desk: &Desk| -> Vec<usize> {
        let screen = desk.screen();
        let lines = screen.lines().enumerate();
        lines.filter(|(_, line)| line.chars().nth(35) == Some('┃')).map(|(row, _)| row).collect()
    };
    assert_eq!(thumb(&desk), (2..9).collect::<Vec<_>>());
    desk.keys("G");
    assert_eq!(thumb(&desk), (31..38).collect::<Vec<_>>());
}
