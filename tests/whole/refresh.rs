//! Refreshing: the old messages stay until the new ones are whole, and so does the place where a
//! person reads.

use serde_json::{Value, json};
use sfchat_tui::app::AppSettings;
use sfchat_tui::app::geometry::Pane;
use sfchat_tui::port::{FailureKind, FetchEvent};

use crate::data::{body, decoded, messages};
use crate::desk::{Desk, USUAL, WIDE, failure, settings};

/// The messages of the small set, with new ones before, within and behind them.
fn grown() -> Vec<Value> {
    let mut all = messages();
    let new = |session: &str, time: &str, content: &str| {
        json!({ "sessionId": session, "userId": "zoe", "role": "user", "content": content,
                "createdAt": format!("2026-{time}Z") })
    };
    all.insert(0, new("chat-0", "09-29T08:00:00", "a session that stood before all others"));
    all.insert(2, new("chat-1", "09-30T08:00:00", "a message from before the first one"));
    all.push(new("chat-9", "10-01T12:00:00", "the newest session"));
    all
}

#[test]
fn the_selected_message_and_the_reading_position_stay() {
    let mut desk = Desk::loaded(USUAL);
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk.keys("enter J j j");
    let (message, screen) = (desk.selected(), desk.screen());
    let top = screen.lines().nth(2).unwrap().to_owned();
    desk.keys("r");
    assert_eq!(desk.asked(), ["class-101"]);
    desk.arrive(&body(&grown()));
    assert_eq!(desk.app.tab().store.len(), 14, "nothing is shown before it is whole");
    assert_eq!(desk.selected(), message);
    desk.finish(FetchEvent::Finished(Box::new(decoded(&body(&grown())).1)));
    assert_eq!(desk.app.tab().store.len(), 17);
    assert_eq!((desk.session(), desk.selected()), ("chat-1".to_owned(), message));
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    let after = desk.screen();
    // Without the list, and without the scrollbar: there are more messages.
    let column = |line: &str| line.chars().skip(24).take(55).collect::<String>();
    assert_eq!(column(after.lines().nth(2).unwrap()), column(&top), "{screen}\n\n{after}");
}

#[test]
fn the_selected_session_stays_where_it_is_on_the_screen() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j j");
    assert_eq!(desk.session(), "chat-3");
    desk.keys("r");
    desk.answer(&grown());
    assert_eq!(desk.session(), "chat-3");
    assert_eq!(desk.listed()[0], "chat-9", "the new order");
}

#[test]
fn nobody_chose_so_the_newest_is_shown() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("r");
    desk.answer(&grown());
    assert_eq!(
        desk.app.tab().sessions.selected_row(),
        desk.listed().iter().position(|id| *id == desk.session()).unwrap()
    );
}

#[test]
fn a_session_that_is_gone_gives_way_to_its_neighbour() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j j");
    assert_eq!(desk.session(), "chat-3");
    desk.keys("r");
    let mut rest = messages();
    rest.retain(|message| message["sessionId"] != "chat-3");
    desk.answer(&rest);
    assert_eq!(desk.listed(), ["chat-2", "chat-4", "chat-1"]);
    assert_eq!(desk.session(), "chat-1");
    assert!(desk.screen().contains("Transcript ── how do I factor"), "{}", desk.screen());
}

#[test]
fn an_empty_answer_to_a_refresh_does_not_take_the_old_messages_away() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("enter J J r");
    let before = desk.session();
    desk.answer(&[]);
    assert_eq!(desk.listed().len(), 4);
    assert_eq!(desk.session(), before);
    assert_eq!(desk.said(), "the server sent no messages; the old ones stay");
    desk.keys("r");
    desk.answer(&messages());
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn a_scope_can_be_empty_and_fill_later() {
    let mut desk = Desk::with(WIDE, &[]);
    let screen = desk.screen();
    assert!(screen.contains("No messages in this"), "{screen}");
    desk.keys("j k g G J K n y Y e esc esc esc r");
    desk.answer(&messages());
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn a_refresh_with_a_filter_in_force_keeps_the_place() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter ] enter J");
    let (session, message) = (desk.session(), desk.selected());
    desk.keys("r");
    desk.answer(&messages());
    assert_eq!((desk.session(), desk.selected()), (session, message));
}

#[test]
fn a_failure_keeps_the_old_data() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j j r");
    desk.arrive(&body(&messages()[..3]));
    desk.finish(FetchEvent::Failed(failure(FailureKind::Cut)));
    assert_eq!(desk.app.tab().store.len(), 14);
    assert_eq!(desk.session(), "chat-3");
    let screen = desk.screen();
    assert!(screen.contains("failed"), "{screen}");
    assert!(screen.contains("503 Service"), "{screen}");
    assert!(screen.contains("14 messages · 4 sessions"), "{screen}");
    assert!(!screen.contains("incomplete"), "the data that is shown is whole\n{screen}");
    // The sentence goes with Esc, or with the next load.
    desk.keys("esc");
    assert!(!desk.screen().contains("503"), "{}", desk.screen());
}

#[test]
fn a_cancelled_refresh_keeps_the_old_data() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("r");
    desk.arrive(&body(&messages()[..3]));
    desk.keys("esc");
    assert_eq!(desk.given_up.len(), 1);
    assert_eq!(desk.app.tab().store.len(), 14);
    assert!(!desk.screen().contains("incomplete"), "{}", desk.screen());
}

#[test]
fn a_retry_of_a_refresh_starts_anew_behind_the_old_data() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("r");
    desk.arrive(&body(&messages()[..3]));
    let wait = std::time::Duration::from_secs(1);
    desk.fetched(FetchEvent::Retrying { why: "the server broke off".into(), attempt: 2, wait });
    assert_eq!(desk.app.tab().store.len(), 14);
    desk.answer(&grown());
    assert_eq!(desk.app.tab().store.len(), 17);
}

#[test]
fn r_during_a_load_says_so_and_asks_nothing() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("r r");
    assert_eq!(desk.asked().len(), 1);
    assert_eq!(desk.said(), "it is being loaded already; Esc cancels");
}

#[test]
fn the_filter_and_the_search_are_asked_of_the_new_messages() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter / factor enter");
    assert_eq!(desk.app.match_count(), Some((1, 2)));
    desk.keys("r");
    let mut all = grown();
    all.push(json!({ "sessionId": "chat-4", "userId": "dora", "role": "user",
                     "content": "and factor 4x + 8", "createdAt": "2026-10-01T12:00:01Z" }));
    desk.answer(&all);
    assert_eq!(desk.app.match_count().map(|(_, all)| all), Some(3));
    let screen = desk.screen();
    assert!(screen.contains("filter role:user × 12 messages"), "{screen}");
}

#[test]
fn the_timer_refreshes_and_can_be_switched_off() {
    let mut desk = Desk::loaded(WIDE);
    assert!(desk.asked().is_empty());
    desk.keys("R");
    assert_eq!(desk.said(), "auto-refresh every 60 s");
    desk.wait(59_000);
    assert!(desk.asked().is_empty());
    desk.wait(1_000);
    assert_eq!(desk.asked(), ["class-101"]);
    desk.answer(&messages());
    assert!(desk.app.deadline().is_some_and(|at| at <= desk.now + 60_000));
    desk.keys("R");
    assert_eq!(desk.said(), "auto-refresh off; r refreshes");
    desk.wait(600_000);
    assert!(desk.asked().is_empty());
}

#[test]
fn a_timer_from_the_config_is_on_from_the_start() {
    let settings = AppSettings { refresh_every: Some(5_000), ..settings() };
    let mut desk = Desk::new(settings, WIDE);
    desk.answer(&messages());
    assert!(desk.screen().contains("timer on"), "{}", desk.screen());
    desk.wait(5_000);
    assert_eq!(desk.asked().len(), 1);
    desk.fail();
    desk.wait(5_000);
    assert_eq!(desk.asked().len(), 1, "a failure does not stop the timer");
}

#[test]
fn the_age_of_the_data_grows() {
    let mut desk = Desk::loaded(WIDE);
    assert!(desk.screen().contains("just now"), "{}", desk.screen());
    let due = desk.app.deadline().unwrap();
    assert_eq!(due - desk.now, 60_000);
    desk.wait(120_000);
    assert!(desk.screen().contains("2 min ago"), "{}", desk.screen());
}
