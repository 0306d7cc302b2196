//! Events: facts that already happened, in the past tense. The only thing that changes the state.

use std::sync::Arc;

use crate::config::View;
use crate::highlight::Highlighted;
use crate::message::{MsgRef, SessionId};
use crate::port::{FetchEvent, FetchTicket};
use crate::search::Hits;
use crate::stats::Answer;
use crate::store::Order;

use super::chord::Chord;
use super::copied::Copied;
use super::geometry::Size;
use super::highlights::CodeKey;
use super::inspector::Reading;
use super::look::Background;
use crate::port::Severity;
use crate::port::{CountTicket, ExportTicket, FindTicket, QueryKind, StoreTicket};

/// A fact.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Pressed(Chord),
    /// Text was pasted.
    Pasted(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The window has this size now.
    Resized(Size),
    /// Something about a fetch.
    Fetch(FetchTicket, FetchEvent),
    /// A search found this so far, or in all.
    Found(QueryKind, FindTicket, Hits),
    /// Messages were counted.
    Counted {
        /// Which count it was.
        ticket: CountTicket,
        /// What was found.
        answer: Box<Answer>,
        /// Whether that is all; else it is of a sample, and more follows.
        is_last: bool,
    },
    /// A view stands in the config now; where that is, cleaned.
    ViewSaved(View, String),
    /// Sessions were ordered.
    SessionsSorted(StoreTicket, Vec<SessionId>),
    /// The messages of sessions were ordered.
    MessagesSorted(StoreTicket, Vec<(SessionId, Order)>),
    /// The metadata of a message was read.
    MetadataRead(StoreTicket, MsgRef, Box<Reading>),
    /// Words were looked for in long metadata.
    FoundInMetadata {
        /// The store that the message is in.
        store: StoreTicket,
        /// The message.
        message: MsgRef,
        /// The words.
        words: String,
        /// The nodes that have them, ascending.
        nodes: Vec<u32>,
    },
    /// The first segment of a long message that has a match, where one has.
    PlaceFound(FindTicket, Option<u32>),
    /// The words of a code were told apart; `None` where it is to stay plain.
    Highlighted(CodeKey, Option<Arc<Highlighted>>),
    /// The terminal said what its background is.
    BackgroundTold(Background),
    /// A text could not be put on a clipboard but by the terminal.
    ClipboardLeft {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: &'static str,
    },
    /// A text was put on a clipboard, or could not be.
    Copied(Copied),
    /// The terminal is ours again after another program had it, or never went: a sentence for the
    /// person, or an empty one.
    CameBack(Severity, String),
    /// The first lines of what an export would write.
    ExportPreviewed(ExportTicket, Vec<String>),
    /// So many messages of an export are written.
    ExportProgressed(ExportTicket, u64),
    /// An export is written, or could not be: a sentence for the person.
    Exported(ExportTicket, Severity, String),
    /// Something that was asked for was done, or could not be: a sentence for the person.
    Told(Severity, String),
    /// The time that [`super::App::deadline`] asked for has come.
    TimePassed,
    /// The program came back from being suspended.
    Resumed,
}

/// What the mouse did, at a column and a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MouseEvent {
    /// The left button went down.
    Pressed(u16, u16),
    /// The mouse moved with the left button down.
    Dragged(u16, u16),
    /// The left button went up.
    Released,
    /// The wheel turned towards the person.
    WheelDown(u16, u16),
    /// The wheel turned away.
    WheelUp(u16, u16),
}
