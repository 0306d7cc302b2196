//! The clipboard of the system with this program as the one that keeps the text.
//!
//! On X11 and Wayland nobody else has it: it is lent from memory while this program runs, and at
//! its end offered to the manager of the clipboard where there is one. The connection to a display
//! can hang and cannot be interrupted, so it has a thread of its own that may be left behind.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::GOODBYE;

type Answer = Result<(), String>;

/// Keeps the text that was copied last.
#[derive(Debug, Default)]
pub(super) struct Owner {
    /// The thread that keeps it, once there is something to keep.
    keeper: Option<Keeper>,
    /// The thread did not answer, and is not asked again.
    hung: bool,
}

#[derive(Debug)]
struct Keeper {
    texts: Sender<Arc<str>>,
    answers: Receiver<Answer>,
}

impl Owner {
    /// Takes a text in place of the one before.
    ///
    /// # Errors
    /// What happened, for the log.
    pub(super) fn take(&mut self, text: &Arc<str>, limit: Duration) -> Answer {
        if self.hung {
            return Err("it hung before".to_owned());
        }
        let keeper = match self.keeper.take() {
            Some(keeper) => keeper,
            None => Keeper::start().map_err(|error| error.to_string())?,
        };
        // Where the thread has ended the answer says so.
        let _ = keeper.texts.send(Arc::clone(text));
        match keeper.answers.recv_timeout(limit) {
            Ok(answer) => {
                self.keeper = Some(keeper);
                answer
            }
            Err(error) => {
                self.hung = true;
                Err(error.to_string())
            }
        }
    }
}

impl Keeper {
    fn start() -> std::io::Result<Self> {
        let (texts, waiting) = mpsc::channel();
        let (answering, answers) = mpsc::channel();
        let thread = std::thread::Builder::new().name("clipboard".to_owned());
        thread.spawn(move || keep(&waiting, &answering))?;
        Ok(Self { texts, answers })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(Keeper { texts, answers }) = self.keeper.take() {
            drop(texts);
            // No answer is due any more: this waits until the thread has let go of the clipboard.
            let _ = answers.recv_timeout(GOODBYE);
        }
    }
}

fn keep(waiting: &Receiver<Arc<str>>, answering: &Sender<Answer>) {
    let mut clipboard = None;
    while let Ok(text) = waiting.recv() {
        let answer = put(&mut clipboard, &text);
        if answer.is_err() {
            // The display may be another one next time.
            clipboard = None;
        }
        if answering.send(answer).is_err() {
            return;
        }
    }
}

fn put(clipboard: &mut Option<arboard::Clipboard>, text: &str) -> Answer {
    let opened = match clipboard.take() {
        Some(open) => Ok(open),
        None => arboard::Clipboard::new(),
    };
    let open = clipboard.insert(opened.map_err(|error| error.to_string())?);
    open.set_text(text).map_err(|error| error.to_string())
}
