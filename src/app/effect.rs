//! Effects: what the state asks of the outside, as data. The runtime performs them.

use std::sync::Arc;

use crate::config::View;
use crate::export;
use crate::message::{MsgRef, SessionId};
use crate::port::{
    CountTicket, ExportTicket, FetchTicket, FindTicket, Ids, QueryKind, StoreTicket,
};
use crate::scope::Scope;
use crate::search::Job;
use crate::stats::CountJob;
use crate::store::{Page, Repeats, Store};
use crate::time::Zone;

use super::highlights::CodeKey;
use super::inspector::Sheet;
use super::sessions::SortKeys;
use super::transcript::FirstMatch;

/// A text that another program shows, which has the terminal meanwhile.
#[derive(Debug)]
pub enum Handover {
    /// A session, to the pager.
    Pager(export::Job),
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
    /// Search, and stop an older search of the same kind.
    Find {
        /// Which search it is.
        finding: QueryKind,
        /// Which run.
        ticket: FindTicket,
        /// What is looked for, and where.
        job: Box<Job>,
    },
    /// Make ready for searches in these pages, which are about to be asked for.
    PrepareToFind {
        /// Which kind of search.
        finding: QueryKind,
        /// All pages of the store.
        pages: Vec<Arc<Page>>,
        /// Which of their messages are not to be found.
        repeats: Repeats,
    },
    /// Stop a search.
    StopFinding(QueryKind),
    /// Count messages, and stop an older count.
    Count {
        /// Which count it is.
        ticket: CountTicket,
        /// What is counted, and where.
        job: Box<CountJob>,
    },
    /// Stop counting.
    StopCounting,
    /// Write a view into the config.
    SaveView {
        /// The view.
        view: View,
        /// Whether one of its name is to be replaced.
        replaces: bool,
    },
    /// Order sessions by key.
    SortSessions {
        /// Of which store.
        ticket: StoreTicket,
        /// By what.
        keys: SortKeys,
    },
    /// Order the messages of sessions by time.
    SortMessages {
        /// Of which store.
        ticket: StoreTicket,
        /// The pages that hold them.
        pages: Vec<Arc<Page>>,
        /// The sessions.
        sessions: Vec<SessionId>,
    },
    /// Read the metadata of a message.
    ReadMetadata {
        /// The store that it is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// Its page.
        page: Arc<Page>,
        /// Its ids in words.
        ids: Box<Ids>,
        /// The zone of its time.
        zone: Zone,
    },
    /// Look for words in metadata that is too long to be looked at on a key press.
    FindInMetadata {
        /// The store that the message is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// What is looked at.
        sheet: Arc<Sheet>,
        /// The words.
        words: String,
    },
    /// Find the first match in a message that is too long to be looked at on a key press.
    FindPlace(FindTicket, Box<FirstMatch>),
    /// Tell the words of a code apart.
    Highlight {
        /// Which code it is.
        key: CodeKey,
        /// The code.
        code: String,
        /// Its language, as its message names it.
        language: String,
    },
    /// Put a text on the clipboard.
    Copy {
        /// The text as it was sent: it is cleaned on its way, away from the screen.
        text: String,
        /// What it is, for the notice: `message`.
        what: &'static str,
    },
    /// Put a session on the clipboard, in the form of the export.
    CopySession(Box<export::Job>),
    /// Ask the terminal to put a text on its clipboard.
    CopyByTerminal {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: &'static str,
    },
    /// Make the first lines of an export.
    PreviewExport(ExportTicket, Box<export::Job>),
    /// Write an export to a file.
    Export {
        /// Which one it is.
        ticket: ExportTicket,
        /// What it is of, for the name of the file; anything at all.
        name: String,
        /// What is written, and how.
        job: Box<export::Job>,
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
