//! A desk to work at without a terminal: keys and facts in, screens and effects out.
//!
//! What workers do is done at once and its result comes back as an event; what is asked of the
//! endpoint waits until a test answers it; everything else is kept to be looked at.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;
use sfchat_tui::app::chord::{Chord, Key};
use sfchat_tui::app::effect::{Effect, Mouse};
use sfchat_tui::app::event::{Event, MouseEvent};
use sfchat_tui::app::geometry::{Pane, Size};
use sfchat_tui::app::{App, AppSettings};
use sfchat_tui::io::wire::AsSent;
use sfchat_tui::io::{clipboard, export};
use sfchat_tui::port::Severity;
use sfchat_tui::port::{self, Fact, Failure, FailureKind, FetchEvent, FetchTicket, Task};
use sfchat_tui::scope::Scope;
use sfchat_tui::search;
use sfchat_tui::time::{Millis, Zone};
use sfchat_tui::view::Theme;

use crate::data::{self, NOW};
use crate::frame;

pub(crate) const WIDE: Size = Size { columns: 120, rows: 40 };
pub(crate) const USUAL: Size = Size { columns: 80, rows: 24 };
pub(crate) const NARROW: Size = Size { columns: 40, rows: 12 };
pub(crate) const SMALLEST: Size = Size { columns: 20, rows: 5 };
pub(crate) const DOT: Size = Size { columns: 1, rows: 1 };

/// Whether workers answer at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Workers {
    Quick,
    Held,
}

/// The app and everything around it.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) now: Millis,
    /// Requests that wait for an answer.
    pub(crate) asked: Vec<(FetchTicket, Scope)>,
    /// Requests that were given up.
    pub(crate) given_up: Vec<FetchTicket>,
    /// Effects that the outside would perform.
    pub(crate) left: Vec<Effect>,
    workers: Workers,
    /// What searches leave behind.
    memory: search::Memory,
    held: VecDeque<Effect>,
    clipboard: Option<String>,
}

/// The scopes of the tests.
pub(crate) fn settings() -> AppSettings {
    let scopes = [
        ("Biology", Scope::group("class-101")),
        ("class-102", Scope::group("class-102")),
        ("alice", Scope::user("alice")),
    ];
    AppSettings {
        scopes: scopes.map(|(name, scope)| (name.to_owned(), scope)).into(),
        zone: Zone::UTC,
        mouse: Mouse::Ours,
        ..AppSettings::default()
    }
}

impl Desk {
    /// A desk that has asked for its first scope.
    pub(crate) fn new(settings: AppSettings, size: Size) -> Self {
        let mut desk = Self {
            app: App::new(settings, size, NOW),
            now: NOW,
            asked: Vec::new(),
            given_up: Vec::new(),
            left: Vec::new(),
            workers: Workers::Quick,
            memory: search::Memory::default(),
            held: VecDeque::new(),
            clipboard: None,
        };
        let effects = desk.app.start();
        desk.perform(effects);
        desk.app.prepare();
        desk
    }

    /// A desk with the small set of messages.
    pub(crate) fn loaded(size: Size) -> Self {
        Self::with(size, &data::messages())
    }

    /// A desk with these messages.
    pub(crate) fn with(size: Size, messages: &[Value]) -> Self {
        let mut desk = Self::new(settings(), size);
        desk.answer(messages);
        desk
    }

    /// Takes in a fact, and what follows from it.
    pub(crate) fn tell(&mut self, event: impl Into<Event>) {
        let effects = self.app.update(event.into(), self.now);
        self.perform(effects);
        self.app.prepare();
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::Fetch { ticket, scope } => self.asked.push((ticket, scope)),
                Effect::CancelFetch(ticket) => {
                    self.asked.retain(|(asked, _)| *asked != ticket);
                    self.given_up.push(ticket);
                }
                Effect::Stop(stopped) => self
                    .held
                    .retain(|held| !matches!(held, Effect::Run(task) if task.lane() == stopped)),
                Effect::Discard(_) => {}
                // The other program ends at once.
                effect @ Effect::HandOver(_) => {
                    self.left.push(effect);
                    let back = Event::CameBack(Severity::Info, String::new());
                    queue.extend(self.app.update(back, self.now));
                }
                effect @ Effect::Run(_) => {
                    if self.workers == Workers::Held {
                        if let Effect::Run(new) = &effect {
                            // A new search stops the old one of its kind.
                            self.held.retain(|held| {
                                !matches!((held, new), (Effect::Run(old), Task::Find { .. })
                                    if old.is_superseded_by(new))
                            });
                        }
                        self.held.push_back(effect);
                    } else {
                        queue.extend(self.worked(effect));
                    }
                }
                other => {
                    self.keep_copy(&other);
                    self.left.push(other);
                }
            }
        }
    }

    fn keep_copy(&mut self, effect: &Effect) {
        match effect {
            Effect::Copy { text, .. } => self.clipboard = Some(clipboard::prepared(text)),
            Effect::CopySession(session) => {
                self.clipboard = Some(clipboard::prepared(&export::text(session)));
            }
            _ => {}
        }
    }

    /// Does what a worker does.
    fn worked(&mut self, effect: Effect) -> Vec<Effect> {
        let event = match effect {
            Effect::Run(task) => {
                let answer = port::run_to_end(task, &AsSent, &self.memory);
                Event::Fact(Fact::Answered(answer.expect("nothing cancels it")))
            }
            other => panic!("no worker does {other:?}"),
        };
        self.app.update(event, self.now)
    }

    /// From now on workers take their time.
    pub(crate) fn hold_workers(&mut self) {
        self.workers = Workers::Held;
    }

    /// Workers do what waits for them, and are quick again.
    pub(crate) fn release_workers(&mut self) {
        self.workers = Workers::Quick;
        while let Some(effect) = self.held.pop_front() {
            let effects = self.worked(effect);
            self.perform(effects);
        }
        self.app.prepare();
    }

    /// Presses keys: words that are chords are pressed, others are typed letter by letter.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            match Chord::parse(word) {
                Some(chord) => self.tell(Event::Pressed(chord)),
                None => {
                    for letter in word.chars() {
                        self.tell(Event::Pressed(Chord::plain(Key::Char(letter))));
                    }
                }
            }
        }
        self
    }

    /// Pastes a text.
    pub(crate) fn paste(&mut self, text: &str) {
        self.tell(Event::Pasted(text.to_owned()));
    }

    /// Does something with the mouse.
    pub(crate) fn mouse(&mut self, event: MouseEvent) {
        self.tell(Event::Mouse(event));
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, millis: Millis) {
        self.now += millis;
        self.tell(Event::TimePassed);
    }

    /// A fact about the request that waits.
    pub(crate) fn fetched(&mut self, event: FetchEvent) {
        let ticket = self.asked.last().expect("nothing was asked").0;
        self.tell(Event::Fetch(ticket, event));
    }

    /// The request that waits is answered with these messages.
    pub(crate) fn answer(&mut self, messages: &[Value]) {
        self.answer_with(&data::body(messages));
    }

    /// The request that waits is answered with this body.
    pub(crate) fn answer_with(&mut self, body: &[u8]) {
        self.arrive(body);
        let (_, tally) = data::decoded(body);
        self.finish(FetchEvent::Finished(Box::new(tally)));
    }

    /// The messages of a body arrive, and no end.
    pub(crate) fn arrive(&mut self, body: &[u8]) {
        let length = Some(body.len() as u64);
        self.fetched(FetchEvent::Answered { length });
        for page in data::decoded(body).0 {
            self.fetched(FetchEvent::PageArrived(Arc::new(page)));
        }
        self.fetched(FetchEvent::Progressed { bytes: body.len() as u64 });
    }

    /// The request that waits ends.
    pub(crate) fn finish(&mut self, event: FetchEvent) {
        self.fetched(event);
        self.asked.pop();
    }

    /// The request that waits fails.
    pub(crate) fn fail(&mut self) {
        self.finish(FetchEvent::Failed(failure(FailureKind::Network)));
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        frame::text(&frame::drawn(&self.app, &Theme::colour()))
    }

    /// The texts of the scopes that wait for an answer.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.iter().map(|(_, scope)| scope.to_string()).collect()
    }

    /// The first words of the selected message.
    pub(crate) fn selected(&self) -> String {
        let tab = self.app.tab();
        tab.selected().map_or(String::new(), |at| tab.store.text(at).chars().take(24).collect())
    }

    /// The id of the session shown.
    pub(crate) fn session(&self) -> String {
        let tab = self.app.tab();
        let session = tab.transcript.session.and_then(|id| tab.store.session(id));
        session.and_then(|session| session.name.as_deref()).unwrap_or("").to_owned()
    }

    /// The ids of the sessions in the list.
    pub(crate) fn listed(&self) -> Vec<String> {
        let tab = self.app.tab();
        let name = |id: &_| tab.store.session(*id).and_then(|session| session.name.clone());
        tab.sessions.rows().iter().map(|id| name(id).unwrap_or_default().to_string()).collect()
    }

    /// What the program last said.
    pub(crate) fn said(&self) -> String {
        self.app.notice().map_or(String::new(), |notice| notice.text.to_string())
    }

    /// What was copied last.
    pub(crate) fn copied(&self) -> Option<&str> {
        self.clipboard.as_deref()
    }

    /// Whether the program was asked to end.
    pub(crate) fn has_quit(&self) -> bool {
        self.left.iter().any(|effect| matches!(effect, Effect::Quit | Effect::Interrupt))
    }

    /// Gives a pane the focus.
    pub(crate) fn focus(&mut self, pane: Pane) {
        let keys = match (self.app.display().focus(), pane) {
            (from, to) if from == to => "",
            (Pane::Sessions, Pane::Transcript) => "enter",
            (Pane::Sessions, Pane::Metadata) => "enter i l",
            (Pane::Transcript, Pane::Metadata) => "i l",
            _ => panic!("the focus only goes in"),
        };
        self.keys(keys);
        assert_eq!(self.app.display().focus(), pane);
    }
}

/// A failure as the network gives it.
pub(crate) fn failure(kind: FailureKind) -> Failure {
    Failure {
        kind,
        what: "GET https://studyfetchapi.com/… answered 503 Service Unavailable".to_owned(),
        advice: "The server has a problem. Refresh to try again.".to_owned(),
    }
}

/// The screen after these keys.
pub(crate) fn screen(desk: &mut Desk, keys: &str) -> String {
    desk.keys(keys);
    desk.screen()
}
