//! Makes a report over the pages of a store, on a worker.
//!
//! The store of the screen stays with the screen: its order is made anew from the shared pages,
//! which takes a look at every row and no text.

use std::sync::Arc;

use crate::app::check::Findings;
use crate::app::report_panel::{Job, Report, ReportKind};
use crate::search;
use crate::stats::{self, Proof, Stats};
use crate::store::Store;

use super::wire;

/// Makes it, with so many threads. [`None`] once `cancelled` says so.
pub fn run(job: &Job, threads: usize, cancelled: &dyn Fn() -> bool) -> Option<Report> {
    let mut store = Store::new();
    for page in &job.pages {
        if cancelled() {
            return None;
        }
        store.append(Arc::clone(page));
    }
    search::put_in_order(&mut store);
    if cancelled() {
        return None;
    }
    Some(match job.kind {
        ReportKind::Statistics => {
            let stats = Stats::of(&store, job.hits.as_deref(), job.zone, threads);
            Report::Statistics(Box::new(stats))
        }
        ReportKind::Check => Report::Check(Box::new(Findings {
            arrived: stats::arrived(&store),
            proof: Proof::of(&store, threads),
            fields: wire::unknown_fields(store.pages()),
        })),
    })
}
