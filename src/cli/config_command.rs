//! `config path|init|check|show`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::settings::{Settings, config_path, load_settings, show, visible};
use super::{ConfigAction, USAGE};
use crate::config::{DEFAULT_BASE_URL, check_base_url};
use crate::io::api::Endpoint;
use crate::io::key::{Environment, find};
use crate::io::private_file::{DraftFile, Overwrite, make_folder};

/// What `config init` writes.
const EXAMPLE: &str = include_str!("../../config.example.toml");

/// `config ...` with what it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigCommand {
    /// What to do.
    pub action: ConfigAction,
    /// `--config`.
    pub path: Option<PathBuf>,
    /// The base URL beside the config, and the name of its origin.
    pub base_url: Option<(String, &'static str)>,
}

/// Runs `config ...`; what it says goes to `out`, what is wrong to `err`. Returns the exit status.
///
/// # Errors
/// When `out` or `err` cannot be written to.
pub fn run_config_command(
    command: &ConfigCommand,
    environment: Environment<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<u8> {
    let result = match command.action {
        ConfigAction::Path => config_path(command.path.as_deref(), environment)
            .map(|path| format!("{}\n", show(&path))),
        ConfigAction::Init => init(command.path.as_deref(), environment),
        ConfigAction::Check => check(command, environment, err)?,
        ConfigAction::Show => shown(command, environment),
    };
    match result {
        Ok(text) => {
            out.write_all(text.as_bytes())?;
            Ok(0)
        }
        Err(text) => {
            err.write_all(text.as_bytes())?;
            Ok(USAGE)
        }
    }
}

/// Writes the example where the config is read from, for nobody else to read.
fn init(path: Option<&Path>, environment: Environment<'_>) -> Result<String, String> {
    let path = config_path(path, environment)?;
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("sfchat-tui: {} already exists; nothing was written\n", show(&path))
        }
        kind => format!("sfchat-tui: {} could not be written: {kind}\n", show(&path)),
    };
    if let Some(folder) = path.parent() {
        make_folder(folder).map_err(|error| failed(&error))?;
    }
    write_new(&path, EXAMPLE).map_err(|error| failed(&error))?;
    Ok(format!("{} was written; every setting in it is at its default\n", show(&path)))
}

/// Writes a file that is not there yet, whole or not at all: half a config is worse than none.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = DraftFile::beside(path, Overwrite::Never)?;
    draft.write_all(text.as_bytes())?;
    draft.settle()?;
    draft.take_name(path)
}

/// The settings in force: those of the file, and the base URL beside it.
fn in_force(
    command: &ConfigCommand,
    environment: Environment<'_>,
) -> Result<(Settings, &'static str), String> {
    let mut settings = load_settings(command.path.as_deref(), environment)?;
    let Some((url, name)) = &command.base_url else {
        let usual = settings.config.api.base_url == DEFAULT_BASE_URL;
        return Ok((settings, if usual { "the defaults" } else { "the config" }));
    };
    check_base_url(url).map_err(|wrong| format!("sfchat-tui: {name} {wrong}\n"))?;
    settings.config.api.base_url.clone_from(url);
    Ok((settings, name))
}

fn shown(command: &ConfigCommand, environment: Environment<'_>) -> Result<String, String> {
    let (settings, _) = in_force(command, environment)?;
    let path = show(&settings.path);
    let origin = if settings.exists {
        format!("# from {path}")
    } else {
        format!("# the defaults; there is no {path}")
    };
    Ok(format!("{origin}\n\n{}", settings.config.to_toml("(not shown)")))
}

/// Says what is used and from where; everything wrong goes to `err` and makes the check fail.
fn check(
    command: &ConfigCommand,
    environment: Environment<'_>,
    err: &mut dyn Write,
) -> io::Result<Result<String, String>> {
    let (settings, url_from) = match in_force(command, environment) {
        Ok(found) => found,
        Err(text) => return Ok(Err(text)),
    };
    let api = &settings.config.api;
    let path = show(&settings.path);
    let mut report = vec![
        format!(
            "config    {path}{}",
            if settings.exists { " (read)" } else { " (not there: defaults)" }
        ),
        format!("endpoint  {} (from {url_from})", visible(&api.base_url)),
        format!("proxy     {}", proxy(&api.base_url, environment)),
        format!("scopes    {}", settings.config.scopes.len()),
    ];
    let mut wrong: Vec<String> = Vec::new();
    if let Some(exposure) = settings.exposure.as_ref().filter(|_| api.api_key.is_some()) {
        wrong.push(exposure.to_string());
    }
    match find(api, environment) {
        Ok(key) => {
            report.push(format!("key       {key}"));
            let endpoint = Endpoint::new(&settings.config, key);
            wrong.extend(endpoint.err().map(|error| visible(&error.to_string())));
        }
        Err(error) => {
            report.push("key       none".to_owned());
            wrong.push(error.to_string());
        }
    }
    let report = report.join("\n") + "\n";
    if wrong.is_empty() {
        return Ok(Ok(report));
    }
    err.write_all(report.as_bytes())?;
    let wrong: Vec<String> = wrong.iter().map(|line| format!("sfchat-tui: {line}\n")).collect();
    Ok(Err(wrong.concat()))
}

/// The proxy that the system sets for this address, without its password.
fn proxy(base_url: &str, environment: Environment<'_>) -> String {
    if crate::config::is_loopback_http(base_url) {
        return "none (this machine)".to_owned();
    }
    let set = |name: &'static str| {
        let value = environment(name).filter(|value| !value.is_empty())?;
        Some((name, value.to_string_lossy().into_owned()))
    };
    let found = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find_map(set);
    let Some((name, url)) = found else { return "none".to_owned() };
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
    // A password may hold any character, so everything up to the last `@` goes.
    let host = rest.rsplit('@').next().unwrap_or_default();
    let hidden = if host.len() == rest.len() { "" } else { "…@" };
    let except = ["NO_PROXY", "no_proxy"].into_iter().find_map(set);
    let except = except.map(|(name, hosts)| format!(", except {hosts} ({name})"));
    visible(&format!("{scheme}://{hidden}{host} (from {name}){}", except.unwrap_or_default()))
        .replace('\n', " ")
}
