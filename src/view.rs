//! Painting: from the state to the cells of a frame. Changes nothing, keeps nothing.
//!
//! ```text
//!   sfchat-tui  1 class-101  2 class-102      6,412 messages · 318 sessions · 2 min ago   top
//!  ┌ Sessions 12/318 ──────┬ Transcript ── how do I factor … ──────────────── 3/14 ┐
//!  │ sessions              │ transcript                                            │
//!  └───────────────────────┴───────────────────────────────────────────────────────┘
//!   filter role:user                              / search  f filter  ? help            bottom
//! ```
//!
//! Where panes stand is decided by `app::geometry`; what they show was prepared by the state.
//! Must not know how messages are fetched or searched.

mod bottom;
mod completion;
mod direction;
mod exports;
mod facets;
mod metadata;
mod overlays;
mod painter;
mod reports;
mod scrollbar;
mod sessions;
mod situation;
mod theme;
mod top;
mod transcript;

use ratatui::buffer::Buffer;

use crate::app::action::Action;
use crate::app::geometry::{Area, Areas, Pane};
use crate::app::{App, Privacy};
use crate::config::RightToLeft;
use crate::text::grouped;
use crate::text::{BaseDirection, Clean, clean_owned};

use painter::{LineCursor, Painter};

pub use theme::{BUILT_IN, Depth, StyleClass, Theme, ThemeFile, Themes, background_of};

/// Where the terminal's own cursor is to stand; `None` hides it.
pub type Cursor = Option<(u16, u16)>;

/// Paints a frame.
pub fn draw(app: &App, theme: &Theme, buffer: &mut Buffer) -> Cursor {
    let Some(areas) = app.areas() else {
        too_small(app, theme, buffer);
        return None;
    };
    let mut painter = Painter::new(buffer);
    top::draw(app, theme, &mut painter, areas.top);
    frames(app, theme, &mut painter, &areas);
    match app.display().privacy() {
        Privacy::Open => panes(app, theme, &mut painter, &areas),
        Privacy::Hidden => hidden(app, theme, &mut painter, areas.of(app.display().focus())),
    }
    bottom::draw_failure(app, theme, &mut painter, areas.notice);
    let cursor = bottom::draw(app, theme, &mut painter, areas.bottom);
    if app.settings().right_to_left == RightToLeft::Program {
        painter.arrange(areas.sessions, BaseDirection::LeftToRight);
        painter.arrange(areas.transcript, BaseDirection::OfText);
        painter.arrange(areas.metadata, BaseDirection::LeftToRight);
    }
    overlays::draw(app, theme, &mut painter, &areas).or(cursor)
}

/// The borders; the one of the pane with the focus is drawn last, over those it shares.
fn frames(app: &App, theme: &Theme, painter: &mut Painter<'_>, areas: &Areas) {
    for pane in [Pane::Sessions, Pane::Transcript, Pane::Metadata] {
        painter.frame(areas.of(pane), theme.border);
    }
    painter.frame(areas.of(app.display().focus()), theme.focus);
}

/// What the panes show.
fn panes(app: &App, theme: &Theme, painter: &mut Painter<'_>, areas: &Areas) {
    if areas.sessions.width > 0 {
        sessions::draw(app, theme, painter, areas.sessions);
    }
    if areas.transcript.width > 0 {
        transcript::draw(app, theme, painter, areas.transcript);
    }
    if areas.metadata.width > 0 {
        metadata::draw(app, theme, painter, areas.metadata);
    }
}

/// What stands in the panes while nobody is to read along: how to see them again.
fn hidden(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let mut pen = LineCursor::new(area.inside(), 0);
    let text = format!("Hidden. {} shows it again.", app.key(Action::Hide));
    painter.write_fitting(&mut pen, &clean_owned(text), theme.text);
}

/// The style of a pane's title.
fn title_style(app: &App, theme: &Theme, pane: Pane) -> ratatui::style::Style {
    if app.display().focus() == pane { theme.focus } else { theme.strong }
}

fn too_small(app: &App, theme: &Theme, buffer: &mut Buffer) {
    let size = app.display().size();
    let area = crate::app::geometry::Area { x: 0, y: 0, width: size.columns, height: size.rows };
    let mut pen = LineCursor::new(area, size.rows / 2);
    let smallest = crate::app::geometry::SMALLEST;
    let (columns, rows) = (smallest.columns, smallest.rows);
    let long = format!("window too small: {columns}x{rows} is needed");
    let short = "window too small".to_owned();
    let fits = long.len() <= usize::from(size.columns);
    let text = if fits { long } else { short };
    Painter::new(buffer).write(&mut pen, &crate::text::clean_line(&text), theme.text);
}

/// A number of things: `1 message`, `6,412 messages`.
fn count(number: usize, one: &str, many: &str) -> Clean<'static> {
    let word = if number == 1 { one } else { many };
    crate::text::clean_line(&format!("{} {word}", grouped(number))).into_owned()
}

/// A number of bytes: `812 B`, `34 kB`, `1.2 MB`.
fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{} kB", number / 1_000),
        1_000_000..1_000_000_000 => {
            format!("{}.{} MB", number / 1_000_000, number % 1_000_000 / 100_000)
        }
        _ => format!("{}.{:02} GB", number / 1_000_000_000, number % 1_000_000_000 / 10_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(count(1, "message", "messages").as_str(), "1 message");
        assert_eq!(count(1_234_567, "message", "messages").as_str(), "1,234,567 messages");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(34_567), "34 kB");
        assert_eq!(bytes(605_123_456), "605.1 MB");
        assert_eq!(bytes(2_147_483_648), "2.14 GB");
    }
}
