//! The threads that do tasks, one for each lane, so that a long search delays no sort.
//!
//! A task that a later one supersedes is skipped, and a search that runs is cancelled by the next
//! one of its lane. Answers are facts. Must not know what any task does.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc as std_mpsc;

use tokio::sync::mpsc;

use crate::port::{self, Fact, Lane, Task, TaskContext};
use crate::search::Memory;

use super::threads::reserve_signal_stack;
use super::wire::AsSent;

/// The threads.
pub struct Workers {
    lanes: Vec<(Lane, Worker)>,
    memory: Memory,
}

impl Workers {
    /// Starts them; `answers` takes what they find.
    pub fn start(answers: &mpsc::Sender<Fact>) -> Self {
        let memory = Memory::with_threads_that(reserve_signal_stack);
        let start = |lane| (lane, Worker::start(memory.clone(), answers.clone()));
        Self { lanes: Lane::ALL.map(start).into(), memory }
    }

    /// What searches leave behind for each other.
    pub fn memory(&self) -> Memory {
        self.memory.clone()
    }

    /// Gives a task to its lane.
    pub fn give(&self, task: Task) {
        if let Some(worker) = self.worker(task.lane()) {
            worker.give(task);
        }
    }

    /// Cancels what runs and what waits in a lane.
    pub fn stop(&self, lane: Lane) {
        if let Some(worker) = self.worker(lane) {
            worker.newest.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn worker(&self, lane: Lane) -> Option<&Worker> {
        self.lanes.iter().find(|(of, _)| *of == lane).map(|(_, worker)| worker)
    }
}

/// One thread and the way to it.
struct Worker {
    tasks: std_mpsc::Sender<(u64, Task)>,
    /// The number of the newest task that cancels; one with a lower number is cancelled.
    newest: Arc<AtomicU64>,
}

impl Worker {
    fn start(memory: Memory, answers: mpsc::Sender<Fact>) -> Self {
        let (tasks, inbox) = std_mpsc::channel();
        let newest = Arc::<AtomicU64>::default();
        let latest = Arc::clone(&newest);
        std::thread::spawn(move || {
            reserve_signal_stack();
            work(&inbox, &latest, &memory, &answers);
        });
        Self { tasks, newest }
    }

    fn give(&self, task: Task) {
        let number = match &task {
            _ if task.cancels() => self.newest.fetch_add(1, Ordering::Relaxed) + 1,
            _ => self.newest.load(Ordering::Relaxed),
        };
        // The thread ends only when this end of the channel does.
        let _ = self.tasks.send((number, task));
    }
}

fn work(
    inbox: &std_mpsc::Receiver<(u64, Task)>,
    newest: &AtomicU64,
    memory: &Memory,
    answers: &mpsc::Sender<Fact>,
) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Ok(task) = inbox.recv() else { return };
            waiting.push_back(task);
        }
        waiting.extend(inbox.try_iter());
        let Some((number, task)) = waiting.pop_front() else { continue };
        let is_cancelled = || newest.load(Ordering::Relaxed) > number;
        if is_cancelled() || waiting.iter().any(|(_, later)| task.is_superseded_by(later)) {
            continue;
        }
        let mut publish = |answer| drop(answers.blocking_send(Fact::Answered(answer)));
        let mut context = TaskContext {
            wire: &AsSent,
            memory,
            threads,
            is_cancelled: &is_cancelled,
            publish: &mut publish,
        };
        let answer = port::run(task, &mut context);
        memory.forget_what_is_gone();
        if answer.is_some_and(|answer| answers.blocking_send(Fact::Answered(answer)).is_err()) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{StoreTicket, TaskAnswer};

    #[test]
    fn tasks_of_a_lane_are_answered_in_order() {
        let (facts_in, mut facts) = mpsc::channel(8);
        let workers = Workers::start(&facts_in);
        let tickets = [1, 2, 3].map(StoreTicket);
        for ticket in tickets {
            workers.give(Task::SortMessages { ticket, pages: Vec::new(), sessions: Vec::new() });
        }
        for wanted in tickets {
            let fact = facts.blocking_recv();
            assert!(
                matches!(fact, Some(Fact::Answered(TaskAnswer::MessagesSorted(ticket, _))) if ticket == wanted)
            );
        }
    }
}
