//! Statistics and the check as panels: one column of numbers, summaries and bars.

use ratatui::style::Style;

use crate::app::action::Action;
use crate::app::geometry::Area;
use crate::app::layer::report::{Bar, ReportKind, ReportLine, ReportPanel};
use crate::app::{App, Privacy};
use crate::text::{Clean, clean_line_within, clean_owned};

use super::facets::{NONE, draw_bar, draw_keys, percent};
use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{grouped, hidden};

/// Characters of a name or value that are shown.
const VALUE: usize = 400;
/// Columns of a number, and of one value of a summary.
const NUMBER: usize = 11;
/// Columns of a number of messages, their share, and a number of sessions.
const NUMBERS: u16 = 30;
/// The keys of a panel whose lines can be chosen.
const KEYS: [(Action, &str); 4] = [
    (Action::Open, "filter by it"),
    (Action::NextPane, "next part"),
    (Action::ClearFilter, "clear the filter"),
    (Action::Back, "back"),
];

/// Paints a panel.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, panel: &ReportPanel) {
    let areas = ReportPanel::areas(app.display().size());
    let (title, keys) = match panel.kind {
        ReportKind::Statistics => (" Statistics ", KEYS.as_slice()),
        ReportKind::Check => (" Check ", &[(Action::Back, "back")][..]),
    };
    let mut pen = painter.panel(areas.whole, title, theme.focus);
    draw_keys(app, theme, painter, areas.keys, keys);
    if app.display().privacy() == Privacy::Hidden {
        hidden(app, theme, painter, areas.whole);
        return;
    }
    draw_about(app, theme, painter, &mut pen, panel);
    let height = usize::from(areas.lines.height);
    let lines = panel.lines.iter().enumerate().skip(panel.top(height)).take(height);
    for (row, (number, line)) in (0..).zip(lines) {
        let area = Area { y: areas.lines.y + row, height: 1, ..areas.lines };
        let is_chosen = panel.chosen == Some(number);
        if is_chosen {
            painter.shade(area, theme.selected);
            painter.say(&mut LineCursor::new(area, 0), "▌", theme.selected);
        }
        draw_line(theme, painter, area, line, is_chosen);
    }
}

/// Which messages it is about, and whether it is still being made.
fn draw_about(
    app: &App,
    theme: &Theme,
    painter: &mut Painter<'_>,
    pen: &mut LineCursor,
    panel: &ReportPanel,
) {
    let of = match (panel.kind, app.filter()) {
        (ReportKind::Statistics, Some(_)) => "of what the filter leaves ",
        (ReportKind::Statistics, None) | (ReportKind::Check, _) => "of the whole scope ",
    };
    painter.say(pen, of, theme.quiet);
    if !panel.is_last {
        painter.say(pen, "· counting … ", theme.quiet);
    }
    let height = usize::from(ReportPanel::areas(app.display().size()).lines.height);
    let (top, all) = (panel.top(height), panel.lines.len());
    if all > height {
        let last = (top + height).min(all);
        let text = format!(" {}–{} of {} ", grouped(top + 1), grouped(last), grouped(all));
        let text = clean_owned(text);
        let columns = u16::try_from(crate::text::width(text.as_str())).unwrap_or(0);
        if columns < pen.left() {
            painter.write(&mut pen.last(columns), &text, theme.quiet);
        }
    }
}

fn draw_line(
    theme: &Theme,
    painter: &mut Painter<'_>,
    area: Area,
    line: &ReportLine,
    is_chosen: bool,
) {
    let style = |plain: Style| if is_chosen { theme.selected } else { plain };
    let names = match line {
        // These have no columns beside them.
        ReportLine::Fact { .. } => (area.width / 2).clamp(8, 34),
        _ => (area.width / 3).clamp(8, 34),
    };
    let mut name = LineCursor::new(area, 0);
    name.x += 1;
    let mut value = LineCursor { x: name.x + names, ..name };
    name.end = value.x.saturating_sub(1).min(name.end);
    match line {
        ReportLine::Blank => {}
        ReportLine::Verdict { text, is_good } => {
            let style = if *is_good { theme.strong } else { theme.warning };
            let mut pen = LineCursor { end: value.end, ..name };
            painter.write_fitting(&mut pen, &clean_line_within(text, VALUE), style);
        }
        ReportLine::Fact { name: words, value: text, .. } => {
            painter.write_fitting(&mut name, &Clean::fixed(words), style(theme.quiet));
            painter.write_fitting(&mut value, &clean_line_within(text, VALUE), style(theme.text));
        }
        ReportLine::SummaryHeading(words) => {
            let words = in_columns(words, value.left());
            painter.write_fitting(&mut value, &words, theme.strong);
        }
        ReportLine::Summary { name: words, values } => {
            painter.write_fitting(&mut name, &Clean::fixed(words), theme.quiet);
            let Some(values) = values else {
                painter.say(&mut value, "none", theme.quiet);
                return;
            };
            let values = in_columns(values, value.left());
            painter.write_fitting(&mut value, &values, theme.text);
        }
        ReportLine::Heading { name: words, sessions } => {
            painter.say(&mut name, words, theme.strong);
            let columns = numbers(&["messages", "share", sessions]);
            let mut value =
                LineCursor { end: value.end.min(value.x.saturating_add(NUMBERS)), ..value };
            painter.write(&mut value, &clean_owned(columns), theme.quiet);
        }
        ReportLine::Note(text) => {
            let mut pen = LineCursor { x: name.x + 2, end: value.end, ..name };
            painter.write_fitting(&mut pen, &clean_line_within(text, VALUE), theme.quiet);
        }
        ReportLine::Bar(bar) => {
            draw_part(theme, painter, (name, value), bar, is_chosen);
        }
    }
}

/// Figures side by side: each as wide as usual, or as wide as lets all of them stand in `room`.
fn in_columns(figures: &[impl std::fmt::Display], room: u16) -> Clean<'static> {
    let width = (usize::from(room) / figures.len().max(1)).min(NUMBER);
    let figures: Vec<String> = figures.iter().map(|figure| format!("{figure:>width$}")).collect();
    clean_owned(figures.concat())
}

/// A name, a number, its share, and a bar as long as its part of the longest.
fn draw_part(
    theme: &Theme,
    painter: &mut Painter<'_>,
    (mut name, rest): (LineCursor, LineCursor),
    bar: &Bar,
    is_chosen: bool,
) {
    let style = |plain: Style| if is_chosen { theme.selected } else { plain };
    match bar.name.as_deref().filter(|name| !name.is_empty()) {
        Some(text) => {
            painter.write_fitting(&mut name, &clean_line_within(text, VALUE), style(theme.text));
        }
        None => painter.say(&mut name, NONE, style(theme.quiet)),
    }
    let [messages, of, most] = [bar.messages, bar.of, bar.most].map(small);
    let sessions = grouped(bar.sessions);
    let numbers = numbers(&[&grouped(messages), &percent(messages, of), &sessions]);
    let end = rest.x.saturating_add(NUMBERS).min(rest.end);
    let mut numbers_pen = LineCursor { end, ..rest };
    painter.write(&mut numbers_pen, &clean_owned(numbers), style(theme.text));
    let mut pen = LineCursor {
        x: end.saturating_add(1).min(rest.end),
        end: rest.end.saturating_sub(1),
        ..rest
    };
    draw_bar(painter, &mut pen, messages, most, style(theme.key));
}

/// Messages, their share and sessions, each in its column.
fn numbers([messages, share, sessions]: &[&str; 3]) -> String {
    format!("{messages:>NUMBER$} {share:>8} {sessions:>9}")
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
