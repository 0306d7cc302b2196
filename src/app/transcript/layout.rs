//! Lays out a segment of a message as lines: cleaned, as Markdown or plain text, cached while it is
//! near the window.
//!
//! Must not know where on the screen lines stand.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::markdown::{self, Breaks, LayoutOptions};
use crate::message::{Flags, MsgRef, RoleId};
use crate::search::Matcher;
use crate::store::{Row, Store};
use crate::text::{self, Clean, SourceView, Wrapping, segments, shown};
use crate::time::{Millis, Zone};

use super::block::{Block, LineKind};
use super::folds::FoldCache;
use super::rich::Rich;
use super::turns::Turn;

/// A message with more lines of text is long, and can be shut to its first ones.
const LONG: usize = 60;
/// How many blocks are kept; far more than a screen can show.
const KEPT: usize = 512;
/// How many messages back a reply looks for its question.
const TURN_REACH: usize = 64;
/// Bytes of a text that are hashed to tell messages of the same time apart.
const IDENTIFYING: usize = 4 << 10;
/// How many messages of the same time are compared.
const SAME_TIME: usize = 10_000;
/// How many of those with the same length are read.
const SAME_LENGTH: usize = 500;
/// Highlights looked for in one block.
const HITS_PER_BLOCK: usize = 1_000;

/// Which long lines go on in the next one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Wrap {
    /// Those of text; code keeps its shape.
    #[default]
    Text,
    /// Those of code, too.
    All,
    /// None.
    Nothing,
}

/// How a transcript is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TranscriptStyle {
    /// Columns of a line.
    pub columns: u16,
    /// Columns that running text has of them at most.
    pub measure: u16,
    /// Which long lines wrap.
    pub wrap: Wrap,
    /// Whether the exact source is shown, with every hidden character as its number.
    pub source: SourceView,
    /// The zone of day lines.
    pub zone: Zone,
}

/// What a message is known by when a refresh gave it another number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    /// The time by which it is ordered.
    pub time: Millis,
    /// The bytes of its text.
    len: usize,
    text: u64,
}

/// The messages that a transcript shows, in order.
#[derive(Clone, Copy)]
pub struct Thread<'a> {
    /// Where they are kept.
    pub store: &'a Store,
    /// Which, by time and arrival.
    pub messages: &'a [MsgRef],
    /// The earliest prompt of the session, shown or not.
    pub prompt: Option<MsgRef>,
    /// Whether the messages are in their order already.
    pub is_sorted: bool,
}

impl Thread<'_> {
    /// The place of a message; `None` when it is not among them.
    pub fn index_of(&self, message: MsgRef) -> Option<usize> {
        let key = |at: MsgRef| (self.store.row(at).map_or(Millis::MIN, |row| row.time), at);
        let wanted = key(message);
        let found = self.messages.binary_search_by(|&at| key(at).cmp(&wanted)).ok();
        if self.is_sorted {
            return found;
        }
        // Binary search can miss a message while the session is not sorted yet.
        found.or_else(|| {
            self.messages
                .iter()
                .rev()
                .position(|&at| at == message)
                .map(|back| self.messages.len() - 1 - back)
        })
    }

    /// The place of the first message at or after a time.
    pub fn index_near(&self, time: Millis) -> usize {
        let time_of = |at: MsgRef| self.store.row(at).map_or(Millis::MIN, |row| row.time);
        let at = self.messages.partition_point(|&at| time_of(at) < time);
        at.min(self.messages.len().saturating_sub(1))
    }

    /// The place of a message that may have another number by now.
    pub fn find(&self, message: MsgRef, identity: Identity) -> Option<usize> {
        if self.store.row(message).is_some()
            && self.identity(message) == identity
            && let Some(index) = self.index_of(message)
        {
            return Some(index);
        }
        let from = self.index_near(identity.time);
        let time_of = |at: MsgRef| self.store.row(at).map_or(Millis::MIN, |row| row.time);
        let same_time = self.messages.get(from..)?.iter().take(SAME_TIME);
        let mut same_time = same_time.take_while(|&&at| time_of(at) == identity.time);
        // Reads a text only if its length matches, and only so many.
        let mut left = SAME_LENGTH;
        let place = same_time.position(|&at| {
            let may_be = left > 0 && self.store.text(at).len() == identity.len;
            left -= usize::from(may_be);
            may_be && self.identity(at) == identity
        })?;
        Some(from + place)
    }

    /// What a message is known by.
    pub fn identity(&self, message: MsgRef) -> Identity {
        let text = self.store.text(message);
        // Bounded, so that a message of any size costs the same.
        let head = text.as_bytes().get(..IDENTIFYING).unwrap_or(text.as_bytes());
        let time = self.store.row(message).map_or(Millis::MIN, |row| row.time);
        let hash = foldhash::fast::FixedState::default().hash_one(head);
        Identity { time, len: text.len(), text: hash }
    }

    fn row(&self, index: usize) -> Option<&Row> {
        self.store.row(*self.messages.get(index)?)
    }

    /// Whether a message is the student's.
    pub fn is_question(&self, index: usize) -> bool {
        self.row(index).is_some_and(|row| row.role == RoleId::USER)
    }

    /// Whether a message hangs from a question: it is not the student's, and one came before.
    pub fn is_reply(&self, index: usize) -> bool {
        let (Some(row), Some(&at)) = (self.row(index), self.messages.get(index)) else {
            return false;
        };
        let question = self.prompt.and_then(|prompt| Some((self.store.row(prompt)?.time, prompt)));
        row.role != RoleId::USER && question.is_some_and(|question| question < (row.time, at))
    }

    /// Whether the next message hangs from the same question as this one.
    pub fn goes_on(&self, index: usize) -> bool {
        index + 1 < self.messages.len() && self.is_reply(index + 1)
    }

    /// Milliseconds from the question to this reply.
    pub fn delay(&self, index: usize) -> Option<i64> {
        if !self.is_reply(index) {
            return None;
        }
        let reply = self.row(index).filter(|row| !row.flags.has(Flags::NO_TIME))?;
        let from = index.saturating_sub(TURN_REACH);
        let question = (from..index).rev().find(|&at| self.is_question(at))?;
        let question = self.row(question).filter(|row| !row.flags.has(Flags::NO_TIME))?;
        reply.time.checked_sub(question.time)
    }

    /// The day that begins with a message.
    pub(super) fn new_day(&self, index: usize, zone: Zone) -> Option<NaiveDate> {
        let day = |index: usize| {
            let row = self.row(index).filter(|row| row.time != Millis::MIN)?;
            zone.day(row.time)
        };
        let here = day(index)?;
        (index == 0 || day(index - 1) != Some(here)).then_some(here)
    }
}

/// The blocks near the window.
#[derive(Debug, Default)]
pub struct Layout {
    blocks: HashMap<(MsgRef, u32), Arc<Block>>,
    style: Option<TranscriptStyle>,
    matcher: Option<Arc<Matcher>>,
    laid_out: u64,
    /// What is folded.
    pub(super) folds: FoldCache,
    /// The turns near the window, by their first place.
    pub(super) turns: BTreeMap<usize, Turn>,
}

impl Layout {
    /// Sets how blocks are made. Everything made otherwise is dropped.
    pub fn set_style(&mut self, style: TranscriptStyle) {
        if self.style != Some(style) {
            self.style = Some(style);
            self.blocks.clear();
        }
    }

    /// Sets what is highlighted.
    pub fn set_matcher(&mut self, matcher: Option<&Arc<Matcher>>) {
        let same = match (&self.matcher, matcher) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.matcher = matcher.cloned();
            self.blocks.clear();
        }
    }

    /// Forgets everything but what is folded: the messages are others now, or other ones are.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.turns.clear();
    }

    /// How many blocks were ever laid out; tests count the work with it.
    pub fn laid_out(&self) -> u64 {
        self.laid_out
    }

    /// A block, made when it is not there.
    pub fn block(&mut self, thread: Thread<'_>, index: usize, segment: u32) -> Option<Arc<Block>> {
        let style = self.style?;
        let message = *thread.messages.get(index)?;
        if let Some(block) = self.blocks.get(&(message, segment)) {
            return Some(Arc::clone(block));
        }
        if self.blocks.len() >= KEPT {
            self.blocks.clear();
        }
        let turn = self.folded_turn(thread, index);
        let turn = turn.filter(|turn| segment == 0 && turn.shown.start == index);
        let block = match turn {
            Some(turn) => self.folded(thread, &turn, style)?,
            None => self.message(thread, index, segment, style)?,
        };
        let block = Arc::new(block);
        self.laid_out += 1;
        self.blocks.insert((message, segment), Arc::clone(&block));
        Some(block)
    }

    /// The lines of one segment of a message.
    fn message(
        &self,
        thread: Thread<'_>,
        index: usize,
        segment: u32,
        style: TranscriptStyle,
    ) -> Option<Block> {
        let message = *thread.messages.get(index)?;
        let row = thread.store.row(message)?;
        let raw = thread.store.text(message);
        let part = segments::range(raw, segment)?;
        let body = segments::body(raw, segment)?;
        let is_one = segments::is_one(raw);
        let clean = shown(body, style.source);
        let mut lines = Vec::new();
        if segment == 0 {
            lines.extend(thread.new_day(index, style.zone).map(LineKind::Day));
            lines.push(LineKind::Head);
        }
        let before = lines.len();
        let hidden = clean.hidden();
        let mut hits = self.hits(clean.as_str());
        let (text, rich) = if is_one && clean.as_str().trim().is_empty() {
            let no_text = row.flags.has(Flags::NO_TEXT);
            let words = if no_text { "(no text)" } else { "(empty message)" };
            lines.push(LineKind::Nothing(words));
            (clean.into_owned(), None)
        } else {
            // People who type a message mean the line breaks in it.
            let is_kept = row.role == RoleId::USER;
            let breaks = if is_kept { Breaks::Kept } else { Breaks::Joined };
            let is_plain = !is_one
                || style.source == SourceView::Shown
                || markdown::is_plain(clean.as_str(), breaks);
            let LaidOut { text, lines: ranges, rich } = if is_plain {
                lay_out_plain(clean, style)
            } else {
                lay_out(&clean, breaks, style, before)
            };
            lines.extend(ranges.into_iter().map(LineKind::Text));
            if let Some(rich) = &rich {
                // What is written and what is shown can both be looked for.
                let mut shown = self.hits(text.as_str());
                rich.shown(&hits, &mut shown);
                hits = merged(shown);
            }
            (text, rich)
        };
        let continues = part.end < raw.len();
        let is_long = !is_one || lines.len() > LONG + before;
        let lost_markdown = !is_one && style.source == SourceView::Hidden;
        let (messages, bytes) = (1, raw.len());
        let mut block = Block {
            text,
            lines,
            rich,
            hidden,
            hits,
            continues,
            is_long,
            lost_markdown,
            part,
            messages,
            bytes,
        };
        if is_long && segment == 0 && self.is_shut(thread, message) {
            block.shut(before, body.len());
        }
        if !block.continues {
            block.lines.push(LineKind::Gap);
        }
        Some(block)
    }

    /// What the search in force matches in a text.
    pub(super) fn hits(&self, text: &str) -> Vec<Range<u32>> {
        let Some(matcher) = &self.matcher else { return Vec::new() };
        let ranges = matcher.ranges(text, HITS_PER_BLOCK).into_iter();
        ranges.map(|range| narrow(range.start)..narrow(range.end)).collect()
    }
}

/// Ranges in order, with those that touch put together.
fn merged(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, last| {
        let touches = next.start < last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    ranges
}

/// The text of a segment as lines.
struct LaidOut {
    text: Clean<'static>,
    lines: Vec<Range<u32>>,
    rich: Option<Rich>,
}

fn wrapping(style: TranscriptStyle) -> Wrapping {
    if style.wrap == Wrap::Nothing { Wrapping::Off } else { Wrapping::On }
}

/// Lays a text out as it stands.
fn lay_out_plain(clean: Clean<'_>, style: TranscriptStyle) -> LaidOut {
    let mut lines = Vec::new();
    let columns = style.columns.min(style.measure);
    text::wrap(clean.as_str(), columns, wrapping(style), &mut lines);
    LaidOut { text: clean.into_owned(), lines, rich: None }
}

/// Lays a text out as Markdown, behind so many lines of the block.
fn lay_out(clean: &Clean<'_>, breaks: Breaks, style: TranscriptStyle, before: usize) -> LaidOut {
    let code_wraps = style.wrap == Wrap::All;
    let TranscriptStyle { columns, measure, .. } = style;
    let look = LayoutOptions { columns, measure, wrapping: wrapping(style), code_wraps, breaks };
    let document = markdown::render(clean, look);
    let lines = document.lines.iter().map(|line| {
        let pieces = document.pieces_of(line);
        let start = pieces.first().map_or(0, |piece| piece.text.start);
        start..pieces.last().map_or(start, |piece| piece.text.end)
    });
    let lines = lines.collect();
    let (text, rich) = Rich::new(document, before);
    LaidOut { text, lines, rich: Some(rich) }
}

/// A segment is far below 4 GiB.
fn narrow(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}
