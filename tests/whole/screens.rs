//! Screens: what is on them, in windows of every size, as text and a number of the styles.
//!
//! A changed picture is looked at, then accepted: `cargo insta review`, or
//! `INSTA_UPDATE=always cargo test --test whole screens` and `git diff`.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;
use sfchat_tui::app::geometry::{Pane, Size};
use sfchat_tui::port::{FailureKind, FetchEvent};
use sfchat_tui::view::{self, Theme};

use crate::data::{body, messages, odd_messages};
use crate::desk::{DOT, Desk, NARROW, SMALLEST, USUAL, WIDE, failure, settings};
use crate::frame;

const SIZES: [Size; 5] = [WIDE, USUAL, NARROW, SMALLEST, DOT];

/// Holds the pictures in these sizes against their snapshot.
fn pictures(name: &str, sizes: &[Size], desk: impl Fn(Size) -> Desk) {
    let pictures: Vec<String> = sizes
        .iter()
        .map(|&size| {
            let picture = frame::picture(&desk(size).app, &Theme::colour());
            format!("{}x{}\n{picture}\n", size.columns, size.rows)
        })
        .collect();
    hold(name, &pictures.join("\n"));
}

fn hold(name: &str, pictures: &str) {
    let name = name.replace(' ', "-");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, pictures);
    });
}

/// The small set, after these keys.
fn after(keys: &str) -> impl Fn(Size) -> Desk {
    move |size| {
        let mut desk = Desk::loaded(size);
        desk.keys(keys);
        desk
    }
}

/// The odd set, at a session whose id begins so, after these keys.
fn odd(session: &'static str, keys: &str) -> impl Fn(Size) -> Desk {
    move |size| {
        let mut desk = Desk::with(size, &odd_messages());
        desk.keys("g");
        while !(desk.session() == session
            || !session.is_empty() && desk.session().starts_with(session))
        {
            desk.keys("]");
        }
        desk.keys(keys);
        desk
    }
}

#[test]
fn browsing() {
    pictures("browsing", &SIZES, Desk::loaded);
    pictures("transcript", &SIZES, after("enter J"));
    pictures("long session", &[USUAL, NARROW], after("] ] ] enter J j j"));
}

#[test]
fn situations() {
    pictures("loading", &SIZES, |size| Desk::new(settings(), size));
    pictures("arriving", &[WIDE, USUAL, NARROW], |size| {
        let mut desk = Desk::new(settings(), size);
        desk.arrive(&body(&messages()[..6]));
        desk.fetched(FetchEvent::Answered { length: Some(4_000) });
        desk
    });
    pictures("retrying", &[USUAL], |size| {
        let mut desk = Desk::new(settings(), size);
        let why = failure(FailureKind::Network).what;
        let wait = Duration::from_secs(1);
        desk.fetched(FetchEvent::Retrying { why, attempt: 2, wait });
        desk
    });
    pictures("empty scope", &[USUAL, NARROW, SMALLEST], |size| Desk::with(size, &[]));
    pictures("nothing matches", &[USUAL, NARROW], after("f photosynthesis enter"));
    pictures("failed", &SIZES, |size| {
        let mut desk = Desk::new(settings(), size);
        desk.fail();
        desk
    });
    pictures("failed with data", &SIZES, |size| {
        let mut desk = Desk::loaded(size);
        desk.keys("r");
        desk.fail();
        desk
    });
    pictures("incomplete", &[WIDE, USUAL, NARROW], |size| {
        let mut desk = Desk::new(settings(), size);
        desk.arrive(&body(&messages()[..6]));
        desk.finish(FetchEvent::Failed(failure(FailureKind::Cut)));
        desk
    });
    pictures("cancelled", &[USUAL], |size| {
        let mut desk = Desk::new(settings(), size);
        desk.keys("esc");
        desk
    });
}

#[test]
fn finding() {
    pictures("search prompt", &SIZES, after("/ factor"));
    pictures("search", &[WIDE, USUAL, NARROW], after("/ factor enter n"));
    pictures("wrong query", &SIZES, |size| {
        let mut desk = Desk::loaded(size);
        desk.keys("/ factor");
        desk.paste(" rol:user");
        desk
    });
    pictures("filter", &[WIDE, USUAL, NARROW], after("f role:user enter / factor enter"));
    pictures("sorted", &[USUAL], after("o o O"));
}

#[test]
fn overlays() {
    pictures("help", &SIZES, after("?"));
    pictures("help to its end", &[USUAL], after("enter ? G"));
    pictures("palette", &SIZES, after(": session"));
    pictures("scope picker", &SIZES, after("s group:class-2"));
    pictures("export", &[WIDE, USUAL, NARROW], after("e"));
}

#[test]
fn metadata() {
    let wider = Size { columns: 160, rows: 40 };
    pictures("metadata", &[wider, WIDE, USUAL, NARROW, SMALLEST], |size| {
        let mut desk = after("] ] ] enter J i")(size);
        if desk.app.display().focus() != Pane::Metadata {
            desk.keys("l");
        }
        desk.keys("j j");
        desk
    });
    pictures("metadata searched", &[USUAL], after("] ] ] enter J i l / unit"));
    pictures("metadata as JSON", &[wider, USUAL], after("] ] ] enter J i l m j j"));
}

#[test]
fn odd_messages_are_shown() {
    pictures("odd", &[WIDE, USUAL], odd("", "enter"));
    pictures("unknown role", &[USUAL], odd("odd-roles", "enter"));
    pictures("wrong types", &[USUAL], odd("odd-types", "enter i"));
    pictures("bidi and controls", &[WIDE, USUAL, NARROW], odd("bidi", "enter"));
    pictures("bidi and controls as source", &[USUAL], odd("bidi", "enter m"));
    pictures("bidi and controls in metadata", &[USUAL], odd("bidi", "enter J i"));
}

#[test]
fn other_looks() {
    pictures("relative times", &[USUAL], after("enter t"));
    pictures("lines cut", &[USUAL], after("enter w w"));
    pictures("zoomed", &[USUAL], after("enter z"));
    pictures("notice", &[USUAL], after("7"));
}

#[test]
fn without_colours_nothing_is_lost() {
    let desk = after("f role:user enter / factor enter")(USUAL);
    let colour = frame::drawn(&desk.app, &Theme::colour());
    let mono = frame::drawn(&desk.app, &Theme::mono());
    assert_eq!(frame::text(&colour), frame::text(&mono));
    assert_ne!(frame::styles(&colour), frame::styles(&mono));
    for cell in &mono.content {
        assert_eq!((cell.fg, cell.bg), Default::default(), "{cell:?}");
    }
    hold("mono", &frame::picture(&desk.app, &Theme::mono()));
}

#[test]
fn the_number_changes_with_a_style() {
    let desk = Desk::loaded(USUAL);
    let mut buffer = frame::drawn(&desk.app, &Theme::colour());
    let before = (frame::text(&buffer), frame::styles(&buffer));
    buffer[(5, 5)].modifier.toggle(ratatui::style::Modifier::UNDERLINED);
    assert_eq!(frame::text(&buffer), before.0);
    assert_ne!(frame::styles(&buffer), before.1);
}

#[test]
fn a_menu_over_wide_characters_has_its_whole_border() {
    for columns in 76..140 {
        let mut desk = Desk::loaded(Size { columns, rows: 24 });
        desk.keys("enter [ ? esc j j enter : a");
        for keys in ["", "esc ?"] {
            desk.keys(keys);
            let buffer = frame::drawn(&desk.app, &Theme::colour());
            for y in 0..24 {
                for x in 1..columns {
                    let before = sfchat_tui::text::width(buffer[(x - 1, y)].symbol());
                    let here = buffer[(x, y)].symbol();
                    assert!(before < 2 || here.trim().is_empty(), "{columns}: {here:?} at {x},{y}");
                }
            }
        }
    }
}

#[test]
fn no_pane_is_ever_blank() {
    type Maker = fn(Size) -> Desk;
    let situations: [Maker; 5] = [
        |size| Desk::new(settings(), size),
        |size| Desk::with(size, &[]),
        |size| after("f nowhere enter")(size),
        |size| {
            let mut desk = Desk::new(settings(), size);
            desk.keys("esc");
            desk
        },
        |size| {
            let mut desk = Desk::new(settings(), size);
            desk.fail();
            desk
        },
    ];
    for (number, situation) in situations.into_iter().enumerate() {
        for size in [WIDE, USUAL, NARROW, SMALLEST, Size { columns: 79, rows: 6 }] {
            for keys in ["", "tab"] {
                let mut desk = situation(size);
                desk.keys(keys);
                let view = desk.screen();
                let inside: String =
                    view.lines().skip(2).take(usize::from(size.rows) - 4).collect();
                assert!(
                    inside.chars().any(char::is_alphabetic),
                    "situation {number}, {size:?}, {keys:?}:\n{view}"
                );
            }
        }
    }
}

#[test]
fn a_window_that_became_smaller_than_the_state_knows_is_drawn_all_the_same() {
    for keys in ["enter", "enter i tab tab", "?", "s", "/ t h e", "f x :"] {
        let mut desk = Desk::loaded(Size { columns: 300, rows: 100 });
        desk.keys(keys);
        for (columns, rows) in [(299, 100), (120, 40), (20, 5), (1, 1), (300, 3), (3, 100)] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
            view::draw(&desk.app, &Theme::colour(), &mut buffer);
        }
    }
}

/// A long id gives way to what tells one session from the other: how long it is, and when it was.
#[test]
fn a_long_user_leaves_room_for_the_count_and_the_time() {
    let mut messages = crate::data::messages();
    for message in &mut messages {
        message["userId"] = "213006e530cb079deb089213".into();
    }
    for size in [USUAL, WIDE] {
        let desk = Desk::with(size, &messages);
        let screen = desk.screen();
        let rows: Vec<_> = screen.lines().filter(|line| line.contains("213006e")).collect();
        let told = rows.iter().filter(|row| row.contains("… · 6") && row.contains("min ago"));
        assert!(told.count() > 0, "{screen}");
    }
}

#[test]
fn the_list_says_the_same_of_each_session_at_every_width() {
    let users = ["bo", "alice", "a-user-with-a-long-name", "漢字"];
    let messages = users.iter().enumerate().flat_map(|(at, user)| {
        (0..[1, 3, 14, 120][at]).map(move |_| {
            let time = format!("2026-{}", ["10-01T11:59:40Z", "09-30T10:00:00Z"][at % 2]);
            json!({ "sessionId": format!("s-{at}"), "userId": user, "role": "user", "createdAt": time })
        })
    });
    let messages = messages.enumerate().map(|(number, mut message)| {
        message["content"] = json!(format!("question {number}"));
        message
    });
    let messages: Vec<_> = messages.collect();
    let mut forms = Vec::new();
    for columns in 20..=60 {
        for keys in ["", "t", "/ question enter h h"] {
            let mut desk = Desk::with(Size { columns: columns + 2, rows: 14 }, &messages);
            desk.keys(keys);
            let view = desk.screen();
            let rows = view.lines().filter(|line| line.starts_with("│") && line.contains(" · "));
            let rows: Vec<(usize, bool)> =
                rows.map(|row| (row.matches(" · ").count(), row.contains(" msg"))).collect();
            assert_eq!(rows.len(), users.len(), "{columns}: {view}");
            assert!(rows.iter().all(|row| *row == rows[0]), "{columns}: {view}");
            if keys.is_empty() {
                forms.push(rows[0]);
            }
        }
    }
    forms.dedup();
    assert_eq!(forms, [(1, false), (2, false), (2, true)]);
}
