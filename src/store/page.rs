//! A page: a sealed batch of messages that any thread may read.

use std::sync::Arc;

use crate::message::{Flags, NameId, RoleId, SessionId};
use crate::time::Millis;

/// A message without its text.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The sort key within a session: `createdAt`, or with [`Flags::NO_TIME`] the time of the
    /// previous message to arrive in the session ([`Millis::MIN`] for none).
    pub time: Millis,
    /// The start of the text in [`Page::text`].
    pub text_start: u32,
    /// The length of the text in bytes.
    pub text_len: u32,
    /// The start of the JSON in [`Page::extra`].
    pub extra_start: u32,
    /// The length of the JSON in bytes; 0 if `metadata` was missing.
    pub extra_len: u32,
    /// The session.
    pub session: SessionId,
    /// The user, or [`NameId::NONE`].
    pub user: NameId,
    /// The component, or [`NameId::NONE`].
    pub component: NameId,
    /// The role, or [`RoleId::NONE`].
    pub role: RoleId,
    /// Peculiarities of the message.
    pub flags: Flags,
}

/// A batch of messages in order of arrival.
///
/// In `text`, a NUL character follows each message, so that a scan of the whole never matches
/// across two messages.
#[derive(Debug, Default)]
pub struct Page {
    /// The texts of all messages.
    pub text: String,
    /// The JSON stored beside the texts.
    pub extra: String,
    /// The messages, in the order of their texts.
    pub rows: Vec<Row>,
    /// The indices of the rows with [`Flags::HIDDEN`], ascending. They are few, and a search reads
    /// each of them.
    pub hidden: Vec<u32>,
    /// The sessions that first appear here, numbered on from earlier pages.
    pub new_sessions: Vec<Option<Arc<str>>>,
    /// The users and components that first appear here.
    pub new_names: Vec<Arc<str>>,
    /// The roles that first appear here, beyond the three fixed ones.
    pub new_roles: Vec<Arc<str>>,
}

impl Page {
    /// The text of a row of this page.
    pub fn text_of(&self, row: &Row) -> &str {
        slice(&self.text, row.text_start, row.text_len)
    }

    /// The JSON of a row of this page.
    pub fn extra_of(&self, row: &Row) -> &str {
        slice(&self.extra, row.extra_start, row.extra_len)
    }
}

fn slice(text: &str, start: u32, len: u32) -> &str {
    let start = start as usize;
    text.get(start..start + len as usize).unwrap_or("")
}
