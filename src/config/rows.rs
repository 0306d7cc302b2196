//! The settings: one row declares a key, and reading, printing and `config.example.toml` follow.
//!
//! A row is `name: type = default, kind;`, with an example after the kind where there is no
//! default. Its doc comment is its text in the example file. Knows neither how a kind reads its
//! value nor where in a text it stands.

use std::path::PathBuf;
use std::time::Duration;

use super::kinds::{
    Columns, Command, Flag, Groups, Kind, NumberKind, OneOf, Optional, PathName, Query, Text,
    Theme, TimeOrOff, TimeZone, Timeout, Url,
};
use super::section::Section;
use super::{
    AmbiguousWidth, Bindings, DEFAULT_BASE_URL, GroupIdsStyle, LiteralKey, NamedScope, RightToLeft,
    ThemeName, View,
};
use crate::time::Zone;

/// What a row says of a setting, with its present value.
pub(super) struct SettingRow {
    pub(super) name: &'static str,
    /// The lines of its doc comment.
    pub(super) help: &'static [&'static str],
    /// The value as TOML; `None` when the setting is absent.
    pub(super) value: Option<String>,
    pub(super) example: Option<&'static str>,
}

/// A table of settings.
pub(super) trait SettingTable: Default {
    /// The lines of the table's doc comment.
    const HELP: &'static [&'static str];
    /// Reads every setting; a wrong one keeps its value.
    fn read(&mut self, section: &mut Section<'_, '_>);
    fn rows(&self) -> Vec<SettingRow>;
}

macro_rules! table {
    (
        $(#[doc = $about:literal])+
        $access:vis struct $Table:ident {$(
            $(#[doc = $help:literal])+
            $name:ident: $Type:ty = $default:expr, $kind:expr $(, $example:literal)?;
        )+}
        $(and {$(
            $(#[doc = $part_about:literal])+
            $part:ident: $Part:ty,
        )+})?
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, PartialEq, Debug)]
        $access struct $Table {
            $($(#[doc = $help])+ pub $name: $Type,)+
            $($($(#[doc = $part_about])+ pub $part: $Part,)+)?
        }

        impl Default for $Table {
            fn default() -> Self {
                Self { $($name: $default,)+ $($($part: <$Part>::default(),)+)? }
            }
        }

        impl SettingTable for $Table {
            const HELP: &'static [&'static str] = &[$($about),+];

            fn read(&mut self, section: &mut Section<'_, '_>) {
                $(section.read(stringify!($name), &mut self.$name, &$kind);)+
            }

            fn rows(&self) -> Vec<SettingRow> {
                vec![$(SettingRow {
                    name: stringify!($name),
                    help: &[$($help),+],
                    value: $kind.print(&self.$name),
                    example: None$(.or(Some($example)))?,
                }),+]
            }
        }
    };
}

table! {
    /// All settings.
    pub struct Config {
        /// How several groups are sent: "repeat" (groupIds=a&groupIds=b) or "comma" (groupIds=a,b).
        group_ids_style: GroupIdsStyle = GroupIdsStyle::default(), OneOf(&[
            ("\"repeat\"", GroupIdsStyle::Repeat),
            ("\"comma\"", GroupIdsStyle::Comma),
        ]);
        /// The time zone of the screen and of queries: "local" or a name such as "Europe/Vienna".
        time_zone: Zone = Zone::default(), TimeZone;
    } and {
        /// The endpoint.
        api: Api,
        /// The scopes of the number keys, in the order of the file.
        scopes: Vec<NamedScope>,
        /// The named queries, in the order of the file.
        views: Vec<View>,
        /// The names of the roles on the screen.
        labels: Labels,
        /// Keys by scope and action, as typed; `app` knows the actions and checks them.
        keys: Bindings,
        /// The screen.
        ui: Ui,
    }
}

table! {
    /// The endpoint and the key.
    pub struct Api {
        /// Its address: https, or http on this machine. A path prefix is kept.
        base_url: String = DEFAULT_BASE_URL.to_owned(), Url;
        /// A program and its arguments (no shell) that prints the key as one line. The first key
        /// found counts: `SFCHAT_API_KEY` or `STUDYFETCH_SDK_API_KEY` in the environment, this
        /// command, a file, the key itself.
        api_key_command: Vec<String> = Vec::new(), Command, r#"["pass", "show", "studyfetch"]"#;
        /// A file that holds only the key, yours and with mode 0600; `~/` is your home.
        api_key_file: Option<PathBuf> = None, Optional(PathName), r#""~/.config/sfchat-tui/key""#;
        /// The key itself; this file must then be yours and have mode 0600.
        api_key: Option<LiteralKey> = None, Optional(Text), r#""...""#;
        /// Certificates (PEM) to trust besides those of the system.
        ca_file: Option<PathBuf> = None, Optional(PathName), r#""/etc/ssl/our-proxy.pem""#;
        /// How long to wait for a connection.
        connect_timeout: Duration = Duration::from_secs(5), Timeout;
        /// How long to wait until the answer begins.
        headers_timeout: Duration = Duration::from_mins(1), Timeout;
        /// How long the answer may pause.
        idle_timeout: Duration = Duration::from_secs(30), Timeout;
        /// The largest accepted response, in bytes after decompression (2 GiB).
        max_response_bytes: u64 = 2 << 30, NumberKind(1, 1 << 50, "a number of bytes, 1 or more");
    }
}

table! {
    /// The scopes of the keys 1 to 9, in this order; the first is shown at the start. Give groups,
    /// a user, or both; neither means everything the key may see.
    pub(super) struct ScopeRow {
        /// shown in the list of scopes
        name: Option<String> = None, Optional(Text), r#""Biology""#;
        /// ids of the groups
        groups: Vec<String> = Vec::new(), Groups, r#"["class-101", "class-102"]"#;
        /// id of the user
        user: Option<String> = None, Optional(Text), r#""alice""#;
    }
}

table! {
    /// Queries with a name, to filter by: `V` picks one, `W` saves the current filter as one here.
    pub(super) struct ViewRow {
        /// shown in the list of views
        name: Option<String> = None, Optional(Text), r#""Unanswered this week""#;
        /// as typed into the filter
        query: Option<String> = None, Optional(Query), r#""is:unanswered since:7d""#;
    }
}

impl From<&NamedScope> for ScopeRow {
    fn from(named: &NamedScope) -> Self {
        let NamedScope { name, scope } = named.clone();
        Self { name: Some(name), groups: scope.groups, user: scope.user }
    }
}

impl From<&View> for ViewRow {
    fn from(view: &View) -> Self {
        let View { name, query } = view.clone();
        Self { name: Some(name), query: Some(query) }
    }
}

table! {
    /// The names of the roles on the screen.
    pub struct Labels {
        /// The student.
        user: String = "user".to_owned(), Text;
        /// The tutor.
        assistant: String = "assistant".to_owned(), Text;
        /// The instructions.
        system: String = "system".to_owned(), Text;
    }
}

table! {
    /// The screen.
    pub struct Ui {
        /// The colours: "auto" asks the terminal whether it is dark or light; "dark", "light",
        /// "high-contrast", "colour-blind"; "mono" does without. Any other name is a file beside
        /// this one: "NAME" is themes/NAME.toml.
        theme: ThemeName = ThemeName::default(), Theme;
        /// Clicks, wheel and dragging; false leaves the mouse to the terminal.
        mouse: bool = true, Flag;
        /// How often to refresh the scope: "off" or a time such as "30s" or "5m".
        refresh_every: Option<Duration> = None, TimeOrOff;
        /// The width of the sessions pane in percent.
        split: u8 = 30, NumberKind(10, 90, "a percentage from 10 to 90");
        /// The most columns that a line of text may have, since longer ones are hard to follow;
        /// code, tables and formulas use all of the pane. 0 for text as wide as the pane.
        text_width: Option<u16> = Some(88), Columns;
        /// How many cells the terminal gives to characters such as ± “ ” é α я, which Unicode
        /// leaves open: 1, or 2 where the terminal is set up so for Chinese, Japanese or Korean.
        /// With 2, lines and borders are drawn in ASCII.
        ambiguous_width: AmbiguousWidth = AmbiguousWidth::default(), OneOf(&[
            ("1", AmbiguousWidth::One),
            ("2", AmbiguousWidth::Two),
        ]);
        /// Who puts Hebrew, Arabic and the like into visual order. "terminal" sends letters in
        /// reading order: right in terminals that arrange them (GNOME Terminal, Konsole,
        /// Terminal.app, mlterm), copied right from every terminal, and never wrong twice.
        /// "program" arranges each line before it is sent, for terminals that show cells as they
        /// come (xterm, kitty, Alacritty, foot, wezterm by default, tmux in them).
        right_to_left: RightToLeft = RightToLeft::default(), OneOf(&[
            ("\"terminal\"", RightToLeft::Terminal),
            ("\"program\"", RightToLeft::Program),
        ]);
    }
}
