//! The one table of fields. Parser, evaluator, completion, help and README read it.
//!
//! A new field of a known kind is a row here. A new measure, column or state is a variant beside it
//! and an arm where the compiler asks for its evaluation. Must not know how anything is evaluated.

use super::nearest::nearest;

/// A column of a message that holds an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Who spoke.
    Role,
    /// Whose conversation it is.
    User,
    /// The session.
    Session,
    /// The component that the tutor was embedded in.
    Component,
}

/// Which times a time field matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// At the given instant or later.
    From,
    /// Earlier than the given instant.
    Before,
    /// On the given day, in the configured zone.
    Day,
}

/// A number that a field measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// The characters (code points) of the text.
    Characters,
    /// The turns of the session: a student's message and everything up to the next one; messages
    /// before the first form a turn of their own.
    Turns,
}

/// What a field's value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// An id, exact and case-sensitive, with `*` as a wildcard.
    Id(Column),
    /// A time.
    Time(Bound),
    /// A range of times of the day, in the configured zone.
    Hours,
    /// A value in the metadata, by its path.
    Value,
    /// A part that a message has.
    Part,
    /// A state.
    State,
    /// A count, with its bounds.
    Count(Measure),
    /// The time from the question to a reply, with its bounds.
    Wait,
}

/// A field of the language.
#[derive(PartialEq, Eq, Debug)]
pub struct Field {
    /// The name before the colon.
    pub name: &'static str,
    /// What its value is.
    pub kind: FieldKind,
    /// One line of help: which messages it matches.
    pub help: &'static str,
    /// A whole term, which is shown and can be parsed.
    pub example: &'static str,
    /// Values to suggest beside those that the messages have.
    pub values: &'static [&'static str],
}

/// Suggestions for a time.
const TIMES: &[&str] = &["today", "yesterday", "30m", "6h", "7d", "2w"];
/// Suggestions for a number.
const NUMBERS: &[&str] = &[">10", "<10", "10..20"];

/// Every field, in the order in which help shows them.
pub static FIELDS: [Field; 15] = [
    Field {
        name: "role",
        kind: FieldKind::Id(Column::Role),
        help: "who spoke: user, assistant, system, or another name",
        example: "role:user",
        values: &[],
    },
    Field {
        name: "user",
        kind: FieldKind::Id(Column::User),
        help: "the user's id",
        example: "user:alice*",
        values: &[],
    },
    Field {
        name: "session",
        kind: FieldKind::Id(Column::Session),
        help: "the session's id",
        example: "session:5f3a*",
        values: &[],
    },
    Field {
        name: "component",
        kind: FieldKind::Id(Column::Component),
        help: "the id of the component that embeds the tutor",
        example: "component:(quiz OR chat)",
        values: &[],
    },
    Field {
        name: "after",
        kind: FieldKind::Time(Bound::From),
        help: "at this time or later",
        example: "after:2026-10-01",
        values: TIMES,
    },
    Field {
        name: "before",
        kind: FieldKind::Time(Bound::Before),
        help: "before this time",
        example: "before:2026-10-01T14:00",
        values: TIMES,
    },
    Field {
        name: "since",
        kind: FieldKind::Time(Bound::From),
        help: "within this long: 30m, 6h, 7d, 2w; or at this time or later",
        example: "since:7d",
        values: TIMES,
    },
    Field {
        name: "on",
        kind: FieldKind::Time(Bound::Day),
        help: "on this day",
        example: "on:yesterday",
        values: &["today", "yesterday"],
    },
    Field {
        name: "at",
        kind: FieldKind::Hours,
        help: "at this time of day; across midnight too: at:22:00..06:00",
        example: "at:14:00..16:00",
        values: &["08:00..16:00", "22:00..06:00"],
    },
    Field {
        name: "meta",
        kind: FieldKind::Value,
        help: "a metadata value, by path; numbers with > >= < <= and 10..20",
        example: "meta.usage.tokens:>500",
        values: &[],
    },
    Field {
        name: "has",
        kind: FieldKind::Part,
        help: "has a metadata path, metadata, text, time, user, session, component, role",
        example: "has:meta.sources",
        values: &[],
    },
    Field {
        name: "is",
        kind: FieldKind::State,
        help: "unanswered student messages; also is:first, is:repaired",
        example: "is:unanswered",
        values: &[],
    },
    Field {
        name: "len",
        kind: FieldKind::Count(Measure::Characters),
        help: "length of the text in characters; ranges like 10..20",
        example: "len:>2000",
        values: NUMBERS,
    },
    Field {
        name: "turns",
        kind: FieldKind::Count(Measure::Turns),
        help: "turns in the session: a student's message and what follows it",
        example: "turns:10..20",
        values: NUMBERS,
    },
    Field {
        name: "wait",
        kind: FieldKind::Wait,
        help: "replies by waiting time: 500ms, 30s, 2m, 1h",
        example: "wait:>30s",
        values: &[">30s", "<5s", "10s..30s"],
    },
];

/// The field of a name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// The error for an unknown field: the most similar name, or all of them.
pub(super) fn unknown(name: &str, term: &str) -> String {
    let names = FIELDS.iter().map(|field| field.name);
    if let Some(path) = name.strip_prefix("metadata.") {
        return format!("unknown field `{name}`; did you mean `meta.{path}`?");
    }
    if let Some(meant) = nearest(name, names.clone()) {
        return format!("unknown field `{name}`; did you mean `{meant}`?");
    }
    let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let text = super::literal(term);
    format!(
        "unknown field `{name}`; the fields are {}; to search for the text, use {text}",
        all.join(", ")
    )
}
