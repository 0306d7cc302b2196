//! Generated text is what the program would generate now.
//!
//! `UPDATE_DOCS=1 cargo test --test generated` rewrites it.

use std::path::PathBuf;

use sfchat_tui::app::keymap::Keymap;
use sfchat_tui::config::Config;
use sfchat_tui::docs::{PARTS, SCREENSHOT, key_settings, screenshot};

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
fn the_tables_of_the_readme_are_those_of_the_program() {
    assert!(passes(&hold_parts("README.md")));
}

#[test]
fn the_keys_of_the_example_config_are_those_of_the_program() {
    assert!(passes(&hold_parts("config.example.toml")));
}

#[test]
fn every_part_is_in_a_file_that_is_held() {
    for part in &PARTS {
        assert!(["README.md", "config.example.toml"].contains(&part.file), "{}", part.file);
    }
}

#[test]
fn the_picture_shows_the_screen_of_the_program() {
    let picture = screenshot().unwrap();
    assert_eq!(picture, screenshot().unwrap(), "the picture is the same each time");
    assert!(passes(&hold(SCREENSHOT, &picture)));
}

#[test]
fn the_keys_of_the_example_config_are_the_defaults() {
    let settings = key_settings().replace("#@ ", "");
    let bound = Config::load(&settings).unwrap();
    assert_eq!(bound.keys.len(), 5, "every place is shown");
    let (bound, default) = (Keymap::new(&bound.keys).unwrap(), Keymap::default());
    assert_eq!(format!("{bound:?}"), format!("{default:?}"));
}
