//! Views: queries with a name, kept in the config. Picking one, and saving the filter as one.

use crate::config::View;

use super::App;
use super::action::Action;
use super::effect::Effect;
use super::field::Field;
use super::overlay::{Choice, MenuRow, Overlay, matches};
use crate::port::Severity;

/// The longest name, in characters.
const LONGEST: usize = 60;

/// The name of a view that is being typed.
#[derive(Debug)]
pub struct NameView {
    /// The name.
    pub field: Field,
    /// What is to be saved.
    pub query: String,
    /// What is wrong with the name, or what the next `Enter` does.
    pub says: Option<&'static str>,
    /// The name that may be replaced, once that was asked.
    replaces: Option<String>,
}

impl App {
    /// Asks for the name under which the filter is saved.
    pub(super) fn open_name_view(&mut self) {
        let Some(filter) = self.filter() else {
            let key = self.key(Action::Filter);
            let text = format!("there is no filter to save; {key} filters");
            self.tell(Severity::Info, &text);
            return;
        };
        let query = filter.text.clone();
        // The view that it is already is probably to be named otherwise.
        let known = self.settings.views.iter().find(|view| view.query == query);
        let field = Field::new(known.map_or("", |view| &view.name));
        let naming = NameView { field, query, says: None, replaces: None };
        self.overlay = Overlay::NameView(Box::new(naming));
    }

    /// The name was changed.
    pub(super) fn name_changed(&mut self) {
        if let Overlay::NameView(naming) = &mut self.overlay {
            naming.says = None;
            naming.replaces = None;
        }
    }

    /// Saves the filter under the name that is typed. A view of this name is replaced only by a
    /// second `Enter`.
    pub(super) fn accept_name(&mut self) -> Vec<Effect> {
        let Overlay::NameView(naming) = &mut self.overlay else { return Vec::new() };
        let name = naming.field.text().trim().to_owned();
        if name.is_empty() {
            naming.says = Some("a view needs a name");
            return Vec::new();
        }
        if name.chars().count() > LONGEST {
            naming.says = Some("the name is longer than 60 characters");
            return Vec::new();
        }
        let is_taken = self.settings.views.iter().any(|view| view.name == name);
        if is_taken && naming.replaces.as_ref() != Some(&name) {
            naming.says = Some("there is a view of this name: Enter again replaces its query");
            naming.replaces = Some(name);
            return Vec::new();
        }
        let view = View { name, query: naming.query.clone() };
        self.overlay = Overlay::None;
        vec![Effect::SaveView { view, replaces: is_taken }]
    }

    /// A view stands in the config now.
    pub(super) fn view_saved(&mut self, view: View, file: &str) -> Vec<Effect> {
        let key = self.key(Action::PickView);
        let text = format!("“{}” is saved in {file}; {key} picks it", view.name);
        match self.settings.views.iter_mut().find(|known| known.name == view.name) {
            Some(known) => *known = view,
            None => self.settings.views.push(view),
        }
        self.tell(Severity::Info, &text);
        Vec::new()
    }

    pub(super) fn view_rows(&self, typed: &str) -> Vec<MenuRow> {
        let views = self.settings.views.iter();
        let views = views.filter(|view| matches(typed, &[&view.name, &view.query]));
        views
            .map(|view| MenuRow {
                label: view.name.clone(),
                detail: view.query.clone(),
                choice: Choice::Filter(view.query.clone()),
            })
            .collect()
    }
}
