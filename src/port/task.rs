//! What takes longer than a key press, as data: the tasks, their answers, and the one function that
//! does them. The workers, the commands and the tests all call it.

use std::sync::Arc;

use crate::export::{self, Wire};
use crate::message::{MsgRef, SessionId};
use crate::metadata::{Details, MessageIds, PreparedDetails};
use crate::search::{self, Hits, SortKeys};
use crate::stats::{self, CountJob};
use crate::store::{self, Page, SessionOrder};
use crate::time::Zone;

use super::QueryKind;
use super::first_match::FirstMatch;
use super::ticket::{CountTicket, ExportTicket, FindTicket, StoreTicket};

/// Something to do.
#[derive(Debug)]
pub enum Task {
    /// Search or filter.
    Find {
        /// Which of the two.
        kind: QueryKind,
        /// Which run.
        ticket: FindTicket,
        /// What is looked for, and where.
        job: Box<search::Job>,
    },
    /// Count messages.
    Count {
        /// Which count it is.
        ticket: CountTicket,
        /// What is counted, and where.
        job: Box<CountJob>,
    },
    /// Order sessions by key.
    SortSessions {
        /// Of which store.
        ticket: StoreTicket,
        /// By what.
        keys: SortKeys,
    },
    /// Order the messages of sessions by time.
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
        ids: Box<MessageIds>,
        /// The zone of its time.
        zone: Zone,
    },
    /// Look for words in metadata that is too long to search on a key press.
    FindInMetadata {
        /// The store that the message is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// Its metadata.
        details: Arc<Details>,
        /// The words.
        words: String,
    },
    /// Find the first match in a message that is too long to search on a key press.
    FindPlace(FindTicket, Box<FirstMatch>),
    /// Make the first lines of an export.
    PreviewExport(ExportTicket, Box<export::ExportJob>),
}

/// The result of a [`Task`].
#[derive(Debug)]
pub enum TaskAnswer {
    /// What a search or filter found so far, or in all.
    Found(QueryKind, FindTicket, Hits),
    /// Messages were counted.
    Counted {
        /// Which count it was.
        ticket: CountTicket,
        /// The numbers.
        counts: Box<stats::CountAnswer>,
        /// Whether that is all; else it is of a sample, and more follows.
        is_last: bool,
    },
    /// Sessions in order.
    SessionsSorted(StoreTicket, Vec<SessionId>),
    /// The messages of sessions in order.
    MessagesSorted(StoreTicket, Vec<(SessionId, SessionOrder)>),
    /// The metadata of a message.
    MetadataRead(StoreTicket, MsgRef, Box<PreparedDetails>),
    /// Where words stand in long metadata.
    FoundInMetadata {
        /// The store that the message is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// The words.
        words: String,
        /// The nodes that have them, ascending.
        nodes: Vec<u32>,
    },
    /// The first segment of a long message that has a match, where one has.
    PlaceFound(FindTicket, Option<u32>),
    /// The first lines of what an export would write.
    ExportPreviewed(ExportTicket, Vec<String>),
}

/// Which tasks wait for each other. A new search or count cancels the one that runs in its lane.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lane {
    /// The filter.
    Filter,
    /// The search.
    Search,
    /// Counts.
    Count,
    /// Everything else.
    General,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 4] = [Self::Filter, Self::Search, Self::Count, Self::General];
}

/// What a task works with.
pub struct TaskContext<'a> {
    /// Writes messages as the endpoint does.
    pub wire: &'a dyn Wire,
    /// What one search leaves behind for the next.
    pub memory: &'a search::Memory,
    /// How many threads may work, the calling one included.
    pub threads: usize,
    /// Whether the answer is no longer wanted.
    pub is_cancelled: &'a (dyn Fn() -> bool + Sync),
    /// Takes partial answers; the final one is returned.
    pub publish: &'a mut dyn FnMut(TaskAnswer),
}

impl Task {
    /// The lane that the task waits in.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Find { kind, .. } => kind.lane(),
            Self::Count { .. } => Lane::Count,
            _ => Lane::General,
        }
    }

    /// Whether the task cancels the one that runs in its lane.
    pub fn cancels(&self) -> bool {
        matches!(self, Self::Find { .. } | Self::Count { .. })
    }

    /// Whether a later task of its lane makes this one's answer worthless.
    pub fn is_superseded_by(&self, later: &Self) -> bool {
        match (self, later) {
            // Both are about the one message that is selected, its metadata or the one dialog.
            (Self::FindInMetadata { .. }, Self::ReadMetadata { .. }) => true,
            (
                Self::Find { .. }
                | Self::Count { .. }
                | Self::ReadMetadata { .. }
                | Self::FindInMetadata { .. }
                | Self::FindPlace(..)
                | Self::PreviewExport(..),
                _,
            ) => std::mem::discriminant(self) == std::mem::discriminant(later),
            (Self::SortSessions { .. } | Self::SortMessages { .. }, _) => false,
        }
    }
}

/// Does a task. `None` when it was cancelled or its message does not exist.
pub fn run(task: Task, context: &mut TaskContext<'_>) -> Option<TaskAnswer> {
    Some(match task {
        Task::Find { kind, ticket, job } => {
            let job = search::Job { threads: context.threads, ..*job };
            let publish = &mut *context.publish;
            let mut publish = |hits| publish(TaskAnswer::Found(kind, ticket, hits));
            let hits = search::run_with(context.memory, &job, context.is_cancelled, &mut publish)?;
            TaskAnswer::Found(kind, ticket, hits)
        }
        Task::Count { ticket, job } => {
            let job = CountJob { threads: context.threads, ..*job };
            let answer =
                |counts, is_last| TaskAnswer::Counted { ticket, counts: Box::new(counts), is_last };
            let publish = &mut *context.publish;
            let mut publish = |counts| publish(answer(counts, false));
            let mut counts = stats::run(&job, context.is_cancelled, &mut publish)?;
            if let stats::CountAnswer::Quality(report) = &mut counts {
                report.unknown_fields = context.wire.unknown_fields(&job.selection.pages);
            }
            answer(counts, true)
        }
        Task::SortSessions { ticket, keys } => TaskAnswer::SessionsSorted(ticket, keys.sort()),
        Task::SortMessages { ticket, pages, sessions } => {
            let sorted = store::gather(&pages, &sessions).into_iter().map(|(id, messages)| {
                let sorted = search::sort_messages(&pages, messages);
                (id, store::without_repeats(&pages, sorted))
            });
            TaskAnswer::MessagesSorted(ticket, sorted.collect())
        }
        Task::ReadMetadata { store, message, page, ids, zone } => {
            let row = page.rows.get(message.row as usize)?;
            let details = context.wire.details(&ids, &page, row, zone);
            TaskAnswer::MetadataRead(store, message, Box::new(PreparedDetails::new(details)))
        }
        Task::FindInMetadata { store, message, details, words } => {
            let nodes = details.tree.find(&words);
            TaskAnswer::FoundInMetadata { store, message, words, nodes }
        }
        Task::FindPlace(ticket, search) => TaskAnswer::PlaceFound(ticket, search.find()),
        Task::PreviewExport(ticket, job) => {
            TaskAnswer::ExportPreviewed(ticket, export::preview(&job, context.wire))
        }
    })
}

/// Does a task to its end on this thread, without partial answers: for whoever can wait.
pub fn run_to_end(task: Task, wire: &dyn Wire, memory: &search::Memory) -> Option<TaskAnswer> {
    let (is_cancelled, publish) = (&|| false, &mut |_| ());
    run(task, &mut TaskContext { wire, memory, threads: 2, is_cancelled, publish })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_task_about_the_selected_message_is_done() {
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
        assert!(read(0).is_superseded_by(&read(1)));
        assert!(!read(0).is_superseded_by(&sort()) && !sort().is_superseded_by(&read(0)));
        assert!(!sort().is_superseded_by(&sort()), "each order is waited for");
    }
}
