//! Effects: what the state asks of the outside, as data. The runtime performs them.

use std::sync::Arc;

use crate::config::View;
use crate::facets;
use crate::message::{MsgRef, SessionId};
use crate::scope::Scope;
use crate::search::{Hits, Job};
use crate::store::{Copies, Page, Store};
use crate::time::Zone;

use super::event::FetchTicket;
use super::highlights::CodeKey;
use super::inspector::Sheet;
use super::sessions::SortKeys;
use super::transcript::FirstMatch;

/// Which search a question or an answer belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Finding {
    /// The one that hides what does not match.
    Filter,
    /// The one that highlights and is walked through.
    Search,
}

/// Which run of a search; answers of an older run are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FindTicket(pub u64);

/// Which store something was asked about: each refresh and each scope has its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct StoreTicket(pub u64);

/// Which count; answers to an older one are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct CountTicket(pub u64);

/// The ids of one message in words; `None` where it has none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Ids {
    /// The session.
    pub session: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The component.
    pub component: Option<String>,
    /// The role.
    pub role: Option<String>,
}

/// What is written to a file.
#[derive(Clone, Debug)]
pub struct Export {
    /// The pages that hold the messages.
    pub pages: Vec<Arc<Page>>,
    /// Which messages, in order.
    pub messages: ExportOf,
    /// The exact repeats that are written behind each of them; none where people read it.
    pub copies: Arc<Copies>,
    /// In which form.
    pub form: ExportForm,
    /// The zone of the times in a form for people.
    pub zone: Zone,
}

/// Which messages are exported.
#[derive(Clone, Debug)]
pub enum ExportOf {
    /// Everything, in order of arrival.
    Everything,
    /// These, in this order.
    Messages(Vec<MsgRef>),
    /// What a filter found, session by session in this order.
    Found(Arc<Hits>, Vec<SessionId>),
}

/// The forms of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportForm {
    /// One JSON object a line, with the fields of the endpoint.
    Ndjson,
    /// For people: a heading a message, the text as it is.
    Markdown,
}

/// A text that another program shows, which has the terminal meanwhile.
#[derive(Debug)]
pub enum Handover {
    /// A session, to the pager.
    Pager(Export),
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
        finding: Finding,
        /// Which run.
        ticket: FindTicket,
        /// What is looked for, and where.
        job: Box<Job>,
    },
    /// Stop a search.
    StopFinding(Finding),
    /// Count messages, and stop an older count.
    Count {
        /// Which count it is.
        ticket: CountTicket,
        /// What is counted, and where.
        job: Box<facets::Job>,
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
    CopySession(Box<Export>),
    /// Ask the terminal to put a text on its clipboard.
    CopyByTerminal {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: &'static str,
    },
    /// Write a file.
    Export(Box<Export>),
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
