//! The terms of the filter: adding one, taking one away, choosing one to be changed.

use crate::port::{QueryKind, Severity};
use crate::query::Expr;

use super::App;
use super::effect::Effect;
use super::finder::Question;
use super::layer::Layer;

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
    pub(super) fn edit_term(&mut self, number: usize) {
        let place = self.filter().and_then(|filter| {
            let chip = filter.query.chips().nth(number)?;
            Some((filter.query.source().to_owned(), chip.range.end))
        });
        self.open_prompt(QueryKind::Filter);
        if let Some((text, end)) = place {
            self.with_top(|layer, _| {
                if let Layer::Prompt(prompt) = layer {
                    prompt.field.set(&text, end);
                }
            });
        }
    }
}
