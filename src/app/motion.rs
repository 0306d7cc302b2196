//! How far a movement goes.

use super::action::Action;
use super::transcript::Direction;

/// Lines for one step of the wheel.
pub(super) const WHEEL_LINES: usize = 3;

/// How far a movement goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Motion {
    Line,
    HalfPage,
    Page,
    End,
}

/// The movement that an action is.
pub(super) fn movement(action: Action) -> Option<(Motion, Direction)> {
    Some(match action {
        Action::MoveDown => (Motion::Line, Direction::Down),
        Action::MoveUp => (Motion::Line, Direction::Up),
        Action::HalfPageDown => (Motion::HalfPage, Direction::Down),
        Action::HalfPageUp => (Motion::HalfPage, Direction::Up),
        Action::PageDown => (Motion::Page, Direction::Down),
        Action::PageUp => (Motion::Page, Direction::Up),
        Action::GoFirst => (Motion::End, Direction::Up),
        Action::GoLast => (Motion::End, Direction::Down),
        _ => return None,
    })
}

/// The lines of a movement in a window of this height.
pub(super) fn lines_of(motion: Motion, height: usize) -> usize {
    match motion {
        Motion::Line => 1,
        Motion::HalfPage => (height / 2).max(1),
        Motion::Page => height.saturating_sub(1).max(1),
        Motion::End => usize::MAX / 2,
    }
}
