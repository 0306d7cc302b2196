//! The mouse.

use sfchat_tui::app::AppSettings;
use sfchat_tui::app::effect::{Effect, Mouse};
use sfchat_tui::app::event::MouseEvent::{Dragged, Pressed, Released, WheelDown, WheelUp};
use sfchat_tui::app::geometry::{Pane, Size};

use crate::data::messages;
use crate::desk::{Desk, WIDE, settings};

#[test]
fn a_click_selects_a_session_and_a_message() {
    let mut desk = Desk::loaded(WIDE);
    desk.mouse(Pressed(5, 6));
    assert_eq!((desk.session(), desk.app.display().focus()), ("chat-3".to_owned(), Pane::Sessions));
    desk.mouse(Released);
    desk.mouse(Pressed(60, 6));
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    assert!(desk.selected().starts_with("光合作用是"), "{}", desk.selected());
    // Below the last session there is nothing to select.
    desk.mouse(Pressed(5, 30));
    assert_eq!(desk.session(), "chat-3");
}

#[test]
fn a_click_on_the_top_line_switches_the_scope() {
    let mut desk = Desk::loaded(WIDE);
    let (_, from, to) = desk.app.workspace().places(desk.app.display().size().columns)[1];
    desk.mouse(Pressed(u16::midpoint(from, to), 0));
    assert_eq!(desk.app.current(), 1);
    assert_eq!(desk.asked(), ["class-102"]);
    desk.mouse(Pressed(119, 0));
    assert_eq!(desk.app.current(), 1);
}

#[test]
fn the_wheel_scrolls_the_pane_under_it_and_not_the_one_with_the_focus() {
    let mut desk = Desk::loaded(Size { columns: 100, rows: 10 });
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
    let first = |desk: &Desk| desk.app.tab().transcript.frame[0].spot;
    let before = first(&desk);
    desk.mouse(WheelDown(60, 4));
    assert!(first(&desk) > before);
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
    assert_eq!(desk.app.tab().sessions.top(), 0);
    desk.mouse(WheelUp(60, 4));
    assert_eq!(first(&desk), before);
    desk.mouse(WheelDown(3, 4));
    assert_eq!(desk.app.tab().sessions.top(), 1);
    desk.mouse(WheelUp(3, 4));
    assert_eq!(desk.app.tab().sessions.top(), 0);
}

#[test]
fn the_wheel_scrolls_the_metadata() {
    let mut desk = Desk::loaded(Size { columns: 100, rows: 16 });
    desk.keys("i");
    let metadata = desk.app.areas().unwrap().metadata;
    desk.mouse(WheelDown(metadata.x + 3, metadata.y + 2));
    assert_eq!(desk.app.panes().inspector().unwrap().selected(), 3);
    desk.mouse(WheelUp(metadata.x + 3, metadata.y + 2));
    assert_eq!(desk.app.panes().inspector().unwrap().selected(), 0);
    desk.mouse(Pressed(metadata.x + 3, metadata.y + 3));
    assert_eq!(desk.app.display().focus(), Pane::Metadata);
    assert_eq!(desk.app.panes().inspector().unwrap().selected(), 2);
}

#[test]
fn dragging_the_divider_changes_the_split() {
    let mut desk = Desk::loaded(WIDE);
    let width = |desk: &Desk| desk.app.areas().unwrap().sessions.width;
    let divider = width(&desk) - 1;
    desk.mouse(Pressed(divider, 10));
    desk.mouse(Dragged(59, 10));
    assert!(width(&desk).abs_diff(60) <= 2, "{}", width(&desk));
    desk.mouse(Released);
    desk.mouse(Dragged(30, 10));
    assert!(width(&desk).abs_diff(60) <= 2, "the button is up");
    desk.mouse(Pressed(80, 10));
    desk.mouse(Dragged(30, 10));
    assert!(width(&desk).abs_diff(60) <= 2, "the drag did not begin at the divider");
}

#[test]
fn a_mouse_that_is_the_terminals_is_ignored() {
    let mut desk = Desk::new(AppSettings { mouse: Mouse::Terminals, ..settings() }, WIDE);
    assert!(!desk.left.iter().any(|effect| matches!(effect, Effect::SetMouse(_))));
    desk.answer(&messages());
    let before = desk.screen();
    for event in [Pressed(5, 6), WheelDown(60, 5), Pressed(35, 10), Dragged(60, 10), Released] {
        desk.mouse(event);
    }
    assert_eq!(desk.screen(), before);
    desk.keys("f2");
    assert!(matches!(desk.left.last(), Some(Effect::SetMouse(Mouse::Ours))));
    desk.mouse(Pressed(5, 6));
    assert_eq!(desk.session(), "chat-3");
    desk.keys("f2");
    assert!(matches!(desk.left.last(), Some(Effect::SetMouse(Mouse::Terminals))));
}

#[test]
fn a_click_beside_a_menu_closes_it_and_does_nothing_else() {
    for keys in ["?", ":", "s", "e"] {
        let mut desk = Desk::loaded(WIDE);
        desk.keys(keys);
        desk.mouse(Pressed(2, 36));
        desk.mouse(Released);
        assert!(desk.app.layer().is_none(), "{keys}");
        let mut desk = Desk::loaded(WIDE);
        desk.keys(keys);
        desk.mouse(Pressed(5, 6));
        assert_eq!(desk.session(), "chat-2", "{keys}: nothing under it was clicked");
    }
}

#[test]
fn no_event_anywhere_is_too_much() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12), (20, 5), (1, 1)] {
        let mut desk = Desk::loaded(Size { columns, rows });
        for keys in ["", "enter", "i", "? ", "esc :", "esc /"] {
            desk.keys(keys);
            for (x, y) in [(0, 0), (columns - 1, rows - 1), (columns / 2, rows / 2), (500, 500)] {
                for event in
                    [Pressed(x, y), Dragged(x, y), WheelDown(x, y), WheelUp(x, y), Released]
                {
                    desk.mouse(event);
                    let _ = desk.screen();
                }
            }
        }
    }
}

#[test]
fn a_click_chooses_a_row_of_a_menu() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("s");
    let screen = desk.screen();
    let row =
        screen.lines().position(|line| line.contains("class-102") && line.contains("2  group"));
    let row = u16::try_from(row.expect("the menu lists class-102")).unwrap();
    desk.mouse(Pressed(40, row));
    assert_eq!(desk.app.current(), 1);
    desk.keys("s");
    desk.mouse(Pressed(1, 1));
    assert!(!desk.screen().contains(" Scopes "));
    assert_eq!(desk.app.current(), 1);
}
