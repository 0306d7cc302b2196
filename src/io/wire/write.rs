//! Writes a stored message as the JSON that the endpoint would send, for the inspector and exports.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::export::{
    ExportCounts, ExportMessage, Wire, on_one_line, push_clean_string, push_json, push_string,
};
use crate::message::Flags;
use crate::metadata::Details;
use crate::metadata::MessageIds;
use crate::metadata::{self, Fields, Tree};
use crate::store::{Page, Row};
use crate::time::{self, Millis, Zone};

use super::fallback;
use super::{FieldKind, WireField};

/// The longest text to repeat in the inspector's JSON, in bytes.
const REPEATED: usize = 64 << 10;

/// Writes messages in the endpoint's own format, for exports.
pub struct AsSent;

impl Wire for AsSent {
    fn open(&self, note: Option<&str>, out: &mut Vec<u8>) {
        out.push(b'{');
        if let Some(note) = note {
            out.extend_from_slice(b"\"note\":");
            push_string(note, out);
            out.push(b',');
        }
        out.extend_from_slice(b"\"messages\":[");
    }

    fn message(&self, message: &ExportMessage<'_>, out: &mut Vec<u8>) {
        if message.is_changed {
            return in_words(message, out);
        }
        let (page, row) = (message.page, message.row);
        if row.flags.has(Flags::TEXT_IS_JSON) && !row.flags.has(Flags::WHOLE) {
            // The element was no object.
            return push_json(page.text_of(row), out);
        }
        let extra = page.extra_of(row);
        if row.flags.has(Flags::WHOLE) {
            return whole(page.text_of(row), extra, row.flags, out);
        }
        fields(message, extra, out);
    }

    fn close(&self, counts: ExportCounts, out: &mut Vec<u8>) {
        let ExportCounts { messages, sessions } = counts;
        let end = format!("\n],\"total\":{messages},\"sessionCount\":{sessions}}}\n");
        out.extend_from_slice(end.as_bytes());
    }

    fn metadata<'p>(&self, page: &'p Page, row: &Row) -> Option<Cow<'p, str>> {
        let extra = page.extra_of(row);
        let name = WireField::Metadata.name();
        let fields = Fields { strings: &[], metadata_name: name, extra, flags: row.flags };
        fields.metadata().map(on_one_line)
    }

    fn details(&self, ids: &MessageIds, page: &Page, row: &Row, zone: Zone) -> Details {
        details(ids, page, row, zone)
    }

    fn unknown_fields(&self, pages: &[Arc<Page>]) -> Vec<(String, u64)> {
        unknown_fields(pages)
    }
}

/// Writes a field name, with a comma unless the field is the first of the object.
fn push_name(field: WireField, out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(field.name().as_bytes());
    out.extend_from_slice(b"\":");
}

/// Writes all fields as sent. The extra holds them, except a text that is a string.
fn whole(text: &str, extra: &str, flags: Flags, out: &mut Vec<u8>) {
    let rest = extra.trim_start().strip_prefix('{').unwrap_or("}").trim_start();
    out.push(b'{');
    let is_beside = [Flags::NO_TEXT, Flags::TEXT_IS_JSON, Flags::TEXT_KEPT];
    if !is_beside.into_iter().any(|flag| flags.has(flag)) {
        push_name(WireField::Content, out);
        push_string(text, out);
        if !rest.starts_with('}') {
            out.push(b',');
        }
    }
    push_json(rest, out);
}

/// Formats a time as it was sent.
fn as_written(time: Millis, flags: Flags) -> String {
    let mut text = time::iso(time);
    let seconds = text.strip_suffix(".000Z").map(str::len);
    if flags.has(Flags::SECONDS)
        && let Some(seconds) = seconds
    {
        text.truncate(seconds);
        text.push('Z');
    }
    text
}

/// Writes the fields of a message that the row describes completely.
fn fields(message: &ExportMessage<'_>, metadata: &str, out: &mut Vec<u8>) {
    let flags = message.row.flags;
    let time = message.time.map(|time| as_written(time, flags));
    out.push(b'{');
    for field in WireField::ALL {
        let value = match field {
            WireField::Session => message.session.as_deref(),
            WireField::User => message.user.as_deref(),
            WireField::Component => message.component.as_deref(),
            WireField::Role => message.role.as_deref(),
            WireField::Content => message.text.as_deref(),
            WireField::Created => time.as_deref(),
            WireField::Metadata => Some(metadata).filter(|json| !json.is_empty()),
        };
        let null_mark = field.null_mark();
        let is_null = null_mark != Flags::default() && flags.has(null_mark);
        match (value, field.kind()) {
            (None, _) if !is_null => continue,
            _ => push_name(field, out),
        }
        match (value, field.kind()) {
            (None, _) => out.extend_from_slice(b"null"),
            (Some(json), FieldKind::Json) => push_json(json, out),
            (Some(text), FieldKind::Text) if message.is_clean() => push_clean_string(text, out),
            (Some(text), _) => push_string(text, out),
        }
    }
    out.push(b'}');
}

/// Writes a message with pseudonyms. Omits unknown fields, whose contents could identify people.
fn in_words(message: &ExportMessage<'_>, out: &mut Vec<u8>) {
    let flags = message.row.flags;
    let metadata = message.metadata.as_deref().unwrap_or_default();
    if !flags.has(Flags::TEXT_IS_JSON) {
        return fields(message, metadata, out);
    }
    if !flags.has(Flags::WHOLE) {
        return push_json(message.text(), out);
    }
    let mut rest = Vec::new();
    fields(&ExportMessage { text: None, metadata: None, ..message.clone() }, metadata, &mut rest);
    out.push(b'{');
    push_name(WireField::Content, out);
    push_json(message.text(), out);
    if rest != b"{}" {
        out.push(b',');
    }
    out.extend_from_slice(rest.strip_prefix(b"{").unwrap_or(b"}"));
}

/// The fields missing from the API description, with the number of messages that have each, most
/// frequent first.
pub fn unknown_fields(pages: &[Arc<Page>]) -> Vec<(String, u64)> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for page in pages {
        for name in page.rows.iter().flat_map(|row| unknown_fields_of(page, row)) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// The unknown fields of one message.
fn unknown_fields_of(page: &Page, row: &Row) -> Vec<String> {
    if !row.flags.has(Flags::WHOLE) {
        return Vec::new();
    }
    let fields = fallback::fields(page.extra_of(row));
    fields.into_iter().map(|(name, _)| name).filter(|name| WireField::of(name).is_none()).collect()
}

/// Builds the inspector's details of a message.
fn details(ids: &MessageIds, page: &Page, row: &Row, zone: Zone) -> Details {
    let text = page.text_of(row);
    let time = (!row.flags.has(Flags::NO_TIME)).then(|| as_written(row.time, row.flags));
    let repeated = text.len() <= REPEATED && !row.flags.has(Flags::NO_TEXT);
    let strings = [
        (WireField::Session, ids.session.as_deref()),
        (WireField::User, ids.user.as_deref()),
        (WireField::Component, ids.component.as_deref()),
        (WireField::Role, ids.role.as_deref()),
        (WireField::Created, time.as_deref()),
        (WireField::Content, repeated.then_some(text)),
    ]
    .map(|(field, value)| (field.name(), value));
    let metadata_name = WireField::Metadata.name();
    let fields = |extra| Fields { strings: &strings, metadata_name, extra, flags: row.flags };
    let extra = page.extra_of(row);
    let json = metadata::whole_json(&fields(extra));
    let (tree, trouble) = match Tree::parse(&json) {
        Ok(tree) => (tree, None),
        Err(error) => {
            // Show the other fields as a tree, and everything as JSON.
            let without = metadata::whole_json(&Fields { flags: Flags::default(), ..fields("") });
            let tree = Tree::parse(&without).unwrap_or_default();
            (tree, Some(format!("the metadata cannot be shown as a tree: {error}")))
        }
    };
    Details { facts: facts(text, row, zone), tree, json, trouble }
}

fn facts(text: &str, row: &Row, zone: Zone) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let time = if row.flags.has(Flags::NO_TIME) {
        "missing or unreadable; it stands where it arrived".to_owned()
    } else {
        time::date_and_clock(row.time, zone)
    };
    facts.push(("time  ", time));
    let lines = if text.is_empty() { 0 } else { text.lines().count() };
    let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    facts.push(("length", format!("{} characters, {lines}", text.chars().count())));
    let mut odd = Vec::new();
    for (flag, words) in [
        (Flags::NO_TEXT, "the text is missing"),
        (Flags::TEXT_IS_JSON, "the text was no string: shown as JSON"),
        (Flags::REPAIRED, "a field was missing, null, of another type or not valid text"),
        (Flags::HIDDEN, "the text has invisible characters"),
    ] {
        if row.flags.has(flag) {
            odd.push(words);
        }
    }
    if !odd.is_empty() {
        facts.push(("odd   ", odd.join("; ")));
    }
    facts
}
