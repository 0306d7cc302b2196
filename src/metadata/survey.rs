//! Visits every value of a JSON text, for code that counts what metadata contains.
//!
//! A place is the sequence of keys that leads to a value; the elements of an array share the place
//! of the array. Keeps nothing. The text must be valid JSON. Must not know what the visitor counts.

use std::borrow::Cow;

use super::find::{MAX_DEPTH, each_element, each_member};
use super::node::JsonKind;
use super::tree::unescape;

/// Receives the values of a survey. A place is an id that the visitor assigns.
pub trait Survey {
    /// Returns the place of a key below `place`; [`None`] skips its value.
    fn below(&mut self, place: usize, key: &str) -> Option<usize>;

    /// Receives the JSON of a value, with its place and kind.
    fn value(&mut self, place: usize, kind: JsonKind, json: &str);
}

/// Visits a JSON text; its root is at the place `root`. Truncates keys to about `longest` bytes.
pub fn survey(json: &str, root: usize, longest: usize, seen: &mut dyn Survey) {
    walk(json.trim(), root, longest, 0, seen);
}

/// A value as plain text, truncated to about `bytes` bytes: a string unquoted and unescaped, any
/// other value as JSON.
pub fn text_within(json: &str, bytes: usize) -> Cow<'_, str> {
    if json.starts_with('"') {
        return unescape(json, bytes);
    }
    Cow::Borrowed(json.get(..json.floor_char_boundary(bytes)).unwrap_or(json))
}

fn walk(json: &str, place: usize, longest: usize, depth: usize, seen: &mut dyn Survey) {
    let kind = match json.as_bytes().first() {
        Some(b'{') => JsonKind::Object,
        Some(b'[') => JsonKind::Array,
        Some(b'"') => JsonKind::String,
        Some(b't' | b'f') => JsonKind::Bool,
        Some(b'n') => JsonKind::Null,
        Some(b'-' | b'0'..=b'9') => JsonKind::Number,
        _ => return,
    };
    seen.value(place, kind, json);
    if depth >= MAX_DEPTH {
        return;
    }
    match kind {
        JsonKind::Object => {
            each_member(json, &mut |key, value| {
                if let Some(below) = seen.below(place, &unescape(key, longest)) {
                    walk(value, below, longest, depth + 1, seen);
                }
                false
            });
        }
        JsonKind::Array => {
            each_element(json, &mut |value| {
                walk(value, place, longest, depth + 1, seen);
                false
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen {
        places: Vec<String>,
        values: Vec<String>,
    }

    impl Survey for Seen {
        fn below(&mut self, place: usize, key: &str) -> Option<usize> {
            if key == "secret" {
                return None;
            }
            let path = format!("{}.{key}", self.places[place]);
            let known = self.places.iter().position(|place| *place == path);
            self.places.push(path);
            Some(known.unwrap_or(self.places.len() - 1))
        }

        fn value(&mut self, place: usize, kind: JsonKind, json: &str) {
            self.values.push(format!("{} {kind:?} {}", self.places[place], text_within(json, 5)));
        }
    }

    #[test]
    fn every_value_is_told_with_its_place() {
        let mut seen = Seen { places: vec!["$".to_owned()], ..Seen::default() };
        let json = r#" {"a": [1, {"b": "x\ny"}], "secret": {"c": 1}, "d\u0065": null, "f": true} "#;
        survey(json, 0, 100, &mut seen);
        let wanted = [
            "$ Object {\"a\":",
            "$.a Array [1, {",
            "$.a Number 1",
            "$.a Object {\"b\":",
            "$.a.b String x\ny",
            "$.de Null null",
            "$.f Bool true",
        ];
        assert_eq!(seen.values, wanted);
    }

    #[test]
    fn what_is_no_json_and_what_is_too_deep_is_harmless() {
        let deep = "[".repeat(100_000);
        for json in ["", "{", "{\"a\"", "}", "[1,", "nul", "\"", &deep] {
            let mut seen = Seen { places: vec!["$".to_owned()], ..Seen::default() };
            survey(json, 0, 100, &mut seen);
            assert!(seen.values.len() <= MAX_DEPTH + 1);
        }
    }
}
