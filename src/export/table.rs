//! Tables by RFC 4180, with commas or with tabs.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, which can read
//! other cells and call programs. Such a cell gets an apostrophe in front, which spreadsheets take
//! for "this is text" (OWASP, "CSV Injection").
//!
//! Cells are quoted here and not by a library, whose writer would copy them twice.

use std::borrow::Cow;
use std::io;

use memchr::{memchr, memchr_iter, memchr3, memmem};

use super::{Counts, Front, Paper, Said};
use crate::text::document_text;
use crate::time;

/// The columns.
const COLUMNS: [&str; 7] = ["session", "user", "component", "role", "time", "text", "metadata"];
/// What begins a formula, here or in a spreadsheet that knows full-width signs.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

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

    fn cell<'t>(&self, text: Option<&'t str>) -> Cow<'t, str> {
        let text = text.unwrap_or_default();
        if self.is_raw { Cow::Borrowed(text) } else { guarded(text) }
    }

    /// Appends an id or a role as a cell. Most of them are a word, which needs nothing; a row has four.
    fn push_name(&self, name: &str, out: &mut Vec<u8>) {
        if is_word(name) {
            return out.extend_from_slice(name.as_bytes());
        }
        self.push_cell(&self.cell(Some(name)), out);
    }

    /// Appends a cell, in quotes where it needs them; quotes in it are doubled.
    fn push_cell(&self, cell: &str, out: &mut Vec<u8>) {
        let cell = cell.as_bytes();
        let has_special = memchr3(self.delimiter, b'"', b'\n', cell).is_some();
        if !has_special && memchr(b'\r', cell).is_none() {
            return out.extend_from_slice(cell);
        }
        out.reserve(cell.len() + 2);
        out.push(b'"');
        let from = if cell.len() < SHORT { push_quoted(cell, out) } else { 0 };
        let mut written = from;
        for at in memchr_iter(b'"', cell.get(from..).unwrap_or_default()) {
            // The quote itself stands at the start of the next piece, too.
            out.extend_from_slice(cell.get(written..=from + at).unwrap_or_default());
            written = from + at;
        }
        out.extend_from_slice(cell.get(written..).unwrap_or_default());
        out.push(b'"');
    }
}

/// A cell of fewer bytes is quoted word by word: it may be JSON, where every second word has a quote.
const SHORT: usize = 256;

/// Appends the words of eight bytes of a cell with their quotes doubled; how many bytes of it that are.
///
/// A word is copied first and looked at then: what stands behind a quote in it is copied once more.
fn push_quoted(cell: &[u8], out: &mut Vec<u8>) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let mut at = 0;
    while let Some(word) = cell.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        out.extend_from_slice(word);
        // The highest bit of each byte that is a quote; the lowest of them is exact (Mycroft, 1987).
        let others = u64::from_le_bytes(*word) ^ (ONES * u64::from(b'"'));
        let quotes = others.wrapping_sub(ONES) & !others & (ONES << 7);
        at += 8;
        if quotes != 0 {
            let behind = 7 - quotes.trailing_zeros() as usize / 8;
            out.truncate(out.len() - behind);
            out.push(b'"');
            at -= behind;
        }
    }
    at
}

/// Whether a text is of letters, digits and signs of ASCII that mean nothing to anybody, and begins with
/// one of the former; empty ones are. No `all`: see [`is_simple`].
fn is_word(text: &str) -> bool {
    let odd = |byte: u8| !(byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let begins = text.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric);
    begins & (text.as_bytes().iter().fold(0, |any, &byte| any | u8::from(odd(byte))) == 0)
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
        for (at, column) in COLUMNS.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter);
            }
            out.extend_from_slice(column.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn has_heads(&self) -> bool {
        false
    }

    fn message(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let message = said.message;
        let names = [&message.session, &message.user, &message.component, &message.role];
        for name in names {
            self.push_name(name.as_deref().unwrap_or_default(), out);
            out.push(self.delimiter);
        }
        let time = message.time.map(time::iso).unwrap_or_default();
        // A year of more than four figures, or before the first, has a sign.
        if time.starts_with(|first: char| first.is_ascii_digit()) {
            out.extend_from_slice(time.as_bytes());
        } else {
            self.push_cell(&self.cell(Some(&time)), out);
        }
        out.push(self.delimiter);
        let text = match message.text.as_deref() {
            Some(text) if message.is_clean() && !self.is_raw => guarded_clean(text),
            text => self.cell(text),
        };
        self.push_cell(&text, out);
        out.push(self.delimiter);
        self.push_cell(&self.cell(message.metadata.as_deref()), out);
        out.extend_from_slice(b"\r\n");
        Ok(())
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
        fn a_row_is_written_as_the_library_would(
            cells in prop::array::uniform4(
                "[a,\"\t\r\n é;]{0,8}|[a1_-]{0,8}|[ab\"]{0,40}|,[a\"]{250,270}"
            ),
            is_tabs in any::<bool>(),
        ) {
            let table = if is_tabs { Table::tabs(true) } else { Table::commas(true) };
            let mut ours = Vec::new();
            let [first, second, third, last] = &cells;
            for cell in [first, second, third] {
                table.push_name(cell, &mut ours);
                ours.push(table.delimiter);
            }
            table.push_cell(last, &mut ours);
            ours.extend_from_slice(b"\r\n");
            let mut theirs = csv::WriterBuilder::new()
                .delimiter(table.delimiter)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new());
            theirs.write_record(&cells).unwrap();
            prop_assert_eq!(ours, theirs.into_inner().unwrap());
        }

        #[test]
        fn a_word_needs_no_guard(text in "[aZ1_=-]{0,4}") {
            prop_assert!(!is_word(&text) || guarded(&text) == text, "{text}");
        }

        #[test]
        fn a_clean_text_is_guarded_like_any_other(
            text in "[-+=@ \n]{0,2}[a-z é＝“\u{300}\u{301}\n🙂ก-๛]{0,40}|[= ]?e[\u{300}-\u{330}]{0,20}"
        ) {
            prop_assert_eq!(guarded_clean(&text), guarded(&text));
        }
    }
}
