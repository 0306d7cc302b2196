//! How far a movement goes.

use super::action::Action;
use super::transcript::Direction;

/// Lines for one step of the wheel.
pub(super) const WHEEL_LINES: usize = 3;

/// How far a movement goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    Line,
    HalfPage,
    Page,
    End,
}

/// The movement that an action is.
pub(super) fn movement(action: Action) -> Option<(Reach, Direction)> {
    Some(match action {
        Action::MoveDown => (Reach::Line, Direction::Down),
        Action::MoveUp => (Reach::Line, Direction::Up),
        Action::HalfPageDown => (Reach::HalfPage, Direction::Down),
        Action::HalfPageUp => (Reach::HalfPage, Direction::Up),
        Action::PageDown => (Reach::Page, Direction::Down),
        Action::PageUp => (Reach::Page, Direction::Up),
        Action::GoFirst => (Reach::End, Direction::Up),
        Action::GoLast => (Reach::End, Direction::Down),
        _ => return None,
    })
}

/// The lines of a movement in a window of this height.
pub(super) fn lines_of(reach: Reach, height: usize) -> usize {
    match reach {
        Reach::Line => 1,
        Reach::HalfPage => (height / 2).max(1),
        Reach::Page => height.saturating_sub(1).max(1),
        Reach::End => usize::MAX / 2,
    }
}
