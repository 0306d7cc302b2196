//! Effects: what the state asks of the outside, as data. The runtime performs them.

use crate::port::{Lane, Task};
use std::sync::Arc;

use crate::config::View;
use crate::export;
use crate::message::MsgRef;
use crate::port::{ExportTicket, FetchTicket};
use crate::scope::Scope;
use crate::store::{Page, Store};

/// A text that another program shows, which has the terminal meanwhile.
#[derive(Debug)]
pub enum Handover {
    /// A session, to the pager.
    Pager(export::ExportJob),
    /// The text of one message, to the editor.
    Editor {
        /// The page of the message.
        page: Arc<Page>,
        /// The message.
        message: MsgRef,
    },
}

/// A request to the outside.
#[must_use]
#[derive(Debug)]
pub enum Effect {
    /// Ask the endpoint.
    Fetch {
        /// Which fetch it is.
        ticket: FetchTicket,
        /// What is asked for.
        scope: Scope,
    },
    /// Close the connection of a fetch.
    CancelFetch(FetchTicket),
    /// Have a worker do a task.
    Run(Task),
    /// Cancel what a worker does in a lane.
    Stop(Lane),
    /// Write a view into the config.
    SaveView {
        /// The view.
        view: View,
        /// Whether one of its name is to be replaced.
        replaces: bool,
    },
    /// Put a text on the clipboard.
    Copy {
        /// The text as it was sent: it is cleaned on its way, away from the screen.
        text: String,
        /// What it is, for the notice: `message`.
        what: &'static str,
    },
    /// Put a session on the clipboard, in the form of the export.
    CopySession(Box<export::ExportJob>),
    /// Ask the terminal to put a text on its clipboard.
    CopyByTerminal {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: &'static str,
    },
    /// Write an export to a file.
    Export {
        /// Which one it is.
        ticket: ExportTicket,
        /// What it is of, for the name of the file; anything at all.
        name: String,
        /// What is written, and how.
        job: Box<export::ExportJob>,
        /// What is to be said beside how many messages were written.
        aside: Option<String>,
    },
    /// Stop an export; no file is left of it.
    StopExport(ExportTicket),
    /// Give the terminal to another program until that ends.
    HandOver(Box<Handover>),
    /// Drop what is large, away from the screen.
    Discard(Box<Store>),
    /// Take the mouse or leave it to the terminal.
    SetMouse(Mouse),
    /// Draw every cell again.
    Redraw,
    /// Give the terminal back and stop until `fg`.
    Suspend,
    /// End the program.
    Quit,
    /// End the program as the signal does that a keyboard sends.
    Interrupt,
}

/// Who has the mouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mouse {
    /// This program: clicks select.
    Ours,
    /// The terminal: dragging marks text.
    Terminals,
}
