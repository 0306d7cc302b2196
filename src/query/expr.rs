//! The tree of a query, how it is kept in one form, and how it is printed.
//!
//! Must not know how text becomes a tree, nor how a tree is evaluated.

use std::fmt;
use std::ops::Range;

use super::fields::{Bound, Column, Field, Measure};
use super::lexer;
use super::path::Path;
use super::pattern::Pattern;
use super::quote::quoted;
use super::range::{Bounds, TimeSpan};
use super::value::{Hours, Part, State, Value};
use super::when::When;

/// A condition on a message. The constructors keep one form: no list within a list of its own
/// kind, no list of one, no double negation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expr {
    /// Each of these, two or more.
    All(Vec<Expr>),
    /// At least one of these, two or more.
    Any(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// One test.
    Term(Term),
}

impl Expr {
    /// Each of `parts`.
    pub fn all(parts: Vec<Self>) -> Self {
        Self::list(parts, Self::All, |part| match part {
            Self::All(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// At least one of `parts`.
    pub fn any(parts: Vec<Self>) -> Self {
        Self::list(parts, Self::Any, |part| match part {
            Self::Any(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// The opposite of `part`.
    #[expect(clippy::should_implement_trait, reason = "it builds a tree, as `all` and `any` do")]
    pub fn not(part: Self) -> Self {
        match part {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether a word or a regular expression in it is looked for in the case in which it is written.
    pub fn minds_case(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::minds_case),
            Self::Not(part) => part.minds_case(),
            Self::Term(Term { test: Test::Words(words), .. }) => !words_ignore_case(words),
            Self::Term(Term { test: Test::Regex(pattern), .. }) => !regex_ignores_case(pattern),
            Self::Term(_) => false,
        }
    }

    fn list(
        parts: Vec<Self>,
        wrap: fn(Vec<Self>) -> Self,
        open: fn(Self) -> Result<Vec<Self>, Self>,
    ) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match open(part) {
                Ok(inner) => flat.extend(inner),
                Err(other) => flat.push(other),
            }
        }
        match flat.pop() {
            Some(only) if flat.is_empty() => only,
            Some(last) => {
                flat.push(last);
                wrap(flat)
            }
            None => wrap(flat),
        }
    }
}

/// One test and where it stands. Terms are equal when they test the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Term {
    /// The bytes of the source that it was read from.
    pub span: Range<usize>,
    /// What is tested.
    pub test: Test,
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.test == other.test
    }
}

impl Eq for Term {}

/// What is tested.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// The text contains this word or phrase; never empty.
    Words(String),
    /// The text matches this regular expression, which nobody has compiled yet; never empty.
    Regex(String),
    /// An id.
    Id {
        /// The row of the table.
        field: &'static Field,
        /// The column, as the table says.
        column: Column,
        /// What it has to be.
        pattern: Pattern,
    },
    /// A time.
    Time {
        /// The row of the table.
        field: &'static Field,
        /// Which side of the time, as the table says.
        bound: Bound,
        /// The time.
        when: When,
    },
    /// A time of the day.
    Hours {
        /// The row of the table.
        field: &'static Field,
        /// The stretch of the day.
        hours: Hours,
    },
    /// A value in the metadata.
    Value {
        /// Where it is.
        path: Path,
        /// What it has to be.
        value: Value,
    },
    /// A part that is there.
    Part {
        /// The row of the table.
        field: &'static Field,
        /// The part.
        part: Part,
    },
    /// A state.
    State {
        /// The row of the table.
        field: &'static Field,
        /// The state.
        state: State,
    },
    /// A count.
    Count {
        /// The row of the table.
        field: &'static Field,
        /// What is counted, as the table says.
        count: Measure,
        /// How many.
        bounds: Bounds<u64>,
    },
    /// The time from the question to this reply.
    Wait {
        /// The row of the table.
        field: &'static Field,
        /// How long.
        bounds: Bounds<TimeSpan>,
    },
}

/// Whether a word or phrase is looked for in either case: it has no upper-case letter.
pub fn words_ignore_case(words: &str) -> bool {
    !words.chars().any(char::is_uppercase)
}

/// Whether a regular expression is matched in either case: it has no upper-case letter beside
/// those of escapes (`\W`, `\p{Lu}`, `\x4A`), of group names and of flags.
pub fn regex_ignores_case(pattern: &str) -> bool {
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => skip_escape(&mut rest),
            '(' if rest.as_str().starts_with('?') => {
                let name = ["?P<", "?<"].iter().find(|start| rest.as_str().starts_with(**start));
                let ends: &[char] = if name.is_some() { &['>'] } else { &[':', ')'] };
                rest.by_ref().find(|c| ends.contains(c));
            }
            _ if c.is_uppercase() => return false,
            _ => {}
        }
    }
    true
}

fn skip_escape(rest: &mut std::str::Chars<'_>) {
    let digits = match rest.next() {
        Some('p' | 'P') => 1,
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        _ => return,
    };
    if rest.as_str().starts_with('{') {
        rest.by_ref().find(|&c| c == '}');
    } else {
        rest.by_ref().take(digits).for_each(drop);
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " " })?;
                    match part {
                        Self::Any(_) => write!(f, "({part})")?,
                        _ => part.fmt(f)?,
                    }
                }
                Ok(())
            }
            Self::Any(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " OR " })?;
                    part.fmt(f)?;
                }
                Ok(())
            }
            Self::Not(part) => match **part {
                Self::All(_) | Self::Any(_) => write!(f, "-({part})"),
                _ => write!(f, "-{part}"),
            },
            Self::Term(term) => term.test.fmt(f),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(&literal(words)),
            Self::Regex(pattern) => {
                f.write_str("/")?;
                let mut rest = pattern.chars();
                while let Some(c) = rest.next() {
                    match c {
                        '/' => f.write_str("\\/")?,
                        '\\' => {
                            f.write_str("\\")?;
                            rest.next().map_or(Ok(()), |escaped| write!(f, "{escaped}"))?;
                        }
                        _ => write!(f, "{c}")?,
                    }
                }
                f.write_str("/")
            }
            Self::Id { field, pattern, .. } => {
                write!(f, "{}:{}", field.name, pattern.written(field.name, |_| true))
            }
            Self::Time { field, when, .. } => write!(f, "{}:{when}", field.name),
            Self::Hours { field, hours } => write!(f, "{}:{hours}", field.name),
            Self::Value { path, value } => write!(f, "{path}:{value}"),
            Self::Part { field, part } => write!(f, "{}:{part}", field.name),
            Self::State { field, state } => write!(f, "{}:{state}", field.name),
            Self::Count { field, bounds, .. } => write!(f, "{}:{bounds}", field.name),
            Self::Wait { field, bounds } => write!(f, "{}:{bounds}", field.name),
        }
    }
}

/// The query that finds exactly this text: as it stands where it reads as one word, else quoted.
pub fn literal(text: &str) -> String {
    if lexer::is_bare_word(text) { text.to_owned() } else { quoted(text) }
}

/// The term that lets through exactly the messages whose `field` is `value`, whatever characters
/// it holds; for an empty value those without the field.
pub fn term(field: &str, value: &str) -> String {
    if value.is_empty() {
        format!("-{field}:*")
    } else {
        format!("{field}:{}", Pattern::exact(value).written(field, |_| true))
    }
}

/// The term that lets through the messages with a value in the metadata that reads so: the text of
/// a string, or a number, `true`, `false` or `null` as it is written. [`None`] for an empty text,
/// which cannot be asked for.
pub fn value_term(path: &Path, value: &str) -> Option<String> {
    let read = Value::read(value, true).ok();
    let number =
        matches!(read, Some(Value::Number(bounds)) if matches!(*bounds, Bounds::Exactly(_)));
    let value =
        if number { value.to_owned() } else { Value::Text(Pattern::exact(value)).to_string() };
    (value != "\"\"").then(|| format!("{path}:{value}"))
}
