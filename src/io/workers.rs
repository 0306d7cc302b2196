//! Threads for what takes longer than a key press: searching, sorting, reading metadata, telling
//! the words of code apart.
//!
//! Each kind of search has a thread of its own, and a new search stops the old one of its kind.
//! Code has one too, since nobody knows beforehand how long a grammar takes for a line. Everything
//! else is done by one thread, in order. Results are events.

mod code;
mod counter;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self as std_mpsc, TryRecvError};

use tokio::sync::mpsc;

use crate::app::event::Event;
use crate::app::highlights::CodeKey;
use crate::app::inspector::{Reading, Sheet};
use crate::app::sessions::SortKeys;
use crate::app::transcript::FirstMatch;
use crate::message::{MsgRef, SessionId};
use crate::port::{CountTicket, ExportTicket, FindTicket, Ids, QueryKind, StoreTicket};
use crate::search::{self, Job};
use crate::stats::CountJob;
use crate::store::{self, Page, Repeats};
use crate::time::Zone;

use super::export;
use super::memory::is_left;
use super::threads::make_room_for_handlers;
use super::wire;

use code::Code;
use counter::Counter;

/// Something to do.
#[derive(Debug)]
pub enum Task {
    /// Order sessions by key.
    SortSessions {
        /// Of which store.
        ticket: StoreTicket,
        /// By what.
        keys: SortKeys,
    },
    /// Order the messages of sessions.
    SortMessages {
        /// Of which store.
        ticket: StoreTicket,
        /// The pages that hold them.
        pages: Vec<Arc<Page>>,
        /// The sessions.
        sessions: Vec<SessionId>,
    },
    /// Read the metadata of a message.
    ReadMetadata {
        /// The store that it is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// Its page.
        page: Arc<Page>,
        /// Its ids in words.
        ids: Box<Ids>,
        /// The zone of its time.
        zone: Zone,
    },
    /// Look for words in metadata.
    FindInMetadata {
        /// The store that the message is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// What is looked at.
        sheet: Arc<Sheet>,
        /// The words.
        words: String,
    },
    /// Find the first match in a long message.
    FindPlace(FindTicket, Box<FirstMatch>),
    /// Make the first lines of an export.
    PreviewExport(ExportTicket, Box<export::Job>),
}

impl Task {
    /// Whether nobody wants the result any more once `later` was asked for.
    fn is_void_after(&self, later: &Self) -> bool {
        // Both are about the one message that is selected, the one search in its metadata, or the
        // one dialog.
        match (self, later) {
            (Self::FindInMetadata { .. }, Self::ReadMetadata { .. }) => true,
            (
                Self::ReadMetadata { .. }
                | Self::FindInMetadata { .. }
                | Self::FindPlace(..)
                | Self::PreviewExport(..),
                _,
            ) => std::mem::discriminant(self) == std::mem::discriminant(later),
            (Self::SortSessions { .. } | Self::SortMessages { .. }, _) => false,
        }
    }
}

/// The threads.
pub struct Workers {
    tasks: std_mpsc::Sender<Task>,
    filter: Searcher,
    search: Searcher,
    counter: Counter,
    code: std_mpsc::Sender<Code>,
    memory: search::Memory,
}

impl Workers {
    /// Starts them; what they find goes to `facts`.
    pub fn start(facts: &mpsc::Sender<Event>) -> Self {
        let (tasks, inbox) = std_mpsc::channel();
        let outlet = facts.clone();
        std::thread::spawn(move || {
            make_room_for_handlers();
            work(&inbox, &outlet);
        });
        let memory = search::Memory::with_threads_that(make_room_for_handlers);
        Self {
            tasks,
            filter: Searcher::start(QueryKind::Filter, memory.clone(), facts.clone()),
            search: Searcher::start(QueryKind::Search, memory.clone(), facts.clone()),
            counter: Counter::start(facts.clone()),
            code: code::start(facts.clone()),
            memory,
        }
    }

    /// What searches leave behind for each other.
    pub fn memory(&self) -> search::Memory {
        self.memory.clone()
    }

    /// Gives the working thread something to do.
    pub fn give(&self, task: Task) {
        // The thread ends only when this end of the channel does.
        let _ = self.tasks.send(task);
    }

    /// Tells the words of a code apart, after those that were given before.
    pub fn highlight(&self, key: CodeKey, code: String, language: String) {
        let _ = self.code.send(Code { key, code, language });
    }

    /// Starts a search, and stops an older one of the same kind.
    pub fn find(&self, finding: QueryKind, ticket: FindTicket, job: Box<Job>) {
        self.searcher(finding).find(ticket, job);
    }

    /// Makes ready for searches in these pages, which come soon.
    pub fn prepare_to_find(&self, finding: QueryKind, pages: Vec<Arc<Page>>, repeats: Repeats) {
        // The thread ends only when this end of the channel does.
        let _ = self.searcher(finding).jobs.send(Wanted::Readiness(pages, repeats));
    }

    /// Counts, and stops an older count.
    pub fn count(&self, ticket: CountTicket, job: CountJob) {
        self.counter.count(ticket, job);
    }

    /// Stops counting.
    pub fn stop_counting(&self) {
        self.counter.stop();
    }

    /// Stops a search.
    pub fn stop_finding(&self, finding: QueryKind) {
        self.searcher(finding).wanted.store(0, Ordering::Relaxed);
    }

    fn searcher(&self, finding: QueryKind) -> &Searcher {
        match finding {
            QueryKind::Filter => &self.filter,
            QueryKind::Search => &self.search,
        }
    }
}

/// What is wanted of a thread that searches.
enum Wanted {
    /// An answer.
    Hits(FindTicket, Box<Job>),
    /// That answers in these pages will come soon.
    Readiness(Vec<Arc<Page>>, Repeats),
}

/// A thread that searches.
struct Searcher {
    jobs: std_mpsc::Sender<Wanted>,
    /// The only search whose result is wanted; tickets begin at 1.
    wanted: Arc<AtomicU64>,
}

/// Bytes that are to be left when it was made ready for searches.
const SPARE: usize = 4 << 20;

impl Searcher {
    fn start(finding: QueryKind, memory: search::Memory, facts: mpsc::Sender<Event>) -> Self {
        let (jobs, inbox) = std_mpsc::channel();
        let wanted = Arc::new(AtomicU64::new(0));
        let latest = Arc::clone(&wanted);
        std::thread::spawn(move || {
            make_room_for_handlers();
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let mut last = FindTicket(0);
            let mut ready_for: Option<(Vec<Arc<Page>>, Repeats)> = None;
            loop {
                // A search that is wanted and did not come out of the channel yet.
                let is_asked = || ![0, last.0].contains(&latest.load(Ordering::Relaxed));
                let next = if ready_for.is_none() || is_asked() {
                    inbox.recv().map_err(|_| TryRecvError::Disconnected)
                } else {
                    inbox.try_recv()
                };
                match next {
                    Ok(Wanted::Readiness(pages, repeats)) => ready_for = Some((pages, repeats)),
                    Ok(Wanted::Hits(ticket, job)) => {
                        last = ticket;
                        let job = Job { threads, ..*job };
                        let cancelled = || latest.load(Ordering::Relaxed) != ticket.0;
                        let mut publish = |hits| {
                            let _ = facts.blocking_send(Event::Found(finding, ticket, hits));
                        };
                        let hits = search::run_with(&memory, &job, &cancelled, &mut publish);
                        if let Some(hits) = hits {
                            publish(hits);
                        }
                    }
                    // Nothing is asked: the time to make ready for what comes. It is put off where a
                    // search comes meanwhile, and left where there is hardly memory for it.
                    Err(TryRecvError::Empty) => {
                        let Some((pages, repeats)) = ready_for.take() else { continue };
                        let bytes = search::Memory::bytes_to_prepare(&pages) + SPARE;
                        let is_done = !is_left(bytes)
                            || memory.prepare(&pages, &repeats, threads, &is_asked).is_some();
                        ready_for = (!is_done).then_some((pages, repeats));
                    }
                    Err(TryRecvError::Disconnected) => return,
                }
                memory.forget_what_is_gone();
            }
        });
        Self { jobs, wanted }
    }

    fn find(&self, ticket: FindTicket, job: Box<Job>) {
        self.wanted.store(ticket.0, Ordering::Relaxed);
        let _ = self.jobs.send(Wanted::Hits(ticket, job));
    }
}

fn work(inbox: &std_mpsc::Receiver<Task>, facts: &mpsc::Sender<Event>) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Ok(task) = inbox.recv() else { return };
            waiting.push_back(task);
        }
        waiting.extend(inbox.try_iter());
        let Some(task) = waiting.pop_front() else { continue };
        if waiting.iter().any(|later| task.is_void_after(later)) {
            continue;
        }
        let event = match task {
            Task::SortSessions { ticket, keys } => Event::SessionsSorted(ticket, keys.sort()),
            Task::SortMessages { ticket, pages, sessions } => {
                let sorted = store::gather(&pages, &sessions).into_iter();
                let sorted = sorted.map(|(id, all)| {
                    (id, store::without_repeats(&pages, search::sort_messages(&pages, all)))
                });
                Event::MessagesSorted(ticket, sorted.collect())
            }
            Task::ReadMetadata { store, message, page, ids, zone } => {
                let Some(row) = page.rows.get(message.row as usize) else { continue };
                let sheet = wire::sheet(&ids, &page, row, zone);
                Event::MetadataRead(store, message, Box::new(Reading::new(sheet)))
            }
            Task::FindInMetadata { store, message, sheet, words } => {
                let nodes = sheet.tree.find(&words);
                Event::FoundInMetadata { store, message, words, nodes }
            }
            Task::FindPlace(ticket, search) => Event::PlaceFound(ticket, search.find()),
            Task::PreviewExport(ticket, job) => {
                Event::ExportPreviewed(ticket, export::preview(&job))
            }
        };
        if facts.blocking_send(event).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_of_what_one_message_asks_is_done() {
        let read = |row| Task::ReadMetadata {
            store: StoreTicket(1),
            message: MsgRef { page: 0, row },
            page: Arc::default(),
            ids: Box::default(),
            zone: Zone::UTC,
        };
        let sort = || Task::SortMessages {
            ticket: StoreTicket(1),
            pages: Vec::new(),
            sessions: Vec::new(),
        };
        assert!(read(0).is_void_after(&read(1)));
        assert!(!read(0).is_void_after(&sort()) && !sort().is_void_after(&read(0)));
        assert!(!sort().is_void_after(&sort()), "each order is waited for");
    }
}
