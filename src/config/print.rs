//! From settings to TOML text.

use std::fmt::Write as _;
use std::time::Duration;

use super::{AmbiguousWidth, Config, GroupIdsStyle, RightToLeft};
use crate::time::Zone;

/// The text; the key is shown as `mask`.
pub(super) fn config(config: &Config, mask: &str) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name} = {value}");
    };
    line(
        "group_ids_style",
        match config.group_ids_style {
            GroupIdsStyle::Repeat => "\"repeat\"",
            GroupIdsStyle::Comma => "\"comma\"",
        },
    );
    line("time_zone", &zone(config.time_zone));
    out.push_str("\n[api]\n");
    api(config, mask, &mut out);
    for named in &config.scopes {
        let _ = write!(out, "\n[[scopes]]\nname = {}\n", quoted(&named.name));
        if !named.scope.groups.is_empty() {
            let _ = writeln!(out, "groups = {}", list(&named.scope.groups));
        }
        if let Some(user) = &named.scope.user {
            let _ = writeln!(out, "user = {}", quoted(user));
        }
    }
    for view in &config.views {
        let (name, query) = (quoted(&view.name), quoted(&view.query));
        let _ = write!(out, "\n[[views]]\nname = {name}\nquery = {query}\n");
    }
    let labels = &config.labels;
    let _ = write!(
        out,
        "\n[labels]\nuser = {}\nassistant = {}\nsystem = {}\n",
        quoted(&labels.user),
        quoted(&labels.assistant),
        quoted(&labels.system)
    );
    for (scope, bindings) in &config.keys {
        let _ = write!(out, "\n[keys.{}]\n", quoted(scope));
        for (action, binding) in bindings {
            let _ = writeln!(out, "{} = {}", quoted(action), list(&binding.chords));
        }
    }
    let ui = &config.ui;
    let _ = write!(
        out,
        "\n[ui]\ntheme = {}\nmouse = {}\nrefresh_every = {}\nsplit = {}\ntext_width = {}\n\
         ambiguous_width = {}\nright_to_left = {}\n",
        quoted(&ui.theme.name),
        ui.mouse,
        ui.refresh_every.map_or_else(|| "\"off\"".to_owned(), duration),
        ui.split,
        ui.text_width.unwrap_or(0),
        match ui.ambiguous_width {
            AmbiguousWidth::One => 1,
            AmbiguousWidth::Two => 2,
        },
        match ui.right_to_left {
            RightToLeft::Terminal => "\"terminal\"",
            RightToLeft::Program => "\"program\"",
        },
    );
    out
}

fn api(config: &Config, mask: &str, out: &mut String) {
    let api = &config.api;
    let _ = writeln!(out, "base_url = {}", quoted(&api.base_url));
    if !api.api_key_command.is_empty() {
        let _ = writeln!(out, "api_key_command = {}", list(&api.api_key_command));
    }
    if let Some(path) = &api.api_key_file {
        let _ = writeln!(out, "api_key_file = {}", quoted(&path.to_string_lossy()));
    }
    if api.api_key.is_some() {
        let _ = writeln!(out, "api_key = {}", quoted(mask));
    }
    if let Some(path) = &api.ca_file {
        let _ = writeln!(out, "ca_file = {}", quoted(&path.to_string_lossy()));
    }
    let _ = writeln!(out, "connect_timeout = {}", duration(api.connect_timeout));
    let _ = writeln!(out, "headers_timeout = {}", duration(api.headers_timeout));
    let _ = writeln!(out, "idle_timeout = {}", duration(api.idle_timeout));
    let _ = writeln!(out, "max_response_bytes = {}", api.max_response_bytes);
}

fn zone(zone: Zone) -> String {
    match zone {
        Zone::Local => "\"local\"".to_owned(),
        Zone::Named(zone) => quoted(zone.name()),
    }
}

fn duration(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("\"{}s\"", time.as_secs()),
        _ => format!("\"{}ms\"", time.as_millis()),
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A TOML string that is also safe to show: everything but plain visible text is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
