//! Colours on a line of output: the theme of the screen as escape sequences.
//!
//! Must not know what is painted.

use std::fmt::Write;

use ratatui::style::Style;

use super::browse::{background, depth};
use crate::cli::{Browse, Color};
use crate::io::key::Environment;
use crate::terminal::sgr;
use crate::view::{Depth, Theme, Themes};

/// The theme of the output; `None` for none at all. Colours are for a terminal that has them, or
/// where they are asked for by `--color always`.
pub(super) fn theme(
    setup: &Browse,
    is_terminal: bool,
    environment: Environment<'_>,
) -> Option<Theme> {
    let term = environment("TERM").map(|term| term.to_string_lossy().into_owned());
    let can = is_terminal && !matches!(term.as_deref(), None | Some("" | "dumb"));
    let wanted = match setup.color {
        Color::Always => true,
        Color::Auto => can,
        Color::Never => false,
    };
    let depth = depth(setup.color, environment);
    if !wanted || depth == Depth::Mono && setup.color == Color::Always {
        return None;
    }
    let themes = Themes::new(&setup.config.ui.theme.name, setup.theme.as_ref(), depth);
    Some(themes.first(background(environment)).clone())
}

/// Appends a text in a style.
pub(super) fn paint(text: &str, style: Option<Style>, out: &mut String) {
    let style = sgr(style.filter(|_| !text.is_empty()).unwrap_or_default());
    // Writing to a string cannot fail.
    let _ = write!(out, "{style}{text}{style:#}");
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color as Paint, Modifier};

    use super::*;

    #[test]
    fn a_style_is_escape_sequences_around_the_text() {
        let painted = |style: Option<Style>| {
            let mut out = String::new();
            paint("x", style, &mut out);
            out
        };
        assert_eq!(painted(None), "x");
        assert_eq!(painted(Some(Style::new())), "x");
        let style = Style::new().fg(Paint::Indexed(74)).add_modifier(Modifier::BOLD);
        assert_eq!(painted(Some(style)), "\x1b[1m\x1b[38;5;74mx\x1b[0m");
        let style = Style::new().fg(Paint::LightBlue).bg(Paint::Rgb(1, 2, 3));
        assert_eq!(painted(Some(style)), "\x1b[94m\x1b[48;2;1;2;3mx\x1b[0m");
    }
}
