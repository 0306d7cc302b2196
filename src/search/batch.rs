//! What a scan found: a bit for each message.
//!
//! A common letter stands in nearly every message. As bits, what was found of a million is 125 KB,
//! which the scan writes and the order reads without leaving the cache. Must not know why something
//! was found, nor how sessions lie in pages.

use std::ops::Range;
use std::sync::Arc;

use crate::message::MsgRef;
use crate::store::Page;

/// What was found in neighbouring rows of one page.
#[derive(Debug)]
pub(super) struct Batch {
    page: u32,
    /// The row of the first bit.
    first: u32,
    bits: Vec<u64>,
}

impl Batch {
    /// Nothing found yet in these rows.
    pub(super) fn new(page: u32, rows: &Range<usize>) -> Self {
        let first = u32::try_from(rows.start).unwrap_or(u32::MAX);
        Self { page, first, bits: vec![0; rows.len().div_ceil(64)] }
    }

    /// The number of the page.
    pub(super) fn page(&self) -> u32 {
        self.page
    }

    /// The row was found.
    pub(super) fn add(&mut self, row: u32) {
        let (word, bit) = self.place(row);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    /// The row does not count.
    pub(super) fn remove(&mut self, row: u32) {
        let (word, bit) = self.place(row);
        if let Some(word) = self.bits.get_mut(word) {
            *word &= !bit;
        }
    }

    /// Whether the row was found.
    pub(super) fn has(&self, row: u32) -> bool {
        let (word, bit) = self.place(row);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many were found.
    pub(super) fn len(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows that were found, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = u32> {
        let starts = (self.first..).step_by(64);
        starts.zip(&self.bits).flat_map(|(start, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let row = (rest != 0).then(|| start + rest.trailing_zeros());
                rest &= rest.wrapping_sub(1);
                row
            })
        })
    }

    fn place(&self, row: u32) -> (usize, u64) {
        let at = row.wrapping_sub(self.first);
        ((at / 64) as usize, 1 << (at % 64))
    }
}

/// What was found among all messages of some pages.
pub(super) struct Bitmap {
    /// For each page the number of its first message.
    firsts: Vec<usize>,
    bits: Vec<u64>,
}

/// For each page the number of its first message, and how many messages there are.
pub(super) fn first_numbers(pages: &[Arc<Page>]) -> (Vec<usize>, usize) {
    let mut messages = 0;
    let first = |page: &Arc<Page>| {
        let first = messages;
        messages += page.rows.len();
        first
    };
    (pages.iter().map(first).collect(), messages)
}

impl Bitmap {
    pub(super) fn of(pages: &[Arc<Page>], batches: &[&Batch]) -> Self {
        let (firsts, messages) = first_numbers(pages);
        let mut bitmap = Self { firsts, bits: vec![0; messages / 64 + 1] };
        for batch in batches {
            bitmap.add(batch);
        }
        bitmap
    }

    /// Whether a message was found.
    pub(super) fn has(&self, at: MsgRef) -> bool {
        let Some(first) = self.firsts.get(at.page as usize) else { return false };
        let number = first + at.row as usize;
        self.bits.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn add(&mut self, batch: &Batch) {
        let Some(page) = self.firsts.get(batch.page as usize) else { return };
        let first = page + batch.first as usize;
        let shift = first % 64;
        for (place, &word) in (first / 64..).zip(&batch.bits) {
            if let Some(low) = self.bits.get_mut(place) {
                *low |= word << shift;
            }
            if let Some(high) = self.bits.get_mut(place + 1)
                && shift > 0
            {
                *high |= word >> (64 - shift);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::search::hits::tests::page;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_added_is_there_in_order_and_in_the_bitmap(
            before in 0..200_usize,
            first in 0..200_usize,
            added in prop::collection::btree_set(0..200_u32, 0..60),
            removed in prop::collection::btree_set(0..200_u32, 0..60),
        ) {
            let pages = [before, first + 200].map(|rows| page(&vec![(0, 0); rows], 1));
            let rows = first..first + 200;
            let from = u32::try_from(first).unwrap();
            let mut batch = Batch::new(1, &rows);
            for row in &added {
                batch.add(from + row);
            }
            for row in &removed {
                batch.remove(from + row);
            }
            let expected: BTreeSet<u32> = &added - &removed;
            prop_assert!(batch.rows().eq(expected.iter().map(|row| from + row)));
            prop_assert_eq!(batch.len(), expected.len());
            let bitmap = Bitmap::of(&pages, &[&batch]);
            for (page, rows) in [(0_u32, before), (1, first + 200), (2, 1)] {
                for row in 0..u32::try_from(rows).unwrap() {
                    let is = page == 1 && row >= from && expected.contains(&(row - from));
                    prop_assert_eq!(bitmap.has(MsgRef { page, row }), is);
                    prop_assert!(page != 1 || row < from || batch.has(row) == is);
                }
            }
        }
    }
}
