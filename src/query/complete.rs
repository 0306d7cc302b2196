//! What a query that is being typed can go on with: fields, and values that are there.
//!
//! The values come from whoever knows the messages. Must not know how suggestions are shown.

use std::ops::Range;

use super::expr::{term, value_term};
use super::fields::{Column, FIELDS, FieldKind, field};
use super::lexer::{QueryToken, TokenKind, tokens};
use super::path::{Path, ROOT};
use super::value::{Part, State};

/// The most suggestions.
const MOST: usize = 50;

/// What can be asked of the messages that are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind<'a> {
    /// The ids in a column.
    Ids(Column),
    /// The paths that lead to values in the metadata, as [`Path`] writes them.
    Paths,
    /// The texts of the values at a path.
    Values(&'a Path),
}

/// Values that are there, each with how many messages have it.
pub type Seen = Vec<(String, usize)>;

/// Something that a query can go on with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// The bytes of the query that it replaces.
    pub range: Range<usize>,
    /// What is put there.
    pub text: String,
    /// What it means, in a few words; may be empty.
    pub help: &'static str,
    /// How many messages have it, where that is known.
    pub count: Option<usize>,
}

/// What the word before `cursor` (a byte) can become, the most frequent values first. `values`
/// gives what is there, with counts, and is told what is typed of it.
pub fn complete(
    query: &str,
    cursor: usize,
    values: &dyn Fn(CompletionKind<'_>, &str) -> Seen,
) -> Vec<Suggestion> {
    let head = query.get(..query.floor_char_boundary(cursor)).unwrap_or(query);
    let from = word_start(head);
    let word = head.get(from..).unwrap_or("");
    let mut found = Found { range: from..head.len(), all: Vec::new() };
    match split(word) {
        Some((name, typed)) => complete_value(&mut found, name, typed, values),
        None => complete_field(&mut found, word, values),
    }
    found.all.truncate(MOST);
    found.all
}

/// The query without the field whose value is still to be typed at `cursor` (a byte), and without
/// what belongs to it alone: `a -role:` is `a` so far. [`None`] where there is no such field. The
/// name of a field is no word to look for.
pub fn without_unfinished(source: &str, cursor: usize) -> Option<String> {
    let tokens = tokens(source).ok()?;
    let number = tokens.iter().position(|token| {
        matches!(token.kind, TokenKind::Head(_) | TokenKind::Path(_)) && token.span.end == cursor
    })?;
    let (before, behind) = (tokens.get(..number)?, tokens.get(number + 1..)?);
    let value = behind.first().filter(|next| next.span.start == cursor);
    if value.is_some_and(|next| next.kind != TokenKind::Close) {
        return None;
    }
    let minuses = before.iter().rev().take_while(|token| token.kind == TokenKind::Minus).count();
    let (mut left, mut right) = (before.get(..number - minuses)?, behind);
    // An `OR` with nothing on one side says nothing.
    let ends = |token: &QueryToken| matches!(token.kind, TokenKind::Or | TokenKind::Close);
    let begins = |token: &QueryToken| matches!(token.kind, TokenKind::Or | TokenKind::Open);
    let is_or = |token: &QueryToken| token.kind == TokenKind::Or;
    if left.last().is_some_and(is_or) && right.first().is_none_or(ends) {
        left = left.split_last()?.1;
    } else if right.first().is_some_and(is_or) && left.last().is_none_or(begins) {
        right = right.split_first()?.1;
    }
    let left = left.last().map_or("", |last| source.get(..last.span.end).unwrap_or(""));
    let right = right.first().map_or("", |first| source.get(first.span.start..).unwrap_or(""));
    let between = if left.is_empty() || right.is_empty() { "" } else { " " };
    Some([left, between, right].concat())
}

/// Where the term begins that the text ends in.
fn word_start(head: &str) -> usize {
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in head.char_indices() {
        let next = at + c.len_utf8();
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => start = next,
            '-' if at == start => start = next,
            _ if c.is_whitespace() => start = next,
            _ => {}
        }
    }
    start
}

/// The name of a field and what is typed of its value.
fn split(word: &str) -> Option<(&str, &str)> {
    let name = match Path::read(word) {
        Ok((_, end)) if Path::begins(word) => word.get(..end)?,
        _ => word.split(':').next()?,
    };
    Some((name, word.get(name.len()..)?.strip_prefix(':')?))
}

/// What is typed of a value, without the quote before it.
fn unquoted(typed: &str) -> &str {
    typed.trim_start_matches('"')
}

struct Found {
    range: Range<usize>,
    all: Vec<Suggestion>,
}

impl Found {
    fn add(&mut self, text: String, help: &'static str, count: Option<usize>) {
        self.all.push(Suggestion { range: self.range.clone(), text, help, count });
    }

    /// Adds the values that what is typed can become, with the term that asks for each.
    fn add_seen(&mut self, mut seen: Seen, typed: &str, term: impl Fn(&str) -> Option<String>) {
        // A key or a value that has to be quoted is found without its quotes too.
        let plain = |text: &str| text.replace('"', "").to_lowercase();
        let typed = plain(typed);
        seen.retain(|(value, _)| plain(value).contains(&typed));
        // Those that begin so come first, then the frequent ones.
        seen.sort_by_cached_key(|(value, count)| {
            let begins = plain(value).starts_with(&typed);
            (!begins, std::cmp::Reverse(*count), value.clone())
        });
        for (value, count) in seen.into_iter().take(MOST) {
            if let Some(text) = term(&value) {
                self.add(text, "", Some(count));
            }
        }
    }
}

fn complete_field(
    found: &mut Found,
    word: &str,
    values: &dyn Fn(CompletionKind<'_>, &str) -> Seen,
) {
    if Path::begins(word) {
        return found
            .add_seen(values(CompletionKind::Paths, word), word, |path| Some(format!("{path}:")));
    }
    for field in FIELDS.iter().filter(|field| field.name.starts_with(word)) {
        let sign = if field.kind == FieldKind::Value { '.' } else { ':' };
        found.add(format!("{}{sign}", field.name), field.help, None);
    }
}

fn complete_value(
    found: &mut Found,
    name: &str,
    typed: &str,
    values: &dyn Fn(CompletionKind<'_>, &str) -> Seen,
) {
    if Path::begins(name) {
        if let Ok((path, _)) = Path::read(name) {
            let seen = values(CompletionKind::Values(&path), unquoted(typed));
            found.add_seen(seen, typed, |value| value_term(&path, value));
        }
        return;
    }
    let Some(field) = field(name) else { return };
    let mut fixed = |values: &[&str]| {
        for value in values.iter().filter(|value| value.starts_with(typed)) {
            found.add(format!("{name}:{value}"), "", None);
        }
    };
    match field.kind {
        FieldKind::Id(column) => {
            let seen = values(CompletionKind::Ids(column), unquoted(typed));
            found.add_seen(seen, typed, |value| (!value.is_empty()).then(|| term(name, value)));
        }
        FieldKind::Time(_) | FieldKind::Hours | FieldKind::Count(_) | FieldKind::Wait => {
            fixed(field.values);
        }
        // Without a path there is nothing to ask for.
        FieldKind::Value => {}
        FieldKind::State => {
            for (_, state, help) in State::ALL {
                if state.starts_with(typed) {
                    found.add(format!("{name}:{state}"), help, None);
                }
            }
        }
        FieldKind::Part => {
            if !Path::begins(typed) {
                fixed(&Part::NAMED.map(|(_, part)| part));
            }
            if typed.starts_with(ROOT) || ROOT.starts_with(typed) {
                let seen = values(CompletionKind::Paths, typed);
                found.add_seen(seen, typed, |path| Some(format!("{name}:{path}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn seen(wanted: CompletionKind<'_>, _: &str) -> Seen {
        let all: &[(&str, usize)] = match wanted {
            CompletionKind::Ids(Column::User) => {
                &[("al ice", 5), ("bob", 9), ("alan", 7), ("Mal", 50)]
            }
            CompletionKind::Paths => {
                &[("meta.model", 3), ("meta.usage.tokens", 9), ("meta.\"odd key\"", 1)]
            }
            CompletionKind::Values(path) if path.to_string() == "meta.model" => {
                &[("gpt-4", 2), ("5", 1), (">x", 1), ("", 3)]
            }
            CompletionKind::Ids(_) | CompletionKind::Values(_) => &[],
        };
        all.iter().map(|&(text, count)| (text.to_owned(), count)).collect()
    }

    /// The whole queries that come of the suggestions at the end.
    fn after(query: &str) -> Vec<String> {
        let apply = |one: Suggestion| format!("{}{}", &query[..one.range.start], one.text);
        complete(query, query.len(), &seen).into_iter().map(apply).collect()
    }

    #[test]
    fn a_word_becomes_a_field() {
        assert_eq!(after("x -us"), ["x -user:"]);
        assert_eq!(after("(se"), ["(session:"]);
        assert_eq!(after("me"), ["meta."]);
        assert_eq!(after("").len(), FIELDS.len());
        assert!(after("photosyn").is_empty());
        assert!(after("\"us").is_empty());
    }

    #[test]
    fn a_value_becomes_one_that_is_there_the_frequent_ones_first() {
        assert_eq!(after("user:al"), ["user:alan", "user:\"al ice\"", "user:Mal"]);
        assert_eq!(after("a user:\"al i"), ["a user:\"al ice\""]);
        assert_eq!(after("meta.model:"), ["meta.model:gpt-4", "meta.model:5", "meta.model:\">x\""]);
        assert_eq!(after("is:un"), ["is:unanswered"]);
        assert_eq!(after("on:y"), ["on:yesterday"]);
        assert_eq!(
            after("has:me"),
            ["has:metadata", "has:meta.usage.tokens", "has:meta.model", "has:meta.\"odd key\""]
        );
        assert_eq!(after("meta.us"), ["meta.usage.tokens:"]);
        assert_eq!(after("meta.odd"), ["meta.\"odd key\":"]);
        assert!(after("nothing:x").is_empty());
    }

    #[test]
    fn what_is_suggested_for_a_value_can_be_read() {
        for query in
            ["user:", "meta.model:", "is:", "has:", "wait:", "at:", "len:", "since:", "on:"]
        {
            for whole in after(query) {
                assert!(parse(&whole).is_ok(), "{whole}");
            }
        }
    }

    #[test]
    fn a_field_whose_value_is_still_to_be_typed_is_left_out() {
        let cases = [
            ("role:", Some("")),
            ("f role:", Some("f")),
            ("f -role:", Some("f")),
            ("f meta.model:", Some("f")),
            ("f OR role:", Some("f")),
            ("f (a OR role:", Some("f (a")),
            ("f role:user", None),
            ("f role", None),
            ("f \"role:", None),
        ];
        for (query, left) in cases {
            assert_eq!(without_unfinished(query, query.len()).as_deref(), left, "{query}");
        }
        let query = "a role: OR b";
        assert_eq!(without_unfinished(query, 7).as_deref(), Some("a OR b"));
        assert_eq!(without_unfinished("role: OR b", 5).as_deref(), Some("b"));
        assert_eq!(without_unfinished("a OR role: b", 10).as_deref(), Some("a OR b"));
        assert_eq!(without_unfinished("(role:) b", 6).as_deref(), Some("( ) b"));
        assert_eq!(without_unfinished("a role: b", 8), None, "the cursor is elsewhere");
    }

    #[test]
    fn the_cursor_may_stand_anywhere() {
        let query = "é user:al -(x";
        for cursor in 0..query.len() + 3 {
            for one in complete(query, cursor, &seen) {
                assert!(query.get(one.range).is_some());
            }
            assert_eq!(without_unfinished(query, cursor), None);
        }
    }
}
