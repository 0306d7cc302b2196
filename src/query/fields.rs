//! The one table of fields. Parser, checker, evaluator, completion, help and README read it.
//!
//! A new field is a row here; a new kind of field is a variant of [`Kind`], and the compiler then
//! names every place that has to know it. Must not know how anything is evaluated.

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

/// Which times a time field lets through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// At the given instant or later.
    From,
    /// Earlier than the given instant.
    Before,
    /// On the given day, in the configured zone.
    Day,
}

/// What a field counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// The characters (code points) of the text.
    Characters,
    /// The turns of the session: a student's message and everything up to the next one; what
    /// precedes the first is a turn of its own.
    Turns,
}

/// What a field's value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An id, exact and case-sensitive, with `*` as a wildcard.
    Id(Column),
    /// A time.
    Time(Bound),
    /// A stretch of the day, in the configured zone.
    Hours,
    /// A value in the metadata, by its path.
    Value,
    /// A part that is there.
    Part,
    /// A state.
    State,
    /// A count, with its bounds.
    Count(Count),
    /// The time from the question to a reply, with its bounds.
    Wait,
}

/// A field of the language.
#[derive(PartialEq, Eq, Debug)]
pub struct Field {
    /// What stands before the colon.
    pub name: &'static str,
    /// What stands behind it.
    pub kind: Kind,
    /// One line of help: which messages it matches.
    pub help: &'static str,
    /// A whole term, to be shown and to be parsed.
    pub example: &'static str,
}

/// Every field, in the order in which help shows them.
pub static FIELDS: [Field; 15] = [
    Field {
        name: "role",
        kind: Kind::Id(Column::Role),
        help: "who spoke: user, assistant, system, or another name",
        example: "role:user",
    },
    Field {
        name: "user",
        kind: Kind::Id(Column::User),
        help: "the user's id",
        example: "user:alice*",
    },
    Field {
        name: "session",
        kind: Kind::Id(Column::Session),
        help: "the session's id",
        example: "session:5f3a*",
    },
    Field {
        name: "component",
        kind: Kind::Id(Column::Component),
        help: "the id of the component that the tutor is embedded in",
        example: "component:(quiz OR chat)",
    },
    Field {
        name: "after",
        kind: Kind::Time(Bound::From),
        help: "at that time or later",
        example: "after:2026-10-01",
    },
    Field {
        name: "before",
        kind: Kind::Time(Bound::Before),
        help: "earlier than that time",
        example: "before:2026-10-01T14:00",
    },
    Field {
        name: "since",
        kind: Kind::Time(Bound::From),
        help: "no longer ago than that: 30m, 6h, 7d, 2w, or at a time or later",
        example: "since:7d",
    },
    Field {
        name: "on",
        kind: Kind::Time(Bound::Day),
        help: "on that day",
        example: "on:yesterday",
    },
    Field {
        name: "at",
        kind: Kind::Hours,
        help: "at that time of the day; also over midnight: at:22:00..06:00",
        example: "at:14:00..16:00",
    },
    Field {
        name: "meta",
        kind: Kind::Value,
        help: "a value in the metadata, by path; numbers with > >= < <= and 10..20",
        example: "meta.usage.tokens:>500",
    },
    Field {
        name: "has",
        kind: Kind::Part,
        help: "with a metadata path, metadata, text, time, user, session, component, role",
        example: "has:meta.sources",
    },
    Field {
        name: "is",
        kind: Kind::State,
        help: "a student's message without a reply; also is:first, is:repaired",
        example: "is:unanswered",
    },
    Field {
        name: "len",
        kind: Kind::Count(Count::Characters),
        help: "the length of the text in characters; 10..20 and the like",
        example: "len:>2000",
    },
    Field {
        name: "turns",
        kind: Kind::Count(Count::Turns),
        help: "the turns of the session: a student's message and what follows it",
        example: "turns:10..20",
    },
    Field {
        name: "wait",
        kind: Kind::Wait,
        help: "replies by the time since the question: 500ms, 30s, 2m, 1h",
        example: "wait:>30s",
    },
];

/// The field of a name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// What to say about a name that is none: the field it was probably meant to be, or all of them.
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
    format!("unknown field `{name}`; the fields are {}; for the text write {text}", all.join(", "))
}

/// The candidate that a mistyped name was probably meant to be; the first of equally near ones.
pub(super) fn nearest<'a>(
    typed: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    candidates
        .map(|name| {
            let begun = length >= 2 && name.starts_with(&typed);
            (if begun { 1 } else { distance(&typed, name) }, name)
        })
        .filter(|&(distance, name)| distance <= 2 && distance * 2 <= length.max(name.len()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// How many letters have to be inserted, dropped, replaced or swapped with their neighbour: the
/// optimal string alignment distance.
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let width = b.len() + 1;
    let mut table = vec![0_usize; (a.len() + 1) * width];
    let get = |table: &[usize], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let value = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(a.get(i - 1) != b.get(j - 1));
                let mut best = (get(&table, i - 1, j) + 1)
                    .min(get(&table, i, j - 1) + 1)
                    .min(get(&table, i - 1, j - 1) + same);
                if i > 1 && j > 1 && a.get(i - 1) == b.get(j - 2) && a.get(i - 2) == b.get(j - 1) {
                    best = best.min(get(&table, i - 2, j - 2) + 1);
                }
                best
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    table.last().copied().unwrap_or(0)
}
