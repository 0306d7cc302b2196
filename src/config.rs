//! The settings: what they are, their defaults, and how they are read from TOML text.
//!
//! Knows no file, no environment and no terminal: text goes in, settings or a complete list of
//! what is wrong with them come out. No message ever quotes a value, since one of them is the key.

mod base_url;
mod print;
mod read;
#[cfg(test)]
mod tests;

pub use crate::query::View;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::scope::Scope;
use crate::time::Zone;

pub use crate::query::nearest;
pub use base_url::{check_base_url, is_loopback_http};

/// The address of the endpoint where nothing else is said.
pub const DEFAULT_BASE_URL: &str = "https://studyfetchapi.com";

/// All settings.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Config {
    /// How several groups are written in the query of the URL.
    pub group_ids_style: GroupIdsStyle,
    /// The zone in which times are shown and dates in queries are understood.
    pub time_zone: Zone,
    /// The endpoint.
    pub api: Api,
    /// The scopes of the number keys, in the order of the file.
    pub scopes: Vec<NamedScope>,
    /// The queries that were given a name, in the order of the file.
    pub views: Vec<View>,
    /// What the roles are called on the screen.
    pub labels: Labels,
    /// Keys by scope and action, as typed; whoever knows the actions checks them.
    pub keys: BTreeMap<String, BTreeMap<String, Binding>>,
    /// The screen.
    pub ui: Ui,
}

impl Config {
    /// Reads settings; what the text leaves out keeps its default.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text. When the text is no TOML, only that:
    /// what its lines mean is then a guess.
    pub fn load(text: &str) -> Result<Self, Vec<ConfigError>> {
        let (config, wrong) = Self::read(text);
        if wrong.is_empty() { Ok(config) } else { Err(wrong) }
    }

    /// Reads what can be read, and says all that is wrong, so that a caller who knows more (which
    /// keys and actions there are) can add to it.
    pub fn read(text: &str) -> (Self, Vec<ConfigError>) {
        read::config(text)
    }

    /// The settings as TOML text that reads back as the same settings, but for the key, which is
    /// shown as `mask`.
    pub fn to_toml(&self, mask: &str) -> String {
        print::config(self, mask)
    }
}

/// How several groups are written in the query of the URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GroupIdsStyle {
    /// `groupIds=a&groupIds=b`, the default of `OpenAPI` 3.
    #[default]
    Repeat,
    /// `groupIds=a%2Cb`, as the vendor's own client does.
    Comma,
}

/// `[api]`: the endpoint.
#[derive(Clone, PartialEq, Debug)]
pub struct Api {
    /// Where the endpoint's paths begin. Checked by [`check_base_url`].
    pub base_url: String,
    /// A program and its arguments that prints the key; empty for none.
    pub api_key_command: Vec<String>,
    /// A file that holds the key and nothing else.
    pub api_key_file: Option<PathBuf>,
    /// The key itself.
    pub api_key: Option<LiteralKey>,
    /// Certificates in PEM form to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// The longest time to reach the server.
    pub connect_timeout: Duration,
    /// The longest time until the server answers with its headers.
    pub headers_timeout: Duration,
    /// The longest silence within a response.
    pub idle_timeout: Duration,
    /// The largest response that is taken, in bytes after decompression.
    pub max_response_bytes: u64,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_key_command: Vec::new(),
            api_key_file: None,
            api_key: None,
            ca_file: None,
            connect_timeout: Duration::from_secs(5),
            headers_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_secs(30),
            max_response_bytes: 2 << 30,
        }
    }
}

/// The key as the config holds it. Neither its `Debug` nor anything else prints it.
#[derive(Clone)]
pub struct LiteralKey(SecretString);

impl LiteralKey {
    /// The key, for the one place that needs it.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<&str> for LiteralKey {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl PartialEq for LiteralKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl fmt::Debug for LiteralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// One of `[[scopes]]`: a scope with a name of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedScope {
    /// The name; no two are the same.
    pub name: String,
    /// What is asked for; everything when neither `groups` nor `user` is given.
    pub scope: Scope,
}

/// `[labels]`: what the roles are called on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Labels {
    /// The student.
    pub user: String,
    /// The tutor.
    pub assistant: String,
    /// The instructions.
    pub system: String,
}

impl Default for Labels {
    fn default() -> Self {
        Self { user: "user".into(), assistant: "assistant".into(), system: "system".into() }
    }
}

/// One action's keys as the config gives them, and where, so that a later check can point there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The chords as typed; empty takes every key from the action.
    pub chords: Vec<String>,
    /// Where the action stands in the text.
    pub at: Place,
}

/// `[ui]`: the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ui {
    /// The theme; whoever knows the themes checks it.
    pub theme: ThemeName,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// How often the scope is refreshed by itself.
    pub refresh_every: Option<Duration>,
    /// The width of the sessions pane in percent.
    pub split: u8,
    /// The columns that running text has at most in a transcript; `None` for all of the pane.
    pub text_width: Option<u16>,
    /// The cells that the terminal gives to characters of ambiguous width.
    pub ambiguous_width: AmbiguousWidth,
    /// Who puts text from right to left into the order in which it is seen.
    pub right_to_left: RightToLeft,
}

/// The cells of `±`, `“`, Greek and other characters whose width Unicode leaves open.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum AmbiguousWidth {
    /// One, as nearly every terminal has it.
    #[default]
    One,
    /// Two, as terminals have it that are set up so for Chinese, Japanese or Korean.
    Two,
}

/// Who puts Hebrew, Arabic and the like into the order in which it is seen.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum RightToLeft {
    /// The terminal: it gets the letters in the order in which they are read.
    #[default]
    Terminal,
    /// This program, line by line, for terminals that show cells as they come.
    Program,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: ThemeName::default(),
            mouse: true,
            refresh_every: None,
            split: 30,
            text_width: Some(88),
            ambiguous_width: AmbiguousWidth::default(),
            right_to_left: RightToLeft::default(),
        }
    }
}

/// The name of a theme and where it stands, so that a later check can point there.
#[derive(Clone, Debug)]
pub struct ThemeName {
    /// The name: small letters, digits, `-` and `_`.
    pub name: String,
    /// Where the setting stands in the text.
    pub at: Place,
}

impl Default for ThemeName {
    fn default() -> Self {
        Self { name: "auto".to_owned(), at: Place { line: 1, column: 1 } }
    }
}

impl PartialEq for ThemeName {
    /// Where it stands says nothing about what it is.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ThemeName {}

/// A place in a text, both counted from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of a byte of a text.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = text.get(..offset).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }
}

/// One thing that is wrong in a config. Never holds a value out of the text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}:{}: {message}", at.line, at.column)]
pub struct ConfigError {
    /// Where.
    pub at: Place,
    /// What, and what would be right.
    pub message: String,
}
