//! Packs messages into pages. Lives on a worker thread that decodes, of which there may be several.
//!
//! A page that is packed stands alone: names are numbered within it, and what numbers they have in
//! the whole response is not this packer's to know. The first page is small, so that a screen can be
//! shown; each next one is larger.

use super::numbering::{Last, Numbers, role_id};
use super::page::{Page, Row};
use crate::message::{Flags, NameId, RoleId, SessionId};
use crate::time::Millis;

/// When a page is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of the first page; each next one may hold twice as many.
    pub first_rows: usize,
    /// Rows at most.
    pub rows: usize,
    /// Bytes of text after which a page is sealed.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { first_rows: 64, rows: 16_384, text: 8 << 20 }
    }
}

/// The fields of one message, beside its text and extra, which are written into the arenas first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    /// `sessionId`; empty for none.
    pub session: &'a str,
    /// `userId`; empty for none.
    pub user: &'a str,
    /// `componentId`; empty for none.
    pub component: &'a str,
    /// `role`; empty for none.
    pub role: &'a str,
    /// `createdAt`, where it could be read.
    pub time: Option<Millis>,
    /// What is odd; [`Flags::NO_TIME`] is set by the packer.
    pub flags: Flags,
}

/// The columns of names.
#[derive(Clone, Copy)]
enum Column {
    Session,
    User,
    Component,
    Role,
}

impl Column {
    /// How many there are.
    const ALL: usize = 4;
}

/// A page as it was packed: sessions, names and roles are numbered within it, in order of first
/// appearance, and all of them are in its lists of new ones; a row without a time has
/// [`Millis::MIN`]. [`super::Numbering`] makes a [`Page`] of it.
#[derive(Debug)]
pub struct Packed(pub(super) Page);

impl Packed {
    /// Gives back the memory that it has and does not need, for a page that is one of many small ones.
    pub fn fit(&mut self) {
        self.0.extra.shrink_to_fit();
    }
}

/// Packs messages into pages.
pub struct Packer {
    limits: Limits,
    rows: usize,
    page: Page,
    sessions: Numbers,
    no_session: Option<SessionId>,
    names: Numbers,
    roles: Numbers,
    /// The last names of the columns.
    last: [Last; Column::ALL],
    text_mark: usize,
    extra_mark: usize,
}

/// The rest of an arena's capacity, beyond the bytes after which a page is sealed.
const BEYOND: usize = 64 << 10;

impl Packer {
    /// A packer for one response, or a part of it.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            rows: limits.first_rows.max(1),
            page: Page::default(),
            sessions: Numbers::default(),
            no_session: None,
            names: Numbers::default(),
            roles: Numbers::default(),
            last: Default::default(),
            text_mark: 0,
            extra_mark: 0,
        }
    }

    /// The arena for the text of the message in hand: append to it only.
    pub fn text(&mut self) -> &mut String {
        &mut self.page.text
    }

    /// The arena for the JSON of the message in hand: append to it only.
    pub fn extra(&mut self) -> &mut String {
        &mut self.page.extra
    }

    /// Both arenas at once.
    pub fn arenas(&mut self) -> (&mut String, &mut String) {
        (&mut self.page.text, &mut self.page.extra)
    }

    /// Takes back what was written into the arenas since the last commit.
    pub fn rollback(&mut self) {
        self.page.text.truncate(self.text_mark);
        self.page.extra.truncate(self.extra_mark);
    }

    /// Closes the message in hand. Gives back a page when that filled one.
    pub fn commit(&mut self, draft: &Draft<'_>) -> Option<Packed> {
        let session = self.session(draft.session);
        let mut flags = draft.flags;
        if draft.time.is_none() {
            flags.set(Flags::NO_TIME);
        }
        let text_len = self.page.text.len() - self.text_mark;
        let extra_len = self.page.extra.len() - self.extra_mark;
        let row = Row {
            time: draft.time.unwrap_or(Millis::MIN),
            text_start: narrow(self.text_mark),
            text_len: narrow(text_len),
            extra_start: narrow(self.extra_mark),
            extra_len: narrow(extra_len),
            session,
            user: self.name(draft.user, Column::User),
            component: self.name(draft.component, Column::Component),
            role: self.role(draft.role),
            flags,
        };
        self.page.text.push('\0');
        if flags.has(Flags::HIDDEN) {
            self.page.hidden.push(narrow(self.page.rows.len()));
        }
        self.page.rows.push(row);
        self.text_mark = self.page.text.len();
        self.extra_mark = self.page.extra.len();
        let full = self.page.rows.len() >= self.rows
            || self.text_mark + self.extra_mark >= self.limits.text;
        full.then(|| self.seal())
    }

    /// The last page, if anything is left.
    pub fn finish(&mut self) -> Option<Packed> {
        self.rollback();
        (!self.page.rows.is_empty()).then(|| self.seal())
    }

    fn seal(&mut self) -> Packed {
        self.rows = (self.rows * 2).min(self.limits.rows);
        self.no_session = None;
        self.sessions.clear();
        self.names.clear();
        self.roles.clear();
        self.last = Default::default();
        self.text_mark = 0;
        self.extra_mark = 0;
        let mut page = std::mem::take(&mut self.page);
        page.rows.shrink_to_fit();
        page.text.shrink_to_fit();
        // Capacity at the end that was not asked for yet costs no memory; what grows by doubling is
        // copied, to memory that is new each time.
        if page.rows.len() * 2 >= self.limits.rows || page.text.len() * 2 >= self.limits.text {
            self.page.text.reserve(self.limits.text + BEYOND);
            self.page.rows.reserve_exact(self.rows);
        }
        Packed(page)
    }

    fn session(&mut self, name: &str) -> SessionId {
        let count = narrow(self.page.new_sessions.len());
        if name.is_empty() {
            let session = *self.no_session.get_or_insert(SessionId(count));
            if session.0 == count {
                self.page.new_sessions.push(None);
            }
            return session;
        }
        let last = &mut self.last[Column::Session as usize];
        let (number, new) = self.sessions.of(name, count, last);
        if new.is_some() {
            self.page.new_sessions.push(new);
        }
        SessionId(number)
    }

    fn name(&mut self, name: &str, column: Column) -> NameId {
        if name.is_empty() {
            return NameId::NONE;
        }
        let count = narrow(self.page.new_names.len());
        let (number, new) = self.names.of(name, count, &mut self.last[column as usize]);
        self.page.new_names.extend(new);
        NameId(number)
    }

    fn role(&mut self, name: &str) -> RoleId {
        if let Some(fixed) = RoleId::fixed(name) {
            return fixed;
        }
        if name.is_empty() {
            return RoleId::NONE;
        }
        let count = narrow(RoleId::FIXED.len() + self.page.new_roles.len());
        let (number, new) = self.roles.of(name, count, &mut self.last[Column::Role as usize]);
        self.page.new_roles.extend(new);
        role_id(number)
    }
}

/// Numbers in a page fit 32 bits: a page is sealed after [`Limits::text`] bytes, and a single
/// message is refused long before 4 GiB. Saturates rather than wraps, so that a wrong number can
/// only give an empty text.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
