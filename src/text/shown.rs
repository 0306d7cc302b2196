//! Text as it is meant, or as it is.

use super::clean::{Clean, clean_text};
use super::raw_view::source_text;

/// Whether text is shown as it is meant, or as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceView {
    /// As it is meant: cleaned, and Markdown laid out.
    Hidden,
    /// Exactly, with every hidden character as its number.
    Shown,
}

/// A piece of a message as it is shown.
pub fn shown(piece: &str, source: SourceView) -> Clean<'_> {
    match source {
        SourceView::Hidden => clean_text(piece),
        SourceView::Shown => source_text(piece),
    }
}
