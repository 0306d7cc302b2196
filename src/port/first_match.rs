//! The first match in a long message, for a worker: a message may have fifty megabytes, and its
//! match at the end.
//!
//! Must not know who waits for it.

use std::sync::Arc;

use crate::message::MsgRef;
use crate::search::Matcher;
use crate::store::{Page, Row, Store};

use crate::text::{SourceView, segments, shown};

/// The segments at the start of a message that are looked at on a key press.
pub const NEAR_SEGMENTS: u32 = 4;

/// A search through the rest of one message.
#[derive(Debug)]
pub struct FirstMatch {
    page: Arc<Page>,
    row: Row,
    matcher: Arc<Matcher>,
    source: SourceView,
}

impl FirstMatch {
    /// A search through a message; `None` where it is not longer than what is looked at at once.
    pub fn new(
        store: &Store,
        message: MsgRef,
        matcher: Arc<Matcher>,
        source: SourceView,
    ) -> Option<Self> {
        let page = Arc::clone(store.pages().get(message.page as usize)?);
        let row = *store.row(message)?;
        let text = page.text_of(&row);
        (segments::count(text) > NEAR_SEGMENTS).then_some(Self { page, row, matcher, source })
    }

    /// The first segment behind the near ones that has a match. Reads the whole message.
    pub fn find(&self) -> Option<u32> {
        let raw = self.page.text_of(&self.row);
        (NEAR_SEGMENTS..segments::count(raw)).find(|&segment| {
            let body = segments::body(raw, segment).unwrap_or_default();
            !self.matcher.ranges(shown(body, self.source).as_str(), 1).is_empty()
        })
    }
}
