//! A row of the screen: which of its cells are sent, and as what.

use std::ops::Range;

use ratatui::buffer::Cell;

use super::cells::{
    columns, has_sure_columns, is_blank, is_erased, is_other_half, looks_like, reach,
};
use super::pen::Pen;
use super::writer::Writer;

/// A row, as it is and as it is to be: as many cells of each.
pub(super) struct Line<'a> {
    pub(super) y: usize,
    pub(super) shown: &'a [Cell],
    pub(super) wanted: &'a [Cell],
    /// Which cells are sent.
    pub(super) marks: Vec<bool>,
    /// Which of them wait until all lines are written; those are not among the marks any more.
    pub(super) waits: Vec<bool>,
    /// The first column that no cell of the frame has.
    edge: usize,
}

impl<'a> Line<'a> {
    /// A row of the screen; both get as many cells as the longest row of the frame has.
    pub(super) fn new(
        y: usize,
        shown: &'a mut Vec<Cell>,
        wanted: &'a mut Vec<Cell>,
        edge: usize,
    ) -> Self {
        let length = shown.len().max(wanted.len()).max(edge);
        shown.resize(length, Cell::EMPTY);
        wanted.resize(length, Cell::EMPTY);
        let marks = marks(shown, wanted);
        Self { y, shown, wanted, marks, waits: vec![false; length], edge }
    }

    /// Takes cells out of those that are marked; they are written later.
    pub(super) fn put_off(&mut self, cells: Range<usize>) {
        self.marks.get_mut(cells.clone()).unwrap_or_default().fill(false);
        self.waits.get_mut(cells).unwrap_or_default().fill(true);
    }

    /// Writes the cells that are marked.
    pub(super) fn write(&self, writer: &mut Writer) {
        let (mut x, mut is_rest_blank) = (0, false);
        while let Some((is_marked, cell)) = self.marks.get(x).zip(self.wanted.get(x)) {
            if !is_marked || is_other_half(cell) || (is_rest_blank && is_erased(cell)) {
                x += 1;
            } else if let Some(erased) = self.erasable(x) {
                writer.go_to(x, self.y, self.wanted);
                writer.erase(Some(erased.count).filter(|_| !erased.is_rest));
                is_rest_blank = erased.is_rest;
                x += erased.count;
            } else {
                self.write_cell(x, writer);
                // A terminal may have drawn it over what was erased.
                is_rest_blank &= has_sure_columns(cell.symbol());
                x += columns(cell);
            }
        }
    }

    /// Writes a cell.
    pub(super) fn write_cell(&self, x: usize, writer: &mut Writer) {
        let Some(cell) = self.wanted.get(x) else { return };
        writer.go_to(x, self.y, self.wanted);
        let mut under = self.shown.iter().skip(x + 1).take(columns(cell) - 1);
        let is_clear = under.all(|under| {
            is_other_half(under) || (is_blank(under) && Pen::of(under) == Pen::of(cell))
        });
        // A terminal that counts one column would show what stood in the next one.
        if !is_clear && !has_sure_columns(cell.symbol()) {
            writer.blank_under(cell);
        }
        writer.put(cell, self.edge);
    }

    /// The blanks that begin here, as far as they are marked, where erasing them is shorter than
    /// writing them.
    fn erasable(&self, x: usize) -> Option<Erased> {
        let rest = self.wanted.get(x..)?;
        let run = rest.iter().take_while(|cell| is_erased(cell)).count();
        let last = self.marks.get(x..x + run)?.iter().rposition(|is_marked| *is_marked)?;
        let (end, count) = (x + last + 1, last + 1);
        if [x, end].iter().any(|x| self.shown.get(*x).is_some_and(is_other_half)) {
            // What becomes of the half that is left differs from terminal to terminal.
            return None;
        }
        // To the end of the row is shorter, and takes what is written anew with it.
        let is_sent =
            |x: usize| [&self.marks, &self.waits].iter().any(|it| it.get(x) == Some(&true));
        let is_rest = rest.iter().enumerate().all(|(at, cell)| is_erased(cell) || is_sent(x + at));
        // Where more follows there is a step over what was erased.
        let next = self.marks.get(end..)?.iter().position(|is_marked| *is_marked);
        let step = if next.is_some() { 3 + digits(count) } else { 0 };
        let cost = if is_rest { 3 } else { 3 + digits(count) } + step;
        (count > cost).then_some(Erased { count, is_rest })
    }
}

/// What is erased at once.
struct Erased {
    /// So many cells, blanks of which some are to be sent.
    count: usize,
    /// And all that follow in the row: no other is left that is not sent.
    is_rest: bool,
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

/// Which cells are sent: what changed, and what may have been drawn over or left by characters
/// that are wide, or of which terminals count the columns in their own way.
fn marks(shown: &[Cell], wanted: &[Cell]) -> Vec<bool> {
    let pairs = || shown.iter().zip(wanted);
    let mut marks: Vec<bool> = pairs().map(|(old, new)| !looks_like(old, new)).collect();
    for (x, (old, new)) in pairs().enumerate() {
        for cell in [old, new] {
            let end = (x + reach(cell)).min(wanted.len());
            let reached = marks.get_mut(x..end).unwrap_or_default();
            if reached.contains(&true) {
                reached.fill(true);
            }
        }
    }
    marks
}
