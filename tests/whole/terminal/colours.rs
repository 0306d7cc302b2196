//! The question for the background, and what terminals say unasked.

use std::fs;

use super::driver::{Session, Setup};

const QUESTION: &[u8] = b"\x1b]11;?\x07";
/// The accents of the themes for dark and for light backgrounds, in true colour.
const DARK_ACCENT: &[u8] = b"38;2;122;162;247";
const LIGHT_ACCENT: &[u8] = b"38;2;31;95;191";

fn has(session: &Session, wanted: &[u8]) -> bool {
    session.raw().windows(wanted.len()).any(|at| at == wanted)
}

#[test]
fn the_terminal_is_asked_and_its_answer_decides_also_when_it_comes_late() {
    let mut session = Setup::demo().env("COLORTERM", "truecolor").start();
    session.wait_for_bytes(0, QUESTION);
    session.wait_for_messages();
    assert!(!has(&session, DARK_ACCENT) && !has(&session, LIGHT_ACCENT));
    session.send("\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\");
    session.wait_for_bytes(0, LIGHT_ACCENT);
    session.send("\x1b]11;rgb:1e1e/1e1e/2e2e\x07");
    session.wait_for_bytes(0, DARK_ACCENT);
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn what_a_terminal_says_is_not_typed() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    // Typed, the first would quit, and the others would switch scopes and open prompts.
    session
        .send("\x1b]52;c;qqqq\x07\x1bP1$r0m/fq\x1b\\\x1b]10;rgb:ffff/2222/ffff\x1b\\\x1b[?62;22c");
    session.send(":");
    session.wait_for("Actions");
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn an_end_before_the_answer_leaves_nothing_for_the_shell() {
    let mut session = Setup::demo().start();
    session.wait_for_bytes(0, QUESTION);
    session.send("\x03\x1b]11;rgb:0000/0000/0000\x07");
    session.ended_well(130);
}

#[test]
fn nothing_is_asked_where_the_answer_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    fs::write(&config, "[ui]\ntheme = \"dark\"\n").unwrap();
    let config = config.to_str().unwrap();
    for setup in [
        Setup::demo().env("NO_COLOR", "1"),
        Setup::demo().env("TERM", "linux"),
        Setup::demo().env("TERM", "screen.xterm-256color"),
        Setup::demo().env("SFCHAT_CONFIG", config),
    ] {
        let mut session = setup.start();
        session.wait_for_messages();
        assert!(!has(&session, QUESTION));
        session.send("\x03");
        session.ended_well(130);
    }
}

#[test]
fn a_theme_of_ones_own_is_a_file_beside_the_config() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    fs::write(&config, "[ui]\ntheme = \"mine\"\n").unwrap();
    fs::create_dir(folder.path().join("themes")).unwrap();
    let theme = folder.path().join("themes/mine.toml");
    fs::write(theme, "base = \"dark\"\n[styles]\nkey = \"#123456\"\n").unwrap();
    let setup = Setup::demo().env("SFCHAT_CONFIG", config.to_str().unwrap());
    let mut session = setup.env("COLORTERM", "24bit").start();
    session.wait_for_messages();
    session.wait_for_bytes(0, b"38;2;18;52;86");
    session.send("\x03");
    session.ended_well(130);
}
