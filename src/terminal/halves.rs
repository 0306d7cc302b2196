//! Wide characters that make place for narrow ones.
//!
//! When the first half of a wide character is written over, most terminals clear the other half,
//! and the terminal library relies on that: a blank that was "there already" is not sent. Some
//! terminals and multiplexers keep the half. So the cell behind is sent in any case.

use ratatui::buffer::{Buffer, CellDiffOption};

use crate::text::width;

/// Which cells of the last frame held a wide character.
#[derive(Debug, Default)]
pub(super) struct Halves {
    wide: Vec<bool>,
}

impl Halves {
    /// Marks the cells of a new frame that have to be sent, and remembers where it has wide ones.
    pub(super) fn mark(&mut self, frame: &mut Buffer) {
        let mut wide = Vec::with_capacity(frame.content.len());
        wide.extend(frame.content.iter().map(|cell| is_wide(cell.symbol())));
        if self.wide.len() == wide.len() {
            let gone = self.wide.iter().zip(&wide).enumerate();
            let gone = gone.filter(|(_, (before, now))| **before && !**now);
            for (at, _) in gone {
                if let Some(behind) = frame.content.get_mut(at + 1) {
                    behind.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
        }
        self.wide = wide;
    }

    /// The screen was cleared: nothing is left of the last frame.
    pub(super) fn forget(&mut self) {
        self.wide.clear();
    }
}

fn is_wide(symbol: &str) -> bool {
    symbol.len() > 1 && width(symbol) > 1
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn frame(text: &str) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 6, 1));
        frame.set_string(0, 0, text, Style::new());
        frame
    }

    #[test]
    fn the_other_half_of_a_wide_character_is_written_over_too() {
        let mut halves = Halves::default();
        let mut before = frame("a漢字b");
        halves.mark(&mut before);
        let mut after = frame("ax  yb");
        halves.mark(&mut after);
        let sent: Vec<u16> = before.diff(&after).iter().map(|(x, ..)| *x).collect();
        assert_eq!(sent, [1, 2, 3, 4]);
    }
}
