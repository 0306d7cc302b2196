//! How everything is shown: the window, the focus, and the switches that change no message.
//!
//! Must not know what is shown.

use crate::time::Zone;

use super::effect::Mouse;
use super::geometry::{self, Areas, GeometryInput, Pane, Size, VisiblePanes};
use super::look::{Background, ThemeChoice};
use super::transcript::{SourceView, TranscriptStyle, Wrap};

/// Columns of a transcript before its text: the bars and branches of the thread.
pub const GUTTER: u16 = 3;
/// The columns of one step sideways.
const SIDEWAYS: u16 = 8;

/// How times are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Times {
    /// As times of the day and dates.
    Absolute,
    /// As ages.
    Relative,
}

/// Whether somebody who looks over a shoulder may read the messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Privacy {
    /// The panes show them.
    Open,
    /// They show nothing of them.
    Hidden,
}

/// Whether the focused pane stands alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zoom {
    /// All panes are shown.
    All,
    /// The focused one alone.
    Focused,
}

/// How everything is shown.
#[derive(Debug)]
pub struct Display {
    size: Size,
    split: u16,
    text_width: u16,
    focus: Pane,
    zoom: Zoom,
    privacy: Privacy,
    times: Times,
    wrap: Wrap,
    sideways: u16,
    source: SourceView,
    look: ThemeChoice,
    mouse: Mouse,
}

impl Display {
    /// The display at the start.
    pub(super) fn new(settings: &super::AppSettings, size: Size) -> Self {
        Self {
            size,
            split: settings.split,
            text_width: settings.text_width,
            focus: Pane::Sessions,
            zoom: Zoom::All,
            privacy: Privacy::Open,
            times: Times::Absolute,
            wrap: Wrap::default(),
            sideways: 0,
            source: SourceView::Hidden,
            look: settings.look.clone(),
            mouse: settings.mouse,
        }
    }

    /// The window.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The pane that keys go to.
    pub fn focus(&self) -> Pane {
        self.focus
    }

    /// Whether it stands alone.
    pub fn zoom(&self) -> Zoom {
        self.zoom
    }

    /// Whether the messages are hidden.
    pub fn privacy(&self) -> Privacy {
        self.privacy
    }

    /// How times are written.
    pub fn times(&self) -> Times {
        self.times
    }

    /// Whether long lines wrap.
    pub fn wrap(&self) -> Wrap {
        self.wrap
    }

    /// How many columns of lines that do not wrap are out of sight on the left.
    pub fn sideways(&self) -> u16 {
        self.sideways
    }

    /// Whether text is shown as its source.
    pub fn source(&self) -> SourceView {
        self.source
    }

    /// In which colours everything is shown.
    pub fn look(&self) -> &ThemeChoice {
        &self.look
    }

    /// Who has the mouse.
    pub fn mouse(&self) -> Mouse {
        self.mouse
    }

    /// The columns that running text has at most. What does not wrap, or is shown as it was sent,
    /// has no limit.
    pub fn measure(&self) -> u16 {
        let is_free = self.source == SourceView::Shown || self.wrap == Wrap::Nothing;
        if is_free { u16::MAX } else { self.text_width }
    }

    /// How a transcript of this width, with its border, is laid out.
    pub(super) fn style(&self, width: u16, zone: Zone) -> TranscriptStyle {
        TranscriptStyle {
            columns: text_columns(width),
            measure: self.measure(),
            wrap: self.wrap,
            source: self.source,
            zone,
        }
    }

    /// Where the panes stand; `None` when the window is too small.
    pub(super) fn areas(&self, has_inspector: bool, rows: NoticeRows) -> Option<Areas> {
        let panes = match (self.zoom, has_inspector) {
            (Zoom::Focused, _) => VisiblePanes::One,
            (Zoom::All, true) => VisiblePanes::Three,
            (Zoom::All, false) => VisiblePanes::Two,
        };
        geometry::areas(GeometryInput {
            size: self.size,
            split: self.split,
            focus: self.focus,
            panes,
            notice_rows: rows.notice,
            bottom_rows: rows.bottom,
        })
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
    }

    /// The metadata pane is gone: the transcript has the focus instead.
    pub(super) fn leave_metadata(&mut self) {
        if self.focus == Pane::Metadata {
            self.focus = Pane::Transcript;
        }
    }

    pub(super) fn toggle_zoom(&mut self) {
        self.zoom = match self.zoom {
            Zoom::All => Zoom::Focused,
            Zoom::Focused => Zoom::All,
        };
    }

    pub(super) fn toggle_privacy(&mut self) {
        self.privacy = match self.privacy {
            Privacy::Open => Privacy::Hidden,
            Privacy::Hidden => Privacy::Open,
        };
    }

    pub(super) fn toggle_times(&mut self) {
        self.times = match self.times {
            Times::Absolute => Times::Relative,
            Times::Relative => Times::Absolute,
        };
    }

    /// Shows text or its source; says which.
    pub(super) fn toggle_source(&mut self) -> &'static str {
        let (source, words) = match self.source {
            SourceView::Hidden => (SourceView::Shown, "showing the exact source"),
            SourceView::Shown => (SourceView::Hidden, "showing rendered text"),
        };
        self.source = source;
        words
    }

    /// Wraps text, everything or nothing in turn; says which.
    pub(super) fn toggle_wrap(&mut self) -> &'static str {
        let (wrap, words) = match self.wrap {
            Wrap::Text => (Wrap::All, "all long lines wrap, also in code"),
            Wrap::All => (Wrap::Nothing, "long lines are cut"),
            Wrap::Nothing => (Wrap::Text, "long lines wrap; code keeps its shape"),
        };
        self.wrap = wrap;
        words
    }

    /// Gives the mouse to the terminal or takes it; says which.
    pub(super) fn toggle_mouse(&mut self) -> &'static str {
        let (mouse, words) = match self.mouse {
            Mouse::Ours => (Mouse::Terminals, "mouse off: drag to select text in the terminal"),
            Mouse::Terminals => (Mouse::Ours, "mouse on: clicks select, the wheel scrolls"),
        };
        self.mouse = mouse;
        words
    }

    /// Goes to the next theme; a sentence that says which it is.
    pub(super) fn next_theme(&mut self) -> String {
        self.look.step()
    }

    pub(super) fn set_background(&mut self, background: Background) {
        self.look.background = background;
    }

    /// Makes the list of sessions wider or narrower, by so many per cent.
    pub(super) fn change_split(&mut self, by: i16) {
        self.set_split(self.split.saturating_add_signed(by));
    }

    pub(super) fn set_split(&mut self, split: u16) {
        self.split = split.clamp(15, 70);
    }

    /// Looks further right along lines that are so much wider than the pane; why it cannot.
    pub(super) fn look_right(&mut self, beyond: u16) -> Option<&'static str> {
        let before = self.sideways;
        self.sideways = before.saturating_add(SIDEWAYS).min(beyond);
        (self.sideways <= before).then_some(match before {
            0 => "no line here is wider than its pane",
            _ => "this is the right end of the longest line",
        })
    }

    /// Looks back to the left; why it cannot.
    pub(super) fn look_left(&mut self) -> Option<&'static str> {
        let is_left = self.sideways == 0;
        self.sideways = self.sideways.saturating_sub(SIDEWAYS);
        is_left.then_some("lines are shown from their left end")
    }

    /// Never looks further right than the longest line goes.
    pub(super) fn limit_sideways(&mut self, beyond: u16) {
        self.sideways = self.sideways.min(beyond);
    }
}

/// Rows at the bottom of the window that are no pane's.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoticeRows {
    /// For a failure that stays.
    pub notice: u16,
    /// One, or two while something is typed.
    pub bottom: u16,
}

/// The columns of a line in a transcript of this width.
pub(super) fn text_columns(width: u16) -> u16 {
    width.saturating_sub(GUTTER).max(1)
}
