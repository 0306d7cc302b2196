//! A frame as an SVG picture, for the README: the very cells, in the colours of a dark terminal.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::text::width;

/// Pixels of a cell.
const CELL: (usize, usize) = (9, 19);
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d8dbe2";

/// The picture of a frame.
pub fn to_svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (wide, high) = (columns * CELL.0 + 20, rows * CELL.1 + 20);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" role=\"img\">\n\
         <title>{}</title>\n<rect width=\"{wide}\" height=\"{high}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\" \
         transform=\"translate(10 10)\">\n",
        escaped(title)
    );
    for row in 0..buffer.area.height {
        let mut column = 0;
        while column < buffer.area.width {
            let Some(cell) = buffer.cell((column, row)) else { break };
            // A run of narrow cells of one style is one text; a wide one stands alone.
            let mut text = cell.symbol().to_owned();
            let mut next = column + u16::try_from(width(cell.symbol()).max(1)).unwrap_or(1);
            while let Some(other) =
                buffer.cell((next, row)).filter(|_| next == column + count(&text))
                && same(cell, other)
                && width(other.symbol()) == 1
                && text.is_ascii() == other.symbol().is_ascii()
            {
                text.push_str(other.symbol());
                next += 1;
            }
            paint(&mut svg, cell, &text, (column, row), next - column);
            column = next;
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn count(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

fn same(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)
}

fn paint(svg: &mut String, cell: &Cell, text: &str, (column, row): (u16, u16), cells: u16) {
    let (x, y) = (usize::from(column) * CELL.0, usize::from(row) * CELL.1);
    let mut colours = (colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND));
    if cell.modifier.contains(Modifier::REVERSED) {
        colours = (colours.1, colours.0);
    }
    let wide = usize::from(cells) * CELL.0;
    if colours.1 != BACKGROUND {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1, colours.1
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let slant =
        if cell.modifier.contains(Modifier::ITALIC) { " font-style=\"italic\"" } else { "" };
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\" fill=\"{}\"{bold}{slant}>{}</text>",
        y + 15,
        colours.0,
        escaped(text)
    );
}

/// The colour of one of the 256; the program uses no others.
fn colour(colour: Color, otherwise: &str) -> String {
    let Color::Indexed(index) = colour else { return otherwise.to_owned() };
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return format!("#{grey:02x}{grey:02x}{grey:02x}");
    }
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    let index = index.saturating_sub(16);
    format!("#{:02x}{:02x}{:02x}", step(index / 36), step(index / 6 % 6), step(index % 6))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
