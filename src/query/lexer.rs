//! From text to tokens, each with its place.
//!
//! A quote, a slash, a minus or a parenthesis means something only where a term may begin:
//! `f(x)`, `1/2`, `well-known` and `5"` are words. Must not know which fields there are, beyond
//! what a field's name looks like.

use std::ops::Range;

use super::QueryError;
use super::fields::{FieldKind, field};
use super::path::Path;

/// What a piece of the source is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    Open,
    Close,
    Minus,
    Or,
    /// Characters that stand for themselves.
    Word(String),
    /// What stood between quotes, its escapes resolved.
    Phrase(String),
    /// What stood between slashes, with `\/` resolved and all other escapes left.
    Regex(String),
    /// `name:`, without the colon.
    Head(String),
    /// `meta.path:`, without the colon.
    Path(Path),
}

/// A piece of the source.
#[derive(Clone, Debug)]
pub(super) struct QueryToken {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

/// What a pair of parentheses holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Terms,
    /// The values of a field.
    Values,
    /// The values of a field that may be paths.
    Paths,
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// For each open parenthesis what it holds.
    groups: Vec<Group>,
    tokens: Vec<QueryToken>,
}

/// Cuts the source into tokens.
pub(super) fn tokens(source: &str) -> Result<Vec<QueryToken>, QueryError> {
    let mut lexer = Lexer { source, at: 0, groups: Vec::new(), tokens: Vec::new() };
    while let Some(c) = lexer.rest().chars().next() {
        let group = lexer.groups.last().copied().unwrap_or(Group::Terms);
        match c {
            _ if c.is_whitespace() => lexer.at += c.len_utf8(),
            '(' => lexer.open(group),
            ')' => {
                lexer.groups.pop();
                lexer.push(TokenKind::Close, 1);
            }
            '-' => lexer.push(TokenKind::Minus, 1),
            '"' => lexer.phrase()?,
            '/' if group == Group::Terms => lexer.regex()?,
            _ => lexer.word_or_field(group)?,
        }
    }
    Ok(lexer.tokens)
}

/// Whether the text as it stands reads as one word that means itself.
pub(super) fn is_bare_word(text: &str) -> bool {
    match tokens(text).as_deref() {
        Ok([QueryToken { kind: TokenKind::Word(word), .. }]) => word == text,
        _ => false,
    }
}

/// Whether the text as it stands behind `field:` reads as one value that means itself.
pub(super) fn is_bare_value(field: &str, text: &str) -> bool {
    match tokens(&format!("{field}:{text}")).as_deref() {
        Ok([head, QueryToken { kind: TokenKind::Word(word), .. }]) => {
            head.kind == TokenKind::Head(field.to_owned()) && word == text
        }
        _ => false,
    }
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        self.tokens.push(QueryToken { kind, span: self.at..self.at + len });
        self.at += len;
    }

    fn open(&mut self, group: Group) {
        self.groups.push(group);
        self.push(TokenKind::Open, 1);
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError::new(self.source, span, message)
    }

    fn word_or_field(&mut self, group: Group) -> Result<(), QueryError> {
        if group != Group::Terms {
            let word = self.word(group == Group::Paths)?;
            self.push_word(word);
            return Ok(());
        }
        if let Some((path, len)) = self.path()? {
            self.push(TokenKind::Path(path), len + 1);
            return self.value(Group::Values);
        }
        let Some(name) = head(self.rest()).map(str::to_owned) else {
            let word = self.word(false)?;
            self.push_word(word);
            return Ok(());
        };
        let len = name.len() + 1;
        let paths = field(&name).is_some_and(|field| field.kind == FieldKind::Part);
        self.push(TokenKind::Head(name), len);
        self.value(if paths { Group::Paths } else { Group::Values })
    }

    fn push_word(&mut self, word: String) {
        let len = word.len();
        self.push(if word == "OR" { TokenKind::Or } else { TokenKind::Word(word) }, len);
    }

    /// What stands behind the colon of a field.
    fn value(&mut self, group: Group) -> Result<(), QueryError> {
        match self.rest().chars().next() {
            // The parser says that a value is missing.
            None | Some(')') => {}
            Some(c) if c.is_whitespace() => {}
            Some('"') => self.phrase()?,
            Some('(') => self.open(group),
            Some(_) => {
                let value = self.word(group == Group::Paths)?;
                let len = value.len();
                self.push(TokenKind::Word(value), len);
            }
        }
        Ok(())
    }

    /// The path of the metadata that begins here and its length, if a colon stands behind it. A
    /// word that has a colon and begins as a path but is none is a mistake.
    fn path(&self) -> Result<Option<(Path, usize)>, QueryError> {
        let rest = self.rest();
        if !Path::begins(rest) {
            return Ok(None);
        }
        let word = rest.split(char::is_whitespace).next().unwrap_or(rest);
        match Path::read(rest) {
            Ok((path, len)) if rest.get(len..).is_some_and(|rest| rest.starts_with(':')) => {
                Ok(Some((path, len)))
            }
            Ok((_, len)) if word.get(len..).is_some_and(|rest| rest.contains(':')) => {
                let at = self.at + len;
                let wrong = rest.get(len..).and_then(|rest| rest.chars().next());
                let end = at + wrong.map_or(0, char::len_utf8);
                let message = "a path is keys after dots and indexes in brackets; \
                               quote a key with other characters: meta.\"odd key\":x";
                Err(self.error(at..end, message))
            }
            Err(wrong) if word.contains(':') => {
                let at = self.at + wrong.at;
                Err(self.error(at..at + wrong.len, wrong.message))
            }
            _ => Ok(None),
        }
    }

    /// The word that begins here, up to a blank or a parenthesis that it did not open itself. The
    /// quoted keys of a path can hold either.
    fn word(&self, may_be_path: bool) -> Result<String, QueryError> {
        let mut opened = Vec::new();
        let mut end = self.rest().len();
        let mut skip = 0;
        if may_be_path && Path::begins(self.rest()) {
            let path = Path::read(self.rest());
            skip = path
                .map_err(|wrong| {
                    let at = self.at + wrong.at;
                    self.error(at..at + wrong.len, wrong.message)
                })?
                .1;
        }
        for (at, c) in self.rest().char_indices().skip_while(|&(at, _)| at < skip) {
            match c {
                '(' => opened.push(at),
                ')' if opened.pop().is_some() => {}
                _ if c == ')' || c.is_whitespace() => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        match opened.first() {
            Some(open) => Err(self.error(
                self.at + open..self.at + open + 1,
                "`(` is not closed in this word; put a space before it, or quote the text",
            )),
            None => Ok(self.rest().get(..end).unwrap_or("").to_owned()),
        }
    }

    fn phrase(&mut self) -> Result<(), QueryError> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            match (c, chars.peek()) {
                ('\\', Some(&(_, escaped @ ('"' | '\\')))) => {
                    chars.next();
                    text.push(escaped);
                }
                ('"', _) => {
                    if text.is_empty() {
                        let message = "empty quotes";
                        return Err(self.error(self.at..self.at + 2, message));
                    }
                    self.push(TokenKind::Phrase(text), at + 1);
                    return self.blank_behind("the closing quote");
                }
                _ => text.push(c),
            }
        }
        Err(self.error(self.at..self.at + 1, "unclosed quote; add `\"` after the text"))
    }

    fn regex(&mut self) -> Result<(), QueryError> {
        let mut pattern = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, escaped)) => pattern.extend(['\\', escaped]),
                    None => pattern.push('\\'),
                },
                '/' => {
                    if pattern.is_empty() {
                        let message = "empty regular expression; to search for slashes, use \"//\"";
                        return Err(self.error(self.at..self.at + 2, message));
                    }
                    self.push(TokenKind::Regex(pattern), at + 1);
                    return self.blank_behind("the regular expression");
                }
                _ => pattern.push(c),
            }
        }
        Err(self.error(
            self.at..self.at + 1,
            "unclosed regular expression; add `/` after it, or quote the text",
        ))
    }

    fn blank_behind(&self, what: &str) -> Result<(), QueryError> {
        match self.rest().chars().next() {
            Some(c) if c != ')' && !c.is_whitespace() => {
                let span = self.at..self.at + c.len_utf8();
                Err(self.error(span, format!("missing space after {what}")))
            }
            _ => Ok(()),
        }
    }
}

/// The name of the field if a term begins with one: letters and dots before a colon. A field's
/// name in capitals counts too, so that it is a mistake and not a word.
fn head(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.');
    (plain || field(&name.to_ascii_lowercase()).is_some()).then_some(name)
}
