//! The config file: where it is, and its settings; the theme beside it.

use std::path::{Path, PathBuf};

use crate::app::keymap::Keymap;
use crate::config::{Config, ConfigError, ThemeName, nearest};
use crate::io::key::{Environment, Exposure, read_private, resolve};
use crate::text::is_hidden;
use crate::view::{BUILT_IN, ThemeFile};

/// The largest config.
const MOST: u64 = 1_000_000;
/// The folder of themes, beside the config.
const THEMES: &str = "themes";

/// The settings of a config file.
#[derive(Debug)]
pub struct Settings {
    /// The settings; the defaults where there is no file. Paths in it are whole.
    pub config: Config,
    /// Where the file is or would be.
    pub path: PathBuf,
    /// Whether it is there.
    pub exists: bool,
    /// Why the file may hold no key, if that is so.
    pub exposure: Option<Exposure>,
    /// The theme, where it is no built-in one.
    pub theme: Option<ThemeFile>,
}

/// Where the config is: the argument, `SFCHAT_CONFIG`, `$XDG_CONFIG_HOME/sfchat-tui/config.toml`
/// (on every system, when it is an absolute path), the system's folder for configs.
///
/// # Errors
/// When the system has no home folder for us.
pub fn config_path(
    argument: Option<&Path>,
    environment: Environment<'_>,
) -> Result<PathBuf, String> {
    let set = |name| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = argument.map(Path::to_owned).or_else(|| set("SFCHAT_CONFIG")) {
        return Ok(path);
    }
    if let Some(folder) = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute()) {
        return Ok(folder.join("sfchat-tui").join("config.toml"));
    }
    match directories::ProjectDirs::from("", "", "sfchat-tui") {
        Some(folders) => Ok(folders.config_dir().join("config.toml")),
        None => Err("sfchat-tui: there is no home folder to look for the config in: set HOME, or \
                     give --config PATH\n"
            .to_owned()),
    }
}

/// Reads the config. That there is none is fine, unless it was named.
///
/// # Errors
/// A text for standard error that names everything wrong, one line each, without any value.
pub fn load_settings(
    argument: Option<&Path>,
    environment: Environment<'_>,
) -> Result<Settings, String> {
    let named =
        argument.is_some() || environment("SFCHAT_CONFIG").is_some_and(|value| !value.is_empty());
    let path = match config_path(argument, environment) {
        Ok(path) => path,
        // Without a home nothing is configured, which is no reason to stop.
        Err(_) if !named => PathBuf::from("config.toml"),
        Err(text) => return Err(text),
    };
    let missing = matches!(
        std::fs::metadata(&path), Err(error) if error.kind() == std::io::ErrorKind::NotFound
    );
    if missing && !named {
        let config = Config::default();
        return Ok(Settings { config, path, exists: false, exposure: None, theme: None });
    }
    let file = read_private(&path, MOST).map_err(|error| format!("sfchat-tui: {error}\n"))?;
    let (mut config, mut wrong) = Config::read(&file.text);
    wrong.extend(Keymap::new(&config.keys).err().unwrap_or_default());
    wrong.sort_by_key(|error| error.at);
    if !wrong.is_empty() {
        return Err(listed(&path, &wrong));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let theme = theme(&config.ui.theme, &path, &folder.join(THEMES))?;
    for setting in [&mut config.api.api_key_file, &mut config.api.ca_file].into_iter().flatten() {
        *setting = resolve(setting, folder, environment);
    }
    Ok(Settings { config, path, exists: true, exposure: file.exposure, theme })
}

/// What is wrong in a file, one line each.
fn listed(path: &Path, wrong: &[ConfigError]) -> String {
    let line = |error: &ConfigError| format!("{}:{}\n", show(path), visible(&error.to_string()));
    wrong.iter().map(line).collect()
}

/// Reads the theme that a config names, where it is no built-in one.
fn theme(name: &ThemeName, config: &Path, folder: &Path) -> Result<Option<ThemeFile>, String> {
    if BUILT_IN.contains(&name.name.as_str()) {
        return Ok(None);
    }
    let path = folder.join(format!("{}.toml", name.name));
    let text = match read_theme(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = no_such_theme(&name.name, folder);
            return Err(listed(config, &[ConfigError { at: name.at, message }]));
        }
        Err(error) => {
            return Err(format!("sfchat-tui: the theme {} cannot be read: {error}\n", show(&path)));
        }
    };
    ThemeFile::read(&text).map(Some).map_err(|wrong| listed(&path, &wrong))
}

fn read_theme(path: &Path) -> std::io::Result<String> {
    use std::io::{Error, Read};
    // What is no file might never end, or never begin.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| Error::other("it is not UTF-8 text"))
}

/// That there is no theme of a name, and which there are.
fn no_such_theme(name: &str, folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(100);
    let names = entries.filter_map(|entry| {
        let path = PathBuf::from(entry.file_name());
        let is_theme = path.extension().is_some_and(|ending| ending == "toml");
        Some(path.file_stem().filter(|_| is_theme)?.to_string_lossy().into_owned())
    });
    let mut own: Vec<String> = names.collect();
    own.sort();
    let all = BUILT_IN.into_iter().chain(own.iter().map(String::as_str));
    let meant = nearest(name, all).map(|meant| format!("did you mean \"{meant}\"? "));
    let own = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
    format!(
        "`theme` names no theme; {}there are {}, and in {}: {own}",
        meant.unwrap_or_default(),
        BUILT_IN.join(", "),
        show(folder)
    )
}

/// A path for a terminal.
pub(super) fn show(path: &Path) -> String {
    visible(&path.to_string_lossy()).replace('\n', "\u{fffd}")
}

/// A text for a terminal: what could drive it is replaced, line breaks stay.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            c if c.is_control() || is_hidden(c) => '\u{fffd}',
            '\u{2028}' | '\u{2029}' => '\u{fffd}',
            c => c,
        })
        .collect()
}
