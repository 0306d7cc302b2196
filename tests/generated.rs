//! The generated parts of the documents, the example config and the picture equal what the tables
//! and the screen of the program give now.
//!
//! `UPDATE_DOCS=1 cargo test --test generated` rewrites them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails that way"
)]

#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "whole/data.rs"]
mod data;
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "whole/desk.rs"]
mod desk;
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "whole/frame.rs"]
mod frame;

#[path = "generated/parts.rs"]
mod parts;
#[path = "generated/picture.rs"]
mod picture;
#[path = "generated/svg.rs"]
mod svg;
#[path = "generated/tables.rs"]
mod tables;

use std::path::PathBuf;

use parts::PARTS;
use picture::screenshot;
use sfchat_tui::app::keymap::Keymap;
use sfchat_tui::config::Config;

/// The file with the picture of the screen.
const SCREENSHOT: &str = "assets/screenshot.svg";

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn read(file: &str) -> String {
    // A checkout on Windows may have other line ends.
    std::fs::read_to_string(path(file)).unwrap_or_default().replace("\r\n", "\n")
}

/// Compares a file with what it should be, or makes it so.
fn hold(file: &str, wanted: &str) -> Result<(), String> {
    let found = read(file);
    if found == wanted {
        return Ok(());
    }
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        return std::fs::write(path(file), wanted).map_err(|error| format!("{file}: {error}"));
    }
    let differing = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
    let line = differing.unwrap_or_else(|| found.lines().count().min(wanted.lines().count()));
    Err(format!(
        "{file} is not what the program generates, from line {} on:\n  found  {}\n  wanted {}\n\
         run: UPDATE_DOCS=1 cargo test --test generated",
        line + 1,
        found.lines().nth(line).unwrap_or("(the end)"),
        wanted.lines().nth(line).unwrap_or("(the end)"),
    ))
}

fn hold_parts(file: &str) -> Result<(), String> {
    let mut wanted = read(file);
    for part in PARTS.iter().filter(|part| part.file == file) {
        let lacks = || format!("{file} lacks {} and {}, once each", part.begin, part.end);
        wanted = part.renew(&wanted).ok_or_else(lacks)?;
    }
    hold(file, &wanted)
}

/// Shows a failure as the sentences that it is.
fn passes(held: &Result<(), String>) -> bool {
    if let Err(sentences) = held {
        eprintln!("{sentences}");
    }
    held.is_ok()
}

#[test]
fn the_tables_of_the_documents_are_those_of_the_program() {
    for file in ["docs/keys.md", "docs/queries.md"] {
        assert!(passes(&hold_parts(file)));
    }
}

#[test]
fn the_example_config_shows_the_settings_and_the_keys_of_the_program() {
    let wanted = Config::example() + &tables::key_settings();
    assert!(passes(&hold("config.example.toml", &wanted)));
}

#[test]
fn every_part_is_in_a_file_that_is_held() {
    for part in &PARTS {
        assert!(["docs/keys.md", "docs/queries.md"].contains(&part.file), "{}", part.file);
    }
}

#[test]
fn the_picture_shows_the_screen_of_the_program() {
    let picture = screenshot();
    assert_eq!(picture, screenshot(), "the picture is the same each time");
    assert!(passes(&hold(SCREENSHOT, &picture)));
}

#[test]
fn the_keys_of_the_example_config_are_the_defaults() {
    let settings = tables::key_settings().replace("#@ ", "");
    let bound = Config::load(&settings).unwrap();
    assert_eq!(bound.keys.len(), 5, "every place is shown");
    let (bound, default) = (Keymap::new(&bound.keys).unwrap(), Keymap::default());
    assert_eq!(format!("{bound:?}"), format!("{default:?}"));
}

/// The documents: those of the root, and those of `docs`.
fn documents() -> Vec<String> {
    let mut files = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].to_vec();
    let folders = ["docs", "docs/decisions"];
    let inside = folders.map(|folder| {
        let names =
            std::fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| format!("{folder}/{}", name.to_str().unwrap())).collect::<Vec<_>>()
    });
    let is_document = |file: &String| path(file).extension().is_some_and(|ending| ending == "md");
    let inside = inside.concat().into_iter().filter(is_document);
    files.drain(..).map(str::to_owned).chain(inside).collect()
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    for document in documents() {
        let text = read(&document);
        let folder = path(&document).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let target = link.0.split('#').next().unwrap();
            let is_file = !target.contains("://") && !target.is_empty();
            assert!(!is_file || folder.join(target).exists(), "{document}: {target}");
        }
    }
}

#[test]
fn the_documents_keep_their_size() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "README.md has {lines} lines");
    let words = read("ARCHITECTURE.md").split_whitespace().count();
    assert!(words <= 1_000, "ARCHITECTURE.md has {words} words");
}
