//! The text of one message as HTML: Markdown's events, each with a tag of our own.
//!
//! No event is written as it comes: HTML of a message is text, a picture is its words, a link leads
//! to the web or nowhere. What Markdown would not show stands below the message as it was written.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::super::leads_to_the_web;
use super::HtmlEscaped;
use crate::markdown::{Masked, parsed};
use crate::maths::{Formula, FormulaPlace, display, in_line};

/// The columns of a formula on lines of its own; wider ones are written on one line.
const COLUMNS: u16 = 100;
/// The longest language of a code block that is named.
const LANGUAGE: usize = 40;

/// Writes a text that was made fit for a document. `keeps_lines`: a person typed it, and ends a
/// line where one ends.
pub(super) fn write(text: &str, keeps_lines: bool, out: &mut Vec<u8>) -> io::Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let masked = Masked::new(text);
    let Some(parsed) = parsed(&masked.text) else {
        return writeln!(out, "<pre class=\"source\">{}</pre>", HtmlEscaped(text));
    };
    let mut body = Body {
        source: text,
        masked: &masked,
        keeps_lines,
        html: String::with_capacity(text.len() + text.len() / 4),
        links: Vec::new(),
        images: 0,
        alignments: Vec::new(),
        cell: 0,
        in_head: false,
    };
    for (event, range) in &parsed.events {
        body.event(event, range);
    }
    for range in &parsed.definitions {
        let definition = text.get(range.clone()).unwrap_or_default();
        let _ = writeln!(body.html, "<p class=\"source\">{}</p>", HtmlEscaped(definition));
    }
    out.write_all(body.html.as_bytes())
}

struct Body<'s> {
    source: &'s str,
    masked: &'s Masked<'s>,
    keeps_lines: bool,
    html: String,
    /// What closes the links that are open.
    links: Vec<String>,
    /// How many pictures are open: only their words count.
    images: usize,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
}

impl Body<'_> {
    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.text(text, range),
            Event::Code(text) => {
                self.push("<code>");
                // A formula is none within code, whatever covered it.
                if text.contains('\u{1}') {
                    let code = self.source.get(range.clone()).unwrap_or_default();
                    self.escaped(code.trim_matches('`'));
                } else {
                    self.escaped(text);
                }
                self.push("</code>");
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                self.escaped(self.source.get(range.clone()).unwrap_or_default());
            }
            Event::SoftBreak if self.keeps_lines && self.images == 0 => self.push("<br>\n"),
            Event::SoftBreak => self.push("\n"),
            Event::HardBreak => self.push("<br>\n"),
            Event::Rule => self.push("<hr>\n"),
            Event::TaskListMarker(done) => self.push(if *done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(label) => {
                let _ = write!(self.html, "<sup>[{}]</sup>", HtmlEscaped(label));
            }
            // Of options that are off.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.escaped(text),
        }
    }

    fn push(&mut self, ours: &str) {
        self.html.push_str(ours);
    }

    fn escaped(&mut self, text: &str) {
        let _ = write!(self.html, "{}", HtmlEscaped(text));
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.push("<p>"),
            Tag::Heading { level, .. } => {
                let _ = write!(self.html, "<h{}>", below(*level));
            }
            Tag::BlockQuote(_) => self.push("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(language) = info.split_whitespace().next()
                {
                    let end = language.floor_char_boundary(LANGUAGE);
                    let language = language.get(..end).unwrap_or_default();
                    let _ = writeln!(self.html, "<small>{}</small>", HtmlEscaped(language));
                }
                self.push("<pre><code>");
            }
            Tag::HtmlBlock => self.push("<p class=\"source\">"),
            Tag::List(Some(1)) => self.push("<ol>\n"),
            Tag::List(Some(start)) => {
                let _ = writeln!(self.html, "<ol start=\"{start}\">");
            }
            Tag::List(None) => self.push("<ul>\n"),
            Tag::Item => self.push("<li>"),
            Tag::FootnoteDefinition(label) => {
                let _ = write!(self.html, "<div><sup>[{}]</sup> ", HtmlEscaped(label));
            }
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                self.push("<table>\n");
            }
            Tag::TableHead => {
                (self.in_head, self.cell) = (true, 0);
                self.push("<thead><tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.push("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.push("<em>"),
            Tag::Strong => self.push("<strong>"),
            Tag::Strikethrough => self.push("<del>"),
            Tag::Link { link_type, dest_url, .. } => self.start_link(*link_type, dest_url, range),
            Tag::Image { .. } => {
                self.images += 1;
                self.push("[image: ");
            }
            // Of options that are off.
            _ => {}
        }
    }

    fn start_cell(&mut self) {
        let class = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.cell += 1;
        let name = if self.in_head { "th" } else { "td" };
        let _ = write!(self.html, "<{name}{class}>");
    }

    fn start_link(&mut self, kind: LinkType, target: &str, range: &Range<usize>) {
        let is_covered = target.contains('\u{1}');
        let target =
            if is_covered { self.source.get(range.clone()).unwrap_or_default() } else { target };
        if !is_covered && leads_to_the_web(target) && self.links.is_empty() && self.images == 0 {
            let _ = write!(
                self.html,
                "<a href=\"{}\" rel=\"noopener noreferrer\">",
                HtmlEscaped(target)
            );
            self.links.push("</a>".to_owned());
            return;
        }
        // The words of an automatic link are its target.
        let is_said = matches!(kind, LinkType::Autolink | LinkType::Email);
        let after = if is_said { String::new() } else { format!(" ({})", HtmlEscaped(target)) };
        self.links.push(after);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.push("</p>\n"),
            TagEnd::Heading(level) => {
                let _ = writeln!(self.html, "</h{}>", below(level));
            }
            TagEnd::BlockQuote(_) => self.push("</blockquote>\n"),
            TagEnd::CodeBlock => self.push("</code></pre>\n"),
            TagEnd::List(true) => self.push("</ol>\n"),
            TagEnd::List(false) => self.push("</ul>\n"),
            TagEnd::Item => self.push("</li>\n"),
            TagEnd::FootnoteDefinition => self.push("</div>\n"),
            TagEnd::Table => self.push("</tbody></table>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.push("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.push("</tr>\n"),
            TagEnd::TableCell => self.push(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.push("</em>"),
            TagEnd::Strong => self.push("</strong>"),
            TagEnd::Strikethrough => self.push("</del>"),
            TagEnd::Link => {
                let close = self.links.pop().unwrap_or_default();
                self.push(&close);
            }
            TagEnd::Image => {
                self.images = self.images.saturating_sub(1);
                self.push("]");
            }
            _ => {}
        }
    }

    /// Text, with its formulas as pictures.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        let source = self.source.get(range.clone()).unwrap_or_default();
        if !text.contains('\u{1}') {
            self.escaped(text);
            return;
        }
        let mut at = range.start;
        let masked = self.masked;
        for (_, formula) in masked.formulas_in(range) {
            let is_within = formula.whole.start >= at && formula.whole.end <= range.end;
            if text.len() != source.len() || !is_within {
                continue;
            }
            self.escaped(self.source.get(at..formula.whole.start).unwrap_or_default());
            let stop = formula.stop(self.source);
            let stop = if stop.end <= range.end { stop } else { stop.start..stop.start };
            at = stop.end;
            self.formula(formula, stop);
        }
        self.escaped(self.source.get(at..range.end).unwrap_or_default());
    }

    /// A formula, and what ends its sentence: on the line of a picture that a text would go on from.
    fn formula(&mut self, formula: &Formula, stop: Range<usize>) {
        let stop = self.source.get(stop).unwrap_or_default();
        let whole = self.source.get(formula.whole.clone()).unwrap_or_default();
        let body = self.source.get(formula.body.clone()).unwrap_or_default();
        if formula.place == FormulaPlace::OwnLines
            && let Some(mut picture) = display(body, COLUMNS)
        {
            if let Some(row) = picture.rows.get_mut(usize::from(picture.baseline)) {
                row.push_str(stop);
            }
            let _ =
                write!(self.html, "<code class=\"math picture\" title=\"{}\">", HtmlEscaped(whole));
            self.escaped(&picture.rows.join("\n"));
            self.push("</code>");
            return;
        }
        match in_line(body) {
            Some(line) => {
                let _ = write!(
                    self.html,
                    "<code class=\"math\" title=\"{}\">{}</code>",
                    HtmlEscaped(whole),
                    HtmlEscaped(&line)
                );
            }
            None => {
                let _ = write!(self.html, "<code class=\"math\">{}</code>", HtmlEscaped(whole));
            }
        }
        self.escaped(stop);
    }
}

/// The level of a heading of a message, below our own three.
fn below(level: HeadingLevel) -> u8 {
    (level as u8).saturating_add(3).min(6)
}
