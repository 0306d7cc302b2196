//! Counting by what stands in a message's row: ids and times.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{Days, NaiveDate, Timelike};

use super::among::Among;
use super::values::{Counted, Values, has};
use crate::message::{Flags, NameId, RoleId};
use crate::query::Column;
use crate::store::{Page, Row};
use crate::time::{Millis, Zone};

/// How many rows are counted between two looks at whether it is still wanted.
const EVERY: usize = 16 << 10;
/// So many days are listed, the latest ones.
const DAYS: usize = 1000;
/// So many rows are counted: all.
const ALL: usize = usize::MAX;

/// Counts by an id; only values that contain a text, whatever its case, are listed.
pub(super) fn ids(
    among: &Among,
    column: Column,
    containing: &str,
    cancelled: &dyn Fn() -> bool,
) -> Option<Values> {
    let names = names(&among.pages, column);
    let mut counts = vec![0_usize; names.len()];
    let mut without = 0;
    let looked = among.each((ALL, EVERY), cancelled, &mut |_, row| match place(row, column)
        .and_then(|place| counts.get_mut(place))
    {
        Some(count) => *count += 1,
        None => without += 1,
    })?;
    let mut all = Vec::new();
    for (name, count) in names.iter().zip(counts) {
        match name {
            Some(name) if count > 0 && has(name, containing) => {
                all.push(Counted { text: name.to_string(), count });
            }
            // The session of the messages without one.
            None => without += count,
            Some(_) => {}
        }
    }
    Some(Values::most_frequent(all, without, looked))
}

/// The names of a column, at the index of their number.
fn names(pages: &[Arc<Page>], column: Column) -> Vec<Option<&str>> {
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

fn place(row: &Row, column: Column) -> Option<usize> {
    let of_name = |name: NameId| (name != NameId::NONE).then(|| name.index());
    match column {
        Column::Role => (row.role != RoleId::NONE).then(|| row.role.index()),
        Column::User => of_name(row.user),
        Column::Component => of_name(row.component),
        Column::Session => Some(row.session.index()),
    }
}

/// Counts by day, in the order of time.
pub(super) fn days(among: &Among, zone: Zone, cancelled: &dyn Fn() -> bool) -> Option<Values> {
    let mut calendar = Calendar { zone, days: BTreeMap::new() };
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let mut without = 0;
    let looked = among.each((ALL, EVERY), cancelled, &mut |_, row| match time(row)
        .and_then(|time| calendar.day(time))
    {
        Some(day) => *counts.entry(day).or_default() += 1,
        None => without += 1,
    })?;
    let distinct = counts.len();
    let counts = counts.into_iter().skip(distinct.saturating_sub(DAYS));
    let listed = counts.map(|(day, count)| Counted { text: day.to_string(), count }).collect();
    Some(Values { listed, distinct, without, is_cut: distinct > DAYS, ..Values::of(looked) })
}

/// Counts by the hour of the day, in the order of the day.
pub(super) fn hours(among: &Among, zone: Zone, cancelled: &dyn Fn() -> bool) -> Option<Values> {
    let mut counts = [0_usize; 24];
    let mut without = 0;
    let looked = among.each((ALL, EVERY), cancelled, &mut |_, row| {
        let hour = time(row).and_then(|time| zone.at(time)).map(|wall| wall.hour() as usize);
        match hour.and_then(|hour| counts.get_mut(hour)) {
            Some(count) => *count += 1,
            None => without += 1,
        }
    })?;
    let counts = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let listed = counts.map(|(hour, count)| Counted { text: format!("{hour:02}:00"), count });
    let listed: Vec<Counted> = listed.collect();
    Some(Values { distinct: listed.len(), listed, without, ..Values::of(looked) })
}

fn time(row: &Row) -> Option<Millis> {
    (!row.flags.has(Flags::NO_TIME)).then_some(row.time)
}

/// The days of a zone: the calendar is asked once for each day that occurs.
struct Calendar {
    zone: Zone,
    /// The days by their first instant, each with its instants.
    days: BTreeMap<Millis, (Range<Millis>, NaiveDate)>,
}

impl Calendar {
    fn day(&mut self, time: Millis) -> Option<NaiveDate> {
        if let Some((_, (instants, day))) = self.days.range(..=time).next_back()
            && instants.contains(&time)
        {
            return Some(*day);
        }
        let day = self.zone.day(time)?;
        let next = day.checked_add_days(Days::new(1))?;
        let instants = self.zone.start_of(day)?..self.zone.start_of(next)?;
        if instants.contains(&time) {
            self.days.insert(instants.start, (instants, day));
        }
        Some(day)
    }
}
