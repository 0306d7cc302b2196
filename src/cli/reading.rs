//! The arguments of the commands without a screen: what they read, which rows, in which form, and
//! where to.
//!
//! The names of forms, fields and orders are declared here alone: help, errors, completions and the
//! columns that are printed are made of them.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::Refusal;
use super::source_arguments::SourceArguments;
use crate::export::Format;
use crate::query::{FIELDS, FORMS};
use crate::text::{Wrapping, clean_line_within, wrap};

const OUTPUT: &str = "Output";
const ROWS: &str = "Rows";

/// What is read.
#[derive(Args, Default, Debug)]
pub(super) struct ReadArguments {
    #[command(flatten)]
    pub(super) source: SourceArguments,

    /// Only messages that match this query; `search --help` has the language
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: Option<String>,
}

/// Where the data goes.
#[derive(Args, Default, Debug)]
pub(super) struct OutputArguments {
    /// Write to a new file only you can read, in full or not at all
    #[arg(help_heading = OUTPUT, short, long, value_name = "PATH")]
    pub(super) output: Option<PathBuf>,

    /// Replace the --output file if it exists
    #[arg(help_heading = OUTPUT, long, requires = "output")]
    pub(super) force: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui sessions --demo                                  a table in a terminal
  sfchat-tui sessions -g class-101 --sort messages --limit 10 the ten longest
  sfchat-tui sessions --file saved.json -q 'is:unanswered' --fields session,user,matches
  sfchat-tui sessions --demo | jq -r .title                   in a pipe: one JSON object a line

The default format is ndjson in a pipe, and follows the ending of a file name.")]
pub(super) struct SessionsArguments {
    #[command(flatten)]
    pub(super) read: ReadArguments,
    /// Output format [default: table in a terminal, else by the ending of --output, else ndjson]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<RowFormat>,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    /// Maximum rows; 0 = no limit
    #[arg(help_heading = ROWS, long, value_name = "N", default_value_t = 0)]
    pub(super) limit: usize,
    /// Sort by last-active, started, messages, turns, user or matches; -KEY reverses
    #[arg(help_heading = ROWS, long, value_name = "KEY", allow_hyphen_values = true,
        value_parser = sort_of::<SessionKey>, default_value = "last-active")]
    pub(super) sort: Sort<SessionKey>,
    /// Reverse the order
    #[arg(help_heading = ROWS, long)]
    pub(super) reverse: bool,
    /// These fields, in this order
    #[arg(help_heading = ROWS, long, value_enum, value_delimiter = ',', value_name = "A,B")]
    pub(super) fields: Vec<SessionField>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui show --demo SESSION             as on the screen; a unique prefix of an id is enough
  sfchat-tui show --demo SESSION | less      in a pipe: Markdown
  sfchat-tui show --file saved.json '(no session)' --format json")]
pub(super) struct ShowArguments {
    /// The session's id, or a unique prefix of it; `(no session)` for messages without one
    #[arg(value_name = "SESSION")]
    pub(super) session: String,
    #[command(flatten)]
    pub(super) read: ReadArguments,
    /// Output format [default: table (as on the screen) in a terminal, else by the ending of
    /// --output, else md]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<ShowFormat>,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    /// Maximum messages; 0 = no limit
    #[arg(help_heading = ROWS, long, value_name = "N", default_value_t = 0)]
    pub(super) limit: usize,
}

/// What stands behind the options of `search`.
const SEARCH_HELP: &str = "\
Examples:
  sfchat-tui search --demo factor
  sfchat-tui search --demo 'role:assistant /fractions?/' --context 1
  sfchat-tui search --demo -q user:alice is:unanswered --format csv -o a.csv
  sfchat-tui search --demo triangle | jq -r '[.time, .user, .text] | @tsv'

The exit status is 1 when nothing matches. With --format table each matching
line is printed, as grep does; with --fields, and in the other forms, it is one
row a message.";

/// The columns of the forms of a query, and of what they match.
const FORM: usize = 26;
const MATCHES: u16 = 50;

/// The same with the language of queries.
fn search_long_help() -> String {
    let mut help = format!("{SEARCH_HELP}\n\nQueries, in quotes where they have blanks:\n");
    let fields = FIELDS.iter().map(|field| (field.example, field.help));
    for (form, matches) in FORMS.iter().copied().chain(fields) {
        let mut lines = Vec::new();
        wrap(matches, MATCHES, Wrapping::On, &mut lines);
        let lines = lines.iter().map(|line| {
            let line = line.start as usize..line.end as usize;
            matches.get(line).unwrap_or_default().trim_end()
        });
        for (line, form) in lines.zip(std::iter::once(form).chain(std::iter::repeat(""))) {
            // A text takes everything.
            let _ = writeln!(help, "  {form:<FORM$}{line}");
        }
    }
    help
}

#[derive(Args, Debug)]
#[command(after_help = SEARCH_HELP, after_long_help = search_long_help())]
pub(super) struct SearchArguments {
    /// What to find, as one argument in the language of `--help`; a -q given too must match as well
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) wanted: String,
    #[command(flatten)]
    pub(super) read: ReadArguments,
    /// Output format [default: table (lines, like grep) in a terminal, else by the ending of
    /// --output, else ndjson]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<RowFormat>,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    /// Maximum messages; 0 = no limit
    #[arg(help_heading = ROWS, long, value_name = "N", default_value_t = 0)]
    pub(super) limit: usize,
    /// Sort by session, time, user, role or length; -KEY reverses
    #[arg(help_heading = ROWS, long, value_name = "KEY", allow_hyphen_values = true,
        value_parser = sort_of::<MessageKey>, default_value = "session")]
    pub(super) sort: Sort<MessageKey>,
    /// Reverse the order
    #[arg(help_heading = ROWS, long)]
    pub(super) reverse: bool,
    /// These fields, in this order
    #[arg(help_heading = ROWS, long, value_enum, value_delimiter = ',', value_name = "A,B")]
    pub(super) fields: Vec<MessageField>,
    /// Lines of the message to show before and after each matching line
    #[arg(help_heading = ROWS, short = 'C', long, value_name = "N", default_value_t = 0)]
    pub(super) context: usize,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui export --demo > all.ndjson                 one message a line, exactly as sent
  sfchat-tui export -g class-101 -q since:7d --output week.html
  sfchat-tui export --demo --format csv --pseudonymize --output study.csv")]
pub(super) struct ExportArguments {
    #[command(flatten)]
    pub(super) read: ReadArguments,
    /// Output format [default: by the ending of --output, else ndjson]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<Format>,
    /// Replace session and user ids, remove e-mail addresses and telephone numbers; free text can
    /// still identify a person
    #[arg(help_heading = OUTPUT, long)]
    pub(super) pseudonymize: bool,
    /// Texts and cells exactly as sent, with control characters and formulas: for programs only
    /// (text, csv, tsv)
    #[arg(help_heading = OUTPUT, long, alias = "csv-raw")]
    pub(super) raw: bool,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    /// Maximum messages; 0 = no limit
    #[arg(help_heading = ROWS, long, value_name = "N", default_value_t = 0)]
    pub(super) limit: usize,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui stats --demo
  sfchat-tui stats -g class-101 -q 'since:30d role:assistant' --format json")]
pub(super) struct StatsArguments {
    #[command(flatten)]
    pub(super) read: ReadArguments,
    /// Output format [default: table in a terminal, else json]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<ReportFormat>,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui fetch -g class-101 --output saved.json
  sfchat-tui fetch --demo | sfchat-tui stats --file -

Writes the body of the response without its content encoding (gzip is unpacked), or the contents of
the file (gzip and zstd are unpacked). Nothing is parsed or changed, except that [redacted] replaces
the key if the server sends it back. The exit status is 4 when the response is cut short; what
arrived is then on standard output, and no file is written.")]
pub(super) struct FetchArguments {
    #[command(flatten)]
    pub(super) source: SourceArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sfchat-tui check -g class-101
  sfchat-tui check --file saved.json --format json

The exit status is 5 when fewer messages or sessions arrived than the server declared, or when the
response is not a list of messages; 4 when it was cut short.")]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) source: SourceArguments,
    /// Output format [default: table in a terminal, else json]
    #[arg(help_heading = OUTPUT, long, value_enum)]
    pub(super) format: Option<ReportFormat>,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

/// A file that ends with `.pdf` is not to hold something else.
pub(super) fn check_ending<F>(
    what: &str,
    output: &OutputArguments,
    of_file: impl Fn(&Path) -> Option<F>,
) -> Result<(), Refusal> {
    let path = output.output.as_deref();
    let ending = path.and_then(Path::extension).and_then(OsStr::to_str);
    match (ending, path.and_then(of_file)) {
        (Some(ending), None) => Err(Refusal::usage(format!(
            "unknown format .{} for {what}; name one with --format",
            clean_line_within(ending, 40)
        ))),
        _ => Ok(()),
    }
}

/// No object can have a member twice.
pub(super) fn check_fields<F: ValueEnum + PartialEq>(fields: &[F]) -> Result<(), Refusal> {
    let mut others = fields;
    while let Some((field, rest)) = others.split_first() {
        if rest.contains(field) {
            let name = field.to_possible_value();
            let name = name.as_ref().map(PossibleValue::get_name).unwrap_or_default();
            return Err(Refusal::usage(format!("--fields has {name} twice")));
        }
        others = rest;
    }
    Ok(())
}

/// The forms of rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum RowFormat {
    /// For people: columns, cut to the terminal
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    #[value(alias = "jsonl")]
    Ndjson,
    /// Comma-separated, safe to open as a spreadsheet
    Csv,
    /// The same with tabs
    Tsv,
    /// A Markdown table
    #[value(alias = "markdown")]
    Md,
}

/// The forms of a transcript.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ShowFormat {
    /// As on the screen
    Table,
    /// Markdown, the texts as they were written
    #[value(alias = "markdown")]
    Md,
    /// One JSON array of messages
    Json,
    /// One JSON object a line
    #[value(alias = "jsonl")]
    Ndjson,
}

/// The forms of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Table,
    /// One JSON object
    Json,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.ending()).aliases(self.aliases()).help(self.help()))
    }
}

/// The format that a file name ends with.
pub(super) fn format_of_file<F: ValueEnum>(path: &Path) -> Option<F> {
    F::from_str(path.extension()?.to_str()?, true).ok()
}

/// The fields of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SessionField {
    /// The id; null for messages without one
    Session,
    /// The user
    User,
    /// The components that spoke in it
    Components,
    /// How many messages, each once
    Messages,
    /// How many exact repeats there are beside them
    Repeats,
    /// How many turns
    Turns,
    /// The first readable time
    Started,
    /// The last readable time
    #[value(alias = "last-active")]
    LastActive,
    /// How many messages match --query; null without one
    Matches,
    /// The first message of the user, on one line
    Title,
}

/// The fields of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum MessageField {
    /// The session's id
    Session,
    /// The user
    User,
    /// The component
    Component,
    /// Who spoke
    Role,
    /// When
    Time,
    /// The text, as it was sent
    Text,
    /// The metadata, as JSON
    Metadata,
    /// Where the query matches in the text: pairs of characters, from 0, the second one excluded
    Matches,
}

/// What sessions are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SessionKey {
    /// The latest message, newest first
    #[value(alias = "last_active")]
    LastActive,
    /// The first message, newest first
    Started,
    /// Most first
    Messages,
    /// Most first
    Turns,
    /// By name
    User,
    /// Most first
    Matches,
}

/// What messages are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum MessageKey {
    /// Session by session in the order of arrival, in each as the transcript has it
    Session,
    /// Oldest first
    Time,
    /// By name
    User,
    /// By name
    Role,
    /// The longest text first
    Length,
}

/// An order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort<K> {
    /// By what.
    pub key: K,
    /// The other way than the key says.
    pub reversed: bool,
}

/// Reads `KEY` or `-KEY`.
fn sort_of<K: ValueEnum>(text: &str) -> Result<Sort<K>, String> {
    let (name, reversed) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    match K::from_str(name, false) {
        Ok(key) => Ok(Sort { key, reversed }),
        Err(_) => {
            let keys = K::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let keys: Vec<String> = keys.map(|key| key.get_name().to_owned()).collect();
            Err(format!("the keys are {}", keys.join(", ")))
        }
    }
}

/// The name of a word of the command line, as it is printed too.
pub fn name_of(word: &impl ValueEnum) -> String {
    word.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
