//! What a message is within its session: turns, replies and their waits, questions without one.
//!
//! A **turn** is a student's message and everything up to the next one; what precedes the first is
//! a turn of its own. A **reply** is what anyone else says behind a student's message, and it waits
//! from the last of these: as in the query language. Must not know what is counted otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::message::{Flags, MsgRef, NameId, RoleId, SessionId};
use crate::search::Hits;
use crate::store::{Page, Row, Store};
use crate::time::Millis;

use super::count::{ByNumber, QUARTER, Quarters, shared};

/// Sessions that one share takes at least.
const SHARE: usize = 256;

/// A message within its session.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The message.
    pub at: MsgRef,
    /// Its row.
    pub row: &'a Row,
    /// The number of its turn, counted from 1.
    pub turn: u64,
    /// How long after its question it came, in milliseconds; `None` for what is no reply, or where
    /// a time is missing.
    pub wait: Option<u64>,
    /// It is a student's and has no reply.
    pub unanswered: bool,
}

/// Goes through the messages of a session, given in order; how many turns it has.
pub fn walk<'a>(
    pages: &'a [Arc<Page>],
    messages: &[MsgRef],
    mut each: impl FnMut(Place<'a>),
) -> u64 {
    let mut turns = 0;
    let mut question: Option<Option<Millis>> = None;
    let row = |at: MsgRef| pages.get(at.page as usize)?.rows.get(at.row as usize);
    let mut rows = messages.iter().filter_map(|&at| Some((at, row(at)?))).peekable();
    while let Some((at, row)) = rows.next() {
        let time = (!row.flags.has(Flags::NO_TIME)).then_some(row.time);
        let is_question = row.role == RoleId::USER;
        let mut wait = None;
        if is_question {
            turns += 1;
            question = Some(time);
        } else {
            turns = turns.max(1);
            if let (Some(Some(asked)), Some(said)) = (question, time) {
                wait = said.checked_sub(asked).map(|wait| wait.max(0).cast_unsigned());
            }
        }
        let is_last = rows.peek().is_none_or(|(_, next)| next.role == RoleId::USER);
        each(Place { at, row, turn: turns, wait, unanswered: is_question && is_last });
    }
    turns
}

/// What was counted of some sessions.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) sessions: u64,
    pub(super) messages: Vec<u64>,
    pub(super) turns: Vec<u64>,
    pub(super) spans: Vec<u64>,
    pub(super) waits: Vec<u64>,
    pub(super) unanswered: u64,
    /// By the quarter of an hour in which they began.
    pub(super) began: Quarters,
    /// Those with a message by each name.
    pub(super) users: ByNumber,
    pub(super) components: ByNumber,
    /// The same for each role.
    pub(super) roles: HashMap<RoleId, u64, RandomState>,
}

/// Roles of a session that are looked through for each message: there are hardly more.
const ROLES: usize = 8;

impl Walked {
    /// Counts a session; both lists are in the order of the transcript.
    fn add(&mut self, pages: &[Arc<Page>], all: &[MsgRef], found: Option<&[MsgRef]>) {
        let mut found = found.map(|found| found.iter().peekable());
        let mut messages = 0;
        let mut ends: Option<(Millis, Millis)> = None;
        let mut names: (Vec<NameId>, Vec<NameId>) = Default::default();
        let mut roles: Vec<RoleId> = Vec::new();
        let turns = walk(pages, all, |place| {
            if let Some(found) = &mut found
                && found.next_if(|&&at| at == place.at).is_none()
            {
                return;
            }
            messages += 1;
            self.waits.extend(place.wait);
            self.unanswered += u64::from(place.unanswered);
            if !place.row.flags.has(Flags::NO_TIME) {
                let time = place.row.time;
                ends = Some(
                    ends.map_or((time, time), |(first, last)| (first.min(time), last.max(time))),
                );
            }
            for (names, name) in
                [(&mut names.0, place.row.user), (&mut names.1, place.row.component)]
            {
                if names.last() != Some(&name) {
                    names.push(name);
                }
            }
            if !roles.iter().rev().take(ROLES).any(|role| *role == place.row.role) {
                roles.push(place.row.role);
            }
        });
        if messages == 0 {
            return;
        }
        self.sessions += 1;
        self.messages.push(messages);
        self.turns.push(turns);
        for (mut names, counts) in [(names.0, &mut self.users), (names.1, &mut self.components)] {
            names.sort_unstable();
            names.dedup();
            for name in names {
                counts.add(name, 1);
            }
        }
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            *self.roles.entry(role).or_default() += 1;
        }
        if let Some((first, last)) = ends {
            self.spans.push(last.saturating_sub(first).cast_unsigned());
            *self.began.entry(first.div_euclid(QUARTER)).or_default() += 1;
        }
    }

    fn merge(&mut self, mut other: Self) {
        self.sessions += other.sessions;
        self.messages.append(&mut other.messages);
        self.turns.append(&mut other.turns);
        self.spans.append(&mut other.spans);
        self.waits.append(&mut other.waits);
        self.unanswered += other.unanswered;
        for (quarter, count) in other.began {
            *self.began.entry(quarter).or_default() += count;
        }
        self.users.merge(&other.users);
        self.components.merge(&other.components);
        for (role, count) in other.roles {
            *self.roles.entry(role).or_default() += count;
        }
    }
}

/// Counts the sessions, with what was found of them.
pub(super) fn count(store: &Store, hits: Option<&Hits>, threads: usize) -> Walked {
    let sessions: Vec<SessionId> = match hits {
        Some(hits) => hits.sessions().collect(),
        None => (0_u32..).take(store.sessions().len()).map(SessionId).collect(),
    };
    // The store itself is for one thread.
    let (pages, all) = (store.pages(), store.sessions());
    let shares = shared(&sessions, threads, SHARE, |sessions, walked: &mut Walked| {
        for &id in sessions {
            let Some(session) = all.get(id.index()) else { continue };
            walked.add(pages, &session.messages, hits.map(|hits| hits.in_session(id)));
        }
    });
    shares.into_iter().fold(Walked::default(), |mut all, share| {
        all.merge(share);
        all
    })
}
