//! What each message adds by itself: counted in shares, one a thread, and merged.
//!
//! Must not know the order of a session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::thread::Builder;

use foldhash::fast::RandomState;

use super::summary::Summary;
use super::{Count, Role};
use crate::message::{Flags, MsgRef, NameId, RoleId};
use crate::search::Hits;
use crate::store::{Page, Row, Store};
use crate::time::{Millis, Zone};

/// Messages are counted by the quarter of an hour, and a zone is asked once for each that occurs:
/// since 1972 every zone differs from universal time by whole quarters.
pub(super) const QUARTER: Millis = 15 * 60 * 1000;

/// Messages that one share takes at least.
const SHARE: usize = 4096;

/// Messages by quarter of an hour since 1970.
pub(super) type Quarters = HashMap<i64, u64, RandomState>;

/// What was counted of some messages.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) messages: u64,
    pub(super) without_time: u64,
    pub(super) first: Option<Millis>,
    pub(super) last: Option<Millis>,
    pub(super) quarters: Quarters,
    /// For each role the lengths of its texts.
    pub(super) lengths: Vec<(RoleId, Vec<u64>)>,
    users: ByNumber,
    components: ByNumber,
    /// The quarter of the last message, not in `quarters` yet: neighbours are close in time.
    quarter: (i64, u64),
}

/// Counts at the index of a number, and those of no number.
#[derive(Debug, Default)]
pub(super) struct ByNumber {
    counts: Vec<u64>,
    none: u64,
}

impl ByNumber {
    pub(super) fn add(&mut self, id: NameId, more: u64) {
        if id == NameId::NONE {
            self.none += more;
            return;
        }
        if self.counts.len() <= id.index() {
            self.counts.resize(id.index() + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(id.index()) {
            *count += more;
        }
    }

    /// The count of a number.
    pub(super) fn of(&self, id: NameId) -> u64 {
        if id == NameId::NONE {
            self.none
        } else {
            self.counts.get(id.index()).copied().unwrap_or(0)
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.none += other.none;
        for (number, &count) in (0_u32..).zip(&other.counts) {
            self.add(NameId(number), count);
        }
    }

    fn all(&self) -> Vec<(NameId, u64)> {
        let numbered = (0_u32..).zip(&self.counts).map(|(number, &count)| (NameId(number), count));
        numbered.chain([(NameId::NONE, self.none)]).filter(|(_, count)| *count > 0).collect()
    }
}

impl Counted {
    fn add(&mut self, page: &Page, row: &Row) {
        self.messages += 1;
        self.users.add(row.user, 1);
        self.components.add(row.component, 1);
        let length = u64::try_from(page.text_of(row).chars().count()).unwrap_or(u64::MAX);
        match self.lengths.iter_mut().find(|(role, _)| *role == row.role) {
            Some((_, lengths)) => lengths.push(length),
            None => self.lengths.push((row.role, vec![length])),
        }
        if row.flags.has(Flags::NO_TIME) {
            self.without_time += 1;
            return;
        }
        self.first = Some(self.first.map_or(row.time, |first| first.min(row.time)));
        self.last = Some(self.last.map_or(row.time, |last| last.max(row.time)));
        let quarter = row.time.div_euclid(QUARTER);
        if quarter != self.quarter.0 {
            self.close_quarter();
            self.quarter.0 = quarter;
        }
        self.quarter.1 += 1;
    }

    fn close_quarter(&mut self) {
        let (quarter, count) = std::mem::take(&mut self.quarter);
        if count > 0 {
            *self.quarters.entry(quarter).or_default() += count;
        }
    }

    fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.without_time += other.without_time;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        self.users.merge(&other.users);
        self.components.merge(&other.components);
        for (quarter, count) in other.quarters {
            *self.quarters.entry(quarter).or_default() += count;
        }
        for (role, mut lengths) in other.lengths {
            match self.lengths.iter_mut().find(|(known, _)| *known == role) {
                Some((_, all)) => all.append(&mut lengths),
                None => self.lengths.push((role, lengths)),
            }
        }
    }

    pub(super) fn by_user(&self) -> Vec<(NameId, u64)> {
        self.users.all()
    }

    pub(super) fn by_component(&self) -> Vec<(NameId, u64)> {
        self.components.all()
    }
}

/// How many exact repeats there are of all messages, or of those that were found.
pub(super) fn repeats(store: &Store, hits: Option<&Hits>) -> u64 {
    let copies = store.copies();
    let of_hits = |hits: &Hits| {
        if copies.is_empty() { 0 } else { hits.refs().iter().map(|&at| copies.of(at).len()).sum() }
    };
    u64::try_from(hits.map_or(store.repeated(), of_hits)).unwrap_or(u64::MAX)
}

/// Counts all messages, or those that were found; an exact repeat is not counted.
pub(super) fn messages(store: &Store, hits: Option<&Hits>, threads: usize) -> Counted {
    let pages = store.pages();
    let shares = match hits {
        Some(hits) => shared(hits.refs(), threads, SHARE, |refs, counted: &mut Counted| {
            for &MsgRef { page, row } in refs {
                let Some(page) = pages.get(page as usize) else { continue };
                if let Some(row) = page.rows.get(row as usize) {
                    counted.add(page, row);
                }
            }
        }),
        None => {
            let (repeats, numbers) = (store.repeats(), 0..);
            let pages: Vec<(u32, &Arc<Page>)> = numbers.zip(pages).collect();
            shared(&pages, threads, 1, |pages, counted: &mut Counted| {
                for &(number, page) in pages {
                    let has_repeats = repeats.are_in(number);
                    for (at, row) in (0..).zip(&page.rows) {
                        if has_repeats && repeats.has(MsgRef { page: number, row: at }) {
                            continue;
                        }
                        counted.add(page, row);
                    }
                }
            })
        }
    };
    let mut all = Counted::default();
    for mut share in shares {
        share.close_quarter();
        all.merge(share);
    }
    all
}

/// Runs `add` over shares of `items` on so many threads.
pub(super) fn shared<T: Sync, C: Default + Send>(
    items: &[T],
    threads: usize,
    least: usize,
    add: impl Fn(&[T], &mut C) + Sync,
) -> Vec<C> {
    let size = items.len().div_ceil(threads.max(1)).max(least).max(1);
    std::thread::scope(|scope| {
        let add = &add;
        let mut shares = items.chunks(size);
        let here = shares.next();
        let counted = move |share| {
            let mut counted = C::default();
            add(share, &mut counted);
            counted
        };
        let threads: Vec<_> = shares
            .map(|share| {
                let thread = Builder::new().spawn_scoped(scope, move || counted(share));
                // The system gives no thread: it is counted here.
                thread.map_err(|_| counted(share))
            })
            .collect();
        let first = counted(here.unwrap_or_default());
        // A thread that panicked has ended the program already.
        let others = threads.into_iter().filter_map(|thread| match thread {
            Ok(thread) => thread.join().ok(),
            Err(counted) => Some(counted),
        });
        std::iter::once(first).chain(others).collect()
    })
}

/// The lengths by role, most messages first, with how many sessions have each.
pub(super) fn roles(
    store: &Store,
    lengths: &[(RoleId, Vec<u64>)],
    sessions: &HashMap<RoleId, u64, RandomState>,
) -> Vec<Role> {
    let role = |(id, lengths): &(RoleId, Vec<u64>)| {
        let lengths = Summary::of(lengths.clone());
        let name = Some(store.role(*id)).filter(|_| *id != RoleId::NONE).map(str::to_owned);
        let sessions = sessions.get(id).copied().unwrap_or(0);
        Role { name, count: Count { messages: lengths.count, sessions }, lengths }
    };
    let mut roles: Vec<Role> = lengths.iter().map(role).collect();
    roles.sort_by(|a, b| b.count.messages.cmp(&a.count.messages).then_with(|| a.name.cmp(&b.name)));
    roles
}

/// Quarters of an hour as days and as hours of the day.
pub(super) fn calendar(
    messages: &Quarters,
    sessions: &Quarters,
    zone: Zone,
) -> (Vec<(String, Count)>, [Count; 24]) {
    let mut days: BTreeMap<_, Count> = BTreeMap::new();
    let mut hours = [Count::default(); 24];
    let of_messages = messages.iter().map(|(&quarter, &messages)| (quarter, messages, 0));
    let of_sessions = sessions.iter().map(|(&quarter, &sessions)| (quarter, 0, sessions));
    for (quarter, messages, sessions) in of_messages.chain(of_sessions) {
        // Outside of the calendar there is no day.
        let wall = quarter.checked_mul(QUARTER).and_then(|instant| zone.at(instant));
        let Some(wall) = wall else { continue };
        let add = |count: &mut Count| {
            count.messages += messages;
            count.sessions += sessions;
        };
        add(days.entry(wall.date()).or_default());
        let hour = wall.format("%H").to_string().parse::<usize>().ok();
        if let Some(count) = hour.and_then(|hour| hours.get_mut(hour)) {
            add(count);
        }
    }
    (days.into_iter().map(|(day, count)| (day.to_string(), count)).collect(), hours)
}
