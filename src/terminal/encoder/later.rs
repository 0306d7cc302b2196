//! What is written when all else is: cells in a colour of their own, such as the bar beside a
//! message, the names above them, the marks of a scrollbar. Among the others each of them would take
//! two changes of the pen.
//!
//! Whether that is shorter is counted for the cells of one column and pen, and for all of one pen.

use std::ops::Range;

use super::line::Line;
use super::runs::{Pens, Run, runs};
use super::writer::Writer;

/// So many runs alike may pay for the pen.
const FEW: usize = 3;
/// Of so many cells are those that are put together by their columns.
const NARROW: usize = 3;
/// So many ways of putting runs together are tried.
const TRIES: usize = 16;

/// What runs that are written together have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Below one another, of one pen.
    Columns(usize, usize, Option<usize>),
    /// Of one pen.
    Pen(usize),
}

impl Kind {
    fn has(self, run: &Run) -> bool {
        run.can_wait
            && match self {
                Self::Columns(from, to, pen) => (&run.cells, run.pen) == (&(from..to), pen),
                Self::Pen(pen) => run.pen == Some(pen),
            }
    }
}

/// Cells that are written later.
pub(super) struct Later {
    /// Their lines, by their places among those that are written, and columns; in order.
    cells: Vec<(usize, Range<usize>)>,
}

impl Later {
    /// Takes these cells out of the lines.
    pub(super) fn of(lines: &mut [Line]) -> Self {
        let mut pens = Pens::default();
        let all = runs(lines, &mut pens);
        let kinds = kinds(&all);
        let mut now: Vec<&Run> = all.iter().collect();
        let mut groups: Vec<Vec<&Run>> = Vec::new();
        let mut least = pens.cost_of(all.iter());
        // What is worth nothing at first may be when others are out of the way.
        for kind in kinds.iter().chain(&kinds) {
            let (group, rest): (Vec<&Run>, Vec<&Run>) = now.iter().partition(|run| kind.has(run));
            if group.is_empty() {
                continue;
            }
            let order = rest.iter().chain(groups.iter().flatten()).chain(&group);
            let cost = pens.cost_of(order.copied());
            if cost < least {
                (now, least) = (rest, cost);
                groups.push(group);
            }
        }
        let cells: Vec<_> =
            groups.iter().flatten().map(|run| (run.line, run.cells.clone())).collect();
        for (line, cells) in &cells {
            if let Some(line) = lines.get_mut(*line) {
                line.put_off(cells.clone());
            }
        }
        Self { cells }
    }

    /// Writes them.
    pub(super) fn write(&self, lines: &[Line], writer: &mut Writer) {
        for (line, cells) in &self.cells {
            let Some(line) = lines.get(*line) else { continue };
            for x in cells.clone() {
                line.write_cell(x, writer);
            }
        }
    }
}

/// What some runs have in common: columns before pens, and what more of them have before others.
fn kinds(runs: &[Run]) -> Vec<Kind> {
    let mut kinds: Vec<(Kind, usize, usize)> = Vec::new();
    for run in runs.iter().filter(|run| run.can_wait) {
        let Range { start, end } = run.cells;
        let columns = (end - start <= NARROW).then_some(Kind::Columns(start, end, run.pen));
        for kind in columns.into_iter().chain(run.pen.map(Kind::Pen)) {
            match kinds.iter_mut().find(|(known, ..)| *known == kind) {
                Some((_, count, cells)) => (*count, *cells) = (*count + 1, *cells + end - start),
                None => kinds.push((kind, 1, end - start)),
            }
        }
    }
    let is_pen = |kind: &Kind| matches!(kind, Kind::Pen(_));
    // The pen of most cells is that of the text, which the others wait for.
    let pens = kinds.iter().filter(|(kind, ..)| is_pen(kind));
    let text = pens.max_by_key(|(_, _, cells)| *cells).map(|(kind, ..)| *kind);
    kinds.retain(|(kind, count, _)| *count >= FEW && Some(*kind) != text);
    kinds.sort_by_key(|(kind, count, _)| (is_pen(kind), usize::MAX - count));
    kinds.truncate(TRIES);
    kinds.into_iter().map(|(kind, ..)| kind).collect()
}
