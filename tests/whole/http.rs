//! The loop of the program over real HTTP: keys go in at one end, bytes of a server at the other,
//! and what counts is on the screen.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use sfchat_tui::app::chord::{Chord, Key as KeyName};
use sfchat_tui::app::effect::{Handover, Mouse};
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::{App, AppSettings};
use sfchat_tui::config::{Api, Config, GroupIdsStyle};
use sfchat_tui::demo;
use sfchat_tui::io::api::Endpoint;
use sfchat_tui::io::key::{ApiKey, KeySource};
use sfchat_tui::port::{Copied, CopyRoute};
use sfchat_tui::runtime::{self, Drivers, Ending, Inputs, MessageSource, Screen};
use sfchat_tui::scope::Scope;
use sfchat_tui::time::Millis;
use sfchat_tui::view::Theme;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::data::{NOW, body, messages};
use crate::desk::{WIDE, settings};
use crate::frame;
use crate::server::{Answer, KEY, Server};

/// A generous time for what takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(30);

/// The small set is there, and in order.
const LOADED: [&str; 2] = ["14 messages · 4 sessions · just now", "Sessions 1/4"];

/// A terminal that is a piece of memory.
struct Paper {
    frames: watch::Sender<String>,
}

impl Screen for Paper {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.frames.send_replace(frame::text(&frame::drawn(app, &Theme::colour())));
        Ok(())
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn set_mouse(&mut self, _: Mouse) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str, what: &'static str) -> Copied {
        let of = text.chars().count();
        Copied { what, way: CopyRoute::Terminal, sent: of, of }
    }

    fn hand_over(&mut self, _: Handover) -> Result<(), String> {
        Err("paper cannot be handed over".to_owned())
    }

    fn suspend(&mut self) -> io::Result<Size> {
        Ok(WIDE)
    }
}

/// A person at the running program.
struct Person {
    keys: mpsc::UnboundedSender<Event>,
    frames: watch::Receiver<String>,
    program: JoinHandle<io::Result<Ending>>,
}

/// The clock of these tests stands still: what is on the screen does not depend on it.
fn clock() -> Millis {
    NOW
}

impl Person {
    /// Starts the program.
    fn sit_down(endpoint: Endpoint, settings: AppSettings, folder: PathBuf) -> Self {
        let (keys, mut pressed) = mpsc::unbounded_channel();
        let (sender, frames) = watch::channel(String::new());
        let program = tokio::spawn(async move {
            let (fetches_in, fetches) = mpsc::channel(8);
            let (facts_in, facts) = mpsc::channel(64);
            let source = MessageSource::Endpoint(Arc::new(endpoint));
            let mut edges = Drivers::new(source, fetches_in, facts_in, (folder, 1 << 30));
            let input = stream::poll_fn(move |cx| pressed.poll_recv(cx));
            let ears = Inputs { input, facts, fetches, signals: stream::pending(), clock };
            let mut app = App::new(settings, WIDE, clock());
            runtime::run(&mut app, ears, &mut Paper { frames: sender }, &mut edges).await
        });
        Self { keys, frames, program }
    }

    /// Presses keys: words that are chords are pressed, others are typed letter by letter.
    fn press(&self, keys: &str) {
        for word in keys.split_whitespace() {
            let chords = match Chord::parse(word) {
                Some(chord) => vec![chord],
                None => word.chars().map(|letter| Chord::plain(KeyName::Char(letter))).collect(),
            };
            for chord in chords {
                self.keys.send(Event::Pressed(chord)).unwrap();
            }
        }
    }

    /// Waits until all of these words are on the screen at once.
    async fn sees(&mut self, words: &[&str]) -> String {
        let seen = |frame: &String| words.iter().all(|word| frame.contains(word));
        let waited = tokio::time::timeout(DEADLINE, self.frames.wait_for(seen)).await;
        if let Ok(frame) = waited {
            return frame.unwrap().clone();
        }
        drop(waited);
        panic!("{words:?} did not come:\n{}", *self.frames.borrow());
    }

    /// Presses `q` at the top, and waits for the end.
    async fn leave(self) {
        self.press("esc esc q");
        let ending = tokio::time::timeout(DEADLINE, self.program).await.unwrap().unwrap().unwrap();
        assert_eq!(ending, Ending::Quit);
    }
}

fn endpoint(base_url: String, style: GroupIdsStyle, key: &str) -> Endpoint {
    let config = Config {
        api: Api { base_url, ..Api::default() },
        group_ids_style: style,
        ..Config::default()
    };
    let key = ApiKey::new(key, KeySource::Demo).unwrap();
    let endpoint = Endpoint::new(&config, key).unwrap();
    endpoint.with_first_wait(Duration::from_millis(5))
}

/// The program at this server, with the scopes of the tests.
fn at(server: &Server) -> Person {
    let endpoint = endpoint(server.origin.clone(), GroupIdsStyle::Repeat, KEY);
    Person::sit_down(endpoint, settings(), PathBuf::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_job_against_the_demo_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let settings = demo::DemoSettings { messages: 400, ..demo::DemoSettings::at(NOW) };
    let demo = tokio::spawn(demo::serve(listener, settings, clock));
    let group = demo::GROUPS[0].id;
    let scopes =
        vec![("first".to_owned(), Scope::group(group)), ("everything".to_owned(), Scope::all())];
    let endpoint = endpoint(base_url, GroupIdsStyle::Repeat, demo::DEMO_KEY);
    let folder = tempfile::tempdir().unwrap();
    let settings = AppSettings { scopes, ..self::settings() };
    let mut person = Person::sit_down(endpoint, settings, folder.path().to_owned());
    person.sees(&["sessions · just now", "Sessions 1/"]).await;
    person.press("2");
    person.sees(&["400 messages", "Sessions 1/"]).await;
    person.press("enter i");
    person.sees(&["Metadata", "sessionId"]).await;
    person.press("i f role:user enter");
    person.sees(&["filter role:user", "messages  "]).await;
    person.press("F / the enter");
    person.sees(&["search the 1/"]).await;
    person.press("n");
    person.sees(&["search the 2/"]).await;
    person.press("e right n enter");
    person.sees(&["400 messages written"]).await;
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    assert!(file.extension().is_some_and(|ending| ending == "ndjson"), "{file:?}");
    let written = std::fs::read_to_string(file).unwrap();
    assert_eq!(written.lines().count(), 400);
    person.leave().await;
    demo.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_is_what_the_description_says() {
    let all = body(&messages());
    for (prefix, style) in [
        ("", GroupIdsStyle::Repeat),
        ("/gateway/v2", GroupIdsStyle::Repeat),
        ("", GroupIdsStyle::Comma),
        ("/gateway/", GroupIdsStyle::Comma),
    ] {
        let server = Server::start(vec![Answer::Json(200, all.clone())]).await;
        let two = Scope { groups: vec!["class-101".into(), "a b+c,d&é".into()], user: None };
        let both = Scope { user: Some("alice".into()), ..two.clone() };
        let scopes = [("all", Scope::all()), ("two", two), ("both", both)];
        let scopes = scopes.map(|(name, scope)| (name.to_owned(), scope)).to_vec();
        let endpoint = endpoint(format!("{}{prefix}", server.origin), style, KEY);
        let settings = AppSettings { scopes, ..settings() };
        let mut person = Person::sit_down(endpoint, settings, PathBuf::new());
        person.sees(&LOADED).await;
        for (number, count) in [("2", 2), ("3", 3)] {
            person.press(number);
            let asked = || server.requests().len() >= count;
            while !asked() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            person.sees(&LOADED).await;
        }
        person.leave().await;
        let requests = server.requests();
        assert_eq!(requests.len(), 3, "one request a scope");
        let path = format!("{}/api/v1/usage-analyst/chat-messages", prefix.trim_end_matches('/'));
        for request in &requests {
            assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", path.as_str()));
        }
        let groups: Vec<(String, String)> = match style {
            GroupIdsStyle::Repeat => ["class-101", "a b+c,d&é"]
                .map(|group| ("groupIds".to_owned(), group.to_owned()))
                .to_vec(),
            GroupIdsStyle::Comma => {
                vec![("groupIds".to_owned(), "class-101,a b+c,d&é".to_owned())]
            }
        };
        let user = ("userId".to_owned(), "alice".to_owned());
        assert_eq!(requests[0].query, []);
        assert_eq!(requests[1].query, groups);
        let mut sorted = requests[2].query.clone();
        sorted.sort_by_key(|(name, _)| name == "groupIds");
        assert_eq!(sorted, [vec![user], groups].concat());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packed_body_is_unpacked() {
    let server = Server::start(vec![Answer::Gzip(body(&messages()))]).await;
    let mut person = at(&server);
    person.sees(&["14 messages · 4 sessions", "what is osmosis"]).await;
    let accepted = server.requests()[0].headers.clone();
    assert!(accepted.contains(&("accept-encoding".to_owned(), "gzip".to_owned())));
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_on_the_screen_while_the_rest_still_arrives() {
    let all = body(&messages());
    // In the middle of a message.
    let middle = all.len() * 2 / 3 + 7;
    let (first, rest) = (all[..middle].to_vec(), all[middle..].to_vec());
    let server = Server::start(vec![Answer::Halves(first, rest)]).await;
    let mut person = at(&server);
    let wanted = ["loading 1 kB of 2 kB", "how do I factor", "what is osmosis"];
    let view = person.sees(&wanted).await;
    assert!(!view.contains("factor 3x + 12"), "it did not arrive yet\n{view}");
    // They can be read.
    person.press("] enter J");
    person.sees(&["loading", " 2/5 ─┐"]).await;
    server.go_on();
    person.sees(&["14 messages · 4 sessions · just now", "/4 ─", "factor 3x + 12"]).await;
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_can_be_cancelled_while_it_waits() {
    let all = body(&messages());
    let server =
        Server::start(vec![Answer::Halves(all[..900].to_vec(), all[900..].to_vec())]).await;
    let mut person = at(&server);
    person.sees(&["loading", "how do I factor"]).await;
    person.press("esc");
    person.sees(&["incomplete: cancelled", "how do I factor"]).await;
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_says_so_and_is_not_tried_again() {
    let server = Server::start(vec![Answer::Json(200, body(&messages()))]).await;
    let endpoint = endpoint(server.origin.clone(), GroupIdsStyle::Repeat, "sk-a-wrong-key-9137");
    let mut person = Person::sit_down(endpoint, settings(), PathBuf::new());
    let view = person.sees(&["Failed:", "refused", "401 Unauthorized"]).await;
    assert!(!view.contains("sk-a-wrong"), "{view}");
    assert_eq!(server.requests().len(), 1);
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_busy_is_asked_again() {
    let busy = Answer::Json(503, br#"{"message":"busy"}"#.to_vec());
    let good = Answer::Json(200, body(&messages()));
    let server = Server::start(vec![busy.clone(), busy, good]).await;
    let mut person = at(&server);
    person.sees(&LOADED).await;
    assert_eq!(server.requests().len(), 3);
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stays_busy_is_given_up_and_r_asks_again() {
    let busy = Answer::Json(503, br#"{"message":"down for repair"}"#.to_vec());
    let good = Answer::Json(200, body(&messages()));
    let server = Server::start(vec![busy.clone(), busy.clone(), busy, good]).await;
    let mut person = at(&server);
    person.sees(&["Failed:", "503"]).await;
    assert_eq!(server.requests().len(), 3, "once and twice again");
    person.press("r");
    person.sees(&LOADED).await;
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_cut_is_called_incomplete() {
    let all = body(&messages());
    let cut = Answer::Cut(all.clone(), all.len() * 2 / 3);
    // The same cut again and again, as a server with a limit does.
    let server = Server::start(vec![cut]).await;
    let mut person = at(&server);
    person.sees(&["incomplete", "failed", "how do I factor", "what is osmosis"]).await;
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_that_is_cut_leaves_the_old_messages() {
    let all = body(&messages());
    let cut = Answer::Cut(all.clone(), all.len() / 2);
    let server = Server::start(vec![Answer::Json(200, all), cut]).await;
    let mut person = at(&server);
    person.sees(&LOADED).await;
    person.press("] enter r");
    let view = person.sees(&["failed", "14 messages · 4 sessions"]).await;
    assert!(!view.contains("incomplete"), "{view}");
    assert!(view.contains("Transcript ── factor 3x + 12"), "{view}");
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_page_is_no_list_of_messages() {
    let page = b"<!DOCTYPE html><title>Log in</title>".to_vec();
    let server = Server::start(vec![Answer::Json(200, page)]).await;
    let mut person = at(&server);
    person.sees(&["Failed:", "web"]).await;
    person.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_is_gone_ends_the_loop() {
    let server = Server::start(vec![Answer::Json(200, body(&messages()))]).await;
    let mut person = at(&server);
    person.sees(&["14 messages"]).await;
    let Person { keys, program, .. } = person;
    drop(keys);
    let ending = tokio::time::timeout(DEADLINE, program).await.unwrap().unwrap().unwrap();
    assert_eq!(ending, Ending::TerminalGone);
}
