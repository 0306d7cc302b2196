//! Writes lines. Each starts with the prefixes (bars, bullets, indentation) of the enclosing quotes
//! and lists.
//!
//! Knows columns and styles, but no Markdown syntax.

use std::ops::Range;

use super::flow::Flow;
use super::{
    Code, CodeLine, Document, LayoutOptions, RenderedLine, SpanRole, StyledSpan, TextStyle, small,
    small_range,
};
use crate::text::{Clean, Composer, width};

/// The greatest depth of quotes and list items to indent.
const MAX_PREFIXES: usize = 32;
/// A quote or list item that would leave fewer columns gets no prefix.
const LEAST_COLUMNS: u16 = 10;

/// The prefix that a quote, a list item or a footnote puts before its lines.
#[derive(Debug)]
pub(super) struct Prefix {
    columns: u16,
    look: Front,
}

#[derive(Debug)]
enum Front {
    /// A bar on every line.
    Bar,
    /// A marker on the first line (`None` once written), spaces on the others.
    Hanging(Option<Marker>),
}

/// The marker of a list item.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    /// A bullet, a number with its delimiter, or a check box.
    pub(super) text: Clean<'static>,
    /// Its range in the source.
    pub(super) source: Range<usize>,
    /// The width of the widest marker in the list.
    pub(super) room: u16,
}

/// Collects the lines of a document.
#[derive(Debug)]
pub(super) struct LineWriter<'s> {
    pub(super) source: &'s Clean<'s>,
    pub(super) look: LayoutOptions,
    out: Composer,
    pieces: Vec<StyledSpan>,
    lines: Vec<RenderedLine>,
    codes: Vec<Code>,
    prefixes: Vec<Prefix>,
    /// The width of `prefixes`.
    front: u16,
    /// The first span of the current line.
    first_piece: u32,
    columns: usize,
    indent: usize,
}

impl<'s> LineWriter<'s> {
    pub(super) fn new(source: &'s Clean<'s>, look: LayoutOptions) -> Self {
        Self {
            source,
            look,
            out: Composer::default(),
            pieces: Vec::new(),
            lines: Vec::new(),
            codes: Vec::new(),
            prefixes: Vec::new(),
            front: 0,
            first_piece: 0,
            columns: 0,
            indent: 0,
        }
    }

    pub(super) fn finish(self) -> Document {
        let Self { out, pieces, lines, codes, .. } = self;
        Document { text: out.finish(), pieces, lines, codes }
    }

    /// The columns available to code, tables and formulas; at least one.
    pub(super) fn room(&self) -> u16 {
        self.look.columns.saturating_sub(self.front).max(1)
    }

    /// The columns available to running text; at least one.
    pub(super) fn measure(&self) -> u16 {
        self.look.columns.min(self.look.measure).saturating_sub(self.front).max(1)
    }

    /// The number of lines so far.
    pub(super) fn height(&self) -> u32 {
        small(self.lines.len())
    }

    /// Starts a quote. Returns whether it got a bar; only then must [`Self::close`] end it.
    pub(super) fn open_quote(&mut self) -> bool {
        self.open(Prefix { columns: 2, look: Front::Bar })
    }

    /// Starts an item after a marker. Returns the marker as an error if there is no room.
    pub(super) fn open_item(&mut self, marker: Marker) -> Result<(), Marker> {
        let columns = marker.room.saturating_add(1);
        if !self.has_room(columns) {
            return Err(marker);
        }
        self.open(Prefix { columns, look: Front::Hanging(Some(marker)) });
        Ok(())
    }

    fn has_room(&self, columns: u16) -> bool {
        self.prefixes.len() < MAX_PREFIXES
            && self.measure() >= columns.saturating_add(LEAST_COLUMNS)
    }

    fn open(&mut self, prefix: Prefix) -> bool {
        let has_room = self.has_room(prefix.columns);
        if has_room {
            self.front = self.front.saturating_add(prefix.columns);
            self.prefixes.push(prefix);
        }
        has_room
    }

    /// Ends the innermost quote or item. A marker that is still unwritten gets a line of its own.
    pub(super) fn close(&mut self) {
        if let Some(Prefix { look: Front::Hanging(Some(_)), .. }) = self.prefixes.last() {
            self.begin();
            self.end(None);
        }
        if let Some(prefix) = self.prefixes.pop() {
            self.front = self.front.saturating_sub(prefix.columns);
        }
    }

    /// Starts a line.
    pub(super) fn begin(&mut self) {
        if !self.lines.is_empty() {
            self.out.line_feed();
        }
        self.first_piece = small(self.pieces.len());
        self.columns = 0;
        let mut prefixes = std::mem::take(&mut self.prefixes);
        for prefix in &mut prefixes {
            match &mut prefix.look {
                Front::Bar => self.word("│ ", &(0..0), TextStyle::of(SpanRole::Marker)),
                Front::Hanging(marker) => match marker.take() {
                    Some(marker) => {
                        let own = width(marker.text.as_str());
                        self.blanks(usize::from(marker.room).saturating_sub(own));
                        let source = small_range(&marker.source);
                        let (text, ink) = (&marker.text, TextStyle::of(SpanRole::Marker));
                        self.put(text, 0..text.len(), source, false, ink);
                        self.blanks(1);
                    }
                    None => self.blanks(usize::from(prefix.columns)),
                },
            }
        }
        self.prefixes = prefixes;
        self.indent = self.columns;
    }

    /// Ends the line.
    pub(super) fn end(&mut self, code: Option<CodeLine>) {
        self.lines.push(RenderedLine {
            pieces: self.first_piece..small(self.pieces.len()),
            indent: u16::try_from(self.indent).unwrap_or(u16::MAX),
            columns: small(self.columns),
            code,
        });
    }

    /// Writes a line with only the bars of the enclosing quotes.
    pub(super) fn blank_line(&mut self) {
        if !self.lines.is_empty() {
            self.out.line_feed();
        }
        self.first_piece = small(self.pieces.len());
        self.columns = 0;
        let bars = |prefix: &Prefix| matches!(prefix.look, Front::Bar);
        let last = self.prefixes.iter().rposition(bars).map_or(0, |at| at + 1);
        let fronts: Vec<(bool, u16)> =
            self.prefixes.iter().take(last).map(|prefix| (bars(prefix), prefix.columns)).collect();
        for (at, (is_bar, columns)) in fronts.into_iter().enumerate() {
            match (is_bar, at + 1 == last) {
                (true, true) => self.word("│", &(0..0), TextStyle::of(SpanRole::Marker)),
                (true, false) => self.word("│ ", &(0..0), TextStyle::of(SpanRole::Marker)),
                (false, _) => self.blanks(usize::from(columns)),
            }
        }
        self.indent = self.columns;
        self.end(None);
    }

    /// Pins everything written on this line so far: it does not scroll sideways.
    pub(super) fn indent_ends(&mut self) {
        self.indent = self.columns;
    }

    /// Appends spaces.
    pub(super) fn blanks(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let from = small(self.out.len());
        self.out.blanks(count);
        let text = from..small(self.out.len());
        self.columns += count;
        self.pieces.push(StyledSpan {
            text,
            source: 0..0,
            exact: false,
            ink: TextStyle::default(),
        });
    }

    /// Appends a fixed word that stands for a source range.
    pub(super) fn word(&mut self, word: &'static str, source: &Range<usize>, ink: TextStyle) {
        let word = Clean::fixed(word);
        self.put(&word, 0..word.len(), small_range(source), false, ink);
    }

    /// Appends a part of a clean text. It must consist of whole clusters.
    pub(super) fn put(
        &mut self,
        text: &Clean<'_>,
        range: Range<usize>,
        source: Range<u32>,
        exact: bool,
        ink: TextStyle,
    ) {
        let from = self.out.len();
        self.out.push(text, range);
        let to = self.out.len();
        if from == to {
            return;
        }
        self.columns += width(self.out.as_str().get(from..to).unwrap_or_default());
        self.pieces.push(StyledSpan { text: small(from)..small(to), source, exact, ink });
    }

    /// Appends a slice of the source.
    pub(super) fn put_source(&mut self, range: Range<usize>, ink: TextStyle) {
        let source = self.source;
        self.put(source, range.clone(), small_range(&range), true, ink);
    }

    /// Appends a part of a flow.
    pub(super) fn put_flow(&mut self, flow: &Flow, line: Range<u32>) {
        for piece in flow.pieces(line) {
            let range = piece.text.start as usize..piece.text.end as usize;
            self.put(&flow.text, range, piece.source, piece.exact, piece.ink);
        }
    }

    /// Appends a rule of the given width.
    pub(super) fn rule(&mut self, columns: usize, source: &Range<usize>, ink: TextStyle) {
        let rule = crate::text::clean_owned("─".repeat(columns));
        self.put(&rule, 0..rule.len(), small_range(source), false, ink);
    }

    /// Writes wrapped running text.
    pub(super) fn paragraph(&mut self, flow: &Flow) {
        self.lines_of(flow, self.measure());
    }

    /// Writes the source of a block that lost its layout, at full width.
    pub(super) fn shapeless(&mut self, flow: &Flow) {
        self.lines_of(flow, self.room());
    }

    fn lines_of(&mut self, flow: &Flow, columns: u16) {
        for line in flow.lines(columns, self.look.wrapping) {
            self.begin();
            self.put_flow(flow, line);
            self.end(None);
        }
    }

    /// The index of the next code block.
    pub(super) fn next_code(&self) -> u32 {
        small(self.codes.len())
    }

    pub(super) fn add_code(&mut self, code: Code) {
        self.codes.push(code);
    }
}
