//! The wire format: the endpoint's field names, and how a message becomes a row of a page.
//!
//! The only module that knows the endpoint's field names; `WireField` declares each once. The
//! fast reader handles the usual form of messages, the fallback everything else. Both end in
//! `commit`, the only place that counts and flags messages. Must not know where a message starts or
//! ends in a body, or where the body comes from.

mod fallback;
mod fast;
pub(in crate::io) mod grammar;
mod marks;
mod text;
mod write;

use std::borrow::Cow;
pub use write::{AsSent, unknown_fields};

use crate::message::{Flags, RoleId};
use crate::store::{IngestStats, Limits, Packer, Page, RowDraft};
use crate::time::{Millis, parse_instant};
use fast::FastReader;

/// Declares the fields of a message: the variant, the endpoint's name, whether the API description
/// requires it, and how to read it.
macro_rules! fields {
    ($($field:ident $name:literal $presence:ident $kind:ident;)*) => {
        /// A field of a message.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        enum WireField {
            $($field,)*
        }

        impl WireField {
            /// All fields, in the order of the API description, in which they normally arrive.
            const ALL: [Self; [$($name),*].len()] = [$(Self::$field),*];

            const fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }

            const fn is_required(self) -> bool {
                match self {
                    $(Self::$field => matches!(Presence::$presence, Presence::Required),)*
                }
            }

            const fn kind(self) -> FieldKind {
                match self {
                    $(Self::$field => FieldKind::$kind,)*
                }
            }

            /// The length of the name, if `text` starts with it and a quote. Compares with
            /// constants, which compiles to a few instructions.
            fn key_length(self, text: &str) -> Option<usize> {
                match self {
                    $(Self::$field => {
                        text.starts_with(concat!($name, "\"")).then_some($name.len())
                    })*
                }
            }
        }
    };
}

fields! {
    Session "sessionId" Required Name;
    User "userId" Required Name;
    Component "componentId" Optional Name;
    Role "role" Required Name;
    Content "content" Required Text;
    Created "createdAt" Required Time;
    Metadata "metadata" Optional Json;
}

/// Whether the API description requires a field.
enum Presence {
    Required,
    /// The server omits the field or sends null if it does not apply.
    Optional,
}

/// How to read and store a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum FieldKind {
    /// An interned name.
    Name,
    /// The text of the row.
    Text,
    /// The time of the row.
    Time,
    /// Raw JSON, in the row's extra.
    Json,
}

impl WireField {
    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The flag for a null value of this field. Without a flag, a null name counts as missing.
    fn null_mark(self) -> Flags {
        if self == Self::Component { Flags::NULL_COMPONENT } else { Flags::default() }
    }
}

/// A member of the object that wraps the messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::io) enum Member {
    /// The list of messages.
    Messages,
    /// The declared number of messages.
    Total,
    /// The declared number of sessions.
    Sessions,
    /// A field of a message, none of the above.
    OfMessage,
    /// Anything else.
    Unknown,
}

impl Member {
    /// Looks up a key, given as a quoted JSON string.
    pub(in crate::io) fn of(key: &[u8]) -> Self {
        match string(key).as_deref() {
            Some("messages") => Self::Messages,
            Some("total") => Self::Total,
            Some("sessionCount") => Self::Sessions,
            Some(name) if WireField::of(name).is_some() => Self::OfMessage,
            _ => Self::Unknown,
        }
    }
}

/// Whether a word occurs in every response, whatever its messages contain.
pub(in crate::io) fn is_word_of_the_form(word: &str) -> bool {
    WireField::of(word).is_some()
        || ["messages", "total", "sessionCount", "true", "false", "null"].contains(&word)
        || RoleId::fixed(word).is_some()
        || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Parses a quoted JSON string.
fn string(json: &[u8]) -> Option<String> {
    let json = String::from_utf8_lossy(json);
    let mut out = String::new();
    text::unescape(json.strip_prefix('"')?, &mut out).map(|_| out)
}

/// The parsed `createdAt`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Created {
    /// Missing, null or empty.
    #[default]
    Missing,
    /// Present, but no time.
    Unreadable,
    /// A time in the format of [`crate::time::iso`].
    Read(Millis),
    /// The same format without milliseconds.
    Seconds(Millis),
    /// A time in another format; the extra keeps it as sent.
    Other(Millis),
}

impl Created {
    fn of(text: &str) -> Self {
        match parse_instant(text) {
            Some(time) => Self::in_form_of(text.as_bytes(), time),
            None if text.trim().is_empty() => Self::Missing,
            None => Self::Unreadable,
        }
    }

    /// Classifies a time by the format of its text.
    fn in_form_of(text: &[u8], time: Millis) -> Self {
        let is_at = |at: usize, byte: u8| text.get(at) == Some(&byte);
        let parted = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        // A leap second reads back as the next second, so it counts as another format.
        if !parted.iter().all(|&(at, byte)| is_at(at, byte)) || is_at(17, b'6') {
            return Self::Other(time);
        }
        match text.len() {
            24 if is_at(19, b'.') && is_at(23, b'Z') => Self::Read(time),
            20 if is_at(19, b'Z') => Self::Seconds(time),
            _ => Self::Other(time),
        }
    }

    /// Whether the extra must keep the field, because the row alone cannot reproduce it.
    fn is_kept(self) -> bool {
        matches!(self, Self::Unreadable | Self::Other(_))
    }
}

/// A parsed message, except its text and extra.
#[derive(Clone, Copy, Default, Debug)]
struct ParsedMessage<'a> {
    /// The names, indexed by field.
    names: [&'a str; WireField::ALL.len()],
    created: Created,
    /// Flags for the text and for null fields.
    flags: Flags,
    /// Fields whose type differs from the API description.
    wrong_types: u64,
    unknown_fields: u64,
    /// Required fields that were null.
    nulls: u64,
    /// Fields with lone surrogates.
    halves: u64,
    /// Names and times that were empty strings.
    empty: u64,
    /// Whether invalid text was replaced.
    invalid: bool,
    /// Whether a field occurred twice; the later one counts.
    repeated: bool,
    not_an_object: bool,
}

impl<'a> ParsedMessage<'a> {
    /// A message without fields.
    fn new() -> Self {
        Self { flags: Flags::NO_TEXT, ..Self::default() }
    }

    fn name(&self, field: WireField) -> &'a str {
        self.names.get(field as usize).copied().unwrap_or_default()
    }

    /// Records a null field.
    fn add_null(&mut self, field: WireField) {
        self.nulls += u64::from(field.is_required());
        self.flags.set(field.null_mark());
    }

    /// Whether the extra must keep all fields, because the row alone cannot reproduce them.
    fn is_whole_kept(&self) -> bool {
        self.nulls > 0
            || self.wrong_types > 0
            || self.unknown_fields > 0
            || self.halves > 0
            || self.empty > 0
            || self.created.is_kept()
    }
}

/// Counts, flags and commits the message whose text and extra were just written.
fn commit(
    packer: &mut Packer,
    tally: &mut IngestStats,
    message: &ParsedMessage<'_>,
) -> Option<Page> {
    let mut draft = RowDraft {
        session: message.name(WireField::Session),
        user: message.name(WireField::User),
        component: message.name(WireField::Component),
        role: message.name(WireField::Role),
        time: None,
        flags: message.flags,
    };
    tally.messages += 1;
    tally.wrong_type += message.wrong_types;
    tally.unknown_field += message.unknown_fields;
    match message.created {
        Created::Missing | Created::Unreadable => {}
        Created::Read(time) | Created::Other(time) => draft.time = Some(time),
        Created::Seconds(time) => {
            draft.time = Some(time);
            draft.flags.set(Flags::SECONDS);
        }
    }
    if message.is_whole_kept() {
        draft.flags.set(Flags::WHOLE);
    }
    if !draft.role.is_empty() && RoleId::fixed(draft.role).is_none() {
        tally.unknown_role += 1;
    }
    let mut repaired = message.wrong_types > 0 || message.repeated;
    let mut count = |found: bool, counter: &mut u64| {
        *counter += u64::from(found);
        repaired |= found;
    };
    count(message.invalid, &mut tally.invalid_text);
    count(message.not_an_object, &mut tally.not_an_object);
    if !message.not_an_object {
        count(draft.session.is_empty(), &mut tally.without_session);
        count(draft.user.is_empty(), &mut tally.without_user);
        count(draft.role.is_empty(), &mut tally.without_role);
        count(draft.flags.has(Flags::NO_TEXT), &mut tally.without_text);
        count(message.created == Created::Missing, &mut tally.without_time);
        count(message.created == Created::Unreadable, &mut tally.unreadable_time);
    }
    if repaired {
        draft.flags.set(Flags::REPAIRED);
        tally.repaired += 1;
    }
    packer.commit(&draft)
}

/// Writes the extra: the value of `metadata`, or all fields if the row alone cannot reproduce them.
/// `fields` are decoded keys with raw JSON values.
fn keep<'a>(
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    metadata: &str,
    message: &ParsedMessage<'_>,
    extra: &mut String,
) {
    if !message.is_whole_kept() {
        extra.push_str(metadata);
        return;
    }
    extra.push('{');
    let mut comma = "";
    for (key, value) in fields {
        // The row's text already holds a `content` that is a string.
        let is_text = value.starts_with('"') && !message.flags.has(Flags::TEXT_KEPT);
        if key == WireField::Content.name() && is_text {
            continue;
        }
        extra.push_str(comma);
        if key.contains(|char: char| char < ' ' || char == '"' || char == '\\') {
            // Serialising a string never fails.
            extra.push_str(&serde_json::to_string(key).unwrap_or_default());
        } else {
            extra.push('"');
            extra.push_str(key);
            extra.push('"');
        }
        extra.push(':');
        extra.push_str(value);
        comma = ",";
    }
    extra.push('}');
}

/// Turns the messages of one response into rows.
pub(in crate::io) struct MessageReader {
    packer: Packer,
    tally: IngestStats,
    fast: FastReader,
}

impl MessageReader {
    /// Creates a reader for one response.
    pub(in crate::io) fn new(limits: Limits) -> Self {
        Self { packer: Packer::new(limits), tally: IngestStats::default(), fast: FastReader::new() }
    }

    /// Reads the message at the start of `text` and returns its length, if it is complete and the
    /// fast reader accepts it. Otherwise changes nothing.
    pub(in crate::io) fn fast(&mut self, text: &str, pages: &mut dyn FnMut(Page)) -> Option<usize> {
        let Self { packer, tally, fast } = self;
        let Some((message, length)) = fast.read(text, packer) else {
            packer.rollback();
            return None;
        };
        if let Some(page) = commit(packer, tally, &message) {
            pages(page);
        }
        Some(length)
    }

    /// Reads a complete element of the list of messages, whatever its type. The caller has
    /// validated its JSON.
    pub(in crate::io) fn element(&mut self, json: &[u8], pages: &mut dyn FnMut(Page)) {
        if let Ok(text) = std::str::from_utf8(json)
            && self.fast(text, pages).is_some()
        {
            return;
        }
        if let Some(page) = fallback::read(json, &mut self.packer, &mut self.tally) {
            pages(page);
        }
    }

    /// Records a count that the server declares: a number, or a string with a number.
    pub(in crate::io) fn declare(&mut self, member: Member, json: &[u8]) {
        let text = string(json).map_or_else(|| String::from_utf8_lossy(json), Cow::Owned);
        let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        match member {
            Member::Total => self.tally.declared_messages = number,
            Member::Sessions => self.tally.declared_sessions = number,
            _ => {}
        }
    }

    /// Discards the declared counts, which turned out to be fields of a message.
    pub(in crate::io) fn undeclare(&mut self) {
        self.tally.declared_messages = None;
        self.tally.declared_sessions = None;
    }

    /// Seals the unfinished page.
    pub(in crate::io) fn flush(&mut self) -> Option<Page> {
        self.packer.finish()
    }

    /// The counts so far, without [`IngestStats::bytes`].
    pub(in crate::io) fn tally(&self) -> IngestStats {
        let sessions = u64::try_from(self.packer.session_count()).unwrap_or(u64::MAX);
        IngestStats { sessions, ..self.tally.clone() }
    }
}

#[cfg(test)]
pub(in crate::io) mod tests;
