//! All messages of one scope: sealed pages of text, grouped by session.
//!
//! ```text
//!  Packer (decoder thread)                        Store (screen thread)
//!  RowDraft ─► arena, 40-byte row ─► Page ────Arc──► append: session lists, O(rows of the page)
//! ```
//!
//! The text of a page is never copied; readers borrow slices of it. Ids are dense numbers. Must not
//! know the origin or the presentation of messages.

mod gather;
mod ingest_stats;
mod packer;
mod page;
mod repeats;

use std::sync::Arc;

use crate::message::{Flags, MsgRef, NameId, RoleId, SessionId};
use crate::time::Millis;
use repeats::{RepeatCheck, check_repeat};

pub use gather::gather;
pub use ingest_stats::IngestStats;
pub use packer::{Limits, Packer, RowDraft};
pub use page::{Page, Row};
pub use repeats::{Copies, Repeats, SessionOrder, without_repeats};

/// How far from the end of a session to insert a late message immediately. Beyond that, a worker
/// sorts the session.
const LATE: usize = 64;

/// The initial capacity of a session, and its least growth.
const LEAST: usize = 4;

/// A session: its messages in order, and the data for its row in a list.
#[derive(Debug)]
pub struct Session {
    /// The server's session id; `None` for the session that collects messages without one.
    pub name: Option<Arc<str>>,
    /// The messages without exact repeats, by time, then by arrival, unless
    /// [`Session::disordered`].
    pub messages: Vec<MsgRef>,
    /// The number of exact repeats, which `messages` leaves out.
    pub repeats: u32,
    /// Whether a message arrived too late to insert, so that a worker has to sort the session.
    pub disordered: bool,
    /// The earliest readable time.
    pub started: Option<Millis>,
    /// The latest readable time.
    pub last_active: Option<Millis>,
    /// The earliest message by the student; [`None`] if there is none yet.
    pub title: Option<MsgRef>,
    title_time: Millis,
    /// The user of the first message that names one.
    pub user: NameId,
    last_key: Millis,
}

impl Session {
    fn new(name: Option<Arc<str>>) -> Self {
        Self {
            name,
            messages: Vec::new(),
            repeats: 0,
            disordered: false,
            started: None,
            last_active: None,
            title: None,
            title_time: Millis::MAX,
            user: NameId::NONE,
            last_key: Millis::MIN,
        }
    }

    /// The number of messages sent, including exact repeats.
    pub fn count(&self) -> usize {
        self.messages.len() + self.repeats as usize
    }

    /// Reserves capacity for one more message. Grows by half instead of doubling, because there are
    /// many sessions and most are short.
    fn make_room(&mut self) {
        let count = self.messages.len();
        if count == self.messages.capacity() {
            self.messages.reserve_exact((count / 2).max(LEAST));
        }
    }
}

/// The pages of one scope and their sessions.
#[derive(Debug, Default)]
pub struct Store {
    pages: Vec<Arc<Page>>,
    sessions: Vec<Session>,
    names: Vec<Arc<str>>,
    roles: Vec<Arc<str>>,
    /// The sessions that await sorting.
    disordered: Vec<SessionId>,
    messages: usize,
    /// The number of exact repeats.
    repeated: usize,
    repeats: Repeats,
    copies: Arc<Copies>,
    /// The number of calls of [`Store::row`].
    #[cfg(debug_assertions)]
    rows_read: std::cell::Cell<u64>,
}

impl Store {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self {
            roles: RoleId::FIXED.iter().map(|&name| Arc::from(name)).collect(),
            ..Self::default()
        }
    }

    /// Appends the next page. The cost depends only on the rows of this page; no text is copied.
    ///
    /// Pages must come from one [`Packer`], in order.
    pub fn append(&mut self, page: Arc<Page>) {
        let number = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        self.sessions.extend(page.new_sessions.iter().cloned().map(Session::new));
        self.names.extend(page.new_names.iter().cloned());
        self.roles.extend(page.new_roles.iter().cloned());
        let mut repeats = Vec::new();
        for (at, row) in (0..).zip(&page.rows) {
            let Some(session) = self.sessions.get_mut(row.session.index()) else { continue };
            let here = MsgRef { page: number, row: at };
            if session.user == NameId::NONE {
                session.user = row.user;
            }
            if row.role == RoleId::USER && row.time < session.title_time {
                session.title = Some(here);
                session.title_time = row.time;
            }
            if !row.flags.has(Flags::NO_TIME) {
                let started = session.started.unwrap_or(row.time);
                session.started = Some(started.min(row.time));
                let last = session.last_active.unwrap_or(row.time);
                session.last_active = Some(last.max(row.time));
            }
            session.make_room();
            // A worker will sort a disordered session anyway.
            if row.time > session.last_key || session.disordered {
                session.last_key = session.last_key.max(row.time);
                session.messages.push(here);
                continue;
            }
            // Late, usually by a few positions. `self.pages` does not contain this page yet, so
            // look rows up in both.
            let pages = &self.pages;
            let of = |other: MsgRef| {
                let there =
                    if other.page == number { Some(&page) } else { pages.get(other.page as usize) };
                there.and_then(|there| Some((&**there, there.rows.get(other.row as usize)?)))
            };
            let from = session.messages.len().saturating_sub(LATE);
            let later = session.messages.get(from..).unwrap_or_default().iter().rev();
            let later = later
                .take_while(|&&other| of(other).is_some_and(|(_, other)| other.time > row.time));
            let place = session.messages.len() - later.count();
            let before = session.messages.get(..place).unwrap_or_default();
            let check_repeat = check_repeat((&page, row), before, of);
            if let RepeatCheck::Repeat(first) = check_repeat {
                session.repeats += 1;
                self.repeated += 1;
                Arc::make_mut(&mut self.copies).add(first, here);
                repeats.push(at);
                continue;
            }
            session.messages.insert(place, here);
            if (place == from && from > 0) || matches!(check_repeat, RepeatCheck::Unknown) {
                session.disordered = true;
                self.disordered.push(row.session);
            }
        }
        self.repeats.add_page(number, repeats);
        self.messages += page.rows.len();
        self.pages.push(page);
    }

    /// Applies a worker's order to a session, unless more messages have arrived since.
    pub fn set_order(&mut self, id: SessionId, order: SessionOrder) {
        let Some(session) = self.sessions.get_mut(id.index()) else { return };
        if session.count() != order.messages.len() + order.repeats.len() {
            return;
        }
        session.messages = order.messages;
        session.disordered = false;
        self.disordered.retain(|&other| other != id);
        if order.repeats.len() > session.repeats as usize {
            self.repeated += order.repeats.len() - session.repeats as usize;
            session.repeats = u32::try_from(order.repeats.len()).unwrap_or(u32::MAX);
            let copies = Arc::make_mut(&mut self.copies);
            order.repeats.iter().for_each(|&(first, _)| copies.forget(first));
            order.repeats.iter().for_each(|&(first, repeat)| copies.add(first, repeat));
            self.repeats.add(order.repeats.into_iter().map(|(_, repeat)| repeat).collect());
        }
    }

    /// The messages that repeat an earlier one, for workers.
    pub fn repeats(&self) -> &Repeats {
        &self.repeats
    }

    /// The repeats of each repeated message, for workers.
    pub fn copies(&self) -> &Arc<Copies> {
        &self.copies
    }

    /// The sessions that await sorting, each once.
    pub fn disordered(&self) -> &[SessionId] {
        &self.disordered
    }

    /// The pages, for workers.
    pub fn pages(&self) -> &[Arc<Page>] {
        &self.pages
    }

    /// The sessions, indexed by [`SessionId`].
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// A session.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(id.index())
    }

    /// The messages of a session in order; empty for an unknown session.
    pub fn messages_of(&self, id: SessionId) -> &[MsgRef] {
        self.session(id).map_or(&[], |session| &session.messages)
    }

    /// The number of messages sent, including exact repeats.
    pub fn len(&self) -> usize {
        self.messages
    }

    /// The number of exact repeats found so far.
    pub fn repeated(&self) -> usize {
        self.repeated
    }

    /// The number of distinct messages.
    pub fn count_once(&self) -> usize {
        self.messages - self.repeated
    }

    /// Whether the store has no messages.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// The row of a message.
    pub fn row(&self, at: MsgRef) -> Option<&Row> {
        #[cfg(debug_assertions)]
        self.rows_read.set(self.rows_read.get() + 1);
        self.pages.get(at.page as usize)?.rows.get(at.row as usize)
    }

    /// The number of calls of [`Store::row`], with which tests measure work. Release builds do not
    /// count.
    #[cfg(debug_assertions)]
    pub fn rows_read(&self) -> u64 {
        self.rows_read.get()
    }

    /// The text of a message as sent, with invalid parts replaced. Clean it before display.
    pub fn text(&self, at: MsgRef) -> &str {
        self.page_and_row(at).map_or("", |(page, row)| page.text_of(row))
    }

    /// The JSON stored beside the text: see [`Flags::WHOLE`].
    pub fn extra(&self, at: MsgRef) -> &str {
        self.page_and_row(at).map_or("", |(page, row)| page.extra_of(row))
    }

    fn page_and_row(&self, at: MsgRef) -> Option<(&Page, &Row)> {
        let page = self.pages.get(at.page as usize)?;
        Some((page, page.rows.get(at.row as usize)?))
    }

    /// The users and components, indexed by [`NameId`].
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The name of a user or component; empty for none.
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id.index()).map_or("", |name| name)
    }

    /// The name of a role; empty for none.
    pub fn role(&self, id: RoleId) -> &str {
        self.roles.get(id.index()).map_or("", |name| name)
    }

    /// Looks up a session by the server's id.
    pub fn find_session(&self, name: Option<&str>) -> Option<SessionId> {
        let at = self.sessions.iter().position(|session| session.name.as_deref() == name)?;
        u32::try_from(at).ok().map(SessionId)
    }
}

#[cfg(test)]
mod tests;
