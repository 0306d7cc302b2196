//! JSON: as the endpoint sends it, or one message a line. [`Wire`] knows what a message
//! looks like.

use std::io;

use super::{Entry, ExportCounts, FormatWriter, Header, Wire};

pub(super) struct Json<'a> {
    pub(super) wire: &'a dyn Wire,
    /// One object, or an object a line.
    pub(super) is_whole: bool,
}

impl FormatWriter for Json<'_> {
    fn open(&mut self, header: Header<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            self.wire.open(header.note, out);
        }
        Ok(())
    }

    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            let before: &[u8] = if entry.is_first { b"\n" } else { b",\n" };
            out.extend_from_slice(before);
        }
        self.wire.message(entry.message, out);
        if !self.is_whole {
            out.push(b'\n');
        }
        Ok(())
    }

    fn close(&self, counts: ExportCounts, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_whole {
            self.wire.close(counts, out);
        }
        Ok(())
    }
}
