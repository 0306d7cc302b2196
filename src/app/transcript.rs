//! The transcript pane: the reading position in a session and the selected message.
//!
//! ```text
//!   top ──►  ▌ user  alice                       10:02:11
//!            ▌ how do I factor x² − 5x + 6
//!            │
//!   cursor ► ├▌ assistant                +3.2 s  10:02:14     the message of the cursor is selected
//!            └▌ Look for two numbers …
//! ```
//!
//! A position is a message, a segment and a line in it. Nothing counts all lines, so a session of a
//! million messages costs no more than its window. Must not know how lines are painted.

mod block;
mod folding;
mod folds;
pub mod layout;
mod rich;
mod turns;

use crate::port::NEAR_SEGMENTS;
use std::collections::HashMap;
use std::sync::Arc;

use crate::message::{MsgRef, SessionId};

pub use crate::text::SourceView;
pub use block::{Block, LineKind, Rest};
pub use folding::{FoldChange, KeptFolds};
pub use layout::{Identity, Layout, Thread, TranscriptStyle, Wrap};

/// A line of a transcript.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LinePosition {
    /// The place of the message among those shown.
    pub index: usize,
    /// The segment of the message.
    pub segment: u32,
    /// The line in the segment.
    pub line: u32,
}

impl LinePosition {
    const START: Self = Self { index: 0, segment: 0, line: 0 };
}

/// A position that survives a change of width, of filter, or of the whole store: the message, identified
/// by its time and text, and the byte in its segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The message.
    pub message: MsgRef,
    /// Identifies the message when its number has changed.
    pub identity: Identity,
    /// The segment.
    pub segment: u32,
    /// Where in the segment.
    pub within: AnchorPoint,
}

/// A place in a segment, whatever its width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnchorPoint {
    /// The line of the new day.
    Day,
    /// The head of the message.
    Head,
    /// This byte of the cleaned text as it was written, or its end.
    Text(u32),
    /// The line that stands for the rest of a long message.
    More,
}

/// A line of the window, ready to be painted.
#[derive(Clone, Debug)]
pub struct FrameLine {
    /// Where it is.
    pub spot: LinePosition,
    /// The message.
    pub message: MsgRef,
    /// The block that holds it.
    pub block: Arc<Block>,
}

impl FrameLine {
    /// What the line is.
    pub fn kind(&self) -> &LineKind {
        self.block.lines.get(self.spot.line as usize).unwrap_or(&LineKind::Gap)
    }
}

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Towards the end.
    Down,
    /// Towards the start.
    Up,
}

/// The reading position and the lines of the window.
#[derive(Debug)]
pub struct Transcript {
    /// The session shown.
    pub session: Option<SessionId>,
    /// The lines of the window; filled by [`Transcript::prepare`].
    pub frame: Vec<FrameLine>,
    top: LinePosition,
    cursor: LinePosition,
    height: usize,
    layout: Layout,
    held: Option<((LinePosition, LinePosition), (Anchor, Anchor))>,
    /// Whether a change of the layout placed the window. Then the window moves to keep the cursor in
    /// it, and not the other way round.
    restored: bool,
    remembered: HashMap<Option<Arc<str>>, (Anchor, Anchor)>,
}

impl Default for Transcript {
    fn default() -> Self {
        Self {
            session: None,
            frame: Vec::new(),
            top: LinePosition::START,
            cursor: LinePosition::START,
            height: 1,
            layout: Layout::default(),
            held: None,
            restored: false,
            remembered: HashMap::new(),
        }
    }
}

impl Transcript {
    /// Where the cursor is.
    pub fn cursor(&self) -> LinePosition {
        self.cursor
    }

    /// The message of the cursor.
    pub fn selected(&self, thread: Thread<'_>) -> Option<MsgRef> {
        thread.messages.get(self.cursor.index).copied()
    }

    /// The blocks, to set how they are made.
    pub fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    /// How many blocks were ever laid out.
    pub fn laid_out(&self) -> u64 {
        self.layout.laid_out()
    }

    /// Turns to another session, at the place where it was left.
    pub fn show(&mut self, session: Option<SessionId>, before: Thread<'_>, thread: Thread<'_>) {
        if self.session == session {
            return;
        }
        let name = |session: Option<SessionId>, thread: Thread<'_>| {
            Some(thread.store.session(session?)?.name.clone())
        };
        if let (Some(old), Some(marks)) = (name(self.session, before), self.marks(before)) {
            self.remembered.insert(old, marks);
        }
        self.session = session;
        self.layout.clear();
        self.top = LinePosition::START;
        self.cursor = LinePosition::START;
        // It refers to messages that are no longer shown.
        self.held = None;
        let marks = name(session, thread).and_then(|name| self.remembered.get(&name).copied());
        if let Some(marks) = marks {
            self.restore(thread, marks);
        }
    }

    /// Takes the session's new number after the store was replaced.
    pub fn renumber(&mut self, session: Option<SessionId>) {
        self.session = session;
        self.layout.clear();
        self.top = LinePosition::START;
        self.cursor = LinePosition::START;
        // It refers to messages that are no longer shown.
        self.held = None;
    }

    /// The window and the cursor as places that outlive a change.
    pub fn marks(&mut self, thread: Thread<'_>) -> Option<(Anchor, Anchor)> {
        // Without a move since the last change, keep the same anchors: they would drift from line
        // start to line start otherwise.
        if let Some((spots, marks)) = self.held
            && spots == (self.top, self.cursor)
        {
            return Some(marks);
        }
        Some((self.mark(thread, self.top)?, self.mark(thread, self.cursor)?))
    }

    fn mark(&mut self, thread: Thread<'_>, spot: LinePosition) -> Option<Anchor> {
        let message = *thread.messages.get(spot.index)?;
        let block = self.layout.block(thread, spot.index, spot.segment);
        let line = block.as_ref().and_then(|block| block.lines.get(spot.line as usize));
        let within = match line {
            Some(LineKind::Text(_)) => {
                let byte = block.as_ref().and_then(|block| block.source_of(spot.line));
                AnchorPoint::Text(byte.unwrap_or(u32::MAX))
            }
            Some(LineKind::Gap) => AnchorPoint::Text(u32::MAX),
            Some(LineKind::Day(_)) => AnchorPoint::Day,
            Some(LineKind::More(_)) => AnchorPoint::More,
            Some(LineKind::Head | LineKind::Turn(_) | LineKind::Nothing(_)) | None => {
                AnchorPoint::Head
            }
        };
        let identity = thread.identity(message);
        Some(Anchor { message, identity, segment: spot.segment, within })
    }

    /// Goes back to such places after a change.
    pub fn restore(&mut self, thread: Thread<'_>, (top, cursor): (Anchor, Anchor)) {
        let found = thread.find(cursor.message, cursor.identity).is_some();
        self.top = self.spot(thread, top);
        self.cursor = self.spot(thread, cursor);
        // If the message is gone, continue from the one selected now.
        self.held = found.then_some(((self.top, self.cursor), (top, cursor)));
        self.restored = true;
    }

    /// Whether the window shows the first line and the last one.
    pub fn is_whole(&self, thread: Thread<'_>) -> bool {
        let first = self.frame.first().is_none_or(|line| line.spot == LinePosition::START);
        let last = self.frame.last().is_none_or(|line| {
            let is_last_line = line.spot.line + 1 >= line.block.height();
            is_last_line && Self::block_after(thread, line.spot, &line.block).is_none()
        });
        first && last
    }

    /// Whether the position is still where the session opened.
    pub fn is_at_start(&self) -> bool {
        (self.top, self.cursor) == (LinePosition::START, LinePosition::START)
    }

    /// Fills the window of this many lines. Lays out only what is in it.
    pub fn prepare(&mut self, thread: Thread<'_>, height: usize) {
        self.height = height.max(1);
        let last = thread.messages.len().saturating_sub(1);
        for spot in [&mut self.top, &mut self.cursor] {
            if spot.index > last {
                *spot = LinePosition { index: last, segment: 0, line: 0 };
            }
        }
        self.frame.clear();
        if thread.messages.is_empty() {
            return;
        }
        let restored = std::mem::take(&mut self.restored);
        let held = self.held.filter(|(spots, _)| restored && *spots == (self.top, self.cursor));
        self.top = self.settle(thread, self.top);
        self.cursor = self.settle(thread, self.cursor);
        if restored {
            self.reveal(thread, 1);
        }
        self.collect(thread);
        if self.frame.len() < self.height {
            // Nothing is left below: fill the window from above.
            let missing = self.height - self.frame.len();
            self.top = self.walk(thread, self.top, missing, Direction::Up).0;
            self.collect(thread);
        }
        let first = self.frame.first().map_or(self.top, |line| line.spot);
        let last = self.frame.last().map_or(self.top, |line| line.spot);
        self.cursor = self.cursor.clamp(first, last);
        if let Some((_, marks)) = held {
            self.held = Some(((self.top, self.cursor), marks));
        }
    }

    fn collect(&mut self, thread: Thread<'_>) {
        self.frame.clear();
        let mut spot = self.top;
        while self.frame.len() < self.height {
            let Some(block) = self.layout.block(thread, spot.index, spot.segment) else { break };
            let Some(&message) = thread.messages.get(spot.index) else { break };
            while spot.line < block.height() && self.frame.len() < self.height {
                self.frame.push(FrameLine { spot, message, block: Arc::clone(&block) });
                spot.line += 1;
            }
            let Some(next) = Self::block_after(thread, spot, &block) else { break };
            spot = next;
        }
    }

    fn block_after(thread: Thread<'_>, spot: LinePosition, block: &Block) -> Option<LinePosition> {
        if block.continues {
            return Some(LinePosition { segment: spot.segment + 1, line: 0, ..spot });
        }
        let index = spot.index + block.messages;
        (index < thread.messages.len()).then_some(LinePosition { index, segment: 0, line: 0 })
    }

    fn block_before(&mut self, thread: Thread<'_>, spot: LinePosition) -> Option<LinePosition> {
        let (index, segment) = if spot.segment > 0 {
            (spot.index, spot.segment - 1)
        } else {
            let index = self.layout.seen(thread, spot.index.checked_sub(1)?);
            (index, self.layout.last_segment(thread, index))
        };
        let block = self.layout.block(thread, index, segment)?;
        Some(LinePosition { index, segment, line: block.height().saturating_sub(1) })
    }

    /// Walks this many lines. Returns the position reached and the number of lines walked.
    fn walk(
        &mut self,
        thread: Thread<'_>,
        from: LinePosition,
        lines: usize,
        way: Direction,
    ) -> (LinePosition, usize) {
        let mut spot = from;
        let mut left = lines;
        while left > 0 {
            let Some(block) = self.layout.block(thread, spot.index, spot.segment) else { break };
            let here = match way {
                Direction::Down => block.height().saturating_sub(1).saturating_sub(spot.line),
                Direction::Up => spot.line,
            };
            let step = here.min(u32::try_from(left).unwrap_or(u32::MAX));
            match way {
                Direction::Down => spot.line += step,
                Direction::Up => spot.line -= step,
            }
            left -= step as usize;
            if left == 0 {
                break;
            }
            let next = match way {
                Direction::Down => Self::block_after(thread, spot, &block),
                Direction::Up => self.block_before(thread, spot),
            };
            let Some(next) = next else { break };
            spot = next;
            left -= 1;
        }
        (spot, lines - left)
    }

    /// Scrolls by lines; the cursor keeps its row on the screen, and goes on alone at the ends.
    pub fn scroll(&mut self, thread: Thread<'_>, lines: usize, way: Direction) {
        self.move_window(thread, lines, way);
        self.cursor = self.walk(thread, self.cursor, lines, way).0;
    }

    /// Scrolls the window alone, as the wheel does; the cursor stays within it.
    pub fn scroll_window(&mut self, thread: Thread<'_>, lines: usize, way: Direction) {
        self.move_window(thread, lines, way);
        self.prepare(thread, self.height);
    }

    fn move_window(&mut self, thread: Thread<'_>, lines: usize, way: Direction) {
        let lines = match way {
            Direction::Up => lines,
            Direction::Down => {
                // The window stops where its last line is the last one there is.
                let window = self.height.saturating_sub(1);
                let below = self.walk(thread, self.top, window + lines, Direction::Down).1;
                below.saturating_sub(window)
            }
        };
        self.top = self.walk(thread, self.top, lines, way).0;
    }

    /// How many lines the window has.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Goes to the very first line.
    pub fn go_first(&mut self) {
        self.top = LinePosition::START;
        self.cursor = LinePosition::START;
    }

    /// Goes to the last line; the window ends with it.
    pub fn go_last(&mut self, thread: Thread<'_>) {
        let Some(last) = thread.messages.len().checked_sub(1) else { return };
        let index = self.layout.seen(thread, last);
        let segment = self.layout.last_segment(thread, index);
        let Some(block) = self.layout.block(thread, index, segment) else { return };
        self.cursor = LinePosition { index, segment, line: block.height().saturating_sub(1) };
        self.top = self.walk(thread, self.cursor, self.height.saturating_sub(1), Direction::Up).0;
    }

    /// Selects a message, or the folded turn that has it: its head becomes the cursor, and the
    /// window moves when it has to.
    pub fn select(&mut self, thread: Thread<'_>, index: usize) {
        let index = self.layout.seen(thread, index);
        let Some(block) = self.layout.block(thread, index, 0) else { return };
        self.cursor = LinePosition { index, segment: 0, line: block.head() };
        self.reveal(thread, usize::try_from(block.height()).unwrap_or(1));
    }

    /// Selects the line that holds this byte of a message's segment, and opens what hides it.
    pub fn select_byte(&mut self, thread: Thread<'_>, index: usize, segment: u32, byte: u32) {
        self.layout.show_byte(thread, index, segment, |block| block.line_of(byte));
        let Some(block) = self.layout.block(thread, index, segment) else { return };
        self.cursor = LinePosition { index, segment, line: block.line_of(byte) };
        self.reveal(thread, 3);
    }

    /// Selects the line at a row of the window, as a click does.
    pub fn select_row(&mut self, row: usize) {
        if let Some(line) = self.frame.get(row) {
            self.cursor = line.spot;
        }
    }

    /// Moves the window so that the cursor and so many lines below it can be seen.
    fn reveal(&mut self, thread: Thread<'_>, lines: usize) {
        let wanted = lines.min(self.height);
        if self.cursor >= self.top {
            let bottom =
                self.walk(thread, self.top, self.height.saturating_sub(1), Direction::Down).0;
            let end = self.walk(thread, self.cursor, wanted.saturating_sub(2), Direction::Down).0;
            if end <= bottom {
                return;
            }
        }
        // Keeps a fifth of the window above it as context.
        self.top = self.walk(thread, self.cursor, self.height / 5, Direction::Up).0;
    }

    /// The first match of the search in a message, as segment and byte, where it is near the start;
    /// in the rest of a long message [`crate::port::FirstMatch`] looks.
    pub fn first_hit(&mut self, thread: Thread<'_>, index: usize) -> Option<(u32, u32)> {
        (0..NEAR_SEGMENTS).find_map(|segment| Some((segment, self.hit_in(thread, index, segment)?)))
    }

    /// The first match of the search in one segment of a message.
    pub fn hit_in(&mut self, thread: Thread<'_>, index: usize, segment: u32) -> Option<u32> {
        let block = self.layout.block(thread, index, segment)?;
        block.hits.first().map(|hit| hit.start)
    }
}

#[cfg(test)]
mod tests;
