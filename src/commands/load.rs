//! The load without a screen: a source becomes pages, and the pages a store, on this thread, while
//! another one decodes.
//!
//! Must not know what the messages are for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::browse::{now, scopes, start_demo, wrong_query};
use super::command_error::{CommandError, sentence, status_of};
use super::progress::ProgressLine;
use crate::cli::{Browse, Source};
use crate::io::api::{self, Endpoint};
use crate::io::files::{self, FileSource};
use crate::io::key::{self, Environment};
use crate::io::threads::reserve_signal_stack;
use crate::port::{Failure, FailureKind, FetchEvent, FetchTicket};
use crate::query::Query;
use crate::runtime::log;
use crate::scope::Scope;
use crate::search::CompiledQuery;
use crate::search::{self, Hits, Job, Known, Matcher};
use crate::store::{IngestStats, Store};

/// Pages that may wait for this thread.
const PAGES: usize = 8;

/// Where the messages come from, ready to be asked.
pub(super) enum Origin {
    /// An endpoint, and what is asked of it.
    Endpoint(Arc<Endpoint>, Scope),
    /// A saved response.
    File(FileSource),
}

/// A source that was opened, with what runs it.
pub(super) struct Opened {
    pub(super) runtime: Runtime,
    pub(super) origin: Origin,
    /// What is asked for, for people.
    pub(super) name: String,
}

/// What was loaded.
pub(super) struct Loaded {
    /// The messages; every session is in order.
    pub(super) store: Store,
    /// What was counted on the way; none where the response is not whole.
    pub(super) tally: Option<IngestStats>,
    /// Why it is not whole.
    pub(super) failure: Option<Failure>,
    /// Bytes as transferred.
    pub(super) transferred: u64,
    /// How long it took, from the question to the last byte.
    pub(super) took: Duration,
    /// What was asked for, for people.
    pub(super) name: String,
}

impl Loaded {
    /// How many messages and sessions the server declared and did not send.
    pub(super) fn missing(&self) -> (u64, u64) {
        self.tally.as_ref().map_or((0, 0), IngestStats::missing)
    }

    /// Whether the whole response arrived, and all that it declares.
    pub(super) fn is_complete(&self) -> bool {
        self.failure.is_none() && self.missing() == (0, 0)
    }

    /// The exit status of a command that did its work: what was cut short is not all there is.
    pub(super) fn status(&self) -> u8 {
        self.failure.as_ref().map_or(0, status_of)
    }

    /// Finds what a query matches; `None` for no query.
    pub(super) fn find(&self, matcher: Option<&Arc<Matcher>>) -> Option<Hits> {
        let job = Job {
            pages: self.store.pages().to_vec(),
            repeats: self.store.repeats().clone(),
            matcher: Arc::clone(matcher?),
            known: Known::Nothing,
            threads: threads(),
        };
        search::run(&job, &|| false, &mut |_| {})
    }
}

/// How many threads may work at once.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Understands queries that have to match together, before anything is loaded.
pub(super) fn question(
    setup: &Browse,
    queries: &[&str],
) -> Result<Option<Arc<Matcher>>, CommandError> {
    let (zone, now) = (setup.config.time_zone, now());
    let mut all: Option<Query> = None;
    for text in queries {
        let question = CompiledQuery::new(text, zone, now)
            .map_err(|error| CommandError::usage(wrong_query(text, &error)))?;
        let Some(question) = question else { continue };
        all = Some(match all {
            Some(before) => before.and(&question.query),
            None => (*question.query).clone(),
        });
    }
    let Some(query) = all else { return Ok(None) };
    let compiled = search::compile(&query, zone, now);
    // Each was compiled by itself, so both together are.
    compiled
        .map(|matcher| Some(Arc::new(matcher)))
        .map_err(|error| CommandError::usage(error.message))
}

/// Opens the source of a command; nothing is asked yet.
pub(super) fn open(setup: &Browse, environment: Environment<'_>) -> Result<Opened, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("network")
        .on_thread_start(reserve_signal_stack)
        .enable_all()
        .build()
        .map_err(|error| CommandError::failed(format!("no threads: {error}")))?;
    let (all, first) = scopes(setup);
    let (name, scope) = all.into_iter().nth(first).unwrap_or_default();
    let origin = match &setup.source {
        Source::File(file) => Origin::File(file.clone()),
        Source::Demo => {
            let endpoint = runtime.block_on(start_demo());
            let endpoint = endpoint.map_err(|error| CommandError::failed(error.to_string()))?;
            Origin::Endpoint(Arc::new(endpoint), scope)
        }
        Source::Endpoint(_) => {
            let key = key::find(&setup.config.api, environment)
                .map_err(|error| CommandError::usage(error.to_string()))?;
            let endpoint = Endpoint::new(&setup.config, key)
                .map_err(|error| CommandError::usage(error.to_string()))?;
            Origin::Endpoint(Arc::new(endpoint), scope)
        }
    };
    Ok(Opened { runtime, origin, name })
}

/// Loads everything that the source has. What was cut short comes with its failure, which was said
/// on standard error.
///
/// # Errors
/// Any other failure.
pub(super) fn load(setup: &Browse, environment: Environment<'_>) -> Result<Loaded, CommandError> {
    let loaded = load_any(setup, environment)?;
    match &loaded.failure {
        Some(failure) if failure.kind == FailureKind::Cut => {
            ProgressLine::new().note(&format!(
                "{}; the result is of what arrived and not complete (messages: {})",
                sentence(failure),
                loaded.store.len()
            ));
            Ok(loaded)
        }
        Some(failure) => Err(CommandError::of(failure)),
        None => {
            if let Some(difference) = loaded.tally.as_ref().and_then(IngestStats::difference) {
                ProgressLine::new().note(&format!("the server's counts differ: {difference}"));
            }
            Ok(loaded)
        }
    }
}

/// Loads what there is, whatever becomes of it.
pub(super) fn load_any(
    setup: &Browse,
    environment: Environment<'_>,
) -> Result<Loaded, CommandError> {
    let Opened { runtime, origin, name } = open(setup, environment)?;
    let most = setup.config.api.max_response_bytes;
    let begun = Instant::now();
    let mut loading = Loading::new();
    runtime.block_on(async {
        let (sender, mut events) = mpsc::channel(PAGES);
        let _guard = match &origin {
            Origin::Endpoint(endpoint, scope) => {
                api::start_fetch(Arc::clone(endpoint), scope.clone(), FetchTicket(0), sender)
            }
            Origin::File(file) => files::start_file(file, most, FetchTicket(0), sender),
        };
        while let Some((_, event)) = events.recv().await {
            if loading.take(event) {
                break;
            }
        }
    });
    // Whatever still runs is of no use to anybody now.
    runtime.shutdown_background();
    let took = begun.elapsed();
    let Loading { mut store, ended, transferred, progress, .. } = loading;
    drop(progress);
    search::put_in_order(&mut store);
    let (tally, failure) = match ended {
        Some(Ok(tally)) => (Some(tally), None),
        Some(Err(failure)) => (None, Some(failure)),
        None => return Err(CommandError::failed("the load ended without an end; this is a bug")),
    };
    Ok(Loaded { store, tally, failure, transferred, took, name })
}

/// A load on its way.
struct Loading {
    store: Store,
    ended: Option<Result<IngestStats, Failure>>,
    transferred: u64,
    length: Option<u64>,
    progress: ProgressLine,
}

impl Loading {
    fn new() -> Self {
        Self {
            store: Store::new(),
            ended: None,
            transferred: 0,
            length: None,
            progress: ProgressLine::new(),
        }
    }

    /// Takes a fact in; whether it was the last one.
    fn take(&mut self, event: FetchEvent) -> bool {
        log::fetch(&event);
        match event {
            FetchEvent::Answered { length } => self.length = length,
            FetchEvent::Retrying { why, attempt, wait } => {
                // Pages of the failed attempt are void.
                self.store = Store::new();
                self.transferred = 0;
                self.progress.note(&retrying(&why, attempt, wait));
            }
            FetchEvent::PageArrived(page) => self.store.append(page),
            FetchEvent::Progressed { bytes } => self.transferred = bytes,
            FetchEvent::Finished(tally) => self.ended = Some(Ok(*tally)),
            FetchEvent::Failed(failure) => self.ended = Some(Err(failure)),
        }
        self.progress.tell(self.transferred, self.length, Some(self.store.len()));
        self.ended.is_some()
    }
}

/// That another attempt is made.
pub(super) fn retrying(why: &str, attempt: u32, wait: Duration) -> String {
    format!("{why}; attempt {attempt} in {:.1} s", wait.as_secs_f64())
}
