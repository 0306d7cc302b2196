//! What leaves the program by a key: copies, and the terminal itself for a while.

use sfchat_tui::app::effect::{Effect, Handover};
use sfchat_tui::app::event::Event;
use sfchat_tui::port::Fact;
use sfchat_tui::port::Severity;
use sfchat_tui::port::{Copied, CopyRoute};

use crate::data::NOW;
use crate::desk::{Desk, USUAL, WIDE};

#[test]
fn nothing_typed_ahead_for_another_program_is_a_key_of_ours() {
    for (key, is_pager) in [('|', true), ('v', false)] {
        let mut desk = Desk::loaded(WIDE);
        desk.keys("enter");
        let pressed = |key: char| {
            Event::Pressed(sfchat_tui::app::chord::Chord::plain(sfchat_tui::app::chord::Key::Char(
                key,
            )))
        };
        let effects = desk.app.update(pressed(key), NOW);
        let [Effect::HandOver(handover)] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(matches!(**handover, Handover::Pager(_)), is_pager);
        let before = desk.screen();
        for typed in [pressed('q'), pressed('?'), Event::Pasted("q".to_owned())] {
            assert!(desk.app.update(typed, NOW).is_empty());
        }
        assert_eq!(desk.screen(), before);
        desk.tell(Event::CameBack(Severity::Info, "back from less".to_owned()));
        assert_eq!(desk.said(), "back from less");
        desk.keys("?");
        assert!(desk.screen().contains("Help"));
    }
}

#[test]
fn what_is_hidden_is_not_handed_to_another_program() {
    let mut desk = Desk::loaded(WIDE);
    for key in ["|", "v"] {
        desk.keys("enter P");
        desk.keys(key);
        assert_eq!(desk.said(), "what was said is hidden; P shows it, then it can be opened");
        assert!(!desk.left.iter().any(|effect| matches!(effect, Effect::HandOver(_))));
        desk.keys("P");
    }
}

#[test]
fn without_a_message_there_is_nothing_to_hand_over() {
    let mut desk = Desk::with(USUAL, &[]);
    for (key, said) in [("|", "no session is shown"), ("v", "no message is selected")] {
        desk.keys(key);
        assert_eq!(desk.said(), said);
        assert!(!desk.left.iter().any(|effect| matches!(effect, Effect::HandOver(_))));
    }
}

#[test]
fn what_became_of_a_copy_fits_on_a_usual_screen_and_names_the_key_of_the_export() {
    let mut desk = Desk::loaded(USUAL);
    for (way, sent, words) in [
        (CopyRoute::Clipboard, 1234, "message: copied 1,234 characters to the clipboard"),
        (CopyRoute::Tmux, 1234, "message: copied 1,234 characters through tmux"),
        (
            CopyRoute::Terminal,
            1234,
            "message: copied 1,234 characters · nothing to paste? press e to save",
        ),
        (
            CopyRoute::Terminal,
            99,
            "message: copied only 99 of 1,234 characters · press e to save it all",
        ),
    ] {
        desk.tell(Fact::Copied(Copied { what: "message", way, sent, of: 1234 }));
        assert!(desk.screen().contains(words), "{}", desk.screen());
    }
    assert!(desk.said().ends_with("press e to save it all"), "{}", desk.said());
}
