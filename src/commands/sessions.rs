//! `sessions`: one row a session.

use std::cmp::Reverse;
use std::sync::Arc;

use super::command_error::CommandError;
use super::load::{self, Loaded};
use super::output::{Output, OutputStyle};
use super::progress::ProgressLine;
use super::rows::{Cell, ColumnKind, OutputColumn, Rows, no_room_for};
use crate::cli::{Read, RowFormat, SessionField, SessionKey, SessionRows, Sort, name_of};
use crate::io::key::Environment;
use crate::message::{NameId, SessionId};
use crate::search::Hits;
use crate::stats::walk_session;
use crate::store::{Session, Store};
use crate::text::seen_title;
use crate::view::StyleClass;

/// The fields that programs get.
const ALL: [SessionField; 10] = [
    SessionField::Session,
    SessionField::User,
    SessionField::Components,
    SessionField::Messages,
    SessionField::Repeats,
    SessionField::Turns,
    SessionField::Started,
    SessionField::LastActive,
    SessionField::Matches,
    SessionField::Title,
];
/// The fields that people get, without a query and with one.
const USUAL: [SessionField; 6] = [
    SessionField::Session,
    SessionField::User,
    SessionField::Messages,
    SessionField::Turns,
    SessionField::LastActive,
    SessionField::Title,
];
const MATCHED: [SessionField; 6] = [
    SessionField::Session,
    SessionField::User,
    SessionField::Messages,
    SessionField::Matches,
    SessionField::LastActive,
    SessionField::Title,
];

/// Prints them; the exit status.
pub(super) fn run(
    read: &Read,
    asked: &SessionRows,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let setup = &read.setup;
    let matcher = load::question(setup, setup.query.as_deref().as_slice())?;
    let mut out = Output::open(read.output.as_ref())?;
    let look = OutputStyle::of(read, environment);
    let form = asked.format.unwrap_or(look.row_format());
    let loaded = load::load(setup, environment)?;
    let hits = loaded.find(matcher.as_ref());
    let fields: &[SessionField] = match (form, &hits) {
        _ if !asked.fields.is_empty() => &asked.fields,
        (RowFormat::Table | RowFormat::Md, None) => &USUAL,
        (RowFormat::Table | RowFormat::Md, Some(_)) => &MATCHED,
        _ => &ALL,
    };
    let mut list = List::new(&loaded, hits.as_ref());
    list.sort(asked.sort);
    let limit = if asked.limit == 0 { usize::MAX } else { asked.limit };
    let style = (look.columns, look.theme, setup.config.time_zone);
    let columns = columns(fields, !asked.fields.is_empty());
    let mut rows = Rows::begin(form, columns, style, &mut out)?;
    for session in list.order.iter().take(limit) {
        rows.row(&list.cells(*session, fields), &mut out)?;
    }
    let left_out = rows.finish(&mut out)?;
    let status = loaded.status();
    out.finish_as(status)?;
    if !left_out.is_empty() {
        ProgressLine::new().note(&no_room_for(&left_out));
    }
    if look.is_terminal && list.order.is_empty() && matcher.is_some() {
        // A person who sees nothing has to know that this is the answer.
        ProgressLine::new().note("no session has a message that matches");
    }
    // The end of the process gives back a million messages at once.
    std::mem::forget(loaded);
    Ok(status)
}

/// The columns of these fields; those that were asked for all stay.
fn columns(fields: &[SessionField], are_asked: bool) -> Vec<OutputColumn> {
    let column = |field: &SessionField| {
        let (kind, spare) = match field {
            SessionField::Session => (ColumnKind::Id, 0),
            SessionField::User => (ColumnKind::Id, 1),
            SessionField::Components => (ColumnKind::Words, 6),
            SessionField::Messages => (ColumnKind::Number, 4),
            SessionField::Repeats => (ColumnKind::Number, 7),
            SessionField::Turns => (ColumnKind::Number, 5),
            SessionField::Started => (ColumnKind::Time, 8),
            SessionField::LastActive => (ColumnKind::Time, 2),
            SessionField::Matches => (ColumnKind::Number, 3),
            SessionField::Title => (ColumnKind::Words, 0),
        };
        OutputColumn {
            name: name_of(field),
            kind,
            spare: if are_asked { 0 } else { spare },
            ink: if *field == SessionField::Title { StyleClass::Text } else { StyleClass::Quiet },
        }
    };
    fields.iter().map(column).collect()
}

/// The sessions in an order.
struct List<'a> {
    store: &'a Store,
    hits: Option<&'a Hits>,
    order: Vec<SessionId>,
}

impl<'a> List<'a> {
    fn new(loaded: &'a Loaded, hits: Option<&'a Hits>) -> Self {
        let store = &loaded.store;
        let order = match hits {
            Some(hits) => hits.sessions().collect(),
            None => (0_u32..).take(store.sessions().len()).map(SessionId).collect(),
        };
        Self { store, hits, order }
    }

    /// Sorts; sessions that are equal stay in the order of their arrival.
    fn sort(&mut self, sort: Sort<SessionKey>) {
        let (store, hits) = (self.store, self.hits);
        let session = |id: &SessionId| store.session(*id);
        let order = &mut self.order;
        match sort.key {
            SessionKey::LastActive => {
                order.sort_by_key(|id| Reverse(session(id).and_then(|one| one.last_active)));
            }
            SessionKey::Started => {
                order.sort_by_key(|id| Reverse(session(id).and_then(|one| one.started)));
            }
            SessionKey::Messages => {
                order.sort_by_key(|id| Reverse(store.messages_of(*id).len()));
            }
            SessionKey::Turns => order.sort_by_cached_key(|id| Reverse(turns(store, *id))),
            SessionKey::User => order.sort_by_key(|id| {
                session(id).map(|one| one.user).map(|user| (user == NameId::NONE, store.name(user)))
            }),
            SessionKey::Matches => order.sort_by_key(|id| Reverse(matches(hits, *id))),
        }
        if sort.reversed {
            order.reverse();
        }
    }

    fn cells(&self, id: SessionId, fields: &[SessionField]) -> Vec<Cell<'a>> {
        let Some(session) = self.store.session(id) else { return Vec::new() };
        fields.iter().map(|field| self.cell(id, session, *field)).collect()
    }

    fn cell(&self, id: SessionId, session: &'a Session, field: SessionField) -> Cell<'a> {
        let store = self.store;
        match field {
            SessionField::Session => Cell::text(session.name.as_deref()),
            SessionField::User => {
                Cell::text(store.names().get(session.user.index()).map(Arc::as_ref))
            }
            SessionField::Components => Cell::Texts(components(store, session)),
            SessionField::Messages => Cell::Number(session.messages.len() as u64),
            SessionField::Repeats => Cell::Number(u64::from(session.repeats)),
            SessionField::Turns => Cell::Number(turns(store, id)),
            SessionField::Started => Cell::time(session.started),
            SessionField::LastActive => Cell::time(session.last_active),
            SessionField::Matches => {
                self.hits.map_or(Cell::None, |_| Cell::Number(matches(self.hits, id)))
            }
            SessionField::Title => {
                let seen = session.title.and_then(|at| seen_title(store.text(at)).ok());
                seen.map_or(Cell::None, |title| Cell::Text(title.to_string().into()))
            }
        }
    }
}

fn turns(store: &Store, id: SessionId) -> u64 {
    walk_session(store.pages(), store.messages_of(id), |_| {})
}

fn matches(hits: Option<&Hits>, id: SessionId) -> u64 {
    hits.map_or(0, |hits| hits.in_session(id).len() as u64)
}

/// The components that spoke in a session, in the order of their first word.
fn components<'a>(store: &'a Store, session: &Session) -> Vec<&'a str> {
    let mut seen: Vec<NameId> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for at in &session.messages {
        let page = store.pages().get(at.page as usize);
        let Some(row) = page.and_then(|page| page.rows.get(at.row as usize)) else { continue };
        if row.component != NameId::NONE
            && seen.last() != Some(&row.component)
            && known.insert(row.component)
        {
            seen.push(row.component);
        }
    }
    seen.into_iter().map(|id| store.name(id)).collect()
}
