//! Colours on a line of output: the theme of the screen as escape sequences.
//!
//! Must not know what is painted.

use ratatui::style::{Color as Paint, Modifier, Style};

use super::browse::{background, depth};
use crate::app::look::Look;
use crate::cli::{Browse, Color};
use crate::io::key::Environment;
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
    let look = Look::new(themes.names(), background(environment));
    Some(themes.of(&look).clone())
}

/// Appends a text in a style.
pub(super) fn paint(text: &str, style: Option<Style>, out: &mut String) {
    let codes = style.map(codes).unwrap_or_default();
    if codes.is_empty() || text.is_empty() {
        out.push_str(text);
        return;
    }
    out.push_str("\x1b[");
    out.push_str(&codes.join(";"));
    out.push('m');
    out.push_str(text);
    out.push_str("\x1b[0m");
}

/// The numbers of a style (ECMA-48, "select graphic rendition").
fn codes(style: Style) -> Vec<String> {
    let mut codes = Vec::new();
    for (modifier, code) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ] {
        if style.add_modifier.contains(modifier) {
            codes.push(code.to_owned());
        }
    }
    codes.extend(style.fg.and_then(|colour| colour_code(colour, 30)));
    codes.extend(style.bg.and_then(|colour| colour_code(colour, 40)));
    codes
}

/// A colour of the letters (from 30 on) or of what is behind them (from 40 on).
fn colour_code(colour: Paint, from: u8) -> Option<String> {
    let bright = from + 60;
    Some(match colour {
        Paint::Reset => return None,
        Paint::Black => from.to_string(),
        Paint::Red => (from + 1).to_string(),
        Paint::Green => (from + 2).to_string(),
        Paint::Yellow => (from + 3).to_string(),
        Paint::Blue => (from + 4).to_string(),
        Paint::Magenta => (from + 5).to_string(),
        Paint::Cyan => (from + 6).to_string(),
        Paint::Gray => (from + 7).to_string(),
        Paint::DarkGray => bright.to_string(),
        Paint::LightRed => (bright + 1).to_string(),
        Paint::LightGreen => (bright + 2).to_string(),
        Paint::LightYellow => (bright + 3).to_string(),
        Paint::LightBlue => (bright + 4).to_string(),
        Paint::LightMagenta => (bright + 5).to_string(),
        Paint::LightCyan => (bright + 6).to_string(),
        Paint::White => (bright + 7).to_string(),
        Paint::Indexed(number) => format!("{};5;{number}", from + 8),
        Paint::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", from + 8),
    })
}

#[cfg(test)]
mod tests {
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
        assert_eq!(painted(Some(style)), "\x1b[1;38;5;74mx\x1b[0m");
        let style = Style::new().fg(Paint::LightBlue).bg(Paint::Rgb(1, 2, 3));
        assert_eq!(painted(Some(style)), "\x1b[94;48;2;1;2;3mx\x1b[0m");
    }
}
