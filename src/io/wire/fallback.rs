//! Reads the messages that [`super::fast`] refuses, with `serde_json`. Accepts everything, repairs
//! what it can, and counts the repairs.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use memchr::memchr2;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::marks::marks;
use super::text::unescape;
use super::{Created, FieldKind, ParsedMessage, WireField, commit, keep};
use crate::message::Flags;
use crate::store::{IngestStats, Packer, Page};
use crate::time::instant_from_number;

/// The fields of an object in order, with raw JSON values.
struct RawFields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = RawFields<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut fields = Vec::new();
                while let Some((RawKey(key), value)) = map.next_entry()? {
                    fields.push((key, value));
                }
                Ok(RawFields(fields))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A key. Deserialised from bytes, because it may contain a lone surrogate.
struct RawKey(String);

impl<'de> Deserialize<'de> for RawKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = RawKey;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a key")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<RawKey, E> {
                Ok(RawKey(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// The fields of an object that was kept whole; empty if it is not an object.
pub(super) fn fields(json: &str) -> Vec<(String, &RawValue)> {
    serde_json::from_str(json).map_or_else(|_| Vec::new(), |RawFields(fields)| fields)
}

/// Reads a complete element of the list of messages. Returns the page if the element filled it.
pub(super) fn read(json: &[u8], packer: &mut Packer, tally: &mut IngestStats) -> Option<Page> {
    let text = String::from_utf8_lossy(json);
    let invalid = matches!(text, Cow::Owned(_));
    if let Ok(fields) = serde_json::from_str(&text) {
        return object(fields, invalid, packer, tally);
    }
    let escaped = escape_controls(&text);
    let invalid = invalid || matches!(escaped, Cow::Owned(_));
    match serde_json::from_str(&escaped) {
        Ok(fields) => object(fields, invalid, packer, tally),
        Err(_) => no_object(&escaped, invalid, packer, tally),
    }
}

fn object(
    RawFields(mut fields): RawFields<'_>,
    invalid: bool,
    packer: &mut Packer,
    tally: &mut IngestStats,
) -> Option<Page> {
    let count = fields.len();
    keep_last(&mut fields);
    let mut message =
        ParsedMessage { invalid, repeated: fields.len() < count, ..ParsedMessage::new() };
    let mut names: [String; WireField::ALL.len()] = Default::default();
    for (key, value) in &fields {
        let json = value.get();
        let Some(field) = WireField::of(key) else {
            message.unknown_fields += 1;
            continue;
        };
        let kind = field.kind();
        if matches!(kind, FieldKind::Name | FieldKind::Time) {
            message.empty += u64::from(json == "\"\"");
        }
        match kind {
            FieldKind::Json => {}
            _ if json == "null" => message.add_null(field),
            FieldKind::Text => content(json, &mut message, packer.text()),
            FieldKind::Time => message.created = created(json, &mut message),
            FieldKind::Name => {
                if let Some(name) = names.get_mut(field as usize) {
                    *name = string_or_json(json, &mut message);
                }
            }
        }
    }
    let all = fields.iter().map(|(key, value)| (key.as_str(), value.get()));
    let metadata = fields.iter().find(|(key, _)| key == WireField::Metadata.name());
    keep(all, metadata.map_or("", |(_, value)| value.get()), &message, packer.extra());
    let names = names.each_ref().map(String::as_str);
    commit(packer, tally, &ParsedMessage { names, ..message })
}

/// Reads an element that is not an object as a message with its JSON as text.
fn no_object(
    json: &str,
    invalid: bool,
    packer: &mut Packer,
    tally: &mut IngestStats,
) -> Option<Page> {
    let mut text = String::with_capacity(json.len());
    compact(json, &mut text);
    packer.text().push_str(&text);
    let flags = Flags::TEXT_IS_JSON | marks(&text);
    let message = ParsedMessage { flags, invalid, not_an_object: true, ..ParsedMessage::default() };
    commit(packer, tally, &message)
}

/// Keeps only the last of several fields with the same key.
fn keep_last(fields: &mut Vec<(String, &RawValue)>) {
    let mut seen = HashSet::with_capacity(fields.len());
    let last: Vec<bool> = fields.iter().rev().map(|(key, _)| seen.insert(key.as_str())).collect();
    let mut last = last.into_iter().rev();
    fields.retain(|_| last.next() == Some(true));
}

fn content(json: &str, message: &mut ParsedMessage<'_>, out: &mut String) {
    let start = out.len();
    message.flags.unset(Flags::NO_TEXT);
    let halves = message.halves;
    if string_into(json, message, out).is_none() {
        compact(json, out);
        message.wrong_types += 1;
        message.flags.set(Flags::TEXT_IS_JSON);
    } else if message.halves > halves {
        message.flags.set(Flags::TEXT_KEPT);
    }
    message.flags.set(marks(out.get(start..).unwrap_or_default()));
}

fn created(json: &str, message: &mut ParsedMessage<'_>) -> Created {
    let mut text = String::new();
    if string_into(json, message, &mut text).is_some() {
        return Created::of(&text);
    }
    message.wrong_types += 1;
    json.parse().ok().and_then(instant_from_number).map_or(Created::Unreadable, Created::Read)
}

fn string_or_json(json: &str, message: &mut ParsedMessage<'_>) -> String {
    let mut out = String::new();
    if string_into(json, message, &mut out).is_none() {
        message.wrong_types += 1;
        compact(json, &mut out);
    }
    out
}

/// Unescapes a JSON string into `out`. Returns `None` without any change if the value is not a
/// string.
fn string_into(json: &str, message: &mut ParsedMessage<'_>, out: &mut String) -> Option<()> {
    let start = out.len();
    let found = unescape(json.strip_prefix('"')?, out);
    if found.is_none() {
        out.truncate(start);
    }
    let lossy = found?.lossy;
    message.invalid |= lossy;
    message.halves += u64::from(lossy);
    Some(())
}

/// The length of a string including its closing quote, given from after its opening quote.
fn string_end(json: &str) -> usize {
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += next + 1;
        if bytes.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    json.len()
}

/// Appends JSON without white space between tokens.
fn compact(json: &str, out: &mut String) {
    let mut rest = json;
    while let Some(at) = rest.find([' ', '\n', '\r', '\t', '"']) {
        let Some((run, from)) = rest.split_at_checked(at) else { break };
        out.push_str(run);
        let inside = from.get(1..).unwrap_or_default();
        let end = if from.starts_with('"') { string_end(inside) } else { 0 };
        let (string, after) = inside.split_at_checked(end).unwrap_or((inside, ""));
        if from.starts_with('"') {
            out.push('"');
            out.push_str(string);
        }
        rest = after;
    }
    out.push_str(rest);
}

/// Escapes raw control characters within strings.
fn escape_controls(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = json;
    let mut changed = false;
    while let Some((before, inside)) = rest.split_once('"') {
        let (string, after) = inside.split_at_checked(string_end(inside)).unwrap_or((inside, ""));
        out.push_str(before);
        out.push('"');
        for char in string.chars() {
            if char < ' ' {
                changed = true;
                let digit = |shift: u32| char::from_digit(u32::from(char) >> shift & 0xF, 16);
                out.push_str("\\u00");
                out.extend([4, 0].into_iter().filter_map(digit));
            } else {
                out.push(char);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    if changed { Cow::Owned(out) } else { Cow::Borrowed(json) }
}
