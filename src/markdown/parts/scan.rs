//! The pass through a text, a line at a time: what is open at each of them.
//!
//! It follows `CommonMark` as far as the ends of parts depend on it. Where it is wrong, a part is
//! read as one that stands alone would be.

use std::ops::Range;
use std::sync::Arc;

use super::line::{
    self, Marker, Rest, begins_block, fence, is_blank, is_delimiter, is_heading, is_rule,
    is_underline, marker, may_be_formula,
};
use super::lists::Lists;
use super::open::{Container, Gap, Item, Leaf};
use super::opening::{self, Opening};
use crate::markdown::mask::code_ranges;
use crate::maths::{Place, formulas};

/// How many quotes and items in each other are followed.
const MAX_DEPTH: usize = 32;
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
    /// A block within a quote or an item of a list.
    Nested,
    /// Within a paragraph: its lines are shown as they are written.
    Text,
    /// An item, or a block that follows without a blank line.
    Item,
    /// A block behind a blank line, or a heading.
    Apart,
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
    /// The quotes and items that are open, from the outermost one on.
    pub(super) containers: Vec<Container>,
    pub(super) leaf: Leaf,
    /// How many of them the line goes on with that was read last.
    pub(super) around: usize,
    /// What the line was that was read last.
    line: Line,
    /// The item that was begun last has nothing yet.
    is_empty: bool,
    /// Before the line that was read last.
    pub(super) gap: Gap,
    /// That line goes on with the text before it, or makes a heading or a table of it.
    pub(super) goes_on: bool,
    /// The list that this line shows to have blank lines between its items.
    pub(super) loosened: Option<usize>,
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
            containers: Vec::new(),
            leaf: Leaf::Nothing,
            around: 0,
            line: Line::Blank,
            is_empty: true,
            gap: Gap::No,
            goes_on: false,
            loosened: None,
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

    /// Reads the last line, which nothing ends.
    pub(super) fn rest(&mut self, text: &str) {
        self.read(text, self.at..text.len());
        self.at = text.len();
    }

    /// What is open where the scan is; and whether a blank line belongs there that has no
    /// bars of quotes.
    pub(super) fn opening(&self, text: &str, lists: &mut Lists) -> (Option<Box<Opening>>, bool) {
        if self.is_within_line {
            return (opening::within_line(self, text), false);
        }
        // The start of the line tells which items it leaves.
        let until = text.floor_char_boundary(self.at + GLANCE);
        let rest = text.as_bytes().get(self.at..until).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut after = self.clone();
        after.read(text, self.at..self.at + length);
        opening::at_line(&after, text, self.at, lists)
    }

    /// Becomes the same as another one.
    pub(super) fn copy_from(&mut self, other: &Self) {
        let mut containers = std::mem::take(&mut self.containers);
        containers.clone_from(&other.containers);
        *self = Self {
            containers,
            last: other.last.clone(),
            ahead: Arc::clone(&other.ahead),
            ..*other
        };
    }

    fn read(&mut self, text: &str, range: Range<usize>) -> Rank {
        (self.gap, self.goes_on, self.loosened) = (Gap::No, false, None);
        let mut rest = Rest::of(text.get(range.clone()).unwrap_or_default());
        let kept = self.kept(&mut rest);
        let (column, inner) = rest.indent();
        let from = range.end - inner.len();
        if let Some(rank) = self.within(&range, kept, column, inner) {
            self.last = from..range.end;
            return rank;
        }
        if is_blank(inner) {
            self.containers.truncate(kept);
            return self.blank();
        }
        // An item of any number begins where the one before it is left.
        let left = self.containers.get(kept);
        let is_item_left = left.is_some_and(|left| left.item().is_some());
        let begins = begins_block(inner) || (is_item_left && marker(inner).is_some());
        let is_lazy = left.is_some() && self.leaf == Leaf::Paragraph && (!begins || column >= 4);
        let rank = if is_lazy {
            (self.around, self.line) = (self.containers.len(), Line::Other);
            self.goes_on = true;
            Rank::Bound
        } else {
            self.block(text, kept, rest, range.end)
        };
        self.last = from..range.end;
        rank
    }

    /// How many containers a line goes on with; takes what belongs to them away from it.
    fn kept(&self, rest: &mut Rest<'_>) -> usize {
        let goes_on = |container: &Container| match container {
            Container::Quote => rest.skip_bar(),
            Container::Item(item) => {
                let (column, inner) = rest.indent();
                let is_inside = column >= item.content;
                if is_inside {
                    rest.skip(item.content);
                }
                is_inside || is_blank(inner)
            }
        };
        self.containers.iter().map(goes_on).take_while(|goes_on| *goes_on).count()
    }

    fn blank(&mut self) -> Rank {
        if matches!(self.leaf, Leaf::Paragraph | Leaf::Table { .. }) {
            self.leaf = Leaf::Nothing;
        }
        self.line = Line::Blank;
        self.around = self.containers.len();
        Rank::Bound
    }

    /// A line in a fence or a formula; `None` when it is in none, or not any more.
    fn within(
        &mut self,
        range: &Range<usize>,
        kept: usize,
        column: usize,
        inner: &str,
    ) -> Option<Rank> {
        match self.leaf {
            Leaf::Fence { sign, length, .. } => {
                if kept < self.containers.len() {
                    self.leaf = Leaf::Nothing;
                    return None;
                }
                let before = std::mem::replace(&mut self.line, Line::of(inner));
                self.around = self.containers.len();
                if column < 4 && line::ends_fence(inner, sign, length) {
                    self.leaf = Leaf::Nothing;
                    // It must not begin a part: it would open a fence there.
                    return Some(Rank::Bound);
                }
                Some(if before == Line::Blank { Rank::Bound } else { Rank::Block })
            }
            Leaf::Formula { to, .. } if range.start < to => {
                self.line = Line::of(inner);
                self.around = self.containers.len();
                if range.end >= to {
                    // To the parser it is a word of a paragraph, which may go on.
                    self.leaf = Leaf::Paragraph;
                    return Some(Rank::Bound);
                }
                Some(Rank::Block)
            }
            _ => None,
        }
    }

    /// A line with a text, outside of code: what is left of it, behind what it goes on with.
    fn block(&mut self, text: &str, kept: usize, mut rest: Rest<'_>, end: usize) -> Rank {
        let was_blank = self.line == Line::Blank;
        let is_left = kept < self.containers.len();
        let was_heading = self.line == Line::Heading && !is_left;
        let was_empty = self.is_empty && !is_left;
        let sibling = self.containers.get(kept).and_then(Container::item).copied();
        let leaves_quote =
            self.containers.iter().skip(kept).any(|container| container.item().is_none());
        if is_left {
            self.containers.truncate(kept);
            self.leaf = Leaf::Nothing;
        }
        self.around = kept;
        let is_code = rest.indent().0 >= 4 && self.leaf != Leaf::Paragraph;
        let before = self.leaf;
        self.open(&mut rest, end, sibling);
        let begun = self.containers.get(kept).copied();
        let (column, inner) = rest.indent();
        if is_code && begun.is_none() {
            self.leaf = Leaf::Indented;
        } else {
            self.leaf(text, column, end - inner.len()..end);
        }
        self.is_empty = begun.is_some() && is_blank(inner);
        let goes_on = begun.is_none()
            && matches!(
                (before, self.leaf),
                (Leaf::Paragraph, Leaf::Paragraph)
                    | (Leaf::Paragraph | Leaf::Table { .. }, Leaf::Table { .. })
                    | (Leaf::Indented, Leaf::Indented)
            );
        let is_setext = before == Leaf::Paragraph && begun.is_none() && is_underline(inner);
        if is_setext {
            self.leaf = Leaf::Nothing;
        }
        self.goes_on = goes_on || is_setext;
        self.line = if is_heading(inner) || is_setext { Line::Heading } else { Line::Other };
        let begins_item = begun.is_some_and(|begun| begun.item().is_some());
        if !goes_on && !is_setext && !was_empty {
            let is_free = (before == Leaf::Paragraph && begins_item) || was_heading;
            self.part_from_before(begun, was_blank, was_blank || !is_free);
        }
        let is_changed = leaves_quote || (begun == Some(Container::Quote));
        let follows = was_blank || is_heading(inner);
        match before {
            Leaf::Table { .. } if goes_on => Rank::Block,
            Leaf::Paragraph if matches!(self.leaf, Leaf::Table { .. }) => Rank::Bound,
            Leaf::Indented if goes_on && was_blank => Rank::Bound,
            _ if is_setext => Rank::Bound,
            _ if kept > 0 && (follows || begun.is_some()) => Rank::Nested,
            _ if kept > 0 => Rank::Block,
            _ if begins_item => Rank::Item,
            _ if is_code => Rank::Block,
            _ if follows => Rank::Apart,
            Leaf::Paragraph if self.leaf == Leaf::Paragraph && !is_changed => Rank::Text,
            _ => Rank::Item,
        }
    }

    /// Notes whether a blank line belongs before a block that follows another one in the same
    /// container: `is_wanted` tells it for those that are in no list.
    fn part_from_before(&mut self, begun: Option<Container>, was_blank: bool, is_wanted: bool) {
        let around = self.around.checked_sub(1).and_then(|at| self.containers.get(at));
        let next = begun.as_ref().and_then(Container::item).filter(|item| item.before > 0);
        let list = next.or(around.and_then(Container::item)).map(|item| item.list);
        self.loosened = list.filter(|_| was_blank);
        self.gap = match list {
            Some(list) if is_wanted || next.is_some() => Gap::IfLoose(list),
            None if is_wanted => Gap::Yes,
            _ => Gap::No,
        };
    }

    /// Opens the quotes and items that a line begins, the first of which may follow an item.
    fn open(&mut self, rest: &mut Rest<'_>, end: usize, mut sibling: Option<Item>) {
        while self.containers.len() < MAX_DEPTH {
            let (column, inner) = rest.indent();
            if column >= 4 {
                return;
            }
            if rest.skip_bar() {
                self.containers.push(Container::Quote);
                (self.leaf, sibling) = (Leaf::Nothing, None);
                continue;
            }
            let Some(marker) = self.next_marker(inner, sibling.is_some()) else { return };
            self.leaf = Leaf::Nothing;
            let list = end - inner.len();
            rest.skip(column);
            rest.skip_signs(marker.columns);
            let (blanks, behind) = rest.indent();
            let gap = if is_blank(behind) || blanks > 4 { 1 } else { blanks };
            rest.skip(gap.min(blanks));
            let content = column + marker.columns + gap;
            let item = Item::new(list, marker, content, sibling.take());
            self.containers.push(Container::Item(item));
        }
    }

    /// The marker of an item that begins with this text.
    fn next_marker(&self, inner: &str, has_sibling: bool) -> Option<Marker> {
        let marker = marker(inner)?;
        let interrupts = marker.number.is_none_or(|number| number == 1)
            && !is_blank(inner.get(marker.columns..).unwrap_or_default());
        let may = self.leaf != Leaf::Paragraph || has_sibling || interrupts;
        may.then_some(marker)
    }

    /// What block a text begins or goes on with.
    fn leaf(&mut self, text: &str, column: usize, range: Range<usize>) {
        let inner = text.get(range.clone()).unwrap_or_default();
        if column >= 4 && self.leaf != Leaf::Paragraph {
            self.leaf = if inner.is_empty() { Leaf::Nothing } else { Leaf::Indented };
            return;
        }
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
