//! Loading: the first time, page by page, and what can go wrong.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::Pane;
use sfchat_tui::app::scope_view::Completeness;
use sfchat_tui::port::{FailureKind, FetchEvent, FetchTicket};

use crate::data::{self, body, decoded, messages};
use crate::desk::{Desk, WIDE, failure, settings};

#[test]
fn the_first_scope_is_asked_for_at_the_start() {
    let mut desk = Desk::new(settings(), WIDE);
    assert_eq!(desk.asked(), ["class-101"]);
    assert!(desk.screen().contains("Loading… 0 B so far."), "{}", desk.screen());
    desk.answer(&messages());
    assert!(desk.asked().is_empty());
    let screen = desk.screen();
    assert!(screen.contains("14 messages · 4 sessions · just now"), "{screen}");
    assert!(screen.contains("Sessions 1/4"), "{screen}");
    assert_eq!(desk.listed(), ["chat-2", "chat-4", "chat-3", "chat-1"], "newest first");
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
    assert_eq!(desk.session(), "chat-2");
}

#[test]
fn pages_are_shown_while_the_rest_still_arrives() {
    let mut desk = Desk::new(settings(), WIDE);
    let body = body(&messages());
    let (pages, tally) = decoded(&body);
    assert!(pages.len() >= 3, "the test wants several pages");
    desk.fetched(FetchEvent::Answered { length: Some(2_000) });
    for (number, page) in pages.into_iter().enumerate() {
        desk.fetched(FetchEvent::PageArrived(Arc::new(page)));
        if number == 0 {
            desk.fetched(FetchEvent::Progressed { bytes: 1_000 });
            let screen = desk.screen();
            assert!(screen.contains("4 messages · 2 sessions"), "{screen}");
            assert!(screen.contains("loading 1 kB of 2 kB"), "{screen}");
            assert!(screen.contains("how do I factor x²"), "{screen}");
            assert!(screen.contains("Sessions 1/2"), "{screen}");
        }
    }
    assert_eq!(desk.app.tab().completeness, Completeness::Nothing);
    desk.finish(FetchEvent::Finished(Box::new(tally)));
    assert_eq!(desk.app.tab().completeness, Completeness::Whole);
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn reading_goes_on_while_more_arrives() {
    let mut desk = Desk::new(settings(), WIDE);
    let (mut pages, tally) = decoded(&body(&messages()));
    let rest = pages.split_off(1);
    desk.fetched(FetchEvent::Answered { length: None });
    for page in pages {
        desk.fetched(FetchEvent::PageArrived(Arc::new(page)));
    }
    while desk.session() != "chat-1" {
        desk.keys("]");
    }
    desk.keys("enter J");
    let reading = desk.selected();
    assert!(reading.starts_with("Look for two"), "{reading}");
    for page in rest {
        desk.fetched(FetchEvent::PageArrived(Arc::new(page)));
        assert_eq!((desk.session(), desk.selected()), ("chat-1".to_owned(), reading.clone()));
    }
    desk.finish(FetchEvent::Finished(Box::new(tally)));
    assert_eq!((desk.session(), desk.selected()), ("chat-1".to_owned(), reading));
}

#[test]
fn messages_that_arrive_out_of_order_stand_in_order() {
    let mut reversed = messages();
    reversed.reverse();
    let desk = Desk::with(WIDE, &reversed);
    assert_eq!(desk.listed(), ["chat-2", "chat-4", "chat-3", "chat-1"]);
    let tab = desk.app.tab();
    let times: Vec<_> =
        tab.thread().messages.iter().map(|&at| tab.store.row(at).unwrap().time).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(times.len(), 6);
}

#[test]
fn a_session_that_arrives_backwards_is_sorted_by_a_worker() {
    let many: Vec<Value> = (0..200)
        .rev()
        .map(|n| {
            json!({ "sessionId": "s", "userId": "u", "role": "user", "content": format!("no {n}"),
                    "createdAt": format!("2026-09-30T10:{:02}:{:02}Z", n / 60, n % 60) })
        })
        .collect();
    let mut desk = Desk::with(WIDE, &many);
    desk.keys("enter");
    assert_eq!(desk.selected(), "no 0", "nobody had read yet");
    desk.keys("G");
    assert_eq!(desk.selected(), "no 199");
}

#[test]
fn with_the_first_messages_on_the_screen_there_is_a_session_to_press_keys_on() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.hold_workers();
    desk.answer(&messages());
    assert_eq!(desk.listed(), ["chat-2", "chat-4", "chat-3", "chat-1"]);
    desk.keys("l J");
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    assert!(desk.screen().contains(" 2/"), "{}", desk.screen());
}

#[test]
fn an_empty_scope_says_so_and_what_to_do() {
    let desk = Desk::with(WIDE, &[]);
    let screen = desk.screen();
    assert!(screen.contains("No messages in this scope."), "{screen}");
    assert!(screen.contains("s picks another scope, r asks"), "{screen}");
    assert!(screen.contains("0 messages"), "{screen}");
}

#[test]
fn counts_of_the_server_that_differ_are_told() {
    let mut desk = Desk::new(settings(), WIDE);
    let mut value: Value = serde_json::from_slice(&body(&messages())).unwrap();
    value["total"] = json!(20);
    let body = serde_json::to_vec(&value).unwrap();
    desk.arrive(&body);
    desk.finish(FetchEvent::Finished(Box::new(decoded(&body).1)));
    assert_eq!(desk.said(), "the server's counts differ: 20 messages declared, 14 arrived");
}

#[test]
fn a_failed_first_load_says_why_and_r_tries_again() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.fail();
    let screen = desk.screen();
    assert!(screen.contains("503 Service Unavailable"), "{screen}");
    assert!(screen.contains("r tries again"), "{screen}");
    desk.keys("esc esc");
    assert!(desk.screen().contains("503 Service Unavailable"), "{}", desk.screen());
    desk.keys("r");
    assert_eq!(desk.asked(), ["class-101"]);
    assert!(desk.screen().contains("Loading…"), "{}", desk.screen());
    desk.answer(&messages());
    assert!(!desk.screen().contains("503"), "{}", desk.screen());
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn what_arrived_before_the_cut_stays_and_is_called_incomplete() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.arrive(&body(&messages()[..5]));
    desk.finish(FetchEvent::Failed(failure(FailureKind::Cut)));
    assert_eq!(desk.app.tab().completeness, Completeness::Cut);
    let screen = desk.screen();
    assert!(screen.contains("5 messages · 2 sessions · incomplete"), "{screen}");
    assert_eq!(desk.listed(), ["chat-1", "chat-2"]);
    desk.keys("r");
    desk.answer(&messages());
    assert_eq!(desk.app.tab().completeness, Completeness::Whole);
    assert!(!desk.screen().contains("incomplete"), "{}", desk.screen());
}

#[test]
fn esc_cancels_a_load_and_what_arrived_stays() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.arrive(&body(&messages()[..5]));
    let ticket = desk.asked[0].0;
    desk.keys("esc");
    assert_eq!(desk.given_up, [ticket]);
    assert_eq!(desk.said(), "cancelled; r loads again");
    let screen = desk.screen();
    assert!(screen.contains("incomplete: cancelled"), "{screen}");
    assert_eq!(desk.listed().len(), 2);
    // What still comes of it is ignored.
    let page = decoded(&body(&messages())).0.remove(0);
    desk.tell(Event::Fetch(ticket, FetchEvent::PageArrived(Arc::new(page))));
    assert_eq!(desk.app.tab().store.len(), 5);
    desk.keys("r");
    desk.answer(&messages());
    assert_eq!(desk.app.tab().store.len(), 14);
}

#[test]
fn cancelled_before_anything_arrived_says_what_to_do() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.keys("esc");
    let screen = desk.screen();
    assert!(screen.contains("Cancelled before anything"), "{screen}");
    desk.keys("r");
    assert_eq!(desk.asked(), ["class-101"]);
}

#[test]
fn a_retry_voids_the_pages_of_the_attempt_before() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.arrive(&body(&messages()[..5]));
    assert_eq!(desk.app.tab().store.len(), 5);
    let (why, wait) = ("GET https://h/… answered 503".to_owned(), Duration::from_secs(1));
    desk.fetched(FetchEvent::Retrying { why, attempt: 2, wait });
    assert_eq!(desk.app.tab().store.len(), 0);
    let screen = desk.screen();
    assert!(screen.contains("answered 503") && screen.contains("Attempt 2 follows."), "{screen}");
    assert!(screen.contains("attempt 2, loading 0 B"), "{screen}");
    desk.answer(&messages());
    assert_eq!(desk.app.tab().store.len(), 14, "nothing is there twice");
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn facts_of_a_fetch_nobody_asked_for_change_nothing() {
    let mut desk = Desk::loaded(WIDE);
    let before = desk.screen();
    let page = decoded(&body(&messages())).0.remove(0);
    for event in [
        FetchEvent::PageArrived(Arc::new(page)),
        FetchEvent::Failed(failure(FailureKind::Network)),
        FetchEvent::Answered { length: Some(1) },
    ] {
        desk.tell(Event::Fetch(FetchTicket(9_999), event));
    }
    assert_eq!(desk.screen(), before);
}

#[test]
fn one_row_is_no_bigger_than_its_messages() {
    // The same id with another case, a blank, or a look-alike is another session.
    let mut all = data::messages();
    for (id, message) in [" chat-1", "Chat-1", "chat-1\u{200b}"].iter().zip(&mut all) {
        message["sessionId"] = json!(id);
    }
    let desk = Desk::with(WIDE, &all);
    assert_eq!(desk.listed().len(), 7);
}
