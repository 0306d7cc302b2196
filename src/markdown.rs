//! Markdown as lines for a pane: `CommonMark` with tables, strikethrough, task lists and footnotes,
//! and mathematics.
//!
//! ```text
//!  clean text ─► mask (formulas out of the parser's sight) ─► the parser's events
//!             ─► write (blocks) ─► flow (the text of one block, with its inks) ─► page (lines)
//! ```
//!
//! The output consists of parts of the clean input and of fixed words, so it is clean too. No letter of
//! the source is lost: what Markdown would hide (link definitions, HTML, a surplus cell) is shown as
//! text. The work is linear in the text: nothing here recurses, and input that would exceed a limit is
//! shown as it was written.
//!
//! Must not know messages, panes, colours or keys.

mod code;
mod flow;
mod inline;
mod lists;
mod mask;
mod page;
mod plain;
mod table;
mod title;
mod write;

use std::ops::Range;

use crate::text::{Clean, Wrapping};

pub use mask::Masked;
pub use plain::is_plain;
pub use title::title;
pub use write::{Parsed, parsed};

/// The longest text that is read as Markdown, in bytes; a longer one is shown as it was written.
pub const MAX_BYTES: usize = 1 << 20;

/// How a document is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LayoutOptions {
    /// The columns of the pane; 0 counts as 1.
    pub columns: u16,
    /// The most columns that running text may use. Code, tables and formulas on their own lines may use
    /// all columns.
    pub measure: u16,
    /// Whether lines of text go on in the next one.
    pub wrapping: Wrapping,
    /// Whether lines of code wrap, too. Otherwise code may be wider than the pane.
    pub code_wraps: bool,
    /// What a single line break means.
    pub breaks: Breaks,
}

/// What a line break inside a paragraph means.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Breaks {
    /// The line ends there, as people who type a message expect.
    Kept,
    /// It is a space, as in Markdown.
    #[default]
    Joined,
}

/// A document as lines.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Document {
    /// All that is shown: the pieces in order, with a line feed between two lines.
    pub text: Clean<'static>,
    /// What stands on the lines, in order.
    pub pieces: Vec<StyledSpan>,
    /// The lines; empty only if the source is blank.
    pub lines: Vec<RenderedLine>,
    /// The code blocks.
    pub codes: Vec<Code>,
}

impl Document {
    /// The pieces of a line.
    pub fn pieces_of(&self, line: &RenderedLine) -> &[StyledSpan] {
        self.pieces.get(line.pieces.start as usize..line.pieces.end as usize).unwrap_or_default()
    }

    /// What a piece shows.
    pub fn text_of(&self, piece: &StyledSpan) -> Clean<'_> {
        self.text.part(piece.text.start as usize..piece.text.end as usize)
    }
}

/// One line.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RenderedLine {
    /// Which of the [`Document::pieces`]; none on a blank line.
    pub pieces: Range<u32>,
    /// The columns in front of the text: bars, bullets, the gutter of code. They do not scroll
    /// sideways.
    pub indent: u16,
    /// The total columns. More than the pane has only if text or code does not wrap, or if a single
    /// cluster is wider than the pane.
    pub columns: u32,
    /// The code that it shows.
    pub code: Option<CodeLine>,
}

/// What of a code block a line shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// Which of the [`Document::codes`].
    pub block: u32,
    /// Where the line's piece of ink [`SpanRole::Code`] begins in [`Code::text`]. The line above the
    /// code that tells its language has none.
    pub from: Option<u32>,
}

/// A run of one ink on one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StyledSpan {
    /// Bytes of [`Document::text`].
    pub text: Range<u32>,
    /// The bytes of the source that it shows; empty for decoration.
    pub source: Range<u32>,
    /// It shows the source byte for byte, so that offsets carry over. Otherwise it stands for all of
    /// the source range: a formula, a bullet.
    pub exact: bool,
    /// How it is painted.
    pub ink: TextStyle,
}

/// How a piece is painted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct TextStyle {
    /// What it is.
    pub role: SpanRole,
    /// Strong: bold.
    pub strong: bool,
    /// Emphasis: italics.
    pub emphasis: bool,
    /// Struck out.
    pub struck: bool,
}

impl TextStyle {
    /// The ink of a role, and nothing more.
    pub fn of(role: SpanRole) -> Self {
        Self { role, ..Self::default() }
    }
}

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum SpanRole {
    /// Text.
    #[default]
    Text,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// Text in a quote.
    Quote,
    /// Code, in the line or in a block.
    Code,
    /// The text of a link.
    Link,
    /// The target of a link or an image, with its brackets.
    Target,
    /// What stands for an image: its text, in brackets.
    Image,
    /// A rule.
    Rule,
    /// A bullet, a number, a box, the bar of a quote.
    Marker,
    /// The gutter of a code block, and its language.
    Gutter,
    /// A formula, or its source when it is not understood.
    Maths,
    /// The lines of a table.
    Border,
    /// HTML and other source that Markdown does not display: shown as written.
    Html,
}

/// A code block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The first word behind the fence; empty when there is none.
    pub language: Clean<'static>,
    /// The code alone, for copying and highlighting, without a final line feed.
    pub text: Clean<'static>,
    /// The bytes of the source from its first to its last character; bars of quotes may stand
    /// between them.
    pub source: Range<u32>,
    /// Its lines: indices of [`Document::lines`].
    pub lines: Range<u32>,
}

/// Lays out a text.
pub fn render(source: &Clean<'_>, look: LayoutOptions) -> Document {
    let whole = 0..source.len();
    if let Some(document) = write::document(source, look)
        && !document.lines.is_empty()
    {
        return document;
    }
    let mut page = page::LineWriter::new(source, look);
    if !source.as_str().trim().is_empty() {
        let flow = flow::Flow::verbatim(source, whole, TextStyle::default());
        page.paragraph(&flow);
    }
    page.finish()
}

/// A byte offset or a count as it is kept; what is beyond 4 GiB counts as 4 GiB.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A range as it is kept.
fn small_range(range: &Range<usize>) -> Range<u32> {
    small(range.start)..small(range.end)
}

#[cfg(test)]
mod tests;
