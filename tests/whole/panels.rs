//! Statistics and the check, as panels over the panes.

use serde_json::json;
use sfchat_tui::app::event::MouseEvent;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::layer::Layer;
use sfchat_tui::app::layer::report::{ReportLine, ReportPanel};
use sfchat_tui::port::{FailureKind, FetchEvent};

use crate::data::{body, messages, odd_messages};
use crate::desk::{Desk, NARROW, SMALLEST, USUAL, WIDE, failure, screen, settings};

fn panel(desk: &Desk) -> &ReportPanel {
    match desk.app.layer() {
        Some(Layer::Report(panel)) => panel,
        other => panic!("{other:?}"),
    }
}

fn chosen(desk: &Desk) -> &str {
    let panel = panel(desk);
    panel.lines[panel.chosen.unwrap()].term().unwrap()
}

fn filter(desk: &Desk) -> String {
    desk.app.filter().map_or(String::new(), |filter| filter.text.clone())
}

/// Chooses the line of a term.
fn go_to(desk: &mut Desk, term: &str) {
    desk.keys("S g");
    while chosen(desk) != term {
        let before = chosen(desk).to_owned();
        desk.keys("j");
        assert_ne!(chosen(desk), before, "{term} is not listed");
    }
}

#[test]
fn statistics_are_read_from_top_to_bottom() {
    let mut desk = Desk::loaded(WIDE);
    insta::assert_snapshot!("statistics_wide", screen(&mut desk, "S"));
    insta::assert_snapshot!("statistics_wide_end", screen(&mut desk, "G"));
    desk.keys("esc");
    assert!(desk.app.layer().is_none());
    let mut desk = Desk::loaded(USUAL);
    insta::assert_snapshot!("statistics_usual", screen(&mut desk, "S tab tab"));
}

#[test]
fn an_exact_repeat_counts_once_everywhere_and_how_many_there_are_stands_beside() {
    let mut all = messages();
    let once = all.len();
    all.extend([all[0].clone(), all[0].clone()]);
    let mut desk = Desk::with(WIDE, &all);
    let top = desk.screen().lines().next().unwrap_or_default().to_owned();
    assert!(top.contains(&format!("{once} messages")) && top.contains("2 repeats"), "{top}");
    let of_alice = messages().iter().filter(|one| one["sessionId"] == "chat-1").count();
    let row = format!("alice · {of_alice} msgs");
    assert!(desk.screen().contains(&row), "{row} in {}", desk.screen());
    let view = screen(&mut desk, "S");
    let has = |name: &str, value: &str| {
        view.lines().any(|line| line.contains(name) && line.contains(value))
    };
    assert!(has("messages", &once.to_string()) && has("exact repeats", "2, not counted"), "{view}");
    desk.keys("esc");
    let facets = screen(&mut desk, "a");
    assert!(facets.contains(&format!("the whole scope: {once} messages")), "{facets}");
}

#[test]
fn every_part_can_be_walked_into_and_has_as_many_messages_as_it_says() {
    let mut desk = Desk::with(WIDE, &odd_messages());
    desk.keys("S");
    let parts: Vec<(String, u64)> = panel(&desk)
        .lines
        .iter()
        .filter_map(|line| match line {
            ReportLine::Bar(bar) => Some((bar.term.clone()?, bar.messages)),
            ReportLine::Fact { value, term, .. } => Some((term.clone()?, value.parse().unwrap())),
            _ => None,
        })
        .collect();
    assert!(parts.len() > 30, "{parts:?}");
    for (term, messages) in parts {
        desk.keys("esc F");
        go_to(&mut desk, &term);
        desk.keys("enter");
        assert_eq!(filter(&desk), term);
        assert!(desk.app.layer().is_none());
        let hits = desk.app.tab().filter.hits().unwrap();
        assert_eq!(hits.len() as u64, messages, "{term}");
    }
}

#[test]
fn all_four_figures_stand_in_a_narrow_window() {
    let mut desk = Desk::loaded(Size { columns: 60, rows: 30 });
    let view = screen(&mut desk, "S");
    let heading = view.lines().find(|line| line.contains("median")).unwrap_or_default();
    assert!(heading.contains("90 %") && heading.contains("most"), "{view}");
    let row = view.lines().find(|line| line.contains("characters")).unwrap_or_default();
    assert!(
        row.split_whitespace().filter(|word| word.parse::<u32>().is_ok()).count() == 4,
        "{view}"
    );
    assert!(!row.contains('…'), "{view}");
}

#[test]
fn a_filter_narrows_what_is_counted_and_grows_by_what_is_chosen() {
    let mut desk = Desk::loaded(WIDE);
    go_to(&mut desk, "user:alice");
    desk.keys("enter S");
    let view = desk.screen();
    assert!(view.contains("Statistics of what the filter leaves"), "{view}");
    go_to_open(&mut desk, "role:user");
    desk.keys("enter");
    assert_eq!(filter(&desk), "user:alice role:user");
    desk.keys("S F");
    assert!(desk.screen().contains("Statistics of the whole scope"), "{}", desk.screen());
}

/// The same in a panel that is open.
fn go_to_open(desk: &mut Desk, term: &str) {
    desk.keys("esc");
    go_to(desk, term);
}

#[test]
fn the_check_says_first_whether_everything_is_there() {
    let mut desk = Desk::loaded(WIDE);
    insta::assert_snapshot!("check_wide", screen(&mut desk, "C"));
    let mut desk = Desk::with(USUAL, &odd_messages());
    insta::assert_snapshot!("check_usual", screen(&mut desk, "C"));
    let end = screen(&mut desk, "G");
    assert!(end.contains("out of order") && end.contains("duplicates"), "{end}");
    desk.keys("C");
    assert!(desk.app.layer().is_none());
}

#[test]
fn the_check_is_of_the_scope_and_not_of_what_the_filter_leaves() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("S enter");
    assert!(!filter(&desk).is_empty());
    let view = screen(&mut desk, "C");
    assert!(view.contains("messages") && view.contains("14; 14 declared"), "{view}");
}

#[test]
fn what_was_declared_and_is_missing_is_said() {
    let mut desk = Desk::new(settings(), WIDE);
    let mut said: serde_json::Value = serde_json::from_slice(&body(&messages())).unwrap();
    said["total"] = json!(20);
    let body = said.to_string();
    desk.arrive(body.as_bytes());
    let view = screen(&mut desk, "C");
    assert!(view.contains("still loading: this is what arrived so far"), "{view}");
    assert!(view.contains("so far") && view.contains("the server declared no number"), "{view}");
    let (_, tally) = crate::data::decoded(body.as_bytes());
    desk.finish(FetchEvent::Finished(Box::new(tally)));
    let view = desk.screen();
    assert!(view.contains("something is missing"), "{view}");
    assert!(view.contains("14 of 20 declared: 6 missing"), "{view}");
}

#[test]
fn a_load_that_was_cut_short_or_cancelled_is_not_complete() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.arrive(&body(&messages()));
    desk.finish(FetchEvent::Failed(failure(FailureKind::Cut)));
    let view = screen(&mut desk, "C");
    assert!(view.contains("503 Service Unavailable"), "{view}");
    assert!(matches!(panel(&desk).lines[0], ReportLine::Verdict { is_good: false, .. }));
    let mut desk = Desk::new(settings(), WIDE);
    desk.arrive(&body(&messages()));
    let view = screen(&mut desk, "esc C");
    assert!(view.contains("the load was cancelled"), "{view}");
}

#[test]
fn while_it_is_counted_that_is_said_and_what_is_old_is_ignored() {
    let mut desk = Desk::loaded(WIDE);
    desk.hold_workers();
    assert!(screen(&mut desk, "S").contains("· counting …"));
    desk.keys("enter");
    assert_eq!(filter(&desk), "", "there is nothing to choose yet");
    desk.keys("C");
    desk.release_workers();
    let view = desk.screen();
    assert!(view.contains(" Check ") && !view.contains("counting …"), "{view}");
    desk.hold_workers();
    desk.keys("S esc");
    desk.release_workers();
    assert!(desk.app.layer().is_none());
    // What was there before is shown until there is something new.
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter S");
    assert!(!desk.screen().contains("counting …"), "{}", desk.screen());
    desk.hold_workers();
    let view = screen(&mut desk, "F");
    assert!(view.contains("· counting …") && view.contains("messages per session"), "{view}");
    desk.release_workers();
    assert!(!desk.screen().contains("counting …"), "{}", desk.screen());
    // What was counted before is known at once.
    desk.keys("esc");
    desk.hold_workers();
    assert!(!screen(&mut desk, "S").contains("counting …"), "{}", desk.screen());
    desk.release_workers();
    desk.keys("esc");
    // From a report to the facets and back: each stops the other's count.
    desk.hold_workers();
    desk.keys("S a S");
    desk.release_workers();
    assert!(panel(&desk).is_last && panel(&desk).lines.len() > 30);
}

#[test]
fn nothing_is_shown_or_chosen_while_it_is_hidden() {
    let mut desk = Desk::loaded(WIDE);
    for keys in ["S", "C"] {
        let view = screen(&mut desk, &format!("{keys} P"));
        assert!(view.contains("Hidden. P shows it again."), "{view}");
        assert!(!view.contains("reply waits") && !view.contains("out of order"), "{view}");
        desk.keys("enter");
        assert_eq!(filter(&desk), "");
        desk.keys("P esc");
    }
    let mut desk = Desk::loaded(WIDE);
    desk.keys("S P");
    let lines = ReportPanel::areas(WIDE).lines;
    for row in 0..lines.height {
        desk.mouse(MouseEvent::Pressed(lines.x + 3, lines.y + row));
        desk.mouse(MouseEvent::Pressed(lines.x + 3, lines.y + row));
    }
    assert_eq!(filter(&desk), "");
}

#[test]
fn names_are_cleaned_and_quoted() {
    let mut rows = messages();
    for row in &mut rows {
        row["userId"] = json!("a\u{1b}[2J b\u{202e}");
        row["role"] = json!("\u{7}odd role");
        row["x\u{1b}]0;y\u{7}"] = json!(1);
    }
    let mut desk = Desk::with(WIDE, &rows);
    for keys in ["S", "G", "C", "G"] {
        let view = screen(&mut desk, keys);
        assert!(!view.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{view}");
    }
    desk.keys("esc S enter");
    assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 14, "{}", filter(&desk));
}

#[test]
fn the_mouse_chooses_and_filters() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("S");
    let lines = ReportPanel::areas(WIDE).lines;
    let number = panel(&desk).lines.iter().position(|line| line.term() == Some("role:user"));
    let y = lines.y + u16::try_from(number.unwrap()).unwrap();
    desk.mouse(MouseEvent::Pressed(lines.x + 2, lines.y));
    assert_ne!(chosen(&desk), "role:user");
    desk.mouse(MouseEvent::Pressed(lines.x + 2, y));
    assert_eq!((chosen(&desk), filter(&desk).as_str()), ("role:user", ""));
    desk.mouse(MouseEvent::WheelDown(lines.x, y));
    assert_ne!(chosen(&desk), "role:user");
    desk.mouse(MouseEvent::WheelUp(lines.x, y));
    desk.mouse(MouseEvent::Pressed(lines.x + 2, y));
    desk.mouse(MouseEvent::Pressed(lines.x + 2, y));
    assert_eq!(filter(&desk), "role:user");
    desk.keys("S");
    desk.mouse(MouseEvent::Pressed(0, 0));
    assert!(desk.app.layer().is_none());
}

#[test]
fn a_panel_stands_in_every_window() {
    for size in [WIDE, USUAL, NARROW, SMALLEST] {
        let mut desk = Desk::with(size, &odd_messages());
        for keys in ["S", "j", "G", "tab", "s-tab", "pgdn", "pgup", "g", "P", "P", "C", "G", "k"] {
            assert_eq!(screen(&mut desk, keys).lines().count(), usize::from(size.rows));
        }
        let areas = ReportPanel::areas(size);
        for area in [areas.whole, areas.lines, areas.keys] {
            assert!(area.x + area.width <= size.columns && area.y + area.height <= size.rows);
        }
    }
}

#[test]
fn the_palette_knows_both() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys(": statistics enter");
    assert!(desk.screen().contains(" Statistics of the whole scope"), "{}", desk.screen());
    desk.keys(": check enter");
    assert!(desk.screen().contains(" Check of the whole scope"), "{}", desk.screen());
}

#[test]
fn without_messages_there_is_nothing_to_count_but_something_to_check() {
    let mut desk = Desk::with(WIDE, &[]);
    desk.keys("S");
    assert_eq!(desk.said(), "there are no messages to count");
    assert!(screen(&mut desk, "C").contains("0; 0 declared"), "{}", desk.screen());
}

#[test]
fn help_asked_for_in_a_panel_goes_back_to_it() {
    for (key, head) in [("a", "Facets"), ("S", "Statistics"), ("C", "Check")] {
        for close in ["esc", "?", "q"] {
            let mut desk = Desk::loaded(WIDE);
            desk.keys(key);
            assert!(desk.screen().contains(head), "{}", desk.screen());
            desk.keys("?");
            assert!(desk.screen().contains("Help"), "{}", desk.screen());
            desk.keys(close);
            assert!(desk.screen().contains(head), "{key} {close}: {}", desk.screen());
            desk.keys("esc");
            assert!(!desk.screen().contains(head), "{key} {close}: {}", desk.screen());
        }
    }
}
