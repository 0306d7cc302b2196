//! The quick way to read a message: one pass, no allocation, strings straight into the page.
//!
//! It knows objects whose known fields have the right type or are null, with any other fields
//! beside them. Everything else, and what is not complete, it leaves to the careful way; the two
//! must give the same result.

use std::ops::Range;

use super::grammar::Walk;
use super::text::{Unescaped, plain, unescape};
use super::{Created, Field, Message, keep};
use crate::message::Flags;
use crate::store::{Draft, Packer};

/// More fields than this are read the careful way, which does not compare each key with each.
const FIELDS: usize = 32;

/// Scratch memory that is used again for each message.
pub(super) struct Quick {
    /// The names and the time, where they had escapes.
    unescaped: [String; Field::ALL.len()],
    /// Where the fields stand in the text.
    spans: Vec<Span>,
    walk: Walk,
}

/// Where one field stands in the text: key without quotes, and value.
struct Span {
    key: Range<usize>,
    value: Range<usize>,
}

/// Where a string is.
#[derive(Clone, Copy, Default)]
enum Place<'a> {
    #[default]
    Missing,
    Text(&'a str),
    Scratch,
}

/// A message that is being read.
struct Reading<'a> {
    text: &'a str,
    at: usize,
    message: Message<'a>,
    /// Where the strings are, but for the content.
    places: [Place<'a>; Field::ALL.len()],
    metadata: Range<usize>,
}

impl Quick {
    pub(super) fn new() -> Self {
        Self { unescaped: Default::default(), spans: Vec::new(), walk: Walk::new() }
    }

    /// Reads the message at the start of `text` into the arenas; the rest of it, and its length.
    /// After `None` the arenas have to be rolled back.
    pub(super) fn read<'a>(
        &'a mut self,
        text: &'a str,
        packer: &mut Packer,
    ) -> Option<(Message<'a>, usize)> {
        let mut reading = Reading {
            text,
            at: 0,
            message: Message::default(),
            places: Default::default(),
            metadata: 0..0,
        };
        reading.message.draft.flags = Flags::NO_TEXT;
        self.object(&mut reading, packer)?;

        let Reading { at, mut message, places, metadata, .. } = reading;
        let string =
            |field: Field| match (places.get(field as usize), self.unescaped.get(field as usize)) {
                (Some(Place::Text(string)), _) => string,
                (Some(Place::Scratch), Some(string)) => string.as_str(),
                _ => "",
            };
        message.created = Created::of(string(Field::Created));
        message.draft = Draft {
            session: string(Field::Session),
            user: string(Field::User),
            component: string(Field::Component),
            role: string(Field::Role),
            ..message.draft
        };
        let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let fields = self.spans.iter().map(|span| (part(&span.key), part(&span.value)));
        keep(fields, part(&metadata), &message, packer.extra());
        Some((message, at))
    }

    fn object(&mut self, reading: &mut Reading<'_>, packer: &mut Packer) -> Option<()> {
        self.spans.clear();
        let mut seen = [false; Field::ALL.len()];
        let mut expected = Field::ALL.first().copied();
        reading.byte(b'{')?;
        if reading.peek()? == b'}' {
            reading.at += 1;
            return Some(());
        }
        loop {
            let (key, field) = reading.key(expected)?;
            reading.byte(b':')?;
            let from = reading.at;
            if let Some(field) = field {
                let seen = seen.get_mut(field as usize)?;
                if std::mem::replace(seen, true) {
                    return None;
                }
                expected = Field::ALL.get(field as usize + 1).copied();
                self.field(field, reading, packer)?;
            } else {
                if self.spans.iter().any(|other| reading.same(&other.key, &key)) {
                    return None;
                }
                reading.message.unknown_fields += 1;
                reading.any(&mut self.walk)?;
            }
            self.spans.push(Span { key, value: from..reading.at });
            reading.blanks();
            match reading.peek()? {
                b',' if self.spans.len() < FIELDS => reading.byte(b',')?,
                b'}' => break,
                _ => return None,
            }
        }
        reading.at += 1;
        Some(())
    }

    /// Reads the value of a field that the description names.
    fn field(
        &mut self,
        field: Field,
        reading: &mut Reading<'_>,
        packer: &mut Packer,
    ) -> Option<()> {
        if field == Field::Metadata {
            let from = reading.at;
            reading.any(&mut self.walk)?;
            reading.metadata = from..reading.at;
        } else if reading.peek()? == b'n' {
            reading.rest()?.starts_with("null").then(|| reading.at += 4)?;
            reading.message.nulls += u64::from(!field.may_be_null());
            if field == Field::Component {
                reading.message.marks = Flags::NULL_COMPONENT;
            }
        } else if field == Field::Content {
            reading.quote()?;
            reading.message.draft.flags = reading.unescape(packer.text())?.marks;
        } else {
            reading.quote()?;
            let place = if let Some(string) = plain(reading.rest()?) {
                reading.at += string.len() + 1;
                reading.message.empty += u64::from(string.is_empty());
                Place::Text(string)
            } else {
                let scratch = self.unescaped.get_mut(field as usize)?;
                scratch.clear();
                reading.unescape(scratch)?;
                Place::Scratch
            };
            *reading.places.get_mut(field as usize)? = place;
        }
        Some(())
    }
}

impl<'a> Reading<'a> {
    fn rest(&self) -> Option<&'a str> {
        self.text.get(self.at..)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// This byte, with blanks around it.
    fn byte(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (self.peek()? == byte).then(|| self.at += 1)?;
        self.blanks();
        Some(())
    }

    /// The opening quote of a string.
    fn quote(&mut self) -> Option<()> {
        (self.peek()? == b'"').then(|| self.at += 1)
    }

    /// A key without escapes, and the field that it names. Fields nearly always come in order.
    fn key(&mut self, expected: Option<Field>) -> Option<(Range<usize>, Option<Field>)> {
        self.quote()?;
        let from = self.at;
        let rest = self.rest()?;
        if let Some(length) = expected.and_then(|field| field.key_length(rest)) {
            self.at += length + 1;
            return Some((from..from + length, expected));
        }
        let key = plain(rest)?;
        self.at += key.len() + 1;
        Some((from..from + key.len(), Field::of(key)))
    }

    fn same(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        self.text.get(one.clone()) == self.text.get(other.clone())
    }

    /// The rest of a string, without its escapes.
    fn unescape(&mut self, out: &mut String) -> Option<Unescaped> {
        // Half a pair of surrogates has to be kept as it stands.
        let found = unescape(self.rest()?, out).filter(|found| !found.lossy)?;
        self.at += found.length;
        Some(found)
    }

    /// Any value that is right as it stands.
    fn any(&mut self, walk: &mut Walk) -> Option<()> {
        self.at += walk.whole(self.rest()?.as_bytes())?;
        (!walk.controls).then_some(())
    }
}
