//! The way to a value in the metadata: `meta.usage.tokens`, `meta.sources[0].title`,
//! `meta."odd key"`.
//!
//! Must not know what JSON looks like, nor what is asked of the value.

use std::fmt;
use std::iter::Peekable;
use std::str::CharIndices;

use super::quote::quoted;

/// What a path begins with.
pub const ROOT: &str = "meta";

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PathStep {
    /// To the value of this key. From an array to that of each of its elements.
    Key(String),
    /// To the element of this number, from 0.
    Index(u32),
}

/// The way to a value; one step or more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    steps: Vec<PathStep>,
}

/// What is wrong with a path, and where: bytes from its beginning.
pub(super) struct PathError {
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) message: String,
}

impl Path {
    /// A path of these steps; `None` without any.
    pub fn new(steps: Vec<PathStep>) -> Option<Self> {
        (!steps.is_empty()).then_some(Self { steps })
    }

    /// The steps, from the top.
    pub fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// Whether a text can be nothing but a path: `meta` and then a step.
    pub(super) fn begins(text: &str) -> bool {
        text.strip_prefix(ROOT).is_some_and(|rest| rest.starts_with(['.', '[']))
    }

    /// Reads the path that a text begins with; gives its length too.
    pub(super) fn read(text: &str) -> Result<(Self, usize), PathError> {
        let mut chars = text.char_indices().peekable();
        for _ in ROOT.chars() {
            chars.next();
        }
        let mut steps = Vec::new();
        while let Some(&(at, c)) = chars.peek() {
            let step = match c {
                '.' => {
                    chars.next();
                    key(&mut chars, at, text)?
                }
                '[' => {
                    chars.next();
                    index(&mut chars, at)?
                }
                _ => break,
            };
            steps.push(step);
        }
        let end = chars.peek().map_or(text.len(), |&(at, _)| at);
        match Self::new(steps) {
            Some(path) => Ok((path, end)),
            None => Err(PathError { at: 0, len: end, message: missing() }),
        }
    }
}

pub(super) fn missing() -> String {
    "`meta` needs a path: meta.model, meta.usage.tokens, meta.sources[0].title".to_owned()
}

fn error(at: usize, len: usize, message: impl Into<String>) -> PathError {
    PathError { at, len, message: message.into() }
}

/// The key behind the dot at `dot`.
fn key(
    chars: &mut Peekable<CharIndices<'_>>,
    dot: usize,
    text: &str,
) -> Result<PathStep, PathError> {
    let mut key = String::new();
    if chars.next_if(|&(_, c)| c == '"').is_none() {
        while let Some((_, c)) = chars.next_if(|&(_, c)| is_plain(c)) {
            key.push(c);
        }
        return match chars.peek() {
            _ if !key.is_empty() => Ok(PathStep::Key(key)),
            Some(&(at, c)) if !c.is_whitespace() && !matches!(c, ':' | '.' | ')') => {
                let message = format!("quote a key that contains `{c}`: meta.\"a{c}b\"");
                Err(error(at, c.len_utf8(), message))
            }
            _ => Err(error(dot, 1, "missing key after the dot: meta.usage.tokens")),
        };
    }
    while let Some((_, c)) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&(_, escaped @ ('"' | '\\')))) => {
                chars.next();
                key.push(escaped);
            }
            ('"', _) => return Ok(PathStep::Key(key)),
            _ => key.push(c),
        }
    }
    Err(error(dot + 1, text.len() - dot - 1, "unclosed quote; add `\"` after the key"))
}

/// The number in brackets, the first of which is at `open`.
fn index(chars: &mut Peekable<CharIndices<'_>>, open: usize) -> Result<PathStep, PathError> {
    let mut digits = String::new();
    while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
        digits.push(c);
    }
    let closed = chars.next_if(|&(_, c)| c == ']').is_some();
    match digits.parse() {
        Ok(number) if closed => Ok(PathStep::Index(number)),
        _ => {
            let message = "brackets take the index of an element, from 0: meta.sources[0]";
            Err(error(open, 1 + digits.len() + usize::from(closed), message))
        }
    }
}

/// Whether a character may stand in a key without quotes.
fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '.' | ':' | '"' | '\\' | '[' | ']' | '(' | ')' | '*')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ROOT)?;
        for step in &self.steps {
            match step {
                PathStep::Index(number) => write!(f, "[{number}]")?,
                PathStep::Key(key) if !key.is_empty() && key.chars().all(is_plain) => {
                    write!(f, ".{key}")?;
                }
                PathStep::Key(key) => write!(f, ".{}", quoted(key))?,
            }
        }
        Ok(())
    }
}
