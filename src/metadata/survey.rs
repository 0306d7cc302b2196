//! All of a JSON text, place by place: for whoever counts what metadata holds.
//!
//! A place is the keys that lead to a value; the elements of an array stand where the array does.
//! Nothing is kept here, and the text is JSON that was judged before. Must not know what is counted.

use std::borrow::Cow;

use super::find::{MAX_DEPTH, each_element, each_member};
use super::node::JsonKind;
use super::tree::unescape;

/// Who is told what a survey sees. A place is a number that it gave itself.
pub trait Survey {
    /// The place behind a key; [`None`] where it is not to be looked into.
    fn below(&mut self, place: usize, key: &str) -> Option<usize>;

    /// The JSON of a value at a place, and what it is.
    fn value(&mut self, place: usize, kind: JsonKind, json: &str);
}

/// Walks a JSON text from the top, which is at the place `root`. Keys of more than `longest` bytes
/// are cut there.
pub fn survey(json: &str, root: usize, longest: usize, seen: &mut dyn Survey) {
    walk(json.trim(), root, longest, 0, seen);
}

/// A value as plain text, ended behind about `bytes` bytes: a string without quotes and escapes,
/// all else as JSON.
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
