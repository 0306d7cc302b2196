//! Moving within one scope: in the list, and in the transcript.

use super::ScopeView;
use crate::app::motion::{Motion, lines_of};
use crate::app::transcript::Direction;

/// How many messages one step to the student's next message looks at.
pub const TURN: usize = 50_000;

/// What came of a step to the student's next message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TurnStep {
    /// It is selected, or there is none.
    Done,
    /// None of [`TURN`] messages is the student's; the last one that was looked at is selected.
    TooFar,
}

impl ScopeView {
    /// Moves in the list.
    pub(in crate::app) fn go_in_list(&mut self, motion: Motion, way: Direction) {
        let lines = lines_of(motion, self.sessions.height());
        let row = self.sessions.selected_row();
        let row = match way {
            Direction::Down => row.saturating_add(lines),
            Direction::Up => row.saturating_sub(lines),
        };
        self.sessions.choose(row);
        self.follow_list();
    }

    /// Moves in the transcript.
    pub(in crate::app) fn go_in_text(&mut self, motion: Motion, way: Direction) {
        let (transcript, thread) = self.reading();
        match (motion, way) {
            (Motion::End, Direction::Up) => transcript.go_first(),
            (Motion::End, Direction::Down) => transcript.go_last(thread),
            _ => {
                let lines = lines_of(motion, transcript.height());
                transcript.scroll(thread, lines, way);
            }
        }
    }

    /// Selects the next message, or the next folded turn.
    pub(in crate::app) fn step_message(&mut self, way: Direction) {
        let (transcript, thread) = self.reading();
        if let Some(index) = transcript.neighbour(thread, way) {
            transcript.select(thread, index);
        }
    }

    /// Selects the student's next message. A session may have a million messages and none of the
    /// student: one step looks at so many, and says where it stopped.
    pub(in crate::app) fn step_turn(&mut self, way: Direction) -> TurnStep {
        let (transcript, thread) = self.reading();
        let at = transcript.cursor().index;
        let (last, end) = (thread.messages.len().saturating_sub(1), at.saturating_add(TURN));
        let (found, reached) = match way {
            Direction::Down => {
                let found = (at + 1..=last.min(end)).find(|&index| thread.is_question(index));
                (found, Some(end).filter(|&end| end < last))
            }
            Direction::Up => {
                let reached = at.saturating_sub(TURN);
                let found = (reached..at).rev().find(|&index| thread.is_question(index));
                (found, Some(reached).filter(|&reached| reached > 0))
            }
        };
        if let Some(index) = found.or(reached) {
            transcript.select(thread, index);
        }
        match (found, reached) {
            (None, Some(_)) => TurnStep::TooFar,
            _ => TurnStep::Done,
        }
    }

    /// Selects a session further down or up.
    pub(in crate::app) fn step_session(&mut self, rows: isize) {
        let row = self.sessions.selected_row().saturating_add_signed(rows);
        self.sessions.choose(row);
        self.follow_list();
    }
}
