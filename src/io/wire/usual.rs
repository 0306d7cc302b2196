//! The usual way to read a message: all fields in the order of the endpoint's description, without
//! blanks between them, each of its type.
//!
//! It is a template with holes: constants are compared where they have to stand, and most names
//! are those of the message before. Everything else is left to the quick way; both must give the
//! same result.

use super::grammar::Walk;
use super::plain_value::plain_value;
use super::text::{plain, unescape};
use super::{Created, Message, name};
use crate::message::Flags;
use crate::store::{Draft, Packer, is_same_name};

/// What the last message said, and scratch memory.
pub(super) struct Usual {
    session: String,
    user: String,
    component: String,
    walk: Walk,
}

/// The text of a message and the place reached in it.
struct Template<'a> {
    text: &'a str,
    at: usize,
}

impl Usual {
    pub(super) fn new() -> Self {
        let [session, user, component] = Default::default();
        Self { session, user, component, walk: Walk::new() }
    }

    /// Reads the message at the start of `text` into the arenas; the rest of it, and its length.
    /// After `None` the arenas have to be rolled back.
    pub(super) fn read<'a>(
        &mut self,
        text: &'a str,
        packer: &mut Packer,
    ) -> Option<(Message<'a>, usize)> {
        let mut template = Template { text, at: 0 };
        template.literal(concat!("{\"", name!(Session), "\":\""))?;
        let session = template.name(&mut self.session)?;
        template.literal(concat!(",\"", name!(User), "\":\""))?;
        let user = template.name(&mut self.user)?;
        template.literal(concat!(",\"", name!(Component), "\":"))?;
        let component = if template.literal("null").is_some() {
            ""
        } else {
            template.literal("\"")?;
            template.name(&mut self.component).filter(|name| !name.is_empty())?
        };
        template.literal(concat!(",\"", name!(Role), "\":\""))?;
        let role = template.plain()?;
        template.literal(concat!(",\"", name!(Content), "\":\""))?;
        let (texts, extra) = packer.arenas();
        // Half a pair of surrogates has to be kept as it stands.
        let content = unescape(template.rest()?, texts).filter(|content| !content.lossy)?;
        template.at += content.length;
        template.literal(concat!(",\"", name!(Created), "\":\""))?;
        let created = Created::of(template.plain()?);
        template.literal(concat!(",\"", name!(Metadata), "\":"))?;
        let json = template.rest()?;
        let length = match plain_value(json.as_bytes()) {
            Some(length) => length,
            None => self.walk.whole(json.as_bytes()).filter(|_| !self.walk.controls)?,
        };
        template.at += length;
        template.literal("}")?;
        let is_odd = created.is_kept() || created == Created::Missing;
        if is_odd || session.is_empty() || user.is_empty() || role.is_empty() {
            // All fields have to be kept as they stand.
            return None;
        }
        extra.push_str(json.get(..length)?);
        let draft = Draft { session, user, component, role, time: None, flags: content.marks };
        let marks = if component.is_empty() { Flags::NULL_COMPONENT } else { Flags::default() };
        Some((Message { draft, created, marks, ..Message::default() }, template.at))
    }
}

impl<'a> Template<'a> {
    fn rest(&self) -> Option<&'a str> {
        self.text.get(self.at..)
    }

    /// What has to stand here.
    #[inline]
    fn literal(&mut self, literal: &'static str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(literal.as_bytes()).then(|| self.at += literal.len())
    }

    /// A string without escapes up to and with its closing quote.
    fn plain(&mut self) -> Option<&'a str> {
        let string = plain(self.rest()?)?;
        self.at += string.len() + 1;
        Some(string)
    }

    /// The same for a name that mostly is that of the last message.
    fn name(&mut self, last: &mut String) -> Option<&'a str> {
        let rest = self.rest()?;
        let again = rest.get(..last.len()).filter(|name| is_same_name(name, last));
        let again = again.filter(|_| rest.as_bytes().get(last.len()) == Some(&b'"'));
        let name = if let Some(name) = again {
            name
        } else {
            let name = plain(rest)?;
            last.clear();
            last.push_str(name);
            name
        };
        self.at += name.len() + 1;
        Some(name)
    }
}
