//! The line for a search or a filter: asks as the person types, and completes.

pub mod completion;

use crate::port::QueryKind;
use crate::query::{self, QueryError};

use super::super::action::Action;
use super::super::counts::{Ask, Base};
use super::super::event::MouseEvent;
use super::super::field::TextField;
use super::super::scope_view::ReadingPlace;
use super::super::transcript::{Direction, KeptFolds};
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};
use crate::search::CompiledQuery;
use completion::{Completion, Why};

/// Where the person was when the typing began; each result is seen from there.
#[derive(Clone, Debug)]
pub struct PromptOrigin {
    /// The scope's number and the place in it.
    pub place: Option<(usize, ReadingPlace)>,
    /// What was folded in the session shown; a match opens what hides it.
    pub folds: Option<KeptFolds>,
}

/// A search or filter that is being typed.
#[derive(Debug)]
pub struct Prompt {
    /// Which of the two.
    pub kind: QueryKind,
    /// The text.
    pub field: TextField,
    /// What it can go on with.
    pub completion: Completion,
    /// What is wrong with it.
    pub error: Option<QueryError>,
    before: Option<CompiledQuery>,
    start: PromptOrigin,
}

impl Prompt {
    /// A line that begins with the query in force: a filter is edited, a search is mostly a new one.
    pub(in crate::app) fn new(
        kind: QueryKind,
        before: Option<CompiledQuery>,
        start: PromptOrigin,
    ) -> Self {
        let text = match (kind, &before) {
            (QueryKind::Filter, Some(question)) => question.text.as_str(),
            _ => "",
        };
        let (field, completion) = (TextField::new(text), Completion::default());
        Self { kind, field, completion, error: None, before, start }
    }

    /// The text has changed: it is completed and asked at once.
    fn changed(&mut self, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        self.complete(Why::Typed, context);
        self.ask(context)
    }

    /// Asks what is typed. While a field has no value yet, all but the field is asked, since its
    /// name was no word to look for; after any other mistake the last result stays.
    pub(super) fn ask(&mut self, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        let (zone, now) = (context.settings.zone, context.now);
        let typed = self.field.text();
        let asked = match CompiledQuery::new(typed, zone, now) {
            Ok(question) => {
                self.error = None;
                Some(question)
            }
            Err(error) => {
                self.error = Some(error);
                let rest = query::without_unfinished(typed, self.field.cursor_byte());
                rest.and_then(|rest| CompiledQuery::new(&rest, zone, now).ok())
            }
        };
        let ask = |question| LayerRequest::Ask(self.kind, question, self.start.clone());
        asked.map(ask).into_iter().collect()
    }

    fn accept(&self) -> Reply {
        if self.error.is_some() {
            return Reply::done();
        }
        let text = self.field.text().to_owned();
        Reply::Done(vec![LayerRequest::Close, LayerRequest::Accept(self.kind, text)])
    }

    fn cancel(&mut self) -> Reply {
        let restore = LayerRequest::Restore(self.kind, self.before.take(), self.start.clone());
        Reply::Done(vec![LayerRequest::Close, restore])
    }

    fn step_history(&mut self, way: Direction, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        let history = context.queries.history(self.kind);
        match way {
            Direction::Up => self.field.older(history),
            Direction::Down => self.field.newer(history),
        }
        self.changed(context)
    }
}

impl LayerState for Prompt {
    fn typing(&self) -> Typing {
        Typing::Below
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        Reply::Done(match action {
            Action::Accept => return self.accept(),
            Action::Cancel => match self.close_completion(context) {
                Some(requests) => requests,
                None => return self.cancel(),
            },
            Action::InputUp => self.step_history(Direction::Up, context),
            Action::InputDown => self.step_history(Direction::Down, context),
            Action::Complete => self.walk_completion(Direction::Down, context),
            Action::CompleteBack => self.walk_completion(Direction::Up, context),
            Action::DeleteBack if self.field.text().is_empty() => return self.cancel(),
            _ if self.field.edit(action) => self.changed(context),
            _ => return Reply::Pass,
        })
    }

    fn on_text(&mut self, text: &str, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        if !self.has_already(text) {
            self.field.insert(text);
        }
        self.changed(context)
    }

    fn on_mouse(&mut self, event: MouseEvent, context: &LayerContext<'_>) -> Reply {
        match event {
            MouseEvent::Pressed(x, y) => match self.suggestion_at(x, y, context) {
                Some(number) => Reply::Done(self.take_suggestion(number, context)),
                None => Reply::Pass,
            },
            _ => Reply::Pass,
        }
    }

    fn asks(&self, context: &LayerContext<'_>) -> Option<(Option<Base>, Vec<Ask>)> {
        let asks = self.completion.asks();
        Some((Some(context.all_base()), asks.to_vec())).filter(|_| !asks.is_empty())
    }

    fn on_counts(&mut self, context: &LayerContext<'_>) {
        if !self.completion.is_walking() {
            self.complete(Why::Counted, context);
        }
    }
}
