//! Messages as a document, for people and for other programs: Markdown, HTML, text, JSON, tables.
//!
//! ```text
//!  chosen messages ─► sections (session by session) ─► ids as text, pseudonyms ─► a format's writer
//! ```
//!
//! Messages are written as they are read from the pages, so memory does not grow with the document.
//! Each format has its own way to keep a text from being more than a text: a formula of a
//! spreadsheet, a heading, a script. Must not know files, nor what the endpoint calls its fields
//! ([`Wire`] does).

mod html;
mod json;
mod json_escape;
mod markdown;
mod message;
mod preview;
mod pseudonyms;
mod sections;
mod separated;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use crate::message::{Flags, MsgRef, RoleId, SessionId};
use crate::metadata::{Details, MessageIds};
use crate::search::Hits;
use crate::store::{Copies, Page, Row};
use crate::text::counted;
use crate::time::{Millis, Zone};

pub use json_escape::{JsonEscaper, on_one_line, push_clean_string, push_json, push_string};
pub use message::{ExportMessage, IdNames};
pub use preview::preview;
pub use pseudonyms::Pseudonyms;
pub use separated::{guarded, push_row};

use message::Speaker;
use sections::SectionOrder;

/// Warns in every format that has a place for it, and on the screen.
pub const BEST_EFFORT: &str =
    "De-identification is best effort: free text can still identify a person.";
/// Reminds people who read a document.
pub const PERSONAL: &str = "This holds personal data; keep it safe.";

/// How many bytes are collected before they are written.
const BLOCK: usize = 256 << 10;
/// How many messages are written between two reports of progress.
const STEP: u64 = 256;
/// How many messages of a session are searched for a title: a session may have a million.
const TITLE_MESSAGES: usize = 64;
/// Bytes of a text that a title is made of: more than is shown of it, so that no id is cut where it
/// shows.
const TITLE: usize = 2_000;

/// What the command line, the dialog and file names know of a format.
struct FormatInfo {
    name: &'static str,
    ending: &'static str,
    aliases: &'static [&'static str],
    help: &'static str,
    takes_raw: bool,
    writer: for<'a> fn(&ExportJob, &'a dyn Wire) -> Box<dyn FormatWriter + 'a>,
}

/// Declares the formats, each in one place.
macro_rules! formats {
    ($($variant:ident: $info:expr,)*) => {
        /// The format of an export.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Format {
            $(
                #[doc = concat!(stringify!($variant), ", as declared below.")]
                $variant,
            )*
        }

        impl Format {
            /// All, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn info(self) -> FormatInfo {
                match self {
                    $(Self::$variant => $info,)*
                }
            }
        }
    };
}

formats! {
    Markdown: FormatInfo {
        name: "Markdown",
        ending: "md",
        aliases: &["markdown"],
        help: "for notes and wikis",
        takes_raw: false,
        writer: |_, _| Box::new(markdown::Markdown::default()),
    },
    Html: FormatInfo {
        name: "HTML",
        ending: "html",
        aliases: &["htm"],
        help: "one page to read and print, with mathematics",
        takes_raw: false,
        writer: |_, _| Box::new(html::Html::default()),
    },
    Text: FormatInfo {
        name: "Text",
        ending: "txt",
        aliases: &["text"],
        help: "plain text to paste anywhere",
        takes_raw: true,
        writer: |job, _| Box::new(text::PlainText::new(job.raw)),
    },
    Json: FormatInfo {
        name: "JSON",
        ending: "json",
        aliases: &[],
        help: "exact, as the endpoint sends it; --file reads it",
        takes_raw: false,
        writer: |_, wire| Box::new(json::Json { wire, is_whole: true }),
    },
    Ndjson: FormatInfo {
        name: "NDJSON",
        ending: "ndjson",
        aliases: &["jsonl"],
        help: "exact, one message a line",
        takes_raw: false,
        writer: |_, wire| Box::new(json::Json { wire, is_whole: false }),
    },
    Csv: FormatInfo {
        name: "CSV",
        ending: "csv",
        aliases: &[],
        help: "a table for spreadsheets",
        takes_raw: true,
        writer: |job, _| Box::new(separated::Separated { delimiter: ',', is_raw: job.raw }),
    },
    Tsv: FormatInfo {
        name: "TSV",
        ending: "tsv",
        aliases: &[],
        help: "a table with tabs",
        takes_raw: true,
        writer: |job, _| Box::new(separated::Separated { delimiter: '\t', is_raw: job.raw }),
    },
}

impl Format {
    /// The name, for people. Its first letter chooses the format in the dialog.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The ending of a file name, without the dot; also the value of `--format`.
    pub fn ending(self) -> &'static str {
        self.info().ending
    }

    /// Other endings, and other values of `--format`.
    pub fn aliases(self) -> &'static [&'static str] {
        self.info().aliases
    }

    /// What it is good for, in a few words.
    pub fn help(self) -> &'static str {
        self.info().help
    }

    /// Whether the texts can be left as they were sent: see [`ExportJob::raw`].
    pub fn takes_raw(self) -> bool {
        self.info().takes_raw
    }
}

/// Which messages are exported. Session by session, in each by time and then by arrival.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// All; the sessions in order of arrival.
    Everything,
    /// All of these sessions, in this order.
    Sessions(Vec<SessionId>),
    /// What a filter found in these sessions, in this order.
    Found(Arc<Hits>, Vec<SessionId>),
    /// These, in this order.
    Messages(Vec<MsgRef>),
}

/// What is exported, and how.
#[derive(Clone, Debug)]
pub struct ExportJob {
    /// The pages of the store, from the first on.
    pub pages: Vec<Arc<Page>>,
    /// Which messages.
    pub chosen: Chosen,
    /// The exact repeats of the messages that a filter found. Hits name only the first of equal
    /// messages; a file holds all of them.
    pub copies: Arc<Copies>,
    /// The format.
    pub format: Format,
    /// The zone of the times in formats for people.
    pub zone: Zone,
    /// The words for user, assistant and system in formats for people.
    pub labels: [String; 3],
    /// Texts and tables as they were sent, controls and formulas included: only for programs.
    pub raw: bool,
    /// Whether ids are replaced: see [`Pseudonyms`].
    pub pseudonymize: bool,
    /// The counts of the whole document, if these messages are only its beginning: for a preview.
    pub whole: Option<ExportCounts>,
}

impl ExportJob {
    /// A job without options: times in UTC, the usual words for roles.
    pub fn new(pages: Vec<Arc<Page>>, chosen: Chosen, format: Format) -> Self {
        let labels = RoleId::FIXED.map(str::to_owned);
        Self {
            pages,
            chosen,
            copies: Arc::default(),
            format,
            zone: Zone::UTC,
            labels,
            raw: false,
            pseudonymize: false,
            whole: None,
        }
    }
}

/// How much was written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ExportCounts {
    /// Messages.
    pub messages: u64,
    /// The sessions that they belong to.
    pub sessions: u64,
}

/// The endpoint's own form of messages: the only part of an export that needs its names. Nothing
/// that it writes can drive a terminal ([`push_string`], [`push_json`]).
pub trait Wire: Sync {
    /// Writes what precedes the first message; `note` goes into a member that readers skip.
    fn open(&self, note: Option<&str>, out: &mut Vec<u8>);
    /// Writes one message on one line, without a line feed.
    fn message(&self, message: &ExportMessage<'_>, out: &mut Vec<u8>);
    /// Writes what follows the last message.
    fn close(&self, counts: ExportCounts, out: &mut Vec<u8>);
    /// The JSON of a message's metadata.
    fn metadata<'p>(&self, page: &'p Page, row: &Row) -> Option<Cow<'p, str>>;
    /// Everything about a message for the inspector.
    fn details(&self, ids: &MessageIds, page: &Page, row: &Row, zone: Zone) -> Details;
    /// The fields that the endpoint's description does not name, with how many messages have each;
    /// most first.
    fn unknown_fields(&self, pages: &[Arc<Page>]) -> Vec<(String, u64)>;
}

/// One session, as far as it is exported.
struct Section {
    /// Its number in the document, from 1.
    number: u64,
    session: String,
    user: String,
    messages: u64,
    /// The times of its first and its last message.
    times: Option<(Millis, Millis)>,
    /// The first words of the student.
    title: String,
}

/// What is known before the first message.
struct Header<'a> {
    counts: ExportCounts,
    zone: Zone,
    /// The warning about pseudonyms, if there are any.
    note: Option<&'static str>,
    /// The sections, in order.
    sections: &'a mut dyn Iterator<Item = Section>,
    section_count: u64,
}

/// Writes one format.
trait FormatWriter {
    fn open(&mut self, header: Header<'_>, out: &mut Vec<u8>) -> io::Result<()>;
    /// Whether sections have heads. A head costs a look at the messages of its section.
    fn has_heads(&self) -> bool {
        false
    }
    /// Writes the head of a section.
    fn section(&self, _section: &Section, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()>;
    /// Writes what follows the last message of a section.
    fn end_section(&self, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
    fn close(&self, counts: ExportCounts, out: &mut Vec<u8>) -> io::Result<()>;
    /// Whether the metadata of messages is written.
    fn wants_metadata(&self) -> bool {
        false
    }
}

/// A message for a format.
struct Entry<'a> {
    message: &'a ExportMessage<'a>,
    job: &'a ExportJob,
    /// Whether it is the first of the document.
    is_first: bool,
}

impl Entry<'_> {
    /// The author and the time, for formats that people read.
    fn speaker(&self) -> Speaker {
        Speaker::of(self.message, self.job)
    }
}

/// What a document needs beside its job.
pub struct ExportContext<'c> {
    /// The endpoint's own form.
    pub wire: &'c dyn Wire,
    /// The substitutes of ids, where they are replaced.
    pub pseudonyms: Option<&'c Pseudonyms>,
}

/// Writes the messages of a job. Calls `progress` now and then with the number of messages that are
/// written; an error from it stops the export.
///
/// # Errors
/// Those of `out` and of `progress`.
pub fn write(
    job: &ExportJob,
    context: &ExportContext<'_>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<ExportCounts> {
    let order = SectionOrder::of(job);
    let counts = job.whole.unwrap_or_else(|| order.counts(job));
    let document = Document { job, context, names: IdNames::of(&job.pages) };
    let mut writer = (job.format.info().writer)(job, context.wire);
    let section_count = match job.whole {
        Some(whole) => whole.sessions,
        None => order.sections().count() as u64,
    };
    let mut buffer = Vec::new();
    let sections = || (1..).zip(order.sections());
    let mut index = sections().map(|(number, messages)| document.section(number, messages));
    let note = context.pseudonyms.map(|_| BEST_EFFORT);
    let header = Header { counts, zone: job.zone, note, sections: &mut index, section_count };
    writer.open(header, &mut buffer)?;
    let mut done = 0;
    for (number, messages) in sections() {
        if writer.has_heads() {
            writer.section(&document.section(number, messages), &mut buffer)?;
        }
        for &at in messages {
            document.entry(at, done == 0, &*writer, &mut buffer)?;
            done += 1;
            if buffer.len() >= BLOCK || done % STEP == 0 {
                out.write_all(&buffer)?;
                buffer.clear();
                progress(done)?;
            }
        }
        writer.end_section(&mut buffer)?;
    }
    writer.close(counts, &mut buffer)?;
    out.write_all(&buffer)?;
    progress(done)?;
    Ok(counts)
}

/// A job with what turns its messages into text.
struct Document<'a> {
    job: &'a ExportJob,
    context: &'a ExportContext<'a>,
    names: IdNames,
}

impl Document<'_> {
    fn entry(
        &self,
        at: MsgRef,
        is_first: bool,
        writer: &dyn FormatWriter,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let Some((page, row)) = row_of(&self.job.pages, at) else { return Ok(()) };
        let mut message = self.names.message(page, row);
        if writer.wants_metadata() || self.context.pseudonyms.is_some() {
            message.metadata = self.context.wire.metadata(page, row);
        }
        if let Some(pseudonyms) = self.context.pseudonyms {
            pseudonyms.hide(&mut message);
        }
        writer.entry(&Entry { message: &message, job: self.job, is_first }, out)
    }

    /// What the messages of a section say about it.
    fn section(&self, number: u64, messages: &[MsgRef]) -> Section {
        let pseudonyms = self.context.pseudonyms;
        let row = |&at: &MsgRef| row_of(&self.job.pages, at);
        let first = messages.iter().find_map(row).map(|(page, row)| {
            let mut first = ExportMessage { text: None, ..self.names.message(page, row) };
            if let Some(pseudonyms) = pseudonyms {
                pseudonyms.hide(&mut first);
            }
            [first.session, first.user].map(|name| name.unwrap_or_default().into_owned())
        });
        let [session, user] = first.unwrap_or_default();
        let mut looked_at = messages.iter().take(TITLE_MESSAGES).filter_map(row);
        let prompt = looked_at.find(|(_, row)| row.role == RoleId::USER);
        let title = prompt.map(|(page, row)| page.text_of(row)).unwrap_or_default();
        let title = title.get(..title.floor_char_boundary(TITLE)).unwrap_or_default();
        let title = match pseudonyms {
            Some(pseudonyms) => pseudonyms.text(title).into_owned(),
            None => title.to_owned(),
        };
        let time = |at| row(at).filter(|(_, row)| !row.flags.has(Flags::NO_TIME));
        let (first, last) = (messages.iter().find_map(time), messages.iter().rev().find_map(time));
        let times = first.zip(last).map(|((_, first), (_, last))| (first.time, last.time));
        Section { number, session, user, messages: messages.len() as u64, times, title }
    }
}

/// Whether a link leads to the web; no other link is kept.
fn leads_to_the_web(target: &str) -> bool {
    let scheme = target.split_once("://").map(|(scheme, _)| scheme);
    let is_web = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    is_web && !target.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn row_of(pages: &[Arc<Page>], at: MsgRef) -> Option<(&Page, &Row)> {
    let page = pages.get(at.page as usize)?;
    Some((page, page.rows.get(at.row as usize)?))
}
