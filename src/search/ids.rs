//! Conditions on ids become sets of numbers, once for each search.
//!
//! Must not know of texts.

use std::sync::Arc;

use crate::message::{NameId, RoleId};
use crate::query::{Column, Pattern};
use crate::store::{Page, Row};

/// A condition on one column.
#[derive(Clone, Debug)]
pub(super) struct IdTest {
    pub(super) column: Column,
    pub(super) pattern: Pattern,
}

/// The numbers that a condition lets through. A message without the field is never among them.
#[derive(Debug)]
pub(super) enum IdSet {
    /// Every number.
    Every,
    /// This one, if any.
    One(Option<u32>),
    /// Those whose bit is set.
    Bits(Vec<u64>),
}

impl IdSet {
    /// The numbers that `test` lets through in the store of these pages.
    pub(super) fn of(test: &IdTest, pages: &[Arc<Page>]) -> Self {
        match test.column {
            Column::Role => {
                let fixed = RoleId::FIXED.into_iter().map(Some);
                let new = pages.iter().flat_map(|page| &page.new_roles);
                Self::among(&test.pattern, fixed.chain(new.map(|name| Some(&**name))))
            }
            Column::User | Column::Component if test.pattern.is_any() => Self::Every,
            Column::User | Column::Component => {
                let names = pages.iter().flat_map(|page| &page.new_names);
                Self::among(&test.pattern, names.map(|name| Some(&**name)))
            }
            Column::Session => {
                let names = pages.iter().flat_map(|page| &page.new_sessions);
                Self::among(&test.pattern, names.map(Option::as_deref))
            }
        }
    }

    fn among<'a>(pattern: &Pattern, mut names: impl Iterator<Item = Option<&'a str>>) -> Self {
        if let Some(only) = pattern.as_exact() {
            let at = names.position(|name| name == Some(only));
            return Self::One(at.and_then(|at| u32::try_from(at).ok()));
        }
        let mut bits = Vec::new();
        for (at, name) in names.enumerate() {
            if at % 64 == 0 {
                bits.push(0);
            }
            if let Some(word) = bits.last_mut()
                && name.is_some_and(|name| pattern.matches(name))
            {
                *word |= 1_u64 << (at % 64);
            }
        }
        Self::Bits(bits)
    }

    /// Whether the row's id in `column` is let through.
    pub(super) fn has(&self, column: Column, row: &Row) -> bool {
        let name = |id: NameId| (id != NameId::NONE).then_some(id.0);
        let number = match column {
            Column::Role => (row.role != RoleId::NONE).then_some(u32::from(row.role.0)),
            Column::User => name(row.user),
            Column::Component => name(row.component),
            Column::Session => Some(row.session.0),
        };
        let Some(number) = number else { return false };
        match self {
            Self::Every => true,
            Self::One(one) => *one == Some(number),
            Self::Bits(bits) => {
                let word = bits.get(number as usize / 64).copied().unwrap_or(0);
                word >> (number % 64) & 1 == 1
            }
        }
    }
}
