//! What a layer may read of the rest of the state.

use std::sync::Arc;

use crate::stats::CountAnswer;
use crate::time::Millis;

use super::super::action::Action;
use super::super::counts::{Ask, Base, Counts};
use super::super::geometry::{Area, Pane, Size};
use super::super::queries::Queries;
use super::super::scope_view::ScopeView;
use super::super::tickets::Tickets;
use super::super::workspace::Workspace;
use super::super::{AppSettings, Privacy};
use super::export_options::ExportOptions;

/// The rest of the state, to be read.
#[derive(Clone, Copy)]
pub struct LayerContext<'a> {
    /// What the config and the command line decided.
    pub settings: &'a AppSettings,
    /// The window.
    pub size: Size,
    /// The lines at the bottom; [`None`] when the window is too small.
    pub bottom: Option<Area>,
    /// The scopes.
    pub workspace: &'a Workspace,
    /// The pane that has the focus.
    pub focus: Pane,
    /// Whether what was said is hidden.
    pub privacy: Privacy,
    /// The queries in force.
    pub queries: &'a Queries,
    /// Whether an export is being written.
    pub is_exporting: bool,
    /// How the last export was made.
    pub export_options: ExportOptions,
    /// The present time.
    pub now: Millis,
    pub(in crate::app) counts: &'a Counts,
    pub(in crate::app) tickets: &'a Tickets,
}

impl<'a> LayerContext<'a> {
    /// The scope that is shown.
    pub fn tab(&self) -> &'a ScopeView {
        self.workspace.tab()
    }

    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.settings.key(action)
    }

    /// The messages that completion counts: all that are loaded.
    pub(in crate::app) fn all_base(&self) -> Base {
        Base::all(self.tab())
    }

    /// The messages that facets and statistics count: what the filter leaves. [`None`] while the
    /// filter is at work.
    pub(in crate::app) fn result_base(&self) -> Option<Base> {
        let base = self.all_base();
        let filter = &self.tab().filter;
        match (self.queries.filter(), filter.hits()) {
            (None, _) => Some(base),
            (Some(_), Some(hits)) if filter.is_complete() => {
                Some(base.filtered(Some(Arc::clone(hits))))
            }
            _ => None,
        }
    }

    /// What is known of the present result, and whether that is all there is to know.
    pub(in crate::app) fn result_answer(&self, ask: &Ask) -> Option<(&'a Arc<CountAnswer>, bool)> {
        if let Some(base) = self.result_base() {
            return self.counts.answer(&base, ask);
        }
        // While the filter is at work, what was there before.
        let base = self.all_base().filtered(self.tab().filter.hits().cloned());
        self.counts.answer(&base, ask).map(|(answer, _)| (answer, false))
    }
}
