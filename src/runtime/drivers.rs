//! Effects, performed: each goes to the edge that can do it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::app::effect::Effect;
use crate::config::View;
use crate::export::ExportJob;
use crate::io::FetchGuard;
use crate::io::api::{self, Endpoint};
use crate::io::clipboard::Clipboard;
use crate::io::export;
use crate::io::files::{self, FileSource};
use crate::io::memory;
use crate::io::threads::reserve_signal_stack;
use crate::io::views;
use crate::io::workers::Workers;
use crate::port::ExportTicket;
use crate::port::Fact;
use crate::port::Severity;
use crate::port::{FetchEvent, FetchTicket};

use super::EffectHandler;

/// How often the progress of an export is told.
const PROGRESS: Duration = Duration::from_millis(50);

/// Where messages come from.
pub enum MessageSource {
    /// An endpoint.
    Endpoint(Arc<Endpoint>),
    /// A saved response.
    File(FileSource),
}

/// The outside as it really is.
pub struct Drivers {
    source: MessageSource,
    fetches: mpsc::Sender<(FetchTicket, FetchEvent)>,
    facts: mpsc::Sender<Fact>,
    workers: Workers,
    clipboard: Clipboard,
    running: Option<(FetchTicket, FetchGuard)>,
    folder: PathBuf,
    /// Where the config is or would be; [`None`] where views cannot be saved.
    config: Option<PathBuf>,
    most: u64,
    export: Option<Export>,
    /// The last view that is being written; it waits for those before it.
    saves: Option<JoinHandle<()>>,
}

impl Drop for Drivers {
    /// Half a config is not left behind.
    fn drop(&mut self) {
        finish(self.saves.take());
    }
}

/// Waits for the end of a thread. One that panicked has nothing more to do.
fn finish(thread: Option<JoinHandle<()>>) {
    drop(thread.map(JoinHandle::join));
}

/// An export that is being written, or was the last one.
struct Export {
    ticket: ExportTicket,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Export {
    fn start(
        ticket: ExportTicket,
        (name, aside): (String, Option<String>),
        job: Box<ExportJob>,
        folder: &Path,
        facts: &mpsc::Sender<Fact>,
    ) -> Self {
        let (folder, facts) = (folder.to_owned(), facts.clone());
        let stopped = Arc::<AtomicBool>::default();
        let flag = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            reserve_signal_stack();
            let is_stopped = || flag.load(Ordering::Relaxed);
            let mut told = Instant::now();
            let mut progress = |done| {
                if told.elapsed() >= PROGRESS {
                    told = Instant::now();
                    // Where there is no room for it, a later one says more.
                    let _ = facts.try_send(Fact::ExportProgressed(ticket, done));
                }
            };
            let place = (folder.as_path(), name.as_str());
            let result = export::write_file(&job, place, &mut progress, &is_stopped);
            let (weight, sentence) = export::notice(&result, &job, aside.as_deref());
            // At the end of the program nobody hears it.
            let _ = facts.blocking_send(Fact::Exported(ticket, weight, sentence));
        });
        Self { ticket, stopped, thread: Some(thread) }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Drop for Export {
    /// Half an export is not left behind.
    fn drop(&mut self) {
        self.stop();
        finish(self.thread.take());
    }
}

impl Drivers {
    /// The outside with its workers. Exports are written to `folder`; a saved response may have
    /// `most` bytes.
    pub fn new(
        source: MessageSource,
        fetches: mpsc::Sender<(FetchTicket, FetchEvent)>,
        facts: mpsc::Sender<Fact>,
        (folder, most): (PathBuf, u64),
    ) -> Self {
        let workers = Workers::start(&facts);
        let clipboard = Clipboard::start(&facts);
        Self {
            source,
            fetches,
            facts,
            workers,
            clipboard,
            running: None,
            folder,
            config: None,
            most,
            export: None,
            saves: None,
        }
    }
}

impl Drivers {
    /// Says where the config is, in which views are saved.
    #[must_use]
    pub fn with_config(mut self, path: PathBuf) -> Self {
        self.config = Some(path);
        self
    }

    /// Writes a view into the config, on a thread: a disk may be slow. The next one waits for it, as
    /// each reads the config and writes all of it, and so does the end.
    fn save_view(&mut self, view: View, replaces: bool) {
        let facts = self.facts.clone();
        let config = self.config.clone();
        let before = self.saves.take();
        self.saves = Some(std::thread::spawn(move || {
            reserve_signal_stack();
            finish(before);
            let fact = match config {
                Some(path) => views::save(&path, view, replaces),
                None => {
                    let words = "views are kept in the config, and there is none here";
                    Fact::Notice(Severity::Warning, words.to_owned())
                }
            };
            // Nobody may be there any more to be told.
            let _ = facts.blocking_send(fact);
        }));
    }
}

impl EffectHandler for Drivers {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch { ticket, scope } => {
                let events = self.fetches.clone();
                let guard = match &self.source {
                    MessageSource::Endpoint(endpoint) => {
                        api::start_fetch(Arc::clone(endpoint), scope, ticket, events)
                    }
                    MessageSource::File(file) => files::start_file(file, self.most, ticket, events),
                };
                self.running = Some((ticket, guard));
            }
            Effect::CancelFetch(ticket) => {
                self.running.take_if(|(running, _)| *running == ticket);
            }
            Effect::Run(task) => self.workers.give(task),
            Effect::Stop(lane) => self.workers.stop(lane),
            Effect::SaveView { view, replaces } => self.save_view(view, replaces),
            // Giving back a million messages takes a while. Where the system gives no thread it is
            // done by the attempt to begin one.
            Effect::Discard(store) => {
                let made_of_it = self.workers.memory();
                let _ = std::thread::Builder::new().spawn(move || {
                    reserve_signal_stack();
                    drop(store);
                    made_of_it.forget_what_is_gone();
                    memory::release_free();
                });
            }
            Effect::Copy { text, what } => self.clipboard.copy(text, what),
            Effect::CopySession(export) => self.clipboard.copy_session(export),
            Effect::Export { ticket, name, job, aside } => {
                self.export =
                    Some(Export::start(ticket, (name, aside), job, &self.folder, &self.facts));
            }
            Effect::StopExport(ticket) => {
                // It ends at its next message, and nobody waits for that.
                if let Some(export) = self.export.as_ref().filter(|export| export.ticket == ticket)
                {
                    export.stop();
                }
            }
            // These are the screen's.
            Effect::SetMouse(_)
            | Effect::CopyByTerminal { .. }
            | Effect::HandOver(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit
            | Effect::Interrupt => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn views_that_are_saved_in_quick_succession_are_all_there_and_the_last_word_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let (fetches, _) = mpsc::channel(1);
        let (facts, mut told) = mpsc::channel(64);
        let source = MessageSource::File(FileSource::Stdin);
        let outside = Drivers::new(source, fetches, facts, (folder.path().to_owned(), 1));
        let mut outside = outside.with_config(path.clone());
        for number in 0..20 {
            let view = View { name: format!("view {}", number / 2), query: format!("w{number}") };
            outside.perform(Effect::SaveView { view, replaces: number % 2 == 1 });
        }
        drop(outside);
        let views = Config::load(&std::fs::read_to_string(&path).unwrap()).unwrap().views;
        let queries: Vec<&str> = views.iter().map(|view| view.query.as_str()).collect();
        let last: Vec<String> = (0..10).map(|number| format!("w{}", number * 2 + 1)).collect();
        assert_eq!(queries, last);
        let mut saved = 0;
        while let Ok(fact) = told.try_recv() {
            assert!(matches!(fact, Fact::ViewSaved(..)), "{fact:?}");
            saved += 1;
        }
        assert_eq!(saved, 20);
    }
}
