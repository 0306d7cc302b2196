//! The statistics of a selection: groups, days, hours, lengths, turns and waits.

use std::sync::Arc;

use super::Count;
use super::count::{ByIndex, Quarters, calendar, index, names, shared, time};
use super::selection::{look_up, refs};
use super::sessions;
use super::summary::Summary;
use crate::query::Column;
use crate::search::Hits;
use crate::store::{Page, Row, Store};
use crate::time::{Millis, Zone};

/// Messages that one thread counts at least.
const SHARE: usize = 4096;

/// The statistics of a selection.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stats {
    /// Messages; an exact repeat counts in `repeats` only.
    pub messages: u64,
    /// Exact repeats of them: see [`Store::repeats`].
    pub repeats: u64,
    /// Sessions with at least one of them.
    pub sessions: u64,
    /// The earliest readable time.
    pub first: Option<Millis>,
    /// The latest readable time.
    pub last: Option<Millis>,
    /// Messages without a readable time; no day and no hour has them.
    pub without_time: u64,
    /// By role, most messages first.
    pub roles: Vec<RoleStats>,
    /// By user, most messages first.
    pub users: Vec<Group>,
    /// By component, most messages first.
    pub components: Vec<Group>,
    /// The days that have messages, ascending, in the zone of the job.
    pub days: Vec<(String, Count)>,
    /// The 24 hours of the day in that zone.
    pub hours: [Count; 24],
    /// Lengths of the texts in characters.
    pub lengths: Summary,
    /// Counted messages per session.
    pub session_messages: Summary,
    /// Turns per session; all messages of the session make its turns.
    pub turns: Summary,
    /// Milliseconds from the first to the last counted message of a session.
    pub session_spans: Summary,
    /// Milliseconds from a student's message to each counted reply.
    pub waits: Summary,
    /// Counted messages of students that have no reply.
    pub unanswered: u64,
}

/// A user or a component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The id; [`None`] for the messages without one.
    pub name: Option<Arc<str>>,
    /// Its messages, and the sessions that have one of them.
    pub count: Count,
}

/// A role.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleStats {
    /// The name; [`None`] for the messages without one.
    pub name: Option<Arc<str>>,
    /// Its messages, and the sessions that have one of them.
    pub count: Count,
    /// The lengths of their texts in characters.
    pub lengths: Summary,
}

impl Stats {
    /// Counts on so many threads. The sessions of the store must be in order: see
    /// [`Store::disordered`].
    pub fn of(store: &Store, hits: Option<&Hits>, zone: Zone, threads: usize) -> Self {
        let pages = store.pages();
        let refs = refs(pages, store.repeats(), hits);
        let shares = shared(&refs, threads, SHARE, |&at, messages: &mut Messages| {
            if let Some((page, row)) = look_up(pages, at) {
                messages.add(page, row);
            }
        });
        let mut messages = Messages::default();
        for share in shares {
            messages.merge(share);
        }
        let walked = sessions::count(store, hits, threads);
        let Messages { first, last, quarters, roles, users, components, lengths } = messages;
        let without_time = quarters.without;
        let (days, hours) = calendar(quarters, walked.began, zone);
        let roles = groups(pages, Column::Role, &roles, &walked.roles);
        let roles = roles.into_iter().map(|(index, Group { name, count })| {
            let lengths = Summary::of(lengths.get(slot(index)).cloned().unwrap_or_default());
            RoleStats { name, count, lengths }
        });
        let named = |column, messages, sessions| {
            let groups = groups(pages, column, messages, sessions).into_iter();
            groups.map(|(_, group)| group).collect()
        };
        Self {
            messages: refs.len() as u64,
            repeats: repeats(store, hits),
            sessions: walked.sessions,
            first,
            last,
            without_time,
            roles: roles.collect(),
            users: named(Column::User, &users, &walked.users),
            components: named(Column::Component, &components, &walked.components),
            days: days.into_iter().map(|(day, count)| (day.to_string(), count)).collect(),
            hours,
            lengths: Summary::of(lengths.into_iter().flatten().collect()),
            session_messages: Summary::of(walked.messages),
            turns: Summary::of(walked.turns),
            session_spans: Summary::of(walked.spans),
            waits: Summary::of(walked.waits),
            unanswered: walked.unanswered,
        }
    }
}

/// The values of a column with their index, most messages first.
fn groups(
    pages: &[Arc<Page>],
    column: Column,
    messages: &ByIndex,
    sessions: &ByIndex,
) -> Vec<(Option<usize>, Group)> {
    let names = names(pages, column);
    let group = |(index, messages): (Option<usize>, u64)| {
        let name = index.and_then(|index| names.get(index).copied().flatten()).map(Arc::from);
        (index, Group { name, count: Count { messages, sessions: sessions.of(index) } })
    };
    let mut groups: Vec<_> = messages.all().map(group).collect();
    groups.sort_by(|(_, a), (_, b)| {
        b.count.messages.cmp(&a.count.messages).then_with(|| a.name.cmp(&b.name))
    });
    groups
}

/// How many exact repeats the selection has.
fn repeats(store: &Store, hits: Option<&Hits>) -> u64 {
    let copies = store.copies();
    let of_hits = |hits: &Hits| {
        if copies.is_empty() { 0 } else { hits.refs().iter().map(|&at| copies.of(at).len()).sum() }
    };
    hits.map_or(store.repeated(), of_hits) as u64
}

/// What each message adds by itself.
#[derive(Debug, Default)]
struct Messages {
    first: Option<Millis>,
    last: Option<Millis>,
    quarters: Quarters,
    roles: ByIndex,
    users: ByIndex,
    components: ByIndex,
    /// The lengths of the texts of each role, those without one first.
    lengths: Vec<Vec<u64>>,
}

impl Messages {
    fn add(&mut self, page: &Page, row: &Row) {
        let role = index(row, Column::Role);
        self.roles.add(role, 1);
        self.users.add(index(row, Column::User), 1);
        self.components.add(index(row, Column::Component), 1);
        self.lengths_of(slot(role)).push(page.text_of(row).chars().count() as u64);
        let time = time(row);
        self.quarters.add(time);
        self.add_ends(time, time);
    }

    fn add_ends(&mut self, first: Option<Millis>, last: Option<Millis>) {
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.max(last);
    }

    fn lengths_of(&mut self, slot: usize) -> &mut Vec<u64> {
        if self.lengths.len() <= slot {
            self.lengths.resize_with(slot + 1, Vec::new);
        }
        &mut self.lengths[slot]
    }

    fn merge(&mut self, other: Self) {
        self.add_ends(other.first, other.last);
        self.quarters.merge(other.quarters);
        self.roles.merge(&other.roles);
        self.users.merge(&other.users);
        self.components.merge(&other.components);
        for (slot, mut lengths) in other.lengths.into_iter().enumerate() {
            self.lengths_of(slot).append(&mut lengths);
        }
    }
}

/// Where [`Messages::lengths`] has a role.
fn slot(role: Option<usize>) -> usize {
    role.map_or(0, |role| role + 1)
}
