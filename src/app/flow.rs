//! What involves several parts: a query and the scope that answers it, the walk from match to match,
//! a load and what is shown of it, a change of the layout and the reading position.
//!
//! ```text
//!   queries ─► scope ─► workers ─► hits ─► list and transcript ─► the first match
//! ```

use std::sync::Arc;

use crate::message::{MsgRef, SessionId};
use crate::port::{
    FetchEvent, FetchTicket, FindTicket, FirstMatch, QueryKind, Severity, StoreTicket, Task,
};
use crate::scope::Scope;
use crate::search::{Hits, SortKey};
use crate::store::{IngestStats, SessionOrder};
use crate::time::Millis;

use super::App;
use super::action::Action;
use super::display::{Display, text_columns};
use super::effect::Effect;
use super::geometry::{Pane, SESSION_ROWS, Size};
use super::layer::prompt::PromptOrigin;
use super::panes::{Panes, columns_beyond};
use super::scope_view::Change;
use super::sessions::LoadPhase;
use super::transcript::{Anchor, Direction};
use super::workspace::SortedSessions;
use crate::search::CompiledQuery;

/// So many messages are ordered without a worker: a look at them takes some microseconds.
const ORDERED_AT_ONCE: usize = 256;

impl App {
    /// The typed query was accepted: goes to a match of a search.
    pub(super) fn accept_query(&mut self, kind: QueryKind, text: &str) {
        self.queries.remember(kind, text);
        match kind {
            QueryKind::Filter => {}
            QueryKind::Search => {
                let at_match =
                    self.tab().search.hits().is_some_and(|hits| self.place_among(hits).is_ok());
                if self.search().is_none() || self.tab().sessions.matches() == 0 {
                    self.queries.await_match(self.workspace.tab().search.is_running());
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
        let has_match = self.tab().sessions.matches() > 0;
        if self.queries.take_awaited_match(has_match) {
            self.go_to_match(Direction::Down);
        }
    }

    /// Selects a message of the session shown, opening what hides it.
    pub(super) fn go_to_message(&mut self, index: usize) {
        self.show_transcript();
        let tab = self.tab_mut();
        tab.release_anchor();
        let (transcript, thread) = tab.reading();
        transcript.unfold(thread, index);
        transcript.select(thread, index);
    }

    /// Gives the transcript the focus, unless it is beside the pane that has it for good reason: a
    /// match can be gone to only where it is seen.
    pub(super) fn show_transcript(&mut self) {
        let hidden = self.areas().is_none_or(|areas| areas.transcript.width == 0);
        if self.display.focus() == Pane::Sessions || hidden {
            self.display.focus_on(Pane::Transcript);
            self.apply_layout();
        }
    }

    /// Leaves the line, and puts back what was in force and where the person was.
    pub(super) fn restore_query(
        &mut self,
        kind: QueryKind,
        before: Option<CompiledQuery>,
        start: PromptOrigin,
    ) -> Vec<Effect> {
        let effects = self.ask(kind, before);
        if let Some((tab, place)) = start.place
            && tab == self.workspace.current()
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
    pub(super) fn hold_start(&mut self, kind: QueryKind, start: PromptOrigin) {
        let Some((tab, place)) = start.place else { return };
        if tab == self.workspace.current() {
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
    pub(super) fn ask(
        &mut self,
        finding: QueryKind,
        question: Option<CompiledQuery>,
    ) -> Vec<Effect> {
        if !self.queries.set(finding, question.clone()) {
            return Vec::new();
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
        self.apply_layout();
        self.count_matches();
        let stop = gone.then_some(Effect::Stop(finding.lane()));
        let mut effects: Vec<_> = stop.into_iter().collect();
        effects.extend(self.start_queries());
        effects
    }

    /// Starts what has to be looked for in the scope that is shown: the filter, then within its
    /// result the search.
    pub(super) fn start_queries(&mut self) -> Vec<Effect> {
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
        let tab = self.workspace.tab_mut();
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
                    effects.extend(tab.sort(LoadPhase::Done));
                }
            }
        }
        self.count_matches();
        if finding == QueryKind::Search {
            self.go_to_match_while_typing();
            self.go_to_awaited_match();
            if complete {
                self.queries.search_ended();
            }
        }
        if complete {
            // More may have arrived while the worker was looking.
            effects.extend(self.start_queries());
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
        if self.search().is_none() {
            let key = self.key(Action::Search);
            self.notify(Severity::Info, &format!("no active search; press {key}"));
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
        self.apply_layout();
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
        tab.release_anchor();
        let (transcript, thread) = tab.reading();
        let Some(index) = thread.index_of(target) else { return };
        transcript.unfold(thread, index);
        if let Some((segment, byte)) = transcript.first_hit(thread, index) {
            transcript.select_byte(thread, index, segment, byte);
            return;
        }
        transcript.select(thread, index);
        let Some(question) = self.queries.search() else { return };
        let matcher = Arc::clone(&question.matcher);
        let store = &self.tab().store;
        if let Some(search) = FirstMatch::new(store, target, matcher, self.display.source()) {
            let ticket = FindTicket(self.ticket());
            self.queries.await_place((ticket, self.tab().store_ticket, target));
            self.wanted = Some(Effect::Run(Task::FindPlace(ticket, Box::new(search))));
        }
    }

    /// Goes to the first match of the selected message, which a worker found, unless the person
    /// did something else meanwhile.
    pub(super) fn place_found(&mut self, ticket: FindTicket, segment: Option<u32>) -> Vec<Effect> {
        let tab = self.tab();
        let here = tab.selected().map(|message| (ticket, tab.store_ticket, message));
        let awaited = self.queries.take_awaited_place(ticket);
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

    /// Fills what a frame needs: the windows of the panes.
    pub fn prepare(&mut self) {
        self.apply_layout();
        let Some(areas) = self.areas() else { return };
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
        self.panes.prepare_scrollbar(self.workspace.tab(), lines);
        let height = usize::from(areas.metadata.inside().height);
        self.panes.with_inspector(|inspector| inspector.prepare(height));
        self.refresh_layer();
        if self.display.sideways() > 0 {
            self.display.limit_sideways(columns_beyond(self.tab(), self.text_columns()));
        }
    }

    pub(super) fn resize(&mut self, size: Size) {
        // The reading position is a line of one width; it is kept as a byte across the change.
        let tab = self.tab_mut();
        let (transcript, thread) = tab.reading();
        let marks = transcript.marks(thread);
        self.display.resize(size);
        self.restore(marks);
    }

    pub(super) fn restore(&mut self, marks: Option<(Anchor, Anchor)>) {
        self.apply_layout();
        let (transcript, thread) = self.tab_mut().reading();
        if let Some(marks) = marks {
            transcript.restore(thread, marks);
        }
    }

    /// Changes how the transcript is laid out, and keeps the reading position.
    pub(super) fn relayout<R>(&mut self, change: impl FnOnce(&mut Display, &mut Panes) -> R) -> R {
        let (transcript, thread) = self.tab_mut().reading();
        let marks = transcript.marks(thread);
        let result = change(&mut self.display, &mut self.panes);
        self.restore(marks);
        result
    }

    /// The columns of the transcript's lines.
    pub fn text_columns(&self) -> u16 {
        text_columns(self.areas().map_or(0, |areas| areas.transcript.inside().width))
    }

    /// Tells the transcript its width and what is highlighted.
    pub(super) fn apply_layout(&mut self) {
        let Some(areas) = self.areas() else { return };
        // A transcript that is not shown keeps the width it had.
        let width = areas.transcript.inside().width;
        if width == 0 {
            return;
        }
        let style = self.display.style(width, self.settings.zone);
        let matcher = self.queries.search().map(|question| Arc::clone(&question.matcher));
        let layout = self.tab_mut().transcript.layout();
        layout.set_style(style);
        layout.set_matcher(matcher.as_ref());
    }

    /// Shows a scope; asks for it when it was never loaded.
    pub(super) fn switch(&mut self, number: usize) -> Vec<Effect> {
        let count = self.workspace.tabs().len();
        if number >= count {
            let key = self.key(Action::PickScope);
            let text = format!("there is no scope {}; press {key} to pick or add one", number + 1);
            self.notify(Severity::Info, &text);
            return Vec::new();
        }
        if number == self.current() {
            return Vec::new();
        }
        self.workspace.go_to(number);
        self.panes.close_inspector();
        self.display.leave_metadata();
        self.apply_layout();
        self.enter_tab()
    }

    /// Adds a scope, or goes to it where it is there already.
    pub(super) fn add_scope(&mut self, scope: Scope) -> Vec<Effect> {
        let number = self.workspace.find_or_add(scope);
        self.switch(number)
    }

    /// A scope comes on the screen: it is searched, and loaded where it never was.
    pub(super) fn enter_tab(&mut self) -> Vec<Effect> {
        self.hand_queries_over();
        if self.tab().needs_loading() {
            return self.refresh();
        }
        let mut effects = self.start_queries();
        self.tab_mut().show();
        self.count_matches();
        self.workspace.arm_refresh(self.now);
        effects.extend(self.tab_mut().sort(LoadPhase::Done));
        effects
    }

    fn hand_queries_over(&mut self) {
        let (filter, search) = (self.queries.filter().cloned(), self.queries.search().cloned());
        let tab = self.workspace.tab_mut();
        tab.filter.ask_if_other(filter);
        tab.search.ask_if_other(search);
    }

    /// Asks for the scope again.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        self.workspace.refresh(&self.tickets, self.now)
    }

    /// Gives up the load of the scope that is shown.
    pub(super) fn cancel_load(&mut self) -> Vec<Effect> {
        let mut effects = self.workspace.cancel_load(self.now);
        effects.extend(self.start_queries());
        let key = self.key(Action::Refresh);
        self.notify(Severity::Info, &format!("cancelled; {key} loads again"));
        effects
    }

    pub(super) fn toggle_timer(&mut self) {
        self.workspace.toggle_timer(self.settings.refresh_every, self.now);
        let text = match self.workspace.refresh_every() {
            Some(every) => format!("auto-refresh every {} s", every / 1000),
            None => format!("auto-refresh off; {} refreshes", self.key(Action::Refresh)),
        };
        self.notify(Severity::Info, &text);
    }

    /// Takes in a fact about a fetch.
    pub(super) fn fetched(&mut self, ticket: FetchTicket, event: FetchEvent) -> Vec<Effect> {
        let next_store = StoreTicket(self.ticket());
        let fetched = self.workspace.fetched(ticket, event, next_store, self.now);
        let Some((number, change, mut effects)) = fetched else { return Vec::new() };
        match change {
            Change::Progress | Change::Order => return effects,
            // Nobody looks at another scope: its old messages stay without a word.
            _ if number != self.current() => return effects,
            Change::Empty => {
                let text = "the server sent no messages; the old ones stay";
                self.notify(Severity::Warning, text);
                self.workspace.arm_refresh(self.now);
                return effects;
            }
            Change::More | Change::Ended | Change::Other => {}
        }
        effects.extend(self.start_queries());
        if self.tab().progress.is_none() {
            self.load_ended();
        }
        effects
    }

    /// A load of the scope that is shown has ended.
    fn load_ended(&mut self) {
        self.workspace.arm_refresh(self.now);
        let difference = self.tab().tally.as_ref().and_then(IngestStats::difference);
        if let (None, Some(difference)) = (&self.tab().failure, difference) {
            self.notify(Severity::Warning, &format!("the server's counts differ: {difference}"));
        }
    }

    /// Takes in the order of the sessions.
    pub(super) fn sessions_sorted(
        &mut self,
        ticket: StoreTicket,
        order: Vec<SessionId>,
    ) -> Vec<Effect> {
        let sorted = self.workspace.sessions_sorted(ticket, order, self.now);
        let Some(SortedSessions { is_current, change, news, mut effects }) = sorted else {
            return Vec::new();
        };
        let Some(change) = change.filter(|_| is_current) else { return effects };
        if change == Change::Other {
            self.queries.recompile(self.settings.zone, self.now);
            self.hand_queries_over();
            self.apply_layout();
            effects.extend(self.start_queries());
            self.notify(Severity::Info, &news.words());
            self.load_ended();
        }
        self.count_matches();
        effects
    }

    /// Orders what is so little that nobody has to wait for a worker: with the first messages on
    /// the screen there is a session to press keys on.
    pub(super) fn order_at_once(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut left = Vec::with_capacity(effects.len());
        for effect in effects {
            match effect {
                Effect::Run(Task::SortSessions { ticket, keys })
                    if keys.message_count() <= ORDERED_AT_ONCE =>
                {
                    left.extend(self.sessions_sorted(ticket, keys.sort()));
                }
                other => left.push(other),
            }
        }
        left
    }

    /// Takes in the order of messages that had arrived late.
    pub(super) fn messages_sorted(
        &mut self,
        ticket: StoreTicket,
        sessions: Vec<(SessionId, SessionOrder)>,
    ) -> Vec<Effect> {
        // What was found before may hold repeats that were not known then.
        if self.workspace.messages_sorted(ticket, sessions) {
            self.start_queries()
        } else {
            Vec::new()
        }
    }

    /// Shows the metadata of the selected message, or closes it.
    pub(super) fn toggle_inspector(&mut self) -> Vec<Effect> {
        if self.panes.inspector().is_some() {
            self.close_inspector();
            return Vec::new();
        }
        if self.tab().selected().is_none() {
            self.notify(Severity::Info, "no message is selected");
            return Vec::new();
        }
        let (transcript, thread) = self.tab_mut().reading();
        let marks = transcript.marks(thread);
        let effect = self.panes.inspect(self.workspace.tab(), self.settings.zone);
        // Where one pane stands alone, it has to be this one to be seen.
        if self.areas().is_some_and(|areas| areas.metadata.width == 0) {
            self.display.focus_on(Pane::Metadata);
        }
        self.restore(marks);
        effect.into_iter().collect()
    }

    pub(super) fn close_inspector(&mut self) {
        self.layers.clear();
        self.relayout(|display, panes| {
            panes.close_inspector();
            display.leave_metadata();
        });
    }
}
