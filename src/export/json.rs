//! JSON: as the endpoint sends it, or a message a line. What a message looks like knows the wire.

use std::io::{self, Write};

use super::escaped::Escaped;
use super::words::Speaker;
use super::{Counts, Front, Message, Paper, Section, Wire};

/// A line of more bytes is not kept for the next one.
const LONG: usize = 1 << 20;

pub(super) struct Json<'a> {
    wire: &'a dyn Wire,
    is_whole: bool,
    is_first: bool,
    /// The message that is being written.
    line: Vec<u8>,
}

impl<'a> Json<'a> {
    /// One object.
    pub(super) fn whole(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: true, is_first: true, line: Vec::new() }
    }

    /// A message a line.
    pub(super) fn lines(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: false, is_first: true, line: Vec::new() }
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
        _: &dyn Fn() -> Speaker,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.line.clear();
        self.wire.message(message, &mut self.line)?;
        let before: &[u8] = match (self.is_whole, self.is_first) {
            (true, true) => b"\n",
            (true, false) => b",\n",
            (false, _) => b"",
        };
        out.write_all(before)?;
        self.is_first = false;
        Escaped(&mut *out).write_all(&self.line)?;
        if self.line.capacity() > LONG {
            self.line = Vec::new();
        }
        if self.is_whole { Ok(()) } else { out.write_all(b"\n") }
    }

    fn close(&mut self, counts: Counts, out: &mut dyn Write) -> io::Result<()> {
        if self.is_whole { self.wire.close(counts, out) } else { Ok(()) }
    }
}
