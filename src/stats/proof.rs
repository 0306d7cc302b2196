//! What the messages themselves say about whether they are as they should be: which are there
//! twice, which came out of order, which roles nobody knows.
//!
//! Must not know what the server declared, nor what was repaired on the way: see
//! [`Tally`](crate::store::Tally).

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::count::shared;
use crate::message::{Flags, MsgRef, NameId, RoleId};
use crate::store::{Page, Row, Store, Tally};
use crate::time::Millis;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proof {
    /// Messages that an earlier one equals in every field.
    pub duplicates: u64,
    /// Messages that arrived behind a later one of their session.
    pub out_of_order: u64,
    /// Roles beside the three known ones, and how many messages have each; most first.
    pub unknown_roles: Vec<(Arc<str>, u64)>,
    /// Messages whose text is there and empty.
    pub empty_text: u64,
    /// Messages with metadata.
    pub with_metadata: u64,
    /// Bytes of the longest text.
    pub longest_text: u64,
}

impl Proof {
    /// Looks at every message, with so many threads.
    pub fn of(store: &Store, threads: usize) -> Self {
        let mut proof = Self { duplicates: duplicates(store.pages(), threads), ..Self::default() };
        let mut latest = vec![Millis::MIN; store.sessions().len()];
        let mut roles: HashMap<RoleId, u64, RandomState> = HashMap::default();
        for row in store.pages().iter().flat_map(|page| &page.rows) {
            let has = |flag| row.flags.has(flag);
            if row.role.index() >= RoleId::FIXED.len() && row.role != RoleId::NONE {
                *roles.entry(row.role).or_default() += 1;
            }
            proof.empty_text += u64::from(row.text_len == 0 && !has(Flags::NO_TEXT));
            proof.with_metadata += u64::from(row.extra_len > 0 && !has(Flags::WHOLE));
            proof.longest_text = proof.longest_text.max(u64::from(row.text_len));
            if let Some(latest) = latest.get_mut(row.session.index())
                && !has(Flags::NO_TIME)
            {
                proof.out_of_order += u64::from(row.time < *latest);
                *latest = row.time.max(*latest);
            }
        }
        let names = roles.into_iter().map(|(role, count)| (Arc::from(store.role(role)), count));
        proof.unknown_roles = names.collect();
        proof.unknown_roles.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        proof
    }
}

/// What the messages that are there say of themselves, where the response did not come to its end.
pub fn arrived(store: &Store) -> Tally {
    let sessions = store.sessions();
    let mut tally =
        Tally { messages: store.len() as u64, sessions: sessions.len() as u64, ..Tally::default() };
    for row in store.pages().iter().flat_map(|page| &page.rows) {
        let has = |flag| u64::from(row.flags.has(flag));
        let named = sessions.get(row.session.index()).is_some_and(|one| one.name.is_some());
        tally.repaired += has(Flags::REPAIRED);
        tally.without_text += has(Flags::NO_TEXT);
        tally.without_time += has(Flags::NO_TIME);
        tally.without_session += u64::from(!named);
        tally.without_user += u64::from(row.user == NameId::NONE);
        tally.without_role += u64::from(row.role == RoleId::NONE);
        let is_known = row.role.index() < RoleId::FIXED.len() || row.role == RoleId::NONE;
        tally.unknown_role += u64::from(!is_known);
    }
    tally
}

/// Messages that an earlier one equals in everything: found by a hash, then compared.
fn duplicates(pages: &[Arc<Page>], threads: usize) -> u64 {
    let state = RandomState::default();
    let numbers: Vec<u32> = (0_u32..).take(pages.len()).collect();
    let hashes = shared(&numbers, threads, 1, |numbers, hashes: &mut Vec<(u64, MsgRef)>| {
        for &number in numbers {
            let Some(page) = pages.get(number as usize) else { continue };
            for (at, row) in (0..).zip(&page.rows) {
                hashes.push((state.hash_one(key(page, row)), MsgRef { page: number, row: at }));
            }
        }
    });
    let mut hashes: Vec<(u64, MsgRef)> = hashes.into_iter().flatten().collect();
    hashes.sort_unstable();
    let content = |at: MsgRef| {
        let page = pages.get(at.page as usize)?;
        page.rows.get(at.row as usize).map(|row| key(page, row))
    };
    let equal = |pair: &&[(u64, MsgRef)]| match pair {
        [(a, one), (b, other)] => a == b && content(*one) == content(*other),
        _ => false,
    };
    u64::try_from(hashes.windows(2).filter(equal).count()).unwrap_or(u64::MAX)
}

/// Everything that a message is. A time that was not readable is no part of it.
fn key<'a>(page: &'a Page, row: &Row) -> impl std::hash::Hash + PartialEq + use<'a> {
    let time = (!row.flags.has(Flags::NO_TIME)).then_some(row.time);
    let ids = (row.session, row.user, row.component, row.role);
    (ids, time, row.flags.0, page.text_of(row), page.extra_of(row))
}
