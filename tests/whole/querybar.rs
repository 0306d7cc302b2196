//! The query line: what it completes, its terms one by one, views, filters by what is selected.

use std::sync::Arc;

use serde_json::{Value, json};
use sfchat_tui::app::AppSettings;
use sfchat_tui::app::effect::{Effect, Mouse};
use sfchat_tui::app::event::MouseEvent;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::layer::Layer;
use sfchat_tui::app::layer::help::{Help, HelpLine};
use sfchat_tui::config::View;
use sfchat_tui::port::Fact;

use crate::data::messages;
use crate::desk::{Desk, NARROW, SMALLEST, USUAL, WIDE, screen, settings};

fn typed(desk: &Desk) -> String {
    match desk.app.layer() {
        Some(Layer::Prompt(prompt)) => prompt.field.text().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// What can be chosen, with counts.
fn offered(desk: &Desk) -> Vec<String> {
    let Some(Layer::Prompt(prompt)) = desk.app.layer() else { panic!("{:?}", desk.app.layer()) };
    let count = |count: Option<usize>| count.map_or(String::new(), |count| format!(" {count}"));
    let all = prompt.completion.suggestions().iter();
    all.map(|one| format!("{}{}", one.text, count(one.count))).collect()
}

fn filter(desk: &Desk) -> String {
    desk.app.filter().map_or(String::new(), |filter| filter.text.clone())
}

#[test]
fn that_case_counts_is_said_where_it_is_typed_and_where_it_is_in_force() {
    for (open, word) in [("/", "search"), ("f", "filter")] {
        let mut desk = Desk::loaded(WIDE);
        let view = screen(&mut desk, &format!("{open} osmosis"));
        assert!(!view.contains("case-sensitive"), "{view}");
        let view = screen(&mut desk, "enter");
        assert!(!view.contains(" Aa"), "{view}");
        desk.keys(&format!("{open} ctrl-u"));
        desk.paste("-Osmosis");
        let view = desk.screen();
        assert!(view.contains("case-sensitive"), "{view}");
        let view = screen(&mut desk, "enter");
        assert!(view.contains(word) && view.contains("Osmosis") && view.contains(" Aa "), "{view}");
        assert!(!view.contains("case-sensitive"), "{view}");
    }
    let mut desk = Desk::loaded(NARROW);
    desk.keys("/");
    desk.paste("Osmosis");
    assert!(desk.screen().contains(" Aa"), "{}", desk.screen());
    // Names of fields and values are no words of a text.
    desk.keys("ctrl-u");
    desk.paste("user:Alice");
    assert!(!desk.screen().contains(" Aa"), "{}", desk.screen());
    let desk = Desk::loaded(WIDE);
    assert!(Help::default().lines(&desk.app.context()).iter().any(
        |line| matches!(line, HelpLine::Key(_, words) if words.contains("case-sensitive, shown as Aa"))
    ));
}

#[test]
fn fields_and_values_are_completed_from_what_is_there() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f u");
    assert_eq!(offered(&desk), ["user:"]);
    assert!(desk.screen().contains("the user's id"), "{}", desk.screen());
    desk.keys("tab");
    assert_eq!(typed(&desk), "user:", "the only one is taken, and its values follow");
    assert_eq!(offered(&desk), ["user:bob 6", "user:alice 5", "user:王芳 2", "user:dora 1"]);
    desk.keys("tab tab");
    assert_eq!(typed(&desk), "user:alice");
    assert_eq!(filter(&desk), "user:alice", "it is asked while one walks");
    desk.keys("s-tab");
    assert_eq!(typed(&desk), "user:bob");
    insta::assert_snapshot!(desk.screen());
    desk.keys("enter");
    assert!(desk.app.layer().is_none());
    assert_eq!(filter(&desk), "user:bob");
}

#[test]
fn a_field_without_a_value_yet_is_no_word_that_is_looked_for() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role");
    assert_eq!(filter(&desk), "role", "so far it is a word");
    desk.keys(":");
    assert_eq!(filter(&desk), "", "nothing is asked yet");
    let view = desk.screen();
    assert!(view.contains("needs a value right after it"), "{view}");
    desk.keys("user");
    assert_eq!(filter(&desk), "role:user");
    for _ in 0..4 {
        desk.keys("backspace");
    }
    assert_eq!(filter(&desk), "", "and again");
    desk.keys("enter");
    assert!(matches!(desk.app.layer(), Some(Layer::Prompt(_))), "a wrong query is not taken");
    desk.keys("ctrl-u");
    desk.keys("osmosis");
    desk.keys("space");
    desk.keys("user:");
    assert_eq!(filter(&desk), "osmosis");
}

#[test]
fn what_is_in_the_metadata_is_completed_too() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f meta.us");
    assert_eq!(
        offered(&desk),
        ["meta.usage: 1", "meta.usage.completionTokens: 1", "meta.usage.promptTokens: 1"]
    );
    desk.keys("ctrl-u meta.model tab");
    assert_eq!(offered(&desk), ["meta.model:gpt-4.1-mini 1"]);
    desk.keys("tab enter");
    assert_eq!(filter(&desk), "meta.model:gpt-4.1-mini");
    assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 1);
}

#[test]
fn the_sign_behind_a_chosen_field_need_not_be_typed_but_may() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f se");
    assert_eq!(offered(&desk), ["session:"]);
    desk.keys("ctrl-u s tab");
    assert_eq!(typed(&desk), "session:", "of two the first");
    desk.keys(":");
    assert_eq!(typed(&desk), "session:");
    assert_eq!(offered(&desk)[0], "session:chat-2 6");
    desk.keys("chat-1");
    assert_eq!(typed(&desk), "session:chat-1");
    assert!(offered(&desk).is_empty(), "it is whole");
}

#[test]
fn esc_closes_the_list_first_and_takes_back_what_was_chosen() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f user:");
    desk.keys("tab tab esc");
    assert_eq!(typed(&desk), "user:");
    assert!(offered(&desk).is_empty());
    desk.keys("al");
    assert!(offered(&desk).is_empty(), "it stays closed for this word");
    desk.keys("tab");
    assert_eq!(typed(&desk), "user:alice", "until it is asked for");
    desk.keys("esc");
    assert!(desk.app.layer().is_none(), "a whole value leaves no list open");
    assert_eq!(filter(&desk), "");
}

#[test]
fn nothing_is_offered_for_words_and_tab_shows_the_fields() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("/ osmosis");
    assert!(offered(&desk).is_empty());
    desk.keys("ctrl-u");
    assert!(offered(&desk).is_empty());
    desk.keys("tab");
    assert_eq!(typed(&desk), "role:");
    assert_eq!(offered(&desk).len(), 15);
    assert!(desk.screen().contains("who spoke"), "{}", desk.screen());
}

#[test]
fn a_suggestion_is_taken_by_a_click() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:");
    let view = desk.screen();
    let (y, row) = view.lines().enumerate().find(|(_, row)| row.contains("role:system")).unwrap();
    let x = row.chars().position(|letter| letter == 's').unwrap();
    let at = |number: usize| u16::try_from(number).unwrap();
    desk.mouse(MouseEvent::Pressed(at(x), at(y)));
    assert_eq!(filter(&desk), "role:system");
}

#[test]
fn hidden_values_are_not_offered() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("P f user:");
    assert!(offered(&desk).is_empty());
    assert!(!desk.screen().contains("alice:"), "{}", desk.screen());
}

#[test]
fn odd_values_are_quoted_and_shown_cleaned() {
    let mut rows = messages();
    rows[0]["userId"] = Value::from("al\u{1b}[31m \"x\"*");
    rows[1]["metadata"] = json!({ "k\u{202e}ey :": "v\u{7}" });
    let mut desk = Desk::with(WIDE, &rows);
    desk.keys("f user:al tab tab");
    let view = desk.screen();
    assert!(!view.contains('\u{1b}') && view.contains("user:\""), "{view}");
    assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 1);
    desk.keys("ctrl-u meta.k tab tab");
    assert_eq!(desk.app.tab().filter.hits().unwrap().len(), 1, "{}", typed(&desk));
    let view = desk.screen();
    assert!(!view.contains('\u{202e}') && !view.contains('\u{7}'), "{view}");
}

#[test]
fn a_list_that_is_not_wanted_any_more_is_not_counted_for() {
    let mut desk = Desk::loaded(WIDE);
    desk.hold_workers();
    desk.keys("f user:");
    assert!(offered(&desk).is_empty());
    desk.keys("enter");
    desk.release_workers();
    desk.keys("f ctrl-u user:");
    assert_eq!(offered(&desk).len(), 4);
}

#[test]
fn the_list_has_room_in_every_window() {
    for size in [WIDE, USUAL, NARROW, SMALLEST] {
        let mut desk = Desk::loaded(size);
        desk.keys("f tab tab tab");
        let rows = desk.screen().lines().count();
        assert_eq!(rows, usize::from(size.rows));
        desk.keys("esc esc a tab j j enter esc esc x esc V esc . esc");
    }
}

#[test]
fn the_terms_of_a_filter_are_clicked_away() {
    let filter_text = "role:user user:alice";
    let mut desk = Desk::new(AppSettings { filter: filter_text.into(), ..settings() }, WIDE);
    desk.answer(&messages());
    let view = desk.screen();
    assert!(view.contains("filter role:user ×  user:alice × 3 messages"), "{view}");
    let chips = desk.app.query_bar();
    assert_eq!(chips.shown.len(), 2);
    let bottom = WIDE.rows - 1;
    let row = view.lines().last().unwrap();
    let at: String = row.chars().skip(usize::from(chips.shown[1].from)).take(10).collect();
    assert_eq!(at, "user:alice", "they stand where they are clicked");
    desk.mouse(MouseEvent::Pressed(chips.shown[0].to, bottom));
    assert_eq!(filter(&desk), filter_text, "between two of them is neither");
    desk.mouse(MouseEvent::Pressed(chips.shown[0].from, bottom));
    assert_eq!(filter(&desk), "user:alice");
    desk.mouse(MouseEvent::Pressed(desk.app.query_bar().shown[0].to - 1, bottom));
    assert!(desk.app.filter().is_none());
    assert!(desk.app.query_bar().shown.is_empty());
}

#[test]
fn what_does_not_fit_is_counted_and_without_the_mouse_there_is_no_cross() {
    let text = "role:user user:alice session:chat-1 component:chat -word";
    let settings = AppSettings { filter: text.into(), mouse: Mouse::Terminals, ..settings() };
    let mut desk = Desk::new(settings, USUAL);
    desk.answer(&messages());
    let view = desk.screen();
    assert!(view.contains("filter role:user  user:alice  +3"), "{view}");
    let desk = Desk::new(AppSettings { filter: "a OR b".into(), ..self::settings() }, WIDE);
    assert!(desk.screen().contains("filter a OR b ×"), "{}", desk.screen());
}

#[test]
fn the_terms_are_changed_one_by_one_in_a_list() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("x");
    assert_eq!(desk.said(), "nothing is filtered; f filters");
    desk.keys("f role:user");
    desk.keys("space -thanks space user:alice enter x");
    let view = desk.screen();
    for term in ["role:user", "-thanks", "user:alice"] {
        assert!(view.contains(&format!(" {term} ")), "{view}");
    }
    desk.keys("down space");
    assert_eq!(filter(&desk), "role:user user:alice");
    assert!(matches!(desk.app.layer(), Some(Layer::Menu(_))), "the list stays open");
    desk.keys("up enter");
    assert_eq!(typed(&desk), "role:user user:alice");
    let Some(Layer::Prompt(prompt)) = desk.app.layer() else { panic!() };
    assert_eq!(prompt.field.cursor_byte(), "role:user".len(), "behind the term that was chosen");
    desk.keys("esc x delete delete");
    assert!(desk.app.filter().is_none());
    assert!(desk.app.layer().is_none());
}

#[test]
fn beside_a_filter_the_count_of_a_search_and_the_way_to_help_stay_in_sight() {
    let long = "-session:a-name-that-is-longer-than-the-line";
    for size in [USUAL, Size { columns: 72, ..USUAL }, WIDE] {
        for filter in ["role:user", long, "role:user -user:nobody -role:system"] {
            for search in ["o", "o -photosynthesis -mitochondria -chlorophyll -thylakoid"] {
                let mut desk = Desk::loaded(size);
                desk.keys("f");
                desk.paste(filter);
                desk.keys("enter /");
                desk.paste(search);
                desk.keys("enter");
                let view = desk.screen();
                let line = view.lines().last().unwrap_or_default();
                let (_, all) = desk.app.match_count().unwrap();
                assert!(all > 0, "{view}");
                let counts = [format!("/{all} "), format!(" {all} match")];
                assert!(counts.iter().any(|count| line.contains(count)), "{line}");
                assert!(line.trim_end().ends_with("? help"), "{line}");
                assert!(line.contains("search o"), "{line}");
            }
        }
    }
}

#[test]
fn a_session_and_a_message_can_be_filtered_by() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("j . enter");
    let first = filter(&desk);
    assert!(first.starts_with("session:chat-"), "{first}");
    desk.keys("F . down enter");
    assert!(filter(&desk).starts_with("user:"), "{}", filter(&desk));
    desk.keys("F enter .");
    let view = desk.screen();
    for label in ["This session", "This user", "This component", "This role"] {
        assert!(view.contains(label), "{view}");
    }
    desk.keys("role enter");
    assert_eq!(filter(&desk), "role:user");
    desk.keys(". role enter");
    assert_eq!(desk.said(), "the filter has this term already");
    desk.keys("P .");
    assert!(!desk.screen().contains("session:"), "{}", desk.screen());
}

#[test]
fn a_filter_is_saved_as_a_view_and_picked_again() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("W");
    assert_eq!(desk.said(), "there is no filter to save; f filters");
    desk.keys("V");
    assert!(desk.screen().contains("There is none yet"), "{}", desk.screen());
    desk.keys("esc f role:user enter W enter");
    assert!(desk.screen().contains("a view needs a name"), "{}", desk.screen());
    desk.paste("my students");
    assert!(desk.screen().contains("save view as my students"), "{}", desk.screen());
    desk.keys("enter");
    let view = View { name: "my students".to_owned(), query: "role:user".to_owned() };
    let saved = matches!(desk.left.last(), Some(Effect::SaveView { view: saved, replaces: false })
        if *saved == view);
    assert!(saved, "{:?}", desk.left);
    desk.tell(Fact::ViewSaved(view, "config.toml".to_owned()));
    assert_eq!(desk.said(), "“my students” is saved in config.toml; V picks it");
    desk.keys("F V enter");
    assert_eq!(filter(&desk), "role:user");
}

#[test]
fn a_view_of_the_same_name_is_replaced_by_a_second_enter_only() {
    let known = View { name: "a".to_owned(), query: "old".to_owned() };
    let mut desk = Desk::new(AppSettings { views: vec![known], ..settings() }, WIDE);
    desk.answer(&messages());
    desk.keys("f role:user enter W a enter");
    assert!(desk.screen().contains("Enter again replaces its query"), "{}", desk.screen());
    desk.keys("b backspace enter enter");
    let replaced = matches!(desk.left.last(), Some(Effect::SaveView { view, replaces: true })
        if view.name == "a" && view.query == "role:user");
    assert!(replaced, "{:?}", desk.left);
    let view = View { name: "a".to_owned(), query: "role:user".to_owned() };
    desk.tell(Fact::ViewSaved(view.clone(), "config.toml".to_owned()));
    assert_eq!(desk.app.settings().views, [view]);
}

#[test]
fn typing_goes_on_while_messages_arrive() {
    let mut desk = Desk::new(settings(), WIDE);
    desk.keys("f user:");
    let body = crate::data::body(&messages());
    let mut most = 0;
    for page in crate::data::decoded(&body).0 {
        desk.fetched(sfchat_tui::port::FetchEvent::PageArrived(Arc::new(page)));
        assert!(offered(&desk).len() >= most);
        most = offered(&desk).len();
    }
    assert!(most >= 3, "{:?}", offered(&desk));
}
