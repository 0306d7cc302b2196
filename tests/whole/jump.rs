//! Going to a time in a session.

use sfchat_tui::app::geometry::Pane;
use sfchat_tui::app::layer::Layer;

use crate::desk::{Desk, WIDE};

/// At the session of Alice: 30 September 09:00:00 to 1 October 10:03:00.
fn desk() -> Desk {
    let mut desk = Desk::loaded(WIDE);
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk
}

fn go(desk: &mut Desk, time: &str) -> String {
    desk.keys("@").paste(time);
    desk.keys("enter");
    let wrong = match desk.app.layer() {
        Some(Layer::TimePrompt(prompt)) => prompt.error.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let screen = desk.screen();
    assert!(wrong.is_empty() || screen.contains(&wrong), "{wrong}\n{screen}");
    if !wrong.is_empty() {
        desk.keys("esc");
    }
    wrong
}

#[test]
fn the_first_message_at_or_after_a_time_is_gone_to() {
    for (time, selected) in [
        ("2026-10-01", "−2 and −3!"),
        ("2026-09-30", "how do I factor"),
        ("2026-10-01 10:02:12", "Yes. Multiply"),
        ("2026-10-01T10:02:15", "thanks"),
        ("today", "−2 and −3!"),
        ("yesterday", "how do I factor"),
        ("2h", "−2 and −3!"),
        ("09:00:01", "Look for two"),
        ("09:00:04", "−2 and −3!"),
    ] {
        let mut desk = desk();
        assert_eq!(go(&mut desk, time), "", "{time}");
        assert!(desk.selected().starts_with(selected), "{time}: {}", desk.selected());
        assert_eq!(desk.app.display().focus(), Pane::Transcript);
    }
}

#[test]
fn a_time_of_day_is_one_of_the_day_that_is_read() {
    let mut desk = desk();
    desk.keys("enter G");
    assert_eq!(go(&mut desk, "10:02"), "");
    assert!(desk.selected().starts_with("−2 and −3!"), "{}", desk.selected());
}

/// A session tells its ends to the minute, so these minutes are in it.
#[test]
fn the_first_minute_of_a_session_is_in_it() {
    let mut messages = crate::data::messages();
    messages.retain(|message| message["sessionId"] == "chat-1");
    for message in &mut messages {
        let time =
            message["createdAt"].as_str().unwrap_or_default().replace("T09:00:0", "T09:00:4");
        message["createdAt"] = time.into();
    }
    let mut desk = Desk::with(WIDE, &messages);
    desk.keys("enter G");
    assert_eq!(go(&mut desk, "2026-09-30 09:00"), "");
    assert!(desk.selected().starts_with("how do I factor"), "{}", desk.selected());
}

#[test]
fn a_time_outside_of_the_session_tells_its_span_and_nothing_moves() {
    let mut desk = desk();
    let before = desk.selected();
    let span = "this session goes from 2026-09-30 09:00 to 2026-10-01 10:03";
    for time in ["2026-10-02", "2025-01-01", "5m", "9w"] {
        assert_eq!(go(&mut desk, time), span, "{time}");
        assert_eq!(desk.selected(), before);
    }
    let wrong = go(&mut desk, "25:61");
    assert!(wrong.starts_with("`25:61` is not a date; use 14:05, 2026-10-01"), "{wrong}");
    for words in [span, &wrong] {
        let columns = " go to time ^ ".len() + words.len();
        assert!(columns <= 80, "the advice is in sight: {words}");
    }
    assert_eq!(go(&mut desk, "2026-02-30"), "there is no day 2026-02-30");
}

#[test]
fn what_is_typed_tells_where_it_leads_before_it_is_accepted() {
    let mut desk = desk();
    desk.keys("@");
    assert!(desk.screen().contains("14:05, 2026-10-01, 2026-10-01 14:05, yesterday or 3h"));
    desk.paste("today");
    assert!(desk.screen().contains("message 3 of 5, 2026-10-01 10:02:11"), "{}", desk.screen());
    desk.keys("bs");
    assert!(!desk.screen().contains("message 3 of 5"));
    desk.keys("esc");
    assert!(desk.selected().starts_with("how do I factor"));
    desk.keys("@ enter");
    assert!(desk.app.layer().is_none(), "nothing typed is nothing wanted");
}

#[test]
fn a_time_in_a_folded_turn_opens_it() {
    let mut desk = desk();
    desk.keys("enter _");
    assert_eq!(go(&mut desk, "2026-10-01 10:02:12"), "");
    assert!(desk.selected().starts_with("Yes. Multiply"));
}

#[test]
fn where_there_is_no_session_there_is_no_time() {
    let mut desk = Desk::with(WIDE, &[]);
    desk.keys("@");
    assert!(desk.app.layer().is_none());
    assert_eq!(desk.said(), "no session is shown");
}
