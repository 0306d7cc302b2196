//! Text for display or as source.

use super::clean::{Clean, clean_text};
use super::raw_view::source_text;

/// Whether to show the source of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceView {
    /// Show it cleaned, with Markdown laid out.
    Hidden,
    /// Show it exactly, with hidden characters escaped.
    Shown,
}

/// A part of a message for display.
pub fn shown(piece: &str, source: SourceView) -> Clean<'_> {
    match source {
        SourceView::Hidden => clean_text(piece),
        SourceView::Shown => source_text(piece),
    }
}
