//! Surveys lists before layout: whether their items are loose, and how wide their numbers are.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// The bullets by nesting depth.
const BULLETS: [&str; 3] = ["•", "◦", "▪"];

/// The properties of one list.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Blank lines separate its items.
    pub(super) is_loose: bool,
    /// It is an ordered list.
    pub(super) is_numbered: bool,
    /// All its items have the same number in the source, so they are renumbered.
    pub(super) is_counted: bool,
    /// The number of its first item.
    pub(super) first: u64,
    /// The width of its widest marker.
    pub(super) room: u16,
    /// The number of enclosing bullet lists.
    depth: usize,
    items: u64,
}

impl Shape {
    /// Its bullet.
    pub(super) fn bullet(&self) -> &'static str {
        BULLETS.get(self.depth % BULLETS.len()).copied().unwrap_or("•")
    }
}

/// The position of the marker of an item, which may follow spaces.
pub(super) fn marker_at(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.len() - rest.trim_start_matches(' ').len()
}

/// Parses the number of an item. Returns it with its length, excluding the delimiter.
pub(super) fn number_at(text: &str, start: usize) -> Option<(u64, usize)> {
    let rest = text.get(start..)?;
    // `CommonMark` allows nine digits at most.
    let length = rest.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let number = rest.get(..length)?.parse().ok()?;
    Some((number, length))
}

/// The lists of a document, in order of their starts.
pub(super) fn shapes(events: &[(Event<'_>, Range<usize>)], text: &str) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    // The enclosing lists, and whether the event is a direct child of an item of the last one.
    let mut open: Vec<usize> = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    let mut depth = 0;
    for (event, range) in events {
        match event {
            Event::Start(Tag::List(first)) => {
                open.push(shapes.len());
                let is_numbered = first.is_some();
                let first = first.unwrap_or(0);
                let (room, is_counted) = (1, is_numbered);
                shapes.push(Shape {
                    is_numbered,
                    first,
                    room,
                    depth,
                    is_counted,
                    ..Shape::default()
                });
                depth += usize::from(!is_numbered);
            }
            Event::End(TagEnd::List(is_numbered)) => {
                depth = depth.saturating_sub(usize::from(!is_numbered));
                open.pop();
            }
            Event::Start(Tag::Item) => {
                blocks.push(true);
                if let Some(shape) = open.last().and_then(|&at| shapes.get_mut(at)) {
                    count(shape, number_at(text, marker_at(text, range.start)));
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => blocks.push(false),
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                blocks.pop();
            }
            Event::Start(Tag::Paragraph) if blocks.last() == Some(&true) => {
                if let Some(shape) = open.last().and_then(|&at| shapes.get_mut(at)) {
                    shape.is_loose = true;
                }
            }
            _ => {}
        }
    }
    shapes
}

/// Counts one more item.
fn count(shape: &mut Shape, written: Option<(u64, usize)>) {
    let Some((number, digits)) = written.filter(|_| shape.is_numbered) else { return };
    let counted = (shape.first + shape.items).to_string().len();
    shape.is_counted &= number == shape.first;
    shape.items += 1;
    let room = digits.max(if shape.is_counted { counted } else { 0 }) + 1;
    shape.room = shape.room.max(u16::try_from(room).unwrap_or(u16::MAX));
}
