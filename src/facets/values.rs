//! Values and how many messages have each; and counting by a value in the metadata.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::among::{Among, Looked};
use crate::metadata::{any_at, any_scalar_at, is_empty, metadata_of};
use crate::query::Path;

/// How many values are listed.
const LISTED: usize = 1000;
/// How many different values are counted.
const DISTINCT: usize = 50_000;
/// The longest value that is counted, in bytes; a query can ask for no much longer one.
const LONGEST: usize = 1000;
/// How many messages are read between two looks at whether it is still wanted.
pub(super) const EVERY: usize = 128;

/// A value and how many messages have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    /// The value as it was sent.
    pub text: String,
    /// How many messages have it.
    pub count: usize,
}

/// The values of a facet.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Values {
    /// The values: the most frequent ones first, days and hours in their order.
    pub listed: Vec<Counted>,
    /// How many different ones there are.
    pub distinct: usize,
    /// Whether there may be still more of them, which were too many or too long to be counted.
    pub is_open: bool,
    /// Whether there are more than are listed.
    pub is_cut: bool,
    /// How many messages have none.
    pub without: usize,
    /// How many messages were looked at.
    pub looked: usize,
    /// How many there are.
    pub all: usize,
}

impl Values {
    pub(super) fn of(looked: Looked) -> Self {
        Self { looked: looked.at, all: looked.of, ..Self::default() }
    }

    pub(super) fn most_frequent(mut all: Vec<Counted>, without: usize, looked: Looked) -> Self {
        let distinct = all.len();
        let first = |a: &Counted, b: &Counted| {
            (Reverse(a.count), &a.text).cmp(&(Reverse(b.count), &b.text))
        };
        if distinct > LISTED {
            all.select_nth_unstable_by(LISTED, first);
            all.truncate(LISTED);
        }
        all.sort_unstable_by(first);
        let is_cut = distinct > LISTED;
        Self { listed: all, distinct, is_cut, without, ..Self::of(looked) }
    }
}

/// Whether a value contains a text, whatever the case; `containing` is in small letters.
pub(super) fn has(value: &str, containing: &str) -> bool {
    containing.is_empty() || value.to_lowercase().contains(containing)
}

/// How many messages have a value, and the number of the last one.
#[derive(Clone, Copy)]
struct Tally {
    count: usize,
    last: usize,
}

/// Counts by a value in the metadata, of at most so many messages. A message counts once for each
/// different value that it has there.
pub(super) fn values(
    among: &Among,
    path: &Path,
    containing: &str,
    most: usize,
    cancelled: &dyn Fn() -> bool,
) -> Option<Values> {
    let mut found: HashMap<Box<str>, Tally> = HashMap::new();
    let (mut without, mut number, mut is_open) = (0, 0_usize, false);
    let looked = among.each((most, EVERY), cancelled, &mut |page, row| {
        number += 1;
        let Some(json) = metadata_of(page.extra_of(row), row.flags) else {
            without += 1;
            return;
        };
        let mut is_there = false;
        any_scalar_at(json, path.steps(), &mut |scalar| {
            let text: &str = &scalar.text;
            is_there |= !text.is_empty() && scalar.kind != crate::metadata::Kind::Null;
            if text.len() > LONGEST {
                is_open = true;
            } else if !text.is_empty() && has(text, containing) {
                is_open |= !add(&mut found, text, number);
            }
            false
        });
        if !is_there && !any_at(json, path.steps(), &mut |value| !is_empty(value)) {
            without += 1;
        }
    })?;
    let all = found.into_iter();
    let all = all.map(|(text, tally)| Counted { text: text.into(), count: tally.count }).collect();
    let values = Values::most_frequent(all, without, looked);
    Some(Values { is_open, is_cut: is_open || values.is_cut, ..values })
}

/// Counts a value of a message; `false` where there is no room for another one.
fn add(found: &mut HashMap<Box<str>, Tally>, text: &str, number: usize) -> bool {
    if let Some(tally) = found.get_mut(text) {
        if tally.last != number {
            *tally = Tally { count: tally.count + 1, last: number };
        }
        return true;
    }
    if found.len() >= DISTINCT {
        return false;
    }
    if let Entry::Vacant(place) = found.entry(text.into()) {
        place.insert(Tally { count: 1, last: number });
    }
    true
}
