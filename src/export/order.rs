//! The order of a document: session by session, in each by time and then by arrival.
//!
//! Where it has to be made, it costs 8 bytes a message and 4 a session, and three times that while it
//! is made; what a search found is in order already.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Chosen, Counts, Job, row_of};
use crate::message::{MsgRef, SessionId};
use crate::search::Hits;
use crate::store::{Copies, Page};

/// The messages of a job in their order.
pub(super) enum Order<'a> {
    Found(&'a Hits, &'a [SessionId]),
    Listed(&'a [Arc<Page>], &'a [MsgRef]),
    /// As [`Order::Found`], made for this document.
    Gathered(Hits, Vec<SessionId>),
    /// A list for each session.
    Spread(Vec<Vec<MsgRef>>),
}

impl<'a> Order<'a> {
    /// Of a job.
    pub(super) fn of(job: &'a Job) -> Self {
        let count: usize = job.pages.iter().map(|page| page.new_sessions.len()).sum();
        match &job.chosen {
            Chosen::Everything => {
                let sessions = (0..).take(count).map(SessionId).collect();
                Self::Gathered(Hits::in_sessions(&job.pages, |_| true), sessions)
            }
            Chosen::Sessions(wanted) => {
                let mut among = vec![false; count];
                for session in wanted {
                    if let Some(among) = among.get_mut(session.index()) {
                        *among = true;
                    }
                }
                let is_wanted = |id: SessionId| among.get(id.index()).copied().unwrap_or(false);
                let hits = Hits::in_sessions(&job.pages, is_wanted);
                Self::Gathered(hits, wanted.clone())
            }
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
            Self::Found(hits, sessions) => of_sessions(hits, sessions),
            Self::Gathered(hits, sessions) => of_sessions(hits, sessions),
            Self::Listed(pages, messages) => {
                let session = |at: MsgRef| row_of(pages, at).map(|(_, row)| row.session);
                Box::new(messages.chunk_by(move |&a, &b| session(a) == session(b)))
            }
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

/// The messages of these sessions that were found.
fn of_sessions<'o>(
    hits: &'o Hits,
    sessions: &'o [SessionId],
) -> Box<dyn Iterator<Item = &'o [MsgRef]> + 'o> {
    let found = sessions.iter().map(|&session| hits.in_session(session));
    Box::new(found.filter(|messages| !messages.is_empty()))
}

/// A message and the exact repeats of it.
fn with_copies(at: MsgRef, copies: &Copies) -> impl Iterator<Item = MsgRef> {
    std::iter::once(at).chain(copies.of(at).iter().copied())
}
