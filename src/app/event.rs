//! Events: facts that already happened, in the past tense. The only thing that changes the state.

use crate::port::{Fact, FetchEvent, FetchTicket, Severity};

use super::chord::Chord;
use super::geometry::Size;
use super::look::Background;

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
    /// An edge reported something.
    Fact(Fact),
    /// The terminal said what its background is.
    BackgroundTold(Background),
    /// The terminal is ours again after another program had it, or never went: a sentence for the
    /// person, or an empty one.
    CameBack(Severity, String),
    /// The time that [`super::App::deadline`] asked for has come.
    TimePassed,
    /// The program came back from being suspended.
    Resumed,
}

impl From<Fact> for Event {
    fn from(fact: Fact) -> Self {
        Self::Fact(fact)
    }
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
