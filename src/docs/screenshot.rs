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
use crate::app::inspector::Reading;
use crate::app::look::Background;
use crate::app::{App, Settings};
use crate::demo::{self, Archive, GROUPS};
use crate::highlight;
use crate::io::stream::{Decoder, DocumentError};
use crate::io::wire;
use crate::port::{FetchEvent, FetchTicket};
use crate::scope::Scope;
use crate::search::{self, Job};
use crate::store::{self, Limits};
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
            Effect::Find { finding, ticket, job } => {
                let job = Job { threads: 1, ..*job };
                let hits = search::run(&job, &|| false, &mut |_| ());
                hits.into_iter().map(|hits| Event::Found(finding, ticket, hits)).collect()
            }
            Effect::SortSessions { ticket, keys } => {
                let order = keys.sort();
                vec![Event::SessionsSorted(ticket, order)]
            }
            Effect::SortMessages { ticket, pages, sessions } => {
                let sorted = store::gather(&pages, &sessions).into_iter();
                let sorted = sorted.map(|(id, list)| {
                    (id, store::without_repeats(&pages, search::sort_messages(&pages, list)))
                });
                vec![Event::MessagesSorted(ticket, sorted.collect())]
            }
            Effect::ReadMetadata { store, message, page, ids, zone } => {
                let row = page.rows.get(message.row as usize);
                let sheet = row.map(|row| wire::sheet(&ids, &page, row, zone));
                let read =
                    |sheet| Event::MetadataRead(store, message, Box::new(Reading::new(sheet)));
                sheet.map(read).into_iter().collect()
            }
            Effect::Highlight { key, code, language } => {
                let told = highlight::highlight(&code, &language, &mut || true);
                vec![Event::Highlighted(key, told.map(Arc::new))]
            }
            // Nothing of these is seen in a picture.
            Effect::CancelFetch(_)
            | Effect::PrepareToFind { .. }
            | Effect::StopFinding(_)
            | Effect::Count { .. }
            | Effect::StopCounting
            | Effect::SaveView { .. }
            | Effect::FindInMetadata { .. }
            | Effect::FindPlace(..)
            | Effect::Copy { .. }
            | Effect::CopySession(_)
            | Effect::CopyByTerminal { .. }
            | Effect::PreviewExport(..)
            | Effect::Export { .. }
            | Effect::StopExport(_)
            | Effect::HandOver(_)
            | Effect::Discard(_)
            | Effect::SetMouse(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit
            | Effect::Interrupt => Vec::new(),
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
