//! Code blocks: a gutter, the language above, and lines that keep their shape.

use std::ops::Range;

use super::flow::Flow;
use super::page::LineWriter;
use super::{Code, CodeLine, SpanRole, TextStyle, small, small_range};
use crate::text::{Clean, Composer, Wrapping, wrap};

/// Narrower panes get no gutter.
const LEAST_COLUMNS: u16 = 12;

/// A code block while its events arrive.
#[derive(Debug)]
pub(super) struct CodeDraft {
    /// The info string.
    info: Range<usize>,
    lines: Vec<Range<usize>>,
    /// Whether the last line still lacks its end.
    is_open: bool,
}

impl CodeDraft {
    /// Starts a block. `fenced` tells whether its first line is a fence.
    pub(super) fn new(source: &str, range: &Range<usize>, fenced: bool) -> Self {
        let mut info = range.start..range.start;
        if fenced {
            let block = source.get(range.clone()).unwrap_or_default();
            let line = block.split('\n').next().unwrap_or_default();
            let words = line.trim_start_matches(['`', '~']).trim_start();
            let from = range.start + line.len() - words.len();
            info = from..from + words.trim_end().len();
        }
        Self { info, lines: Vec::new(), is_open: false }
    }

    /// Appends a part of the code.
    pub(super) fn text(&mut self, source: &str, range: Range<usize>) {
        let mut start = range.start;
        for line in source.get(range).unwrap_or_default().split_inclusive('\n') {
            let text = line.strip_suffix('\n').unwrap_or(line);
            let end = start + text.len();
            match self.lines.last_mut() {
                Some(last) if self.is_open && last.end == start => last.end = end,
                _ => self.lines.push(start..end),
            }
            self.is_open = text.len() == line.len();
            start += line.len();
        }
    }

    /// Writes the block.
    pub(super) fn write(self, page: &mut LineWriter<'_>) {
        let block = page.next_code();
        let first = page.height();
        let has_gutter = page.room() >= LEAST_COLUMNS;
        let source = page.source;
        if !self.info.is_empty() {
            self.write_info(has_gutter, block, page);
        }
        let mut text = Composer::default();
        let mut span = self.info.end..self.info.end;
        for (at, line) in self.lines.iter().enumerate() {
            if at > 0 {
                text.line_feed();
            } else {
                span.start = line.start;
            }
            let from = text.len();
            let mut line = line.clone();
            if !text.take(source, line.clone()) {
                // A combining mark lost its base, a space, together with the indentation.
                line = whole_line(source.as_str(), &line);
                text.push(source, line.clone());
            }
            span.end = line.end;
            write_line(&line, from, has_gutter, block, page);
        }
        if self.lines.is_empty() {
            span.start = span.end;
            write_line(&(span.end..span.end), 0, has_gutter, block, page);
        }
        let language = self.language(source);
        let lines = first..page.height();
        page.add_code(Code { language, text: text.finish(), source: small_range(&span), lines });
    }

    fn language(&self, source: &Clean<'_>) -> Clean<'static> {
        let info = source.as_str().get(self.info.clone()).unwrap_or_default();
        let word = info.split([' ', ',', '{']).next().unwrap_or_default();
        let mut language = Composer::default();
        language.take(source, self.info.start..self.info.start + word.len());
        language.finish()
    }

    /// Writes the line that names the language.
    fn write_info(&self, has_gutter: bool, block: u32, page: &mut LineWriter<'_>) {
        let ink = TextStyle::of(SpanRole::Gutter);
        let mut draft = super::flow::FlowDraft::default();
        draft.source(self.info.clone(), ink, page.source);
        let flow = draft.finish(page.source);
        let flow = flow.unwrap_or_else(|| Flow::verbatim(page.source, self.info.clone(), ink));
        let room = if has_gutter { page.room() - 2 } else { page.room() };
        for (at, line) in flow.lines(room, Wrapping::On).into_iter().enumerate() {
            page.begin();
            if has_gutter {
                page.word(if at == 0 { "┌ " } else { "│ " }, &(0..0), ink);
            }
            page.indent_ends();
            page.put_flow(&flow, line);
            page.end(Some(CodeLine { block, from: None }));
        }
    }
}

/// Extends a range to the whole source line.
fn whole_line(source: &str, range: &Range<usize>) -> Range<usize> {
    let before = source.get(..range.start).unwrap_or_default();
    let behind = source.get(range.end..).unwrap_or_default();
    let from = before.rfind('\n').map_or(0, |feed| feed + 1);
    let to = behind.find('\n').map_or(source.len(), |feed| range.end + feed);
    from..to
}

/// Writes a line of code, wrapped if needed. `from` is its offset in the text of the block.
fn write_line(
    range: &Range<usize>,
    from: usize,
    has_gutter: bool,
    block: u32,
    page: &mut LineWriter<'_>,
) {
    let text = page.source.as_str().get(range.clone()).unwrap_or_default();
    let room = if has_gutter { page.room() - 2 } else { page.room() };
    let mut lines = Vec::new();
    wrap(text, room, if page.look.code_wraps { Wrapping::On } else { Wrapping::Off }, &mut lines);
    for line in lines {
        page.begin();
        if has_gutter {
            page.word("│ ", &(0..0), TextStyle::of(SpanRole::Gutter));
        }
        page.indent_ends();
        let (start, end) = (line.start as usize, line.end as usize);
        page.put_source(range.start + start..range.start + end, TextStyle::of(SpanRole::Code));
        page.end(Some(CodeLine { block, from: Some(small(from + start)) }));
    }
}
