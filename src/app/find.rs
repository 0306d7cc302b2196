//! Search and filter as a person types them, and the walk from match to match.

use crate::message::MsgRef;
use crate::search::Hits;
use crate::time::Millis;

use super::App;
use super::effect::{Effect, FindTicket, Finding};
use super::field::Field;
use super::finder::Question;
use super::geometry::Pane;
use super::notice::Weight;
use super::overlay::{Overlay, Prompt};
use super::sessions::{Growth, SortKey};
use super::transcript::Way;

impl App {
    /// Opens the line for a search or a filter, with what is in force.
    pub(super) fn open_prompt(&mut self, finding: Finding) {
        let before = match finding {
            Finding::Filter => self.filter.clone(),
            Finding::Search => self.search.clone(),
        };
        // A filter is mended; a search is mostly a new one.
        let text = match (finding, &before) {
            (Finding::Filter, Some(question)) => question.text.as_str(),
            _ => "",
        };
        let session = self.tab().transcript.session;
        let marks = {
            let (transcript, thread) = self.tab_mut().reading();
            transcript.marks(thread)
        };
        let place = session.map(|session| (session, marks));
        let field = Field::new(text);
        self.overlay =
            Overlay::Prompt(Box::new(Prompt { finding, field, error: None, before, place }));
    }

    /// What is typed has changed: it is asked at once, or what is wrong with it is said.
    pub(super) fn prompt_changed(&mut self) -> Vec<Effect> {
        let (zone, now) = (self.settings.zone, self.now);
        let Overlay::Prompt(prompt) = &mut self.overlay else { return Vec::new() };
        match Question::new(prompt.field.text(), zone, now) {
            Ok(question) => {
                prompt.error = None;
                let finding = prompt.finding;
                self.ask(finding, question)
            }
            Err(error) => {
                prompt.error = Some(error);
                Vec::new()
            }
        }
    }

    /// Takes what is typed; a wrong query is not taken.
    pub(super) fn accept_prompt(&mut self) -> Vec<Effect> {
        let Overlay::Prompt(prompt) = std::mem::take(&mut self.overlay) else { return Vec::new() };
        if prompt.error.is_some() {
            self.overlay = Overlay::Prompt(prompt);
            return Vec::new();
        }
        match prompt.finding {
            Finding::Filter => self.filter_history.add(prompt.field.text()),
            Finding::Search => {
                self.search_history.add(prompt.field.text());
                let here = self.tab().search.hits().is_some_and(|hits| {
                    self.tab().transcript.session.is_some_and(|id| !hits.in_session(id).is_empty())
                });
                if !here && self.search.is_some() {
                    self.go_to_match(Way::Down);
                }
                if self.search.is_some() && self.tab().sessions.matches() > 0 {
                    self.focus = Pane::Transcript;
                }
            }
        }
        Vec::new()
    }

    /// Leaves the line, and puts back what was in force and where the person was.
    pub(super) fn cancel_prompt(&mut self) -> Vec<Effect> {
        let Overlay::Prompt(prompt) = std::mem::take(&mut self.overlay) else { return Vec::new() };
        let effects = self.ask(prompt.finding, prompt.before);
        if let Some((session, marks)) = prompt.place {
            let tab = self.tab_mut();
            if tab.transcript.session != Some(session) {
                tab.sessions.choose_session(session);
                tab.follow_list();
            }
            if tab.transcript.session == Some(session) {
                self.restore(marks);
            }
        }
        effects
    }

    /// Sets what is asked, and starts looking.
    pub(super) fn ask(&mut self, finding: Finding, question: Option<Question>) -> Vec<Effect> {
        let same = |old: Option<&Question>| {
            old.map(|question| &question.text) == question.as_ref().map(|question| &question.text)
        };
        match finding {
            Finding::Filter if same(self.filter.as_ref()) => return Vec::new(),
            Finding::Search if same(self.search.as_ref()) => return Vec::new(),
            Finding::Filter => self.filter.clone_from(&question),
            Finding::Search => self.search.clone_from(&question),
        }
        let gone = question.is_none();
        let tab = self.tab_mut();
        match finding {
            Finding::Filter if gone => {
                tab.keep_place(|tab| tab.filter.ask(None));
                tab.show();
            }
            Finding::Filter => tab.filter.ask(question),
            Finding::Search => tab.search.ask(question),
        }
        self.sync();
        self.count_matches();
        self.seek()
    }

    /// Starts what has to be looked for in the scope that is shown: the filter, then within its
    /// result the search.
    pub(super) fn seek(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let ticket = FindTicket(self.ticket());
        let present = (self.settings.zone, self.now);
        let tab = self.tab_mut();
        if !tab.filter.is_running() || !tab.filter.is_answering() {
            effects.extend(tab.filter.start(Finding::Filter, ticket, &tab.store, None, present));
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
            tab.search.start(Finding::Search, ticket, &tab.store, within.as_ref(), present);
        effect.into_iter().collect()
    }

    /// Takes in what a worker found.
    pub(super) fn found(
        &mut self,
        finding: Finding,
        ticket: FindTicket,
        hits: Hits,
    ) -> Vec<Effect> {
        let complete = hits.is_complete();
        let current = self.current;
        let tab = &mut self.tabs[current];
        let mut effects = Vec::new();
        match finding {
            Finding::Filter => {
                let mut taken = false;
                if tab.filter.is_run(ticket) {
                    tab.keep_place(|tab| taken = tab.filter.found(ticket, hits));
                }
                if !taken {
                    return effects;
                }
                tab.show();
            }
            Finding::Search => {
                if !tab.search.found(ticket, hits) {
                    return effects;
                }
                if complete && tab.sorting.key == SortKey::Matches {
                    effects.extend(tab.sort(Growth::Done));
                }
            }
        }
        self.count_matches();
        if finding == Finding::Search {
            self.go_to_match_while_typing();
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
    pub(super) fn next_match(&mut self, way: Way) {
        if self.search.is_none() {
            self.tell(Weight::Info, "nothing is searched for; press / to search");
            return;
        }
        self.go_to_match(way);
        if self.tab().sessions.matches() > 0 && self.focus == Pane::Sessions {
            self.focus = Pane::Transcript;
        }
    }

    /// Goes to the next match after the selected message, or the one before it; round the end.
    fn go_to_match(&mut self, way: Way) {
        let tab = self.tab_mut();
        let Some(hits) = tab.search.hits().cloned() else { return };
        let Some(session) = tab.transcript.session else { return };
        let here = hits.in_session(session);
        let at = self.place_among(&hits);
        let target = match (at, way) {
            (Ok(at), Way::Down) => here.get(at + 1),
            (Err(at), Way::Down) => here.get(at),
            (Ok(at) | Err(at), Way::Up) => at.checked_sub(1).and_then(|at| here.get(at)),
        };
        if let Some(&target) = target {
            self.go_to(target);
            return;
        }
        let tab = self.tab_mut();
        let Some(row) = tab.sessions.row_with_match(way == Way::Down, &hits) else { return };
        tab.sessions.choose(row);
        tab.follow_list();
        self.sync();
        let Some(session) = self.tab().transcript.session else { return };
        let there = hits.in_session(session);
        let target = if way == Way::Down { there.first() } else { there.last() };
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
        let (transcript, thread) = self.tab_mut().reading();
        let Some(index) = thread.index_of(target) else { return };
        match transcript.first_hit(thread, index) {
            Some((segment, byte)) => transcript.select_byte(thread, index, segment, byte),
            None => transcript.select(thread, index),
        }
    }

    /// While a search is typed, the view goes to its nearest match in the session that is shown.
    fn go_to_match_while_typing(&mut self) {
        let Overlay::Prompt(prompt) = &self.overlay else { return };
        if prompt.finding != Finding::Search {
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
