//! Which messages are counted: all of a store or the hits of a filter, each of them or a sample.

use std::borrow::Cow;
use std::sync::Arc;

use crate::message::MsgRef;
use crate::search::Hits;
use crate::store::{Page, Repeats, Row, Store};

/// How many messages are counted between two checks for cancellation.
const CHECK_EVERY: usize = 128;

/// Asks whether a count is still wanted; called from several threads.
pub type IsCancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// The messages to count.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// All pages of the store, from the first on.
    pub pages: Vec<Arc<Page>>,
    /// The hits of a filter; [`None`] selects every message.
    pub hits: Option<Arc<Hits>>,
    /// Exact repeats, which are not counted. A filter never hits them.
    pub repeats: Repeats,
}

/// How many messages were looked at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Looked {
    pub(super) at: usize,
    pub(super) of: usize,
}

impl Selection {
    /// How many messages are selected.
    pub fn len(&self) -> usize {
        match &self.hits {
            Some(hits) => hits.len(),
            None => {
                let repeats = |(page, _)| self.repeats.in_page(page).len();
                let sent: usize = self.pages.iter().map(|page| page.rows.len()).sum();
                sent.saturating_sub((0..).zip(&self.pages).map(repeats).sum())
            }
        }
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The selected messages: hits session by session, all messages in order of arrival.
    pub(super) fn refs(&self) -> Cow<'_, [MsgRef]> {
        refs(&self.pages, &self.repeats, self.hits.as_deref())
    }

    /// Calls `each` with at most `most` messages, spread evenly; [`None`] once cancelled.
    pub(super) fn each(
        &self,
        most: usize,
        is_cancelled: IsCancelled<'_>,
        mut each: impl FnMut(&Page, &Row),
    ) -> Option<Looked> {
        let refs = self.refs();
        let step = refs.len().div_ceil(most.max(1)).max(1);
        let mut at = 0;
        for place in refs.iter().step_by(step) {
            if at % CHECK_EVERY == 0 && is_cancelled() {
                return None;
            }
            if let Some((page, row)) = look_up(&self.pages, *place) {
                at += 1;
                each(page, row);
            }
        }
        Some(Looked { at, of: refs.len() })
    }

    /// A store of the selected pages, with its sessions in order; [`None`] once cancelled.
    pub(super) fn to_store(&self, is_cancelled: IsCancelled<'_>) -> Option<Store> {
        let mut store = Store::new();
        for page in &self.pages {
            if is_cancelled() {
                return None;
            }
            store.append(Arc::clone(page));
        }
        crate::search::put_in_order(&mut store);
        (!is_cancelled()).then_some(store)
    }
}

/// The hits, or every message that is no repeat.
pub(super) fn refs<'a>(
    pages: &[Arc<Page>],
    repeats: &Repeats,
    hits: Option<&'a Hits>,
) -> Cow<'a, [MsgRef]> {
    if let Some(hits) = hits {
        return Cow::Borrowed(hits.refs());
    }
    let mut all = Vec::with_capacity(pages.iter().map(|page| page.rows.len()).sum());
    for (number, page) in (0..).zip(pages) {
        let rows = (0..).zip(&page.rows).map(|(row, _)| MsgRef { page: number, row });
        if repeats.are_in(number) {
            all.extend(rows.filter(|at| !repeats.has(*at)));
        } else {
            all.extend(rows);
        }
    }
    Cow::Owned(all)
}

/// The page and the row of a message.
pub(super) fn look_up(pages: &[Arc<Page>], at: MsgRef) -> Option<(&Page, &Row)> {
    let page = pages.get(at.page as usize)?;
    Some((page, page.rows.get(at.row as usize)?))
}
