//! Mathematics written in LaTeX, shown in the cells of a terminal.
//!
//! ```text
//!  text ─► formulas (where they stand; money and shells are none)
//!  body ─► parse (the tree) ─► in_line (one line of Unicode)
//!                           └► display (rows, as in a textbook)
//! ```
//!
//! What is not understood in every part is `None`, and its source is shown: nothing is guessed.
//! Bodies are read up to a size and to a depth, so that no text can cost more than its length.
//!
//! Takes text without control characters, but for line feeds, and gives such text back. Must not
//! know Markdown, panes or colours, nor where a text comes from.

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

/// More rows than this are no picture that could be seen at once.
const MOST_ROWS: usize = 200;
/// Wider than any pane.
const MOST_COLUMNS: u16 = 1000;

/// Where a formula stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Formula {
    /// Its bytes with the delimiters.
    pub whole: Range<usize>,
    /// Its bytes without them; of an environment all of it, with `\begin` and `\end`.
    pub body: Range<usize>,
    /// How it wants to be shown.
    pub place: FormulaPlace,
}

impl Formula {
    /// The marks of a sentence that end it right behind the formula, in the text that it stands in:
    /// behind a picture they have no line of their own.
    pub fn stop(&self, text: &str) -> Range<usize> {
        let behind = text.get(self.whole.end..).unwrap_or_default();
        let rest = behind.trim_start_matches(['.', ',', ';', ':', '!', '?']);
        let ends = rest.chars().next().is_none_or(char::is_whitespace);
        let length = if ends { behind.len() - rest.len() } else { 0 };
        self.whole.end..self.whole.end + length
    }
}

/// How a formula wants to be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormulaPlace {
    /// Among the words.
    InLine,
    /// On lines of its own.
    OwnLines,
}

/// A formula in two dimensions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its rows; each has as many columns as the others.
    pub rows: Vec<String>,
    /// The columns of a row.
    pub columns: u16,
    /// The row that stands on the line of the text around it.
    pub baseline: u16,
}

/// A formula as one line of Unicode. `None`: it is not understood, or has no such form; its
/// source has to be shown.
pub fn in_line(body: &str) -> Option<String> {
    let text = line::line(&parser::parse(body)?, MathStyle::Normal)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A formula as a picture at most so many columns wide. `None`: it is not understood, or too
/// large; [`in_line`] may still have it.
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

/// A text as it is shown, as far as a search can know: every formula in its line form, all else
/// as it is.
pub fn shown(text: &str) -> String {
    InlineText::of(text).text
}

/// What [`shown`] makes, and the way back.
#[derive(Debug)]
pub struct InlineText {
    /// The text.
    pub text: String,
    /// Where each formula stands in it, and where in the source.
    formulas: Vec<(Range<usize>, Range<usize>)>,
}

impl InlineText {
    /// A text as it is shown.
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

    /// What a range of the text that is not empty is in the source; a part of a formula is all of it.
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
