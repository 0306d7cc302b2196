//! Turns the stored fields of a message back into JSON: its metadata, or the whole message.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Tree;
use super::find::metadata_of;
use crate::message::Flags;

/// The stored fields of a message, under the server's names.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    /// The names and values of the string fields; [`None`] for missing ones.
    pub strings: &'a [(&'a str, Option<&'a str>)],
    /// The name of the metadata field.
    pub metadata_name: &'a str,
    /// The JSON stored beside the text.
    pub extra: &'a str,
    /// Tells what `extra` contains: see [`Flags::WHOLE`].
    pub flags: Flags,
}

impl<'a> Fields<'a> {
    /// The JSON of the metadata; [`None`] if the message has none.
    pub fn metadata(&self) -> Option<&'a str> {
        metadata_of(self.extra, self.flags)
    }
}

/// The whole message as pretty-printed JSON: every field that the server sent, with its numbers and
/// escapes unchanged.
pub fn whole_json(fields: &Fields<'_>) -> String {
    let whole = fields.flags.has(Flags::WHOLE);
    let kept = if whole { entries(fields.extra) } else { None };
    let sent = kept.unwrap_or_default();
    // The metadata comes first, because it is what people look for.
    let metadata = fields.metadata().filter(|_| !whole);
    let metadata = metadata.map(|json| format!("{}:{json}", quoted(fields.metadata_name)));
    let mut parts: Vec<String> = metadata.into_iter().collect();
    for &(name, value) in fields.strings {
        if let Some(value) = value
            && sent.iter().all(|(other, _)| other != name)
        {
            parts.push(format!("{}:{}", quoted(name), quoted(value)));
        }
    }
    parts.extend(sent.iter().map(|(name, value)| format!("{}:{value}", quoted(name))));
    let json = format!("{{{}}}", parts.join(","));
    Tree::parse(&json).map_or(json, |tree| tree.pretty(0))
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The keys and raw values of an object, without parsing the values; [`None`] if the text is no
/// JSON object.
fn entries(json: &str) -> Option<Vec<(String, &str)>> {
    serde_json::Deserializer::from_str(json).deserialize_map(Entries).ok()
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<_, &'de RawValue>()? {
            entries.push((name, value.get()));
        }
        Ok(entries)
    }
}
