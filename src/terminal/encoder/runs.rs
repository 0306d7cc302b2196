//! What is sent as runs: cells side by side that one pen writes. What an order of them costs is
//! told without writing them.

use std::ops::Range;

use ratatui::buffer::Cell;

use super::cells::{is_erased, is_other_half, reach};
use super::line::Line;
use super::pen::Pen;

/// So many blanks are erased sooner than written.
const ERASED: usize = 8;
/// What places the cursor anywhere, in a column, and some columns further; about.
const ADDRESS: usize = 8;
const COLUMN: usize = 6;
const STEP: usize = 4;

/// Cells side by side that one pen writes.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The place of their line among the lines that are written.
    pub(super) line: usize,
    /// Their columns.
    pub(super) cells: Range<usize>,
    /// The place of their pen among the pens; `None` for blanks that any pen writes.
    pub(super) pen: Option<usize>,
    /// They can be written when all that stands beside them is.
    pub(super) can_wait: bool,
    /// The row of the screen.
    y: usize,
    /// The column of the cursor behind them, where that is sure.
    behind: Option<usize>,
    /// So many cells before them, a few at most, could be written again with their pen.
    again: usize,
}

/// The pens of a frame, and what it costs to change one for another.
#[derive(Debug, Default)]
pub(super) struct Pens {
    pens: Vec<Pen>,
    /// The costs that were asked for, by both pens.
    costs: Vec<Vec<Option<usize>>>,
}

impl Pens {
    /// The place of a pen.
    fn place(&mut self, pen: Pen) -> usize {
        self.pens.iter().position(|known| *known == pen).unwrap_or_else(|| {
            self.pens.push(pen);
            self.pens.len() - 1
        })
    }

    /// The bytes that make one pen another.
    fn cost(&mut self, from: usize, to: usize) -> usize {
        let count = self.pens.len();
        self.costs.resize_with(count, Vec::new);
        let Some(costs) = self.costs.get_mut(from) else { return 0 };
        costs.resize(count, None);
        let Some(known) = costs.get_mut(to) else { return 0 };
        let pens = &self.pens;
        *known.get_or_insert_with(|| {
            let mut bytes = String::new();
            if let (Some(mut from), Some(to)) = (pens.get(from).copied(), pens.get(to)) {
                from.become_another(*to, &mut bytes);
            }
            bytes.len()
        })
    }

    /// About the bytes that these runs take besides their text, in this order. Begins and ends
    /// with the pen without style.
    pub(super) fn cost_of<'r>(&mut self, runs: impl Iterator<Item = &'r Run>) -> usize {
        let plain = self.place(Pen::default());
        let (mut cost, mut pen, mut cursor) = (0, plain, None);
        for run in runs {
            cost += cursor.map_or(ADDRESS, |cursor| way(cursor, run));
            if let Some(wanted) = run.pen {
                cost += self.cost(pen, wanted);
                pen = wanted;
            }
            cursor = Some((run.behind, run.y));
        }
        cost + self.cost(pen, plain)
    }
}

/// About the bytes from a place of the cursor to a run.
fn way((column, row): (Option<usize>, usize), run: &Run) -> usize {
    let down = run.y.checked_sub(row).map_or(STEP, |down| down.min(STEP));
    let x = run.cells.start;
    let aside = column.map_or(COLUMN, |column| match column.checked_sub(x) {
        None if x - column <= run.again => x - column,
        Some(0) => 0,
        Some(1) => STEP - 1,
        _ => STEP,
    });
    ADDRESS.min(down + aside)
}

/// The runs of these lines, in order.
pub(super) fn runs(lines: &[Line], pens: &mut Pens) -> Vec<Run> {
    let mut runs = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let mut x = 0;
        while let Some(more) = line.marks.get(x..).and_then(|marks| marks.iter().position(|it| *it))
        {
            let run = run_at(at, line, x + more, pens);
            x = run.cells.end;
            runs.push(run);
        }
    }
    runs
}

/// The run that begins in a column: blanks, or cells of one pen with a few blanks between them.
fn run_at(at: usize, line: &Line, start: usize, pens: &mut Pens) -> Run {
    let sent = |x: usize| line.wanted.get(x).filter(|_| line.marks.get(x) == Some(&true));
    let is_blank = |x: &usize| sent(*x).is_some_and(is_erased);
    let blanks = |from: usize| (from..line.wanted.len()).take_while(is_blank).count();
    let mut end = start + blanks(start);
    let (mut pen, mut is_narrow) = (None, true);
    // Blanks are a run of their own before another pen, and where they are erased.
    while let Some(cell) = sent(end).filter(|_| pen.is_some() || end == start) {
        let gap = blanks(end);
        if gap > 0 {
            // A text takes a blank behind it along.
            let is_inside = sent(end + gap).map(Pen::of) == pen || end - start > gap;
            if gap >= ERASED || !is_inside {
                break;
            }
            end += gap;
        } else if is_other_half(cell) || pen.is_none_or(|pen| pen == Pen::of(cell)) {
            pen = pen.or(Some(Pen::of(cell)));
            is_narrow &= !is_other_half(cell) && reach(cell) == 1;
            end += 1;
        } else {
            break;
        }
    }
    let cells = start..end;
    // The order of writing matters to wide characters, and to those that may be.
    let is_clear = |cell: &Cell| !is_other_half(cell) && reach(cell) == 1;
    let was = line.shown.get(cells.clone()).unwrap_or_default();
    let behind = match pen {
        None if cells.len() >= ERASED => Some(start),
        _ => Some(end).filter(|_| is_narrow),
    };
    let is_alike = |cell: &&Cell| is_erased(cell) || pen.is_none_or(|pen| pen == Pen::of(cell));
    let before = line.wanted.get(..start).unwrap_or_default().iter().rev();
    Run {
        again: before.take(STEP).take_while(is_alike).count(),
        line: at,
        y: line.y,
        can_wait: is_narrow && was.iter().all(is_clear),
        pen: pen.map(|pen| pens.place(pen)),
        cells,
        behind,
    }
}
