//! Orders that take too long for the screen's thread: a worker makes them.
//!
//! Must not know what the keys mean.

use std::sync::Arc;

use super::hits::time_of;
use crate::message::MsgRef;
use crate::store::{Page, Store, gather, without_repeats};

/// The messages of a session in the order of the transcript: by time, then by arrival.
pub fn sort_messages(pages: &[Arc<Page>], messages: Vec<MsgRef>) -> Vec<MsgRef> {
    let mut keys: Vec<_> = messages.into_iter().map(|at| (time_of(pages, at), at)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, at)| at).collect()
}

/// Makes the order of the sessions whose messages came very late: for where nobody waits for a key
/// press.
pub fn put_in_order(store: &mut Store) {
    let disordered = store.disordered().to_vec();
    if disordered.is_empty() {
        return;
    }
    for (session, messages) in gather(store.pages(), &disordered) {
        let sorted = sort_messages(store.pages(), messages);
        let order = without_repeats(store.pages(), sorted);
        store.set_order(session, order);
    }
}
