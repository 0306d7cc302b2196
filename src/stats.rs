//! Counts over the messages of a store, or over those of them that a search found: for a report,
//! and for a screen of them.
//!
//! ```text
//!  pages, hits ─► counted in shares, one a thread ─► merged ─┐
//!  sessions in order ─► turns, waits, answers ───────────────┴─► Stats
//! ```
//!
//! A message that does not match is not counted, but it is still there: a reply waits for the
//! question before it, whether or not that matches. Must not know how the numbers are shown.

mod count;
mod proof;
mod sessions;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::message::NameId;
use crate::search::Hits;
use crate::store::Store;
use crate::time::{Millis, Zone};

pub use proof::{Proof, arrived};
pub use sessions::{Place, walk};
pub use summary::Summary;

/// What was counted.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stats {
    /// Messages, each once: a repeat is counted nowhere else than in `repeats`.
    pub messages: u64,
    /// Exact repeats of them: see [`Store::repeats`].
    pub repeats: u64,
    /// Sessions with at least one of them.
    pub sessions: u64,
    /// The earliest readable time.
    pub first: Option<Millis>,
    /// The latest readable time.
    pub last: Option<Millis>,
    /// Messages without a readable time; they are in no day and no hour.
    pub without_time: u64,
    /// By role, most messages first. The name is empty where there is none.
    pub roles: Vec<Role>,
    /// By user, most messages first.
    pub users: Vec<Group>,
    /// By component, most messages first.
    pub components: Vec<Group>,
    /// The days that have messages, ascending, in the zone that was asked for.
    pub days: Vec<(String, Count)>,
    /// The 24 hours of the day in that zone.
    pub hours: [Count; 24],
    /// Lengths of the texts in characters.
    pub lengths: Summary,
    /// Messages of a session that are counted.
    pub session_messages: Summary,
    /// Turns of each session that is counted, all its messages considered.
    pub turns: Summary,
    /// From the first to the last message that is counted of a session, in milliseconds.
    pub session_spans: Summary,
    /// How long replies that are counted came after their question, in milliseconds.
    pub waits: Summary,
    /// Messages of students that are counted and have no reply.
    pub unanswered: u64,
}

/// Messages and sessions together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Messages.
    pub messages: u64,
    /// Sessions: of a user, component or role those with a message of theirs; of a day or an hour those
    /// that began in it.
    pub sessions: u64,
}

/// One user or component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The id; `None` for the messages without one.
    pub name: Option<Arc<str>>,
    /// How much.
    pub count: Count,
}

/// One role.
#[derive(Clone, PartialEq, Debug)]
pub struct Role {
    /// The name; `None` for the messages without one.
    pub name: Option<String>,
    /// Its messages, and the sessions that have one of them.
    pub count: Count,
    /// The lengths of their texts in characters.
    pub lengths: Summary,
}

impl Stats {
    /// Counts with so many threads.
    ///
    /// The sessions of the store must be in order: see [`Store::disordered`].
    pub fn of(store: &Store, hits: Option<&Hits>, zone: Zone, threads: usize) -> Self {
        let counted = count::messages(store, hits, threads.max(1));
        let walked = sessions::count(store, hits, threads.max(1));
        let name = |id: NameId| store.names().get(id.index()).cloned();
        let group = |(id, messages): (NameId, u64), sessions: u64| Group {
            name: name(id),
            count: Count { messages, sessions },
        };
        let groups = |messages: Vec<(NameId, u64)>, sessions: &count::ByNumber| {
            let all = messages.into_iter();
            let mut all: Vec<Group> =
                all.map(|(id, count)| group((id, count), sessions.of(id))).collect();
            all.sort_by(|a, b| {
                b.count.messages.cmp(&a.count.messages).then_with(|| a.name.cmp(&b.name))
            });
            all
        };
        let (days, hours) = count::calendar(&counted.quarters, &walked.began, zone);
        Self {
            messages: counted.messages,
            repeats: count::repeats(store, hits),
            sessions: walked.sessions,
            first: counted.first,
            last: counted.last,
            without_time: counted.without_time,
            users: groups(counted.by_user(), &walked.users),
            components: groups(counted.by_component(), &walked.components),
            days,
            hours,
            session_messages: Summary::of(walked.messages),
            turns: Summary::of(walked.turns),
            session_spans: Summary::of(walked.spans),
            waits: Summary::of(walked.waits),
            unanswered: walked.unanswered,
            roles: count::roles(store, &counted.lengths, &walked.roles),
            lengths: Summary::of(counted.lengths.into_iter().flat_map(|(_, all)| all).collect()),
        }
    }
}
