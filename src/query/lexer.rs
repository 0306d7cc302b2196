//! From text to tokens, each with its place.
//!
//! A quote, a slash, a minus or a parenthesis means something only where a term may begin:
//! `f(x)`, `1/2`, `well-known` and `5"` are words. Must not know which fields there are, beyond
//! what a field's name looks like.

use std::ops::Range;

use super::QueryError;
use super::fields::field;

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
}

/// A piece of the source.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// For each open parenthesis: whether it holds the values of a field.
    groups: Vec<bool>,
    tokens: Vec<Token>,
}

/// Cuts the source into tokens.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { source, at: 0, groups: Vec::new(), tokens: Vec::new() };
    while let Some(c) = lexer.rest().chars().next() {
        let in_field = lexer.groups.last().copied().unwrap_or(false);
        match c {
            _ if c.is_whitespace() => lexer.at += c.len_utf8(),
            '(' => lexer.open(in_field),
            ')' => {
                lexer.groups.pop();
                lexer.push(TokenKind::Close, 1);
            }
            '-' => lexer.push(TokenKind::Minus, 1),
            '"' => lexer.phrase()?,
            '/' if !in_field => lexer.regex()?,
            _ => lexer.word_or_field(in_field)?,
        }
    }
    Ok(lexer.tokens)
}

/// Whether the text as it stands reads as one word that means itself.
pub(super) fn is_bare_word(text: &str) -> bool {
    match tokens(text).as_deref() {
        Ok([Token { kind: TokenKind::Word(word), .. }]) => word == text,
        _ => false,
    }
}

/// Whether the text as it stands behind `field:` reads as one value that means itself.
pub(super) fn is_bare_value(field: &str, text: &str) -> bool {
    match tokens(&format!("{field}:{text}")).as_deref() {
        Ok([head, Token { kind: TokenKind::Word(word), .. }]) => {
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
        self.tokens.push(Token { kind, span: self.at..self.at + len });
        self.at += len;
    }

    fn open(&mut self, in_field: bool) {
        self.groups.push(in_field);
        self.push(TokenKind::Open, 1);
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError::new(self.source, span, message)
    }

    fn word_or_field(&mut self, in_field: bool) -> Result<(), QueryError> {
        let head = if in_field { None } else { head(self.rest()) };
        let Some(name) = head.map(str::to_owned) else {
            let word = self.word()?;
            let kind = if word == "OR" { TokenKind::Or } else { TokenKind::Word(word) };
            let len = match &kind {
                TokenKind::Word(word) => word.len(),
                _ => 2,
            };
            self.push(kind, len);
            return Ok(());
        };
        let len = name.len() + 1;
        self.push(TokenKind::Head(name), len);
        match self.rest().chars().next() {
            // The parser says that a value is missing.
            None | Some(')') => {}
            Some(c) if c.is_whitespace() => {}
            Some('"') => self.phrase()?,
            Some('(') => self.open(true),
            Some(_) => {
                let value = self.word()?;
                let len = value.len();
                self.push(TokenKind::Word(value), len);
            }
        }
        Ok(())
    }

    /// The word that begins here, up to a blank or a parenthesis that it did not open itself.
    fn word(&self) -> Result<String, QueryError> {
        let mut opened = Vec::new();
        let mut end = self.rest().len();
        for (at, c) in self.rest().char_indices() {
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
                "`(` is not closed in this word; put a blank before it, or quote the text",
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
                        let message = "nothing stands between the quotes";
                        return Err(self.error(self.at..self.at + 2, message));
                    }
                    self.push(TokenKind::Phrase(text), at + 1);
                    return self.blank_behind("the closing quote");
                }
                _ => text.push(c),
            }
        }
        Err(self.error(self.at..self.at + 1, "the quote is not closed; add `\"` behind the text"))
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
                        let message =
                            "nothing stands between the slashes; for the text write \"//\"";
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
            "the regular expression is not closed; add `/` behind it, or quote the text",
        ))
    }

    fn blank_behind(&self, what: &str) -> Result<(), QueryError> {
        match self.rest().chars().next() {
            Some(c) if c != ')' && !c.is_whitespace() => {
                let span = self.at..self.at + c.len_utf8();
                Err(self.error(span, format!("a blank is missing behind {what}")))
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
