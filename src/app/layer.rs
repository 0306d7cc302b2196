//! Layers: what lies over the panes, as a stack. The top one gets keys, text and the mouse first.
//!
//! ```text
//!   key ─► the layer on top ─► Reply: requests, or "not mine" ─► the panes
//! ```
//!
//! A layer owns its state alone. It reads the rest through a [`LayerContext`] and asks for changes with
//! `LayerRequest`s, which only the application turns into changes of other parts.

pub mod context;
pub mod export;
pub mod export_options;
pub mod facets;
pub mod help;
pub mod hidden;
pub mod menu;
pub mod metadata_prompt;
pub mod name_view;
pub mod prompt;
pub mod report;
pub mod time_prompt;

use crate::port::{QueryKind, Severity};
use crate::scope::Scope;

use super::action::Action;
use super::counts::{Ask, Base};
use super::effect::Effect;
use super::event::MouseEvent;
use crate::search::CompiledQuery;
use context::LayerContext;
use export::{ExportDialog, Exporting};
use export_options::ExportOptions;
use facets::FacetPanel;
use help::Help;
use menu::Menu;
use metadata_prompt::MetadataPrompt;
use name_view::NameView;
use prompt::{Prompt, PromptOrigin};
use report::ReportPanel;
use time_prompt::TimePrompt;

/// What lies over the panes.
#[derive(Debug)]
pub enum Layer {
    /// The line for a search or a filter.
    Prompt(Box<Prompt>),
    /// The line for a search in the metadata.
    MetadataPrompt(MetadataPrompt),
    /// The line for a time to go to.
    TimePrompt(TimePrompt),
    /// The line for the name of a view.
    NameView(Box<NameView>),
    /// What the present result is made of.
    Facets(Box<FacetPanel>),
    /// Statistics, or the check of a scope.
    Report(Box<ReportPanel>),
    /// A list to choose from.
    Menu(Menu),
    /// What to export, and how.
    Export(Box<ExportDialog>),
    /// The keys for where the person is.
    Help(Help),
}

/// What keys are to a layer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Typing {
    /// Text for a line at the bottom of the window.
    Below,
    /// Text for the layer itself.
    Inside,
    /// Actions.
    No,
}

/// What a layer made of an action or of the mouse.
#[derive(Debug)]
pub(super) enum Reply {
    /// It was for the layer.
    Done(Vec<LayerRequest>),
    /// It is for what lies below.
    Pass,
    /// The layer closes, and it is for what lies below.
    ClosePass,
}

impl Reply {
    /// It was for the layer, which asks for nothing.
    pub(super) fn done() -> Self {
        Self::Done(Vec::new())
    }

    /// What a panel makes of an action that is not its own: it stays open under what is about the
    /// window, and closes for everything else.
    pub(super) fn of_panel(action: Action) -> Self {
        match action {
            Action::Hide
            | Action::ToggleMouse
            | Action::Redraw
            | Action::Suspend
            | Action::QuitNow
            | Action::Help => Self::Pass,
            _ => Self::ClosePass,
        }
    }

    /// The layer asks to be closed.
    pub(super) fn close() -> Self {
        Self::Done(vec![LayerRequest::Close])
    }
}

impl From<LayerRequest> for Reply {
    fn from(request: LayerRequest) -> Self {
        Self::Done(vec![request])
    }
}

/// What a layer asks of the application.
#[derive(Debug)]
pub(super) enum LayerRequest {
    /// Close the layer that asks.
    Close,
    /// Perform an effect.
    Effect(Effect),
    /// Show a notice.
    Notify(Severity, String),
    /// Do an action.
    Do(Action),
    /// Show the scope of this number.
    Switch(usize),
    /// Show a scope that may be new.
    AddScope(Scope),
    /// Put a query in force, as it is typed; its result is seen from where the typing began.
    Ask(QueryKind, Option<CompiledQuery>, PromptOrigin),
    /// The typed query was accepted: remember it, and go to a match.
    Accept(QueryKind, String),
    /// The typing was cancelled: restore the query before, and the place.
    Restore(QueryKind, Option<CompiledQuery>, PromptOrigin),
    /// Put a filter in force.
    Filter(String),
    /// Add a term to the filter.
    AddTerm(String),
    /// Take the term of this number out of the filter.
    RemoveTerm(usize),
    /// Open the filter with the cursor behind the term of this number.
    EditTerm(usize),
    /// Clear the filter.
    ClearFilter,
    /// Search in the metadata.
    SearchMetadata(String),
    /// Select the message at this place of the session.
    GoToMessage(usize),
    /// Write an export.
    Export(Exporting, Effect),
    /// Keep how an export is made for the next one.
    KeepExportOptions(ExportOptions),
}

/// What every layer can do. Methods that a layer has no use for do nothing.
pub(super) trait LayerState {
    /// What keys are to it.
    fn typing(&self) -> Typing;

    /// Does an action.
    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply;

    /// Takes in text that was typed or pasted.
    fn on_text(&mut self, _text: &str, _context: &LayerContext<'_>) -> Vec<LayerRequest> {
        Vec::new()
    }

    /// Takes in what the mouse did.
    fn on_mouse(&mut self, _event: MouseEvent, _context: &LayerContext<'_>) -> Reply {
        Reply::done()
    }

    /// What has to be counted for it, and of which messages.
    fn asks(&self, _context: &LayerContext<'_>) -> Option<(Option<Base>, Vec<Ask>)> {
        None
    }

    /// Fills it from what is known now: after each event and before each frame.
    fn refresh(&mut self, _context: &LayerContext<'_>) {}

    /// More was counted.
    fn on_counts(&mut self, context: &LayerContext<'_>) {
        self.refresh(context);
    }
}

impl Layer {
    /// The one place that tells the layers apart.
    fn state(&self) -> &dyn LayerState {
        match self {
            Self::Prompt(layer) => &**layer,
            Self::MetadataPrompt(layer) => layer,
            Self::TimePrompt(layer) => layer,
            Self::NameView(layer) => &**layer,
            Self::Facets(layer) => &**layer,
            Self::Report(layer) => &**layer,
            Self::Menu(layer) => layer,
            Self::Export(layer) => &**layer,
            Self::Help(layer) => layer,
        }
    }

    pub(super) fn state_mut(&mut self) -> &mut dyn LayerState {
        match self {
            Self::Prompt(layer) => &mut **layer,
            Self::MetadataPrompt(layer) => layer,
            Self::TimePrompt(layer) => layer,
            Self::NameView(layer) => &mut **layer,
            Self::Facets(layer) => &mut **layer,
            Self::Report(layer) => &mut **layer,
            Self::Menu(layer) => layer,
            Self::Export(layer) => &mut **layer,
            Self::Help(layer) => layer,
        }
    }

    /// What keys are to it.
    pub fn typing(&self) -> Typing {
        self.state().typing()
    }
}

/// The stack of layers.
#[derive(Debug, Default)]
pub(super) struct Layers(Vec<Layer>);

impl Layers {
    /// The one on top.
    pub(super) fn top(&self) -> Option<&Layer> {
        self.0.last()
    }

    /// What keys are to the one on top.
    pub(super) fn typing(&self) -> Typing {
        self.top().map_or(Typing::No, Layer::typing)
    }

    /// The text prompt, where it is open.
    pub(super) fn prompt(&self) -> Option<&Prompt> {
        match self.top() {
            Some(Layer::Prompt(prompt)) => Some(prompt),
            _ => None,
        }
    }

    /// The dialog of an export, also under the help.
    pub(super) fn export_mut(&mut self) -> Option<&mut ExportDialog> {
        self.0.iter_mut().rev().find_map(|layer| match layer {
            Layer::Export(dialog) => Some(&mut **dialog),
            _ => None,
        })
    }

    /// Opens a layer over the others.
    pub(super) fn push(&mut self, layer: Layer) {
        self.0.push(layer);
    }

    /// Takes the top layer off.
    pub(super) fn pop(&mut self) -> Option<Layer> {
        self.0.pop()
    }

    /// Closes everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// What has to be counted for the topmost layer that counts.
    pub(super) fn asks(&self, context: &LayerContext<'_>) -> Option<(Option<Base>, Vec<Ask>)> {
        self.0.iter().rev().find_map(|layer| layer.state().asks(context))
    }
}
