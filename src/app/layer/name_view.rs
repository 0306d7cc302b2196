//! The line for the name under which the filter is saved as a view in the config.

use crate::config::View;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::TextField;
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};

/// The longest name, in characters.
const LONGEST: usize = 60;

/// The name of a view that is being typed.
#[derive(Debug)]
pub struct NameView {
    /// The name.
    pub field: TextField,
    /// What is to be saved.
    pub query: String,
    /// What is wrong with the name, or what the next `Enter` does.
    pub says: Option<&'static str>,
    /// The name that may be replaced, once that was asked.
    replaces: Option<String>,
}

impl NameView {
    /// A line for the name of this query. A view with the same query is probably to be renamed.
    pub(in crate::app) fn new(query: String, views: &[View]) -> Self {
        let known = views.iter().find(|view| view.query == query);
        let field = TextField::new(known.map_or("", |view| &view.name));
        Self { field, query, says: None, replaces: None }
    }

    fn changed(&mut self) {
        self.says = None;
        self.replaces = None;
    }

    /// Saves the filter under the name that is typed. A view of this name is replaced only by a
    /// second `Enter`.
    fn accept(&mut self, context: &LayerContext<'_>) -> Reply {
        let name = self.field.text().trim().to_owned();
        if name.is_empty() {
            self.says = Some("a view needs a name");
            return Reply::done();
        }
        if name.chars().count() > LONGEST {
            self.says = Some("the name is longer than 60 characters");
            return Reply::done();
        }
        let is_taken = context.settings.views.iter().any(|view| view.name == name);
        if is_taken && self.replaces.as_ref() != Some(&name) {
            self.says = Some("there is a view of this name: Enter again replaces its query");
            self.replaces = Some(name);
            return Reply::done();
        }
        let view = View { name, query: self.query.clone() };
        let save = LayerRequest::Effect(Effect::SaveView { view, replaces: is_taken });
        Reply::Done(vec![LayerRequest::Close, save])
    }
}

impl LayerState for NameView {
    fn typing(&self) -> Typing {
        Typing::Below
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        match action {
            Action::Accept => self.accept(context),
            Action::Cancel => Reply::close(),
            _ if self.field.edit(action) => {
                self.changed();
                Reply::done()
            }
            _ => Reply::Pass,
        }
    }

    fn on_text(&mut self, text: &str, _: &LayerContext<'_>) -> Vec<LayerRequest> {
        self.field.insert(text);
        self.changed();
        Vec::new()
    }
}
