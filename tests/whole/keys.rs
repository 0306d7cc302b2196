//! Every action of the table, by its default key, in its place, in windows of every size.

use sfchat_tui::app::action::{Action, ActionRow, KeyContext, TABLE};
use sfchat_tui::app::chord::Chord;
use sfchat_tui::app::effect::Effect;
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::{Pane, Size};
use sfchat_tui::app::keymap::{Found, Keymap};
use sfchat_tui::app::layer::Layer;
use sfchat_tui::app::layer::help::{Help, HelpLine};

use crate::data::{messages, odd_messages};
use crate::desk::{DOT, Desk, NARROW, SMALLEST, USUAL, WIDE, screen, settings};

const SIZES: [Size; 5] = [WIDE, USUAL, NARROW, SMALLEST, DOT];

/// A loaded desk where the keys of this place work.
fn at(place: KeyContext, size: Size) -> Desk {
    let mut desk = Desk::loaded(size);
    match place {
        KeyContext::Everywhere | KeyContext::Sessions => {}
        KeyContext::Transcript => desk.focus(Pane::Transcript),
        KeyContext::Metadata => {
            desk.keys("enter i");
            if desk.app.display().focus() != Pane::Metadata {
                desk.keys("l");
            }
        }
        KeyContext::Input => {
            desk.keys("/ two words left left");
        }
    }
    desk
}

fn press(desk: &mut Desk, keys: &str) {
    for chord in Chord::parse_sequence(keys).unwrap() {
        desk.tell(Event::Pressed(chord));
    }
}

/// What a person can notice: the screen, what has the focus, what was asked of the outside.
fn noticed(desk: &Desk) -> String {
    format!(
        "{}\n{:?} {:?} {} {} {}",
        desk.screen(),
        desk.app.display().focus(),
        desk.app.tab().transcript.cursor(),
        desk.left.len(),
        desk.asked.len(),
        desk.app.current(),
    )
}

#[test]
fn no_key_anywhere_is_too_much() {
    for size in SIZES {
        for row in TABLE {
            for key in row.keys {
                for mut desk in [at(row.place, size), Desk::new(settings(), size)] {
                    press(&mut desk, key);
                    press(&mut desk, key);
                    let _ = desk.screen();
                }
            }
        }
    }
}

#[test]
fn every_key_is_safe_with_odd_messages_one_after_the_other() {
    for size in SIZES {
        let mut desk = Desk::with(size, &odd_messages());
        for round in 0..3 {
            for row in TABLE.iter().filter(|row| row.place != KeyContext::Input) {
                let Some(key) = row.keys.first() else { continue };
                press(&mut desk, key);
                let _ = desk.screen();
                if matches!(desk.app.layer(), Some(Layer::Prompt(_) | Layer::Menu(_))) {
                    press(&mut desk, if round == 1 { "down enter" } else { "esc" });
                }
                if !desk.asked.is_empty() {
                    desk.answer(&odd_messages());
                }
            }
        }
    }
}

/// What has to be there for an action to have something to do.
fn prepared(row: &ActionRow) -> Desk {
    let mut desk = at(row.place, WIDE);
    let keys = match row.action {
        Action::MoveUp
        | Action::HalfPageUp
        | Action::PageUp
        | Action::GoFirst
        | Action::PreviousMessage
        | Action::PreviousTurn => "G",
        Action::PreviousSession => "] ]",
        Action::GoOut | Action::Back => "enter",
        Action::NextMatch | Action::PreviousMatch => "/ factor enter",
        Action::ClearFilter => "f role:user enter",
        Action::FoldAll => "tab ] ] ] enter g J l",
        Action::ToggleFold | Action::CopyPath | Action::FilterByValue => "/ userId enter",
        // Scope 1 is on the screen.
        Action::LastScope | Action::Scope1 => "2",
        Action::Complete | Action::CompleteBack => "ctrl-u",
        Action::InputDown => "esc / one enter / up",
        Action::InputUp => "esc / one enter /",
        Action::InputStart | Action::InputLeft | Action::InputWordLeft | Action::DeleteToStart => {
            "end"
        }
        Action::InputEnd | Action::InputRight | Action::InputWordRight => "home",
        _ => "",
    };
    desk.keys(keys);
    if row.action == Action::ToggleFold {
        desk.keys("h");
    }
    desk
}

#[test]
fn every_action_changes_something_or_says_something() {
    for row in TABLE {
        for key in row.keys {
            let mut desk = prepared(row);
            let before = noticed(&desk);
            let cursor = cursor(&desk);
            press(&mut desk, key);
            let moved = self::cursor(&desk) != cursor;
            assert!(
                noticed(&desk) != before || moved,
                "{} by {key} does nothing:\n{before}",
                row.name
            );
        }
    }
}

/// Where the cursor of the line is that is typed into.
fn cursor(desk: &Desk) -> Option<usize> {
    match desk.app.layer() {
        Some(Layer::Prompt(prompt)) => Some(prompt.field.cursor()),
        _ => None,
    }
}

#[test]
fn every_action_of_the_panes_stands_in_the_palette_and_works_from_there() {
    for row in TABLE.iter().filter(|row| row.place != KeyContext::Input) {
        let mut desk = prepared(row);
        desk.keys(":");
        desk.paste(row.name);
        let Some(Layer::Menu(menu)) = desk.app.layer() else { panic!("{:?}", desk.app.layer()) };
        let place = menu.rows.iter().position(|found| found.label == row.help);
        let place = place.unwrap_or_else(|| panic!("{} is not in the palette", row.name));
        for _ in 0..place {
            desk.keys("down");
        }
        desk.keys("enter");
        let is_open = matches!(desk.app.layer(), Some(Layer::Menu(menu))
            if menu.kind == sfchat_tui::app::layer::menu::MenuKind::Palette);
        assert!(!is_open || row.action == Action::Palette, "{} left the palette open", row.name);
    }
}

#[test]
fn the_bottom_line_and_the_help_tell_the_keys_of_the_place() {
    let mut desk = Desk::loaded(WIDE);
    let bottom = |desk: &Desk| desk.screen().lines().last().unwrap().to_owned();
    assert!(bottom(&desk).contains("/ search"), "{}", bottom(&desk));
    assert!(bottom(&desk).contains("o sort"), "{}", bottom(&desk));
    assert!(bottom(&desk).ends_with("? help"), "{}", bottom(&desk));
    desk.keys("enter");
    assert!(!bottom(&desk).contains("o sort"), "{}", bottom(&desk));
    let help = screen(&mut desk, "?");
    assert!(help.contains("Go to the next message"), "{help}");
    assert!(!help.contains("Fold or unfold"), "not here\n{help}");
}

#[test]
fn q_goes_back_and_quits_at_the_top() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("enter i l q");
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    desk.keys("q");
    assert!(!desk.has_quit());
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
    desk.keys("q");
    assert!(desk.has_quit());
}

#[test]
fn a_key_with_alt_that_is_bound_in_another_pane_is_not_two_keys() {
    let text = "[keys.transcript]\nnext-message = [\"alt-q\"]\n";
    let config = sfchat_tui::config::Config::load(text).unwrap();
    let keymap = Keymap::new(&config.keys).unwrap();
    let mut desk = Desk::new(sfchat_tui::app::AppSettings { keymap, ..settings() }, USUAL);
    press(&mut desk, "alt-q");
    assert!(!desk.has_quit());
}

/// Every key of the table with what it does at these places.
fn keys_that_work(places: &[KeyContext]) -> Vec<(String, &'static str)> {
    let keymap = Keymap::default();
    let mut all = Vec::new();
    for key in TABLE.iter().flat_map(|row| row.keys) {
        let chords = Chord::parse_sequence(key).unwrap();
        if let Found::Action(action) = keymap.find(places, &chords) {
            let shown: Vec<_> = chords.iter().map(ToString::to_string).collect();
            all.push((shown.join(" "), action.row().help));
        }
    }
    all
}

#[test]
fn every_key_that_works_in_a_pane_has_its_word_in_the_help_there_and_no_other_key_has() {
    for place in [KeyContext::Sessions, KeyContext::Transcript, KeyContext::Metadata] {
        let desk = at(place, WIDE);
        let mut told = Vec::new();
        for line in Help::default().lines(&desk.app.context()) {
            match line {
                HelpLine::Heading(heading) if heading.starts_with("Queries") => break,
                HelpLine::Key(keys, help) if keys != "(no key)" => {
                    told.extend(keys.split("  ").map(|key| (key.to_owned(), help)));
                }
                _ => {}
            }
        }
        let works = keys_that_work(&[place, KeyContext::Everywhere]);
        let types = keys_that_work(&[KeyContext::Input]);
        for pair in works.iter().chain(&types) {
            // The keys of nine scopes stand on one line.
            let is_scope = pair.1.starts_with("Switch to scope ");
            assert!(is_scope || told.contains(pair), "{place:?}: {pair:?} has no line");
        }
        for pair in &told {
            let is_scope = pair.0.contains('…');
            let is_true = works.contains(pair) || types.contains(pair);
            assert!(is_scope || is_true, "{place:?}: {pair:?} does something else here");
        }
    }
}

#[test]
fn q_closes_the_help_and_does_not_quit() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("? q");
    assert!(desk.app.layer().is_none());
    assert!(!desk.has_quit());
}

#[test]
fn esc_never_quits() {
    for place in KeyContext::ALL {
        let mut desk = at(place, WIDE);
        desk.keys("esc esc esc esc esc esc esc esc");
        assert!(!desk.has_quit());
        assert!(desk.app.layer().is_none());
    }
}

#[test]
fn esc_and_a_key_that_arrive_together_are_two_keys() {
    let mut desk = Desk::loaded(USUAL);
    press(&mut desk, "? alt-q");
    assert!(desk.app.layer().is_none());
    assert!(desk.has_quit());

    let mut desk = Desk::loaded(USUAL);
    press(&mut desk, "? alt-j");
    assert!(desk.app.layer().is_none());
    assert!(desk.screen().contains("Sessions 2/"), "{}", desk.screen());

    press(&mut desk, "? ctrl-alt-c");
    assert!(desk.has_quit());
    let mut desk = Desk::loaded(USUAL);
    // An arrow with Alt has bytes of its own.
    for keys in ["alt-left", "alt-pgdn"] {
        press(&mut desk, "?");
        press(&mut desk, keys);
        assert!(matches!(desk.app.layer(), Some(Layer::Help(_))) && !desk.has_quit(), "{keys}");
        press(&mut desk, "esc");
    }

    // What is typed is not left for a key with Alt that it does not know.
    press(&mut desk, "/ alt-q");
    assert!(matches!(desk.app.layer(), Some(Layer::Prompt(_))));
    assert!(!desk.has_quit());
}

#[test]
fn the_help_scrolls_to_its_end_and_back() {
    let mut desk = Desk::loaded(USUAL);
    let first = screen(&mut desk, "?");
    let last = screen(&mut desk, "G");
    assert_ne!(first, last);
    assert_ne!(screen(&mut desk, "k"), last, "one line up is one line up");
    assert_eq!(screen(&mut desk, "j j j j"), last);
    assert_eq!(screen(&mut desk, "g"), first);
}

#[test]
fn moving_in_the_transcript_takes_the_selected_message_along() {
    let mut desk = Desk::loaded(USUAL);
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk.keys("enter g");
    let mut seen = vec![desk.selected()];
    for _ in 0..60 {
        desk.keys("j");
        if seen.last() != Some(&desk.selected()) {
            seen.push(desk.selected());
        }
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert_eq!(seen[4], "thanks");
    desk.keys("{");
    assert!(desk.selected().starts_with("−2 and −3"), "{}", desk.selected());
    desk.keys("K");
    assert!(desk.selected().starts_with("Look for"), "{}", desk.selected());
    desk.keys("}");
    assert!(desk.selected().starts_with("−2 and −3"), "{}", desk.selected());
}

#[test]
fn a_window_that_shrinks_and_grows_keeps_the_place() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("enter J J");
    let (message, view) = (desk.selected(), desk.screen());
    for size in [USUAL, NARROW, SMALLEST, DOT, NARROW, WIDE] {
        desk.tell(Event::Resized(size));
        let _ = desk.screen();
        assert_eq!(desk.selected(), message, "{size:?}");
    }
    assert_eq!(desk.screen(), view);
}

#[test]
fn times_wrap_zoom_and_source_can_be_switched() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("enter");
    for (key, back) in [("t", "t"), ("w", "w w"), ("z", "z"), ("m", "m")] {
        // The notice about it goes by itself; the time is the same then.
        let now = desk.now;
        let before = desk.screen();
        let after = screen(&mut desk, key);
        assert_ne!(after, before, "{key}");
        desk.keys(back);
        desk.wait(5_000);
        desk.now = now;
        desk.wait(0);
        assert_eq!(desk.screen(), before, "{key}, then {back}");
    }
}

#[test]
fn suspending_and_coming_back_draws_everything_again() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("ctrl-z");
    assert!(matches!(desk.left.last(), Some(Effect::Suspend)));
    desk.tell(Event::Resumed);
    assert!(matches!(desk.left.last(), Some(Effect::Redraw)));
}

#[test]
fn a_key_of_ones_own_works_and_is_shown() {
    use sfchat_tui::app::AppSettings;
    use sfchat_tui::app::keymap::Keymap;
    let text = "[keys.everywhere]\nrefresh = [\"ctrl-r\", \"g r\"]\ngo-first = []\n";
    let config = sfchat_tui::config::Config::load(text).unwrap();
    let keymap = Keymap::new(&config.keys).unwrap();
    let mut desk = Desk::new(AppSettings { keymap, ..settings() }, WIDE);
    desk.answer(&messages());
    assert!(desk.screen().contains("Ctrl-r refresh"), "{}", desk.screen());
    desk.keys("r");
    assert!(desk.asked().is_empty());
    desk.keys("g");
    assert!(desk.screen().contains("g …"), "{}", desk.screen());
    desk.keys("r");
    assert_eq!(desk.asked(), ["class-101"]);
}

#[test]
fn a_session_is_opened_at_its_first_message_wherever_another_one_was_left() {
    let mut desk = Desk::with(WIDE, &odd_messages());
    desk.keys("g ] ] ] enter");
    assert_eq!(desk.session(), "");
    assert_eq!(desk.selected(), "where do I belong");
}

#[test]
fn sentences_name_the_keys_that_are_bound() {
    let toml =
        "[keys.everywhere]\nsearch = [\"ctrl-s\"]\nrefresh = [\"f5\"]\nscope-1 = [\"alt-1\"]";
    let keys = sfchat_tui::config::Config::load(toml).unwrap().keys;
    let keymap = sfchat_tui::app::keymap::Keymap::new(&keys).unwrap();
    let mut desk = Desk::new(sfchat_tui::app::AppSettings { keymap, ..settings() }, WIDE);
    desk.answer(&crate::data::messages());
    desk.keys("n");
    assert_eq!(desk.said(), "no active search; press Ctrl-s");
    desk.keys("R R");
    assert_eq!(desk.said(), "auto-refresh off; F5 refreshes");
    let help = screen(&mut desk, "? pgdn pgdn");
    assert!(help.contains("Alt-1 … 9"), "{help}");
}
