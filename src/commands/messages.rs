//! One message as a row: the shape that `search` and `show` print, the same in every form.

use std::borrow::Cow;
use std::ops::Range;

use super::rows::{Cell, ColumnKind, OutputColumn};
use crate::cli::{MessageField, name_of};
use crate::export::{IdNames, Wire};
use crate::io::wire::AsSent;
use crate::message::{Flags, MsgRef};
use crate::search::Matcher;
use crate::store::{Page, Row, Store};
use crate::view::StyleClass;

/// Matches of one message that are told at most.
const MATCHES: usize = 10_000;

/// Every field, in the order of the shape.
pub(super) const ALL: [MessageField; 8] = [
    MessageField::Session,
    MessageField::User,
    MessageField::Component,
    MessageField::Role,
    MessageField::Time,
    MessageField::Text,
    MessageField::Metadata,
    MessageField::Matches,
];

/// The messages of a store with their ids in words, and what is looked for in them.
pub(super) struct Messages<'a> {
    store: &'a Store,
    names: IdNames,
    matcher: Option<&'a Matcher>,
}

impl<'a> Messages<'a> {
    pub(super) fn new(store: &'a Store, matcher: Option<&'a Matcher>) -> Self {
        Self { store, names: IdNames::of(store.pages()), matcher }
    }

    /// The page and the row of a message.
    pub(super) fn at(&self, at: MsgRef) -> Option<(&'a Page, &'a Row)> {
        let page = self.store.pages().get(at.page as usize)?;
        Some((page, page.rows.get(at.row as usize)?))
    }

    /// The ids in words.
    pub(super) fn names(&self) -> &IdNames {
        &self.names
    }

    /// The places in a text that the query matches, in bytes.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        self.matcher.map(|matcher| matcher.ranges_as_sent(text, MATCHES)).unwrap_or_default()
    }

    /// The cells of these fields.
    pub(super) fn cells(&self, at: MsgRef, fields: &[MessageField]) -> Vec<Cell<'_>> {
        let Some((page, row)) = self.at(at) else { return Vec::new() };
        fields.iter().map(|field| self.cell(*field, page, row)).collect()
    }

    fn cell(&self, field: MessageField, page: &'a Page, row: &'a Row) -> Cell<'_> {
        let has = |flag| row.flags.has(flag);
        match field {
            MessageField::Session => Cell::text(self.names.session(row)),
            MessageField::User => Cell::text(self.names.user(row)),
            MessageField::Component => Cell::text(self.names.component(row)),
            MessageField::Role => {
                Cell::text(Some(self.names.role(row)).filter(|role| !role.is_empty()))
            }
            MessageField::Time => Cell::time((!has(Flags::NO_TIME)).then_some(row.time)),
            MessageField::Text if has(Flags::NO_TEXT) => Cell::None,
            MessageField::Text => Cell::Text(Cow::Borrowed(page.text_of(row))),
            MessageField::Metadata => AsSent
                .metadata(page, row)
                .filter(|json| !json.is_empty() && json != "null")
                .map_or(Cell::None, |json| Cell::Json(json.into_owned())),
            MessageField::Matches => {
                let text = page.text_of(row);
                Cell::Spans(in_characters(text, &self.places(text)))
            }
        }
    }
}

/// Ranges of bytes as ranges of characters; ascending, as they come from a search.
fn in_characters(text: &str, places: &[Range<usize>]) -> Vec<[usize; 2]> {
    let (mut byte, mut character) = (0, 0);
    let mut to = |place: usize| {
        character += text.get(byte..place).map_or(0, |between| between.chars().count());
        byte = place;
        character
    };
    places.iter().map(|place| [to(place.start), to(place.end)]).collect()
}

/// The columns of these fields.
pub(super) fn columns(fields: &[MessageField]) -> Vec<OutputColumn> {
    let column = |field: &MessageField| OutputColumn {
        name: name_of(field),
        kind: match field {
            MessageField::Session
            | MessageField::User
            | MessageField::Component
            | MessageField::Role => ColumnKind::Id,
            MessageField::Time => ColumnKind::Time,
            MessageField::Text | MessageField::Metadata | MessageField::Matches => {
                ColumnKind::Words
            }
        },
        // Whoever sees them as a table has chosen them.
        spare: 0,
        ink: match field {
            MessageField::Text => StyleClass::Text,
            MessageField::Role => StyleClass::Strong,
            _ => StyleClass::Quiet,
        },
    };
    fields.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_characters() {
        let text = "é a 漢字 a";
        let places: Vec<Range<usize>> = text.match_indices('a').map(|(at, _)| at..at + 1).collect();
        assert_eq!(in_characters(text, &places), [[2, 3], [7, 8]]);
        assert_eq!(in_characters("", &[]), Vec::<[usize; 2]>::new());
    }
}
