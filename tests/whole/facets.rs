//! Facets: the result counted by what its messages have in common, and the map of its metadata.

use serde_json::json;
use sfchat_tui::app::event::MouseEvent;
use sfchat_tui::app::layer::Layer;
use sfchat_tui::app::layer::facets::{FacetPanel, Side};

use crate::data::{messages, odd_messages};
use crate::desk::{Desk, NARROW, SMALLEST, USUAL, WIDE, screen};

fn panel(desk: &Desk) -> &FacetPanel {
    match desk.app.layer() {
        Some(Layer::Facets(panel)) => panel,
        other => panic!("{other:?}"),
    }
}

fn filter(desk: &Desk) -> String {
    desk.app.filter().map_or(String::new(), |filter| filter.text.clone())
}

#[test]
fn the_result_is_counted_by_role_user_and_day() {
    let mut desk = Desk::loaded(WIDE);
    insta::assert_snapshot!("facets_roles", screen(&mut desk, "a"));
    insta::assert_snapshot!("facets_users", screen(&mut desk, "j tab j"));
    desk.keys("enter");
    assert_eq!(filter(&desk), "user:alice");
    let view = desk.screen();
    assert!(view.contains("of what the filter leaves: 5 messages"), "{view}");
    desk.keys("tab j j j l enter");
    assert_eq!(filter(&desk), "user:alice on:2026-09-30");
    desk.keys("F");
    assert!(desk.screen().contains("the whole scope: 14 messages"), "{}", desk.screen());
    desk.keys("esc esc");
    assert!(desk.app.layer().is_none());
}

#[test]
fn the_map_shows_every_path_of_the_metadata() {
    let mut desk = Desk::loaded(WIDE);
    insta::assert_snapshot!("facets_map", screen(&mut desk, "a j j j j j j tab j j"));
    desk.keys("l");
    assert_eq!(panel(&desk).side, Side::Values);
    insta::assert_snapshot!("facets_path", desk.screen());
    desk.keys("enter");
    assert!(filter(&desk).starts_with("meta."), "{}", filter(&desk));
}

#[test]
fn a_path_on_the_map_becomes_a_term() {
    let mut desk = Desk::loaded(USUAL);
    desk.keys("a G tab esc g j j j j j j l enter");
    assert_eq!(filter(&desk), "has:metadata");
    insta::assert_snapshot!("facets_usual", desk.screen());
}

#[test]
fn what_lacks_a_value_can_be_asked_for() {
    let mut desk = Desk::with(WIDE, &odd_messages());
    desk.keys("a j tab G");
    assert!(desk.screen().contains("(none)"), "{}", desk.screen());
    desk.keys("enter");
    assert_eq!(filter(&desk), "-user:*");
    let view = desk.screen();
    assert!(!view.contains('\u{1b}') && !view.contains('\u{202e}'), "{view}");
}

#[test]
fn hostile_names_and_values_are_cleaned_and_quoted() {
    let mut rows = messages();
    for row in &mut rows {
        row["metadata"] = json!({ "a\u{1b}[2J :(": { "b\u{202e}": "\u{7}v \"q\" *" }, "n": 1 });
    }
    let mut desk = Desk::with(WIDE, &rows);
    for keys in ["a j j j j j j tab", "G", "g j j"] {
        let view = screen(&mut desk, keys);
        assert!(!view.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{view}");
    }
    desk.keys("l enter");
    assert!(filter(&desk).starts_with("meta.\"a"), "{}", filter(&desk));
    assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 14, "{}", filter(&desk));
}

#[test]
fn nothing_is_shown_or_chosen_while_it_is_hidden() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "a j P");
    assert!(view.contains("Hidden. P shows it again."), "{view}");
    assert!(!view.contains("alice ") || !view.contains("█"), "{view}");
    desk.keys("tab enter");
    assert_eq!(filter(&desk), "");
    assert!(screen(&mut desk, "P").contains("alice"));
}

#[test]
fn an_older_count_is_shown_until_there_is_a_new_one() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("a j");
    desk.hold_workers();
    desk.keys("tab enter");
    let view = desk.screen();
    assert!(view.contains("counting …") && view.contains("bob"), "{view}");
    desk.release_workers();
    let view = desk.screen();
    assert!(!view.contains("counting …"), "{view}");
    assert!(view.contains("1 value"), "{view}");
    desk.hold_workers();
    desk.keys("esc j");
    assert!(desk.screen().contains("component  counting …"), "{}", desk.screen());
    desk.keys("esc");
    desk.release_workers();
    assert!(desk.app.layer().is_none());
}

#[test]
fn the_mouse_chooses_and_adds() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("a");
    let areas = FacetPanel::areas(WIDE);
    desk.mouse(MouseEvent::Pressed(areas.facets.x + 2, areas.facets.y + 1));
    assert_eq!(panel(&desk).row, 1);
    let (x, y) = (areas.values.x + 2, areas.values.y + 1);
    desk.mouse(MouseEvent::Pressed(x, y));
    assert_eq!((panel(&desk).side, panel(&desk).value), (Side::Values, 1));
    desk.mouse(MouseEvent::WheelDown(x, y));
    assert_eq!(panel(&desk).value, 2);
    desk.mouse(MouseEvent::WheelUp(x, y));
    desk.mouse(MouseEvent::Pressed(x, y));
    assert_eq!(filter(&desk), "user:alice");
    desk.mouse(MouseEvent::Pressed(0, WIDE.rows - 1));
    assert!(desk.app.layer().is_none());
}

#[test]
fn the_panel_stands_in_every_window() {
    for size in [WIDE, USUAL, NARROW, SMALLEST] {
        let mut desk = Desk::loaded(size);
        for keys in ["a", "j", "G", "tab", "G", "enter", "g", "esc", "F", "P", "P"] {
            assert_eq!(screen(&mut desk, keys).lines().count(), usize::from(size.rows));
        }
        let areas = FacetPanel::areas(size);
        for area in [areas.whole, areas.facets, areas.heading, areas.values, areas.keys] {
            assert!(area.x + area.width <= size.columns && area.y + area.height <= size.rows);
        }
    }
}

#[test]
fn without_messages_there_is_nothing_to_count() {
    let mut desk = Desk::with(WIDE, &[]);
    desk.keys("a");
    assert_eq!(desk.said(), "there are no messages to count");
}
