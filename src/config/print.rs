//! Prints settings as TOML text, and `config.example.toml`, from the rows. Knows no key by name.

use std::fmt::Write as _;

use super::kinds::{list, quoted};
use super::rows::{ScopeRow, SettingRow, SettingTable, ViewRow};
use super::{Api, Config, Labels, Ui};

/// The text with the key as it stands in `config`.
pub(super) fn config(config: &Config) -> String {
    let mut out = String::new();
    present(&mut out, &config.rows());
    section(&mut out, "[api]", &config.api);
    for named in &config.scopes {
        section(&mut out, "[[scopes]]", &ScopeRow::from(named));
    }
    for view in &config.views {
        section(&mut out, "[[views]]", &ViewRow::from(view));
    }
    section(&mut out, "[labels]", &config.labels);
    for (scope, bindings) in &config.keys {
        // Writing to a string cannot fail.
        let _ = write!(out, "\n[keys.{}]\n", quoted(scope));
        for (action, binding) in bindings {
            let _ = writeln!(out, "{} = {}", quoted(action), list(&binding.chords));
        }
    }
    section(&mut out, "[ui]", &config.ui);
    out
}

fn section(out: &mut String, header: &str, table: &impl SettingTable) {
    let _ = write!(out, "\n{header}\n");
    present(out, &table.rows());
}

fn present(out: &mut String, rows: &[SettingRow]) {
    for SettingRow { name, value, .. } in rows {
        if let Some(value) = value {
            let _ = writeln!(out, "{name} = {value}");
        }
    }
}

const HEAD: &str = "\
# sfchat-tui: every setting at its default. To change one, take the `#` (or the `#@ `) away.
# What stands behind `#@ ` has no default and is an example, but for the keys at the end.
# `sfchat-tui config init` puts this file where it is read; `config check` says what is wrong.
";

const KEYS: &str = "
# Keys by place and action. To change one, take the `#@ ` away from its line and from the line of
# its place above it. The list replaces the default keys; an empty one leaves the action without.
# A key is a character or a name, `ctrl-` or `alt-` before it where wanted; several with blanks
# between them are typed one after the other: [\"g g\"].
";

/// The example file up to its keys.
pub(super) fn example() -> String {
    let mut out = HEAD.to_owned();
    explained(&mut out, &Config::default().rows());
    example_table::<Api>(&mut out, "api");
    example_list::<ScopeRow>(&mut out, "scopes");
    example_list::<ViewRow>(&mut out, "views");
    example_table::<Labels>(&mut out, "labels");
    example_table::<Ui>(&mut out, "ui");
    out + KEYS
}

fn example_table<T: SettingTable>(out: &mut String, name: &str) {
    comment(out, T::HELP);
    let mut settings = String::new();
    explained(&mut settings, &T::default().rows());
    let _ = write!(out, "[{name}]{settings}");
}

fn example_list<T: SettingTable>(out: &mut String, name: &str) {
    comment(out, T::HELP);
    let _ = writeln!(out, "#@ [[{name}]]");
    for SettingRow { name, help, example, .. } in T::default().rows() {
        let _ = writeln!(out, "#@ {name} = {}  #{}", example.unwrap_or_default(), help.concat());
    }
}

fn explained(out: &mut String, rows: &[SettingRow]) {
    for SettingRow { name, help, value, example } in rows {
        comment(out, help);
        let _ = match (value, example) {
            (Some(value), _) => writeln!(out, "#{name} = {value}"),
            (None, example) => writeln!(out, "#@ {name} = {}", example.unwrap_or_default()),
        };
    }
}

/// Lines of documentation, each with the blank that begins it.
fn comment(out: &mut String, help: &[&str]) {
    out.push('\n');
    for line in help {
        let _ = writeln!(out, "#{line}");
    }
}
