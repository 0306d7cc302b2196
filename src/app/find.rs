//! Search and filter as a person types them, and the walk from match to match.

use std::sync::Arc;

use crate::message::MsgRef;
use crate::search::Hits;
use crate::time::Millis;

use super::App;
use super::action::Action;
use super::effect::Effect;
use super::finder::Question;
use super::geometry::Pane;
use super::layer::prompt::Start;
use super::sessions::Growth;
use super::transcript::Direction;
use crate::port::FirstMatch;
use crate::port::Severity;
use crate::port::Task;
use crate::port::{FindTicket, QueryKind};
use crate::search::SortKey;

impl App {
    /// The typed query was accepted: goes to a match of a search.
    pub(super) fn accept_query(&mut self, kind: QueryKind, text: &str) {
        match kind {
            QueryKind::Filter => self.filter_history.add(text),
            QueryKind::Search => {
                self.search_history.add(text);
                let at_match =
                    self.tab().search.hits().is_some_and(|hits| self.place_among(hits).is_ok());
                if self.search.is_none() || self.tab().sessions.matches() == 0 {
                    self.awaits_match = self.tab().search.is_running();
                } else if at_match {
                    self.show_transcript();
                } else {
                    self.go_to_match(Direction::Down);
                }
            }
        }
    }

    /// A search was accepted before anything was found: the first match is gone to when it is
    /// there, unless the person did something else meanwhile.
    fn go_to_awaited_match(&mut self) {
        if self.awaits_match && self.tab().sessions.matches() > 0 {
            self.awaits_match = false;
            self.go_to_match(Direction::Down);
        }
    }

    /// Selects a message of the session shown, opening what hides it.
    pub(super) fn go_to_message(&mut self, index: usize) {
        self.show_transcript();
        let tab = self.tab_mut();
        tab.let_go();
        let (transcript, thread) = tab.reading();
        transcript.unfold(thread, index);
        transcript.select(thread, index);
    }

    /// Gives the transcript the focus, unless it is beside the pane that has it for good reason: a
    /// match can be gone to only where it is seen.
    pub(super) fn show_transcript(&mut self) {
        let hidden = self.areas().is_none_or(|areas| areas.transcript.width == 0);
        if self.focus == Pane::Sessions || hidden {
            self.focus = Pane::Transcript;
            self.sync();
        }
    }

    /// Leaves the line, and puts back what was in force and where the person was.
    pub(super) fn restore_query(
        &mut self,
        kind: QueryKind,
        before: Option<Question>,
        start: Start,
    ) -> Vec<Effect> {
        let effects = self.ask(kind, before);
        if let Some((tab, place)) = start.place
            && tab == self.current
        {
            let tab = self.tab_mut();
            if let Some(folds) = &start.folds {
                tab.transcript.refold(folds);
            }
            tab.set_place(Some(place));
            tab.show();
            self.count_matches();
        }
        effects
    }

    /// What is typed halfway may hide everything, or lead elsewhere: each new result is seen from
    /// where the person was before the typing began.
    pub(super) fn hold_start(&mut self, kind: QueryKind, start: Start) {
        let Some((tab, place)) = start.place else { return };
        if tab == self.current {
            let is_search = kind == QueryKind::Search;
            let tab = self.tab_mut();
            if let Some(folds) = start.folds {
                tab.transcript.refold(&folds);
            }
            tab.set_place(Some(place));
            if is_search {
                tab.show();
            }
        }
    }

    /// Sets what is asked, and starts looking.
    pub(super) fn ask(&mut self, finding: QueryKind, question: Option<Question>) -> Vec<Effect> {
        let same = |old: Option<&Question>| {
            old.map(|question| &question.text) == question.as_ref().map(|question| &question.text)
        };
        match finding {
            QueryKind::Filter if same(self.filter.as_ref()) => return Vec::new(),
            QueryKind::Search if same(self.search.as_ref()) => return Vec::new(),
            QueryKind::Filter => self.filter.clone_from(&question),
            QueryKind::Search => self.search.clone_from(&question),
        }
        let gone = question.is_none();
        let tab = self.tab_mut();
        match finding {
            QueryKind::Filter => {
                tab.hold_place();
                tab.filter.ask(question);
                tab.transcript.layout().clear();
                // The answers to a question stay until there are new ones.
                if gone || tab.filter.hits().is_none() {
                    tab.show();
                }
            }
            QueryKind::Search => tab.search.ask(question),
        }
        self.sync();
        self.count_matches();
        let stop = gone.then_some(Effect::Stop(finding.lane()));
        let mut effects: Vec<_> = stop.into_iter().collect();
        effects.extend(self.seek());
        effects
    }

    /// Starts what has to be looked for in the scope that is shown: the filter, then within its
    /// result the search.
    pub(super) fn seek(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let ticket = FindTicket(self.ticket());
        let present = (self.settings.zone, self.now);
        let tab = self.tab_mut();
        if !tab.filter.is_running() || !tab.filter.is_answering() {
            effects.extend(tab.filter.start(QueryKind::Filter, ticket, &tab.store, None, present));
        }
        tab.search_due = true;
        effects.extend(self.seek_search());
        effects
    }

    fn seek_search(&mut self) -> Vec<Effect> {
        let ticket = FindTicket(self.ticket());
        let present = (self.settings.zone, self.now);
        let tab = self.tab_mut();
        let waits = tab.filter.question().is_some() && !tab.filter.is_complete();
        if !tab.search_due || waits || (tab.search.is_running() && tab.search.is_answering()) {
            return Vec::new();
        }
        tab.search_due = false;
        let within = tab.filter.within();
        let effect =
            tab.search.start(QueryKind::Search, ticket, &tab.store, within.as_ref(), present);
        effect.into_iter().collect()
    }

    /// Takes in what a worker found.
    pub(super) fn found(
        &mut self,
        finding: QueryKind,
        ticket: FindTicket,
        hits: Hits,
    ) -> Vec<Effect> {
        let complete = hits.is_complete();
        let current = self.current;
        let tab = &mut self.tabs[current];
        let mut effects = Vec::new();
        match finding {
            QueryKind::Filter => {
                if !tab.filter.is_run(ticket) {
                    return effects;
                }
                tab.hold_place();
                tab.filter.found(ticket, hits);
                tab.transcript.layout().clear();
                tab.show();
            }
            QueryKind::Search => {
                if !tab.search.found(ticket, hits) {
                    return effects;
                }
                if complete && tab.sorting.key == SortKey::Matches {
                    effects.extend(tab.sort(Growth::Done));
                }
            }
        }
        self.count_matches();
        if finding == QueryKind::Search {
            self.go_to_match_while_typing();
            self.go_to_awaited_match();
            self.awaits_match &= !complete;
        }
        if complete {
            // More may have arrived while the worker was looking.
            effects.extend(self.seek());
        }
        effects
    }

    pub(super) fn count_matches(&mut self) {
        let tab = self.tab_mut();
        let hits = tab.search.hits().cloned();
        tab.sessions.count_matches(hits.as_ref());
    }

    /// `n` and `N`.
    pub(super) fn next_match(&mut self, way: Direction) {
        if self.search.is_none() {
            let key = self.key(Action::Search);
            self.tell(Severity::Info, &format!("nothing is searched for; press {key} to search"));
            return;
        }
        self.go_to_match(way);
    }

    /// Goes to the next match after the selected message, or the one before it; round the end.
    fn go_to_match(&mut self, way: Direction) {
        if self.tab().sessions.matches() == 0 {
            return;
        }
        self.show_transcript();
        let tab = self.tab_mut();
        let Some(hits) = tab.search.hits().cloned() else { return };
        let Some(session) = tab.transcript.session else { return };
        let here = hits.in_session(session);
        let at = self.place_among(&hits);
        let target = match (at, way) {
            (Ok(at), Direction::Down) => here.get(at + 1),
            (Err(at), Direction::Down) => here.get(at),
            (Ok(at) | Err(at), Direction::Up) => at.checked_sub(1).and_then(|at| here.get(at)),
        };
        if let Some(&target) = target {
            self.go_to(target);
            return;
        }
        let tab = self.tab_mut();
        let Some(row) = tab.sessions.row_with_match(way == Direction::Down, &hits) else { return };
        tab.sessions.choose(row);
        tab.follow_list();
        self.sync();
        let Some(session) = self.tab().transcript.session else { return };
        let there = hits.in_session(session);
        let target = if way == Direction::Down { there.first() } else { there.last() };
        if let Some(&target) = target {
            self.go_to(target);
        }
    }

    /// Where the selected message stands among the matches of its session: at one of them, or
    /// before one.
    fn place_among(&self, hits: &Hits) -> Result<usize, usize> {
        let tab = self.tab();
        let Some(session) = tab.transcript.session else { return Err(0) };
        let Some(selected) = tab.selected() else { return Err(0) };
        let key = |at: MsgRef| (tab.store.row(at).map_or(Millis::MIN, |row| row.time), at);
        hits.in_session(session).binary_search_by(|&at| key(at).cmp(&key(selected)))
    }

    /// The number of the match that is selected and how many there are, as in `3/17`; the number
    /// is 0 between two matches.
    pub fn match_count(&self) -> Option<(usize, usize)> {
        let tab = self.tab();
        let hits = tab.search.hits()?;
        let number = self.place_among(hits).map_or(0, |at| tab.sessions.matches_before() + at + 1);
        Some((number, tab.sessions.matches()))
    }

    /// Selects a message of the session shown, at its first match.
    fn go_to(&mut self, target: MsgRef) {
        let tab = self.tab_mut();
        tab.let_go();
        let (transcript, thread) = tab.reading();
        let Some(index) = thread.index_of(target) else { return };
        transcript.unfold(thread, index);
        if let Some((segment, byte)) = transcript.first_hit(thread, index) {
            transcript.select_byte(thread, index, segment, byte);
            return;
        }
        transcript.select(thread, index);
        let Some(question) = &self.search else { return };
        let matcher = Arc::clone(&question.matcher);
        let store = &self.tab().store;
        if let Some(search) = FirstMatch::new(store, target, matcher, self.source) {
            let ticket = FindTicket(self.ticket());
            self.awaits_place = Some((ticket, self.tab().store_ticket, target));
            self.wanted = Some(Effect::Run(Task::FindPlace(ticket, Box::new(search))));
        }
    }

    /// Goes to the first match of the selected message, which a worker found, unless the person
    /// did something else meanwhile.
    pub(super) fn place_found(&mut self, ticket: FindTicket, segment: Option<u32>) -> Vec<Effect> {
        let tab = self.tab();
        let here = tab.selected().map(|message| (ticket, tab.store_ticket, message));
        let awaited = self.awaits_place.take_if(|(awaited, ..)| *awaited == ticket);
        let Some(segment) = segment.filter(|_| awaited.is_some() && awaited == here) else {
            return Vec::new();
        };
        let (transcript, thread) = self.tab_mut().reading();
        let index = transcript.cursor().index;
        if let Some(byte) = transcript.hit_in(thread, index, segment) {
            transcript.select_byte(thread, index, segment, byte);
        }
        Vec::new()
    }

    /// While a search is typed, the view goes to its nearest match in the session that is shown.
    fn go_to_match_while_typing(&mut self) {
        if self.layers.prompt().is_none_or(|prompt| prompt.kind != QueryKind::Search) {
            return;
        }
        let Some(hits) = self.tab().search.hits().cloned() else { return };
        let Some(session) = self.tab().transcript.session else { return };
        let here = hits.in_session(session);
        let at = match self.place_among(&hits) {
            Ok(at) => Some(at),
            Err(at) if at < here.len() => Some(at),
            Err(_) => here.len().checked_sub(1),
        };
        if let Some(&target) = at.and_then(|at| here.get(at)) {
            self.go_to(target);
        }
    }
}
