//! Rows of cells in each of the forms: a table for people, JSON, CSV and the like for programs.
//!
//! JSON has values exactly as they were sent. What a person or a spreadsheet opens has nothing in it
//! that could drive either. Must not know what the rows are about.

mod table;

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use crate::cli::RowFormat;
use crate::export::{JsonEscaper, guarded, push_row};
use crate::text::{clean_line, clean_text};
use crate::time::{Millis, Zone, iso};
use crate::view::{StyleClass, Theme};
use table::Table;

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell<'a> {
    /// Nothing.
    None,
    /// A text, as it was sent.
    Text(Cow<'a, str>),
    /// A number.
    Number(u64),
    /// A time.
    Time(Millis),
    /// JSON on one line.
    Json(String),
    /// Several texts.
    Texts(Vec<&'a str>),
    /// Places in a text, in characters.
    Spans(Vec<[usize; 2]>),
}

impl<'a> Cell<'a> {
    /// A text that may be missing.
    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::None, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// A time that may be missing.
    pub(super) fn time(time: Option<Millis>) -> Self {
        time.map_or(Self::None, Self::Time)
    }

    /// The value as JSON.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let mut out = JsonEscaper(out);
        match self {
            Self::None => out.write_all(b"null"),
            Self::Text(text) => Ok(serde_json::to_writer(&mut out, text)?),
            Self::Number(number) => write!(out, "{number}"),
            Self::Time(time) => write!(out, "\"{}\"", iso(*time)),
            Self::Json(json) => out.write_all(json.as_bytes()),
            Self::Texts(texts) => Ok(serde_json::to_writer(&mut out, texts)?),
            Self::Spans(spans) => Ok(serde_json::to_writer(&mut out, spans)?),
        }
    }

    /// The value as text for people; line feeds stay.
    pub(super) fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Text(text) => Cow::Owned(clean_text(text).to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Time(time) => Cow::Owned(iso(*time)),
            Self::Json(json) => Cow::Owned(clean_text(json).to_string()),
            Self::Texts(texts) => Cow::Owned(clean_line(&texts.join(" ")).to_string()),
            Self::Spans(spans) => {
                let spans: Vec<String> =
                    spans.iter().map(|[from, to]| format!("{from}-{to}")).collect();
                Cow::Owned(spans.join(" "))
            }
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct OutputColumn {
    /// The name, the same in every form.
    pub(super) name: String,
    /// What stands in it.
    pub(super) kind: ColumnKind,
    /// How soon it is left out of a table for want of room: the highest first, 0 never.
    pub(super) spare: u8,
    /// How it is painted.
    pub(super) ink: StyleClass,
}

/// What stands in a column: how it is aligned, and what may be taken off it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ColumnKind {
    /// Numbers, on the right: one that is cut is another number.
    Number,
    /// Times.
    Time,
    /// Ids, cut in the middle.
    Id,
    /// Anything longer: it takes what room is left, and is cut first.
    Words,
}

/// Writes rows in one form.
pub(super) enum Rows {
    /// For people.
    Table(Box<Table>),
    /// One array.
    Json(Vec<OutputColumn>, bool),
    /// One object a line.
    Ndjson(Vec<OutputColumn>),
    /// Separated by commas or tabs.
    Separated(char),
    /// A Markdown table.
    Markdown,
}

impl Rows {
    /// Begins with what stands before the rows.
    pub(super) fn begin(
        form: RowFormat,
        columns: Vec<OutputColumn>,
        (width, theme, zone): (Option<usize>, Option<Theme>, Zone),
        out: &mut impl Write,
    ) -> io::Result<Self> {
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        Ok(match form {
            RowFormat::Table => Self::Table(Box::new(Table::new(columns, width, theme, zone))),
            RowFormat::Json => Self::Json(columns, false),
            RowFormat::Ndjson => Self::Ndjson(columns),
            RowFormat::Csv | RowFormat::Tsv => {
                let delimiter = if form == RowFormat::Csv { ',' } else { '\t' };
                let names: Vec<Cow<'_, str>> = names.iter().map(Cow::from).collect();
                separated(&names, delimiter, out)?;
                Self::Separated(delimiter)
            }
            RowFormat::Md => {
                writeln!(out, "| {} |", names.join(" | "))?;
                let rule = |column: &OutputColumn| {
                    if column.kind == ColumnKind::Number { "---:" } else { "---" }
                };
                let rules: Vec<&str> = columns.iter().map(rule).collect();
                writeln!(out, "| {} |", rules.join(" | "))?;
                Self::Markdown
            }
        })
    }

    /// Writes a row: a cell for each column.
    pub(super) fn row(&mut self, cells: &[Cell<'_>], out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Table(table) => table.row(cells, out),
            Self::Json(columns, begun) => {
                out.write_all(if std::mem::replace(begun, true) { b",\n" } else { b"[\n" })?;
                object(columns, cells, out)
            }
            Self::Ndjson(columns) => {
                object(columns, cells, out)?;
                out.write_all(b"\n")
            }
            Self::Separated(delimiter) => {
                let cells: Vec<Cow<'_, str>> = cells.iter().map(in_sheet).collect();
                separated(&cells, *delimiter, out)
            }
            Self::Markdown => {
                let cells: Vec<String> = cells.iter().map(in_markdown).collect();
                writeln!(out, "| {} |", cells.join(" | "))
            }
        }
    }

    /// What stands behind the rows. The names of the columns for which a terminal had no room.
    pub(super) fn finish(self, out: &mut impl Write) -> io::Result<Vec<String>> {
        match self {
            Self::Table(table) => return table.finish(out),
            Self::Json(_, begun) => out.write_all(if begun { b"\n]\n" } else { b"[]\n" })?,
            Self::Ndjson(_) | Self::Separated(_) | Self::Markdown => {}
        }
        Ok(Vec::new())
    }
}

/// What a person is told of columns that were left out.
pub(super) fn no_room_for(names: &[String]) -> String {
    let names = names.join(", ");
    format!("no room for {names}: see --fields, or --format ndjson")
}

fn separated(cells: &[Cow<'_, str>], delimiter: char, out: &mut impl Write) -> io::Result<()> {
    let mut row = Vec::new();
    push_row(cells, delimiter, &mut row);
    row.push(b'\n');
    out.write_all(&row)
}

fn object(columns: &[OutputColumn], cells: &[Cell<'_>], out: &mut impl Write) -> io::Result<()> {
    let mut separator = "{";
    for (column, cell) in columns.iter().zip(cells) {
        write!(out, "{separator}\"{}\":", column.name)?;
        cell.write_json(out)?;
        separator = ",";
    }
    out.write_all(b"}")
}

/// Writes an object for people to look at, too: a member a line, and an element of a list a line.
pub(super) fn write_object(members: &[(&str, Value)], out: &mut impl Write) -> io::Result<()> {
    let mut separator = "{\n";
    for (name, value) in members {
        write!(out, "{separator}  \"{name}\": ")?;
        match value {
            Value::Array(elements) if !elements.is_empty() => {
                for (element, number) in elements.iter().zip(0..) {
                    write!(out, "{}\n    {element}", if number == 0 { "[" } else { "," })?;
                }
                out.write_all(b"\n  ]")?;
            }
            value => write!(out, "{value}")?,
        }
        separator = ",\n";
    }
    out.write_all(b"\n}\n")
}

/// A cell that a spreadsheet takes for text.
fn in_sheet<'a>(cell: &'a Cell<'_>) -> Cow<'a, str> {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Json(json) => guarded(json),
        Cell::Texts(texts) => Cow::Owned(guarded(&texts.join(" ")).into_owned()),
        // A year of more than four figures, or before the first, has a sign.
        Cell::Time(_) => Cow::Owned(guarded(&cell.plain()).into_owned()),
        // What we write ourselves is no formula.
        Cell::None | Cell::Number(_) | Cell::Spans(_) => cell.plain(),
    }
}

/// A cell of a Markdown table: one line, and nothing in it is markup.
fn in_markdown(cell: &Cell<'_>) -> String {
    let text = cell.plain();
    let line = clean_line(&text);
    let mut out = String::with_capacity(line.len());
    for c in line.as_str().chars() {
        if matches!(c, '\\' | '|' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '&' | '$' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
