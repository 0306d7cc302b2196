//! Cells to the terminal, with the cursor placed anew behind every cell whose columns a terminal
//! may count in its own way: whatever it does with that one, the next stands where it belongs.
//! What is sent for them is the encoder's; the rest is the terminal library's. To a terminal that
//! knows no UTF-8 they go in ASCII.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::ascii::Letters;
use super::encoder::Encoder;

/// The backend of the terminal library, with that care added.
pub(super) struct Cells<W: Write> {
    inner: CrosstermBackend<W>,
    encoder: Encoder,
    letters: Letters,
    /// The columns of the screen, when they were asked for last: before each frame.
    columns: std::cell::Cell<Option<u16>>,
}

impl<W: Write> Cells<W> {
    /// Cells into a writer, in these letters.
    pub(super) fn new(writer: W, letters: Letters) -> Self {
        let inner = CrosstermBackend::new(writer);
        Self { inner, encoder: Encoder::default(), letters, columns: std::cell::Cell::default() }
    }
}

impl<W: Write> Write for Cells<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for Cells<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let columns = self.columns.get();
        if self.letters == Letters::All {
            return self.inner.write_all(self.encoder.encode(content, columns));
        }
        let letters = self.letters;
        let shown: Vec<_> = content.map(|(x, y, cell)| (x, y, letters.cell(cell))).collect();
        let content = shown.iter().map(|(x, y, cell)| (*x, *y, cell));
        self.inner.write_all(self.encoder.encode(content, columns))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.encoder.forget();
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        // The terminal library clears the whole screen only.
        self.encoder.forget();
        self.inner.clear_region(clear_type)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        let size = self.inner.size()?;
        self.columns.set(Some(size.width));
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_placed_behind_a_cluster_and_not_behind_a_letter() {
        let mut out = Vec::new();
        let cells: Vec<Cell> = ["a", "b", "या", "c"].into_iter().map(Cell::new).collect();
        let content = [0, 1, 2, 4].into_iter().zip(&cells).map(|(x, cell)| (x, 0, cell));
        Cells::new(&mut out, Letters::All).draw(content).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("\u{1b}[1;1H"), "{out:?}");
        assert!(!out.contains("\u{1b}[1;2H"), "{out:?}");
        assert!(out.contains("\u{1b}[1;5Hc"), "{out:?}");
    }

    #[test]
    fn a_terminal_without_utf_8_gets_ascii_and_each_cell_in_its_place() {
        let mut out = Vec::new();
        let cells: Vec<Cell> = ["│", "漢", "é", "c"].into_iter().map(Cell::new).collect();
        let content = [0, 1, 3, 4].into_iter().zip(&cells).map(|(x, cell)| (x, 0, cell));
        Cells::new(&mut out, Letters::Ascii).draw(content).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.is_ascii(), "{out:?}");
        assert!(out.contains("|??\u{1b}[1;4H?c"), "{out:?}");
    }
}
