//! Runs a count and adds what only the reader of responses knows: the names of unknown fields.

use super::wire;
use crate::stats::{self, Answer, CountJob, IsCancelled};

/// [`stats::run`], with the unknown fields in a report on quality.
pub fn run(
    job: &CountJob,
    is_cancelled: IsCancelled<'_>,
    publish: &mut dyn FnMut(Answer),
) -> Option<Answer> {
    let mut answer = stats::run(job, is_cancelled, publish)?;
    if let Answer::Quality(report) = &mut answer {
        report.unknown_fields = wire::unknown_fields(&job.selection.pages);
    }
    Some(answer)
}
