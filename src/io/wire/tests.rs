//! Single messages: the result of each peculiarity, and the agreement of the two readers.

pub(in crate::io) mod cases;
mod written;

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::message::MsgRef;
use crate::store::Store;

/// A message read back from the pages.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::io) struct Seen {
    pub(in crate::io) session: Option<String>,
    pub(in crate::io) user: String,
    pub(in crate::io) component: String,
    pub(in crate::io) role: String,
    pub(in crate::io) text: String,
    pub(in crate::io) extra: String,
    /// The sort key of the row; without a time, that of the previous message.
    pub(in crate::io) time: Millis,
    pub(in crate::io) flags: Flags,
}

/// Reads back the messages of some pages, in order of arrival.
pub(in crate::io) fn seen(pages: Vec<Page>) -> Vec<Seen> {
    let mut store = Store::new();
    for page in pages {
        store.append(Arc::new(page));
    }
    let mut all = Vec::new();
    for (number, page) in (0..).zip(store.pages()) {
        for (index, row) in (0..).zip(&page.rows) {
            let at = MsgRef { page: number, row: index };
            all.push(Seen {
                session: store.session(row.session).unwrap().name.as_deref().map(str::to_owned),
                user: store.name(row.user).to_owned(),
                component: store.name(row.component).to_owned(),
                role: store.role(row.role).to_owned(),
                text: store.text(at).to_owned(),
                extra: store.extra(at).to_owned(),
                time: row.time,
                flags: row.flags,
            });
        }
    }
    all
}

/// The only message of these pages.
fn only(pages: impl IntoIterator<Item = Page>) -> Seen {
    seen(pages.into_iter().collect()).remove(0)
}

/// The counts that concern single messages.
fn counts(wire: &MessageReader) -> IngestStats {
    IngestStats { sessions: 0, ..wire.tally() }
}

/// Reads an element with the fallback.
fn fallback(json: &[u8]) -> (Seen, IngestStats) {
    let mut wire = MessageReader::new(Limits::default());
    let page = fallback::read(json, &mut wire.packer, &mut wire.tally);
    let counts = counts(&wire);
    (only(page.into_iter().chain(wire.flush())), counts)
}

/// Reads an element with the fast reader, if it accepts it.
fn fast(json: &str) -> Option<(Seen, IngestStats)> {
    let mut wire = MessageReader::new(Limits::default());
    let mut pages = Vec::new();
    let length = wire.fast(json, &mut |page| pages.push(page))?;
    assert_eq!(length, json.len());
    let counts = counts(&wire);
    Some((only(pages.into_iter().chain(wire.flush())), counts))
}

/// Reads an element with the fallback, and checks that the fast reader agrees or refuses.
fn read(json: &str) -> (Seen, IngestStats) {
    let expected = fallback(json.as_bytes());
    if let Some(fast) = fast(json) {
        assert_eq!(fast, expected, "{json}");
    }
    expected
}

/// A regular message, modified by `change`.
fn message(change: impl Fn(&mut serde_json::Map<String, Value>)) -> String {
    let mut message = json!({
        "sessionId": "s", "userId": "u", "componentId": "c", "role": "user", "content": "text",
        "createdAt": "1970-01-01T00:00:01.000Z", "metadata": {"a": 1},
    });
    change(message.as_object_mut().unwrap());
    message.to_string()
}

#[test]
fn a_message_as_described_is_taken_as_it_is_in_any_order_and_layout() {
    let expected = Seen {
        session: Some("s".into()),
        user: "u".into(),
        component: "c".into(),
        role: "user".into(),
        text: "a \"b\"\né".into(),
        extra: r#"{"x": [1, null, "y\n"]}"#.into(),
        time: 1_000,
        flags: Flags::default(),
    };
    let texts = [
        r#"{"sessionId":"s","userId":"u","componentId":"c","role":"user","content":"a \"b\"\né","createdAt":"1970-01-01T00:00:01.000Z","metadata":{"x": [1, null, "y\n"]}}"#,
        "{ \"metadata\" : {\"x\": [1, null, \"y\\n\"]},\n\t\"createdAt\":\"1970-01-01T00:00:01.000Z\" , \
         \"content\" :\"a \\\"b\\\"\\n\\u00e9\",\"role\":\"\\u0075ser\",\r\n\"componentId\":\"c\",\
         \"sessionId\":\"s\",\"userId\":\"\\u0075\"\n}",
    ];
    for text in texts {
        let (seen, tally) = fast(text).expect("the fast reader takes it");
        assert_eq!(seen, expected);
        assert_eq!(tally, IngestStats { messages: 1, ..IngestStats::default() });
        assert_eq!(fallback(text.as_bytes()), (seen, tally));
    }
}

#[test]
fn what_is_missing_null_or_empty_is_counted_once_for_the_message_and_once_for_the_field() {
    type Counter = fn(&IngestStats) -> u64;
    let fields: [(&str, Counter, bool); 5] = [
        ("sessionId", |tally| tally.without_session, true),
        ("userId", |tally| tally.without_user, true),
        ("role", |tally| tally.without_role, true),
        ("content", |tally| tally.without_text, false),
        ("createdAt", |tally| tally.without_time, true),
    ];
    for (field, counter, empty_counts) in fields {
        let (missing, tally) = read(&message(|all| drop(all.remove(field))));
        assert_eq!((tally.messages, tally.repaired, counter(&tally)), (1, 1, 1), "{field}");
        assert!(missing.flags.has(Flags::REPAIRED) && !missing.flags.has(Flags::WHOLE));
        assert_eq!(missing.flags.has(Flags::NO_TEXT), field == "content");

        let (null, tally) = read(&message(|all| drop(all.insert(field.into(), Value::Null))));
        assert_eq!((tally.messages, tally.repaired, counter(&tally)), (1, 1, 1), "{field}");
        assert!(null.flags.has(Flags::REPAIRED | Flags::WHOLE));
        let whole: Value = serde_json::from_str(&null.extra).unwrap();
        assert_eq!(whole.get(field), Some(&Value::Null), "{field}");
        assert_eq!(whole.get("content").is_some(), field == "content");

        let (_, tally) = read(&message(|all| drop(all.insert(field.into(), "".into()))));
        assert_eq!(counter(&tally), u64::from(empty_counts), "{field}");
        assert_eq!(tally.repaired, u64::from(empty_counts), "{field}");
    }
}

#[test]
fn a_component_and_metadata_may_be_left_out() {
    for field in ["componentId", "metadata"] {
        let (seen, tally) = read(&message(|all| drop(all.remove(field))));
        assert_eq!((seen.flags, tally.repaired), (Flags::default(), 0));
        let (seen, tally) = read(&message(|all| drop(all.insert(field.into(), Value::Null))));
        let is_component = field == "componentId";
        let flags = if is_component { Flags::NULL_COMPONENT } else { Flags::default() };
        assert_eq!((seen.flags, tally.repaired), (flags, 0));
        assert_eq!(seen.extra, if field == "metadata" { "null" } else { r#"{"a":1}"# });
    }
}

#[test]
fn a_wrong_type_is_shown_as_its_json_and_the_whole_message_is_kept() {
    let values = [json!(12), json!(true), json!([1, "x"]), json!({"a": {"b": "c d"}})];
    for value in values {
        for field in ["sessionId", "userId", "componentId", "role", "content", "createdAt"] {
            let (seen, tally) = read(&message(|all| drop(all.insert(field.into(), value.clone()))));
            assert_eq!((tally.repaired, tally.wrong_type), (1, 1), "{field} {value}");
            assert!(seen.flags.has(Flags::REPAIRED | Flags::WHOLE));
            assert_eq!(seen.flags.has(Flags::TEXT_IS_JSON), field == "content");
            let whole: Value = serde_json::from_str(&seen.extra).unwrap();
            assert_eq!(whole[field], value);
            let shown = match field {
                "sessionId" => seen.session.unwrap(),
                "userId" => seen.user,
                "componentId" => seen.component,
                "role" => seen.role,
                "content" => seen.text,
                _ => continue,
            };
            assert_eq!(shown, value.to_string(), "{field}");
        }
        let (seen, _) = read(&message(|all| drop(all.insert("metadata".into(), value.clone()))));
        assert_eq!((seen.extra, seen.flags), (value.to_string(), Flags::default()));
    }
}

#[test]
fn a_time_is_read_where_it_can_be_and_kept_where_it_cannot() {
    let time =
        |value: Value| read(&message(|all| drop(all.insert("createdAt".into(), value.clone()))));
    let (seen, tally) = time(json!(1_790_848_931));
    assert_eq!((seen.time, tally.wrong_type), (1_790_848_931_000, 1));
    let (seen, tally) = time(json!("1790848931"));
    assert_eq!((seen.time, tally.repaired), (1_790_848_931_000, 0));
    for value in [json!("yesterday"), json!(1e300), json!(false)] {
        let (seen, tally) = time(value);
        assert_eq!((tally.unreadable_time, tally.without_time, tally.repaired), (1, 0, 1));
        assert!(seen.flags.has(Flags::NO_TIME | Flags::WHOLE));
        assert!(seen.extra.contains("createdAt"));
    }
    let (seen, tally) = time(json!(" "));
    assert_eq!((tally.unreadable_time, tally.without_time), (0, 1));
    assert!(!seen.flags.has(Flags::WHOLE));
}

#[test]
fn an_unknown_field_is_kept_and_counted_but_repairs_nothing() {
    let json = r#"{"sessionId":"s","userId":"u","role":"user","content":"t","id":17,"createdAt":"1970-01-01T00:00:01.000Z","metadata":{}, "x": {"y": 1}}"#;
    let (seen, tally) = read(json);
    assert!(fast(json).is_some());
    assert_eq!((tally.unknown_field, tally.repaired), (2, 0));
    assert_eq!(seen.flags, Flags::WHOLE);
    assert_eq!(
        seen.extra,
        r#"{"sessionId":"s","userId":"u","role":"user","id":17,"createdAt":"1970-01-01T00:00:01.000Z","metadata":{},"x":{"y": 1}}"#
    );
}

#[test]
fn an_unknown_role_keeps_its_name_and_is_counted() {
    let (seen, tally) = read(&message(|all| drop(all.insert("role".into(), "tool".into()))));
    assert_eq!((seen.role.as_str(), seen.flags), ("tool", Flags::default()));
    assert_eq!((tally.unknown_role, tally.repaired), (1, 0));
}

#[test]
fn an_element_that_is_no_object_is_a_message_with_its_json_as_text() {
    let cases = [
        ("null", "null"),
        ("12.50", "12.50"),
        (r#" "a b" "#, r#""a b""#),
        (r#"[ 1, {"a b": "\" c" } ]"#, r#"[1,{"a b":"\" c"}]"#),
    ];
    for (json, text) in cases {
        let (seen, tally) = read(json.trim());
        assert_eq!((seen.text.as_str(), seen.session, seen.extra.as_str()), (text, None, ""));
        assert_eq!(seen.flags, Flags::NO_TIME | Flags::REPAIRED | Flags::TEXT_IS_JSON);
        assert_eq!((tally.not_an_object, tally.repaired, tally.messages), (1, 1, 1));
        assert_eq!(tally.without_session, 0);
    }
}

#[test]
fn text_that_is_not_valid_is_repaired_and_counted() {
    let cases: [(&[u8], &str); 4] = [
        (b"a\xFFb", "a\u{fffd}b"),
        (b"\xED\xA0\x80", "\u{fffd}\u{fffd}\u{fffd}"),
        (b"a\tb\x1B[0m", "a\tb\u{1b}[0m"),
        (b"a\nb\xFF\\\"", "a\nb\u{fffd}\""),
    ];
    for (content, text) in cases {
        let json = [
            br#"{"sessionId":"s","userId":"u","role":"user","content":""#,
            content,
            br#"","createdAt":"1970-01-01T00:00:01.000Z","metadata":{"k":"v"}}"#,
        ]
        .concat();
        let (seen, tally) = fallback(&json);
        assert_eq!(seen.text, text);
        assert_eq!((tally.invalid_text, tally.repaired), (1, 1));
        assert_eq!(seen.extra, r#"{"k":"v"}"#);
        assert!(seen.flags.has(Flags::REPAIRED) && !seen.flags.has(Flags::WHOLE));
    }
}

#[test]
fn half_a_pair_of_surrogates_is_repaired_and_kept_as_it_was_sent() {
    for (content, text) in [(r"\ud83d", "\u{fffd}"), (r"a\ude00b", "a\u{fffd}b")] {
        let json = format!(
            r#"{{"sessionId":"s","userId":"u","role":"user","content":"{content}","createdAt":"1970-01-01T00:00:01.000Z","metadata":{{"k":"v"}}}}"#
        );
        let (seen, tally) = read(&json);
        assert_eq!(seen.text, text);
        assert_eq!((tally.invalid_text, tally.repaired), (1, 1));
        assert_eq!(seen.extra, json);
        assert!(seen.flags.has(Flags::REPAIRED | Flags::WHOLE | Flags::TEXT_KEPT));
    }
    let (seen, _) = read(r#"{"sessionId":"\udc00","content":"a"}"#);
    assert_eq!(seen.extra, r#"{"sessionId":"\udc00"}"#);
    assert!(!seen.flags.has(Flags::TEXT_KEPT));
}

#[test]
fn of_a_field_that_comes_twice_the_last_counts() {
    let (seen, tally) = read(
        r#"{"content":"a","role":"user","x":1,"role":"assistant","content":"b","x":2,"metadata":1,"metadata":2}"#,
    );
    assert_eq!((seen.text.as_str(), seen.role.as_str()), ("b", "assistant"));
    assert_eq!(seen.extra, r#"{"role":"assistant","x":2,"metadata":2}"#);
    assert_eq!((tally.unknown_field, tally.repaired), (1, 1));
}

#[test]
fn keys_are_understood_through_their_escapes() {
    let (seen, tally) = read(r#"{"\u0063ontent":"a","a\"\ud800\n":1}"#);
    assert_eq!((seen.text.as_str(), tally.unknown_field), ("a", 1));
    let whole: Value = serde_json::from_str(&seen.extra).unwrap();
    assert_eq!(whole.as_object().unwrap().keys().count(), 1);
}

#[test]
fn a_text_is_marked_by_what_it_holds() {
    for (text, flags) in [
        ("plain\ntext", Flags::default()),
        ("a\tb", Flags::UNCLEAN),
        ("\u{1b}[2J", Flags::UNCLEAN),
        ("ig\u{200b}nore", Flags::UNCLEAN | Flags::HIDDEN),
        ("", Flags::default()),
    ] {
        let (seen, _) = read(&message(|all| drop(all.insert("content".into(), text.into()))));
        assert_eq!((seen.text.as_str(), seen.flags), (text, flags));
    }
}

#[test]
fn declarations_are_read_leniently() {
    let cases = [
        ("12.0", Some(12.0)),
        (r#""12""#, Some(12.0)),
        ("-1", Some(-1.0)),
        ("1e3", Some(1000.0)),
        ("null", None),
        ("1e999", None),
        (r#""NaN""#, None),
        ("[1]", None),
        (r#""many""#, None),
    ];
    for (json, number) in cases {
        let mut wire = MessageReader::new(Limits::default());
        wire.declare(Member::Total, b"5");
        wire.declare(Member::Total, json.as_bytes());
        wire.declare(Member::Sessions, json.as_bytes());
        let tally = wire.tally();
        assert_eq!((tally.declared_messages, tally.declared_sessions), (number, number), "{json}");
    }
}

/// Arbitrary JSON.
fn value() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "-12.50",
        "1e3",
        "1E400",
        "[]",
        "{}",
        "[1 , \"a b\" ]",
        r#""""#,
        r#""a""#,
        r#""\ud800""#,
        r#""\ud83d\ude00\u0000\t\/""#,
        r#""2026-10-01T10:02:11.000Z""#,
        r#""1790848931""#,
        "1790848931250",
        r#"{"a":{"a":[{}]},"a":null}"#,
        r#"{"\ud800":"\udc00"}"#,
        r#""user""#,
        r#""é\u200b😀 \u2028""#,
        "[[[[[[]]]]]]",
    ]);
    prop_oneof![
        3 => odd.prop_map(str::to_owned),
        2 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => any::<f64>().prop_map(|number| json!(number).to_string()),
    ]
}

/// A message with any fields and values in any order, with any white space.
pub(in crate::io) fn element() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        8 => prop::sample::select(WireField::ALL.to_vec()).prop_map(|field| field.name().to_owned()),
        1 => prop::sample::select(vec![r"\u0072ole", "id", "Content", "é", r"\ud800", "messages", "total"])
            .prop_map(str::to_owned),
    ];
    let blank = || prop::sample::select(vec!["", "", "", " ", "\n\t", "\r "]);
    let field = (blank(), key, blank(), value(), blank())
        .prop_map(|(a, key, b, value, c)| format!("{a}\"{key}\"{b}:{b}{value}{c}"));
    let object = (prop::collection::vec(field, 0..9), blank())
        .prop_map(|(fields, blank)| format!("{{{blank}{}}}", fields.join(",")));
    prop_oneof![6 => object, 3 => usual(), 1 => value()]
}

/// A message in the usual form, possibly with a few unusual values.
fn usual() -> impl Strategy<Value = String> {
    let name = || prop_oneof![8 => "\"[a-z0-9]{0,40}\"", 1 => value()];
    let values = (
        [name(), name()],
        prop_oneof![3 => name(), 1 => Just("null".to_owned())],
        prop_oneof![8 => prop::sample::select(vec![r#""user""#, r#""tutor""#]).prop_map(str::to_owned), 1 => value()],
        prop_oneof![4 => any::<String>().prop_map(|text| json!(text).to_string()), 1 => value()],
        prop_oneof![8 => Just(r#""2026-10-01T10:02:11.250Z""#.to_owned()), 1 => value()],
        prop_oneof![1 => Just("{}".to_owned()), 2 => value()],
    );
    values.prop_map(|([session, user], component, role, content, created, metadata)| {
        let values = [session, user, component, role, content, created, metadata];
        let fields = WireField::ALL.iter().zip(values);
        let fields: Vec<String> =
            fields.map(|(field, value)| format!("\"{}\":{value}", field.name())).collect();
        format!("{{{}}}", fields.join(","))
    })
}

#[test]
fn the_fast_reader_takes_what_servers_send() {
    let session = r#"{"sessionId":"s-1","userId":"alice","componentId":"#;
    for (component, role, metadata) in [
        (r#""chat""#, "user", "{}"),
        ("null", "assistant", r#"{"model":"m-4","tokens":12,"sources":[{"page":1.5}]}"#),
        (r#""chat""#, "tool", r#"{"quote":"\"a\"","n":1e3}"#),
    ] {
        let json = format!(
            r#"{session}{component},"role":"{role}","content":"x² is\n\"x\"","createdAt":"2026-10-01T10:02:11.250Z","metadata":{metadata}}}"#
        );
        assert_eq!(fast(&json), Some(fallback(json.as_bytes())), "{json}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn the_fast_reader_agrees_with_the_fallback(json in element()) {
        read(&json);
    }

    #[test]
    fn both_give_what_serde_json_gives(json in element()) {
        // `serde_json` rejects what needs repair. Its objects keep the last of equal keys.
        if let Ok(Value::Object(oracle)) = serde_json::from_str(&json) {
            let (seen, _) = read(&json);
            let shown = |name: &str| match oracle.get(name) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            let same = |found: &str, name: &str| {
                let expected = shown(name);
                // Numbers keep their format.
                found == expected
                    || serde_json::from_str::<Value>(found).ok().as_ref() == oracle.get(name)
            };
            prop_assert!(same(seen.session.as_deref().unwrap_or_default(), "sessionId"));
            prop_assert!(same(&seen.user, "userId"));
            prop_assert!(same(&seen.component, "componentId"));
            prop_assert!(same(&seen.role, "role"));
            prop_assert!(same(&seen.text, "content"));
            let extra: Option<Value> = serde_json::from_str(&seen.extra).ok();
            if seen.flags.has(Flags::WHOLE) {
                let mut expected = oracle.clone();
                if expected.get("content").is_some_and(Value::is_string) {
                    expected.remove("content");
                }
                prop_assert_eq!(extra, Some(Value::Object(expected)));
            } else {
                prop_assert_eq!(extra.as_ref(), oracle.get("metadata"));
            }
        }
    }
}
