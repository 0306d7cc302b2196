//! How characters look, and the shortest sequence that makes one look of another.

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What shows on a blank, besides its background.
const ON_BLANKS: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);
/// Attributes, the number that sets each, and the one that ends it.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// How the next character would look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Pen {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

impl Pen {
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank of the one looks like a blank of the other.
    pub(super) fn is_same_blank(self, other: Self) -> bool {
        let shows = |pen: Self| pen.modifier.intersection(ON_BLANKS);
        self.bg == other.bg
            && shows(self) == shows(other)
            && (self.fg == other.fg || shows(self).is_empty())
    }

    /// Appends what makes this pen another.
    pub(super) fn become_another(&mut self, wanted: Self, out: &mut String) {
        if wanted == *self {
            return;
        }
        let anew = from_nothing(wanted);
        let changed = changes(*self, wanted);
        let shorter = if changed.len() <= anew.len() { changed } else { anew };
        // Writing to a string cannot fail.
        let _ = write!(out, "\x1b[{shorter}m");
        *self = wanted;
    }
}

/// The numbers that set a style whatever was before.
fn from_nothing(wanted: Pen) -> String {
    if wanted == Pen::default() {
        return String::new();
    }
    // No number is 0, which ends every style.
    format!(";{}", changes(Pen::default(), wanted))
}

/// The numbers that make one style of another, parted by `;`.
pub(super) fn changes(from: Pen, to: Pen) -> String {
    let mut numbers = String::new();
    let mut had = from.modifier;
    for (attribute, _, end) in ATTRIBUTES {
        if had.contains(attribute) && !to.modifier.contains(attribute) {
            // One number ends bold and dim, another both kinds of blinking.
            for (other, _, same_end) in ATTRIBUTES {
                if end == same_end {
                    had.remove(other);
                }
            }
            add(&mut numbers, format_args!("{end}"));
        }
    }
    for (attribute, start, _) in ATTRIBUTES {
        if to.modifier.contains(attribute) && !had.contains(attribute) {
            add(&mut numbers, format_args!("{start}"));
        }
    }
    if from.fg != to.fg {
        colour(&mut numbers, to.fg, 30);
    }
    if from.bg != to.bg {
        colour(&mut numbers, to.bg, 40);
    }
    numbers
}

fn add(numbers: &mut String, number: std::fmt::Arguments<'_>) {
    if !numbers.is_empty() {
        numbers.push(';');
    }
    let _ = numbers.write_fmt(number);
}

/// The colours that have numbers of their own, eight dark and eight bright ones, in their order.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// Adds a colour; `base` is 30 for the foreground and 40 for the background.
fn colour(numbers: &mut String, colour: Color, base: usize) {
    let further = base + 8;
    match colour {
        Color::Indexed(index) => add(numbers, format_args!("{further};5;{index}")),
        Color::Rgb(r, g, b) => add(numbers, format_args!("{further};2;{r};{g};{b}")),
        named => {
            let place = NAMED.iter().position(|known| *known == named);
            let number = match place {
                Some(dark @ 0..8) => base + dark,
                Some(bright) => base + 60 + bright - 8,
                None => base + 9,
            };
            add(numbers, format_args!("{number}"));
        }
    }
}
