//! A huge text in parts, so that opening it costs no more than the part that is seen.
//!
//! ```text
//!  text ─► scan (a line at a time: what is open) ─► the best line to end a part with
//!       ─► Part: its text, and the lines that have to stand in front of it to be read as what it is
//! ```
//!
//! A part has about 16 KiB and ends between two blocks. Where a block alone is larger, the part
//! ends between two of its lines, and the next one knows what is open: the quotes and lists around
//! it, the fence, the head of the table, the formula. The text is passed through once, no further
//! than to the part that is asked for, and no further than 512 KiB: what stands behind is cut by its
//! bytes, between lines, so that the end of a text of any size is there at once.
//!
//! Whether a list has blank lines between its items, and how wide its numbers are, is told by all of
//! it: where a part ends within lists, a second pass reads on to their end, within the same 512 KiB.
//!
//! Parts are of the text as it was sent: each is cleaned by itself. Must not know how lines are
//! laid out.

mod line;
mod lists;
mod open;
mod opening;
mod scan;

use crate::text::{Clean, clean_text, cut_near};

pub(super) use opening::Front;
pub use opening::Opening;

use lists::Lists;
use scan::{Rank, Scan};

/// The usual length of a part.
const STEP: usize = 16 * 1024;
/// A part has at least so many bytes, and the last one at most the double of it more.
const LEAST: usize = 8 * 1024;
/// And at most so many.
const MOST: usize = 24 * 1024;
/// A text of so many bytes is one part.
const WHOLE: usize = 20 * 1024;

/// So many bytes are passed through; behind them parts are cut by bytes.
const SCANNED: usize = 512 * 1024;
/// How far before a place a line is looked for to cut at.
const BACK: usize = 4 * 1024;

/// The parts of one text, as far as they were asked for.
#[derive(Debug)]
pub struct Parts {
    starts: Vec<Start>,
    scan: Scan,
    lists: Lists,
    is_whole: bool,
}

/// Where a part begins.
#[derive(Debug)]
struct Start {
    at: usize,
    /// A blank line belongs before it, without the bars of quotes.
    stands_apart: bool,
    opening: Option<Box<Opening>>,
}

/// One part of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<'a> {
    /// The byte of the text that it begins with.
    pub start: usize,
    /// All of it; the parts of a text, put together, are the text.
    pub text: &'a str,
    /// What is open where it begins.
    pub opening: Option<&'a Opening>,
    /// The same of the next part.
    next: Option<&'a Opening>,
    /// Another part follows.
    pub continues: bool,
    /// A formula that it does not end: where in the text it begins.
    pub cut_formula: Option<usize>,
    /// It ends with the LF that ends its last line, and more follows. That LF does not begin
    /// another line in this part: see [`Part::body`].
    ends_line: bool,
    /// A blank line belongs before the next part.
    ends_block: bool,
}

impl<'a> Part<'a> {
    /// A text that is not in parts.
    pub fn whole(text: &'a str) -> Self {
        Self {
            start: 0,
            text,
            opening: None,
            next: None,
            continues: false,
            cut_formula: None,
            ends_line: false,
            ends_block: false,
        }
    }

    /// Whether it is read as a text that stands alone would be.
    pub fn is_alone(&self) -> bool {
        let goes_on = self.next.is_some_and(|next| !next.lists().is_empty());
        self.opening.is_none() && self.cut_formula.is_none() && !goes_on
    }

    /// Whether a blank line stands between it and the next part.
    pub(super) fn ends_apart(&self) -> bool {
        self.ends_block && !self.body().trim().is_empty()
    }

    /// The part, cleaned, behind the lines that open it.
    pub(super) fn with_front(&self, clean: &Clean<'_>) -> (Clean<'static>, Front) {
        let mut source = self.opening.map(Opening::lines).unwrap_or_default();
        let bytes = source.len();
        source.push_clean(clean);
        // What is cleaned may be longer or shorter.
        let cleaned = |sent: usize| {
            let before = self.body().get(..sent.min(self.body().len())).unwrap_or_default();
            let at = bytes + clean_text(before).len();
            if source.as_str().is_char_boundary(at) { at } else { source.len() }
        };
        let formula_to = self.opening.and_then(Opening::formula_to).map(cleaned);
        let formula_from = self.cut_formula.map(cleaned);
        let lists = |of: Option<&Opening>| of.map(|it| it.lists().to_vec()).unwrap_or_default();
        let front = Front {
            bytes,
            before: lists(self.opening),
            behind: lists(self.next),
            is_apart: self.opening.is_some_and(Opening::is_apart),
            formula_to,
            formula_from,
        };
        (source, front)
    }

    /// The text without the line feed that ends the part's last line: what to clean and lay out.
    pub fn body(&self) -> &'a str {
        if !self.ends_line {
            return self.text;
        }
        let body = self.text.strip_suffix('\n').unwrap_or(self.text);
        body.strip_suffix('\r').unwrap_or(body)
    }
}

impl Default for Parts {
    fn default() -> Self {
        let starts = vec![Start { at: 0, stands_apart: false, opening: None }];
        Self { starts, scan: Scan::default(), lists: Lists::default(), is_whole: false }
    }
}

impl Parts {
    /// Whether a text has only one part.
    pub fn is_one(text: &str) -> bool {
        text.len() <= WHOLE
    }

    /// How many parts the text has; at least one.
    pub fn count(&mut self, text: &str) -> u32 {
        while self.find_next(text) {}
        super::small(self.starts.len() - 1 + self.tail(text).1)
    }

    /// One part of the text, which must be the same at each call; `None` when there is none of that
    /// number. Passes through the text as far as the end of that part.
    pub fn part<'a>(&'a mut self, text: &'a str, index: u32) -> Option<Part<'a>> {
        let index = index as usize;
        while self.starts.len() <= index + 1 && self.find_next(text) {}
        let Some((start, next)) = self.starts.get(index).zip(self.starts.get(index + 1)) else {
            return self.tail_part(text, (index + 1).checked_sub(self.starts.len())?);
        };
        let cut = next.opening.as_ref().and_then(|opening| opening.formula_from);
        let piece = text.get(start.at..next.at)?;
        Some(Part {
            start: start.at,
            text: piece,
            opening: start.opening.as_deref(),
            next: next.opening.as_deref(),
            continues: true,
            cut_formula: cut.map(|from| from.saturating_sub(start.at)),
            ends_line: piece.ends_with('\n'),
            ends_block: next.stands_apart,
        })
    }

    /// Where the parts begin that are not found by passing through, and how many they are.
    fn tail(&self, text: &str) -> (usize, usize) {
        let from = self.starts.last().map_or(0, |start| start.at);
        let left = text.len() - from;
        (from, if left <= WHOLE { 1 } else { left.div_ceil(STEP) })
    }

    /// One of these parts.
    fn tail_part<'a>(&'a self, text: &'a str, index: usize) -> Option<Part<'a>> {
        let (from, count) = self.tail(text);
        let place = |index: usize| match index {
            0 => from,
            _ if index >= count => text.len(),
            _ => line_near(text, from + index * STEP),
        };
        let continues = index + 1 < count;
        let piece = text.get(place(index)..place(index + 1)).filter(|_| index < count)?;
        let first = self.starts.last().filter(|_| index == 0);
        let blank = |text: &str| text.trim_end_matches([' ', '\t', '\r']).ends_with('\n');
        Some(Part {
            ends_block: continues && piece.strip_suffix('\n').is_some_and(blank),
            opening: first.and_then(|start| start.opening.as_deref()),
            continues,
            ends_line: continues && piece.ends_with('\n'),
            ..Part { start: place(index), ..Part::whole(piece) }
        })
    }

    /// Finds where the next part begins; says whether there is one.
    fn find_next(&mut self, text: &str) -> bool {
        let from = self.starts.last().map_or(0, |start| start.at);
        if self.is_whole || text.len() - from <= WHOLE || from >= SCANNED {
            self.is_whole = true;
            return false;
        }
        let start = next_start(text, from, &mut self.scan, &mut self.lists);
        self.lists.forget_before(start.at, &self.scan.containers);
        self.starts.push(start);
        true
    }
}

/// The best place to cut a text at or before a byte, without knowing what it is in.
fn line_near(text: &str, near: usize) -> usize {
    let before = text.as_bytes().get(near.saturating_sub(BACK)..near).unwrap_or_default();
    let feed = memchr::memrchr(b'\n', before);
    feed.map_or_else(|| cut_near(text, near), |feed| near - before.len() + feed + 1)
}

/// Where the part ends that begins at `from`. The scan is there, and is at that end afterwards.
fn next_start(text: &str, from: usize, scan: &mut Scan, lists: &mut Lists) -> Start {
    let end = text.floor_char_boundary(from + MOST);
    let mut best: Option<(Rank, Scan)> = None;
    let mut before = scan.clone();
    while scan.at < end {
        before.copy_from(scan);
        let Some(rank) = scan.line(text, end) else { break };
        let is_late = before.at > from + STEP;
        let best_rank = best.as_ref().map(|(rank, _)| *rank);
        if is_late && best_rank.is_some_and(|rank| rank >= Rank::Text) {
            break;
        }
        let is_better = best_rank.is_none_or(|best| rank > best || (rank == best && !is_late));
        if before.at >= from + LEAST && is_better {
            match &mut best {
                Some((best, state)) => {
                    *best = rank;
                    state.copy_from(&before);
                }
                None => best = Some((rank, before.clone())),
            }
        }
    }
    if let Some((_, state)) = best {
        *scan = state;
    } else if scan.at < from + LEAST {
        // One line that is longer than a part, or nearly: its start tells what is open in it.
        scan.go_on_within_line(text, cut_near(text, from + STEP));
    }
    let (opening, stands_apart) = scan.opening(text, lists);
    Start { at: scan.at, stands_apart, opening }
}

#[cfg(test)]
mod tests;
