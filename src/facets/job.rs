//! A question about many messages, and its answer.

use super::among::Among;
use super::columns;
use super::facet::Facet;
use super::map::{self, Paths};
use super::values::{self, Values};
use crate::time::Zone;

/// So many messages are a sample that is answered at once.
const SAMPLE: usize = 20_000;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// How many messages have which value.
    Values(Facet),
    /// Which paths there are in the metadata.
    Paths,
}

impl Asked {
    fn reads_metadata(&self) -> bool {
        match self {
            Self::Values(facet) => facet.is_path(),
            Self::Paths => true,
        }
    }
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The values of a facet.
    Values(Values),
    /// The paths of the metadata.
    Paths(Paths),
}

impl Answer {
    /// How many messages were looked at, and how many there are.
    pub fn looked(&self) -> (usize, usize) {
        match self {
            Self::Values(values) => (values.looked, values.all),
            Self::Paths(paths) => (paths.looked, paths.all),
        }
    }

    /// Whether not all that was found is listed.
    pub fn is_cut(&self) -> bool {
        match self {
            Self::Values(values) => values.is_cut,
            Self::Paths(paths) => paths.is_cut,
        }
    }
}

/// A question and the messages that it is about.
#[derive(Clone, Debug)]
pub struct Job {
    /// The messages.
    pub among: Among,
    /// What is asked.
    pub asked: Asked,
    /// Only what contains this is listed, in small letters; empty for everything.
    pub containing: String,
    /// Whether a sample will do where the metadata of many messages would have to be read.
    pub is_sample: bool,
    /// The zone of days and hours.
    pub zone: Zone,
}

/// Answers. What takes long is answered for a sample first, which goes to `publish`. [`None`] once
/// `cancelled` says so, which is asked every millisecond or so.
pub fn run(
    job: &Job,
    cancelled: &dyn Fn() -> bool,
    publish: &mut dyn FnMut(Answer),
) -> Option<Answer> {
    let is_long = job.asked.reads_metadata() && job.among.len() > 2 * SAMPLE;
    if !is_long {
        return answer(job, usize::MAX, cancelled);
    }
    let sample = answer(job, SAMPLE, cancelled)?;
    if job.is_sample {
        return Some(sample);
    }
    publish(sample);
    answer(job, usize::MAX, cancelled)
}

fn answer(job: &Job, most: usize, cancelled: &dyn Fn() -> bool) -> Option<Answer> {
    let (among, containing) = (&job.among, job.containing.as_str());
    Some(match &job.asked {
        Asked::Paths => Answer::Paths(map::paths(among, containing, most, cancelled)?),
        Asked::Values(facet) => Answer::Values(match facet {
            Facet::Id(column) => columns::ids(among, *column, containing, cancelled)?,
            Facet::Day => columns::days(among, job.zone, cancelled)?,
            Facet::Hour => columns::hours(among, job.zone, cancelled)?,
            Facet::Path(path) => values::values(among, path, containing, most, cancelled)?,
        }),
    })
}
