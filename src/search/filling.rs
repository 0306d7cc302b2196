//! Puts what was found in order, session by session, by several threads.
//!
//! Must not know why something was found.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use super::batch::Batch;
use super::hits::{Hits, narrow, time_of};
use crate::message::{MsgRef, SessionId};
use crate::store::Page;
use crate::time::Millis;

/// The sessions in so many spans of as many hits each, about. `starts` has one more for the end.
pub(super) fn shares(starts: &[u32], count: usize) -> Vec<Range<usize>> {
    let sessions = starts.len().saturating_sub(1);
    let hits = starts.last().map_or(0, |&end| end as usize);
    let mut from = 0;
    let share = |part: usize| {
        let goal = hits / count * part;
        let end = starts.partition_point(|&start| (start as usize) < goal);
        let end = if part == count { sessions } else { end.clamp(from, sessions) };
        std::mem::replace(&mut from, end)..end
    };
    (1..=count).map(share).collect()
}

/// How many threads may work, and what each of them does first.
pub type Threads = (usize, fn());

/// Works on each span with a part of `all` that is as long as `length` says, one after the other: on a
/// thread for each, or on this one where the system gives none.
pub(super) fn on_threads<T: Send>(
    spans: &[Range<usize>],
    begin: fn(),
    all: &mut [T],
    length: impl Fn(&Range<usize>) -> usize,
    work: impl Fn(&Range<usize>, &mut [T]) + Sync,
) {
    let mut rest = all;
    let mut parts = Vec::with_capacity(spans.len());
    for span in spans {
        let Some((part, others)) = std::mem::take(&mut rest).split_at_mut_checked(length(span))
        else {
            break;
        };
        rest = others;
        // Whoever works on it takes it out.
        parts.push((span, Mutex::new(Some(part))));
    }
    let work = |(span, part): &(&Range<usize>, Mutex<Option<&mut [T]>>)| {
        let part = part.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(part) = part {
            work(span, part);
        }
    };
    let work = &work;
    std::thread::scope(|scope| {
        for part in parts.iter().skip(1) {
            let task = move || {
                begin();
                work(part);
            };
            if Builder::new().spawn_scoped(scope, task).is_err() {
                work(part);
            }
        }
        parts.iter().take(1).for_each(work);
    });
}

/// Messages among which one that was found is rare.
const RARE: usize = 8;

/// What was found in some batches, which are in order of arrival: session, time and place of each.
pub(super) enum Found<'a> {
    /// Many, so that their rows are read one after the other as they lie in memory, each time.
    Many(&'a [Arc<Page>], &'a [&'a Batch]),
    /// Few: to reach a row costs more than to keep what it says.
    Few(Vec<(SessionId, Millis, MsgRef)>),
}

impl<'a> Found<'a> {
    pub(super) fn of(pages: &'a [Arc<Page>], batches: &'a [&'a Batch]) -> Self {
        let rows: usize = pages.iter().map(|page| page.rows.len()).sum();
        let found: usize = batches.iter().map(|batch| batch.len()).sum();
        if found > rows / RARE { Self::Many(pages, batches) } else { Self::few(pages, batches) }
    }

    pub(super) fn few(pages: &[Arc<Page>], batches: &[&Batch]) -> Self {
        let mut few = Vec::with_capacity(batches.iter().map(|batch| batch.len()).sum());
        let take = |session, time, at| few.push((session, time, at));
        Found::Many(pages, batches).each(&|| false, take);
        Self::Few(few)
    }

    /// Shows all of it, or what comes before `stopped` says so, which is asked for each page.
    pub(super) fn each(
        &self,
        stopped: &dyn Fn() -> bool,
        mut take: impl FnMut(SessionId, Millis, MsgRef),
    ) {
        match self {
            Self::Many(pages, batches) => {
                for batch in *batches {
                    if stopped() {
                        return;
                    }
                    let Some(page) = pages.get(batch.page() as usize) else { continue };
                    for number in batch.rows() {
                        let Some(row) = page.rows.get(number as usize) else { continue };
                        take(row.session, row.time, MsgRef { page: batch.page(), row: number });
                    }
                }
            }
            Self::Few(few) => few.iter().for_each(|&(session, time, at)| take(session, time, at)),
        }
    }
}

/// The page and row of a hit. A tuple of numbers, because memory that is all zeros costs nothing before
/// it is used.
type Place = (u32, u32);

/// The second half of a counting sort by session. Each thread has its own sessions: it walks through
/// all that was found and takes what belongs to them.
pub(super) struct Filling<'a> {
    /// Hits from before, which come first where the times are equal.
    pub(super) base: &'a Hits,
    pub(super) pages: &'a [Arc<Page>],
    /// For each session where its hits begin; one more for the end.
    pub(super) starts: &'a [u32],
    /// Once it says so, what is made is not wanted any more and may be anything.
    pub(super) stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Filling<'_> {
    /// The hits from before and those found now.
    pub(super) fn fill(&self, found: &Found<'_>, (threads, begin): Threads) -> Vec<MsgRef> {
        let len = self.bound(self.starts.len().saturating_sub(1));
        let mut hits: Vec<Place> = vec![(0, 0); len];
        let spans = shares(self.starts, threads);
        let length = |span: &Range<usize>| self.bound(span.end) - self.bound(span.start);
        on_threads(&spans, begin, &mut hits, length, |sessions, hits| {
            // One session may have all.
            if !hits.is_empty() {
                Part::new(self, sessions.clone(), hits).fill(found);
            }
        });
        hits.into_iter().map(|(page, row)| MsgRef { page, row }).collect()
    }

    fn bound(&self, session: usize) -> usize {
        self.starts.get(session).map_or(0, |&at| at as usize)
    }
}

/// The sessions of one thread.
struct Part<'a> {
    filling: &'a Filling<'a>,
    /// The number of the first session.
    first: usize,
    /// Their hits.
    hits: &'a mut [Place],
    /// Where in `hits` the next hit of each session goes.
    next: Vec<u32>,
    /// The time of the last hit of each session, once it is known.
    last: Vec<Millis>,
    /// Sessions in which a hit is earlier than the one before it.
    disordered: Vec<SessionId>,
}

impl<'a> Part<'a> {
    fn new(filling: &'a Filling<'a>, sessions: Range<usize>, hits: &'a mut [Place]) -> Self {
        let starts = filling.starts.get(sessions.clone()).unwrap_or_default();
        let from = starts.first().copied().unwrap_or(0);
        let mut next: Vec<u32> = starts.iter().map(|start| start - from).collect();
        if !filling.base.is_empty() {
            for (number, next) in sessions.clone().zip(&mut next) {
                let old = filling.base.in_session(SessionId(narrow(number)));
                let space = hits.iter_mut().skip(*next as usize);
                for (space, &MsgRef { page, row }) in space.zip(old) {
                    *space = (page, row);
                }
                *next += narrow(old.len());
            }
        }
        let last = vec![Millis::MIN; next.len()];
        Self { filling, first: sessions.start, hits, next, last, disordered: Vec::new() }
    }

    fn fill(mut self, found: &Found<'_>) {
        let stopped = self.filling.stopped;
        found.each(&stopped, |session, time, at| self.put(session, time, at));
        let mut sessions = std::mem::take(&mut self.disordered);
        sessions.sort_unstable();
        sessions.dedup();
        let mut timed = Vec::new();
        for session in sessions {
            if stopped() {
                return;
            }
            self.order(session, &mut timed);
        }
    }

    /// Where in `hits` a session begins.
    fn start(&self, session: usize) -> usize {
        self.filling.bound(session) - self.filling.bound(self.first)
    }

    /// Sorts the hits of a session. Their times are fetched for that: to keep those of all hits would
    /// take as much memory as the hits, and most sessions are in order.
    fn order(&mut self, session: SessionId, timed: &mut Vec<(Millis, Place)>) {
        let span = self.start(session.index())..self.start(session.index() + 1);
        let Some(hits) = self.hits.get_mut(span) else { return };
        let pages = self.filling.pages;
        timed.clear();
        timed.extend(hits.iter().map(|&at| (time_of(pages, MsgRef { page: at.0, row: at.1 }), at)));
        timed.sort_unstable();
        hits.iter_mut().zip(timed).for_each(|(hit, &mut (_, at))| *hit = at);
    }

    fn put(&mut self, session: SessionId, time: Millis, MsgRef { page, row }: MsgRef) {
        // Of a session before the first one the number is beyond the last one.
        let place = session.index().wrapping_sub(self.first);
        let (Some(next), Some(last)) = (self.next.get_mut(place), self.last.get_mut(place)) else {
            return;
        };
        let place = *next as usize;
        // Hits from before are in order, but the time of their last one is not at hand.
        if *last == Millis::MIN && !self.filling.base.in_session(session).is_empty() {
            let before = place.checked_sub(1).and_then(|before| self.hits.get(before));
            *last = before.map_or(Millis::MIN, |&(page, row)| {
                time_of(self.filling.pages, MsgRef { page, row })
            });
        }
        if time < *last && self.disordered.last() != Some(&session) {
            self.disordered.push(session);
        }
        *last = time;
        if let Some(space) = self.hits.get_mut(place) {
            *space = (page, row);
            *next += 1;
        }
    }
}
