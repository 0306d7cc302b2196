//! The application: one state; events in, effects out.
//!
//! [`App::update`] is the only place where state changes, and it does no more than that: no I/O,
//! no clock, no thread. [`App::prepare`] runs once before a frame and fills what the frame needs.
//! Must not know how cells are painted, nor how effects are performed.
//!
//! ```text
//!   Event ─► update ─► Effects (performed by the runtime, which brings their results as events)
//!              │
//!           prepare ─► geometry, the window of each pane ─► view::draw
//! ```

pub mod action;
pub mod chord;
pub mod counts;
pub mod display;
pub mod effect;
pub mod event;
pub mod field;
pub mod geometry;
pub mod inspector;
pub mod keymap;
pub mod layer;
pub mod look;
pub mod notice;
pub mod panes;
pub mod queries;
pub mod query_bar;
pub mod query_state;
pub mod scope_view;
pub mod scrollbar;
pub mod sessions;
pub mod transcript;
pub mod workspace;

mod commands;
mod flow;
mod input;
mod motion;
mod tickets;

use crate::config::{RightToLeft, View};

use crate::scope::Scope;
use crate::time::{Millis, Zone};

use crate::port::Severity;
use crate::port::{CountTicket, ExportTicket, Fact, QueryKind, TaskAnswer};

use crate::search::CompiledQuery;
use action::Action;
use chord::Chord;
use counts::Counts;
use display::{Display, NoticeRows};
use effect::{Effect, Mouse};
use event::Event;
use geometry::{Area, Areas, Size};
use input::Dragged;
use keymap::Keymap;
use layer::context::LayerContext;
use layer::export::Exporting;
use layer::export_options::ExportOptions;
use layer::{Layer, LayerRequest, Layers, Typing};
use look::ThemeChoice;
use notice::Notice;
use panes::Panes;
use queries::Queries;
use query_bar::QueryBar;
use scope_view::ScopeView;
use tickets::Tickets;
use workspace::Workspace;

pub use display::{GUTTER, Privacy, Times, Zoom};

/// What the config and the command line decide.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The scopes on the top line: name and question.
    pub scopes: Vec<(String, Scope)>,
    /// The scope shown first.
    pub first: usize,
    /// Queries with a name.
    pub views: Vec<View>,
    /// The filter in force at the start.
    pub filter: String,
    /// The zone of all times.
    pub zone: Zone,
    /// The words for user, assistant and system.
    pub labels: [String; 3],
    /// Who has the mouse at the start.
    pub mouse: Mouse,
    /// The share of the list of sessions, in per cent.
    pub split: u16,
    /// The columns that running text has at most in a transcript; [`u16::MAX`] for no limit.
    pub text_width: u16,
    /// The period of the refresh timer, in milliseconds, where it is on from the start.
    pub refresh_every: Option<Millis>,
    /// The keys.
    pub keymap: Keymap,
    /// The themes, and the one at the start.
    pub look: ThemeChoice,
    /// Who puts text from right to left into order.
    pub right_to_left: RightToLeft,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            scopes: vec![("everything".to_owned(), Scope::all())],
            first: 0,
            views: Vec::new(),
            filter: String::new(),
            zone: Zone::default(),
            labels: ["user", "assistant", "system"].map(str::to_owned),
            mouse: Mouse::Ours,
            split: 30,
            text_width: 88,
            refresh_every: None,
            keymap: Keymap::default(),
            look: ThemeChoice::default(),
            right_to_left: RightToLeft::default(),
        }
    }
}

impl AppSettings {
    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.keymap.key_of(action).unwrap_or_else(|| "(no key)".to_owned())
    }
}

/// The whole state, in parts. Each part owns its fields; only this file and its three siblings that
/// coordinate (`commands`, `input`, `flow`) let one part follow another.
#[derive(Debug)]
pub struct App {
    settings: AppSettings,
    /// The scopes and what is loaded.
    workspace: Workspace,
    /// What is filtered and searched.
    queries: Queries,
    /// How everything is shown.
    display: Display,
    /// Metadata, scrollbar, code blocks.
    panes: Panes,
    /// What lies over the panes.
    layers: Layers,
    /// What was counted for the layers.
    counts: Counts,
    notice: Option<Notice>,
    /// The chords typed of a longer sequence.
    typed: Vec<Chord>,
    /// What the mouse drags.
    dragged: Option<Dragged>,
    /// The export that is being written.
    exporting: Option<Exporting>,
    /// How the last export was made.
    export_options: ExportOptions,
    /// What a walk to a match asks of a worker.
    wanted: Option<Effect>,
    /// Whether another program has the terminal.
    away: bool,
    tickets: Tickets,
    /// The present time, as the last event brought it.
    now: Millis,
}

impl App {
    /// The state at the start. Send it [`App::start`] before anything else.
    pub fn new(settings: AppSettings, size: Size, now: Millis) -> Self {
        Self {
            workspace: Workspace::new(&settings),
            queries: Queries::default(),
            display: Display::new(&settings, size),
            panes: Panes::default(),
            layers: Layers::default(),
            counts: Counts::default(),
            notice: None,
            typed: Vec::new(),
            dragged: None,
            exporting: None,
            export_options: ExportOptions::default(),
            wanted: None,
            away: false,
            tickets: Tickets::default(),
            now,
            settings,
        }
    }

    /// Begins: asks for the first scope.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let filter = std::mem::take(&mut self.settings.filter);
        match CompiledQuery::new(&filter, self.settings.zone, self.now) {
            Ok(question) => drop(self.queries.set(QueryKind::Filter, question)),
            Err(error) => self.notify(Severity::Warning, &format!("the filter is wrong: {error}")),
        }
        if self.display.mouse() == Mouse::Ours {
            effects.push(Effect::SetMouse(Mouse::Ours));
        }
        effects.extend(self.enter_tab());
        effects
    }

    /// Takes in a fact; gives back what has to be done outside. `now` is the present time.
    pub fn update(&mut self, event: Event, now: Millis) -> Vec<Effect> {
        self.now = now;
        self.apply_layout();
        let mut effects = match event {
            // Typed ahead for a program that has the terminal now.
            Event::Pressed(_) | Event::Pasted(_) | Event::Mouse(_) if self.away => Vec::new(),
            Event::Pressed(chord) => self.pressed(chord),
            Event::Pasted(text) => self.pasted(&text),
            Event::Mouse(event) => self.pointed(event),
            Event::Resized(size) => {
                self.resize(size);
                Vec::new()
            }
            Event::Fetch(ticket, event) => self.fetched(ticket, event),
            Event::Fact(fact) => self.reported_by_edge(fact),
            Event::BackgroundTold(background) => {
                self.display.set_background(background);
                Vec::new()
            }
            Event::CameBack(severity, text) => self.came_back(severity, &text),
            Event::TimePassed => Vec::new(),
            Event::Resumed => vec![Effect::Redraw],
        };
        effects = self.order_at_once(effects);
        effects.extend(self.pass_time());
        effects.extend(self.follow_selection());
        effects.extend(self.follow_counts());
        effects.extend(self.wanted.take());
        effects.extend(self.panes.wanted());
        effects
    }

    /// Takes in what an edge reports.
    fn reported_by_edge(&mut self, fact: Fact) -> Vec<Effect> {
        match fact {
            Fact::Answered(answer) => return self.answered(answer),
            Fact::ViewSaved(view, file) => self.view_saved(view, &file),
            Fact::ClipboardLeft { text, what } => {
                return vec![Effect::CopyByTerminal { text, what }];
            }
            Fact::Copied(copied) => {
                let (severity, text) = copied.sentence(&self.key(Action::Export));
                self.notify(severity, &text);
            }
            Fact::ExportProgressed(ticket, done) => self.export_progressed(ticket, done),
            Fact::Exported(ticket, severity, text) => self.exported(ticket, severity, &text),
            Fact::Notice(severity, text) => self.notify(severity, &text),
        }
        Vec::new()
    }

    /// Takes in what a worker found.
    fn answered(&mut self, answer: TaskAnswer) -> Vec<Effect> {
        match answer {
            TaskAnswer::Found(kind, ticket, hits) => return self.found(kind, ticket, hits),
            TaskAnswer::Counted { ticket, counts, is_last } => {
                if self.counts.apply(ticket, *counts, is_last) {
                    self.with_top(|layer, context| layer.state_mut().on_counts(context));
                }
            }
            TaskAnswer::SessionsSorted(ticket, order) => {
                return self.sessions_sorted(ticket, order);
            }
            TaskAnswer::MessagesSorted(ticket, sessions) => {
                return self.messages_sorted(ticket, sessions);
            }
            TaskAnswer::MetadataRead(store, message, details) => {
                self.panes.with_inspector(|inspector| inspector.read(store, message, *details));
            }
            TaskAnswer::FoundInMetadata { store, message, words, nodes } => {
                self.panes.with_inspector(|pane| pane.take_found(store, message, &words, nodes));
            }
            TaskAnswer::PlaceFound(ticket, segment) => return self.place_found(ticket, segment),
            TaskAnswer::ExportPreviewed(ticket, lines) => {
                if let Some(dialog) = self.layers.export_mut() {
                    dialog.previewed(ticket, lines);
                }
            }
        }
        Vec::new()
    }

    /// When the state changes by itself next: a notice goes, an age grows, a refresh is due.
    pub fn deadline(&self) -> Option<Millis> {
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let age = self.tab().fetched_at.map(|at| {
            let minutes = self.now.saturating_sub(at).max(0) / 60_000;
            at.saturating_add((minutes + 1) * 60_000)
        });
        [notice, age, self.workspace.refresh_at()].into_iter().flatten().min()
    }

    /// The scope that is shown.
    pub fn tab(&self) -> &ScopeView {
        self.workspace.tab()
    }

    fn tab_mut(&mut self) -> &mut ScopeView {
        self.workspace.tab_mut()
    }

    /// The number of the scope that is shown.
    pub fn current(&self) -> usize {
        self.workspace.current()
    }

    /// What the config and the command line decided.
    pub fn settings(&self) -> &AppSettings {
        &self.settings
    }

    /// The scopes and what is loaded.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// How everything is shown.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// Metadata, scrollbar, code blocks.
    pub fn panes(&self) -> &Panes {
        &self.panes
    }

    /// What the program last said.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The present time, as the last event brought it.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The filter in force.
    pub fn filter(&self) -> Option<&CompiledQuery> {
        self.queries.filter()
    }

    /// The search in force.
    pub fn search(&self) -> Option<&CompiledQuery> {
        self.queries.search()
    }

    /// The chords typed of a longer sequence.
    pub fn typed(&self) -> &[Chord] {
        &self.typed
    }

    /// Where the panes stand; `None` when the window is too small.
    pub fn areas(&self) -> Option<Areas> {
        let rows = NoticeRows {
            notice: u16::from(self.tab().failure.is_some()),
            bottom: 1 + u16::from(self.layers.typing() == Typing::Below),
        };
        self.display.areas(self.panes.inspector().is_some(), rows)
    }

    fn notify(&mut self, severity: Severity, text: &str) {
        self.notice = Some(Notice::new(severity, text, self.now));
    }

    fn ticket(&mut self) -> u64 {
        self.tickets.next()
    }

    fn pass_time(&mut self) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.now) {
            self.notice = None;
        }
        if self.workspace.take_due_refresh(self.now) {
            return self.refresh();
        }
        Vec::new()
    }

    /// The metadata pane shows the message that is selected.
    fn follow_selection(&mut self) -> Option<Effect> {
        self.panes.inspector()?;
        self.panes.inspect(self.workspace.tab(), self.settings.zone)
    }

    /// The layer on top, if any lies over the panes.
    pub fn layer(&self) -> Option<&Layer> {
        self.layers.top()
    }

    /// What a layer may read of the state.
    pub fn context(&self) -> LayerContext<'_> {
        self.context_above(self.areas().map(|areas| areas.bottom))
    }

    /// The same, where the bottom lines are known already.
    fn context_above(&self, bottom: Option<Area>) -> LayerContext<'_> {
        LayerContext {
            settings: &self.settings,
            size: self.display.size(),
            bottom,
            workspace: &self.workspace,
            focus: self.display.focus(),
            privacy: self.display.privacy(),
            queries: &self.queries,
            is_exporting: self.exporting.is_some(),
            export_options: self.export_options,
            now: self.now,
            counts: &self.counts,
            tickets: &self.tickets,
        }
    }

    /// Lets the top layer do something.
    fn with_top<R>(&mut self, act: impl FnOnce(&mut Layer, &LayerContext<'_>) -> R) -> Option<R> {
        let bottom = self.areas().map(|areas| areas.bottom);
        let mut layer = self.layers.pop()?;
        let result = act(&mut layer, &self.context_above(bottom));
        self.layers.push(layer);
        Some(result)
    }

    /// Opens a layer over what is there, filled with what is known.
    fn open(&mut self, layer: Layer) {
        self.layers.push(layer);
        self.refresh_layer();
    }

    fn refresh_layer(&mut self) {
        self.with_top(|layer, context| layer.state_mut().refresh(context));
    }

    /// Has counted what the layers lack.
    fn follow_counts(&mut self) -> Option<Effect> {
        let asks = self.layers.asks(&self.context());
        let (tab, zone, tickets) = (self.workspace.tab(), self.settings.zone, &self.tickets);
        self.counts.follow(asks, tab, zone, || CountTicket(tickets.next()))
    }

    /// Turns what a layer asks for into changes of the other parts.
    fn apply(&mut self, requests: Vec<LayerRequest>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for request in requests {
            match request {
                LayerRequest::Close => drop(self.layers.pop()),
                LayerRequest::Effect(effect) => effects.push(effect),
                LayerRequest::Notify(severity, text) => self.notify(severity, &text),
                LayerRequest::Do(action) => effects.extend(self.act(action)),
                LayerRequest::Switch(number) => effects.extend(self.switch(number)),
                LayerRequest::AddScope(scope) => effects.extend(self.add_scope(scope)),
                LayerRequest::Ask(kind, question, start) => {
                    self.hold_start(kind, start);
                    effects.extend(self.ask(kind, question));
                }
                LayerRequest::Accept(kind, text) => self.accept_query(kind, &text),
                LayerRequest::Restore(kind, before, start) => {
                    effects.extend(self.restore_query(kind, before, start));
                }
                LayerRequest::Filter(text) => effects.extend(self.filter_by(&text)),
                LayerRequest::AddTerm(term) => effects.extend(self.add_filter_term(term)),
                LayerRequest::RemoveTerm(number) => {
                    effects.extend(self.remove_term(number));
                    self.refresh_layer();
                }
                LayerRequest::EditTerm(number) => self.edit_term(number),
                LayerRequest::ClearFilter => effects.extend(self.ask(QueryKind::Filter, None)),
                LayerRequest::SearchMetadata(words) => {
                    self.panes.with_inspector(|inspector| inspector.search(&words));
                }
                LayerRequest::GoToMessage(index) => self.go_to_message(index),
                LayerRequest::KeepExportOptions(options) => self.export_options = options,
                LayerRequest::Export(exporting, effect) => {
                    self.exporting = Some(exporting);
                    effects.push(effect);
                }
            }
        }
        effects
    }

    /// A view is in the config now.
    fn view_saved(&mut self, view: View, file: &str) {
        let key = self.key(Action::PickView);
        let text = format!("“{}” is saved in {file}; {key} picks it", view.name);
        match self.settings.views.iter_mut().find(|known| known.name == view.name) {
            Some(known) => *known = view,
            None => self.settings.views.push(view),
        }
        self.notify(Severity::Info, &text);
    }

    /// The export that is being written.
    pub fn exporting(&self) -> Option<Exporting> {
        self.exporting
    }

    /// Stops the export that is being written; [`None`] where there is none, or it is stopping.
    fn stop_export(&mut self) -> Option<Effect> {
        // Its writer says what became of it: it may just have ended.
        let exporting = self.exporting.as_mut().filter(|exporting| !exporting.is_stopping)?;
        exporting.is_stopping = true;
        Some(Effect::StopExport(exporting.ticket))
    }

    fn export_progressed(&mut self, ticket: ExportTicket, done: u64) {
        if let Some(exporting) = self.exporting.as_mut().filter(|this| this.ticket == ticket) {
            exporting.done = done;
        }
    }

    fn exported(&mut self, ticket: ExportTicket, severity: Severity, text: &str) {
        if self.exporting.take_if(|this| this.ticket == ticket).is_some() {
            self.notify(severity, text);
        }
    }

    /// Where what is in force begins on the bottom line: behind a notice. [`None`] where that
    /// leaves no room.
    pub fn in_force_from(&self) -> Option<u16> {
        query_bar::in_force_from(self.notice(), self.display.size().columns)
    }

    /// The terms of the filter on the bottom line; none while something is typed there.
    pub fn query_bar(&self) -> QueryBar {
        match self.in_force_from() {
            Some(from) if self.layers.typing() != Typing::Below => {
                QueryBar::new(&self.queries, &self.display, from)
            }
            _ => QueryBar::default(),
        }
    }
}
