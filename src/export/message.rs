//! A message with its ids as text, and who wrote it when.

use std::borrow::Cow;
use std::sync::Arc;

use super::ExportJob;
use crate::message::{Flags, NameId, RoleId};
use crate::store::{Page, Row};
use crate::text::clean_line_within;
use crate::time::{self, Millis};

/// The longest id that is shown to people, in characters.
const ID: usize = 200;

/// The names behind the numeric ids of a store.
pub struct IdNames {
    sessions: Vec<Option<Arc<str>>>,
    names: Vec<Arc<str>>,
    roles: Vec<Arc<str>>,
}

impl IdNames {
    /// The names in these pages, which must be all pages of a store up to the last one.
    pub fn of(pages: &[Arc<Page>]) -> Self {
        let fixed = RoleId::FIXED.iter().map(|&name| Arc::from(name));
        Self {
            sessions: pages.iter().flat_map(|page| page.new_sessions.iter().cloned()).collect(),
            names: pages.iter().flat_map(|page| page.new_names.iter().cloned()).collect(),
            roles: fixed
                .chain(pages.iter().flat_map(|page| page.new_roles.iter().cloned()))
                .collect(),
        }
    }

    /// The role of a message; empty for none.
    pub fn role(&self, row: &Row) -> &str {
        self.roles.get(row.role.index()).map_or("", |name| name)
    }

    /// The author: the user of a user message, the component of any other; empty for none.
    pub fn speaker(&self, row: &Row) -> &str {
        let who = if row.role == RoleId::USER { row.user } else { row.component };
        self.names.get(who.index()).map_or("", |name| name)
    }

    /// The session of a message; [`None`] where it has no id.
    pub fn session(&self, row: &Row) -> Option<&str> {
        self.sessions.get(row.session.index()).and_then(Option::as_deref)
    }

    /// The user of a message.
    pub fn user(&self, row: &Row) -> Option<&str> {
        self.names.get(row.user.index()).map(AsRef::as_ref)
    }

    /// The component of a message.
    pub fn component(&self, row: &Row) -> Option<&str> {
        self.names.get(row.component.index()).map(AsRef::as_ref)
    }

    fn name(&self, id: NameId) -> Option<Cow<'_, str>> {
        self.names.get(id.index()).map(|name| Cow::Borrowed(&**name))
    }

    /// One message.
    pub fn message<'a>(&'a self, page: &'a Page, row: &'a Row) -> ExportMessage<'a> {
        let session = self.sessions.get(row.session.index()).and_then(Option::as_deref);
        let has_text = !row.flags.has(Flags::NO_TEXT);
        ExportMessage {
            page,
            row,
            session: session.map(Cow::Borrowed),
            user: self.name(row.user),
            component: self.name(row.component),
            role: self.roles.get(row.role.index()).map(|name| Cow::Borrowed(&**name)),
            time: (!row.flags.has(Flags::NO_TIME)).then_some(row.time),
            text: has_text.then(|| Cow::Borrowed(page.text_of(row))),
            metadata: None,
            is_changed: false,
        }
    }
}

/// One message with its ids as text. What it does not have is [`None`].
#[derive(Clone)]
pub struct ExportMessage<'a> {
    /// The page that holds it.
    pub page: &'a Page,
    /// Its row.
    pub row: &'a Row,
    /// The session.
    pub session: Option<Cow<'a, str>>,
    /// The user.
    pub user: Option<Cow<'a, str>>,
    /// The component.
    pub component: Option<Cow<'a, str>>,
    /// The role, as the server calls it.
    pub role: Option<Cow<'a, str>>,
    /// When it was sent.
    pub time: Option<Millis>,
    /// The text as it was sent, or its JSON with [`Flags::TEXT_IS_JSON`].
    pub text: Option<Cow<'a, str>>,
    /// The JSON of the metadata, where it was asked for.
    pub metadata: Option<Cow<'a, str>>,
    /// Whether ids were replaced, so that nothing may be copied from the page itself.
    pub is_changed: bool,
}

impl ExportMessage<'_> {
    /// Whether the text is known to hold only line feeds and visible characters: ingest checked it.
    pub fn is_clean(&self) -> bool {
        !self.is_changed && !self.row.flags.has(Flags::UNCLEAN)
    }

    /// The text; empty for none.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// The author and the time, on one line each, for formats that people read.
pub(super) struct Speaker {
    pub(super) role: String,
    pub(super) name: String,
    pub(super) time: String,
    pub(super) id: RoleId,
}

impl Speaker {
    pub(super) fn of(message: &ExportMessage<'_>, job: &ExportJob) -> Self {
        let id = message.row.role;
        let role = match job.labels.get(id.index()) {
            Some(label) => label,
            None => message.role.as_deref().unwrap_or("role?"),
        };
        let name = if id == RoleId::USER { &message.user } else { &message.component };
        let time = match message.time {
            Some(time) => time::date_and_clock(time, job.zone),
            None => "time?".to_owned(),
        };
        Self { role: line(role), name: line(name.as_deref().unwrap_or_default()), time, id }
    }
}

/// The id of a session, safe to show.
pub(super) fn id(text: &str) -> String {
    let id = line(text);
    if id.is_empty() { "(none)".to_owned() } else { id }
}

/// A text on one line, safe to show.
pub(super) fn line(text: &str) -> String {
    clean_line_within(text, ID).to_string()
}
