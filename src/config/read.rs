//! From TOML text to settings: one pass over the parsed text with the places kept, so that
//! everything wrong is reported at once.
//!
//! The calls that read a setting are the only list of settings there is: what they do not ask for
//! is unknown.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    AmbiguousWidth, Api, Binding, Config, ConfigError, GroupIdsStyle, Labels, LiteralKey,
    NamedScope, Place, RightToLeft, Ui, View, check_base_url, nearest,
};
use crate::scope::Scope;
use crate::time::Zone;

/// The settings as far as they could be read, and everything that is wrong.
pub(super) fn config(text: &str) -> (Config, Vec<ConfigError>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, broken) = DeTable::parse_recoverable(text);
    let mut faults = Faults { text, found: Vec::new() };
    for error in &broken {
        // Only the message: the parser's own form of the error quotes the line.
        faults.add(error.span().unwrap_or(0..0), error.message().to_owned());
    }
    let config =
        if broken.is_empty() { root(document.get_ref(), &mut faults) } else { Config::default() };
    faults.found.sort_by_key(|fault| fault.at);
    faults.found.dedup();
    (config, faults.found)
}

fn root(document: &DeTable<'_>, faults: &mut Faults<'_>) -> Config {
    let mut config = Config::default();
    let mut root = Section::new("", document, faults);
    root.read("group_ids_style", &mut config.group_ids_style, style);
    root.read("time_zone", &mut config.time_zone, zone);
    root.table("api", |section| api(section, &mut config.api));
    root.tables("scopes", |section| {
        let (scope, place) = scope(section)?;
        if config.scopes.iter().any(|other| other.name == scope.name) {
            section.fault(place, "two scopes have this name".to_owned());
        }
        config.scopes.push(scope);
        Some(())
    });
    root.tables("views", |section| {
        let (view, place) = view(section)?;
        if config.views.iter().any(|other| other.name == view.name) {
            section.fault(place, "two views have this name".to_owned());
        }
        config.views.push(view);
        Some(())
    });
    root.table("labels", |section| labels(section, &mut config.labels));
    root.table("keys", |section| {
        section.each_table(|section, name| {
            config.keys.insert(name, bindings(section));
        });
    });
    root.table("ui", |section| ui(section, &mut config.ui));
    root.finish();
    config
}

fn api(section: &mut Section<'_, '_>, api: &mut Api) {
    section.read("base_url", &mut api.base_url, |value| {
        let url = string(value)?;
        check_base_url(&url).map_err(str::to_owned)?;
        Ok(url)
    });
    section.read("api_key_command", &mut api.api_key_command, |value| {
        let words = strings(value)?;
        match words.first() {
            Some(program) if !program.is_empty() => Ok(words),
            _ => Err("must be a program and its arguments, such as [\"pass\", \"show\", \
                      \"studyfetch\"]"
                .to_owned()),
        }
    });
    section.read("api_key_file", &mut api.api_key_file, |value| path(value).map(Some));
    section.read("api_key", &mut api.api_key, |value| {
        text(value).map(|key| Some(LiteralKey::from(key.as_str())))
    });
    section.read("ca_file", &mut api.ca_file, |value| path(value).map(Some));
    section.read("connect_timeout", &mut api.connect_timeout, timeout);
    section.read("headers_timeout", &mut api.headers_timeout, timeout);
    section.read("idle_timeout", &mut api.idle_timeout, timeout);
    section.read("max_response_bytes", &mut api.max_response_bytes, |value| {
        integer(value, 1, 1 << 50, "must be a number of bytes, 1 or more")
    });
}

fn scope(section: &mut Section<'_, '_>) -> Option<(NamedScope, Range<usize>)> {
    let mut name = None;
    let mut scope = Scope::default();
    section.read("name", &mut name, |value| text(value).map(Some));
    section.read("groups", &mut scope.groups, |value| {
        let groups = strings(value)?;
        if groups.is_empty() || groups.iter().any(String::is_empty) {
            return Err("must be a list of group ids, such as [\"class-101\"]".to_owned());
        }
        Ok(groups)
    });
    section.read("user", &mut scope.user, |value| text(value).map(Some));
    let place = section.place_of("name");
    if name.is_none() && !section.has("name") {
        section.fault(place.clone(), "a scope needs a `name`".to_owned());
    }
    Some((NamedScope { name: name?, scope }, place))
}

fn view(section: &mut Section<'_, '_>) -> Option<(View, Range<usize>)> {
    let (mut name, mut asked) = (None, None);
    section.read("name", &mut name, |value| text(value).map(Some));
    section.read("query", &mut asked, |value| query(value).map(Some));
    let place = section.place_of("name");
    for needed in ["name", "query"] {
        if !section.has(needed) {
            section.fault(place.clone(), format!("a view needs a `{needed}`"));
        }
    }
    Some((View { name: name?, query: asked? }, place))
}

fn labels(section: &mut Section<'_, '_>, labels: &mut Labels) {
    section.read("user", &mut labels.user, text);
    section.read("assistant", &mut labels.assistant, text);
    section.read("system", &mut labels.system, text);
}

fn bindings(section: &mut Section<'_, '_>) -> std::collections::BTreeMap<String, Binding> {
    let mut bindings = std::collections::BTreeMap::new();
    section.each(|section, name, place, value| match strings(value) {
        Ok(chords) => {
            let at = section.faults.place(place.start);
            bindings.insert(name, Binding { chords, at });
        }
        Err(_) => section.fault(
            place,
            "the keys of an action are a list of strings, such as [\"J\"]".to_owned(),
        ),
    });
    bindings
}

fn ui(section: &mut Section<'_, '_>, ui: &mut Ui) {
    section.read("theme", &mut ui.theme.name, theme);
    if section.has("theme") {
        ui.theme.at = section.faults.place(section.place_of("theme").start);
    }
    section.read("mouse", &mut ui.mouse, |value| match value {
        DeValue::Boolean(on) => Ok(*on),
        _ => Err("must be true or false".to_owned()),
    });
    section.read("refresh_every", &mut ui.refresh_every, |value| match value {
        DeValue::String(text) if text == "off" => Ok(None),
        _ => match duration(value) {
            Some(every) if (5..=86_400).contains(&every.as_secs()) => Ok(Some(every)),
            _ => Err("must be \"off\" or a time from \"5s\" to \"24h\"".to_owned()),
        },
    });
    section.read("split", &mut ui.split, |value| {
        let percent = integer(value, 10, 90, "must be a percentage from 10 to 90")?;
        u8::try_from(percent).map_err(|_| "must be a percentage from 10 to 90".to_owned())
    });
    section.read("text_width", &mut ui.text_width, |value| {
        let fault = "must be 0 or a number of columns from 40 to 1000";
        match integer(value, 0, 1000, fault)? {
            0 => Ok(None),
            columns @ 40.. => u16::try_from(columns).map(Some).map_err(|_| fault.to_owned()),
            _ => Err(fault.to_owned()),
        }
    });
    section.read("ambiguous_width", &mut ui.ambiguous_width, |value| {
        match integer(value, 1, 2, "must be 1 or 2")? {
            1 => Ok(AmbiguousWidth::One),
            _ => Ok(AmbiguousWidth::Two),
        }
    });
    section.read("right_to_left", &mut ui.right_to_left, |value| match value {
        DeValue::String(who) if who == "terminal" => Ok(RightToLeft::Terminal),
        DeValue::String(who) if who == "program" => Ok(RightToLeft::Program),
        _ => Err("must be \"terminal\" or \"program\"".to_owned()),
    });
}

// Readers of one value each. Their errors continue the sentence "`name` ..." and never quote.

fn style(value: &DeValue<'_>) -> Result<GroupIdsStyle, String> {
    match value {
        DeValue::String(text) if text == "repeat" => Ok(GroupIdsStyle::Repeat),
        DeValue::String(text) if text == "comma" => Ok(GroupIdsStyle::Comma),
        _ => Err("must be \"repeat\" or \"comma\"".to_owned()),
    }
}

fn theme(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        // It becomes the name of a file, which is to stand in its folder.
        DeValue::String(name) if is_name(name) => Ok(name.to_string()),
        _ => Err("must be the name of a theme, such as \"auto\" or \"dark\"; a theme of yours \
                  has small letters, digits, `-` and `_` in its name"
            .to_owned()),
    }
}

fn is_name(name: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=60).contains(&name.len())
        && name.bytes().all(|byte| is_fine(byte) || b"-_".contains(&byte))
}

fn zone(value: &DeValue<'_>) -> Result<Zone, String> {
    let zone = if let DeValue::String(name) = value { Zone::parse(name) } else { None };
    zone.ok_or_else(|| "must be \"local\" or an IANA name such as \"Europe/Vienna\"".to_owned())
}

fn string(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err("must be a string".to_owned()),
    }
}

fn text(value: &DeValue<'_>) -> Result<String, String> {
    let text = string(value)?;
    if text.trim().is_empty() { Err("must not be empty".to_owned()) } else { Ok(text) }
}

fn query(value: &DeValue<'_>) -> Result<String, String> {
    let asked = text(value)?;
    match crate::query::parse(&asked) {
        Ok(_) => Ok(asked),
        // What is wrong with it would be said in its own words.
        Err(error) => Err(format!("is no query: see its character {}", error.column + 1)),
    }
}

fn path(value: &DeValue<'_>) -> Result<PathBuf, String> {
    text(value).map(PathBuf::from)
}

fn strings(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let DeValue::Array(items) = value else { return Err("must be a list of strings".to_owned()) };
    items
        .iter()
        .map(|item| string(item.get_ref()).map_err(|_| "must be a list of strings".to_owned()))
        .collect()
}

fn integer(value: &DeValue<'_>, least: u64, most: u64, wrong: &str) -> Result<u64, String> {
    let number = match value {
        DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
        _ => None,
    };
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| wrong.to_owned())
}

fn timeout(value: &DeValue<'_>) -> Result<Duration, String> {
    duration(value)
        .filter(|time| (Duration::from_millis(100)..=Duration::from_hours(1)).contains(time))
        .ok_or_else(|| "must be a time from \"100ms\" to \"1h\", such as \"30s\"".to_owned())
}

/// A time such as `500ms`, `30s`, `5m`, `2h`.
fn duration(value: &DeValue<'_>) -> Option<Duration> {
    let DeValue::String(text) = value else { return None };
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// What is wrong so far.
struct Faults<'t> {
    text: &'t str,
    found: Vec<ConfigError>,
}

impl Faults<'_> {
    fn add(&mut self, span: Range<usize>, message: String) {
        let at = self.place(span.start);
        self.found.push(ConfigError { at, message });
    }

    fn place(&self, offset: usize) -> Place {
        Place::of(self.text, offset)
    }
}

/// A table that is being read: remembers what was asked for, so that [`Section::finish`] can name
/// the rest.
struct Section<'a, 't> {
    /// `api` for `[api]`, empty for the top.
    name: String,
    table: &'a DeTable<'a>,
    /// Where the table stands, for what it lacks.
    span: Range<usize>,
    faults: &'a mut Faults<'t>,
    known: Vec<&'static str>,
    /// Whether no name is unknown here.
    any_name: bool,
}

impl<'a, 't> Section<'a, 't> {
    fn new(name: &str, table: &'a DeTable<'a>, faults: &'a mut Faults<'t>) -> Self {
        let name = name.to_owned();
        Self { name, table, span: 0..0, faults, known: Vec::new(), any_name: false }
    }

    fn fault(&mut self, span: Range<usize>, message: String) {
        self.faults.add(span, message);
    }

    fn entry(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(name);
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    fn has(&self, name: &str) -> bool {
        self.table.iter().any(|(key, _)| key.get_ref() == name)
    }

    /// Where this setting stands, or the table when it does not.
    fn place_of(&self, name: &str) -> Range<usize> {
        let entry = self.table.iter().find(|(key, _)| key.get_ref() == name);
        entry.map_or(self.span.clone(), |(_, value)| value.span())
    }

    /// Reads one setting; a wrong one leaves `slot` as it is.
    fn read<T>(
        &mut self,
        name: &'static str,
        slot: &mut T,
        reader: impl FnOnce(&DeValue<'_>) -> Result<T, String>,
    ) {
        let Some(value) = self.entry(name) else { return };
        match reader(value.get_ref()) {
            Ok(read) => *slot = read,
            Err(wrong) => self.fault(value.span(), format!("`{name}` {wrong}")),
        }
    }

    fn table(&mut self, name: &'static str, reader: impl FnOnce(&mut Section<'_, 't>)) {
        let Some(value) = self.entry(name) else { return };
        self.inner(name.to_owned(), value, |section| {
            reader(section);
            Some(())
        });
    }

    /// An array of tables, `[[name]]`.
    fn tables(
        &mut self,
        name: &'static str,
        mut reader: impl FnMut(&mut Section<'_, 't>) -> Option<()>,
    ) {
        let Some(value) = self.entry(name) else { return };
        let DeValue::Array(items) = value.get_ref() else {
            self.fault(value.span(), format!("write each of them under [[{name}]]"));
            return;
        };
        for item in items {
            self.inner(name.to_owned(), item, &mut reader);
        }
    }

    fn inner(
        &mut self,
        name: String,
        value: &'a Spanned<DeValue<'a>>,
        reader: impl FnOnce(&mut Section<'_, 't>) -> Option<()>,
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("`{}` must be a table, [{name}]", plain(&name));
            self.fault(value.span(), message);
            return;
        };
        let span = value.span();
        let faults = &mut *self.faults;
        let mut section = Section { name, table, span, faults, known: Vec::new(), any_name: false };
        reader(&mut section);
        section.finish();
    }

    /// Every entry as a table, whatever its name is.
    fn each_table(&mut self, mut reader: impl FnMut(&mut Section<'_, 't>, String)) {
        for (key, value) in self.table {
            let name = key.get_ref().to_string();
            let path = format!("{}.{}", self.name, plain(&name));
            self.inner(path, value, |section| {
                reader(section, name);
                Some(())
            });
        }
        self.any_name = true;
    }

    /// Every entry as a value, whatever its name is.
    fn each(&mut self, mut reader: impl FnMut(&mut Self, String, Range<usize>, &DeValue<'_>)) {
        for (key, value) in self.table {
            reader(self, key.get_ref().to_string(), key.span(), value.get_ref());
        }
        self.any_name = true;
    }

    /// Reports what nobody asked for.
    fn finish(&mut self) {
        for (key, _) in self.table {
            let name = key.get_ref();
            if self.any_name || self.known.iter().any(|known| name == known) {
                continue;
            }
            let place =
                if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            let advice = match nearest(name, self.known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the settings here are {}", self.known.join(", ")),
            };
            let message = format!("unknown setting `{}`{place}; {advice}", plain(name));
            self.fault(key.span(), message);
        }
    }
}

/// What the name of a setting may show of itself on a terminal.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic() || c.is_alphanumeric()).take(40).collect()
}
