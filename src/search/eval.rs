//! Whether one message is what a query asks.
//!
//! Must not know how messages are found or divided among threads.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::hours::Clock;
use super::ids::IdSet;
use super::matcher::{Matcher, Node};
use super::needle::Needle;
use super::turns::Turns;
use super::visible::{MOST_SHOWN, visible};
use crate::maths;
use crate::message::{Flags, MsgRef};
use crate::query::State;
use crate::store::{Page, Row};

/// One message as it is evaluated. Its text is not touched before it is asked for: reading a
/// column costs a few nanoseconds, and fetching a text from memory a hundred.
struct Subject<'a> {
    page: &'a Page,
    row: &'a Row,
    at: MsgRef,
    seen: OnceCell<Cow<'a, str>>,
    shown: OnceCell<Option<String>>,
}

impl Subject<'_> {
    /// The text is looked through as it was sent, as it is seen, and with its formulas as they are
    /// shown.
    fn has(&self, needle: &Needle) -> bool {
        let text = self.page.text_of(self.row);
        needle.is_in(text)
            || (self.row.flags.has(Flags::HIDDEN)
                && needle.is_in(self.seen.get_or_init(|| visible(self.page.text_of(self.row)))))
            || (needle.is_of_formulas() && self.shown().is_some_and(|shown| needle.is_in(shown)))
    }

    /// The text with its formulas as they are shown; `None` where it has none.
    fn shown(&self) -> Option<&str> {
        self.shown.get_or_init(|| with_formulas(self.page.text_of(self.row))).as_deref()
    }

    fn is_timed(&self) -> bool {
        !self.row.flags.has(Flags::NO_TIME)
    }

    /// Whether the text has so many characters. A character takes one to four bytes, which often
    /// says enough.
    fn has_length(&self, least: u64, most: u64) -> bool {
        let bytes = u64::from(self.row.text_len);
        if bytes < least || bytes.div_ceil(4) > most || least > most {
            return false;
        }
        if bytes.div_ceil(4) >= least && bytes <= most {
            return true;
        }
        let characters = self.page.text_of(self.row).chars().count();
        u64::try_from(characters).is_ok_and(|characters| (least..=most).contains(&characters))
    }
}

/// A text with its formulas as they are shown; `None` where it has none.
pub(super) fn with_formulas(text: &str) -> Option<String> {
    (text.len() <= MOST_SHOWN && maths::has_formula(text)).then(|| maths::shown(&visible(text)))
}

/// A matcher with what it needs to know of one store; for one thread.
pub(super) struct Resolved<'a> {
    pub(super) matcher: &'a Matcher,
    sets: &'a [IdSet],
    turns: Option<&'a Turns>,
    clock: Clock,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(matcher: &'a Matcher, sets: &'a [IdSet], turns: Option<&'a Turns>) -> Self {
        Self { matcher, sets, turns, clock: Clock::new(matcher.zone) }
    }

    /// Whether a message is all that `node` asks.
    pub(super) fn holds(&self, node: &Node, page: &Page, row: &Row, at: MsgRef) -> bool {
        let (seen, shown) = (OnceCell::new(), OnceCell::new());
        self.eval(node, &Subject { page, row, at, seen, shown })
    }

    /// Whether a message matches.
    pub(super) fn matches(&self, page: &Page, row: &Row, at: MsgRef) -> bool {
        self.holds(&self.matcher.root, page, row, at)
    }

    fn eval(&self, node: &Node, subject: &Subject<'_>) -> bool {
        let row = subject.row;
        match node {
            Node::All(parts) => parts.iter().all(|part| self.eval(part, subject)),
            Node::Any(parts) => parts.iter().any(|part| self.eval(part, subject)),
            Node::Not(part) => !self.eval(part, subject),
            Node::Text(at) => {
                self.matcher.needles.get(*at).is_some_and(|needle| subject.has(needle))
            }
            Node::Id(at) => match (self.matcher.ids.get(*at), self.sets.get(*at)) {
                (Some(test), Some(set)) => set.has(test.column, row),
                _ => false,
            },
            Node::Time(window) => subject.is_timed() && window.contains(&row.time),
            Node::HasTime => subject.is_timed(),
            Node::Hours(hours) => {
                subject.is_timed()
                    && self.clock.second(row.time).is_some_and(|second| hours.contains(second))
            }
            Node::HasText => row.text_len > 0,
            Node::Length(least, most) => subject.has_length(*least, *most),
            Node::Turns(least, most) => {
                self.turns.is_some_and(|turns| (*least..=*most).contains(&turns.turns(row.session)))
            }
            Node::Wait(least, most) => self
                .turns
                .and_then(|turns| turns.wait(subject.at))
                .is_some_and(|wait| (*least..=*most).contains(&wait)),
            Node::State(State::Repaired) => row.flags.has(Flags::REPAIRED),
            Node::State(State::First) => self.turns.is_some_and(|all| all.is_first(subject.at)),
            Node::State(State::Unanswered) => {
                self.turns.is_some_and(|turns| turns.is_unanswered(subject.at))
            }
            Node::Meta(at) => self
                .matcher
                .metas
                .get(*at)
                .is_some_and(|test| test.passes(subject.page.extra_of(row), row.flags)),
        }
    }
}
