//! Runs a search over the shared pages of a store, on several threads.
//!
//! The work is cut into slices of about a mebibyte of text, taken in order of arrival. A search
//! that is cancelled stops within a slice; one that lasts shows what it has so far. The clock
//! only paces that: the result does not depend on it. Must not know who asked or where it shows.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::eval::Resolved;
use super::hits::{Hits, PageHits};
use super::ids::IdSet;
use super::matcher::Matcher;
use super::scan::{Watch, scan};
use super::turns::{Memory, Turns};
use crate::message::MsgRef;
use crate::store::{Page, Repeats};

/// Bytes of text in a slice for a query of one word.
const SLICE: usize = 1 << 20;
/// Bytes of text in a slice for the most expensive query.
const SMALLEST_SLICE: usize = 64 << 10;
/// Hits of a wider query in a slice.
const REFS: usize = 2048;
/// A wider query helps when it has less than one hit for this many messages: its hits are looked
/// at one by one, and out of the order of the page.
const WORTH_NARROWING: usize = 8;
/// When the first partial result is published. The next one follows [`PARTIAL_GROWTH`] times later,
/// and so on; the second not before [`SECOND_PARTIAL`], because most searches are done by then and
/// each partial result is put in order from scratch.
const FIRST_PARTIAL: Duration = Duration::from_millis(4);
const SECOND_PARTIAL: Duration = Duration::from_millis(100);
const PARTIAL_GROWTH: u32 = 4;

/// What is already known of the answer.
#[derive(Clone, Debug, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// The complete hits of the same query in the first pages: only later pages are searched.
    Same(Arc<Hits>),
    /// The complete hits in the first pages of a query that this one [narrows](super::narrows):
    /// of these pages only its hits are searched.
    Wider(Arc<Hits>),
}

/// A search to be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The pages of the store, all from the first on.
    pub pages: Vec<Arc<Page>>,
    /// Which of their messages are not to be found, since they repeat others.
    pub repeats: Repeats,
    /// What to find.
    pub matcher: Arc<Matcher>,
    /// What is already known. Hits that are not complete count as nothing.
    pub known: Known,
    /// How many threads may work, the calling one included; 0 counts as 1.
    pub threads: usize,
}

/// A piece of work.
enum Slice {
    Rows { page: usize, rows: Range<usize> },
    Refs(Range<usize>),
}

/// What a slice gave.
enum Outcome {
    Found(PageHits),
    /// Places among the hits of the wider query.
    Kept(Vec<u32>),
}

struct Run<'a> {
    job: &'a Job,
    sets: Vec<IdSet>,
    turns: Option<Arc<Turns>>,
    /// What each further thread does first.
    begin: fn(),
    same: Option<&'a Hits>,
    wider: Option<&'a Hits>,
    slices: Vec<Slice>,
    next: AtomicUsize,
    stopped: AtomicBool,
    cancelled: &'a (dyn Fn() -> bool + Sync),
    outcomes: Mutex<Vec<(usize, Outcome)>>,
}

/// Runs a search on this and further threads. `None` once `cancelled` says so, which is asked
/// every fraction of a millisecond or so, from several threads.
///
/// `publish` is called on this thread with what was found so far, after a few milliseconds and
/// then more and more rarely; not for the final result, which is returned.
pub fn run(
    job: &Job,
    cancelled: &(dyn Fn() -> bool + Sync),
    publish: &mut dyn FnMut(Hits),
) -> Option<Hits> {
    run_with(&Memory::default(), job, cancelled, publish)
}

/// [`run`], with what an earlier search left behind.
pub fn run_with(
    memory: &Memory,
    job: &Job,
    cancelled: &(dyn Fn() -> bool + Sync),
    publish: &mut dyn FnMut(Hits),
) -> Option<Hits> {
    if cancelled() {
        return None;
    }
    let begun = Instant::now();
    memory.forget_what_is_gone();
    let turns = if job.matcher.needs_turns {
        Some(memory.turns(&job.pages, &job.repeats, cancelled)?)
    } else {
        None
    };
    let run = Run { begin: memory.begin(), ..Run::new(job, turns, cancelled) };
    // What shows more already would shrink and grow again.
    let mut due = if run.is_anew() { Duration::MAX } else { FIRST_PARTIAL };
    let mut done: Vec<(usize, Outcome)> = Vec::new();
    std::thread::scope(|scope| {
        for _ in 1..job.threads.clamp(1, run.slices.len().max(1)) {
            let run = &run;
            let task = move || {
                (run.begin)();
                run.work(&Matcher::clone(&job.matcher), &mut || {});
            };
            if Builder::new().spawn_scoped(scope, task).is_err() {
                // The system gives no more threads; the others do its part, too.
                break;
            }
        }
        run.work(&job.matcher, &mut || {
            if begun.elapsed() >= due {
                run.collect(&mut done);
                if done.len() < run.slices.len() {
                    run.merge(&done).into_iter().for_each(&mut *publish);
                }
                due = (begun.elapsed() * PARTIAL_GROWTH).max(SECOND_PARTIAL);
            }
        });
    });
    if run.is_stopped() {
        return None;
    }
    run.collect(&mut done);
    run.merge(&done)
}

impl<'a> Run<'a> {
    fn new(
        job: &'a Job,
        turns: Option<Arc<Turns>>,
        cancelled: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let (same, wider) = match &job.known {
            // What came later can answer a question, and make a message the first no more.
            Known::Same(hits) | Known::Wider(hits)
                if turns.is_some() && hits.pages() != job.pages.len() =>
            {
                (None, None)
            }
            Known::Same(hits) if hits.is_complete() => (Some(&**hits), None),
            Known::Wider(hits) if hits.is_complete() && is_few(hits) => (None, Some(&**hits)),
            _ => (None, None),
        };
        Self {
            sets: job.matcher.resolve(&job.pages),
            turns,
            begin: || (),
            slices: slices(job, same.or(wider).map_or(0, Hits::pages), wider),
            job,
            same,
            wider,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            cancelled,
            outcomes: Mutex::new(Vec::new()),
        }
    }

    /// Whether the answer to the same question has to be found once more.
    fn is_anew(&self) -> bool {
        matches!(&self.job.known, Known::Same(hits) if hits.is_complete()) && self.same.is_none()
    }

    fn is_stopped(&self) -> bool {
        if !self.stopped.load(Ordering::Relaxed) && (self.cancelled)() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        self.stopped.load(Ordering::Relaxed)
    }

    /// Takes slice after slice until none is left or the search is cancelled.
    fn work(&self, matcher: &Matcher, after_each: &mut dyn FnMut()) {
        let resolved = Resolved::new(matcher, &self.sets, self.turns.as_deref());
        let stop = || self.is_stopped();
        let mut watch = Watch::new(&stop, matcher.root.cost(&matcher.needles));
        while !self.is_stopped() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(slice) = self.slices.get(number) else { return };
            let Some(outcome) = self.search(slice, &resolved, &mut watch) else { return };
            self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((number, outcome));
            after_each();
        }
    }

    fn search(
        &self,
        slice: &Slice,
        resolved: &Resolved<'_>,
        watch: &mut Watch<'_>,
    ) -> Option<Outcome> {
        match slice {
            Slice::Rows { page, rows } => {
                let number = u32::try_from(*page).ok()?;
                let page = self.job.pages.get(*page)?;
                let mut found = scan(resolved, number, page, rows.clone(), watch)?;
                let repeats = &self.job.repeats;
                if repeats.are_in(number) {
                    found.retain(|&row| !repeats.has(MsgRef { page: number, row }));
                }
                Some(Outcome::Found(PageHits::new(number, page, found.into_iter())))
            }
            Slice::Refs(range) => {
                let refs = self.wider.and_then(|wider| wider.refs().get(range.clone()));
                let first = u32::try_from(range.start).ok()?;
                let mut kept = Vec::new();
                for (place, &at) in (first..).zip(refs.unwrap_or_default()) {
                    let MsgRef { page, row } = at;
                    let Some(page) = self.job.pages.get(page as usize) else { continue };
                    let Some(row) = page.rows.get(row as usize) else { continue };
                    watch.read(row)?;
                    if resolved.matches(page, row, at) {
                        kept.push(place);
                    }
                }
                Some(Outcome::Kept(kept))
            }
        }
    }

    /// Moves what is done to the rest of it, in order.
    fn collect(&self, done: &mut Vec<(usize, Outcome)>) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        done.append(&mut outcomes);
        drop(outcomes);
        done.sort_unstable_by_key(|(number, _)| *number);
    }

    /// What was found so far, in order; [`None`] once the search is cancelled.
    fn merge(&self, done: &[(usize, Outcome)]) -> Option<Hits> {
        let rows = |number: &usize| match self.slices.get(*number) {
            Some(Slice::Rows { rows, .. }) => rows.len(),
            _ => 0,
        };
        let (mut found, mut kept) = (Vec::new(), Vec::new());
        for (_, outcome) in done {
            match outcome {
                Outcome::Found(rows) => found.push(rows),
                Outcome::Kept(places) => kept.extend_from_slice(places),
            }
        }
        let known = match (self.same, self.wider) {
            (Some(same), _) => Cow::Borrowed(same),
            (None, Some(wider)) => Cow::Owned(wider.keep(kept.into_iter())),
            (None, None) => Cow::Owned(Hits::default()),
        };
        let mut hits = known.with(&self.job.pages, &found, &|| self.is_stopped())?;
        let known = self.same.or(self.wider).map_or(0, Hits::scanned);
        hits.pages = self.job.pages.len();
        hits.scanned = known + done.iter().map(|(number, _)| rows(number)).sum::<usize>();
        hits.complete = done.len() == self.slices.len();
        (!self.is_stopped()).then_some(hits)
    }
}

fn is_few(hits: &Hits) -> bool {
    hits.len() < hits.scanned() / WORTH_NARROWING
}

fn slices(job: &Job, first_page: usize, wider: Option<&Hits>) -> Vec<Slice> {
    let hits = wider.map_or(0, Hits::len);
    let refs = (0..hits).step_by(REFS).map(|from| Slice::Refs(from..hits.min(from + REFS)));
    let mut slices: Vec<Slice> = refs.collect();
    let cost = job.matcher.root.cost(&job.matcher.needles).max(1);
    let size = (SLICE / cost).max(SMALLEST_SLICE);
    for (page, rows) in job.pages.iter().map(|page| &page.rows).enumerate().skip(first_page) {
        let mut from = 0;
        while let Some(first) = rows.get(from) {
            let limit = first.text_start as usize + size;
            let len = rows
                .get(from..)
                .map_or(0, |rows| rows.partition_point(|row| (row.text_start as usize) < limit));
            let to = from + len.max(1);
            slices.push(Slice::Rows { page, rows: from..to });
            from = to;
        }
    }
    slices
}
