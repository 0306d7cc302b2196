//! From tokens to a tree, by recursive descent, with every value checked.
//!
//! ```text
//! query  = any                      any   = all ("OR" all)*
//! all    = not+                     not   = "-" not | term
//! term   = "(" any ")" | word | phrase | regex | head value | head "(" any ")"
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::expr::{Expr, Term, Test};
use super::fields::{Field, FieldKind, field, unknown};
use super::lexer::{QueryToken, TokenKind, tokens};
use super::path::{self, Path};
use super::pattern::Pattern;
use super::range::{Bounds, RangeError, TimeSpan, read_count};
use super::value::{Hours, Part, State, Value, reversed};
use super::when::When;
use super::{MAX_DEPTH, MAX_LENGTH, Query, QueryError};

/// What a value belongs to.
#[derive(Clone)]
struct Target {
    field: &'static Field,
    /// For values in the metadata where they are.
    path: Option<Path>,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<QueryToken>,
    next: usize,
    depth: usize,
}

/// Reads a query; `None` for one that is empty and so matches everything.
pub(super) fn parse(source: &str) -> Result<Option<Query>, QueryError> {
    if source.len() > MAX_LENGTH {
        let end = source.len();
        let message = format!("the query is {end} bytes long; the limit is {MAX_LENGTH}");
        return Err(QueryError::new(source, source.floor_char_boundary(MAX_LENGTH)..end, message));
    }
    let mut parser = Parser { source, tokens: tokens(source)?, next: 0, depth: 0 };
    let (Some(first), Some(last)) = (parser.tokens.first(), parser.tokens.last()) else {
        return Ok(None);
    };
    let whole = first.span.start..last.span.end;
    let (mut parts, spans) = parser.all(None)?;
    let chips = if parser.peek().is_some_and(|token| token.kind == TokenKind::Or) {
        parts = vec![parser.any_from(Expr::all(parts), None)?];
        vec![whole]
    } else {
        spans
    };
    if let Some(token) = parser.peek() {
        // Only a parenthesis ends a list before the end of the query.
        let span = token.span.clone();
        let message = "`)` without `(`; to search for it, quote the text";
        return Err(parser.error(span, message));
    }
    let root = Arc::new(Expr::all(parts));
    Ok(Some(Query { source: source.into(), root, chips: chips.into() }))
}

impl Parser<'_> {
    fn peek(&self) -> Option<&QueryToken> {
        self.tokens.get(self.next)
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError::new(self.source, span, message)
    }

    fn any(&mut self, of: Option<&Target>) -> Result<Expr, QueryError> {
        let first = Expr::all(self.all(of)?.0);
        self.any_from(first, of)
    }

    fn any_from(&mut self, first: Expr, of: Option<&Target>) -> Result<Expr, QueryError> {
        let mut parts = vec![first];
        while self.peek().is_some_and(|token| token.kind == TokenKind::Or) {
            self.next += 1;
            parts.push(Expr::all(self.all(of)?.0));
        }
        Ok(Expr::any(parts))
    }

    /// One or more terms and where each stands.
    fn all(&mut self, of: Option<&Target>) -> Result<(Vec<Expr>, Vec<Range<usize>>), QueryError> {
        let (mut parts, mut spans) = (Vec::new(), Vec::new());
        while let Some(token) = self.peek() {
            if matches!(token.kind, TokenKind::Or | TokenKind::Close) {
                break;
            }
            let start = token.span.start;
            parts.push(self.not(of)?);
            let end = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
            spans.push(start..end.map_or(start, |token| token.span.end));
        }
        if parts.is_empty() { Err(self.nothing_here()) } else { Ok((parts, spans)) }
    }

    /// Why there is no term where one has to be.
    fn nothing_here(&self) -> QueryError {
        let before = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        match (before, self.peek()) {
            (Some(or), _) if or.kind == TokenKind::Or => self.error(
                or.span.clone(),
                "`OR` needs a term on its right; to search for the word, use \"OR\"",
            ),
            (_, Some(or)) if or.kind == TokenKind::Or => self.error(
                or.span.clone(),
                "`OR` needs a term on its left; to search for the word, use \"OR\"",
            ),
            (Some(open), Some(close)) if open.kind == TokenKind::Open => {
                self.error(open.span.start..close.span.end, "empty parentheses")
            }
            (Some(open), None) => self.unclosed(open.span.clone()),
            (_, token) => {
                let end = self.source.len();
                let span = token.map_or(end..end, |token| token.span.clone());
                self.error(span, "`)` without `(`; to search for it, quote the text")
            }
        }
    }

    fn unclosed(&self, span: Range<usize>) -> QueryError {
        self.error(span, "`(` is not closed; add `)`, or quote the text")
    }

    fn deeper(&mut self, span: &Range<usize>) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("the query is nested deeper than {MAX_DEPTH} levels");
            return Err(self.error(span.clone(), message));
        }
        Ok(())
    }

    fn not(&mut self, of: Option<&Target>) -> Result<Expr, QueryError> {
        let Some(QueryToken { kind, span }) = self.peek().cloned() else {
            return Err(self.nothing_here());
        };
        self.next += 1;
        match kind {
            TokenKind::Minus => {
                let begins = self.peek().filter(|token| token.span.start == span.end);
                if !begins.is_some_and(|t| !matches!(t.kind, TokenKind::Or | TokenKind::Close)) {
                    return Err(self.error(
                        span,
                        "`-` needs a term right after it; to search for it, use \"-\"",
                    ));
                }
                self.deeper(&span)?;
                let part = self.not(of)?;
                self.depth -= 1;
                Ok(Expr::not(part))
            }
            TokenKind::Open => self.group(&span, of),
            TokenKind::Word(text) | TokenKind::Phrase(text) if of.is_none() => {
                Ok(Expr::Term(Term { span, test: Test::Words(text) }))
            }
            TokenKind::Regex(pattern) => Ok(Expr::Term(Term { span, test: Test::Regex(pattern) })),
            TokenKind::Head(name) => self.field(&name, span),
            TokenKind::Path(path) => self.path(path, span),
            kind => match of {
                Some(target) => self.value(target, &kind, span.clone(), span),
                None => Err(self.nothing_here()),
            },
        }
    }

    fn group(&mut self, open: &Range<usize>, of: Option<&Target>) -> Result<Expr, QueryError> {
        self.deeper(open)?;
        let part = self.any(of)?;
        self.depth -= 1;
        if self.peek().is_none() {
            return Err(self.unclosed(open.clone()));
        }
        // Nothing but a closing parenthesis ends a list before the end.
        self.next += 1;
        Ok(part)
    }

    fn field(&mut self, name: &str, head: Range<usize>) -> Result<Expr, QueryError> {
        let value = self.peek().filter(|token| token.span.start == head.end).cloned();
        let value = value.filter(|token| token.kind != TokenKind::Close);
        let Some(field) = field(name) else {
            let end = value.map_or(head.end, |value| value.span.end);
            let term = self.source.get(head.start..end).unwrap_or(name);
            let span = head.start..head.start + name.len();
            return Err(self.error(span, unknown(name, term)));
        };
        if field.kind == FieldKind::Value {
            return Err(self.error(head.start..head.end - 1, path::missing()));
        }
        self.target(&Target { field, path: None }, head)
    }

    fn path(&mut self, path: Path, head: Range<usize>) -> Result<Expr, QueryError> {
        let Some(field) = field(path::ROOT) else { return Err(self.nothing_here()) };
        self.target(&Target { field, path: Some(path) }, head)
    }

    /// The value behind the head of a field, or the group of them.
    fn target(&mut self, target: &Target, head: Range<usize>) -> Result<Expr, QueryError> {
        let value = self.peek().filter(|token| token.span.start == head.end).cloned();
        let value = value.filter(|token| token.kind != TokenKind::Close);
        let Some(QueryToken { kind, span }) = value else {
            let name = self.source.get(head.clone()).unwrap_or_default();
            let example = match &target.path {
                Some(_) => format!("{name}gpt-4*, {name}>500"),
                None => target.field.example.to_owned(),
            };
            let message = format!("`{name}` needs a value right after it: {example}");
            return Err(self.error(head, message));
        };
        self.next += 1;
        match kind {
            TokenKind::Open => self.group(&span, Some(target)),
            kind => self.value(target, &kind, span.clone(), head.start..span.end),
        }
    }

    /// The test for one value, which stands at `at`; the whole term is `span`.
    fn value(
        &self,
        target: &Target,
        kind: &TokenKind,
        at: Range<usize>,
        span: Range<usize>,
    ) -> Result<Expr, QueryError> {
        let (text, bare) = match kind {
            TokenKind::Word(text) => (text, true),
            TokenKind::Phrase(text) => (text, false),
            _ => return Err(self.nothing_here()),
        };
        let field = target.field;
        let wrong = |message| self.error(at.clone(), message);
        let test = match field.kind {
            FieldKind::Id(column) => {
                let pattern = if bare { Pattern::with_stars(text) } else { Pattern::exact(text) };
                Test::Id { field, column, pattern }
            }
            FieldKind::Time(bound) => {
                Test::Time { field, bound, when: When::read(text, bound).map_err(wrong)? }
            }
            FieldKind::Hours => Test::Hours { field, hours: Hours::read(text).map_err(wrong)? },
            FieldKind::State => Test::State { field, state: State::read(text).map_err(wrong)? },
            FieldKind::Part => {
                let part = Part::read(text).map_err(|(from, len, message)| {
                    // The place is one in the text as it stands only where it has no quotes.
                    let place = at.start + from..at.start + from + len;
                    self.error(if bare { place } else { at.clone() }, message)
                })?;
                Test::Part { field, part }
            }
            FieldKind::Value => {
                let Some(path) = target.path.clone() else { return Err(self.nothing_here()) };
                Test::Value { path, value: Value::read(text, bare).map_err(wrong)? }
            }
            FieldKind::Count(count) => {
                let bounds = Bounds::read(text, read_count).map_err(|error| {
                    wrong(complaint(text, &error, "number", "10, >10, <=5 or 10..20"))
                })?;
                Test::Count { field, count, bounds }
            }
            FieldKind::Wait => {
                let forms = "30s, 500ms, 2m or 1h with >, >=, < or <=, or 10s..30s";
                let bounds = Bounds::read(text, TimeSpan::read)
                    .map_err(|error| wrong(complaint(text, &error, "duration", forms)))?;
                if let Bounds::Exactly(span) = bounds {
                    let message = format!("no reply takes exactly {span}; use >{span} or <{span}");
                    return Err(wrong(message));
                }
                Test::Wait { field, bounds }
            }
        };
        Ok(Expr::Term(Term { span, test }))
    }
}

/// What is wrong with a range.
fn complaint(text: &str, error: &RangeError<'_>, what: &str, forms: &str) -> String {
    match error {
        RangeError::Value(value) => format!("`{value}` is not a {what}; use {forms}"),
        RangeError::Nothing => format!("missing {what} in `{text}`; use {forms}"),
        RangeError::Reversed(from, to) => reversed(from, to),
    }
}
