//! What the terminal sends, as events: keys, pastes, the mouse, the size.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crossterm::event::{
    Event as Sent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind, poll,
};
use futures_util::Stream;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::app::chord::{Chord, Key};
use crate::app::event::{Event, MouseEvent};
use crate::app::geometry::Size;

use super::answers::{Answers, Heard};
use super::{input_pause, tty};
use crate::io::threads::reserve_signal_stack;

/// Events that may wait; while more wait the terminal is not read.
const QUEUE: usize = 1024;
/// How long a terminal may pause within an answer.
const PAUSE: Duration = Duration::from_millis(50);
/// How long it is looked for what is there already.
const LOOK: Duration = Duration::from_millis(5);

/// The events of the terminal. Ends when the terminal is gone.
#[derive(Debug)]
pub struct Input {
    events: Receiver<Option<Event>>,
    others: Others,
}

/// What is known of the terminal besides what it sends; told in order with that.
pub type Others = Sender<Option<Event>>;

impl Input {
    /// Where the rest is told. `None` says that the terminal is gone.
    pub fn others(&self) -> Others {
        self.others.clone()
    }
}

impl Stream for Input {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.events.poll_recv(cx).map(Option::flatten)
    }
}

/// Begins to read, in a thread; that the terminal is gone is told by `None`, by whoever knows it
/// first. The other end is for what is known of the terminal besides what it sends.
///
/// A thread of our own in place of the library's stream, which wakes its thread for every key.
pub(super) fn read() -> io::Result<(Input, Others)> {
    let (sender, events) = mpsc::channel(QUEUE);
    let other = sender.clone();
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        reserve_signal_stack();
        let mut answers = Answers::default();
        while let Ok(heard) = next(&mut answers) {
            if input_pause::is_closed() {
                // Typed ahead, for whoever gets the terminal.
                drop_what_was_read();
                if !input_pause::pass() {
                    break;
                }
                answers = Answers::default();
                continue;
            }
            let events: Vec<Event> = match heard {
                Heard::Events(events) => events.into_iter().filter_map(event_of).collect(),
                Heard::Background(background) => {
                    tty::background_is_told();
                    vec![Event::BackgroundTold(background)]
                }
            };
            for event in events {
                if sender.blocking_send(Some(event)).is_err() {
                    return;
                }
            }
        }
        let _ = sender.blocking_send(None);
    })?;
    Ok((Input { events, others: other.clone() }, other))
}

/// Drops what the library has read of the terminal and not given out.
fn drop_what_was_read() {
    // Without any time at all the library does not look.
    let at_once = Duration::from_millis(1);
    for _ in 0..QUEUE {
        if !matches!(poll(at_once), Ok(true)) || crossterm::event::read().is_err() {
            return;
        }
    }
}

/// Waits for what comes next.
fn next(answers: &mut Answers) -> io::Result<Heard> {
    // A second look: where the pause went by before this thread came to look, the library says no
    // without having looked.
    let is_quiet = || Ok::<_, io::Error>(!poll(PAUSE)? && !poll(LOOK)?);
    if answers.is_holding() && is_quiet()? {
        return Ok(Heard::Events(answers.pause()));
    }
    let sent = crossterm::event::read()?;
    if matches!(sent, Sent::Resize(..)) {
        tty::forget_screen();
    }
    Ok(answers.take(sent))
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
