//! Writes text into cells. Takes only [`Clean`] text and numbers.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::geometry::Area;
use crate::text::{self, Ambiguous, BaseDirection, Clean};

/// A buffer, and how to write into it.
pub(super) struct Painter<'a> {
    buffer: &'a mut Buffer,
}

/// A line of cells that is written from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineCursor {
    /// The next column.
    pub x: u16,
    /// The row.
    pub y: u16,
    /// The column behind the last one that may be written.
    pub end: u16,
}

impl LineCursor {
    /// A pen at the start of a row of an area.
    pub(super) fn new(area: Area, row: u16) -> Self {
        let y = area.y.saturating_add(row);
        Self { x: area.x, y, end: area.x.saturating_add(area.width) }
    }

    /// How many columns are left.
    pub(super) fn left(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// A pen that begins so many columns before the end.
    pub(super) fn last(self, columns: u16) -> Self {
        Self { x: self.end.saturating_sub(columns).max(self.x), ..self }
    }
}

impl<'a> Painter<'a> {
    /// A painter for a frame.
    pub(super) fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer }
    }

    /// Writes text, cut at the end of the pen's line.
    pub(super) fn write(&mut self, pen: &mut LineCursor, text: &Clean<'_>, style: Style) {
        self.write_str(pen, text.as_str(), style);
    }

    /// Writes our own words.
    pub(super) fn say(&mut self, pen: &mut LineCursor, words: &'static str, style: Style) {
        self.write(pen, &Clean::fixed(words), style);
    }

    /// Writes text with an ellipsis where it does not fit.
    pub(super) fn write_fitting(&mut self, pen: &mut LineCursor, text: &Clean<'_>, style: Style) {
        let fitting = text::ellipsis(text, usize::from(pen.left()));
        self.write(pen, &fitting, style);
    }

    /// Writes a line of a text: the bytes of `line`, with `mark` on the parts that stand for
    /// something else and `matched` on those in `hits`.
    pub(super) fn write_line(
        &mut self,
        pen: &mut LineCursor,
        text: &Clean<'_>,
        line: Range<u32>,
        hits: &[Range<u32>],
        styles: LineStyles,
    ) {
        let mut at = line.start;
        while at < line.end {
            // Both are in order, and there may be thousands in a segment.
            let hit = hits.get(hits.partition_point(|hit| hit.end <= at));
            let marks = text.marks();
            let mark = marks.get(marks.partition_point(|mark| mark.end <= at));
            let inside = |range: Option<&Range<u32>>| range.is_some_and(|range| range.start <= at);
            let style = match (inside(hit), inside(mark)) {
                (true, _) => styles.matched,
                (_, true) => styles.mark,
                _ => styles.text,
            };
            let next = |range: Option<&Range<u32>>| {
                range.map_or(
                    line.end,
                    |range| if range.start > at { range.start } else { range.end },
                )
            };
            let end = next(hit).min(next(mark)).min(line.end);
            let piece = text.as_str().get(at as usize..end as usize).unwrap_or("");
            self.write_str(pen, piece, style);
            at = end;
        }
    }

    /// Repeats one of our own symbols up to a column.
    pub(super) fn rule(
        &mut self,
        pen: &mut LineCursor,
        symbol: &'static str,
        until: u16,
        style: Style,
    ) {
        // Outside of the frame nothing is written, and the pen stays: the window may have become
        // smaller than the state knows.
        let mut before = None;
        while pen.x < until.min(pen.end) && before != Some(pen.x) {
            before = Some(pen.x);
            self.say(pen, symbol, style);
        }
    }

    /// Sets the style of a part of a row.
    pub(super) fn shade(&mut self, area: Area, style: Style) {
        self.buffer.set_style(rect(area), style);
    }

    /// Puts what was written into an area into the order in which it is to be seen.
    pub(super) fn arrange(&mut self, area: Area, base: BaseDirection) {
        super::direction::arrange(self.buffer, rect(area), base);
    }

    /// Makes an area empty.
    pub(super) fn clear(&mut self, area: Area) {
        let rect = rect(area).intersection(self.buffer.area);
        // A wide character that reaches into the area would hide its first column.
        for y in rect.top()..rect.bottom() {
            if let Some(cell) = rect.x.checked_sub(1).and_then(|x| self.buffer.cell_mut((x, y)))
                && text::width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
        for position in rect.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
            }
        }
    }

    /// Draws a border; where it meets one that is there already, the two are joined.
    pub(super) fn frame(&mut self, area: Area, style: Style) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let right = area.x + area.width - 1;
        let bottom = area.y + area.height - 1;
        for x in area.x..=right {
            for y in [area.y, bottom] {
                let side = u8::from(x == area.x || x == right);
                let vertical = if y == area.y { DOWN } else { UP };
                let horizontal = (u8::from(x > area.x) * LEFT) | (u8::from(x < right) * RIGHT);
                self.join(x, y, horizontal | (side * vertical), style);
            }
        }
        for y in area.y + 1..bottom {
            self.join(area.x, y, UP | DOWN, style);
            self.join(right, y, UP | DOWN, style);
        }
    }

    /// Begins a panel over whatever is there: a frame with a title. The pen stands behind the title.
    pub(super) fn panel(&mut self, area: Area, title: &'static str, style: Style) -> LineCursor {
        self.clear(area);
        self.frame(area, style);
        let mut pen = LineCursor::new(area, 0);
        pen.x = pen.x.saturating_add(1);
        pen.end = pen.end.saturating_sub(1);
        self.say(&mut pen, title, style);
        pen
    }

    /// Writes one of our own signs over a border where that is a plain vertical line.
    pub(super) fn over_border(&mut self, x: u16, y: u16, sign: &'static str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)).filter(|cell| cell.symbol() == "│") {
            cell.set_symbol(sign).set_style(style);
        }
    }

    fn join(&mut self, x: u16, y: u16, sides: u8, style: Style) {
        let Some(cell) = self.buffer.cell_mut((x, y)) else { return };
        // The last of several: a whole line, not its half.
        let known = LINES.iter().rposition(|line| *line == cell.symbol()).unwrap_or(0);
        let joined = known | usize::from(sides);
        if let Some(line) = LINES.get(joined) {
            cell.set_symbol(line).set_style(style);
        }
    }

    fn write_str(&mut self, pen: &mut LineCursor, text: &str, style: Style) {
        let inside = pen.y < self.buffer.area.bottom() && pen.x < self.buffer.area.right();
        if pen.left() == 0 || !inside || text.is_empty() {
            return;
        }
        if text::ambiguous() == Ambiguous::Wide && !text.is_ascii() {
            self.write_wide(pen, text, style);
            return;
        }
        let (x, _) = self.buffer.set_stringn(pen.x, pen.y, text, usize::from(pen.left()), style);
        pen.x = x;
    }

    /// Writes clusters in the cells that they have where ambiguous characters have two: the
    /// terminal library knows one width only.
    fn write_wide(&mut self, pen: &mut LineCursor, text: &str, style: Style) {
        let end = pen.end.min(self.buffer.area.right());
        for (cluster, cells) in text::graphemes(text) {
            let cells = u16::try_from(cells).unwrap_or(u16::MAX);
            if cells == 0 {
                continue;
            }
            if cells > end.saturating_sub(pen.x) {
                return;
            }
            for x in pen.x + 1..pen.x + cells {
                if let Some(cell) = self.buffer.cell_mut((x, pen.y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
            if let Some(cell) = self.buffer.cell_mut((pen.x, pen.y)) {
                cell.set_symbol(cluster).set_style(style);
            }
            pen.x += cells;
        }
    }
}

/// The styles of a line of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineStyles {
    /// The text.
    pub text: Style,
    /// What stands for a character that is not shown.
    pub mark: Style,
    /// A match.
    pub matched: Style,
}

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// The line that goes to these sides; the index is a sum of `UP`, `DOWN`, `LEFT`, `RIGHT`.
const LINES: [&str; 16] =
    [" ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼"];

/// The same area in the terms of the terminal library.
pub(super) fn rect(area: Area) -> ratatui::layout::Rect {
    ratatui::layout::Rect::new(area.x, area.y, area.width, area.height)
}
