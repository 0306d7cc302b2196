//! The sentence in an empty list: nothing is ever blank without saying why, and what to do.

use crate::app::App;
use crate::app::action::Action;
use crate::app::geometry::Area;
use crate::app::scope_view::Completeness;
use crate::text::{Wrapping, clean_line_within, clean_text, wrap};

use super::bytes;
use super::painter::{LineCursor, LineStyles, Painter};
use super::theme::Theme;

/// Paints the sentence into an area.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let text = sentence(app);
    let text = clean_text(&text);
    let mut lines = Vec::new();
    let columns = area.width.saturating_sub(2).max(1);
    wrap(text.as_str(), columns, Wrapping::On, &mut lines);
    let styles = LineStyles { text: theme.text, mark: theme.mark, matched: theme.matched };
    // A blank line above it, where there is room.
    let first = u16::from(usize::from(area.height) > lines.len());
    for (row, line) in (first..area.height).zip(lines) {
        let mut pen = LineCursor::new(area, row);
        pen.x += 1;
        painter.write_line(&mut pen, &text, line, &[], styles);
    }
}

/// Why nothing is shown, and what to do.
pub(super) fn sentence(app: &App) -> String {
    let tab = app.tab();
    let key = |action| app.key(action);
    if let Some(progress) = &tab.progress
        && tab.store.is_empty()
    {
        let retry = match &progress.retry {
            Some((why, attempt)) => {
                format!("\n{}\nAttempt {attempt} follows.", clean_line_within(why, 200))
            }
            None => String::new(),
        };
        return format!(
            "Loading… {} so far.{retry}\n{} cancels.",
            bytes(progress.bytes),
            key(Action::Back)
        );
    }
    if let Some(failure) = &tab.failure
        && tab.store.is_empty()
    {
        let what = clean_line_within(&failure.what, 400);
        let advice = clean_line_within(&failure.advice, 400);
        return format!("Failed: {what}\n{advice}\n{} tries again.", key(Action::Refresh));
    }
    if tab.filter.question().is_some() && !tab.store.is_empty() {
        if tab.filter.is_complete() {
            let (edit, clear) = (key(Action::Filter), key(Action::ClearFilter));
            return format!("Nothing matches the filter.\n{edit} changes it, {clear} clears it.");
        }
        return "Filtering…".to_owned();
    }
    let (pick, refresh) = (key(Action::PickScope), key(Action::Refresh));
    match tab.completeness {
        Completeness::Cancelled => {
            format!("Cancelled before anything arrived.\n{refresh} loads again.")
        }
        Completeness::Whole if tab.store.is_empty() => {
            format!("No messages in this scope.\n{pick} picks another scope, {refresh} asks again.")
        }
        Completeness::Nothing if tab.progress.is_none() => {
            format!("Nothing was loaded.\n{refresh} loads.")
        }
        _ => "Loading…".to_owned(),
    }
}
