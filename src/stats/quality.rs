//! The quality of a response as its messages show it: repairs, duplicates, wrong order, unknown
//! roles.
//!
//! Must not know what the server declared: see [`IngestStats`].

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::count::{ByIndex, index, names, shared, time};
use super::selection::look_up;
use crate::message::{Flags, MsgRef, NameId, RoleId};
use crate::query::Column;
use crate::store::{IngestStats, Page, Row, Store};
use crate::time::Millis;

/// What the messages of a response show about its quality.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct QualityReport {
    /// Counts of what arrived, as far as the messages themselves show it.
    pub arrived: IngestStats,
    /// Messages that equal an earlier one in every field.
    pub duplicates: u64,
    /// Messages that arrived after a later one of their session.
    pub out_of_order: u64,
    /// Roles beyond the three known ones and how many messages have each; most first.
    pub unknown_roles: Vec<(Arc<str>, u64)>,
    /// Fields that the description of the endpoint does not name and how many messages have each;
    /// most first. Only the reader of responses knows them and fills this in.
    pub unknown_fields: Vec<(String, u64)>,
    /// Messages whose text is present and empty.
    pub empty_text: u64,
    /// Messages with metadata.
    pub with_metadata: u64,
    /// Bytes of the longest text.
    pub longest_text: u64,
}

impl QualityReport {
    /// Looks at every message, on so many threads.
    pub fn of(store: &Store, threads: usize) -> Self {
        let (pages, sessions) = (store.pages(), store.sessions());
        let mut report = Self { duplicates: duplicates(pages, threads), ..Self::default() };
        let mut latest = vec![Millis::MIN; sessions.len()];
        let mut roles = ByIndex::default();
        let tally = &mut report.arrived;
        (tally.messages, tally.sessions) = (store.len() as u64, sessions.len() as u64);
        for row in pages.iter().flat_map(|page| &page.rows) {
            let is = |flag| row.flags.has(flag);
            let is_in_a_session =
                sessions.get(row.session.index()).is_some_and(|session| session.name.is_some());
            tally.repaired += u64::from(is(Flags::REPAIRED));
            tally.without_text += u64::from(is(Flags::NO_TEXT));
            tally.without_time += u64::from(is(Flags::NO_TIME));
            tally.without_session += u64::from(!is_in_a_session);
            tally.without_user += u64::from(row.user == NameId::NONE);
            roles.add(index(row, Column::Role), 1);
            report.empty_text += u64::from(row.text_len == 0 && !is(Flags::NO_TEXT));
            report.with_metadata += u64::from(row.extra_len > 0 && !is(Flags::WHOLE));
            report.longest_text = report.longest_text.max(u64::from(row.text_len));
            if let Some(latest) = latest.get_mut(row.session.index())
                && !is(Flags::NO_TIME)
            {
                report.out_of_order += u64::from(row.time < *latest);
                *latest = row.time.max(*latest);
            }
        }
        tally.without_role = roles.none;
        let names = names(pages, Column::Role);
        let unknown = roles.all().filter_map(|(index, count)| {
            let index = index.filter(|index| *index >= RoleId::FIXED.len())?;
            Some((Arc::from(names.get(index).copied().flatten()?), count))
        });
        report.unknown_roles = unknown.collect();
        report.unknown_roles.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        report.arrived.unknown_role = report.unknown_roles.iter().map(|(_, count)| count).sum();
        report
    }
}

/// Messages that equal an earlier one: found by hash, then compared.
fn duplicates(pages: &[Arc<Page>], threads: usize) -> u64 {
    let state = RandomState::default();
    let numbers: Vec<u32> = (0_u32..).take(pages.len()).collect();
    let hashes = shared(&numbers, threads, 1, |&number, hashes: &mut Vec<(u64, MsgRef)>| {
        let Some(page) = pages.get(number as usize) else { return };
        for (at, row) in (0..).zip(&page.rows) {
            hashes.push((state.hash_one(key(page, row)), MsgRef { page: number, row: at }));
        }
    });
    let mut hashes: Vec<(u64, MsgRef)> = hashes.into_iter().flatten().collect();
    hashes.sort_unstable();
    let content = |at| look_up(pages, at).map(|(page, row)| key(page, row));
    let equal = |pair: &&[(u64, MsgRef)]| match pair {
        [(a, one), (b, other)] => a == b && content(*one) == content(*other),
        _ => false,
    };
    hashes.windows(2).filter(equal).count() as u64
}

/// All fields of a message. An unreadable time counts as missing.
fn key<'a>(page: &'a Page, row: &Row) -> impl std::hash::Hash + PartialEq + use<'a> {
    let time = time(row);
    let ids = (row.session, row.user, row.component, row.role);
    (ids, time, row.flags.0, page.text_of(row), page.extra_of(row))
}
