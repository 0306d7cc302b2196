//! The line into which a time is typed, and the way to that time in the session shown.
//!
//! What is typed is read by `query`, in the configured zone. Must not know how it is painted.

use std::ops::Range;

use crate::query;
use crate::time::{self, Millis};

use super::super::action::Action;
use super::super::field::TextField;
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};

/// A time that is being typed.
#[derive(Debug, Default)]
pub struct TimePrompt {
    /// The text.
    pub field: TextField,
    /// The place of the message that would be gone to, among those shown.
    pub found: Option<usize>,
    /// Why it was not gone to; said when the text was accepted, not while it is half typed.
    pub error: Option<String>,
}

impl TimePrompt {
    /// What is typed has changed: shows what it leads to.
    fn changed(&mut self, context: &LayerContext<'_>) {
        self.found = context.place_at(self.field.text()).ok();
        self.error = None;
    }

    /// Goes to the time that is typed, or says why not.
    fn accept(&mut self, context: &LayerContext<'_>) -> Reply {
        if self.field.text().trim().is_empty() {
            return Reply::close();
        }
        match context.place_at(self.field.text()) {
            Ok(index) => Reply::Done(vec![LayerRequest::Close, LayerRequest::GoToMessage(index)]),
            Err(error) => {
                self.error = Some(error);
                Reply::done()
            }
        }
    }
}

impl LayerState for TimePrompt {
    fn typing(&self) -> Typing {
        Typing::Below
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        match action {
            Action::Accept => self.accept(context),
            Action::Cancel => Reply::close(),
            _ if self.field.edit(action) => {
                self.changed(context);
                Reply::done()
            }
            _ => Reply::Pass,
        }
    }

    fn on_text(&mut self, text: &str, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        self.field.insert(text);
        self.changed(context);
        Vec::new()
    }
}

impl LayerContext<'_> {
    /// The place of the first message at or after a time that was typed.
    fn place_at(&self, text: &str) -> Result<usize, String> {
        let (zone, tab) = (self.settings.zone, self.tab());
        let thread = tab.thread();
        let session = tab.transcript.session.and_then(|id| tab.store.session(id));
        let ends = session.and_then(|session| session.started.zip(session.last_active));
        let Some((started, ended)) = ends else {
            return Err("no message of this session has a time that can be read".to_owned());
        };
        // A time of day is one of the day that is read.
        let selected = tab.selected().and_then(|at| tab.store.row(at)).map(|row| row.time);
        let here = selected.filter(|&at| at >= started).unwrap_or(started);
        let wanted = query::moment(text.trim(), zone.day(here), zone, self.now)?;
        if wanted.end <= started || wanted.start > ended {
            return Err(self.span_of(started..ended));
        }
        let time_of = |at| tab.store.row(at).map_or(Millis::MIN, |row| row.time);
        let index = thread.messages.partition_point(|&at| time_of(at) < wanted.start);
        if index == thread.messages.len() {
            let key = self.key(Action::ClearFilter);
            return Err(format!("the filter leaves nothing at or after it; {key} clears it"));
        }
        Ok(index)
    }

    /// From when to when the session goes, in a sentence.
    fn span_of(&self, ends: Range<Millis>) -> String {
        let zone = self.settings.zone;
        let from = time::date_and_minute(ends.start, zone);
        let is_one_day = zone.day(ends.start) == zone.day(ends.end);
        let to = time::date_and_minute(ends.end, zone);
        let to = to.split_once(' ').filter(|_| is_one_day).map_or(to.as_str(), |(_, clock)| clock);
        format!("this session goes from {from} to {to}")
    }
}
