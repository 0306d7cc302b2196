//! The list of sessions: its order, what of it is shown, and which session is selected.

use crate::search::{SortKey, SortKeys, Sorting};
use std::sync::Arc;

use crate::message::SessionId;
use crate::search::Hits;
use crate::store::Store;

use super::effect::Effect;
use crate::port::StoreTicket;
use crate::port::Task;

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
        phase: LoadPhase,
    ) -> Option<Effect> {
        let count = store.len();
        let enough = self.sorted + self.sorted / 4 < count;
        if self.sorting.is_some() || (phase == LoadPhase::Ongoing && !enough) {
            self.again |= phase == LoadPhase::Done;
            return None;
        }
        self.sorting = Some(count);
        let hits = hits.filter(|_| sorting.key == SortKey::Matches).cloned();
        let (pages, repeats) = (store.pages().to_vec(), store.repeats().clone());
        let keys = SortKeys { pages, repeats, sorting, hits };
        Some(Effect::Run(Task::SortSessions { ticket, keys }))
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
pub enum LoadPhase {
    /// They are.
    Ongoing,
    /// This is all, or a person asked.
    Done,
}
