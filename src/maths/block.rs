//! Rectangles of characters with a baseline, and the operations that combine them.
//!
//! Every row of a block has the same width. Operations fail when the result exceeds its [`Room`],
//! so that no formula takes more memory than a screen.

use crate::text::width;

/// The size limit of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// A rectangle of characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct GlyphBox {
    pub(super) rows: Vec<String>,
    /// The width of every row.
    pub(super) width: usize,
    /// The index of the row on the baseline.
    pub(super) base: usize,
}

impl GlyphBox {
    /// A single row.
    pub(super) fn text(text: impl Into<String>) -> GlyphBox {
        let text = text.into();
        GlyphBox { width: width(&text), rows: vec![text], base: 0 }
    }

    /// A column of single-column characters.
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

    /// The number of rows below the baseline.
    fn depth(&self) -> usize {
        self.height().saturating_sub(self.base + 1)
    }

    /// Returns the block if it fits.
    pub(super) fn within(self, room: Room) -> Option<GlyphBox> {
        (self.width <= room.columns && self.height() <= room.rows).then_some(self)
    }

    /// Adds blank rows above and below.
    pub(super) fn grown(mut self, above: usize, below: usize) -> GlyphBox {
        let blank = " ".repeat(self.width);
        self.rows.splice(0..0, std::iter::repeat_n(blank.clone(), above));
        self.rows.extend(std::iter::repeat_n(blank, below));
        self.base += above;
        self
    }

    /// Adds blank columns at the left and right.
    pub(super) fn widened(mut self, left: usize, right: usize) -> GlyphBox {
        for row in &mut self.rows {
            row.insert_str(0, &" ".repeat(left));
            row.extend(std::iter::repeat_n(' ', right));
        }
        self.width += left + right;
        self
    }

    /// Centres the block in `columns`, rounding to the left.
    pub(super) fn centred(self, columns: usize) -> GlyphBox {
        let free = columns.saturating_sub(self.width);
        self.widened(free / 2, free - free / 2)
    }

    /// Joins blocks on a common baseline, each after a gap in columns.
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

    /// Stacks centred blocks; `main` is the one whose baseline counts.
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
