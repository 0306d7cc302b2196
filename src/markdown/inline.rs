//! Builds the [`Flow`] of one block from its inline events.
//!
//! Knows emphasis, links, code and inline formulas, but no blocks.

use std::ops::Range;

use super::flow::{Flow, FlowDraft, cleaned_line};
use super::mask::{Masked, without_bar, without_bars};
use super::{Breaks, SpanRole, TextStyle};
use crate::maths::{self, Formula, FormulaPlace};
use crate::text::{Clean, clean_text};

/// The source of a block and its masked formulas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'s> {
    pub(super) source: &'s Clean<'s>,
    pub(super) masked: &'s Masked<'s>,
    pub(super) breaks: Breaks,
}

/// The context of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    /// The style of plain text.
    pub(super) ink: TextStyle,
    /// The depth of enclosing quotes.
    pub(super) quotes: usize,
    /// Whether it is a table cell.
    pub(super) in_cell: bool,
    /// Whether formulas may get lines of their own.
    pub(super) displays: bool,
}

/// The text of a block under construction.
#[derive(Debug)]
pub(super) struct Inline<'s> {
    reading: Reading<'s>,
    around: Surroundings,
    pub(super) draft: FlowDraft,
    strong: usize,
    emphasis: usize,
    struck: usize,
    links: Vec<Link>,
    /// The end of the last event.
    pub(super) end: usize,
}

/// An open link or image.
#[derive(Debug)]
struct Link {
    /// The offset in the draft at which its text starts.
    from: usize,
    target: String,
    title: String,
    is_image: bool,
}

impl<'s> Inline<'s> {
    pub(super) fn new(reading: Reading<'s>, around: Surroundings, start: usize) -> Self {
        Self {
            reading,
            around,
            draft: FlowDraft::default(),
            strong: 0,
            emphasis: 0,
            struck: 0,
            links: Vec::new(),
            end: start,
        }
    }

    /// Returns the text, or `None` if it can only be shown verbatim.
    pub(super) fn finish(self) -> Option<Flow> {
        self.draft.finish(self.reading.source)
    }

    fn ink(&self, role: Option<SpanRole>) -> TextStyle {
        let base = self.around.ink;
        let link = self
            .links
            .last()
            .map(|link| if link.is_image { SpanRole::Image } else { SpanRole::Link });
        TextStyle {
            role: role.or(link).unwrap_or(base.role),
            strong: base.strong || self.strong > 0,
            emphasis: base.emphasis || self.emphasis > 0,
            struck: base.struck || self.struck > 0,
        }
    }

    pub(super) fn word(&mut self, word: &'static str, at: Range<usize>, role: Option<SpanRole>) {
        let ink = self.ink(role);
        self.draft.word(word, at, ink, self.reading.source);
    }

    /// Appends a slice of the source.
    pub(super) fn exact(&mut self, range: Range<usize>, role: Option<SpanRole>) {
        let ink = self.ink(role);
        self.draft.source(range, ink, self.reading.source);
    }

    pub(super) fn line_feed(&mut self) {
        self.draft.line_feed(self.reading.source);
    }

    /// Appends a text event.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        self.end = range.end;
        if self.reading.masked.text.get(range.clone()) != Some(text) {
            self.decoded(text, range);
            return;
        }
        let masked = self.reading.masked;
        let mut at = range.start;
        for (number, formula) in masked.formulas_in(&range) {
            let whole = formula.whole.clone();
            if whole.start < at || whole.end > range.end {
                continue;
            }
            self.exact(at..whole.start, None);
            self.formula(number, formula);
            at = whole.end;
        }
        self.exact(at..range.end, None);
    }

    /// Appends a decoded character reference, unless the character cannot be shown.
    fn decoded(&mut self, text: &str, range: Range<usize>) {
        let clean = clean_text(text);
        let is_fit = clean.as_str() == text && !text.contains('\n');
        let ink = self.ink(None);
        let done = is_fit && self.draft.other(&clean, range.clone(), ink, self.reading.source);
        if !done {
            self.exact(range, None);
        }
    }

    fn formula(&mut self, number: usize, formula: &Formula) {
        let source = self.reading.source;
        if formula.place == FormulaPlace::OwnLines && self.around.displays && self.links.is_empty()
        {
            self.draft.display(number, source);
            return;
        }
        let body = source.as_str().get(formula.body.clone()).unwrap_or_default();
        let body = without_bars(body, self.around.quotes);
        let ink = self.ink(Some(SpanRole::Maths));
        let line = maths::in_line(&body).map(|line| cleaned_line(&line));
        let line = line.filter(|line| !line.is_empty());
        let done =
            line.is_some_and(|line| self.draft.other(&line, formula.whole.clone(), ink, source));
        if !done {
            self.on_one_line(formula.whole.clone(), SpanRole::Maths);
        }
    }

    /// Appends a slice of the source with spaces for its line breaks.
    fn on_one_line(&mut self, range: Range<usize>, role: SpanRole) {
        let text = self.reading.source.as_str().get(range.clone()).unwrap_or_default();
        let mut start = range.start;
        for (at, line) in text.split('\n').enumerate() {
            let mut inner = line;
            if at > 0 {
                inner = without_bar(line, self.around.quotes).trim_start_matches(' ');
                self.word(" ", start - 1..start, Some(role));
            }
            let from = start + line.len() - inner.len();
            self.exact(from..start + line.len(), Some(role));
            start += line.len() + 1;
        }
    }

    /// Appends inline code. `range` includes the backticks.
    pub(super) fn code(&mut self, text: &str, range: Range<usize>) {
        self.end = range.end;
        let source = self.reading.source.as_str();
        let whole = source.get(range.clone()).unwrap_or_default();
        let ticks = whole.bytes().take_while(|&byte| byte == b'`').count();
        let (mut from, mut to) = (range.start + ticks, range.end.saturating_sub(ticks));
        let inner = source.get(from..to).unwrap_or_default();
        if inner.starts_with([' ', '\n'])
            && inner.ends_with([' ', '\n'])
            && !inner.trim_matches([' ', '\n']).is_empty()
        {
            (from, to) = (from + 1, to - 1);
        }
        let inner = source.get(from..to).unwrap_or_default();
        if self.around.in_cell && !text.contains("\\|") {
            let mut at = from;
            for (slash, _) in inner.match_indices("\\|") {
                self.exact(at..from + slash, Some(SpanRole::Code));
                at = from + slash + 1;
            }
            self.exact(at..to, Some(SpanRole::Code));
        } else {
            self.on_one_line(from..to, SpanRole::Code);
        }
    }

    pub(super) fn html(&mut self, range: Range<usize>) {
        self.end = range.end;
        self.exact(range, Some(SpanRole::Html));
    }

    /// Appends a footnote reference: `[^1]` without the caret.
    pub(super) fn note(&mut self, range: Range<usize>) {
        self.end = range.end;
        self.exact(range.start..range.start + 1, Some(SpanRole::Link));
        self.exact(range.start + 2..range.end, Some(SpanRole::Link));
    }

    pub(super) fn soft_break(&mut self, range: Range<usize>) {
        self.end = range.end;
        // The lines of a table without a delimiter row stay apart.
        let behind = self.reading.source.as_str().get(range.end..).unwrap_or_default();
        let row = behind.starts_with('|');
        match self.reading.breaks {
            Breaks::Joined if !row => self.word(" ", range, None),
            _ => self.line_feed(),
        }
    }

    pub(super) fn hard_break(&mut self, range: &Range<usize>) {
        self.end = range.end;
        self.line_feed();
    }

    /// Starts emphasis.
    pub(super) fn open_style(&mut self, style: Emphasis, range: &Range<usize>) {
        let signs = style.signs();
        if self.is_product(range, signs) {
            self.exact(range.start..range.start + signs, None);
        } else {
            *self.count(style) += 1;
        }
    }

    /// Ends emphasis.
    pub(super) fn close_style(&mut self, style: Emphasis, range: &Range<usize>) {
        let signs = style.signs();
        if self.is_product(range, signs) {
            self.exact(range.end - signs..range.end, None);
        } else {
            let count = self.count(style);
            *count = count.saturating_sub(1);
        }
    }

    fn count(&mut self, style: Emphasis) -> &mut usize {
        match style {
            Emphasis::Strong => &mut self.strong,
            Emphasis::Italic => &mut self.emphasis,
            Emphasis::Struck => &mut self.struck,
        }
    }

    /// Whether asterisks stand between digits or Latin letters, as in `5*6*7` and `x**2`. Markdown
    /// would read them as emphasis inside a word; here they mean multiplication, and
    /// dropping them would change the number.
    fn is_product(&self, range: &Range<usize>, signs: usize) -> bool {
        let bytes = self.reading.source.as_str().as_bytes();
        let at = |place: Option<usize>| place.and_then(|place| bytes.get(place)).copied();
        let before = at(range.start.checked_sub(1));
        let next = at(range.start.checked_add(signs));
        let is_factor = |byte: u8| byte.is_ascii_alphanumeric();
        at(Some(range.start)) == Some(b'*')
            && before.is_some_and(|byte| is_factor(byte) || byte == b')')
            && next.is_some_and(is_factor)
    }

    pub(super) fn open_link(&mut self, target: &str, title: &str, at: &Range<usize>) {
        let from = self.draft.len(self.reading.source);
        self.open(from, target, title, false);
        self.end = at.start;
    }

    pub(super) fn open_image(&mut self, target: &str, title: &str, at: &Range<usize>) {
        let is_silent =
            self.reading.masked.text.get(at.start..).is_some_and(|text| text.starts_with("![]"));
        let word = if is_silent { "[image" } else { "[image: " };
        let from = self.draft.len(self.reading.source);
        self.open(from, target, title, true);
        self.word(word, at.start..at.start + 2, None);
        self.end = at.start;
    }

    fn open(&mut self, from: usize, target: &str, title: &str, is_image: bool) {
        let (target, title) = (target.to_owned(), title.to_owned());
        self.links.push(Link { from, target, title, is_image });
    }

    /// Ends a link or an image. Appends its target, unless the text already shows it.
    pub(super) fn close_link(&mut self, range: &Range<usize>) {
        let behind = self.end.max(range.start)..range.end;
        self.end = range.end;
        if self.links.last().is_some_and(|link| link.is_image) {
            self.word("]", range.end - 1..range.end, None);
        }
        let Some(link) = self.links.pop() else { return };
        let text = self.draft.text_from(link.from, self.reading.source);
        let address = link.target.strip_prefix("mailto:").unwrap_or(&link.target);
        let is_said = text == link.target || text == address;
        if link.title.is_empty() && (is_said || link.target.is_empty()) {
            return;
        }
        self.word(" (", 0..0, Some(SpanRole::Target));
        self.said(&link.target, &behind);
        if !link.title.is_empty() {
            let quote = if link.target.is_empty() { "“" } else { " “" };
            self.word(quote, 0..0, Some(SpanRole::Target));
            self.said(&link.title, &behind);
            self.word("”", 0..0, Some(SpanRole::Target));
        }
        self.word(")", 0..0, Some(SpanRole::Target));
    }

    /// Appends words from the parser, as a slice of the source where they occur in it.
    fn said(&mut self, words: &str, inside: &Range<usize>) {
        let tail = self.reading.masked.text.get(inside.clone()).unwrap_or_default();
        if let Some(at) = tail.find(words)
            && !words.contains('\n')
        {
            let from = inside.start + at;
            self.exact(from..from + words.len(), Some(SpanRole::Target));
            return;
        }
        let clean = cleaned_line(words);
        let ink = self.ink(Some(SpanRole::Target));
        let _ = self.draft.other(&clean, inside.clone(), ink, self.reading.source);
    }
}

/// The kinds of emphasis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Emphasis {
    Strong,
    Italic,
    Struck,
}

impl Emphasis {
    /// The length of its delimiter when it consists of asterisks.
    fn signs(self) -> usize {
        if self == Self::Italic { 1 } else { 2 }
    }
}
