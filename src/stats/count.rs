//! Counters that are filled message by message, in parallel shares, and merged.
//!
//! Must not know the order of a session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::thread::Builder;

use chrono::{NaiveDate, Timelike};
use foldhash::fast::RandomState;

use super::Count;
use crate::message::{Flags, NameId, RoleId};
use crate::query::Column;
use crate::store::{Page, Row};
use crate::time::{Millis, Zone};

/// Messages are counted by the quarter of an hour, so that a zone is asked once per quarter: since
/// 1972 every zone differs from universal time by whole quarters.
const QUARTER: Millis = 15 * 60 * 1000;

/// The value of an id column as an index; [`None`] for a message without one.
pub(super) fn index(row: &Row, column: Column) -> Option<usize> {
    let of_name = |name: NameId| (name != NameId::NONE).then(|| name.index());
    match column {
        Column::Role => (row.role != RoleId::NONE).then(|| row.role.index()),
        Column::User => of_name(row.user),
        Column::Component => of_name(row.component),
        Column::Session => Some(row.session.index()),
    }
}

/// The names of a column, each at its index; [`None`] for the session of messages without one.
pub(super) fn names(pages: &[Arc<Page>], column: Column) -> Vec<Option<&str>> {
    let pages = pages.iter();
    match column {
        Column::Role => {
            let new = pages.flat_map(|page| page.new_roles.iter().map(|role| Some(&**role)));
            RoleId::FIXED.iter().map(|role| Some(*role)).chain(new).collect()
        }
        Column::User | Column::Component => {
            pages.flat_map(|page| page.new_names.iter().map(|name| Some(&**name))).collect()
        }
        Column::Session => {
            pages.flat_map(|page| page.new_sessions.iter().map(Option::as_deref)).collect()
        }
    }
}

/// Counts per index, and those without one.
#[derive(Debug, Default)]
pub(super) struct ByIndex {
    counts: Vec<u64>,
    pub(super) none: u64,
}

impl ByIndex {
    pub(super) fn add(&mut self, index: Option<usize>, more: u64) {
        let Some(index) = index else {
            self.none += more;
            return;
        };
        if self.counts.len() <= index {
            self.counts.resize(index + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(index) {
            *count += more;
        }
    }

    /// The count of an index.
    pub(super) fn of(&self, index: Option<usize>) -> u64 {
        match index {
            Some(index) => self.counts.get(index).copied().unwrap_or(0),
            None => self.none,
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.none += other.none;
        for (index, &count) in other.counts.iter().enumerate() {
            self.add(Some(index), count);
        }
    }

    /// Every index that was counted, with its count.
    pub(super) fn all(&self) -> impl Iterator<Item = (Option<usize>, u64)> {
        let indexed = self.counts.iter().enumerate().map(|(index, &count)| (Some(index), count));
        indexed.chain([(None, self.none)]).filter(|(_, count)| *count > 0)
    }
}

/// Counts by quarter of an hour since 1970.
#[derive(Debug, Default)]
pub(super) struct Quarters {
    counts: HashMap<i64, u64, RandomState>,
    /// The quarter of the last message, not in `counts` yet: neighbours are close in time.
    last: (i64, u64),
    /// Those without a readable time.
    pub(super) without: u64,
}

impl Quarters {
    pub(super) fn add(&mut self, time: Option<Millis>) {
        let Some(quarter) = time.map(|time| time.div_euclid(QUARTER)) else {
            self.without += 1;
            return;
        };
        if quarter != self.last.0 {
            self.flush();
            self.last.0 = quarter;
        }
        self.last.1 += 1;
    }

    fn flush(&mut self) {
        let (quarter, count) = std::mem::take(&mut self.last);
        if count > 0 {
            *self.counts.entry(quarter).or_default() += count;
        }
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        other.flush();
        self.without += other.without;
        for (quarter, count) in other.counts {
            *self.counts.entry(quarter).or_default() += count;
        }
    }
}

/// Days and hours of the day in a zone, of messages and of sessions that began.
pub(super) fn calendar(
    mut messages: Quarters,
    mut sessions: Quarters,
    zone: Zone,
) -> (BTreeMap<NaiveDate, Count>, [Count; 24]) {
    messages.flush();
    sessions.flush();
    let mut days: BTreeMap<_, Count> = BTreeMap::new();
    let mut hours = [Count::default(); 24];
    let of_messages = messages.counts.into_iter().map(|(quarter, count)| (quarter, count, 0));
    let of_sessions = sessions.counts.into_iter().map(|(quarter, count)| (quarter, 0, count));
    for (quarter, messages, sessions) in of_messages.chain(of_sessions) {
        // There is no day beyond the calendar.
        let wall = quarter.checked_mul(QUARTER).and_then(|instant| zone.at(instant));
        let Some(wall) = wall else { continue };
        let hour = hours.get_mut(wall.hour() as usize);
        for count in hour.into_iter().chain([days.entry(wall.date()).or_default()]) {
            count.messages += messages;
            count.sessions += sessions;
        }
    }
    (days, hours)
}

/// The time of a row, where it is readable.
pub(super) fn time(row: &Row) -> Option<Millis> {
    (!row.flags.has(Flags::NO_TIME)).then_some(row.time)
}

/// Runs `add` over shares of `items`, one a thread; a share has at least `least` items.
pub(super) fn shared<T: Sync, C: Default + Send>(
    items: &[T],
    threads: usize,
    least: usize,
    add: impl Fn(&T, &mut C) + Sync,
) -> Vec<C> {
    let size = items.len().div_ceil(threads.max(1)).max(least).max(1);
    let count = |share: &[T]| {
        let mut counted = C::default();
        for item in share {
            add(item, &mut counted);
        }
        counted
    };
    let count = &count;
    std::thread::scope(|scope| {
        let mut shares = items.chunks(size);
        let own = shares.next().unwrap_or_default();
        let threads: Vec<_> = shares
            .map(|share| {
                let thread = Builder::new().spawn_scoped(scope, move || count(share));
                // Where the system has no thread left, this one counts the share.
                thread.map_err(|_| count(share))
            })
            .collect();
        let own = count(own);
        // A panic in a thread has ended the program already.
        let others = threads.into_iter().filter_map(|thread| match thread {
            Ok(thread) => thread.join().ok(),
            Err(counted) => Some(counted),
        });
        std::iter::once(own).chain(others).collect()
    })
}
