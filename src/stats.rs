//! The counting engine: facets, the map of the metadata, statistics and the quality of a response.
//!
//! ```text
//! pages, hits of a filter ─► Selection ─┐
//! what to count ────────────────────────┴─► CountJob ─ run ─► Answer
//! ```
//!
//! A job reads every message of its selection, so it runs on a worker; one that reads much metadata
//! publishes a sample first. Answers are bounded, whatever the messages hold, except for the users,
//! components and days of [`Stats`]. Texts in them are raw: whoever shows them cleans them.
//!
//! Must not know who asks or how the numbers are shown.

pub mod check;
mod count;
mod facet;
mod metadata_map;
mod quality;
mod selection;
mod sessions;
mod statistics;
mod summary;
#[cfg(test)]
mod tests;
mod values;

pub use facet::Facet;
pub use metadata_map::{MetadataMap, PathSeen};
pub use quality::QualityReport;
pub use selection::{IsCancelled, Selection};
pub use sessions::{SessionMessage, walk_session};
pub use statistics::{Group, RoleStats, Stats};
pub use summary::Summary;
pub use values::{FacetValues, ValueCount};

use crate::time::Zone;

/// A sample has at most so many messages.
const SAMPLE: usize = 20_000;

/// Messages and sessions together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Messages.
    pub messages: u64,
    /// Sessions: of a user, component or role those with a message of theirs; of a day or an hour
    /// those that began in it.
    pub sessions: u64,
}

/// What to count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CountRequest {
    /// How many messages have which value of a facet.
    Facet(Facet),
    /// Which paths the metadata has.
    MetadataMap,
    /// The statistics.
    Statistics,
    /// The quality of the response, of all messages whatever the filter.
    Quality,
}

impl CountRequest {
    fn reads_metadata(&self) -> bool {
        matches!(self, Self::MetadataMap | Self::Facet(Facet::Path(_)))
    }
}

/// The answer to a [`CountRequest`].
#[derive(Clone, PartialEq, Debug)]
pub enum CountAnswer {
    /// The values of a facet.
    Facet(FacetValues),
    /// The paths of the metadata.
    MetadataMap(MetadataMap),
    /// The statistics.
    Statistics(Box<Stats>),
    /// The quality of the response.
    Quality(Box<QualityReport>),
}

impl CountAnswer {
    /// How many messages were looked at, and how many are selected: more for a sample.
    pub fn looked(&self) -> (usize, usize) {
        let all = |messages| (values::to_usize(messages), values::to_usize(messages));
        match self {
            Self::Facet(values) => (values.looked, values.all),
            Self::MetadataMap(map) => (map.looked, map.all),
            Self::Statistics(stats) => all(stats.messages),
            Self::Quality(report) => all(report.arrived.messages),
        }
    }

    /// Whether the answer leaves out part of what was found.
    pub fn is_cut(&self) -> bool {
        match self {
            Self::Facet(values) => values.is_cut,
            Self::MetadataMap(map) => map.is_cut,
            Self::Statistics(_) | Self::Quality(_) => false,
        }
    }
}

/// A request and the messages that it is about.
#[derive(Clone, Debug)]
pub struct CountJob {
    /// The messages.
    pub selection: Selection,
    /// What to count.
    pub request: CountRequest,
    /// List only values and paths that contain this, in small letters; empty lists everything.
    pub containing: String,
    /// Whether a sample will do where much metadata would have to be read.
    pub is_sample: bool,
    /// The zone of days and hours.
    pub zone: Zone,
    /// How many threads may work, the calling one included; 0 counts as 1.
    pub threads: usize,
}

/// Runs a job; [`None`] once `is_cancelled` returns true, which is called every millisecond or so.
/// `publish` receives the answer for a sample where the whole takes long.
pub fn run(
    job: &CountJob,
    is_cancelled: IsCancelled<'_>,
    publish: &mut dyn FnMut(CountAnswer),
) -> Option<CountAnswer> {
    if job.request.reads_metadata() && job.selection.len() > 2 * SAMPLE {
        let sample = count(job, SAMPLE, is_cancelled)?;
        if job.is_sample {
            return Some(sample);
        }
        publish(sample);
    }
    count(job, usize::MAX, is_cancelled)
}

fn count(job: &CountJob, most: usize, is_cancelled: IsCancelled<'_>) -> Option<CountAnswer> {
    let (selection, containing) = (&job.selection, job.containing.as_str());
    Some(match &job.request {
        CountRequest::Facet(facet) => CountAnswer::Facet(values::count(
            selection,
            facet,
            containing,
            most,
            job.zone,
            is_cancelled,
        )?),
        CountRequest::MetadataMap => CountAnswer::MetadataMap(metadata_map::count(
            selection,
            containing,
            most,
            is_cancelled,
        )?),
        CountRequest::Statistics => {
            let store = selection.to_store(is_cancelled)?;
            let hits = selection.hits.as_deref();
            CountAnswer::Statistics(Box::new(Stats::of(&store, hits, job.zone, job.threads)))
        }
        CountRequest::Quality => {
            let store = selection.to_store(is_cancelled)?;
            CountAnswer::Quality(Box::new(QualityReport::of(&store, job.threads)))
        }
    })
}
