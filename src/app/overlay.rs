//! What lies over the panes: a line to type into, a menu, the help. At most one at a time.

use crate::query::QueryError;

use super::action::Action;
use super::completion::Completion;
use super::exports::ExportDialog;
use super::facet_panel::FacetPanel;
use super::field::Field;
use super::finder::Question;
use super::geometry::{self, Area, Size};
use super::report_panel::ReportPanel;
use super::tab::Place;
use super::time_prompt::TimePrompt;
use super::transcript::KeptFolds;
use super::views::NameView;
use crate::port::QueryKind;
use crate::scope::Scope;

/// What lies over the panes.
#[derive(Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// Search or filter is being typed.
    Prompt(Box<Prompt>),
    /// A search in the metadata is being typed.
    MetadataPrompt(Field),
    /// A time to go to is being typed.
    TimePrompt(TimePrompt),
    /// The name of a view is being typed.
    NameView(Box<NameView>),
    /// What the present result is made of.
    Facets(Box<FacetPanel>),
    /// Statistics, or whether everything is there.
    Report(Box<ReportPanel>),
    /// A list to choose from.
    Menu(Menu),
    /// What to export, and how.
    Export(Box<ExportDialog>),
    /// Every key for where the person is.
    Help(Help),
}

impl Overlay {
    /// Whether the bottom lines are typed into.
    pub fn is_typed_below(&self) -> bool {
        matches!(
            self,
            Self::Prompt(_) | Self::MetadataPrompt(_) | Self::TimePrompt(_) | Self::NameView(_)
        )
    }

    /// Whether keys are text for it.
    pub fn takes_text(&self) -> bool {
        self.is_typed_below() || matches!(self, Self::Menu(_) | Self::Export(_))
    }
}

/// A search or filter that is being typed.
#[derive(Debug)]
pub struct Prompt {
    /// Which of the two.
    pub finding: QueryKind,
    /// The text.
    pub field: Field,
    /// What it can go on with.
    pub completion: Completion,
    /// What is wrong with it.
    pub error: Option<QueryError>,
    /// What was in force before.
    pub before: Option<Question>,
    /// Where the person was before, in which scope.
    pub place: Option<(usize, Place)>,
    /// What was folded then in the session shown; a match opens what hides it.
    pub folds: Option<KeptFolds>,
}

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
    pub field: Field,
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

/// The help.
#[derive(Debug, Default)]
pub struct Help {
    /// The first line shown.
    pub top: usize,
    /// What opens the panel again that it was asked for in.
    pub back: Option<Action>,
    /// The dialog of an export that it was asked for in.
    pub dialog: Option<Box<ExportDialog>>,
}

impl Menu {
    /// A menu with nothing typed.
    pub fn new(kind: MenuKind) -> Self {
        Self { kind, field: Field::default(), selected: 0, rows: Vec::new() }
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
}

/// Whether every word that is typed is somewhere in the texts of a row, whatever its case.
pub fn matches(typed: &str, texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    typed
        .split_whitespace()
        .map(str::to_lowercase)
        .all(|word| texts.iter().any(|text| text.contains(&word)))
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
