//! A page: a sealed batch of messages that any thread may read.

use std::sync::Arc;

use crate::message::{Flags, NameId, RoleId, SessionId};
use crate::time::Millis;

/// One message, without its text.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The key of the order within a session: `createdAt`, or with [`Flags::NO_TIME`] the time of
    /// the message of the same session it arrived behind ([`Millis::MIN`] for none).
    pub time: Millis,
    /// Where the text begins in the page's text.
    pub text_start: u32,
    /// The bytes of the text.
    pub text_len: u32,
    /// Where the JSON begins in the page's extra.
    pub extra_start: u32,
    /// The bytes of the JSON; 0 when `metadata` was missing.
    pub extra_len: u32,
    /// The session.
    pub session: SessionId,
    /// The user, or [`NameId::NONE`].
    pub user: NameId,
    /// The component, or [`NameId::NONE`].
    pub component: NameId,
    /// The role, or [`RoleId::NONE`].
    pub role: RoleId,
    /// What is odd.
    pub flags: Flags,
}

/// A batch of messages in order of arrival.
///
/// In `text` a NUL character follows each message, so that a scan of the whole never finds a word that
/// spans two messages.
#[derive(Debug, Default)]
pub struct Page {
    /// All texts.
    pub text: String,
    /// All JSON kept beside the texts.
    pub extra: String,
    /// The messages; `text` has their texts in the same order.
    pub rows: Vec<Row>,
    /// The numbers of the rows with [`Flags::HIDDEN`], ascending. They are few, and a search reads each
    /// of them.
    pub hidden: Vec<u32>,
    /// The sessions that appear here first; their numbers continue those of earlier pages.
    pub new_sessions: Vec<Option<Arc<str>>>,
    /// The users and components that appear here first.
    pub new_names: Vec<Arc<str>>,
    /// The roles that appear here first, beyond the fixed three.
    pub new_roles: Vec<Arc<str>>,
}

impl Page {
    /// The text of one of this page's rows.
    pub fn text_of(&self, row: &Row) -> &str {
        slice(&self.text, row.text_start, row.text_len)
    }

    /// The JSON of one of this page's rows.
    pub fn extra_of(&self, row: &Row) -> &str {
        slice(&self.extra, row.extra_start, row.extra_len)
    }
}

fn slice(text: &str, start: u32, len: u32) -> &str {
    let start = start as usize;
    text.get(start..start + len as usize).unwrap_or("")
}
