//! Rectangles of characters with a baseline, and the ways to put them together.
//!
//! Every row of a block has its width; what would not fit into its [`Room`] is not made, so that
//! no formula can take more memory than a screen.

use crate::text::width;

/// How large a picture may become.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// A rectangle of characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct GlyphBox {
    pub(super) rows: Vec<String>,
    /// The columns of every row.
    pub(super) width: usize,
    /// The row that stands on the line of the text.
    pub(super) base: usize,
}

impl GlyphBox {
    /// A text of one line.
    pub(super) fn text(text: impl Into<String>) -> GlyphBox {
        let text = text.into();
        GlyphBox { width: width(&text), rows: vec![text], base: 0 }
    }

    /// Rows of characters of one column each.
    pub(super) fn column(signs: Vec<&str>, base: usize) -> GlyphBox {
        let rows = signs.into_iter().map(str::to_owned).collect();
        GlyphBox { rows, width: 1, base }
    }

    pub(super) fn blank(width: usize, height: usize, base: usize) -> GlyphBox {
        GlyphBox { rows: vec![" ".repeat(width); height], width, base }
    }

    pub(super) fn height(&self) -> usize {
        self.rows.len()
    }

    /// How many rows are below the baseline.
    fn depth(&self) -> usize {
        self.height().saturating_sub(self.base + 1)
    }

    /// Itself, if there is room for it.
    pub(super) fn within(self, room: Room) -> Option<GlyphBox> {
        (self.width <= room.columns && self.height() <= room.rows).then_some(self)
    }

    /// With blank rows before and behind.
    pub(super) fn grown(mut self, above: usize, below: usize) -> GlyphBox {
        let blank = " ".repeat(self.width);
        self.rows.splice(0..0, std::iter::repeat_n(blank.clone(), above));
        self.rows.extend(std::iter::repeat_n(blank, below));
        self.base += above;
        self
    }

    /// With blank columns at the left and at the right.
    pub(super) fn widened(mut self, left: usize, right: usize) -> GlyphBox {
        for row in &mut self.rows {
            row.insert_str(0, &" ".repeat(left));
            row.extend(std::iter::repeat_n(' ', right));
        }
        self.width += left + right;
        self
    }

    /// In the middle of so many columns; where that is between two, left of it.
    pub(super) fn centred(self, columns: usize) -> GlyphBox {
        let free = columns.saturating_sub(self.width);
        self.widened(free / 2, free - free / 2)
    }

    /// Blocks after one another on one baseline, with blank columns before each.
    pub(super) fn beside(pieces: &[(usize, GlyphBox)], room: Room) -> Option<GlyphBox> {
        let columns: usize = pieces.iter().map(|(gap, block)| gap + block.width).sum();
        let ascent = pieces.iter().map(|(_, block)| block.base).max().unwrap_or(0);
        let depth = pieces.iter().map(|(_, block)| block.depth()).max().unwrap_or(0);
        let height = ascent + depth + 1;
        if columns > room.columns || height > room.rows {
            return None;
        }
        let mut rows = vec![String::new(); height];
        for (gap, block) in pieces {
            let first = ascent - block.base;
            for (index, row) in rows.iter_mut().enumerate() {
                row.extend(std::iter::repeat_n(' ', *gap));
                match index.checked_sub(first).and_then(|at| block.rows.get(at)) {
                    Some(part) => row.push_str(part),
                    None => row.extend(std::iter::repeat_n(' ', block.width)),
                }
            }
        }
        Some(GlyphBox { rows, width: columns, base: ascent })
    }

    /// Blocks below one another, each in the middle; the baseline is that of one of them.
    pub(super) fn stacked(pieces: Vec<GlyphBox>, main: usize, room: Room) -> Option<GlyphBox> {
        let columns = pieces.iter().map(|block| block.width).max().unwrap_or(0);
        let mut rows = Vec::new();
        let mut base = 0;
        for (index, block) in pieces.into_iter().enumerate() {
            if index == main {
                base = rows.len() + block.base;
            }
            rows.extend(block.centred(columns).rows);
        }
        GlyphBox { rows, width: columns, base }.within(room)
    }
}
