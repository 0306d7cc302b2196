//! From TOML text to settings: one pass over the parsed text with the places kept, so that
//! everything wrong is reported at once.
//!
//! The rows decide which settings exist: a name that no row reads is unknown.

use toml::de::DeTable;

use super::rows::{ScopeRow, SettingTable, ViewRow};
use super::section::{Faults, Section};
use super::{Config, ConfigError, NamedScope, View};
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
        let row: ScopeRow = listed(section, "scope", &["name"]);
        let scope = Scope { groups: row.groups, user: row.user };
        let scope = NamedScope { name: row.name?, scope };
        if config.scopes.iter().any(|other| other.name == scope.name) {
            section.fault(section.place_of("name"), "two scopes have this name".to_owned());
        }
        config.scopes.push(scope);
        Some(())
    });
    root.tables("views", |section| {
        let row: ViewRow = listed(section, "view", &["name", "query"]);
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
            config.ui.theme.at = section.position(theme.span().start);
        }
    });
    root.finish();
    config
}

/// Reads an item of a list; `needed` are the settings that it must have.
fn listed<T: SettingTable>(section: &mut Section<'_, '_>, what: &str, needed: &[&str]) -> T {
    let mut item = T::default();
    item.read(section);
    for name in needed {
        if section.find(name).is_none() {
            section.fault(section.place_of("name"), format!("a {what} needs a `{name}`"));
        }
    }
    item
}
