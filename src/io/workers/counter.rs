//! The thread that counts. A new count stops the one before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc as std_mpsc;

use tokio::sync::mpsc;

use crate::app::event::Event;
use crate::io::count;
use crate::io::threads::make_room_for_handlers;
use crate::port::CountTicket;
use crate::stats::CountJob;

/// The way to the thread.
pub(super) struct Counter {
    jobs: std_mpsc::Sender<(CountTicket, CountJob)>,
    /// The only count whose result is wanted; tickets begin at 1.
    wanted: Arc<AtomicU64>,
}

impl Counter {
    /// Starts the thread; what it counts goes to `facts`.
    pub(super) fn start(facts: mpsc::Sender<Event>) -> Self {
        let (jobs, inbox) = std_mpsc::channel::<(CountTicket, CountJob)>();
        let wanted = Arc::new(AtomicU64::new(0));
        let latest = Arc::clone(&wanted);
        std::thread::spawn(move || {
            make_room_for_handlers();
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            for (ticket, job) in inbox {
                let cancelled = || latest.load(Ordering::Relaxed) != ticket.0;
                let tell = |answer, is_last| {
                    let answer = Box::new(answer);
                    let _ = facts.blocking_send(Event::Counted { ticket, answer, is_last });
                };
                let job = CountJob { threads, ..job };
                if let Some(answer) =
                    count::run(&job, &cancelled, &mut |answer| tell(answer, false))
                {
                    tell(answer, true);
                }
            }
        });
        Self { jobs, wanted }
    }

    /// Begins a count.
    pub(super) fn count(&self, ticket: CountTicket, job: CountJob) {
        self.wanted.store(ticket.0, Ordering::Relaxed);
        let _ = self.jobs.send((ticket, job));
    }

    /// Stops counting.
    pub(super) fn stop(&self) {
        self.wanted.store(0, Ordering::Relaxed);
    }
}
