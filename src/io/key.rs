//! The key of the endpoint: where it comes from, whether it can be sent, how it is kept out of
//! everything that is shown.
//!
//! No error here holds the key, a part of it, or what a program wrote to its standard error.

mod command;
mod private;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::config::Api;

pub use private::{Exposure, PrivateFile, read_private};

/// How the environment is asked, so that tests can answer instead of the process.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The variables that may hold the key, the first one first. No child process inherits them.
pub const KEY_VARIABLES: [&str; 2] = ["SFCHAT_API_KEY", "STUDYFETCH_SDK_API_KEY"];

/// How long a command may take to print the key.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// The longest key; a key is a header of the request.
const LONGEST: usize = 8 * 1024;

/// Where a key came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeySource {
    /// A variable of the environment.
    Variable(&'static str),
    /// `api_key_command`.
    Command,
    /// `api_key_file`.
    File,
    /// `api_key` in the config.
    Config,
    /// The built-in demo server.
    Demo,
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable(name) => name,
            Self::Command => "api_key_command",
            Self::File => "api_key_file",
            Self::Config => "api_key in the config",
            Self::Demo => "the demo server",
        })
    }
}

/// A key that can be sent as a header.
#[derive(Clone, Debug)]
pub struct ApiKey {
    secret: SecretString,
    source: KeySource,
}

impl ApiKey {
    /// A key out of a text; blanks around it are dropped.
    ///
    /// # Errors
    /// [`KeyError::Empty`] or [`KeyError::NotAHeader`].
    pub fn new(text: &str, source: KeySource) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty { source_name: source });
        }
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::NotAHeader { source_name: source });
        }
        Ok(Self { secret: SecretString::from(text), source })
    }

    /// The key itself, for the request's header and the search for it in texts.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Where it came from.
    pub fn source(&self) -> KeySource {
        self.source
    }

    /// The last four characters, or nothing of a key under 16 characters.
    pub fn hint(&self) -> Option<&str> {
        let text = self.secret.expose_secret();
        if text.len() < 16 { None } else { text.get(text.len() - 4..) }
    }
}

/// `…7f3a, from api_key_command`.
impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hint) = self.hint() {
            write!(f, "…{hint}, ")?;
        }
        write!(f, "from {}", self.source)
    }
}

/// Puts `[redacted]` wherever the key stands in a text, also where it stands percent-encoded.
pub fn redact(text: &str, key: &ApiKey) -> String {
    let secret = key.secret.expose_secret();
    let mut encoded = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let cleared = text.replace(secret, "[redacted]");
    if encoded == secret { cleared } else { cleared.replace(&encoded, "[redacted]") }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No source is set.
    #[error(
        "no key: set SFCHAT_API_KEY, or api_key_command or api_key_file under [api] in the config \
         (sfchat-tui --demo needs none)"
    )]
    Missing,
    /// A source that is set gives nothing.
    #[error("the key from {source_name} is empty")]
    Empty {
        /// The source.
        source_name: KeySource,
    },
    /// It cannot be a header.
    #[error(
        "the key from {source_name} is not a valid header value: it must be one word of visible \
         ASCII characters"
    )]
    NotAHeader {
        /// The source.
        source_name: KeySource,
    },
    /// The command gave no key.
    #[error("api_key_command {0}")]
    Command(String),
    /// A file that holds the key can be read or changed by others, or cannot be read by us.
    #[error("{0}")]
    File(#[from] Exposure),
}

/// Finds the key; the first source that is set decides, even when it is wrong.
///
/// May take as long as the command that prints the key, 10 seconds at most, so call it before the
/// screen opens. A relative `api_key_file` starts at the working folder; [`resolve`] it first.
///
/// # Errors
/// When no source is set, or the first that is set gives no key.
pub fn find(api: &Api, environment: Environment<'_>) -> Result<ApiKey, KeyError> {
    for name in KEY_VARIABLES {
        if let Some(value) = environment(name).filter(|value| !value.is_empty()) {
            let source = KeySource::Variable(name);
            let text = value.to_str().ok_or(KeyError::NotAHeader { source_name: source })?;
            return ApiKey::new(text, source);
        }
    }
    if !api.api_key_command.is_empty() {
        let line =
            command::first_line(&api.api_key_command, COMMAND_LIMIT).map_err(KeyError::Command)?;
        return ApiKey::new(&line, KeySource::Command);
    }
    if let Some(path) = &api.api_key_file {
        let file = read_private(path, LONGEST as u64 + 2)?;
        if let Some(exposure) = file.exposure {
            return Err(exposure.into());
        }
        return ApiKey::new(&file.text, KeySource::File);
    }
    match &api.api_key {
        Some(literal) => ApiKey::new(literal.secret().expose_secret(), KeySource::Config),
        None => Err(KeyError::Missing),
    }
}

/// A path as a config gives it: `~/` is the home, and a relative one starts at the config's
/// folder.
pub fn resolve(path: &Path, folder: &Path, environment: Environment<'_>) -> PathBuf {
    match (path.strip_prefix("~"), environment("HOME")) {
        (Ok(rest), Some(home)) if !home.is_empty() => Path::new(&home).join(rest),
        _ => folder.join(path),
    }
}
