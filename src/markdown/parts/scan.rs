//! The pass through a text, a line at a time: what is open at each of them.
//!
//! It follows `CommonMark` as far as the ends of parts depend on it. Where it is wrong, a part is
//! read as one that stands alone would be.

use std::ops::Range;
use std::sync::Arc;

use super::line::{
    self, Marker, begins_block, fence, indent, is_blank, is_delimiter, is_heading, is_rule,
    is_underline, marker, may_be_formula,
};
use super::opening::{self, Opening};
use crate::markdown::mask::code_ranges;
use crate::maths::{Place, formulas};

/// How many lists in lists are followed.
const MAX_ITEMS: usize = 32;
/// How far a formula is followed.
const REACH: usize = 256 * 1024;

/// How much of a line is looked at to know what it stands in.
const GLANCE: usize = 1024;

/// How good a line is to begin a part with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Rank {
    /// It belongs to the line before it.
    Bound,
    /// Within a block.
    Block,
    /// A block within an item of a list.
    Nested,
    /// Within a paragraph: its lines are shown as they are written.
    Text,
    /// An item, or a block that follows without a blank line.
    Item,
    /// A block behind a blank line, or a heading.
    Apart,
}

/// An item of a list that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Item {
    /// The column of its marker, behind the bars of quotes.
    pub(super) column: usize,
    /// The column of what it holds.
    pub(super) content: usize,
    /// Its marker.
    pub(super) marker: Marker,
    /// The number of the first item of its list.
    pub(super) first: Option<u64>,
    /// The items of its list before it.
    pub(super) before: u64,
    /// All of them have the same number.
    pub(super) is_counted: bool,
}

/// What a line stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    /// Nothing that goes on of itself.
    Nothing,
    /// A paragraph.
    Paragraph,
    /// Code: the bytes of its fence with the words behind it, and the column of the fence.
    Fence { from: usize, to: usize, column: usize, sign: u8, length: usize },
    /// A table: where its head begins, and the line under it ends.
    Table { from: usize, to: usize },
    /// A formula: where it begins and ends.
    Formula { from: usize, to: usize },
}

/// What a line was, as far as a blank line behind it depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line {
    Blank,
    /// It ends a heading.
    Heading,
    Other,
}

impl Line {
    fn of(text: &str) -> Self {
        if is_blank(text) { Self::Blank } else { Self::Other }
    }
}

/// How far a text was read, and what is open there.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// The next line begins here.
    pub(super) at: usize,
    pub(super) quotes: usize,
    pub(super) items: Vec<Item>,
    pub(super) leaf: Leaf,
    /// How many of `items` are around the line that was read last, without those that it begins.
    around: usize,
    /// What the line was that was read last.
    line: Line,
    /// A blank line belongs before the line that was read last, though there is none.
    pub(super) stands_apart: bool,
    /// The line that was read last, without its bars and blanks.
    last: Range<usize>,
    /// What comes is the rest of a line.
    is_within_line: bool,
    /// The formulas of several lines that were found ahead, and how far was looked.
    ahead: Arc<[Range<usize>]>,
    looked: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            at: 0,
            quotes: 0,
            items: Vec::new(),
            leaf: Leaf::Nothing,
            around: 0,
            line: Line::Blank,
            stands_apart: false,
            last: 0..0,
            is_within_line: false,
            ahead: Arc::from([]),
            looked: 0,
        }
    }
}

impl Scan {
    /// Reads a line and says how good it is to begin a part with; `None` when it does not end
    /// before `end`.
    pub(super) fn line(&mut self, text: &str, end: usize) -> Option<Rank> {
        let rest = text.as_bytes().get(self.at..end)?;
        let length = memchr::memchr(b'\n', rest)?;
        let next = self.at + length + 1;
        let rank = if self.is_within_line {
            self.is_within_line = false;
            Rank::Bound
        } else {
            self.read(text, self.at..self.at + length)
        };
        self.at = next;
        Some(rank)
    }

    /// Reads the start of a line that is too long, as far as to this byte.
    pub(super) fn go_on_within_line(&mut self, text: &str, until: usize) {
        // The lines before it are short, and were read.
        if !self.is_within_line {
            self.read(text, self.at..until);
        }
        self.is_within_line = true;
        self.at = until;
    }

    /// What is open where the scan is.
    pub(super) fn opening(&self, text: &str) -> Option<Box<Opening>> {
        if self.is_within_line {
            return opening::within_line(self, text);
        }
        // The start of the line tells which items it leaves.
        let until = text.floor_char_boundary(self.at + GLANCE);
        let rest = text.as_bytes().get(self.at..until).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut after = self.clone();
        after.read(text, self.at..self.at + length);
        opening::at_line(&after, after.around, text, self.at)
    }

    /// Becomes the same as another one.
    pub(super) fn copy_from(&mut self, other: &Self) {
        let mut items = std::mem::take(&mut self.items);
        items.clone_from(&other.items);
        *self = Self { items, last: other.last.clone(), ahead: Arc::clone(&other.ahead), ..*other };
    }

    fn read(&mut self, text: &str, range: Range<usize>) -> Rank {
        self.stands_apart = false;
        let whole = text.get(range.clone()).unwrap_or_default();
        if whole.is_empty() && self.quotes == 0 {
            return self.blank();
        }
        let (quotes, rest) = line::without_bars(whole);
        let (column, bytes) = indent(rest);
        let inner = rest.get(bytes..).unwrap_or_default();
        let from = range.end - inner.len();
        let rank = self.within(text, &range, quotes, column, inner);
        if let Some(rank) = rank {
            self.last = from..range.end;
            return rank;
        }
        // An item of any number begins where the one before it is left.
        let is_left = self.items.last().is_some_and(|item| column < item.content);
        let begins = begins_block(inner) || (is_left && marker(inner).is_some());
        let is_lazy = self.leaf == Leaf::Paragraph && !begins && !is_blank(inner);
        let is_new_quote = quotes != self.quotes && !(is_lazy && quotes < self.quotes);
        if is_new_quote {
            self.quotes = quotes;
            self.items.clear();
            self.leaf = Leaf::Nothing;
        }
        if is_blank(inner) {
            return self.blank();
        }
        let follows = self.line == Line::Other;
        let rank = self.block(text, column, from..range.end, is_lazy);
        let rank = if is_new_quote { rank.max(Rank::Item) } else { rank };
        let is_in_quote = self.quotes > 0 && !is_new_quote;
        self.stands_apart = follows && !is_in_quote && (self.stands_apart || is_new_quote);
        self.last = from..range.end;
        if is_in_quote { rank.min(Rank::Text) } else { rank }
    }

    fn blank(&mut self) -> Rank {
        let is_text = matches!(self.leaf, Leaf::Paragraph | Leaf::Table { .. });
        if is_text {
            self.leaf = Leaf::Nothing;
        }
        let in_code = matches!(self.leaf, Leaf::Fence { .. });
        let rank = if in_code && self.line != Line::Blank { Rank::Block } else { Rank::Bound };
        self.line = Line::Blank;
        self.around = self.items.len();
        rank
    }

    /// A line in a fence or a formula; `None` when it is in none, or not any more.
    fn within(
        &mut self,
        text: &str,
        range: &Range<usize>,
        quotes: usize,
        column: usize,
        inner: &str,
    ) -> Option<Rank> {
        let before = std::mem::replace(&mut self.line, Line::of(inner));
        self.around = self.items.len();
        match self.leaf {
            Leaf::Fence { sign, length, .. } => {
                let content = self.items.last().map_or(0, |item| item.content);
                let is_left = quotes < self.quotes || (column < content && !is_blank(inner));
                if is_left {
                    self.leaf = Leaf::Nothing;
                    self.line = before;
                    return None;
                }
                if column < content + 4 && line::ends_fence(inner, sign, length) {
                    self.leaf = Leaf::Nothing;
                    // It must not begin a part: it would open a fence there.
                    return Some(Rank::Bound);
                }
                Some(if before == Line::Blank { Rank::Bound } else { Rank::Block })
            }
            Leaf::Formula { to, .. } if range.start < to => {
                if range.end >= to {
                    let rest = text.get(to..range.end).unwrap_or_default();
                    self.leaf = if is_blank(rest) { Leaf::Nothing } else { Leaf::Paragraph };
                    return Some(Rank::Bound);
                }
                Some(Rank::Block)
            }
            _ => {
                self.line = before;
                None
            }
        }
    }

    /// A line with a text, outside of code: `range` is that text, which begins in this column.
    fn block(&mut self, text: &str, column: usize, range: Range<usize>, is_lazy: bool) -> Rank {
        let mut inner = text.get(range.clone()).unwrap_or_default();
        let was_blank = self.line == Line::Blank;
        let mut sibling = None;
        while let Some(item) = self.items.pop_if(|item| !is_lazy && column < item.content) {
            sibling = Some(item);
        }
        self.around = self.items.len();
        let content = self.items.last().map_or(0, |item| item.content);
        let is_code = column >= content + 4 && self.leaf != Leaf::Paragraph;
        if sibling.is_some() || is_code {
            self.leaf = Leaf::Nothing;
        }
        let mut begins_item = false;
        let mut column = column;
        while let Some(marker) = self.next_marker(inner, column, sibling.is_some()) {
            self.leaf = Leaf::Nothing;
            begins_item = true;
            let behind = inner.get(marker.columns..).unwrap_or_default();
            let (blanks, bytes) = indent(behind);
            let gap = if is_blank(behind) || blanks > 4 { 1 } else { blanks };
            let content = column + marker.columns + gap;
            self.items.push(item(marker, column, content, sibling.take()));
            column += marker.columns + blanks;
            inner = behind.get(bytes..).unwrap_or_default();
        }
        let from = range.end - inner.len();
        let before = self.leaf;
        if !is_code {
            self.leaf(text, column, from..range.end);
        }
        let follows = was_blank || is_heading(inner);
        let goes_on = match (before, self.leaf) {
            (Leaf::Paragraph, _) if begins_item => true,
            (Leaf::Paragraph, Leaf::Paragraph) | (Leaf::Table { .. }, Leaf::Table { .. }) => true,
            _ => begins_item && self.items.get(self.around).is_some_and(|item| item.before > 0),
        };
        self.stands_apart = self.around == 0 && !goes_on;
        let is_setext = before == Leaf::Paragraph && is_underline(inner);
        self.line = if is_heading(inner) || is_setext { Line::Heading } else { Line::Other };
        match before {
            Leaf::Table { .. } if matches!(self.leaf, Leaf::Table { .. }) => Rank::Block,
            Leaf::Paragraph if matches!(self.leaf, Leaf::Table { .. }) => Rank::Bound,
            _ if is_setext => Rank::Bound,
            _ if self.around > 0 && (follows || begins_item) => Rank::Nested,
            _ if self.around > 0 => Rank::Block,
            _ if begins_item => Rank::Item,
            _ if is_code => Rank::Block,
            _ if follows => Rank::Apart,
            Leaf::Paragraph if self.leaf == Leaf::Paragraph => Rank::Text,
            _ => Rank::Item,
        }
    }

    /// The marker of an item that begins in this column.
    fn next_marker(&self, inner: &str, column: usize, has_sibling: bool) -> Option<Marker> {
        let content = self.items.last().map_or(0, |item| item.content);
        if column >= content + 4 || self.items.len() >= MAX_ITEMS {
            return None;
        }
        let marker = marker(inner)?;
        let interrupts = marker.number.is_none_or(|number| number == 1)
            && !is_blank(inner.get(marker.columns..).unwrap_or_default());
        let may = self.leaf != Leaf::Paragraph || has_sibling || interrupts;
        may.then_some(marker)
    }

    /// What block a text begins or goes on with.
    fn leaf(&mut self, text: &str, column: usize, range: Range<usize>) {
        let inner = text.get(range.clone()).unwrap_or_default();
        if let Some((sign, length)) = fence(inner) {
            let to = range.end;
            self.leaf = Leaf::Fence { from: range.start, to, column, sign, length };
            return;
        }
        if is_heading(inner) || is_rule(inner) {
            self.leaf = Leaf::Nothing;
            return;
        }
        if may_be_formula(inner)
            && let Some(formula) = self.formula(text, range.start)
            && formula.end > range.end
        {
            self.leaf = Leaf::Formula { from: formula.start, to: formula.end };
            return;
        }
        self.leaf = match self.leaf {
            table @ Leaf::Table { .. } => table,
            Leaf::Paragraph if is_delimiter(inner) && self.last_has_bar(text) => {
                Leaf::Table { from: self.last.start, to: range.end }
            }
            _ if inner.is_empty() => Leaf::Nothing,
            _ => Leaf::Paragraph,
        };
    }

    fn last_has_bar(&self, text: &str) -> bool {
        text.get(self.last.clone()).is_some_and(|last| last.contains('|'))
    }

    /// The formula that begins at a byte, if it has several lines. What is ahead is looked through
    /// in steps, so that no byte is looked at more than a few times.
    fn formula(&mut self, text: &str, at: usize) -> Option<Range<usize>> {
        if at + REACH / 2 > self.looked && self.looked < text.len() {
            let until = text.floor_char_boundary(at + REACH);
            let piece = text.get(at..until).unwrap_or_default();
            let found = formulas(piece, &code_ranges(piece)).into_iter();
            let long = found.filter(|formula| {
                let whole = piece.get(formula.whole.clone()).unwrap_or_default();
                formula.place == Place::OwnLines && whole.contains('\n')
            });
            self.ahead = long.map(|it| at + it.whole.start..at + it.whole.end).collect();
            self.looked = until;
        }
        let found = self.ahead.binary_search_by_key(&at, |range| range.start).ok()?;
        self.ahead.get(found).cloned()
    }
}

/// An item with this marker, which may follow another one in the same list.
fn item(marker: Marker, column: usize, content: usize, sibling: Option<Item>) -> Item {
    let is_same_list = |last: &Item| {
        last.marker.sign == marker.sign && last.marker.number.is_some() == marker.number.is_some()
    };
    match sibling.filter(is_same_list) {
        Some(last) => Item {
            column,
            content,
            marker,
            first: last.first,
            before: last.before + 1,
            is_counted: last.is_counted && marker.number == last.first,
        },
        None => Item {
            column,
            content,
            marker,
            first: marker.number,
            before: 0,
            is_counted: marker.number.is_some(),
        },
    }
}
