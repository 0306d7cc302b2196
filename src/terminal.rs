//! The terminal: takes it at the start and gives it back at every end.
//!
//! A [`Terminal`] proves that it was taken; dropping it gives it back. [`restore`] may be called at
//! any time and any number of times.

mod answers;
mod ascii;
mod crash;
mod encoder;
#[cfg(debug_assertions)]
mod fault;
mod handover;
mod input;
mod input_pause;
mod signals;
mod tty;

use std::io::{self, IsTerminal, Write};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustix::process::{Signal, kill_current_process_group};

use crate::app::App;
use crate::app::effect::{Handover, Mouse};
use crate::app::geometry::Size;
use crate::io::clipboard;
use crate::port::Copied;
use crate::view::{self, Themes};

use encoder::Encoder;
use handover::child;

pub use ascii::Charset;
pub use crash::install_crash_handlers;
pub use encoder::sgr;
pub use input::{Input, Others, event_of};
pub use signals::{Signals, end_soon, listen, status_of};

/// A frame between these is shown at once, where the terminal can.
const FRAME_BEGINS: &str = "\x1b[?2026h";
const FRAME_ENDS: &str = "\x1b[?2026l";

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Output goes to a file or a pipe.
    #[error("standard output is not a terminal; try `sfchat-tui sessions`")]
    NotATerminal,
    /// Neither standard input nor the process has one.
    #[error("there is no terminal to read keys from: {0}")]
    NoKeyboard(io::Error),
    /// It cannot place text.
    #[error("TERM={0} cannot place text on a screen; set TERM to the name of your terminal")]
    Dumb(String),
    /// It did not do what was asked of it.
    #[error("cannot set up the terminal: {0}")]
    Io(#[from] io::Error),
}

/// Checks that there is a terminal that can be drawn on, before anything is done to it.
pub fn check(term: Option<&str>) -> Result<(), TerminalError> {
    if !io::stdout().is_terminal() {
        return Err(TerminalError::NotATerminal);
    }
    match term {
        None | Some("") => return Err(TerminalError::Dumb("(unset)".to_owned())),
        Some("dumb") => return Err(TerminalError::Dumb("dumb".to_owned())),
        Some(_) => {}
    }
    tty::open_keyboard().map_err(TerminalError::NoKeyboard)
}

/// Whether a terminal of this name understands queries. Some print them; `screen` passes them on to
/// every terminal attached to it, so that none or several answer. tmux often calls itself `screen`,
/// but answers by itself.
pub fn understands_questions(term: &str, is_tmux: bool) -> bool {
    const NOT: [&str; 5] = ["linux", "screen", "Eterm", "cygwin", "sun"];
    is_tmux
        || !NOT.iter().any(|name| {
            term.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
        })
}

/// Whether this error says that the terminal is gone.
pub fn says_gone(error: &io::Error) -> bool {
    tty::says_gone(error)
}

/// A terminal that was taken.
pub struct Terminal {
    // Given back first: what the next field still holds then goes nowhere.
    _taken: Taken,
    encoder: Encoder,
    /// What the next frame is painted on.
    frame: Buffer,
    letters: Charset,
    themes: Themes,
    others: Others,
    #[cfg(debug_assertions)]
    frames: u64,
}

/// Gives the terminal back at its end.
struct Taken;

impl Drop for Taken {
    fn drop(&mut self) {
        tty::await_answer();
        restore();
    }
}

impl Terminal {
    /// Takes the terminal, and asks it for its background where a theme wants to know and the
    /// terminal understands the question, see [`understands_questions`]. `others` hears when it comes back
    /// from another program.
    pub fn take(
        themes: Themes,
        letters: Charset,
        understands: bool,
        others: Others,
    ) -> Result<Self, TerminalError> {
        tty::take()?;
        let taken = Taken;
        if themes.asks_for_background() && understands {
            tty::ask_background()?;
        }
        Ok(Self {
            _taken: taken,
            encoder: Encoder::default(),
            frame: Buffer::default(),
            letters,
            themes,
            others,
            #[cfg(debug_assertions)]
            frames: 0,
        })
    }

    /// The size of the window.
    pub fn size(&self) -> io::Result<Size> {
        let (columns, rows) = crossterm::terminal::size()?;
        Ok(Size { columns, rows })
    }
}

impl crate::runtime::Screen for Terminal {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        if !tty::is_taken() {
            // Invisible now; taking the terminal again draws the whole screen.
            return Ok(());
        }
        if tty::screen_is_forgotten() {
            self.encoder.forget();
        }
        let size = self.size()?;
        self.frame.resize(Rect::new(0, 0, size.columns, size.rows));
        self.frame.reset();
        #[cfg(debug_assertions)]
        if self.frames == 1 {
            fault::strike();
        }
        let cursor = view::draw(app, self.themes.of(app.display().look()), &mut self.frame);
        self.letters.apply(&mut self.frame);
        let bytes = self.encoder.encode(&mut self.frame, cursor);
        #[cfg(debug_assertions)]
        {
            self.frames += 1;
        }
        if bytes.is_empty() {
            return Ok(());
        }
        tty::Out.write_all([FRAME_BEGINS, bytes, FRAME_ENDS].concat().as_bytes())
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.encoder.forget();
        Ok(())
    }

    fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        let ours = mouse == Mouse::Ours;
        tty::remember_mouse(ours);
        tty::Out.write_all(if ours { tty::MOUSE_ON } else { tty::MOUSE_OFF }.as_bytes())
    }

    fn copy(&mut self, text: &str, what: &'static str) -> Copied {
        clipboard::copy_by_terminal(&mut tty::Out, text, what)
    }

    fn hand_over(&mut self, handover: Handover) -> Result<(), String> {
        handover::start(handover, self.others.clone())
    }

    fn suspend(&mut self) -> io::Result<Size> {
        // What the terminal itself does at Ctrl-Z: everything that was started together stops.
        // The signal is heard like one from outside.
        kill_current_process_group(Signal::TSTP)?;
        self.size()
    }
}

/// Gives the terminal back, if it was taken. Each step is tried whatever became of the others.
pub fn restore() {
    tty::take_no_more();
    if child::end() {
        tty::answer_for_another();
    }
    tty::give_back_for_good();
}
