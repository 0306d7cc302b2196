//! Facets: what is counted on the left, its values with bars on the right, or the map of the
//! metadata.

use crate::app::action::Action;
use crate::app::geometry::Area;
use crate::app::layer::facets::{FacetAreas, FacetPanel, FacetRow, Side};
use crate::app::{App, Privacy};
use crate::metadata::JsonKind;
use crate::stats::{CountAnswer, Facet, FacetValues, MetadataMap, PathSeen, ValueCount};
use crate::text::{Clean, clean_line_within, clean_owned, width};

use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{count, grouped, hidden};

/// Characters of a value that are shown.
const VALUE: usize = 200;
/// Columns of a count with its share behind it.
const NUMBERS: u16 = 19;
/// The keys of the panel.
const KEYS: [(Action, &str); 5] = [
    (Action::NextPane, "other side"),
    (Action::Open, "filter by it"),
    (Action::GoIn, "values of a path"),
    (Action::ClearFilter, "clear the filter"),
    (Action::Back, "back"),
];
/// What stands for a value that is missing.
pub(super) const NONE: &str = "(none)";
/// The parts of a bar's last cell, by eighths.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Paints the panel.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, panel: &FacetPanel) {
    let areas = FacetPanel::areas(app.display().size());
    let mut pen = painter.panel(areas.whole, " Facets ", theme.focus);
    draw_keys(app, theme, painter, areas.keys, &KEYS);
    if app.display().privacy() == Privacy::Hidden {
        hidden(app, theme, painter, areas.whole);
        return;
    }
    let answer = panel.answer(&app.context());
    if let Some((answer, _)) = answer {
        let (_, all) = answer.looked();
        let of = if app.filter().is_some() {
            "of what the filter leaves: "
        } else {
            "of the whole scope: "
        };
        painter.say(&mut pen, of, theme.quiet);
        painter.write_fitting(&mut pen, &count(all, "message", "messages"), theme.quiet);
        painter.say(&mut pen, " ", theme.quiet);
    }
    draw_rows(theme, painter, areas.facets, panel);
    let mut heading = LineCursor::new(areas.heading, 0);
    painter.write_fitting(&mut heading, &name(panel.chosen()), theme.strong);
    let Some((answer, is_last)) = answer else {
        painter.say(&mut heading, "  counting …", theme.quiet);
        return;
    };
    let said = summary(answer, is_last);
    painter.say(&mut heading, "  ", theme.text);
    painter.write_fitting(&mut heading, &said, theme.quiet);
    match &**answer {
        CountAnswer::Facet(values) => {
            draw_about(app, theme, painter, areas.heading, panel);
            draw_values(theme, painter, &areas, panel, values);
        }
        CountAnswer::MetadataMap(paths) => draw_map(theme, painter, &areas, panel, paths),
        CountAnswer::Statistics(_) | CountAnswer::Quality(_) => {}
    }
}

/// The keys of a panel, as many as fit.
pub(super) fn draw_keys(
    app: &App,
    theme: &Theme,
    painter: &mut Painter<'_>,
    area: Area,
    keys: &[(Action, &'static str)],
) {
    let mut pen = LineCursor::new(area, 0);
    if area.height == 0 {
        return;
    }
    for &(action, words) in keys {
        let Some(key) = app.settings().keymap.key_of(action) else { continue };
        let needed = width(&key) + width(words) + 3;
        if usize::from(pen.left()) < needed {
            break;
        }
        painter.say(&mut pen, " ", theme.text);
        painter.write(&mut pen, &clean_owned(key), theme.key);
        painter.say(&mut pen, " ", theme.quiet);
        painter.say(&mut pen, words, theme.quiet);
        painter.say(&mut pen, " ", theme.quiet);
    }
}

/// What a row on the left is called.
fn name(row: &FacetRow) -> Clean<'static> {
    match row {
        FacetRow::Map => clean_owned("all metadata".to_owned()),
        FacetRow::Values(facet) => clean_line_within(&facet.to_string(), VALUE).into_owned(),
    }
}

fn draw_rows(theme: &Theme, painter: &mut Painter<'_>, area: Area, panel: &FacetPanel) {
    let height = usize::from(area.height);
    let rows = panel.rows.iter().enumerate().skip(FacetPanel::top(panel.row, height)).take(height);
    for (place, (number, row)) in (0..).zip(rows) {
        let is_chosen = number == panel.row;
        let style = row_style(theme, is_chosen, panel.side == Side::Facets);
        painter.shade(Area { y: area.y + place, height: 1, ..area }, style);
        let mut pen = LineCursor::new(area, place);
        painter.say(&mut pen, if is_chosen { "▌" } else { " " }, style);
        let is_path = matches!(row, FacetRow::Values(Facet::Path(_)));
        if is_path {
            painter.say(&mut pen, " ", style);
        }
        painter.write_fitting(&mut pen, &name(row), style);
    }
}

fn row_style(theme: &Theme, is_chosen: bool, has_focus: bool) -> ratatui::style::Style {
    match (is_chosen, has_focus) {
        (true, true) => theme.selected,
        (true, false) => theme.selected_elsewhere,
        (false, _) => theme.text,
    }
}

/// How much there is, and of how much of the messages that is known.
fn summary(answer: &CountAnswer, is_last: bool) -> Clean<'static> {
    let (looked, all) = answer.looked();
    let text = match answer {
        CountAnswer::Facet(values) => {
            let listed = values.listed.len();
            let more = if values.is_open { "+" } else { "" };
            let first = if listed < values.distinct {
                format!(", the first {}", grouped(listed))
            } else {
                String::new()
            };
            let word = if values.distinct == 1 { "value" } else { "values" };
            format!("{}{more} {word}{first}", grouped(values.distinct))
        }
        CountAnswer::MetadataMap(paths) => {
            let more = if paths.is_cut { "+" } else { "" };
            let known = paths.listed.iter().filter(|seen| seen.path.is_some()).count();
            format!("{}{more} paths", grouped(known))
        }
        CountAnswer::Statistics(_) | CountAnswer::Quality(_) => String::new(),
    };
    let sample =
        if looked < all { format!(" in a sample of {}", grouped(looked)) } else { String::new() };
    let more = if is_last { "" } else { ", counting …" };
    clean_owned(format!("{text}{sample}{more}"))
}

/// Under the heading of a path: what stands there, in how many messages, and some of it.
fn draw_about(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area, panel: &FacetPanel) {
    let FacetRow::Values(Facet::Path(path)) = panel.chosen() else { return };
    let map = FacetPanel::metadata_map(&app.context());
    let seen = map.and_then(|map| {
        let mut listed = map.listed.iter();
        Some((listed.find(|seen| seen.path.as_ref() == Some(path))?, map.looked))
    });
    if let (Some((seen, looked)), 2..) = (seen, area.height) {
        let mut pen = LineCursor::new(area, 1);
        let text = format!("{} · in {}", kinds(seen), percent(seen.messages, looked).trim());
        painter.write_fitting(&mut pen, &clean_owned(text), theme.quiet);
        painter.say(&mut pen, " of the messages", theme.quiet);
    }
}

fn draw_values(
    theme: &Theme,
    painter: &mut Painter<'_>,
    areas: &FacetAreas,
    panel: &FacetPanel,
    values: &FacetValues,
) {
    let area = areas.values;
    let height = usize::from(area.height);
    let without = ValueCount { text: String::new(), count: values.without };
    let none = (values.without > 0).then_some(&without);
    let rows = values.listed.iter().chain(none).enumerate();
    let rows = rows.skip(FacetPanel::top(panel.value, height)).take(height);
    let most = values.listed.iter().chain(none).map(|value| value.count).max().unwrap_or(0);
    let words = area.width.saturating_sub(NUMBERS + 2);
    let bars = words / 3;
    for (place, (number, value)) in (0..).zip(rows) {
        let is_chosen = number == panel.value;
        let style = row_style(theme, is_chosen, panel.side == Side::Values);
        painter.shade(Area { y: area.y + place, height: 1, ..area }, style);
        let mut pen = LineCursor::new(area, place);
        painter.say(&mut pen, if is_chosen { "▌" } else { " " }, style);
        let bar_from = area.x + 2 + (words - bars);
        let mut text = LineCursor { end: bar_from.saturating_sub(1), ..pen };
        if value.text.is_empty() {
            painter.say(&mut text, NONE, if is_chosen { style } else { theme.quiet });
        } else {
            painter.write_fitting(&mut text, &clean_line_within(&value.text, VALUE), style);
        }
        let mut bar = LineCursor { x: bar_from, end: bar_from + bars, ..pen };
        draw_bar(painter, &mut bar, value.count, most, if is_chosen { style } else { theme.key });
        let numbers =
            format!("{:>10} {:>7}", grouped(value.count), percent(value.count, values.looked));
        let mut right = pen.last(NUMBERS);
        painter.write(&mut right, &clean_owned(numbers), style);
    }
    if values.listed.is_empty() && none.is_none() {
        painter.say(&mut LineCursor::new(area, 0), " There is nothing to count.", theme.quiet);
    }
}

/// A bar as long as its part of the most.
pub(super) fn draw_bar(
    painter: &mut Painter<'_>,
    pen: &mut LineCursor,
    part: usize,
    most: usize,
    style: ratatui::style::Style,
) {
    let eighths = usize::from(pen.left()) * 8 * part / most.max(1);
    let full = u16::try_from(eighths / 8).unwrap_or(0);
    let until = pen.x.saturating_add(full);
    painter.rule(pen, "█", until, style);
    if let Some(rest) = EIGHTHS.get(eighths % 8).filter(|rest| !rest.is_empty()) {
        painter.say(pen, rest, style);
    } else if part > 0 && full == 0 {
        painter.say(pen, "▏", style);
    }
}

/// Every path with what stands there, its share and some of its values.
fn draw_map(
    theme: &Theme,
    painter: &mut Painter<'_>,
    areas: &FacetAreas,
    panel: &FacetPanel,
    paths: &MetadataMap,
) {
    let area = areas.values;
    let wide = area.width.saturating_sub(11);
    let (path_columns, kind_columns) = (wide * 2 / 5, wide / 4);
    let columns = |row: u16| {
        let mut path = LineCursor::new(area, row);
        path.x += 1;
        let kind = LineCursor { x: area.x + 1 + path_columns + 1, ..path };
        let share = LineCursor { x: kind.x + kind_columns + 1, ..path };
        let sample = LineCursor { x: share.x + 9, ..path };
        let until = |pen: LineCursor, next: LineCursor| LineCursor {
            end: next.x.saturating_sub(1).min(pen.end),
            ..pen
        };
        [until(path, kind), until(kind, share), until(share, sample), sample]
    };
    if areas.heading.height > 1 {
        let heading = ["path", "types", "has it", "such as"];
        for (pen, words) in columns(0).into_iter().zip(heading) {
            let mut pen = LineCursor { y: areas.heading.y + 1, ..pen };
            painter.say(&mut pen, words, theme.quiet);
        }
    }
    let height = usize::from(area.height);
    let rows = paths.listed.iter().enumerate().skip(FacetPanel::top(panel.value, height));
    for (place, (number, seen)) in (0..).zip(rows.take(height)) {
        let is_chosen = number == panel.value;
        let style = row_style(theme, is_chosen, panel.side == Side::Values);
        painter.shade(Area { y: area.y + place, height: 1, ..area }, style);
        if is_chosen {
            painter.say(&mut LineCursor::new(area, place), "▌", style);
        }
        let [mut path, mut kind, mut share, mut sample] = columns(place);
        let whole = || "(any metadata)".to_owned();
        let text = seen.path.as_ref().map_or_else(whole, ToString::to_string);
        painter.write_fitting(&mut path, &clean_line_within(&text, VALUE), style);
        let quiet = if is_chosen { style } else { theme.quiet };
        painter.write_fitting(&mut kind, &clean_owned(kinds(seen)), quiet);
        painter.write(&mut share, &clean_owned(percent(seen.messages, paths.looked)), style);
        painter.write_fitting(&mut sample, &samples(seen), quiet);
    }
    if paths.listed.is_empty() {
        painter.say(&mut LineCursor::new(area, 0), " No message has metadata.", theme.quiet);
    }
}

/// The kinds of values at a path, the most frequent first.
fn kinds(seen: &PathSeen) -> String {
    let words = seen.kinds.iter().map(|kind| match kind {
        JsonKind::Object => "object",
        JsonKind::Array => "list",
        JsonKind::String => "text",
        JsonKind::Number => "number",
        JsonKind::Bool => "yes/no",
        JsonKind::Null => "null",
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A few of the values at a path.
fn samples(seen: &PathSeen) -> Clean<'static> {
    let texts: Vec<_> = seen.samples.iter().map(|text| clean_line_within(text, 40)).collect();
    let texts: Vec<&str> = texts.iter().map(Clean::as_str).collect();
    clean_owned(texts.join(", "))
}

/// A share of the messages: `66.0 %`.
pub(super) fn percent(part: usize, whole: usize) -> String {
    let thousandths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    match (part, thousandths) {
        (1.., 0) => "  <0.1 %".to_owned(),
        _ => format!("{:>4}.{} %", thousandths / 10, thousandths % 10),
    }
}
