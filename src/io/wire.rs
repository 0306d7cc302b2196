//! The wire: what the endpoint calls things, and how one message becomes a row of a page.
//!
//! The only module that knows the endpoint's field names. Each message is read the usual way, which
//! knows only the very shape that servers send; what has another shape, the quick way; what is odd in
//! a manner that this does not know either, the careful way. All end in `commit`, which alone counts
//! and marks. Must not know where a message begins or ends in a
//! body, nor where the body comes from.

mod careful;
#[cfg(test)]
pub(in crate::io) mod cases;
pub(in crate::io) mod grammar;
mod marks;
mod plain_value;
mod quick;
mod text;
mod usual;
mod write;

use std::borrow::Cow;
pub use write::{AsSent, unknown_fields};

use crate::io::memory;
use crate::message::{Flags, RoleId};
use crate::store::{Draft, Limits, Packed, Packer, Tally};
use crate::time::{Millis, parse_instant};
use quick::Quick;
use usual::Usual;

/// The name of a field, as a literal that `concat!` takes.
macro_rules! name {
    (Session) => {
        "sessionId"
    };
    (User) => {
        "userId"
    };
    (Component) => {
        "componentId"
    };
    (Role) => {
        "role"
    };
    (Content) => {
        "content"
    };
    (Created) => {
        "createdAt"
    };
    (Metadata) => {
        "metadata"
    };
}
use name;

/// What the first bytes of a message nearly always are, and of nothing else in a response but an
/// object that somebody put into metadata. In a string it cannot stand: a quote is escaped there.
pub(in crate::io) const BEGINNING: &str = concat!("{\"", name!(Session), "\"");

/// A field of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    Session,
    User,
    Component,
    Role,
    Content,
    Created,
    Metadata,
}

impl Field {
    /// All, in the order of the endpoint's description, which is the order they come in.
    const ALL: [Self; 7] = [
        Self::Session,
        Self::User,
        Self::Component,
        Self::Role,
        Self::Content,
        Self::Created,
        Self::Metadata,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Session => name!(Session),
            Self::User => name!(User),
            Self::Component => name!(Component),
            Self::Role => name!(Role),
            Self::Content => name!(Content),
            Self::Created => name!(Created),
            Self::Metadata => name!(Metadata),
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The length of the name, if `text` begins with it and a quote.
    fn key_length(self, text: &str) -> Option<usize> {
        // Spelt out, so that each comparison is with a constant: a few instructions.
        let found = match self {
            Self::Session => text.starts_with(const { Self::Session.name() }),
            Self::User => text.starts_with(const { Self::User.name() }),
            Self::Component => text.starts_with(const { Self::Component.name() }),
            Self::Role => text.starts_with(const { Self::Role.name() }),
            Self::Content => text.starts_with(const { Self::Content.name() }),
            Self::Created => text.starts_with(const { Self::Created.name() }),
            Self::Metadata => text.starts_with(const { Self::Metadata.name() }),
        };
        let length = self.name().len();
        (found && text.as_bytes().get(length) == Some(&b'"')).then_some(length)
    }

    /// The server leaves these out where they do not apply; nobody is told.
    const fn may_be_null(self) -> bool {
        matches!(self, Self::Component | Self::Metadata)
    }
}

/// A member of the object around the messages, by what has to be done with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::io) enum Member {
    /// The list of messages.
    Messages,
    /// How many messages the server declares.
    Total,
    /// How many sessions the server declares.
    Sessions,
    /// None of the above, but the name of a field of a message.
    OfMessage,
    /// Anything else.
    Unknown,
}

impl Member {
    /// The member of a key, given as a JSON string with its quotes.
    pub(in crate::io) fn of(key: &[u8]) -> Self {
        match string(key).as_deref() {
            Some("messages") => Self::Messages,
            Some("total") => Self::Total,
            Some("sessionCount") => Self::Sessions,
            Some(name) if Field::of(name).is_some() => Self::OfMessage,
            _ => Self::Unknown,
        }
    }
}

/// Whether a word is one that every response is made of, whatever people say in it.
pub(in crate::io) fn is_word_of_the_form(word: &str) -> bool {
    Field::of(word).is_some()
        || ["messages", "total", "sessionCount", "true", "false", "null"].contains(&word)
        || RoleId::fixed(word).is_some()
        || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A JSON string with its quotes as text.
fn string(json: &[u8]) -> Option<String> {
    let json = String::from_utf8_lossy(json);
    let mut out = String::new();
    text::unescape(json.strip_prefix('"')?, &mut out).map(|_| out)
}

/// What was found in `createdAt`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Created {
    /// Missing, null or empty.
    #[default]
    Missing,
    /// There, but no time.
    Unreadable,
    /// A time as [`crate::time::iso`] writes it.
    Read(Millis),
    /// A time to the second, written likewise.
    Seconds(Millis),
    /// A time in another form, which has to be kept.
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

    /// A time that was read of this text.
    fn in_form_of(text: &[u8], time: Millis) -> Self {
        let is_at = |at: usize, byte: u8| text.get(at) == Some(&byte);
        let parted = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        // A leap second is the next one by the time it is written.
        if !parted.iter().all(|&(at, byte)| is_at(at, byte)) || is_at(17, b'6') {
            return Self::Other(time);
        }
        match text.len() {
            24 if is_at(19, b'.') && is_at(23, b'Z') => Self::Read(time),
            20 if is_at(19, b'Z') => Self::Seconds(time),
            _ => Self::Other(time),
        }
    }

    /// Whether the row does not tell what was sent.
    fn is_kept(self) -> bool {
        matches!(self, Self::Unreadable | Self::Other(_))
    }
}

/// What one message said, beside its text and extra, whichever way it was read.
#[derive(Clone, Copy, Default, Debug)]
struct Message<'a> {
    /// The names, and the flags of the text; the rest is filled in by [`commit`].
    draft: Draft<'a>,
    created: Created,
    /// How many fields had another type than the description says.
    wrong_types: u64,
    unknown_fields: u64,
    /// How many fields were null that should be there.
    nulls: u64,
    /// How many fields have halves of surrogate pairs.
    halves: u64,
    /// How many names and times were there and empty.
    empty: u64,
    /// What else the row has to tell of the fields.
    marks: Flags,
    /// Something had to be replaced to make valid text of it.
    invalid: bool,
    /// A field came twice; the later one counts.
    repeated: bool,
    not_an_object: bool,
}

impl Message<'_> {
    /// Whether the row alone does not tell what was sent, so that all fields have to be kept.
    fn is_whole_kept(&self) -> bool {
        self.nulls > 0
            || self.wrong_types > 0
            || self.unknown_fields > 0
            || self.halves > 0
            || self.empty > 0
            || self.created.is_kept()
    }
}

/// Counts and marks the message whose text and extra were just written, and closes it.
fn commit(packer: &mut Packer, tally: &mut Tally, message: &Message<'_>) -> Option<Packed> {
    let mut draft = message.draft;
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
    draft.flags.set(message.marks);
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

/// Keeps the value of `metadata`, or all fields where the row alone does not tell what was sent.
/// The fields come as decoded key and value as it stands in the text.
fn keep<'a>(
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    metadata: &str,
    message: &Message<'_>,
    extra: &mut String,
) {
    if !message.is_whole_kept() {
        extra.push_str(metadata);
        return;
    }
    extra.push('{');
    let mut comma = "";
    for (key, value) in fields {
        // A string of `content` is the text of the row.
        let is_text = value.starts_with('"') && !message.draft.flags.has(Flags::TEXT_KEPT);
        if key == Field::Content.name() && is_text {
            continue;
        }
        extra.push_str(comma);
        if key.contains(|char: char| char < ' ' || char == '"' || char == '\\') {
            // A string always has a JSON form.
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

/// Memory is prepared for at most this many bytes of a chunk.
const CHUNK: usize = 1 << 20;
/// Roughly how many of eight bytes of a response are text of messages; the rest is names, times and
/// metadata.
const TEXT_IN_8: usize = 5;

/// Makes rows of messages.
pub(in crate::io) struct Wire {
    packer: Packer,
    tally: Tally,
    usual: Usual,
    quick: Quick,
}

impl Wire {
    /// For one response.
    pub(in crate::io) fn new(limits: Limits) -> Self {
        Self {
            packer: Packer::new(limits),
            tally: Tally::default(),
            usual: Usual::new(),
            quick: Quick::new(),
        }
    }

    /// Takes the message at the start of `text`, if it is complete and can be read the quick way;
    /// how many bytes it has. Otherwise nothing has happened.
    pub(in crate::io) fn quick(
        &mut self,
        text: &str,
        pages: &mut dyn FnMut(Packed),
    ) -> Option<usize> {
        let Self { packer, tally, usual, quick } = self;
        let mut read = usual.read(text, packer);
        if read.is_none() {
            packer.rollback();
            read = quick.read(text, packer);
        }
        let Some((message, length)) = read else {
            packer.rollback();
            return None;
        };
        if let Some(page) = commit(packer, tally, &message) {
            pages(page);
        }
        Some(length)
    }

    /// Takes a complete element of the list of messages, whatever it is. Its grammar was checked.
    pub(in crate::io) fn element(&mut self, json: &[u8], pages: &mut dyn FnMut(Packed)) {
        if let Ok(text) = std::str::from_utf8(json)
            && self.quick(text, pages).is_some()
        {
            return;
        }
        if let Some(page) = careful::read(json, &mut self.packer, &mut self.tally) {
            pages(page);
        }
    }

    /// Takes what the server declares: a number, or a string that holds one.
    pub(in crate::io) fn declare(&mut self, member: Member, json: &[u8]) {
        let text = string(json).map_or_else(|| String::from_utf8_lossy(json), Cow::Owned);
        let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        match member {
            Member::Total => self.tally.declared_messages = number,
            Member::Sessions => self.tally.declared_sessions = number,
            _ => {}
        }
    }

    /// Forgets what was declared: it was not a declaration.
    pub(in crate::io) fn undeclare(&mut self) {
        self.tally.declared_messages = None;
        self.tally.declared_sessions = None;
    }

    /// Makes room for what a chunk of so many bytes becomes.
    pub(in crate::io) fn make_room(&mut self, bytes: usize) {
        memory::prepare(self.packer.text(), bytes.min(CHUNK) / 8 * TEXT_IN_8);
    }

    /// Seals what waits in an unfinished page.
    pub(in crate::io) fn flush(&mut self) -> Option<Packed> {
        self.packer.finish()
    }

    /// The counts so far; without sessions and bytes, which are not its to count.
    pub(in crate::io) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The counts since this was asked last.
    pub(in crate::io) fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }

    /// Adds what another counted over a part of the same response.
    pub(in crate::io) fn add(&mut self, part: &Tally) {
        self.tally.add(part);
    }
}

#[cfg(test)]
pub(in crate::io) mod tests;
