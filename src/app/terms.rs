//! The terms of the filter: adding one, taking one away, choosing one to be changed.

use crate::message::{NameId, RoleId};
use crate::query::{self, Expr};

use super::App;
use super::action::Action;
use super::effect::Effect;
use super::finder::Question;
use super::geometry::Pane;
use super::overlay::{Choice, MenuKind, MenuRow, Overlay, matches};
use crate::port::QueryKind;
use crate::port::Severity;

impl App {
    /// Asks for this term in addition to the filter in force.
    pub(super) fn add_filter_term(&mut self, term: String) -> Vec<Effect> {
        let text = match self.filter() {
            Some(filter) if filter.query.chips().any(|chip| chip.text == term) => {
                self.tell(Severity::Info, "the filter has this term already");
                return Vec::new();
            }
            Some(filter) if matches!(filter.query.root(), Expr::Any(_)) => {
                format!("({}) {term}", filter.text)
            }
            Some(filter) => format!("{} {term}", filter.text),
            None => term,
        };
        self.filter_by(&text)
    }

    /// Filters by a text; says what is wrong with it.
    pub(super) fn filter_by(&mut self, text: &str) -> Vec<Effect> {
        match Question::new(text, self.settings.zone, self.now) {
            Ok(question) => {
                self.filter_history.add(text);
                self.ask(QueryKind::Filter, question)
            }
            Err(error) => {
                self.tell(Severity::Warning, &error.message);
                Vec::new()
            }
        }
    }

    /// Takes a term of the filter away.
    pub(super) fn remove_term(&mut self, number: usize) -> Vec<Effect> {
        let text = self.filter().and_then(|filter| {
            let chip = filter.query.chips().nth(number)?;
            Some(filter.query.without(&chip))
        });
        text.map_or_else(Vec::new, |text| self.filter_by(&text))
    }

    /// Opens the line for the filter, with the cursor behind a term.
    fn edit_term(&mut self, number: usize) -> Vec<Effect> {
        let place = self.filter().and_then(|filter| {
            let chip = filter.query.chips().nth(number)?;
            Some((filter.query.source().to_owned(), chip.range.end))
        });
        let effects = self.open_prompt(QueryKind::Filter);
        if let (Some((text, end)), Overlay::Prompt(prompt)) = (place, &mut self.overlay) {
            prompt.field.set(&text, end);
        }
        effects
    }

    /// Opens the list of the filter's terms.
    pub(super) fn open_terms(&mut self) {
        if self.filter().is_none() {
            let key = self.key(Action::Filter);
            self.tell(Severity::Info, &format!("nothing is filtered; {key} filters"));
        } else {
            self.open_menu(MenuKind::Terms);
        }
    }

    pub(super) fn term_rows(&self, typed: &str) -> Vec<MenuRow> {
        let Some(filter) = self.filter() else { return Vec::new() };
        let terms = filter.query.chips().map(|chip| chip.text.to_owned()).enumerate();
        let terms = terms.filter(|(_, term)| matches(typed, &[term]));
        terms
            .map(|(number, label)| MenuRow {
                label,
                detail: String::new(),
                choice: Choice::Term(number),
            })
            .collect()
    }

    /// In the list of terms with nothing typed, a key that takes the chosen one away; [`None`]
    /// anywhere else.
    pub(super) fn remove_chosen_term(&mut self) -> Option<Vec<Effect>> {
        let Overlay::Menu(menu) = &self.overlay else { return None };
        if menu.kind != MenuKind::Terms || !menu.field.text().is_empty() {
            return None;
        }
        let Some(Choice::Term(number)) = menu.chosen().map(|row| &row.choice) else {
            return Some(Vec::new());
        };
        let effects = self.remove_term(*number);
        if self.filter().is_none() {
            self.overlay = Overlay::None;
        }
        self.fill_menu();
        Some(effects)
    }

    /// A term was chosen to be changed.
    pub(super) fn choose_term(&mut self, number: usize) -> Vec<Effect> {
        self.edit_term(number)
    }

    /// Opens the list of what the selected session or message can be filtered by.
    pub(super) fn open_filter_by(&mut self) {
        if self.by_rows("").is_empty() {
            self.tell(Severity::Info, "nothing is selected");
        } else {
            self.open_menu(MenuKind::FilterBy);
        }
    }

    /// What the selected session or message can be filtered by.
    pub(super) fn by_rows(&self, typed: &str) -> Vec<MenuRow> {
        let tab = self.tab();
        let of_list = tab.sessions.selected().filter(|_| self.focus == Pane::Sessions);
        let Some(id) = of_list.or(tab.transcript.session) else { return Vec::new() };
        let Some(session) = tab.store.session(id) else { return Vec::new() };
        let message = match of_list {
            Some(_) => session.title.or_else(|| session.messages.first().copied()),
            None => tab.selected(),
        };
        let row = message.and_then(|message| tab.store.row(message));
        let user = match (of_list, row) {
            (None, Some(row)) => row.user,
            _ => session.user,
        };
        let name = |id: NameId| (id != NameId::NONE).then(|| tab.store.name(id));
        let role = row.filter(|row| of_list.is_none() && row.role != RoleId::NONE);
        let of = [
            ("This session", "session", session.name.as_deref()),
            ("This user", "user", name(user)),
            ("This component", "component", row.and_then(|row| name(row.component))),
            ("This role", "role", role.map(|row| tab.store.role(row.role))),
        ];
        let rows = of.into_iter().filter(|(_, field, value)| value.is_some() || *field != "role");
        let rows = rows.filter(|(label, ..)| matches(typed, &[label]));
        rows.map(|(label, field, value)| {
            let term = query::term(field, value.unwrap_or(""));
            let label = if value.is_some() { label } else { without(field) };
            MenuRow { label: label.to_owned(), detail: term.clone(), choice: Choice::AddTerm(term) }
        })
        .collect()
    }
}

/// What stands for a value that is missing.
fn without(field: &str) -> &'static str {
    match field {
        "session" => "Those without a session",
        "user" => "Those without a user",
        _ => "Those without a component",
    }
}
