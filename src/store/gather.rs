//! Collects the messages of some sessions from the pages, for a worker that sorts them. This spares
//! the screen thread a copy of its own lists.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::Page;
use crate::message::{MsgRef, SessionId};

/// Collects the messages of these sessions in order of arrival. Reads every row.
pub fn gather(pages: &[Arc<Page>], sessions: &[SessionId]) -> Vec<(SessionId, Vec<MsgRef>)> {
    let places: HashMap<SessionId, usize, RandomState> =
        sessions.iter().enumerate().map(|(place, &id)| (id, place)).collect();
    let mut all: Vec<_> = sessions.iter().map(|&id| (id, Vec::new())).collect();
    for (number, page) in (0..).zip(pages) {
        for (at, row) in (0..).zip(&page.rows) {
            let place = places.get(&row.session);
            if let Some((_, messages)) = place.and_then(|&place| all.get_mut(place)) {
                messages.push(MsgRef { page: number, row: at });
            }
        }
    }
    all
}
