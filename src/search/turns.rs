//! What a message is within its session: its wait, whether it is the first, whether it has an
//! answer; and how many turns the session has.
//!
//! A **turn** is a student's message and everything up to the next one; what precedes the first is
//! a turn of its own. A **reply** is a message of anyone else behind a student's one; it waits from
//! the last of these, as the transcript shows it. A student's message is **unanswered** when it has
//! no reply: of several in a row only the last can have one.
//!
//! Needs the order of all messages, which one page does not know. It is made once for the pages of
//! a store, in about a tenth of a microsecond a message, and kept. Must not know queries.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::hits::Hits;
use crate::message::{Flags, MsgRef, RoleId, SessionId};
use crate::store::{Page, Repeats, Row};
use crate::time::Millis;

/// A message that did not wait.
const NO_WAIT: u64 = u64::MAX;
const FIRST: u8 = 1;
const UNANSWERED: u8 = 2;

/// What is known of each message and session of one store.
#[derive(Debug)]
pub(super) struct Turns {
    /// For each page the number of its first message.
    firsts: Vec<usize>,
    /// For each message how long it waited, in milliseconds.
    waits: Vec<u64>,
    marks: Vec<u8>,
    /// For each session.
    turns: Vec<u32>,
}

impl Turns {
    /// `ordered` is every message of these pages but the repeats.
    fn new(pages: &[Arc<Page>], ordered: &Hits) -> Self {
        let mut messages = 0;
        let first = |page: &Arc<Page>| {
            let first = messages;
            messages += page.rows.len();
            first
        };
        let firsts = pages.iter().map(first).collect();
        let mut all = Self {
            firsts,
            waits: vec![NO_WAIT; messages],
            marks: vec![0; messages],
            turns: Vec::new(),
        };
        let sessions: usize = pages.iter().map(|page| page.new_sessions.len()).sum();
        for number in (0_u32..).take(sessions) {
            all.add_session(pages, ordered.in_session(SessionId(number)));
        }
        all
    }

    fn add_session(&mut self, pages: &[Arc<Page>], messages: &[MsgRef]) {
        let mut turns = 0;
        // The last message by the student: its number, and its time where that is known.
        let mut question: Option<(usize, Option<Millis>)> = None;
        let mut answered = true;
        for (place, &at) in messages.iter().enumerate() {
            let row = pages.get(at.page as usize).and_then(|page| page.rows.get(at.row as usize));
            let (Some(row), Some(number)) = (row, self.number(at)) else { continue };
            if place == 0 {
                self.mark(number, FIRST);
            }
            if row.role == RoleId::USER {
                self.end_turn(question, answered);
                turns += 1;
                question = Some((number, time(row)));
                answered = false;
                continue;
            }
            turns = turns.max(1);
            answered = true;
            if let (Some((_, Some(asked))), Some(said)) = (question, time(row))
                && let Some(wait) = self.waits.get_mut(number)
            {
                *wait = said.checked_sub(asked).map_or(NO_WAIT, |wait| wait.max(0).cast_unsigned());
            }
        }
        self.end_turn(question, answered);
        self.turns.push(turns);
    }

    fn end_turn(&mut self, question: Option<(usize, Option<Millis>)>, answered: bool) {
        if let Some((number, _)) = question.filter(|_| !answered) {
            self.mark(number, UNANSWERED);
        }
    }

    fn mark(&mut self, number: usize, mark: u8) {
        if let Some(marks) = self.marks.get_mut(number) {
            *marks |= mark;
        }
    }

    fn number(&self, at: MsgRef) -> Option<usize> {
        Some(self.firsts.get(at.page as usize)? + at.row as usize)
    }

    fn has(&self, at: MsgRef, mark: u8) -> bool {
        self.number(at).and_then(|number| self.marks.get(number)).is_some_and(|all| all & mark != 0)
    }

    /// Whether a message is the first of its session.
    pub(super) fn is_first(&self, at: MsgRef) -> bool {
        self.has(at, FIRST)
    }

    /// Whether a message is the student's and has no reply.
    pub(super) fn is_unanswered(&self, at: MsgRef) -> bool {
        self.has(at, UNANSWERED)
    }

    /// How long after its question a reply came, in milliseconds.
    pub(super) fn wait(&self, at: MsgRef) -> Option<u64> {
        let wait = self.number(at).and_then(|number| self.waits.get(number)).copied();
        wait.filter(|&wait| wait != NO_WAIT)
    }

    /// How many turns a session has.
    pub(super) fn turns(&self, session: SessionId) -> u64 {
        self.turns.get(session.index()).copied().map_or(0, u64::from)
    }
}

fn time(row: &Row) -> Option<Millis> {
    (!row.flags.has(Flags::NO_TIME)).then_some(row.time)
}

/// What something was made of: the last page, how many there were, and the revision of the repeats. The
/// last page stands for all of them: a page is in one store only.
#[derive(Debug)]
struct Extent {
    last: Weak<Page>,
    pages: usize,
    revision: u32,
}

impl Extent {
    fn new(pages: &[Arc<Page>], repeats: &Repeats) -> Self {
        let last = pages.last().map_or_else(Weak::new, Arc::downgrade);
        Self { last, pages: pages.len(), revision: repeats.revision() }
    }

    fn is_gone(&self) -> bool {
        self.last.strong_count() == 0
    }

    fn is(&self, pages: &[Arc<Page>], repeats: &Repeats) -> bool {
        let other = Self::new(pages, repeats);
        (self.pages, self.revision) == (other.pages, other.revision)
            && self.last.ptr_eq(&other.last)
    }
}

/// Turns, and the pages that they were made of.
type Known = (Extent, Arc<Turns>);

/// What one search leaves for the next one over the same pages: the turns of each session. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    known: Arc<Mutex<Option<Known>>>,
    /// What each further thread of a search does first.
    first: Option<fn()>,
}

impl Memory {
    /// An empty memory. Each further thread of a search begins with `first`.
    pub fn with_threads_that(first: fn()) -> Self {
        Self { first: Some(first), ..Self::default() }
    }

    /// Drops what belongs to pages that no longer exist.
    pub fn forget_what_is_gone(&self) {
        self.known().take_if(|(of, _)| of.is_gone());
    }

    /// Whether nothing is kept.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.known().is_none()
    }

    /// What each further thread does first.
    pub(super) fn begin(&self) -> fn() {
        self.first.unwrap_or(|| ())
    }

    /// The turns of these pages; [`None`] once `is_stopped` returns true.
    pub(super) fn turns(
        &self,
        pages: &[Arc<Page>],
        repeats: &Repeats,
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<Arc<Turns>> {
        if let Some((_, turns)) = self.known().as_ref().filter(|(of, _)| of.is(pages, repeats)) {
            return Some(Arc::clone(turns));
        }
        // The old ones go before there are new ones.
        *self.known() = None;
        let order = Hits::of_all(pages, repeats, is_stopped)?;
        let turns = Arc::new(Turns::new(pages, &order));
        *self.known() = Some((Extent::new(pages, repeats), Arc::clone(&turns)));
        Some(turns)
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
