//! Text that is safe to put into terminal cells, and the constructors for it.
//!
//! Only this module makes a [`Clean`], after checking every character. Painting code accepts no
//! other type, so a message cannot send control sequences to the terminal. `sanitise` decides what
//! to do with each character.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::class::{Lines, plain_prefix};
use super::sanitise::{Cleaned, TextSink, sanitise};
use super::small;

/// The most characters in a title, which is more than fits on a line.
const TITLE_CHARS: usize = 512;

/// Text that cannot control a terminal, move its surroundings, or hide.
///
/// It has no control characters except LF, no invisible characters, at most 8 marks on a base, and
/// a width for every cluster.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Clean<'a> {
    text: Cow<'a, str>,
    marks: Vec<Range<u32>>,
    hidden: u32,
}

impl<'a> Clean<'a> {
    fn borrowed(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), marks: Vec::new(), hidden: 0 }
    }

    fn from_cleaned(cleaned: Cleaned) -> Self {
        let Cleaned { text, marks, hidden } = cleaned;
        Self { text: Cow::Owned(text), marks, hidden }
    }

    /// For [`super::source_text`], which replaces everything that [`clean_text`] would.
    pub(super) fn from_source(text: String, marks: Vec<Range<u32>>) -> Self {
        Self { text: Cow::Owned(text), marks, hidden: 0 }
    }

    /// Wraps a fixed text of the program. Cleans it all the same.
    pub fn fixed(words: &'static str) -> Clean<'static> {
        clean_text(words)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The byte ranges of substitutes for other characters, in order. They are painted dim.
    pub fn marks(&self) -> &[Range<u32>] {
        &self.marks
    }

    /// The number of characters dropped: invisible ones, and marks beyond the limit.
    pub fn hidden(&self) -> u32 {
        self.hidden
    }

    /// Converts to an owned text.
    pub fn into_owned(self) -> Clean<'static> {
        Clean { text: Cow::Owned(self.text.into_owned()), marks: self.marks, hidden: self.hidden }
    }

    /// Borrows the text.
    pub fn as_borrowed(&self) -> Clean<'_> {
        Clean { text: Cow::Borrowed(&self.text), marks: self.marks.clone(), hidden: self.hidden }
    }

    /// A part of the text, such as a line of [`super::wrap`]. Empty if the range is out of bounds.
    /// The ends must be cluster boundaries. The part reports no hidden characters.
    pub fn part(&self, range: Range<usize>) -> Clean<'_> {
        let Some(text) = self.text.get(range.clone()) else { return Clean::default() };
        let (from, to) = (small(range.start), small(range.end));
        let inside = self.marks.iter().filter(|mark| mark.start < to && mark.end > from);
        let moved = inside.map(|mark| mark.start.max(from) - from..mark.end.min(to) - from);
        Clean { text: Cow::Borrowed(text), marks: moved.collect(), hidden: 0 }
    }

    /// Appends a text.
    pub fn push_clean(&mut self, more: &Clean<'_>) {
        let at = small(self.text.len());
        let moved = more.marks.iter();
        let moved = moved.map(|mark| mark.start.saturating_add(at)..mark.end.saturating_add(at));
        self.marks.extend(moved);
        self.text.to_mut().push_str(&more.text);
        self.hidden = self.hidden.saturating_add(more.hidden);
    }
}

impl fmt::Display for Clean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

macro_rules! from_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Clean<'static> {
            fn from(number: $number) -> Self {
                Self { text: Cow::Owned(number.to_string()), ..Self::default() }
            }
        }
    )*};
}

from_numbers!(u16, u32, u64, usize, i64);

/// Cleans a text of several lines; line feeds stay. Borrows if nothing changes.
pub fn clean_text(text: &str) -> Clean<'_> {
    if plain_prefix(text, Lines::Kept) == text.len() {
        return Clean::borrowed(text);
    }
    keep_if_same(text, sanitise(text, TextSink::Screen))
}

/// Cleans a text to a single line, for names, titles and words of a server: replaces each line
/// break and the white space around it by one space, and trims both ends. Borrows if nothing
/// changes.
pub fn clean_line(text: &str) -> Clean<'_> {
    let at_ends = [text.chars().next(), text.chars().next_back()];
    let trimmed = at_ends.into_iter().flatten().all(|c| !c.is_whitespace());
    if trimmed && plain_prefix(text, Lines::Joined) == text.len() {
        return Clean::borrowed(text);
    }
    keep_if_same(text, sanitise(text, TextSink::Line))
}

/// [`clean_line`] limited to `max_chars` characters, with `…` in place of the rest. The cost does
/// not grow with the text.
pub fn clean_line_within(text: &str, max_chars: usize) -> Clean<'_> {
    // Four bytes for each character, plus room for dropped characters before the first word.
    let looked_at = text.floor_char_boundary(max_chars.saturating_mul(4).saturating_add(1024));
    let head = text.get(..looked_at).unwrap_or_default();
    let line = clean_line(head);
    let all_there = head.len() == text.len();
    if all_there && line.as_str().chars().nth(max_chars).is_none() {
        return line;
    }
    let mut end = 0;
    let mut room = max_chars.saturating_sub(1);
    for (cluster, _) in super::graphemes(line.as_str()) {
        let Some(left) = room.checked_sub(cluster.chars().count()) else { break };
        room = left;
        end += cluster.len();
    }
    let end = line.as_str().get(..end).unwrap_or_default().trim_end().len();
    let mut short = line.part(0..end).into_owned();
    short.hidden = line.hidden;
    if max_chars > 0 {
        short.push_clean(&Clean::fixed("…"));
    }
    short
}

/// [`clean_line`] for a row that must be recognisable: an empty-looking result becomes `(blank)`.
pub fn title(text: &str) -> Clean<'_> {
    seen_title(text).unwrap_or_else(|hidden| Clean { hidden, ..Clean::fixed("(blank)") })
}

/// [`clean_line`] for text that may be left out when it looks empty.
///
/// # Errors
/// If nothing would be visible: the number of hidden characters.
pub fn seen_title(text: &str) -> Result<Clean<'_>, u32> {
    let line = clean_line_within(text, TITLE_CHARS);
    // The empty Braille pattern has a cell but no dots.
    let is_blank = line.as_str().chars().all(|c| c.is_whitespace() || c == '\u{2800}');
    if is_blank { Err(line.hidden) } else { Ok(line) }
}

/// [`clean_text`] for an owned text, such as a result of `format!`. Loses the marks of texts that
/// were already clean.
pub fn clean_owned(text: String) -> Clean<'static> {
    let mut clean = clean_text(&text);
    if let Cow::Owned(text) = std::mem::take(&mut clean.text) {
        return Clean { text: Cow::Owned(text), marks: clean.marks, hidden: clean.hidden };
    }
    drop(clean);
    Clean { text: Cow::Owned(text), ..Clean::default() }
}

/// Cleans a text for the clipboard: drops controls, bidirectional controls and invisible
/// characters, keeps line feeds and tabs, and trims line feeds at the end.
pub fn clipboard_text(text: &str) -> String {
    let mut text = sanitise(text, TextSink::Clipboard).text;
    text.truncate(text.trim_end_matches('\n').len());
    text
}

/// Cleans a text for an exported document: replaces controls by control pictures, drops
/// bidirectional controls and invisible characters, and keeps line feeds and tabs.
pub fn document_text(text: &str) -> Cow<'_, str> {
    if plain_prefix(text, Lines::Kept) == text.len() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(sanitise(text, TextSink::Document).text)
}

fn keep_if_same(text: &str, cleaned: Cleaned) -> Clean<'_> {
    if cleaned.marks.is_empty() && cleaned.hidden == 0 && cleaned.text == text {
        return Clean::borrowed(text);
    }
    Clean::from_cleaned(cleaned)
}

#[cfg(test)]
pub(super) mod tests;
