//! Finds the values at a path directly in JSON text, without building a tree.
//!
//! Skips everything off the path without parsing it. The text must be valid JSON; in invalid text a
//! search may miss values, but does no other harm.

use std::borrow::Cow;

use super::node::JsonKind;
use super::parse::string_end;
use super::tree::unescape;
use crate::message::Flags;
use crate::query::PathStep;

/// The field name of the metadata in a message whose JSON was kept whole.
const METADATA: &str = "metadata";
/// The deepest nesting to search.
pub(super) const MAX_DEPTH: usize = 256;

/// A value that is no object or array.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar<'a> {
    /// The kind of the value.
    pub kind: JsonKind,
    /// A string unquoted and unescaped; any other value as JSON.
    pub text: Cow<'a, str>,
}

/// The metadata of a message, from the JSON beside its text; [`None`] if it has none.
pub fn metadata_of(extra: &str, flags: Flags) -> Option<&str> {
    let extra = extra.trim();
    if !flags.has(Flags::WHOLE) {
        return (!extra.is_empty()).then_some(extra);
    }
    let mut last = None;
    each_member(extra, &mut |key, value| {
        if is_key(key, METADATA) {
            last = Some(value);
        }
        false
    });
    last
}

/// Whether any value at the path passes `test`, which receives its JSON. A key step applies to each
/// element of an array. Each of several equal keys matches.
pub fn any_at<'a>(json: &'a str, path: &[PathStep], test: &mut dyn FnMut(&'a str) -> bool) -> bool {
    walk(json.trim(), path, 0, test)
}

/// Like [`any_at`] for scalars only. Tests each element of an array at the path.
pub fn any_scalar_at<'a>(
    json: &'a str,
    path: &[PathStep],
    test: &mut dyn FnMut(&Scalar<'a>) -> bool,
) -> bool {
    any_at(json, path, &mut |value| scalars(value, 0, test))
}

/// Whether a value is empty: `null`, `""`, `{}` or `[]`.
pub fn is_empty(json: &str) -> bool {
    let json = json.trim();
    let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    match json.as_bytes().first() {
        Some(b'{' | b'[') => inner.trim().is_empty(),
        Some(b'"') => inner.is_empty(),
        Some(_) => json == "null",
        None => true,
    }
}

fn walk<'a>(
    json: &'a str,
    path: &[PathStep],
    depth: usize,
    test: &mut dyn FnMut(&'a str) -> bool,
) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let Some((step, rest)) = path.split_first() else { return test(json) };
    match (step, json.as_bytes().first()) {
        (PathStep::Key(wanted), Some(b'{')) => each_member(json, &mut |key, value| {
            is_key(key, wanted) && walk(value, rest, depth + 1, test)
        }),
        (PathStep::Key(_), Some(b'[')) => {
            each_element(json, &mut |value| walk(value, path, depth + 1, test))
        }
        (PathStep::Index(wanted), Some(b'[')) => {
            let mut number = 0_u32;
            each_element(json, &mut |value| {
                number = number.saturating_add(1);
                number - 1 == *wanted && walk(value, rest, depth + 1, test)
            })
        }
        _ => false,
    }
}

fn scalars<'a>(json: &'a str, depth: usize, test: &mut dyn FnMut(&Scalar<'a>) -> bool) -> bool {
    let kind = match json.as_bytes().first() {
        Some(b'[') if depth < MAX_DEPTH => {
            return each_element(json, &mut |value| scalars(value, depth + 1, test));
        }
        Some(b'"') => JsonKind::String,
        Some(b't' | b'f') => JsonKind::Bool,
        Some(b'n') => JsonKind::Null,
        Some(b'-' | b'0'..=b'9') => JsonKind::Number,
        _ => return false,
    };
    let text =
        if kind == JsonKind::String { unescape(json, usize::MAX) } else { Cow::Borrowed(json) };
    test(&Scalar { kind, text })
}

/// Whether a quoted key equals `wanted`.
fn is_key(quoted: &str, wanted: &str) -> bool {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    inner == wanted || (inner.contains('\\') && unescape(quoted, usize::MAX) == wanted)
}

/// Calls `each` with the quoted key and the value of each member until it returns `true`.
pub(super) fn each_member<'a>(
    json: &'a str,
    each: &mut dyn FnMut(&'a str, &'a str) -> bool,
) -> bool {
    let mut at = 1;
    loop {
        at = skip_blanks(json, at);
        let key_end = value_end(json, at);
        let value = skip_blanks(json, key_end);
        let end = value_end(json, value);
        let (Some(key), Some(text)) = (json.get(at..key_end), json.get(value..end)) else {
            return false;
        };
        if !key.starts_with('"') || text.is_empty() {
            return false;
        }
        if each(key, text) {
            return true;
        }
        at = end;
    }
}

/// Calls `each` with each element of an array until it returns `true`.
pub(super) fn each_element<'a>(json: &'a str, each: &mut dyn FnMut(&'a str) -> bool) -> bool {
    let mut at = 1;
    loop {
        at = skip_blanks(json, at);
        let end = value_end(json, at);
        let Some(value) = json.get(at..end).filter(|value| !value.is_empty()) else { return false };
        if each(value) {
            return true;
        }
        at = end;
    }
}

/// Skips white space, commas and colons.
fn skip_blanks(json: &str, at: usize) -> usize {
    let rest = json.as_bytes().get(at..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| b" \t\r\n,:".contains(byte));
    at + blanks.count()
}

/// The end of the value at `at`; `at` itself if there is no value.
fn value_end(json: &str, at: usize) -> usize {
    let bytes = json.as_bytes();
    match bytes.get(at) {
        Some(b'"') => string_end(bytes, at),
        Some(b'{' | b'[') => {
            let (mut depth, mut next) = (0_usize, at);
            while let Some(byte) = bytes.get(next) {
                match byte {
                    b'"' => {
                        next = string_end(bytes, next);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                next += 1;
                if depth == 0 {
                    break;
                }
            }
            next
        }
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            at + rest.iter().take_while(|byte| !b",]} \t\n\r".contains(byte)).count()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Tree;
    use crate::query::{Expr, Part, Path, Term, Test, parse};
    use proptest::prelude::*;

    fn path(text: &str) -> Path {
        match parse(&format!("has:{text}")).unwrap().unwrap().root() {
            Expr::Term(Term { test: Test::Part { part: Part::Path(path), .. }, .. }) => {
                path.clone()
            }
            other => panic!("{other:?}"),
        }
    }

    fn values(json: &str, at: &str) -> Vec<String> {
        let mut found = Vec::new();
        any_scalar_at(json, path(at).steps(), &mut |scalar| {
            found.push(scalar.text.to_string());
            false
        });
        found
    }

    #[test]
    fn values_are_found_by_key_by_number_and_in_every_element() {
        let json = r#" {"model":"gpt-4", "usage" : {"tokens":12.50, "x":{}},
            "sources":[{"title":"a\"b"}, {"title":["c", [1, null]]}, 7], "a.b c":true,
            "m\u006fdel2":"é\u00e9", "d":1, "d":2, "e":[]} "#;
        let cases: [(&str, &[&str]); 12] = [
            ("meta.model", &["gpt-4"]),
            ("meta.usage.tokens", &["12.50"]),
            ("meta.usage", &[]),
            ("meta.sources.title", &["a\"b", "c", "1", "null"]),
            ("meta.sources[1].title", &["c", "1", "null"]),
            ("meta.sources[1].title[1]", &["1", "null"]),
            ("meta.sources", &["7"]),
            ("meta.\"a.b c\"", &["true"]),
            ("meta.model2", &["éé"]),
            ("meta.d", &["1", "2"]),
            ("meta.sources[3]", &[]),
            ("meta.model.x", &[]),
        ];
        for (at, expected) in cases {
            assert_eq!(values(json, at), expected, "{at}");
        }
        assert!(any_at(json, path("meta.usage.x").steps(), &mut is_empty));
        assert!(any_at(json, path("meta.e").steps(), &mut is_empty));
        assert_eq!(values(r#"[{"a":1},{"a":2}]"#, "meta.a"), ["1", "2"]);
        assert_eq!(values(r#"[{"a":1},{"a":2}]"#, "meta[1].a"), ["2"]);
    }

    #[test]
    fn the_metadata_of_a_whole_message_is_its_last() {
        let whole = r#"{"role":7,"metadata":1,"met\u0061data":{"a":[2]},"x":null}"#;
        assert_eq!(metadata_of(whole, Flags::WHOLE), Some(r#"{"a":[2]}"#));
        assert_eq!(metadata_of("{}", Flags::WHOLE), None);
        assert_eq!(metadata_of(" {} ", Flags::default()), Some("{}"));
        assert_eq!(metadata_of("", Flags::default()), None);
    }

    #[test]
    fn nothing_and_nesting_without_end_are_harmless() {
        let deep = "[".repeat(100_000);
        for json in ["", "{", "{\"a\"", "{\"a\":", "[1,", "{]}", "}{", "[,,]", "\"", "nul", &deep] {
            for at in ["meta.a", "meta[0]", "meta.a.b"] {
                values(json, at);
            }
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_stands_in_the_tree(json in json(), at in "meta(\\.[ab]|\\[[01]\\]){1,3}") {
            let tree = Tree::parse(&json).unwrap();
            let mut nodes = vec![0];
            for step in path(&at).steps() {
                let mut next = Vec::new();
                while let Some(node) = nodes.pop() {
                    let kind = tree.node(node).unwrap().kind;
                    let children: Vec<u32> = tree.children(node).collect();
                    match (step, kind) {
                        (PathStep::Key(key), JsonKind::Object) => next.extend(
                            children.into_iter().filter(|&child| tree.key(child).unwrap() == *key),
                        ),
                        (PathStep::Key(_), JsonKind::Array) => nodes.extend(children),
                        (PathStep::Index(n), JsonKind::Array) => next.extend(children.get(*n as usize)),
                        _ => {}
                    }
                }
                nodes = next;
            }
            let mut expected: Vec<String> = nodes.iter().map(|&node| tree.source(node).to_owned()).collect();
            let mut found = Vec::new();
            any_at(&json, path(&at).steps(), &mut |value| { found.push(value.to_owned()); false });
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_text_is_harmless(json in "[\\[\\]{}\",:a1\\\\ ]{0,40}") {
            values(&json, "meta.a");
            metadata_of(&json, Flags::WHOLE);
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("1".to_owned()),
            Just("null".to_owned()),
            Just(r#""a]}\"\\""#.to_owned()),
        ];
        leaf.prop_recursive(4, 30, 4, |inner| {
            let key = prop::sample::select(&["\"a\"", "\"b\"", "\"\\u0061\"", "\"c,{\""]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|all| format!("[ {} ]", all.join(" , "))),
                prop::collection::vec((key, inner), 0..4).prop_map(|all| {
                    let members: Vec<_> =
                        all.into_iter().map(|(key, value)| format!("{key} :{value}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }
}
