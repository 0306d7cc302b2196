//! The filter in force as its terms, each of which can be taken away: where they stand on the bottom
//! line.
//!
//! Both the mouse and the painter ask here. Must not know how a chip is painted.

use crate::text::{Clean, clean_line_within, ellipsis, width};

use super::display::Display;
use super::effect::Mouse;
use super::notice::Notice;
use super::queries::Queries;

/// Columns that have to be left for what is in force beside a notice.
pub const BESIDE_NOTICE: u16 = 60;
/// Characters of a term that are shown.
const TERM: usize = 400;
/// The word before the chips.
pub const LABEL: &str = "filter ";
/// What follows a chip that can be clicked away.
pub const CROSS: &str = " ×";

/// One term on the bottom line.
#[derive(Clone, Debug)]
pub struct Chip {
    /// Its number among the terms.
    pub number: usize,
    /// Its text, cut where there is no room.
    pub text: Clean<'static>,
    /// Whether [`CROSS`] follows it.
    pub has_cross: bool,
    /// Its first column.
    pub from: u16,
    /// The column behind it.
    pub to: u16,
}

/// The terms on the bottom line.
#[derive(Clone, Default, Debug)]
pub struct QueryBar {
    /// Those that fit, from left to right.
    pub shown: Vec<Chip>,
    /// How many more there are.
    pub more: usize,
}

/// Where what is in force begins on the bottom line: behind a notice. [`None`] where that leaves no
/// room.
pub(super) fn in_force_from(notice: Option<&Notice>, columns_in_all: u16) -> Option<u16> {
    let Some(notice) = notice else { return Some(1) };
    let from = 1_u16.saturating_add(columns(notice.text.as_str())).saturating_add(2);
    (columns_in_all.saturating_sub(from) >= BESIDE_NOTICE).then_some(from)
}

impl QueryBar {
    /// The terms of the filter from a column of the bottom line on.
    pub(super) fn new(queries: &Queries, display: &Display, from: u16) -> Self {
        let Some(filter) = queries.filter() else { return Self::default() };
        let start = from.saturating_add(columns(LABEL));
        // Beside a search there is less: its words and both counts stay in sight.
        let share = if queries.search().is_some() { 4 } else { 3 };
        let room = display.size().columns.saturating_sub(start) / share;
        let end = start.saturating_add(room);
        let has_cross = display.mouse() == Mouse::Ours && room > 8;
        let more = if has_cross { columns(CROSS) } else { 0 };
        let terms: Vec<_> = filter.query.chips().map(|chip| chip.text.to_owned()).collect();
        let mut chips = Self { shown: Vec::new(), more: terms.len() };
        let mut from = start;
        for (number, term) in terms.iter().enumerate() {
            let mut text = clean_line_within(term, TERM).into_owned();
            let left = end.saturating_sub(from).saturating_sub(more);
            if columns(text.as_str()) > left {
                if number > 0 {
                    break;
                }
                text = ellipsis(&text, usize::from(left)).into_owned();
            }
            let to = from.saturating_add(columns(text.as_str())).saturating_add(more);
            chips.shown.push(Chip { number, text, has_cross, from, to });
            chips.more -= 1;
            from = to.saturating_add(2);
        }
        chips
    }

    /// The number of the term at a column.
    pub(super) fn at(&self, x: u16) -> Option<usize> {
        self.shown.iter().find(|chip| (chip.from..chip.to).contains(&x)).map(|chip| chip.number)
    }
}

fn columns(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}
