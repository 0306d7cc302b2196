//! The transcript: the prepared lines of the window, with the bars and branches of the thread.
//!
//! ```text
//!  ▌ user  alice                                10:02:11      a question, its bar in its colour
//!  ▌ how do I factor x² − 5x + 6
//!  │
//!  └▌ assistant  tutor                  +3.2 s  10:02:14      a reply hangs from it
//!   ▌ Look for two numbers …
//! ```

use ratatui::style::Style;

use crate::app::action::Action;
use crate::app::geometry::{Area, Pane};
use crate::app::transcript::{FrameLine, LineKind, Rest, Thread, Wrap};
use crate::app::{App, GUTTER, Times};
use crate::markdown::SpanRole;
use crate::message::{Flags, NameId, RoleId};
use crate::store::Row;
use crate::text::{Clean, clean_line_within, clean_owned, cut, width};
use crate::time::{self, day_line};

use super::painter::{LineCursor, LineStyles, Painter};
use super::theme::{StyleClass, Theme};
use super::{bytes, grouped, scrollbar, sessions, title_style};

/// Characters of a name that are looked at.
const NAME: usize = 100;
/// The columns that who spoke and when have, however narrow the text is, where the pane has them.
const LEAST_FRAME: u16 = 60;

/// Paints the pane, without its border.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    head(app, theme, painter, area);
    let tab = app.tab();
    let thread = tab.thread();
    let inside = area.inside();
    if thread.messages.is_empty() {
        if area.width == app.display().size().columns {
            // Under 80 columns this pane may stand alone: it has to say why.
            super::situation::draw(app, theme, painter, inside);
        } else {
            let mut pen = LineCursor::new(inside, 1);
            pen.x += 1;
            painter.say(&mut pen, "No session to show.", theme.quiet);
        }
        return;
    }
    let selected = tab.transcript.cursor().index;
    for (row, line) in (0..inside.height).zip(&tab.transcript.frame) {
        let pen = LineCursor::new(inside, row);
        let Some(data) = tab.store.row(line.message) else { continue };
        let painted =
            Line { app, theme, thread, line, data, is_selected: line.spot.index == selected };
        painted.paint(painter, pen);
    }
    scrollbar::draw(app, theme, painter, area);
}

fn head(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let tab = app.tab();
    let style = title_style(app, theme, Pane::Transcript);
    let mut pen = LineCursor::new(area, 0);
    pen.x += 1;
    pen.end = pen.end.saturating_sub(1);
    let thread = tab.thread();
    let count = thread.messages.len();
    if count > 0 {
        let number = tab.transcript.cursor().index + 1;
        let place = clean_owned(format!(" {}/{} ", grouped(number), grouped(count)));
        let columns = u16::try_from(width(place.as_str())).unwrap_or(0);
        if pen.left() > columns + 16 {
            let mut right = pen.last(columns + 1);
            pen.end = right.x;
            painter.write(&mut right, &place, style);
        }
    }
    painter.say(&mut pen, " Transcript ", style);
    let session = tab.transcript.session.and_then(|id| tab.store.session(id));
    if let Some(session) = session
        && pen.left() > 8
    {
        painter.say(&mut pen, "── ", theme.quiet);
        let title = sessions::title_of(app, session);
        pen.end = pen.end.saturating_sub(1);
        painter.write_fitting(&mut pen, &title, theme.text);
        pen.end += 1;
        painter.say(&mut pen, " ", theme.text);
    }
}

/// One line of the window and all that decides how it looks.
struct Line<'a> {
    app: &'a App,
    theme: &'a Theme,
    thread: Thread<'a>,
    line: &'a FrameLine,
    data: &'a Row,
    is_selected: bool,
}

/// What of a line is out of sight on the left, as it is walked from piece to piece.
struct Away<'a> {
    text: &'a Clean<'static>,
    /// Columns that stay where they are.
    indent: u16,
    /// Columns that are still to be left out.
    columns: u16,
}

impl<'a> Away<'a> {
    fn new(text: &'a Clean<'static>, indent: u16, columns: u16) -> Self {
        Self { text, indent, columns }
    }

    /// The part of the next piece that is in sight.
    fn rest_of(&mut self, piece: std::ops::Range<u32>) -> std::ops::Range<u32> {
        if self.columns == 0 {
            return piece;
        }
        let whole = self.text.part(piece.start as usize..piece.end as usize);
        let columns = width(whole.as_str());
        if self.indent > 0 {
            self.indent = self.indent.saturating_sub(u16::try_from(columns).unwrap_or(u16::MAX));
            return piece;
        }
        let (gone, left) = cut(whole.as_str(), usize::from(self.columns));
        self.columns -= u16::try_from(left).unwrap_or(u16::MAX).min(self.columns);
        let gone = u32::try_from(gone.len()).unwrap_or(u32::MAX);
        if gone < piece.end - piece.start {
            self.columns = 0;
        }
        piece.start.saturating_add(gone).min(piece.end)..piece.end
    }
}

impl Line<'_> {
    fn paint(&self, painter: &mut Painter<'_>, mut pen: LineCursor) {
        let text_end = pen.end;
        // What frames a text ends where its lines do, unless these are very short.
        if !matches!(self.line.kind(), LineKind::Text(_)) {
            let columns = self.app.display().measure().max(LEAST_FRAME).saturating_add(GUTTER);
            pen.end = pen.end.min(pen.x.saturating_add(columns));
        }
        match self.line.kind() {
            LineKind::Day(day) => {
                let text = clean_owned(format!(" {} ", day_line(*day)));
                let columns = u16::try_from(width(text.as_str())).unwrap_or(0);
                let before = pen.left().saturating_sub(columns) / 2;
                let until = pen.x + before;
                painter.rule(&mut pen, "─", until, self.theme.quiet);
                painter.write(&mut pen, &text, self.theme.strong);
                let until = pen.end;
                painter.rule(&mut pen, "─", until, self.theme.quiet);
            }
            LineKind::Head => {
                self.gutter(painter, &mut pen);
                self.head(painter, pen);
            }
            LineKind::Text(range) => {
                self.gutter(painter, &mut pen);
                let styles = LineStyles {
                    text: self.theme.text,
                    mark: self.theme.mark,
                    matched: self.theme.matched,
                };
                self.text(painter, &mut pen, range.clone(), styles);
                self.overflow(painter, pen, range.clone(), text_end);
            }
            LineKind::Nothing(words) => {
                self.gutter(painter, &mut pen);
                painter.say(&mut pen, words, self.theme.quiet);
            }
            LineKind::Turn(range) => self.folded_turn(painter, pen, range.clone()),
            LineKind::More(rest) => {
                self.gutter(painter, &mut pen);
                let rest = match *rest {
                    Rest::Lines(1) => "1 more line".to_owned(),
                    Rest::Lines(lines) => format!("{} more lines", grouped(lines)),
                    Rest::Bytes(length) => format!("{} more", bytes(length as u64)),
                };
                let key = self.app.key(Action::Fold);
                let words = clean_owned(format!("… {rest} · {key} opens"));
                painter.write_fitting(&mut pen, &words, self.theme.key);
            }
            LineKind::Gap => {
                if self.thread.goes_on(self.line.spot.index) {
                    painter.say(&mut pen, "│", self.theme.quiet);
                }
            }
        }
    }

    /// A folded turn: what it began with; on the right how many matches and messages are in it,
    /// and when it began, as far as there is room.
    fn folded_turn(
        &self,
        painter: &mut Painter<'_>,
        mut pen: LineCursor,
        title: std::ops::Range<u32>,
    ) {
        let block = &*self.line.block;
        let role = self.theme.role(self.data.role);
        let start = pen.x;
        painter.say(&mut pen, if self.is_selected { "█" } else { "▌" }, role);
        painter.say(&mut pen, "▸", role);
        pen.x = start + GUTTER;
        let number = grouped(block.messages);
        let messages = if block.messages == 1 { "message" } else { "messages" };
        let count = format!("{number} {messages}");
        // Less than a line or so says nothing about how long it is to read.
        let size = match block.bytes {
            0..1_000 => count.clone(),
            length => format!("{count}, {}", bytes(length as u64)),
        };
        let forms = [format!("{size}  {}", self.time()), size, count, number];
        let room = usize::from(pen.left()) * 2 / 3;
        let form = forms.into_iter().find(|form| width(form) <= room).unwrap_or_default();
        let form = clean_owned(form);
        let columns = u16::try_from(width(form.as_str())).unwrap_or(0);
        painter.write(&mut pen.last(columns), &form, self.theme.quiet);
        pen.end = pen.end.saturating_sub(columns + 2);
        let matches = self.matches();
        if matches > 0 {
            let badge = clean_owned(format!("●{}", grouped(matches)));
            let columns = u16::try_from(width(badge.as_str())).unwrap_or(0);
            painter.write(&mut pen.last(columns), &badge, self.theme.key);
            pen.end = pen.end.saturating_sub(columns + 1);
        }
        let text = if self.is_selected { self.theme.strong } else { self.theme.text };
        let styles = LineStyles { text, mark: self.theme.mark, matched: self.theme.matched };
        let columns = usize::from(pen.left());
        if width(block.text.as_str()) > columns {
            let (fitting, _) = cut(block.text.as_str(), columns.saturating_sub(1));
            let end = u32::try_from(fitting.len()).unwrap_or(title.end);
            painter.write_line(&mut pen, &block.text, title.start..end, &block.hits, styles);
            painter.say(&mut pen, "…", text);
        } else {
            painter.write_line(&mut pen, &block.text, title, &block.hits, styles);
        }
    }

    /// How many messages of a folded turn match the search.
    fn matches(&self) -> usize {
        let tab = self.app.tab();
        let Some(hits) = tab.search.hits() else { return 0 };
        let first = self.line.spot.index;
        let last = first + self.line.block.messages - 1;
        self.thread.matches(hits.in_session(self.data.session), first..=last).len()
    }

    /// The text of a line, in the inks of its pieces.
    fn text(
        &self,
        painter: &mut Painter<'_>,
        pen: &mut LineCursor,
        range: std::ops::Range<u32>,
        styles: LineStyles,
    ) {
        let block = &*self.line.block;
        let mut write = |part: std::ops::Range<u32>, text| {
            let styles = LineStyles { text, ..styles };
            painter.write_line(pen, &block.text, part, &block.hits, styles);
        };
        let line = block.rich.as_ref().and_then(|rich| rich.line(self.line.spot.line));
        let Some((line, pieces)) = line else {
            let mut away = Away::new(&block.text, 0, self.sideways());
            return write(away.rest_of(range), styles.text);
        };
        let mut away = Away::new(&block.text, line.indent, self.sideways());
        let tokens = block.rich.as_ref().map_or(&[][..], |rich| rich.tokens(self.line.spot.line));
        for piece in pieces {
            let style = self.theme.piece(piece.ink);
            let from = line.code.and_then(|code| code.from);
            let in_block = piece.ink.role == SpanRole::Code && from.is_some();
            let part = away.rest_of(piece.text.clone());
            if !in_block {
                write(part, style);
                continue;
            }
            // The tokens of the code are counted from its start, the piece from that of the block.
            let start = from.unwrap_or(0);
            let here = |byte: u32| (byte.max(start) - start).saturating_add(piece.text.start);
            let first = tokens.partition_point(|(token, _)| here(token.end) <= part.start);
            let mut at = part.start;
            for (token, kind) in tokens.get(first..).unwrap_or_default() {
                if token.end <= start || here(token.start) >= part.end {
                    break;
                }
                let token = here(token.start).clamp(at, part.end)..here(token.end).min(part.end);
                write(at..token.start, self.theme.ink(StyleClass::CodeBlock));
                write(token.start..token.end.max(token.start), self.theme.token(*kind));
                at = token.end.max(token.start);
            }
            write(at..part.end, self.theme.ink(StyleClass::CodeBlock));
        }
    }

    /// The columns of the line that are out of sight on the left: of code, and of every line while
    /// none wraps. The others have nowhere to go.
    fn sideways(&self) -> u16 {
        let rich = self.line.block.rich.as_ref();
        let code = rich.and_then(|rich| rich.line(self.line.spot.line)?.0.code?.from);
        let moves = self.app.display().wrap() == Wrap::Nothing || code.is_some();
        if moves { self.app.display().sideways() } else { 0 }
    }

    /// Where a line that does not wrap goes on beyond the pane, its last cell says so.
    fn overflow(
        &self,
        painter: &mut Painter<'_>,
        pen: LineCursor,
        range: std::ops::Range<u32>,
        end: u16,
    ) {
        if pen.x < end {
            return;
        }
        let line = self.line.block.text.as_str().get(range.start as usize..range.end as usize);
        let room = usize::from(end.saturating_sub(GUTTER + self.left_of_text(end)))
            + usize::from(self.sideways());
        if line.is_some_and(|line| line.len() > room && width(line) > room) {
            let mut pen = LineCursor { x: end.saturating_sub(1), ..pen };
            painter.say(&mut pen, "…", self.theme.key);
        }
    }

    /// The column where the pane's cells begin, counted from the end of its text.
    fn left_of_text(&self, end: u16) -> u16 {
        let inside = self.app.areas().map_or(0, |areas| areas.transcript.inside().width);
        end.saturating_sub(inside)
    }

    /// The branch of the thread, then the bar of the role.
    fn gutter(&self, painter: &mut Painter<'_>, pen: &mut LineCursor) {
        let start = pen.x;
        let index = self.line.spot.index;
        if self.thread.is_reply(index) {
            let is_head = *self.line.kind() == LineKind::Head;
            let branch = match (is_head, self.thread.goes_on(index)) {
                (true, true) => "├",
                (true, false) => "└",
                (false, true) => "│",
                (false, false) => " ",
            };
            painter.say(pen, branch, self.theme.quiet);
        }
        let style = self.theme.role(self.data.role);
        painter.say(pen, if self.is_selected { "█" } else { "▌" }, style);
        pen.x = start + GUTTER;
    }

    fn head(&self, painter: &mut Painter<'_>, mut pen: LineCursor) {
        let app = self.app;
        let style = self.role_style();
        let label = clean_line_within(&app.role_label(self.data.role), NAME).into_owned();
        let right = self.when();
        let columns = u16::try_from(width(right.as_str())).unwrap_or(0);
        // Who spoke matters more than when.
        let needed = u16::try_from(width(label.as_str())).unwrap_or(0).min(9);
        let right = if pen.left() > columns + needed { right } else { Clean::default() };
        let columns = u16::try_from(width(right.as_str())).unwrap_or(0);
        let mut end = pen.last(columns);
        pen.end = end.x.saturating_sub(u16::from(columns > 0));
        painter.write_fitting(&mut pen, &label, style);
        let store = &app.tab().store;
        let who = match (self.data.role, self.data.user) {
            (RoleId::USER, NameId::NONE) => Clean::fixed("(no user)"),
            (RoleId::USER, user) => clean_line_within(store.name(user), NAME),
            _ => clean_line_within(store.name(self.data.component), NAME),
        };
        if !who.is_empty() && pen.left() > 4 {
            painter.say(&mut pen, "  ", self.theme.quiet);
            painter.write_fitting(&mut pen, &who, self.theme.quiet);
        }
        let times = self.times();
        if times > 1 && pen.left() > 4 {
            painter.say(&mut pen, "  ", self.theme.quiet);
            let times = clean_owned(format!("×{}", grouped(times)));
            painter.write_fitting(&mut pen, &times, self.theme.mark);
        }
        if let Some(badge) = self.badge()
            && pen.left() > 4
        {
            painter.say(&mut pen, "  ", self.theme.quiet);
            painter.write_fitting(&mut pen, &badge, self.theme.mark);
        }
        painter.write(&mut end, &right, self.theme.quiet);
    }

    fn role_style(&self) -> Style {
        let style = self.theme.role(self.data.role);
        if self.is_selected {
            style.add_modifier(ratatui::style::Modifier::REVERSED)
        } else {
            style
        }
    }

    fn time(&self) -> String {
        let zone = self.app.settings().zone;
        match (self.data.flags.has(Flags::NO_TIME), self.app.display().times()) {
            (true, _) => "time?".to_owned(),
            (false, Times::Absolute) => time::clock(self.data.time, zone),
            (false, Times::Relative) => time::ago(self.data.time, self.app.now(), zone),
        }
    }

    /// The delay of a reply, and the time.
    fn when(&self) -> Clean<'static> {
        let delay = self.thread.delay(self.line.spot.index).map(|delay| {
            let sign = if delay < 0 { "" } else { "+" };
            format!("{sign}{}  ", time::span(delay))
        });
        clean_owned(format!("{}{}", delay.unwrap_or_default(), self.time()))
    }

    /// How many times the server sent the message, word for word.
    fn times(&self) -> usize {
        let message = self.thread.messages.get(self.line.spot.index);
        1 + message.map_or(0, |&at| self.thread.store.copies().of(at).len())
    }

    /// What is odd about the message, in words.
    fn badge(&self) -> Option<Clean<'static>> {
        let flags = self.data.flags;
        let mut words = Vec::new();
        if flags.has(Flags::TEXT_IS_JSON) {
            words.push("not text: shown as JSON".to_owned());
        } else if flags.has(Flags::REPAIRED) {
            words.push("repaired".to_owned());
        }
        if self.line.block.lost_markdown {
            words.push("too long for Markdown: plain text".to_owned());
        }
        let hidden = self.line.block.hidden;
        if hidden > 0 {
            let ending = if hidden == 1 { "" } else { "s" };
            words.push(format!("{hidden} hidden character{ending}"));
        }
        (!words.is_empty()).then(|| clean_owned(format!("({})", words.join(", "))))
    }
}
