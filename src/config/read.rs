//! From TOML text to settings: one pass over the parsed text with the places kept, so that
//! everything wrong is reported at once.
//!
//! The rows decide which settings exist: a name that no row reads is unknown.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kinds::{Kind, strings};
use super::rows::{ScopeRow, Table, ViewRow};
use super::{Binding, Config, ConfigError, NamedScope, TextPosition, View, nearest};
use crate::scope::Scope;

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
    let mut root = Section::new(String::new(), document, 0..0, faults);
    config.read(&mut root);
    root.table("api", |section| config.api.read(section));
    root.tables("scopes", |section| {
        let row: ScopeRow = section.listed("scope", &["name"]);
        let scope = Scope { groups: row.groups, user: row.user };
        let scope = NamedScope { name: row.name?, scope };
        if config.scopes.iter().any(|other| other.name == scope.name) {
            section.fault(section.place_of("name"), "two scopes have this name".to_owned());
        }
        config.scopes.push(scope);
        Some(())
    });
    root.tables("views", |section| {
        let row: ViewRow = section.listed("view", &["name", "query"]);
        let view = View { name: row.name?, query: row.query? };
        if config.views.iter().any(|other| other.name == view.name) {
            section.fault(section.place_of("name"), "two views have this name".to_owned());
        }
        config.views.push(view);
        Some(())
    });
    root.table("labels", |section| config.labels.read(section));
    root.table("keys", |section| {
        section.each_table(|section, name| {
            config.keys.insert(name, section.bindings());
            Some(())
        });
    });
    root.table("ui", |section| {
        config.ui.read(section);
        if let Some(theme) = section.find("theme") {
            config.ui.theme.at = section.faults.place(theme.span().start);
        }
    });
    root.finish();
    config
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

    fn place(&self, offset: usize) -> TextPosition {
        TextPosition::of(self.text, offset)
    }
}

/// A table that is being read: remembers what was asked for, so that [`Section::finish`] can name
/// the rest.
pub(super) struct Section<'a, 't> {
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
    fn new(
        name: String,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        faults: &'a mut Faults<'t>,
    ) -> Self {
        Self { name, table, span, faults, known: Vec::new(), any_name: false }
    }

    fn fault(&mut self, span: Range<usize>, message: String) {
        self.faults.add(span, message);
    }

    fn find(&self, name: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    fn entry(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(name);
        self.find(name)
    }

    /// Where this setting stands, or the table when it does not.
    fn place_of(&self, name: &str) -> Range<usize> {
        self.find(name).map_or(self.span.clone(), Spanned::span)
    }

    /// Reads one setting; a wrong one leaves `slot` as it is.
    pub(super) fn read<T>(&mut self, name: &'static str, slot: &mut T, kind: &impl Kind<T>) {
        let Some(value) = self.entry(name) else { return };
        match kind.read(value.get_ref()) {
            Ok(read) => *slot = read,
            Err(wrong) => self.fault(value.span(), format!("`{name}` {wrong}")),
        }
    }

    /// Reads an item of a list; `needed` are the settings that it must have.
    fn listed<T: Table>(&mut self, what: &str, needed: &[&str]) -> T {
        let mut item = T::default();
        item.read(self);
        for name in needed {
            if self.find(name).is_none() {
                self.fault(self.place_of("name"), format!("a {what} needs a `{name}`"));
            }
        }
        item
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
        value: &Spanned<DeValue<'_>>,
        reader: impl FnOnce(&mut Section<'_, 't>) -> Option<()>,
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("`{}` must be a table, [{name}]", plain(&name));
            self.fault(value.span(), message);
            return;
        };
        let mut section = Section::new(name, table, value.span(), self.faults);
        reader(&mut section);
        section.finish();
    }

    /// Every entry as a table, whatever its name is.
    fn each_table(&mut self, mut reader: impl FnMut(&mut Section<'_, 't>, String) -> Option<()>) {
        self.any_name = true;
        for (key, value) in self.table {
            let name = key.get_ref().to_string();
            let path = format!("{}.{}", self.name, plain(&name));
            self.inner(path, value, |section| reader(section, name));
        }
    }

    /// Every entry as the keys of an action, whatever its name is.
    fn bindings(&mut self) -> BTreeMap<String, Binding> {
        self.any_name = true;
        let mut bindings = BTreeMap::new();
        for (key, value) in self.table {
            if let Ok(chords) = strings(value.get_ref()) {
                let at = self.faults.place(key.span().start);
                bindings.insert(key.get_ref().to_string(), Binding { chords, at });
            } else {
                let message = "the keys of an action are a list of strings, such as [\"J\"]";
                self.fault(key.span(), message.to_owned());
            }
        }
        bindings
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
