//! Reports over the panes: the statistics of the present result, and the check of a whole scope.
//!
//! ```text
//!  S, C ─► Overlay::Report ─► Effect::Count ─► worker ─► Event::Counted ─► lines
//!                                                              Enter on a bar ─► filter
//! ```
//!
//! Must not know how anything is counted or painted.

use std::time::Duration;

use crate::stats::{Answer, CountJob, CountRequest, QualityReport, Selection};

use super::act::{Reach, lines_of, movement, stays_over_a_panel};
use super::action::Action;
use super::check::Check;
use super::counts::Base;
use super::effect::Effect;
use super::geometry::{Area, Size, middle};
use super::overlay::Overlay;
use super::tab::{Tab, Wholeness};
use super::transcript::Way;
use super::{App, Privacy, statistics};
use crate::port::Severity;
use crate::port::{CountTicket, Lane, QueryKind, Task};

/// Columns of a panel at most: longer bars say no more.
const COLUMNS: u16 = 100;
/// Lines for one step of the wheel.
const WHEEL_LINES: usize = 3;

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
    pub(super) fn action(self) -> Action {
        match self {
            Self::Statistics => Action::Statistics,
            Self::Check => Action::Check,
        }
    }
}

/// The reports so far: at most one of each kind.
#[derive(Debug, Default)]
pub(super) struct Reports {
    known: Vec<(Base, ReportKind, Answer)>,
    running: Option<(CountTicket, Base, ReportKind)>,
}

impl Reports {
    /// The last report of a kind about a store that `base` is about, and what it is about.
    fn last(&self, kind: ReportKind, base: &Base) -> Option<(&Base, &Answer)> {
        let mut known = self.known.iter();
        let known = known.find(|(of, other, _)| *other == kind && of.is_of_the_store_of(base));
        known.map(|(base, _, answer)| (base, answer))
    }

    /// Whether a count is for a report.
    pub(super) fn is_running(&self, ticket: CountTicket) -> bool {
        self.running.as_ref().is_some_and(|(running, ..)| *running == ticket)
    }
}

/// A line of a report. No name or value is cleaned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
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

impl Line {
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
    pub lines: Vec<Line>,
    /// The number of the chosen line, where one can be chosen.
    pub chosen: Option<usize>,
    /// Whether the lines are up to date.
    pub is_last: bool,
    top: usize,
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
    fn new(kind: ReportKind) -> Self {
        Self { kind, lines: Vec::new(), chosen: None, is_last: false, top: 0 }
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
    fn fill(&mut self, lines: Vec<Line>) {
        if lines == self.lines {
            return;
        }
        let term = self.chosen.and_then(|chosen| self.lines.get(chosen)).and_then(Line::term);
        let same = term.and_then(|term| lines.iter().position(|line| line.term() == Some(term)));
        self.chosen = same.or_else(|| lines.iter().position(|line| line.term().is_some()));
        self.lines = lines;
    }

    /// Moves so many lines, to one that can be chosen where there is any.
    fn step(&mut self, lines: usize, way: Way, height: usize) {
        let last = self.lines.len().saturating_sub(1);
        let top = self.top(height);
        let moved = |from: usize| match way {
            Way::Down => from.saturating_add(lines).min(last),
            Way::Up => from.saturating_sub(lines),
        };
        let Some(chosen) = self.chosen else {
            self.top = moved(top).min(self.lines.len().saturating_sub(height));
            return;
        };
        let target = moved(chosen);
        let can =
            |number: &usize| self.lines.get(*number).is_some_and(|line| line.term().is_some());
        let found = match way {
            Way::Down => (target..=last).find(can).or_else(|| (chosen..=target).rfind(can)),
            Way::Up => (0..=target).rfind(can).or_else(|| (target..=chosen).find(can)),
        };
        self.choose(found.unwrap_or(chosen), top, height);
    }

    /// Chooses a line and brings it into sight: with its heading, and the first and the last one
    /// with what stands before and behind them.
    fn choose(&mut self, number: usize, top: usize, height: usize) {
        let can = |line: &Line| line.term().is_some();
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
    fn step_section(&mut self, way: Way, height: usize) {
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
            Way::Down => starts.iter().find(|&&start| start > chosen).or(starts.first()),
            Way::Up => starts.iter().rfind(|&&start| start < chosen).or(starts.last()),
        };
        if let Some(&start) = found {
            // The section stands at the top, as far as there is one to be filled below it.
            let lead = start.saturating_sub(1);
            let top = if start < top || start >= top + height { lead } else { top };
            self.choose(start, top.min(self.lines.len().saturating_sub(height)), height);
        }
    }
}

impl App {
    /// Opens a report.
    pub(super) fn open_report(&mut self, kind: ReportKind) {
        if kind == ReportKind::Statistics && self.tab().store.is_empty() {
            self.tell(Severity::Info, "there are no messages to count");
            return;
        }
        self.overlay = Overlay::Report(Box::new(ReportPanel::new(kind)));
        self.fill_report();
    }

    /// What a report is about. [`None`] while the filter is at work.
    fn report_base(&self, kind: ReportKind) -> Option<Base> {
        match kind {
            ReportKind::Statistics => self.result_base(),
            ReportKind::Check => Some(self.all_base()),
        }
    }

    /// Makes the lines of the panel from what is known.
    fn fill_report(&mut self) {
        let Overlay::Report(panel) = &self.overlay else { return };
        let store = self.all_base();
        let Some((_, report)) = self.reports.last(panel.kind, &store) else { return };
        let lines = match report {
            Answer::Statistics(stats) => statistics::lines(stats, self.settings.zone),
            Answer::Quality(quality) => check_lines(self.tab(), quality),
            Answer::Facet(_) | Answer::MetadataMap(_) => return,
        };
        if let Overlay::Report(panel) = &mut self.overlay {
            panel.fill(lines);
        }
    }

    /// Has counted what an open report lacks, and nothing where none is open.
    pub(super) fn follow_reports(&mut self) -> Option<Effect> {
        let Overlay::Report(panel) = &self.overlay else {
            // What older filters left is not asked for again.
            self.reports.known.retain(|(base, ..)| base.hits().is_none());
            let ran = self.reports.running.take().is_some();
            // Another count has taken its place already.
            return (ran && !self.counts.is_running()).then_some(Effect::Stop(Lane::Count));
        };
        let kind = panel.kind;
        if kind == ReportKind::Check {
            // The load goes on while it is shown.
            self.fill_report();
        }
        let base = self.report_base(kind);
        let serves = |of: &Base| base.as_ref().is_some_and(|base| base.is_served_by(of));
        let is_known = self.reports.last(kind, &self.all_base()).is_some_and(|(of, _)| serves(of));
        if let Overlay::Report(panel) = &mut self.overlay {
            panel.is_last = is_known;
        }
        let running = self.reports.running.as_ref();
        if is_known || running.is_some_and(|(_, of, other)| *other == kind && serves(of)) {
            return None;
        }
        let base = base?;
        let ticket = CountTicket(self.ticket());
        let store = &self.tab().store;
        let (pages, repeats) = (store.pages().to_vec(), store.repeats().clone());
        let job = CountJob {
            selection: Selection { pages, hits: base.hits().cloned(), repeats },
            request: kind.request(),
            containing: String::new(),
            is_sample: false,
            zone: self.settings.zone,
            threads: 1,
        };
        self.reports.running = Some((ticket, base, kind));
        Some(Effect::Run(Task::Count { ticket, job: Box::new(job) }))
    }

    /// Takes in what a worker counted.
    pub(super) fn reported(&mut self, answer: Answer) {
        let Some((_, base, kind)) = self.reports.running.take() else { return };
        self.reports.known.retain(|(_, other, _)| *other != kind);
        self.reports.known.push((base, kind, answer));
        self.fill_report();
    }

    /// Does an action in a report; [`None`] for one that is no matter of it.
    pub(super) fn act_on_report(&mut self, action: Action) -> Option<Vec<Effect>> {
        let Overlay::Report(panel) = &mut self.overlay else { return None };
        let height = usize::from(ReportPanel::areas(self.size).lines.height);
        if let Some((reach, way)) = movement(action) {
            let lines = lines_of(reach, height);
            match reach {
                Reach::End if panel.chosen.is_none() => panel.step(panel.lines.len(), way, height),
                _ => panel.step(lines, way, height),
            }
            return Some(Vec::new());
        }
        let own = panel.kind.action();
        match action {
            Action::Back | Action::Quit | Action::GoOut => self.overlay = Overlay::None,
            _ if action == own => self.overlay = Overlay::None,
            Action::NextPane => panel.step_section(Way::Down, height),
            Action::PreviousPane => panel.step_section(Way::Up, height),
            Action::Open | Action::GoIn => return Some(self.filter_by_line()),
            Action::ClearFilter => return Some(self.ask(QueryKind::Filter, None)),
            _ if stays_over_a_panel(action) => return None,
            _ => {
                self.overlay = Overlay::None;
                return None;
            }
        }
        Some(Vec::new())
    }

    /// Adds the term of the chosen line to the filter, and shows what that leaves.
    fn filter_by_line(&mut self) -> Vec<Effect> {
        let Overlay::Report(panel) = &self.overlay else { return Vec::new() };
        if self.privacy == Privacy::Hidden || panel.kind == ReportKind::Check {
            return Vec::new();
        }
        let line = panel.chosen.and_then(|chosen| panel.lines.get(chosen));
        let Some(term) = line.and_then(Line::term).map(str::to_owned) else {
            self.tell(Severity::Info, "there is nothing to filter by");
            return Vec::new();
        };
        self.overlay = Overlay::None;
        self.add_filter_term(term)
    }

    /// A click in a report: chooses, and a second one filters; outside it closes.
    pub(super) fn click_report(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let areas = ReportPanel::areas(self.size);
        let Overlay::Report(panel) = &mut self.overlay else { return Vec::new() };
        if !areas.whole.holds(x, y) {
            self.overlay = Overlay::None;
        } else if areas.lines.holds(x, y) && self.privacy == Privacy::Open {
            let height = usize::from(areas.lines.height);
            let top = panel.top(height);
            let number = top + usize::from(y - areas.lines.y);
            if panel.lines.get(number).is_some_and(|line| line.term().is_some()) {
                if panel.chosen == Some(number) {
                    return self.filter_by_line();
                }
                // It stands where it was pressed.
                (panel.top, panel.chosen) = (top, Some(number));
            }
        }
        Vec::new()
    }

    /// The wheel moves a few lines.
    pub(super) fn wheel_report(&mut self, way: Way) {
        let height = usize::from(ReportPanel::areas(self.size).lines.height);
        if let Overlay::Report(panel) = &mut self.overlay {
            panel.step(WHEEL_LINES, way, height);
        }
    }
}

/// The check of a scope as lines: first whether everything is there.
fn check_lines(tab: &Tab, quality: &QualityReport) -> Vec<Line> {
    let is_whole = tab.wholeness == Wholeness::Whole;
    let loading = tab.progress.as_ref().filter(|_| tab.wholeness == Wholeness::Nothing);
    let check = Check {
        source: &tab.name,
        failure: why_incomplete(tab),
        tally: tab.tally.as_ref().filter(|_| is_whole),
        quality,
        transferred: match (loading, tab.arrival) {
            (Some(progress), _) => progress.bytes,
            (None, arrival) => arrival.map_or(0, |arrival| arrival.bytes),
        },
        took: tab
            .arrival
            .filter(|_| loading.is_none())
            .map(|arrival| Duration::from_millis(arrival.took.unsigned_abs())),
    };
    let verdict =
        |text: &str| Line::Verdict { text: text.to_owned(), is_good: check.is_complete() };
    let mut lines: Vec<Line> = check.verdict().lines().map(verdict).collect();
    for part in check.parts() {
        lines.push(Line::Blank);
        for row in part {
            lines.push(Line::Fact { name: row.name, value: row.value, term: None });
            lines.extend(row.named.into_iter().map(Line::Note));
        }
    }
    lines
}

/// Why a scope is not all there, in sentences; [`None`] where it is.
fn why_incomplete(tab: &Tab) -> Option<String> {
    let words = match (tab.wholeness, &tab.failure) {
        (Wholeness::Whole, _) => return None,
        (_, Some(failure)) => format!("{}\n{}", failure.what, failure.advice),
        (Wholeness::Cut, None) => "the load was cut short: this is what arrived".to_owned(),
        (Wholeness::Cancelled, None) => "the load was cancelled: this is what arrived".to_owned(),
        (Wholeness::Nothing, None) if tab.progress.is_some() => {
            "still loading: this is what arrived so far".to_owned()
        }
        (Wholeness::Nothing, None) => "nothing was loaded".to_owned(),
    };
    Some(words)
}

#[cfg(test)]
mod tests;
