//! The language of search, filter, `--query` and saved views: parse, check, print.
//!
//! ```text
//! photosynthesis role:user since:7d -(draft OR /test \d+/)
//! └ text ──────┘ └ id ───┘ └ time ┘ └ not, or, regular expression
//! ```
//!
//! A text becomes a [`Query`], or a [`QueryError`] that says what is wrong and where. Printing a
//! query and reading it again gives the same query. Must not know how a query is evaluated: it
//! has neither messages nor a regular expression engine.

mod complete;
mod expr;
mod fields;
mod lexer;
mod nearest;
mod parser;
mod path;
mod pattern;
mod quote;
mod range;
mod value;
mod when;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use complete::{CompletionKind, Seen, Suggestion, complete, without_unfinished};
pub use expr::{
    Expr, Term, Test, literal, regex_ignores_case, term, value_term, words_ignore_case,
};
pub use fields::{Bound, Column, FIELDS, Field, FieldKind, Measure, field};
pub use nearest::nearest;
pub use path::{Path, PathStep};
pub use pattern::Pattern;
pub use range::{Bounds, Number, TimeSpan};
pub use value::{Hours, Part, State, Value};
pub use when::{Unit, When, moment};

/// A query with a name, one of `[[views]]` in a config.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// The name; no two are the same.
    pub name: String,
    /// The query.
    pub query: String,
}

/// The most bytes of a query.
pub const MAX_LENGTH: usize = 4096;
/// The most parentheses and minus signs within one another.
pub const MAX_DEPTH: usize = 64;

/// The forms of a query beside its fields, with what they match: for help and the README.
pub const FORMS: &[(&str, &str)] = &[
    ("word", "text containing it, in any case unless the word has capitals"),
    ("\"two words\"", "text containing this exact phrase"),
    ("/regex/", "text matching the regular expression"),
    ("a b", "both"),
    ("a OR b", "either"),
    ("-a", "not"),
    ("(a OR b) c", "grouping"),
];

/// A query that was read and checked. Cheap to clone; equal when the conditions are the same,
/// however they were written.
#[derive(Clone, Debug)]
pub struct Query {
    source: Arc<str>,
    root: Arc<Expr>,
    chips: Arc<[Range<usize>]>,
}

/// Reads a query. An empty one is `None`: it matches everything.
///
/// # Errors
/// The first mistake and its place.
pub fn parse(source: &str) -> Result<Option<Query>, QueryError> {
    parser::parse(source)
}

impl Query {
    /// The condition.
    pub fn root(&self) -> &Expr {
        &self.root
    }

    /// The text that the query was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The terms that all have to hold, each of which can be taken away on its own.
    pub fn chips(&self) -> impl ExactSizeIterator<Item = TermText<'_>> {
        self.chips.iter().map(|range| TermText {
            range: range.clone(),
            text: self.source.get(range.clone()).unwrap_or(""),
        })
    }

    /// The source without one chip; empty when it was the last.
    pub fn without(&self, chip: &TermText<'_>) -> String {
        let before = self.source.get(..chip.range.start).unwrap_or("").trim();
        let after = self.source.get(chip.range.end..).unwrap_or("").trim();
        let between = if before.is_empty() || after.is_empty() { "" } else { " " };
        [before, between, after].concat()
    }

    /// The query that asks for this and the other at once.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let root = Expr::all(vec![self.root().clone(), other.root().clone()]);
        let source = format!("({}) ({})", self.source, other.source);
        Self { source: source.into(), root: Arc::new(root), chips: Arc::new([]) }
    }

    /// An error about one of this query's terms.
    pub fn error_at(&self, span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError::new(&self.source, span, message)
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Query {}

impl fmt::Display for Query {
    /// The canonical form, which reads back as the same query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

/// A term of a query as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermText<'a> {
    /// The bytes of the source that it takes.
    pub range: Range<usize>,
    /// These bytes.
    pub text: &'a str,
}

/// What is wrong with a query, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryError {
    /// The byte of the source at which the mistake begins, from 0.
    pub at: usize,
    /// The same in characters (code points), from 0.
    pub column: usize,
    /// How many characters are wrong; 0 when something is missing at the end.
    pub width: usize,
    /// What is wrong and what to write instead, in one sentence.
    pub message: String,
}

impl QueryError {
    fn new(source: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let chars = |range| source.get(range).map_or(0, |text: &str| text.chars().count());
        Self {
            at: span.start,
            column: chars(0..span.start),
            width: chars(span),
            message: message.into(),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests;
