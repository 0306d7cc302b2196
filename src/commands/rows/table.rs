//! Rows as a table: columns aligned by the width on the screen, cut to the terminal.
//!
//! The first rows decide the widths, the rest streams. What goes elsewhere than to a terminal is not
//! cut. Must not know what the rows are about.

mod fit;

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::paint::paint;
use super::{Cell, ColumnKind, OutputColumn};
use crate::text::{Clean, clean_line_within, ellipsis, ellipsis_within, width};
use crate::time::{Zone, date_and_minute};
use crate::view::Theme;
use fit::{Fit, Need};

/// Rows that decide the widths.
const FIRST: usize = 1000;
/// Characters of a text that are looked at for a terminal.
const CHARS: usize = 2000;

/// A table on its way.
pub(in crate::commands) struct Table {
    columns: Vec<OutputColumn>,
    /// The columns of the terminal; what goes elsewhere is not cut.
    room: Option<usize>,
    theme: Option<Theme>,
    zone: Zone,
    waiting: Vec<Vec<String>>,
    /// The widths, once they are decided.
    fit: Option<Fit>,
}

impl Table {
    pub(super) fn new(
        columns: Vec<OutputColumn>,
        room: Option<usize>,
        theme: Option<Theme>,
        zone: Zone,
    ) -> Self {
        Self { columns, room, theme, zone, waiting: Vec::new(), fit: None }
    }

    /// The characters of a cell that are looked at.
    fn most(&self) -> usize {
        if self.room.is_some() { CHARS } else { usize::MAX }
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], out: &mut impl Write) -> io::Result<()> {
        let row: Vec<String> =
            cells.iter().map(|cell| shown(cell, self.zone, self.most())).collect();
        if let Some(fit) = &self.fit {
            return writeln!(out, "{}", self.line(fit, &row, false));
        }
        self.waiting.push(row);
        if self.waiting.len() == FIRST { self.settle(out).map(drop) } else { Ok(()) }
    }

    /// Writes what is left. The names of the columns that had no room.
    pub(super) fn finish(mut self, out: &mut impl Write) -> io::Result<Vec<String>> {
        let fit = match self.fit.take() {
            Some(fit) => fit,
            None => self.settle(out)?,
        };
        let left_out =
            self.columns.into_iter().zip(fit.widths).filter(|(_, width)| width.is_none());
        Ok(left_out.map(|(column, _)| column.name).collect())
    }

    /// Decides the widths and writes what waited for them.
    fn settle(&mut self, out: &mut impl Write) -> io::Result<Fit> {
        let rows = std::mem::take(&mut self.waiting);
        let needs: Vec<Need> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, &OutputColumn { ref name, kind, spare, .. })| {
                let cells = rows.iter().filter_map(|row| row.get(at));
                let cells = cells.map(|cell| width(cell)).max().unwrap_or(0);
                Need { kind, spare, cells, most: cells.max(width(name)) }
            })
            .collect();
        let fit = match self.room {
            Some(room) => fit::fit(&needs, room),
            None => fit::natural(&needs),
        };
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        writeln!(out, "{}", self.line(&fit, &names, true))?;
        for row in &rows {
            writeln!(out, "{}", self.line(&fit, row, false))?;
        }
        self.fit = Some(fit.clone());
        Ok(fit)
    }

    fn line(&self, fit: &Fit, row: &[String], is_head: bool) -> String {
        let mut line = String::new();
        let widths = match self.room {
            Some(_) if !is_head => making_room(&fit.widths, &self.columns, row),
            _ => Cow::Borrowed(&fit.widths[..]),
        };
        let shown = row.iter().zip(&self.columns).zip(widths.iter());
        let mut shown = shown.filter_map(|(cell, width)| Some((cell, (*width)?))).peekable();
        while let Some(((cell, column), columns)) = shown.next() {
            let clean = clean_line_within(cell, self.most());
            let cut = match self.room {
                Some(_) => {
                    cut(&clean, columns, if is_head { ColumnKind::Words } else { column.kind })
                }
                None => clean.as_borrowed(),
            };
            let blanks = " ".repeat(columns.saturating_sub(width(cut.as_str())));
            let is_right = column.kind == ColumnKind::Number;
            if is_right {
                line.push_str(&blanks);
            }
            let style = self
                .theme
                .as_ref()
                .map(|theme| if is_head { theme.strong } else { theme.ink(column.ink) });
            paint(cut.as_str(), style, &mut line);
            if shown.peek().is_some() {
                if !is_right {
                    line.push_str(&blanks);
                }
                line.push_str(&" ".repeat(fit.gap));
            }
        }
        line
    }
}

/// A cell in so many columns.
fn cut<'a>(clean: &'a Clean<'_>, columns: usize, kind: ColumnKind) -> Clean<'a> {
    match kind {
        // The start of a number is another number.
        ColumnKind::Number if width(clean.as_str()) > columns => Clean::fixed("…"),
        ColumnKind::Id => ellipsis_within(clean, columns),
        ColumnKind::Number | ColumnKind::Time | ColumnKind::Words => ellipsis(clean, columns),
    }
}

/// The widths for a row with a number that is longer than those that decided the widths: the widest
/// column of words makes room for it.
fn making_room<'w>(
    widths: &'w [Option<usize>],
    columns: &[OutputColumn],
    row: &[String],
) -> Cow<'w, [Option<usize>]> {
    let lacks = |((column, cell), columns): ((&OutputColumn, &String), &Option<usize>)| {
        let lacks = width(cell).saturating_sub((*columns)?);
        (column.kind == ColumnKind::Number && lacks > 0).then_some(lacks)
    };
    let all = || columns.iter().zip(row).zip(widths);
    let lacking: usize = all().filter_map(lacks).sum();
    let words = columns.iter().zip(widths).enumerate();
    let words = words.filter(|(_, (column, _))| column.kind == ColumnKind::Words);
    let widest = words.max_by_key(|(_, (_, width))| **width).map(|(at, (_, width))| (at, *width));
    let Some((giving, Some(has))) = widest else { return Cow::Borrowed(widths) };
    if lacking == 0 || has <= lacking {
        return Cow::Borrowed(widths);
    }
    let widths = all().enumerate().map(|(at, of)| {
        let more = lacks(of).unwrap_or(0);
        let width = (*of.1)?;
        Some(if at == giving { width - lacking } else { width + more })
    });
    Cow::Owned(widths.collect())
}

/// A cell on one line, of so many characters at most.
fn shown(cell: &Cell<'_>, zone: Zone, most: usize) -> String {
    match cell {
        Cell::None => "-".to_owned(),
        Cell::Text(text) => clean_line_within(text, most).to_string(),
        Cell::Time(time) => date_and_minute(*time, zone),
        Cell::Json(json) => clean_line_within(json, most).to_string(),
        Cell::Number(_) | Cell::Texts(_) | Cell::Spans(_) => cell.plain().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::StyleClass;

    fn columns(spare: u8) -> Vec<OutputColumn> {
        let column = |name: &str, kind, spare| OutputColumn {
            name: name.to_owned(),
            kind,
            spare,
            ink: StyleClass::Text,
        };
        vec![
            column("session", ColumnKind::Id, 0),
            column("messages", ColumnKind::Number, 2 * spare),
            column("last_active", ColumnKind::Time, spare),
            column("title", ColumnKind::Words, 0),
        ]
    }

    fn table(room: Option<usize>, spare: u8, rows: &[[Cell<'_>; 4]]) -> (String, Vec<String>) {
        let mut table = Table::new(columns(spare), room, None, Zone::UTC);
        let mut out = Vec::new();
        for row in rows {
            table.row(row, &mut out).unwrap();
        }
        let left_out = table.finish(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), left_out)
    }

    fn row(number: u64) -> [Cell<'static>; 4] {
        [
            Cell::text(Some("550e8400-e29b-41d4-a716-446655440000")),
            Cell::Number(number),
            Cell::Time(1_790_856_000_000),
            Cell::text(Some(
                "주사위 두 개를 던져서 합이 7이 될 확률은? 漢字とかなまじりの長い題名です。",
            )),
        ]
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_wide_letters_count_twice() {
        for room in [20, 40, 60, 80, 100, 120, 200] {
            for spare in [0, 1] {
                let (text, _) = table(Some(room), spare, &[row(7), row(123_456_789_012)]);
                for line in text.lines() {
                    assert!(width(line) <= room, "{room}: {line}");
                }
            }
        }
        let (text, left_out) = table(Some(200), 1, &[row(7)]);
        assert!(!text.contains('…') && left_out.is_empty(), "{text}");
        let (text, left_out) = table(Some(40), 1, &[row(7)]);
        assert_eq!(left_out, ["messages", "last_active"]);
        assert_eq!(text.lines().nth(1), Some("550e8400-e2…6655440000  주사위 두 개를…"));
    }

    #[test]
    fn what_goes_into_a_pipe_is_not_cut_however_late_it_comes() {
        let long = "x".repeat(9000);
        let mut rows = vec![row(7); FIRST];
        rows.push([Cell::text(Some(&long)), Cell::Number(8), Cell::None, Cell::text(Some(&long))]);
        let (text, left_out) = table(None, 1, &rows);
        assert!(left_out.is_empty());
        assert_eq!(text.matches(&long).count(), 2);
    }

    #[test]
    fn a_longer_number_that_comes_late_is_whole_and_the_line_no_longer() {
        let mut rows = vec![row(7); FIRST];
        rows.push(row(12_345_678_901));
        let (text, _) = table(Some(80), 0, &rows);
        let last = text.lines().last().unwrap();
        assert!(last.contains("  12345678901  ") && width(last) <= 80, "{last}");
    }
}
