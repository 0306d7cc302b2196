//! Where in a scope a person reads, through everything that changes around it: messages that
//! arrive, filters, refreshes, other scopes.
//!
//! A place is held in words and found again when the list and the filter are known. Must not know
//! why something changed.

use std::sync::Arc;

use crate::message::SessionId;
use crate::search::Hits;

use super::super::transcript::Anchor;
use super::ScopeView;
use crate::port::StoreTicket;

/// Where a person reads, in words that outlive a refresh.
#[derive(Clone, Debug)]
pub struct ReadingPlace {
    session: Option<Arc<str>>,
    /// The session's number, as long as the store is this one.
    number: (StoreTicket, SessionId),
    marks: Option<(Anchor, Anchor)>,
}

impl ScopeView {
    /// Another scope comes on the screen, and takes the workers that search: what was not found
    /// by now is looked for again on the way back. Where a person reads is held until then.
    pub fn leave(&mut self) {
        self.filter.give_up();
        self.search.give_up();
        self.hold_place();
        self.transcript.layout().clear();
    }

    /// Where a person reads now.
    pub fn place(&mut self) -> Option<ReadingPlace> {
        let id = self.transcript.session?;
        let session = self.store.session(id)?.name.clone();
        let number = (self.store_ticket, id);
        Some(ReadingPlace { session, number, marks: self.reading_marks() })
    }

    /// Holds where a person reads, through whatever changes, until [`ScopeView::show`] finds it
    /// again.
    /// A place that is held already is the better one.
    pub fn hold_place(&mut self) {
        if self.place.is_none() {
            self.place = self.place();
        }
    }

    /// Holds this place; [`ScopeView::show`] goes there.
    pub fn set_place(&mut self, place: Option<ReadingPlace>) {
        self.place = place;
    }

    /// A person moved: a place that was held is not wanted any more, and the session shown is one
    /// that somebody reads.
    pub fn release_anchor(&mut self) {
        if !self.sessions.rows().is_empty() {
            self.place = None;
            self.sessions.set_chosen();
        }
    }

    /// Takes in what arrived, or its order. As long as nobody reads, the session begins with
    /// whatever turns out to be its first message.
    pub fn grow(&mut self, change: impl FnOnce(&mut Self)) {
        if self.transcript.is_at_start() && !self.sessions.is_chosen() {
            change(self);
            self.transcript.layout().clear();
        } else {
            self.keep_place(change);
        }
    }

    /// Does what may put other messages before the ones that are read, and stays with those.
    pub fn keep_place(&mut self, change: impl FnOnce(&mut Self)) {
        let marks = self.reading_marks();
        change(self);
        self.transcript.layout().clear();
        if let Some(marks) = marks {
            let (transcript, thread) = self.reading();
            transcript.restore(thread, marks);
        }
    }

    pub(super) fn reading_marks(&mut self) -> Option<(Anchor, Anchor)> {
        let (transcript, thread) = self.reading();
        transcript.marks(thread)
    }

    /// Makes the rows of the list anew, and shows the session that is selected then: the one whose
    /// place is held, or the same one as before, wherever that is possible.
    pub fn show(&mut self) {
        if self.sessions.is_unordered() {
            return;
        }
        let keep = match &self.place {
            Some(ReadingPlace { number: (store, id), .. }) if *store == self.store_ticket => {
                Some(*id)
            }
            Some(place) => self.store.find_session(place.session.as_deref()),
            // As long as nobody chose a session, the first one of what is all there is shown.
            None if self.progress.is_none() && !self.sessions.is_chosen() => {
                self.sessions.go_first();
                None
            }
            None => self.transcript.session,
        };
        let unknown = Hits::default();
        let hits = match (self.filter.question(), self.filter.hits()) {
            (None, _) => None,
            (Some(_), Some(hits)) => Some(hits.as_ref()),
            // What a filter may hide is not shown before it is known.
            (Some(_), None) => Some(&unknown),
        };
        self.sessions.show(hits, keep);
        let is_found = keep.is_some() && self.sessions.selected() == keep;
        if let Some(marks) = self.place.as_ref().filter(|_| is_found).map(|place| place.marks) {
            self.transcript.renumber(keep);
            if let Some(marks) = marks {
                let (transcript, thread) = self.reading();
                transcript.restore(thread, marks);
            }
        }
        // While nothing is shown nobody can go elsewhere: the place is still wanted.
        let is_settled = self.filter.question().is_none() || self.filter.is_complete();
        if is_settled && !self.sessions.rows().is_empty() {
            self.place = None;
        }
        self.follow_list();
    }
}
