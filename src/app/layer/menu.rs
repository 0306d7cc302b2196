//! Lists to choose from, narrowed by what is typed: actions, scopes, the terms of the filter, what
//! the selection can be filtered by, and views.

use crate::message::{NameId, RoleId};
use crate::port::Severity;
use crate::query;
use crate::scope::Scope;

use super::super::action::{Action, KeyContext, TABLE};
use super::super::event::MouseEvent;
use super::super::field::TextField;
use super::super::geometry::{self, Area, Pane, Size};
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};

/// What a menu is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MenuKind {
    /// Any action.
    Palette,
    /// The scopes, or one that is typed.
    Scopes,
    /// The terms of the filter.
    Terms,
    /// What the selected session or message can be filtered by.
    FilterBy,
    /// Queries with a name.
    Views,
}

/// A list to choose from, narrowed by what is typed.
#[derive(Debug)]
pub struct Menu {
    /// What it is for.
    pub kind: MenuKind,
    /// What is typed.
    pub field: TextField,
    /// The chosen row.
    pub selected: usize,
    /// What can be chosen, as narrowed.
    pub rows: Vec<MenuRow>,
}

/// One row of a menu.
#[derive(Clone, Debug)]
pub struct MenuRow {
    /// What is read first; not cleaned.
    pub label: String,
    /// What stands beside it; not cleaned.
    pub detail: String,
    /// What choosing it does.
    pub choice: Choice,
}

/// What choosing a row of a menu does.
#[derive(Clone, Debug)]
pub enum Choice {
    /// An action.
    Do(Action),
    /// A scope that is there.
    Switch(usize),
    /// A scope that is new.
    Add(Scope),
    /// The term of the filter of this number, to be changed.
    Term(usize),
    /// A term for the filter.
    AddTerm(String),
    /// A filter.
    Filter(String),
}

impl Menu {
    /// A menu with nothing typed.
    pub(in crate::app) fn new(kind: MenuKind) -> Self {
        Self { kind, field: TextField::default(), selected: 0, rows: Vec::new() }
    }

    /// Moves the choice, and stops at the ends.
    pub fn step(&mut self, rows: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
    }

    /// Where it lies, with its border.
    pub fn area(&self, size: Size) -> Area {
        let rows = u16::try_from(self.rows.len()).unwrap_or(u16::MAX).clamp(3, 18);
        geometry::middle(size, 76, rows.saturating_add(3))
    }

    /// Where its rows lie in its area: below what is typed.
    pub fn list(area: Area) -> Area {
        let inside = area.inside();
        Area { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside }
    }

    /// The first row shown in so many lines.
    pub fn top(&self, height: usize) -> usize {
        (self.selected + 1).saturating_sub(height)
    }

    /// Chooses the row at a cell; `false` when there is none.
    pub fn choose_at(&mut self, size: Size, x: u16, y: u16) -> bool {
        let list = Self::list(self.area(size));
        let row = self.top(usize::from(list.height)) + usize::from(y.saturating_sub(list.y));
        let is_row = list.holds(x, y) && row < self.rows.len();
        if is_row {
            self.selected = row;
        }
        is_row
    }

    /// The chosen row.
    pub fn chosen(&self) -> Option<&MenuRow> {
        self.rows.get(self.selected)
    }

    /// Makes the rows anew from what is typed.
    fn fill(&mut self, context: &LayerContext<'_>) {
        let typed = self.field.text();
        self.rows = match self.kind {
            MenuKind::Palette => context.palette_rows(typed),
            MenuKind::Scopes => context.scope_rows(typed),
            MenuKind::Terms => context.term_rows(typed),
            MenuKind::FilterBy => context.filter_by_rows(typed),
            MenuKind::Views => context.view_rows(typed),
        };
        self.step(0);
    }

    /// What the chosen row asks for.
    fn choose(&self) -> Reply {
        let Some(row) = self.chosen() else {
            if self.kind == MenuKind::Scopes {
                let words = "type group:ID, user:ID, both, or all";
                return LayerRequest::Notify(Severity::Info, words.to_owned()).into();
            }
            return Reply::done();
        };
        let request = match row.choice.clone() {
            Choice::Do(action) => LayerRequest::Do(action),
            Choice::Switch(number) => LayerRequest::Switch(number),
            Choice::Add(scope) => LayerRequest::AddScope(scope),
            Choice::Term(number) => LayerRequest::EditTerm(number),
            Choice::AddTerm(term) => LayerRequest::AddTerm(term),
            Choice::Filter(text) => LayerRequest::Filter(text),
        };
        Reply::Done(vec![LayerRequest::Close, request])
    }

    /// In the list of terms with nothing typed, a key that takes the chosen one away; [`None`]
    /// anywhere else.
    fn remove_chosen_term(&self, context: &LayerContext<'_>) -> Option<Vec<LayerRequest>> {
        if self.kind != MenuKind::Terms || !self.field.text().is_empty() {
            return None;
        }
        let Some(Choice::Term(number)) = self.chosen().map(|row| &row.choice) else {
            return Some(Vec::new());
        };
        let is_last =
            context.queries.filter().is_some_and(|filter| filter.query.chips().count() == 1);
        let mut requests = vec![LayerRequest::RemoveTerm(*number)];
        if is_last {
            requests.insert(0, LayerRequest::Close);
        }
        Some(requests)
    }
}

impl LayerState for Menu {
    fn typing(&self) -> Typing {
        Typing::Inside
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        match action {
            Action::Accept => return self.choose(),
            Action::Cancel => return Reply::close(),
            Action::InputUp | Action::CompleteBack => self.step(-1),
            Action::InputDown | Action::Complete => self.step(1),
            Action::DeleteForward if let Some(requests) = self.remove_chosen_term(context) => {
                return Reply::Done(requests);
            }
            _ if self.field.edit(action) => {
                self.selected = 0;
                self.fill(context);
            }
            _ => return Reply::Pass,
        }
        Reply::done()
    }

    fn on_text(&mut self, text: &str, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        if text == " "
            && let Some(requests) = self.remove_chosen_term(context)
        {
            return requests;
        }
        self.field.insert(text);
        self.selected = 0;
        self.fill(context);
        Vec::new()
    }

    fn on_mouse(&mut self, event: MouseEvent, context: &LayerContext<'_>) -> Reply {
        match event {
            MouseEvent::WheelDown(..) => self.step(1),
            MouseEvent::WheelUp(..) => self.step(-1),
            MouseEvent::Pressed(x, y) if self.choose_at(context.size, x, y) => {
                return self.choose();
            }
            MouseEvent::Pressed(..) => return Reply::close(),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Reply::done()
    }

    fn refresh(&mut self, context: &LayerContext<'_>) {
        self.fill(context);
    }
}

impl LayerContext<'_> {
    fn palette_rows(&self, typed: &str) -> Vec<MenuRow> {
        let rows = TABLE.iter().filter(|row| row.place != KeyContext::Input);
        let rows = rows.filter(|row| matches(typed, &[row.name, row.help]));
        rows.map(|row| MenuRow {
            label: row.help.to_owned(),
            detail: self.settings.keymap.keys_of(row.action).collect::<Vec<_>>().join(" "),
            choice: Choice::Do(row.action),
        })
        .collect()
    }

    fn scope_rows(&self, typed: &str) -> Vec<MenuRow> {
        let mut rows = Vec::new();
        if let Some(scope) = Scope::parse(typed)
            && !self.workspace.tabs().iter().any(|tab| tab.scope == scope)
        {
            rows.push(MenuRow {
                label: scope.to_string(),
                detail: "new".to_owned(),
                choice: Choice::Add(scope),
            });
        }
        for (number, tab) in self.workspace.tabs().iter().enumerate() {
            let asked = question_of(&tab.scope);
            if !matches(typed, &[&tab.name, &asked]) {
                continue;
            }
            let number_key = if number < 9 { format!("{}  ", number + 1) } else { String::new() };
            rows.push(MenuRow {
                label: tab.name.clone(),
                detail: format!("{number_key}{asked}"),
                choice: Choice::Switch(number),
            });
        }
        rows
    }

    fn term_rows(&self, typed: &str) -> Vec<MenuRow> {
        let Some(filter) = self.queries.filter() else { return Vec::new() };
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

    /// What the selected session or message can be filtered by.
    pub(in crate::app) fn filter_by_rows(&self, typed: &str) -> Vec<MenuRow> {
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

    fn view_rows(&self, typed: &str) -> Vec<MenuRow> {
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

/// Whether every word that is typed is somewhere in the texts of a row, whatever its case.
fn matches(typed: &str, texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    typed
        .split_whitespace()
        .map(str::to_lowercase)
        .all(|word| texts.iter().any(|text| text.contains(&word)))
}

/// What a scope asks for, in the words in which one is typed.
fn question_of(scope: &Scope) -> String {
    if scope.is_all() {
        return "all".to_owned();
    }
    let user = scope.user.iter().map(|id| format!("user:{id}"));
    let groups = scope.groups.iter().map(|id| format!("group:{id}"));
    user.chain(groups).collect::<Vec<_>>().join(" ")
}

/// What stands for a value that is missing.
fn without(field: &str) -> &'static str {
    match field {
        "session" => "Those without a session",
        "user" => "Those without a user",
        _ => "Those without a component",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_is_narrowed_by_words_in_any_order() {
        assert!(matches("", &["anything"]));
        assert!(matches("mess NEXT", &["next-message", "Go to the next message"]));
        assert!(!matches("next session", &["next-message"]));
    }
}
