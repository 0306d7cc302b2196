//! The values of a facet and how many messages have each.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Count;
use super::count::{ByIndex, Quarters, calendar, index, names, time};
use super::facet::Facet;
use super::selection::{IsCancelled, Looked, Selection};
use crate::metadata::{any_at, any_scalar_at, is_empty, metadata_of};
use crate::query::{Column, Path};
use crate::time::Zone;

/// How many values are listed.
const LISTED: usize = 1000;
/// How many different values are counted.
const DISTINCT: usize = 50_000;
/// The longest value that is counted, in bytes; a query can ask for no much longer one.
const LONGEST: usize = 1000;
/// How many days are listed, the latest ones.
const DAYS: usize = 1000;

/// A value and how many messages have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueCount {
    /// The value as it was sent.
    pub text: String,
    /// How many messages have it.
    pub count: usize,
}

/// The values of a facet.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FacetValues {
    /// The values: the most frequent ones first, days and hours in their order.
    pub listed: Vec<ValueCount>,
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

impl FacetValues {
    fn of(looked: Looked) -> Self {
        Self { looked: looked.at, all: looked.of, ..Self::default() }
    }

    fn most_frequent(mut all: Vec<ValueCount>, without: usize, looked: Looked) -> Self {
        let distinct = all.len();
        let first = |a: &ValueCount, b: &ValueCount| {
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

/// Counts by a facet. Ids and metadata values list only what contains a text, whatever its case;
/// `containing` is in small letters. Metadata is read of at most `most` messages.
pub(super) fn count(
    selection: &Selection,
    facet: &Facet,
    containing: &str,
    most: usize,
    zone: Zone,
    is_cancelled: IsCancelled<'_>,
) -> Option<FacetValues> {
    match facet {
        Facet::Id(column) => ids(selection, *column, containing, is_cancelled),
        Facet::Day | Facet::Hour => times(selection, facet, zone, is_cancelled),
        Facet::Path(path) => at_path(selection, path, containing, most, is_cancelled),
    }
}

fn ids(
    selection: &Selection,
    column: Column,
    containing: &str,
    is_cancelled: IsCancelled<'_>,
) -> Option<FacetValues> {
    let mut counts = ByIndex::default();
    let looked =
        selection.each(usize::MAX, is_cancelled, |_, row| counts.add(index(row, column), 1))?;
    let names = names(&selection.pages, column);
    let mut without = 0;
    let mut all = Vec::new();
    for (index, count) in counts.all() {
        let count = to_usize(count);
        match index.and_then(|index| names.get(index).copied().flatten()) {
            Some(name) if has(name, containing) => {
                all.push(ValueCount { text: name.to_owned(), count });
            }
            Some(_) => {}
            None => without += count,
        }
    }
    Some(FacetValues::most_frequent(all, without, looked))
}

/// Counts by day or by hour, in order.
fn times(
    selection: &Selection,
    facet: &Facet,
    zone: Zone,
    is_cancelled: IsCancelled<'_>,
) -> Option<FacetValues> {
    let mut quarters = Quarters::default();
    let looked = selection.each(usize::MAX, is_cancelled, |_, row| quarters.add(time(row)))?;
    let (days, hours) = calendar(quarters, Quarters::default(), zone);
    let all: Vec<(String, Count)> = match facet {
        Facet::Hour => {
            (0..).zip(hours).map(|(hour, count)| (format!("{hour:02}:00"), count)).collect()
        }
        _ => days.into_iter().map(|(day, count)| (day.to_string(), count)).collect(),
    };
    let counts = all.into_iter().map(|(text, count)| (text, to_usize(count.messages)));
    let mut listed: Vec<ValueCount> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(text, count)| ValueCount { text, count })
        .collect();
    let distinct = listed.len();
    let without = looked.at - listed.iter().map(|value| value.count).sum::<usize>();
    listed.drain(..distinct.saturating_sub(DAYS));
    let is_cut = distinct > DAYS;
    Some(FacetValues { listed, distinct, is_cut, without, ..FacetValues::of(looked) })
}

pub(super) fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// How many messages have a value, and the number of the last one.
#[derive(Clone, Copy)]
struct Occurrences {
    count: usize,
    last: usize,
}

/// Counts by the values at a path. A message counts once for each different value that it has there.
fn at_path(
    selection: &Selection,
    path: &Path,
    containing: &str,
    most: usize,
    is_cancelled: IsCancelled<'_>,
) -> Option<FacetValues> {
    let mut found: HashMap<Box<str>, Occurrences> = HashMap::new();
    let (mut without, mut number, mut is_open) = (0, 0_usize, false);
    let looked = selection.each(most, is_cancelled, |page, row| {
        number += 1;
        let Some(json) = metadata_of(page.extra_of(row), row.flags) else {
            without += 1;
            return;
        };
        let mut is_there = false;
        any_scalar_at(json, path.steps(), &mut |scalar| {
            let text: &str = &scalar.text;
            is_there |= !text.is_empty() && scalar.kind != crate::metadata::JsonKind::Null;
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
    let all =
        all.map(|(text, known)| ValueCount { text: text.into(), count: known.count }).collect();
    let values = FacetValues::most_frequent(all, without, looked);
    Some(FacetValues { is_open, is_cut: is_open || values.is_cut, ..values })
}

/// Counts a value of a message; `false` where there is no room for another one.
fn add(found: &mut HashMap<Box<str>, Occurrences>, text: &str, number: usize) -> bool {
    if let Some(known) = found.get_mut(text) {
        if known.last != number {
            *known = Occurrences { count: known.count + 1, last: number };
        }
        return true;
    }
    if found.len() >= DISTINCT {
        return false;
    }
    if let Entry::Vacant(place) = found.entry(text.into()) {
        place.insert(Occurrences { count: 1, last: number });
    }
    true
}
