//! Search and filter, as a person types them.

use sfchat_tui::app::AppSettings;
use sfchat_tui::app::geometry::{Pane, Size};
use sfchat_tui::app::layer::Layer;

use crate::data::{body, decoded, messages};
use crate::desk::{Desk, NARROW, WIDE, screen, settings};
use sfchat_tui::port::FetchEvent;

#[test]
fn a_search_counts_and_highlights_while_it_is_typed() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ fac");
    let view = desk.screen();
    assert!(view.contains(" search fac"), "{view}");
    assert!(view.contains("1/4"), "{view}");
    assert!(view.contains("●2") && view.contains("●1"), "{view}");
    assert_eq!(desk.app.display().focus(), Pane::Sessions, "typing leaves the focus alone");
    assert!(desk.selected().starts_with("Osmosis is the movement"), "{}", desk.selected());
    desk.keys("torq");
    assert!(desk.screen().contains("no match"), "{}", desk.screen());
    desk.keys("backspace");
    assert!(desk.screen().contains("1/4"), "{}", desk.screen());
}

#[test]
fn a_time_is_whole_beside_the_numbers_of_a_long_session() {
    let of = |session: &str, user: &str, minute: usize| {
        serde_json::json!({
            "sessionId": session, "userId": user, "role": "user",
            "content": format!("moon {minute}"),
            "createdAt": format!("2026-10-01T{:02}:{:02}:00Z", minute / 60 % 11, minute % 60),
        })
    };
    let mut messages: Vec<_> = (0..1234).map(|minute| of("long", "alexandra", minute)).collect();
    messages.push(of("short", "bob", 600));
    for columns in [60, 80, 90, 100, 120, 160] {
        let mut desk = Desk::with(Size { columns, ..WIDE }, &messages);
        desk.keys("/ moon");
        let view = desk.screen();
        assert!(view.contains("●1,234") && view.contains("●1 "), "{view}");
        let times = view.matches(" · 1 h ago").count() + view.matches(" · 2 h ago").count();
        assert_eq!(times, 2, "{columns}:\n{view}");
        // The two say the same of themselves.
        let long = view.lines().find(|line| line.contains("●1,234")).unwrap();
        assert_eq!(long.contains("1,234 msgs"), view.contains("bob · 1 msg "), "{view}");
        assert_eq!(long.contains("· 1,234 "), view.contains("bob · 1 "), "{view}");
    }
}

#[test]
fn n_walks_the_matches_of_all_sessions_in_both_directions() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ factor enter");
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    let mut walked = vec![(desk.app.match_count().unwrap().0, desk.session())];
    for _ in 0..4 {
        desk.keys("n");
        walked.push((desk.app.match_count().unwrap().0, desk.session()));
    }
    let expected = [(1, "chat-2"), (2, "chat-4"), (3, "chat-1"), (4, "chat-1"), (1, "chat-2")];
    assert_eq!(walked, expected.map(|(number, id)| (number, id.to_owned())));
    desk.keys("N");
    assert_eq!(desk.app.match_count(), Some((4, 4)));
    desk.keys("N N");
    assert_eq!((desk.app.match_count(), desk.session()), (Some((2, 4)), "chat-4".to_owned()));
}

#[test]
fn enter_goes_to_the_first_match_when_there_is_none_here() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ 光合 enter");
    assert_eq!(desk.session(), "chat-3");
    assert_eq!(desk.app.match_count(), Some((1, 2)));
}

#[test]
fn enter_before_the_answer_goes_to_the_first_match_too() {
    let mut desk = Desk::loaded(WIDE);
    desk.hold_workers();
    desk.keys("/ 光合 enter");
    desk.release_workers();
    assert_eq!(desk.app.match_count().map(|(_, all)| all), Some(2));
    assert_eq!(desk.session(), "chat-3", "the answer came after enter");
}

#[test]
fn esc_puts_back_what_was_in_force_and_where_the_person_was() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j enter");
    let place = (desk.session(), desk.selected());
    desk.keys("/ osmosis esc");
    assert_eq!((desk.session(), desk.selected()), place);
    assert!(desk.app.search().is_none());
    desk.keys("/ factor enter");
    desk.keys("/ zzz esc");
    assert_eq!(desk.app.search().unwrap().text, "factor");
    desk.keys("f role:user enter f role:system esc");
    assert_eq!(desk.app.filter().unwrap().text, "role:user role:system".split(' ').next().unwrap());
}

#[test]
fn esc_at_the_top_ends_a_search_but_never_a_filter_and_never_the_program() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter / factor enter");
    desk.keys("esc esc esc esc esc esc esc esc");
    assert!(desk.app.search().is_none());
    assert_eq!(desk.app.filter().unwrap().text, "role:user");
    assert_eq!(desk.said(), "the filter stays; F clears it");
    assert!(!desk.has_quit());
}

#[test]
fn a_wrong_query_keeps_the_last_good_result_and_says_the_column() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ factor");
    let marks = |view: &str| view.matches('●').count();
    let before = marks(&desk.screen());
    desk.paste(" rol:user");
    let view = desk.screen();
    assert_eq!(marks(&view), before, "{view}");
    assert_eq!(desk.app.search().unwrap().text, "factor", "the last good one");
    let Some(Layer::Prompt(prompt)) = desk.app.layer() else { panic!("{:?}", desk.app.layer()) };
    let error = prompt.error.as_ref().unwrap();
    assert_eq!(error.column, 7);
    assert!(error.message.contains("role"), "{}", error.message);
    let rows: Vec<_> = view.lines().collect();
    let caret = rows[39].chars().position(|sign| sign == '^').unwrap();
    let typed = rows[38].chars().position(|sign| sign == 'f').unwrap();
    assert_eq!(caret, typed + 7, "{view}");
    // It is not taken.
    desk.keys("enter");
    assert!(matches!(desk.app.layer(), Some(Layer::Prompt(_))));
    desk.keys("ctrl-w enter");
    assert!(desk.app.layer().is_none());
}

#[test]
fn a_filter_hides_what_does_not_match() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:system");
    assert_eq!(desk.listed(), ["chat-2"]);
    assert_eq!(desk.app.tab().thread().messages.len(), 1);
    let view = desk.screen();
    assert!(view.contains("1 messages") || view.contains("1 message"), "{view}");
    assert!(view.contains("Sessions 1/1"), "{view}");
    desk.keys("enter F");
    assert_eq!(desk.listed().len(), 4);
    assert_eq!(desk.session(), "chat-2", "the session that was shown stays");
    assert!(desk.selected().starts_with("Tutor changed"), "{}", desk.selected());
}

#[test]
fn a_filter_is_mended_and_a_search_is_a_new_one() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:user enter f");
    let typed = |desk: &Desk| match desk.app.layer() {
        Some(Layer::Prompt(prompt)) => prompt.field.text().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(typed(&desk), "role:user");
    desk.keys("space user:alice enter / factor enter /");
    assert_eq!(typed(&desk), "");
    desk.keys("up");
    assert_eq!(typed(&desk), "factor", "the history has it");
    assert_eq!(desk.app.filter().unwrap().text, "role:user user:alice");
}

#[test]
fn nothing_matches_says_what_to_do() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "f nowhere-to-be-found enter");
    assert!(view.contains("Nothing matches the filter."), "{view}");
    assert!(view.contains("f changes it, F clears it."), "{view}");
    assert!(view.contains("Sessions 0/0"), "{view}");
    desk.keys("j k enter J K n N y Y e esc i esc");
    desk.keys("F");
    assert_eq!(desk.listed().len(), 4);
}

#[test]
fn the_search_looks_within_the_filter() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ factor enter");
    assert_eq!(desk.app.match_count().unwrap().1, 4);
    desk.keys("f role:user enter");
    assert_eq!(desk.app.match_count().unwrap().1, 2);
    desk.keys("F");
    assert_eq!(desk.app.match_count().unwrap().1, 4);
}

#[test]
fn a_filter_from_the_command_line_is_in_force_from_the_start() {
    let mut desk = Desk::new(AppSettings { filter: "role:user".into(), ..settings() }, WIDE);
    desk.answer(&messages());
    assert!(desk.screen().contains("filter role:user × 8 messages"), "{}", desk.screen());
    let desk = Desk::new(AppSettings { filter: "rol:user".into(), ..settings() }, WIDE);
    assert!(desk.said().starts_with("the filter is wrong"), "{}", desk.said());
    assert!(desk.app.filter().is_none());
}

#[test]
fn what_is_found_grows_while_messages_arrive() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.keys("/ factor enter");
    let body = body(&messages());
    let (pages, tally) = decoded(&body);
    let mut counts = Vec::new();
    for page in pages {
        desk.fetched(FetchEvent::PageArrived(page.into()));
        counts.push(desk.app.match_count().map_or(0, |(_, all)| all));
    }
    desk.finish(FetchEvent::Finished(Box::new(tally)));
    assert!(counts.is_sorted() && counts[0] >= 1, "{counts:?}");
    assert_eq!(desk.app.match_count().unwrap().1, 4);
}

#[test]
fn n_without_a_search_says_so() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("n");
    assert_eq!(desk.said(), "no active search; press /");
}

#[test]
fn sorting_by_matches_follows_the_search() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ factor enter esc o o o o");
    assert_eq!(desk.said(), "sorted by matches");
    assert_eq!(desk.listed()[0], "chat-1", "two matches stand before one");
    desk.keys("/ osmosis enter esc");
    assert_eq!(desk.listed()[0], "chat-2");
}

#[test]
fn sorting_goes_through_the_keys_and_turns_round() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("o");
    assert_eq!(desk.session(), "chat-4", "nobody chose: the first one is shown");
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j k");
    let orders = [
        ("o", "sorted by started", "chat-4"),
        ("o", "sorted by messages", "chat-2"),
        ("o", "sorted by user", "chat-1"),
        ("o", "sorted by matches", "chat-1"),
        ("o", "sorted by last active", "chat-2"),
        ("O", "sorted by last active, reversed", "chat-1"),
    ];
    for (key, said, first) in orders {
        desk.keys(key);
        assert_eq!(desk.said(), said);
        assert_eq!(desk.listed()[0], first, "{said}");
        assert_eq!(desk.session(), "chat-2", "the session shown stays");
    }
}

#[test]
fn users_are_sorted_by_name_and_not_by_who_came_first() {
    let mut rows = messages();
    for row in &mut rows {
        if row["userId"] == "alice" {
            row["userId"] = "zoe".into();
        }
    }
    let mut desk = Desk::with(WIDE, &rows);
    desk.keys("o o o");
    assert_eq!(desk.listed(), ["chat-2", "chat-4", "chat-1", "chat-3"]);
    desk.keys("O");
    assert_eq!(desk.listed(), ["chat-3", "chat-1", "chat-4", "chat-2"]);
}

#[test]
fn a_paste_into_a_prompt_is_one_line() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/");
    desk.paste("what is\nosmosis\u{1b}[2J");
    let Some(Layer::Prompt(prompt)) = desk.app.layer() else { panic!() };
    assert_eq!(prompt.field.text(), "what is osmosis[2J");
    desk.keys("esc");
    let before = desk.screen();
    desk.paste("q");
    assert_eq!(desk.screen(), before, "a paste is no key press");
    assert!(!desk.has_quit());
}

#[test]
fn ctrl_c_quits_out_of_a_prompt() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ factor ctrl-c");
    assert!(desk.has_quit());
}

#[test]
fn a_filter_that_hides_everything_halfway_does_not_lose_the_place() {
    // `role` alone is a word that no message has.
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j j j enter }");
    let place = (desk.session(), desk.selected());
    desk.keys("f role");
    assert_eq!(desk.listed().len(), 0);
    desk.keys(":user enter");
    assert_eq!((desk.session(), desk.selected()), place);
}

#[test]
fn keys_pressed_meanwhile_are_not_overruled_by_a_late_answer() {
    let mut desk = Desk::loaded(WIDE);
    desk.hold_workers();
    desk.keys("/ 光合 enter j");
    desk.release_workers();
    assert_eq!(desk.session(), "chat-4", "the person went down by one session");
}

#[test]
fn in_a_narrow_window_enter_and_n_go_to_a_match_too() {
    let mut desk = Desk::loaded(NARROW);
    desk.keys("/ membrane enter");
    assert_eq!(desk.app.display().focus(), Pane::Transcript);
    assert_eq!(desk.app.match_count(), Some((1, 2)));
    assert!(desk.screen().contains("membrane"), "{}", desk.screen());
    let mut desk = Desk::loaded(NARROW);
    desk.keys("/ factor enter esc n");
    assert_eq!(desk.app.match_count(), Some((2, 4)));
    assert!(desk.screen().contains("factor 3x"), "{}", desk.screen());
}

#[test]
fn a_search_without_a_match_says_so_and_stays_where_it_is() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j / nowhere enter n N");
    assert_eq!(desk.session(), "chat-4");
    assert!(desk.screen().contains("search nowhere no match"), "{}", desk.screen());
    assert_eq!(desk.app.display().focus(), Pane::Sessions);
}
