//! From the state to what a frame shows: the windows of the panes are filled, and the transcript is
//! laid out anew when its width or its looks change, at the place where the person reads.
//!
//! Must not know how anything is painted.

use std::sync::Arc;

use super::effect::Effect;
use super::geometry::Size;
use super::transcript::{Anchor, SourceView, TranscriptStyle, Wrap};
use super::{App, GUTTER, SESSION_ROWS};

impl App {
    /// Fills what a frame needs: the windows of the panes. Gives back what has to be asked for what
    /// is seen now.
    #[must_use]
    pub fn prepare(&mut self) -> Vec<Effect> {
        self.sync();
        let Some(areas) = self.areas() else { return Vec::new() };
        let height = areas.sessions.inside().height / SESSION_ROWS;
        let lines = areas.transcript.inside().height;
        let tab = self.tab_mut();
        if height > 0 {
            tab.sessions.prepare(usize::from(height));
        }
        if lines > 0 {
            let (transcript, thread) = tab.reading();
            transcript.prepare(thread, usize::from(lines));
        }
        self.prepare_scrollbar(lines);
        if let Some(inspector) = &mut self.inspector {
            inspector.prepare(usize::from(areas.metadata.inside().height));
        }
        self.refresh_layer();
        self.settle_sideways();
        self.ask_for_words()
    }

    pub(super) fn resize(&mut self, size: Size) {
        // The reading position is a line of one width; it is kept as a byte across the change.
        let tab = self.tab_mut();
        let (transcript, thread) = tab.reading();
        let marks = transcript.marks(thread);
        self.size = size;
        self.restore(marks);
    }

    pub(super) fn restore(&mut self, marks: Option<(Anchor, Anchor)>) {
        self.sync();
        let (transcript, thread) = self.tab_mut().reading();
        if let Some(marks) = marks {
            transcript.restore(thread, marks);
        }
    }

    /// Changes how the transcript is laid out, and keeps the reading position.
    pub(super) fn relay(&mut self, change: impl FnOnce(&mut Self)) {
        let (transcript, thread) = self.tab_mut().reading();
        let marks = transcript.marks(thread);
        change(self);
        self.restore(marks);
    }

    /// The columns that running text has at most. What does not wrap, or is shown as it was sent, has
    /// no limit.
    pub fn measure(&self) -> u16 {
        let is_free = self.source == SourceView::Shown || self.wrap == Wrap::Nothing;
        if is_free { u16::MAX } else { self.settings.text_width }
    }

    /// The columns of the transcript's lines.
    pub fn text_columns(&self) -> u16 {
        text_columns(self.areas().map_or(0, |areas| areas.transcript.inside().width))
    }

    /// Tells the transcript its width and what is highlighted.
    pub(super) fn sync(&mut self) {
        let Some(areas) = self.areas() else { return };
        // A transcript that is not shown keeps the width it had.
        let width = areas.transcript.inside().width;
        if width == 0 {
            return;
        }
        let style = TranscriptStyle {
            columns: text_columns(width),
            measure: self.measure(),
            wrap: self.wrap,
            source: self.source,
            zone: self.settings.zone,
        };
        let matcher = self.search.as_ref().map(|question| Arc::clone(&question.matcher));
        let layout = self.tab_mut().transcript.layout();
        layout.set_style(style);
        layout.set_matcher(matcher.as_ref());
    }
}

/// The columns of a line in a transcript of this width.
fn text_columns(width: u16) -> u16 {
    width.saturating_sub(GUTTER).max(1)
}
