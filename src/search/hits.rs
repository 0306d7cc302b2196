//! What a search found: sparse, by session, in the order of the transcript.
//!
//! Must not know why something was found.

use std::ops::Range;
use std::sync::Arc;

use crate::message::{MsgRef, SessionId};
use crate::store::{Page, Repeats};
use crate::time::Millis;

/// Hits that are worth a thread of their own to be put in order.
const SHARE: usize = 16 << 10;

/// The messages that match. 8 bytes for each, 4 for each session of the store.
#[derive(Clone, Debug)]
pub struct Hits {
    /// For each session where its hits begin in `refs`; one more for the end.
    starts: Vec<u32>,
    /// The hits, session by session, in each by time and then by arrival.
    refs: Vec<MsgRef>,
    pages: usize,
    scanned: usize,
    complete: bool,
}

impl Default for Hits {
    fn default() -> Self {
        Self { starts: vec![0], refs: Vec::new(), pages: 0, scanned: 0, complete: true }
    }
}

/// A message that a scan found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) time: Millis,
    pub(super) session: SessionId,
    pub(super) row: u32,
}

/// What one slice of a page gave, by row.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) page: u32,
    pub(super) found: Vec<Found>,
}

/// How far a search came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) pages: usize,
    pub(super) scanned: usize,
    pub(super) complete: bool,
    /// How many threads may put them in order.
    pub(super) threads: usize,
}

impl Hits {
    /// Every message of these pages but the repeats.
    pub(super) fn of_all(pages: &[Arc<Page>], repeats: &Repeats, threads: usize) -> Self {
        let batch = |(number, page): (u32, &Arc<Page>)| {
            let rows = (0..).zip(&page.rows);
            let rows = rows.filter(|&(row, _)| !repeats.has(MsgRef { page: number, row }));
            let found = rows.map(|(number, row)| Found {
                time: row.time,
                session: row.session,
                row: number,
            });
            Batch { page: number, found: found.collect() }
        };
        let batches: Vec<Batch> = (0..).zip(pages).map(batch).collect();
        let batches: Vec<&Batch> = batches.iter().collect();
        let progress = Progress { pages: pages.len(), scanned: 0, complete: true, threads };
        Self::default().with(pages, &batches, progress)
    }

    /// How many messages match.
    pub fn len(&self) -> usize {
        self.refs.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }

    /// The matches of one session, in the order of the transcript.
    pub fn in_session(&self, session: SessionId) -> &[MsgRef] {
        let bound = |at: usize| self.starts.get(at).map_or(self.refs.len(), |&at| at as usize);
        self.refs.get(bound(session.index())..bound(session.index() + 1)).unwrap_or_default()
    }

    /// The sessions that have a match, by number.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        let spans = (0_u32..).zip(self.starts.iter().zip(self.starts.iter().skip(1)));
        spans.filter(|(_, (start, end))| start < end).map(|(number, _)| SessionId(number))
    }

    /// Every match, session by session.
    pub fn refs(&self) -> &[MsgRef] {
        &self.refs
    }

    /// The place of a message among the matches of its session, or where it would stand.
    /// `time_of` gives the time in a message's row.
    pub fn position(
        &self,
        session: SessionId,
        at: MsgRef,
        time_of: impl Fn(MsgRef) -> Millis,
    ) -> Result<usize, usize> {
        let key = (time_of(at), at);
        self.in_session(session).binary_search_by_key(&key, |&other| (time_of(other), other))
    }

    /// Whether a message of this session matches.
    pub fn contains(
        &self,
        session: SessionId,
        at: MsgRef,
        time_of: impl Fn(MsgRef) -> Millis,
    ) -> bool {
        self.position(session, at, time_of).is_ok()
    }

    /// Whether this is all there is to find in [`Hits::pages`]; otherwise the search goes on.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// How many pages of the store the search covers, counted from the first.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// How many messages were looked at, or need not be.
    pub fn scanned(&self) -> usize {
        self.scanned
    }

    /// The hits at these places, which ascend.
    pub(super) fn keep(&self, places: impl Iterator<Item = u32>) -> Self {
        let mut kept = Self { starts: Vec::with_capacity(self.starts.len()), ..Self::default() };
        let mut places = places.peekable();
        kept.starts.push(0);
        for &end in self.starts.iter().skip(1) {
            while let Some(place) = places.next_if(|&place| place < end) {
                kept.refs.extend(self.refs.get(place as usize));
            }
            kept.starts.push(narrow(kept.refs.len()));
        }
        kept
    }

    /// These hits and those of later pages together. The batches are in order of arrival.
    pub(super) fn with(&self, pages: &[Arc<Page>], batches: &[&Batch], progress: Progress) -> Self {
        let sessions: usize = pages.iter().map(|page| page.new_sessions.len()).sum();
        // How many hits each session has: shifted by one, so that summing up gives the starts.
        let mut starts = vec![0_u32; sessions + 1];
        for (number, start) in (0_u32..).zip(starts.iter_mut().skip(1)) {
            *start = narrow(self.in_session(SessionId(number)).len());
        }
        for found in batches.iter().flat_map(|batch| &batch.found) {
            if let Some(start) = starts.get_mut(found.session.index() + 1) {
                *start += 1;
            }
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let threads = progress.threads.min(end as usize / SHARE).max(1);
        let refs = Filling { base: self, pages, starts: &starts }.fill(batches, threads);
        let Progress { pages, scanned, complete, .. } = progress;
        Self { starts, refs, pages, scanned, complete }
    }
}

/// A hit with its time, so that a session is sorted without a look at the pages: time, page, row. A
/// tuple of numbers, because memory that is all zeros costs nothing before it is used.
type Timed = (Millis, u32, u32);

/// The second half of a counting sort by session. Each thread has its own sessions: it walks through
/// all that was found and takes what belongs to them.
struct Filling<'a> {
    base: &'a Hits,
    pages: &'a [Arc<Page>],
    starts: &'a [u32],
}

impl Filling<'_> {
    fn fill(&self, batches: &[&Batch], threads: usize) -> Vec<MsgRef> {
        let sessions = self.starts.len().saturating_sub(1);
        let len = self.bound(sessions);
        let mut hits: Vec<Timed> = vec![(0, 0, 0); len];
        let mut rest = (0, hits.as_mut_slice());
        std::thread::scope(|scope| {
            for part in 1..=threads {
                let (first, all) = std::mem::take(&mut rest);
                // As many hits for each thread.
                let goal = len / threads * part;
                let end = if part == threads {
                    sessions
                } else {
                    self.starts.partition_point(|&start| (start as usize) < goal).min(sessions)
                };
                let bound = self.bound(end).saturating_sub(self.bound(first));
                let Some((mine, others)) = all.split_at_mut_checked(bound) else { break };
                rest = (end, others);
                if mine.is_empty() {
                    // One session may have all.
                    continue;
                }
                if part < threads {
                    scope.spawn(move || Part::new(self, first..end, mine).fill(batches));
                } else {
                    Part::new(self, first..end, mine).fill(batches);
                }
            }
        });
        hits.into_iter().map(|(_, page, row)| MsgRef { page, row }).collect()
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
    /// Their hits; the times of those from before are not known yet.
    hits: &'a mut [Timed],
    /// Where in `hits` the next hit of each session goes.
    next: Vec<u32>,
    /// The time of the last hit of each session, once it is known.
    last: Vec<Millis>,
    /// Sessions in which a hit is earlier than the one before it.
    disordered: Vec<SessionId>,
}

impl<'a> Part<'a> {
    fn new(filling: &'a Filling<'a>, sessions: Range<usize>, hits: &'a mut [Timed]) -> Self {
        let starts = filling.starts.get(sessions.clone()).unwrap_or_default();
        let from = starts.first().copied().unwrap_or(0);
        let mut next: Vec<u32> = starts.iter().map(|start| start - from).collect();
        if !filling.base.is_empty() {
            for (number, next) in sessions.clone().zip(&mut next) {
                let old = filling.base.in_session(SessionId(narrow(number)));
                let space = hits.iter_mut().skip(*next as usize);
                for (space, &MsgRef { page, row }) in space.zip(old) {
                    *space = (0, page, row);
                }
                *next += narrow(old.len());
            }
        }
        let last = vec![Millis::MIN; next.len()];
        Self { filling, first: sessions.start, hits, next, last, disordered: Vec::new() }
    }

    fn fill(mut self, batches: &[&Batch]) {
        for batch in batches {
            for found in &batch.found {
                self.put(batch.page, found);
            }
        }
        let mut sessions = std::mem::take(&mut self.disordered);
        sessions.sort_unstable();
        sessions.dedup();
        for session in sessions {
            self.order(session);
        }
    }

    /// Where in `hits` a session begins.
    fn start(&self, session: usize) -> usize {
        self.filling.bound(session) - self.filling.bound(self.first)
    }

    /// Sorts the hits of a session.
    fn order(&mut self, session: SessionId) {
        let span = self.start(session.index())..self.start(session.index() + 1);
        let Some(hits) = self.hits.get_mut(span) else { return };
        let old = self.filling.base.in_session(session).len();
        for (time, page, row) in hits.iter_mut().take(old) {
            *time = time_of(self.filling.pages, MsgRef { page: *page, row: *row });
        }
        hits.sort_unstable();
    }

    fn put(&mut self, page: u32, found: &Found) {
        // Of a session before the first one the number is beyond the last one.
        let session = found.session.index().wrapping_sub(self.first);
        let (Some(next), Some(last)) = (self.next.get_mut(session), self.last.get_mut(session))
        else {
            return;
        };
        let place = *next as usize;
        // Hits from before are in order, but the time of their last one is not at hand.
        if *last == Millis::MIN && !self.filling.base.in_session(found.session).is_empty() {
            let before = place.checked_sub(1).and_then(|before| self.hits.get(before));
            *last = before.map_or(Millis::MIN, |&(_, page, row)| {
                time_of(self.filling.pages, MsgRef { page, row })
            });
        }
        if found.time < *last {
            self.disordered.push(found.session);
        }
        *last = found.time;
        if let Some(space) = self.hits.get_mut(place) {
            *space = (found.time, page, found.row);
            *next += 1;
        }
    }
}

/// The time in a message's row.
pub(super) fn time_of(pages: &[Arc<Page>], at: MsgRef) -> Millis {
    let row = pages.get(at.page as usize).and_then(|page| page.rows.get(at.row as usize));
    row.map_or(Millis::MAX, |row| row.time)
}

/// Rows and hits of one store fit 32 bits, as the numbers of its messages do.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Flags, NameId, RoleId};
    use crate::store::Row;
    use proptest::prelude::*;

    fn page(rows: &[(u32, Millis)], new_sessions: usize) -> Arc<Page> {
        let row = |&(session, time): &(u32, Millis)| Row {
            time,
            text_start: 0,
            text_len: 0,
            extra_start: 0,
            extra_len: 0,
            session: SessionId(session),
            user: NameId::NONE,
            component: NameId::NONE,
            role: RoleId::NONE,
            flags: Flags::default(),
        };
        let rows = rows.iter().map(row).collect();
        Arc::new(Page { rows, new_sessions: vec![None; new_sessions], ..Page::default() })
    }

    proptest! {
        #[test]
        fn any_number_of_threads_puts_hits_in_the_same_order(
            pages in prop::collection::vec(prop::collection::vec(
                (0..9_u32, prop_oneof![1 => Just(Millis::MIN), 6 => 0..6_i64]), 0..40,
            ), 2..5),
            known in 0..3_usize,
        ) {
            let pages: Vec<_> = (0..).zip(&pages)
                .map(|(number, rows)| page(rows, if number == 0 { 9 } else { 0 }))
                .collect();
            let mut expected: Vec<_> = (0..).zip(&pages)
                .flat_map(|(page, of)| (0..).zip(&of.rows).map(move |(row, of)| {
                    (of.session, of.time, MsgRef { page, row })
                }))
                .collect();
            expected.sort_unstable();
            let expected: Vec<_> = expected.into_iter().map(|(_, _, at)| at).collect();

            let base = Hits::of_all(&pages[..known], &Repeats::default(), 1);
            let batches: Vec<_> = (0..).zip(&pages).skip(known).map(|(number, page)| {
                let found = (0..).zip(&page.rows).map(|(row, of)| {
                    Found { time: of.time, session: of.session, row }
                });
                Batch { page: number, found: found.collect() }
            }).collect();
            let batches: Vec<_> = batches.iter().collect();
            let progress = Progress { pages: pages.len(), scanned: 0, complete: true, threads: 1 };
            let hits = base.with(&pages, &batches, progress);
            prop_assert_eq!(&hits.refs, &expected);
            for threads in 2..6 {
                let filling = Filling { base: &base, pages: &pages, starts: &hits.starts };
                prop_assert_eq!(&filling.fill(&batches, threads), &expected);
            }
        }
    }
}
