//! What is open where a part begins, as lines that bring the parser there.
//!
//! ```text
//!  > 3.             the items around it, one on each line
//!  >    ```python   the fence, or the head of the table
//! ```

use std::fmt::Write;

use super::line::is_blank;
use super::scan::{Item, Leaf, Scan};
use crate::text::{Clean, clean_text};

/// A fence or the head of a table that is longer than this is not carried on.
const LONGEST: usize = 4 * 1024;

/// What is open where a part begins.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Opening {
    /// Lines that open it.
    lines: String,
    /// For each item that they open, and for the one that the part begins with: how many items
    /// with the same number its list had before.
    counted: Vec<u64>,
    /// The part begins within a formula that begins at this byte of the text.
    pub(super) formula_from: Option<usize>,
    /// The formula ends at this byte of the part.
    formula_to: usize,
}

/// What stands in front of a cleaned part, and the formulas that it has a piece of.
#[derive(Clone, Default, Debug)]
pub(in crate::markdown) struct Front {
    /// The bytes of the lines in front.
    pub(in crate::markdown) bytes: usize,
    /// How many items with the same number the first lists had before.
    pub(in crate::markdown) counted: Vec<u64>,
    /// The end of the formula that it begins within.
    pub(in crate::markdown) formula_to: Option<usize>,
    /// The start of the formula that it ends within.
    pub(in crate::markdown) formula_from: Option<usize>,
}

impl Opening {
    /// The lines in front, clean.
    pub(in crate::markdown) fn lines(&self) -> Clean<'static> {
        clean_text(&self.lines).into_owned()
    }

    /// Where in the part, as it was sent, the formula ends that it begins within.
    pub(in crate::markdown) fn formula_to(&self) -> Option<usize> {
        self.formula_from.map(|_| self.formula_to)
    }

    /// How many items the first lists had before.
    pub(in crate::markdown) fn counted(&self) -> &[u64] {
        &self.counted
    }
}

/// What is open at the line that was read last; so many items were open before it.
pub(super) fn at_line(
    scan: &Scan,
    around: usize,
    text: &str,
    start: usize,
) -> Option<Box<Opening>> {
    let mut opening = Opening::default();
    let quotes = "> ".repeat(scan.quotes);
    let (kept, begun) = scan.items.split_at(around.min(scan.items.len()));
    for item in kept {
        push_item(&mut opening.lines, &quotes, item);
    }
    let content = kept.last().map_or(0, |item| item.content);
    let inner = " ".repeat(content);
    match scan.leaf {
        Leaf::Fence { from, to, column, .. } if to < start && to - from <= LONGEST => {
            let blanks = " ".repeat(column.max(content));
            let fence = text.get(from..to).unwrap_or_default();
            let _ = writeln!(opening.lines, "{quotes}{blanks}{}", fence.trim_end());
        }
        Leaf::Table { from, to } if to < start && to - from <= LONGEST => {
            let head = text.get(from..to).unwrap_or_default();
            for line in head.split('\n') {
                let line = super::line::without_bars(line).1;
                let _ = writeln!(opening.lines, "{quotes}{inner}{}", line.trim());
            }
        }
        Leaf::Formula { from, to } if from < start && start < to => {
            opening.formula_from = Some(from);
            opening.formula_to = to - start;
        }
        _ => {}
    }
    let counted = |item: &Item| if item.is_counted { item.before } else { 0 };
    opening.counted.extend(kept.iter().map(counted));
    opening.counted.extend(begun.first().map(counted));
    is_any(&opening).then(|| Box::new(opening))
}

/// What is open within a line that is too long: the rest of it has no blanks in front, so that it
/// stands in no list.
pub(super) fn within_line(scan: &Scan, text: &str) -> Option<Box<Opening>> {
    let mut opening = Opening::default();
    let start = scan.at;
    match scan.leaf {
        Leaf::Fence { from, to, .. } if to < start && to - from <= LONGEST => {
            let fence = text.get(from..to).unwrap_or_default();
            opening.lines = format!("{}\n", fence.trim_end());
        }
        Leaf::Formula { from, to } if from < start && start < to => {
            opening.formula_from = Some(from);
            opening.formula_to = to - start;
        }
        _ => {}
    }
    is_any(&opening).then(|| Box::new(opening))
}

fn is_any(opening: &Opening) -> bool {
    let is_counted = opening.counted.iter().any(|&count| count > 0);
    !is_blank(&opening.lines) || opening.formula_from.is_some() || is_counted
}

/// A line that opens an item and nothing else.
fn push_item(lines: &mut String, quotes: &str, item: &Item) {
    let blanks = " ".repeat(item.column);
    let sign = char::from(item.marker.sign);
    let number = item.marker.number.map(|number| number.to_string()).unwrap_or_default();
    let _ = writeln!(lines, "{quotes}{blanks}{number}{sign}");
}
