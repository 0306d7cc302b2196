//! The list of sessions: its order, what of it is shown, and which session is selected.

use std::sync::Arc;

use crate::message::{Flags, NameId, SessionId};
use crate::search::{self, Hits};
use crate::store::{Page, Repeats, Row, Store};
use crate::time::Millis;

use super::effect::Effect;
use crate::port::StoreTicket;

/// By what the list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum SortKey {
    /// The latest message, newest first.
    #[default]
    LastActive,
    /// The first message, newest first.
    Started,
    /// How many messages, most first.
    Messages,
    /// The user, by name.
    User,
    /// Matches of the search, most first.
    Matches,
}

impl SortKey {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastActive => "last active",
            Self::Started => "started",
            Self::Messages => "messages",
            Self::User => "user",
            Self::Matches => "matches",
        }
    }

    /// The next one, round and round.
    pub fn next(self) -> Self {
        match self {
            Self::LastActive => Self::Started,
            Self::Started => Self::Messages,
            Self::Messages => Self::User,
            Self::User => Self::Matches,
            Self::Matches => Self::LastActive,
        }
    }
}

/// Which end of the order comes first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Direction {
    /// As each key says: newest, most, first.
    #[default]
    Usual,
    /// The other end.
    Reversed,
}

/// How the list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sorting {
    /// By what.
    pub key: SortKey,
    /// From which end.
    pub direction: Direction,
}

/// The list.
#[derive(Debug, Default)]
pub struct Sessions {
    /// All sessions in order.
    order: Vec<SessionId>,
    /// Those shown: with a filter, the ones that have something to show.
    rows: Vec<SessionId>,
    /// How many matches the rows before each row have; empty without a search.
    before: Vec<u32>,
    selected: usize,
    top: usize,
    height: usize,
    /// Whether a person has chosen a session; until then the newest is shown when all is loaded.
    chosen: bool,
    sorting: Option<usize>,
    sorted: usize,
    again: bool,
}

impl Sessions {
    /// The sessions shown.
    pub fn rows(&self) -> &[SessionId] {
        &self.rows
    }

    /// The number of the first row in the window.
    pub fn top(&self) -> usize {
        self.top
    }

    /// The number of the selected row.
    pub fn selected_row(&self) -> usize {
        self.selected
    }

    /// The selected session.
    pub fn selected(&self) -> Option<SessionId> {
        self.rows.get(self.selected).copied()
    }

    /// A person reads the session that is selected.
    pub fn set_chosen(&mut self) {
        self.chosen = true;
    }

    /// Whether a person chose the session that is selected.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Asks for the order, unless a worker is at it. While messages arrive, a new order is asked
    /// for only when there are a quarter more of them: each is a look at all of them.
    pub fn sort(
        &mut self,
        ticket: StoreTicket,
        store: &Store,
        sorting: Sorting,
        hits: Option<&Arc<Hits>>,
        growth: Growth,
    ) -> Option<Effect> {
        let count = store.len();
        let enough = self.sorted + self.sorted / 4 < count;
        if self.sorting.is_some() || (growth == Growth::Ongoing && !enough) {
            self.again |= growth == Growth::Done;
            return None;
        }
        self.sorting = Some(count);
        let hits = hits.filter(|_| sorting.key == SortKey::Matches).cloned();
        let (pages, repeats) = (store.pages().to_vec(), store.repeats().clone());
        let keys = SortKeys { pages, repeats, sorting, hits };
        Some(Effect::SortSessions { ticket, keys })
    }

    /// Takes in the order that a worker made. Gives back whether it was asked for again meanwhile.
    pub fn set_order(&mut self, order: Vec<SessionId>) -> bool {
        self.sorted = self.sorting.take().unwrap_or(self.sorted);
        self.order = order;
        std::mem::take(&mut self.again)
    }

    /// The worker's answer will be about messages that are gone.
    pub fn forget(&mut self) {
        *self = Self { height: self.height, ..Self::default() };
    }

    /// All sessions in order, those that a filter hides too; without those that came since a worker
    /// made it.
    pub fn order(&self) -> &[SessionId] {
        &self.order
    }

    /// Whether no order is known yet.
    pub fn is_unordered(&self) -> bool {
        self.order.is_empty()
    }

    /// What of the list outlives a refresh.
    pub fn carry(&self) -> Carried {
        Carried { chosen: self.chosen, height: self.height, selected: self.selected, top: self.top }
    }

    /// Goes on where another list was.
    pub fn take_over(&mut self, carried: Carried) {
        let Carried { chosen, height, selected, top } = carried;
        *self = Self { chosen, height, selected, top, ..std::mem::take(self) };
    }

    /// Makes the rows anew after the order or the filter changed. The selected session stays
    /// selected and stays where it is on the screen; when it is gone, its neighbour is selected.
    pub fn show(&mut self, filter: Option<&Hits>, keep: Option<SessionId>) {
        let row_on_screen = self.selected.saturating_sub(self.top);
        self.rows.clear();
        match filter {
            None => self.rows.extend_from_slice(&self.order),
            Some(hits) => {
                let shown = self.order.iter().filter(|&&id| !hits.in_session(id).is_empty());
                self.rows.extend(shown);
            }
        }
        let last = self.rows.len().saturating_sub(1);
        let found = keep.and_then(|id| self.rows.iter().position(|&row| row == id));
        self.selected = found.unwrap_or(self.selected.min(last));
        self.top = self.selected.saturating_sub(row_on_screen);
        self.clamp();
    }

    /// Counts the matches before each row, for `3/17`.
    pub fn count_matches(&mut self, hits: Option<&Arc<Hits>>) {
        self.before.clear();
        let Some(hits) = hits else { return };
        let mut sum = 0_u32;
        for &id in &self.rows {
            self.before.push(sum);
            let here = u32::try_from(hits.in_session(id).len()).unwrap_or(u32::MAX);
            sum = sum.saturating_add(here);
        }
        self.before.push(sum);
    }

    /// Matches in the rows before the selected one.
    pub fn matches_before(&self) -> usize {
        self.before.get(self.selected).copied().unwrap_or(0) as usize
    }

    /// Matches in all rows.
    pub fn matches(&self) -> usize {
        self.before.last().copied().unwrap_or(0) as usize
    }

    /// The nearest row in a direction that has a match; round the end.
    pub fn row_with_match(&self, forward: bool, hits: &Hits) -> Option<usize> {
        let count = self.rows.len();
        let has =
            |row: &usize| self.rows.get(*row).is_some_and(|&id| !hits.in_session(id).is_empty());
        (1..=count)
            .map(|step| {
                let step = if forward { step } else { count - step };
                (self.selected + step) % count
            })
            .find(has)
    }

    /// Selects a row, as a person does.
    pub fn choose(&mut self, row: usize) {
        self.chosen = true;
        self.selected = row.min(self.rows.len().saturating_sub(1));
        self.clamp();
    }

    /// Selects a session, as a person does.
    pub fn choose_session(&mut self, id: SessionId) {
        if let Some(row) = self.rows.iter().position(|&row| row == id) {
            self.choose(row);
        }
    }

    /// Selects the first row, without a person having chosen it.
    pub fn go_first(&mut self) {
        self.selected = 0;
        self.top = 0;
    }

    /// Scrolls the window alone; the selection stays within it.
    pub fn scroll_window(&mut self, rows: isize) {
        let most = self.rows.len().saturating_sub(self.height.max(1));
        self.top = self.top.saturating_add_signed(rows).min(most);
        let selected = self.selected.clamp(self.top, self.top + self.height.max(1) - 1);
        if selected != self.selected {
            self.choose(selected);
        }
    }

    /// Sets how many sessions the window holds.
    pub fn prepare(&mut self, height: usize) {
        self.height = height;
        self.clamp();
    }

    /// How many sessions the window holds.
    pub fn height(&self) -> usize {
        self.height.max(1)
    }

    fn clamp(&mut self) {
        let height = self.height.max(1);
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        self.top = self.top.min(self.selected).max((self.selected + 1).saturating_sub(height));
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }
}

/// What of a list outlives a refresh: whether its session was chosen, and where it is on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    chosen: bool,
    height: usize,
    selected: usize,
    top: usize,
}

/// Whether more messages are on their way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Growth {
    /// They are.
    Ongoing,
    /// This is all, or a person asked.
    Done,
}

/// What a worker needs to order the sessions. It makes the keys too: a look at a hundred thousand
/// sessions is too long for a key press.
#[derive(Debug)]
pub struct SortKeys {
    pages: Vec<Arc<Page>>,
    repeats: Repeats,
    sorting: Sorting,
    hits: Option<Arc<Hits>>,
}

impl SortKeys {
    /// The sessions in order: by key, then by number. Takes long enough to need a worker.
    pub fn sort(self) -> Vec<SessionId> {
        // A session without any time stands last: the complement of the earliest time is the
        // largest.
        let by_time = |times: Vec<Option<Millis>>| {
            times.into_iter().map(|time| !time.unwrap_or(i64::MIN)).collect()
        };
        let keys: Vec<i64> = match self.sorting.key {
            SortKey::LastActive => by_time(self.times(Ord::max)),
            SortKey::Started => by_time(self.times(Ord::min)),
            SortKey::Messages => self.messages(),
            SortKey::User => self.users(),
            SortKey::Matches => self.matches(),
        };
        let keys = keys.into_iter().zip((0..).map(SessionId));
        let direction = match self.sorting.direction {
            Direction::Usual => search::Direction::Ascending,
            Direction::Reversed => search::Direction::Descending,
        };
        search::sort_sessions(keys.collect(), direction)
    }

    /// How many messages have to be looked at.
    pub fn message_count(&self) -> usize {
        self.pages.iter().map(|page| page.rows.len()).sum()
    }

    fn session_count(&self) -> usize {
        self.pages.iter().map(|page| page.new_sessions.len()).sum()
    }

    /// Something for each session, made of its rows in order of arrival.
    fn of_sessions<T: Clone>(&self, first: T, mut add: impl FnMut(&mut T, &Row)) -> Vec<T> {
        let mut all = vec![first; self.session_count()];
        for row in self.pages.iter().flat_map(|page| &page.rows) {
            if let Some(own) = all.get_mut(row.session.index()) {
                add(own, row);
            }
        }
        all
    }

    /// How many messages each session has, most first; an exact repeat is none.
    fn messages(&self) -> Vec<i64> {
        let mut all = self.of_sessions(0, |key, _| *key -= 1);
        for (number, page) in (0..).zip(&self.pages) {
            for at in self.repeats.in_page(number) {
                let session = page.rows.get(*at as usize).map(|row| row.session.index());
                if let Some(key) = session.and_then(|session| all.get_mut(session)) {
                    *key += 1;
                }
            }
        }
        all
    }

    /// The readable time of each session that `better` prefers to all others.
    fn times(&self, better: impl Fn(Millis, Millis) -> Millis) -> Vec<Option<Millis>> {
        self.of_sessions(None, |best: &mut Option<Millis>, row| {
            if !row.flags.has(Flags::NO_TIME) {
                *best = Some(best.map_or(row.time, |best| better(best, row.time)));
            }
        })
    }

    /// The ranks of the users by name; sessions without one stand last.
    fn users(&self) -> Vec<i64> {
        let names: Vec<&str> =
            self.pages.iter().flat_map(|page| &page.new_names).map(AsRef::as_ref).collect();
        let mut by_name: Vec<usize> = (0..names.len()).collect();
        by_name.sort_by_key(|&at| names.get(at));
        let mut ranks = vec![i64::MAX; names.len()];
        for (rank, at) in (0..).zip(by_name) {
            if let Some(place) = ranks.get_mut(at) {
                *place = rank;
            }
        }
        let users = self.of_sessions(NameId::NONE, |user, row| {
            if *user == NameId::NONE {
                *user = row.user;
            }
        });
        users.iter().map(|user| ranks.get(user.index()).copied().unwrap_or(i64::MAX)).collect()
    }

    fn matches(&self) -> Vec<i64> {
        let Some(hits) = &self.hits else { return vec![0; self.session_count()] };
        let most_first = |count: usize| -i64::try_from(count).unwrap_or(i64::MAX);
        let ids = (0..).map(SessionId).take(self.session_count());
        ids.map(|id| most_first(hits.in_session(id).len())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Draft, Limits, Numbering, Packer};

    /// Session 0 has a user and times, 1 a user and no time, 2 times and no user.
    fn pages() -> Vec<Arc<Page>> {
        let limits = Limits { first_rows: 2, rows: 2, ..Limits::default() };
        let mut packer = Packer::new(limits);
        let mut numbering = Numbering::default();
        let mut pages = Vec::new();
        for (session, user, time) in [
            ("a", "zoe", Some(10)),
            ("c", "amy", None),
            ("d", "", Some(15)),
            ("a", "", Some(20)),
            ("d", "", Some(17)),
            ("d", "", Some(16)),
        ] {
            let draft = Draft { session, user, time, ..Draft::default() };
            pages.extend(packer.commit(&draft).map(|packed| Arc::new(numbering.number(packed))));
        }
        pages.extend(packer.finish().map(|packed| Arc::new(numbering.number(packed))));
        pages
    }

    fn sorted(key: SortKey, direction: Direction) -> Vec<u32> {
        let sorting = Sorting { key, direction };
        let repeats = Repeats::default();
        let order = SortKeys { pages: pages(), repeats, sorting, hits: None }.sort();
        order.into_iter().map(|SessionId(number)| number).collect()
    }

    #[test]
    fn what_a_session_lacks_puts_it_last() {
        assert_eq!(sorted(SortKey::LastActive, Direction::Usual), [0, 2, 1]);
        assert_eq!(sorted(SortKey::LastActive, Direction::Reversed), [1, 2, 0]);
        assert_eq!(sorted(SortKey::Started, Direction::Usual), [2, 0, 1]);
        assert_eq!(sorted(SortKey::Messages, Direction::Usual), [2, 0, 1]);
        assert_eq!(sorted(SortKey::User, Direction::Usual), [1, 0, 2]);
        assert_eq!(sorted(SortKey::Matches, Direction::Usual), [0, 1, 2]);
    }
}
