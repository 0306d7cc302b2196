//! What messages are counted by, and the term of a query that asks for one of its values.

use std::fmt;

use crate::query::{self, Column, Path};

/// What messages are counted by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Facet {
    /// An id.
    Id(Column),
    /// The day, in a zone.
    Day,
    /// The hour of the day, in a zone.
    Hour,
    /// A value in the metadata.
    Path(Path),
}

impl Facet {
    /// The facets that every message has, in the order in which they are shown.
    pub const FIXED: [Self; 6] = [
        Self::Id(Column::Role),
        Self::Id(Column::User),
        Self::Id(Column::Component),
        Self::Id(Column::Session),
        Self::Day,
        Self::Hour,
    ];

    /// The term that lets through the messages with this value; [`None`] where a query cannot ask
    /// for it.
    pub fn term(&self, value: &str) -> Option<String> {
        match self {
            Self::Id(column) => (!value.is_empty()).then(|| query::term(name(*column), value)),
            Self::Day => Some(format!("on:{value}")),
            Self::Hour => {
                let next = value.get(..2)?.parse::<u32>().ok()? + 1;
                Some(format!("at:{value}..{next:02}:00"))
            }
            Self::Path(path) => query::value_term(path, value),
        }
    }

    /// The term that lets through the messages without any value.
    pub fn term_without(&self) -> String {
        match self {
            Self::Id(column) => query::term(name(*column), ""),
            Self::Day | Self::Hour => "-has:time".to_owned(),
            Self::Path(path) => format!("-has:{path}"),
        }
    }
}

impl fmt::Display for Facet {
    /// A word or a path; a path as the server wrote it, not fit to be shown before it is cleaned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(column) => f.write_str(name(*column)),
            Self::Day => f.write_str("day"),
            Self::Hour => f.write_str("hour"),
            Self::Path(path) => path.fmt(f),
        }
    }
}

/// The name of the field of a column.
fn name(column: Column) -> &'static str {
    match column {
        Column::Role => "role",
        Column::User => "user",
        Column::Session => "session",
        Column::Component => "component",
    }
}
