//! What has to be known of all of a list to lay out one of its parts: whether blank lines stand
//! between its items, and how wide its numbers are.
//!
//! A second pass goes ahead of the one that cuts, once, and no further than to the end of the lists
//! that go on where a part ends.

use super::open::{Container, Item, Leaf};
use super::scan::Scan;
use super::{MOST, SCANNED};
use crate::markdown::lists::Known;

/// The lists of a text, as far as the pass ahead has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    scan: Scan,
    /// In the order in which they begin.
    known: Vec<List>,
    /// The list that has the text in an item which is being read, unless it becomes a heading.
    text_in: Option<usize>,
    is_at_end: bool,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
struct List {
    /// The byte where it begins.
    at: usize,
    is_loose: bool,
    /// A text stands right in one of its items. Without one the parser does not tell whether blank
    /// lines stand between them.
    has_text: bool,
    is_counted: bool,
    /// The columns of its widest number, with the sign behind it.
    room: u16,
}

impl Lists {
    /// What is known of the list that begins at a byte and has so many items `before` a place.
    pub(super) fn known(&mut self, text: &str, at: usize, before: u64) -> Known {
        let is_open = |scan: &Scan| {
            let lists = scan.containers.iter().filter_map(Container::item);
            lists.rev().any(|item| item.list == at)
        };
        while !self.is_at_end && (self.scan.at <= at || is_open(&self.scan)) {
            self.read_line(text);
        }
        let found = self.known.binary_search_by_key(&at, |list| list.at);
        let list = found.ok().and_then(|found| self.known.get(found));
        list.map_or_else(Known::default, |list| Known {
            before: if list.is_counted { before } else { 0 },
            is_loose: list.is_loose && list.has_text,
            is_counted: list.is_counted,
            room: list.room,
        })
    }

    /// Forgets the lists before a byte, but for those that are open there.
    pub(super) fn forget_before(&mut self, at: usize, open: &[Container]) {
        self.known.retain(|list| {
            list.at >= at || open.iter().filter_map(Container::item).any(|it| it.list == list.at)
        });
    }

    fn read_line(&mut self, text: &str) {
        let end = text.floor_char_boundary(SCANNED + MOST);
        if self.scan.line(text, end).is_none() {
            if end == text.len() {
                self.scan.rest(text);
            }
            self.is_at_end = true;
        }
        if let Some(list) = self.scan.loosened.and_then(|at| self.list(at)) {
            list.is_loose = true;
        }
        for at in self.scan.around..self.scan.containers.len() {
            if let Some(Container::Item(item)) = self.scan.containers.get(at).copied() {
                self.add(&item);
            }
        }
        self.note_text();
    }

    /// Notes which lists have a text right in an item.
    fn note_text(&mut self) {
        let is_text = matches!(self.scan.leaf, Leaf::Paragraph | Leaf::Formula { .. });
        let ends = self.text_in.take_if(|_| !self.scan.goes_on || !is_text || self.is_at_end);
        let is_taken_back = self.scan.goes_on && !is_text;
        if let Some(list) = ends.filter(|_| !is_taken_back).and_then(|at| self.list(at)) {
            list.has_text = true;
        }
        let item = self.scan.containers.last().and_then(Container::item);
        self.text_in = self.text_in.or(item.filter(|_| is_text).map(|item| item.list));
    }

    /// Takes one more item into account.
    fn add(&mut self, item: &Item) {
        let is_counted = item.is_counted;
        if item.before == 0 {
            let (at, is_loose, has_text, room) = (item.list, false, false, 1);
            self.known.push(List { at, is_loose, has_text, is_counted, room });
        }
        let Some(list) = self.list(item.list) else { return };
        let counted = item
            .first
            .filter(|_| is_counted)
            .map_or(0, |first| first.saturating_add(item.before).to_string().len() + 1);
        let room = item.marker.columns.max(counted);
        list.is_counted = is_counted;
        list.room = list.room.max(u16::try_from(room).unwrap_or(u16::MAX));
    }

    fn list(&mut self, at: usize) -> Option<&mut List> {
        let found = self.known.binary_search_by_key(&at, |list| list.at).ok()?;
        self.known.get_mut(found)
    }
}
