//! What a single cell is to a terminal: blank or not, of how many columns, and whether every
//! terminal thinks so.

use ratatui::buffer::Cell;

use super::pen::Pen;
use crate::terminal::repair::is_risky;
use crate::text::cluster_width;

pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " "
}

/// Whether erasing makes this cell. Only without a background: some terminals erase in the one
/// they began with.
pub(super) fn is_erased(cell: &Cell) -> bool {
    is_blank(cell) && Pen::of(cell).is_same_blank(Pen::default())
}

/// Whether a cell is the other half of the wide character before it.
pub(super) fn is_other_half(cell: &Cell) -> bool {
    cell.symbol().is_empty()
}

/// Whether the one stands for the other.
pub(super) fn looks_like(cell: &Cell, other: &Cell) -> bool {
    cell.symbol() == other.symbol()
        && (Pen::of(cell) == Pen::of(other)
            || (is_blank(cell) && Pen::of(cell).is_same_blank(Pen::of(other))))
}

/// The columns that a cell takes, as the layout counts them.
pub(super) fn columns(cell: &Cell) -> usize {
    let symbol = cell.symbol();
    if is_ascii(symbol) { 1 } else { cluster_width(symbol).max(1) }
}

/// Whether a symbol is a character of ASCII, as most are, or none.
fn is_ascii(symbol: &str) -> bool {
    symbol.len() <= 1
}

/// The columns that a cell may take in one terminal or another: two for each of its characters,
/// where they are not sure.
pub(super) fn reach(cell: &Cell) -> usize {
    let symbol = cell.symbol();
    if is_ascii(symbol) {
        1
    } else if has_sure_columns(symbol) {
        columns(cell)
    } else {
        2 * symbol.chars().count()
    }
}

/// Whether every terminal counts the columns of a cell alike: of one character alone, of a wide one
/// only if it is of the scripts that have always been wide, and of no symbol that may be an emoji,
/// private, or a sign for what could not be read.
pub(super) fn has_sure_columns(symbol: &str) -> bool {
    if is_ascii(symbol) {
        return true;
    }
    let is_always_wide = |c: char| {
        matches!(
            c,
            '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}'
                | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
                | '\u{20000}'..='\u{3FFFD}'
        )
    };
    let is_open_to_doubt = |c: char| {
        matches!(
            c,
            '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{E000}'..='\u{F8FF}'
                | '\u{FFF0}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E0000}'..=char::MAX
        )
    };
    let mut letters = symbol.chars();
    let Some(first) = letters.next() else { return true };
    if is_risky(symbol) {
        return letters.next().is_none() && is_always_wide(first);
    }
    !is_open_to_doubt(first)
}
