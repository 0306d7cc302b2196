//! The metadata of the selected message: facts, then the tree, or the JSON.

use crate::app::App;
use crate::app::geometry::{Area, Pane};
use crate::app::inspector::{Inspector, InspectorMode, Shown};
use crate::metadata::Details;
use crate::metadata::{JsonKind, NodeKey};
use crate::text::{clean_line_within, clean_owned, clean_text, width};

use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{grouped, title_style};

/// Bytes of a value that are looked at for a row.
const VALUE: usize = 1_000;

/// Paints the pane, without its border.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let mut pen = LineCursor::new(area, 0);
    pen.x += 1;
    pen.end = pen.end.saturating_sub(1);
    let style = title_style(app, theme, Pane::Metadata);
    painter.say(&mut pen, " Metadata ", style);
    let inside = area.inside();
    let Some(inspector) = app.panes().inspector() else {
        painter.say(&mut LineCursor::new(inside, 0), "No message is selected.", theme.quiet);
        return;
    };
    if inspector.look == InspectorMode::Json {
        painter.say(&mut pen, "── JSON ", theme.quiet);
    }
    if let Some(found) = inspector.found() {
        let text = clean_owned(format!("── {} found ", grouped(found)));
        painter.write(&mut pen, &text, theme.quiet);
    }
    let Some(details) = &inspector.details else {
        painter.say(&mut LineCursor::new(inside, 0), "PreparedDetails…", theme.quiet);
        return;
    };
    for place in 0..inside.height {
        let row = inspector.top() + usize::from(place);
        let Some(shown) = inspector.shown(row) else { break };
        let is_selected = row == inspector.selected();
        let focused = app.display().focus() == Pane::Metadata;
        if is_selected {
            let style = if focused { theme.selected } else { theme.selected_elsewhere };
            painter.shade(Area { y: inside.y + place, height: 1, ..inside }, style);
        }
        let pen = LineCursor::new(inside, place);
        let row = Painted { theme, inspector, details, overruled: is_selected && focused };
        row.paint(painter, pen, shown);
    }
}

struct Painted<'a> {
    theme: &'a Theme,
    inspector: &'a Inspector,
    details: &'a Details,
    /// The row is selected: its own colours would not be readable.
    overruled: bool,
}

impl Painted<'_> {
    fn style(&self, style: ratatui::style::Style) -> ratatui::style::Style {
        if self.overruled { self.theme.selected } else { style }
    }

    fn paint(&self, painter: &mut Painter<'_>, mut pen: LineCursor, shown: Shown) {
        let (key, quiet, text) =
            (self.style(self.theme.key), self.style(self.theme.quiet), self.style(self.theme.text));
        match shown {
            Shown::Fact(number) => {
                let Some((name, value)) = self.details.facts.get(number) else { return };
                painter.say(&mut pen, name, quiet);
                painter.say(&mut pen, "  ", quiet);
                painter.write_fitting(&mut pen, &clean_line_within(value, VALUE), text);
            }
            Shown::Line(number) => {
                let line = self.inspector.line(number);
                let line = line.get(..line.floor_char_boundary(VALUE)).unwrap_or(line);
                painter.write_fitting(&mut pen, &clean_text(line), text);
            }
            Shown::Node(node) => self.node(painter, pen, node, key, quiet, text),
        }
    }

    fn node(
        &self,
        painter: &mut Painter<'_>,
        mut pen: LineCursor,
        number: u32,
        key: ratatui::style::Style,
        quiet: ratatui::style::Style,
        text: ratatui::style::Style,
    ) {
        let tree = &self.details.tree;
        let Some(node) = tree.node(number) else { return };
        let depth = usize::from(node.depth).min(usize::from(pen.left() / 4));
        for _ in 0..depth {
            painter.say(&mut pen, "  ", quiet);
        }
        let is_container = node.kind.is_container() && node.children > 0;
        let fold = match (is_container, self.inspector.is_folded(number)) {
            (false, _) => "  ",
            (true, true) => "▸ ",
            (true, false) => "▾ ",
        };
        painter.say(&mut pen, fold, quiet);
        let key = if self.inspector.is_found(number) { self.theme.matched } else { key };
        let name = match node.key {
            NodeKey::Root => "message".to_owned(),
            NodeKey::Index(place) => format!("[{place}]"),
            NodeKey::Name { .. } => tree.key(number).unwrap_or_default().into_owned(),
        };
        painter.write_fitting(&mut pen, &clean_line_within(&name, VALUE), key);
        painter.say(&mut pen, "  ", quiet);
        match node.kind {
            JsonKind::Object | JsonKind::Array => {
                let (open, close) =
                    if node.kind == JsonKind::Object { ("{", "}") } else { ("[", "]") };
                let count = usize::try_from(node.children).unwrap_or(usize::MAX);
                let words =
                    if count == 0 { String::new() } else { format!(" {} ", grouped(count)) };
                painter.write(&mut pen, &clean_owned(format!("{open}{words}{close}")), quiet);
            }
            JsonKind::String => {
                let value = tree.value_within(number, VALUE);
                let shown = clean_line_within(&value, VALUE);
                let style = if shown.is_empty() { quiet } else { text };
                let shown = if shown.is_empty() { clean_text("\"\"") } else { shown };
                painter.write_fitting(&mut pen, &shown, style);
            }
            JsonKind::Number | JsonKind::Bool | JsonKind::Null => {
                let value = tree.value_within(number, VALUE);
                painter.write_fitting(&mut pen, &clean_line_within(&value, VALUE), quiet);
            }
        }
        if number == 0
            && let Some(trouble) = &self.details.trouble
            && pen.left() > 4
        {
            painter.say(&mut pen, "  ", quiet);
            let words = clean_line_within(trouble, 200);
            if width(words.as_str()) > 0 {
                painter.write_fitting(&mut pen, &words, self.style(self.theme.warning));
            }
        }
    }
}
