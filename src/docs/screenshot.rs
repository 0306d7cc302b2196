//! The picture of the screen: the demo's conversations through the real decoder, state and view.
//!
//! What the runtime leaves to threads is done at once here, and the time stands still, so that
//! the same program makes the same picture.

use std::collections::VecDeque;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::chord::Chord;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::geometry::Size;
use crate::app::look::Background;
use crate::app::{App, Settings};
use crate::demo::{self, Archive, GROUPS};
use crate::io::stream::{Decoder, DocumentError};
use crate::io::wire::AsSent;
use crate::port::{self, Fact, FetchEvent, FetchTicket};
use crate::scope::Scope;
use crate::search::Memory;
use crate::store::Limits;
use crate::time::{Millis, Zone};
use crate::view::{self, Depth, Theme};

const SIZE: Size = Size { columns: 120, rows: 36 };
/// What is typed before the picture is taken.
const KEYS: &str = "2 / w a t e r enter";

/// The picture as SVG.
///
/// # Errors
/// When the demo's own response is not a list of messages.
pub fn screenshot() -> Result<String, DocumentError> {
    let demo = demo::Settings::default();
    let groups = GROUPS.iter().map(|group| Scope::group(group.id));
    let scopes = groups.chain([Scope::user("alice"), Scope::all()]);
    let settings = Settings {
        scopes: scopes.map(|scope| (scope.to_string(), scope)).collect(),
        zone: Zone::UTC,
        ..Settings::default()
    };
    let mut desk = Desk { archive: Arc::new(Archive::new(&demo)), now: demo.now };
    let mut app = App::new(settings, SIZE, demo.now);
    let effects = app.start();
    desk.settle(&mut app, effects)?;
    for chord in KEYS.split_whitespace().filter_map(Chord::parse) {
        let effects = app.update(Event::Pressed(chord), demo.now);
        desk.settle(&mut app, effects)?;
    }
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.columns, SIZE.rows));
    let theme = Theme::built_in("dark", Background::Dark, Depth::True);
    view::draw(&app, &theme, &mut buffer);
    Ok(view::to_svg(&buffer, "sfchat-tui browsing its demo"))
}

/// Does what the state asks for, one thing after the other.
struct Desk {
    archive: Arc<Archive>,
    now: Millis,
}

impl Desk {
    /// Answers effects, and what follows from the answers, until nothing is left to do.
    fn settle(&mut self, app: &mut App, effects: Vec<Effect>) -> Result<(), DocumentError> {
        let mut left = VecDeque::from(effects);
        loop {
            while let Some(effect) = left.pop_front() {
                for event in self.answer(effect)? {
                    left.extend(app.update(event, self.now));
                }
            }
            left.extend(app.prepare());
            if left.is_empty() {
                return Ok(());
            }
        }
    }

    fn answer(&self, effect: Effect) -> Result<Vec<Event>, DocumentError> {
        Ok(match effect {
            Effect::Fetch { ticket, scope } => self.fetch(ticket, &scope)?,
            Effect::Run(task) => port::run_to_end(task, &AsSent, &Memory::default())
                .map(|answer| Event::Fact(Fact::Answered(answer)))
                .into_iter()
                .collect(),
            // A picture shows nothing of the others.
            _ => Vec::new(),
        })
    }

    fn fetch(&self, ticket: FetchTicket, scope: &Scope) -> Result<Vec<Event>, DocumentError> {
        let mut decoder = Decoder::new(Limits::default());
        let mut pages = Vec::new();
        for chunk in Arc::clone(&self.archive).chunks(scope, self.now) {
            decoder.push(&chunk, &mut |page| pages.push(page))?;
        }
        let tally = decoder.finish(&mut |page| pages.push(page))?;
        let arrived = pages.into_iter().map(|page| FetchEvent::PageArrived(Arc::new(page)));
        let all = arrived.chain([FetchEvent::Finished(Box::new(tally))]);
        Ok(all.map(|event| Event::Fetch(ticket, event)).collect())
    }
}
