//! Lays out Markdown as lines for a pane: `CommonMark` with tables, strikethrough, task lists,
//! footnotes and mathematics.
//!
//! ```text
//!  clean text ─► mask (hide formulas from the parser) ─► parser events
//!             ─► write (blocks) ─► flow (styled text of one block) ─► page (lines)
//! ```
//!
//! The output consists of slices of the clean input and fixed words, so it is clean too. Every
//! letter of the source appears: what Markdown would hide (link definitions, HTML, surplus cells)
//! is shown as text. The work is linear in the length of the text: nothing recurses, and input
//! above a limit is shown verbatim.
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

/// The longest text to parse as Markdown, in bytes. Longer text is shown verbatim.
pub const MAX_BYTES: usize = 1 << 20;

/// Layout parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LayoutOptions {
    /// The width of the pane in columns; 0 counts as 1.
    pub columns: u16,
    /// The maximum width of running text. Code, tables and display formulas may use the full width.
    pub measure: u16,
    /// Whether text wraps.
    pub wrapping: Wrapping,
    /// Whether lines of code wrap too. If not, code may be wider than the pane.
    pub code_wraps: bool,
    /// How to treat single line breaks.
    pub breaks: Breaks,
}

/// How to treat a line break inside a paragraph.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Breaks {
    /// Keep it, as people who type a message expect.
    Kept,
    /// Replace it by a space, as Markdown does.
    #[default]
    Joined,
}

/// A document laid out as lines.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Document {
    /// The visible text: the spans in order, with a line feed between lines.
    pub text: Clean<'static>,
    /// The spans of all lines, in order.
    pub pieces: Vec<StyledSpan>,
    /// The lines; empty only if the source is blank.
    pub lines: Vec<RenderedLine>,
    /// The code blocks, in order.
    pub codes: Vec<Code>,
}

impl Document {
    /// The spans of a line.
    pub fn pieces_of(&self, line: &RenderedLine) -> &[StyledSpan] {
        self.pieces.get(line.pieces.start as usize..line.pieces.end as usize).unwrap_or_default()
    }

    /// The text of a span.
    pub fn text_of(&self, piece: &StyledSpan) -> Clean<'_> {
        self.text.part(piece.text.start as usize..piece.text.end as usize)
    }
}

/// A line of a document.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RenderedLine {
    /// Its indices in [`Document::pieces`]; empty for a blank line.
    pub pieces: Range<u32>,
    /// The columns before the text: quote bars, bullets, the code gutter. They do not scroll
    /// sideways.
    pub indent: u16,
    /// The total width. Exceeds the pane only if the text or code does not wrap, or if a single
    /// grapheme cluster is wider than the pane.
    pub columns: u32,
    /// The code on this line, if any.
    pub code: Option<CodeLine>,
}

/// The part of a code block on a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// The index in [`Document::codes`].
    pub block: u32,
    /// The offset in [`Code::text`] of the line's [`SpanRole::Code`] span. `None` for the line that
    /// names the language.
    pub from: Option<u32>,
}

/// A run of text in one style on one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StyledSpan {
    /// Its byte range in [`Document::text`].
    pub text: Range<u32>,
    /// The byte range of the source that it shows; empty for decoration.
    pub source: Range<u32>,
    /// Whether it shows the source byte for byte, so that offsets carry over. If not, it stands for
    /// the source range as a whole: a formula, a bullet.
    pub exact: bool,
    /// Its style.
    pub ink: TextStyle,
}

/// The style of a span.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct TextStyle {
    /// The role, which selects the colour.
    pub role: SpanRole,
    /// Bold.
    pub strong: bool,
    /// Italic.
    pub emphasis: bool,
    /// Struck through.
    pub struck: bool,
}

impl TextStyle {
    /// The style of a role without emphasis.
    pub fn of(role: SpanRole) -> Self {
        Self { role, ..Self::default() }
    }
}

/// The role of a span.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum SpanRole {
    /// Plain text.
    #[default]
    Text,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// Text in a quote.
    Quote,
    /// Inline code or a line of a code block.
    Code,
    /// Link text.
    Link,
    /// The target of a link or an image, including its brackets.
    Target,
    /// The alternative text of an image, in brackets.
    Image,
    /// A thematic break.
    Rule,
    /// A bullet, an item number, a check box, a quote bar.
    Marker,
    /// The gutter or the language of a code block.
    Gutter,
    /// A formula, or its source if it cannot be parsed.
    Maths,
    /// The borders of a table.
    Border,
    /// HTML and other source that Markdown would hide, shown verbatim.
    Html,
}

/// A code block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The first word of the info string; empty if there is none.
    pub language: Clean<'static>,
    /// The code alone, without a final line feed, for copying and highlighting.
    pub text: Clean<'static>,
    /// The byte range of the code in the source. May contain quote bars.
    pub source: Range<u32>,
    /// Its lines, as indices in [`Document::lines`].
    pub lines: Range<u32>,
}

/// Lays out a document.
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

/// Converts an offset or a count to `u32`; saturates at 4 GiB.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Converts a byte range to `u32`; saturates at 4 GiB.
fn small_range(range: &Range<usize>) -> Range<u32> {
    small(range.start)..small(range.end)
}

#[cfg(test)]
mod tests;
