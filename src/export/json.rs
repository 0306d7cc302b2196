//! JSON: as the endpoint sends it, or a message a line. What a message looks like knows the wire.

use std::io::{self, Write};

use super::escaped::Escaped;
use super::words::Speaker;
use super::{Counts, Front, Message, Paper, Section, Wire};

pub(super) struct Json<'a> {
    wire: &'a dyn Wire,
    is_whole: bool,
    is_first: bool,
}

impl<'a> Json<'a> {
    /// One object.
    pub(super) fn whole(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: true, is_first: true }
    }

    /// A message a line.
    pub(super) fn lines(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: false, is_first: true }
    }
}

impl Paper for Json<'_> {
    fn open(&mut self, front: Front<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.is_whole { self.wire.open(front.note, out) } else { Ok(()) }
    }

    fn section(&mut self, _: &Section<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn message(
        &mut self,
        message: &Message<'_>,
        _: &Speaker,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if self.is_whole {
            out.write_all(if self.is_first { b"\n" } else { b",\n" })?;
            self.is_first = false;
            return self.wire.message(message, &mut Escaped(out));
        }
        self.wire.message(message, &mut Escaped(&mut *out))?;
        out.write_all(b"\n")
    }

    fn close(&mut self, counts: Counts, out: &mut dyn Write) -> io::Result<()> {
        if self.is_whole { self.wire.close(counts, out) } else { Ok(()) }
    }
}
