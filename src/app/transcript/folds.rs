//! What is folded: turns to one line, long messages to their first lines.
//!
//! A fold is identified by its message's identity, not its number, so it survives filters and refreshes.
//! "Everything" is a default and not a list: a session of a million turns folds at once. Must not know
//! what a fold looks like.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::Identity;

/// How many sessions are remembered; the oldest is evicted first.
const SESSIONS: usize = 500;
/// How many single folds are remembered in a session.
const SINGLE: usize = 10_000;

/// The server's id of a session; `None` for the messages without one.
pub(super) type SessionName = Option<Arc<str>>;

/// A default, open or shut, with exceptions.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FoldSet {
    are_shut: bool,
    others: HashSet<Identity>,
}

impl FoldSet {
    fn all(are_shut: bool) -> Self {
        Self { are_shut, others: HashSet::new() }
    }

    fn is_shut(&self, who: impl FnOnce() -> Identity) -> bool {
        self.are_shut != (!self.others.is_empty() && self.others.contains(&who()))
    }

    fn set(&mut self, who: Identity, shut: bool) {
        if shut == self.are_shut {
            self.others.remove(&who);
        } else if self.others.len() < SINGLE {
            self.others.insert(who);
        }
    }

    fn are_all_open(&self) -> bool {
        !self.are_shut && self.others.is_empty()
    }
}

/// What is folded in one session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionFolds {
    turns: FoldSet,
    long: FoldSet,
}

impl Default for SessionFolds {
    /// Turns are open, and long messages are shut.
    fn default() -> Self {
        Self { turns: FoldSet::all(false), long: FoldSet::all(true) }
    }
}

impl SessionFolds {
    /// Whether no turn is folded.
    pub(super) fn has_open_turns_only(&self) -> bool {
        self.turns.are_all_open()
    }

    /// Whether a turn is folded, which is known by its first message.
    pub(super) fn folds_turn(&self, who: impl FnOnce() -> Identity) -> bool {
        self.turns.is_shut(who)
    }

    /// Whether a message shows its first lines only, if it is a long one.
    pub(super) fn shuts_message(&self, who: impl FnOnce() -> Identity) -> bool {
        self.long.is_shut(who)
    }

    /// Folds a turn, or unfolds it.
    pub(super) fn fold_turn(&mut self, who: Identity, shut: bool) {
        self.turns.set(who, shut);
    }

    /// Shuts a long message, or opens it.
    pub(super) fn shut_message(&mut self, who: Identity, shut: bool) {
        self.long.set(who, shut);
    }

    /// Folds every turn; in them long messages are shut.
    pub(super) fn fold_all(&mut self) {
        *self = Self { turns: FoldSet::all(true), long: FoldSet::all(true) };
    }

    /// Unfolds every turn.
    pub(super) fn unfold_turns(&mut self) {
        self.turns = FoldSet::all(false);
    }

    /// Opens every long message.
    pub(super) fn open_messages(&mut self) {
        self.long = FoldSet::all(false);
    }
}

/// The folds of the sessions that were read.
#[derive(Default, Debug)]
pub(super) struct FoldCache {
    folds: HashMap<SessionName, SessionFolds>,
    order: VecDeque<SessionName>,
}

impl FoldCache {
    /// What is folded in a session; `None` if nothing was ever folded or opened.
    pub(super) fn of(&self, name: &SessionName) -> Option<&SessionFolds> {
        self.folds.get(name)
    }

    /// Changes what is folded in a session.
    pub(super) fn change(&mut self, name: &SessionName, change: impl FnOnce(&mut SessionFolds)) {
        if !self.folds.contains_key(name) {
            self.order.push_back(name.clone());
            if self.order.len() > SESSIONS
                && let Some(oldest) = self.order.pop_front()
            {
                self.folds.remove(&oldest);
            }
        }
        change(self.folds.entry(name.clone()).or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_session_is_evicted_first() {
        let name = |number: usize| Some(Arc::from(format!("session {number}")));
        let mut cache = FoldCache::default();
        for number in 0..=SESSIONS {
            cache.change(&name(number), SessionFolds::fold_all);
        }
        assert_eq!(cache.of(&name(0)), None);
        assert!(cache.of(&name(1)).is_some() && cache.of(&name(SESSIONS)).is_some());
        assert_eq!((cache.folds.len(), cache.order.len()), (SESSIONS, SESSIONS));
    }
}
