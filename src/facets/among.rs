//! The messages that are counted: all of a store, or what a filter leaves; each of them, or an even
//! sample.

use std::sync::Arc;

use crate::message::MsgRef;
use crate::search::Hits;
use crate::store::{Page, Repeats, Row};

/// The messages that are counted.
#[derive(Clone, Debug, Default)]
pub struct Among {
    /// The pages of the store, all from the first on.
    pub pages: Vec<Arc<Page>>,
    /// What a filter leaves of them; [`None`] for everything.
    pub hits: Option<Arc<Hits>>,
    /// The exact repeats, which a filter would not find either.
    pub repeats: Repeats,
}

/// How many messages were looked at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Looked {
    pub(super) at: usize,
    pub(super) of: usize,
}

impl Among {
    /// How many messages there are, each once.
    pub fn len(&self) -> usize {
        let repeats = |page| self.repeats.in_page(page).len();
        match &self.hits {
            Some(hits) => hits.len(),
            None => self.sent().saturating_sub(
                (0_u32..).zip(&self.pages).map(|(page, _)| repeats(page)).sum::<usize>(),
            ),
        }
    }

    /// How many there are to go through, the repeats of everything included.
    fn sent(&self) -> usize {
        match &self.hits {
            Some(hits) => hits.len(),
            None => self.pages.iter().map(|page| page.rows.len()).sum(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `each` with at most `most` messages, spread evenly. [`None`] once `cancelled` says so,
    /// which is asked after so many messages as `every` says.
    pub(super) fn each(
        &self,
        (most, every): (usize, usize),
        cancelled: &dyn Fn() -> bool,
        each: &mut dyn FnMut(&Page, &Row),
    ) -> Option<Looked> {
        let of = self.len();
        let step = self.sent().div_ceil(most.max(1)).max(1);
        let mut at = 0;
        let mut look = |page: &Page, row: &Row| {
            if at % every.max(1) == 0 && cancelled() {
                return None;
            }
            at += 1;
            each(page, row);
            Some(())
        };
        if let Some(hits) = &self.hits {
            for place in hits.refs().iter().step_by(step) {
                let Some(page) = self.pages.get(place.page as usize) else { continue };
                let Some(row) = page.rows.get(place.row as usize) else { continue };
                look(page, row)?;
            }
        } else {
            // The rows to skip at the start of the next page.
            let mut skip = 0;
            for (number, page) in (0..).zip(&self.pages) {
                let rows = page.rows.len();
                let has_repeats = self.repeats.are_in(number);
                for (at, row) in (0..).zip(&page.rows).skip(skip).step_by(step) {
                    if has_repeats && self.repeats.has(MsgRef { page: number, row: at }) {
                        continue;
                    }
                    look(page, row)?;
                }
                skip = match rows.checked_sub(skip) {
                    Some(left) => (step - left % step) % step,
                    None => skip - rows,
                };
            }
        }
        Some(Looked { at, of })
    }
}
