//! The arguments, and their help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::reading::{
    CheckArguments, ExportArguments, FetchArguments, SearchArguments, SessionsArguments,
    ShowArguments, StatsArguments,
};
use super::source_arguments::SourceArguments;
use super::{Refusal, USAGE, settings};
use crate::demo;

const ABOUT: &str = "Browse conversations between students and StudyFetch's AI tutor in a terminal.\
\nRead-only: it sends only GET requests, to the endpoint in its config, or reads a saved response.";

const USAGE_LINES: &str = "sfchat-tui [SOURCE] [OPTIONS]\n       sfchat-tui <COMMAND>";

const EXAMPLES: &str = "\
Examples:
  sfchat-tui --demo                          look around; needs no key, no network, no config
  sfchat-tui -g class-101 -g class-102       two groups
  sfchat-tui -u alice -q 'since:7d'          one student's last week
  sfchat-tui --file saved.json.gz            a saved response
  sfchat-tui search --demo 'triangle'        the same without a screen; see `search --help`
  sfchat-tui config init                     write a config with every setting explained

The key comes from SFCHAT_API_KEY, or from a command or file that the config names. There is no
flag for it, because any user can see flags in the process list.";

/// The arguments as given.
#[derive(Parser, Debug)]
#[command(
    name = "sfchat-tui",
    version,
    about = ABOUT,
    after_help = EXAMPLES,
    override_usage = USAGE_LINES,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) source: SourceArguments,

    /// Filter with this query, as `f` does on the screen; `search --help` has the language
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: Option<String>,

    /// Read this config
    #[arg(
        short,
        long,
        value_name = "PATH",
        global = true,
        help = "Read this config [env: SFCHAT_CONFIG]"
    )]
    pub(super) config: Option<PathBuf>,

    /// Ask this endpoint
    #[arg(
        long,
        value_name = "URL",
        global = true,
        help = "Ask this endpoint [env: SFCHAT_BASE_URL, STUDYFETCH_SDK_BASE_URL]"
    )]
    pub(super) base_url: Option<String>,

    /// Write a log to this file; it holds neither texts nor the key
    #[arg(long, value_name = "PATH", global = true)]
    pub(super) log_file: Option<PathBuf>,

    /// When to use colours: auto, always, never
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        default_value_t = Color::Auto,
        hide_possible_values = true
    )]
    pub(super) color: Color,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// Where the terminal has them and `NO_COLOR` is not set
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// List the sessions
    Sessions(SessionsArguments),
    /// Print the transcript of a session
    Show(ShowArguments),
    /// Print the messages that a query matches
    Search(SearchArguments),
    /// Write the messages in a form for other programs
    Export(ExportArguments),
    /// Count messages, sessions, lengths, turns and waits
    Stats(StatsArguments),
    /// Save the response as the server sent it
    Fetch(FetchArguments),
    /// Verify completeness and list anomalies
    Check(CheckArguments),
    /// Run the built-in endpoint on loopback until it is stopped
    DemoServer {
        /// The port; a free one by default
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// How many messages it starts with, 20000000 at most
        #[arg(long, value_name = "N", value_parser = demo_messages)]
        messages: Option<usize>,
        /// Other conversations for another number
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
    },
    /// Find, write, check or show the config
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// What to do with the config.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Subcommand)]
pub enum ConfigAction {
    /// Print where the config is read from
    Path,
    /// Write a config with every setting explained; never overwrites
    Init,
    /// Say what is wrong, and where the key comes from
    Check,
    /// Print the settings in force, without the key
    Show,
}

/// More messages than the demo has are not left out without a word.
fn demo_messages(text: &str) -> Result<usize, String> {
    let most = demo::DemoSettings::MOST;
    let count = text.parse().ok().filter(|count| *count <= most);
    count.ok_or_else(|| format!("a number from 0 to {most} is wanted"))
}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// Help and version with the status 0; wrong usage with the status 2. A flag that looks like one
/// for the key is refused without its value.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, Refusal> {
    let words: Vec<OsString> = words.into_iter().collect();
    let flags = words.iter().skip(1).take_while(|word| *word != "--");
    if flags.filter_map(|word| word.to_str()).any(is_key_flag) {
        return Err(Refusal::usage(
            "there is no flag for the key: any user could see it in the process list. Set \
             SFCHAT_API_KEY, or api_key_command or api_key_file in the config",
        ));
    }
    Arguments::try_parse_from(&words).map_err(|mut error| {
        if let Some(tip) = tip(&error, &words) {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        Refusal {
            // An argument is echoed in an error; it must not drive the terminal.
            text: settings::visible(&error.render().to_string()),
            status: if error.use_stderr() { USAGE } else { 0 },
        }
    })
}

/// What helps with a word too many for `search`: it takes a query, which begins with `-` where
/// something is not wanted, and not what grep takes.
fn tip(error: &clap::Error, words: &[OsString]) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    if error.kind() != ErrorKind::UnknownArgument || word.starts_with('-') {
        return None;
    }
    let command = Arguments::command();
    // The word may be a value or a name elsewhere.
    let read = command.clone().ignore_errors(true).try_get_matches_from(words).ok()?;
    if read.subcommand_name() != Some("search") {
        return None;
    }
    let search = command.find_subcommand("search")?;
    let is_known = |letter| {
        let options = search.get_arguments().chain(command.get_arguments());
        options.filter_map(Arg::get_short).any(|short| short == letter || letter == 'h')
    };
    let not_options = words.iter().skip(1).filter_map(|word| {
        let mut letters = word.to_str()?.strip_prefix('-')?.chars();
        letters.next().filter(|&one| letters.next().is_none() && one != '-' && !is_known(one))
    });
    Some(match not_options.into_iter().next() {
        Some(letter) => {
            format!("there is no option -{letter}; as a query it means: without the word {letter}")
        }
        None => "a query of several words is one argument, in quotes".to_owned(),
    })
}

fn is_key_flag(word: &str) -> bool {
    let Some(name) = word.strip_prefix("--") else { return false };
    let name = name.split('=').next().unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    matches!(
        name.as_str(),
        "api-key" | "apikey" | "x-api-key" | "key" | "token" | "api-token" | "secret"
    )
}
