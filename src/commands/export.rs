//! `export`: the messages that the query leaves, in a form for people or for other programs.

use std::io;
use std::sync::Arc;

use super::load::{self, Loaded};
use super::output::{self, Output};
use super::progress::Progress;
use super::trouble::Trouble;
use crate::cli::{Export, OutputFile, Read};
use crate::io::export::{self, Chosen, ExportError, Job, Target};
use crate::io::key::Environment;
use crate::message::{MsgRef, SessionId};
use crate::search::Hits;

/// Writes them; the exit status.
pub(super) fn run(
    read: &Read,
    asked: &Export,
    environment: Environment<'_>,
) -> Result<u8, Trouble> {
    let setup = &read.setup;
    let form = asked.format.form();
    if asked.raw && !form.takes_raw() {
        return Err(Trouble::usage(format!(
            "--raw is for text, csv and tsv; {} has no other way",
            form.name()
        )));
    }
    let matcher = load::question(setup, setup.query.as_deref().as_slice())?;
    if let Some(file) = &read.output {
        output::check_place(file)?;
    }
    let loaded = load::load(setup, environment)?;
    let status = loaded.status();
    if status != 0 && read.output.is_some() {
        // What is not whole gets no name.
        return Ok(status);
    }
    let hits = loaded.find(matcher.as_ref());
    let labels = &setup.config.labels;
    let job = Job {
        zone: setup.config.time_zone,
        labels: [labels.user.clone(), labels.assistant.clone(), labels.system.clone()],
        raw: asked.raw,
        pseudonymize: asked.pseudonymize,
        copies: Arc::clone(loaded.store.copies()),
        ..Job::new(loaded.store.pages().to_vec(), chosen(&loaded, hits, asked.limit), form)
    };
    write(&job, loaded.store.len(), read.output.as_ref())?;
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

fn write(job: &Job, of: usize, file: Option<&OutputFile>) -> Result<(), Trouble> {
    let mut progress = Progress::new();
    let of = u64::try_from(of).unwrap_or(u64::MAX);
    let mut tell = |done| progress.written(done, of);
    let never = || false;
    if let Some(OutputFile { path, force }) = file {
        let target = Target::File { path, force: *force };
        return match export::write(job, target, &mut tell, &never) {
            Ok(written) => {
                progress.aside(&export::summary(&written, job));
                Ok(())
            }
            Err(error @ (ExportError::Exists(_) | ExportError::NoFile(..))) => {
                Err(Trouble::usage(error.to_string()))
            }
            Err(error) => Err(Trouble::failed(error.to_string())),
        };
    }
    let mut out = Output::open(None)?;
    match export::write(job, Target::Stream(&mut out), &mut tell, &never) {
        Ok(written) => {
            out.finish()?;
            progress.aside(&export::summary(&written, job));
            Ok(())
        }
        Err(ExportError::Stream { error, .. }) => Err(Trouble::from(error)),
        Err(error) => Err(Trouble::from(io::Error::other(error.to_string()))),
    }
}
