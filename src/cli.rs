//! The command line: from arguments, environment and config to one [`Request`].
//!
//! Two steps, so that tests need no process: [`parse`] knows the arguments alone; [`resolve`] adds
//! the environment and the config file. Neither touches the terminal.

mod arguments;
mod config_command;
mod reading;
mod settings;
mod source_arguments;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::config::{Config, NamedScope, check_base_url, nearest};
use crate::export::Format;
use crate::io::files::FileSource;
use crate::io::key::{Environment, Exposure};
use crate::scope::Scope;
use crate::text::clean_line_within;
use crate::view::ThemeFile;

pub use arguments::{Arguments, Color, ConfigAction, parse};
pub use config_command::{ConfigCommand, run_config_command};
pub use reading::{
    MessageField, MessageKey, ReportFormat, RowFormat, SessionField, SessionKey, ShowFormat, Sort,
    name_of,
};
pub use settings::{Settings, config_path, load_settings};

use arguments::Command;
use reading::{OutputArguments, ReadArguments, check_ending, check_fields, format_of_file};
use source_arguments::SourceArguments;

/// The exit status of wrong usage and of a wrong config.
pub const USAGE: u8 = 2;

/// What the person wants.
#[derive(Debug)]
pub enum Request {
    /// The screen.
    Browse(Box<Browse>),
    /// Messages, without a screen.
    Read(Box<Read>),
    /// The completions for a shell.
    Completions(clap_complete::Shell),
    /// The manual page.
    Man,
    /// The built-in endpoint, alone.
    DemoServer(DemoServer),
    /// `config ...`.
    Config(ConfigCommand),
}

/// What the screen starts with.
#[derive(Debug)]
pub struct Browse {
    /// Where the messages come from.
    pub source: Source,
    /// The query of the first filter; not checked yet.
    pub query: Option<String>,
    /// The settings, with the base URL of the command line and the environment in place.
    pub config: Config,
    /// Where the settings were looked for.
    pub config_path: PathBuf,
    /// Where to log; nowhere when not given.
    pub log_file: Option<PathBuf>,
    /// When to use colours.
    pub color: Color,
    /// The theme that the config names, where it is no built-in one.
    pub theme: Option<ThemeFile>,
}

/// A command that reads messages and needs no screen.
#[derive(Debug)]
pub struct Read {
    /// What to do with them.
    pub wanted: ReadCommand,
    /// Where they come from, and everything else that the screen starts with, too.
    pub setup: Browse,
    /// A file for the data; standard output when not given.
    pub output: Option<OutputFile>,
}

impl Read {
    /// Where the data goes, for people.
    pub fn output_name(&self) -> String {
        let path = self.output.as_ref().map(|file| file.path.to_string_lossy());
        clean_line_within(path.as_deref().unwrap_or("standard output"), 300).to_string()
    }
}

/// A file that is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutputFile {
    /// Where.
    pub path: PathBuf,
    /// Whether another file may be replaced.
    pub force: bool,
}

/// What to do with the messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadCommand {
    /// `sessions`.
    Sessions(SessionRows),
    /// `show`.
    Show(Show),
    /// `search`.
    Search(Search),
    /// `export`.
    Export(Export),
    /// `stats`; the form is chosen by where the data goes when not given.
    Stats(Option<ReportFormat>),
    /// `fetch`.
    Fetch,
    /// `check`.
    Check(Option<ReportFormat>),
}

/// What is exported, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// The form.
    pub format: Format,
    /// At most so many messages; 0 is all.
    pub limit: usize,
    /// Whether ids are replaced.
    pub pseudonymize: bool,
    /// Whether texts are left as they were sent.
    pub raw: bool,
}

/// Which sessions are printed, and how. The form is chosen by where the data goes when not given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRows {
    /// The form.
    pub format: Option<RowFormat>,
    /// At most so many; 0 is all.
    pub limit: usize,
    /// The order.
    pub sort: Sort<SessionKey>,
    /// The fields; the usual ones when there is none.
    pub fields: Vec<SessionField>,
}

/// Which session is printed, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Show {
    /// The id or its beginning, as typed.
    pub session: String,
    /// The form.
    pub format: Option<ShowFormat>,
    /// At most so many messages; 0 is all.
    pub limit: usize,
}

/// What is searched for, and how it is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The query beside `--query`; not checked yet.
    pub wanted: String,
    /// The form.
    pub format: Option<RowFormat>,
    /// At most so many messages; 0 is all.
    pub limit: usize,
    /// The order.
    pub sort: Sort<MessageKey>,
    /// The fields; the usual ones when there is none.
    pub fields: Vec<MessageField>,
    /// Lines around each matching line.
    pub context: usize,
}

/// Where the messages come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// The endpoint of the config.
    Endpoint(StartScope),
    /// The built-in demo server.
    Demo,
    /// A saved response.
    File(FileSource),
}

/// What is asked of the endpoint first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartScope {
    /// One of the config's scopes, by its place there.
    Named(usize),
    /// A scope that was typed.
    Typed(Scope),
}

/// `demo-server`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DemoServer {
    /// The port; a free one when 0.
    pub port: u16,
    /// How many messages it starts with, where given.
    pub messages: Option<usize>,
    /// The seed of its conversations, where given.
    pub seed: Option<u64>,
}

/// An end before anything was done: a text, where it goes, and the exit status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The text, with its line breaks.
    pub text: String,
    /// 0 when the text is what was asked for (`--help`), and then for standard output; else 2, and
    /// for standard error.
    pub status: u8,
}

impl Refusal {
    /// Wrong usage, said in one sentence.
    fn usage(text: impl std::fmt::Display) -> Self {
        Self { text: format!("sfchat-tui: {text}\n"), status: USAGE }
    }
}

/// Adds the environment and the config file to the arguments.
///
/// # Errors
/// Everything that is wrong with the config at once, an unknown scope, no scope at all, a file
/// that cannot be opened, a config that holds the key and can be read by others.
pub fn resolve(mut arguments: Arguments, environment: Environment<'_>) -> Result<Request, Refusal> {
    let reads_nothing = |arguments: &Arguments| {
        if arguments.source.is_empty() {
            return Ok(());
        }
        Err(Refusal::usage("this command reads no messages, so it takes no source"))
    };
    let Some(command) = arguments.command.take() else {
        return browse(arguments, environment).map(|browse| Request::Browse(Box::new(browse)));
    };
    match command {
        Command::DemoServer { port, messages, seed } => {
            reads_nothing(&arguments)?;
            Ok(Request::DemoServer(DemoServer { port, messages, seed }))
        }
        Command::Config { action } => {
            reads_nothing(&arguments)?;
            Ok(Request::Config(ConfigCommand {
                action,
                path: arguments.config,
                base_url: base_url(arguments.base_url, environment),
            }))
        }
        Command::Completions { shell } => {
            reads_nothing(&arguments)?;
            Ok(Request::Completions(shell))
        }
        Command::Man => {
            reads_nothing(&arguments)?;
            Ok(Request::Man)
        }
        reading => {
            check_what_is_read(&reading)?;
            let Some((wanted, read, output)) = wanted(reading) else {
                return Err(Refusal::usage("this command cannot be run"));
            };
            let arguments = merged(arguments, read, &wanted)?;
            let OutputArguments { output, force } = output;
            let output = output
                .filter(|path| path.as_os_str() != "-")
                .map(|path| OutputFile { path, force });
            let setup = browse(arguments, environment)?;
            Ok(Request::Read(Box::new(Read { wanted, setup, output })))
        }
    }
}

/// What a command wants that reads messages, of what, and where to; `None` for any other.
fn wanted(command: Command) -> Option<(ReadCommand, ReadArguments, OutputArguments)> {
    let sourced = |source| ReadArguments { source, query: None };
    Some(match command {
        Command::Sessions(asked) => {
            let sort = turned(asked.sort, asked.reverse);
            let of_file = asked.output.output.as_deref().and_then(format_of_file::<RowFormat>);
            let rows = SessionRows {
                format: asked.format.or(of_file),
                limit: asked.limit,
                sort,
                fields: asked.fields,
            };
            (ReadCommand::Sessions(rows), asked.read, asked.output)
        }
        Command::Show(asked) => {
            let of_file = asked.output.output.as_deref().and_then(format_of_file::<ShowFormat>);
            let format = asked.format.or(of_file);
            let show = Show { session: asked.session, format, limit: asked.limit };
            (ReadCommand::Show(show), asked.read, asked.output)
        }
        Command::Search(asked) => {
            let of_file = asked.output.output.as_deref().and_then(format_of_file::<RowFormat>);
            let search = Search {
                wanted: asked.wanted,
                format: asked.format.or(of_file),
                limit: asked.limit,
                sort: turned(asked.sort, asked.reverse),
                fields: asked.fields,
                context: asked.context,
            };
            (ReadCommand::Search(search), asked.read, asked.output)
        }
        Command::Export(asked) => {
            let of_file = asked.output.output.as_deref().and_then(format_of_file::<Format>);
            let export = Export {
                format: asked.format.or(of_file).unwrap_or(Format::Ndjson),
                limit: asked.limit,
                pseudonymize: asked.pseudonymize,
                raw: asked.raw,
            };
            (ReadCommand::Export(export), asked.read, asked.output)
        }
        Command::Stats(asked) => (ReadCommand::Stats(asked.format), asked.read, asked.output),
        Command::Fetch(asked) => (ReadCommand::Fetch, sourced(asked.source), asked.output),
        Command::Check(asked) => {
            (ReadCommand::Check(asked.format), sourced(asked.source), asked.output)
        }
        Command::DemoServer { .. }
        | Command::Config { .. }
        | Command::Completions { .. }
        | Command::Man => return None,
    })
}

/// Refuses what would be taken for something else than it was meant to be.
fn check_what_is_read(command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Search(asked) if asked.wanted.starts_with("--") => Err(Refusal::usage(format!(
            "{0} is no option of search; as a query it is written '\"{0}\"'",
            clean_line_within(&asked.wanted, 80)
        ))),
        Command::Sessions(asked) if asked.format.is_none() => {
            check_ending("a list of sessions", &asked.output, format_of_file::<RowFormat>)
        }
        Command::Search(asked) if asked.format.is_none() => {
            check_ending("a list of messages", &asked.output, format_of_file::<RowFormat>)
        }
        Command::Show(asked) if asked.format.is_none() => {
            check_ending("a session", &asked.output, format_of_file::<ShowFormat>)
        }
        Command::Export(asked) if asked.format.is_none() => {
            check_ending("an export", &asked.output, format_of_file::<Format>)
        }
        _ => Ok(()),
    }?;
    match command {
        Command::Sessions(asked) => check_fields(&asked.fields),
        Command::Search(asked) => check_fields(&asked.fields),
        _ => Ok(()),
    }
}

/// An order, turned round by `--reverse`.
fn turned<K>(sort: Sort<K>, reverse: bool) -> Sort<K> {
    Sort { reversed: sort.reversed != reverse, ..sort }
}

/// The source and the query may stand before the command or behind it, but once.
fn merged(
    arguments: Arguments,
    read: ReadArguments,
    wanted: &ReadCommand,
) -> Result<Arguments, Refusal> {
    if !arguments.source.is_empty() && !read.source.is_empty() {
        return Err(Refusal::usage("the source is given before the command and behind it"));
    }
    if arguments.query.is_some() && read.query.is_some() {
        return Err(Refusal::usage("--query is given before the command and behind it"));
    }
    let query = arguments.query.or(read.query);
    if query.is_some() && matches!(wanted, ReadCommand::Fetch | ReadCommand::Check(_)) {
        return Err(Refusal::usage(
            "this command takes the whole response, so it takes no --query",
        ));
    }
    let source = if read.source.is_empty() { arguments.source } else { read.source };
    Ok(Arguments { source, query, ..arguments })
}

fn browse(arguments: Arguments, environment: Environment<'_>) -> Result<Browse, Refusal> {
    let loaded = load_settings(arguments.config.as_deref(), environment)
        .map_err(|text| Refusal { text, status: USAGE })?;
    let source = source(&arguments.source, &loaded)?;
    let Settings { mut config, path, exposure, theme, .. } = loaded;
    if matches!(source, Source::Endpoint(_)) {
        refuse_exposed_key(&config, exposure)?;
        if let Some((url, name)) = base_url(arguments.base_url, environment) {
            check_base_url(&url).map_err(|wrong| Refusal::usage(format!("{name} {wrong}")))?;
            config.api.base_url = url;
        }
    }
    Ok(Browse {
        source,
        query: arguments.query,
        config,
        config_path: path,
        log_file: arguments.log_file,
        color: arguments.color,
        theme,
    })
}

/// The base URL beside the config, and the name of its origin.
fn base_url(
    argument: Option<String>,
    environment: Environment<'_>,
) -> Option<(String, &'static str)> {
    argument.map(|url| (url, "--base-url")).or_else(|| {
        ["SFCHAT_BASE_URL", "STUDYFETCH_SDK_BASE_URL"].into_iter().find_map(|name| {
            let url = environment(name).filter(|url| !url.is_empty())?;
            // What is no text fails the check of the address.
            Some((url.to_string_lossy().into_owned(), name))
        })
    })
}

fn refuse_exposed_key(config: &Config, exposure: Option<Exposure>) -> Result<(), Refusal> {
    match exposure {
        Some(exposure) if config.api.api_key.is_some() => Err(Refusal::usage(exposure)),
        _ => Ok(()),
    }
}

fn source(arguments: &SourceArguments, settings: &Settings) -> Result<Source, Refusal> {
    let scopes = &settings.config.scopes;
    if arguments.demo {
        return Ok(Source::Demo);
    }
    if let Some(path) = &arguments.file {
        let file = if path.as_os_str() == "-" {
            FileSource::Stdin
        } else {
            FileSource::Path(path.clone())
        };
        file.check().map_err(Refusal::usage)?;
        return Ok(Source::File(file));
    }
    if arguments.all {
        return Ok(Source::Endpoint(StartScope::Typed(Scope::all())));
    }
    if !arguments.groups.is_empty() || arguments.user.is_some() {
        let scope = Scope { groups: arguments.groups.clone(), user: arguments.user.clone() };
        return Ok(Source::Endpoint(StartScope::Typed(scope)));
    }
    if let Some(name) = &arguments.scope {
        return named(name, scopes).map(|place| Source::Endpoint(StartScope::Named(place)));
    }
    if scopes.is_empty() {
        return Err(Refusal::usage(format!(
            "nothing to read: give -g GROUP, -u USER, --all or --file PATH, try --demo, or name \
             scopes in {}",
            settings::show(&settings.path)
        )));
    }
    Ok(Source::Endpoint(StartScope::Named(0)))
}

/// The place of a scope by its name; the case may differ where that is no question.
fn named(name: &str, scopes: &[NamedScope]) -> Result<usize, Refusal> {
    if let Some(place) = scopes.iter().position(|scope| scope.name == name) {
        return Ok(place);
    }
    let folded = name.to_lowercase();
    let mut alike = (0..).zip(scopes).filter(|(_, scope)| scope.name.to_lowercase() == folded);
    if let (Some((place, _)), None) = (alike.next(), alike.next()) {
        return Ok(place);
    }
    let names: Vec<&str> = scopes.iter().map(|scope| scope.name.as_str()).collect();
    let advice = match nearest(name, names.iter().copied()) {
        Some(meant) => format!("did you mean “{meant}”?"),
        None if names.is_empty() => "the config names none".to_owned(),
        None => format!("the config names {}", names.join(", ")),
    };
    Err(Refusal::usage(settings::visible(&format!("no scope is named “{name}”; {advice}"))))
}
