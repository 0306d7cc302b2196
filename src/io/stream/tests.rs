//! Documents: their forms, their errors, and independence of chunk boundaries.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::io::wire::tests::cases::{RIGHT, WRONG};
use crate::io::wire::tests::{Seen, element, seen};
use crate::message::Flags;

/// The messages of a body, with the counts or the error.
type Outcome = (Vec<Seen>, Result<IngestStats, DocumentError>);

const SMALL: Limits = Limits { first_rows: 2, rows: 4, text: 200 };

fn decode_parts<'a>(parts: impl Iterator<Item = &'a [u8]>, limits: Limits) -> Outcome {
    let mut decoder = Decoder::new(limits);
    let mut pages = Vec::new();
    let mut result = Ok(());
    for part in parts {
        result = decoder.push(part, &mut |page| pages.push(page));
    }
    let end = decoder.finish(&mut |page| pages.push(page));
    if let Err(error) = result {
        assert_eq!(end, Err(error), "an error stays");
    }
    (seen(pages), end)
}

fn decode(body: &[u8]) -> Outcome {
    decode_parts(std::iter::once(body), Limits::default())
}

fn texts(outcome: &Outcome) -> Vec<&str> {
    outcome.0.iter().map(|seen| seen.text.as_str()).collect()
}

/// A response with every non-fatal peculiarity.
fn odd_response() -> Vec<u8> {
    let elements: &[&[u8]] = &[
        br#"{"sessionId":"s1","userId":"u1","componentId":"c1","role":"user","content":"how?","createdAt":"2026-10-01T10:02:11.000Z","metadata":{}}"#,
        br#"{"sessionId":"s1","userId":"u1","componentId":"c1","role":"assistant","content":"Line\nline \"quoted\" \\ \u00e9 \ud83d\ude00 \t","createdAt":"2026-10-01T10:02:14+05:30","metadata":{"model":"m","tokens":{"prompt":12,"completion":-1.5e+3},"list":[1,null,true,false,"a\"b"]}}"#,
        br"{}",
        br"null",
        br" 12.5e-1 ",
        br#""text \" alone""#,
        br#"[1, [2], {"a": "b c"}]"#,
        br#"{"metadata":null,"content":"order","role":"system","userId":"u2","sessionId":"s2"}"#,
        br#"{"sessionId":null,"userId":null,"componentId":null,"role":null,"content":null,"createdAt":null,"metadata":null}"#,
        br#"{"sessionId":1,"userId":true,"componentId":[1, 2],"role":{"a":1},"content":{"a": [1, 2]},"createdAt":1790848931,"metadata":"string"}"#,
        br#"{"sessionId":"","role":"tool","content":"","createdAt":"yesterday","metadata":[1,2]}"#,
        br#"{"content":"a","content":"b","unknown":{"deep":[{}]},"\u0072ole":"user"}"#,
        "{\"content\":\"é 细胞 الخلية 👩\u{200d}🔬 \u{202e}\",\"sessionId\":\"é\"}".as_bytes(),
        br#"{"content":"lone \ud83d and \ude00","metadata":{"k":"\ud800"}}"#,
        b"{\"content\":\"bad \xFF\xC3 bytes\",\"metadata\":{\"k\":\"\xE2\x82\"}}",
        b"{\"content\":\"raw \t\x01\n control\",\"metadata\":{\"k\":\"\x1F\"}}",
        br#"{"metadata":[[[[[[[[[[{"a":[[[[]]]]}]]]]]]]]]]}"#,
    ];
    let mut body = b"\xEF\xBB\xBF\r\n{ \"extra\" : {\"a\":[1,\"]\"]} , \"messages\":[ ".to_vec();
    body.extend(elements.join(&b" ,\n"[..]));
    body.extend(
        br#" ], "total" : 1.7e1 ,"\u0073essionCount":"6","more":"x","messages":[{"role":"user"}]}"#,
    );
    body.extend(b"\n ");
    body
}

#[test]
fn where_the_chunks_are_parted_makes_no_difference() {
    let body = odd_response();
    let whole = decode(&body);
    assert_eq!(whole.0.len(), 18);
    for at in 0..=body.len() {
        let (first, second) = body.split_at(at);
        assert_eq!(decode_parts([first, second].into_iter(), SMALL), whole, "parted at {at}");
    }
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(decode_parts(body.chunks(size), SMALL), whole, "in chunks of {size}");
    }
}

#[test]
fn every_oddity_of_a_response_is_counted() {
    let (messages, tally) = decode(&odd_response());
    let expected = IngestStats {
        messages: 18,
        sessions: 5,
        bytes: odd_response().len() as u64,
        declared_messages: Some(17.0),
        declared_sessions: Some(6.0),
        repaired: 16,
        without_session: 9,
        without_user: 10,
        without_role: 7,
        without_text: 4,
        without_time: 10,
        unreadable_time: 1,
        wrong_type: 6,
        unknown_role: 2,
        unknown_field: 1,
        invalid_text: 3,
        not_an_object: 4,
    };
    assert_eq!(tally, Ok(expected));
    assert_eq!(messages[1].text, "Line\nline \"quoted\" \\ é 😀 \t");
    assert_eq!(messages[9].role, r#"{"a":1}"#);
    assert_eq!(messages[14].text, "bad \u{fffd}\u{fffd} bytes");
    assert_eq!(messages[15].text, "raw \t\u{1}\n control");
    assert_eq!(messages[15].extra, r#"{"k":"\u001f"}"#);
}

#[test]
fn a_body_that_ends_early_is_cut_and_never_loses_what_was_complete() {
    let body = odd_response();
    let end = body.iter().rposition(|&byte| byte == b'}').unwrap();
    let (all, _) = decode(&body);
    let mut complete = 0;
    for at in 4..=end {
        let (messages, result) = decode(&body[..at]);
        let first = b"\xEF\xBB\xBF\r\n".len();
        if at <= first {
            assert_eq!(result, Ok(IngestStats { bytes: at as u64, ..IngestStats::default() }));
            continue;
        }
        assert_eq!(result, Err(DocumentError::Cut { at: at as u64 }), "cut at {at}");
        assert_eq!(messages, all[..messages.len()], "cut at {at}");
        assert!(messages.len() == complete || messages.len() == complete + 1, "cut at {at}");
        complete = messages.len();
    }
    assert_eq!(complete, all.len());
    assert!(decode(&body[..=end]).1.is_ok());
}

#[test]
fn an_empty_result_has_many_forms() {
    let bodies = [
        "",
        " \n",
        "\u{feff}",
        "null",
        " null ",
        "{}",
        "[]",
        "[ ]",
        r#"{"messages":null}"#,
        r#"{"messages":[]}"#,
        r#"{"messages" : [ ] , "total":0}"#,
        r#"{"total":0}"#,
        r#"{"sessionCount":0,"x":[{}]}"#,
        "\u{feff}[]",
    ];
    for body in bodies {
        let (messages, tally) = decode(body.as_bytes());
        assert_eq!((messages.len(), tally.map(|tally| tally.messages)), (0, Ok(0)), "{body}");
    }
}

#[test]
fn messages_come_in_an_object_in_an_array_or_one_after_the_other() {
    let a = r#"{"sessionId":"s","content":"a"}"#;
    let b = r#"{"content":"b","total":1,"sessionId":"s"}"#;
    let bodies = [
        format!(r#"{{"messages":[{a},{b}]}}"#),
        format!(r#"{{"total":2,"messages":[{a}],"x":1,"messages":[{b}],"total":3}}"#),
        format!(r#"{{"userId":"u","messages":[{a},{b}]}}"#),
        format!(r#"{{"x":{{"messages":[1]}},"messages":[{a},{b}]}}"#),
        format!("[{a},{b}]"),
        format!("\u{feff} [ {a} , {b} ] "),
        format!("{a}\n{b}\n"),
        format!("{b}{a}"),
        format!("\n{a}\r\n\r\n{b}"),
        format!("{{\"id\":7,\"content\":\"a\"}} {b}"),
    ];
    for body in &bodies {
        for size in [1, 5, 1000] {
            let mut outcome = decode_parts(body.as_bytes().chunks(size), SMALL);
            outcome.0.sort_by(|one, other| one.text.cmp(&other.text));
            assert_eq!(texts(&outcome), ["a", "b"], "{body}");
            assert!(outcome.1.is_ok(), "{body}");
        }
    }
    let declared = decode(bodies[1].as_bytes()).1.unwrap();
    assert_eq!(declared.declared_messages, Some(3.0));
    let lines = decode(bodies[7].as_bytes()).1.unwrap();
    assert_eq!((lines.declared_messages, lines.unknown_field), (None, 1));
}

#[test]
fn lines_may_be_anything_but_the_last_must_be_complete() {
    let outcome = decode(b"{\"role\":\"user\",\"content\":\"a\"}\n12\n[1]\nnull\n34");
    assert_eq!(texts(&outcome), ["a", "12", "[1]", "null", "34"]);
    assert_eq!(outcome.1.unwrap().not_an_object, 4);
    let outcome = decode(b"{\"content\":\"a\"}\n{\"content\":\"b\"");
    assert_eq!((texts(&outcome), &outcome.1), (vec!["a"], &Err(DocumentError::Cut { at: 30 })));
    let outcome = decode(b"{\"content\":\"a\"},\n{\"content\":\"b\"}");
    assert!(matches!(outcome.1, Err(DocumentError::Syntax { at: 15, .. })));
}

#[test]
fn json_of_another_shape_is_told_from_what_is_no_json() {
    let shape = [
        "true",
        "12",
        " \"x\" ",
        "-1.5",
        r#"{"error":"no"}"#,
        r#"{"messages":{}}"#,
        r#"{"messages":"x"}"#,
        r#"{"messages":7}"#,
        r#"{"messages":true}"#,
        r#"{"data":[{}]}"#,
    ];
    let html = ["<!DOCTYPE html>", " \n<html>", "\u{feff}<x"];
    let encoding: [&[u8]; 7] = [
        b"\xFF\xFE[\0]\0",
        b"\xFE\xFF\0[\0]",
        b"[\0]\0",
        b"\0[\0]",
        b"{\0\"\0",
        b"\xFF",
        b"\xEF\xBBx",
    ];
    for body in shape {
        for size in [1, 100] {
            let outcome = decode_parts(body.as_bytes().chunks(size), SMALL);
            assert_eq!(outcome, (vec![], Err(DocumentError::Shape)), "{body}");
        }
    }
    for body in html {
        assert_eq!(decode(body.as_bytes()).1, Err(DocumentError::Html), "{body}");
    }
    for body in encoding {
        assert_eq!(decode(body).1, Err(DocumentError::Encoding), "{body:?}");
    }
}

#[test]
fn wrong_json_is_refused_at_its_byte_and_earlier_messages_stay() {
    let cases: [(&str, u64, usize); 14] = [
        (r#"{"messages":[{"content":"a"},{"a":}]}"#, 34, 1),
        (r#"{"messages":[{"content":"a"},]}"#, 29, 1),
        (r#"{"messages":[{"content":"a"} {"content":"b"}]}"#, 29, 1),
        (r#"{"messages":[,{"content":"a"}]}"#, 13, 0),
        (r#"{"messages":[{"content":"a"}],}"#, 30, 1),
        (r#"{"messages":[{"content":"a"}]} x"#, 31, 1),
        (r#"{"messages":[{"content":"a"}]}{}"#, 30, 1),
        (r#"{"messages":[{"content":"a"}],"total":NaN}"#, 38, 1),
        (r#"{"messages":[{"content":"a","metadata":{x:1}}]}"#, 40, 0),
        (r"{messages:[]}", 1, 0),
        (r#"{"messages" []}"#, 12, 0),
        (r#"{"messages":[{"content":"\x"}]}"#, 26, 0),
        ("[1,2", 4, 1),
        ("x", 0, 0),
    ];
    for (body, at, messages) in cases {
        for size in [1, 3, 1000] {
            let outcome = decode_parts(body.as_bytes().chunks(size), SMALL);
            match outcome.1 {
                Err(DocumentError::Syntax { at: wrong, what }) => {
                    assert_eq!(wrong, at, "{body}: {what}");
                }
                Err(DocumentError::Cut { at: cut }) => assert_eq!((cut, body), (at, "[1,2")),
                other => panic!("{body} gave {other:?}"),
            }
            assert_eq!(outcome.0.len(), messages, "{body}");
        }
    }
}

#[test]
fn what_is_json_is_decided_as_by_serde_json() {
    for (cases, right) in [(RIGHT, true), (WRONG, false)] {
        for case in cases {
            let body = format!(r#"{{"messages":[{{"role":"user","metadata":{case}}}]}}"#);
            let (messages, result) = decode(body.as_bytes());
            assert_eq!(result.is_ok(), right, "as metadata: {case}");
            if right {
                let raw: &RawValue = serde_json::from_str(case).unwrap();
                assert_eq!(messages[0].extra, raw.get());
            }
            let body = format!(r#"{{"x":{case},"messages":[]}}"#);
            assert_eq!(decode(body.as_bytes()).1.is_ok(), right, "skipped: {case}");
            let (messages, result) = decode(case.as_bytes());
            match serde_json::from_str::<Vec<&RawValue>>(case) {
                Ok(elements) => {
                    assert_eq!((elements.len(), true), (messages.len(), result.is_ok()));
                }
                Err(_) if case.trim_start().starts_with("{}") => assert!(result.is_ok()),
                Err(_) => assert!(result.is_err(), "as document: {case}"),
            }
        }
    }
}

#[test]
fn a_million_levels_are_kept_as_they_are_on_a_small_stack() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let body = format!(
        r#"{{"x":{deep},"messages":[{{"content":"a","metadata":{deep}}},{{"content":{deep},"x":1,"x":{deep}}},{deep}]}}"#
    );
    let run = move || {
        for size in [100_000, 100_000_000] {
            let (messages, result) = decode_parts(body.as_bytes().chunks(size), Limits::default());
            assert!(result.is_ok());
            assert_eq!((messages[0].text.as_str(), &messages[0].extra), ("a", &deep));
            assert!(messages[1].text == deep && messages[1].extra.contains(&deep));
            assert!(messages[2].text == deep);
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_large_message_arrives_in_small_chunks() {
    let text = "All work and no play. ".repeat(200_000);
    let body = format!(r#"[{{"content":"{text}","role":"user"}},{{"content":"after"}}]"#);
    let outcome = decode_parts(body.as_bytes().chunks(1000), Limits::default());
    assert!(outcome.1.is_ok());
    assert!(texts(&outcome) == [&text, "after"]);
}

#[test]
fn what_waits_is_sealed_on_demand_and_when_something_is_wrong() {
    let mut decoder = Decoder::new(Limits::default());
    let mut pages = Vec::new();
    decoder.push(br#"{"messages":[{"content":"a"},{"cont"#, &mut |page| pages.push(page)).unwrap();
    assert!(pages.is_empty());
    pages.extend(decoder.flush());
    assert_eq!(pages.len(), 1);
    assert!(decoder.flush().is_none());
    decoder.push(br#"ent":"b"},{"content":"#, &mut |page| pages.push(page)).unwrap();
    assert_eq!(decoder.tally().messages, 2);
    let error = decoder.push(b"}", &mut |page| pages.push(page)).unwrap_err();
    assert_eq!(error, DocumentError::Syntax { at: 56, what: "expected a value" });
    assert_eq!(decoder.push(b"]", &mut |_| ()), Err(error));
    let all = seen(pages);
    assert_eq!(all.iter().map(|seen| seen.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(all[0].flags.has(Flags::REPAIRED));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_messages_in_any_chunks_give_the_same(
        elements in prop::collection::vec(element(), 0..6),
        form in 0..3,
        size in 1_usize..40,
    ) {
        let body = match form {
            0 => format!(r#"{{"messages":[{}],"total":{}}}"#, elements.join(","), elements.len()),
            1 => format!("[{}]", elements.join(",")),
            _ => format!("{{\"role\":\"user\"}}\n{}", elements.join("\n")),
        };
        let whole = decode(body.as_bytes());
        prop_assert_eq!(whole.0.len(), elements.len() + usize::from(form == 2));
        prop_assert!(whole.1.is_ok());
        prop_assert_eq!(decode_parts(body.as_bytes().chunks(size), SMALL), whole);
    }

    #[test]
    fn no_bytes_make_it_panic_and_chunks_never_matter(
        body in prop::collection::vec(
            prop::sample::select(br#"{}[]",:\ua1e-.ntrue <"messages"content "#.to_vec()), 0..60
        ),
        size in 1_usize..9,
    ) {
        prop_assert_eq!(decode_parts(body.chunks(size), SMALL), decode(&body));
    }

    #[test]
    fn damage_at_any_byte_is_an_error_or_a_repair(at in 0_usize..2000, byte: u8, size in 1_usize..50) {
        let mut body = odd_response();
        let at = at % body.len();
        body[at] = byte;
        prop_assert_eq!(decode_parts(body.chunks(size), SMALL), decode(&body));
    }
}
