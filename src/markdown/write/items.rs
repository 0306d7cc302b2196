//! Prefixes of list items and footnotes.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{Block, Frame, Kind, Writer};
use crate::markdown::flow::FlowDraft;
use crate::markdown::lists::{Shape, marker_at, number_at};
use crate::markdown::page::Marker;
use crate::markdown::{SpanRole, TextStyle};
use crate::text::{Clean, clean_line, width};

impl Writer<'_> {
    /// Writes the check box of a task in a numbered list. Elsewhere it replaces the bullet.
    pub(super) fn task(&mut self, done: bool, range: Range<usize>) {
        let list = self.frames.iter().rev().find_map(|frame| match frame.kind {
            Kind::List(list) => self.shapes.get(list),
            _ => None,
        });
        if list.is_some_and(|list| list.is_numbered) {
            let word = if done { "☑ " } else { "☐ " };
            self.inline(range.start).word(word, range, Some(SpanRole::Marker));
        }
    }

    pub(super) fn open_item(&mut self, range: &Range<usize>, at: usize) {
        self.before(Block::Other, range.start);
        let Some(&mut Frame { kind: Kind::List(list), ref mut items, .. }) = self.frames.last_mut()
        else {
            self.push(Kind::Item, false);
            return;
        };
        let number_in_list = *items;
        *items += 1;
        let Some(shape) = self.shapes.get(list).cloned() else { return };
        let (marker, end) = self.marker(&shape, number_in_list, range, at);
        self.covered = end;
        let is_shown = match self.page.open_item(marker) {
            Ok(()) => true,
            Err(marker) => {
                // One bullet stands for many, but a number is text.
                let is_number =
                    |marker: &mut Marker| marker.text.as_str().starts_with(char::is_numeric);
                self.markers.pop_if(|last| !is_number(last));
                self.markers.push(marker);
                false
            }
        };
        self.push(Kind::Item, is_shown);
        if let Some(frame) = self.frames.last_mut() {
            frame.is_tight = !shape.is_loose;
        }
    }

    /// The marker of an item, and where it ends in the source.
    pub(super) fn marker(
        &self,
        shape: &Shape,
        number_in_list: u64,
        range: &Range<usize>,
        at: usize,
    ) -> (Marker, usize) {
        let source = self.source();
        let start = marker_at(source.as_str(), range.start);
        let next = self.events.iter().skip(at + 1).take(2);
        let task = next
            .take_while(|(event, _)| {
                matches!(event, Event::Start(Tag::Paragraph) | Event::TaskListMarker(_))
            })
            .find_map(|(event, range)| match event {
                Event::TaskListMarker(done) => Some((*done, range.end)),
                _ => None,
            });
        if shape.is_numbered {
            let (_, digits) = number_at(source.as_str(), start).unwrap_or((0, 0));
            let end = start + digits + 1;
            let covered = task.map_or(end, |(_, end)| end);
            let text = if shape.is_counted && number_in_list > 0 {
                let mut text = Clean::from(shape.first.saturating_add(number_in_list));
                text.push_clean(&source.part(end - 1..end));
                text
            } else {
                source.part(start..end).into_owned()
            };
            return (Marker { text, source: start..end, room: shape.room }, covered);
        }
        let (sign, end) = match task {
            Some((done, end)) => (if done { "☑" } else { "☐" }, end),
            None => (shape.bullet(), start + 1),
        };
        let text = Clean::fixed(sign);
        (Marker { text, source: start..end, room: 1 }, end)
    }

    pub(super) fn open_note(&mut self, label: &str, range: &Range<usize>) {
        self.before(Block::Other, range.start);
        let label = clean_line(label);
        let mut text = Clean::fixed("[");
        text.push_clean(&label);
        text.push_clean(&Clean::fixed("]"));
        let room = u16::try_from(width(text.as_str())).unwrap_or(u16::MAX);
        let head = self.source().as_str().get(range.clone()).unwrap_or_default();
        let end = range.start + head.find("]:").map_or(0, |at| at + 2);
        self.covered = end;
        let marker = Marker { text, source: range.start..end, room };
        let is_shown = match self.page.open_item(marker) {
            Ok(()) => true,
            Err(marker) => {
                self.markers.push(marker);
                false
            }
        };
        self.push(Kind::Note, is_shown);
    }

    /// Writes the pending markers before a block that has no text.
    pub(super) fn flush_markers(&mut self) {
        if self.markers.is_empty() {
            return;
        }
        let mut draft = FlowDraft::default();
        let source = self.source();
        for marker in self.markers.drain(..) {
            draft.other(&marker.text, marker.source, TextStyle::of(SpanRole::Marker), source);
            draft.word(" ", 0..0, TextStyle::default(), source);
        }
        if let Some(flow) = draft.finish(source) {
            self.page.paragraph(&flow);
        }
    }
}
