//! Styles as escape sequences (ECMA-48, "select graphic rendition").

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};

/// What shows on a blank, besides its background.
const ON_BLANKS: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// The sequences that set a style on top of the terminal's own, as a [`std::fmt::Display`]; `{:#}`
/// ends it, where it is not empty.
pub fn sgr(style: Style) -> anstyle::Style {
    // `Reset` has no equivalent: it is what a style without a colour shows.
    let colour = |colour: Option<Color>| colour.filter(|colour| *colour != Color::Reset);
    Style { fg: colour(style.fg), bg: colour(style.bg), ..style }.into()
}

/// The style of the characters that a terminal shows next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sgr {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Sgr {
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// What of it shows on a blank.
    pub(super) fn on_blank(self) -> Self {
        let modifier = self.modifier.intersection(ON_BLANKS);
        let fg = if modifier.is_empty() { Color::Reset } else { self.fg };
        Self { fg, modifier, ..self }
    }

    /// Appends what changes this style to another.
    pub(super) fn change_to(&mut self, wanted: Self, out: &mut String) {
        if *self == wanted {
            return;
        }
        let ends = |from: Color, to: Color| from != Color::Reset && to == Color::Reset;
        let must_reset = ends(self.fg, wanted.fg)
            || ends(self.bg, wanted.bg)
            || !wanted.modifier.contains(self.modifier);
        let mut add = Style::new().fg(wanted.fg).bg(wanted.bg).add_modifier(wanted.modifier);
        if must_reset {
            out.push_str("\x1b[m");
        } else {
            add.add_modifier.remove(self.modifier);
            add.fg = add.fg.filter(|fg| *fg != self.fg);
            add.bg = add.bg.filter(|bg| *bg != self.bg);
        }
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", sgr(add));
        *self = wanted;
    }
}
