//! A query made ready: expressions compiled, times resolved, cheap tests first.
//!
//! Must not know how the messages are divided among threads.

use std::ops::Range;
use std::sync::Arc;

use super::ids::{IdSet, IdTest};
use super::meta::MetaTest;
use super::needle::{Finder, Needle, any_of};
use super::visible::{MOST_SHOWN, Visible};
use crate::maths;
use crate::query::{Column, Expr, Hours, Measure, Part, Pattern, Query, QueryError, State, Test};
use crate::store::Page;
use crate::time::{Millis, Zone};

/// The most words that one scan looks for at once.
const SCAN_WORDS: usize = 64;

/// A condition on a message; the parts of a list in order of what they cost. Words, expressions
/// and ids stand beside it in tables.
#[derive(Clone, Debug)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text(usize),
    Id(usize),
    /// A time of its own within this window; a message without one is outside of every window.
    Time(Range<Millis>),
    /// A time of its own.
    HasTime,
    /// A time of its own at these hours.
    Hours(Hours),
    /// A text that is not empty.
    HasText,
    /// So many characters, from the first to the second.
    Length(u64, u64),
    /// A session of so many turns.
    Turns(u64, u64),
    /// A reply after so many milliseconds.
    Wait(u64, u64),
    State(State),
    /// A condition on the metadata.
    Meta(usize),
}

/// How to find candidates by scanning the texts of many messages at once: every match has one of
/// the words in its text, or holds invisible characters, or a formula that shows the word.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    /// Finds one of the words.
    pub(super) finder: Finder,
    /// What else a message has to be once a word was found in it.
    pub(super) rest: Option<Node>,
    /// The part of that which needs no text.
    pub(super) columns: Option<Node>,
    /// Whether a formula may show one of the words without having it in its source.
    pub(super) of_formulas: bool,
}

/// A query made ready to be matched. Share it in an [`Arc`].
///
/// Clones share the compiled expressions but not their scratch memory: a thread that matches a
/// lot does better with a clone of its own.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(super) root: Node,
    pub(super) needles: Vec<Needle>,
    pub(super) ids: Vec<IdTest>,
    pub(super) metas: Vec<MetaTest>,
    pub(super) lead: Option<Lead>,
    /// Whether it depends on the messages around.
    pub(super) needs_turns: bool,
    pub(super) zone: Zone,
    /// The needles that a match has rather than lacks.
    marked: Vec<usize>,
}

/// Makes a query ready. Dates are understood in `zone`, and spans such as `7d` end at `now`.
///
/// # Errors
/// An expression that cannot be compiled, or a time outside of the calendar, with its place.
pub fn compile(query: &Query, zone: Zone, now: Millis) -> Result<Matcher, QueryError> {
    let mut tables =
        Tables { query, zone, now, needles: vec![], ids: vec![], metas: vec![], marked: vec![] };
    let root = tables.node(query.root(), Polarity::Has)?;
    let Tables { needles, ids, metas, marked, .. } = tables;
    let lead = lead(&root, &needles);
    let needs_turns = root.needs_turns();
    Ok(Matcher { root, needles, ids, metas, lead, needs_turns, zone, marked })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Polarity {
    Has,
    Lacks,
}

struct Tables<'a> {
    query: &'a Query,
    zone: Zone,
    now: Millis,
    needles: Vec<Needle>,
    ids: Vec<IdTest>,
    metas: Vec<MetaTest>,
    marked: Vec<usize>,
}

impl Tables<'_> {
    fn node(&mut self, expr: &Expr, polarity: Polarity) -> Result<Node, QueryError> {
        let term = match expr {
            Expr::All(parts) => return Ok(Node::All(self.nodes(parts, polarity)?)),
            Expr::Any(parts) => return Ok(Node::Any(self.nodes(parts, polarity)?)),
            Expr::Not(part) => {
                let polarity = match polarity {
                    Polarity::Has => Polarity::Lacks,
                    Polarity::Lacks => Polarity::Has,
                };
                return Ok(Node::Not(Box::new(self.node(part, polarity)?)));
            }
            Expr::Term(term) => term,
        };
        let error = |message: String| self.query.error_at(term.span.clone(), message);
        let needle = match &term.test {
            Test::Words(words) => Needle::words(words).map_err(error)?,
            Test::Regex(pattern) => Needle::regex(pattern).map_err(error)?,
            Test::Id { column, pattern, .. } => return Ok(self.id(*column, pattern.clone())),
            Test::Hours { hours, .. } => return Ok(Node::Hours(*hours)),
            Test::Value { path, value } => {
                return Ok(self.meta(MetaTest::value(path.clone(), value.clone())));
            }
            Test::Part { part, .. } => return Ok(self.part(part)),
            Test::State { state, .. } => return Ok(Node::State(*state)),
            Test::Count { count, bounds, .. } => {
                let (least, most) = bounds.ends();
                return Ok(match count {
                    Measure::Characters => Node::Length(least, most),
                    Measure::Turns => Node::Turns(least, most),
                });
            }
            Test::Wait { bounds, .. } => {
                let (least, most) = bounds.map(|span| span.0).ends();
                return Ok(Node::Wait(least, most));
            }
            Test::Time { bound, when, .. } => {
                return when
                    .window(*bound, self.zone, self.now)
                    .map(Node::Time)
                    .ok_or_else(|| error(format!("`{when}` is outside the calendar")));
            }
        };
        if polarity == Polarity::Has {
            self.marked.push(self.needles.len());
        }
        self.needles.push(needle);
        Ok(Node::Text(self.needles.len() - 1))
    }

    fn id(&mut self, column: Column, pattern: Pattern) -> Node {
        self.ids.push(IdTest { column, pattern });
        Node::Id(self.ids.len() - 1)
    }

    fn meta(&mut self, test: MetaTest) -> Node {
        self.metas.push(test);
        Node::Meta(self.metas.len() - 1)
    }

    fn part(&mut self, part: &Part) -> Node {
        let mut id = |column| self.id(column, Pattern::with_stars("*"));
        match part {
            Part::User => id(Column::User),
            Part::Session => id(Column::Session),
            Part::Component => id(Column::Component),
            Part::Role => id(Column::Role),
            Part::Text => Node::HasText,
            Part::Time => Node::HasTime,
            Part::Metadata => self.meta(MetaTest::any(None)),
            Part::Path(path) => self.meta(MetaTest::any(Some(path.clone()))),
        }
    }

    fn nodes(&mut self, parts: &[Expr], polarity: Polarity) -> Result<Vec<Node>, QueryError> {
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            nodes.push(self.node(part, polarity)?);
        }
        nodes.sort_by_key(|node| node.cost(&self.needles));
        Ok(nodes)
    }
}

impl Node {
    /// Roughly what one evaluation costs, where 0 needs no text.
    pub(super) fn cost(&self, needles: &[Needle]) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().map(|part| part.cost(needles)).sum()
            }
            Self::Not(part) => part.cost(needles),
            Self::Text(at) if needles.get(*at).is_some_and(Needle::is_regex) => 8,
            Self::Text(_) | Self::Length(..) => 1,
            Self::Meta(_) => 2,
            _ => 0,
        }
    }

    fn needs_turns(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::needs_turns),
            Self::Not(part) => part.needs_turns(),
            Self::State(state) => *state != State::Repaired,
            other => matches!(other, Self::Turns(..) | Self::Wait(..)),
        }
    }

    /// Words of which every match has one, and whether having one is all that is asked.
    fn words(&self, needles: &[Needle]) -> Option<(Vec<usize>, bool)> {
        match self {
            Self::Text(at) => {
                let needle = needles.get(*at)?;
                needle.scanned()?;
                Some((vec![*at], !needle.is_regex()))
            }
            Self::Any(parts) => {
                let (mut all, mut enough) = (Vec::new(), true);
                for part in parts {
                    let (words, exact) = part.words(needles)?;
                    all.extend(words);
                    enough &= exact;
                }
                (all.len() <= SCAN_WORDS).then_some((all, enough))
            }
            Self::All(parts) => {
                let words = parts.iter().filter_map(|part| part.words(needles));
                words
                    .max_by_key(|(words, _)| rarity(words, needles))
                    .map(|(words, _)| (words, false))
            }
            _ => None,
        }
    }
}

/// Longer words are rarer, and one is as frequent as its shortest alternative.
fn rarity(words: &[usize], needles: &[Needle]) -> usize {
    scanned(words, needles).map(Needle::len).min().unwrap_or(0)
}

fn scanned<'a>(words: &'a [usize], needles: &'a [Needle]) -> impl Iterator<Item = &'a Needle> {
    scanned_by(words, needles).filter_map(Needle::scanned)
}

fn scanned_by<'a>(words: &'a [usize], needles: &'a [Needle]) -> impl Iterator<Item = &'a Needle> {
    words.iter().filter_map(|at| needles.get(*at))
}

fn lead(root: &Node, needles: &[Needle]) -> Option<Lead> {
    let parts = match root {
        Node::All(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let found = parts.iter().enumerate().filter_map(|(at, part)| {
        let (words, enough) = part.words(needles)?;
        Some((at, words, enough))
    });
    let (best, words, enough) = found.max_by_key(|(_, words, _)| rarity(words, needles))?;
    let finder = match words.as_slice() {
        [only] => needles.get(*only)?.scanned()?.finder().clone(),
        several => any_of(scanned(several, needles))?,
    };
    let rest = parts.iter().enumerate().filter(|&(at, _)| at != best || !enough);
    let rest: Vec<Node> = rest.map(|(_, part)| part.clone()).collect();
    let columns: Vec<Node> = parts.iter().filter(|part| part.cost(needles) == 0).cloned().collect();
    let list = |nodes: Vec<Node>| (!nodes.is_empty()).then_some(Node::All(nodes));
    let of_formulas = scanned_by(&words, needles).any(Needle::is_of_formulas);
    Some(Lead { finder, rest: list(rest), columns: list(columns), of_formulas })
}

impl Matcher {
    /// The ids that the conditions let through, by number, in the store of these pages: all of
    /// them, from its first page on.
    pub(super) fn resolve(&self, pages: &[Arc<Page>]) -> Vec<IdSet> {
        self.ids.iter().map(|test| IdSet::of(test, pages)).collect()
    }

    /// What to highlight in a text: where its words, phrases and expressions stand, those after a
    /// minus left out; sorted, merged where they overlap or touch, `max` at most.
    pub fn ranges(&self, text: &str, max: usize) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        self.places(text, max, &mut places);
        merged(places, max)
    }

    /// The same for a text that is shown as it was sent: a formula that shows a match which stands
    /// nowhere in its source is marked as a whole.
    pub fn ranges_as_sent(&self, text: &str, max: usize) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        self.places(text, max, &mut places);
        let mut of_formulas = self.marked().filter(|needle| needle.is_of_formulas()).peekable();
        let is_short = text.len() <= MOST_SHOWN;
        if of_formulas.peek().is_some() && is_short && maths::has_formula(text) {
            let seen = Visible::new(text);
            let shown = maths::InlineText::of(seen.as_ref().map_or(text, |seen| &seen.text));
            let from = places.len();
            of_formulas.for_each(|needle| needle.places(&shown.text, max, &mut places));
            for place in places.iter_mut().skip(from) {
                let of_seen = shown.source(place);
                *place = seen.as_ref().map_or(of_seen.clone(), |seen| seen.original(&of_seen));
            }
        }
        merged(places, max)
    }

    fn marked(&self) -> impl Iterator<Item = &Needle> {
        self.marked.iter().filter_map(|at| self.needles.get(*at))
    }

    fn places(&self, text: &str, max: usize, places: &mut Vec<Range<usize>>) {
        let seen = Visible::new(text);
        for needle in self.marked() {
            needle.places(text, max, places);
            if let Some(seen) = &seen {
                let from = places.len();
                needle.places(&seen.text, max, places);
                for place in places.iter_mut().skip(from) {
                    *place = seen.original(place);
                }
            }
        }
    }
}

/// Sorted, merged where they overlap or touch, `max` at most.
fn merged(mut places: Vec<Range<usize>>, max: usize) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged.truncate(max);
    merged
}
