//! Numbers for names: within one page while it is packed, and through a whole response.
//!
//! Pages are packed by several threads at once, each numbering what it meets; here they become the
//! pages of one response, in its order. Must not know how pages are packed, nor who reads them.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::packer::{Packed, narrow};
use super::page::Page;
use crate::message::{Flags, NameId, RoleId, SessionId};
use crate::time::Millis;

/// Whether two names are the same: of ids, which have a few words of eight bytes, faster than by a call.
#[inline]
pub fn is_same_name(one: &str, other: &str) -> bool {
    let ((ones, one), (others, other)) = (one.as_bytes().as_chunks(), other.as_bytes().as_chunks());
    let word = |word: &[u8; 8]| u64::from_le_bytes(*word);
    let words = ones.iter().zip(others);
    ones.len() == others.len()
        && words.fold(0, |odd, (one, other)| odd | (word(one) ^ word(other))) == 0
        && one == other
}

/// Numbers for names, in order of first appearance.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<Arc<str>, u32, RandomState>,
}

/// The name that a column held last, and its number: mostly it is the next one's too.
pub(super) type Last = Option<(Arc<str>, u32)>;

impl Numbers {
    /// The number of a name, and the name itself if it is new; `next` is then its number.
    pub(super) fn of(&mut self, name: &str, next: u32, last: &mut Last) -> (u32, Option<Arc<str>>) {
        if let Some((last, number)) = last
            && is_same_name(last, name)
        {
            return (*number, None);
        }
        if let Some((known, &number)) = self.known.get_key_value(name) {
            *last = Some((Arc::clone(known), number));
            return (number, None);
        }
        let name: Arc<str> = Arc::from(name);
        self.known.insert(Arc::clone(&name), next);
        *last = Some((Arc::clone(&name), next));
        (next, Some(name))
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }

    /// The number of a name that a page has; whether it is new, and then `next` is its number.
    fn take(&mut self, name: &Arc<str>, next: u32) -> (u32, bool) {
        if let Some(&number) = self.known.get(name) {
            return (number, false);
        }
        self.known.insert(Arc::clone(name), next);
        (next, true)
    }
}

/// The numbers of one response.
pub struct Numbering {
    sessions: Numbers,
    no_session: Option<u32>,
    names: Numbers,
    name_count: u32,
    roles: Numbers,
    role_count: u32,
    /// The time of the last message of each session, in order of arrival.
    times: Vec<Millis>,
    /// What the numbers of a page become, kept to be used again.
    new: [Vec<u32>; 3],
}

impl Default for Numbering {
    fn default() -> Self {
        Self {
            sessions: Numbers::default(),
            no_session: None,
            names: Numbers::default(),
            name_count: 0,
            roles: Numbers::default(),
            role_count: narrow(RoleId::FIXED.len()),
            times: Vec::new(),
            new: Default::default(),
        }
    }
}

impl Numbering {
    /// The next page of the response. The cost is in its rows and names.
    ///
    /// The same pages in the same order get the same numbers, whoever packed them.
    pub fn number(&mut self, Packed(mut page): Packed) -> Page {
        let [sessions, names, roles] = &mut self.new;
        for numbers in [&mut *sessions, &mut *names, &mut *roles] {
            numbers.clear();
        }
        page.new_sessions.retain(|name| {
            let next = narrow(self.times.len());
            let (number, new) = match name {
                Some(name) => self.sessions.take(name, next),
                None => {
                    let new = self.no_session.is_none();
                    (*self.no_session.get_or_insert(next), new)
                }
            };
            sessions.push(number);
            if new {
                self.times.push(Millis::MIN);
            }
            new
        });
        page.new_names.retain(|name| {
            let (number, new) = self.names.take(name, self.name_count);
            names.push(number);
            self.name_count += u32::from(new);
            new
        });
        roles.extend(0..narrow(RoleId::FIXED.len()));
        page.new_roles.retain(|name| {
            let (number, new) = self.roles.take(name, self.role_count);
            roles.push(number);
            let new = new && role_id(number) != OTHERS;
            self.role_count += u32::from(new);
            new
        });
        let of = |numbers: &[u32], number: u32| {
            numbers.get(number as usize).copied().unwrap_or(u32::MAX)
        };
        for row in &mut page.rows {
            row.session = SessionId(of(sessions, row.session.0));
            row.user = NameId(of(names, row.user.0));
            row.component = NameId(of(names, row.component.0));
            if row.role != RoleId::NONE {
                row.role = role_id(of(roles, row.role.0.into()));
            }
            if let Some(last) = self.times.get_mut(row.session.index()) {
                if row.flags.has(Flags::NO_TIME) {
                    row.time = *last;
                }
                *last = row.time;
            }
        }
        page
    }

    /// How many sessions there are so far, the one without an id included.
    pub fn session_count(&self) -> usize {
        self.times.len()
    }
}

/// The role that all share which a `u16` cannot number: more of them are an attack, not a school.
const OTHERS: RoleId = RoleId(u16::MAX - 1);

/// The role of a number.
pub(super) fn role_id(number: u32) -> RoleId {
    RoleId(u16::try_from(number).unwrap_or(OTHERS.0).min(OTHERS.0))
}
