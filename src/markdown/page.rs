//! The lines as they are written: each begins with the bars, bullets and blanks of the quotes and
//! lists that it is in.
//!
//! Knows columns and inks; nothing of Markdown's syntax.

use std::ops::Range;

use super::flow::Flow;
use super::{
    Code, CodeLine, Document, LayoutOptions, RenderedLine, SpanRole, StyledSpan, TextStyle, small,
    small_range,
};
use crate::text::{Clean, Composer, width};

/// How many quotes and list items can stand in each other and be told apart on the screen.
const MAX_PREFIXES: usize = 32;
/// A quote or list item that would leave less columns than this gets no columns of its own.
const LEAST_COLUMNS: u16 = 10;

/// What a quote, a list item or a footnote puts in front of its lines.
#[derive(Debug)]
pub(super) struct Prefix {
    columns: u16,
    look: Front,
}

#[derive(Debug)]
enum Front {
    /// A bar on every line.
    Bar,
    /// A marker on the first line, until it is written; blanks on the others.
    Hanging(Option<Marker>),
}

/// What begins a list item.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    /// The bullet, the number with its point, the box.
    pub(super) text: Clean<'static>,
    /// Where it is written.
    pub(super) source: Range<usize>,
    /// The columns that the widest marker of the list needs.
    pub(super) room: u16,
}

/// The lines so far.
#[derive(Debug)]
pub(super) struct LineWriter<'s> {
    pub(super) source: &'s Clean<'s>,
    pub(super) look: LayoutOptions,
    out: Composer,
    pieces: Vec<StyledSpan>,
    lines: Vec<RenderedLine>,
    codes: Vec<Code>,
    prefixes: Vec<Prefix>,
    /// The columns of `prefixes`.
    front: u16,
    /// The line that is being written.
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

    /// The columns that what has a shape of its own has here; at least one.
    pub(super) fn room(&self) -> u16 {
        self.look.columns.saturating_sub(self.front).max(1)
    }

    /// The columns that running text has here; at least one.
    pub(super) fn measure(&self) -> u16 {
        self.look.columns.min(self.look.measure).saturating_sub(self.front).max(1)
    }

    /// How many lines there are.
    pub(super) fn height(&self) -> u32 {
        small(self.lines.len())
    }

    /// Begins a quote; says whether it has a bar. One that has none is not to be ended.
    pub(super) fn open_quote(&mut self) -> bool {
        self.open(Prefix { columns: 2, look: Front::Bar })
    }

    /// Begins what hangs behind a marker. The marker is given back when there is no room.
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

    /// Ends what was begun last. A marker that stands on no line yet gets one.
    pub(super) fn close(&mut self) {
        if let Some(Prefix { look: Front::Hanging(Some(_)), .. }) = self.prefixes.last() {
            self.begin();
            self.end(None);
        }
        if let Some(prefix) = self.prefixes.pop() {
            self.front = self.front.saturating_sub(prefix.columns);
        }
    }

    /// Begins a line.
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

    /// A line with nothing but the bars of the quotes around it.
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

    /// What was written on this line since `begin` stays in front when the line scrolls.
    pub(super) fn indent_ends(&mut self) {
        self.indent = self.columns;
    }

    /// Adds blanks.
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

    /// Adds words of ours that stand for something of the source.
    pub(super) fn word(&mut self, word: &'static str, source: &Range<usize>, ink: TextStyle) {
        let word = Clean::fixed(word);
        self.put(&word, 0..word.len(), small_range(source), false, ink);
    }

    /// Adds a part of a clean text: whole clusters.
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

    /// Adds a part of the source, as it is.
    pub(super) fn put_source(&mut self, range: Range<usize>, ink: TextStyle) {
        let source = self.source;
        self.put(source, range.clone(), small_range(&range), true, ink);
    }

    /// Adds a part of a line of a flow.
    pub(super) fn put_flow(&mut self, flow: &Flow, line: Range<u32>) {
        for piece in flow.pieces(line) {
            let range = piece.text.start as usize..piece.text.end as usize;
            self.put(&flow.text, range, piece.source, piece.exact, piece.ink);
        }
    }

    /// Adds a rule of so many columns.
    pub(super) fn rule(&mut self, columns: usize, source: &Range<usize>, ink: TextStyle) {
        let rule = crate::text::clean_owned("─".repeat(columns));
        self.put(&rule, 0..rule.len(), small_range(source), false, ink);
    }

    /// Writes a running text, wrapped.
    pub(super) fn paragraph(&mut self, flow: &Flow) {
        self.lines_of(flow, self.measure());
    }

    /// Writes what has no shape here although it should have, with all the columns there are.
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

    /// Which number the next code block has.
    pub(super) fn next_code(&self) -> u32 {
        small(self.codes.len())
    }

    pub(super) fn add_code(&mut self, code: Code) {
        self.codes.push(code);
    }
}
