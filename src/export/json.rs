//! JSON: as the endpoint sends it, or a message a line. What a message looks like knows the wire.

use std::io;

use super::{Counts, Front, Paper, Said, Wire};

pub(super) struct Json<'a> {
    wire: &'a dyn Wire,
    is_whole: bool,
}

impl<'a> Json<'a> {
    /// One object.
    pub(super) fn whole(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: true }
    }

    /// A message a line.
    pub(super) fn lines(wire: &'a dyn Wire) -> Self {
        Self { wire, is_whole: false }
    }
}

impl Paper for Json<'_> {
    fn open(&mut self, front: Front<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            self.wire.open(front.note, out);
        }
        Ok(())
    }

    fn has_heads(&self) -> bool {
        false
    }

    fn message(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            let before: &[u8] = if said.is_first { b"\n" } else { b",\n" };
            out.extend_from_slice(before);
        }
        self.wire.message(said.message, out);
        if !self.is_whole {
            out.push(b'\n');
        }
        Ok(())
    }

    fn close(&self, counts: Counts, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            self.wire.close(counts, out);
        }
        Ok(())
    }
}
