//! Text that can be pasted anywhere: also what a clipboard and a pager get.

use std::io::{self, Write};

use super::words::{Speaker, id};
use super::{BEST_EFFORT, Counts, Front, PERSONAL, Paper, Said, Section};
use crate::text::clipboard_text;

/// What parts two sessions.
const RULE: &str = "========================================";

pub(super) struct Plain {
    is_raw: bool,
    has_sections: bool,
}

impl Plain {
    /// With texts as they were sent, or cleaned.
    pub(super) fn new(is_raw: bool) -> Self {
        Self { is_raw, has_sections: false }
    }
}

impl Paper for Plain {
    fn open(&mut self, front: Front<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.has_sections = front.section_count > 1;
        match front.note {
            Some(_) => writeln!(out, "{BEST_EFFORT} {PERSONAL}\n"),
            None => Ok(()),
        }
    }

    fn has_heads(&self) -> bool {
        self.has_sections
    }

    fn section(&self, section: &Section<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (session, count) = (id(section.session), section.messages.len());
        let messages = if count == 1 { "message" } else { "messages" };
        writeln!(out, "{RULE}\nsession {session} · {count} {messages}\n{RULE}\n")
    }

    fn message(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (message, speaker) = (said.message, said.speaker());
        let Speaker { role, name, time, .. } = &speaker;
        writeln!(out, "### {role} · {name} · {time}\n")?;
        if self.is_raw {
            writeln!(out, "{}\n", message.text())
        } else {
            writeln!(out, "{}\n", clipboard_text(message.text()))
        }
    }

    fn close(&self, _: Counts, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}
