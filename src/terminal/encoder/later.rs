//! What is written when all else is: single cells below one another in a colour of their own, such
//! as the bar beside a message. Among the others each of them would take two changes of the pen.

use ratatui::buffer::Cell;

use super::cells::{is_blank, is_other_half, reach};
use super::line::Line;
use super::pen::Pen;
use super::writer::Writer;

/// So many cells alike pay for the pen.
const FEW: usize = 3;

/// Cells of one column and one pen.
struct Group {
    x: usize,
    pen: Pen,
    /// The places of their lines among the lines that are written.
    lines: Vec<usize>,
}

/// Cells that are written later.
pub(super) struct Later {
    groups: Vec<Group>,
}

impl Later {
    /// Takes these cells out of the lines.
    pub(super) fn of(lines: &mut [Line]) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            for (x, pen) in alone(line) {
                match groups.iter_mut().find(|group| (group.x, group.pen) == (x, pen)) {
                    Some(group) => group.lines.push(at),
                    None => groups.push(Group { x, pen, lines: vec![at] }),
                }
            }
        }
        groups.retain(|group| group.lines.len() >= FEW);
        for Group { x, lines: places, .. } in &groups {
            for at in places {
                if let Some(mark) = lines.get_mut(*at).and_then(|line| line.marks.get_mut(*x)) {
                    *mark = false;
                }
            }
        }
        Self { groups }
    }

    /// Writes them.
    pub(super) fn write(&self, lines: &[Line], writer: &mut Writer) {
        for group in &self.groups {
            for line in group.lines.iter().filter_map(|at| lines.get(*at)) {
                line.write_cell(group.x, writer);
            }
        }
    }
}

/// The cells of a line whose pen neither the cell before nor the one behind them has, of those that
/// are sent. Blanks have any pen.
fn alone(line: &Line) -> Vec<(usize, Pen)> {
    let cells = line.wanted.iter().zip(&line.marks).enumerate();
    let sent: Vec<(usize, Pen)> = cells
        .filter(|(_, (cell, is_marked))| **is_marked && !is_blank(cell) && !is_other_half(cell))
        .map(|(x, (cell, _))| (x, Pen::of(cell)))
        .collect();
    // The order of writing matters to wide characters, and to those that may be.
    let is_narrow = |cell: &Cell| !is_other_half(cell) && reach(cell) == 1;
    let is_single = |x: usize| {
        [line.shown, line.wanted].iter().all(|cells| cells.get(x).is_some_and(is_narrow))
    };
    let pen_at = |at: Option<usize>| at.and_then(|at| sent.get(at)).map(|(_, pen)| *pen);
    let places = sent.iter().enumerate();
    places
        .filter(|(at, (x, pen))| {
            pen_at(at.checked_sub(1)) != Some(*pen)
                && pen_at(at.checked_add(1)) != Some(*pen)
                && is_single(*x)
        })
        .map(|(_, alone)| *alone)
        .collect()
}
