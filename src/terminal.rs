//! The terminal: taken at the start, given back at every end, and nothing else knows how.
//!
//! Whoever holds a [`Terminal`] has taken it; dropping it gives it back. [`restore`] may be
//! called at any time and any number of times: the panic hook does.

mod input;

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;

use crate::app::App;
use crate::app::effect::Mouse;
use crate::app::geometry::Size;
use crate::app::notice::Weight;
use crate::io::clipboard;
use crate::view::{self, Theme};

pub use input::{Input, event_of};

/// Bytes that a frame may gather before they are written.
const FRAME: usize = 64 << 10;
/// Alternate screen, bracketed paste, hidden cursor.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// Everything that any part of this program may have switched on is switched off.
const GIVE_BACK: &str =
    "\x1b[0m\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Clicks, and movement with a button down; not every movement, which would be a flood.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// A frame between these is shown at once, where the terminal can.
const FRAME_BEGINS: &str = "\x1b[?2026h";
const FRAME_ENDS: &str = "\x1b[?2026l";

static TAKEN: AtomicBool = AtomicBool::new(false);

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Output goes to a file or a pipe.
    #[error("a terminal is needed to draw on, and standard output is none")]
    NotATerminal,
    /// It cannot place text.
    #[error("the terminal calls itself TERM={0}, which cannot place text on a screen")]
    Dumb(String),
    /// It did not do what was asked of it.
    #[error("the terminal could not be set up: {0}")]
    Io(#[from] io::Error),
}

/// Checks that there is a terminal that can be drawn on, before anything is done to it.
pub fn check(term: Option<&str>) -> Result<(), TerminalError> {
    if !io::stdout().is_terminal() {
        return Err(TerminalError::NotATerminal);
    }
    match term {
        None | Some("") => Err(TerminalError::Dumb("(unset)".to_owned())),
        Some("dumb") => Err(TerminalError::Dumb("dumb".to_owned())),
        Some(_) => Ok(()),
    }
}

/// A terminal that was taken.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    theme: Theme,
    mouse: Mouse,
}

impl Terminal {
    /// Takes the terminal.
    pub fn take(theme: Theme) -> Result<Self, TerminalError> {
        // Whether colours are used is decided by the theme alone.
        crossterm::style::force_color_output(true);
        take()?;
        let writer = BufWriter::with_capacity(FRAME, io::stdout());
        let inner = ratatui::Terminal::new(CrosstermBackend::new(writer))?;
        Ok(Self { inner, theme, mouse: Mouse::Terminals })
    }

    /// The size of the window.
    pub fn size(&self) -> io::Result<Size> {
        let size = self.inner.size()?;
        Ok(Size { columns: size.width, rows: size.height })
    }

    fn write(&mut self, sequence: &str) -> io::Result<()> {
        self.inner.backend_mut().write_all(sequence.as_bytes())
    }
}

impl crate::runtime::Screen for Terminal {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.write(FRAME_BEGINS)?;
        let theme = &self.theme;
        self.inner.draw(|frame| {
            if let Some(at) = view::draw(app, theme, frame.buffer_mut()) {
                frame.set_cursor_position(at);
            }
        })?;
        self.write(FRAME_ENDS)?;
        Write::flush(self.inner.backend_mut())
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        self.mouse = mouse;
        self.write(if mouse == Mouse::Ours { MOUSE_ON } else { MOUSE_OFF })?;
        Write::flush(self.inner.backend_mut())
    }

    fn copy(&mut self, text: &str, what: &str) -> (Weight, String) {
        clipboard::copy_by_terminal(self.inner.backend_mut(), text, what)
    }

    fn suspend(&mut self) -> io::Result<Size> {
        restore();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take()?;
        self.set_mouse(self.mouse)?;
        self.inner.clear()?;
        self.size()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    let mut out = io::stdout();
    out.write_all(TAKE.as_bytes())?;
    out.flush()
}

/// Gives the terminal back, if it was taken. Each step is tried whatever became of the others.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        let _ = out.write_all(GIVE_BACK.as_bytes());
        let _ = out.flush();
        let _ = disable_raw_mode();
    }
}

/// From now on a panic gives the terminal back and says where it happened, and nothing else: the
/// message of a panic can hold a student's text, or the key.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        restore();
        let place = panic.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}", at.file(), at.line()),
        );
        // Not `eprintln`: that panics when standard error is closed.
        let _ = writeln!(io::stderr(), "sfchat-tui crashed at {place}; this is a bug in it");
    }));
}
