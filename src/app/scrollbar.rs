//! The scrollbar of the transcript: for each row of the pane what of the session stands there.
//!
//! A row stands for a share of the messages, since nobody knows how many lines there are. What is
//! found and who asks is looked up when the session, the filter, the search or the height changes,
//! by halving, and kept; the window and the selection are told anew in each frame. Must not know
//! how rows are painted.

use std::ops::Range;
use std::sync::{Arc, Weak};

use crate::message::{MsgRef, SessionId};
use crate::search::Hits;

use super::scope_view::ScopeView;
use super::transcript::{Block, FrameLine, Thread};
use crate::port::StoreTicket;

/// In longer sessions nobody looks for the student's messages: every row would have one.
const MOST: usize = 4_096;

/// What stands at a row.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Mark {
    /// A match of the search.
    pub is_match: bool,
    /// A message of the student.
    pub is_turn: bool,
}

/// What the scrollbar shows.
#[derive(Clone, Default, Debug)]
pub struct Scrollbar {
    marks: Vec<Mark>,
    thumb: Range<usize>,
    selected: usize,
    made_of: Option<MadeOf>,
}

/// What the marks were made of.
#[derive(Clone, Debug)]
struct MadeOf {
    store: StoreTicket,
    session: Option<SessionId>,
    messages: usize,
    is_sorted: bool,
    rows: usize,
    filter: Weak<Hits>,
    search: Weak<Hits>,
}

impl PartialEq for MadeOf {
    fn eq(&self, other: &Self) -> bool {
        let numbers =
            |made: &Self| (made.store, made.session, made.messages, made.is_sorted, made.rows);
        numbers(self) == numbers(other)
            && self.filter.ptr_eq(&other.filter)
            && self.search.ptr_eq(&other.search)
    }
}

impl Scrollbar {
    /// Whether there is more than the window shows.
    pub fn is_shown(&self) -> bool {
        !self.marks.is_empty()
    }

    /// What stands at each row, from the top.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The rows of what is in the window.
    pub fn thumb(&self) -> Range<usize> {
        self.thumb.clone()
    }

    /// The row of the selected message.
    pub fn selected(&self) -> usize {
        self.selected
    }

    fn hide(&mut self) {
        self.marks.clear();
        self.made_of = None;
    }
}

/// The messages that a row of so many stands for. Where there are fewer messages than rows, a row
/// stands for the one that it is a part of.
fn places(row: usize, rows: usize, messages: usize) -> Range<usize> {
    let from = row * messages / rows.max(1);
    let until = ((row + 1) * messages).div_ceil(rows.max(1));
    if messages > rows { from..(row + 1) * messages / rows.max(1) } else { from..until }
}

/// The row of a place among so many.
fn row_of(place: usize, rows: usize, messages: usize) -> usize {
    if messages > rows {
        // The row whose range has it: `places` rounds down on both sides.
        ((place + 1) * rows).div_ceil(messages.max(1)).saturating_sub(1).min(rows.saturating_sub(1))
    } else {
        place * rows / messages.max(1)
    }
}

/// The rows of a window with this first and this last line. Where a message has rows of its own,
/// those of them that are above it and below it count.
fn thumb(first: &FrameLine, last: &FrameLine, rows: usize, messages: usize) -> Range<usize> {
    let (from, until) = if messages > rows {
        let behind = (last.spot.index + last.block.messages).min(messages).max(1);
        (row_of(first.spot.index, rows, messages), row_of(behind - 1, rows, messages) + 1)
    } else {
        let until = rows_above(last, 1, rows, messages);
        (rows_above(first, 0, rows, messages), until + 1)
    };
    let from = from.min(rows.saturating_sub(1));
    from..until.clamp(from + 1, rows.max(from + 1))
}

/// How many whole rows stand for what is above a line, or above the one that is so many behind it.
fn rows_above(line: &FrameLine, behind: u32, rows: usize, messages: usize) -> usize {
    let spot = line.spot;
    let share = line.block.above(spot.line + behind) * line.block.messages;
    // Where the line behind it is the first of a row, this row has no part in it.
    let end = usize::from(behind > 0 && share > 0);
    (spot.index * Block::SHARES + share - end) * rows / (messages.max(1) * Block::SHARES)
}

/// What stands at a row. Where there are fewer messages than rows, each is marked where it begins.
fn mark(thread: Thread<'_>, found: &[MsgRef], row: usize, rows: usize) -> Mark {
    let messages = thread.messages.len();
    let places = if messages > rows {
        places(row, rows, messages)
    } else {
        let place = (row * messages).div_ceil(rows.max(1));
        let begins = place < messages && row_of(place, rows, messages) == row;
        place..place + usize::from(begins)
    };
    let is_match = places.end.checked_sub(1).is_some_and(|last| {
        !found.is_empty() && !thread.matches(found, places.start..=last).is_empty()
    });
    let mut all = places;
    let is_turn = thread.messages.len() <= MOST && all.any(|place| thread.is_question(place));
    Mark { is_match, is_turn }
}

impl Scrollbar {
    /// Takes in what is in the window of so many lines.
    pub(super) fn prepare(&mut self, tab: &ScopeView, lines: u16) {
        let rows = usize::from(lines);
        let bar = self;
        let (thread, transcript) = (tab.thread(), &tab.transcript);
        let messages = thread.messages.len();
        let ends = transcript.frame.first().zip(transcript.frame.last());
        let Some((first, last)) = ends.filter(|_| rows > 0 && !transcript.is_whole(thread)) else {
            bar.hide();
            return;
        };
        bar.thumb = thumb(first, last, rows, messages);
        let cursor = transcript.cursor();
        let line = transcript.frame.iter().find(|line| line.spot == cursor);
        let row = line.filter(|_| messages <= rows).map(|line| rows_above(line, 0, rows, messages));
        let row = row.unwrap_or_else(|| row_of(cursor.index, rows, messages));
        bar.selected = row.min(rows.saturating_sub(1));
        let weak = |hits: Option<&Arc<Hits>>| hits.map_or_else(Weak::new, Arc::downgrade);
        let made_of = MadeOf {
            store: tab.store_ticket,
            session: transcript.session,
            messages,
            is_sorted: thread.is_sorted,
            rows,
            filter: weak(tab.filter.hits()),
            search: weak(tab.search.hits()),
        };
        if bar.made_of.as_ref() == Some(&made_of) {
            return;
        }
        let hits = tab.search.hits();
        let found = hits.zip(transcript.session).map(|(hits, session)| hits.in_session(session));
        let found = found.unwrap_or_default();
        bar.marks.clear();
        bar.marks.extend((0..rows).map(|row| mark(thread, found, row, rows)));
        bar.made_of = Some(made_of);
    }

    /// The place that a row of the scrollbar stands for: of its match, of its question, or else the
    /// first one.
    pub(super) fn place(&self, tab: &ScopeView, row: usize) -> Option<usize> {
        let rows = self.marks.len();
        let mark = self.marks.get(row)?;
        let thread = tab.thread();
        let places = places(row, rows, thread.messages.len());
        let last = places.end.checked_sub(1)?;
        if mark.is_match {
            let hits = tab.search.hits().zip(tab.transcript.session);
            let found = hits.map(|(hits, session)| hits.in_session(session)).unwrap_or_default();
            let found = thread.matches(found, places.start..=last).first();
            if let Some(index) = found.and_then(|&at| thread.index_of(at)) {
                return Some(index);
            }
        }
        if row + 1 == rows {
            return thread.messages.len().checked_sub(1);
        }
        let question = places.clone().find(|&place| mark.is_turn && thread.is_question(place));
        Some(question.unwrap_or(places.start))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::transcript::{LineKind, LinePosition};

    use super::*;

    proptest! {
        #[test]
        fn every_message_stands_at_a_row_that_stands_for_it(
            rows in 1usize..200, messages in 1usize..5_000, place in 0usize..5_000,
        ) {
            let place = place % messages;
            let row = row_of(place, rows, messages);
            prop_assert!(row < rows);
            prop_assert!(places(row, rows, messages).contains(&place), "{row}");
        }

        #[test]
        fn the_thumb_goes_through_a_long_message_from_its_first_row_to_its_last(
            rows in 2usize..100, messages in 1usize..5, at in 0usize..100, height in 2usize..1_000,
        ) {
            let at = at % messages;
            let line = |line: u32| FrameLine {
                spot: LinePosition { index: at, segment: 0, line },
                message: MsgRef { page: 0, row: 0 },
                block: Arc::new(Block {
                    text: crate::text::Clean::default(),
                    lines: vec![LineKind::Gap; height],
                    rich: None,
                    hidden: 0,
                    hits: Vec::new(),
                    continues: false,
                    is_long: false,
                    lost_markdown: false,
                    part: 0..0,
                    messages: 1,
                    bytes: 0,
                }),
            };
            let mut before = 0;
            for number in 0..u32::try_from(height).unwrap() {
                let thumb = thumb(&line(number), &line(number), rows, messages.min(rows));
                prop_assert!(thumb.start >= before && thumb.end <= rows && !thumb.is_empty());
                before = thumb.start;
            }
            let whole = thumb(&line(0), &line(u32::try_from(height).unwrap() - 1), rows, messages.min(rows));
            if messages <= rows {
                prop_assert_eq!(whole.start, at * rows / messages);
                prop_assert_eq!(whole.end, ((at + 1) * rows).div_ceil(messages));
            }
        }

        #[test]
        fn the_rows_stand_for_all_messages_in_their_order(
            rows in 1usize..200, messages in 1usize..5_000,
        ) {
            let mut next = 0;
            for row in 0..rows {
                let places = places(row, rows, messages);
                prop_assert!(places.start <= next && places.end >= next && !places.is_empty());
                next = places.end;
            }
            prop_assert_eq!(next, messages);
        }
    }
}
