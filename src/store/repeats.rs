//! Exact repeats: messages that the server sent more than once. The store keeps them all, but
//! session lists and searches show only the first to arrive.
//!
//! A repeat equals an earlier message in session, user, component, role, flags, text, JSON and
//! time; messages without a time never count as repeats. Repeats are adjacent in session order, so
//! a new message is compared only with those of the same time. If these are too many or too long, a
//! worker compares hashes after everything has arrived.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};

use super::{Page, Row};
use crate::message::{Flags, MsgRef};

/// The most messages of one time to compare on arrival, and the most bytes of each.
const NEIGHBOURS: usize = 64;
const BYTES: usize = 16 << 10;

/// The set of messages that repeat an earlier one. Cheap to clone for a worker.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    /// The repeats of each page, as ascending rows, up to the last page with any.
    rows: Vec<Arc<[u32]>>,
    revision: u32,
}

impl Repeats {
    /// Whether a message is a repeat.
    pub fn has(&self, at: MsgRef) -> bool {
        let rows = self.rows.get(at.page as usize);
        rows.is_some_and(|rows| rows.binary_search(&at.row).is_ok())
    }

    /// Whether a page contains repeats.
    pub fn are_in(&self, page: u32) -> bool {
        !self.in_page(page).is_empty()
    }

    /// The repeats of a page, as ascending rows.
    pub fn in_page(&self, page: u32) -> &[u32] {
        self.rows.get(page as usize).map_or(&[], AsRef::as_ref)
    }

    /// Counts how often a worker added repeats to stored pages.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Adds the repeats of a new page, as ascending rows.
    pub(super) fn add_page(&mut self, page: u32, rows: Vec<u32>) {
        if !rows.is_empty() {
            self.rows.resize_with(page as usize, Arc::default);
            self.rows.push(rows.into());
        }
    }

    /// Adds repeats of any pages.
    pub(super) fn add(&mut self, mut repeats: Vec<MsgRef>) {
        repeats.sort_unstable();
        for run in repeats.chunk_by(|a, b| a.page == b.page) {
            let Some(page) = run.first().map(|at| at.page as usize) else { continue };
            if self.rows.len() <= page {
                self.rows.resize_with(page + 1, Arc::default);
            }
            let Some(rows) = self.rows.get_mut(page) else { continue };
            let mut all = rows.to_vec();
            all.extend(run.iter().map(|at| at.row));
            all.sort_unstable();
            all.dedup();
            *rows = all.into();
        }
        self.revision += 1;
    }
}

/// The repeats of each repeated message, in order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Copies(HashMap<MsgRef, Vec<MsgRef>, FixedState>);

impl Copies {
    /// The repeats of a message; empty for none.
    pub fn of(&self, first: MsgRef) -> &[MsgRef] {
        self.0.get(&first).map_or(&[], Vec::as_slice)
    }

    /// Whether no message is repeated.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a repeat.
    pub(super) fn add(&mut self, first: MsgRef, repeat: MsgRef) {
        self.0.entry(first).or_insert_with(|| Vec::with_capacity(1)).push(repeat);
    }

    /// Removes the repeats of a message.
    pub(super) fn forget(&mut self, first: MsgRef) {
        self.0.remove(&first);
    }
}

/// The order of a session, computed by a worker.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionOrder {
    /// The messages to show, by time, then by arrival.
    pub messages: Vec<MsgRef>,
    /// Pairs of a message and its repeat.
    pub repeats: Vec<(MsgRef, MsgRef)>,
}

/// Separates the repeats from the messages of a session, which are sorted by time, then by arrival.
/// Reads texts only where times are equal, each at most twice. Runs on a worker.
pub fn without_repeats(pages: &[Arc<Page>], sorted: Vec<MsgRef>) -> SessionOrder {
    let of = |at: MsgRef| {
        let page = pages.get(at.page as usize)?;
        Some((&**page, page.rows.get(at.row as usize)?))
    };
    let time = |at: MsgRef| of(at).map(|(_, row)| row.time);
    let is_equal = |a: &MsgRef, b: &MsgRef| time(*a) == time(*b);
    if !sorted.windows(2).any(|pair| matches!(pair, [a, b] if is_equal(a, b))) {
        return SessionOrder { messages: sorted, repeats: Vec::new() };
    }
    let mut order =
        SessionOrder { messages: Vec::with_capacity(sorted.len()), repeats: Vec::new() };
    // A random state prevents the server from choosing texts with equal hashes.
    let state = RandomState::default();
    let mut firsts: HashMap<u64, MsgRef, RandomState> = HashMap::default();
    for run in sorted.chunk_by(is_equal) {
        firsts.clear();
        for &at in run {
            let here = of(at).filter(|(_, row)| run.len() > 1 && has_time(row));
            let Some((page, row)) = here else {
                order.messages.push(at);
                continue;
            };
            let hash = state.hash_one((columns(row), page.text_of(row), page.extra_of(row)));
            match firsts.get(&hash) {
                Some(&first) if of(first).is_some_and(|other| is_same((page, row), other)) => {
                    order.repeats.push((first, at));
                }
                Some(_) => order.messages.push(at),
                None => {
                    firsts.insert(hash, at);
                    order.messages.push(at);
                }
            }
        }
    }
    order
}

/// The result of comparing a new message with its neighbours.
pub(super) enum RepeatCheck {
    /// The message repeats none of them.
    New,
    /// The message repeats this one.
    Repeat(MsgRef),
    /// Undecided: a worker has to compare hashes.
    Unknown,
}

/// Compares a message with those before its position, nearest first. `of` looks them up.
pub(super) fn check_repeat<'a>(
    (page, row): (&Page, &Row),
    before: &[MsgRef],
    of: impl Fn(MsgRef) -> Option<(&'a Page, &'a Row)>,
) -> RepeatCheck {
    if !has_time(row) {
        return RepeatCheck::New;
    }
    for (looked, &at) in before.iter().rev().enumerate() {
        let Some(other) = of(at).filter(|(_, other)| other.time == row.time) else {
            return RepeatCheck::New;
        };
        let is_alike = has_time(other.1) && columns(row) == columns(other.1);
        if looked >= NEIGHBOURS || (is_alike && bytes(row) > BYTES) {
            return RepeatCheck::Unknown;
        }
        if is_alike && is_same((page, row), other) {
            return RepeatCheck::Repeat(at);
        }
    }
    RepeatCheck::New
}

fn has_time(row: &Row) -> bool {
    !row.flags.has(Flags::NO_TIME)
}

fn bytes(row: &Row) -> usize {
    row.text_len as usize + row.extra_len as usize
}

/// The columns to compare before the texts. Session and time are already equal.
fn columns(row: &Row) -> (u32, u32, u16, u16, u32, u32) {
    let Row { user, component, role, flags, .. } = row;
    (user.0, component.0, role.0, flags.0, row.text_len, row.extra_len)
}

fn is_same((page, row): (&Page, &Row), (other_page, other): (&Page, &Row)) -> bool {
    columns(row) == columns(other)
        && page.text_of(row) == other_page.text_of(other)
        && page.extra_of(row) == other_page.extra_of(other)
}
