//! What a search found: sparse, by session, in the order of the transcript.
//!
//! Must not know why something was found.

use std::sync::Arc;

use crate::message::{MsgRef, SessionId};
use crate::store::{Page, Repeats};
use crate::time::Millis;

/// Sessions that are worth a thread of their own to be sorted.
const SHARE: usize = 4096;

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
    /// How many threads may sort.
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
        let refs = Filling::new(self, pages, &starts).fill(batches, progress.threads);
        let Progress { pages, scanned, complete, .. } = progress;
        Self { starts, refs, pages, scanned, complete }
    }
}

/// A hit with its time, so that a session is sorted without a look at the pages.
type Timed = (Millis, MsgRef);

/// The second half of a counting sort by session.
struct Filling<'a> {
    base: &'a Hits,
    pages: &'a [Arc<Page>],
    starts: &'a [u32],
    /// The times of hits from before are not known yet.
    hits: Vec<Timed>,
    /// Where the next hit of each session goes.
    next: Vec<u32>,
    /// The time of the last hit of each session, once it is known.
    last: Vec<Millis>,
    /// Sessions in which a hit is earlier than the one before it.
    disordered: Vec<SessionId>,
}

impl<'a> Filling<'a> {
    fn new(base: &'a Hits, pages: &'a [Arc<Page>], starts: &'a [u32]) -> Self {
        let len = starts.last().map_or(0, |&end| end as usize);
        let mut hits = vec![(Millis::MIN, MsgRef { page: 0, row: 0 }); len];
        let mut next = starts.to_vec();
        if !base.is_empty() {
            for (number, next) in (0_u32..).zip(&mut next) {
                let old = base.in_session(SessionId(number));
                let space = hits.iter_mut().skip(*next as usize);
                for ((_, space), &old) in space.zip(old) {
                    *space = old;
                }
                *next += narrow(old.len());
            }
        }
        let last = vec![Millis::MIN; starts.len()];
        Self { base, pages, starts, hits, next, last, disordered: Vec::new() }
    }

    fn fill(mut self, batches: &[&Batch], threads: usize) -> Vec<MsgRef> {
        for batch in batches {
            for found in &batch.found {
                self.put(MsgRef { page: batch.page, row: found.row }, found);
            }
        }
        let mut sessions = std::mem::take(&mut self.disordered);
        sessions.sort_unstable();
        sessions.dedup();
        let mut hits = std::mem::take(&mut self.hits);
        let mut rest = (0, hits.as_mut_slice());
        let share = sessions.len().div_ceil(threads.max(1)).max(SHARE);
        std::thread::scope(|scope| {
            for part in sessions.chunks(share) {
                let end = part.last().map_or(0, |last| self.bound(last.index() + 1));
                let (from, all) = std::mem::take(&mut rest);
                let Some((mine, others)) = all.split_at_mut_checked(end - from) else { break };
                rest = (end, others);
                let filling = &self;
                if part.len() < sessions.len() && !rest.1.is_empty() {
                    scope.spawn(move || filling.order(part, mine, from));
                } else {
                    filling.order(part, mine, from);
                }
            }
        });
        hits.into_iter().map(|(_, at)| at).collect()
    }

    fn bound(&self, session: usize) -> usize {
        self.starts.get(session).map_or(0, |&at| at as usize)
    }

    /// Sorts the hits of these sessions; the first of `hits` is the one at the place `from`.
    fn order(&self, sessions: &[SessionId], hits: &mut [Timed], from: usize) {
        for &session in sessions {
            let span = self.bound(session.index())..self.bound(session.index() + 1);
            let Some(hits) = hits.get_mut(span.start - from..span.end - from) else { continue };
            for (time, at) in hits.iter_mut().take(self.base.in_session(session).len()) {
                *time = time_of(self.pages, *at);
            }
            hits.sort_unstable();
        }
    }

    fn put(&mut self, at: MsgRef, found: &Found) {
        let session = found.session.index();
        let (Some(next), Some(last)) = (self.next.get_mut(session), self.last.get_mut(session))
        else {
            return;
        };
        let place = *next as usize;
        // Hits from before are in order, but the time of their last one is not at hand.
        if *last == Millis::MIN && self.starts.get(session) != Some(&*next) {
            let before = place.checked_sub(1).and_then(|before| self.hits.get(before));
            *last = before.map_or(Millis::MIN, |&(_, before)| time_of(self.pages, before));
        }
        if found.time < *last {
            self.disordered.push(found.session);
        }
        *last = found.time;
        if let Some(space) = self.hits.get_mut(place) {
            *space = (found.time, at);
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
