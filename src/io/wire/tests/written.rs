//! Round trips: a row and its extra reproduce the JSON that was sent.

use super::*;

#[test]
fn what_was_sent_is_written_again_value_for_value() {
    let strings = ["", "s", "é \u{1} \"q\""];
    let times = [
        "1970-01-01T00:00:01Z",
        "1970-01-01T00:00:01.000Z",
        "2026-10-01T10:02:11.123456Z",
        "2026-10-01T10:02:11+05:30",
        "2016-12-31T23:59:60Z",
        "2026-10-01",
        "1790848931",
        "soon",
        "",
    ];
    let mut changes: Vec<(&str, Option<Value>)> = Vec::new();
    for field in ["sessionId", "userId", "componentId", "role", "content", "metadata"] {
        changes.extend([(field, None), (field, Some(Value::Null)), (field, Some(json!(12)))]);
        changes.extend(strings.map(|text| (field, Some(json!(text)))));
    }
    changes.extend(times.map(|time| ("createdAt", Some(json!(time)))));
    changes.extend([("createdAt", None), ("createdAt", Some(json!(1_790_848_931)))]);
    changes.push(("more", Some(json!({ "a": [1] }))));
    for (field, value) in changes {
        let sent = message(|all| match &value {
            Some(value) => drop(all.insert(field.to_owned(), value.clone())),
            None => drop(all.remove(field)),
        });
        let mut wire = MessageReader::new(Limits::default());
        wire.element(sent.as_bytes(), &mut |_| {});
        let pages: Vec<_> = wire.flush().into_iter().map(Arc::new).collect();
        let names = crate::export::IdNames::of(&pages);
        let mut out = Vec::new();
        let message = names.message(&pages[0], &pages[0].rows[0]);
        crate::export::Wire::message(&AsSent, &message, &mut out);
        let (sent, written): (Value, Value) =
            (serde_json::from_str(&sent).unwrap(), serde_json::from_slice(&out).unwrap());
        assert_eq!(written, sent, "{field}");
    }
}

proptest! {
    /// Exports rely on this to skip scanning such texts.
    #[test]
    fn a_text_without_marks_needs_no_escapes_but_those_of_json(
        text in prop_oneof![
            any::<String>(),
            "[a-z \n\"\\\\é؀-ۿ“-„\u{300}\u{301}\u{fe0e}🙂ก-๛0-9]{0,80}",
        ]
    ) {
        if marks::marks(&text) == Flags::default() {
            let is_on_lines = !text.contains(['\t', '\u{2028}', '\u{2029}']);
            prop_assert!(is_on_lines);
            let [mut looked_at, mut passed_over] = [Vec::new(), Vec::new()];
            crate::export::push_string(&text, &mut looked_at);
            crate::export::push_clean_string(&text, &mut passed_over);
            prop_assert_eq!(passed_over, looked_at);
        }
    }
}
