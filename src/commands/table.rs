//! Rows as a table: columns aligned by the width on the screen, cut to the terminal.
//!
//! The first rows decide the widths, the rest streams. Must not know what the rows are about.

use std::io::{self, Write};

use super::paint::paint;
use super::rows::{Cell, Column};
use crate::text::{clean_line_within, ellipsis, width};
use crate::time::{Zone, date_and_minute};
use crate::view::Theme;

/// Rows that decide the widths.
const FIRST: usize = 1000;
/// Columns between two columns.
const GAP: usize = 2;
/// The columns that an id may take in a terminal.
const WIDEST: usize = 40;
/// The columns that what is cut first keeps.
const LEAST: usize = 12;
/// Characters of a text that are looked at.
const CHARS: usize = 2000;

/// A table on its way.
pub(super) struct Table {
    columns: Vec<Column>,
    /// The columns of the terminal; what goes elsewhere is not cut.
    room: Option<usize>,
    theme: Option<Theme>,
    zone: Zone,
    waiting: Vec<Vec<String>>,
    /// The widths, once they are decided.
    widths: Option<Vec<usize>>,
}

impl Table {
    pub(super) fn new(
        columns: Vec<Column>,
        room: Option<usize>,
        theme: Option<Theme>,
        zone: Zone,
    ) -> Self {
        Self { columns, room, theme, zone, waiting: Vec::new(), widths: None }
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], out: &mut impl Write) -> io::Result<()> {
        let row: Vec<String> = cells.iter().map(|cell| shown(cell, self.zone)).collect();
        if self.widths.is_some() {
            return self.write(&row, out);
        }
        self.waiting.push(row);
        if self.waiting.len() == FIRST { self.settle(out) } else { Ok(()) }
    }

    pub(super) fn finish(mut self, out: &mut impl Write) -> io::Result<()> {
        if self.widths.is_none() { self.settle(out) } else { Ok(()) }
    }

    /// Decides the widths and writes what waited for them.
    fn settle(&mut self, out: &mut impl Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let mut widths: Vec<usize> = self.columns.iter().map(|one| width(&one.name)).collect();
        for row in &rows {
            for (most, cell) in widths.iter_mut().zip(row) {
                *most = (*most).max(width(cell));
            }
        }
        if let Some(room) = self.room {
            fit(&mut widths, &self.columns, room);
        }
        self.widths = Some(widths);
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let line = self.line(&names, true);
        writeln!(out, "{line}")?;
        rows.iter().try_for_each(|row| self.write(row, out))
    }

    fn write(&self, row: &[String], out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}", self.line(row, false))
    }

    fn line(&self, row: &[String], is_head: bool) -> String {
        let mut line = String::new();
        let widths = self.widths.as_deref().unwrap_or_default();
        let last = row.len().saturating_sub(1);
        for (at, ((cell, column), &columns)) in
            row.iter().zip(&self.columns).zip(widths).enumerate()
        {
            let clean = clean_line_within(cell, CHARS);
            // A number that is cut is another number.
            let cut = if column.right { clean.as_borrowed() } else { ellipsis(&clean, columns) };
            let blanks = " ".repeat(columns.saturating_sub(width(cut.as_str())));
            if column.right {
                line.push_str(&blanks);
            }
            let style = self
                .theme
                .as_ref()
                .map(|theme| if is_head { theme.strong } else { theme.ink(column.ink) });
            paint(cut.as_str(), style, &mut line);
            if at < last {
                if !column.right {
                    line.push_str(&blanks);
                }
                line.push_str(&" ".repeat(GAP));
            }
        }
        line
    }
}

/// A cell on one line.
fn shown(cell: &Cell<'_>, zone: Zone) -> String {
    match cell {
        Cell::None => "-".to_owned(),
        Cell::Text(text) => clean_line_within(text, CHARS).to_string(),
        Cell::Time(time) => date_and_minute(*time, zone),
        Cell::Json(json) => clean_line_within(json, CHARS).to_string(),
        Cell::Number(_) | Cell::Texts(_) | Cell::Spans(_) => cell.plain().into_owned(),
    }
}

/// Cuts widths down to the room: ids first to what an id may take, then the wide columns.
fn fit(widths: &mut [usize], columns: &[Column], room: usize) {
    for (width, column) in widths.iter_mut().zip(columns) {
        if !column.right && !column.wide {
            *width = (*width).min(WIDEST);
        }
    }
    let gaps = GAP * widths.len().saturating_sub(1);
    let fixed: usize =
        widths.iter().zip(columns).filter(|(_, column)| !column.wide).map(|(width, _)| width).sum();
    let wide = columns.iter().filter(|column| column.wide).count().max(1);
    let each = (room.saturating_sub(fixed + gaps) / wide).max(LEAST);
    for (width, column) in widths.iter_mut().zip(columns) {
        if column.wide {
            *width = (*width).min(each);
        }
    }
}
