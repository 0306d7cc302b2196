//! The tables of keys and of queries, and the keys of the example config.

use std::fmt::Write;

use sfchat_tui::app::action::{ActionGroup, ActionRow, KeyContext, TABLE};
use sfchat_tui::app::keymap::Keymap;
use sfchat_tui::query::{FIELDS, FORMS};

/// The default keys for the README, one table a heading.
pub(crate) fn keys() -> String {
    let keymap = Keymap::default();
    let mut text = String::new();
    for group in ActionGroup::ALL {
        let rows = TABLE.iter().filter(|row| row.group == group);
        let _ = write!(text, "\n| {} | where | what | name |\n", group.heading());
        text.push_str("| --- | --- | --- | --- |\n");
        for row in rows {
            let keys: Vec<_> = keymap.keys_of(row.action).map(|keys| code(&keys)).collect();
            let keys = if keys.is_empty() { "(no key)".to_owned() } else { keys.join(" ") };
            let place = row.place.name();
            let _ = writeln!(text, "| {keys} | {place} | {} | {} |", cell(row.help), row.name);
        }
    }
    text.push('\n');
    text
}

/// The forms and fields of a query for the README.
pub(crate) fn queries() -> String {
    let forms = FORMS.iter().map(|&(form, help)| (form, help));
    let fields = FIELDS.iter().map(|field| (field.example, field.help));
    let mut text = "\n| query | matches |\n| --- | --- |\n".to_owned();
    for (query, help) in forms.chain(fields) {
        let _ = writeln!(text, "| {} | {} |", code(query), cell(help));
    }
    text.push('\n');
    text
}

/// The keys for the example config: every place and every action at its default.
pub(crate) fn key_settings() -> String {
    let mut text = String::new();
    for (number, place) in KeyContext::ALL.into_iter().enumerate() {
        let rows: Vec<_> = TABLE.iter().filter(|row| row.place == place).collect();
        let settings: Vec<_> = rows.iter().map(|row| setting(row)).collect();
        let widest = settings.iter().map(|setting| setting.chars().count()).max().unwrap_or(0);
        if number > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "#@ [keys.{}]", place.name());
        for (setting, row) in settings.iter().zip(rows) {
            let _ = writeln!(text, "#@ {setting:widest$}  # {}", row.help);
        }
    }
    text
}

fn setting(row: &ActionRow) -> String {
    let keys: Vec<_> = row.keys.iter().map(|key| format!("\"{}\"", quoted(key))).collect();
    format!("{} = [{}]", row.name, keys.join(", "))
}

/// Text for between the quotes of a TOML string.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Text as code in a cell of a Markdown table.
fn code(text: &str) -> String {
    let text = cell(text);
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[test]
fn every_action_and_every_field_has_a_row() {
    let (keys, queries, settings) = (keys(), queries(), key_settings());
    for row in TABLE {
        let columns = format!("| {} | {} |", cell(row.help), row.name);
        assert!(keys.contains(&columns), "{}", row.name);
        assert!(settings.contains(&format!("\n#@ {} = ", row.name)), "{}", row.name);
    }
    for field in &FIELDS {
        assert!(queries.contains(&format!("| {} |", cell(field.help))), "{}", field.name);
    }
}

#[test]
fn what_would_end_a_cell_or_a_string_is_escaped() {
    assert_eq!(code("a|b"), "`a\\|b`");
    assert_eq!(code("`"), "`` ` ``");
    assert_eq!(quoted("\\\""), "\\\\\\\"");
}
