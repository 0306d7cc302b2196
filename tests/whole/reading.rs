//! Reading: Markdown, mathematics and code as they are meant, and what stays the same about them.

use serde_json::{Value, json};
use sfchat_tui::app::AppSettings;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::transcript::{FrameLine, LineKind};
use sfchat_tui::highlight::CodeToken;

use crate::desk::{Desk, settings};

const SIZE: Size = Size { columns: 80, rows: 40 };
const TEXT: &str = "## Two ways\n\nTo **factor** $x^2 - 5x + 6$:\n\n- find *two numbers* \
    that multiply to the last one and add up to the one in the middle\n\n\
    $$\\frac{-b}{2a}$$\n\n```python\ndef roots(a, b, c):\n    return 'a line of code that is far too \
    long for the pane, which is why it can be looked at sideways: END'\n```\n\nThat is all.";

fn messages() -> Vec<Value> {
    let message = |role: &str, second: u32, content: &str| {
        json!({
            "sessionId": "s", "userId": "alice", "componentId": "tutor", "role": role,
            "content": content, "createdAt": format!("2026-10-01T10:00:{second:02}Z"),
        })
    };
    vec![
        message("user", 0, "how do *I*\nfactor $x^2$? it cost $5.00 and $7"),
        message("assistant", 3, TEXT),
    ]
}

fn desk() -> Desk {
    let mut desk = Desk::with(SIZE, &messages());
    desk.keys("enter");
    desk
}

/// What is highlighted in the window.
fn highlighted(desk: &Desk) -> Vec<String> {
    let frame = &desk.app.tab().transcript.frame;
    let mut found = Vec::new();
    for line in frame {
        let LineKind::Text(range) = line.kind() else { continue };
        for hit in &line.block.hits {
            let (start, end) = (hit.start.max(range.start), hit.end.min(range.end));
            if start < end {
                found.push(line.block.text.as_str()[start as usize..end as usize].to_owned());
            }
        }
    }
    found
}

#[test]
fn on_a_wide_screen_text_ends_at_its_width_and_code_goes_on() {
    let words = "word ".repeat(60);
    let content = format!("{words}\n\n```\n{}\n```", "code ".repeat(24));
    let message = json!({
        "sessionId": "s", "userId": "alice", "role": "assistant", "content": content,
        "createdAt": "2026-10-01T10:00:00Z",
    });
    let size = Size { columns: 200, rows: 20 };
    let widest = |desk: &Desk, of: &str| {
        let end = |line: &str| line.trim_end_matches([' ', '│', '┃']).chars().count();
        // What stands beside it on the left: the list of sessions, its border, the gutter.
        desk.screen().lines().filter(|line| line.contains(of)).map(end).max().unwrap_or(0) - 63
    };
    let mut desk = Desk::with(size, std::slice::from_ref(&message));
    let screen = desk.screen();
    assert_eq!(widest(&desk, "█  word"), 84, "{screen}");
    assert_eq!(widest(&desk, "│ code"), 121, "{screen}");
    assert_eq!(widest(&desk, "10:00:00"), 88, "{screen}");
    assert_eq!(widest(&desk, "October 2026"), 88, "{screen}");
    // What is not wrapped for reading has no such width, nor has what frames it.
    for key in ["m", "w w"] {
        desk.keys(key);
        assert!(widest(&desk, "█  word") > 120, "{}", desk.screen());
        assert!(widest(&desk, "10:00:00") > 130, "{}", desk.screen());
        desk.keys(if key == "m" { "m" } else { "w" });
    }
    desk.keys("enter ,");
    assert_eq!(widest(&desk, "▸"), 88, "{}", desk.screen());

    let settings = AppSettings { text_width: u16::MAX, ..settings() };
    let mut desk = Desk::new(settings, size);
    desk.answer(&[message]);
    let screen = desk.screen();
    assert!(widest(&desk, "█  word") > 120, "{screen}");
    assert!(widest(&desk, "10:00:00") > 130, "{screen}");
}

#[test]
fn a_message_is_shown_as_it_is_meant_and_as_it_is_with_a_key() {
    let mut desk = desk();
    let screen = desk.screen();
    for shown in ["Two ways", "To factor x² − 5x + 6:", "• find two numbers", "│ def roots", "──"]
    {
        assert!(screen.contains(shown), "{shown}\n{screen}");
    }
    for written in ["##", "**", "- 5x", "\\frac", "```"] {
        assert!(!screen.contains(written), "{written}\n{screen}");
    }
    desk.keys("m");
    let screen = desk.screen();
    for written in ["## Two ways", "**factor** $x^2 - 5x + 6$", "$$\\frac{-b}{2a}$$", "```python"] {
        assert!(screen.contains(written), "{written}\n{screen}");
    }
}

#[test]
fn the_line_breaks_of_a_student_stay_and_money_is_no_mathematics() {
    let screen = desk().screen();
    assert!(screen.contains("how do I  ") && screen.contains("factor x²?"), "{screen}");
    assert!(screen.contains("it cost $5.00 and $7"), "{screen}");
}

#[test]
fn what_is_looked_for_is_highlighted_as_it_is_written_and_as_it_is_shown() {
    let mut desk = desk();
    desk.keys("/ factor enter");
    assert_eq!(highlighted(&desk), ["factor", "factor"]);
    desk.keys("/").paste("\"x^2 - 5x\"");
    desk.keys("enter");
    assert_eq!(highlighted(&desk), ["x² − 5x + 6"], "the formula that stands for it");
    desk.keys("/").paste("\"find two\"");
    desk.keys("enter");
    assert_eq!(highlighted(&desk), ["find two"], "though a star stands in between");
}

#[test]
fn the_reading_place_is_held_through_every_change_of_the_layout() {
    let mut desk = desk();
    desk.keys("J j j j j");
    let place = |desk: &Desk| {
        let cursor = desk.app.tab().transcript.cursor();
        let frame = &desk.app.tab().transcript.frame;
        let line = frame.iter().find(|line| line.spot == cursor).unwrap();
        line.block.source_of(cursor.line)
    };
    let before = place(&desk);
    assert!(before.is_some());
    for key in ["w", "w", "w", "z", "z", "<", ">"] {
        desk.keys(key);
        assert_eq!(place(&desk), before, "{key}");
    }
    desk.keys("m");
    desk.keys("m");
    assert_eq!(place(&desk), before, "the source and back");
}

#[test]
fn code_is_looked_at_sideways_wrapped_on_demand_and_copied_without_its_gutter() {
    let mut desk = desk();
    assert!(!desk.screen().contains("END"));
    for _ in 0..20 {
        desk.keys("L");
    }
    let screen = desk.screen();
    assert!(screen.contains("END'") && !screen.contains("def roots"), "{screen}");
    assert!(screen.contains("That is all."), "only what is too long moves");
    for _ in 0..20 {
        desk.keys("H");
    }
    assert!(desk.screen().contains("def roots"));
    desk.keys("w");
    assert!(desk.screen().contains("END"), "{}", desk.screen());
    desk.keys("w w J c");
    let copied = desk.copied().unwrap();
    assert!(copied.starts_with("def roots(a, b, c):\n    return 'a line"), "{copied}");
    assert!(copied.ends_with("END'") && !copied.contains('│'), "{copied}");
    desk.keys("K c");
    assert!(desk.said().contains("no code at the cursor"), "{}", desk.said());
}

#[test]
fn code_in_the_window_is_highlighted() {
    let desk = desk();
    let frame = &desk.app.tab().transcript.frame;
    let code = |line: &&FrameLine| line.block.rich.as_ref()?.code(line.spot.line).map(|_| ());
    let line = frame.iter().find(|line| code(line).is_some()).unwrap();
    let rich = line.block.rich.as_ref().unwrap();
    assert_eq!(rich.code(line.spot.line).unwrap().language.as_str(), "python");
    let tokens = rich.tokens(line.spot.line);
    let kinds: Vec<_> = tokens.iter().map(|(_, token)| *token).collect();
    assert_eq!(
        kinds,
        [CodeToken::Keyword, CodeToken::Function, CodeToken::Keyword, CodeToken::String]
    );
}

#[test]
fn the_formulas_of_a_title_are_shown_as_they_are_meant() {
    let desk = desk();
    let screen = desk.screen();
    assert!(screen.contains("how do I factor x²?"), "{screen}");
    assert!(!screen.contains("$x^2$"), "{screen}");
}

#[test]
fn one_hidden_character_is_one_and_two_are_characters() {
    for (text, said) in [
        ("os\u{2060}mosis", "(1 hidden character)"),
        ("os\u{2060}mo\u{2060}sis", "(2 hidden characters)"),
    ] {
        let mut messages = crate::data::messages();
        messages.truncate(1);
        messages[0]["content"] = text.into();
        let mut desk = Desk::with(Size { columns: 120, rows: 40 }, &messages);
        desk.keys("enter");
        assert!(desk.screen().contains(said), "{}", desk.screen());
    }
}
