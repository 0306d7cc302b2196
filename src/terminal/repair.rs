//! Rows that terminals draw in their own way: wide characters, and clusters of several characters.
//!
//! The terminal library sends the cells that changed, and trusts that the terminal counts columns
//! as it does. Two things break that. When the first half of a wide character is written over,
//! some terminals keep the other half. And a cluster of several characters (Devanagari, Thai, a
//! family of emoji) takes more columns in one terminal than in another, so that what stands behind
//! it is drawn over, and stays when the cluster is long gone. So a row that has or had such a cell
//! is handed on whole when anything in it changed, and the encoder sends of it what is needed.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};

use crate::text::{self, Ambiguous};

/// What the last frame had in each row: a mark of its content where it has to be watched, else 0.
#[derive(Debug, Default)]
pub(super) struct Repair {
    rows: Vec<u64>,
}

impl Repair {
    /// Marks the cells of a new frame that have to be handed on, and remembers what it has.
    pub(super) fn mark(&mut self, frame: &mut Buffer) {
        let width = usize::from(frame.area.width).max(1);
        let rows: Vec<u64> = frame.content.chunks(width).map(watched).collect();
        for (at, row) in frame.content.chunks_mut(width).enumerate() {
            let (before, now) = (self.rows.get(at).copied().unwrap_or(0), rows.get(at).copied());
            if now != Some(before) {
                for cell in row.iter_mut().filter(|cell| !has_own_width(cell)) {
                    cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
        }
        self.rows = rows;
    }
}

/// Whether a cell has a width that its symbol does not tell: that must stay with it.
fn has_own_width(cell: &Cell) -> bool {
    matches!(cell.diff_option, CellDiffOption::ForcedWidth(_))
}

/// A mark of a row's content, or 0 when every cell of it is one narrow character.
fn watched(row: &[Cell]) -> u64 {
    if !row.iter().any(|cell| is_risky(cell.symbol())) {
        return 0;
    }
    let mut hasher = FixedState::default().build_hasher();
    for cell in row {
        cell.hash(&mut hasher);
    }
    hasher.finish().max(1)
}

/// Whether terminals may differ about the columns of a cell.
pub(super) fn is_risky(symbol: &str) -> bool {
    // Where ambiguous characters are wide, terminals differ about which ones are.
    let is_wide = || text::width(symbol) > 1 || text::ambiguous() == Ambiguous::Wide;
    symbol.len() > 1 && (symbol.chars().nth(1).is_some() || is_wide())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn frame(rows: [&str; 2]) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 6, 2));
        for (y, text) in (0..).zip(rows) {
            frame.set_string(0, y, text, Style::new());
        }
        frame
    }

    /// The cells that are sent when one frame follows another.
    fn sent(before: [&str; 2], after: [&str; 2]) -> Vec<(u16, u16)> {
        let mut repair = Repair::default();
        let (mut before, mut after) = (frame(before), frame(after));
        repair.mark(&mut before);
        // The next frame of a terminal begins without marks.
        before.content.iter_mut().for_each(|cell| {
            cell.set_diff_option(CellDiffOption::None);
        });
        repair.mark(&mut after);
        before.diff(&after).iter().map(|(x, y, _)| (*x, *y)).collect()
    }

    #[test]
    fn the_other_half_of_a_wide_character_is_written_over_too() {
        let all: Vec<_> = (0..6).map(|x| (x, 0)).collect();
        assert_eq!(sent(["a漢字b", "same"], ["ax  yb", "same"]), all);
    }

    #[test]
    fn a_row_that_had_a_cluster_of_several_characters_is_sent_whole() {
        let sent = sent(["aया b", "same"], ["abc", "same"]);
        assert_eq!(sent, (0..6).map(|x| (x, 0)).collect::<Vec<_>>());
    }

    #[test]
    fn a_row_that_stays_the_same_is_not_sent() {
        assert_eq!(sent(["a漢字b", "x"], ["a漢字b", "y"]), [(0, 1)]);
    }
}
