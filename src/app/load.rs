//! Loading: switching scopes, refreshing, and what arrives.

use crate::message::SessionId;
use crate::scope::Scope;
use crate::store::SessionOrder;

use super::action::Action;
use super::effect::Effect;
use super::finder::Question;
use super::sessions::Growth;
use super::tab::{Change, Tab};
use super::{App, REFRESH_EVERY};
use crate::port::Severity;
use crate::port::StoreTicket;
use crate::port::Task;
use crate::port::{FetchEvent, FetchTicket};

/// So many messages are ordered without a worker: a look at them takes some microseconds.
const ORDERED_AT_ONCE: usize = 256;

/// What a refresh brought, in words.
fn news(before: usize, now: usize) -> String {
    let words = |count: usize| if count == 1 { "message" } else { "messages" };
    match (now.checked_sub(before), before.checked_sub(now)) {
        (Some(0), _) => "refreshed: no new messages".to_owned(),
        (Some(more), _) => format!("refreshed: {more} new {}", words(more)),
        (None, fewer) => {
            let fewer = fewer.unwrap_or(0);
            format!("refreshed: {fewer} {} fewer", words(fewer))
        }
    }
}

impl App {
    /// Shows a scope; asks for it when it was never loaded.
    pub(super) fn switch(&mut self, number: usize) -> Vec<Effect> {
        if number >= self.tabs.len() {
            let count = self.tabs.len();
            let what = if count == 1 { "there is one scope" } else { "there are fewer scopes" };
            let key = self.key(Action::PickScope);
            self.tell(Severity::Info, &format!("{what}; press {key} to pick or add one"));
            return Vec::new();
        }
        if number == self.current {
            return Vec::new();
        }
        self.tab_mut().leave();
        self.last = Some(self.current);
        self.current = number;
        self.inspector = None;
        if self.focus == super::Pane::Metadata {
            self.focus = super::Pane::Transcript;
        }
        self.sync();
        self.enter_tab()
    }

    /// Adds a scope, or goes to it where it is there already.
    pub(super) fn add_scope(&mut self, scope: Scope) -> Vec<Effect> {
        if let Some(number) = self.tabs.iter().position(|tab| tab.scope == scope) {
            return self.switch(number);
        }
        self.tabs.push(Tab::new(scope.to_string(), scope));
        self.switch(self.tabs.len() - 1)
    }

    /// What has to happen when a scope comes on the screen.
    pub(super) fn enter_tab(&mut self) -> Vec<Effect> {
        let (filter, search) = (self.filter.clone(), self.search.clone());
        let tab = self.tab_mut();
        tab.filter.ask_if_other(filter);
        tab.search.ask_if_other(search);
        if self.tab().needs_loading() {
            return self.refresh();
        }
        let mut effects = self.seek();
        self.tab_mut().show();
        self.count_matches();
        self.arm_refresh();
        effects.extend(self.tab_mut().sort(Growth::Done));
        effects
    }

    /// Asks for the scope again. There is one request at a time: another one is given up.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for number in 0..self.tabs.len() {
            let store = StoreTicket(self.ticket());
            if number != self.current {
                effects.extend(self.tabs[number].abandon(store));
            }
        }
        let fetch = FetchTicket(self.ticket());
        let store = StoreTicket(self.ticket());
        let now = self.now;
        effects.extend(self.tab_mut().begin(fetch, store, now));
        self.refresh_at = None;
        effects
    }

    /// Gives up the load of the scope that is shown.
    pub(super) fn cancel_load(&mut self) -> Vec<Effect> {
        let now = self.now;
        let tab = self.tab_mut();
        let mut effects = tab.cancel(now);
        effects.extend(tab.sort(Growth::Done));
        effects.extend(tab.sort_messages());
        effects.extend(self.seek());
        self.arm_refresh();
        let key = self.key(Action::Refresh);
        self.tell(Severity::Info, &format!("cancelled; {key} loads again"));
        effects
    }

    pub(super) fn toggle_timer(&mut self) {
        self.refresh_every = match self.refresh_every {
            Some(_) => None,
            None => Some(self.settings.refresh_every.unwrap_or(REFRESH_EVERY)),
        };
        self.arm_refresh();
        match self.refresh_every {
            Some(every) => {
                let text = format!("refreshing every {} s", every / 1000);
                self.tell(Severity::Info, &text);
            }
            None => {
                let key = self.key(Action::Refresh);
                self.tell(Severity::Info, &format!("refreshing only on {key}"));
            }
        }
    }

    fn arm_refresh(&mut self) {
        self.refresh_at = match (self.refresh_every, self.tab().progress.is_some()) {
            (Some(every), false) => Some(self.now.saturating_add(every)),
            _ => None,
        };
    }

    /// Takes in a fact about a fetch.
    pub(super) fn fetched(&mut self, ticket: FetchTicket, event: FetchEvent) -> Vec<Effect> {
        let next_store = StoreTicket(self.ticket());
        let now = self.now;
        let current = self.current;
        let owner = self.tabs.iter_mut().enumerate().find(|(_, tab)| {
            tab.progress.as_ref().is_some_and(|progress| progress.ticket == ticket)
        });
        let Some((number, tab)) = owner else { return Vec::new() };
        let (change, mut effects) = tab.take(event, now, next_store);
        match change {
            Change::Progress | Change::Order => return effects,
            Change::More => effects.extend(tab.sort(Growth::Ongoing)),
            Change::Ended => {
                effects.extend(tab.sort(Growth::Done));
                effects.extend(tab.sort_messages());
            }
            Change::Other => tab.show(),
            // Nobody looks at another scope: its old messages stay without a word.
            Change::Empty if number != current => return effects,
            Change::Empty => {
                let text = "the server sent no messages; the old ones stay";
                self.tell(Severity::Warning, text);
                self.arm_refresh();
                return effects;
            }
        }
        if number == current {
            effects.extend(self.seek());
            if self.tab().progress.is_none() {
                self.arrived();
            }
        }
        effects
    }

    /// A load of the scope that is shown has ended.
    fn arrived(&mut self) {
        self.arm_refresh();
        let difference = self.tab().tally.as_ref().and_then(crate::store::IngestStats::difference);
        if let (None, Some(difference)) = (&self.tab().failure, difference) {
            self.tell(Severity::Warning, &format!("the server's counts differ: {difference}"));
        }
    }

    /// Understands the questions anew: `30m` and `today` are others by now.
    fn ask_again(&mut self) {
        let (zone, now) = (self.settings.zone, self.now);
        let again = |question: &Option<Question>| {
            Question::new(&question.as_ref()?.text, zone, now).ok().flatten()
        };
        self.filter = again(&self.filter);
        self.search = again(&self.search);
        let (filter, search) = (self.filter.clone(), self.search.clone());
        let tab = self.tab_mut();
        tab.filter.ask_if_other(filter);
        tab.search.ask_if_other(search);
        self.sync();
    }

    /// Takes in the order of the sessions.
    pub(super) fn sessions_sorted(
        &mut self,
        ticket: StoreTicket,
        order: Vec<SessionId>,
    ) -> Vec<Effect> {
        let now = self.now;
        let mut all = Vec::new();
        let owner = self.tabs.iter().position(|tab| tab.awaits(ticket));
        if let Some(number) = owner {
            let tab = &mut self.tabs[number];
            let before = tab.store.count_once();
            let (change, effects) = tab.set_order(ticket, order, now);
            let now_there = tab.store.count_once();
            all.extend(effects);
            let Some(change) = change else { return all };
            tab.show();
            if change == Change::Other {
                all.extend(tab.sort_messages());
            }
            if number == self.current {
                if change == Change::Other {
                    self.ask_again();
                    all.extend(self.seek());
                    self.tell(Severity::Info, &news(before, now_there));
                    self.arrived();
                }
                self.count_matches();
            }
        }
        all
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
        let Some(number) = self.tabs.iter().position(|tab| tab.store_ticket == ticket) else {
            return Vec::new();
        };
        self.tabs[number].grow(|tab| {
            for (session, order) in sessions {
                tab.store.set_order(session, order);
            }
        });
        // What was found before may hold repeats that were not known then.
        if number == self.current { self.seek() } else { Vec::new() }
    }
}
