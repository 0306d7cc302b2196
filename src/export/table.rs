//! Tables by RFC 4180, with commas or with tabs.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, which can read
//! other cells and call programs. Such a cell gets an apostrophe in front, which spreadsheets take
//! for "this is text" (OWASP, "CSV Injection").

use std::borrow::Cow;
use std::io;

use csv::{Terminator, WriterBuilder};
use memchr::memmem;

use super::{Counts, Front, Paper, Said, Section};
use crate::text::document_text;
use crate::time;

/// The columns.
const COLUMNS: [&str; 7] = ["session", "user", "component", "role", "time", "text", "metadata"];
/// What begins a formula, here or in a spreadsheet that knows full-width signs.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Room for a usual row, in bytes.
const ROW: usize = 1 << 10;

pub(super) struct Table {
    delimiter: u8,
    is_raw: bool,
}

impl Table {
    /// With commas.
    pub(super) fn commas(is_raw: bool) -> Self {
        Self { delimiter: b',', is_raw }
    }

    /// With tabs.
    pub(super) fn tabs(is_raw: bool) -> Self {
        Self { delimiter: b'\t', is_raw }
    }

    fn row(&self, cells: &[Cow<'_, str>], out: &mut Vec<u8>) -> io::Result<()> {
        // A writer for each row: one for all would own `out`.
        let mut row = WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(Terminator::CRLF)
            .buffer_capacity(ROW)
            .from_writer(out);
        row.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(io::Error::from)?;
        row.flush()
    }

    fn cell<'t>(&self, text: Option<&'t str>) -> Cow<'t, str> {
        let text = text.unwrap_or_default();
        if self.is_raw { Cow::Borrowed(text) } else { guarded(text) }
    }
}

/// Whether a text is ASCII that needs no cleaning. No `all`: it would stop at the first one, byte by
/// byte.
fn is_simple(text: &str) -> bool {
    let odd = |byte: u8| !(b' '..0x7F).contains(&byte) && byte != b'\n';
    text.as_bytes().iter().fold(0, |any, &byte| any | u8::from(odd(byte))) == 0
}

/// A text as a cell that is no formula and drives nothing.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let mut cell = Cow::Borrowed(text);
    if !is_simple(text) {
        let has = |sign: &str| memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
        if has("\t") || has("\u{2028}") || has("\u{2029}") {
            cell = Cow::Owned(text.replace(['\u{2028}', '\u{2029}', '\t'], " "));
        }
        if let Cow::Owned(clean) = document_text(&cell) {
            cell = Cow::Owned(clean);
        }
    }
    let is_formula = is_formula(&cell) || text.starts_with(['\t', '\r']);
    if is_formula { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// The same for a text that [`Message::is_clean`](super::Message::is_clean): what else it can have
/// is too many marks on one letter.
fn guarded_clean(text: &str) -> Cow<'_, str> {
    let cell = if text.is_ascii() { Cow::Borrowed(text) } else { document_text(text) };
    if is_formula(&cell) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Spreadsheets look behind blanks, and behind the end of a line.
fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(FORMULA) || text.starts_with('\n')
}

impl Paper for Table {
    fn open(&mut self, _: Front<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.row(&COLUMNS.map(Cow::Borrowed), out)
    }

    fn section(&self, _: &Section<'_>, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn message(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let message = said.message;
        let time = message.time.map(time::iso);
        let cells = [
            message.session.as_deref(),
            message.user.as_deref(),
            message.component.as_deref(),
            message.role.as_deref(),
            message.metadata.as_deref(),
        ];
        let [session, user, component, role, metadata] = cells.map(|cell| self.cell(cell));
        // A year of more than four figures, or before the first, has a sign.
        let time = match time.as_deref() {
            Some(time) if time.starts_with(|first: char| first.is_ascii_digit()) => time.into(),
            time => self.cell(time),
        };
        let text = match message.text.as_deref() {
            Some(text) if message.is_clean() && !self.is_raw => guarded_clean(text),
            text => self.cell(text),
        };
        self.row(&[session, user, component, role, time, text, metadata], out)
    }

    fn close(&self, _: Counts, _: &mut Vec<u8>) -> io::Result<()> {
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
        fn a_clean_text_is_guarded_like_any_other(
            text in "[-+=@ \n]{0,2}[a-z é＝“\u{300}\u{301}\n🙂ก-๛]{0,40}|[= ]?e[\u{300}-\u{330}]{0,20}"
        ) {
            prop_assert_eq!(guarded_clean(&text), guarded(&text));
        }
    }
}
