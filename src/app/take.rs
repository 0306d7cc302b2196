//! Taking something along: copies, and what other programs show.

use std::sync::Arc;

use crate::export::Job;
use crate::metadata::JsonKind;
use crate::query::{self, Path, Step};

use super::action::Action;
use super::effect::{Effect, Handover};
use super::layer::export::ExportOptions;
use super::{App, Privacy};
use crate::port::Severity;

/// The most that goes to a clipboard; beyond that an export is the right thing.
const CLIPBOARD: usize = 4 << 20;
/// About what the heading of a message takes in the form for people, in bytes.
const HEADING: usize = 40;

/// The term that lets through the messages with this value. In an array any element counts: who
/// asks for the title of a source wants it wherever it stands in the list.
fn term_of(steps: &[Step], kind: JsonKind, value: &str) -> Result<String, &'static str> {
    let Some((Step::Key(name), rest)) = steps.split_first() else {
        return Err("select a field of the message first");
    };
    let field = match (name.as_str(), rest) {
        ("sessionId", []) => "session",
        ("userId", []) => "user",
        ("componentId", []) => "component",
        ("role", []) => "role",
        ("metadata", rest) => {
            let keys = rest.iter().filter(|step| matches!(step, Step::Key(_))).cloned().collect();
            let path = Path::new(keys).or_else(|| Path::new(rest.to_vec()));
            return match path {
                None => Ok("has:metadata".to_owned()),
                Some(path) if matches!(kind, JsonKind::Object | JsonKind::Array) => {
                    Ok(format!("has:{path}"))
                }
                Some(path) => query::value_term(&path, value).ok_or(
                    "a filter cannot ask for an empty text; -has: asks for what is not there",
                ),
            };
        }
        _ => {
            return Err("filters can be made of sessionId, userId, componentId, role and metadata");
        }
    };
    Ok(query::term(field, value))
}

impl App {
    pub(super) fn copy_message(&mut self) -> Vec<Effect> {
        let tab = self.tab();
        let Some(message) = tab.selected() else {
            self.tell(Severity::Info, "no message is selected");
            return Vec::new();
        };
        let raw = tab.store.text(message);
        if raw.len() > CLIPBOARD {
            self.tell_too_long("message");
            return Vec::new();
        }
        vec![Effect::Copy { text: raw.to_owned(), what: "message" }]
    }

    fn tell_too_long(&mut self, what: &str) {
        let key = self.key(Action::Export);
        let text = format!("the {what} is too long for a clipboard; press {key} to export it");
        self.tell(Severity::Warning, &text);
    }

    pub(super) fn copy_session(&mut self) -> Vec<Effect> {
        let Some(export) = self.session() else { return Vec::new() };
        let store = &self.tab().store;
        let mut left = CLIPBOARD;
        for &message in self.tab().thread().messages {
            let taken = store.text(message).len() + HEADING;
            match left.checked_sub(taken) {
                Some(rest) => left = rest,
                None => {
                    self.tell_too_long("session");
                    return Vec::new();
                }
            }
        }
        vec![Effect::CopySession(Box::new(export))]
    }

    /// Says that another program would show what is hidden; whether it is.
    fn is_hidden(&mut self) -> bool {
        let hidden = self.privacy == Privacy::Hidden;
        if hidden {
            let key = self.key(Action::Hide);
            let text = format!("what was said is hidden; {key} shows it, then it can be opened");
            self.tell(Severity::Info, &text);
        }
        hidden
    }

    pub(super) fn open_in_pager(&mut self) -> Vec<Effect> {
        if self.is_hidden() {
            return Vec::new();
        }
        match self.session() {
            Some(export) => self.hand_over(Handover::Pager(export)),
            None => Vec::new(),
        }
    }

    pub(super) fn open_in_editor(&mut self) -> Vec<Effect> {
        if self.is_hidden() {
            return Vec::new();
        }
        let tab = self.tab();
        let message = tab.selected();
        let page = message.and_then(|message| tab.store.pages().get(message.page as usize));
        match (message, page.map(Arc::clone)) {
            (Some(message), Some(page)) => self.hand_over(Handover::Editor { page, message }),
            _ => {
                self.tell(Severity::Info, "no message is selected");
                Vec::new()
            }
        }
    }

    fn hand_over(&mut self, handover: Handover) -> Vec<Effect> {
        self.away = true;
        vec![Effect::HandOver(Box::new(handover))]
    }

    pub(super) fn came_back(&mut self, weight: Severity, text: &str) -> Vec<Effect> {
        self.away = false;
        if !text.is_empty() {
            self.tell(weight, text);
        }
        Vec::new()
    }

    /// The session that is shown, for people; says so where there is none.
    fn session(&mut self) -> Option<Job> {
        let session = ExportOptions::session_as_text(self.tab(), &self.settings);
        if session.is_none() {
            self.tell(Severity::Info, "no session is shown");
        }
        session
    }

    pub(super) fn copy_value(&mut self) -> Vec<Effect> {
        match self.inspector.as_ref().and_then(super::Inspector::value) {
            Some(value) if value.len() <= CLIPBOARD => {
                vec![Effect::Copy { text: value, what: "value" }]
            }
            Some(_) => {
                self.tell(Severity::Warning, "the value is too long for a clipboard");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn copy_path(&mut self) -> Vec<Effect> {
        match self.inspector.as_ref().and_then(super::Inspector::path) {
            Some(path) => vec![Effect::Copy { text: path, what: "path" }],
            None => {
                self.tell(Severity::Info, "only a field of the tree has a path");
                Vec::new()
            }
        }
    }

    /// Makes a filter of the selected field, in addition to the one in force.
    pub(super) fn filter_by_value(&mut self) -> Vec<Effect> {
        let entry = self.inspector.as_ref().and_then(super::Inspector::entry);
        let Some((steps, kind, value)) = entry else {
            self.tell(Severity::Info, "select a field first");
            return Vec::new();
        };
        let term = match term_of(&steps, kind, &value) {
            Ok(term) => term,
            Err(words) => {
                self.tell(Severity::Info, words);
                return Vec::new();
            }
        };
        self.add_filter_term(term)
    }

    /// The word for a role: the user's own for the known ones, else what the server said.
    pub fn role_label(&self, role: crate::message::RoleId) -> String {
        match self.settings.labels.get(role.index()) {
            Some(label) => label.clone(),
            None if role == crate::message::RoleId::NONE => "role?".to_owned(),
            None => self.tab().store.role(role).to_owned(),
        }
    }
}
