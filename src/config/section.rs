//! A table of a config while it is read: which settings were asked for, and what is wrong with them.
//!
//! Must not know which settings there are.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kinds::{Kind, strings};
use super::{Binding, ConfigError, TextPosition, nearest};

/// What is wrong so far.
pub(super) struct Faults<'t> {
    pub(super) text: &'t str,
    pub(super) found: Vec<ConfigError>,
}

impl Faults<'_> {
    pub(super) fn add(&mut self, span: Range<usize>, message: String) {
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
    pub(super) fn new(
        name: String,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        faults: &'a mut Faults<'t>,
    ) -> Self {
        Self { name, table, span, faults, known: Vec::new(), any_name: false }
    }

    pub(super) fn fault(&mut self, span: Range<usize>, message: String) {
        self.faults.add(span, message);
    }

    pub(super) fn find(&self, name: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    fn entry(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(name);
        self.find(name)
    }

    /// The line and column of a byte of the text.
    pub(super) fn position(&self, offset: usize) -> TextPosition {
        self.faults.place(offset)
    }

    /// Where this setting stands, or the table when it does not.
    pub(super) fn place_of(&self, name: &str) -> Range<usize> {
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

    pub(super) fn table(&mut self, name: &'static str, reader: impl FnOnce(&mut Section<'_, 't>)) {
        let Some(value) = self.entry(name) else { return };
        self.inner(name.to_owned(), value, |section| {
            reader(section);
            Some(())
        });
    }

    /// An array of tables, `[[name]]`.
    pub(super) fn tables(
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
    pub(super) fn each_table(
        &mut self,
        mut reader: impl FnMut(&mut Section<'_, 't>, String) -> Option<()>,
    ) {
        self.any_name = true;
        for (key, value) in self.table {
            let name = key.get_ref().to_string();
            let path = format!("{}.{}", self.name, plain(&name));
            self.inner(path, value, |section| reader(section, name));
        }
    }

    /// Every entry as the keys of an action, whatever its name is.
    pub(super) fn bindings(&mut self) -> BTreeMap<String, Binding> {
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
    pub(super) fn finish(&mut self) {
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
