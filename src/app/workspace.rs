//! The scopes on the top line, the one that is shown, and when it is refreshed.
//!
//! One scope is loaded at a time. Must not know what is searched for, nor how anything is shown.

use crate::message::SessionId;
use crate::port::{FetchEvent, FetchTicket, StoreTicket};
use crate::scope::Scope;
use crate::store::SessionOrder;
use crate::text::{clean_line_within, width};
use crate::time::Millis;

use super::effect::Effect;
use super::scope_view::{Change, ScopeView};
use super::sessions::LoadPhase;
use super::tickets::Tickets;

/// The period of the refresh timer where the config names none, in milliseconds.
const REFRESH_EVERY: Millis = 60_000;

/// The scopes on the screen.
#[derive(Debug)]
pub struct Workspace {
    tabs: Vec<ScopeView>,
    current: usize,
    last: Option<usize>,
    /// The period of the refresh timer while it is on.
    refresh_every: Option<Millis>,
    refresh_at: Option<Millis>,
}

impl Workspace {
    /// The scopes of the settings; there is always one.
    pub(super) fn new(settings: &super::AppSettings) -> Self {
        let tabs = settings.scopes.iter().cloned();
        let mut tabs: Vec<ScopeView> =
            tabs.map(|(name, scope)| ScopeView::new(name, scope)).collect();
        if tabs.is_empty() {
            tabs.push(ScopeView::new("everything".to_owned(), Scope::all()));
        }
        let current = settings.first.min(tabs.len() - 1);
        let refresh_every = settings.refresh_every;
        Self { tabs, current, last: None, refresh_every, refresh_at: None }
    }

    /// All scopes.
    pub fn tabs(&self) -> &[ScopeView] {
        &self.tabs
    }

    /// The number of the scope that is shown.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The scope that is shown.
    pub fn tab(&self) -> &ScopeView {
        // `current` is always the number of a tab, and there is always one.
        &self.tabs[self.current]
    }

    pub(super) fn tab_mut(&mut self) -> &mut ScopeView {
        &mut self.tabs[self.current]
    }

    /// The number of the scope that was shown before.
    pub(super) fn last(&self) -> Option<usize> {
        self.last
    }

    /// The number of the scope that is `by` further on, round and round.
    pub(super) fn neighbour(&self, by: usize) -> usize {
        (self.current + by) % self.tabs.len()
    }

    /// The period of the refresh timer while it is on.
    pub fn refresh_every(&self) -> Option<Millis> {
        self.refresh_every
    }

    /// When the next refresh is due.
    pub(super) fn refresh_at(&self) -> Option<Millis> {
        self.refresh_at
    }

    /// Leaves the scope that is shown for another one.
    pub(super) fn go_to(&mut self, number: usize) {
        self.tab_mut().leave();
        self.last = Some(self.current);
        self.current = number.min(self.tabs.len() - 1);
    }

    /// The number of a scope, which is added where it is not there.
    pub(super) fn find_or_add(&mut self, scope: Scope) -> usize {
        if let Some(number) = self.tabs.iter().position(|tab| tab.scope == scope) {
            return number;
        }
        self.tabs.push(ScopeView::new(scope.to_string(), scope));
        self.tabs.len() - 1
    }

    /// Asks for the scope that is shown. There is one request at a time: another one is given up.
    pub(super) fn refresh(&mut self, tickets: &Tickets, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (number, tab) in self.tabs.iter_mut().enumerate() {
            if number != self.current {
                effects.extend(tab.abandon(StoreTicket(tickets.next())));
            }
        }
        let (fetch, store) = (FetchTicket(tickets.next()), StoreTicket(tickets.next()));
        effects.extend(self.tab_mut().begin(fetch, store, now));
        self.refresh_at = None;
        effects
    }

    /// Gives up the load of the scope that is shown.
    pub(super) fn cancel_load(&mut self, now: Millis) -> Vec<Effect> {
        let tab = self.tab_mut();
        let mut effects = tab.cancel(now);
        effects.extend(tab.sort(LoadPhase::Done));
        effects.extend(tab.sort_messages());
        self.arm_refresh(now);
        effects
    }

    /// Turns the timer on or off.
    pub(super) fn toggle_timer(&mut self, configured: Option<Millis>, now: Millis) {
        self.refresh_every = match self.refresh_every {
            Some(_) => None,
            None => Some(configured.unwrap_or(REFRESH_EVERY)),
        };
        self.arm_refresh(now);
    }

    /// Starts the timer anew, unless a load is under way.
    pub(super) fn arm_refresh(&mut self, now: Millis) {
        self.refresh_at = match (self.refresh_every, self.tab().progress.is_some()) {
            (Some(every), false) => Some(now.saturating_add(every)),
            _ => None,
        };
    }

    /// Whether the timer has run out and no load is under way; it then stops.
    pub(super) fn take_due_refresh(&mut self, now: Millis) -> bool {
        self.refresh_at.take_if(|at| *at <= now).is_some() && self.tab().progress.is_none()
    }

    /// Takes in a fact about a fetch: the number of the scope that it is about, and what changed.
    pub(super) fn fetched(
        &mut self,
        ticket: FetchTicket,
        event: FetchEvent,
        next_store: StoreTicket,
        now: Millis,
    ) -> Option<(usize, Change, Vec<Effect>)> {
        let owner = self.tabs.iter_mut().enumerate().find(|(_, tab)| {
            tab.progress.as_ref().is_some_and(|progress| progress.ticket == ticket)
        });
        let (number, tab) = owner?;
        let (change, mut effects) = tab.apply(event, now, next_store);
        match change {
            Change::More => effects.extend(tab.sort(LoadPhase::Ongoing)),
            Change::Ended => {
                effects.extend(tab.sort(LoadPhase::Done));
                effects.extend(tab.sort_messages());
            }
            Change::Other => tab.show(),
            Change::Progress | Change::Order | Change::Empty => {}
        }
        Some((number, change, effects))
    }

    /// Takes in the order of sessions.
    pub(super) fn sessions_sorted(
        &mut self,
        ticket: StoreTicket,
        order: Vec<SessionId>,
        now: Millis,
    ) -> Option<SortedSessions> {
        let number = self.tabs.iter().position(|tab| tab.awaits(ticket))?;
        let tab = &mut self.tabs[number];
        let before = tab.store.count_once();
        let (change, mut effects) = tab.set_order(ticket, order, now);
        let news = News { before, now: tab.store.count_once() };
        if let Some(change) = change {
            tab.show();
            if change == Change::Other {
                effects.extend(tab.sort_messages());
            }
        }
        Some(SortedSessions { is_current: number == self.current, change, news, effects })
    }

    /// Takes in the order of messages that had arrived late; whether they are of the scope that is
    /// shown.
    pub(super) fn messages_sorted(
        &mut self,
        ticket: StoreTicket,
        sessions: Vec<(SessionId, SessionOrder)>,
    ) -> bool {
        let Some(number) = self.tabs.iter().position(|tab| tab.store_ticket == ticket) else {
            return false;
        };
        self.tabs[number].grow(|tab| {
            for (session, order) in sessions {
                tab.store.set_order(session, order);
            }
        });
        number == self.current
    }

    /// Where the scopes stand on a top line of so many columns: number, first column, column behind
    /// the last. What does not fit is left out, but never the one that is shown.
    pub fn places(&self, columns: u16) -> Vec<(usize, u16, u16)> {
        // The name of the program, where there is room for it.
        let start: u16 = if columns >= 60 { 13 } else { 1 };
        let width = |number: usize| {
            let name = self.tabs.get(number).map_or("", |tab| tab.name.as_str());
            let name = clean_line_within(name, 40);
            let digits = if number < 9 { 2 } else { 0 };
            u16::try_from(width(name.as_str()) + digits).unwrap_or(u16::MAX).min(30)
        };
        let room = columns.saturating_sub(if columns >= 100 { 58 } else { 42 }).max(columns / 3);
        let mut first = 0;
        loop {
            let mut places = Vec::new();
            let mut x = start;
            for number in first..self.tabs.len() {
                let end = x.saturating_add(width(number));
                if end > start.saturating_add(room) && !places.is_empty() {
                    break;
                }
                places.push((number, x, end));
                x = end.saturating_add(2);
            }
            let is_shown = places.iter().any(|&(number, ..)| number == self.current);
            if first >= self.current || is_shown {
                return places;
            }
            first += 1;
        }
    }
}

/// What the order of sessions changed.
#[derive(Debug)]
pub(super) struct SortedSessions {
    /// Whether they are of the scope that is shown.
    pub is_current: bool,
    /// What changed; [`None`] where the order is of no use any more.
    pub change: Option<Change>,
    /// What a refresh brought.
    pub news: News,
    /// What has to be done.
    pub effects: Vec<Effect>,
}

/// How many messages there were before a refresh, and are now.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    before: usize,
    now: usize,
}

impl News {
    /// In words.
    pub(super) fn words(self) -> String {
        let words = |count: usize| if count == 1 { "message" } else { "messages" };
        match (self.now.checked_sub(self.before), self.before.saturating_sub(self.now)) {
            (Some(0), _) => "refreshed: no new messages".to_owned(),
            (Some(more), _) => format!("refreshed: {more} new {}", words(more)),
            (None, fewer) => format!("refreshed: {fewer} {} fewer", words(fewer)),
        }
    }
}
