//! The endpoint's own description, and that the program speaks its words.
//!
//! What goes over the wire is looked at in `http`; here the names in the code are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sfchat_tui::demo::DEMO_PATH;
use sfchat_tui::export::Wire as _;
use sfchat_tui::io::wire::AsSent;
use sfchat_tui::metadata::MessageIds;
use sfchat_tui::time::Zone;

use crate::data::decoded;

const DESCRIPTION: &str = include_str!("chat-messages.openapi.yaml");

/// The indentation of a line of YAML, and its key.
fn keys() -> Vec<(usize, String)> {
    let lines = DESCRIPTION.lines().filter(|line| line.trim_end().ends_with(':'));
    lines
        .map(|line| {
            let text = line.trim_start();
            (line.len() - text.len(), text.trim_end_matches(':').to_owned())
        })
        .collect()
}

/// The names of the properties that stand deepest: those of a message; and the ones around.
fn properties() -> (BTreeSet<String>, BTreeSet<String>) {
    let keys = keys();
    let mut levels: Vec<usize> =
        keys.iter().filter(|(_, key)| key == "properties").map(|(indent, _)| *indent).collect();
    levels.sort_unstable();
    let [outer, inner] = levels[..] else { panic!("two lists of properties: {levels:?}") };
    let at = |indent: usize| {
        let names = keys.iter().filter(move |(level, _)| *level == indent + 2);
        names.map(|(_, key)| key.clone()).filter(|key| key != "type" && key != "items")
    };
    (at(inner).collect(), at(outer).collect())
}

/// The values of a key, in order.
fn values(key: &str) -> Vec<&'static str> {
    let lines = DESCRIPTION.lines().map(str::trim_start);
    let lines = lines.map(|line| line.trim_start_matches("- "));
    lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).collect()
}

#[test]
fn the_description_is_read_right() {
    let (message, around) = properties();
    let fields = ["componentId", "content", "createdAt", "metadata", "role", "sessionId", "userId"];
    assert_eq!(message, fields.map(str::to_owned).into());
    assert_eq!(around, ["messages", "sessionCount", "total"].map(str::to_owned).into());
    assert_eq!(values("in"), ["query", "query", "header"]);
}

#[test]
fn path_parameters_and_header_are_those_of_the_description() {
    let paths: Vec<_> = keys().into_iter().filter(|(_, key)| key.starts_with('/')).collect();
    let [(_, path)] = &paths[..] else { panic!("one path: {paths:?}") };
    assert_eq!(path, DEMO_PATH);
    let source = |file: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap()
    };
    assert!(source("io/api.rs").contains(&format!("\"{path}\"")));
    let names = values("name");
    assert_eq!(names, ["userId", "groupIds", "x-api-key"]);
    let client = source("io/api/client.rs");
    for name in &names[..2] {
        assert!(client.contains(&format!("\"{name}\"")), "{name}");
    }
    assert!(source("io/api/attempt.rs").contains(&format!("\"{}\"", names[2])));
    assert!(DESCRIPTION.contains(&format!("url: {}", sfchat_tui::config::Api::default().base_url)));
}

#[test]
fn every_property_of_the_description_is_read() {
    let (message, around) = properties();
    let full: Value = message
        .iter()
        .map(|name| match name.as_str() {
            "metadata" => (name.clone(), json!({ "any": 1 })),
            "createdAt" => (name.clone(), json!("2026-10-01T10:00:00Z")),
            _ => (name.clone(), json!(format!("the {name}"))),
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    let whole: Value = around
        .iter()
        .map(|name| match name.as_str() {
            "messages" => (name.clone(), json!([full])),
            _ => (name.clone(), json!(1)),
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    let (pages, tally) = decoded(&serde_json::to_vec(&whole).unwrap());
    assert_eq!((tally.declared_messages, tally.declared_sessions), (Some(1.0), Some(1.0)));
    assert_eq!((tally.repaired, tally.unknown_field, tally.unknown_role), (0, 0, 1));
    // The inspector shows all of them again, under their own names.
    let (page, row) = (&pages[0], &pages[0].rows[0]);
    let name = |number: usize| Some(page.new_names[number].to_string());
    let ids = MessageIds {
        session: page.new_sessions[0].as_deref().map(str::to_owned),
        user: name(row.user.index()),
        component: name(row.component.index()),
        role: Some(page.new_roles[0].to_string()),
    };
    let sheet = AsSent.details(&ids, page, row, Zone::UTC);
    let mut shown: Value = serde_json::from_str(&sheet.json).unwrap();
    shown["createdAt"] = full["createdAt"].clone();
    assert_eq!(shown, full);
}

#[test]
fn a_property_of_another_name_is_told() {
    let body = json!([{ "sessionID": "x", "sessionId": "y", "userId": "u", "role": "user",
                        "content": "c", "createdAt": "2026-10-01T10:00:00Z" }]);
    let (_, tally) = decoded(&serde_json::to_vec(&body).unwrap());
    assert_eq!((tally.unknown_field, tally.sessions), (1, 1));
}
