//! How many columns terminals give a cell, and whether they agree.

use ratatui::buffer::Cell;

use crate::text::{Ambiguous, ambiguous, cluster_width};

/// The columns of a cell in the layout.
pub(super) fn columns(cell: &Cell) -> usize {
    let symbol = cell.symbol();
    if symbol.len() == 1 { 1 } else { cluster_width(symbol).max(1) }
}

/// The most columns that any terminal gives a cell: where they disagree, two for each character.
pub(super) fn reach(cell: &Cell) -> usize {
    let symbol = cell.symbol();
    if has_sure_columns(symbol) { columns(cell) } else { 2 * symbol.chars().count() }
}

/// Whether all terminals give a symbol the columns of the layout. They disagree about clusters of
/// several characters, about wide characters outside the scripts that have always been wide, and
/// about symbols that may be emoji or private.
pub(super) fn has_sure_columns(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (Some(first), None) = (chars.next(), chars.next()) else { return false };
    if first.is_ascii() {
        true
    } else if cluster_width(symbol) > 1 || ambiguous() == Ambiguous::Wide {
        is_always_wide(first)
    } else {
        !may_be_wide(first)
    }
}

fn is_always_wide(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
            | '\u{20000}'..='\u{3FFFD}'
    )
}

fn may_be_wide(c: char) -> bool {
    matches!(
        c,
        '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{FFF0}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E0000}'..=char::MAX
    )
}
