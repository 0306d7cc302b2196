//! What a search found: sparse, by session, in the order of the transcript.
//!
//! Must not know why something was found.

use std::ops::Range;
use std::sync::Arc;

use crate::message::{MsgRef, SessionId};
use crate::store::{Page, Repeats, Row, Session, Store};
use crate::time::Millis;

/// The messages that match. 8 bytes for each, 4 for each session of the store.
#[derive(Clone, Debug)]
pub struct Hits {
    /// For each session where its hits begin in `refs`; one more for the end.
    starts: Vec<u32>,
    /// The hits, session by session, in each by time and then by arrival.
    refs: Vec<MsgRef>,
    pub(super) pages: usize,
    pub(super) scanned: usize,
    pub(super) complete: bool,
}

impl Default for Hits {
    fn default() -> Self {
        Self { starts: vec![0], refs: Vec::new(), pages: 0, scanned: 0, complete: true }
    }
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

    /// Every message of these pages but the repeats; [`None`] once `is_stopped` returns true.
    pub(super) fn of_all(
        pages: &[Arc<Page>],
        repeats: &Repeats,
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::of_rows(pages, |at, _| !repeats.has(at), is_stopped)
    }

    /// Every message of some sessions, repeats included.
    pub fn in_sessions(pages: &[Arc<Page>], is_wanted: impl Fn(SessionId) -> bool) -> Self {
        Self::of_rows(pages, |_, row| is_wanted(row.session), &|| false).unwrap_or_default()
    }

    fn of_rows(
        pages: &[Arc<Page>],
        is_in: impl Fn(MsgRef, &Row) -> bool,
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let of_page = |(number, page): (u32, &Arc<Page>)| {
            let rows = (0..).zip(&page.rows);
            let rows = rows.filter(|&(row, of)| is_in(MsgRef { page: number, row }, of));
            PageHits::new(number, page, rows.map(|(row, _)| row))
        };
        let found: Vec<PageHits> = (0..).zip(pages).map(of_page).collect();
        Self::default().with(pages, &found.iter().collect::<Vec<_>>(), is_stopped)
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
        self.refs.get(self.range(session)).unwrap_or_default()
    }

    fn range(&self, session: SessionId) -> Range<usize> {
        let bound = |at: usize| self.starts.get(at).map_or(self.refs.len(), |&at| at as usize);
        bound(session.index())..bound(session.index() + 1)
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

    /// These hits and those of later pages together, which come in order of arrival; [`None`] once
    /// `is_stopped` returns true, which is called for each slice.
    ///
    /// A counting sort by session. Messages mostly arrive in order, so only sessions in which a hit
    /// is earlier than the one before it are sorted by time.
    pub(super) fn with(
        &self,
        pages: &[Arc<Page>],
        found: &[&PageHits],
        is_stopped: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let sessions: usize = pages.iter().map(|page| page.new_sessions.len()).sum();
        // How many hits each session has: shifted by one, so that summing up gives the starts.
        let mut starts = vec![0_u32; sessions + 1];
        for (number, count) in (0_u32..).zip(starts.iter_mut().skip(1)) {
            *count = narrow(self.in_session(SessionId(number)).len());
        }
        for_each(found, is_stopped, |hit, _| {
            if let Some(count) = starts.get_mut(hit.session.index() + 1) {
                *count += 1;
            }
        })?;
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut refs = vec![MsgRef { page: 0, row: 0 }; end as usize];
        // Where the next hit of each session goes, and the time of its last one.
        let mut next: Vec<(u32, Millis)> = starts.iter().map(|&at| (at, Millis::MIN)).collect();
        if !self.is_empty() {
            for (number, (at, last)) in (0_u32..).zip(&mut next) {
                let known = self.in_session(SessionId(number));
                let room = refs.get_mut(*at as usize..*at as usize + known.len());
                room.unwrap_or_default().copy_from_slice(known);
                *at += narrow(known.len());
                *last = known.last().map_or(Millis::MIN, |&at| time_of(pages, at));
            }
        }
        let mut disordered = Vec::new();
        for_each(found, is_stopped, |hit, at| {
            let Some((place, last)) = next.get_mut(hit.session.index()) else { return };
            if let Some(room) = refs.get_mut(*place as usize) {
                *room = at;
            }
            *place += 1;
            if hit.time < *last && disordered.last() != Some(&hit.session) {
                disordered.push(hit.session);
            }
            *last = hit.time;
        })?;
        let mut hits = Self { starts, refs, ..Self::default() };
        disordered.sort_unstable();
        disordered.dedup();
        for session in disordered {
            if is_stopped() {
                return None;
            }
            let range = hits.range(session);
            hits.refs[range].sort_by_cached_key(|&at| (time_of(pages, at), at));
        }
        Some(hits)
    }
}

/// The hits in a part of one page, in order of arrival.
#[derive(Debug)]
pub(super) struct PageHits {
    page: u32,
    hits: Vec<Hit>,
}

/// What putting hits in order needs of each: copied by the threads that scan, so that the one that
/// orders all hits does not go back to the rows.
#[derive(Debug)]
struct Hit {
    time: Millis,
    session: SessionId,
    row: u32,
}

impl PageHits {
    /// The hits in these rows of a page.
    pub(super) fn new(number: u32, page: &Page, rows: impl Iterator<Item = u32>) -> Self {
        let hit = |row: u32| {
            let of = page.rows.get(row as usize)?;
            Some(Hit { time: of.time, session: of.session, row })
        };
        Self { page: number, hits: rows.filter_map(hit).collect() }
    }
}

/// Calls `each` with every hit; [`None`] once `is_stopped` returns true.
fn for_each(
    found: &[&PageHits],
    is_stopped: &dyn Fn() -> bool,
    mut each: impl FnMut(&Hit, MsgRef),
) -> Option<()> {
    for PageHits { page, hits } in found {
        if is_stopped() {
            return None;
        }
        for hit in hits {
            each(hit, MsgRef { page: *page, row: hit.row });
        }
    }
    Some(())
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
mod tests {
    use super::*;
    use crate::message::{Flags, NameId, RoleId};
    use proptest::prelude::*;
    use std::cell::Cell;

    /// A page of messages, by session and time.
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
        fn hits_stand_by_session_time_and_arrival_however_they_come(
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

            let base = Hits::of_all(&pages[..known], &Repeats::default(), &|| false).unwrap();
            let found: Vec<_> = (0..).zip(&pages).skip(known).map(|(number, page)| {
                PageHits::new(number, page, (0..).take(page.rows.len()))
            }).collect();
            let hits = base.with(&pages, &found.iter().collect::<Vec<_>>(), &|| false).unwrap();
            prop_assert_eq!(&hits.refs, &expected);
        }

        #[test]
        fn what_is_stopped_is_not_taken_for_all_messages(
            pages in prop::collection::vec(prop::collection::vec((0..9_u32, 0..6_i64), 1..40), 1..5),
            at in 0..20_usize,
            // A search may be wanted again before it notices that it was stopped.
            is_wanted_again in any::<bool>(),
        ) {
            let pages: Vec<_> = (0..).zip(&pages)
                .map(|(number, rows)| page(rows, if number == 0 { 9 } else { 0 }))
                .collect();
            let asked = Cell::new(0);
            let stopped = || {
                let count = asked.replace(asked.get() + 1);
                if is_wanted_again { count == at } else { count >= at }
            };
            let all = Hits::of_all(&pages, &Repeats::default(), &|| false).unwrap();
            let made = Hits::of_all(&pages, &Repeats::default(), &stopped);
            prop_assert_eq!(made.is_none(), asked.get() > at);
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
            let (ours, all) = (Hits::of_store(&store), Hits::in_sessions(store.pages(), |_| true));
            prop_assert_eq!((ours.starts, ours.refs), (all.starts, all.refs));
        }
    }
}
