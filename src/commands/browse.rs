//! The screen: everything is put together here, and taken apart in the end.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use signal_hook::consts::{SIGHUP, SIGINT};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::app::effect::Mouse;
use crate::app::keymap::Keymap;
use crate::app::look::{Background, ThemeChoice};
use crate::app::{App, AppSettings};
use crate::cli::{Browse, Color, Source as Asked, StartScope};
use crate::config::{AmbiguousWidth, Api, Config, NamedScope};
use crate::demo;
use crate::io::api::Endpoint;
use crate::io::key::{self, ApiKey, Environment, KeySource};
use crate::io::threads::reserve_signal_stack;
use crate::query::QueryError;
use crate::runtime::{self, Drivers, Ending, Inputs, MessageSource};
use crate::scope::Scope;
use crate::search::CompiledQuery;
use crate::terminal::{self, Charset, Terminal, TerminalError};
use crate::text::{self, Ambiguous, clean_line, clean_text, width};
use crate::time::Millis;
use crate::view::{Depth, Themes};

/// Events that may wait for the screen; more make their senders wait.
const QUEUE: usize = 64;
/// Pages that may wait for the screen.
const PAGES: usize = 8;

/// Why the screen did not open, or did not stay.
#[derive(Debug, thiserror::Error)]
pub enum BrowseError {
    /// There is no terminal.
    #[error("{0}")]
    Terminal(#[from] TerminalError),
    /// The key or the endpoint cannot be used.
    #[error("{0}")]
    Setup(String),
    /// The terminal failed while in use.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
}

impl BrowseError {
    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Terminal(_) | Self::Setup(_) => 2,
            Self::Io(_) => 1,
        }
    }
}

/// Opens the screen; gives back the exit status.
pub fn run(browse: Browse, environment: Environment<'_>) -> Result<u8, BrowseError> {
    let term = environment("TERM").map(|term| term.to_string_lossy().into_owned());
    terminal::check(term.as_deref())?;
    if let Some(path) = &browse.log_file {
        super::log::start(path).map_err(|error| {
            let path = path.to_string_lossy();
            let path = crate::text::clean_line_within(&path, 300);
            BrowseError::Setup(format!("the log file {path} cannot be opened: {error}"))
        })?;
    }
    let query = browse.query.as_deref().unwrap_or_default();
    if let Err(error) = CompiledQuery::new(query, browse.config.time_zone, now()) {
        return Err(BrowseError::Setup(wrong_query(query, &error)));
    }
    set_ambiguous(&browse.config);
    let depth = depth(browse.color, environment);
    let themes = Themes::new(&browse.config.ui.theme.name, browse.theme.as_ref(), depth);
    let look = ThemeChoice::new(themes.names(), background(environment));
    let is_tmux = environment("TMUX").is_some_and(|value| !value.is_empty());
    let understands = terminal::understands_questions(&term.unwrap_or_default(), is_tmux);
    let letters = Charset::of(|name| {
        environment(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
    });
    let letters = match (letters, text::ambiguous()) {
        (Charset::All, Ambiguous::Wide) => Charset::AllButDrawings,
        (letters, _) => letters,
    };
    let colours = Colours { themes, look, letters, understands };
    let key = match &browse.source {
        Asked::Endpoint(_) => Some(
            key::find(&browse.config.api, environment)
                .map_err(|error| BrowseError::Setup(error.to_string()))?,
        ),
        Asked::Demo | Asked::File(_) => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("network")
        .on_thread_start(reserve_signal_stack)
        .enable_all()
        .build()?;
    let ending = runtime.block_on(screen(browse, key, colours));
    // Whatever still runs is of no use to anybody now.
    runtime.shutdown_background();
    Ok(status_of(ending?))
}

/// What the screen is painted with.
struct Colours {
    themes: Themes,
    look: ThemeChoice,
    letters: Charset,
    /// Whether the terminal can be asked for its background.
    understands: bool,
}

/// How many colours are used: what the terminal can show, and none where that is wanted. What the
/// command line says counts more than the environment.
pub(super) fn depth(color: Color, environment: Environment<'_>) -> Depth {
    let of = |name| environment(name).map(|value| value.to_string_lossy().into_owned());
    let of = |name| of(name).unwrap_or_default();
    let can = Depth::of(&of("TERM"), &of("COLORTERM"));
    match color {
        Color::Always => can.max(Depth::Sixteen),
        Color::Auto if of("NO_COLOR").is_empty() => can,
        Color::Auto | Color::Never => Depth::Mono,
    }
}

/// What `COLORFGBG` says of the background, until the terminal itself does: its last part is one
/// of the 16 colours.
pub(super) fn background(environment: Environment<'_>) -> Background {
    let hint = environment("COLORFGBG").map(|value| value.to_string_lossy().into_owned());
    let last = hint.as_deref().and_then(|hint| hint.rsplit(';').next()?.parse().ok());
    match last {
        Some(0..=6 | 8) => Background::Dark,
        Some(7 | 9..=15) => Background::Light,
        _ => Background::Unknown,
    }
}

/// The exit status.
fn status_of(ending: Ending) -> u8 {
    match ending {
        Ending::Quit => 0,
        Ending::Interrupted => terminal::status_of(SIGINT),
        // Whoever closes a terminal sends the signal that says so.
        Ending::TerminalGone => terminal::status_of(SIGHUP),
        Ending::Signal(number) => terminal::status_of(number),
    }
}

async fn screen(
    browse: Browse,
    key: Option<ApiKey>,
    colours: Colours,
) -> Result<Ending, BrowseError> {
    let setup = |error: &dyn std::fmt::Display| BrowseError::Setup(error.to_string());
    let Colours { themes, look, letters, understands } = colours;
    let settings = AppSettings { look, ..settings(&browse)? };
    let most = browse.config.api.max_response_bytes;
    let source = match (browse.source, key) {
        (Asked::Endpoint(_), Some(key)) => {
            let endpoint = Endpoint::new(&browse.config, key).map_err(|error| setup(&error))?;
            MessageSource::Endpoint(Arc::new(endpoint))
        }
        (Asked::File(file), _) => MessageSource::File(file),
        (Asked::Demo | Asked::Endpoint(_), _) => {
            MessageSource::Endpoint(Arc::new(start_demo().await?))
        }
    };
    let (fetches_in, fetches) = mpsc::channel(PAGES);
    let (facts_in, facts) = mpsc::channel(QUEUE);
    let folder = std::env::current_dir().unwrap_or_default();
    let (input, signals) = terminal::listen()?;
    let edges = Drivers::new(source, fetches_in, facts_in, (folder, most));
    let mut edges = edges.with_config(browse.config_path);
    let mut screen = Terminal::take(themes, letters, understands, input.others())?;
    let mut app = App::new(settings, screen.size()?, now());
    let ears = Inputs { input, facts, fetches, signals, clock: now };
    let ending = match runtime::run(&mut app, ears, &mut screen, &mut edges).await {
        Err(error) if terminal::says_gone(&error) => Ending::TerminalGone,
        ended => ended?,
    };
    terminal::end_soon(status_of(ending));
    drop(screen);
    // A million messages take a while to be given back one by one; the end of the process does
    // that at once.
    std::mem::forget(app);
    Ok(ending)
}

/// What is wrong with a query, under the place where it is.
pub(super) fn wrong_query(query: &str, error: &QueryError) -> String {
    // The column counts characters as they were typed.
    let at = query.char_indices().nth(error.column).map_or(query.len(), |(at, _)| at);
    let (before, rest) = query.split_at_checked(at).unwrap_or((query, ""));
    let (before, rest) = (clean_text(before), clean_text(rest));
    let (before, rest) = (before.as_str(), rest.as_str());
    let message = clean_line(&error.message);
    // The caret stands below the line that it is about, whatever follows that.
    let columns = before.rsplit('\n').next().map_or(0, width);
    let (rest, behind) = rest.split_once('\n').unwrap_or((rest, ""));
    let lines = format!("{before}{rest}").replace('\n', "\n  ");
    let behind = if behind.is_empty() { "" } else { "\n  …" };
    format!("the query is wrong:\n  {lines}\n  {}^ {message}{behind}", " ".repeat(columns))
}

/// Measures texts as the terminal shows them.
pub(super) fn set_ambiguous(config: &Config) {
    text::set_ambiguous(match config.ui.ambiguous_width {
        AmbiguousWidth::One => Ambiguous::Narrow,
        AmbiguousWidth::Two => Ambiguous::Wide,
    });
}

/// Starts the demo server on a free port of the loopback interface.
pub(super) async fn start_demo() -> Result<Endpoint, BrowseError> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let demo = demo::DemoSettings::at(now());
    tokio::spawn(async move {
        if let Err(error) = demo::serve(listener, demo, now).await {
            tracing::warn!(%error, "the demo server ended");
        }
    });
    let config = Config { api: Api { base_url, ..Api::default() }, ..Config::default() };
    let key = ApiKey::new(demo::DEMO_KEY, KeySource::Demo);
    let key = key.map_err(|error| BrowseError::Setup(error.to_string()))?;
    Endpoint::new(&config, key).map_err(|error| BrowseError::Setup(error.to_string()))
}

fn settings(browse: &Browse) -> Result<AppSettings, BrowseError> {
    let config = &browse.config;
    let keymap = Keymap::new(&config.keys).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        BrowseError::Setup(errors.join("\n"))
    })?;
    let (scopes, first) = scopes(browse);
    let labels = &config.labels;
    Ok(AppSettings {
        scopes,
        first,
        views: config.views.clone(),
        filter: browse.query.clone().unwrap_or_default(),
        zone: config.time_zone,
        labels: [labels.user.clone(), labels.assistant.clone(), labels.system.clone()],
        mouse: if config.ui.mouse { Mouse::Ours } else { Mouse::Terminals },
        split: u16::from(config.ui.split),
        text_width: config.ui.text_width.unwrap_or(u16::MAX),
        refresh_every: config.ui.refresh_every.map(millis),
        keymap,
        right_to_left: config.ui.right_to_left,
        ..AppSettings::default()
    })
}

/// The scopes of the top line, and which of them is shown first.
pub(super) fn scopes(browse: &Browse) -> (Vec<(String, Scope)>, usize) {
    let named = |scope: &NamedScope| (scope.name.clone(), scope.scope.clone());
    let mut scopes: Vec<_> = browse.config.scopes.iter().map(named).collect();
    match &browse.source {
        Asked::Endpoint(StartScope::Named(place)) => (scopes, *place),
        Asked::Endpoint(StartScope::Typed(scope)) => {
            match scopes.iter().position(|(_, other)| other == scope) {
                Some(place) => (scopes, place),
                None => {
                    scopes.insert(0, (scope.to_string(), scope.clone()));
                    (scopes, 0)
                }
            }
        }
        Asked::File(file) => (vec![(file.to_string(), Scope::all())], 0),
        Asked::Demo => {
            let groups = demo::GROUPS.iter().map(|group| Scope::group(group.id));
            let scopes = groups.chain([Scope::user("alice"), Scope::all()]);
            (scopes.map(|scope| (scope.to_string(), scope)).collect(), 0)
        }
    }
}

fn millis(span: Duration) -> Millis {
    Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX)
}

/// The wall clock.
pub fn now() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}
