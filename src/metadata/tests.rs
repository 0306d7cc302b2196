//! The metadata tree: parsing, paths, folding, finding.

use super::*;
use crate::message::Flags;
use crate::query::PathStep;
use proptest::prelude::*;

const SAMPLE: &str = r#"{"model": "gpt-4.1", "usage": {"tokens": 1234567890123456789.50, "cost": 1e-3},
 "sources": [{"title": "Caf\u00e9"}, {"title": "B"}], "odd key": null, "ok": true, "ok": false, "empty": {}}"#;

fn sample() -> Tree {
    Tree::parse(SAMPLE).unwrap()
}

fn at(tree: &Tree, path: &str) -> u32 {
    (0..).take(tree.nodes().len()).find(|&node| tree.jq_path(node) == path).unwrap()
}

#[test]
fn keys_keep_their_order_duplicates_stay_and_numbers_keep_their_digits() {
    let tree = sample();
    let keys: Vec<_> = tree.children(0).filter_map(|child| tree.key(child)).collect();
    assert_eq!(keys, ["model", "usage", "sources", "odd key", "ok", "ok", "empty"]);
    assert_eq!(tree.value(at(&tree, ".usage.tokens")), "1234567890123456789.50");
    assert_eq!(tree.value(at(&tree, ".usage.cost")), "1e-3");
}

#[test]
fn a_node_has_its_exact_source_and_its_plain_value() {
    let tree = sample();
    let title = at(&tree, ".sources[0].title");
    assert_eq!(tree.source(title), r#""Caf\u00e9""#);
    assert_eq!(tree.value(title), "Café");
    assert_eq!(tree.source(at(&tree, ".sources[1]")), r#"{"title": "B"}"#);
    assert_eq!(tree.value(at(&tree, ".empty")), "{}");
    assert_eq!(tree.source(0), SAMPLE);
    assert_eq!(tree.node(0).unwrap().children, 7);
}

#[test]
fn paths_are_steps_and_those_of_jq() {
    let tree = sample();
    let title = at(&tree, ".sources[0].title");
    let key = |name: &str| PathStep::Key(name.to_owned());
    assert_eq!(tree.steps(title), [key("sources"), PathStep::Index(0), key("title")]);
    let odd = at(&tree, r#".["odd key"]"#);
    assert_eq!(tree.steps(odd), [key("odd key")]);
    assert_eq!((tree.jq_path(0).as_str(), tree.steps(0).len()), (".", 0));
    let list = Tree::parse(r#"[[1], {"a-b": {"c d": 2}}]"#).unwrap();
    assert_eq!(list.jq_path(2), ".[0][0]");
    assert_eq!(list.jq_path(5), r#".[1]["a-b"]["c d"]"#);
    assert_eq!(list.steps(4), [PathStep::Index(1), key("a-b")]);
}

#[test]
fn a_scalar_is_a_tree_of_one_node() {
    for (json, kind) in [
        ("null", JsonKind::Null),
        (" 12 ", JsonKind::Number),
        ("\"x\"", JsonKind::String),
        ("false", JsonKind::Bool),
        ("[]", JsonKind::Array),
    ] {
        let tree = Tree::parse(json).unwrap();
        assert_eq!((tree.nodes().len(), tree.node(0).unwrap().kind), (1, kind));
        assert_eq!(tree.source(0), json.trim());
    }
}

#[test]
fn escapes_are_resolved_and_halves_of_pairs_are_replaced() {
    let value = |json: &str| Tree::parse(json).unwrap().value(0).into_owned();
    assert_eq!(value(r#""a\"\\\/\b\f\n\r\tz""#), "a\"\\/\u{8}\u{c}\n\r\tz");
    assert_eq!(value(r#""\ud83d\ude00 \u0041\u001b""#), "😀 A\u{1b}");
    assert_eq!(value(r#""\ud83d x \ude00 \ud83d\u0041""#), "\u{FFFD} x \u{FFFD} \u{FFFD}A");
}

#[test]
fn a_part_of_a_long_value_costs_only_that_part() {
    let json = format!("\"{}\"", "ab\\n".repeat(1_000_000));
    let tree = Tree::parse(&json).unwrap();
    assert_eq!(tree.value_within(0, 6), "ab\nab");
    assert_eq!(tree.value_within(0, 3), "ab\n");
    assert_eq!(tree.value(0).len(), 3_000_000);
}

#[test]
fn what_is_no_json_or_too_deep_is_said_in_words() {
    let says = |json: &str| Tree::parse(json).unwrap_err().to_string();
    assert_eq!(says("{\"a\":\n nope}"), "this is not valid JSON: see line 2, column 3");
    assert_eq!(says("{\"a\": [1, 2"), "this JSON ends too soon, at line 1, column 11");
    assert_eq!(says(""), "this JSON ends too soon, at line 1, column 0");
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Tree::parse(&nested(128)).is_ok());
    assert_eq!(Tree::parse(&nested(129)), Err(TreeError::TooDeep));
    assert_eq!(Tree::parse(&nested(1_000_000)), Err(TreeError::TooDeep));
}

#[test]
fn at_first_two_levels_are_open_and_long_lists_are_folded() {
    let list: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let json = format!(r#"{{"a": {{"deep": {{"x": 1}}}}, "long": [{}], "z": 1}}"#, list.join(","));
    let tree = Tree::parse(&json).unwrap();
    let folds = TreeFolds::new(&tree);
    let rows: Vec<String> = folds.visible().iter().map(|&node| tree.jq_path(node)).collect();
    assert_eq!(rows, [".", ".a", ".a.deep", ".long", ".z"]);
    assert!(folds.is_folded(at(&tree, ".a.deep")) && folds.is_folded(at(&tree, ".long")));
}

#[test]
fn folding_and_revealing_change_the_rows() {
    let tree = sample();
    let mut folds = TreeFolds::new(&tree);
    let title = at(&tree, ".sources[0].title");
    assert_eq!(folds.row_of(title), None);
    folds.reveal(&tree, title);
    assert_eq!(folds.visible().get(folds.row_of(title).unwrap()), Some(&title));
    folds.toggle(&tree, at(&tree, ".sources"));
    assert_eq!(folds.row_of(title), None);
    folds.unfold_all(&tree);
    assert_eq!(folds.visible().len(), tree.nodes().len());
    folds.fold_all(&tree);
    assert_eq!(folds.visible().len(), 8);
    let before = folds.clone();
    folds.toggle(&tree, at(&tree, ".empty"));
    folds.toggle(&tree, 9_999);
    assert_eq!(folds, before);
    folds.toggle(&tree, 0);
    assert_eq!(folds.visible(), [0]);
}

#[test]
fn words_are_found_in_names_and_values_with_smart_case() {
    let tree = sample();
    let found = |words: &str| {
        tree.find(words).into_iter().map(|node| tree.jq_path(node)).collect::<Vec<_>>()
    };
    assert_eq!(found("café"), [".sources[0].title"]);
    assert_eq!(found("CAFÉ"), [""; 0]);
    assert_eq!(found("Caf"), [".sources[0].title"]);
    assert_eq!(found("model GPT"), [""; 0]);
    assert_eq!(found("model gpt"), [".model"]);
    assert_eq!(found("title"), [".sources[0].title", ".sources[1].title"]);
    assert_eq!(found("12345"), [".usage.tokens"]);
    assert_eq!(found("usage"), [".usage"]);
    assert_eq!(found("  "), [""; 0]);
}

#[test]
fn pretty_printing_keeps_every_byte_of_names_and_scalars() {
    let expected = r#"{
  "tokens": 1234567890123456789.50,
  "cost": 1e-3
}"#;
    let tree = sample();
    assert_eq!(tree.pretty(at(&tree, ".usage")), expected);
    assert_eq!(
        Tree::parse("[ {} , [ ] ,[1,[2]]]").unwrap().pretty(0),
        "[\n  {},\n  [],\n  [\n    1,\n    [\n      2\n    ]\n  ]\n]"
    );
}

#[test]
fn the_whole_message_is_put_together_from_its_fields_and_its_metadata() {
    let strings = [
        ("sessionId", Some("s\u{1b}1")),
        ("componentId", None),
        ("role", Some("user")),
        ("content", Some("hi \"you\"")),
    ];
    let fields = Fields {
        strings: &strings,
        metadata_name: "metadata",
        extra: r#"{"n":1.0}"#,
        flags: Flags::default(),
    };
    assert_eq!(fields.metadata(), Some(r#"{"n":1.0}"#));
    assert_eq!(
        whole_json(&fields),
        "{\n  \"metadata\": {\n    \"n\": 1.0\n  },\n  \"sessionId\": \"s\\u001b1\",\n  \"role\": \"user\",\n  \"content\": \"hi \\\"you\\\"\"\n}"
    );
    let without = Fields { extra: "", ..fields };
    assert_eq!(without.metadata(), None);
    assert!(!whole_json(&without).contains("metadata"));
}

#[test]
fn a_message_that_was_kept_whole_shows_what_the_server_sent() {
    let strings = [("role", Some("user")), ("content", Some("hi"))];
    let fields = Fields {
        strings: &strings,
        metadata_name: "metadata",
        extra: r#"{"role":7,"metadata":[1],"more":null}"#,
        flags: Flags::WHOLE | Flags::REPAIRED,
    };
    assert_eq!(fields.metadata(), Some("[1]"));
    assert_eq!(
        whole_json(&fields),
        "{\n  \"content\": \"hi\",\n  \"role\": 7,\n  \"metadata\": [\n    1\n  ],\n  \"more\": null\n}"
    );
    let without = Fields { extra: r#"{"role":7}"#, ..fields };
    assert_eq!(without.metadata(), None);
}

#[test]
fn metadata_too_deep_for_a_tree_is_still_part_of_the_message() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let fields =
        Fields { strings: &[], metadata_name: "metadata", extra: &deep, flags: Flags::default() };
    assert_eq!(whole_json(&fields), format!("{{\"metadata\":{deep}}}"));
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn the_tree_says_what_serde_json_says(value in json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let tree = Tree::parse(&text).unwrap();
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&tree.pretty(0)).unwrap(), &value);
            prop_assert_eq!(tree.pretty(0), serde_json::to_string_pretty(&value).unwrap());
            for index in (0..).take(tree.nodes().len()) {
                let part: serde_json::Value = serde_json::from_str(tree.source(index)).unwrap();
                if let Some(text) = part.as_str() {
                    prop_assert_eq!(tree.value(index), text);
                }
                prop_assert_eq!(tree.children(index).count(), tree.node(index).unwrap().children as usize);
            }
        }
    }

    #[test]
    fn a_cut_value_is_the_start_of_the_value(text in any::<String>(), limit in 0usize..40) {
        let tree = Tree::parse(&serde_json::to_string(&text).unwrap()).unwrap();
        prop_assert!(text.starts_with(&*tree.value_within(0, limit)));
    }

    #[test]
    fn any_text_is_a_tree_or_an_error(text in ".{0,60}") {
        let valid = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert!(!valid || Tree::parse(&text).is_ok());
    }
}
