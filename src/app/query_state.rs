//! Search and filter: what is asked, what was found, and what is still being looked for.
//!
//! ```text
//!  typed text ─► parse ─► compile ─► Job ─► worker ─► Hits (first ones at once, then all)
//!      └─ wrong: the error is shown, the last good result stays
//! ```

use std::sync::Arc;

use crate::query::Query;
use crate::search::{self, CompiledQuery, Hits, Job, Known, Matcher};
use crate::store::Store;
use crate::time::{Millis, Zone};

use super::effect::Effect;
use crate::port::Task;
use crate::port::{FindTicket, QueryKind};

/// The answers to one query over one store.
#[derive(Debug, Default)]
pub struct QueryState {
    question: Option<CompiledQuery>,
    hits: Option<Arc<Hits>>,
    /// What the hits answer in full.
    answered: Option<Arc<Matcher>>,
    /// The revision of the store's repeats that the hits leave out.
    revision: u32,
    running: Option<Run>,
    /// The question within another one: of both, and ready to be asked.
    combined: Option<(Arc<Query>, Arc<Query>, Arc<Matcher>)>,
}

/// A search that a worker is at.
#[derive(Debug)]
struct Run {
    ticket: FindTicket,
    query: Arc<Query>,
    matcher: Arc<Matcher>,
    revision: u32,
}

/// A finished search that another one looks within.
#[derive(Debug)]
pub struct Within {
    query: Arc<Query>,
    hits: Arc<Hits>,
}

impl QueryState {
    /// What is asked.
    pub fn question(&self) -> Option<&CompiledQuery> {
        self.question.as_ref()
    }

    /// What was found; `None` without a question, or before the first answer.
    pub fn hits(&self) -> Option<&Arc<Hits>> {
        self.hits.as_ref()
    }

    /// Whether a worker is still looking.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether what a worker is looking for is what is asked, so that its answer is worth waiting
    /// for.
    pub fn is_answering(&self) -> bool {
        match (&self.running, &self.question) {
            (Some(run), Some(question)) => Arc::ptr_eq(&run.query, &question.query),
            _ => false,
        }
    }

    /// Whether a worker is at this run.
    pub fn is_run(&self, ticket: FindTicket) -> bool {
        self.running.as_ref().is_some_and(|run| run.ticket == ticket)
    }

    /// Whether everything was looked at.
    pub fn is_complete(&self) -> bool {
        self.running.is_none() && self.answered.is_some()
    }

    /// Asks another question, or nothing. The old answers stay until the first new ones.
    pub fn ask(&mut self, question: Option<CompiledQuery>) {
        if question.is_none() {
            self.forget();
        }
        self.question = question;
    }

    /// Asks a question, unless it is the one that is asked already.
    pub fn ask_if_other(&mut self, question: Option<CompiledQuery>) {
        let same = match (&self.question, &question) {
            (Some(old), Some(new)) => Arc::ptr_eq(&old.query, &new.query),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.forget();
            self.question = question;
        }
    }

    /// Forgets the answers: the messages are others now.
    pub fn forget(&mut self) {
        self.hits = None;
        self.answered = None;
        self.running = None;
    }

    /// Waits no longer for a worker.
    pub fn give_up(&mut self) {
        self.running = None;
    }

    /// This search, for another one to look within; `None` unless it is through.
    pub fn within(&self) -> Option<Within> {
        let question = self.question.as_ref().filter(|_| self.is_complete())?;
        Some(Within { query: Arc::clone(&question.query), hits: Arc::clone(self.hits.as_ref()?) })
    }

    /// Starts looking, in what is not answered yet. A question that narrows one that was answered
    /// looks at the hits of that one alone.
    pub fn start(
        &mut self,
        finding: QueryKind,
        ticket: FindTicket,
        store: &Store,
        within: Option<&Within>,
        (zone, now): (Zone, Millis),
    ) -> Option<Effect> {
        let Some(question) = self.question.clone() else {
            return self.running.take().map(|_| Effect::Stop(finding.lane()));
        };
        let query = Arc::clone(&question.query);
        let matcher = match within {
            None => Arc::clone(&question.matcher),
            Some(within) => self.combine(within, &query, zone, now)?,
        };
        let repeats = store.repeats().clone();
        let revision = repeats.revision();
        let hits = self.hits.as_ref().filter(|_| self.revision == revision);
        let known = match (hits, &self.answered, within) {
            (Some(hits), Some(old), _) if Arc::ptr_eq(old, &matcher) => {
                if hits.pages() == store.pages().len() {
                    // It is answered; what is being looked for instead is not wanted any more.
                    return self.running.take().map(|_| Effect::Stop(finding.lane()));
                }
                Known::Same(Arc::clone(hits))
            }
            (Some(hits), Some(old), _) if search::narrows(&matcher, old) => {
                Known::Wider(Arc::clone(hits))
            }
            (_, _, Some(within)) => Known::Wider(Arc::clone(&within.hits)),
            _ => Known::Nothing,
        };
        let pages = store.pages().to_vec();
        let job = Job { pages, repeats, matcher: Arc::clone(&matcher), known, threads: 0 };
        self.running = Some(Run { ticket, query, matcher, revision });
        Some(Effect::Run(Task::Find { kind: finding, ticket, job: Box::new(job) }))
    }

    /// Both questions as one, the same one each time so that its answers can be gone on with.
    fn combine(
        &mut self,
        within: &Within,
        query: &Arc<Query>,
        zone: Zone,
        now: Millis,
    ) -> Option<Arc<Matcher>> {
        if let Some((outer, inner, matcher)) = &self.combined
            && Arc::ptr_eq(outer, &within.query)
            && Arc::ptr_eq(inner, query)
        {
            return Some(Arc::clone(matcher));
        }
        // Each compiled by itself, so both together do.
        let matcher = Arc::new(search::compile(&within.query.and(query), zone, now).ok()?);
        let both = (Arc::clone(&within.query), Arc::clone(query), Arc::clone(&matcher));
        self.combined = Some(both);
        Some(matcher)
    }

    /// Takes in what a worker found; `false` for the answer of an older run.
    pub fn found(&mut self, ticket: FindTicket, hits: Hits) -> bool {
        let Some(run) = self.running.as_ref().filter(|run| run.ticket == ticket) else {
            return false;
        };
        self.revision = run.revision;
        if hits.is_complete() {
            self.answered = Some(Arc::clone(&run.matcher));
            self.running = None;
        } else {
            self.answered = None;
        }
        self.hits = Some(Arc::new(hits));
        true
    }
}
