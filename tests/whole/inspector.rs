//! The metadata of one message: the tree, the JSON, and what can be taken from it.

use sfchat_tui::app::geometry::{Pane, Size};
use sfchat_tui::app::inspector::InspectorMode;

use crate::data::{messages, odd_messages};
use crate::desk::{Desk, USUAL, WIDE, screen};

/// A desk whose inspector shows the reply with much metadata.
fn inspecting() -> Desk {
    let mut desk = Desk::loaded(Size { columns: 160, rows: 40 });
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk.keys("enter J");
    desk.focus(Pane::Metadata);
    desk
}

/// Selects the row with these words.
fn select(desk: &mut Desk, words: &str) {
    desk.keys("/");
    desk.paste(words);
    desk.keys("enter");
}

#[test]
fn i_opens_and_closes_it() {
    let mut desk = Desk::loaded(WIDE);
    let before = desk.screen();
    assert!(screen(&mut desk, "i").contains("Metadata"), "{}", desk.screen());
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
    assert_eq!(screen(&mut desk, "i"), before);
    desk.keys("enter enter");
    assert!(desk.app.panes().inspector().is_some(), "enter opens what is selected");
    desk.keys("esc");
    assert!(desk.app.panes().inspector().is_none());
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
}

#[test]
fn it_follows_the_selected_message() {
    let mut desk = inspecting();
    assert!(desk.screen().contains("gpt-4.1-mini"), "{}", desk.screen());
    desk.keys("tab tab K");
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    assert!(!desk.screen().contains("gpt-4.1-mini"), "{}", desk.screen());
    desk.keys("J");
    assert!(desk.screen().contains("gpt-4.1-mini"), "{}", desk.screen());
    desk.keys("[");
    assert!(!desk.screen().contains("gpt-4.1-mini"), "{}", desk.screen());
}

#[test]
fn it_stands_alone_in_a_narrow_window() {
    let mut desk = Desk::loaded(crate::desk::NARROW);
    desk.keys("enter i");
    assert_eq!(desk.app.display().focus(), Pane::Metadata);
    assert!(desk.screen().contains("Metadata"), "{}", desk.screen());
    desk.keys("esc");
    assert!(desk.screen().contains("Transcript"), "{}", desk.screen());
}

#[test]
fn space_folds_and_c_folds_everything() {
    let mut desk = inspecting();
    select(&mut desk, "usage");
    assert!(!desk.screen().contains("promptTokens"), "what is deep is folded\n{}", desk.screen());
    assert!(screen(&mut desk, "space").contains("promptTokens"), "{}", desk.screen());
    assert!(!screen(&mut desk, "space").contains("promptTokens"), "{}", desk.screen());
    assert!(screen(&mut desk, "space").contains("promptTokens"), "{}", desk.screen());
    assert!(!screen(&mut desk, "c").contains("promptTokens"), "{}", desk.screen());
    assert!(screen(&mut desk, "c").contains("promptTokens"), "{}", desk.screen());
}

#[test]
fn h_and_l_walk_the_tree_and_h_leaves_it_at_the_root() {
    let mut desk = inspecting();
    select(&mut desk, "promptTokens");
    desk.keys("h");
    desk.keys("p");
    assert_eq!(desk.copied(), Some(".metadata.usage"));
    desk.keys("h");
    assert!(!desk.screen().contains("promptTokens"), "it folds first\n{}", desk.screen());
    desk.keys("h l l p");
    assert_eq!(desk.app.display().focus(), Pane::Metadata);
    for _ in 0..8 {
        desk.keys("h");
    }
    assert_ne!(desk.app.display().focus(), Pane::Metadata);
}

#[test]
fn values_and_paths_are_copied() {
    let mut desk = inspecting();
    select(&mut desk, "completionTokens");
    desk.keys("y");
    assert_eq!(desk.copied(), Some("96"));
    desk.keys("p");
    assert_eq!(desk.copied(), Some(".metadata.usage.completionTokens"));
    select(&mut desk, "unit-5");
    desk.keys("p");
    assert_eq!(desk.copied(), Some(".metadata.sources[1]"));
    desk.keys("y");
    assert_eq!(desk.copied(), Some("algebra-1/unit-5"));
    select(&mut desk, "sources");
    desk.keys("y");
    let copied: Vec<String> = serde_json::from_str(desk.copied().unwrap()).unwrap();
    assert_eq!(copied, ["algebra-1/unit-4", "algebra-1/unit-5"]);
    desk.keys("g p");
    assert_eq!(desk.said(), "only a field of the tree has a path");
}

#[test]
fn a_value_becomes_a_filter() {
    let mut desk = inspecting();
    select(&mut desk, "userId");
    desk.keys(".");
    assert_eq!(desk.app.filter().unwrap().text, "user:alice");
    assert_eq!(desk.listed(), ["chat-1"]);
    select(&mut desk, "role");
    desk.keys(".");
    assert_eq!(desk.app.filter().unwrap().text, "user:alice role:assistant");
    desk.keys(".");
    assert_eq!(desk.app.filter().unwrap().text, "user:alice role:assistant", "not twice");
}

#[test]
fn a_value_of_the_metadata_becomes_a_filter_that_finds_its_message() {
    for (words, filter) in [
        ("gpt-4.1-mini", "meta.model:gpt-4.1-mini"),
        ("completionTokens", "meta.usage.completionTokens:96"),
        ("unit-5", "meta.sources:algebra-1/unit-5"),
        ("sources", "has:meta.sources"),
        ("flagged", "meta.flagged:false"),
    ] {
        let mut desk = inspecting();
        select(&mut desk, words);
        desk.keys(".");
        assert_eq!(desk.app.filter().unwrap().text, filter);
        assert_eq!(desk.listed(), ["chat-1"], "{filter}");
        assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 1, "{filter}");
    }
}

#[test]
fn what_no_filter_can_ask_for_is_said() {
    let mut desk = inspecting();
    select(&mut desk, "createdAt");
    desk.keys(".");
    let words = "filters can be made of sessionId, userId, componentId, role and metadata";
    assert_eq!(desk.said(), words);
    assert!(desk.app.filter().is_none());
}

#[test]
fn it_is_searched_by_itself() {
    let mut desk = inspecting();
    desk.keys("/ unit");
    assert!(desk.screen().contains("2 found"), "{}", desk.screen());
    desk.keys("enter y");
    assert_eq!(desk.copied(), Some("algebra-1/unit-4"));
    desk.keys("n y");
    assert_eq!(desk.copied(), Some("algebra-1/unit-5"));
    desk.keys("n y");
    assert_eq!(desk.copied(), Some("algebra-1/unit-4"), "round the end");
    desk.keys("N y");
    assert_eq!(desk.copied(), Some("algebra-1/unit-5"));
    assert!(desk.app.search().is_none(), "the messages are not searched");
    desk.keys("/ unit esc");
    assert!(!desk.screen().contains("found"), "{}", desk.screen());
}

#[test]
fn long_metadata_is_searched_away_from_the_screen() {
    let long: Vec<_> = (0..20_000).map(|at| format!("value number {at} of many")).collect();
    let message = serde_json::json!({
        "sessionId": "long", "userId": "alice", "role": "user", "content": "hello",
        "createdAt": "2026-10-01T09:00:00Z", "metadata": { "list": long },
    });
    let mut desk = Desk::with(WIDE, &[message]);
    desk.keys("enter");
    desk.focus(Pane::Metadata);
    desk.hold_workers();
    desk.keys("/");
    desk.paste("number");
    desk.paste(" 17000");
    assert!(desk.screen().contains("0 found"), "{}", desk.screen());
    desk.release_workers();
    assert!(desk.screen().contains("1 found"), "the older answer is ignored\n{}", desk.screen());
    desk.keys("enter y");
    assert_eq!(desk.copied(), Some("value number 17000 of many"));
}

#[test]
fn m_shows_its_json() {
    let mut desk = inspecting();
    desk.keys("m");
    assert_eq!(desk.app.panes().inspector().unwrap().look, InspectorMode::Json);
    let view = desk.screen();
    assert!(view.contains("\"model\": \"gpt-4.1-mini\""), "{view}");
    desk.keys("y");
    let whole: serde_json::Value = serde_json::from_str(desk.copied().unwrap()).unwrap();
    assert_eq!(whole["metadata"]["usage"]["promptTokens"], 812);
    desk.keys("m");
    assert_eq!(desk.app.panes().inspector().unwrap().look, InspectorMode::Tree);
}

#[test]
fn what_was_odd_is_said() {
    let mut desk = Desk::with(WIDE, &odd_messages());
    while desk.session() != "odd-types" {
        desk.keys("]");
    }
    let view = screen(&mut desk, "enter i");
    assert!(view.contains("the text was no string: shown as JSON"), "{view}");
    assert!(view.contains("surprise"), "fields that the description does not name\n{view}");
}

#[test]
fn without_a_message_there_is_nothing_to_inspect() {
    let mut desk = Desk::with(USUAL, &[]);
    desk.keys("i");
    assert_eq!(desk.said(), "no message is selected");
    assert!(desk.app.panes().inspector().is_none());
}

#[test]
fn messages_and_sessions_are_copied_clean() {
    let mut desk = Desk::with(WIDE, &odd_messages());
    while !desk.session().starts_with("bidi") {
        desk.keys("]");
    }
    desk.keys("enter g y");
    let copied = desk.copied().unwrap();
    assert!(!copied.chars().any(|letter| letter == '\u{1b}' || letter == '\u{9b}'), "{copied:?}");
    assert!(copied.contains("invoice"), "{copied:?}");
    desk.keys("Y");
    let copied = desk.copied().unwrap().to_owned();
    assert!(copied.starts_with("### user · "), "{copied:?}");
    assert!(!copied.contains('\u{1b}'), "{copied:?}");
    assert_eq!(copied.matches("### ").count(), 3, "{copied}");
}

#[test]
fn a_value_is_added_to_the_whole_of_a_filter_with_alternatives() {
    let mut desk = inspecting();
    desk.keys("f");
    desk.paste("factor OR osmosis");
    desk.keys("enter");
    desk.focus(Pane::Metadata);
    select(&mut desk, "userId");
    desk.keys(".");
    assert_eq!(desk.app.filter().unwrap().text, "(factor OR osmosis) user:alice");
    assert_eq!(desk.listed(), ["chat-1"]);
}

#[test]
fn a_megabyte_of_metadata_opens_folded() {
    let entries: Vec<_> = (0..60_000).map(|number| format!("an entry of {number}")).collect();
    let mut rows = messages();
    rows[1]["metadata"] = serde_json::json!({ "log": entries, "model": "m" });
    assert!(rows[1]["metadata"].to_string().len() > 900_000);
    let mut desk = Desk::with(Size { columns: 160, rows: 40 }, &rows);
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk.keys("enter J");
    desk.focus(Pane::Metadata);
    let screen = desk.screen();
    assert!(screen.contains("log  [ 60,000 ]"), "{screen}");
    assert!(desk.app.panes().inspector().unwrap().len() < 20, "only what is open is a row");
    select(&mut desk, "59999");
    assert!(desk.screen().contains("entry of 59999"), "{}", desk.screen());
}

#[test]
fn after_a_refresh_it_shows_the_message_that_is_selected_then() {
    let mut desk = inspecting();
    desk.keys("tab tab");
    assert!(desk.screen().contains("gpt-4.1-mini"), "{}", desk.screen());
    let mut rows = messages();
    rows[1]["metadata"] = serde_json::json!({ "model": "another-model" });
    desk.keys("r");
    desk.answer(&rows);
    assert!(desk.screen().contains("another-model"), "{}", desk.screen());
}
