//! What each action does.

use super::action::{Action, Group};
use super::effect::{Effect, Mouse};
use super::geometry::Pane;
use super::inspector::Inspector;
use super::layer::context::Context;
use super::layer::export::ExportDialog;
use super::layer::facets::FacetPanel;
use super::layer::help::Help;
use super::layer::menu::{Menu, MenuKind};
use super::layer::metadata_prompt::MetadataPrompt;
use super::layer::name_view::NameView;
use super::layer::prompt::{Prompt, Start};
use super::layer::report::{ReportKind, ReportPanel};
use super::layer::time_prompt::TimePrompt;
use super::layer::{Layer, Reply};
use super::motion::{Reach, lines_of};
use super::sessions::Growth;
use super::transcript::{Direction, SourceView, Wrap};
use super::{App, Privacy, Times, Zoom};
use crate::port::{QueryKind, Severity};
use crate::search::SortDirection;

/// How many messages one step to the student's next message looks at.
const TURN: usize = 50_000;

impl App {
    /// Does an action: the layer on top first, then what lies below.
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        let on_action =
            |layer: &mut Layer, context: &Context<'_>| layer.state_mut().on_action(action, context);
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
        let is_move = action.row().group == Group::Move;
        if is_move && !matches!(action, Action::Back | Action::NextPane | Action::PreviousPane) {
            self.tab_mut().let_go();
        }
        match action {
            Action::MoveDown => self.go(Reach::Line, Direction::Down),
            Action::MoveUp => self.go(Reach::Line, Direction::Up),
            Action::HalfPageDown => self.go(Reach::HalfPage, Direction::Down),
            Action::HalfPageUp => self.go(Reach::HalfPage, Direction::Up),
            Action::PageDown => self.go(Reach::Page, Direction::Down),
            Action::PageUp => self.go(Reach::Page, Direction::Up),
            Action::GoFirst => self.go(Reach::End, Direction::Up),
            Action::GoLast => self.go(Reach::End, Direction::Down),
            Action::NextMessage => self.step_message(Direction::Down),
            Action::PreviousMessage => self.step_message(Direction::Up),
            Action::NextTurn => self.step_turn(action, Direction::Down),
            Action::PreviousTurn => self.step_turn(action, Direction::Up),
            Action::NextSession => self.step_session(1),
            Action::PreviousSession => self.step_session(-1),
            Action::NextPane => self.step_pane(Direction::Down),
            Action::PreviousPane => self.step_pane(Direction::Up),
            Action::GoIn | Action::Open => return self.go_in(action),
            Action::GoOut => self.go_out(),
            Action::GoToTime => self.open_time_prompt(),
            Action::Back => return self.back(),

            Action::Search if self.focus == Pane::Metadata && self.inspector.is_some() => {
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
            Action::ToggleFold => self.with_inspector(Inspector::toggle),
            Action::FoldAll => self.with_inspector(Inspector::toggle_all),
            Action::Fold | Action::FoldTurn | Action::FoldTurns | Action::UnfoldAll => {
                self.fold(action);
            }
            Action::ToggleSource => self.toggle_source(),
            Action::ToggleTimes => {
                self.times = match self.times {
                    Times::Absolute => Times::Relative,
                    Times::Relative => Times::Absolute,
                };
            }
            Action::ToggleWrap => self.toggle_wrap(),
            Action::LookRight => self.look_right(),
            Action::LookLeft => self.look_left(),
            Action::Zoom => self.relay(|app| {
                app.zoom = match app.zoom {
                    Zoom::All => Zoom::Focused,
                    Zoom::Focused => Zoom::All,
                };
            }),
            Action::Hide => {
                self.privacy = match self.privacy {
                    Privacy::Open => Privacy::Hidden,
                    Privacy::Hidden => Privacy::Open,
                };
            }
            Action::NextTheme => {
                let words = self.look.step();
                self.tell(Severity::Info, &words);
            }
            Action::GrowSessions => self.set_split(self.settings.split.saturating_add(5)),
            Action::ShrinkSessions => self.set_split(self.settings.split.saturating_sub(5)),
            Action::SortBy => return self.sort_by(),
            Action::ReverseSort => return self.reverse_sort(),

            Action::Refresh => return self.refresh_unless_loading(),
            Action::ToggleRefreshTimer => self.toggle_timer(),
            Action::PickScope => self.open_menu(MenuKind::Scopes),
            Action::NextScope => return self.switch((self.current() + 1) % self.tabs.len()),
            Action::PreviousScope => {
                let count = self.tabs.len();
                return self.switch((self.current() + count - 1) % count);
            }
            Action::LastScope => match self.last {
                Some(last) => return self.switch(last),
                None => self.tell(Severity::Info, "no other scope was shown before"),
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
        if self.focus == Pane::Metadata {
            self.with_inspector(Inspector::toggle_json);
            return;
        }
        let (source, words) = match self.source {
            SourceView::Hidden => (SourceView::Shown, "text is shown as its exact source"),
            SourceView::Shown => (SourceView::Hidden, "text is shown as it is meant"),
        };
        self.relay(|app| app.source = source);
        self.tell(Severity::Info, words);
    }

    fn toggle_wrap(&mut self) {
        let (wrap, words) = match self.wrap {
            Wrap::Text => (Wrap::All, "all long lines wrap, those of code too"),
            Wrap::All => (Wrap::Nothing, "long lines are cut"),
            Wrap::Nothing => (Wrap::Text, "long lines wrap; code keeps its shape"),
        };
        self.relay(|app| app.wrap = wrap);
        self.tell(Severity::Info, words);
    }

    fn refresh_unless_loading(&mut self) -> Vec<Effect> {
        if self.tab().progress.is_some() {
            let key = self.key(Action::Back);
            self.tell(Severity::Info, &format!("it is being loaded already; {key} cancels"));
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
        let before = match kind {
            QueryKind::Filter => self.filter.clone(),
            QueryKind::Search => self.search.clone(),
        };
        let place = self.tab_mut().place().map(|place| (self.current, place));
        let tab = self.tab();
        let start = Start { place, folds: tab.transcript.kept_folds(tab.thread()) };
        self.open(Layer::Prompt(Box::new(Prompt::new(kind, before, start))));
    }

    /// Opens the line for a time, where there is a session to go about in.
    fn open_time_prompt(&mut self) {
        if self.tab().thread().messages.is_empty() {
            self.tell(Severity::Info, "no session is shown");
            return;
        }
        self.open(Layer::TimePrompt(TimePrompt::default()));
    }

    /// Opens the list of the filter's terms.
    fn open_terms(&mut self) {
        if self.filter().is_none() {
            let key = self.key(Action::Filter);
            self.tell(Severity::Info, &format!("nothing is filtered; {key} filters"));
            return;
        }
        self.open_menu(MenuKind::Terms);
    }

    /// Opens the list of what the selected session or message can be filtered by.
    fn open_filter_by(&mut self) {
        if self.context().filter_by_rows("").is_empty() {
            self.tell(Severity::Info, "nothing is selected");
            return;
        }
        self.open_menu(MenuKind::FilterBy);
    }

    /// Asks for the name under which the filter is saved.
    fn open_name_view(&mut self) {
        let Some(filter) = self.filter() else {
            let key = self.key(Action::Filter);
            let text = format!("there is no filter to save; {key} filters");
            self.tell(Severity::Info, &text);
            return;
        };
        let naming = NameView::new(filter.text.clone(), &self.settings.views);
        self.open(Layer::NameView(Box::new(naming)));
    }

    /// Opens the facets of the present result.
    fn open_facets(&mut self) {
        if self.tab().store.is_empty() {
            self.tell(Severity::Info, "there are no messages to count");
            return;
        }
        self.open(Layer::Facets(Box::new(FacetPanel::new())));
    }

    /// Opens a report.
    fn open_report(&mut self, kind: ReportKind) {
        if kind == ReportKind::Statistics && self.tab().store.is_empty() {
            self.tell(Severity::Info, "there are no messages to count");
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
                self.tell(Severity::Info, &words);
                Vec::new()
            }
        }
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = match self.mouse {
            Mouse::Ours => Mouse::Terminals,
            Mouse::Terminals => Mouse::Ours,
        };
        match self.mouse {
            Mouse::Ours => self.tell(Severity::Info, "clicks select, the wheel scrolls"),
            Mouse::Terminals => {
                self.tell(Severity::Info, "the terminal has the mouse: drag to mark text");
            }
        }
        vec![Effect::SetMouse(self.mouse)]
    }

    /// `q`: one step back, or out at the top.
    fn quit(&mut self) -> Vec<Effect> {
        let at_top =
            self.focus == Pane::Sessions && self.inspector.is_none() && self.zoom == Zoom::All;
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
        if self.search.is_some() {
            return self.ask(QueryKind::Search, None);
        }
        if self.notice.is_some() {
            self.notice = None;
        } else if self.tab().failure.is_some() && !self.tab().store.is_empty() {
            // Where nothing was loaded, the failure is all there is to be read.
            self.tab_mut().failure = None;
        } else if self.filter.is_some() {
            let key = self.settings.keymap.key_of(Action::ClearFilter).unwrap_or_default();
            self.tell(Severity::Info, &format!("the filter stays; {key} clears it"));
        }
        Vec::new()
    }

    fn step_back(&mut self) -> bool {
        if self.focus == Pane::Metadata
            || (self.inspector.is_some() && self.focus == Pane::Transcript)
        {
            self.close_inspector();
        } else if self.zoom == Zoom::Focused {
            self.relay(|app| app.zoom = Zoom::All);
        } else if self.focus == Pane::Transcript {
            self.relay(|app| app.focus = Pane::Sessions);
        } else if self.inspector.is_some() {
            self.close_inspector();
        } else {
            return false;
        }
        true
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        if self.focus != pane {
            self.relay(|app| app.focus = pane);
        }
    }

    fn step_pane(&mut self, way: Direction) {
        let panes: &[Pane] = match self.inspector {
            Some(_) => &[Pane::Sessions, Pane::Transcript, Pane::Metadata],
            None => &[Pane::Sessions, Pane::Transcript],
        };
        let at = panes.iter().position(|&pane| pane == self.focus).unwrap_or(0);
        let step = if way == Direction::Down { 1 } else { panes.len() - 1 };
        if let Some(&pane) = panes.get((at + step) % panes.len()) {
            self.focus_on(pane);
        }
    }

    fn go_in(&mut self, action: Action) -> Vec<Effect> {
        match self.focus {
            Pane::Sessions if self.tab().sessions.selected().is_some() => {
                self.focus_on(Pane::Transcript);
            }
            Pane::Transcript if self.inspector.is_some() => self.focus_on(Pane::Metadata),
            Pane::Transcript if action == Action::Open => return self.toggle_inspector(),
            Pane::Sessions | Pane::Transcript => {}
            Pane::Metadata if action == Action::Open => {
                self.with_inspector(Inspector::toggle);
            }
            Pane::Metadata => self.with_inspector(Inspector::go_in),
        }
        Vec::new()
    }

    fn go_out(&mut self) {
        match self.focus {
            Pane::Sessions => {}
            Pane::Transcript => self.focus_on(Pane::Sessions),
            Pane::Metadata => {
                let left = self.inspector.as_mut().is_some_and(Inspector::go_out);
                if left {
                    self.focus_on(Pane::Transcript);
                }
            }
        }
    }

    fn match_step(&mut self, way: Direction) {
        match &mut self.inspector {
            Some(inspector) if self.focus == Pane::Metadata && inspector.has_search() => {
                inspector.next_match(way);
            }
            _ => self.next_match(way),
        }
    }

    fn go(&mut self, reach: Reach, way: Direction) {
        match self.focus {
            Pane::Sessions => self.go_in_sessions(reach, way),
            Pane::Transcript => self.go_in_transcript(reach, way),
            Pane::Metadata => {
                if let Some(inspector) = &mut self.inspector {
                    let height = inspector.height();
                    inspector.step(lines_of(reach, height), way);
                }
            }
        }
    }

    fn go_in_sessions(&mut self, reach: Reach, way: Direction) {
        let tab = self.tab_mut();
        let lines = lines_of(reach, tab.sessions.height());
        let row = tab.sessions.selected_row();
        let row = match way {
            Direction::Down => row.saturating_add(lines),
            Direction::Up => row.saturating_sub(lines),
        };
        tab.sessions.choose(row);
        tab.follow_list();
    }

    fn go_in_transcript(&mut self, reach: Reach, way: Direction) {
        let (transcript, thread) = self.tab_mut().reading();
        match (reach, way) {
            (Reach::End, Direction::Up) => transcript.go_first(),
            (Reach::End, Direction::Down) => transcript.go_last(thread),
            _ => {
                let lines = lines_of(reach, transcript.height());
                transcript.scroll(thread, lines, way);
            }
        }
    }

    /// Selects the next message, or the next folded turn.
    fn step_message(&mut self, way: Direction) {
        let (transcript, thread) = self.tab_mut().reading();
        if let Some(index) = transcript.neighbour(thread, way) {
            transcript.select(thread, index);
        }
    }

    /// Selects the student's next message. A session may have a million messages and none of the
    /// student: one step looks at so many, and says where it stopped.
    fn step_turn(&mut self, action: Action, way: Direction) {
        let (transcript, thread) = self.tab_mut().reading();
        let at = transcript.cursor().index;
        let (last, end) = (thread.messages.len().saturating_sub(1), at.saturating_add(TURN));
        let (found, reached) = match way {
            Direction::Down => {
                let found = (at + 1..=last.min(end)).find(|&index| thread.is_question(index));
                (found, Some(end).filter(|&end| end < last))
            }
            Direction::Up => {
                let reached = at.saturating_sub(TURN);
                let found = (reached..at).rev().find(|&index| thread.is_question(index));
                (found, Some(reached).filter(|&reached| reached > 0))
            }
        };
        if let Some(index) = found.or(reached) {
            transcript.select(thread, index);
        }
        if let (None, Some(_)) = (found, reached) {
            let key = self.key(action);
            let far = format!("none of {TURN} messages is the student's; {key} goes on from here");
            self.tell(Severity::Info, &far);
        }
    }

    fn step_session(&mut self, rows: isize) {
        let tab = self.tab_mut();
        let row = tab.sessions.selected_row().saturating_add_signed(rows);
        tab.sessions.choose(row);
        tab.follow_list();
    }

    pub(super) fn set_split(&mut self, split: u16) {
        self.relay(|app| app.settings.split = split.clamp(15, 70));
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
        self.tell(Severity::Info, &format!("sorted by {}{reversed}", sorting.key.name()));
        self.tab_mut().sort(Growth::Done).into_iter().collect()
    }
}
