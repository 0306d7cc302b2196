//! What a search or a filter that is being typed can go on with: fields, and values that are there.
//!
//! The list appears while a field's name or value is typed. `Tab` walks through it and puts what is
//! chosen into the line; typing goes on from there. Must not know how values are counted.

use std::cell::RefCell;

use crate::query::{self, CompletionKind, Seen, Suggestion};
use crate::stats::{CountAnswer, CountRequest, Facet};
use crate::text::{clean_line_within, width};

use super::super::super::Privacy;
use super::super::super::counts::Ask;
use super::super::super::geometry::Area;
use super::super::super::transcript::Direction;
use super::super::LayerRequest;
use super::super::context::LayerContext;
use super::Prompt;

/// How many suggestions are in sight.
const ROWS: u16 = 8;
/// The widest list.
const WIDEST: u16 = 76;
/// Characters of a suggestion that are shown.
pub const SHOWN: usize = 60;

/// Why the list is made anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// Something was typed.
    Typed,
    /// A person asked for it.
    Asked,
    /// More is known of the values.
    Counted,
}

/// What can be chosen, and where a person is in it.
#[derive(Debug, Default)]
pub struct Completion {
    suggestions: Vec<Suggestion>,
    selected: Option<usize>,
    /// What was typed, and the cursor in it (a byte), when the walk began.
    typed: (String, usize),
    /// The word, by its first byte, for which the list was closed.
    closed_at: Option<usize>,
    /// Whether it was asked for where nothing is typed.
    is_forced: bool,
    asks: Vec<Ask>,
    /// How many messages the counts are of, and how many there are.
    pub looked: Option<(usize, usize)>,
}

impl Completion {
    /// What can be chosen; empty when the list is closed.
    pub fn suggestions(&self) -> &[Suggestion] {
        &self.suggestions
    }

    /// The number of the chosen one, once a person walks through them.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// The first one shown in so many lines.
    pub fn top(&self, height: usize) -> usize {
        (self.selected.unwrap_or(0) + 1).saturating_sub(height)
    }

    /// What has to be counted for it.
    pub(super) fn asks(&self) -> &[Ask] {
        &self.asks
    }

    /// Whether a person walks through the list.
    pub(super) fn is_walking(&self) -> bool {
        self.selected.is_some()
    }

    fn close(&mut self) {
        self.suggestions.clear();
        self.selected = None;
        self.asks.clear();
        self.looked = None;
    }
}

impl Prompt {
    /// Makes the list anew from what is typed before the cursor.
    pub(super) fn complete(&mut self, why: Why, context: &LayerContext<'_>) {
        let (text, cursor) = (self.field.text().to_owned(), self.field.cursor_byte());
        let asks = RefCell::new(Vec::new());
        let looked = RefCell::new(None);
        let values = |wanted: CompletionKind<'_>, typed: &str| {
            let (found, of) = context.seen(wanted, typed, &mut asks.borrow_mut());
            *looked.borrow_mut() = of;
            found
        };
        let suggestions = query::complete(&text, cursor, &values);
        let completion = &mut self.completion;
        completion.asks = asks.into_inner();
        completion.looked = looked.into_inner();
        completion.selected = None;
        completion.is_forced = match why {
            Why::Typed => false,
            Why::Asked => true,
            Why::Counted => completion.is_forced,
        };
        let word = suggestions.first().map(|first| first.range.clone());
        let start = word.as_ref().map(|word| word.start);
        if why == Why::Asked || (start.is_some() && completion.closed_at != start) {
            completion.closed_at = None;
        }
        let typed = word.and_then(|word| text.get(word)).unwrap_or("");
        let is_done = suggestions.iter().all(|one| one.text == typed);
        let is_wanted =
            completion.closed_at.is_none() && (completion.is_forced || !typed.is_empty());
        completion.suggestions = if is_wanted && !is_done { suggestions } else { Vec::new() };
        completion.typed = (text, cursor);
    }

    /// Walks through the list and puts what is chosen into the line. A single one is taken at once.
    pub(super) fn walk_completion(
        &mut self,
        way: Direction,
        context: &LayerContext<'_>,
    ) -> Vec<LayerRequest> {
        if self.completion.suggestions.is_empty() {
            self.complete(Why::Asked, context);
        }
        let count = self.completion.suggestions.len();
        let next = match (self.completion.selected, way) {
            (None, Direction::Down) => 0,
            (None, Direction::Up) => count.saturating_sub(1),
            (Some(at), Direction::Down) => (at + 1) % count.max(1),
            (Some(at), Direction::Up) => at.checked_sub(1).unwrap_or(count.saturating_sub(1)),
        };
        self.take_suggestion(next, context)
    }

    /// Puts a suggestion into the line.
    pub(super) fn take_suggestion(
        &mut self,
        number: usize,
        context: &LayerContext<'_>,
    ) -> Vec<LayerRequest> {
        let Self { completion, field, .. } = self;
        let Some(one) = completion.suggestions.get(number) else { return Vec::new() };
        let (typed, cursor) = &completion.typed;
        let before = typed.get(..one.range.start).unwrap_or("");
        let after = typed.get(*cursor..).unwrap_or("");
        let cursor = before.len() + one.text.len();
        field.set(&format!("{before}{}{after}", one.text), cursor);
        completion.selected = Some(number);
        if completion.suggestions.len() == 1 {
            self.complete(Why::Asked, context);
            self.close_if_done();
        }
        self.ask(context)
    }

    /// Behind a whole value there is nothing to choose: the list of all fields would be noise.
    fn close_if_done(&mut self) {
        let before = self.field.text().get(..self.field.cursor_byte()).unwrap_or("");
        if !before.ends_with([':', '.']) {
            self.completion.close();
        }
    }

    /// Whether a sign that is typed stands there already, since a field was chosen with it.
    pub(super) fn has_already(&self, typed: &str) -> bool {
        let before = self.field.text().get(..self.field.cursor_byte()).unwrap_or("");
        matches!(typed, ":" | ".") && self.completion.is_walking() && before.ends_with(typed)
    }

    /// Closes the list and takes back what was chosen from it; [`None`] where it is closed.
    pub(super) fn close_completion(
        &mut self,
        context: &LayerContext<'_>,
    ) -> Option<Vec<LayerRequest>> {
        let Self { completion, field, .. } = self;
        let start = completion.suggestions.first()?.range.start;
        if completion.is_walking() {
            let (typed, cursor) = &completion.typed;
            field.set(typed, *cursor);
        }
        completion.close();
        completion.closed_at = Some(start);
        Some(self.ask(context))
    }

    /// Where the list lies, with its border; [`None`] when it is closed or there is no room.
    pub fn completion_area(&self, context: &LayerContext<'_>) -> Option<Area> {
        let completion = &self.completion;
        let first = completion.suggestions.first()?;
        let bottom = context.bottom?;
        let columns = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
        let widest = completion.suggestions.iter().map(|one| {
            let text = columns(clean_line_within(&one.text, SHOWN).as_str());
            let help = if one.help.is_empty() { 0 } else { columns(one.help).saturating_add(2) };
            let count = if one.count.is_some() { 11 } else { 0 };
            text.saturating_add(help).saturating_add(count).saturating_add(4)
        });
        let wide = widest.max().unwrap_or(0).clamp(24, WIDEST).min(context.size.columns);
        let rows = u16::try_from(completion.suggestions.len()).unwrap_or(u16::MAX).min(ROWS);
        let height = rows.saturating_add(2).min(bottom.y.saturating_sub(1));
        let (typed, _) = &completion.typed;
        let before = columns(typed.get(..first.range.start).unwrap_or(""));
        let x = before.saturating_add(7).min(context.size.columns - wide);
        let area = Area { x, y: bottom.y - height, width: wide, height };
        (height >= 3).then_some(area)
    }

    /// The suggestion at a cell.
    pub(super) fn suggestion_at(
        &self,
        x: u16,
        y: u16,
        context: &LayerContext<'_>,
    ) -> Option<usize> {
        let list = self.completion_area(context)?.inside();
        let row =
            self.completion.top(usize::from(list.height)) + usize::from(y.checked_sub(list.y)?);
        (list.holds(x, y) && row < self.completion.suggestions.len()).then_some(row)
    }
}

impl LayerContext<'_> {
    /// The values that are there, as far as they are known; what is not goes to `asks`.
    fn seen(
        &self,
        wanted: CompletionKind<'_>,
        typed: &str,
        asks: &mut Vec<Ask>,
    ) -> (Seen, Option<(usize, usize)>) {
        if self.privacy == Privacy::Hidden {
            return (Vec::new(), None);
        }
        let asked = match wanted {
            CompletionKind::Ids(column) => CountRequest::Facet(Facet::Id(column)),
            CompletionKind::Paths => CountRequest::MetadataMap,
            CompletionKind::Values(path) => CountRequest::Facet(Facet::Path(path.clone())),
        };
        let base = self.all_base();
        let ask = Ask { is_sample: true, ..Ask::whole(asked) };
        let first = self.counts.answer(&base, &ask).map(|(answer, _)| answer);
        let is_cut = first.is_some_and(|answer| answer.is_cut());
        let typed = match wanted {
            CompletionKind::Paths => typed.replace('"', ""),
            _ => typed.to_owned(),
        };
        let narrow = Ask { containing: typed.to_lowercase(), ..ask.clone() };
        asks.push(ask);
        let mut answer = first;
        if is_cut && !typed.is_empty() {
            // Too many to hand over: the worker looks for those that are meant.
            answer = self.counts.answer(&base, &narrow).map(|(answer, _)| answer).or(first);
            asks.push(narrow);
        }
        let Some(answer) = answer else { return (Vec::new(), None) };
        let listed = match &**answer {
            CountAnswer::Facet(values) => {
                values.listed.iter().map(|one| (one.text.clone(), one.count)).collect()
            }
            CountAnswer::MetadataMap(paths) => {
                let paths = paths.listed.iter();
                paths
                    .filter_map(|seen| Some((seen.path.as_ref()?.to_string(), seen.messages)))
                    .collect()
            }
            CountAnswer::Statistics(_) | CountAnswer::Quality(_) => Vec::new(),
        };
        (listed, Some(answer.looked()))
    }
}
