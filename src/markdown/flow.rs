//! The text of one block before line breaking: styled slices of the source and their substitutes.
//!
//! Knows no blocks. If the slices do not join to clean text (a combining mark whose base was an
//! asterisk, say), the block is shown verbatim.

use std::ops::Range;

use super::{SpanRole, StyledSpan, TextStyle, small, small_range};
use crate::text::{Clean, Composer, Wrapping, clean_text, width, wrap};

/// Styled text.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    pub(super) text: Clean<'static>,
    spans: Vec<FlowSpan>,
    /// Display formulas, with their offsets in `text`.
    pub(super) displays: Vec<(usize, usize)>,
}

/// A run of text in one style.
#[derive(Clone, Debug)]
struct FlowSpan {
    text: Range<u32>,
    source: Range<u32>,
    exact: bool,
    ink: TextStyle,
    /// Keep it on one line if it fits.
    whole: bool,
}

/// A flow under construction.
#[derive(Debug, Default)]
pub(super) struct FlowDraft {
    text: Composer,
    spans: Vec<FlowSpan>,
    /// The source slice at the end, which may still grow.
    open: Option<(Range<usize>, TextStyle)>,
    displays: Vec<(usize, usize)>,
    is_broken: bool,
}

impl FlowDraft {
    /// The length in bytes.
    pub(super) fn len(&mut self, source: &Clean<'_>) -> usize {
        self.flush(source);
        self.text.len()
    }

    /// The text from an offset.
    pub(super) fn text_from(&mut self, from: usize, source: &Clean<'_>) -> &str {
        self.flush(source);
        self.text.as_str().get(from..).unwrap_or_default()
    }

    /// Whether it is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.open.is_none() && self.displays.is_empty()
    }

    /// Appends a slice of the source. Merges adjacent slices, so that a grapheme cluster which the
    /// parser split stays whole.
    pub(super) fn source(&mut self, range: Range<usize>, ink: TextStyle, source: &Clean<'_>) {
        if range.is_empty() {
            return;
        }
        match &mut self.open {
            Some((open, same)) if open.end == range.start && *same == ink => open.end = range.end,
            _ => {
                self.flush(source);
                self.open = Some((range, ink));
            }
        }
    }

    /// Appends a fixed word. If it would join a cluster of the source, the block is shown verbatim.
    pub(super) fn word(
        &mut self,
        word: &'static str,
        at: Range<usize>,
        ink: TextStyle,
        of: &Clean<'_>,
    ) {
        let done = self.other(&Clean::fixed(word), at, ink, of);
        self.is_broken |= !done;
    }

    /// Appends text that stands for a source range. Returns whether it could.
    pub(super) fn other(
        &mut self,
        text: &Clean<'_>,
        stands_for: Range<usize>,
        ink: TextStyle,
        source: &Clean<'_>,
    ) -> bool {
        self.flush(source);
        let from = small(self.text.len());
        let done = self.text.take(text, 0..text.len());
        if done {
            let (text, source) = (from..small(self.text.len()), small_range(&stands_for));
            let whole = ink.role == SpanRole::Maths;
            self.spans.push(FlowSpan { text, source, exact: false, ink, whole });
        }
        done
    }

    /// Ends the line.
    pub(super) fn line_feed(&mut self, source: &Clean<'_>) {
        self.flush(source);
        self.text.line_feed();
    }

    /// Places a display formula here, by its index.
    pub(super) fn display(&mut self, formula: usize, source: &Clean<'_>) {
        let at = self.len(source);
        self.displays.push((at, formula));
    }

    fn flush(&mut self, source: &Clean<'_>) {
        let Some((range, ink)) = self.open.take() else { return };
        let from = small(self.text.len());
        if self.text.take(source, range.clone()) {
            let text = from..small(self.text.len());
            let source = small_range(&range);
            self.spans.push(FlowSpan { text, source, exact: true, ink, whole: false });
        } else {
            self.is_broken = true;
        }
    }

    /// Returns the flow, or `None` if its parts do not join to clean text.
    pub(super) fn finish(mut self, source: &Clean<'_>) -> Option<Flow> {
        self.flush(source);
        let Self { text, spans, displays, is_broken, .. } = self;
        (!is_broken).then(|| Flow { text: text.finish(), spans, displays })
    }
}

impl Flow {
    /// The source lines of a range, verbatim.
    pub(super) fn verbatim(source: &Clean<'_>, range: Range<usize>, ink: TextStyle) -> Self {
        let bytes = source.as_str().as_bytes();
        let before = bytes.get(..range.start).unwrap_or_default();
        let from = last_feed(before).map_or(0, |feed| feed + 1);
        let text = source.as_str().get(from..range.end).unwrap_or_default();
        let text = text.trim_end_matches('\n');
        let end = from + text.len();
        let behind = bytes.get(end..).unwrap_or_default();
        let to = behind.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| end + at);
        let spans = vec![FlowSpan {
            text: 0..small(to - from),
            source: small(from)..small(to),
            exact: true,
            ink,
            whole: false,
        }];
        let mut text = Composer::default();
        text.push(source, from..to);
        Self { text: text.finish(), spans, displays: Vec::new() }
    }

    /// A label, a colon and a text.
    pub(super) fn labelled(name: &Self, text: &Self) -> Self {
        let mut whole = Composer::default();
        let mut spans = Vec::new();
        let colon = Clean::fixed(": ");
        for (flow, is_last) in [(name, false), (text, true)] {
            let at = small(whole.len());
            whole.push(&flow.text, 0..flow.text.len());
            spans.extend(flow.spans.iter().cloned().map(|mut span| {
                span.text = span.text.start + at..span.text.end + at;
                span
            }));
            if !is_last {
                let from = small(whole.len());
                whole.push(&colon, 0..colon.len());
                let (text, ink) = (from..small(whole.len()), TextStyle::of(SpanRole::Border));
                spans.push(FlowSpan { text, source: 0..0, exact: false, ink, whole: false });
            }
        }
        Self { text: whole.finish(), spans, displays: Vec::new() }
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The width of its widest line before wrapping.
    pub(super) fn columns(&self) -> usize {
        self.as_str().split('\n').map(width).max().unwrap_or(0)
    }

    /// The width of its widest word.
    pub(super) fn word_columns(&self) -> usize {
        self.as_str().split([' ', '\n']).map(width).max().unwrap_or(0)
    }

    /// Breaks it into lines, as byte ranges of its text.
    pub(super) fn lines(&self, columns: u16, wrapping: Wrapping) -> Vec<Range<u32>> {
        self.lines_of(0..self.as_str().len(), columns, wrapping)
    }

    /// Breaks a part of it into lines.
    pub(super) fn lines_of(
        &self,
        part: Range<usize>,
        columns: u16,
        wrapping: Wrapping,
    ) -> Vec<Range<u32>> {
        let mut lines = Vec::new();
        let text = self.as_str().get(part.clone()).unwrap_or_default();
        match self.with_whole_formulas(text, part.start, columns) {
            Some(twin) => wrap(&twin, columns, wrapping, &mut lines),
            None => wrap(text, columns, wrapping, &mut lines),
        }
        let moved = |byte: u32| byte.saturating_add(small(part.start));
        lines.into_iter().map(|line| moved(line.start)..moved(line.end)).collect()
    }

    /// A copy of the text in which letters replace the spaces of formulas that fit on one line, so
    /// that no line breaks there. `None` if there are no such formulas.
    fn with_whole_formulas(&self, text: &str, offset: usize, columns: u16) -> Option<String> {
        let mut twin: Option<String> = None;
        let end = small(offset.saturating_add(text.len()));
        let first = self.spans.partition_point(|span| (span.text.end as usize) <= offset);
        let inside = self.spans.iter().skip(first).take_while(|span| span.text.start < end);
        for span in inside.filter(|span| span.whole) {
            let from = (span.text.start as usize).checked_sub(offset);
            let to = (span.text.end as usize).checked_sub(offset);
            let (Some(from), Some(to)) = (from, to) else { continue };
            let Some(formula) = text.get(from..to) else { continue };
            if formula.contains(' ') && width(formula) <= usize::from(columns) {
                let twin = twin.get_or_insert_with(|| text.to_owned());
                twin.replace_range(from..to, &formula.replace(' ', "x"));
            }
        }
        twin
    }

    /// The spans of a line or of a part of it.
    pub(super) fn pieces(&self, line: Range<u32>) -> impl Iterator<Item = StyledSpan> {
        let first = self.spans.partition_point(|span| span.text.end <= line.start);
        let inside =
            self.spans.iter().skip(first).take_while(move |span| span.text.start < line.end);
        inside.map(move |span| {
            let from = span.text.start.max(line.start);
            let to = span.text.end.min(line.end);
            let source = if span.exact {
                let moved = |byte: u32| span.source.start + (byte - span.text.start);
                moved(from)..moved(to)
            } else {
                span.source.clone()
            };
            StyledSpan { text: from..to, source, exact: span.exact, ink: span.ink }
        })
    }
}

/// The position of the last line feed.
fn last_feed(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|&byte| byte == b'\n')
}

/// Cleans text from elsewhere (a rendered formula, a link target) to a single line.
pub(super) fn cleaned_line(text: &str) -> Clean<'static> {
    let line = text.replace('\n', " ");
    clean_text(&line).into_owned()
}
