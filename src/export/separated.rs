//! Tables by RFC 4180, with commas or with tabs.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, which can read
//! other cells and call programs. Such a cell gets an apostrophe in front, which spreadsheets take
//! for "this is text" (OWASP, "CSV Injection").

use std::borrow::Cow;
use std::io;

use memchr::memchr3;

use super::{Entry, ExportCounts, FormatWriter, Header};
use crate::text::document_text;
use crate::time;

/// The columns.
const COLUMNS: [&str; 7] = ["session", "user", "component", "role", "time", "text", "metadata"];
/// What begins a formula, here or in a spreadsheet that knows full-width signs.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

pub(super) struct Separated {
    pub(super) delimiter: char,
    pub(super) is_raw: bool,
}

/// Appends a row. Cells are quoted where they need it, with the quotes in them doubled.
pub fn push_row(cells: &[Cow<'_, str>], delimiter: char, out: &mut Vec<u8>) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(delimiter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        // A row of one empty cell would be an empty line, which readers skip.
        let is_lonely = cells.len() == 1 && cell.is_empty();
        let bytes = cell.as_bytes();
        let has_special = memchr3(b'"', b'\n', b'\r', bytes).is_some() || cell.contains(delimiter);
        if is_lonely || has_special {
            out.push(b'"');
            for (at, part) in cell.split('"').enumerate() {
                out.extend_from_slice(if at == 0 { b"" } else { b"\"\"" });
                out.extend_from_slice(part.as_bytes());
            }
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
}

/// A text as a cell that is no formula and cannot drive a terminal.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let mut cell = Cow::Borrowed(text);
    // One search for each is much faster than one for all: these search by vectors.
    if text.contains('\t') || text.contains('\u{2028}') || text.contains('\u{2029}') {
        cell = Cow::Owned(text.replace(['\u{2028}', '\u{2029}', '\t'], " "));
    }
    if let Cow::Owned(clean) = document_text(&cell) {
        cell = Cow::Owned(clean);
    }
    // Spreadsheets look behind blanks and line breaks.
    let is_formula = cell.trim_start().starts_with(FORMULA) || cell.starts_with('\n');
    if is_formula || text.starts_with(['\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { cell }
}

impl FormatWriter for Separated {
    fn open(&mut self, _: Header<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        push_row(&COLUMNS.map(Cow::Borrowed), self.delimiter, out);
        out.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let message = entry.message;
        let time = message.time.map(time::iso);
        let cells = [
            message.session.as_deref(),
            message.user.as_deref(),
            message.component.as_deref(),
            message.role.as_deref(),
            // A year of more than four figures, or before the first, has a sign.
            time.as_deref(),
            message.text.as_deref(),
            message.metadata.as_deref(),
        ];
        let cells = cells.map(|cell| match cell.unwrap_or_default() {
            cell if self.is_raw => Cow::Borrowed(cell),
            cell => guarded(cell),
        });
        push_row(&cells, self.delimiter, out);
        out.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn close(&self, _: ExportCounts, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn wants_metadata(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_cell_begins_a_formula() {
        let cells = [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-2 and −3", "'-2 and −3"),
            ("@x", "'@x"),
            ("\t=1", "' =1"),
            ("\r=1", "'␍=1"),
            ("\n1", "'\n1"),
            ("  =1", "'  =1"),
            ("\u{200b}=1", "'=1"),
            ("＝1", "'＝1"),
            ("1=1", "1=1"),
            ("'quoted", "'quoted"),
            ("a\r\nb\u{2028}c\u{1b}[31m\0", "a\nb c␛[31m␀"),
        ];
        for (text, cell) in cells {
            assert_eq!(guarded(text), cell, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_row_is_written_as_the_csv_crate_would(
            cells in prop::collection::vec("[a,\"\t\r\n é;]{0,8}|[a1_-]{0,8}|[ab\"]{0,40}", 1..5),
            is_tabs in any::<bool>(),
        ) {
            let delimiter = if is_tabs { '\t' } else { ',' };
            let mut ours = Vec::new();
            push_row(&cells.iter().map(Cow::from).collect::<Vec<_>>(), delimiter, &mut ours);
            ours.extend_from_slice(b"\r\n");
            let mut theirs = csv::WriterBuilder::new()
                .delimiter(if is_tabs { b'\t' } else { b',' })
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new());
            theirs.write_record(&cells).unwrap();
            prop_assert_eq!(ours, theirs.into_inner().unwrap());
        }
    }
}
