//! The stream to the terminal: where its cursor and its pen are, and how they get elsewhere in as
//! few bytes as possible.
//!
//! Must not know what was on the screen before.

use std::cmp::Ordering;
use std::fmt::Write;

use ratatui::buffer::Cell;

use super::cells::{columns, has_sure_columns, is_blank};
use super::pen::Pen;
use super::shift::{Direction, Shift};

#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    pen: Pen,
    /// The column where the next character would stand; `None` where terminals may differ.
    column: Option<usize>,
    /// Its row, where that is sure.
    row: Option<usize>,
    /// The last column of the screen, where that is known.
    last: Option<usize>,
    /// The last column was written: some terminals count on, and others do not.
    is_at_last: bool,
}

impl Writer {
    /// Begins a frame on a screen with this last column: the cursor may be anywhere, and the pen is
    /// without style.
    pub(super) fn begin(&mut self, last: Option<usize>) {
        self.out.clear();
        self.last = last;
        (self.column, self.row, self.is_at_last) = (None, None, false);
    }

    /// Ends it likewise. All its bytes.
    pub(super) fn end(&mut self) -> &[u8] {
        self.set_pen(Pen::default());
        self.out.as_bytes()
    }

    /// Writes a cell of a row where the cursor is. `edge` is the first column that no cell of the
    /// frame has.
    pub(super) fn put(&mut self, cell: &Cell, edge: usize) {
        let pen = Pen::of(cell);
        if !(is_blank(cell) && pen.is_same_blank(self.pen)) {
            self.set_pen(pen);
        }
        self.out.push_str(cell.symbol());
        let behind = self.column.map(|column| column + columns(cell));
        // Such a cell may even have ended the row.
        let is_sure = has_sure_columns(cell.symbol());
        self.row = self.row.filter(|_| is_sure);
        // Behind the last column some terminals count on, and others do not.
        let last = self.last.map(|last| last + 1);
        self.is_at_last = is_sure && behind.is_some() && behind == last;
        self.column = behind.filter(|column| is_sure && *column < edge && Some(*column) != last);
    }

    /// Blanks so many columns from the cursor on, and comes back.
    pub(super) fn blank_under(&mut self, cell: &Cell) {
        let Some(column) = self.column else { return };
        self.set_pen(Pen::of(cell));
        self.out.extend(std::iter::repeat_n(' ', columns(cell)));
        let _ = write!(self.out, "\x1b[{}G", column + 1);
    }

    /// Erases so many cells from the cursor on, or all to the end of the row.
    pub(super) fn erase(&mut self, count: Option<usize>) {
        if !self.pen.is_same_blank(Pen::default()) {
            self.set_pen(Pen::default());
        }
        let _ = match count {
            Some(count) => write!(self.out, "\x1b[{count}X"),
            None => write!(self.out, "\x1b[K"),
        };
    }

    /// Moves rows. Deleting lines and inserting others where they are missing needs no margins:
    /// nothing has to be undone if the program dies in between, and the oldest terminals do it. What
    /// another program may have left of margins would be in the way.
    pub(super) fn shift(&mut self, shift: &Shift) {
        let Shift { top, end, by, direction } = *shift;
        let (delete, insert) = match direction {
            Direction::Up => (top + 1, end - by + 1),
            Direction::Down => (end - by + 1, top + 1),
        };
        // The lines that come in have the background of the pen.
        self.set_pen(Pen::default());
        let _ = write!(self.out, "\x1b[r\x1b[{delete}H\x1b[{by}M\x1b[{insert}H\x1b[{by}L");
        // The column is the first one in some terminals, and the same as before in others.
        (self.column, self.row, self.is_at_last) = (None, Some(insert - 1), false);
    }

    /// Places the cursor in a column of a row with these cells, of which those between the cursor
    /// and the column stand there already.
    pub(super) fn go_to(&mut self, x: usize, y: usize, cells: &[Cell]) {
        if (self.column, self.row) == (Some(x), Some(y)) {
            return;
        }
        let anew = format!("\x1b[{};{}H", y + 1, x + 1);
        let way = self.row.map(|row| vertically(row, y) + &self.sideways(x, cells));
        self.out.push_str(&way.filter(|way| way.len() < anew.len()).unwrap_or(anew));
        (self.column, self.row, self.is_at_last) = (Some(x), Some(y), false);
    }

    /// What places the cursor in a column of its row.
    fn sideways(&self, x: usize, cells: &[Cell]) -> String {
        if self.is_at_last && self.last == Some(x) {
            // None goes further: also those that counted on are there then.
            return steps(1, 'C');
        }
        let anew = format!("\x1b[{}G", x + 1);
        let Some(from) = self.column else { return anew };
        let way = match from.cmp(&x) {
            Ordering::Equal => return String::new(),
            Ordering::Greater => steps(from - x, 'D'),
            Ordering::Less => {
                let step = steps(x - from, 'C');
                let between = cells.get(from..x).unwrap_or_default();
                self.again(between, step.len()).unwrap_or(step)
            }
        };
        if way.len() <= anew.len() { way } else { anew }
    }

    /// These cells once more, if that takes so many bytes at most and no other pen.
    fn again(&self, cells: &[Cell], most: usize) -> Option<String> {
        let mut text = String::new();
        for cell in cells {
            let pen = Pen::of(cell);
            let is_same = pen == self.pen || (is_blank(cell) && pen.is_same_blank(self.pen));
            let is_simple = has_sure_columns(cell.symbol()) && columns(cell) == 1;
            text.push_str(cell.symbol());
            if !is_same || !is_simple || cell.symbol().is_empty() || text.len() > most {
                return None;
            }
        }
        Some(text)
    }

    fn set_pen(&mut self, wanted: Pen) {
        self.pen.become_another(wanted, &mut self.out);
    }
}

/// What brings the cursor from one row to another, in its column: in the modes of a program a line
/// feed keeps it.
fn vertically(from: usize, to: usize) -> String {
    match to.checked_sub(from) {
        None => steps(from - to, 'A'),
        Some(down) => {
            let step = steps(down, 'B');
            if down <= step.len() { "\n".repeat(down) } else { step }
        }
    }
}

/// So many steps of the cursor.
fn steps(count: usize, letter: char) -> String {
    if count == 1 { format!("\x1b[{letter}") } else { format!("\x1b[{count}{letter}") }
}
