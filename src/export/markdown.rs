//! Markdown in which a message stays within its place: a quote under our own heading.
//!
//! The text of a message is put as it is, so that its lists, tables, code and formulas show, each of
//! its lines behind `> `: whatever a message leaves open ends with its quote. What would make a part
//! of the document of it is made inert: the sign of a heading, of HTML, of a picture and of a link
//! that leads elsewhere than to the web gets a backslash. The result is read again, and where it
//! still has one of these, or a definition of a link, which would count for the whole document, the
//! text stands in a fence that is longer than any in it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use pulldown_cmark::{Event, LinkType, Tag};

use super::message::{Speaker, id};
use super::{Entry, ExportCounts, FormatWriter, Header, PERSONAL, Section, leads_to_the_web};
use crate::markdown::{Breaks, is_plain, parsed};
use crate::text::document_text;

/// The columns from one tab to the next, as Markdown counts them.
const TAB: usize = 4;

#[derive(Default)]
pub(super) struct Markdown {
    has_sections: bool,
}

impl FormatWriter for Markdown {
    fn open(&mut self, header: Header<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.has_sections = header.section_count > 1;
        match header.note {
            Some(note) => writeln!(out, "*{note} {PERSONAL}*\n"),
            None => Ok(()),
        }
    }

    fn has_heads(&self) -> bool {
        self.has_sections
    }

    fn section(&self, section: &Section, out: &mut Vec<u8>) -> io::Result<()> {
        writeln!(out, "## session {}\n", inert(&id(&section.session)))
    }

    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (message, speaker) = (entry.message, entry.speaker());
        let Speaker { role, name, time, .. } = &speaker;
        writeln!(out, "### {} · {} · {time}\n", inert(role), inert(name))?;
        let text = document_text(message.text());
        let text = with_blanks(text.trim_end_matches('\n'));
        let text = &*text;
        match within(text) {
            Some(text) => {
                for line in text.split('\n') {
                    let blank = if line.is_empty() { "" } else { " " };
                    writeln!(out, ">{blank}{line}")?;
                }
            }
            None => {
                let fence = fence(text);
                writeln!(out, "{fence}text\n{text}\n{fence}")?;
            }
        }
        out.write_all(b"\n")
    }

    fn close(&self, _: ExportCounts, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}

/// A name in a heading of ours: letters and nothing else.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '-' | '.' | ':' | '\'' | ',' | '/' | '?') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text without tabs at the starts of its lines. Behind `> ` a tab would reach another column than
/// it did, and what is code would be something else.
fn with_blanks(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        let is_lead = |c: char| matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '.' | ')');
        let words = line.find(|c: char| !is_lead(c) && !c.is_ascii_digit());
        let (lead, rest) = line.split_at_checked(words.unwrap_or(line.len())).unwrap_or((line, ""));
        let mut column = 0;
        for c in lead.chars() {
            let columns = if c == '\t' { TAB - column % TAB } else { 1 };
            column += columns;
            if c == '\t' {
                out.extend(std::iter::repeat_n(' ', columns));
            } else {
                out.push(c);
            }
        }
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// The text of a message as it may stand in a quote; [`None`] where it is safe in a fence only.
fn within(text: &str) -> Option<Cow<'_, str>> {
    if text.trim().is_empty() || is_plain(text, Breaks::Kept) {
        return Some(Cow::Borrowed(text));
    }
    let mut signs = signs(text)?;
    if signs.is_empty() {
        return Some(Cow::Borrowed(text));
    }
    signs.sort_unstable();
    signs.dedup();
    let mut inert = String::with_capacity(text.len() + signs.len());
    let mut copied = 0;
    for at in signs {
        let _ = write!(inert, "{}\\", text.get(copied..at).unwrap_or_default());
        copied = at;
    }
    inert.push_str(text.get(copied..).unwrap_or_default());
    let left = self::signs(&inert)?;
    left.is_empty().then_some(Cow::Owned(inert))
}

/// Where a backslash has to stand so that a text has neither headings nor HTML. [`None`] where a
/// backslash does not help, or the text is too much to be read.
fn signs(text: &str) -> Option<Vec<usize>> {
    let parsed = parsed(text)?;
    if !parsed.definitions.is_empty() {
        return None;
    }
    let mut signs = Vec::new();
    for (event, range) in &parsed.events {
        let part = text.get(range.clone())?;
        match event {
            Event::Start(Tag::Heading { .. }) => {
                let lead = part.len() - part.trim_start().len();
                if part.trim_start().starts_with('#') {
                    signs.push(range.start + lead);
                } else {
                    // The line of `=` or `-` below the words, behind the bars of quotes.
                    let under = part.trim_end().rfind('\n')? + 1;
                    signs.push(range.start + under + part.get(under..)?.find(['=', '-'])?);
                }
            }
            // A picture would be asked for by whoever opens the document.
            Event::Start(Tag::Image { dest_url, .. }) => {
                signs.push(range.start);
                if !leads_to_the_web(dest_url) {
                    signs.push(range.start + 1);
                }
            }
            Event::Start(Tag::Link { dest_url, link_type, .. })
                if !leads_to_the_web(dest_url) && *link_type != LinkType::Email =>
            {
                signs.push(range.start);
            }
            // A note is one for the whole document, like a definition.
            Event::Start(Tag::FootnoteDefinition(_)) => return None,
            Event::Html(_) | Event::InlineHtml(_) => {
                signs.extend(part.match_indices('<').map(|(at, _)| range.start + at));
            }
            _ => {}
        }
    }
    Some(signs)
}

/// A fence that is longer than any run of its sign in a text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}
