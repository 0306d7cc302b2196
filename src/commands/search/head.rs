//! What stands before each line that matches, as far as a terminal has room for it.
//!
//! Must not know texts.

use super::super::messages::Messages;
use super::session_of;
use crate::message::MsgRef;
use crate::text::width;

/// The columns that the ids are padded to, at least and at most: a UUID has 36.
const LEAST_ID: usize = 8;
const MOST_ID: usize = 36;
/// The columns that an id keeps before something else goes.
const SHORT_ID: usize = 10;
/// The columns of a time and of a role.
pub(super) const TIME: usize = 19;
pub(super) const ROLE: usize = 9;
/// Blanks behind each of them.
const GAP: usize = 2;
/// The columns that the text has before something else goes.
const TEXT: usize = 24;

/// The parts and their widths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// The columns that the session's id is padded to.
    pub(super) id: usize,
    /// The columns that it may take; any where it goes elsewhere than to a terminal.
    pub(super) most_id: Option<usize>,
    /// Whether there is room for the time.
    pub(super) has_time: bool,
    /// Whether there is room for the role.
    pub(super) has_role: bool,
}

impl Head {
    /// What suits all of these messages, in so many columns or, where it goes elsewhere, in any.
    pub(super) fn of<'r>(
        messages: &Messages<'_>,
        all: impl Iterator<Item = &'r MsgRef>,
        room: Option<usize>,
    ) -> Self {
        let mut before = None;
        let mut widest = 0;
        for (_, row) in all.filter_map(|&at| messages.at(at)) {
            let id = messages.names().session(row);
            // Most hits follow one of the same session.
            if before != Some(id) {
                widest = widest.max(width(session_of(messages, row, room).as_str()));
                before = Some(id);
            }
        }
        Self::within(widest, room)
    }

    fn within(widest: usize, room: Option<usize>) -> Self {
        // One long id does not move the texts of all the others.
        let padded = widest.clamp(LEAST_ID, MOST_ID);
        let Some(room) = room else {
            return Self { id: padded, most_id: None, has_time: true, has_role: true };
        };
        for (has_time, has_role) in [(true, true), (false, true), (false, false)] {
            let time = if has_time { TIME + GAP } else { 0 };
            let role = if has_role { ROLE + GAP } else { 0 };
            let text = TEXT.max(room / 3);
            let most = room.saturating_sub(time + role + GAP + text);
            if most >= padded.min(SHORT_ID) {
                return Self { id: padded.min(most), most_id: Some(most), has_time, has_role };
            }
        }
        let most = room / 3;
        Self { id: padded.min(most), most_id: Some(most), has_time: false, has_role: false }
    }

    /// The names of the parts for which there is no room.
    pub(super) fn left_out(self) -> Vec<String> {
        let parts = [("time", self.has_time), ("role", self.has_role)];
        parts.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name.into()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_long_id_takes_what_room_there_is_and_leaves_the_others_where_they_are() {
        let (alone, beside) = (Head::within(36, Some(200)), Head::within(90, Some(200)));
        assert_eq!(alone, beside);
        assert_eq!(beside.most_id, Some(100));
        assert_eq!(Head::within(5000, None).most_id, None);
    }

    #[test]
    fn the_text_keeps_room_and_what_has_none_is_named() {
        let head = |id, most, has_time, has_role| Head { id, most_id: most, has_time, has_role };
        assert_eq!(Head::within(15, Some(200)), head(15, Some(100), true, true));
        assert_eq!(Head::within(36, Some(120)), head(36, Some(46), true, true));
        assert_eq!(Head::within(36, Some(80)), head(20, Some(20), true, true));
        assert_eq!(Head::within(15, Some(60)), head(15, Some(23), false, true));
        assert_eq!(Head::within(15, Some(40)), head(14, Some(14), false, false));
        assert_eq!(Head::within(15, Some(20)), head(6, Some(6), false, false));
        assert_eq!(head(8, None, true, false).left_out(), ["role"]);
    }
}
