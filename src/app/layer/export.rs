//! Exports: the dialog that asks what and how, and the one that is being written.
//!
//! What would be written is shown before it is: a worker makes the first lines from the first
//! messages. Must not know what the forms look like, nor where files are.

use std::sync::Arc;

use crate::export::{Chosen, ExportCounts, ExportJob, Format};
use crate::message::{MsgRef, SessionId};
use crate::port::{ExportTicket, Severity, Task};
use crate::store;

use super::super::action::{Action, KeyContext};
use super::super::effect::Effect;
use super::super::event::MouseEvent;
use super::super::geometry::{self, Area, Size};
use super::super::scope_view::ScopeView;
use super::super::transcript::Direction;
use super::context::LayerContext;
use super::export_options::ExportOptions;
use super::hidden::Hidden;
use super::{LayerRequest, LayerState, Reply, Typing};

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

    /// How many messages an export would hold, and of how many sessions.
    fn counts(self, tab: &ScopeView) -> (usize, usize) {
        match self {
            Self::Message => {
                let messages = selected_message(tab);
                (messages.len(), messages.len().min(1))
            }
            Self::Session => {
                let session = tab.transcript.session.and_then(|id| tab.store.session(id));
                let whole = session.filter(|_| tab.filter.question().is_none());
                let count =
                    whole.map_or_else(|| tab.thread().messages.len(), store::Session::count);
                (count, usize::from(count > 0))
            }
            Self::Result => {
                (tab.filter.hits().map_or(0, |hits| hits.len()), tab.sessions.rows().len())
            }
            Self::Everything => (tab.store.len(), tab.store.sessions().len()),
        }
    }

    /// The messages of this that a filter hides; [`None`] where there are none, or where the name of
    /// what is exported says it.
    fn hidden_of(self, tab: &ScopeView) -> Option<Hidden> {
        let hits = tab.filter.hits().filter(|_| tab.filter.is_complete())?;
        let (all, seen, are_written) = match self {
            Self::Message | Self::Result => return None,
            Self::Session => {
                let session = tab.transcript.session?;
                (tab.store.messages_of(session).len(), hits.in_session(session).len(), false)
            }
            Self::Everything => (tab.store.count_once(), hits.len(), true),
        };
        let messages = all.saturating_sub(seen);
        (messages > 0).then_some(Hidden { messages, are_written })
    }

    /// What is exported; [`None`] while it is not known yet.
    fn chosen(self, tab: &ScopeView) -> Option<Chosen> {
        Some(match self {
            Self::Message => Chosen::Messages(selected_message(tab)),
            Self::Session => {
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
            Self::Result => match tab.filter.hits() {
                Some(hits) if tab.filter.is_complete() => {
                    Chosen::Found(Arc::clone(hits), tab.sessions.rows().to_vec())
                }
                _ => return None,
            },
            // The order may lack sessions that just came.
            Self::Everything if is_order_whole(tab) => {
                Chosen::Sessions(tab.sessions.order().to_vec())
            }
            Self::Everything => Chosen::Everything,
        })
    }

    /// What a document begins with: its first session, which has its heading there. Its messages are
    /// gathered by whoever writes.
    fn beginning(self, tab: &ScopeView) -> Chosen {
        let first = |all: &[SessionId]| all.iter().take(1).copied().collect();
        let chosen = match self {
            Self::Message | Self::Session => self.chosen(tab),
            Self::Result => {
                let hits = tab.filter.hits().filter(|_| tab.filter.is_complete());
                hits.map(|hits| Chosen::Found(Arc::clone(hits), first(tab.sessions.rows())))
            }
            Self::Everything if is_order_whole(tab) => {
                Some(Chosen::Sessions(first(tab.sessions.order())))
            }
            // In order of arrival.
            Self::Everything => Some(Chosen::Sessions(vec![SessionId(0)])),
        };
        // While the filter is at work, what is seen.
        chosen.unwrap_or_else(|| {
            let seen = tab.thread().messages.iter().take(PREVIEWED);
            Chosen::Messages(seen.copied().collect())
        })
    }

    /// What the name of the file says.
    fn file_name(self, tab: &ScopeView) -> String {
        let session = tab.transcript.session.and_then(|id| tab.store.session(id));
        let session = session.and_then(|session| session.name.as_deref()).unwrap_or("session");
        match self {
            Self::Message => format!("message-{session}"),
            Self::Session => session.to_owned(),
            Self::Result => format!("result-{}", tab.name),
            Self::Everything => tab.name.clone(),
        }
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
    /// A dialog about what can be exported, with its first preview under way; else why there is
    /// nothing to export.
    pub(in crate::app) fn new(context: &LayerContext<'_>) -> Result<(Self, Effect), String> {
        let tab = context.tab();
        if tab.filter.is_complete() && tab.filter.hits().is_some_and(|hits| hits.is_empty()) {
            // All that could be offered is what the filter hides.
            let key = context.key(Action::ClearFilter);
            return Err(format!("the filter leaves nothing to export; {key} clears it"));
        }
        let is_there = |scope: &ExportScope| {
            let is_result = *scope == ExportScope::Result;
            scope.counts(tab).0 > 0 && (!is_result || context.queries.filter().is_some())
        };
        let scopes: Vec<_> = ExportScope::ALL.into_iter().filter(is_there).collect();
        let session = scopes.iter().copied().find(|&scope| scope == ExportScope::Session);
        let Some(scope) = session.or_else(|| scopes.first().copied()) else {
            return Err("there is nothing to export".to_owned());
        };
        let mut dialog = Self {
            scope,
            options: context.export_options,
            row: ExportRow::What,
            counts: (0, 0),
            hidden: None,
            preview: None,
            scopes,
            ticket: ExportTicket::default(),
        };
        let preview = dialog.ask_for_preview(context);
        Ok((dialog, preview))
    }

    fn ask_for_preview(&mut self, context: &LayerContext<'_>) -> Effect {
        let tab = context.tab();
        self.ticket = ExportTicket(context.tickets.next());
        self.counts = self.scope.counts(tab);
        self.hidden = self.scope.hidden_of(tab);
        let (messages, sessions) = self.counts;
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        let whole = ExportCounts { messages: count(messages), sessions: count(sessions) };
        let beginning = self.scope.beginning(tab);
        let job = self.options.job(beginning, tab, context.settings);
        let job = ExportJob { whole: Some(whole), ..job };
        Effect::Run(Task::PreviewExport(self.ticket, Box::new(job)))
    }

    /// Changes the dialog, and asks for what would be written now.
    fn update(
        &mut self,
        context: &LayerContext<'_>,
        change: impl FnOnce(&mut Self),
    ) -> Vec<LayerRequest> {
        let before = (self.scope, self.options);
        change(self);
        if before == (self.scope, self.options) {
            return Vec::new();
        }
        vec![LayerRequest::Effect(self.ask_for_preview(context))]
    }

    /// Takes in the first lines of what would be written.
    pub(in crate::app) fn previewed(&mut self, ticket: ExportTicket, lines: Vec<String>) {
        if self.ticket == ticket {
            self.preview = Some(lines);
        }
    }

    fn step(&mut self, way: Direction) {
        self.row = stepped(&ExportRow::ALL, self.row, way);
    }

    /// Begins what the dialog says.
    fn accept(&self, context: &LayerContext<'_>) -> Reply {
        let (tab, scope, options) = (context.tab(), self.scope, self.options);
        let notify = |words: String| {
            let notice = LayerRequest::Notify(Severity::Info, words);
            Reply::Done(vec![LayerRequest::Close, LayerRequest::KeepExportOptions(options), notice])
        };
        if context.is_exporting {
            let key = context.key(Action::Back);
            let words = "one export at a time: another is being written";
            return notify(format!("{words}; {key} stops it"));
        }
        let Some(chosen) = scope.chosen(tab) else {
            return notify("the filter is still at work; try again in a moment".to_owned());
        };
        let ticket = ExportTicket(context.tickets.next());
        let of = u64::try_from(scope.counts(tab).0).unwrap_or(u64::MAX);
        let exporting = Exporting { ticket, done: 0, of, is_stopping: false };
        let job = Box::new(options.job(chosen, tab, context.settings));
        let aside = scope.hidden_of(tab).map(Hidden::aside);
        let effect = Effect::Export { ticket, name: scope.file_name(tab), job, aside };
        Reply::Done(vec![
            LayerRequest::Close,
            LayerRequest::KeepExportOptions(options),
            LayerRequest::Export(exporting, effect),
        ])
    }

    /// A click chooses a row, and changes it when it was chosen already. Outside it closes.
    fn click(&mut self, x: u16, y: u16, context: &LayerContext<'_>) -> Reply {
        let area = Self::area(context.size);
        if !area.holds(x, y) {
            return Reply::close();
        }
        let inside = area.inside();
        let row = ExportRow::ALL.get(usize::from(y.saturating_sub(inside.y)));
        let Some(&row) = row.filter(|_| y >= inside.y) else { return Reply::done() };
        Reply::Done(self.update(context, |dialog| {
            if dialog.row == row {
                dialog.change(Direction::Down);
            }
            dialog.row = row;
        }))
    }

    /// Where it lies, with its border.
    pub fn area(size: Size) -> Area {
        let rows = u16::try_from(ExportRow::ALL.len()).unwrap_or(u16::MAX);
        geometry::middle(size, COLUMNS, rows.saturating_add(PREVIEW + 4))
    }

    /// Changes the value of the chosen row; whether there is another one.
    fn change(&mut self, way: Direction) {
        match self.row {
            ExportRow::What => {
                self.scope = stepped(&self.scopes, self.scope, way);
            }
            ExportRow::Form => {
                self.options.form = stepped(Format::ALL, self.options.form, way);
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
        let begins = |form: &Format| {
            form.name().chars().next().is_some_and(|first| first.eq_ignore_ascii_case(&letter))
        };
        let at = Format::ALL.iter().position(|form| *form == self.options.form).unwrap_or(0);
        let later = Format::ALL.iter().cycle().skip(at + 1).take(Format::ALL.len());
        if let Some(&form) = later.into_iter().find(|form| begins(form)) {
            self.options.form = form;
        }
    }
}

/// The neighbour of a value, round and round.
fn stepped<T: Copy + PartialEq>(all: &[T], value: T, way: Direction) -> T {
    let at = all.iter().position(|other| *other == value).unwrap_or(0);
    let step = if way == Direction::Down { 1 } else { all.len().saturating_sub(1) };
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

impl LayerState for ExportDialog {
    fn typing(&self) -> Typing {
        Typing::Inside
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        match action {
            Action::Accept => return self.accept(context),
            Action::Cancel => return Reply::close(),
            Action::InputUp | Action::MoveUp | Action::CompleteBack => self.step(Direction::Up),
            Action::InputDown | Action::MoveDown | Action::Complete => self.step(Direction::Down),
            Action::InputLeft | Action::GoOut => {
                return Reply::Done(self.update(context, |dialog| dialog.change(Direction::Up)));
            }
            Action::InputRight | Action::GoIn => {
                return Reply::Done(self.update(context, |dialog| dialog.change(Direction::Down)));
            }
            // Help lies over the dialog; typing has no other use for these keys.
            Action::Help => return Reply::Pass,
            _ if action.row().place == KeyContext::Input => return Reply::Pass,
            _ => return Reply::of_panel(action),
        }
        Reply::done()
    }

    /// Letters stand for forms; a blank changes the chosen row.
    fn on_text(&mut self, text: &str, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(' '), None) => self.update(context, |dialog| dialog.change(Direction::Down)),
            (Some(letter), None) => self.update(context, |dialog| dialog.take_letter(letter)),
            // Pasted, and meant for something else.
            _ => Vec::new(),
        }
    }

    fn on_mouse(&mut self, event: MouseEvent, context: &LayerContext<'_>) -> Reply {
        match event {
            MouseEvent::Pressed(x, y) => return self.click(x, y, context),
            MouseEvent::WheelDown(..) => self.step(Direction::Down),
            MouseEvent::WheelUp(..) => self.step(Direction::Up),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Reply::done()
    }
}

/// Whether each session of the scope has its place in the order of the list.
fn is_order_whole(tab: &ScopeView) -> bool {
    tab.sessions.order().len() == tab.store.sessions().len()
}

/// The selected message, and the exact repeats of it.
fn selected_message(tab: &ScopeView) -> Vec<MsgRef> {
    let copies = |at| tab.store.copies().of(at).iter().copied();
    tab.selected().into_iter().flat_map(|at| std::iter::once(at).chain(copies(at))).collect()
}
