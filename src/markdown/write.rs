//! Turns parser events into lines: paragraphs, headings, quotes, lists, code and tables.
//!
//! Walks the events once with a stack of open blocks. Source without events shows up as gaps
//! between blocks, and is written there.

mod cells;
mod items;
mod texts;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::flow::{Flow, FlowDraft};
use super::inline::{Emphasis, Inline, Reading, Surroundings};
use super::lists::{Shape, shapes};
use super::mask::{Masked, depth};
use super::page::{LineWriter, Marker};
use super::{Document, LayoutOptions, MAX_BYTES, SpanRole, TextStyle, code, table};
use crate::text::Clean;

/// The greatest number of container markers before one line.
const MAX_DEPTH: usize = 500;
/// Events allowed for each byte of a text.
const EVENTS_PER_BYTE: usize = 4;
/// Events allowed in addition, whatever the length.
const EVENTS: usize = 4_096;

/// The parser's events for a text.
#[derive(Debug)]
pub struct Parsed<'t> {
    /// The events with their source ranges.
    pub events: Vec<(Event<'t>, Range<usize>)>,
    /// The link definitions, which have no events.
    pub definitions: Vec<Range<usize>>,
}

/// Parses a text; `None` above the size, depth or event limit.
pub fn parsed(text: &str) -> Option<Parsed<'_>> {
    if text.len() > MAX_BYTES || depth(text) > MAX_DEPTH {
        return None;
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let limit = text.len() * EVENTS_PER_BYTE + EVENTS;
    let parser = Parser::new_ext(text, options);
    let definitions = parser.reference_definitions().iter();
    let mut definitions: Vec<_> = definitions.map(|(_, link)| link.span.clone()).collect();
    definitions.sort_unstable_by_key(|range| range.start);
    let events: Vec<_> = parser.into_offset_iter().take(limit + 1).collect();
    (events.len() <= limit).then_some(Parsed { events, definitions })
}

/// Lays out a document; `None` above a limit of [`parsed`].
pub(super) fn document(source: &Clean<'_>, look: LayoutOptions) -> Option<Document> {
    let masked = Masked::new(source.as_str());
    let events = parsed(&masked.text)?.events;
    let mut writer = Writer {
        reading: Reading { source, masked: &masked, breaks: look.breaks },
        page: LineWriter::new(source, look),
        events: &events,
        shapes: shapes(&events, &masked.text),
        next_list: 0,
        frames: vec![Frame::new(Kind::Page, false)],
        leaf: None,
        code: None,
        table: None,
        covered: 0,
        markers: Vec::new(),
        quotes: 0,
    };
    for at in 0..events.len() {
        writer.event(at);
    }
    writer.before(Block::End, source.len());
    Some(writer.page.finish())
}

/// The kinds of blocks that differ in the blank lines around them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Block {
    Paragraph,
    Heading,
    List,
    Definition,
    Other,
    /// The end of the document.
    End,
}

/// A container of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Page,
    Quote,
    /// A list, by its index.
    List(usize),
    Item,
    Note,
}

#[derive(Debug)]
struct Frame {
    kind: Kind,
    /// Whether it has a prefix.
    is_shown: bool,
    /// Whether no blank lines separate its blocks.
    is_tight: bool,
    /// The previous block.
    last: Option<Block>,
    /// The number of items in a list so far.
    items: u64,
    /// The height of the page at its start.
    height: u32,
}

impl Frame {
    fn new(kind: Kind, is_shown: bool) -> Self {
        Self { kind, is_shown, is_tight: false, last: None, items: 0, height: 0 }
    }
}

/// A text block while its events arrive.
#[derive(Debug)]
struct Leaf<'s> {
    kind: LeafKind,
    start: usize,
    inline: Inline<'s>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LeafKind {
    Paragraph,
    /// The text of a tight item, which has no events of its own.
    Bare,
    Heading(u8),
    Html,
    Cell,
}

struct Writer<'s> {
    reading: Reading<'s>,
    page: LineWriter<'s>,
    events: &'s [(Event<'s>, Range<usize>)],
    shapes: Vec<Shape>,
    next_list: usize,
    frames: Vec<Frame>,
    leaf: Option<Leaf<'s>>,
    code: Option<code::CodeDraft>,
    table: Option<table::TableDraft>,
    /// The source before this byte is written.
    covered: usize,
    /// The markers of items without a prefix.
    markers: Vec<Marker>,
    quotes: usize,
}

impl<'s> Writer<'s> {
    fn source(&self) -> &'s Clean<'s> {
        self.reading.source
    }

    fn event(&mut self, at: usize) {
        let events = self.events;
        let Some((event, range)) = events.get(at) else { return };
        let range = range.clone();
        match event {
            Event::Start(tag) => self.start(tag, range, at),
            Event::End(tag) => self.end(*tag, range),
            Event::Rule => {
                self.before(Block::Other, range.start);
                self.flush_markers();
                self.page.begin();
                let room = usize::from(self.page.measure());
                self.page.rule(room, &range, TextStyle::of(SpanRole::Rule));
                self.page.end(None);
                self.after(Block::Other, range.end);
            }
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text(self.reading.source.as_str(), range),
                None => self.inline(range.start).text(text, range),
            },
            Event::Code(text) => self.inline(range.start).code(text, range),
            Event::Html(_) => self.html(range),
            Event::InlineHtml(_) => self.inline(range.start).html(range),
            Event::FootnoteReference(_) => self.inline(range.start).note(range),
            Event::SoftBreak => self.inline(range.start).soft_break(range),
            Event::HardBreak => self.inline(range.start).hard_break(&range),
            Event::TaskListMarker(done) => self.task(*done, range),
            // The options that produce these are off.
            Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.inline(range.start).exact(range, None);
            }
        }
    }

    fn start(&mut self, tag: &'s Tag<'s>, range: Range<usize>, at: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                self.open_leaf(LeafKind::Heading(*level as u8), range.start);
            }
            Tag::BlockQuote(_) => {
                self.before(Block::Other, range.start);
                let is_shown = self.page.open_quote();
                self.quotes += 1;
                self.push(Kind::Quote, is_shown);
            }
            Tag::CodeBlock(kind) => {
                self.before(Block::Other, range.start);
                let is_fenced = matches!(kind, CodeBlockKind::Fenced(_));
                self.code = Some(code::CodeDraft::new(self.source().as_str(), &range, is_fenced));
            }
            Tag::HtmlBlock => self.open_leaf(LeafKind::Html, range.start),
            Tag::List(_) => {
                self.before(Block::List, range.start);
                self.push(Kind::List(self.next_list), false);
                self.next_list += 1;
            }
            Tag::Item => self.open_item(&range, at),
            Tag::FootnoteDefinition(label) => self.open_note(label, &range),
            Tag::Table(sides) => {
                self.before(Block::Other, range.start);
                self.table =
                    Some(table::TableDraft { sides: sides.clone(), ..table::TableDraft::default() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                    table.end = range.start;
                }
            }
            Tag::TableCell => self.open_leaf(LeafKind::Cell, range.start),
            Tag::Emphasis => self.inline(range.start).open_style(Emphasis::Italic, &range),
            Tag::Strong => self.inline(range.start).open_style(Emphasis::Strong, &range),
            Tag::Strikethrough => self.inline(range.start).open_style(Emphasis::Struck, &range),
            Tag::Link { dest_url, title, .. } => {
                self.inline(range.start).open_link(dest_url, title, &range);
            }
            Tag::Image { dest_url, title, .. } => {
                self.inline(range.start).open_image(dest_url, title, &range);
            }
            Tag::Paragraph
            // The options that produce these are off.
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => self.open_leaf(LeafKind::Paragraph, range.start),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.flush_markers();
                    code.write(&mut self.page);
                    self.after(Block::Other, range.end);
                }
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.close(Block::Other, range.end);
            }
            TagEnd::List(_) => {
                self.close_bare();
                self.frames.pop();
                self.after(Block::List, 0);
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => self.close(Block::Other, range.end),
            TagEnd::Table => self.close_table(&range),
            TagEnd::TableHead | TagEnd::TableRow => self.close_row(&range),
            TagEnd::TableCell => self.close_cell(&range),
            TagEnd::Emphasis => self.inline(range.start).close_style(Emphasis::Italic, &range),
            TagEnd::Strong => self.inline(range.start).close_style(Emphasis::Strong, &range),
            TagEnd::Strikethrough => self.inline(range.start).close_style(Emphasis::Struck, &range),
            TagEnd::Link | TagEnd::Image => self.inline(range.start).close_link(&range),
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::HtmlBlock
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => self.close_leaf(range.end),
        }
    }

    /// The current text. Starts the text of a tight item if there is none.
    fn inline(&mut self, start: usize) -> &mut Inline<'s> {
        if self.leaf.is_none() {
            self.open_leaf(LeafKind::Bare, start);
        }
        let around = Surroundings {
            ink: TextStyle::default(),
            quotes: self.quotes,
            in_cell: false,
            displays: true,
        };
        let leaf = self.leaf.get_or_insert_with(|| Leaf {
            kind: LeafKind::Bare,
            start,
            inline: Inline::new(self.reading, around, start),
        });
        &mut leaf.inline
    }

    fn open_leaf(&mut self, kind: LeafKind, start: usize) {
        match kind {
            LeafKind::Cell => {}
            LeafKind::Heading(_) => self.before(Block::Heading, start),
            LeafKind::Html => self.before(Block::Other, start),
            LeafKind::Paragraph | LeafKind::Bare => self.before(Block::Paragraph, start),
        }
        let role = match kind {
            LeafKind::Heading(level) => SpanRole::Heading(level),
            LeafKind::Html => SpanRole::Html,
            _ if self.quotes > 0 => SpanRole::Quote,
            _ => SpanRole::Text,
        };
        let is_head = self.table.as_ref().is_some_and(|table| table.rows.len() == 1);
        let in_cell = kind == LeafKind::Cell;
        let strong = matches!(role, SpanRole::Heading(_)) || (in_cell && is_head);
        let around = Surroundings {
            ink: TextStyle { role, strong, ..TextStyle::default() },
            quotes: self.quotes,
            in_cell,
            displays: matches!(kind, LeafKind::Paragraph | LeafKind::Bare),
        };
        let mut inline = Inline::new(self.reading, around, start);
        if !in_cell {
            for marker in self.markers.drain(..) {
                let (ink, source) = (TextStyle::of(SpanRole::Marker), self.reading.source);
                inline.draft.other(&marker.text, marker.source, ink, source);
                inline.word(" ", 0..0, None);
            }
        }
        self.leaf = Some(Leaf { kind, start, inline });
    }

    fn close_leaf(&mut self, end: usize) {
        let Some(Leaf { kind, start, inline }) = self.leaf.take() else { return };
        let height = self.page.height();
        let ink = if kind == LeafKind::Html {
            TextStyle::of(SpanRole::Html)
        } else {
            TextStyle::default()
        };
        let flow = inline.finish();
        let flow = flow.unwrap_or_else(|| Flow::verbatim(self.reading.source, start..end, ink));
        self.paragraph(&flow);
        if kind == LeafKind::Heading(1) && !flow.as_str().is_empty() {
            let room = usize::from(self.page.measure());
            self.page.begin();
            self.page.rule(flow.columns().min(room), &(0..0), TextStyle::of(SpanRole::Rule));
            self.page.end(None);
        }
        if height == self.page.height() {
            // An empty heading shows nothing, not even a blank line.
            self.covered = self.covered.max(end);
            return;
        }
        let block = match kind {
            LeafKind::Heading(_) => Block::Heading,
            LeafKind::Html => Block::Other,
            _ => Block::Paragraph,
        };
        self.after(block, end);
    }

    fn close_bare(&mut self) {
        if let Some(Leaf { kind: LeafKind::Bare, inline, .. }) = &self.leaf {
            let end = inline.end;
            self.close_leaf(end);
        }
    }

    fn html(&mut self, range: Range<usize>) {
        let text = self.source().as_str().get(range.clone()).unwrap_or_default();
        let end = range.start + text.trim_end_matches('\n').len();
        let inline = self.inline(range.start);
        if !inline.draft.is_empty() {
            inline.line_feed();
        }
        inline.html(range.start..end);
    }

    /// Writes what precedes a block: source that the parser skipped, and a blank line.
    fn before(&mut self, block: Block, start: usize) {
        self.close_bare();
        let skipped = self.covered..start.max(self.covered);
        let text = self.source().as_str().get(skipped.clone()).unwrap_or_default();
        if text.contains(char::is_alphanumeric) {
            self.covered = start;
            let from = start - text.trim_start_matches([' ', '\n', '>']).len();
            self.gap(Block::Definition, from);
            self.flush_markers();
            let mut draft = FlowDraft::default();
            let ink = TextStyle::of(SpanRole::Html);
            self.lines_of_source(skipped.clone(), &mut draft, ink);
            let flow = draft.finish(self.source());
            let flow = flow.unwrap_or_else(|| Flow::verbatim(self.source(), skipped, ink));
            self.page.paragraph(&flow);
            self.after(Block::Definition, start);
        }
        // Each byte is scanned once, however many blocks start here.
        self.covered = self.covered.max(start);
        if block != Block::End {
            self.gap(block, start);
        }
    }

    /// Writes a blank line if one belongs here.
    fn gap(&mut self, next: Block, start: usize) {
        let Some(frame) = self.frames.last() else { return };
        let Some(last) = frame.last else { return };
        let is_free = matches!(
            (last, next),
            (Block::Paragraph, Block::List | Block::Definition)
                | (Block::Heading, _)
                | (Block::Definition, Block::Definition | Block::Paragraph)
        );
        let wanted = match frame.kind {
            Kind::List(list) => self.shapes.get(list).is_some_and(|shape| shape.is_loose),
            _ if frame.is_tight => false,
            _ if is_free => follows_blank_line(self.source().as_str(), start),
            _ => true,
        };
        if wanted {
            self.page.blank_line();
        }
    }

    /// Records that a block ended.
    fn after(&mut self, block: Block, end: usize) {
        self.covered = self.covered.max(end);
        if let Some(frame) = self.frames.last_mut() {
            frame.last = Some(block);
        }
    }

    fn push(&mut self, kind: Kind, is_shown: bool) {
        let height = self.page.height();
        self.frames.push(Frame { height, ..Frame::new(kind, is_shown) });
    }

    /// Ends a quote, an item or a footnote.
    fn close(&mut self, block: Block, end: usize) {
        self.before(Block::End, end);
        if let Some(frame) = self.frames.pop() {
            if frame.kind == Kind::Quote && frame.is_shown && frame.height == self.page.height() {
                self.page.blank_line();
            }
            if frame.is_shown {
                self.page.close();
            }
        }
        self.flush_markers();
        self.after(block, end);
    }
}

/// Whether a blank line precedes a position in the source, ignoring quote bars.
fn follows_blank_line(source: &str, start: usize) -> bool {
    let before = source.get(..start).unwrap_or_default();
    let blanks = before.bytes().rev().take_while(|byte| matches!(byte, b' ' | b'>' | b'\n'));
    blanks.filter(|&byte| byte == b'\n').take(2).count() == 2
}
