//! Text to be pasted anywhere: also what a clipboard and a pager get.

use std::io::{self, Write};

use super::message::{Speaker, id};
use super::{BEST_EFFORT, Entry, ExportCounts, FormatWriter, Header, PERSONAL, Section, counted};
use crate::text::clipboard_text;

/// The line between two sessions.
const RULE: &str = "========================================";

pub(super) struct PlainText {
    is_raw: bool,
    has_sections: bool,
}

impl PlainText {
    /// With texts as they were sent, or cleaned.
    pub(super) fn new(is_raw: bool) -> Self {
        Self { is_raw, has_sections: false }
    }
}

impl FormatWriter for PlainText {
    fn open(&mut self, header: Header<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.has_sections = header.section_count > 1;
        match header.note {
            Some(_) => writeln!(out, "{BEST_EFFORT} {PERSONAL}\n"),
            None => Ok(()),
        }
    }

    fn has_heads(&self) -> bool {
        self.has_sections
    }

    fn section(&self, section: &Section, out: &mut Vec<u8>) -> io::Result<()> {
        let (session, messages) = (id(&section.session), counted(section.messages, "message"));
        writeln!(out, "{RULE}\nsession {session} · {messages}\n{RULE}\n")
    }

    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (message, speaker) = (entry.message, entry.speaker());
        let Speaker { role, name, time, .. } = &speaker;
        writeln!(out, "### {role} · {name} · {time}\n")?;
        if self.is_raw {
            writeln!(out, "{}\n", message.text())
        } else {
            writeln!(out, "{}\n", clipboard_text(message.text()))
        }
    }

    fn close(&self, _: ExportCounts, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}
