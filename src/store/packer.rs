//! Packs messages into pages and interns their names. Lives on the decoder thread.
//!
//! Names get dense numbers in order of first appearance in the response; each page lists its new
//! names. The first page is small, so that the screen fills quickly; each next page holds twice as
//! many rows. Must not know the readers of the pages.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::page::{Page, Row};
use crate::message::{Flags, NameId, RoleId, SessionId};
use crate::time::Millis;

/// The size at which a page is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most rows of the first page; each next page may hold twice as many.
    pub first_rows: usize,
    /// The most rows of any page.
    pub rows: usize,
    /// Bytes of text and JSON after which a page is sealed.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { first_rows: 64, rows: 16_384, text: 8 << 20 }
    }
}

/// The fields of a message, except its text and extra, which the caller writes into the arenas
/// first.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowDraft<'a> {
    /// `sessionId`; empty for none.
    pub session: &'a str,
    /// `userId`; empty for none.
    pub user: &'a str,
    /// `componentId`; empty for none.
    pub component: &'a str,
    /// `role`; empty for none.
    pub role: &'a str,
    /// `createdAt`, if readable.
    pub time: Option<Millis>,
    /// Peculiarities of the message. The packer sets [`Flags::NO_TIME`].
    pub flags: Flags,
}

/// Interns names as dense numbers, in order of first appearance.
#[derive(Default)]
struct Interner(HashMap<Arc<str>, u32, RandomState>);

impl Interner {
    /// The number of a name. A new name gets the number `next` and is passed to `add`.
    fn intern(&mut self, name: &str, next: u32, add: impl FnOnce(Arc<str>)) -> u32 {
        if let Some(&number) = self.0.get(name) {
            return number;
        }
        let name: Arc<str> = Arc::from(name);
        self.0.insert(Arc::clone(&name), next);
        add(name);
        next
    }
}

/// Packs the messages of one response into pages.
pub struct Packer {
    limits: Limits,
    /// The rows at which the current page is sealed.
    rows: usize,
    page: Page,
    sessions: Interner,
    no_session: Option<SessionId>,
    names: Interner,
    name_count: u32,
    roles: Interner,
    role_count: u32,
    /// The sort key of the last message of each session.
    times: Vec<Millis>,
    /// The start of the current message's text and extra in the arenas.
    text_mark: usize,
    extra_mark: usize,
}

/// Arena capacity beyond [`Limits::text`], for the message that exceeds it.
const SLACK: usize = 64 << 10;

impl Packer {
    /// Creates a packer for one response.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            rows: limits.first_rows.max(1),
            page: Page::default(),
            sessions: Interner::default(),
            no_session: None,
            names: Interner::default(),
            name_count: 0,
            roles: Interner::default(),
            role_count: narrow(RoleId::FIXED.len()),
            times: Vec::new(),
            text_mark: 0,
            extra_mark: 0,
        }
    }

    /// The arena for the current message's text. Append only.
    pub fn text(&mut self) -> &mut String {
        &mut self.page.text
    }

    /// The arena for the current message's JSON. Append only.
    pub fn extra(&mut self) -> &mut String {
        &mut self.page.extra
    }

    /// Discards everything written to the arenas since the last commit.
    pub fn rollback(&mut self) {
        self.page.text.truncate(self.text_mark);
        self.page.extra.truncate(self.extra_mark);
    }

    /// Completes the current message. Returns the page if the message filled it.
    pub fn commit(&mut self, draft: &RowDraft<'_>) -> Option<Page> {
        let session = self.session(draft.session);
        let mut flags = draft.flags;
        let last_time = self.times.get_mut(session.index());
        let time = draft.time.unwrap_or_else(|| {
            flags.set(Flags::NO_TIME);
            last_time.as_deref().copied().unwrap_or(Millis::MIN)
        });
        if let Some(last_time) = last_time {
            *last_time = time;
        }
        let row = Row {
            time,
            text_start: narrow(self.text_mark),
            text_len: narrow(self.page.text.len() - self.text_mark),
            extra_start: narrow(self.extra_mark),
            extra_len: narrow(self.page.extra.len() - self.extra_mark),
            session,
            user: self.name(draft.user),
            component: self.name(draft.component),
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
        let is_full = self.page.rows.len() >= self.rows
            || self.text_mark + self.extra_mark >= self.limits.text;
        is_full.then(|| self.seal())
    }

    /// Seals the remaining rows, if any.
    pub fn finish(&mut self) -> Option<Page> {
        self.rollback();
        (!self.page.rows.is_empty()).then(|| self.seal())
    }

    /// The number of sessions so far, including the one without an id.
    pub fn session_count(&self) -> usize {
        self.times.len()
    }

    fn seal(&mut self) -> Page {
        self.rows = (self.rows * 2).min(self.limits.rows);
        self.text_mark = 0;
        self.extra_mark = 0;
        let mut page = std::mem::take(&mut self.page);
        page.rows.shrink_to_fit();
        page.text.shrink_to_fit();
        page.extra.shrink_to_fit();
        if page.rows.len() * 2 >= self.limits.rows || page.text.len() * 2 >= self.limits.text {
            // Untouched capacity costs no memory, whereas growth by doubling would copy the arena.
            self.page.text.reserve(self.limits.text + SLACK);
            self.page.rows.reserve_exact(self.rows);
        }
        page
    }

    fn session(&mut self, name: &str) -> SessionId {
        let next = narrow(self.times.len());
        let page = &mut self.page;
        let session = if name.is_empty() {
            *self.no_session.get_or_insert_with(|| {
                page.new_sessions.push(None);
                SessionId(next)
            })
        } else {
            let add = |name| page.new_sessions.push(Some(name));
            SessionId(self.sessions.intern(name, next, add))
        };
        if session.0 == next {
            self.times.push(Millis::MIN);
        }
        session
    }

    fn name(&mut self, name: &str) -> NameId {
        if name.is_empty() {
            return NameId::NONE;
        }
        let Self { names, name_count, page, .. } = self;
        NameId(names.intern(name, *name_count, |name| {
            *name_count += 1;
            page.new_names.push(name);
        }))
    }

    fn role(&mut self, name: &str) -> RoleId {
        if let Some(fixed) = RoleId::fixed(name) {
            return fixed;
        }
        if name.is_empty() {
            return RoleId::NONE;
        }
        let Self { roles, role_count, page, .. } = self;
        let number = roles.intern(name, *role_count, |name| {
            if *role_count < u32::from(OTHERS.0) {
                *role_count += 1;
                page.new_roles.push(name);
            }
        });
        u16::try_from(number).map_or(OTHERS, RoleId)
    }
}

/// The role for all names beyond the range of `u16`. Only an attack would send that many.
const OTHERS: RoleId = RoleId(u16::MAX - 1);

/// Converts an offset in a page. A page is sealed after [`Limits::text`] bytes, and a message is
/// rejected long before 4 GiB, so this never overflows. Saturates instead of wrapping, so that a
/// wrong offset could only yield an empty text.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
