//! The filter and the search in force, what was typed before, and the match that is waited for.

use crate::message::MsgRef;
use crate::port::{FindTicket, QueryKind, StoreTicket};
use crate::time::{Millis, Zone};

use super::field::History;
use crate::search::CompiledQuery;

/// The queries in force.
#[derive(Debug, Default)]
pub struct Queries {
    filter: Option<CompiledQuery>,
    search: Option<CompiledQuery>,
    filter_history: History,
    search_history: History,
    /// Whether to go to the first match of the search as soon as one is found.
    awaits_match: bool,
    /// The first match of a long message that a worker looks for.
    awaits_place: Option<AwaitedPlace>,
}

/// A match that a worker looks for: the run, the store and the message.
type AwaitedPlace = (FindTicket, StoreTicket, MsgRef);

impl Queries {
    /// The filter in force.
    pub fn filter(&self) -> Option<&CompiledQuery> {
        self.filter.as_ref()
    }

    /// The search in force.
    pub fn search(&self) -> Option<&CompiledQuery> {
        self.search.as_ref()
    }

    /// One of the two.
    pub fn of(&self, kind: QueryKind) -> Option<&CompiledQuery> {
        match kind {
            QueryKind::Filter => self.filter(),
            QueryKind::Search => self.search(),
        }
    }

    /// What was typed before, newest last.
    pub fn history(&self, kind: QueryKind) -> &History {
        match kind {
            QueryKind::Filter => &self.filter_history,
            QueryKind::Search => &self.search_history,
        }
    }

    /// Puts a query in force; `false` when it is in force already.
    pub(super) fn set(&mut self, kind: QueryKind, query: Option<CompiledQuery>) -> bool {
        let slot = match kind {
            QueryKind::Filter => &mut self.filter,
            QueryKind::Search => &mut self.search,
        };
        let text = |query: &Option<CompiledQuery>| query.as_ref().map(|query| query.text.clone());
        let is_other = text(slot) != text(&query);
        if is_other {
            *slot = query;
        }
        is_other
    }

    pub(super) fn remember(&mut self, kind: QueryKind, text: &str) {
        match kind {
            QueryKind::Filter => self.filter_history.add(text),
            QueryKind::Search => self.search_history.add(text),
        }
    }

    /// Compiles both anew: `30m` and `today` mean other times by now.
    pub(super) fn recompile(&mut self, zone: Zone, now: Millis) {
        for query in [&mut self.filter, &mut self.search] {
            let text = query.as_ref().map(|query| query.text.clone());
            *query = text.and_then(|text| CompiledQuery::new(&text, zone, now).ok().flatten());
        }
    }

    /// The person did something else: no match is waited for.
    pub(super) fn stop_waiting(&mut self) {
        self.awaits_match = false;
        self.awaits_place = None;
    }

    pub(super) fn await_match(&mut self, awaits: bool) {
        self.awaits_match = awaits;
    }

    /// Whether a match is waited for and there is one now; then it is waited for no longer.
    pub(super) fn take_awaited_match(&mut self, has_match: bool) -> bool {
        let is_due = self.awaits_match && has_match;
        self.awaits_match &= !is_due;
        is_due
    }

    /// A finished search ends the waiting.
    pub(super) fn search_ended(&mut self) {
        self.awaits_match = false;
    }

    pub(super) fn await_place(&mut self, place: AwaitedPlace) {
        self.awaits_place = Some(place);
    }

    /// The place that a run was waited for.
    pub(super) fn take_awaited_place(&mut self, ticket: FindTicket) -> Option<AwaitedPlace> {
        self.awaits_place.take_if(|(awaited, ..)| *awaited == ticket)
    }
}
