//! Exports: the dialog that asks what and how, and the one that is being written.
//!
//! What would be written is shown before it is: a worker makes the first lines from the first
//! messages. Must not know what the forms look like, nor where files are.

mod hidden;

use std::sync::Arc;

use crate::export::{Chosen, Counts, Form, Job};
use crate::message::{MsgRef, SessionId};
use crate::store;

use super::App;
use super::action::Action;
use super::effect::Effect;
use super::geometry::{self, Area, Size};
use super::overlay::Overlay;
use super::transcript::Way;
use crate::port::ExportTicket;
use crate::port::Severity;
use crate::port::Task;

pub use hidden::Hidden;

/// The columns of the dialog, with its border.
const COLUMNS: u16 = 76;
/// The rows of the preview.
const PREVIEW: u16 = 10;
/// How many messages a preview is made of while it is not known yet what is exported.
const PREVIEWED: usize = 2;

/// How much is exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportScope {
    /// The selected message.
    Message,
    /// The session shown, as far as the filter leaves it.
    Session,
    /// What the filter leaves of the scope.
    Result,
    /// The whole scope.
    Everything,
}

impl ExportScope {
    /// All, in the order in which they are offered.
    const ALL: [Self; 4] = [Self::Message, Self::Session, Self::Result, Self::Everything];

    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "the selected message",
            Self::Session => "this session",
            Self::Result => "what the filter leaves",
            Self::Everything => "everything in this scope",
        }
    }
}

/// What an export is made with, kept from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExportOptions {
    /// The form.
    pub form: Form,
    /// Whether ids are replaced.
    pub pseudonymize: bool,
    /// Whether texts are left as they were sent, where the form can.
    pub raw: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { form: Form::Markdown, pseudonymize: false, raw: false }
    }
}

/// A row of the dialog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportRow {
    /// How much.
    What,
    /// The form.
    Form,
    /// The ids.
    Ids,
    /// The texts.
    Texts,
}

impl ExportRow {
    /// All, from above.
    pub const ALL: [Self; 4] = [Self::What, Self::Form, Self::Ids, Self::Texts];
}

/// The dialog.
#[derive(Debug)]
pub struct ExportDialog {
    /// How much.
    pub scope: ExportScope,
    /// How.
    pub options: ExportOptions,
    /// The row that keys change.
    pub row: ExportRow,
    /// How many messages, and of how many sessions.
    pub counts: (usize, usize),
    /// What is said of the messages that a filter hides.
    pub hidden: Option<Hidden>,
    /// The first lines of what would be written, once they are known; not cleaned.
    pub preview: Option<Vec<String>>,
    /// What can be exported.
    scopes: Vec<ExportScope>,
    ticket: ExportTicket,
}

impl ExportDialog {
    /// Where it lies, with its border.
    pub fn area(size: Size) -> Area {
        let rows = u16::try_from(ExportRow::ALL.len()).unwrap_or(u16::MAX);
        geometry::middle(size, COLUMNS, rows.saturating_add(PREVIEW + 4))
    }

    /// Changes the value of the chosen row; whether there is another one.
    fn change(&mut self, way: Way) {
        match self.row {
            ExportRow::What => {
                self.scope = stepped(&self.scopes, self.scope, way);
            }
            ExportRow::Form => {
                self.options.form = stepped(&Form::ALL, self.options.form, way);
            }
            ExportRow::Ids => self.options.pseudonymize = !self.options.pseudonymize,
            ExportRow::Texts if self.options.form.takes_raw() => {
                self.options.raw = !self.options.raw;
            }
            ExportRow::Texts => {}
        }
    }

    /// Takes the next form that begins with a letter.
    fn take_letter(&mut self, letter: char) {
        let begins = |form: &Form| {
            form.name().chars().next().is_some_and(|first| first.eq_ignore_ascii_case(&letter))
        };
        let at = Form::ALL.iter().position(|form| *form == self.options.form).unwrap_or(0);
        let later = Form::ALL.iter().cycle().skip(at + 1).take(Form::ALL.len());
        if let Some(&form) = later.into_iter().find(|form| begins(form)) {
            self.options.form = form;
        }
    }
}

/// The neighbour of a value, round and round.
fn stepped<T: Copy + PartialEq>(all: &[T], value: T, way: Way) -> T {
    let at = all.iter().position(|other| *other == value).unwrap_or(0);
    let step = if way == Way::Down { 1 } else { all.len().saturating_sub(1) };
    all.get((at + step) % all.len().max(1)).copied().unwrap_or(value)
}

/// An export that is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exporting {
    /// Which one.
    pub ticket: ExportTicket,
    /// How many messages are written.
    pub done: u64,
    /// Of how many.
    pub of: u64,
    /// Whether it was asked to stop.
    pub is_stopping: bool,
}

impl App {
    /// The export that is being written.
    pub fn exporting(&self) -> Option<Exporting> {
        self.exporting
    }

    /// Opens the dialog.
    pub(super) fn open_export(&mut self) -> Vec<Effect> {
        let filter = &self.tab().filter;
        if filter.is_complete() && filter.hits().is_some_and(|hits| hits.is_empty()) {
            // All that could be offered is what the filter hides.
            let key = self.key(Action::ClearFilter);
            let text = format!("the filter leaves nothing to export; {key} clears it");
            self.tell(Severity::Info, &text);
            return Vec::new();
        }
        let is_there = |&scope: &ExportScope| {
            let is_result = scope == ExportScope::Result;
            self.export_counts(scope).0 > 0 && (!is_result || self.filter().is_some())
        };
        let scopes: Vec<_> = ExportScope::ALL.into_iter().filter(is_there).collect();
        let session = scopes.iter().copied().find(|&scope| scope == ExportScope::Session);
        let Some(scope) = session.or_else(|| scopes.first().copied()) else {
            self.tell(Severity::Info, "there is nothing to export");
            return Vec::new();
        };
        self.overlay = Overlay::Export(Box::new(ExportDialog {
            scope,
            options: self.export_options,
            row: ExportRow::What,
            counts: (0, 0),
            hidden: None,
            preview: None,
            scopes,
            ticket: ExportTicket::default(),
        }));
        self.ask_for_preview()
    }

    /// Changes the dialog, and asks for what would be written now.
    fn change_export(&mut self, change: impl FnOnce(&mut ExportDialog)) -> Vec<Effect> {
        let Overlay::Export(dialog) = &mut self.overlay else { return Vec::new() };
        let before = (dialog.scope, dialog.options);
        change(dialog);
        if before == (dialog.scope, dialog.options) {
            return Vec::new();
        }
        self.ask_for_preview()
    }

    pub(super) fn ask_for_preview(&mut self) -> Vec<Effect> {
        let ticket = ExportTicket(self.ticket());
        let Overlay::Export(dialog) = &self.overlay else { return Vec::new() };
        let (scope, options) = (dialog.scope, dialog.options);
        let (counts, hidden) = (self.export_counts(scope), self.hidden_of(scope));
        let (messages, sessions) = counts;
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        let whole = Counts { messages: count(messages), sessions: count(sessions) };
        let job = Job { begins: Some(whole), ..self.job(self.beginning(scope), options) };
        if let Overlay::Export(dialog) = &mut self.overlay {
            dialog.ticket = ticket;
            dialog.counts = counts;
            dialog.hidden = hidden;
        }
        vec![Effect::Run(Task::PreviewExport(ticket, Box::new(job)))]
    }

    /// Takes in the first lines of what would be written.
    pub(super) fn export_previewed(&mut self, ticket: ExportTicket, lines: Vec<String>) {
        if let Overlay::Export(dialog) = &mut self.overlay
            && dialog.ticket == ticket
        {
            dialog.preview = Some(lines);
        }
    }

    /// The actions of a field, in the dialog.
    pub(super) fn act_on_export(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::InputUp => self.step_export(Way::Up),
            Action::InputDown => self.step_export(Way::Down),
            Action::InputLeft => return self.change_export(|dialog| dialog.change(Way::Up)),
            Action::InputRight => return self.change_export(|dialog| dialog.change(Way::Down)),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn step_export(&mut self, way: Way) {
        if let Overlay::Export(dialog) = &mut self.overlay {
            dialog.row = stepped(&ExportRow::ALL, dialog.row, way);
        }
    }

    /// Letters stand for forms, where they do not move: a capital one always does. A blank changes
    /// the chosen row.
    pub(super) fn type_into_export(&mut self, text: &str) -> Vec<Effect> {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(' '), None) => self.change_export(|dialog| dialog.change(Way::Down)),
            (Some(letter), None) => self.change_export(|dialog| dialog.take_letter(letter)),
            // Pasted, and meant for something else.
            _ => Vec::new(),
        }
    }

    /// A click chooses a row, and changes it when it was chosen already. Outside it closes.
    pub(super) fn click_export(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let inside = ExportDialog::area(self.size).inside();
        if !ExportDialog::area(self.size).holds(x, y) {
            self.overlay = Overlay::None;
            return Vec::new();
        }
        let row = ExportRow::ALL.get(usize::from(y.saturating_sub(inside.y)));
        let Some(&row) = row.filter(|_| y >= inside.y) else { return Vec::new() };
        self.change_export(|dialog| {
            if dialog.row == row {
                dialog.change(Way::Down);
            }
            dialog.row = row;
        })
    }

    /// Begins what the dialog says.
    pub(super) fn accept_export(&mut self) -> Vec<Effect> {
        let Overlay::Export(dialog) = std::mem::take(&mut self.overlay) else { return Vec::new() };
        self.export_options = dialog.options;
        if self.exporting.is_some() {
            let key = self.key(Action::Back);
            let text = format!("one export at a time: another is being written; {key} stops it");
            self.tell(Severity::Info, &text);
            return Vec::new();
        }
        let Some(chosen) = self.chosen(dialog.scope) else {
            self.tell(Severity::Info, "the filter is still at work; try again in a moment");
            return Vec::new();
        };
        let ticket = ExportTicket(self.ticket());
        let (messages, _) = self.export_counts(dialog.scope);
        let of = u64::try_from(messages).unwrap_or(u64::MAX);
        self.exporting = Some(Exporting { ticket, done: 0, of, is_stopping: false });
        let job = Box::new(self.job(chosen, dialog.options));
        let aside = self.hidden_of(dialog.scope).map(Hidden::aside);
        vec![Effect::Export { ticket, name: self.export_name(dialog.scope), job, aside }]
    }

    /// Stops the export that is being written; whether there is one.
    pub(super) fn stop_export(&mut self) -> Option<Effect> {
        // What became of it is told by whoever writes: it may just have ended.
        let exporting = self.exporting.as_mut().filter(|exporting| !exporting.is_stopping)?;
        exporting.is_stopping = true;
        Some(Effect::StopExport(exporting.ticket))
    }

    pub(super) fn export_progressed(&mut self, ticket: ExportTicket, done: u64) {
        if let Some(exporting) = self.exporting.as_mut().filter(|this| this.ticket == ticket) {
            exporting.done = done;
        }
    }

    /// It is written, or could not be.
    pub(super) fn exported(&mut self, ticket: ExportTicket, weight: Severity, text: &str) {
        if self.exporting.take_if(|this| this.ticket == ticket).is_some() {
            self.tell(weight, text);
        }
    }

    fn job(&self, chosen: Chosen, options: ExportOptions) -> Job {
        let ExportOptions { form, pseudonymize, raw } = options;
        Job {
            zone: self.settings.zone,
            labels: self.settings.labels.clone(),
            raw: raw && form.takes_raw(),
            pseudonymize,
            copies: Arc::clone(self.tab().store.copies()),
            ..Job::new(self.tab().store.pages().to_vec(), chosen, form)
        }
    }

    /// The session that is shown, as text for people; [`None`] where there is none.
    pub(super) fn session_as_text(&self) -> Option<Job> {
        let messages = self.tab().thread().messages.to_vec();
        let options = ExportOptions { form: Form::Text, ..ExportOptions::default() };
        (!messages.is_empty()).then(|| self.job(Chosen::Messages(messages), options))
    }

    /// How many messages an export would hold, and of how many sessions.
    fn export_counts(&self, scope: ExportScope) -> (usize, usize) {
        let tab = self.tab();
        match scope {
            ExportScope::Message => {
                let messages = self.selected_message();
                (messages.len(), messages.len().min(1))
            }
            ExportScope::Session => {
                let session = tab.transcript.session.and_then(|id| tab.store.session(id));
                let whole = session.filter(|_| tab.filter.question().is_none());
                let count =
                    whole.map_or_else(|| tab.thread().messages.len(), store::Session::count);
                (count, usize::from(count > 0))
            }
            ExportScope::Result => {
                (tab.filter.hits().map_or(0, |hits| hits.len()), tab.sessions.rows().len())
            }
            ExportScope::Everything => (tab.store.len(), tab.store.sessions().len()),
        }
    }

    /// The messages of this that a filter hides; [`None`] where there are none, or where the name of
    /// what is exported says it.
    fn hidden_of(&self, scope: ExportScope) -> Option<Hidden> {
        let tab = self.tab();
        let hits = tab.filter.hits().filter(|_| tab.filter.is_complete())?;
        let (all, seen, are_written) = match scope {
            ExportScope::Message | ExportScope::Result => return None,
            ExportScope::Session => {
                let session = tab.transcript.session?;
                (tab.store.messages_of(session).len(), hits.in_session(session).len(), false)
            }
            ExportScope::Everything => (tab.store.count_once(), hits.len(), true),
        };
        let messages = all.saturating_sub(seen);
        (messages > 0).then_some(Hidden { messages, are_written })
    }

    /// What is exported; [`None`] while it is not known yet.
    fn chosen(&self, scope: ExportScope) -> Option<Chosen> {
        let tab = self.tab();
        Some(match scope {
            ExportScope::Message => Chosen::Messages(self.selected_message()),
            ExportScope::Session => {
                let session: Vec<SessionId> = tab.transcript.session.into_iter().collect();
                match tab.filter.hits() {
                    Some(hits) if tab.filter.is_complete() => {
                        Chosen::Found(Arc::clone(hits), session)
                    }
                    None if tab.filter.question().is_none() => Chosen::Sessions(session),
                    // A part of what the filter leaves is not what was asked for, nor is all.
                    _ => return None,
                }
            }
            ExportScope::Result => match tab.filter.hits() {
                Some(hits) if tab.filter.is_complete() => {
                    Chosen::Found(Arc::clone(hits), tab.sessions.rows().to_vec())
                }
                _ => return None,
            },
            // The order may lack sessions that just came.
            ExportScope::Everything if self.is_order_whole() => {
                Chosen::Sessions(tab.sessions.order().to_vec())
            }
            ExportScope::Everything => Chosen::Everything,
        })
    }

    /// Whether each session of the scope has its place in the order of the list.
    fn is_order_whole(&self) -> bool {
        let tab = self.tab();
        tab.sessions.order().len() == tab.store.sessions().len()
    }

    /// The selected message, and the exact repeats of it.
    fn selected_message(&self) -> Vec<MsgRef> {
        let tab = self.tab();
        let copies = |at| tab.store.copies().of(at).iter().copied();
        tab.selected().into_iter().flat_map(|at| std::iter::once(at).chain(copies(at))).collect()
    }

    /// What a document begins with: its first session, which has its heading there. Its messages are
    /// gathered by whoever writes.
    fn beginning(&self, scope: ExportScope) -> Chosen {
        let tab = self.tab();
        let first = |all: &[SessionId]| all.iter().take(1).copied().collect();
        let chosen = match scope {
            ExportScope::Message | ExportScope::Session => self.chosen(scope),
            ExportScope::Result => {
                let hits = tab.filter.hits().filter(|_| tab.filter.is_complete());
                hits.map(|hits| Chosen::Found(Arc::clone(hits), first(tab.sessions.rows())))
            }
            ExportScope::Everything if self.is_order_whole() => {
                Some(Chosen::Sessions(first(tab.sessions.order())))
            }
            // In order of arrival.
            ExportScope::Everything => Some(Chosen::Sessions(vec![SessionId(0)])),
        };
        // While the filter is at work, what is seen.
        chosen.unwrap_or_else(|| {
            let seen = tab.thread().messages.iter().take(PREVIEWED);
            Chosen::Messages(seen.copied().collect())
        })
    }

    /// What the name of the file says.
    fn export_name(&self, scope: ExportScope) -> String {
        let tab = self.tab();
        let session = tab.transcript.session.and_then(|id| tab.store.session(id));
        let session = session.and_then(|session| session.name.as_deref()).unwrap_or("session");
        match scope {
            ExportScope::Message => format!("message-{session}"),
            ExportScope::Session => session.to_owned(),
            ExportScope::Result => format!("result-{}", tab.name),
            ExportScope::Everything => tab.name.clone(),
        }
    }
}
