//! The order of messages, sessions and names.

use super::*;

/// A message for the tests: session, role, time, text.
fn pack(limits: Limits, messages: &[(&str, &str, Option<Millis>, &str)]) -> Store {
    let mut packer = Packer::new(limits);
    let mut store = Store::new();
    for &(session, role, time, text) in messages {
        packer.text().push_str(text);
        let draft = Draft { session, user: "u", role, time, ..Draft::default() };
        if let Some(page) = packer.commit(&draft) {
            store.append(Arc::new(page));
        }
    }
    if let Some(page) = packer.finish() {
        store.append(Arc::new(page));
    }
    store
}

fn texts<'a>(store: &'a Store, session: &str) -> Vec<&'a str> {
    let name = (!session.is_empty()).then_some(session);
    let id = store.find_session(name).unwrap();
    store.messages_of(id).iter().map(|&at| store.text(at)).collect()
}

const ONE_ROW_PAGES: Limits = Limits { first_rows: 1, rows: 1, text: 1 << 20 };

#[test]
fn messages_stand_by_time_then_by_arrival() {
    let messages = [
        ("s", "user", Some(10), "a"),
        ("s", "assistant", Some(30), "c"),
        ("s", "user", Some(20), "b"),
        ("s", "assistant", Some(30), "d"),
        ("t", "user", Some(5), "x"),
    ];
    for limits in [Limits::default(), ONE_ROW_PAGES] {
        let store = pack(limits, &messages);
        assert_eq!(texts(&store, "s"), ["a", "b", "c", "d"]);
        assert_eq!(texts(&store, "t"), ["x"]);
        assert_eq!(store.len(), 5);
        assert_eq!(store.sessions()[0].started, Some(10));
        assert_eq!(store.sessions()[0].last_active, Some(30));
    }
}

#[test]
fn a_message_without_a_time_keeps_its_place_after_the_one_it_arrived_behind() {
    let messages = [
        ("s", "user", None, "first of all"),
        ("s", "user", Some(20), "b"),
        ("s", "user", None, "after b"),
        ("s", "user", Some(30), "c"),
        ("s", "user", Some(10), "a"),
    ];
    let store = pack(ONE_ROW_PAGES, &messages);
    assert_eq!(texts(&store, "s"), ["first of all", "a", "b", "after b", "c"]);
}

#[test]
fn messages_without_a_session_form_one_of_their_own() {
    let store = pack(
        ONE_ROW_PAGES,
        &[
            ("", "user", Some(1), "a"),
            ("s", "user", Some(1), "b"),
            ("", "user", Some(2), "c"),
            ("s", "x", None, "d"),
        ],
    );
    assert_eq!(texts(&store, ""), ["a", "c"]);
    assert_eq!(texts(&store, "s"), ["b", "d"]);
    assert_eq!(store.sessions().len(), 2);
}

#[test]
fn the_title_is_the_earliest_question() {
    let store = pack(
        ONE_ROW_PAGES,
        &[
            ("s", "system", Some(1), "rules"),
            ("s", "user", Some(9), "later"),
            ("s", "user", Some(3), "question"),
        ],
    );
    assert_eq!(store.text(store.sessions()[0].title.unwrap()), "question");
}

#[test]
fn an_unknown_role_keeps_its_name_and_a_missing_one_has_none() {
    let store = pack(
        ONE_ROW_PAGES,
        &[("s", "tool", Some(1), "a"), ("s", "", Some(2), "b"), ("s", "tool", Some(3), "c")],
    );
    let roles: Vec<&str> = store
        .messages_of(SessionId(0))
        .iter()
        .map(|&at| store.role(store.row(at).unwrap().role))
        .collect();
    assert_eq!(roles, ["tool", "", "tool"]);
}

#[test]
fn a_message_that_is_very_late_marks_its_session_until_a_worker_sorted_it() {
    let mut messages: Vec<_> = (0..200).map(|i| ("s", "user", Some(1000 + i), "x")).collect();
    messages.push(("s", "user", Some(1), "late"));
    let mut store = pack(ONE_ROW_PAGES, &messages);
    assert!(store.sessions()[0].disordered);
    let mut order = store.messages_of(SessionId(0)).to_vec();
    order.sort_by_key(|&at| (store.row(at).unwrap().time, at));
    store.set_order(SessionId(0), order);
    assert!(!store.sessions()[0].disordered);
    assert_eq!(texts(&store, "s")[0], "late");
}

#[test]
fn no_word_spans_two_messages_in_a_page() {
    let store =
        pack(Limits::default(), &[("s", "user", Some(1), "ab"), ("s", "user", Some(2), "cd")]);
    assert_eq!(store.pages()[0].text, "ab\0cd\0");
}
