//! Ends the cells and rows of a table.

use std::ops::Range;

use super::{Block, Writer};
use crate::markdown::flow::{Flow, FlowDraft};
use crate::markdown::{SpanRole, TextStyle};

impl Writer<'_> {
    pub(super) fn close_cell(&mut self, range: &Range<usize>) {
        let Some(leaf) = self.leaf.take() else { return };
        let Some(table) = &mut self.table else { return };
        match leaf.inline.finish() {
            Some(flow) => {
                if let Some(row) = table.rows.last_mut() {
                    row.push(flow);
                }
            }
            None => table.is_broken = true,
        }
        table.end = table.end.max(range.end);
    }

    /// Ends a row. Text after its last column is kept.
    pub(super) fn close_row(&mut self, range: &Range<usize>) {
        let source = self.reading.source;
        let Some(table) = &mut self.table else { return };
        let rest = source.as_str().get(table.end..range.end).unwrap_or_default();
        if !rest.contains(char::is_alphanumeric) {
            return;
        }
        let signs = [' ', '|', '\n'];
        let from = range.end - rest.trim_start_matches(signs).len();
        let to = table.end + rest.trim_end_matches(signs).len();
        let mut draft = FlowDraft::default();
        draft.source(from..to, TextStyle::of(SpanRole::Text), source);
        match (draft.finish(source), table.rows.last_mut()) {
            (Some(flow), Some(row)) => row.push(flow),
            _ => table.is_broken = true,
        }
    }

    pub(super) fn close_table(&mut self, range: &Range<usize>) {
        let Some(table) = self.table.take() else { return };
        self.flush_markers();
        if table.is_fit() {
            table.write(&mut self.page);
        } else {
            let source = self.source();
            let flow = Flow::verbatim(source, range.clone(), TextStyle::of(SpanRole::Html));
            self.page.shapeless(&flow);
        }
        self.after(Block::Other, range.end);
    }
}
