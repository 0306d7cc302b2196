//! A frame as the bytes that change the screen from the previous frame to it.
//!
//! Over ssh every step of the cursor is such a stream, so it holds what changed and little else: a
//! run of text, the shortest way to the next one, a style only where it differs, and one sequence
//! for a run of blanks.
//!
//! Terminals disagree about the columns of some characters (emoji, Devanagari, Thai). Whatever such
//! a character may have covered is sent again when any of it changes, and what follows it gets a
//! cursor address of its own: see [`width`].
//!
//! Must not know what the cells mean, nor where the bytes go.

mod sgr;
#[cfg(test)]
mod tests;
mod width;

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};

use crate::view::Cursor;

use sgr::Sgr;
use width::{columns, has_sure_columns, reach};

pub use sgr::sgr;

/// The bytes that erase a run of blanks by number, and those that place the cursor; about.
const ERASE: usize = 5;
const ADDRESS: usize = 8;
const HIDE_CURSOR: &str = "\x1b[?25l";
const SHOW_CURSOR: &str = "\x1b[?25h";

/// Encodes frames, and remembers what the terminal shows.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    /// The frame on the screen.
    shown: Buffer,
    out: String,
    style: Sgr,
    /// The column and row of the terminal's cursor; `None` where terminals may disagree.
    cursor: Option<(usize, usize)>,
    /// Where the cursor is visible.
    visible: Cursor,
}

impl Encoder {
    /// Forgets the screen: the next frame clears it and draws every cell.
    pub(super) fn forget(&mut self) {
        self.shown = Buffer::default();
    }

    /// The bytes that show this frame and put the cursor there; empty where nothing changed. Leaves
    /// the previous frame in place of this one.
    pub(super) fn encode(&mut self, frame: &mut Buffer, cursor: Cursor) -> &str {
        self.out.clear();
        self.cursor = None;
        if self.shown.area != frame.area {
            self.shown = Buffer::empty(frame.area);
            self.visible = None;
            let _ = write!(self.out, "{HIDE_CURSOR}\x1b[m\x1b[2J");
        }
        let columns = usize::from(frame.area.width).max(1);
        let shown = std::mem::take(&mut self.shown);
        let rows = shown.content.chunks(columns).zip(frame.content.chunks(columns));
        for (y, (old, new)) in rows.enumerate().filter(|(_, (old, new))| old != new) {
            self.row(y, old, new);
        }
        self.set_style(Sgr::default());
        self.place_cursor(cursor);
        self.shown = std::mem::replace(frame, shown);
        &self.out
    }

    fn row(&mut self, y: usize, old: &[Cell], new: &[Cell]) {
        let changed = changed(old, new);
        // What becomes of half a wide character that is erased differs between terminals.
        let can_erase = old.iter().all(|cell| reach(cell) == 1);
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            if !changed.get(x).is_some_and(|changed| *changed) {
                x += columns(cell);
                continue;
            }
            self.go_to(x, y, new);
            let rest = new.iter().zip(&changed).skip(x);
            let blanks = rest.take_while(|(cell, changed)| **changed && is_erased(cell)).count();
            let goes_on = changed.iter().skip(x + blanks).any(|changed| *changed);
            let erase = if goes_on { ERASE + ADDRESS } else { ERASE };
            if can_erase && blanks > erase {
                self.set_style(Sgr::default());
                let _ = write!(self.out, "\x1b[{blanks}X");
                x += blanks;
            } else {
                self.put(cell, x, y, new.len());
                x += columns(cell);
            }
        }
    }

    /// Writes a cell at the cursor.
    fn put(&mut self, cell: &Cell, x: usize, y: usize, width: usize) {
        self.set_style_for(cell);
        let (columns, is_sure) = (columns(cell), has_sure_columns(cell.symbol()));
        if columns > 1 && !is_sure {
            // A terminal that gives it one column would keep what stood in the other.
            let _ = write!(self.out, "\x1b[{columns}X");
        }
        self.out.push_str(cell.symbol());
        let behind = x + columns;
        // Terminals differ in where the cursor is once the last column is written.
        self.cursor = (is_sure && behind < width).then_some((behind, y));
    }

    /// Moves the cursor to a column of a row, whose cells before that column are shown.
    fn go_to(&mut self, x: usize, y: usize, row: &[Cell]) {
        if self.cursor == Some((x, y)) {
            return;
        }
        let gap = self.cursor.filter(|cursor| cursor.1 == y).and_then(|(from, _)| row.get(from..x));
        let is_as_short = |cells: &&[Cell]| {
            cells.len() < ADDRESS
                && cells.iter().all(|cell| cell.symbol().len() == 1 && self.has_style_for(cell))
        };
        if let Some(cells) = gap.filter(is_as_short) {
            self.out.extend(cells.iter().map(Cell::symbol));
        } else {
            let _ = write!(self.out, "\x1b[{};{}H", y + 1, x + 1);
        }
        self.cursor = Some((x, y));
    }

    /// Whether a cell looks right in the present style.
    fn has_style_for(&self, cell: &Cell) -> bool {
        let wanted = Sgr::of(cell);
        wanted == self.style || (is_blank(cell) && wanted.on_blank() == self.style.on_blank())
    }

    fn set_style_for(&mut self, cell: &Cell) {
        if !self.has_style_for(cell) {
            self.set_style(Sgr::of(cell));
        }
    }

    fn set_style(&mut self, wanted: Sgr) {
        self.style.change_to(wanted, &mut self.out);
    }

    fn place_cursor(&mut self, at: Cursor) {
        match at {
            // Writing moved it.
            Some((x, y)) if self.visible != at || !self.out.is_empty() => {
                let _ = write!(self.out, "\x1b[{};{}H{SHOW_CURSOR}", y + 1, x + 1);
            }
            None if self.visible.is_some() => self.out.push_str(HIDE_CURSOR),
            _ => {}
        }
        self.visible = at;
    }
}

/// Which cells of a row to send: those that changed, and whatever characters of unsure width may
/// have covered or left behind.
fn changed(old: &[Cell], new: &[Cell]) -> Vec<bool> {
    let pairs = || old.iter().zip(new);
    let mut changed: Vec<bool> = pairs().map(|(old, new)| !looks_like(old, new)).collect();
    for (x, (old, new)) in pairs().enumerate() {
        for cell in [old, new] {
            let end = (x + reach(cell)).min(changed.len());
            let reached = changed.get_mut(x..end).unwrap_or_default();
            if reached.contains(&true) {
                reached.fill(true);
            }
        }
    }
    changed
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " "
}

/// Whether erasing yields this cell. Only without a background: not all terminals erase in the
/// current one.
fn is_erased(cell: &Cell) -> bool {
    is_blank(cell) && Sgr::of(cell).on_blank() == Sgr::default()
}

fn looks_like(old: &Cell, new: &Cell) -> bool {
    let (was, is) = (Sgr::of(old), Sgr::of(new));
    old.symbol() == new.symbol()
        && (was == is || (is_blank(new) && was.on_blank() == is.on_blank()))
}
