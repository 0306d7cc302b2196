//! The dialog of an export, and the bar of the one that is being written.

use ratatui::style::Style;

use crate::app::geometry::Area;
use crate::app::layer::export::{ExportDialog, ExportRow, Exporting};
use crate::app::{App, Privacy};
use crate::export::BEST_EFFORT;
use crate::text::grouped;
use crate::text::{Clean, clean_line_within, clean_owned};

use super::count;
use super::painter::{LineCursor, Painter};
use super::theme::Theme;

/// The columns of the names of rows.
const NAMES: u16 = 8;
/// Characters of a line of the preview.
const LINE: usize = 200;
/// The columns of the bar.
const BAR: u16 = 20;

/// Paints the dialog.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, dialog: &ExportDialog) {
    let area = ExportDialog::area(app.display().size());
    painter.panel(area, " Export to a file here ", theme.focus);
    let inside = area.inside();
    for (place, row) in (0..).zip(ExportRow::ALL).take(usize::from(inside.height)) {
        draw_row(theme, painter, dialog, row, Area { y: inside.y + place, height: 1, ..inside });
    }
    let used = u16::try_from(ExportRow::ALL.len()).unwrap_or(0);
    if inside.height <= used {
        return;
    }
    let rest = Area { y: inside.y + used, height: inside.height - used, ..inside };
    preview(app, theme, painter, dialog, rest);
}

fn draw_row(
    theme: &Theme,
    painter: &mut Painter<'_>,
    dialog: &ExportDialog,
    row: ExportRow,
    area: Area,
) {
    let is_chosen = dialog.row == row;
    let style = if is_chosen { theme.selected } else { theme.text };
    painter.shade(area, style);
    let quiet = |usual: Style| if is_chosen { style } else { usual };
    let mut pen = LineCursor::new(area, 0);
    painter.say(&mut pen, if is_chosen { "▌" } else { " " }, style);
    let (name, value, more) = words(dialog, row);
    painter.say(&mut pen, name, quiet(theme.key));
    pen.x = area.x.saturating_add(NAMES + 1).min(pen.end);
    painter.say(&mut pen, if is_chosen { "‹ " } else { "  " }, style);
    painter.say(&mut pen, value, style);
    painter.say(&mut pen, if is_chosen { " ›  " } else { "    " }, style);
    painter.write_fitting(&mut pen, &more, quiet(theme.quiet));
}

/// The name of a row, its value, and what there is to say of it.
fn words(dialog: &ExportDialog, row: ExportRow) -> (&'static str, &'static str, Clean<'static>) {
    let form = dialog.options.form;
    match row {
        ExportRow::What => {
            let (messages, sessions) = dialog.counts;
            let messages = count(messages, "message", "messages");
            let sessions = count(sessions, "session", "sessions");
            ("what", dialog.scope.name(), clean_owned(format!("{messages}, {sessions}")))
        }
        ExportRow::Form => ("form", form.name(), Clean::fixed(form.help())),
        ExportRow::Ids if dialog.options.pseudonymize => {
            ("ids", "pseudonyms", Clean::fixed("e-mail addresses and telephone numbers go, too"))
        }
        ExportRow::Ids => ("ids", "as they are", Clean::default()),
        ExportRow::Texts if !form.takes_raw() => {
            ("texts", "as the form needs them", Clean::default())
        }
        ExportRow::Texts if dialog.options.raw => {
            ("texts", "as they were sent", Clean::fixed("controls and formulas included"))
        }
        ExportRow::Texts => ("texts", "cleaned", Clean::fixed("nothing in them can run")),
    }
}

fn preview(app: &App, theme: &Theme, painter: &mut Painter<'_>, dialog: &ExportDialog, area: Area) {
    let mut pen = LineCursor::new(area, 0);
    painter.rule(&mut pen, "─", area.x.saturating_add(2), theme.border);
    painter.say(&mut pen, " so it begins ", theme.quiet);
    let end = pen.end;
    painter.rule(&mut pen, "─", end, theme.border);
    // What would be misunderstood stands below, the filter's part first.
    let hidden = dialog.hidden.map(|hidden| {
        let (messages, _) = dialog.counts;
        let messages = count(messages, "message", "messages");
        clean_owned(format!("It has {messages}, {}.", hidden.words()))
    });
    let effort = dialog.options.pseudonymize.then(|| Clean::fixed(BEST_EFFORT));
    let room = usize::from(area.height.saturating_sub(2));
    let notes: Vec<Clean<'_>> = hidden.into_iter().chain(effort).collect();
    let notes = notes.get(notes.len().saturating_sub(room)..).unwrap_or_default();
    let lines = area.height.saturating_sub(1 + u16::try_from(notes.len()).unwrap_or(0));
    for (row, note) in (1 + lines..).zip(notes) {
        painter.write_fitting(&mut LineCursor::new(area, row), note, theme.warning);
    }
    if app.display().privacy() == Privacy::Hidden {
        painter.say(&mut LineCursor::new(area, 1), "Hidden.", theme.quiet);
        return;
    }
    let Some(known) = &dialog.preview else {
        painter.say(&mut LineCursor::new(area, 1), "…", theme.quiet);
        return;
    };
    for (row, line) in (1..=lines).zip(known) {
        let mut pen = LineCursor::new(area, row);
        painter.write_fitting(&mut pen, &clean_line_within(line, LINE), theme.text);
    }
}

/// Paints how far an export is, from the left of the bottom line.
pub(super) fn progress(
    theme: &Theme,
    painter: &mut Painter<'_>,
    pen: &mut LineCursor,
    (exporting, key): (Exporting, &str),
) {
    let Exporting { done, of, is_stopping, .. } = exporting;
    painter.say(pen, "exporting ", theme.key);
    if pen.left() > BAR + 40 {
        let mut cells = Area { x: pen.x, y: pen.y, width: BAR, height: 1 };
        painter.shade(cells, theme.quiet);
        let mut bar = LineCursor::new(cells, 0);
        painter.rule(&mut bar, "─", cells.x + BAR, theme.quiet);
        let part = u64::from(BAR) * done.min(of) / of.max(1);
        cells.width = u16::try_from(part).unwrap_or(BAR).min(BAR);
        painter.shade(cells, theme.progress);
        pen.x += BAR + 1;
    }
    let number = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let hint = if is_stopping { "stopping".to_owned() } else { format!("{key} stops it") };
    let text = format!("{} of {} messages  {hint}  ", number(done), number(of));
    painter.write_fitting(pen, &clean_owned(text), theme.text);
}
