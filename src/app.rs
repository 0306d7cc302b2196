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
pub mod check;
pub mod chips;
pub mod chord;
pub mod counts;
pub mod effect;
pub mod event;
pub mod field;
pub mod finder;
pub mod geometry;
pub mod highlights;
pub mod inspector;
pub mod keymap;
pub mod layer;
pub mod look;
pub mod notice;
pub mod scrollbar;
pub mod sessions;
pub mod tab;
pub mod transcript;

mod act;
mod code;
mod find;
mod folds;
mod frame;
mod load;
mod motion;
mod pointer;
mod pressed;
mod take;
mod terms;

use std::cell::Cell;

use crate::config::{RightToLeft, View};
use crate::message::MsgRef;
use crate::scope::Scope;
use crate::time::{Millis, Zone};

use crate::port::Severity;
use crate::port::{Answer, CountTicket, ExportTicket, Fact, QueryKind};
use crate::port::{FindTicket, StoreTicket};
use action::Action;
use chord::Chord;
use counts::Counts;
use effect::{Effect, Mouse};
use event::Event;
use field::History;
use finder::Question;
use geometry::{Area, Areas, Pane, Panes, SESSION_ROWS, Size, Wanted};
use highlights::Highlights;
use inspector::Inspector;
use keymap::Keymap;
use layer::context::Context;
use layer::export::{ExportOptions, Exporting};
use layer::{Layer, Layers, Request, Typing};
use look::Look;
use notice::Notice;
use pointer::Dragged;
use scrollbar::Scrollbar;
use tab::Tab;
use transcript::{SourceView, Wrap};

/// Columns of a transcript before its text: the bars and branches of the thread.
pub const GUTTER: u16 = 3;
/// The period of the refresh timer where the config names none, in milliseconds.
const REFRESH_EVERY: Millis = 60_000;

/// What the config and the command line decide.
#[derive(Clone, Debug)]
pub struct Settings {
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
    pub look: Look,
    /// Who puts text from right to left into order.
    pub right_to_left: RightToLeft,
}

impl Default for Settings {
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
            look: Look::default(),
            right_to_left: RightToLeft::default(),
        }
    }
}

impl Settings {
    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.keymap.key_of(action).unwrap_or_else(|| "(no key)".to_owned())
    }
}

/// How times are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Times {
    /// As times of the day and dates.
    Absolute,
    /// As ages.
    Relative,
}

/// Whether somebody who looks over a shoulder may read what was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Privacy {
    /// The panes show it.
    Open,
    /// They show nothing of it.
    Hidden,
}

/// Whether the focused pane stands alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zoom {
    /// All panes are shown.
    All,
    /// The focused one alone.
    Focused,
}

/// Numbers for requests: each is given out once.
#[derive(Debug, Default)]
struct Tickets(Cell<u64>);

impl Tickets {
    /// The next number; the first is 1.
    fn next(&self) -> u64 {
        self.0.update(|last| last + 1);
        self.0.get()
    }
}

/// The whole state.
#[derive(Debug)]
pub struct App {
    /// What the config and the command line decided.
    pub settings: Settings,
    /// The window.
    pub size: Size,
    /// The scopes.
    pub tabs: Vec<Tab>,
    /// The pane that keys go to.
    pub focus: Pane,
    /// Whether it stands alone.
    pub zoom: Zoom,
    /// Whether what was said is hidden.
    pub privacy: Privacy,
    /// The metadata of one message.
    pub inspector: Option<Inspector>,
    /// What the program last said.
    pub notice: Option<Notice>,
    /// How times are written.
    pub times: Times,
    /// Whether long lines wrap.
    pub wrap: Wrap,
    /// How many columns of lines that do not wrap are out of sight on the left.
    pub sideways: u16,
    /// Whether text is shown as its source.
    pub source: SourceView,
    /// Who has the mouse.
    pub mouse: Mouse,
    /// The period of the refresh timer while it is on.
    pub refresh_every: Option<Millis>,
    /// In which colours everything is shown.
    pub look: Look,
    /// What is known of the code blocks.
    pub highlights: Highlights,
    /// What the scrollbar of the transcript shows.
    pub scrollbar: Scrollbar,
    /// The present time, as the last event brought it.
    pub now: Millis,
    current: usize,
    last: Option<usize>,
    filter: Option<Question>,
    search: Option<Question>,
    filter_history: History,
    search_history: History,
    counts: Counts,
    layers: Layers,
    typed: Vec<Chord>,
    tickets: Tickets,
    refresh_at: Option<Millis>,
    /// What the mouse drags.
    dragged: Option<Dragged>,
    /// Whether the first match of the search is to be gone to as soon as it is found.
    awaits_match: bool,
    /// The first match of a long message that a worker looks for.
    awaits_place: Option<(FindTicket, StoreTicket, MsgRef)>,
    /// What a walk to a match asks of a worker.
    wanted: Option<Effect>,
    /// Whether another program has the terminal.
    away: bool,
    /// The export that is being written.
    exporting: Option<Exporting>,
    /// How the last export was made.
    export_options: ExportOptions,
}

impl App {
    /// The state at the start. Send it [`App::start`] before anything else.
    pub fn new(settings: Settings, size: Size, now: Millis) -> Self {
        let tabs = settings.scopes.iter().cloned();
        let mut tabs: Vec<Tab> = tabs.map(|(name, scope)| Tab::new(name, scope)).collect();
        if tabs.is_empty() {
            tabs.push(Tab::new("everything".to_owned(), Scope::all()));
        }
        Self {
            size,
            current: settings.first.min(tabs.len() - 1),
            tabs,
            focus: Pane::Sessions,
            zoom: Zoom::All,
            privacy: Privacy::Open,
            inspector: None,
            notice: None,
            times: Times::Absolute,
            wrap: Wrap::default(),
            sideways: 0,
            source: SourceView::Hidden,
            mouse: settings.mouse,
            refresh_every: settings.refresh_every,
            look: settings.look.clone(),
            highlights: Highlights::default(),
            now,
            last: None,
            filter: None,
            search: None,
            filter_history: History::default(),
            search_history: History::default(),
            counts: Counts::default(),
            layers: Layers::default(),
            typed: Vec::new(),
            tickets: Tickets::default(),
            refresh_at: None,
            dragged: None,
            scrollbar: Scrollbar::default(),
            awaits_match: false,
            awaits_place: None,
            wanted: None,
            away: false,
            exporting: None,
            export_options: ExportOptions::default(),
            settings,
        }
    }

    /// Begins: asks for the first scope.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let filter = std::mem::take(&mut self.settings.filter);
        match Question::new(&filter, self.settings.zone, self.now) {
            Ok(question) => self.filter = question,
            Err(error) => self.tell(Severity::Warning, &format!("the filter is wrong: {error}")),
        }
        if self.mouse == Mouse::Ours {
            effects.push(Effect::SetMouse(Mouse::Ours));
        }
        effects.extend(self.enter_tab());
        effects
    }

    /// Takes in a fact; gives back what has to be done outside. `now` is the present time.
    pub fn update(&mut self, event: Event, now: Millis) -> Vec<Effect> {
        self.now = now;
        self.sync();
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
                self.look.background = background;
                Vec::new()
            }
            Event::CameBack(weight, text) => self.came_back(weight, &text),
            Event::TimePassed => Vec::new(),
            Event::Resumed => vec![Effect::Redraw],
        };
        effects = self.order_at_once(effects);
        effects.extend(self.pass_time());
        effects.extend(self.follow_selection());
        effects.extend(self.follow_counts());
        effects.extend(self.wanted.take());
        effects.extend(self.inspector.as_mut().and_then(Inspector::wanted));
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
                let (weight, text) = copied.sentence(&self.key(Action::Export));
                self.tell(weight, &text);
            }
            Fact::ExportProgressed(ticket, done) => self.export_progressed(ticket, done),
            Fact::Exported(ticket, weight, text) => self.exported(ticket, weight, &text),
            Fact::Notice(weight, text) => self.tell(weight, &text),
        }
        Vec::new()
    }

    /// Takes in what a worker found.
    fn answered(&mut self, answer: Answer) -> Vec<Effect> {
        match answer {
            Answer::Found(kind, ticket, hits) => return self.found(kind, ticket, hits),
            Answer::Counted { ticket, counts, is_last } => {
                if self.counts.take(ticket, *counts, is_last) {
                    self.with_top(|layer, context| layer.state_mut().on_counts(context));
                }
            }
            Answer::SessionsSorted(ticket, order) => return self.sessions_sorted(ticket, order),
            Answer::MessagesSorted(ticket, sessions) => {
                return self.messages_sorted(ticket, sessions);
            }
            Answer::MetadataRead(store, message, details) => {
                self.with_inspector(|inspector| inspector.read(store, message, *details));
            }
            Answer::FoundInMetadata { store, message, words, nodes } => {
                self.with_inspector(|pane| pane.take_found(store, message, &words, nodes));
            }
            Answer::PlaceFound(ticket, segment) => return self.place_found(ticket, segment),
            Answer::Highlighted(key, code) => self.highlights.store(key, code),
            Answer::ExportPreviewed(ticket, lines) => {
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
        [notice, age, self.refresh_at].into_iter().flatten().min()
    }

    /// The scope that is shown.
    pub fn tab(&self) -> &Tab {
        // `current` is always the number of a tab, and there is always one.
        &self.tabs[self.current]
    }

    fn tab_mut(&mut self) -> &mut Tab {
        &mut self.tabs[self.current]
    }

    /// The number of the scope that is shown.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The filter in force.
    pub fn filter(&self) -> Option<&Question> {
        self.filter.as_ref()
    }

    /// The search in force.
    pub fn search(&self) -> Option<&Question> {
        self.search.as_ref()
    }

    /// The chords typed of a longer sequence.
    pub fn typed(&self) -> &[Chord] {
        &self.typed
    }

    /// Where the panes stand; `None` when the window is too small.
    pub fn areas(&self) -> Option<Areas> {
        let panes = match (self.zoom, &self.inspector) {
            (Zoom::Focused, _) => Panes::One,
            (Zoom::All, Some(_)) => Panes::Three,
            (Zoom::All, None) => Panes::Two,
        };
        let notice_rows = u16::from(self.tab().failure.is_some());
        let typing = self.layers.typing() == Typing::Below;
        geometry::areas(Wanted {
            size: self.size,
            split: self.settings.split,
            focus: self.focus,
            panes,
            notice_rows,
            bottom_rows: 1 + u16::from(typing),
        })
    }

    fn tell(&mut self, weight: Severity, text: &str) {
        self.notice = Some(Notice::new(weight, text, self.now));
    }

    fn ticket(&mut self) -> u64 {
        self.tickets.next()
    }

    fn pass_time(&mut self) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.now) {
            self.notice = None;
        }
        if self.refresh_at.is_some_and(|at| at <= self.now) {
            self.refresh_at = None;
            if self.tab().progress.is_none() {
                return self.refresh();
            }
        }
        Vec::new()
    }

    /// The metadata pane shows the message that is selected.
    fn follow_selection(&mut self) -> Vec<Effect> {
        if self.inspector.is_none() {
            return Vec::new();
        }
        self.read_metadata()
    }

    /// The layer on top, if any lies over the panes.
    pub fn layer(&self) -> Option<&Layer> {
        self.layers.top()
    }

    /// What a layer may read of the state.
    pub fn context(&self) -> Context<'_> {
        self.context_above(self.areas().map(|areas| areas.bottom))
    }

    /// The same, where the bottom lines are known already.
    fn context_above(&self, bottom: Option<Area>) -> Context<'_> {
        Context {
            settings: &self.settings,
            size: self.size,
            bottom,
            tabs: &self.tabs,
            current: self.current,
            focus: self.focus,
            privacy: self.privacy,
            filter: self.filter.as_ref(),
            filter_history: &self.filter_history,
            search_history: &self.search_history,
            is_exporting: self.exporting.is_some(),
            export_options: self.export_options,
            now: self.now,
            counts: &self.counts,
            tickets: &self.tickets,
        }
    }

    /// Lets the top layer do something.
    fn with_top<R>(&mut self, act: impl FnOnce(&mut Layer, &Context<'_>) -> R) -> Option<R> {
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
        let (tab, zone, tickets) = (&self.tabs[self.current], self.settings.zone, &self.tickets);
        self.counts.follow(asks, tab, zone, || CountTicket(tickets.next()))
    }

    /// Turns what a layer asks for into changes of the other parts.
    fn apply(&mut self, requests: Vec<Request>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for request in requests {
            match request {
                Request::Close => drop(self.layers.pop()),
                Request::Effect(effect) => effects.push(effect),
                Request::Notify(severity, text) => self.tell(severity, &text),
                Request::Do(action) => effects.extend(self.act(action)),
                Request::Switch(number) => effects.extend(self.switch(number)),
                Request::AddScope(scope) => effects.extend(self.add_scope(scope)),
                Request::Ask(kind, question, start) => {
                    self.hold_start(kind, start);
                    effects.extend(self.ask(kind, question));
                }
                Request::Accept(kind, text) => self.accept_query(kind, &text),
                Request::Restore(kind, before, start) => {
                    effects.extend(self.restore_query(kind, before, start));
                }
                Request::Filter(text) => effects.extend(self.filter_by(&text)),
                Request::AddTerm(term) => effects.extend(self.add_filter_term(term)),
                Request::RemoveTerm(number) => {
                    effects.extend(self.remove_term(number));
                    self.refresh_layer();
                }
                Request::EditTerm(number) => self.edit_term(number),
                Request::ClearFilter => effects.extend(self.ask(QueryKind::Filter, None)),
                Request::SearchMetadata(words) => {
                    self.with_inspector(|inspector| inspector.search(&words));
                }
                Request::GoToMessage(index) => self.go_to_message(index),
                Request::Export(options, exporting, effect) => {
                    self.export_options = options;
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
        self.tell(Severity::Info, &text);
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
            self.tell(severity, text);
        }
    }
}
