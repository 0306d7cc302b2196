//! Text from right to left, for terminals that show cells as they come: the cells of a row are put
//! into the order in which they are to be seen.
//!
//! Works on what is painted already, so that styles, matches and cuts go with their letters. Lines,
//! bars and gaps part a row: what stands on their two sides never changes sides, and no border
//! moves. Must not know what the text says.

use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::text::{BaseDirection, is_drawing, mirrored, visual_order};

/// Arranges the rows of an area.
pub(super) fn arrange(buffer: &mut Buffer, area: Rect, base: BaseDirection) {
    let area = area.intersection(buffer.area);
    let width = usize::from(buffer.area.width);
    for y in area.top()..area.bottom() {
        let start = usize::from(y - buffer.area.y) * width;
        let from = start + usize::from(area.left() - buffer.area.x);
        if let Some(row) = buffer.content.get_mut(from..from + usize::from(area.width)) {
            arrange_row(row, base);
        }
    }
}

fn arrange_row(row: &mut [Cell], base: BaseDirection) {
    if !row.iter().any(|cell| cell.symbol() >= "\u{590}") {
        return;
    }
    let mut from = 0;
    while from < row.len() {
        let to = end_of_part(row, from);
        if let Some(part) = row.get_mut(from..to) {
            arrange_part(part, base);
        }
        from = to + 1;
    }
}

/// Where the part of a row that begins at `from` ends: before a line, before two blanks, or at the
/// end of the row.
fn end_of_part(row: &[Cell], from: usize) -> usize {
    let is_blank = |at: usize| row.get(at).is_none_or(|cell| cell.symbol() == " ");
    let mut at = from;
    while let Some(cell) = row.get(at) {
        // The second cell of a wide character is blank, too.
        let cells = width_of(cell);
        if cell.symbol().starts_with(is_drawing) || (is_blank(at) && is_blank(at + 1)) {
            return at;
        }
        at += cells;
    }
    row.len()
}

fn width_of(cell: &Cell) -> usize {
    crate::text::cluster_width(cell.symbol()).max(1)
}

fn arrange_part(part: &mut [Cell], base: BaseDirection) {
    let is_seen = |cell: &Cell| cell.symbol() != " ";
    let Some(first) = part.iter().position(is_seen) else { return };
    // The blank second cell of a wide character stays with it.
    let last = part.iter().rposition(is_seen).unwrap_or(first);
    let last = last + part.get(last).map_or(1, width_of);
    let Some(part) = part.get_mut(first..last) else { return };
    let mut line = String::new();
    let (mut clusters, mut cells): (Vec<Range<usize>>, Vec<Range<usize>>) = (vec![], vec![]);
    let mut at = 0;
    while let Some(cell) = part.get(at) {
        let start = line.len();
        line.push_str(cell.symbol());
        clusters.push(start..line.len());
        let end = (at + width_of(cell)).min(part.len());
        cells.push(at..end);
        at = end;
    }
    let Some(order) = visual_order(&line, &clusters, base) else { return };
    let mut seen: Vec<Cell> = Vec::with_capacity(part.len());
    for cluster in order {
        let own = cells.get(cluster.place).and_then(|cells| part.get(cells.clone()));
        let first = seen.len();
        seen.extend_from_slice(own.unwrap_or_default());
        if let Some(cell) = seen.get_mut(first).filter(|_| cluster.mirrored)
            && let Some(bracket) = mirrored(cell.symbol())
        {
            cell.set_symbol(bracket);
        }
    }
    part.clone_from_slice(&seen);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Style};

    fn arranged(text: &str) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 2));
        buffer.set_string(1, 1, text, Style::new());
        buffer.set_string(4, 1, "", Style::new().fg(Color::Red));
        arrange(&mut buffer, Rect::new(0, 0, 30, 2), BaseDirection::OfText);
        let row: String = buffer.content[30..].iter().map(Cell::symbol).collect();
        row.trim_end().to_owned()
    }

    #[test]
    fn lines_and_gaps_keep_their_places_and_letters_change_theirs() {
        assert_eq!(arranged("│ אבג │ דה  1 │"), " │ גבא │ הד  1 │");
        assert_eq!(arranged("אב  גד  12:30"), " בא  דג  12:30");
        assert_eq!(arranged("▌ (אב) cd"), " ▌ cd (בא)");
        assert_eq!(arranged("plain é 世"), " plain é 世");
    }

    #[test]
    fn a_style_goes_with_its_letter_and_a_wide_character_stays_whole() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "אב世ג", Style::new());
        buffer[(0, 0)].fg = Color::Red;
        arrange(&mut buffer, Rect::new(0, 0, 8, 1), BaseDirection::OfText);
        let symbols: Vec<&str> = buffer.content.iter().map(Cell::symbol).collect();
        assert_eq!(symbols[..5], ["ג", "世", " ", "ב", "א"]);
        assert_eq!(buffer[(4, 0)].fg, Color::Red);
    }
}
