//! What stands before each line that matches, as far as a terminal has room for it.
//!
//! Must not know texts.

use super::super::messages::Messages;
use super::session_of;
use crate::message::MsgRef;
use crate::text::width;

/// The columns of a session's id, at least and at most: a UUID has 36.
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
    /// The columns of the session's id.
    pub(super) id: usize,
    /// Whether there is room for the time.
    pub(super) has_time: bool,
    /// Whether there is room for the role.
    pub(super) has_role: bool,
}

impl Head {
    /// What suits these messages, in so many columns or, where it goes elsewhere, in any.
    pub(super) fn of<'r>(
        messages: &Messages<'_>,
        first: impl Iterator<Item = &'r MsgRef>,
        room: Option<usize>,
    ) -> Self {
        let rows = first.filter_map(|&at| messages.at(at));
        let widest = rows.map(|(_, row)| width(session_of(messages, row).as_str())).max();
        let widest = widest.unwrap_or(0).clamp(LEAST_ID, MOST_ID);
        room.map_or(Self { id: widest, has_time: true, has_role: true }, |room| {
            Self::within(widest, room)
        })
    }

    fn within(widest: usize, room: usize) -> Self {
        for (has_time, has_role) in [(true, true), (false, true), (false, false)] {
            let time = if has_time { TIME + GAP } else { 0 };
            let role = if has_role { ROLE + GAP } else { 0 };
            let text = TEXT.max(room / 3);
            let id = room.saturating_sub(time + role + GAP + text).min(widest);
            if id >= widest.min(SHORT_ID) {
                return Self { id, has_time, has_role };
            }
        }
        Self { id: widest.min(room / 3), has_time: false, has_role: false }
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
    fn the_text_keeps_room_and_what_has_none_is_named() {
        let head = |id, has_time, has_role| Head { id, has_time, has_role };
        assert_eq!(Head::within(15, 200), head(15, true, true));
        assert_eq!(Head::within(36, 120), head(36, true, true));
        assert_eq!(Head::within(36, 80), head(20, true, true));
        assert_eq!(Head::within(15, 60), head(15, false, true));
        assert_eq!(Head::within(15, 40), head(14, false, false));
        assert_eq!(Head::within(15, 20), head(6, false, false));
        assert_eq!(head(8, true, false).left_out(), ["role"]);
    }
}
