//! `export`: the messages that the query leaves, as a document for people or for other programs.

use std::sync::Arc;

use super::command_error::CommandError;
use super::load::{self, Loaded};
use super::output::Output;
use super::progress::ProgressLine;
use crate::cli::{Export, Read};
use crate::export::{Chosen, ExportJob};
use crate::io::export::{care, write_to};
use crate::io::key::Environment;
use crate::message::{MsgRef, SessionId};
use crate::search::Hits;
use crate::text::counted;

/// Writes them; returns the exit status.
pub(super) fn run(
    read: &Read,
    asked: &Export,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let setup = &read.setup;
    let format = asked.format;
    if asked.raw && !format.takes_raw() {
        let name = format.name();
        return Err(CommandError::usage(format!(
            "--raw has no effect on {name}; use txt, csv or tsv"
        )));
    }
    let matcher = load::question(setup, setup.query.as_deref().as_slice())?;
    let mut out = Output::open(read.output.as_ref())?;
    let loaded = load::load(setup, environment)?;
    let status = loaded.status();
    let hits = loaded.find(matcher.as_ref());
    let labels = &setup.config.labels;
    let job = ExportJob {
        zone: setup.config.time_zone,
        labels: [labels.user.clone(), labels.assistant.clone(), labels.system.clone()],
        raw: asked.raw,
        pseudonymize: asked.pseudonymize,
        copies: Arc::clone(loaded.store.copies()),
        ..ExportJob::new(loaded.store.pages().to_vec(), chosen(&loaded, hits, asked.limit), format)
    };
    let mut progress = ProgressLine::new();
    let of = loaded.store.len() as u64;
    let counts = write_to(&job, &mut out, &mut |done| progress.written(done, of))?;
    out.finish_as(status)?;
    if status == 0 {
        let messages = counted(counts.messages, "message");
        let sessions = counted(counts.sessions, "session");
        let (to, care) = (read.output_name(), care(job.pseudonymize));
        progress.aside(&format!("{messages} of {sessions} written to {to}; {care}"));
    }
    std::mem::forget((loaded, job));
    Ok(status)
}

/// The messages of an export, session by session.
fn chosen(loaded: &Loaded, hits: Option<Hits>, limit: usize) -> Chosen {
    let store = &loaded.store;
    let sessions = || (0..).take(store.sessions().len()).map(SessionId);
    let with_copies = |all: &mut dyn Iterator<Item = &MsgRef>| -> Vec<MsgRef> {
        let copies = |at: MsgRef| store.copies().of(at).iter().copied();
        all.take(limit).flat_map(|&at| std::iter::once(at).chain(copies(at))).take(limit).collect()
    };
    match hits {
        // The store has them in order; but not the repeats, each in its place.
        None if limit == 0 && store.repeated() == 0 => {
            Chosen::Found(Arc::new(Hits::of_store(store)), sessions().collect())
        }
        None if limit == 0 => Chosen::Everything,
        Some(hits) if limit == 0 => Chosen::Found(Arc::new(hits), sessions().collect()),
        None => Chosen::Messages(with_copies(&mut sessions().flat_map(|id| store.messages_of(id)))),
        Some(hits) => {
            Chosen::Messages(with_copies(&mut sessions().flat_map(|id| hits.in_session(id))))
        }
    }
}
