//! Splits a formula into tokens.
//!
//! Knows the syntax of LaTeX but no meanings.

use crate::text::graphemes;

/// The kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LexemeKind<'a> {
    /// `\name` without the backslash; for `\,` the one character.
    Command(&'a str),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `^`
    Raise,
    /// `_`
    Lower,
    /// `&`
    Cell,
    /// `'`
    Prime,
    /// One grapheme cluster.
    Mark(&'a str),
}

/// A token and its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct MathToken<'a> {
    pub(super) kind: LexemeKind<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether white space precedes it.
    pub(super) blank: bool,
}

/// Splits a formula into tokens.
pub(super) fn tokens(body: &str) -> Vec<MathToken<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut blank = false;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = one(rest);
        if let Some(kind) = kind {
            tokens.push(MathToken { kind, start: at, end: at + length, blank });
        }
        blank = kind.is_none();
        at += length;
    }
    tokens
}

/// Reads the token at the start of a non-empty text (`None` for white space) and its length.
fn one(rest: &str) -> (Option<LexemeKind<'_>>, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    let kind = match first {
        '{' => LexemeKind::Open,
        '}' => LexemeKind::Close,
        '^' => LexemeKind::Raise,
        '_' => LexemeKind::Lower,
        '&' => LexemeKind::Cell,
        '\'' | '’' => LexemeKind::Prime,
        '\\' => {
            let after = rest.get(1..).unwrap_or_default();
            let name = name_of(after);
            return (Some(LexemeKind::Command(name)), 1 + name.len());
        }
        blank if blank.is_whitespace() => return (None, blank.len_utf8()),
        _ => {
            let cluster = graphemes(rest).next().map_or(rest, |(cluster, _)| cluster);
            return (Some(LexemeKind::Mark(cluster)), cluster.len());
        }
    };
    (Some(kind), first.len_utf8())
}

/// The name of a command: letters, or one other character.
fn name_of(after: &str) -> &str {
    let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
    let length =
        if letters == 0 { after.chars().next().map_or(0, char::len_utf8) } else { letters };
    after.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_falls_into_commands_and_characters() {
        let kinds = |body| tokens(body).into_iter().map(|token| token.kind).collect::<Vec<_>>();
        assert_eq!(
            kinds("\\frac a_1'\\,é"),
            [
                LexemeKind::Command("frac"),
                LexemeKind::Mark("a"),
                LexemeKind::Lower,
                LexemeKind::Mark("1"),
                LexemeKind::Prime,
                LexemeKind::Command(","),
                LexemeKind::Mark("é"),
            ]
        );
        assert_eq!(kinds("\\"), [LexemeKind::Command("")]);
        assert_eq!(kinds("\\\\x"), [LexemeKind::Command("\\"), LexemeKind::Mark("x")]);
        let blanks: Vec<bool> = tokens("a b\n c").iter().map(|token| token.blank).collect();
        assert_eq!(blanks, [false, true, true]);
    }
}
