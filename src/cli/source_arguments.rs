//! The arguments that say where the messages come from.

use std::path::PathBuf;

use clap::Args;

const SOURCE: &str = "Source (at most one kind; else the first scope of the config)";

/// Where the messages come from.
#[derive(Args, Default, Debug)]
pub(super) struct SourceArguments {
    /// A group; repeat it for several in one scope
    #[arg(help_heading = SOURCE, short = 'g', long = "group", value_name = "ID", value_parser = id)]
    pub(super) groups: Vec<String>,

    /// A user; with -g, that user within those groups
    #[arg(help_heading = SOURCE, short, long, value_name = "ID", value_parser = id)]
    pub(super) user: Option<String>,

    /// Everything that the key may see
    #[arg(help_heading = SOURCE, long, conflicts_with_all = ["groups", "user"])]
    pub(super) all: bool,

    /// A scope named in the config
    #[arg(help_heading = SOURCE, long, value_name = "NAME", conflicts_with_all = ["groups", "user", "all"])]
    pub(super) scope: Option<String>,

    /// A saved response, plain, gzip or zstd; - is standard input
    #[arg(help_heading = SOURCE, long, value_name = "PATH", conflicts_with_all = ["groups", "user", "all", "scope"])]
    pub(super) file: Option<PathBuf>,

    /// The built-in demo server
    #[arg(help_heading = SOURCE, long, conflicts_with_all = ["groups", "user", "all", "scope", "file", "base_url"])]
    pub(super) demo: bool,
}

impl SourceArguments {
    /// Whether no source is named.
    pub(super) fn is_empty(&self) -> bool {
        let Self { groups, user, all, scope, file, demo } = self;
        let named = user.is_some() || scope.is_some() || file.is_some();
        groups.is_empty() && !named && !all && !demo
    }
}

/// An id is sent as it is; only nothing is no id.
fn id(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("an id must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}
