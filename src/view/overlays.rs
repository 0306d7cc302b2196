//! Menus and the help, over the panes.

use crate::app::geometry::{Area, Areas, middle};
use crate::app::layer::Layer;
use crate::app::layer::help::{Help, HelpLine};
use crate::app::layer::menu::{Menu, MenuKind};
use crate::app::{App, Privacy};
use crate::text::{clean_line_within, clean_owned, width};

use super::Cursor;
use super::bottom::draw_field;
use super::exports;
use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{completion, facets, reports};

/// Paints what lies over the panes.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, areas: &Areas) -> Cursor {
    match app.layer() {
        Some(Layer::Menu(menu)) => Some(draw_menu(app, theme, painter, menu)),
        Some(Layer::Help(help)) => {
            draw_help(app, theme, painter, areas, help);
            None
        }
        Some(Layer::Export(dialog)) => {
            exports::draw(app, theme, painter, dialog);
            None
        }
        Some(Layer::Facets(panel)) => {
            facets::draw(app, theme, painter, panel);
            None
        }
        Some(Layer::Report(panel)) => {
            reports::draw(app, theme, painter, panel);
            None
        }
        Some(Layer::Prompt(prompt)) => {
            completion::draw(app, theme, painter, prompt);
            None
        }
        None | Some(Layer::MetadataPrompt(_) | Layer::TimePrompt(_) | Layer::NameView(_)) => None,
    }
}

fn draw_menu(app: &App, theme: &Theme, painter: &mut Painter<'_>, menu: &Menu) -> (u16, u16) {
    let area = menu.area(app.display().size());
    let inside = area.inside();
    let (title, empty) = match menu.kind {
        MenuKind::Palette => (" Actions ", "No matching action"),
        MenuKind::Scopes => (" Scopes ", "Type group:ID, user:ID, both, or all."),
        MenuKind::Terms => {
            (" Filter: Enter changes a term, Space removes it ", "No term has this.")
        }
        MenuKind::FilterBy => (" Filter by ", "No choice has these words."),
        MenuKind::Views if app.settings().views.is_empty() => {
            (" Views ", "There is none yet: filter, then save the filter as one.")
        }
        MenuKind::Views => (" Views ", "No view has these words."),
    };
    painter.panel(area, title, theme.focus);
    let mut pen = LineCursor::new(inside, 0);
    painter.say(&mut pen, "> ", theme.key);
    let cursor = draw_field(theme, painter, &mut pen, &menu.field);
    let list = Menu::list(area);
    if menu.rows.is_empty() {
        painter.say(&mut LineCursor::new(list, 0), empty, theme.quiet);
    }
    let height = usize::from(list.height);
    let top = menu.top(height);
    let rows = menu.rows.iter().enumerate().skip(top).take(height);
    for (place, (number, row)) in (0..).zip(rows) {
        let is_chosen = number == menu.selected;
        let style = if is_chosen { theme.selected } else { theme.text };
        painter.shade(Area { y: list.y + place, height: 1, ..list }, style);
        let mut pen = LineCursor::new(list, place);
        painter.say(&mut pen, if is_chosen { "▌" } else { " " }, style);
        // An id is nothing to be read along; it is chosen by the words beside it.
        let is_hidden =
            app.display().privacy() == Privacy::Hidden && menu.kind == MenuKind::FilterBy;
        let detail = clean_line_within(if is_hidden { "" } else { &row.detail }, 60);
        let columns = u16::try_from(width(detail.as_str())).unwrap_or(0);
        let mut right = LineCursor { end: pen.end.saturating_sub(1), ..pen };
        right.x = right.end.saturating_sub(columns).max(pen.x + pen.left() / 2);
        pen.end = right.x.saturating_sub(1);
        painter.write_fitting(&mut pen, &clean_line_within(&row.label, 200), style);
        painter.write_fitting(&mut right, &detail, if is_chosen { style } else { theme.key });
    }
    cursor
}

fn draw_help(app: &App, theme: &Theme, painter: &mut Painter<'_>, areas: &Areas, help: &Help) {
    let body = Area {
        x: 0,
        y: areas.top.height,
        width: app.display().size().columns,
        height: app.display().size().rows.saturating_sub(areas.top.height + 1),
    };
    let area = middle(app.display().size(), 86, body.height);
    let pen = painter.panel(area, " Help ", theme.focus);
    let lines = help.lines(&app.context());
    let inside = area.inside();
    let height = usize::from(inside.height);
    let top = help.top.min(lines.len().saturating_sub(height));
    if lines.len() > height {
        let text = format!(" {}–{} of {} ", top + 1, (top + height).min(lines.len()), lines.len());
        let text = clean_owned(text);
        let columns = u16::try_from(width(text.as_str())).unwrap_or(0);
        let mut pen =
            LineCursor { end: (area.x + area.width).saturating_sub(2), ..pen }.last(columns);
        painter.write(&mut pen, &text, theme.quiet);
    }
    let key_columns = (inside.width / 3).clamp(12, 24);
    for (row, line) in (0..inside.height).zip(lines.into_iter().skip(top)) {
        let mut pen = LineCursor::new(inside, row);
        pen.x += 1;
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(words) => painter.say(&mut pen, words, theme.strong),
            HelpLine::Key(keys, words) => {
                let start = pen.x;
                let mut left = LineCursor { end: (start + key_columns).min(pen.end), ..pen };
                painter.write_fitting(&mut left, &clean_owned(keys), theme.key);
                pen.x = start + key_columns + 1;
                painter.write_fitting(&mut pen, &clean_owned(words.to_owned()), theme.text);
            }
        }
    }
}
