//! `show SESSION`: the transcript of one session.

use std::io::Write;

use super::command_error::CommandError;
use super::load::{self, Loaded};
use super::messages::{ALL, Messages, columns};
use super::output::{Output, OutputStyle};
use super::paint::paint;
use super::progress::ProgressLine;
use super::rows::Rows;
use crate::cli::{Read, RowFormat, Show, ShowFormat};
use crate::export::{Chosen, ExportJob, Format};
use crate::io::export;
use crate::io::key::Environment;
use crate::markdown::{self, Breaks};
use crate::message::{Flags, MsgRef, RoleId, SessionId};
use crate::stats::{SessionMessage, walk_session};
use crate::store::{Page, Store};
use crate::text::{
    Wrapping, clean_line, clean_line_within, clean_text, ellipsis, ellipsis_within, width,
};
use crate::time::{Zone, clock, day_line, span};
use crate::view::{StyleClass, Theme};

/// What a session of messages without an id is called.
const NO_SESSION: &str = "(no session)";
/// The columns of a transcript that goes to no terminal.
const USUAL: usize = 80;
/// The columns of text that is still pleasant to read.
const WIDEST: usize = 120;
/// Ids that are named where several begin alike.
const NAMED: usize = 8;
/// The bar in front of a message.
const BAR: &str = "▌ ";
/// The columns that a name keeps beside the wait.
const LEAST_NAME: usize = 8;

/// Prints it; the exit status.
pub(super) fn run(
    read: &Read,
    asked: &Show,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let setup = &read.setup;
    let matcher = load::question(setup, setup.query.as_deref().as_slice())?;
    let mut out = Output::open(read.output.as_ref())?;
    let look = OutputStyle::of(read, environment);
    let usual = if look.is_terminal { ShowFormat::Table } else { ShowFormat::Md };
    let loaded = load::load(setup, environment)?;
    let session = find(&loaded.store, &asked.session)?;
    let hits = loaded.find(matcher.as_ref());
    let chosen: Vec<MsgRef> = match &hits {
        Some(hits) => hits.in_session(session).to_vec(),
        None => loaded.store.messages_of(session).to_vec(),
    };
    let limit = if asked.limit == 0 { usize::MAX } else { asked.limit };
    let chosen = chosen.get(..limit.min(chosen.len())).unwrap_or_default();
    let zone = setup.config.time_zone;
    let messages = Messages::new(&loaded.store, matcher.as_deref());
    match asked.format.unwrap_or(usual) {
        ShowFormat::Table => {
            let labels = &setup.config.labels;
            let labels = [&labels.user, &labels.assistant, &labels.system].map(String::as_str);
            Transcript { loaded: &loaded, messages, look: &look, zone, labels, day: None }
                .print(session, chosen, &mut out)?;
        }
        ShowFormat::Md => {
            let labels = &setup.config.labels;
            let labels = [&labels.user, &labels.assistant, &labels.system].map(String::clone);
            let pages = loaded.store.pages().to_vec();
            let job = ExportJob::new(pages, Chosen::Messages(chosen.to_vec()), Format::Markdown);
            export::write_to(&ExportJob { zone, labels, ..job }, &mut out, &mut |_| {})?;
        }
        form @ (ShowFormat::Json | ShowFormat::Ndjson) => {
            let form = if form == ShowFormat::Json { RowFormat::Json } else { RowFormat::Ndjson };
            let mut rows = Rows::begin(form, columns(&ALL), (None, None, zone), &mut out)?;
            for &at in chosen {
                rows.row(&messages.cells(at, &ALL), &mut out)?;
            }
            rows.finish(&mut out)?;
        }
    }
    if look.is_terminal && chosen.is_empty() {
        ProgressLine::new().note("no message matches");
    }
    let status = loaded.status();
    out.finish_as(status)?;
    std::mem::forget(loaded);
    Ok(status)
}

/// The session of an id, of a beginning that only one id has, or of both of its ends with `…`
/// between them, as a table on a terminal shortens it.
fn find(store: &Store, wanted: &str) -> Result<SessionId, CommandError> {
    if let Some(id) = store.find_session(Some(wanted)) {
        return Ok(id);
    }
    if wanted == NO_SESSION
        && let Some(id) = store.find_session(None)
    {
        return Ok(id);
    }
    let shown = clean_line_within(wanted, 100);
    let named = (0_u32..).zip(store.sessions());
    let mut alike = named
        .filter_map(|(number, session)| Some((number, session.name.as_deref()?)))
        .filter(|(_, name)| {
            !wanted.is_empty() && name.starts_with(wanted) || is_shortened(wanted, name)
        })
        .take(NAMED + 1);
    match (alike.next(), alike.next()) {
        (Some((number, _)), None) => Ok(SessionId(number)),
        (Some((_, one)), Some((_, two))) => {
            let rest = alike.map(|(_, name)| name);
            let names: Vec<String> = [one, two]
                .into_iter()
                .chain(rest)
                .map(|name| clean_line_within(name, 100).to_string())
                .collect();
            let more = if names.len() > NAMED { " and others" } else { "" };
            let names = names.get(..NAMED.min(names.len())).unwrap_or_default().join(", ");
            let how = if wanted.contains('…') { "fit" } else { "begin with" };
            Err(CommandError::usage(format!("several sessions {how} “{shown}”: {names}{more}")))
        }
        _ => Err(CommandError::failed(format!(
            "no session has the id “{shown}”, nor begins with it; `sfchat-tui sessions` lists them"
        ))),
    }
}

/// Whether something is an id as it is printed where there is no room for all of it.
fn is_shortened(wanted: &str, name: &str) -> bool {
    let Some((start, end)) = wanted.split_once('…') else { return false };
    let printed = clean_line(name);
    let rest = printed.as_str().strip_prefix(start);
    !(start.is_empty() && end.is_empty()) && rest.is_some_and(|rest| rest.ends_with(end))
}

/// A transcript for people.
struct Transcript<'a> {
    loaded: &'a Loaded,
    messages: Messages<'a>,
    look: &'a OutputStyle,
    zone: Zone,
    /// What the three known roles are called.
    labels: [&'a str; 3],
    /// The day of the message before.
    day: Option<String>,
}

impl Transcript<'_> {
    fn print(
        mut self,
        session: SessionId,
        chosen: &[MsgRef],
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        let store = &self.loaded.store;
        let mut wanted = chosen.iter().peekable();
        let mut written = Ok(());
        walk_session(store.pages(), store.messages_of(session), |place| {
            if wanted.next_if(|&&at| at == place.at).is_some() && written.is_ok() {
                written = self.message(&place, out);
            }
        });
        written
    }

    fn message(&mut self, place: &SessionMessage<'_>, out: &mut impl Write) -> std::io::Result<()> {
        let Some((page, _)) = self.messages.at(place.at) else { return Ok(()) };
        let columns = self.look.columns.unwrap_or(USUAL).min(WIDEST);
        let style = |ink| self.look.theme.as_ref().map(|theme| theme.ink(ink));
        let mut text = String::new();
        let time = (!place.row.flags.has(Flags::NO_TIME)).then_some(place.row.time);
        let day = time.and_then(|time| self.zone.day(time)).map(day_line);
        if let Some(day) = day
            && self.day.as_ref() != Some(&day)
        {
            let rule = columns.saturating_sub(width(&day) + 4);
            paint(&format!("── {day} {}", "─".repeat(rule)), style(StyleClass::Border), &mut text);
            text.push_str("\n\n");
            self.day = Some(day);
        }
        self.head(place, columns, &mut text);
        self.body(page, place, columns, &mut text);
        text.push('\n');
        out.write_all(text.as_bytes())
    }

    fn head(&self, place: &SessionMessage<'_>, columns: usize, text: &mut String) {
        let row = place.row;
        let style = |ink| self.look.theme.as_ref().map(|theme| theme.ink(ink));
        let role = match self.labels.get(row.role.index()) {
            Some(label) => clean_line_within(label, 100),
            None if row.role == RoleId::NONE => clean_line_within("role?", 100),
            None => clean_line_within(self.messages.names().role(row), 100),
        };
        let speaker = clean_line_within(self.messages.names().speaker(row), 100);
        let time = if row.flags.has(Flags::NO_TIME) {
            "time?".to_owned()
        } else {
            clock(row.time, self.zone)
        };
        let wait = place.wait.and_then(|wait| i64::try_from(wait).ok());
        let wait = wait.map(|wait| format!("+{}  ", span(wait))).unwrap_or_default();
        // In a narrow terminal the wait goes first, then what does not fit of the names.
        let names = width(role.as_str()) + 2 + width(speaker.as_str()).min(LEAST_NAME);
        let room = columns.saturating_sub(width(BAR) + 2 + width(&time));
        let wait = if names + width(&wait) <= room { wait } else { String::new() };
        let room = room.saturating_sub(width(&wait));
        let role = ellipsis(&role, room);
        let speaker = ellipsis_within(&speaker, room.saturating_sub(width(role.as_str()) + 2));
        let used = width(BAR) + width(role.as_str()) + 2 + width(speaker.as_str());
        let right = width(&wait) + width(&time);
        paint(BAR, style(StyleClass::role(row.role)), text);
        paint(role.as_str(), style(StyleClass::role(row.role)), text);
        text.push_str("  ");
        paint(speaker.as_str(), style(StyleClass::Quiet), text);
        text.push_str(&" ".repeat(columns.saturating_sub(used + right).max(2)));
        paint(&format!("{wait}{time}"), style(StyleClass::Quiet), text);
        text.push('\n');
    }

    fn body(&self, page: &Page, place: &SessionMessage<'_>, columns: usize, text: &mut String) {
        let row = place.row;
        let theme = self.look.theme.as_ref();
        let bar_style = theme.map(|theme| theme.role(row.role));
        if row.flags.has(Flags::NO_TEXT) {
            paint(BAR, bar_style, text);
            paint("(no text)", theme.map(|theme| theme.quiet), text);
            text.push('\n');
            return;
        }
        let clean = clean_text(page.text_of(row));
        let columns = u16::try_from(columns.saturating_sub(width(BAR))).unwrap_or(u16::MAX);
        let breaks = if row.role == RoleId::USER { Breaks::Kept } else { Breaks::Joined };
        let look = markdown::LayoutOptions {
            columns,
            measure: columns,
            wrapping: Wrapping::On,
            code_wraps: true,
            breaks,
        };
        let document = markdown::render(&clean, look);
        for line in &document.lines {
            let mut painted = String::new();
            paint(BAR, bar_style, &mut painted);
            for piece in document.pieces_of(line) {
                let style = theme.map(|theme: &Theme| theme.piece(piece.ink));
                paint(document.text_of(piece).as_str(), style, &mut painted);
            }
            text.push_str(painted.trim_end_matches(' '));
            text.push('\n');
        }
    }
}
