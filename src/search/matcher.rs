//! A query made ready: expressions compiled, times resolved, cheap tests first.
//!
//! Must not know how the messages are divided among threads.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use super::ids::{IdSet, IdTest};
use super::needle::{Finder, Needle, any_of};
use super::visible::{Visible, visible};
use crate::message::Flags;
use crate::query::{Expr, Query, QueryError, Test};
use crate::store::{Page, Row};
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
}

/// How to find candidates by scanning the texts of many messages at once: every match has one of
/// the words in its text, or holds invisible characters.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    /// Finds one of the words.
    pub(super) finder: Finder,
    /// What else a message has to be once a word was found in it.
    pub(super) rest: Option<Node>,
    /// The part of that which needs no text.
    pub(super) columns: Option<Node>,
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
    pub(super) lead: Option<Lead>,
    /// The needles that a match has rather than lacks.
    marked: Vec<usize>,
}

/// Makes a query ready. Dates are understood in `zone`, and spans such as `7d` end at `now`.
///
/// # Errors
/// An expression that cannot be compiled, or a time outside of the calendar, with its place.
pub fn compile(query: &Query, zone: Zone, now: Millis) -> Result<Matcher, QueryError> {
    let mut tables = Tables { query, zone, now, needles: vec![], ids: vec![], marked: vec![] };
    let root = tables.node(query.root(), Polarity::Has)?;
    let Tables { needles, ids, marked, .. } = tables;
    let lead = lead(&root, &needles);
    Ok(Matcher { root, needles, ids, lead, marked })
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
            Test::Id { column, pattern, .. } => {
                self.ids.push(IdTest { column: *column, pattern: pattern.clone() });
                return Ok(Node::Id(self.ids.len() - 1));
            }
            Test::Time { bound, when, .. } => {
                return when
                    .window(*bound, self.zone, self.now)
                    .map(Node::Time)
                    .ok_or_else(|| error(format!("`{when}` is outside of the calendar")));
            }
        };
        if polarity == Polarity::Has {
            self.marked.push(self.needles.len());
        }
        self.needles.push(needle);
        Ok(Node::Text(self.needles.len() - 1))
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
            Self::Text(_) => 1,
            Self::Id(_) | Self::Time(_) => 0,
        }
    }

    /// Words of which every match has one, and whether having one is all that is asked.
    fn words(&self, needles: &[Needle]) -> Option<(Vec<usize>, bool)> {
        match self {
            Self::Text(at) => {
                needles.get(*at).filter(|needle| needle.is_scannable())?;
                Some((vec![*at], true))
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
            Self::Not(_) | Self::Id(_) | Self::Time(_) => None,
        }
    }
}

/// Longer words are rarer, and one is as frequent as its shortest alternative.
fn rarity(words: &[usize], needles: &[Needle]) -> usize {
    words.iter().filter_map(|at| needles.get(*at)).map(Needle::len).min().unwrap_or(0)
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
        [only] => needles.get(*only)?.finder().clone(),
        several => any_of(several.iter().filter_map(|at| needles.get(*at)))?,
    };
    let rest = parts.iter().enumerate().filter(|&(at, _)| at != best || !enough);
    let rest: Vec<Node> = rest.map(|(_, part)| part.clone()).collect();
    let columns: Vec<Node> = parts.iter().filter(|part| part.cost(needles) == 0).cloned().collect();
    let list = |nodes: Vec<Node>| (!nodes.is_empty()).then_some(Node::All(nodes));
    Some(Lead { finder, rest: list(rest), columns: list(columns) })
}

/// One message as it is evaluated. Its text is not touched before it is asked for: reading a
/// column costs a few nanoseconds, and fetching a text from memory a hundred.
struct Subject<'a> {
    page: &'a Page,
    row: &'a Row,
    seen: OnceCell<Cow<'a, str>>,
}

impl Subject<'_> {
    fn has(&self, needle: &Needle) -> bool {
        let text = self.page.text_of(self.row);
        needle.is_in(text)
            || (self.row.flags.has(Flags::HIDDEN)
                && needle.is_in(self.seen.get_or_init(|| visible(self.page.text_of(self.row)))))
    }
}

/// A matcher with the numbers of the ids of one store.
pub(super) struct Resolved<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) sets: &'a [IdSet],
}

impl Resolved<'_> {
    /// Whether a message is all that `node` asks.
    pub(super) fn holds(&self, node: &Node, page: &Page, row: &Row) -> bool {
        self.eval(node, &Subject { page, row, seen: OnceCell::new() })
    }

    /// Whether a message matches.
    pub(super) fn matches(&self, page: &Page, row: &Row) -> bool {
        self.holds(&self.matcher.root, page, row)
    }

    fn eval(&self, node: &Node, subject: &Subject<'_>) -> bool {
        match node {
            Node::All(parts) => parts.iter().all(|part| self.eval(part, subject)),
            Node::Any(parts) => parts.iter().any(|part| self.eval(part, subject)),
            Node::Not(part) => !self.eval(part, subject),
            Node::Text(at) => {
                self.matcher.needles.get(*at).is_some_and(|needle| subject.has(needle))
            }
            Node::Id(at) => match (self.matcher.ids.get(*at), self.sets.get(*at)) {
                (Some(test), Some(set)) => set.has(test.column, subject.row),
                _ => false,
            },
            Node::Time(window) => {
                !subject.row.flags.has(Flags::NO_TIME) && window.contains(&subject.row.time)
            }
        }
    }
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
        let seen = Visible::new(text);
        for needle in self.marked.iter().filter_map(|at| self.needles.get(*at)) {
            needle.places(text, max, &mut places);
            if let Some(seen) = &seen {
                let from = places.len();
                needle.places(&seen.text, max, &mut places);
                for place in places.iter_mut().skip(from) {
                    *place = seen.original(place);
                }
            }
        }
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
}
