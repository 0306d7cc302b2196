//! What depends on the order of a session: turns, replies and their waits, unanswered messages.
//!
//! A **turn** is a student's message and everything up to the next one; messages before the first
//! form a turn of their own. A **reply** is a message of anyone else after a student's message, and
//! its wait counts from the last of these, as in the query language.

use std::sync::Arc;

use super::count::{ByIndex, Quarters, index, shared, time};
use crate::message::{MsgRef, RoleId, SessionId};
use crate::query::Column;
use crate::search::Hits;
use crate::store::{Page, Row, Store};
use crate::time::Millis;

/// Sessions that one thread counts at least.
const SHARE: usize = 256;

/// A message within its session.
#[derive(Clone, Copy, Debug)]
pub struct SessionMessage<'a> {
    /// The message.
    pub at: MsgRef,
    /// Its row.
    pub row: &'a Row,
    /// The number of its turn, counted from 1.
    pub turn: u64,
    /// Milliseconds since the student's message that it replies to; `None` if it is no reply or a
    /// time is missing.
    pub wait: Option<u64>,
    /// Whether it is a student's message without a reply.
    pub unanswered: bool,
}

/// Visits the messages of a session, which are given in order; returns how many turns it has.
pub fn walk_session<'a>(
    pages: &'a [Arc<Page>],
    messages: &[MsgRef],
    mut each: impl FnMut(SessionMessage<'a>),
) -> u64 {
    let mut turns = 0;
    let mut question: Option<Option<Millis>> = None;
    let row = |at: MsgRef| pages.get(at.page as usize)?.rows.get(at.row as usize);
    let mut rows = messages.iter().filter_map(|&at| Some((at, row(at)?))).peekable();
    while let Some((at, row)) = rows.next() {
        let time = time(row);
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
        each(SessionMessage { at, row, turn: turns, wait, unanswered: is_question && is_last });
    }
    turns
}

/// Counts over sessions.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) sessions: u64,
    pub(super) messages: Vec<u64>,
    pub(super) turns: Vec<u64>,
    pub(super) spans: Vec<u64>,
    pub(super) waits: Vec<u64>,
    pub(super) unanswered: u64,
    /// Sessions by the quarter of an hour in which they began.
    pub(super) began: Quarters,
    /// Sessions that have a message of each role.
    pub(super) roles: ByIndex,
    /// Sessions that have a message of each user.
    pub(super) users: ByIndex,
    /// Sessions that have a message of each component.
    pub(super) components: ByIndex,
}

/// How far back a value is looked for before it is noted again.
const RECENT: usize = 8;

impl Walked {
    /// Counts a session; both lists are in the order of the transcript.
    fn add(&mut self, pages: &[Arc<Page>], all: &[MsgRef], hits: Option<&[MsgRef]>) {
        let mut hits = hits.map(|hits| hits.iter().peekable());
        let mut messages = 0;
        let mut ends: Option<(Millis, Millis)> = None;
        let columns = [Column::Role, Column::User, Column::Component];
        let mut seen: [Vec<Option<usize>>; 3] = Default::default();
        let turns = walk_session(pages, all, |message| {
            if let Some(hits) = &mut hits
                && hits.next_if(|&&at| at == message.at).is_none()
            {
                return;
            }
            messages += 1;
            self.waits.extend(message.wait);
            self.unanswered += u64::from(message.unanswered);
            if let Some(time) = time(message.row) {
                let (first, last) = ends.unwrap_or((time, time));
                ends = Some((first.min(time), last.max(time)));
            }
            for (seen, column) in seen.iter_mut().zip(columns) {
                let index = index(message.row, column);
                if !seen.iter().rev().take(RECENT).any(|known| *known == index) {
                    seen.push(index);
                }
            }
        });
        if messages == 0 {
            return;
        }
        self.sessions += 1;
        self.messages.push(messages);
        self.turns.push(turns);
        let counts = [&mut self.roles, &mut self.users, &mut self.components];
        for (mut seen, counts) in seen.into_iter().zip(counts) {
            seen.sort_unstable();
            seen.dedup();
            for index in seen {
                counts.add(index, 1);
            }
        }
        if let Some((first, last)) = ends {
            self.spans.push(last.saturating_sub(first).cast_unsigned());
            self.began.add(Some(first));
        }
    }

    fn merge(&mut self, mut other: Self) {
        self.sessions += other.sessions;
        self.messages.append(&mut other.messages);
        self.turns.append(&mut other.turns);
        self.spans.append(&mut other.spans);
        self.waits.append(&mut other.waits);
        self.unanswered += other.unanswered;
        self.began.merge(other.began);
        self.roles.merge(&other.roles);
        self.users.merge(&other.users);
        self.components.merge(&other.components);
    }
}

/// Counts the sessions that have a selected message.
pub(super) fn count(store: &Store, hits: Option<&Hits>, threads: usize) -> Walked {
    let sessions: Vec<SessionId> = match hits {
        Some(hits) => hits.sessions().collect(),
        None => (0_u32..).take(store.sessions().len()).map(SessionId).collect(),
    };
    // The store itself is not `Sync`.
    let (pages, all) = (store.pages(), store.sessions());
    let shares = shared(&sessions, threads, SHARE, |&id, walked: &mut Walked| {
        if let Some(session) = all.get(id.index()) {
            walked.add(pages, &session.messages, hits.map(|hits| hits.in_session(id)));
        }
    });
    let mut walked = Walked::default();
    for share in shares {
        walked.merge(share);
    }
    walked
}
