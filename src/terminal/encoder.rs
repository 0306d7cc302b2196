//! Cells as the bytes that a terminal takes, as few of them as a plain terminal allows: over ssh
//! every step of the cursor is such a stream.
//!
//! What the terminal library sends for changed cells is mostly addresses and colours: a cursor
//! address before every word, a sequence for each of foreground, background and attribute. Here
//! rows that moved are moved by the terminal, short gaps are written over with what stands there
//! already, longer ones are stepped over, blanks are erased by number, and a style is one sequence,
//! without what a blank would not show. What has a colour of its own in many rows waits until the
//! text is written, where that is shorter.
//!
//! Must not know what the cells mean, nor where the bytes go.

mod cells;
mod later;
mod line;
mod pen;
mod runs;
mod shift;
#[cfg(test)]
mod tests;
mod writer;

use ratatui::buffer::{Cell, CellDiffOption};

use cells::{columns, is_other_half};
use later::Later;
use line::Line;
use shift::Shift;
use writer::Writer;

/// So few rows are not worth looking where they came from.
const FEWEST: usize = 4;

/// Makes the bytes, and remembers what the terminal shows.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    /// What stands in the cells of each row; blanks beyond. Behind a wide character its other half,
    /// which is empty.
    shown: Vec<Vec<Cell>>,
    /// What is to stand there; between two frames the same.
    wanted: Vec<Vec<Cell>>,
    writer: Writer,
}

impl Encoder {
    /// The terminal is empty now.
    pub(super) fn forget(&mut self) {
        self.shown.clear();
        self.wanted.clear();
    }

    /// The bytes for these cells, which are in order: row by row, from left to right, and all that
    /// is to change is among them, on a screen of so many columns, if that is known. Begins and ends
    /// with a pen without style.
    pub(super) fn encode<'a>(
        &mut self,
        content: impl Iterator<Item = (u16, u16, &'a Cell)>,
        columns: Option<u16>,
    ) -> &[u8] {
        self.writer.begin(columns.and_then(|columns| usize::from(columns).checked_sub(1)));
        let mut changed = self.want(content);
        let may_move = changed.iter().filter(|is_changed| **is_changed).count() >= FEWEST;
        let shift = may_move.then(|| Shift::between(&self.shown, &self.wanted)).flatten();
        if let Some(shift) = shift {
            self.writer.shift(&shift);
            shift.apply(&mut self.shown);
            changed.get_mut(shift.top..shift.end).unwrap_or_default().fill(true);
        }
        let edge = self.wanted.iter().map(Vec::len).max().unwrap_or(0);
        let rows = self.shown.iter_mut().zip(&mut self.wanted).zip(&changed).enumerate();
        let rows = rows.filter(|(_, (_, is_changed))| **is_changed);
        let mut lines: Vec<_> =
            rows.map(|(y, ((old, new), _))| Line::new(y, old, new, edge)).collect();
        let later = Later::of(&mut lines);
        for line in &lines {
            line.write(&mut self.writer);
        }
        later.write(&lines, &mut self.writer);
        let rows = self.shown.iter_mut().zip(&self.wanted).zip(changed);
        for ((shown, wanted), _) in rows.filter(|(_, is_changed)| *is_changed) {
            shown.clone_from(wanted);
        }
        self.writer.end()
    }

    /// Notes what is to be shown; which rows that may change.
    fn want<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>) -> Vec<bool> {
        let mut changed = vec![false; self.wanted.len()];
        let mut behind = (0, 0);
        for (x, y, cell) in content {
            let (x, y) = (usize::from(x), usize::from(y));
            if self.wanted.len() <= y {
                self.wanted.resize_with(y + 1, Vec::new);
                self.shown.resize_with(y + 1, Vec::new);
                changed.resize(y + 1, false);
            }
            // The terminal library blanks the other half of some wide characters, and not all
            // terminals would leave the first one alone.
            let is_covered = behind.0 == y && x < behind.1;
            let Some(row) = self.wanted.get_mut(y).filter(|_| !is_covered) else { continue };
            put(row, x, cell);
            changed.get_mut(y..=y).unwrap_or_default().fill(true);
            behind = (y, x + columns(cell));
        }
        changed
    }
}

/// Places a cell in a row, over what is there.
fn put(row: &mut Vec<Cell>, x: usize, cell: &Cell) {
    let end = x + columns(cell);
    if row.len() < end {
        row.resize(end, Cell::EMPTY);
    }
    // What is left of a wide character that is written over.
    for half in row.iter_mut().skip(end).take_while(|cell| is_other_half(cell)) {
        half.reset();
    }
    for (at, place) in row.iter_mut().take(end).skip(x).enumerate() {
        place.clone_from(cell);
        // What was said to the terminal library is no part of the picture.
        place.set_diff_option(CellDiffOption::None);
        if at > 0 {
            place.set_symbol("");
        }
    }
}
