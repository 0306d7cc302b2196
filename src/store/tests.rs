//! The order of messages, sessions and names.

use super::*;

/// Packs messages, each given as session, role, time and text.
fn pack(limits: Limits, messages: &[(&str, &str, Option<Millis>, &str)]) -> Store {
    let mut packer = Packer::new(limits);
    let mut store = Store::new();
    for &(session, role, time, text) in messages {
        packer.text().push_str(text);
        let draft = RowDraft { session, user: "u", role, time, ..RowDraft::default() };
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
    store.set_order(SessionId(0), SessionOrder { messages: order, repeats: Vec::new() });
    assert!(!store.sessions()[0].disordered);
    assert_eq!(texts(&store, "s")[0], "late");
}

#[test]
fn no_word_spans_two_messages_in_a_page() {
    let store =
        pack(Limits::default(), &[("s", "user", Some(1), "ab"), ("s", "user", Some(2), "cd")]);
    assert_eq!(store.pages()[0].text, "ab\0cd\0");
}

/// Sorts all sessions as a worker does.
fn ordered(mut store: Store) -> Store {
    let sessions = store.disordered().to_vec();
    for (id, mut all) in gather(store.pages(), &sessions) {
        all.sort_by_key(|&at| (store.row(at).unwrap().time, at));
        let order = without_repeats(store.pages(), all);
        store.set_order(id, order);
    }
    store
}

#[test]
fn an_exact_repeat_is_kept_beside_the_first_one() {
    let messages = [
        ("s", "user", Some(1), "a"),
        ("s", "user", Some(2), "b"),
        ("s", "assistant", Some(2), "b"),
        ("s", "user", Some(2), "b"),
        ("t", "user", Some(2), "b"),
        ("s", "user", Some(3), "b"),
        ("s", "user", Some(2), "b"),
        ("s", "user", None, "b"),
        ("s", "user", None, "b"),
    ];
    for limits in [Limits::default(), ONE_ROW_PAGES] {
        let store = pack(limits, &messages);
        assert_eq!(texts(&store, "s"), ["a", "b", "b", "b", "b", "b"]);
        assert_eq!(texts(&store, "t"), ["b"]);
        let session = &store.sessions()[0];
        assert_eq!((session.count(), session.repeats, store.len()), (8, 2, 9));
        let first = session.messages[1];
        let copies = store.copies().of(first);
        assert_eq!(copies.len(), 2);
        assert!(copies.iter().all(|&copy| store.repeats().has(copy) && first < copy));
        assert!(session.messages.iter().all(|&at| !store.repeats().has(at)));
        assert_eq!(store.repeats().revision(), 0, "no worker was needed");
    }
}

#[test]
fn another_user_or_other_metadata_make_another_message() {
    let mut packer = Packer::new(Limits::default());
    for (user, extra) in [("u", "1"), ("v", "1"), ("u", "2"), ("u", "1")] {
        packer.text().push('x');
        packer.extra().push_str(extra);
        packer.commit(&RowDraft { session: "s", user, time: Some(1), ..RowDraft::default() });
    }
    let mut store = Store::new();
    store.append(Arc::new(packer.finish().unwrap()));
    assert_eq!((store.sessions()[0].messages.len(), store.sessions()[0].repeats), (3, 1));
}

#[test]
fn of_very_many_messages_of_one_time_a_worker_finds_the_repeats() {
    let names: Vec<String> = (0..500).map(|number| format!("text {}", number % 200)).collect();
    let messages: Vec<_> = names.iter().map(|name| ("s", "user", Some(7), name.as_str())).collect();
    let store = pack(ONE_ROW_PAGES, &messages);
    assert!(store.sessions()[0].disordered);
    let store = ordered(store);
    let session = &store.sessions()[0];
    assert_eq!((session.messages.len(), session.count(), store.len()), (200, 500, 500));
    assert_eq!(store.repeats().revision(), 1);
    assert_eq!(store.copies().of(session.messages[0]).len(), 2);
}

proptest::proptest! {
    #[test]
    fn the_first_of_equal_messages_is_shown_however_they_arrive(
        sent in proptest::collection::vec((0_i64..40, 0_usize..3, proptest::bool::ANY), 0..300),
        rows in 1_usize..50,
    ) {
        let words = ["a", "b", "c"];
        let messages: Vec<_> = sent
            .iter()
            .map(|&(time, word, student)| {
                let role = if student { "user" } else { "assistant" };
                ("s", role, Some(time * 1000), words[word])
            })
            .collect();
        let store = ordered(pack(Limits { first_rows: rows, rows, text: 1 << 20 }, &messages));
        let mut expected: Vec<_> = messages.clone();
        expected.sort_by_key(|message| message.2);
        let mut seen = std::collections::HashSet::new();
        expected.retain(|message| seen.insert(*message));
        let shown = store.messages_of(SessionId(0));
        let of = |at: MsgRef| {
            let row = store.row(at).unwrap();
            ("s", RoleId::FIXED[row.role.index()], Some(row.time), store.text(at))
        };
        let found: Vec<_> = shown.iter().map(|&at| of(at)).collect();
        proptest::prop_assert_eq!(found, expected);
        let copies: usize = shown.iter().map(|&at| store.copies().of(at).len()).sum();
        proptest::prop_assert_eq!(shown.len() + copies, messages.len());
        let is_later = shown.iter().all(|&at| {
            store.copies().of(at).iter().all(|&copy| of(copy) == of(at) && at < copy)
        });
        proptest::prop_assert!(is_later);
        let hidden = (0..).zip(store.pages()).flat_map(|(page, rows)| {
            (0..).zip(&rows.rows).map(move |(row, _)| MsgRef { page, row })
        });
        let hidden = hidden.filter(|&at| store.repeats().has(at)).count();
        proptest::prop_assert_eq!(hidden, copies);
    }
}
