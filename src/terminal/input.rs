//! What the terminal sends, as events: keys, pastes, the mouse, the size.

use std::pin::Pin;
use std::task::{Context, Poll};

use crossterm::event::{
    Event as Sent, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton,
    MouseEventKind,
};
use futures_util::Stream;

use crate::app::chord::{Chord, Key};
use crate::app::event::{Event, MouseEvent};
use crate::app::geometry::Size;

/// The events of the terminal. Ends when the terminal is gone.
pub struct Input {
    stream: EventStream,
}

impl Input {
    /// Begins to read.
    pub fn new() -> Self {
        Self { stream: EventStream::new() }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self::new()
    }
}

impl Stream for Input {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            match Pin::new(&mut self.stream).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None | Some(Err(_))) => return Poll::Ready(None),
                Poll::Ready(Some(Ok(sent))) => {
                    if let Some(event) = event_of(sent) {
                        return Poll::Ready(Some(event));
                    }
                }
            }
        }
    }
}

/// What the terminal sent, in the words of the application; `None` for what it has no use for.
pub fn event_of(sent: Sent) -> Option<Event> {
    match sent {
        Sent::Key(key) => chord_of(key).map(Event::Pressed),
        Sent::Paste(text) => Some(Event::Pasted(text)),
        Sent::Resize(columns, rows) => Some(Event::Resized(Size { columns, rows })),
        Sent::Mouse(mouse) => {
            let (x, y) = (mouse.column, mouse.row);
            Some(Event::Mouse(match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseEvent::Pressed(x, y),
                MouseEventKind::Drag(MouseButton::Left) => MouseEvent::Dragged(x, y),
                MouseEventKind::Up(MouseButton::Left) => MouseEvent::Released,
                MouseEventKind::ScrollDown => MouseEvent::WheelDown(x, y),
                MouseEventKind::ScrollUp => MouseEvent::WheelUp(x, y),
                _ => return None,
            }))
        }
        Sent::FocusGained | Sent::FocusLost => None,
    }
}

fn chord_of(key: KeyEvent) -> Option<Chord> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let pressed = match key.code {
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let pressed = match pressed {
        Key::Char(letter) if ctrl => Key::Char(letter.to_ascii_lowercase()),
        other => other,
    };
    Some(Chord { ctrl, alt, key: pressed })
}
