//! Folding: a turn as one line, a long message as its first lines, and how they open.
//!
//! ```text
//!  ▌▸ how do I factor x² − 5x + 6            5 messages, 3 kB  10:02:11     a folded turn
//!
//!  └▌ assistant  tutor                              +3.2 s  10:02:14
//!   ▌ Look for two numbers …                                                the first lines
//!   ▌ … 132 more lines · Space opens
//! ```
//!
//! A message is long when its text has more than 60 lines or more than one segment. The lines of
//! several segments are not counted, so the bytes are shown instead. Must not know how lines are painted.

use crate::markdown;
use crate::message::MsgRef;
use crate::text::segments;

use super::block::{Block, LineKind, Rest};
use super::folds::{SessionFolds, SessionName};
use super::layout::{Layout, Thread, TranscriptStyle};
use super::turns::Turn;
use super::{Anchor, AnchorPoint, Direction, LinePosition, Transcript};

/// How many lines of a long message are shown until it is opened.
const FIRST: usize = 12;
/// How many turns are cached; far more than a screen can show.
const KEPT: usize = 512;

/// What was folded or unfolded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldChange {
    /// A turn became one line.
    Turn,
    /// A turn can be read again.
    TurnOpened,
    /// A long message shows its first lines.
    Message,
    /// A long message is shown whole.
    MessageOpened,
    /// Every turn is one line.
    Everything,
    /// No turn is folded.
    TurnsOpened,
    /// No turn is folded, and no long message is shut.
    EverythingOpened,
}

/// What was folded in a session at some time.
#[derive(Clone, Debug)]
pub struct KeptFolds {
    session: SessionName,
    folds: SessionFolds,
}

impl Block {
    /// The line that stands for the rest of the message.
    pub fn more(&self) -> Option<u32> {
        let at = self.lines.iter().rposition(|line| matches!(line, LineKind::More(_)))?;
        u32::try_from(at).ok()
    }

    /// Keeps the first lines of the text, which follows the `before` lines, and adds a line with how
    /// much more there is. The source of this segment has `length` bytes.
    pub(super) fn shut(&mut self, before: usize, length: usize) {
        let shown = (before + FIRST).min(self.lines.len());
        let rest = if self.continues {
            let from = u32::try_from(shown).ok().and_then(|line| self.source_of(line));
            let from = from.map_or(length, |from| from as usize);
            Rest::Bytes(self.bytes.saturating_sub(from))
        } else {
            Rest::Lines(self.lines.len() - shown)
        };
        self.lines.truncate(shown);
        self.lines.push(LineKind::More(rest));
        self.continues = false;
    }
}

impl Layout {
    fn name(thread: Thread<'_>, message: MsgRef) -> Option<&SessionName> {
        let session = thread.store.row(message)?.session;
        Some(&thread.store.session(session)?.name)
    }

    /// What is folded in the session of a message.
    fn folds(&self, thread: Thread<'_>, message: MsgRef) -> Option<&SessionFolds> {
        self.folds.of(Self::name(thread, message)?)
    }

    /// Changes what is folded in the session of a message.
    fn fold(
        &mut self,
        thread: Thread<'_>,
        message: MsgRef,
        change: impl FnOnce(&mut SessionFolds),
    ) {
        if let Some(name) = Self::name(thread, message) {
            self.folds.change(name, change);
            self.clear();
        }
    }

    /// The turn of the message at a place.
    fn turn(&mut self, thread: Thread<'_>, index: usize) -> Option<Turn> {
        let near = self.turns.range(..=index).next_back();
        if let Some((_, turn)) = near.filter(|(_, turn)| turn.shown.contains(&index)) {
            return Some(turn.clone());
        }
        if self.turns.len() >= KEPT {
            self.turns.clear();
        }
        let turn = thread.turn(index)?;
        self.turns.insert(turn.shown.start, turn.clone());
        Some(turn)
    }

    /// The turn of the message at a place, where it is folded.
    pub(super) fn folded_turn(&mut self, thread: Thread<'_>, index: usize) -> Option<Turn> {
        let &message = thread.messages.get(index)?;
        if self.folds(thread, message)?.has_open_turns_only() {
            return None;
        }
        let turn = self.turn(thread, index)?;
        let folds = self.folds(thread, message)?;
        folds.folds_turn(|| thread.identity(turn.first)).then_some(turn)
    }

    /// Where a message is shown: at its own index, or at that of the folded turn around it.
    pub(super) fn seen(&mut self, thread: Thread<'_>, index: usize) -> usize {
        self.folded_turn(thread, index).map_or(index, |turn| turn.shown.start)
    }

    /// Whether a message shows its first lines only, if it is long.
    pub(super) fn is_shut(&self, thread: Thread<'_>, message: MsgRef) -> bool {
        match self.folds(thread, message) {
            Some(folds) => folds.shuts_message(|| thread.identity(message)),
            None => SessionFolds::default().shuts_message(|| thread.identity(message)),
        }
    }

    /// The last segment of a message that is shown; the place is one that is seen.
    pub(super) fn last_segment(&mut self, thread: Thread<'_>, index: usize) -> u32 {
        let Some(&message) = thread.messages.get(index) else { return 0 };
        let text = thread.store.text(message);
        let is_first_only =
            self.is_shut(thread, message) || self.folded_turn(thread, index).is_some();
        if is_first_only { 0 } else { segments::count(text) - 1 }
    }

    /// A folded turn.
    pub(super) fn folded(
        &self,
        thread: Thread<'_>,
        turn: &Turn,
        style: TranscriptStyle,
    ) -> Option<Block> {
        let messages = thread.messages.get(turn.shown.clone())?;
        let text = markdown::title(thread.store.text(*messages.first()?));
        let mut lines = Vec::new();
        lines.extend(thread.new_day(turn.shown.start, style.zone).map(LineKind::Day));
        lines.push(LineKind::Turn(0..u32::try_from(text.len()).unwrap_or(u32::MAX)));
        Some(Block {
            hits: self.hits(text.as_str()),
            text,
            lines,
            rich: None,
            hidden: 0,
            continues: false,
            is_long: false,
            lost_markdown: false,
            messages: messages.len(),
            part: 0..0,
            bytes: messages.iter().map(|&at| thread.store.text(at).len()).sum(),
        })
    }

    /// Opens what hides a line of a message: its turn, or the message where that shows its first
    /// lines only.
    pub(super) fn show_byte(
        &mut self,
        thread: Thread<'_>,
        index: usize,
        segment: u32,
        line: impl Fn(&Block) -> u32,
    ) {
        self.unfold(thread, index);
        let Some(&message) = thread.messages.get(index) else { return };
        let Some(block) = self.block(thread, index, segment) else { return };
        let is_hidden = match block.more() {
            Some(more) => line(&block) >= more,
            None => segment > 0 && self.is_shut(thread, message),
        };
        if is_hidden {
            let identity = thread.identity(message);
            self.fold(thread, message, |folds| folds.shut_message(identity, false));
        }
    }

    /// Unfolds the turn of a message.
    fn unfold(&mut self, thread: Thread<'_>, index: usize) {
        if let Some(turn) = self.folded_turn(thread, index) {
            let identity = thread.identity(turn.first);
            self.fold(thread, turn.first, |folds| folds.fold_turn(identity, false));
        }
    }
}

impl Transcript {
    /// Where a place of before is now.
    pub(super) fn spot(&mut self, thread: Thread<'_>, mark: Anchor) -> LinePosition {
        let Some(found) = thread.find(mark.message, mark.identity) else {
            let index = self.layout.seen(thread, thread.index_near(mark.identity.time));
            return LinePosition { index, segment: 0, line: 0 };
        };
        let index = self.layout.seen(thread, found);
        let is_folded = self.layout.folded_turn(thread, index).is_some();
        let segment = if is_folded { 0 } else { mark.segment };
        if let AnchorPoint::Text(byte) = mark.within
            && !is_folded
            && byte < u32::MAX
        {
            // Another width or view may make the message long: keep what is being read open.
            self.layout.show_byte(thread, index, segment, |block| block.line_of_source(byte));
        }
        let Some(block) = self.layout.block(thread, index, segment) else {
            return LinePosition { index, segment: 0, line: 0 };
        };
        let line = match mark.within {
            AnchorPoint::Day => 0,
            _ if is_folded => block.head(),
            AnchorPoint::Text(byte) => block.line_of_source(byte),
            AnchorPoint::Head => block.head(),
            AnchorPoint::More => {
                let first = block.head().saturating_add(1 + u32::try_from(FIRST).unwrap_or(0));
                block.more().unwrap_or(first)
            }
        };
        LinePosition { index, segment, line: line.min(block.height().saturating_sub(1)) }
    }

    /// A spot whose line exists and is seen.
    pub(super) fn settle(&mut self, thread: Thread<'_>, spot: LinePosition) -> LinePosition {
        let index = self.layout.seen(thread, spot.index);
        if index != spot.index {
            return LinePosition { index, segment: 0, line: 0 };
        }
        let segment = spot.segment.min(self.layout.last_segment(thread, index));
        let line = if segment < spot.segment { u32::MAX } else { spot.line };
        match self.layout.block(thread, index, segment) {
            Some(block) => {
                LinePosition { index, segment, line: line.min(block.height().saturating_sub(1)) }
            }
            None => LinePosition { index, segment: 0, line: 0 },
        }
    }

    /// Opens or shuts what the cursor is at: a folded turn, a long message, or else the turn.
    pub fn toggle_fold(&mut self, thread: Thread<'_>) -> Option<FoldChange> {
        let index = self.cursor.index;
        let &message = thread.messages.get(index)?;
        let is_folded = self.layout.folded_turn(thread, index).is_some();
        let is_long = self.layout.block(thread, index, 0)?.is_long;
        if is_folded || !is_long {
            return self.toggle_turn(thread);
        }
        let shut = !self.layout.is_shut(thread, message);
        let identity = thread.identity(message);
        let marks = self.marks(thread);
        self.layout.fold(thread, message, |folds| folds.shut_message(identity, shut));
        match marks {
            Some(marks) if !shut => self.restore(thread, marks),
            _ => self.settle_at(thread, index),
        }
        Some(if shut { FoldChange::Message } else { FoldChange::MessageOpened })
    }

    /// Folds the turn of the cursor to one line, or unfolds it.
    pub fn toggle_turn(&mut self, thread: Thread<'_>) -> Option<FoldChange> {
        let index = self.cursor.index;
        let marks = self.marks(thread);
        if self.layout.folded_turn(thread, index).is_some() {
            self.layout.unfold(thread, index);
            match marks {
                Some(marks) => self.restore(thread, marks),
                None => self.settle_at(thread, index),
            }
            return Some(FoldChange::TurnOpened);
        }
        let turn = self.layout.turn(thread, index)?;
        let identity = thread.identity(turn.first);
        self.layout.fold(thread, turn.first, |folds| folds.fold_turn(identity, true));
        self.settle_at(thread, index);
        // Unfolding it again returns to this position.
        self.held = marks.map(|marks| ((self.top, self.cursor), marks));
        Some(FoldChange::Turn)
    }

    /// Folds every turn of the session to one line.
    pub fn fold_all(&mut self, thread: Thread<'_>) -> Option<FoldChange> {
        let index = self.cursor.index;
        let &message = thread.messages.get(index)?;
        self.layout.fold(thread, message, SessionFolds::fold_all);
        self.settle_at(thread, index);
        Some(FoldChange::Everything)
    }

    /// Unfolds every turn of the session; where none is folded, opens every long message.
    pub fn unfold_all(&mut self, thread: Thread<'_>) -> Option<FoldChange> {
        let index = self.cursor.index;
        let &message = thread.messages.get(index)?;
        let marks = self.marks(thread);
        let folds = self.layout.folds(thread, message);
        let is_open = folds.is_none_or(SessionFolds::has_open_turns_only);
        let change = if is_open { SessionFolds::open_messages } else { SessionFolds::unfold_turns };
        self.layout.fold(thread, message, change);
        match marks {
            Some(marks) => self.restore(thread, marks),
            None => self.settle_at(thread, index),
        }
        Some(if is_open { FoldChange::EverythingOpened } else { FoldChange::TurnsOpened })
    }

    /// Unfolds the turn of a message, so that the message itself can be selected.
    pub fn unfold(&mut self, thread: Thread<'_>, index: usize) {
        self.layout.unfold(thread, index);
        self.top = self.settle(thread, self.top);
        self.cursor = self.settle(thread, self.cursor);
    }

    /// The next message that is seen behind the cursor's, or the one before it.
    pub fn neighbour(&mut self, thread: Thread<'_>, way: Direction) -> Option<usize> {
        let at = self.cursor.index;
        let index = match way {
            Direction::Down => {
                let turn = self.layout.folded_turn(thread, at);
                turn.map_or(at + 1, |turn| turn.shown.end)
            }
            Direction::Up => self.layout.seen(thread, at.checked_sub(1)?),
        };
        (index < thread.messages.len()).then_some(index)
    }

    /// What is folded in the session shown.
    pub fn kept_folds(&self, thread: Thread<'_>) -> Option<KeptFolds> {
        let &message = thread.messages.first()?;
        let session = Layout::name(thread, message)?.clone();
        let folds = self.layout.folds.of(&session).cloned().unwrap_or_default();
        Some(KeptFolds { session, folds })
    }

    /// Folds again what was folded then, and nothing else of that session. The place has to be set
    /// anew.
    pub fn refold(&mut self, kept: &KeptFolds) {
        if self.layout.folds.of(&kept.session).unwrap_or(&SessionFolds::default()) != &kept.folds {
            self.layout.folds.change(&kept.session, |folds| folds.clone_from(&kept.folds));
            self.layout.clear();
        }
    }

    /// Moves the cursor to the head of what was folded, and the window with it.
    fn settle_at(&mut self, thread: Thread<'_>, index: usize) {
        self.held = None;
        self.top = self.settle(thread, self.top);
        self.select(thread, index);
        self.restored = true;
    }
}
