//! The order of the list of sessions: by which key, and the work of making it.
//!
//! The worker makes the keys too: a look at every row is too long for a key press.

use std::sync::Arc;

use crate::message::{Flags, NameId, SessionId};
use crate::store::{Page, Repeats, Row};
use crate::time::Millis;

use super::hits::Hits;

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
pub enum SortDirection {
    /// As each key says: newest, most, first.
    #[default]
    Default,
    /// The other end.
    Reversed,
}

/// How the list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sorting {
    /// By what.
    pub key: SortKey,
    /// From which end.
    pub direction: SortDirection,
}

/// What a worker needs to order the sessions. It makes the keys too: a look at a hundred thousand
/// sessions is too long for a key press.
#[derive(Debug)]
pub struct SortKeys {
    /// All pages of the store.
    pub pages: Vec<Arc<Page>>,
    /// Which of their messages do not count.
    pub repeats: Repeats,
    /// The key and the direction.
    pub sorting: Sorting,
    /// What the search found, for [`SortKey::Matches`].
    pub hits: Option<Arc<Hits>>,
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
        in_order(keys.collect(), self.sorting.direction)
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

/// The sessions by key. Equal keys stand by number, in either direction.
fn in_order(mut keys: Vec<(i64, SessionId)>, direction: SortDirection) -> Vec<SessionId> {
    keys.sort_unstable_by(|a, b| {
        let by_key = match direction {
            SortDirection::Default => a.0.cmp(&b.0),
            SortDirection::Reversed => b.0.cmp(&a.0),
        };
        by_key.then(a.1.cmp(&b.1))
    });
    keys.into_iter().map(|(_, session)| session).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Limits, Packer, RowDraft};

    /// Session 0 has a user and times, 1 a user and no time, 2 times and no user.
    fn pages() -> Vec<Arc<Page>> {
        let limits = Limits { first_rows: 2, rows: 2, ..Limits::default() };
        let mut packer = Packer::new(limits);
        let mut pages = Vec::new();
        for (session, user, time) in [
            ("a", "zoe", Some(10)),
            ("c", "amy", None),
            ("d", "", Some(15)),
            ("a", "", Some(20)),
            ("d", "", Some(17)),
            ("d", "", Some(16)),
        ] {
            let draft = RowDraft { session, user, time, ..RowDraft::default() };
            pages.extend(packer.commit(&draft).map(Arc::new));
        }
        pages.extend(packer.finish().map(Arc::new));
        pages
    }

    fn sorted(key: SortKey, direction: SortDirection) -> Vec<u32> {
        let sorting = Sorting { key, direction };
        let repeats = Repeats::default();
        let order = SortKeys { pages: pages(), repeats, sorting, hits: None }.sort();
        order.into_iter().map(|SessionId(number)| number).collect()
    }

    #[test]
    fn what_a_session_lacks_puts_it_last() {
        assert_eq!(sorted(SortKey::LastActive, SortDirection::Default), [0, 2, 1]);
        assert_eq!(sorted(SortKey::LastActive, SortDirection::Reversed), [1, 2, 0]);
        assert_eq!(sorted(SortKey::Started, SortDirection::Default), [2, 0, 1]);
        assert_eq!(sorted(SortKey::Messages, SortDirection::Default), [2, 0, 1]);
        assert_eq!(sorted(SortKey::User, SortDirection::Default), [1, 0, 2]);
        assert_eq!(sorted(SortKey::Matches, SortDirection::Default), [0, 1, 2]);
    }

    #[test]
    fn sessions_with_equal_keys_stand_by_number_in_either_direction() {
        let keys = || vec![(2, SessionId(1)), (1, SessionId(3)), (2, SessionId(0))];
        let up = in_order(keys(), SortDirection::Default);
        assert_eq!(up, [SessionId(3), SessionId(0), SessionId(1)]);
        let down = in_order(keys(), SortDirection::Reversed);
        assert_eq!(down, [SessionId(0), SessionId(1), SessionId(3)]);
    }
}
