//! Lays out matrices, cases and aligned equations.

use super::super::block::GlyphBox;
use super::super::bracket::enclosed;
use super::super::node::{Align, Class, MathNode, MathTable, TableKind};
use super::Layout;

/// The columns and rules of a table.
struct Grid {
    widths: Vec<usize>,
    /// The gap before each column, and whether a vertical rule runs through its middle.
    gaps: Vec<(usize, bool)>,
    /// Whether a vertical rule follows the last column.
    ends_with_bar: bool,
}

impl Layout {
    /// Lays out a table with its own brackets. `is_braced` means that the caller adds a brace,
    /// whose point needs a row of its own.
    pub(super) fn table(&self, table: &MathTable<'_>, is_braced: bool) -> Option<GlyphBox> {
        let mut rows = Vec::with_capacity(table.rows.len());
        for cells in &table.rows {
            let mut blocks = Vec::with_capacity(cells.len());
            for (column, cell) in cells.iter().enumerate() {
                let continues = table.kind == TableKind::Aligned && column % 2 == 1;
                blocks.push(match (table.kind, cell.as_slice()) {
                    (TableKind::Lines, [only]) => self.script(only)?,
                    (TableKind::Lines, several) => self.script(&MathNode::Row(several.to_vec()))?,
                    _ => self.cell(cell, continues.then_some(Class::Ordinary))?,
                });
            }
            rows.push(blocks);
        }
        let grid = grid(table, &rows);
        let has_brace = is_braced || table.kind == TableKind::Cases;
        let is_tall = rows.iter().flatten().any(|block| block.height() > 1);
        let is_open = is_tall && rows.len() > 1 || has_brace && rows.len() == 2;
        let mut lines = Vec::new();
        for (index, blocks) in rows.into_iter().enumerate() {
            if table.rules.contains(&index) {
                let is_first = index == 0;
                lines.push(if is_first { grid.top() } else { grid.rule() });
            } else if is_open && index > 0 {
                lines.push(grid.empty());
            }
            let row = self.table_row(table, &grid, blocks)?;
            lines.extend(row.rows);
            if lines.len() > self.room.rows {
                return None;
            }
        }
        if table.rules.contains(&table.rows.len()) {
            lines.push(grid.bottom());
        }
        let width = lines.iter().map(|line| crate::text::width(line)).max().unwrap_or(0);
        let base = lines.len().saturating_sub(1) / 2;
        let block = GlyphBox { rows: lines, width, base }.within(self.room)?;
        let pad = usize::from(table.kind == TableKind::Cases);
        let block = match (table.open, table.close) {
            ("{", "") => block.widened(pad, 0),
            ("", "}") => block.widened(0, pad),
            _ => block,
        };
        enclosed(table.open, block, table.close, self.room)
    }

    fn table_row(
        &self,
        table: &MathTable<'_>,
        grid: &Grid,
        blocks: Vec<GlyphBox>,
    ) -> Option<GlyphBox> {
        let ascent = blocks.iter().map(|block| block.base).max().unwrap_or(0);
        let height = blocks.iter().map(|block| ascent - block.base + block.height()).max();
        let height = height.unwrap_or(1);
        let mut cells = blocks.into_iter();
        let mut pieces = Vec::with_capacity(grid.widths.len() * 2 + 1);
        for (column, (width, (gap, bar))) in grid.widths.iter().zip(&grid.gaps).enumerate() {
            let cell = cells.next().unwrap_or_else(|| GlyphBox::text(""));
            let free = width.saturating_sub(cell.width);
            let cell = match table.align(column) {
                Align::Left => cell.widened(0, free),
                Align::Right => cell.widened(free, 0),
                Align::Centre => cell.centred(*width),
            };
            if *bar {
                let line =
                    GlyphBox { rows: vec!["│".to_owned(); height], width: 1, base: ascent };
                pieces.push((usize::from(column > 0), line));
                pieces.push((1, cell));
            } else {
                pieces.push((*gap, cell));
            }
        }
        if grid.ends_with_bar {
            let line = GlyphBox { rows: vec!["│".to_owned(); height], width: 1, base: ascent };
            pieces.push((1, line));
        }
        GlyphBox::beside(&pieces, self.room)
    }
}

fn grid(table: &MathTable<'_>, rows: &[Vec<GlyphBox>]) -> Grid {
    let columns = table.width();
    let mut widths = vec![0; columns];
    for cells in rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.width.max(*width);
        }
    }
    let gap = |column: usize| match table.kind {
        _ if column == 0 => 0,
        TableKind::Aligned if column % 2 == 1 => 0,
        TableKind::Aligned => 4,
        TableKind::Small => 1,
        _ if table.is_equations() => 1,
        TableKind::Matrix | TableKind::Cases | TableKind::Gathered | TableKind::Lines => 2,
    };
    let gaps = (0..columns).map(|column| (gap(column), table.bars.contains(&column))).collect();
    Grid { widths, gaps, ends_with_bar: table.bars.contains(&columns) }
}

impl Grid {
    /// The rule above all rows.
    fn top(&self) -> String {
        self.between('─', '┬', ['┌', '┐'])
    }

    /// The rule below all rows.
    fn bottom(&self) -> String {
        self.between('─', '┴', ['└', '┘'])
    }

    /// The rule between two rows.
    fn rule(&self) -> String {
        self.between('─', '┼', ['├', '┤'])
    }

    /// A row with only vertical rules.
    fn empty(&self) -> String {
        self.between(' ', '│', ['│', '│'])
    }

    fn between(&self, fill: char, cross: char, ends: [char; 2]) -> String {
        let mut line = String::new();
        let [first, last] = ends;
        for (column, (width, (gap, bar))) in self.widths.iter().zip(&self.gaps).enumerate() {
            match (bar, column) {
                (true, 0) => line.extend([first, fill]),
                (true, _) => line.extend([fill, cross, fill]),
                (false, _) => line.extend(std::iter::repeat_n(fill, *gap)),
            }
            line.extend(std::iter::repeat_n(fill, *width));
        }
        if self.ends_with_bar {
            line.extend([fill, last]);
        }
        line
    }
}
