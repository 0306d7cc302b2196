//! The lines of one segment of one message, and the way between a line and the bytes it shows.
//!
//! Must not know how lines are made or painted.

use std::ops::Range;

use chrono::NaiveDate;

use super::rich::Rich;
use crate::text::Clean;

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// A day begins.
    Day(NaiveDate),
    /// Who speaks, and when.
    Head,
    /// Text: these bytes of the block's text.
    Text(Range<u32>),
    /// There is no text, and why.
    Nothing(&'static str),
    /// A folded turn: these bytes of the block's text, its first line.
    Turn(Range<u32>),
    /// There is more of a long message, and how much.
    More(Rest),
    /// The blank line behind a message.
    Gap,
}

/// How much of a long message is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    /// So many lines.
    Lines(usize),
    /// So many bytes of text: it is longer than what is laid out at once.
    Bytes(usize),
}

/// The lines of one segment of one message.
#[derive(Debug)]
pub struct Block {
    /// The text that is shown.
    pub text: Clean<'static>,
    /// The lines.
    pub lines: Vec<LineKind>,
    /// The spans of the text, if it is Markdown.
    pub rich: Option<Rich>,
    /// How many characters of the segment are not shown.
    pub hidden: u32,
    /// What the search in force matches in the text.
    pub hits: Vec<Range<u32>>,
    /// Whether another segment of the same message follows.
    pub continues: bool,
    /// Whether the message is so long that it can be shut to its first lines.
    pub is_long: bool,
    /// Whether it is shown as plain text because the message is too long for Markdown.
    pub lost_markdown: bool,
    /// The byte range of the message, as sent, that it shows.
    pub part: Range<usize>,
    /// How many messages it stands for: more than one for a folded turn.
    pub messages: usize,
    /// The bytes of their texts.
    pub bytes: usize,
}

impl Block {
    /// The byte of the source that a line begins with; of plain text it is that of the text.
    pub fn source_of(&self, line: u32) -> Option<u32> {
        match (&self.rich, self.lines.get(line as usize)?) {
            (Some(rich), LineKind::Text(_)) => rich.source_of(line as usize),
            (None, LineKind::Text(range)) => Some(range.start),
            _ => None,
        }
    }

    /// The line that shows this byte of the source; behind the last one that for its end.
    pub fn line_of_source(&self, byte: u32) -> u32 {
        let rich = self.rich.as_ref().filter(|_| byte < u32::MAX);
        match rich.and_then(|rich| rich.line_of_source(byte)) {
            Some(line) => u32::try_from(line).unwrap_or(0).min(self.more().unwrap_or(u32::MAX)),
            None => self.line_of(byte),
        }
    }

    /// The line that holds this byte of the text; the blank line behind the text for its end;
    /// else the first line.
    pub fn line_of(&self, byte: u32) -> u32 {
        let holds = |kind: &LineKind| matches!(kind, LineKind::Text(range) if range.end > byte);
        let first = |kind: &LineKind| !matches!(kind, LineKind::Day(_));
        let at = self.lines.iter().position(holds);
        if let Some(more) = self.more().filter(|_| at.is_none() && byte < u32::MAX) {
            return more;
        }
        let at = at.or_else(|| self.lines.iter().position(|line| *line == LineKind::Gap));
        let at = at.or_else(|| self.lines.iter().position(first)).unwrap_or(0);
        u32::try_from(at).unwrap_or(0)
    }

    /// How many lines there are.
    pub fn height(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// How much of the message is above a line, in units of [`Block::SHARES`]. The lines of a message
    /// of several segments are not counted, so its bytes are used.
    pub fn above(&self, line: u32) -> usize {
        let lines = self.lines.len().max(1);
        let line = (line as usize).min(lines);
        if self.part.start == 0 && !self.continues {
            return line * Self::SHARES / lines;
        }
        let bytes = self.part.start + self.part.len() * line / lines;
        bytes.min(self.bytes) * Self::SHARES / self.bytes.max(1)
    }

    /// See [`Block::above`].
    pub const SHARES: usize = 1 << 16;

    /// The line with the head of the message, or of the folded turn; 0 in a segment without one.
    pub fn head(&self) -> u32 {
        let is_head = |line: &LineKind| matches!(line, LineKind::Head | LineKind::Turn(_));
        let head = self.lines.iter().position(is_head);
        head.and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
    }
}
