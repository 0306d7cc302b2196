//! Renders LaTeX mathematics in the cells of a terminal.
//!
//! ```text
//!  text ─► formulas (finds them; skips money and shell code)
//!  body ─► parse (the tree) ─► in_line (one line of Unicode)
//!                           └► display (rows, as in a textbook)
//! ```
//!
//! A formula with an unknown part yields `None`, and the caller shows its source; nothing is
//! guessed. Size and depth limits bound the cost of any text.
//!
//! Input and output have no control characters except LF. Must not know Markdown, panes, colours or
//! the origin of a text.

mod block;
mod bracket;
mod find;
mod layout;
mod letters;
mod lexer;
mod line;
mod node;
mod parser;
mod spacing;
mod symbols;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use find::{formulas, has_formula};

use block::Room;
use spacing::MathStyle;

/// The most rows of a picture; more would not fit on a screen.
const MOST_ROWS: usize = 200;
/// The most columns of a picture, wider than any pane.
const MOST_COLUMNS: u16 = 1000;

/// The location of a formula in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Formula {
    /// Its byte range including the delimiters.
    pub whole: Range<usize>,
    /// Its byte range without the delimiters; an environment keeps `\begin` and `\end`.
    pub body: Range<usize>,
    /// Inline or display.
    pub place: FormulaPlace,
}

impl Formula {
    /// The range of the punctuation right after the formula, which a picture keeps on its own line
    /// because it would have none of its own.
    pub fn stop(&self, text: &str) -> Range<usize> {
        let behind = text.get(self.whole.end..).unwrap_or_default();
        let rest = behind.trim_start_matches(['.', ',', ';', ':', '!', '?']);
        let ends = rest.chars().next().is_none_or(char::is_whitespace);
        let length = if ends { behind.len() - rest.len() } else { 0 };
        self.whole.end..self.whole.end + length
    }
}

/// How a formula is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormulaPlace {
    /// Inline, within running text.
    InLine,
    /// Display, on lines of its own.
    OwnLines,
}

/// A formula laid out in two dimensions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// The rows, all of the same width.
    pub rows: Vec<String>,
    /// The width.
    pub columns: u16,
    /// The index of the row on the baseline of the surrounding text.
    pub baseline: u16,
}

/// Lays out a formula on one line of Unicode. `None` if it cannot be parsed or has no such form;
/// then show its source.
pub fn in_line(body: &str) -> Option<String> {
    let text = line::line(&parser::parse(body)?, MathStyle::Normal)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Lays out a formula as a picture of at most `columns`. `None` if it cannot be parsed or is too
/// large; [`in_line`] may still succeed.
pub fn display(body: &str, columns: u16) -> Option<Picture> {
    let room = Room { columns: usize::from(columns.min(MOST_COLUMNS)), rows: MOST_ROWS };
    let block = layout::picture(&parser::parse(body)?, room)?;
    let is_even = block.rows.iter().all(|row| crate::text::width(row) == block.width);
    let is_seen = block.rows.iter().any(|row| !row.trim().is_empty());
    if !is_even || !is_seen {
        return None;
    }
    Some(Picture {
        columns: u16::try_from(block.width).ok()?,
        baseline: u16::try_from(block.base).ok()?,
        rows: block.rows,
    })
}

/// A text as a search sees it: every formula in its inline form, the rest unchanged.
pub fn shown(text: &str) -> String {
    InlineText::of(text).text
}

/// The text of [`shown`] with a mapping back to the source.
#[derive(Debug)]
pub struct InlineText {
    /// The text.
    pub text: String,
    /// The range of each formula in `text`, and in the source.
    formulas: Vec<(Range<usize>, Range<usize>)>,
}

impl InlineText {
    /// Converts a text.
    pub fn of(text: &str) -> Self {
        let mut shown = Self { text: String::with_capacity(text.len()), formulas: Vec::new() };
        let mut end = 0;
        for formula in formulas(text, &[]) {
            let line = text.get(formula.body.clone()).and_then(in_line);
            let Some(line) = line else { continue };
            shown.text += text.get(end..formula.whole.start).unwrap_or_default();
            let start = shown.text.len();
            shown.text += &line;
            end = formula.whole.end;
            shown.formulas.push((start..shown.text.len(), formula.whole));
        }
        shown.text += text.get(end..).unwrap_or_default();
        shown
    }

    /// Maps a non-empty range of the text to the source. Part of a formula maps to the whole
    /// formula.
    pub fn source(&self, place: &Range<usize>) -> Range<usize> {
        let before = |at: usize| {
            let behind = self.formulas.partition_point(|(shown, _)| shown.start <= at);
            behind.checked_sub(1).and_then(|last| self.formulas.get(last))
        };
        let start = before(place.start).map_or(place.start, |(shown, source)| {
            if shown.contains(&place.start) {
                source.start
            } else {
                source.end + (place.start - shown.end)
            }
        });
        let last = place.end.saturating_sub(1);
        let end = before(last).map_or(place.end, |(shown, source)| {
            if shown.contains(&last) { source.end } else { source.end + (place.end - shown.end) }
        });
        start..end
    }
}
