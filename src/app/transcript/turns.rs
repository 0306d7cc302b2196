//! Turns: a message of the student and everything up to the next one.
//!
//! What a turn is depends on the whole session, not on what a filter leaves of it: so a fold means
//! the same with and without one. Must not know what is folded.

use std::ops::Range;

use crate::message::{MsgRef, RoleId};
use crate::time::Millis;

use super::Thread;

/// A session may have a million messages and none of the student: after so many without one a new
/// part begins, so that no turn is longer than two parts and nothing is walked further than that.
const PART: usize = 4_096;

/// A turn, or a part of a very long one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Turn {
    /// Its first message, shown or not: by this one it is known.
    pub(super) first: MsgRef,
    /// The places of its messages among those shown; never empty.
    pub(super) shown: Range<usize>,
}

impl Thread<'_> {
    /// The turn of the message at a place.
    pub(super) fn turn(&self, index: usize) -> Option<Turn> {
        let &message = self.messages.get(index)?;
        let key = |at: MsgRef| (self.store.row(at).map_or(Millis::MIN, |row| row.time), at);
        let all = self.store.messages_of(self.store.row(message)?.session);
        // While a session waits to be sorted, nothing can be found in it by halving.
        if all.len() == self.messages.len() || !self.is_sorted {
            let shown = self.span(self.messages, index);
            let &first = self.messages.get(shown.start)?;
            return Some(Turn { first, shown });
        }
        let wanted = key(message);
        let at = all.partition_point(|&other| key(other) < wanted);
        let span = self.span(all, at);
        let &first = all.get(span.start)?;
        let place = |at: usize| match all.get(at) {
            Some(&bound) => {
                let bound = key(bound);
                self.messages.partition_point(|&other| key(other) < bound)
            }
            None => self.messages.len(),
        };
        let (start, end) = (place(span.start).min(index), place(span.end).max(index + 1));
        Some(Turn { first, shown: start..end })
    }

    /// Those of the messages found in this session, in its order, that stand at these places or
    /// between them.
    pub fn matches<'a>(
        &self,
        found: &'a [MsgRef],
        places: std::ops::RangeInclusive<usize>,
    ) -> &'a [MsgRef] {
        let key = |at: MsgRef| (self.store.row(at).map_or(Millis::MIN, |row| row.time), at);
        let bound = |place: &usize| self.messages.get(*place).map(|&at| key(at));
        let (Some(first), Some(last)) = (bound(places.start()), bound(places.end())) else {
            return &[];
        };
        let from = found.partition_point(|&at| key(at) < first);
        let until = found.partition_point(|&at| key(at) <= last);
        found.get(from..until).unwrap_or_default()
    }

    /// The places of a turn in a list.
    fn span(&self, list: &[MsgRef], at: usize) -> Range<usize> {
        let is_question = |at: usize| {
            let row = list.get(at).and_then(|&message| self.store.row(message));
            row.is_some_and(|row| row.role == RoleId::USER)
        };
        let mut start = at;
        while start > 0 && !is_question(start) {
            if start.is_multiple_of(PART) {
                // Here a part begins, unless the one before it has a question that goes on.
                start = (start - PART..start).rev().find(|&at| is_question(at)).unwrap_or(start);
                break;
            }
            start -= 1;
        }
        let asked = is_question(start);
        let ends = |&at: &usize| {
            // The last whole part before it is without a question, and within this turn.
            let is_silent =
                at.is_multiple_of(PART) && (start + PART < at || (start + PART == at && !asked));
            is_silent || is_question(at)
        };
        let end = (at.max(start) + 1..list.len()).find(ends).unwrap_or(list.len());
        start..end
    }
}
