//! Scopes: switching, picking, adding; one request at a time.

use sfchat_tui::app::AppSettings;
use sfchat_tui::scope::Scope;

use crate::data::{body, messages};
use crate::desk::{Desk, WIDE, screen, settings};

#[test]
fn a_number_switches_and_asks_once() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("2");
    assert_eq!(desk.asked(), ["class-102"]);
    assert!(desk.screen().contains("Loading…"), "{}", desk.screen());
    desk.answer(&messages()[..2]);
    assert_eq!(desk.listed(), ["chat-1"]);
    desk.keys("1");
    assert!(desk.asked().is_empty(), "a scope that was loaded shows at once");
    assert_eq!(desk.listed().len(), 4);
    desk.keys("2 1 2");
    assert!(desk.asked().is_empty());
    assert_eq!(desk.listed(), ["chat-1"]);
}

#[test]
fn there_are_scopes_beside_and_before() {
    let mut desk = Desk::loaded(WIDE);
    for (keys, scope) in [(")", 1), (")", 2), (")", 0), ("(", 2), ("(", 1), ("-", 2), ("-", 1)] {
        desk.keys(keys);
        assert_eq!(desk.app.current(), scope, "{keys}");
    }
}

#[test]
fn a_number_without_a_scope_says_what_to_do() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("7");
    assert_eq!(desk.said(), "there is no scope 7; press s to pick or add one");
    assert_eq!(desk.app.current(), 0);
    let mut desk = Desk::loaded(WIDE);
    desk.keys("-");
    assert_eq!(desk.said(), "no other scope was shown before");
}

#[test]
fn there_is_one_request_at_a_time() {
    let mut desk = Desk::new(settings(), WIDE);
    let first = desk.asked[0].0;
    desk.arrive(&body(&messages()[..4]));
    desk.keys("2");
    assert_eq!(desk.given_up, [first]);
    assert_eq!(desk.asked(), ["class-102"]);
    desk.keys("3");
    assert_eq!(desk.asked(), ["alice"]);
    // What was given up half-way is asked for again, from the beginning.
    desk.keys("1");
    assert_eq!(desk.asked(), ["class-101"]);
    assert_eq!(desk.app.tab().store.len(), 0);
    desk.answer(&messages());
    assert_eq!(desk.app.tab().store.len(), 14);
}

#[test]
fn a_load_goes_on_behind_a_scope_that_is_there() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("2 1");
    assert_eq!(desk.asked(), ["class-102"]);
    assert_eq!(desk.listed().len(), 4);
    desk.answer(&messages()[..2]);
    desk.keys("2");
    assert!(desk.asked().is_empty());
    assert_eq!(desk.listed(), ["chat-1"]);
}

#[test]
fn the_picker_takes_a_typed_group_or_user() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("s");
    assert!(desk.screen().contains("Scopes"), "{}", desk.screen());
    assert!(desk.screen().contains("group:class-102"), "{}", desk.screen());
    desk.keys("group:class-207 space user:bob enter");
    let scope = Scope { groups: vec!["class-207".into()], user: Some("bob".into()) };
    assert_eq!(desk.app.tab().scope, scope);
    assert_eq!(desk.asked[0].1, scope);
    assert_eq!(desk.app.workspace().tabs().len(), 4);
    desk.answer(&messages()[..2]);
    assert!(screen(&mut desk, "1 4").contains("bob in class-207"), "{}", desk.screen());
    assert!(desk.asked().is_empty());
}

#[test]
fn the_picker_finds_configured_scopes_by_their_words() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("s alice enter");
    assert_eq!(desk.app.current(), 2);
    desk.keys("s down enter");
    assert_eq!(desk.app.current(), 1);
    // One that is there already is not added again.
    desk.keys("s user:alice enter");
    assert_eq!((desk.app.current(), desk.app.workspace().tabs().len()), (2, 3));
    desk.keys("s nothing-like-it enter");
    assert_eq!(desk.said(), "type group:ID, user:ID, both, or all");
    desk.keys("esc");
    assert_eq!(desk.app.current(), 2);
    desk.keys("s all enter");
    assert_eq!(desk.asked(), ["everything"]);
}

#[test]
fn the_filter_and_the_search_go_along() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter / factor enter 2");
    desk.answer(&messages()[..4]);
    let view = desk.screen();
    assert!(view.contains("filter role:user × 2 messages"), "{view}");
    assert!(view.contains("search factor 1 match "), "{view}");
}

#[test]
fn a_filter_that_was_at_work_when_the_scope_was_left_comes_to_its_end() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("2");
    desk.answer(&messages()[..4]);
    desk.keys("1");
    desk.hold_workers();
    desk.keys("f role:user enter / factor enter 2 1");
    desk.release_workers();
    let view = desk.screen();
    assert!(view.contains("filter role:user × 8 messages"), "{view}");
    assert!(view.contains("search factor 2 matches"), "{view}");
    desk.keys("2");
    assert!(desk.screen().contains("filter role:user × 2 messages"), "{}", desk.screen());
}

#[test]
fn the_inspector_does_not_stay_open_over_other_messages() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("enter i l 2");
    desk.answer(&messages()[..2]);
    assert!(desk.app.panes().inspector().is_none());
    assert!(!desk.screen().contains("Metadata"), "{}", desk.screen());
}

#[test]
fn the_place_in_each_scope_is_its_own() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j j j enter G");
    let place = (desk.session(), desk.selected());
    desk.keys("2");
    desk.answer(&messages());
    desk.keys("1");
    assert_eq!((desk.session(), desk.selected()), place);
}

#[test]
fn another_scope_can_be_the_first() {
    let desk = Desk::new(AppSettings { first: 2, ..settings() }, WIDE);
    assert_eq!(desk.asked(), ["alice"]);
    let desk = Desk::new(AppSettings { first: 99, ..settings() }, WIDE);
    assert_eq!(desk.asked(), ["alice"], "a number that is too large is the last one");
    let desk = Desk::new(AppSettings { scopes: Vec::new(), ..settings() }, WIDE);
    assert_eq!(desk.asked(), ["everything"]);
}

#[test]
fn a_scope_shown_in_help_closes_the_help() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("? 2");
    desk.answer(&messages()[..2]);
    assert!(!desk.screen().contains(" Help "), "{}", desk.screen());
}
