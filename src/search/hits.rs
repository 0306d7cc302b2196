//! What a search found: sparse, by session, in the order of the transcript.
//!
//! Must not know why something was found.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::batch::{Batch, Bitmap};
use super::filling::{Filling, Found, Threads, on_threads, shares};
use crate::message::{MsgRef, SessionId};
use crate::store::{Page, Repeats, Row, Session, Store};
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

/// How far a search came.
#[derive(Clone, Copy)]
pub(super) struct Progress<'a> {
    pub(super) pages: usize,
    pub(super) scanned: usize,
    pub(super) complete: bool,
    /// How many threads may put them in order.
    pub(super) threads: Threads,
    /// Once it says so, what is made is not wanted any more and may be anything.
    pub(super) stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Hits {
    /// Every message of a store but the repeats, in the order that it has. Takes milliseconds for a
    /// million: not for the screen's thread.
    pub fn of_store(store: &Store) -> Self {
        let count = |sum: &mut u32, session: &Session| {
            *sum += narrow(session.messages.len());
            Some(*sum)
        };
        let starts = std::iter::once(0).chain(store.sessions().iter().scan(0, count)).collect();
        let mut refs = Vec::with_capacity(store.count_once());
        store.sessions().iter().for_each(|session| refs.extend_from_slice(&session.messages));
        Self { starts, refs, pages: store.pages().len(), scanned: store.len(), complete: true }
    }

    /// Every message of these pages but the repeats; [`None`] once `stopped` says so.
    pub(super) fn of_all(
        pages: &[Arc<Page>],
        repeats: &Repeats,
        threads: Threads,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        // Whoever was stopped once has not all of them, even where it is wanted again meanwhile.
        let once = AtomicBool::new(false);
        let stopped = || {
            if !once.load(Ordering::Relaxed) && stopped() {
                once.store(true, Ordering::Relaxed);
            }
            once.load(Ordering::Relaxed)
        };
        let all = Self::of_rows(pages, |at, _| !repeats.has(at), threads, &stopped);
        (!stopped()).then_some(all)
    }

    /// Every message of some sessions, the repeats included. Made by so many threads.
    pub fn in_sessions(
        pages: &[Arc<Page>],
        is_wanted: impl Fn(SessionId) -> bool,
        threads: Threads,
    ) -> Self {
        Self::of_rows(pages, |_, row| is_wanted(row.session), threads, &|| false)
    }

    fn of_rows(
        pages: &[Arc<Page>],
        is_in: impl Fn(MsgRef, &Row) -> bool,
        threads: Threads,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let batch = |(number, page): (u32, &Arc<Page>)| {
            let mut batch = Batch::new(number, &(0..page.rows.len()));
            let rows = (0..).zip(&page.rows);
            rows.filter(|&(row, of)| is_in(MsgRef { page: number, row }, of))
                .for_each(|(row, _)| batch.add(row));
            batch
        };
        let left = (0..).zip(pages).take_while(|_| !stopped());
        let batches: Vec<Batch> = left.map(batch).collect();
        let batches: Vec<&Batch> = batches.iter().collect();
        let progress =
            Progress { pages: pages.len(), scanned: 0, complete: true, threads, stopped };
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
    pub(super) fn with(
        &self,
        pages: &[Arc<Page>],
        batches: &[&Batch],
        progress: Progress<'_>,
    ) -> Self {
        let stopped = progress.stopped;
        let sessions: usize = pages.iter().map(|page| page.new_sessions.len()).sum();
        // How many hits each session has: shifted by one, so that summing up gives the starts.
        let mut starts = vec![0_u32; sessions + 1];
        for (number, start) in (0_u32..).zip(starts.iter_mut().skip(1)) {
            *start = narrow(self.in_session(SessionId(number)).len());
        }
        let found = Found::of(pages, batches);
        found.each(&stopped, |session, _, _| {
            if let Some(start) = starts.get_mut(session.index() + 1) {
                *start += 1;
            }
        });
        let end = sum_up(&mut starts);
        let threads = enough(progress.threads, end);
        let refs = Filling { base: self, pages, starts: &starts, stopped }.fill(&found, threads);
        let Progress { pages, scanned, complete, .. } = progress;
        Self { starts, refs, pages, scanned, complete }
    }

    /// The messages of `all` that were found, in its order: 1 bit is looked at for each message of it,
    /// and nothing is sorted. For what stands in many of them.
    pub(super) fn among(
        all: &Self,
        pages: &[Arc<Page>],
        batches: &[&Batch],
        progress: Progress<'_>,
    ) -> Self {
        let threads = enough(progress.threads, all.len());
        Self::among_by(threads, all, &Bitmap::of(pages, batches), progress)
    }

    fn among_by(threads: Threads, all: &Self, found: &Bitmap, progress: Progress<'_>) -> Self {
        let (threads, begin) = threads;
        let spans = shares(&all.starts, threads);
        let mut starts = vec![0_u32; all.starts.len()];
        // How many hits each session has: shifted by one, so that summing up gives the starts.
        let counts = starts.get_mut(1..).unwrap_or_default();
        on_threads(&spans, begin, counts, ExactSizeIterator::len, |sessions, counts| {
            for (session, count) in sessions.clone().zip(counts) {
                let messages = all.in_session(SessionId(narrow(session))).iter();
                *count = narrow(messages.filter(|&&at| found.has(at)).count());
            }
        });
        let end = sum_up(&mut starts);
        let bound = |session: usize| starts.get(session).map_or(0, |&start| start as usize);
        // A tuple of numbers, because memory that is all zeros costs nothing before it is used.
        let mut refs = vec![(0_u32, 0_u32); end];
        on_threads(
            &spans,
            begin,
            &mut refs,
            |span| bound(span.end) - bound(span.start),
            |sessions, refs| {
                let messages =
                    sessions.clone().flat_map(|number| all.in_session(SessionId(narrow(number))));
                let found = messages.filter(|&&at| found.has(at));
                refs.iter_mut().zip(found).for_each(|(place, at)| *place = (at.page, at.row));
            },
        );
        let refs = refs.into_iter().map(|(page, row)| MsgRef { page, row }).collect();
        let Progress { pages, scanned, complete, .. } = progress;
        Self { starts, refs, pages, scanned, complete }
    }
}

/// Makes where each session begins of how many hits the one before it has; how many there are.
fn sum_up(starts: &mut [u32]) -> usize {
    let mut end = 0;
    for start in starts {
        end += *start;
        *start = end;
    }
    end as usize
}

/// As many threads as so many hits are worth.
fn enough((threads, begin): Threads, hits: usize) -> Threads {
    (threads.min(hits / SHARE).max(1), begin)
}

/// The time in a message's row.
pub(super) fn time_of(pages: &[Arc<Page>], at: MsgRef) -> Millis {
    let row = pages.get(at.page as usize).and_then(|page| page.rows.get(at.row as usize));
    row.map_or(Millis::MAX, |row| row.time)
}

/// Rows and hits of one store fit 32 bits, as the numbers of its messages do.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::message::{Flags, NameId, RoleId};
    use proptest::prelude::*;
    use std::sync::atomic::AtomicUsize;

    const ONE: Threads = (1, || ());

    /// A page of messages, by session and time.
    pub(in crate::search) fn page(rows: &[(u32, Millis)], new_sessions: usize) -> Arc<Page> {
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

            let base = Hits::of_all(&pages[..known], &Repeats::default(), ONE, &|| false).unwrap();
            let batches: Vec<_> = (0..).zip(&pages).skip(known).map(|(number, page)| {
                let mut batch = Batch::new(number, &(0..page.rows.len()));
                (0..).take(page.rows.len()).for_each(|row| batch.add(row));
                batch
            }).collect();
            let batches: Vec<_> = batches.iter().collect();
            let progress = Progress { pages: pages.len(), scanned: 0, complete: true, threads: ONE, stopped: &|| false };
            let hits = base.with(&pages, &batches, progress);
            prop_assert_eq!(&hits.refs, &expected);
            for threads in 2..6 {
                let filling = Filling { base: &base, pages: &pages, starts: &hits.starts, stopped: &|| false };
                for found in [Found::Many(&pages, &batches), Found::few(&pages, &batches)] {
                    prop_assert_eq!(&filling.fill(&found, (threads, || ())), &expected);
                }
            }
        }

        #[test]
        fn what_is_stopped_is_not_taken_for_all_messages(
            pages in prop::collection::vec(prop::collection::vec((0..9_u32, 0..6_i64), 1..40), 1..5),
            threads in 1..4_usize,
            at in 0..20_usize,
            // A search that was asked for may be taken back before this is noticed.
            is_wanted_again in any::<bool>(),
        ) {
            let pages: Vec<_> = (0..).zip(&pages)
                .map(|(number, rows)| page(rows, if number == 0 { 9 } else { 0 }))
                .collect();
            let asked = AtomicUsize::new(0);
            let stopped = || {
                let count = asked.fetch_add(1, Ordering::Relaxed);
                if is_wanted_again { count == at } else { count >= at }
            };
            let all = Hits::of_all(&pages, &Repeats::default(), ONE, &|| false).unwrap();
            let made = Hits::of_all(&pages, &Repeats::default(), (threads, || ()), &stopped);
            let was_stopped = asked.into_inner() > at;
            prop_assert_eq!(made.is_none(), was_stopped);
            prop_assert!(made.is_none_or(|made| made.refs == all.refs && made.starts == all.starts));
        }

        #[test]
        fn a_store_has_all_hits_in_their_order(
            sessions in prop::collection::vec(0..9_u32, 0..200),
            times in Just((0..200).collect::<Vec<Millis>>()).prop_shuffle(),
        ) {
            let rows: Vec<_> = sessions.into_iter().zip(times).collect();
            let mut store = Store::new();
            for (number, rows) in (0..).zip(rows.chunks(40)) {
                store.append(page(rows, if number == 0 { 9 } else { 0 }));
            }
            crate::search::put_in_order(&mut store);
            let (ours, all) = (Hits::of_store(&store), Hits::in_sessions(store.pages(), |_| true, (2, || ())));
            prop_assert_eq!((ours.starts, ours.refs), (all.starts, all.refs));
        }

        #[test]
        fn what_is_found_among_all_stands_as_if_it_was_sorted(
            pages in prop::collection::vec(prop::collection::vec(
                ((0..9_u32, 0..6_i64), any::<bool>()), 0..90,
            ), 1..4),
            threads in 1..5_usize,
        ) {
            let batches: Vec<_> = (0..).zip(&pages).map(|(number, rows)| {
                let mut batch = Batch::new(number, &(0..rows.len()));
                let found = (0..).zip(rows).filter(|(_, (_, found))| *found);
                found.for_each(|(row, _)| batch.add(row));
                batch
            }).collect();
            let batches: Vec<_> = batches.iter().collect();
            let pages: Vec<_> = (0..).zip(&pages).map(|(number, rows)| {
                let rows: Vec<_> = rows.iter().map(|(row, _)| *row).collect();
                page(&rows, if number == 0 { 9 } else { 0 })
            }).collect();
            let progress = Progress { pages: pages.len(), scanned: 0, complete: true, threads: ONE, stopped: &|| false };
            let sorted = Hits::default().with(&pages, &batches, progress);
            let all = Hits::of_all(&pages, &Repeats::default(), ONE, &|| false).unwrap();
            let found = Bitmap::of(&pages, &batches);
            let among = Hits::among_by((threads, || ()), &all, &found, progress);
            prop_assert_eq!(&among.refs, &sorted.refs);
            prop_assert_eq!(&among.starts, &sorted.starts);
        }
    }
}
