//! Themes while the program runs: what a terminal says of its background, and going through them.

use sfchat_tui::app::AppSettings;
use sfchat_tui::app::event::Event;
use sfchat_tui::app::look::{Background, ThemeChoice};
use sfchat_tui::view::{Depth, Themes};

use serde_json::json;
use sfchat_tui::config::RightToLeft;

use crate::data;
use crate::desk::{Desk, USUAL, settings};
use crate::frame;

/// A desk with the themes, the first of which is `chosen`.
fn desk(chosen: &str, depth: Depth) -> (Desk, Themes) {
    let themes = Themes::new(chosen, None, depth);
    let look = ThemeChoice::new(themes.names(), Background::Unknown);
    let mut desk = Desk::new(AppSettings { look, ..settings() }, USUAL);
    desk.answer(&data::messages());
    (desk, themes)
}

/// The text of the frame without what the program says, and the number of its styles.
fn seen(desk: &Desk, themes: &Themes) -> (String, String) {
    let buffer = frame::drawn(&desk.app, themes.of(desk.app.display().look()));
    let text = frame::text(&buffer);
    let last = text.rfind('\n').unwrap();
    (text[..last].to_owned(), frame::styles(&buffer))
}

#[test]
fn the_background_changes_the_colours_and_nothing_else() {
    let (mut desk, themes) = desk("auto", Depth::True);
    let unknown = seen(&desk, &themes);
    desk.tell(Event::BackgroundTold(Background::Dark));
    let dark = seen(&desk, &themes);
    desk.tell(Event::BackgroundTold(Background::Light));
    let light = seen(&desk, &themes);
    assert_eq!((&unknown.0, &unknown.0), (&dark.0, &light.0));
    assert!(unknown.1 != dark.1 && dark.1 != light.1 && light.1 != unknown.1);
    assert_eq!(
        themes.of(desk.app.display().look()),
        &sfchat_tui::view::Theme::built_in("light", Background::Light, Depth::True)
    );
}

#[test]
fn the_palette_goes_through_the_themes_and_comes_back_to_the_first() {
    let (mut desk, themes) = desk("dark", Depth::True);
    let first = desk.app.display().look().current();
    for name in ["light", "high-contrast", "colour-blind", "mono", "auto", "dark"] {
        desk.keys(": next-theme enter");
        assert!(desk.said().contains(&format!("theme {name} ·")), "{}", desk.said());
        assert_eq!(themes.names()[desk.app.display().look().current()], name);
    }
    assert_eq!(desk.app.display().look().current(), first);
}

#[test]
fn without_colours_there_is_no_other_theme() {
    let (mut desk, themes) = desk("dark", Depth::Mono);
    let before = seen(&desk, &themes);
    desk.keys(": next-theme enter");
    assert!(desk.said().contains("colours are off"), "{}", desk.said());
    assert_eq!(seen(&desk, &themes).0, before.0);
    assert_eq!((desk.app.display().look().current(), themes.names()), (0, vec!["mono".to_owned()]));
}

#[test]
fn text_from_right_to_left_is_arranged_where_the_terminal_does_not_and_no_border_moves() {
    let said = |role: &str, second: u32, content: &str| {
        json!({ "sessionId": "s", "userId": "דנה", "role": role, "content": content,
                "createdAt": format!("2026-09-30T10:00:{second:02}Z") })
    };
    let messages = [
        said("user", 0, "מה זה (osmosis) 12?"),
        said("assistant", 3, "- תשובה **חשובה**\n\n| שם | ערך |\n| - | - |\n| אחד | 1 |"),
    ];
    let rows = |right_to_left| {
        let mut desk = Desk::new(AppSettings { right_to_left, ..settings() }, USUAL);
        desk.answer(&messages);
        desk.screen().lines().map(str::to_owned).collect::<Vec<String>>()
    };
    let (by_terminal, by_program) = (rows(RightToLeft::Terminal), rows(RightToLeft::Program));
    let has = |rows: &[String], text: &str| rows.iter().any(|row| row.contains(text));
    assert!(has(&by_terminal, "מה זה (osmosis) 12?"));
    assert!(has(&by_program, "?12 (osmosis) הז המ"));
    assert!(has(&by_program, "הבושת") && has(&by_program, "הבושח"));
    let borders = |rows: &[String]| -> Vec<Vec<usize>> {
        let of = |row: &String| {
            row.chars()
                .enumerate()
                .filter(|(_, c)| "│┌┐└┘├┤┬┴┼─▌█".contains(*c))
                .map(|(at, _)| at)
                .collect()
        };
        rows.iter().map(of).collect()
    };
    assert_eq!(borders(&by_terminal), borders(&by_program));
    let letters = |rows: &[String]| {
        let mut all: Vec<char> = rows.concat().chars().collect();
        all.sort_unstable();
        all
    };
    assert_eq!(letters(&by_terminal), letters(&by_program));
}
