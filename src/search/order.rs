//! Orders that take too long for the screen's thread: a worker makes them.
//!
//! Must not know what the keys mean.

use std::sync::Arc;

use super::hits::time_of;
use crate::message::{MsgRef, SessionId};
use crate::store::{Page, Store, gather, without_repeats};

/// Which end of the keys comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// The least key.
    Ascending,
    /// The greatest key.
    Descending,
}

/// The sessions by key. Equal keys stand by number, in either direction.
pub fn sort_sessions<K: Ord>(
    mut keys: Vec<(K, SessionId)>,
    direction: Direction,
) -> Vec<SessionId> {
    keys.sort_unstable_by(|a, b| {
        let by_key = match direction {
            Direction::Ascending => a.0.cmp(&b.0),
            Direction::Descending => b.0.cmp(&a.0),
        };
        by_key.then(a.1.cmp(&b.1))
    });
    keys.into_iter().map(|(_, session)| session).collect()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_with_equal_keys_stand_by_number_in_either_direction() {
        let keys = || vec![(2, SessionId(1)), (1, SessionId(3)), (2, SessionId(0))];
        let up = sort_sessions(keys(), Direction::Ascending);
        assert_eq!(up, [SessionId(3), SessionId(0), SessionId(1)]);
        let down = sort_sessions(keys(), Direction::Descending);
        assert_eq!(down, [SessionId(0), SessionId(1), SessionId(3)]);
    }
}
