//! The settings: what they are, their defaults, and how they are read from TOML text.
//!
//! Knows no file, no environment and no terminal: text goes in, settings or a complete list of
//! what is wrong with them come out. No message ever quotes a value, since one of them is the key.

mod base_url;
mod kinds;
mod print;
mod read;
mod rows;
mod section;
#[cfg(test)]
mod tests;

pub use crate::query::View;
use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::scope::Scope;

pub use crate::query::nearest;
pub use base_url::{check_base_url, is_loopback_http};
pub use rows::{Api, Config, Labels, Ui};

/// The address of the endpoint where nothing else is said.
pub const DEFAULT_BASE_URL: &str = "https://studyfetchapi.com";

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
        let mut config = self.clone();
        config.api.api_key = config.api.api_key.map(|_| LiteralKey::from(mask));
        print::config(&config)
    }

    /// The example file up to its keys: every setting with its documentation and its default.
    pub fn example() -> String {
        print::example()
    }
}

/// Keys by scope and action.
pub type Bindings = BTreeMap<String, BTreeMap<String, Binding>>;

/// How several groups are written in the query of the URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GroupIdsStyle {
    /// `groupIds=a&groupIds=b`, the default of `OpenAPI` 3.
    #[default]
    Repeat,
    /// `groupIds=a%2Cb`, as the vendor's own client does.
    Comma,
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

/// One action's keys as the config gives them, and where, so that a later check can point there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The chords as typed; empty takes every key from the action.
    pub chords: Vec<String>,
    /// Where the action stands in the text.
    pub at: TextPosition,
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

/// The name of a theme and where it stands, so that a later check can point there.
#[derive(Clone, Debug)]
pub struct ThemeName {
    /// The name: small letters, digits, `-` and `_`.
    pub name: String,
    /// Where the setting stands in the text.
    pub at: TextPosition,
}

impl Default for ThemeName {
    fn default() -> Self {
        Self { name: "auto".to_owned(), at: TextPosition { line: 1, column: 1 } }
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
pub struct TextPosition {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl TextPosition {
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
    pub at: TextPosition,
    /// What, and what would be right.
    pub message: String,
}
