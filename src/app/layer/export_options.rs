//! What an export is made with: the form, and what becomes of ids and texts.

use std::sync::Arc;

use crate::export::{Chosen, ExportJob, Format};

use super::super::AppSettings;
use super::super::scope_view::ScopeView;

/// What an export is made with, kept from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExportOptions {
    /// The form.
    pub form: Format,
    /// Whether ids are replaced.
    pub pseudonymize: bool,
    /// Whether texts are left as they were sent, where the form can.
    pub raw: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { form: Format::Markdown, pseudonymize: false, raw: false }
    }
}

impl ExportOptions {
    /// What is written when this is chosen.
    pub(super) fn job(self, chosen: Chosen, tab: &ScopeView, settings: &AppSettings) -> ExportJob {
        let ExportOptions { form, pseudonymize, raw } = self;
        ExportJob {
            zone: settings.zone,
            labels: settings.labels.clone(),
            raw: raw && form.takes_raw(),
            pseudonymize,
            copies: Arc::clone(tab.store.copies()),
            ..ExportJob::new(tab.store.pages().to_vec(), chosen, form)
        }
    }

    /// A session as text for people; [`None`] where none is shown.
    pub(in crate::app) fn session_as_text(
        tab: &ScopeView,
        settings: &AppSettings,
    ) -> Option<ExportJob> {
        let messages = tab.thread().messages.to_vec();
        let options = Self { form: Format::Text, ..Self::default() };
        (!messages.is_empty()).then(|| options.job(Chosen::Messages(messages), tab, settings))
    }
}
