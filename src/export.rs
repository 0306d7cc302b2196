//! Messages as a document, for people and for other programs: Markdown, HTML, text, JSON, tables.
//!
//! ```text
//!  chosen messages ─► order (session by session) ─► words (ids, pseudonyms) ─► a paper of the form
//! ```
//!
//! Everything is written as it is read from the pages, part by part: memory does not grow with the
//! document. Each
//! form has its own way to keep a text from being more than a text: a formula of a spreadsheet, a
//! heading, a script. Must not know files, nor what the endpoint calls its fields ([`Wire`] does).

mod escaped;
mod html;
mod json;
mod markdown;
mod order;
mod parts;
mod plain;
mod preview;
mod pseudonyms;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use crate::message::{MsgRef, RoleId, SessionId};
use crate::metadata::{Details, MessageIds};
use crate::search::Hits;
use crate::store::{Copies, Page, Row};
use crate::time::Zone;

pub use escaped::{Escaped, push_clean_string, push_json, push_string};
pub use preview::preview;
pub use pseudonyms::Pseudonyms;
pub use table::guarded;
pub use words::{Message, Names};

use order::Order;
use parts::{Part, Parts};
use words::Speaker;

/// Said wherever a form can carry it, and on the screen.
pub const BEST_EFFORT: &str =
    "De-identification is best effort: free text can still identify a person.";
/// Said where people read.
pub const PERSONAL: &str = "This holds personal data; keep it safe.";

/// The forms of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// For people and programs that read Markdown.
    Markdown,
    /// One page without scripts, to be read and printed.
    Html,
    /// Text that can be pasted anywhere.
    Text,
    /// One JSON object like the endpoint's, the values as they were sent.
    Json,
    /// One JSON object a line, the same values.
    Ndjson,
    /// A table with commas, by RFC 4180.
    Csv,
    /// A table with tabs.
    Tsv,
}

impl Form {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Markdown, Self::Html, Self::Text, Self::Json, Self::Ndjson, Self::Csv, Self::Tsv];

    /// The name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Text => "Text",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
        }
    }

    /// The ending of a file's name, without the dot; also the word for it on a command line.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        }
    }

    /// What it is good for, in a few words.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Markdown => "for notes and wikis",
            Self::Html => "to be read and printed, with the mathematics",
            Self::Text => "to be pasted anywhere",
            Self::Json => "exact; --file reads it again",
            Self::Ndjson => "exact, a message a line",
            Self::Csv => "for spreadsheets",
            Self::Tsv => "a table with tabs",
        }
    }

    /// Whether the texts can be left as they were sent: see [`Job::raw`].
    pub fn takes_raw(self) -> bool {
        matches!(self, Self::Text | Self::Csv | Self::Tsv)
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
pub struct Job {
    /// The pages of the store, from the first on.
    pub pages: Vec<Arc<Page>>,
    /// Which messages.
    pub chosen: Chosen,
    /// The exact repeats that stand behind the messages that a filter found: hits have the first
    /// of them only, and nothing is to be missing in a file.
    pub copies: Arc<Copies>,
    /// In which form.
    pub form: Form,
    /// The zone of the times in forms for people.
    pub zone: Zone,
    /// The words for user, assistant and system in forms for people.
    pub labels: [String; 3],
    /// Texts and tables as they were sent, controls and formulas included: for machines only.
    pub raw: bool,
    /// Whether ids are replaced: see [`Pseudonyms`].
    pub pseudonymize: bool,
    /// What the whole document has, where these messages are only its first section: of a preview.
    pub begins: Option<Counts>,
}

impl Job {
    /// A job without options: times in UTC, the usual words for roles.
    pub fn new(pages: Vec<Arc<Page>>, chosen: Chosen, form: Form) -> Self {
        let labels = RoleId::FIXED.map(str::to_owned);
        Self {
            pages,
            chosen,
            copies: Arc::default(),
            form,
            zone: Zone::UTC,
            labels,
            raw: false,
            pseudonymize: false,
            begins: None,
        }
    }
}

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Messages.
    pub messages: u64,
    /// The sessions that they belong to.
    pub sessions: u64,
}

/// The endpoint's own form: the only part of an export that needs its names. Nothing that it writes
/// drives a terminal ([`push_string`], [`push_json`]).
pub trait Wire: Sync {
    /// What stands before the first message; `note` is said in a member that readers skip.
    fn open(&self, note: Option<&str>, out: &mut Vec<u8>);
    /// One message on one line, without a line feed.
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>);
    /// What stands behind the last message.
    fn close(&self, counts: Counts, out: &mut Vec<u8>);
    /// The JSON of a message's metadata.
    fn metadata<'p>(&self, page: &'p Page, row: &Row) -> Option<Cow<'p, str>>;
    /// Everything about a message for the inspector.
    fn details(&self, ids: &MessageIds, page: &Page, row: &Row, zone: Zone) -> Details;
    /// The fields that the endpoint's description does not name, with how many messages have each;
    /// most first.
    fn unknown_fields(&self, pages: &[Arc<Page>]) -> Vec<(String, u64)>;
}

/// One session as far as it is exported.
struct Section<'a> {
    /// Its number in the document, from 1.
    number: u64,
    session: &'a str,
    user: &'a str,
    messages: &'a [MsgRef],
    /// When its messages were sent, from and to.
    times: Option<(i64, i64)>,
    /// The first words of the student.
    title: &'a str,
}

/// What is known before the first message.
struct Front<'a> {
    counts: Counts,
    zone: Zone,
    /// What has to be said of pseudonyms, where there are any.
    note: Option<&'static str>,
    /// The sections, in order.
    sections: &'a mut dyn Iterator<Item = io::Result<OwnedSection>>,
    /// How many there are.
    section_count: usize,
}

/// What an index says of a section.
struct OwnedSection {
    number: u64,
    session: String,
    messages: usize,
    title: String,
}

/// One form. What comes behind [`Paper::open`] may be written in parts, by several threads.
trait Paper: Sync {
    fn open(&mut self, front: Front<'_>, out: &mut Vec<u8>) -> io::Result<()>;
    /// Whether a section has a head, which is read from its messages.
    fn has_heads(&self) -> bool;
    /// The head of a section.
    fn section(&self, _section: &Section<'_>, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
    fn message(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()>;
    /// Behind the last message of a section.
    fn end_section(&self, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
    fn close(&self, counts: Counts, out: &mut Vec<u8>) -> io::Result<()>;
    /// Whether a message's metadata is wanted.
    fn wants_metadata(&self) -> bool {
        false
    }
}

/// A message for a form.
struct Said<'a> {
    message: &'a Message<'a>,
    job: &'a Job,
    /// Whether it is the first of the document.
    is_first: bool,
}

impl Said<'_> {
    /// Who spoke and when, for forms that people read.
    fn speaker(&self) -> Speaker {
        Speaker::of(self.message, self.job)
    }
}

/// What a document is written with.
pub struct Means<'m> {
    /// The endpoint's own form.
    pub wire: &'m dyn Wire,
    /// What stands for the ids, where they are replaced.
    pub pseudonyms: Option<&'m Pseudonyms>,
    /// How many threads write, and what each of them does first.
    pub threads: (usize, fn()),
}

/// Who looks on while a document is written.
pub struct Watch<'w> {
    /// Is told how many messages are written, now and then.
    pub progress: &'w mut dyn FnMut(u64),
    /// Says when to stop, which is an error of this kind: [`io::ErrorKind::Other`].
    pub stopped: &'w dyn Fn() -> bool,
}

/// Writes the messages of a job.
///
/// # Errors
/// Those of `out`, and that it was stopped.
pub fn write(
    job: &Job,
    means: &Means<'_>,
    out: &mut dyn Write,
    watch: &mut Watch<'_>,
) -> io::Result<Counts> {
    let &Means { wire, pseudonyms, threads } = means;
    let order = Order::of(job);
    let counts = job.begins.unwrap_or_else(|| order.counts());
    let writing = Writing { job, wire, pseudonyms, names: Names::of(&job.pages) };
    let mut paper = paper(job, wire);
    let note = pseudonyms.map(|_| BEST_EFFORT);
    let section_count = match job.begins {
        Some(whole) => usize::try_from(whole.sessions).unwrap_or(usize::MAX),
        None => order.sections().count(),
    };
    let mut sections = (1..).zip(order.sections()).map(|(number, messages)| {
        if (watch.stopped)() {
            return Err(stopped());
        }
        Ok(writing.index_entry(number, messages))
    });
    let front = Front { counts, zone: job.zone, note, sections: &mut sections, section_count };
    let mut edge = Vec::new();
    paper.open(front, &mut edge)?;
    drop(sections);
    out.write_all(&edge)?;
    let paper = paper.as_ref();
    let mut done = 0;
    parts::in_order(
        Parts::new(&job.pages, order.sections()),
        threads,
        |part, out| writing.part(part, paper, out),
        |messages, bytes| {
            if (watch.stopped)() {
                return Err(stopped());
            }
            out.write_all(bytes)?;
            done += messages as u64;
            (watch.progress)(done);
            Ok(())
        },
    )?;
    edge.clear();
    paper.close(counts, &mut edge)?;
    out.write_all(&edge)?;
    (watch.progress)(counts.messages);
    Ok(counts)
}

fn stopped() -> io::Error {
    io::Error::other("it was stopped")
}

fn paper<'a>(job: &Job, wire: &'a dyn Wire) -> Box<dyn Paper + 'a> {
    match job.form {
        Form::Markdown => Box::new(markdown::Markdown::default()),
        Form::Html => Box::new(html::Html::default()),
        Form::Text => Box::new(plain::Plain::new(job.raw)),
        Form::Json => Box::new(json::Json::whole(wire)),
        Form::Ndjson => Box::new(json::Json::lines(wire)),
        Form::Csv => Box::new(table::Table::commas(job.raw)),
        Form::Tsv => Box::new(table::Table::tabs(job.raw)),
    }
}

/// What is needed to put messages into words.
struct Writing<'a> {
    job: &'a Job,
    wire: &'a dyn Wire,
    pseudonyms: Option<&'a Pseudonyms>,
    names: Names,
}

impl Writing<'_> {
    fn part(&self, part: &Part<'_>, paper: &dyn Paper, out: &mut Vec<u8>) -> io::Result<()> {
        let pages = &self.job.pages;
        let has_heads = paper.has_heads();
        for stretch in &part.stretches {
            if stretch.begins() && has_heads {
                let head = self.head(stretch.all);
                paper.section(&head.section(stretch.section, stretch.all), out)?;
            }
            let mut is_first = stretch.begins() && stretch.section == 1;
            for &at in stretch.messages() {
                let Some((page, row)) = row_of(pages, at) else { continue };
                let mut message = self.names.message(page, row);
                if paper.wants_metadata() || self.pseudonyms.is_some() {
                    message.metadata = self.wire.metadata(page, row);
                }
                if let Some(pseudonyms) = self.pseudonyms {
                    pseudonyms.hide(&mut message);
                }
                paper.message(&Said { message: &message, job: self.job, is_first }, out)?;
                is_first = false;
            }
            if stretch.ends() {
                paper.end_section(out)?;
            }
        }
        Ok(())
    }

    fn index_entry(&self, number: u64, messages: &[MsgRef]) -> OwnedSection {
        let head = self.head(messages);
        OwnedSection { number, session: head.session, messages: messages.len(), title: head.title }
    }

    /// What the messages of a section say about it.
    fn head(&self, messages: &[MsgRef]) -> Head {
        let mut head = Head::default();
        let rows = || messages.iter().filter_map(|&at| row_of(&self.job.pages, at));
        if let Some((page, row)) = rows().next() {
            let mut first = Message { text: None, ..self.names.message(page, row) };
            if let Some(pseudonyms) = self.pseudonyms {
                pseudonyms.hide(&mut first);
            }
            head.session = first.session.unwrap_or_default().into_owned();
            head.user = first.user.unwrap_or_default().into_owned();
        }
        // A title is looked for among the first messages only: a session may have a million.
        let question = rows().take(LOOKED_AT).find(|(_, row)| row.role == RoleId::USER);
        if let Some((page, row)) = question {
            let text = page.text_of(row);
            let text = text.get(..text.floor_char_boundary(TITLE)).unwrap_or_default();
            head.title = match self.pseudonyms {
                Some(pseudonyms) => pseudonyms.text(text).into_owned(),
                None => text.to_owned(),
            };
        }
        let has_time = |(_, row): &(&Page, &Row)| !row.flags.has(crate::message::Flags::NO_TIME);
        let first = rows().find(has_time);
        let mut from_last = messages.iter().rev().filter_map(|&at| row_of(&self.job.pages, at));
        let last = from_last.find(has_time);
        head.times = first.zip(last).map(|((_, first), (_, last))| (first.time, last.time));
        head
    }
}

/// How many messages of a session are looked at for a title.
const LOOKED_AT: usize = 64;
/// Bytes that a title is made of: more than are shown of it, so that no id is cut where it shows.
const TITLE: usize = 2_000;

#[derive(Default)]
struct Head {
    session: String,
    user: String,
    times: Option<(i64, i64)>,
    title: String,
}

impl Head {
    fn section<'a>(&'a self, number: u64, messages: &'a [MsgRef]) -> Section<'a> {
        Section {
            number,
            session: &self.session,
            user: &self.user,
            messages,
            times: self.times,
            title: &self.title,
        }
    }
}

/// Whether the target of a link is a place in the web; no other is followed.
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
