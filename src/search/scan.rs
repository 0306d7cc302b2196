//! Finds the matches among some neighbouring messages of one page.
//!
//! Two ways, whichever reads less: one scan over all the texts as they stand in the arena, after
//! which only the messages with a hit are looked at; or message by message, where the conditions
//! on ids and times leave few of them. Must not know of threads or of other pages.

use std::ops::Range;

use super::eval::Resolved;
use super::matcher::{Lead, Node};
use super::visible::see;
use crate::maths::has_formula;
use crate::message::MsgRef;
use crate::store::{Page, Row};

/// What looking at one message costs beside reading it, in bytes that a scan reads meanwhile.
const PER_MESSAGE: usize = 300;
/// Bytes read, times what the query costs, between two looks at whether to stop.
const PER_CHECK: usize = 128 << 10;

/// Asks now and then whether the search was cancelled.
pub(super) struct Watch<'a> {
    stop: &'a dyn Fn() -> bool,
    cost: usize,
    spent: usize,
}

impl<'a> Watch<'a> {
    /// For a query of this cost.
    pub(super) fn new(stop: &'a dyn Fn() -> bool, cost: usize) -> Self {
        Self { stop, cost: cost.max(1), spent: 0 }
    }

    /// Notes that a message was read; `None` once the search was cancelled.
    pub(super) fn read(&mut self, row: &Row) -> Option<()> {
        let bytes = row.text_len as usize + row.extra_len as usize;
        self.spent += (bytes + PER_MESSAGE) * self.cost;
        if self.spent >= PER_CHECK {
            self.spent = 0;
            return (!(self.stop)()).then_some(());
        }
        Some(())
    }
}

/// The matches among `rows` of the page of this number; `None` once cancelled.
pub(super) fn scan(
    resolved: &Resolved<'_>,
    number: u32,
    page: &Page,
    rows: Range<usize>,
    watch: &mut Watch<'_>,
) -> Option<Vec<u32>> {
    let slice = Slice { resolved, number, page, rows };
    match &resolved.matcher.lead {
        Some(lead) if !slice.leaves_few(lead.columns.as_ref()) => slice.by_text(lead, watch),
        _ => slice.one_by_one(watch),
    }
}

struct Slice<'a> {
    resolved: &'a Resolved<'a>,
    number: u32,
    page: &'a Page,
    rows: Range<usize>,
}

impl<'a> Slice<'a> {
    fn rows(&self) -> impl Iterator<Item = (u32, &'a Row)> + use<'a> {
        let first = u32::try_from(self.rows.start).unwrap_or(u32::MAX);
        let rows = self.page.rows.get(self.rows.clone()).unwrap_or_default();
        (first..).zip(rows)
    }

    fn at(&self, row: u32) -> MsgRef {
        MsgRef { page: self.number, row }
    }

    /// Whether so few messages pass the cheap conditions that each may be looked at on its own.
    fn leaves_few(&self, columns: Option<&Node>) -> bool {
        let Some(columns) = columns else { return false };
        let (mut all, mut passing) = (0, 0);
        for (number, row) in self.rows() {
            let len = row.text_len as usize;
            all += len;
            if self.resolved.holds(columns, self.page, row, self.at(number)) {
                passing += len + PER_MESSAGE;
            }
        }
        passing <= all
    }

    fn one_by_one(&self, watch: &mut Watch<'_>) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        for (number, row) in self.rows() {
            watch.read(row)?;
            if self.resolved.matches(self.page, row, self.at(number)) {
                found.push(number);
            }
        }
        Some(found)
    }

    fn by_text(&self, lead: &Lead, watch: &mut Watch<'_>) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        let rows = self.page.rows.get(self.rows.clone()).unwrap_or_default();
        let end = rows.last().map_or(0, end_of);
        let mut from = rows.first().map_or(0, |row| row.text_start as usize);
        let mut at = 0;
        while let Some(hit) = self.page.text.get(from..end).and_then(|text| lead.finder.find(text))
        {
            at = row_of(rows, at, from + hit.start);
            let Some(row) = rows.get(at) else { break };
            let rest = lead.rest.as_ref();
            if rest.is_some() {
                watch.read(row)?;
            }
            // A word cannot reach beyond its message: it holds no NUL.
            let number = u32::try_from(self.rows.start + at).unwrap_or(u32::MAX);
            if rest.is_none_or(|rest| self.resolved.holds(rest, self.page, row, self.at(number))) {
                found.push(number);
            }
            at += 1;
            from = end_of(row) + 1;
        }
        self.add_hidden(lead, &mut found, watch)?;
        if lead.of_formulas {
            self.add_shown(&mut found, watch)?;
        }
        Some(found)
    }

    /// Adds the messages in which a formula shows what its source has not.
    fn add_shown(&self, found: &mut Vec<u32>, watch: &mut Watch<'_>) -> Option<()> {
        let scanned = found.len();
        for (number, row) in self.rows() {
            if is_among(found, scanned, number) {
                continue;
            }
            watch.read(row)?;
            if has_formula(self.page.text_of(row))
                && self.resolved.matches(self.page, row, self.at(number))
            {
                found.push(number);
            }
        }
        found.sort_unstable();
        Some(())
    }

    /// Adds the messages in which invisible characters hid a word from the scan.
    fn add_hidden(&self, lead: &Lead, found: &mut Vec<u32>, watch: &mut Watch<'_>) -> Option<()> {
        let mut seen = String::new();
        let hidden = &self.page.hidden;
        let first = hidden.partition_point(|&number| (number as usize) < self.rows.start);
        let here = hidden.iter().skip(first);
        let scanned = found.len();
        for &number in here.take_while(|&&number| (number as usize) < self.rows.end) {
            let Some(row) = self.page.rows.get(number as usize) else { break };
            if is_among(found, scanned, number) {
                continue;
            }
            watch.read(row)?;
            see(self.page.text_of(row), &mut seen);
            if lead.finder.is_in(&seen) && self.resolved.matches(self.page, row, self.at(number)) {
                found.push(number);
            }
        }
        found.sort_unstable();
        Some(())
    }
}

/// Whether a row is among the first `len`, which ascend.
fn is_among(found: &[u32], len: usize, row: u32) -> bool {
    found.get(..len).is_some_and(|found| found.binary_search(&row).is_ok())
}

fn end_of(row: &Row) -> usize {
    row.text_start as usize + row.text_len as usize
}

/// The row, at or behind `from`, in whose text a byte stands. Near ones are found at once, far
/// ones by doubling the step, so that no row between is touched in vain.
fn row_of(rows: &[Row], from: usize, byte: usize) -> usize {
    let begins = |at: usize| rows.get(at).is_some_and(|row| row.text_start as usize <= byte);
    let (mut low, mut step) = (from, 1);
    while begins(low + step) {
        low += step;
        step *= 2;
    }
    let between = rows.get(low + 1..(low + step).min(rows.len())).unwrap_or_default();
    low + between.partition_point(|row| row.text_start as usize <= byte)
}
