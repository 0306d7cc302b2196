//! The thread that counts. A new count stops the one before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc as std_mpsc;

use tokio::sync::mpsc;

use crate::app::effect::CountTicket;
use crate::app::event::Event;
use crate::facets::{self, Job};
use crate::io::threads::make_room_for_handlers;

/// The way to the thread.
pub(super) struct Counter {
    jobs: std_mpsc::Sender<(CountTicket, Job)>,
    /// The only count whose result is wanted; tickets begin at 1.
    wanted: Arc<AtomicU64>,
}

impl Counter {
    /// Starts the thread; what it counts goes to `facts`.
    pub(super) fn start(facts: mpsc::Sender<Event>) -> Self {
        let (jobs, inbox) = std_mpsc::channel::<(CountTicket, Job)>();
        let wanted = Arc::new(AtomicU64::new(0));
        let latest = Arc::clone(&wanted);
        std::thread::spawn(move || {
            make_room_for_handlers();
            for (ticket, job) in inbox {
                let cancelled = || latest.load(Ordering::Relaxed) != ticket.0;
                let tell = |answer, is_last| {
                    let answer = Box::new(answer);
                    let _ = facts.blocking_send(Event::Counted { ticket, answer, is_last });
                };
                let mut publish = |answer| tell(answer, false);
                if let Some(answer) = facets::run(&job, &cancelled, &mut publish) {
                    tell(answer, true);
                }
            }
        });
        Self { jobs, wanted }
    }

    /// Begins a count.
    pub(super) fn count(&self, ticket: CountTicket, job: Job) {
        self.wanted.store(ticket.0, Ordering::Relaxed);
        let _ = self.jobs.send((ticket, job));
    }

    /// Stops counting.
    pub(super) fn stop(&self) {
        self.wanted.store(0, Ordering::Relaxed);
    }
}
