//! Writes the text of a block together with its display formulas.

use std::ops::Range;

use super::Writer;
use crate::markdown::flow::{Flow, FlowDraft, cleaned_line};
use crate::markdown::mask::{without_bar, without_bars};
use crate::markdown::{SpanRole, TextStyle, small_range};
use crate::maths::{self, Formula};
use crate::text::{Clean, clean_text, width};

impl Writer<'_> {
    /// Writes a paragraph and its display formulas.
    pub(super) fn paragraph(&mut self, flow: &Flow) {
        if flow.displays.is_empty() {
            if !flow.as_str().is_empty() {
                self.page.paragraph(flow);
            }
            return;
        }
        let mut from = 0;
        for &(at, formula) in &flow.displays {
            self.part(flow, from..at);
            let Some(formula) = self.reading.masked.formulas.get(formula) else { continue };
            let stop = formula.stop(self.source().as_str());
            let written = self.source().as_str().get(stop.clone()).unwrap_or_default();
            let follows = flow.as_str().get(at..).is_some_and(|rest| rest.starts_with(written));
            let stop = if follows { stop } else { stop.start..stop.start };
            let has_stop = self.display(formula, &stop);
            from = if has_stop { at + stop.len() } else { at };
        }
        self.part(flow, from..flow.as_str().len());
    }

    /// Writes the text between two formulas.
    pub(super) fn part(&mut self, flow: &Flow, range: Range<usize>) {
        let text = flow.as_str().get(range.clone()).unwrap_or_default();
        let blanks = [' ', '\n'];
        let mut from = range.start + text.len() - text.trim_start_matches(blanks).len();
        // A space carries the combining marks that follow it.
        let first = text.trim_start_matches(blanks).chars().next();
        let is_mark = first.is_some_and(|first| width(first.encode_utf8(&mut [0; 4])) == 0);
        if is_mark && from > range.start {
            from -= 1;
        }
        let to = range.start + text.trim_end_matches(blanks).len();
        if from >= to {
            return;
        }
        for line in flow.lines_of(from..to, self.page.measure(), self.page.look.wrapping) {
            self.page.begin();
            self.page.put_flow(flow, line);
            self.page.end(None);
        }
    }

    /// Writes a display formula: as a picture, else on one line, else verbatim. The punctuation
    /// that ends its sentence follows it on the baseline. Returns whether there was room for that.
    fn display(&mut self, formula: &Formula, stop: &Range<usize>) -> bool {
        let source = self.source();
        let body = source.as_str().get(formula.body.clone()).unwrap_or_default();
        let body = without_bars(body, self.quotes);
        let room = self.page.room();
        let ink = TextStyle::of(SpanRole::Maths);
        let words = TextStyle::of(if self.quotes > 0 { SpanRole::Quote } else { SpanRole::Text });
        let picture = maths::display(&body, room);
        let rows = picture.iter().flat_map(|picture| &picture.rows);
        let rows: Vec<Clean<'_>> = rows.map(|row| clean_text(row)).collect();
        // Cleaning widens a combining mark without a base, which the layout cannot foresee.
        let columns = rows.iter().map(|row| width(row.as_str())).max();
        let spare = columns.and_then(|columns| usize::from(room).checked_sub(columns));
        if let (Some(picture), Some(spare)) = (&picture, spare) {
            let after = spare.checked_sub(stop.len());
            let indent = after.unwrap_or(spare).min(2);
            let stop = after.filter(|_| !stop.is_empty()).map(|_| stop.clone());
            for (number, row) in rows.iter().enumerate() {
                self.page.begin();
                self.page.blanks(indent);
                let stop = stop.clone().filter(|_| number == usize::from(picture.baseline));
                let seen = if stop.is_some() { row.len() } else { row.as_str().trim_end().len() };
                let stands_for = small_range(&formula.whole);
                self.page.put(row, 0..seen, stands_for, false, ink);
                if let Some(stop) = stop {
                    self.page.put_source(stop, words);
                }
                self.page.end(None);
            }
            return stop.is_some();
        }
        let mut draft = FlowDraft::default();
        let line = maths::in_line(&body).map(|line| cleaned_line(&line));
        let done = line.is_some_and(|line| draft.other(&line, formula.whole.clone(), ink, source));
        if !done {
            self.lines_of_source(formula.whole.clone(), &mut draft, ink);
        }
        draft.source(stop.clone(), words, source);
        let flow = draft.finish(source);
        let flow =
            flow.unwrap_or_else(|| Flow::verbatim(source, formula.whole.start..stop.end, ink));
        self.page.shapeless(&flow);
        true
    }

    /// Writes source lines without their container prefix.
    pub(super) fn lines_of_source(
        &self,
        range: Range<usize>,
        draft: &mut FlowDraft,
        ink: TextStyle,
    ) {
        let source = self.source();
        let text = source.as_str().get(range.clone()).unwrap_or_default();
        let mut start = range.start;
        for line in text.split('\n') {
            let inner = without_bar(line, self.quotes).trim_start_matches(' ');
            let end = start + line.trim_end_matches(' ').len();
            let from = start + line.len() - inner.len();
            if from < end {
                if !draft.is_empty() {
                    draft.line_feed(source);
                }
                draft.source(from..end, ink, source);
            }
            start += line.len() + 1;
        }
    }
}
