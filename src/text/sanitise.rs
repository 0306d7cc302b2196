//! The sanitising policy: what becomes of each character on its way to a screen or a clipboard.
//!
//! Processes text cluster by cluster. Dropping or replacing a character can join its neighbours
//! (two regional indicators, a letter and the marks after the dropped character). So after each
//! change the next cluster is compared with the last one written, and if they join, both are
//! filtered again as one. This makes cleaning idempotent.
//!
//! Must not know panes; counts columns only to expand tabs.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::class::{
    BLACK_FLAG, CANCEL_TAG, KEYCAP, Lines, direction_name, extends, is_direction_mark, is_flag_tag,
    is_hidden, is_joiner, is_noncharacter, is_pictographic, is_plain, is_presentation,
    plain_prefix, stands_alone,
};
use super::small;

/// The most marks on one base. Natural languages need 4 or 5; floods of marks have broken terminals
/// (CVE-2021-27135, CVE-2021-26937).
const MAX_MARKS: usize = 8;
/// The most code points in one cluster.
const MAX_CLUSTER: usize = 32;
/// The longest tag name in a flag (`gbeng`, `usca`), by Unicode's rule for subdivisions.
const MAX_FLAG_NAME: usize = 6;
/// The base for a mark that has none.
const DOTTED_CIRCLE: char = '\u{25CC}';
const TAB: usize = 4;

/// The destination of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextSink {
    /// Terminal cells, several lines.
    Screen,
    /// Terminal cells, one line.
    Line,
    /// The clipboard.
    Clipboard,
    /// An exported document, in which replaced characters stay visible.
    Document,
}

/// The result of cleaning: see [`super::Clean`].
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) marks: Vec<Range<u32>>,
    pub(super) hidden: u32,
}

/// Applies the policy of a sink.
pub(super) fn sanitise(text: &str, sink: TextSink) -> Cleaned {
    let mut cleaner = Cleaner {
        sink,
        out: String::with_capacity(text.len()),
        marks: Vec::new(),
        hidden: 0,
        tail: 0,
        touched: false,
        alone: true,
        gap: sink == TextSink::Line,
        column: Column { at: 0, columns: 0 },
    };
    cleaner.run(text);
    if sink == TextSink::Line {
        cleaner.trim_end();
    }
    Cleaned { text: cleaner.out, marks: cleaner.marks, hidden: small(cleaner.hidden) }
}

/// Counts the columns of the current line, for tabs.
struct Column {
    at: usize,
    columns: usize,
}

struct Cleaner {
    sink: TextSink,
    out: String,
    marks: Vec<Range<u32>>,
    hidden: usize,
    /// The start of the last cluster in `out`.
    tail: usize,
    /// Whether the end of `out` differs from the source there.
    touched: bool,
    /// Whether the next cluster has no base before it to which a mark could attach.
    alone: bool,
    /// On a single line: skips white space until the next word.
    gap: bool,
    column: Column,
}

impl Cleaner {
    fn run(&mut self, text: &str) {
        let lines = if self.sink == TextSink::Line { Lines::Joined } else { Lines::Kept };
        let mut rest = text;
        while !rest.is_empty() {
            if !self.touched && !self.gap {
                rest = self.copy_plain(rest, lines);
            }
            for cluster in rest.graphemes(true) {
                self.cluster(cluster);
                rest = rest.get(cluster.len()..).unwrap_or_default();
                let plain_next = rest.chars().next().is_some_and(is_plain);
                if plain_next && !self.touched && !self.gap {
                    break;
                }
            }
        }
    }

    /// Copies a run of plain characters. Leaves the last one if others follow, because it may be
    /// the base of a cluster.
    fn copy_plain<'t>(&mut self, text: &'t str, lines: Lines) -> &'t str {
        let mut end = plain_prefix(text, lines);
        if end < text.len() {
            let run = text.get(..end).unwrap_or_default();
            end = run.char_indices().next_back().map_or(0, |(at, _)| at);
        }
        let (run, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        if let Some(last) = run.chars().next_back() {
            if let Some(feed) = memchr::memrchr(b'\n', run.as_bytes()) {
                self.column = Column { at: self.out.len() + feed + 1, columns: 0 };
            }
            self.out.push_str(run);
            self.tail = self.out.len() - last.len_utf8();
            self.alone = false;
        }
        rest
    }

    fn cluster(&mut self, cluster: &str) {
        let mut chars = cluster.chars();
        let Some(first) = chars.next() else { return };
        match first {
            '\n' | '\u{2028}' | '\u{2029}' => self.line_break(),
            '\r' if chars.next().is_some() => self.line_break(),
            _ if first.is_control() => self.control(first),
            // Format controls that are clusters of their own. `filter` handles the others.
            _ if is_hidden(first) && cluster.len() == first.len_utf8() => self.invisible(first),
            _ => self.ordinary(cluster),
        }
    }

    fn line_break(&mut self) {
        if self.sink == TextSink::Line {
            self.trim_end();
            self.gap = true;
        } else {
            self.tail = self.out.len();
            self.out.push('\n');
            self.column = Column { at: self.out.len(), columns: 0 };
        }
        self.touched = false;
        self.alone = true;
    }

    fn control(&mut self, c: char) {
        self.alone = true;
        match (c, self.sink) {
            ('\t', TextSink::Clipboard | TextSink::Document) => {
                self.tail = self.out.len();
                self.out.push('\t');
            }
            ('\t', _) => self.tab(),
            (_, TextSink::Clipboard) => self.touched = true,
            ('\u{80}'..='\u{9F}', _) => self.code(c),
            ('\u{7F}', _) => self.stand_in("\u{2421}"),
            _ => {
                let picture = char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}');
                self.stand_in(picture.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn tab(&mut self) {
        if self.gap {
            return;
        }
        self.make_place(" ");
        let since = self.out.get(self.column.at..).unwrap_or_default();
        let columns = self.column.columns + super::width(since);
        let blanks = TAB - columns % TAB;
        self.append(&" ".repeat(blanks));
        self.column = Column { at: self.out.len(), columns: columns + blanks };
    }

    fn invisible(&mut self, c: char) {
        // Only a character that ends its cluster leaves the next one without a base.
        self.alone |= !extends(c);
        if matches!(self.sink, TextSink::Screen | TextSink::Line)
            && let Some(name) = direction_name(c)
        {
            self.stand_in(name);
            return;
        }
        self.touched = true;
        if !is_direction_mark(c) {
            self.hidden += 1;
        }
    }

    fn ordinary(&mut self, cluster: &str) {
        let filtered = filter(cluster, self.sink, self.alone);
        self.alone = false;
        self.hidden += filtered.as_ref().map_or(0, |filtered| filtered.dropped);
        let kept = filtered.as_ref().map_or(cluster, |filtered| &filtered.text);
        if kept.is_empty() {
            self.touched = true;
            return;
        }
        if self.gap && kept.chars().all(char::is_whitespace) {
            return;
        }
        self.leave_gap();
        if filtered.is_none() {
            self.write(kept);
            return;
        }
        // What is left may be several clusters, and the first may join what stands before it.
        self.touched = true;
        for part in kept.graphemes(true) {
            self.write(part);
            self.touched = true;
        }
    }

    fn write(&mut self, cluster: &str) {
        if self.touched && joins(self.out.get(self.tail..).unwrap_or_default(), cluster) {
            self.merge(cluster);
        } else {
            self.touched = false;
            self.place(cluster);
        }
    }

    /// Joins `more` to the last cluster and filters the result.
    fn merge(&mut self, more: &str) {
        let mut both = self.out.split_off(self.tail);
        both.push_str(more);
        if self.tail < self.column.at {
            // The last cluster was the last space of a tab.
            let columns = self.column.columns.saturating_sub(1);
            self.column = Column { at: self.tail, columns };
        }
        self.cut_marks();
        self.touched = false;
        for cluster in both.graphemes(true) {
            self.ordinary(cluster);
            self.touched = true;
        }
        self.touched = true;
    }

    fn place(&mut self, cluster: &str) {
        let cells = matches!(self.sink, TextSink::Screen | TextSink::Line);
        let seen = cluster.trim_end();
        if cells && cluster.chars().next().and_then(char::width) == Some(0) && seen.width() == 0 {
            // A letter without a width of its own (a Hangul vowel without its consonant) would
            // never get a cell.
            for c in cluster.chars() {
                if c.is_whitespace() { self.out.push(c) } else { self.code(c) }
            }
            return;
        }
        self.tail = self.out.len();
        self.out.push_str(cluster);
    }

    /// Writes the code point of a character in its place.
    fn code(&mut self, c: char) {
        let mut number = String::new();
        let _ = write!(number, "<{:02X}>", u32::from(c));
        self.stand_in(&number);
    }

    /// Writes a visible substitute, which is painted dim.
    fn stand_in(&mut self, text: &str) {
        self.leave_gap();
        self.make_place(text);
        let from = small(self.out.len());
        self.append(text);
        let to = small(self.out.len());
        match self.marks.last_mut() {
            Some(last) if last.end == from => last.end = to,
            _ => self.marks.push(from..to),
        }
    }

    fn leave_gap(&mut self) {
        if self.gap && !self.out.is_empty() {
            self.make_place(" ");
            self.append(" ");
        }
        self.gap = false;
    }

    /// Writes characters of our own. The first may join the cluster before it, and a mark may join
    /// the last.
    fn append(&mut self, text: &str) {
        let tail = self.out.get(self.tail..).unwrap_or_default();
        let is_plain = tail.chars().next_back().is_none_or(is_plain);
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        if is_plain || last < text.len() || !joins(tail, text) {
            self.tail = self.out.len() + text.len() - last;
        }
        self.out.push_str(text);
        self.touched = true;
    }

    /// Arabic number signs join the text after them into one cluster. If that cluster is full,
    /// drops the last of them.
    fn make_place(&mut self, next: &str) {
        let tail = self.out.get(self.tail..).unwrap_or_default();
        if tail.chars().count() >= MAX_CLUSTER && joins(tail, next) {
            self.out.pop();
            self.hidden += 1;
        }
    }

    fn trim_end(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        self.tail = self.out.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.cut_marks();
    }

    /// Truncates the marks that lie beyond the end of `out`.
    fn cut_marks(&mut self) {
        let end = small(self.out.len());
        self.marks.retain(|mark| mark.start < end);
        if let Some(last) = self.marks.last_mut() {
            last.end = last.end.min(end);
        }
    }
}

/// Whether a cluster and a text join when they touch.
fn joins(cluster: &str, text: &str) -> bool {
    if cluster.is_empty() {
        return false;
    }
    let both = [cluster, text].concat();
    let boundary = GraphemeCursor::new(cluster.len(), both.len(), true).is_boundary(&both, 0);
    boundary == Ok(false)
}

/// A filtered cluster.
struct Filtered {
    text: String,
    dropped: usize,
}

/// Filters a cluster; [`None`] if it can stay unchanged. `alone` means that no base precedes the
/// cluster.
fn filter(cluster: &str, sink: TextSink, alone: bool) -> Option<Filtered> {
    let long = cluster.chars().nth(MAX_MARKS).is_some();
    let odd = cluster.chars().any(|c| is_hidden(c) || is_noncharacter(c));
    let leading = alone && cluster.chars().next().is_some_and(extends);
    if !long && !odd && !leading {
        return None;
    }
    let mut kept = Kept { text: String::new(), chars: 0, marks: 0, last: None, dropped: 0 };
    let mut rest = cluster.chars();
    let mut inside = alone;
    while let Some(c) = rest.next() {
        if kept.chars >= MAX_CLUSTER {
            kept.dropped += 1;
        } else if c == BLACK_FLAG {
            kept.push(c);
            let name = flag_name(rest.as_str());
            if name > 0 && kept.chars + name <= MAX_CLUSTER {
                rest.by_ref().take(name).for_each(|tag| kept.push(tag));
            }
        } else if is_noncharacter(c) {
            kept.push('\u{FFFD}');
        } else if is_hidden(c) {
            let next = rest.clone().next();
            if kept.may_take_hidden(c, next) {
                kept.push(c);
            } else {
                kept.dropped += usize::from(!is_direction_mark(c));
            }
        } else if (long || leading || odd) && inside && extends(c) {
            kept.mark(c, sink);
        } else {
            kept.marks = 0;
            kept.push(c);
        }
        inside = true;
    }
    (kept.text != cluster).then_some(Filtered { text: kept.text, dropped: kept.dropped })
}

/// The part of a cluster kept so far.
struct Kept {
    text: String,
    chars: usize,
    marks: usize,
    last: Option<char>,
    dropped: usize,
}

impl Kept {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.chars += 1;
        self.last = Some(c);
    }

    /// Keeps a mark. Without a base it becomes the base itself or gets a dotted circle.
    fn mark(&mut self, c: char, sink: TextSink) {
        if self.last.is_none() {
            if sink == TextSink::Clipboard || stands_alone(c) {
                self.push(c);
                return;
            }
            self.push(DOTTED_CIRCLE);
        }
        self.marks += 1;
        if self.marks > MAX_MARKS {
            self.dropped += 1;
        } else {
            self.push(c);
        }
    }

    /// Whether an invisible character has a visible effect in this place.
    fn may_take_hidden(&self, c: char, next: Option<char>) -> bool {
        let Some(last) = self.last else { return false };
        if is_joiner(c) {
            return !last.is_whitespace() && !is_joiner(last);
        }
        let keycap = matches!(last, '0'..='9' | '#' | '*')
            && next == Some(KEYCAP)
            && self.chars + 2 <= MAX_CLUSTER;
        is_presentation(c) && (keycap || is_pictographic(last))
    }
}

/// The number of characters of `text` that complete a black flag to the flag of a region; 0 if
/// none.
fn flag_name(text: &str) -> usize {
    let name = text.chars().take_while(|&c| is_flag_tag(c)).take(MAX_FLAG_NAME + 1).count();
    let ended = text.chars().nth(name) == Some(CANCEL_TAG);
    if ended && (3..=MAX_FLAG_NAME).contains(&name) { name + 1 } else { 0 }
}
