//! Reports over the panes: the statistics of the present result, and the check of a whole scope.
//!
//! ```text
//!  S, C ─► ReportPanel ─► Task::Count ─► Answer::Counted ─► lines
//!                                                 Enter on a bar ─► filter
//! ```
//!
//! Must not know how anything is counted or painted.

mod statistics;

use std::sync::Arc;
use std::time::Duration;

use crate::port::Severity;
use crate::stats::{CountAnswer, CountRequest, QualityReport};

use super::super::Privacy;
use super::super::action::Action;
use super::super::counts::{Ask, Base};
use super::super::event::MouseEvent;
use super::super::geometry::{Area, Size, middle};
use super::super::motion::{Motion, WHEEL_LINES, lines_of, movement};
use super::super::scope_view::{Completeness, ScopeView};
use super::super::transcript::Direction;
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};
use crate::stats::check::Check;

/// Columns of a panel at most: longer bars say no more.
const COLUMNS: u16 = 100;

/// Which report it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportKind {
    /// The statistics of the present result.
    Statistics,
    /// Whether the scope is complete, and what is odd in it.
    Check,
}

impl ReportKind {
    /// What is counted for it.
    fn request(self) -> CountRequest {
        match self {
            Self::Statistics => CountRequest::Statistics,
            Self::Check => CountRequest::Quality,
        }
    }

    /// What opens it.
    fn action(self) -> Action {
        match self {
            Self::Statistics => Action::Statistics,
            Self::Check => Action::Check,
        }
    }
}

/// A line of a report. No name or value is cleaned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReportLine {
    /// An empty one.
    Blank,
    /// Whether everything is there.
    Verdict {
        /// In words.
        text: String,
        /// Whether it is.
        is_good: bool,
    },
    /// A number, or what else there is to be said.
    Fact {
        /// What it is about.
        name: &'static str,
        /// What is known of that.
        value: String,
        /// The term that asks for these messages.
        term: Option<String>,
    },
    /// The names of the values of summaries.
    SummaryHeading([&'static str; 4]),
    /// Many numbers in a few; [`None`] where there are none.
    Summary {
        /// What was measured.
        name: &'static str,
        /// The median, high percentiles and the greatest.
        values: Option<[String; 4]>,
    },
    /// What the bars below are for.
    Heading {
        /// What their names are.
        name: &'static str,
        /// What sessions are counted beside the messages; empty for none.
        sessions: &'static str,
    },
    /// A part of the messages.
    Bar(Bar),
    /// What is to be said of the lines above or below.
    Note(String),
}

/// A part of the messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// What they have in common; [`None`] for the messages without any.
    pub name: Option<String>,
    /// How many.
    pub messages: u64,
    /// Sessions: see [`crate::stats::Count`].
    pub sessions: u64,
    /// Of how many messages.
    pub of: u64,
    /// The longest bar beside it.
    pub most: u64,
    /// The term that asks for them.
    pub term: Option<String>,
}

impl ReportLine {
    /// The term that asks for the messages of this line; lines with one can be chosen.
    pub fn term(&self) -> Option<&str> {
        match self {
            Self::Fact { term, .. } | Self::Bar(Bar { term, .. }) => term.as_deref(),
            _ => None,
        }
    }

    fn is_heading(&self) -> bool {
        matches!(self, Self::Heading { .. })
    }
}

/// A panel.
#[derive(Debug)]
pub struct ReportPanel {
    /// Which report it shows.
    pub kind: ReportKind,
    /// Its lines; none before something was counted.
    pub lines: Vec<ReportLine>,
    /// The number of the chosen line, where one can be chosen.
    pub chosen: Option<usize>,
    /// Whether the lines are up to date.
    pub is_last: bool,
    top: usize,
    /// What the lines were made of.
    made_of: Option<Arc<CountAnswer>>,
}

/// Where the parts of a panel lie.
#[derive(Clone, Copy, Debug)]
pub struct ReportAreas {
    /// The whole, with its border.
    pub whole: Area,
    /// The lines.
    pub lines: Area,
    /// The line with the keys.
    pub keys: Area,
}

impl ReportPanel {
    /// A panel without lines.
    pub(in crate::app) fn new(kind: ReportKind) -> Self {
        Self { kind, lines: Vec::new(), chosen: None, is_last: false, top: 0, made_of: None }
    }

    /// Where its parts lie.
    pub fn areas(size: Size) -> ReportAreas {
        let whole = middle(size, COLUMNS, size.rows.saturating_sub(2));
        let inside = whole.inside();
        let lines = Area { height: inside.height.saturating_sub(1), ..inside };
        let keys =
            Area { y: lines.y + lines.height, height: inside.height - lines.height, ..inside };
        ReportAreas { whole, lines, keys }
    }

    /// The first line that is shown in so many; the chosen one is always among them.
    pub fn top(&self, height: usize) -> usize {
        let top = self.top.min(self.lines.len().saturating_sub(height));
        match self.chosen {
            Some(chosen) => top.max((chosen + 1).saturating_sub(height)).min(chosen),
            None => top,
        }
    }

    /// Shows other lines; what was chosen stays chosen where it is still there.
    fn fill(&mut self, lines: Vec<ReportLine>) {
        if lines == self.lines {
            return;
        }
        let term = self.chosen.and_then(|chosen| self.lines.get(chosen)).and_then(ReportLine::term);
        let same = term.and_then(|term| lines.iter().position(|line| line.term() == Some(term)));
        self.chosen = same.or_else(|| lines.iter().position(|line| line.term().is_some()));
        self.lines = lines;
    }

    /// Moves so many lines, to one that can be chosen where there is any.
    fn step(&mut self, lines: usize, way: Direction, height: usize) {
        let last = self.lines.len().saturating_sub(1);
        let top = self.top(height);
        let moved = |from: usize| match way {
            Direction::Down => from.saturating_add(lines).min(last),
            Direction::Up => from.saturating_sub(lines),
        };
        let Some(chosen) = self.chosen else {
            self.top = moved(top).min(self.lines.len().saturating_sub(height));
            return;
        };
        let target = moved(chosen);
        let can =
            |number: &usize| self.lines.get(*number).is_some_and(|line| line.term().is_some());
        let found = match way {
            Direction::Down => (target..=last).find(can).or_else(|| (chosen..=target).rfind(can)),
            Direction::Up => (0..=target).rfind(can).or_else(|| (target..=chosen).find(can)),
        };
        self.choose(found.unwrap_or(chosen), top, height);
    }

    /// Chooses a line and brings it into sight: with its heading, and the first and the last one
    /// with what stands before and behind them.
    fn choose(&mut self, number: usize, top: usize, height: usize) {
        let can = |line: &ReportLine| line.term().is_some();
        let before = self.lines.get(..number).unwrap_or_default();
        let behind = self.lines.get(number + 1..).unwrap_or_default();
        let lead = match before.last() {
            Some(line) if line.is_heading() => number - 1,
            _ => number,
        };
        let from = if before.iter().any(can) { lead } else { 0 };
        let to = if behind.iter().any(can) { number } else { self.lines.len().saturating_sub(1) };
        self.top = top.max((to + 1).saturating_sub(height)).min(from);
        self.chosen = Some(number);
    }

    /// Goes to the first line of the next section, or of the one before.
    fn step_section(&mut self, way: Direction, height: usize) {
        let Some(chosen) = self.chosen else { return };
        let top = self.top(height);
        let mut starts: Vec<usize> = Vec::new();
        let mut is_new = true;
        for (number, line) in self.lines.iter().enumerate() {
            is_new |= line.is_heading();
            if is_new && line.term().is_some() {
                starts.push(number);
                is_new = false;
            }
        }
        let found = match way {
            Direction::Down => starts.iter().find(|&&start| start > chosen).or(starts.first()),
            Direction::Up => starts.iter().rfind(|&&start| start < chosen).or(starts.last()),
        };
        if let Some(&start) = found {
            // The section stands at the top, as far as there is one to be filled below it.
            let lead = start.saturating_sub(1);
            let top = if start < top || start >= top + height { lead } else { top };
            self.choose(start, top.min(self.lines.len().saturating_sub(height)), height);
        }
    }
}

impl ReportPanel {
    /// What it shows, as a question.
    fn ask(&self) -> Ask {
        Ask::whole(self.kind.request())
    }

    /// What it is about. [`None`] while the filter is at work.
    fn base(&self, context: &LayerContext<'_>) -> Option<Base> {
        match self.kind {
            ReportKind::Statistics => context.result_base(),
            ReportKind::Check => Some(context.all_base()),
        }
    }

    fn answer<'a>(&self, context: &LayerContext<'a>) -> Option<(&'a Arc<CountAnswer>, bool)> {
        match self.kind {
            ReportKind::Statistics => context.result_answer(&self.ask()),
            ReportKind::Check => context.counts.answer(&context.all_base(), &self.ask()),
        }
    }

    /// Adds the term of the chosen line to the filter, and shows what that leaves.
    fn filter_by_line(&self, context: &LayerContext<'_>) -> Reply {
        if context.privacy == Privacy::Hidden || self.kind == ReportKind::Check {
            return Reply::done();
        }
        let line = self.chosen.and_then(|chosen| self.lines.get(chosen));
        match line.and_then(ReportLine::term) {
            Some(term) => {
                Reply::Done(vec![LayerRequest::Close, LayerRequest::AddTerm(term.to_owned())])
            }
            None => {
                let words = "there is nothing to filter by".to_owned();
                LayerRequest::Notify(Severity::Info, words).into()
            }
        }
    }

    /// A click chooses, and a second one filters; outside the panel it closes.
    fn click(&mut self, x: u16, y: u16, context: &LayerContext<'_>) -> Reply {
        let areas = Self::areas(context.size);
        if !areas.whole.holds(x, y) {
            return Reply::close();
        }
        if areas.lines.holds(x, y) && context.privacy == Privacy::Open {
            let top = self.top(usize::from(areas.lines.height));
            let number = top + usize::from(y - areas.lines.y);
            if self.lines.get(number).is_some_and(|line| line.term().is_some()) {
                if self.chosen == Some(number) {
                    return self.filter_by_line(context);
                }
                // It stands where it was pressed.
                (self.top, self.chosen) = (top, Some(number));
            }
        }
        Reply::done()
    }
}

impl LayerState for ReportPanel {
    fn typing(&self) -> Typing {
        Typing::No
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        let height = usize::from(Self::areas(context.size).lines.height);
        if let Some((motion, way)) = movement(action) {
            let lines = match motion {
                Motion::End if self.chosen.is_none() => self.lines.len(),
                _ => lines_of(motion, height),
            };
            self.step(lines, way, height);
            return Reply::done();
        }
        match action {
            Action::Back | Action::Quit | Action::GoOut => return Reply::close(),
            _ if action == self.kind.action() => return Reply::close(),
            Action::NextPane => self.step_section(Direction::Down, height),
            Action::PreviousPane => self.step_section(Direction::Up, height),
            Action::Open | Action::GoIn => return self.filter_by_line(context),
            Action::ClearFilter => return LayerRequest::ClearFilter.into(),
            _ => return Reply::of_panel(action),
        }
        Reply::done()
    }

    fn on_mouse(&mut self, event: MouseEvent, context: &LayerContext<'_>) -> Reply {
        let height = usize::from(Self::areas(context.size).lines.height);
        match event {
            MouseEvent::Pressed(x, y) => return self.click(x, y, context),
            MouseEvent::WheelDown(..) => self.step(WHEEL_LINES, Direction::Down, height),
            MouseEvent::WheelUp(..) => self.step(WHEEL_LINES, Direction::Up, height),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Reply::done()
    }

    fn asks(&self, context: &LayerContext<'_>) -> Option<(Option<Base>, Vec<Ask>)> {
        Some((self.base(context), vec![self.ask()]))
    }

    /// Makes the lines from what is known; a load goes on while a check is shown.
    fn refresh(&mut self, context: &LayerContext<'_>) {
        let Some((answer, is_last)) = self.answer(context) else {
            self.is_last = false;
            return;
        };
        self.is_last = is_last;
        let is_same = self.made_of.as_ref().is_some_and(|made_of| Arc::ptr_eq(made_of, answer));
        if is_same && self.kind == ReportKind::Statistics {
            return;
        }
        self.made_of = Some(Arc::clone(answer));
        let lines = match &**answer {
            CountAnswer::Statistics(stats) => statistics::lines(stats, context.settings.zone),
            CountAnswer::Quality(quality) => check_lines(context.tab(), quality),
            CountAnswer::Facet(_) | CountAnswer::MetadataMap(_) => return,
        };
        self.fill(lines);
    }
}

/// The check of a scope as lines: first whether everything is there.
fn check_lines(tab: &ScopeView, quality: &QualityReport) -> Vec<ReportLine> {
    let is_whole = tab.completeness == Completeness::Whole;
    let loading = tab.progress.as_ref().filter(|_| tab.completeness == Completeness::Nothing);
    let check = Check {
        source: &tab.name,
        failure: why_incomplete(tab),
        tally: tab.tally.as_ref().filter(|_| is_whole),
        quality,
        transferred: match (loading, tab.transfer) {
            (Some(progress), _) => progress.bytes,
            (None, transfer) => transfer.map_or(0, |transfer| transfer.bytes),
        },
        took: tab
            .transfer
            .filter(|_| loading.is_none())
            .map(|transfer| Duration::from_millis(transfer.took.unsigned_abs())),
    };
    let verdict =
        |text: &str| ReportLine::Verdict { text: text.to_owned(), is_good: check.is_complete() };
    let mut lines: Vec<ReportLine> = check.verdict().lines().map(verdict).collect();
    for part in check.parts() {
        lines.push(ReportLine::Blank);
        for row in part {
            lines.push(ReportLine::Fact { name: row.name, value: row.value, term: None });
            lines.extend(row.named.into_iter().map(ReportLine::Note));
        }
    }
    lines
}

/// Why a scope is not all there, in sentences; [`None`] where it is.
fn why_incomplete(tab: &ScopeView) -> Option<String> {
    let words = match (tab.completeness, &tab.failure) {
        (Completeness::Whole, _) => return None,
        (_, Some(failure)) => format!("{}\n{}", failure.what, failure.advice),
        (Completeness::Cut, None) => "the load was cut short: this is what arrived".to_owned(),
        (Completeness::Cancelled, None) => {
            "the load was cancelled: this is what arrived".to_owned()
        }
        (Completeness::Nothing, None) if tab.progress.is_some() => {
            "still loading: this is what arrived so far".to_owned()
        }
        (Completeness::Nothing, None) => "nothing was loaded".to_owned(),
    };
    Some(words)
}

#[cfg(test)]
mod tests;
