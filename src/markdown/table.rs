//! Tables: column widths that fit the pane, cells that wrap and align, or a list of `head: cell`
//! lines where columns would be too narrow.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::flow::Flow;
use super::page::LineWriter;
use super::{SpanRole, TextStyle};
use crate::text::{Wrapping, width};

/// A table with more columns is shown verbatim.
const MAX_COLUMNS: usize = 64;
/// The least width of a column in which words break.
const LEAST_IN_WORDS: usize = 8;
/// The width of the separator ` │ `.
const BETWEEN: usize = 3;

/// A table while its events arrive.
#[derive(Debug, Default)]
pub(super) struct TableDraft {
    pub(super) sides: Vec<Alignment>,
    /// The rows; the first is the header.
    pub(super) rows: Vec<Vec<Flow>>,
    /// The end of the last cell.
    pub(super) end: usize,
    /// Whether some cell can only be shown verbatim.
    pub(super) is_broken: bool,
}

impl TableDraft {
    /// Whether it can be laid out as a table.
    pub(super) fn is_fit(&self) -> bool {
        !self.is_broken && self.columns() <= MAX_COLUMNS
    }

    fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Writes the table.
    pub(super) fn write(&self, page: &mut LineWriter<'_>) {
        match self.widths(usize::from(page.room())) {
            Some(widths) => self.write_grid(&widths, page),
            None => self.write_list(page),
        }
    }

    /// The column widths; `None` if they would be too narrow to read.
    fn widths(&self, room: usize) -> Option<Vec<usize>> {
        let mut widths = vec![1; self.columns()];
        let mut words = widths.clone();
        for row in &self.rows {
            for ((width, word), cell) in widths.iter_mut().zip(&mut words).zip(row) {
                *width = cell.columns().max(*width);
                *word = cell.word_columns().max(*word);
            }
        }
        let room = room.checked_sub(BETWEEN * widths.len().saturating_sub(1))?;
        if widths.iter().sum::<usize>() <= room {
            return Some(widths);
        }
        // If all words fit, no column is narrower than its longest word.
        let keeps_words = words.iter().sum::<usize>() <= room;
        let least = if keeps_words { words } else { vec![0; widths.len()] };
        let (cap, mut more) = cap(&widths, &least, room);
        for (width, least) in widths.iter_mut().zip(least) {
            let natural = *width;
            *width = natural.min(cap).max(least);
            if *width < natural && more > 0 {
                *width += 1;
                more -= 1;
            }
        }
        (keeps_words || cap >= LEAST_IN_WORDS).then_some(widths)
    }

    fn write_grid(&self, widths: &[usize], page: &mut LineWriter<'_>) {
        let lines: Vec<Vec<Vec<Range<u32>>>> =
            self.rows.iter().map(|row| row_lines(row, widths)).collect();
        let height = |row: &Vec<Vec<Range<u32>>>| row.iter().map(Vec::len).max().unwrap_or(0);
        let is_tall = lines.iter().skip(1).any(|row| height(row) > 1);
        for (at, (row, lines)) in self.rows.iter().zip(&lines).enumerate() {
            let is_silent = at == 0 && row.iter().all(|cell| cell.as_str().is_empty());
            if is_silent && self.rows.len() > 1 {
                continue;
            }
            if at > 1 && is_tall {
                write_rule(widths, page);
            }
            for line in 0..height(lines) {
                self.write_line(row, lines, line, widths, page);
            }
            if at == 0 {
                write_rule(widths, page);
            }
        }
    }

    /// Writes one line of a row.
    fn write_line(
        &self,
        row: &[Flow],
        lines: &[Vec<Range<u32>>],
        line: usize,
        widths: &[usize],
        page: &mut LineWriter<'_>,
    ) {
        page.begin();
        for (at, &columns) in widths.iter().enumerate() {
            if at > 0 {
                page.word(" │ ", &(0..0), TextStyle::of(SpanRole::Border));
            }
            let cell = row.get(at);
            let part = lines.get(at).and_then(|lines| lines.get(line)).cloned().unwrap_or(0..0);
            let text =
                cell.and_then(|cell| cell.as_str().get(part.start as usize..part.end as usize));
            let spare = columns.saturating_sub(width(text.unwrap_or_default()));
            let before = match self.sides.get(at) {
                Some(Alignment::Right) => spare,
                Some(Alignment::Center) => spare / 2,
                _ => 0,
            };
            page.blanks(before);
            if let Some(cell) = cell {
                page.put_flow(cell, part);
            }
            if at + 1 < widths.len() {
                page.blanks(spare - before);
            }
        }
        page.end(None);
    }

    /// Writes each row as lines of `head: cell`.
    fn write_list(&self, page: &mut LineWriter<'_>) {
        let nothing = Vec::new();
        let head = self.rows.first().unwrap_or(&nothing);
        if self.rows.len() <= 1 {
            for cell in head {
                page.paragraph(cell);
            }
            return;
        }
        for (at, row) in self.rows.iter().skip(1).enumerate() {
            if at > 0 {
                page.blank_line();
            }
            for (column, cell) in row.iter().enumerate() {
                let head = head.get(column).filter(|head| !head.as_str().is_empty());
                match head {
                    Some(head) => page.paragraph(&Flow::labelled(head, cell)),
                    None if !cell.as_str().is_empty() => page.paragraph(cell),
                    None => {}
                }
            }
        }
    }
}

/// Wraps each cell of a row.
fn row_lines(row: &[Flow], widths: &[usize]) -> Vec<Vec<Range<u32>>> {
    let lines = |(cell, &width): (&Flow, &usize)| {
        cell.lines(u16::try_from(width).unwrap_or(u16::MAX), Wrapping::On)
    };
    row.iter().zip(widths).map(lines).collect()
}

fn write_rule(widths: &[usize], page: &mut LineWriter<'_>) {
    let ink = TextStyle::of(SpanRole::Border);
    page.begin();
    for (at, &width) in widths.iter().enumerate() {
        if at > 0 {
            page.word("─┼─", &(0..0), ink);
        }
        page.rule(width, &(0..0), ink);
    }
    page.end(None);
}

/// The greatest cell width at which all columns fit into `room` without any falling below its
/// minimum, and the columns left over. The widest columns shrink first.
fn cap(widths: &[usize], least: &[usize], room: usize) -> (usize, usize) {
    let needed = |cap: usize| -> usize {
        widths.iter().zip(least).map(|(&width, &least)| width.min(cap).max(least)).sum()
    };
    let (mut low, mut high) = (0, room);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if needed(middle) <= room { low = middle } else { high = middle - 1 }
    }
    (low, room.saturating_sub(needed(low)))
}
