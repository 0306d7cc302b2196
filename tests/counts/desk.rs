//! The app, with workers that answer at once, and the cells of one frame.

use std::collections::VecDeque;
use std::sync::Arc;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use sfchat_tui::app::chord::{Chord, Key};
use sfchat_tui::app::effect::{Effect, Mouse};
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::{App, AppSettings};
use sfchat_tui::io::wire::AsSent;
use sfchat_tui::port::{self, Fact, FetchEvent, FetchTicket, Task};
use sfchat_tui::search::Memory;
use sfchat_tui::store::{IngestStats, Page};
use sfchat_tui::time::Zone;
use sfchat_tui::view::{self, Theme};

use crate::allocations::{Asked, asked_in};

const SIZE: Size = Size { columns: 120, rows: 40 };

/// What one key cost on the screen's thread, up to its frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cost {
    pub(crate) asked: Asked,
    /// Segments of messages that were cleaned and wrapped.
    pub(crate) laid_out: u64,
    /// Rows of messages that were read.
    pub(crate) rows: u64,
}

/// The app and its frame.
pub(crate) struct Desk {
    pub(crate) app: App,
    theme: Theme,
    cells: Buffer,
    fetch: FetchTicket,
}

impl Desk {
    /// A desk that waits for its messages.
    pub(crate) fn new() -> Self {
        let settings =
            AppSettings { zone: Zone::UTC, mouse: Mouse::Terminals, ..AppSettings::default() };
        let mut app = App::new(settings, SIZE, 1_700_000_000_000);
        let asked = app.start().into_iter().find_map(|effect| match effect {
            Effect::Fetch { ticket, .. } => Some(ticket),
            _ => None,
        });
        let cells = Buffer::empty(Rect::new(0, 0, SIZE.columns, SIZE.rows));
        Self { app, theme: Theme::colour(), cells, fetch: asked.expect("it loads") }
    }

    /// A desk with these pages.
    pub(crate) fn with(pages: &[Arc<Page>]) -> Self {
        let mut desk = Self::new();
        for page in pages {
            desk.fetched(FetchEvent::PageArrived(Arc::clone(page)));
        }
        desk.fetched(FetchEvent::Finished(Box::<IngestStats>::default()));
        desk.frame();
        desk
    }

    /// A fact about the load, with what follows from it.
    pub(crate) fn fetched(&mut self, event: FetchEvent) {
        let effects = self.update(Event::Fetch(self.fetch, event));
        self.work(effects);
    }

    /// What the screen's thread asks for to take in a page.
    pub(crate) fn cost_of_page(&mut self, page: &Arc<Page>) -> Asked {
        let event = Event::Fetch(self.fetch, FetchEvent::PageArrived(Arc::clone(page)));
        let mut effects = Vec::new();
        let asked = asked_in(|| effects = self.update(event));
        self.work(effects);
        asked
    }

    /// Does what workers do, until nothing is left.
    fn work(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            let Effect::Run(
                task @ (Task::Find { .. }
                | Task::SortSessions { .. }
                | Task::SortMessages { .. }
                | Task::FindPlace(..)),
            ) = effect
            else {
                continue;
            };
            let answer = port::run_to_end(task, &AsSent, &Memory::default());
            let event = Event::Fact(Fact::Answered(answer.expect("nothing cancels it")));
            queue.extend(self.update(event));
        }
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        self.app.update(event, 1_700_000_000_000)
    }

    fn frame(&mut self) {
        self.app.prepare();
        self.cells.reset();
        view::draw(&self.app, &self.theme, &mut self.cells);
    }

    /// Presses a key and draws the frame that answers it; workers come after that.
    pub(crate) fn press(&mut self, key: &str) -> Cost {
        let chord = Chord::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
        let (laid_out, rows) = (self.laid_out(), self.rows());
        let mut effects = Vec::new();
        let asked = asked_in(|| {
            effects = self.update(Event::Pressed(chord));
            self.frame();
        });
        let cost = Cost { asked, laid_out: self.laid_out() - laid_out, rows: self.rows() - rows };
        self.work(effects);
        self.frame();
        cost
    }

    /// Types a word, letter by letter.
    pub(crate) fn type_in(&mut self, word: &str) {
        for letter in word.chars() {
            let effects = self.update(Event::Pressed(Chord::plain(Key::Char(letter))));
            self.work(effects);
            self.frame();
        }
    }

    /// The window has another size; what the frame cost.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> u64 {
        let before = self.laid_out();
        let effects = self.update(Event::Resized(Size { columns, rows }));
        self.cells.resize(Rect::new(0, 0, columns, rows));
        self.work(effects);
        self.frame();
        self.laid_out() - before
    }

    /// Segments laid out so far.
    fn laid_out(&self) -> u64 {
        self.app.tab().transcript.laid_out()
    }

    /// Rows read so far.
    #[cfg(debug_assertions)]
    fn rows(&self) -> u64 {
        self.app.tab().store.rows_read()
    }

    /// A release does not count them.
    #[cfg(not(debug_assertions))]
    fn rows(&self) -> u64 {
        0
    }

    /// The line of the screen with this text.
    pub(crate) fn line_with(&self, text: &str) -> Option<String> {
        let width = usize::from(self.cells.area.width);
        let lines = self.cells.content.chunks(width);
        let mut lines = lines.map(|line| line.iter().map(Cell::symbol).collect::<String>());
        lines.find(|line| line.contains(text))
    }
}
