//! What is open where a part begins, as lines that bring the parser there.
//!
//! ```text
//!  > 3.             the items around it, one on each line
//!  >    ```python   the fence, or the head of the table
//! ```

use std::fmt::Write;

use super::line::is_blank;
use super::lists::Lists;
use super::open::{Container, Gap, Leaf};
use super::scan::Scan;
use crate::markdown::lists::Known;
use crate::text::{Clean, clean_text};

/// A fence or the head of a table that is longer than this is not carried on.
const LONGEST: usize = 4 * 1024;

/// What is open where a part begins.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Opening {
    /// Lines that open it.
    lines: String,
    /// The lists that go on: of the items that they open, and of the one that the part begins with.
    pub(super) lists: Vec<Known>,
    /// A blank line belongs before the part, with the bars of the quotes around it.
    is_apart: bool,
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
    /// What the first lists are elsewhere.
    pub(in crate::markdown) before: Vec<Known>,
    /// What the lists are elsewhere that are open at the end.
    pub(in crate::markdown) behind: Vec<Known>,
    /// A blank line belongs behind the lines in front.
    pub(in crate::markdown) is_apart: bool,
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

    /// The lists that go on.
    pub(in crate::markdown) fn lists(&self) -> &[Known] {
        &self.lists
    }

    /// Whether a blank line belongs before the part, with the bars of quotes.
    pub(in crate::markdown) fn is_apart(&self) -> bool {
        self.is_apart
    }
}

/// What is open at the line that was read last, which begins at `start`; and whether a blank line
/// belongs before it that has no bars of quotes.
pub(super) fn at_line(
    scan: &Scan,
    text: &str,
    start: usize,
    lists: &mut Lists,
) -> (Option<Box<Opening>>, bool) {
    let mut opening = Opening::default();
    let (kept, begun) = scan.containers.split_at(scan.around.min(scan.containers.len()));
    let sibling = begun.first().and_then(Container::item).filter(|item| item.before > 0);
    let going_on = kept.iter().filter_map(Container::item).chain(sibling);
    opening.lists = going_on.map(|item| lists.known(text, item.list, item.before)).collect();
    let is_apart = match scan.gap {
        Gap::No => false,
        Gap::IfLoose(list) => lists.known(text, list, 0).is_loose,
        Gap::Yes => true,
    };
    let is_quoted = kept.contains(&Container::Quote);
    opening.is_apart = is_apart && is_quoted;
    let inner = push_containers(&mut opening.lines, kept);
    match scan.leaf {
        Leaf::Fence { from, to, column, .. } if to < start && to - from <= LONGEST => {
            let blanks = " ".repeat(column);
            let fence = text.get(from..to).unwrap_or_default();
            let _ = writeln!(opening.lines, "{inner}{blanks}{}", fence.trim_end());
        }
        Leaf::Table { from, to } if to < start && to - from <= LONGEST => {
            let head = text.get(from..to).unwrap_or_default();
            for line in head.split('\n') {
                let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
                let _ = writeln!(opening.lines, "{inner}{line}");
            }
        }
        Leaf::Formula { from, to } if from < start && start < to => {
            opening.formula_from = Some(from);
            opening.formula_to = to - start;
        }
        // Only an open quote can have a blank line with its bar.
        _ if opening.is_apart && kept.last() == Some(&Container::Quote) => {
            let _ = writeln!(opening.lines, "{}", inner.trim_end());
        }
        _ => {}
    }
    (is_any(&opening).then(|| Box::new(opening)), is_apart && !is_quoted)
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
    !is_blank(&opening.lines) || opening.formula_from.is_some() || !opening.lists.is_empty()
}

/// Lines that open these quotes and items, and nothing else; and what stands before a line in them.
fn push_containers(lines: &mut String, containers: &[Container]) -> String {
    let mut before = String::new();
    for container in containers {
        let Container::Item(item) = container else {
            before.push_str("> ");
            continue;
        };
        // What an item holds that is alone on its line begins one column behind its marker.
        let column = item.content.saturating_sub(item.marker.columns + 1).min(3);
        let blanks = " ".repeat(column);
        let sign = char::from(item.marker.sign);
        let number = item.marker.number.map(|number| number.to_string()).unwrap_or_default();
        let _ = writeln!(lines, "{before}{blanks}{number}{sign}");
        before.extend(std::iter::repeat_n(' ', item.content));
    }
    before
}
