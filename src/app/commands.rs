//! What each action does.

use std::sync::Arc;

use crate::export;
use crate::message::RoleId;
use crate::metadata::JsonKind;
use crate::port::{QueryKind, Severity};
use crate::query::{self, Expr, Path, PathStep};
use crate::search::SortDirection;

use super::App;
use super::action::{Action, ActionGroup};
use super::display::{Privacy, Zoom};
use super::effect::{Effect, Handover};
use super::geometry::Pane;
use super::inspector::Inspector;
use super::layer::context::LayerContext;
use super::layer::export::ExportDialog;
use super::layer::export_options::ExportOptions;
use super::layer::facets::FacetPanel;
use super::layer::help::Help;
use super::layer::menu::{Menu, MenuKind};
use super::layer::metadata_prompt::MetadataPrompt;
use super::layer::name_view::NameView;
use super::layer::prompt::{Prompt, PromptOrigin};
use super::layer::report::{ReportKind, ReportPanel};
use super::layer::time_prompt::TimePrompt;
use super::layer::{Layer, Reply};
use super::motion::{Motion, lines_of};
use super::panes::{code_at_cursor, columns_beyond};
use super::scope_view::{TURN, TurnStep};
use super::sessions::LoadPhase;
use super::transcript::{Direction, FoldChange};
use crate::search::CompiledQuery;

/// The most that goes to a clipboard; beyond that an export is the right thing.
const CLIPBOARD: usize = 4 << 20;
/// About what the heading of a message takes in the form for people, in bytes.
const HEADING: usize = 40;

impl App {
    /// Does an action: the layer on top first, then what lies below.
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        let on_action = |layer: &mut Layer, context: &LayerContext<'_>| {
            layer.state_mut().on_action(action, context)
        };
        while let Some(reply) = self.with_top(on_action) {
            match reply {
                Reply::Done(requests) => return self.apply(requests),
                Reply::Pass => break,
                Reply::ClosePass => drop(self.layers.pop()),
            }
        }
        self.act_on_panes(action)
    }

    /// Does an action that no layer took. Every action has an arm: one without does not compile.
    #[expect(clippy::too_many_lines, reason = "an arm for each action, and nothing else")]
    fn act_on_panes(&mut self, action: Action) -> Vec<Effect> {
        let is_move = action.row().group == ActionGroup::Move;
        if is_move && !matches!(action, Action::Back | Action::NextPane | Action::PreviousPane) {
            self.tab_mut().release_anchor();
        }
        match action {
            Action::MoveDown => self.go(Motion::Line, Direction::Down),
            Action::MoveUp => self.go(Motion::Line, Direction::Up),
            Action::HalfPageDown => self.go(Motion::HalfPage, Direction::Down),
            Action::HalfPageUp => self.go(Motion::HalfPage, Direction::Up),
            Action::PageDown => self.go(Motion::Page, Direction::Down),
            Action::PageUp => self.go(Motion::Page, Direction::Up),
            Action::GoFirst => self.go(Motion::End, Direction::Up),
            Action::GoLast => self.go(Motion::End, Direction::Down),
            Action::NextMessage => self.tab_mut().step_message(Direction::Down),
            Action::PreviousMessage => self.tab_mut().step_message(Direction::Up),
            Action::NextTurn => self.step_turn(action, Direction::Down),
            Action::PreviousTurn => self.step_turn(action, Direction::Up),
            Action::NextSession => self.tab_mut().step_session(1),
            Action::PreviousSession => self.tab_mut().step_session(-1),
            Action::NextPane => self.step_pane(Direction::Down),
            Action::PreviousPane => self.step_pane(Direction::Up),
            Action::GoIn | Action::Open => return self.go_in(action),
            Action::GoOut => self.go_out(),
            Action::GoToTime => self.open_time_prompt(),
            Action::Back => return self.back(),

            Action::Search
                if self.display.focus() == Pane::Metadata && self.panes.inspector().is_some() =>
            {
                self.open(Layer::MetadataPrompt(MetadataPrompt::default()));
            }
            Action::Search => self.open_prompt(QueryKind::Search),
            Action::NextMatch => self.match_step(Direction::Down),
            Action::PreviousMatch => self.match_step(Direction::Up),
            Action::Filter => self.open_prompt(QueryKind::Filter),
            Action::ClearFilter => return self.ask(QueryKind::Filter, None),
            Action::FilterByValue => return self.filter_by_value(),
            Action::FilterByThis => self.open_filter_by(),
            Action::FilterTerms => self.open_terms(),
            Action::Facets => self.open_facets(),
            Action::Statistics => self.open_report(ReportKind::Statistics),
            Action::Check => self.open_report(ReportKind::Check),
            Action::PickView => self.open_menu(MenuKind::Views),
            Action::SaveView => self.open_name_view(),

            Action::Inspect => return self.toggle_inspector(),
            Action::ToggleFold => self.panes.with_inspector(Inspector::toggle),
            Action::FoldAll => self.panes.with_inspector(Inspector::toggle_all),
            Action::Fold | Action::FoldTurn | Action::FoldTurns | Action::UnfoldAll => {
                self.fold(action);
            }
            Action::ToggleSource => self.toggle_source(),
            Action::ToggleTimes => self.display.toggle_times(),
            Action::ToggleWrap => self.toggle_wrap(),
            Action::LookRight => self.look_right(),
            Action::LookLeft => self.look_left(),
            Action::Zoom => self.relayout(|display, _| display.toggle_zoom()),
            Action::Hide => self.display.toggle_privacy(),
            Action::NextTheme => {
                let words = self.display.next_theme();
                self.notify(Severity::Info, &words);
            }
            Action::GrowSessions => self.relayout(|display, _| display.change_split(5)),
            Action::ShrinkSessions => self.relayout(|display, _| display.change_split(-5)),
            Action::SortBy => return self.sort_by(),
            Action::ReverseSort => return self.reverse_sort(),

            Action::Refresh => return self.refresh_unless_loading(),
            Action::ToggleRefreshTimer => self.toggle_timer(),
            Action::PickScope => self.open_menu(MenuKind::Scopes),
            Action::NextScope => return self.switch(self.workspace.neighbour(1)),
            Action::PreviousScope => {
                return self.switch(self.workspace.neighbour(self.workspace.tabs().len() - 1));
            }
            Action::LastScope => match self.workspace.last() {
                Some(last) => return self.switch(last),
                None => self.notify(Severity::Info, "no other scope was shown before"),
            },
            Action::Scope1
            | Action::Scope2
            | Action::Scope3
            | Action::Scope4
            | Action::Scope5
            | Action::Scope6
            | Action::Scope7
            | Action::Scope8
            | Action::Scope9 => return self.switch(action.scope_number().unwrap_or(0)),

            Action::CopyMessage => return self.copy_message(),
            Action::CopySession => return self.copy_session(),
            Action::CopyCode => return self.copy_code(),
            Action::CopyValue => return self.copy_value(),
            Action::CopyPath => return self.copy_path(),
            Action::OpenInPager => return self.open_in_pager(),
            Action::OpenInEditor => return self.open_in_editor(),
            Action::Export => return self.open_export(),

            Action::Palette => self.open_menu(MenuKind::Palette),
            Action::Help => self.open_help(),
            Action::ToggleMouse => return self.toggle_mouse(),
            Action::Redraw => return vec![Effect::Redraw],
            Action::Suspend | Action::InputSuspend => return vec![Effect::Suspend],
            Action::QuitNow | Action::InputQuit => return vec![Effect::Interrupt],
            Action::Quit => return self.quit(),

            // Only a layer has a field to type into.
            Action::Accept
            | Action::Cancel
            | Action::Complete
            | Action::CompleteBack
            | Action::InputUp
            | Action::InputDown
            | Action::InputLeft
            | Action::InputRight
            | Action::InputWordLeft
            | Action::InputWordRight
            | Action::InputStart
            | Action::InputEnd
            | Action::DeleteBack
            | Action::DeleteForward
            | Action::DeleteWord
            | Action::DeleteToStart
            | Action::DeleteToEnd => {}
        }
        Vec::new()
    }

    fn toggle_source(&mut self) {
        if self.display.focus() == Pane::Metadata {
            self.panes.with_inspector(Inspector::toggle_json);
            return;
        }
        let words = self.relayout(|display, _| display.toggle_source());
        self.notify(Severity::Info, words);
    }

    fn toggle_wrap(&mut self) {
        let words = self.relayout(|display, _| display.toggle_wrap());
        self.notify(Severity::Info, words);
    }

    /// Looks further right along the lines that are wider than the pane.
    fn look_right(&mut self) {
        let beyond = columns_beyond(self.tab(), self.text_columns());
        if let Some(words) = self.display.look_right(beyond) {
            self.notify(Severity::Info, words);
        }
    }

    fn look_left(&mut self) {
        if let Some(words) = self.display.look_left() {
            self.notify(Severity::Info, words);
        }
    }

    fn refresh_unless_loading(&mut self) -> Vec<Effect> {
        if self.tab().progress.is_some() {
            let key = self.key(Action::Back);
            self.notify(Severity::Info, &format!("it is being loaded already; {key} cancels"));
            return Vec::new();
        }
        self.refresh()
    }

    fn open_help(&mut self) {
        let is_over_export = self.layers.export_mut().is_some();
        self.open(Layer::Help(Help { top: 0, is_over_export }));
    }

    fn open_menu(&mut self, kind: MenuKind) {
        self.open(Layer::Menu(Menu::new(kind)));
    }

    /// Opens the line for a search or a filter, with what is in force.
    pub(super) fn open_prompt(&mut self, kind: QueryKind) {
        let before = self.queries.of(kind).cloned();
        let current = self.current();
        let place = self.tab_mut().place().map(|place| (current, place));
        let tab = self.tab();
        let start = PromptOrigin { place, folds: tab.transcript.kept_folds(tab.thread()) };
        self.open(Layer::Prompt(Box::new(Prompt::new(kind, before, start))));
    }

    /// Opens the line for a time, where there is a session to go about in.
    fn open_time_prompt(&mut self) {
        if self.tab().thread().messages.is_empty() {
            self.notify(Severity::Info, "no session is shown");
            return;
        }
        self.open(Layer::TimePrompt(TimePrompt::default()));
    }

    /// Opens the list of the filter's terms.
    fn open_terms(&mut self) {
        if self.filter().is_none() {
            let key = self.key(Action::Filter);
            self.notify(Severity::Info, &format!("nothing is filtered; {key} filters"));
            return;
        }
        self.open_menu(MenuKind::Terms);
    }

    /// Opens the list of what the selected session or message can be filtered by.
    fn open_filter_by(&mut self) {
        if self.context().filter_by_rows("").is_empty() {
            self.notify(Severity::Info, "nothing is selected");
            return;
        }
        self.open_menu(MenuKind::FilterBy);
    }

    /// Asks for the name under which the filter is saved.
    fn open_name_view(&mut self) {
        let Some(filter) = self.filter() else {
            let key = self.key(Action::Filter);
            let text = format!("there is no filter to save; {key} filters");
            self.notify(Severity::Info, &text);
            return;
        };
        let naming = NameView::new(filter.text.clone(), &self.settings.views);
        self.open(Layer::NameView(Box::new(naming)));
    }

    /// Opens the facets of the present result.
    fn open_facets(&mut self) {
        if self.tab().store.is_empty() {
            self.notify(Severity::Info, "there are no messages to count");
            return;
        }
        self.open(Layer::Facets(Box::new(FacetPanel::new())));
    }

    /// Opens a report.
    fn open_report(&mut self, kind: ReportKind) {
        if kind == ReportKind::Statistics && self.tab().store.is_empty() {
            self.notify(Severity::Info, "there are no messages to count");
            return;
        }
        self.open(Layer::Report(Box::new(ReportPanel::new(kind))));
    }

    fn open_export(&mut self) -> Vec<Effect> {
        match ExportDialog::new(&self.context()) {
            Ok((dialog, preview)) => {
                self.open(Layer::Export(Box::new(dialog)));
                vec![preview]
            }
            Err(words) => {
                self.notify(Severity::Info, &words);
                Vec::new()
            }
        }
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        let words = self.display.toggle_mouse();
        self.notify(Severity::Info, words);
        vec![Effect::SetMouse(self.display.mouse())]
    }

    /// `q`: one step back, or out at the top.
    fn quit(&mut self) -> Vec<Effect> {
        let at_top = self.display.focus() == Pane::Sessions
            && self.panes.inspector().is_none()
            && self.display.zoom() == Zoom::All;
        if at_top {
            return vec![Effect::Quit];
        }
        self.step_back();
        Vec::new()
    }

    /// `Esc`: ends an export; then one step back; at the top it ends a search, then a load. It
    /// never quits.
    fn back(&mut self) -> Vec<Effect> {
        if let Some(stopped) = self.stop_export() {
            return vec![stopped];
        }
        if self.step_back() {
            return Vec::new();
        }
        if self.tab().progress.is_some() {
            return self.cancel_load();
        }
        if self.search().is_some() {
            return self.ask(QueryKind::Search, None);
        }
        if self.notice.is_some() {
            self.notice = None;
        } else if self.tab().failure.is_some() && !self.tab().store.is_empty() {
            // Where nothing was loaded, the failure is all there is to be read.
            self.tab_mut().failure = None;
        } else if self.filter().is_some() {
            let key = self.settings.keymap.key_of(Action::ClearFilter).unwrap_or_default();
            self.notify(Severity::Info, &format!("the filter stays; {key} clears it"));
        }
        Vec::new()
    }

    fn step_back(&mut self) -> bool {
        if self.display.focus() == Pane::Metadata
            || (self.panes.inspector().is_some() && self.display.focus() == Pane::Transcript)
        {
            self.close_inspector();
        } else if self.display.zoom() == Zoom::Focused {
            self.relayout(|display, _| display.toggle_zoom());
        } else if self.display.focus() == Pane::Transcript {
            self.relayout(|display, _| display.focus_on(Pane::Sessions));
        } else if self.panes.inspector().is_some() {
            self.close_inspector();
        } else {
            return false;
        }
        true
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        if self.display.focus() != pane {
            self.relayout(|display, _| display.focus_on(pane));
        }
    }

    fn step_pane(&mut self, way: Direction) {
        let panes: &[Pane] = match self.panes.inspector() {
            Some(_) => &[Pane::Sessions, Pane::Transcript, Pane::Metadata],
            None => &[Pane::Sessions, Pane::Transcript],
        };
        let at = panes.iter().position(|&pane| pane == self.display.focus()).unwrap_or(0);
        let step = if way == Direction::Down { 1 } else { panes.len() - 1 };
        if let Some(&pane) = panes.get((at + step) % panes.len()) {
            self.focus_on(pane);
        }
    }

    fn go_in(&mut self, action: Action) -> Vec<Effect> {
        match self.display.focus() {
            Pane::Sessions if self.tab().sessions.selected().is_some() => {
                self.focus_on(Pane::Transcript);
            }
            Pane::Transcript if self.panes.inspector().is_some() => self.focus_on(Pane::Metadata),
            Pane::Transcript if action == Action::Open => return self.toggle_inspector(),
            Pane::Sessions | Pane::Transcript => {}
            Pane::Metadata if action == Action::Open => {
                self.panes.with_inspector(Inspector::toggle);
            }
            Pane::Metadata => self.panes.with_inspector(Inspector::go_in),
        }
        Vec::new()
    }

    fn go_out(&mut self) {
        match self.display.focus() {
            Pane::Sessions => {}
            Pane::Transcript => self.focus_on(Pane::Sessions),
            Pane::Metadata => {
                let left = self.panes.inspector_mut().is_some_and(Inspector::go_out);
                if left {
                    self.focus_on(Pane::Transcript);
                }
            }
        }
    }

    fn match_step(&mut self, way: Direction) {
        let focus = self.display.focus();
        match self.panes.inspector_mut() {
            Some(inspector) if focus == Pane::Metadata && inspector.has_search() => {
                inspector.next_match(way);
            }
            _ => self.next_match(way),
        }
    }

    fn go(&mut self, motion: Motion, way: Direction) {
        match self.display.focus() {
            Pane::Sessions => self.tab_mut().go_in_list(motion, way),
            Pane::Transcript => self.tab_mut().go_in_text(motion, way),
            Pane::Metadata => self.panes.with_inspector(|inspector| {
                inspector.step(lines_of(motion, inspector.height()), way);
            }),
        }
    }

    fn step_turn(&mut self, action: Action, way: Direction) {
        if self.tab_mut().step_turn(way) == TurnStep::TooFar {
            let key = self.key(action);
            let far = format!("none of {TURN} messages is the student's; {key} goes on from here");
            self.notify(Severity::Info, &far);
        }
    }

    fn sort_by(&mut self) -> Vec<Effect> {
        let tab = self.tab_mut();
        tab.sorting.key = tab.sorting.key.next();
        self.sorted_otherwise()
    }

    fn reverse_sort(&mut self) -> Vec<Effect> {
        let tab = self.tab_mut();
        tab.sorting.direction = match tab.sorting.direction {
            SortDirection::Default => SortDirection::Reversed,
            SortDirection::Reversed => SortDirection::Default,
        };
        self.sorted_otherwise()
    }

    fn sorted_otherwise(&mut self) -> Vec<Effect> {
        let sorting = self.tab().sorting;
        let reversed = if sorting.direction == SortDirection::Reversed { ", reversed" } else { "" };
        self.notify(Severity::Info, &format!("sorted by {}{reversed}", sorting.key.name()));
        self.tab_mut().sort(LoadPhase::Done).into_iter().collect()
    }

    /// Folds or unfolds in the session shown.
    pub(super) fn fold(&mut self, action: Action) {
        let tab = self.tab_mut();
        // Who folds reads here: a place that was held before is not wanted any more.
        tab.release_anchor();
        let (transcript, thread) = tab.reading();
        let done = match action {
            Action::FoldTurn => transcript.toggle_turn(thread),
            Action::FoldTurns => transcript.fold_all(thread),
            Action::UnfoldAll => transcript.unfold_all(thread),
            _ => transcript.toggle_fold(thread),
        };
        let words = match done {
            None => "no message is shown".to_owned(),
            // One sees what happened to a turn or a message.
            Some(
                FoldChange::Turn
                | FoldChange::TurnOpened
                | FoldChange::Message
                | FoldChange::MessageOpened,
            ) => {
                return;
            }
            Some(FoldChange::Everything) => {
                let (one, all) = (self.key(Action::Fold), self.key(Action::UnfoldAll));
                format!("every turn is one line; {one} unfolds one, {all} all")
            }
            Some(FoldChange::TurnsOpened) => {
                let key = self.key(Action::UnfoldAll);
                format!("every turn is unfolded; {key} opens long messages, too")
            }
            Some(FoldChange::EverythingOpened) => "long messages are shown whole".to_owned(),
        };
        self.notify(Severity::Info, &words);
    }

    pub(super) fn copy_message(&mut self) -> Vec<Effect> {
        let tab = self.tab();
        let Some(message) = tab.selected() else {
            self.notify(Severity::Info, "no message is selected");
            return Vec::new();
        };
        let raw = tab.store.text(message);
        if raw.len() > CLIPBOARD {
            self.tell_too_long("message");
            return Vec::new();
        }
        vec![Effect::Copy { text: raw.to_owned(), what: "message" }]
    }

    fn tell_too_long(&mut self, what: &str) {
        let key = self.key(Action::Export);
        let text = format!("the {what} is too long for a clipboard; press {key} to export it");
        self.notify(Severity::Warning, &text);
    }

    pub(super) fn copy_session(&mut self) -> Vec<Effect> {
        let Some(export) = self.session() else { return Vec::new() };
        let store = &self.tab().store;
        let mut left = CLIPBOARD;
        for &message in self.tab().thread().messages {
            let taken = store.text(message).len() + HEADING;
            match left.checked_sub(taken) {
                Some(rest) => left = rest,
                None => {
                    self.tell_too_long("session");
                    return Vec::new();
                }
            }
        }
        vec![Effect::CopySession(Box::new(export))]
    }

    /// Says that another program would show what is hidden; whether it is.
    fn is_hidden(&mut self) -> bool {
        let hidden = self.display.privacy() == Privacy::Hidden;
        if hidden {
            let key = self.key(Action::Hide);
            let text = format!("what was said is hidden; {key} shows it, then it can be opened");
            self.notify(Severity::Info, &text);
        }
        hidden
    }

    pub(super) fn open_in_pager(&mut self) -> Vec<Effect> {
        if self.is_hidden() {
            return Vec::new();
        }
        match self.session() {
            Some(export) => self.hand_over(Handover::Pager(export)),
            None => Vec::new(),
        }
    }

    pub(super) fn open_in_editor(&mut self) -> Vec<Effect> {
        if self.is_hidden() {
            return Vec::new();
        }
        let tab = self.tab();
        let message = tab.selected();
        let page = message.and_then(|message| tab.store.pages().get(message.page as usize));
        match (message, page.map(Arc::clone)) {
            (Some(message), Some(page)) => self.hand_over(Handover::Editor { page, message }),
            _ => {
                self.notify(Severity::Info, "no message is selected");
                Vec::new()
            }
        }
    }

    fn hand_over(&mut self, handover: Handover) -> Vec<Effect> {
        self.away = true;
        vec![Effect::HandOver(Box::new(handover))]
    }

    pub(super) fn came_back(&mut self, severity: Severity, text: &str) -> Vec<Effect> {
        self.away = false;
        if !text.is_empty() {
            self.notify(severity, text);
        }
        Vec::new()
    }

    /// The session that is shown, for people; says so where there is none.
    fn session(&mut self) -> Option<export::ExportJob> {
        let session = ExportOptions::session_as_text(self.tab(), &self.settings);
        if session.is_none() {
            self.notify(Severity::Info, "no session is shown");
        }
        session
    }

    pub(super) fn copy_value(&mut self) -> Vec<Effect> {
        match self.panes.inspector().and_then(Inspector::value) {
            Some(value) if value.len() <= CLIPBOARD => {
                vec![Effect::Copy { text: value, what: "value" }]
            }
            Some(_) => {
                self.notify(Severity::Warning, "the value is too long for a clipboard");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn copy_path(&mut self) -> Vec<Effect> {
        match self.panes.inspector().and_then(Inspector::path) {
            Some(path) => vec![Effect::Copy { text: path, what: "path" }],
            None => {
                self.notify(Severity::Info, "only a field of the tree has a path");
                Vec::new()
            }
        }
    }

    /// Makes a filter of the selected field, in addition to the one in force.
    pub(super) fn filter_by_value(&mut self) -> Vec<Effect> {
        let entry = self.panes.inspector().and_then(Inspector::entry);
        let Some((steps, kind, value)) = entry else {
            self.notify(Severity::Info, "select a field first");
            return Vec::new();
        };
        let term = match term_of(&steps, kind, &value) {
            Ok(term) => term,
            Err(words) => {
                self.notify(Severity::Info, words);
                return Vec::new();
            }
        };
        self.add_filter_term(term)
    }

    /// The word for a role: the user's own for the known ones, else what the server said.
    pub fn role_label(&self, role: RoleId) -> String {
        match self.settings.labels.get(role.index()) {
            Some(label) => label.clone(),
            None if role == RoleId::NONE => "role?".to_owned(),
            None => self.tab().store.role(role).to_owned(),
        }
    }

    /// Asks for this term in addition to the filter in force.
    pub(super) fn add_filter_term(&mut self, term: String) -> Vec<Effect> {
        let text = match self.filter() {
            Some(filter) if filter.query.chips().any(|chip| chip.text == term) => {
                self.notify(Severity::Info, "the filter has this term already");
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
        match CompiledQuery::new(text, self.settings.zone, self.now) {
            Ok(question) => {
                self.queries.remember(QueryKind::Filter, text);
                self.ask(QueryKind::Filter, question)
            }
            Err(error) => {
                self.notify(Severity::Warning, &error.message);
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

    /// Copies the code block of the cursor, or the first one of the selected message below it.
    fn copy_code(&mut self) -> Vec<Effect> {
        if let Some(text) = code_at_cursor(self.tab()) {
            return vec![Effect::Copy { text, what: "code" }];
        }
        let key = self.key(Action::CopyMessage);
        let words = format!("no code at the cursor; {key} copies the whole message");
        self.notify(Severity::Info, &words);
        Vec::new()
    }
}

/// The term that lets through the messages with this value. In an array any element counts: who
/// asks for the title of a source wants it wherever it stands in the list.
fn term_of(steps: &[PathStep], kind: JsonKind, value: &str) -> Result<String, &'static str> {
    let Some((PathStep::Key(name), rest)) = steps.split_first() else {
        return Err("select a field of the message first");
    };
    let field = match (name.as_str(), rest) {
        ("sessionId", []) => "session",
        ("userId", []) => "user",
        ("componentId", []) => "component",
        ("role", []) => "role",
        ("metadata", rest) => {
            let keys =
                rest.iter().filter(|step| matches!(step, PathStep::Key(_))).cloned().collect();
            let path = Path::new(keys).or_else(|| Path::new(rest.to_vec()));
            return match path {
                None => Ok("has:metadata".to_owned()),
                Some(path) if matches!(kind, JsonKind::Object | JsonKind::Array) => {
                    Ok(format!("has:{path}"))
                }
                Some(path) => query::value_term(&path, value).ok_or(
                    "a filter cannot ask for an empty text; -has: asks for what is not there",
                ),
            };
        }
        _ => {
            return Err("filters can be made of sessionId, userId, componentId, role and metadata");
        }
    };
    Ok(query::term(field, value))
}
