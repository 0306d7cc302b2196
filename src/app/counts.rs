//! What is known of how many messages have which value, and what a worker is to count next.
//!
//! ```text
//!  completion, facets ─► what they want to know ─► Effect::Count ─► worker ─► Event::Counted
//! ```
//!
//! One count is under way at a time; another one takes its place. An answer that is not up to date
//! any more is shown until there is a new one. Must not know how anything is counted.

use std::sync::Arc;

use crate::search::Hits;
use crate::stats::{CountAnswer, CountJob, CountRequest, Selection};

use super::effect::Effect;
use super::scope_view::ScopeView;
use crate::port::{CountTicket, Lane, StoreTicket, Task};
use crate::time::Zone;

/// How many answers are kept.
const KEPT: usize = 24;

/// A question about how many messages have what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// What is counted.
    pub asked: CountRequest,
    /// Only what contains this is wanted, in small letters.
    pub containing: String,
    /// Whether a sample will do.
    pub is_sample: bool,
}

impl Ask {
    /// A question about everything.
    pub fn whole(asked: CountRequest) -> Self {
        Self { asked, containing: String::new(), is_sample: false }
    }
}

/// Which messages a count is about.
#[derive(Clone, Debug)]
pub struct Base {
    store: StoreTicket,
    messages: usize,
    /// What a filter leaves.
    hits: Option<Arc<Hits>>,
    /// Whether more messages are arriving.
    grows: bool,
}

impl Base {
    /// All messages of a scope.
    pub(super) fn all(tab: &ScopeView) -> Self {
        let (store, messages) = (tab.store_ticket, tab.store.len());
        Self { store, messages, hits: None, grows: tab.progress.is_some() }
    }

    /// What a filter leaves of them.
    pub(super) fn filtered(self, hits: Option<Arc<Hits>>) -> Self {
        Self { hits, ..self }
    }

    fn is(&self, other: &Self) -> bool {
        let same_hits = match (&self.hits, &other.hits) {
            (Some(hits), Some(others)) => Arc::ptr_eq(hits, others),
            (None, None) => true,
            _ => false,
        };
        self.store == other.store && self.messages == other.messages && same_hits
    }

    /// Whether an answer about `other` is as good. While messages arrive it may lag behind.
    pub(super) fn is_served_by(&self, other: &Self) -> bool {
        let lags = self.grows
            && self.store == other.store
            && self.hits.is_some() == other.hits.is_some()
            && self.messages.saturating_mul(2) < other.messages.saturating_mul(3);
        self.is(other) || lags
    }
}

#[derive(Debug)]
struct Known {
    base: Base,
    ask: Ask,
    answer: Arc<CountAnswer>,
    is_last: bool,
}

/// The answers so far.
#[derive(Debug, Default)]
pub struct Counts {
    known: Vec<Known>,
    running: Option<(CountTicket, Base, Ask)>,
}

impl Counts {
    /// What is known about a question, and whether that is all there is to know.
    pub fn answer(&self, base: &Base, ask: &Ask) -> Option<(&Arc<CountAnswer>, bool)> {
        let about = |known: &&Known| known.ask == *ask && known.base.store == base.store;
        let same = self.known.iter().find(|known| about(known) && base.is_served_by(&known.base));
        let older = || {
            let mut known = self.known.iter().rev().filter(about);
            known.find(|known| base.hits.is_some() || known.base.hits.is_none())
        };
        let is_same = same.is_some();
        let known = same.or_else(older)?;
        Some((&known.answer, is_same && known.is_last))
    }

    /// Takes in what a worker counted; `false` for an answer that nobody waits for.
    pub(super) fn apply(
        &mut self,
        ticket: CountTicket,
        answer: CountAnswer,
        is_last: bool,
    ) -> bool {
        let Some((_, base, ask)) = self.running.as_ref().filter(|run| run.0 == ticket) else {
            return false;
        };
        let (base, ask) = (base.clone(), ask.clone());
        self.known.retain(|known| known.ask != ask || !known.base.is(&base));
        if self.known.len() >= KEPT {
            self.known.remove(0);
        }
        self.known.push(Known { base, ask, answer: Arc::new(answer), is_last });
        if is_last {
            self.running = None;
        }
        true
    }

    /// What is to be counted next, of what is wanted; the first that is not known.
    fn next(&mut self, base: &Base, asks: &[Ask]) -> Option<Ask> {
        let is_known = |ask: &Ask| self.answer(base, ask).is_some_and(|(_, is_last)| is_last);
        let ask = asks.iter().find(|ask| !is_known(ask))?.clone();
        let runs = self.running.as_ref();
        if runs.is_some_and(|(_, of, running)| base.is_served_by(of) && *running == ask) {
            return None;
        }
        // What was found by older filters is not shown any more, but for the answer in sight.
        self.known.retain(|known| {
            let is_old = known.base.store != base.store
                || (known.base.hits.is_some() && !base.is_served_by(&known.base));
            !is_old || (known.ask == ask && known.base.store == base.store)
        });
        Some(ask)
    }

    /// Has counted what a layer lacks; stops where no layer wants anything.
    pub(super) fn follow(
        &mut self,
        asks: Option<(Option<Base>, Vec<Ask>)>,
        tab: &ScopeView,
        zone: Zone,
        ticket: impl FnOnce() -> CountTicket,
    ) -> Option<Effect> {
        let Some((base, asks)) = asks.filter(|(_, asks)| !asks.is_empty()) else {
            // What a filter left would keep its hits in memory.
            self.known.retain(|known| known.base.hits.is_none());
            return self.running.take().map(|_| Effect::Stop(Lane::Count));
        };
        let base = base?;
        let ask = self.next(&base, &asks)?;
        let ticket = ticket();
        self.running = Some((ticket, base.clone(), ask.clone()));
        let (pages, repeats) = (tab.store.pages().to_vec(), tab.store.repeats().clone());
        let selection = Selection { pages, hits: base.hits, repeats };
        let Ask { asked, containing, is_sample } = ask;
        let job = CountJob { selection, request: asked, containing, is_sample, zone, threads: 1 };
        Some(Effect::Run(Task::Count { ticket, job: Box::new(job) }))
    }
}
