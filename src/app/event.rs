//! Events: facts that already happened, in the past tense. The only thing that changes the state.

use std::sync::Arc;
use std::time::Duration;

use crate::config::View;
use crate::facets::Answer;
use crate::highlight::Highlighted;
use crate::message::{MsgRef, SessionId};
use crate::search::Hits;
use crate::store::{Order, Page, Tally};

use super::chord::Chord;
use super::copied::Copied;
use super::effect::{CountTicket, ExportTicket, FindTicket, Finding, StoreTicket};
use super::geometry::Size;
use super::highlights::CodeKey;
use super::inspector::Reading;
use super::look::Background;
use super::notice::Weight;
use super::report_panel::Report;

/// Which fetch a fact belongs to; facts of an older fetch are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FetchTicket(pub u64);

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
    Found(Finding, FindTicket, Hits),
    /// Messages were counted.
    Counted {
        /// Which count it was.
        ticket: CountTicket,
        /// What was found.
        answer: Box<Answer>,
        /// Whether that is all; else it is of a sample, and more follows.
        is_last: bool,
    },
    /// Messages were counted for a report.
    Reported(CountTicket, Report),
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
    CameBack(Weight, String),
    /// The first lines of what an export would write.
    ExportPreviewed(ExportTicket, Vec<String>),
    /// So many messages of an export are written.
    ExportProgressed(ExportTicket, u64),
    /// An export is written, or could not be: a sentence for the person.
    Exported(ExportTicket, Weight, String),
    /// Something that was asked for was done, or could not be: a sentence for the person.
    Told(Weight, String),
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

/// A fact about a fetch.
#[derive(Clone, Debug)]
pub enum FetchEvent {
    /// The server answered 200; the length of the body as transferred, where it said one.
    Answered {
        /// The declared length in bytes.
        length: Option<u64>,
    },
    /// An attempt failed in a way that is worth another one, which starts after `wait`.
    /// Pages of the failed attempt are void.
    Retrying {
        /// What happened, cleaned.
        why: String,
        /// The number of the coming attempt, counted from 2.
        attempt: u32,
        /// The time until then.
        wait: Duration,
    },
    /// The next page, in order.
    PageArrived(Arc<Page>),
    /// Bytes of the body so far, as transferred (the same unit as the declared length).
    Progressed {
        /// The bytes.
        bytes: u64,
    },
    /// Everything arrived and was read.
    Finished(Box<Tally>),
    /// It failed for good.
    Failed(Failure),
}

/// Which kind of failure it is: decides the exit status and whether what arrived may be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The key was refused (401, 403), or there is none.
    Key,
    /// The network or the server failed.
    Network,
    /// The response was cut short: what arrived is good but incomplete.
    Cut,
    /// The response is no list of messages.
    Document,
    /// There is no memory for the response.
    Memory,
}

/// A failure in words: what was tried, what happened, what to do. All cleaned text in one line
/// each; never holds the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which kind.
    pub kind: FailureKind,
    /// What happened, with what was tried: `GET https://host/… answered 503 Service Unavailable`.
    pub what: String,
    /// What a person can do: `Refresh to try again.`
    pub advice: String,
}
