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

use super::batch::first_numbers;
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
        let (firsts, messages) = first_numbers(pages);
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

/// What was made of the messages of one store.
#[derive(Debug, Default)]
struct Made {
    /// Every message but the repeats, in order.
    order: Option<(Extent, Arc<Hits>)>,
    turns: Option<(Extent, Arc<Turns>)>,
}

/// What one search leaves behind for the next one over the same pages. Clones share it: all who search in
/// a store need the same.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    made: Arc<Mutex<Made>>,
    /// What each further thread of a search does first.
    first: Option<fn()>,
}

impl Memory {
    /// Nothing is left behind yet. Each further thread of a search begins with `first`.
    pub fn with_threads_that(first: fn()) -> Self {
        Self { first: Some(first), ..Self::default() }
    }

    /// Makes what every search in these pages can use that finds much: the order of all their messages,
    /// in about 20 ns and 8 bytes for each. Nothing is done where it is there already; [`None`] once
    /// `stopped` says so, which is asked for each page.
    pub fn prepare(
        &self,
        pages: &[Arc<Page>],
        repeats: &Repeats,
        threads: usize,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Option<Arc<Hits>> {
        if let Some(order) = self.order(pages, repeats) {
            return Some(order);
        }
        // The old ones go before there are new ones.
        *self.made() = Made::default();
        let order = Hits::of_all(pages, repeats, (threads, self.begin()), stopped)?;
        let order = Arc::new(order);
        self.made().order = Some((Extent::new(pages, repeats), Arc::clone(&order)));
        Some(order)
    }

    /// Gives back what was made of messages that nobody has any more.
    pub fn forget_what_is_gone(&self) {
        let mut made = self.made();
        made.order.take_if(|(of, _)| of.is_gone());
        made.turns.take_if(|(of, _)| of.is_gone());
    }

    /// Whether nothing is left behind.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let made = self.made();
        made.order.is_none() && made.turns.is_none()
    }

    /// What each further thread does first.
    pub(super) fn begin(&self) -> fn() {
        self.first.unwrap_or(|| ())
    }

    /// The order of all messages of these pages, if it was made.
    pub(super) fn order(&self, pages: &[Arc<Page>], repeats: &Repeats) -> Option<Arc<Hits>> {
        let made = self.made();
        let order = made.order.as_ref().filter(|(of, _)| of.is(pages, repeats));
        order.map(|(_, order)| Arc::clone(order))
    }

    /// What is known of the messages of these pages; [`None`] once `stopped` says so.
    pub(super) fn turns(
        &self,
        pages: &[Arc<Page>],
        repeats: &Repeats,
        threads: usize,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Option<Arc<Turns>> {
        let known = |made: &Made| {
            let turns = made.turns.as_ref().filter(|(of, _)| of.is(pages, repeats));
            turns.map(|(_, turns)| Arc::clone(turns))
        };
        if let Some(turns) = known(&self.made()) {
            return Some(turns);
        }
        self.made().turns = None;
        let order = self.prepare(pages, repeats, threads, stopped)?;
        let turns = Arc::new(Turns::new(pages, &order));
        self.made().turns = Some((Extent::new(pages, repeats), Arc::clone(&turns)));
        Some(turns)
    }

    /// Nothing is made while it is held.
    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
