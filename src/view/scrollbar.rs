//! The scrollbars, in the right borders of the list and of the transcript: no cell of text is lost.
//!
//! ```text
//!  ┃ what is in the window   ┤ a message of the student   ● a match   ◄ the selected message
//! ```
//!
//! Each has its own sign, so they are told apart without colours. Only where a border is plain is
//! it painted over: corners and crossings stay.

use crate::app::App;
use crate::app::geometry::{Area, Pane, SESSION_ROWS};
use crate::app::scrollbar::Mark;

use super::painter::Painter;
use super::theme::{StyleClass, Theme};

/// The scrollbar of the transcript.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let bar = app.panes().scrollbar();
    let thumb = bar.thumb();
    for (row, (y, mark)) in rows(area).zip(bar.marks()).enumerate() {
        let in_window = thumb.contains(&row);
        let (sign, ink) = match (row == bar.selected(), mark, in_window) {
            (true, ..) => ("◄", StyleClass::ScrollbarSelected),
            (_, Mark { is_match: true, .. }, _) => ("●", StyleClass::ScrollbarMatch),
            (_, Mark { is_turn: true, .. }, true) => ("┫", StyleClass::ScrollbarTurn),
            (_, Mark { is_turn: true, .. }, false) => ("┤", StyleClass::ScrollbarTurn),
            (_, _, true) => ("┃", StyleClass::ScrollbarThumb),
            // The border of the pane with the focus stays what it is.
            _ if app.display().focus() == Pane::Transcript => continue,
            _ => ("│", StyleClass::ScrollbarTrack),
        };
        painter.over_border(x_of(area), y, sign, theme.ink(ink));
    }
}

/// The scrollbar of the list, while it has more sessions than fit.
pub(super) fn draw_of_list(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let sessions = &app.tab().sessions;
    let (count, height) = (sessions.rows().len(), usize::from(area.inside().height));
    let window = height / usize::from(SESSION_ROWS);
    if count <= window {
        return;
    }
    let first = sessions.top() * height / count;
    let last = ((sessions.top() + window) * height).div_ceil(count).max(first + 1);
    for (_, y) in rows(area).enumerate().filter(|(row, _)| (first..last).contains(row)) {
        painter.over_border(x_of(area), y, "┃", theme.ink(StyleClass::ScrollbarThumb));
    }
}

fn rows(area: Area) -> std::ops::Range<u16> {
    let inside = area.inside();
    inside.y..inside.y.saturating_add(inside.height)
}

fn x_of(area: Area) -> u16 {
    area.x.saturating_add(area.width).saturating_sub(1)
}
