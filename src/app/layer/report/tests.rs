//! Steps among the lines of a panel.

use super::*;

fn panel() -> ReportPanel {
    let bar = |number: u64| {
        let term = Some(format!("user:u{number}"));
        ReportLine::Bar(Bar { name: None, messages: number, sessions: 1, of: 9, most: 9, term })
    };
    let heading = |name| ReportLine::Heading { name, sessions: "" };
    let mut lines = vec![ReportLine::Note("a".to_owned()), ReportLine::Blank, heading("one")];
    lines.extend((0..10).map(bar));
    lines.extend([ReportLine::Blank, heading("two")]);
    lines.extend((10..13).map(bar));
    lines.push(ReportLine::Note("z".to_owned()));
    let mut panel = ReportPanel::new(ReportKind::Statistics);
    panel.fill(lines);
    panel
}

#[test]
fn the_first_and_the_last_line_are_shown_with_what_stands_around_them() {
    let mut panel = panel();
    assert_eq!((panel.chosen, panel.top(6)), (Some(3), 0));
    panel.step(usize::MAX / 2, Direction::Down, 6);
    assert_eq!((panel.chosen, panel.top(6)), (Some(17), 13));
    panel.step(usize::MAX / 2, Direction::Up, 6);
    assert_eq!((panel.chosen, panel.top(6)), (Some(3), 0));
}

#[test]
fn lines_that_stand_for_nothing_are_stepped_over() {
    let mut panel = panel();
    panel.step(9, Direction::Down, 6);
    assert_eq!(panel.chosen, Some(12));
    panel.step(1, Direction::Down, 6);
    assert_eq!((panel.chosen, panel.top(6)), (Some(15), 10));
    panel.step(1, Direction::Up, 6);
    assert_eq!(panel.chosen, Some(12));
    panel.step_section(Direction::Down, 6);
    assert_eq!((panel.chosen, panel.top(6)), (Some(15), 10));
    panel.step_section(Direction::Down, 6);
    assert_eq!((panel.chosen, panel.top(6)), (Some(3), 0));
}

#[test]
fn what_was_chosen_stays_chosen_among_other_lines() {
    let mut panel = panel();
    panel.step(4, Direction::Down, 6);
    let mut lines = panel.lines.clone();
    lines.remove(3);
    panel.fill(lines);
    assert_eq!(panel.chosen, Some(6));
    panel.fill(vec![ReportLine::Blank]);
    assert_eq!((panel.chosen, panel.top(6)), (None, 0));
    panel.step(1, Direction::Down, 6);
    assert_eq!(panel.top(6), 0);
}
