//! The order of a document: session by session, in each by time and then by arrival.
//!
//! Where it has to be made, it costs 8 bytes a message and 4 a session; what a search found is in
//! order already.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Chosen, Counts, Job, row_of};
use crate::message::{MsgRef, SessionId};
use crate::search::Hits;
use crate::store::{Copies, Page};
use crate::time::Millis;

/// The messages of a job in their order.
pub(super) enum Order<'a> {
    Found(&'a Hits, &'a [SessionId]),
    Listed(&'a [Arc<Page>], &'a [MsgRef]),
    Gathered(Gathered),
    /// A list for each session.
    Spread(Vec<Vec<MsgRef>>),
}

impl<'a> Order<'a> {
    pub(super) fn of(job: &'a Job) -> Self {
        match &job.chosen {
            Chosen::Everything => Self::Gathered(Gathered::of(&job.pages, None)),
            Chosen::Sessions(wanted) => Self::Gathered(Gathered::of(&job.pages, Some(wanted))),
            Chosen::Found(hits, sessions) if job.copies.is_empty() => Self::Found(hits, sessions),
            Chosen::Found(hits, sessions) => {
                let lists = sessions.iter().map(|&session| {
                    let found = hits.in_session(session).iter();
                    found.flat_map(|&at| with_copies(at, &job.copies)).collect()
                });
                Self::Spread(lists.filter(|list: &Vec<MsgRef>| !list.is_empty()).collect())
            }
            Chosen::Messages(messages) => Self::Listed(&job.pages, messages),
        }
    }

    /// The messages, a slice for each session; none is empty.
    pub(super) fn sections(&self) -> Box<dyn Iterator<Item = &[MsgRef]> + '_> {
        match self {
            Self::Found(hits, sessions) => {
                let found = sessions.iter().map(|&session| hits.in_session(session));
                Box::new(found.filter(|messages| !messages.is_empty()))
            }
            Self::Listed(pages, messages) => {
                let session = |at: MsgRef| row_of(pages, at).map(|(_, row)| row.session);
                Box::new(messages.chunk_by(move |&a, &b| session(a) == session(b)))
            }
            Self::Gathered(gathered) => Box::new(gathered.sections()),
            Self::Spread(lists) => Box::new(lists.iter().map(Vec::as_slice)),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        let (mut messages, mut sessions) = (0, 0);
        for section in self.sections() {
            messages += section.len() as u64;
            sessions += 1;
        }
        if let Self::Listed(pages, listed) = self {
            let session = |&at: &MsgRef| row_of(pages, at).map(|(_, row)| row.session);
            let distinct: HashSet<_, RandomState> = listed.iter().map(session).collect();
            sessions = distinct.len() as u64;
        }
        Counts { messages, sessions }
    }
}

/// A message and the exact repeats of it.
fn with_copies(at: MsgRef, copies: &Copies) -> impl Iterator<Item = MsgRef> {
    std::iter::once(at).chain(copies.of(at).iter().copied())
}

/// Messages by session, made from the pages.
pub(super) struct Gathered {
    refs: Vec<MsgRef>,
    /// For each session by number where its messages begin; one more for the end.
    starts: Vec<usize>,
    sessions: Vec<SessionId>,
}

impl Gathered {
    fn of(pages: &[Arc<Page>], wanted: Option<&[SessionId]>) -> Self {
        let count: usize = pages.iter().map(|page| page.new_sessions.len()).sum();
        let mut is_wanted = vec![wanted.is_none(); count];
        for session in wanted.unwrap_or_default() {
            if let Some(wanted) = is_wanted.get_mut(session.index()) {
                *wanted = true;
            }
        }
        let chosen = || {
            let rows = (0..).zip(pages).flat_map(|(number, page)| {
                (0..)
                    .zip(&page.rows)
                    .map(move |(row, of)| (MsgRef { page: number, row }, of.session))
            });
            rows.filter(|(_, session)| is_wanted.get(session.index()).copied().unwrap_or(false))
        };
        // Two walks over the rows: how many each session has, then each to its place.
        let mut starts = vec![0; count + 1];
        for (_, session) in chosen() {
            if let Some(count) = starts.get_mut(session.index() + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut refs = vec![MsgRef { page: 0, row: 0 }; sum];
        for (at, session) in chosen() {
            if let Some(next) = next.get_mut(session.index())
                && let Some(place) = refs.get_mut(*next)
            {
                *place = at;
                *next += 1;
            }
        }
        let sessions = match wanted {
            Some(wanted) => wanted.to_vec(),
            None => (0..).take(count).map(SessionId).collect(),
        };
        let mut gathered = Self { refs, starts, sessions };
        gathered.sort(pages);
        gathered
    }

    fn sort(&mut self, pages: &[Arc<Page>]) {
        let key = |&at: &MsgRef| -> (Millis, MsgRef) {
            (row_of(pages, at).map_or(Millis::MIN, |(_, row)| row.time), at)
        };
        for bounds in self.starts.windows(2) {
            let &[start, end] = bounds else { continue };
            let Some(messages) = self.refs.get_mut(start..end) else { continue };
            if !messages.is_sorted_by_key(key) {
                messages.sort_unstable_by_key(key);
            }
        }
    }

    fn sections(&self) -> impl Iterator<Item = &[MsgRef]> {
        let of = |session: &SessionId| {
            let (from, to) = (session.index(), session.index() + 1);
            let bounds = *self.starts.get(from)?..*self.starts.get(to)?;
            self.refs.get(bounds).filter(|messages| !messages.is_empty())
        };
        self.sessions.iter().filter_map(of)
    }
}
