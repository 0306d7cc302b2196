//! Menus and what is typed into them: the palette, the scopes.

use crate::scope::Scope;

use super::App;
use super::action::{Action, Place, TABLE};
use super::effect::Effect;
use super::overlay::{Choice, MenuKind, MenuRow, Overlay, matches};
use super::transcript::Way;
use crate::port::QueryKind;
use crate::port::Severity;

impl App {
    /// Makes the rows of the open menu anew from what is typed.
    pub(super) fn fill_menu(&mut self) {
        let Overlay::Menu(menu) = &self.overlay else { return };
        let typed = menu.field.text();
        let rows = match menu.kind {
            MenuKind::Palette => self.palette_rows(typed),
            MenuKind::Scopes => self.scope_rows(typed),
            MenuKind::Terms => self.term_rows(typed),
            MenuKind::FilterBy => self.by_rows(typed),
            MenuKind::Views => self.view_rows(typed),
        };
        if let Overlay::Menu(menu) = &mut self.overlay {
            menu.rows = rows;
            menu.step(0);
        }
    }

    fn palette_rows(&self, typed: &str) -> Vec<MenuRow> {
        let rows = TABLE.iter().filter(|row| row.place != Place::Input);
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
            && !self.tabs.iter().any(|tab| tab.scope == scope)
        {
            rows.push(MenuRow {
                label: scope.to_string(),
                detail: "new".to_owned(),
                choice: Choice::Add(scope),
            });
        }
        for (number, tab) in self.tabs.iter().enumerate() {
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

    /// The actions of fields that take text.
    pub(super) fn act_on_input(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Accept => return self.accept(),
            Action::Cancel => return self.cancel(),
            Action::InputUp | Action::InputDown => {
                let way = if action == Action::InputUp { Way::Up } else { Way::Down };
                return self.step_input(way);
            }
            Action::Complete | Action::CompleteBack => {
                let way = if action == Action::Complete { Way::Down } else { Way::Up };
                return match &self.overlay {
                    Overlay::Prompt(_) => self.walk_completion(way),
                    _ => self.step_input(way),
                };
            }
            Action::DeleteForward if let Some(effects) = self.remove_chosen_term() => {
                return effects;
            }
            _ => {}
        }
        match &mut self.overlay {
            Overlay::Prompt(prompt) => {
                if action == Action::DeleteBack && prompt.field.text().is_empty() {
                    return self.cancel_prompt();
                }
                if prompt.field.edit(action) {
                    return self.prompt_changed();
                }
            }
            Overlay::MetadataPrompt(field) => {
                if field.edit(action) {
                    self.metadata_prompt_changed();
                }
            }
            Overlay::TimePrompt(prompt) => {
                if prompt.field.edit(action) {
                    self.time_prompt_changed();
                }
            }
            Overlay::NameView(naming) => {
                if naming.field.edit(action) {
                    self.name_changed();
                }
            }
            Overlay::Menu(menu) => {
                if menu.field.edit(action) {
                    menu.selected = 0;
                    self.fill_menu();
                }
            }
            Overlay::Export(_) => return self.act_on_export(action),
            Overlay::None | Overlay::Help(_) | Overlay::Facets(_) | Overlay::Report(_) => {}
        }
        Vec::new()
    }

    fn accept(&mut self) -> Vec<Effect> {
        match &self.overlay {
            Overlay::Prompt(_) => self.accept_prompt(),
            Overlay::Menu(_) => self.choose(),
            Overlay::TimePrompt(_) => {
                self.accept_time();
                Vec::new()
            }
            Overlay::NameView(_) => self.accept_name(),
            Overlay::Export(_) => self.accept_export(),
            Overlay::MetadataPrompt(_) => {
                self.overlay = Overlay::None;
                Vec::new()
            }
            Overlay::None | Overlay::Help(_) | Overlay::Facets(_) | Overlay::Report(_) => {
                Vec::new()
            }
        }
    }

    fn cancel(&mut self) -> Vec<Effect> {
        if let Some(effects) = self.close_completion() {
            return effects;
        }
        match &self.overlay {
            Overlay::Prompt(_) => self.cancel_prompt(),
            Overlay::MetadataPrompt(_) => {
                self.overlay = Overlay::None;
                self.with_inspector(|inspector| inspector.search(""));
                Vec::new()
            }
            _ => {
                self.overlay = Overlay::None;
                Vec::new()
            }
        }
    }

    fn step_input(&mut self, way: Way) -> Vec<Effect> {
        match &mut self.overlay {
            Overlay::Menu(menu) => {
                menu.step(if way == Way::Down { 1 } else { -1 });
                Vec::new()
            }
            Overlay::Prompt(prompt) => {
                let history = match prompt.finding {
                    QueryKind::Filter => &self.filter_history,
                    QueryKind::Search => &self.search_history,
                };
                match way {
                    Way::Up => prompt.field.older(history),
                    Way::Down => prompt.field.newer(history),
                }
                self.prompt_changed()
            }
            Overlay::Export(_) => {
                self.step_export(way);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Does what the chosen row of the menu says.
    pub(super) fn choose(&mut self) -> Vec<Effect> {
        let Overlay::Menu(menu) = &self.overlay else { return Vec::new() };
        let Some(row) = menu.chosen().cloned() else {
            if menu.kind == MenuKind::Scopes {
                self.tell(Severity::Info, "type group:ID, user:ID, both, or all");
            }
            return Vec::new();
        };
        self.overlay = Overlay::None;
        match row.choice {
            Choice::Do(action) => self.act(action),
            Choice::Switch(number) => self.switch(number),
            Choice::Add(scope) => self.add_scope(scope),
            Choice::Term(number) => self.choose_term(number),
            Choice::AddTerm(term) => self.add_filter_term(term),
            Choice::Filter(text) => self.filter_by(&text),
        }
    }
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
