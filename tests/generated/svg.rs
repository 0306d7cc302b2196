//! A frame as an SVG picture, for the README: the very cells, in the colours of a dark terminal.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use sfchat_tui::text::width;

/// Pixels of a cell.
const CELL: (usize, usize) = (9, 19);
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d8dbe2";

/// The picture of a frame.
pub(crate) fn to_svg(buffer: &Buffer, title: &str) -> String {
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
            // A run of narrow cells of one style is one text; a wide one stands alone. What is
            // drawn goes together with its like only.
            let mut text = cell.symbol().to_owned();
            let mut next = column + u16::try_from(width(cell.symbol()).max(1)).unwrap_or(1);
            while let Some(other) =
                buffer.cell((next, row)).filter(|_| next == column + count(&text))
                && same(cell, other)
                && width(other.symbol()) == 1
                && text.is_ascii() == other.symbol().is_ascii()
                && (cell.symbol() == other.symbol()
                    || shape(cell.symbol()).or(shape(other.symbol())).is_none())
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
    if let Some(shape) = shape(cell.symbol()) {
        let _ = writeln!(svg, "{}", drawn(shape, (x, y), wide, &colours.0));
        return;
    }
    let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let slant =
        if cell.modifier.contains(Modifier::ITALIC) { " font-style=\"italic\"" } else { "" };
    let line = if cell.modifier.contains(Modifier::UNDERLINED) {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\" fill=\"{}\"{bold}{slant}{line}>{}</text>",
        y + 15,
        colours.0,
        escaped(text)
    );
}

/// What is drawn, because the glyphs of a font would leave gaps between lines.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Shape {
    /// Lines from the middle of the cell to these sides: up, right, down, left.
    Lines([bool; 4]),
    /// So many eighths of the cell, from the left.
    Block(usize),
}

/// The shape of a box-drawing or block character that the program uses.
fn shape(symbol: &str) -> Option<Shape> {
    let lines = |up, right, down, left| Some(Shape::Lines([up, right, down, left]));
    match symbol {
        "─" => lines(false, true, false, true),
        "│" => lines(true, false, true, false),
        "┌" => lines(false, true, true, false),
        "┐" => lines(false, false, true, true),
        "└" => lines(true, true, false, false),
        "┘" => lines(true, false, false, true),
        "├" => lines(true, true, true, false),
        "┤" => lines(true, false, true, true),
        "┬" => lines(false, true, true, true),
        "┴" => lines(true, true, false, true),
        "┼" => lines(true, true, true, true),
        "█" => Some(Shape::Block(8)),
        "▌" => Some(Shape::Block(4)),
        "▎" => Some(Shape::Block(2)),
        _ => None,
    }
}

/// A run of one shape.
fn drawn(shape: Shape, (x, y): (usize, usize), wide: usize, colour: &str) -> String {
    match shape {
        Shape::Block(eighths) => {
            // A run of half blocks does not occur.
            let wide = if eighths == 8 { wide } else { CELL.0 * eighths / 8 };
            let high = CELL.1;
            format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{colour}\"/>"
            )
        }
        Shape::Lines([up, right, down, left]) => {
            let (middle, centre) = (x + CELL.0 / 2, y + CELL.1 / 2);
            let mut path = String::new();
            if left || right {
                let from = if left { x } else { middle };
                let to = if right { x + wide } else { middle };
                let _ = write!(path, "M{from} {centre}H{to}");
            }
            if up || down {
                let from = if up { y } else { centre };
                let to = if down { y + CELL.1 } else { centre };
                let _ = write!(path, "M{middle} {from}V{to}");
            }
            format!("<path d=\"{path}\" stroke=\"{colour}\" stroke-linecap=\"square\"/>")
        }
    }
}

/// A colour that looks the same on every terminal; the picture has no others.
fn colour(colour: Color, otherwise: &str) -> String {
    if let Color::Rgb(r, g, b) = colour {
        return format!("#{r:02x}{g:02x}{b:02x}");
    }
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

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn picture(text: &str, style: Style) -> String {
        let columns = u16::try_from(width(text)).unwrap();
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
        buffer.set_string(0, 0, text, style);
        to_svg(&buffer, "a < b")
    }

    #[test]
    fn text_is_placed_by_cells_and_escaped() {
        let svg = picture("a<b", Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(24)));
        assert!(svg.contains("<title>a &lt; b</title>"));
        assert!(
            svg.contains("<rect x=\"0\" y=\"0\" width=\"27\" height=\"19\" fill=\"#005f87\"/>")
        );
        assert!(svg.contains("textLength=\"27\"") && svg.contains("#ffffff\">a&lt;b</text>"));
        let wide = picture("a光b", Style::new());
        assert!(wide.contains("x=\"9\" y=\"15\" textLength=\"18\"") && wide.contains(">光</text>"));
        assert!(wide.contains("x=\"27\" y=\"15\" textLength=\"9\"") && wide.contains(">b</text>"));
    }

    #[test]
    fn frames_are_drawn_and_join_at_the_edges_of_cells() {
        let svg = picture("┌──┐", Style::new());
        assert!(!svg.contains("<text"), "{svg}");
        for path in ["M4 9H9M4 9V19", "M9 9H27", "M27 9H31M31 9V19"] {
            assert!(svg.contains(&format!("<path d=\"{path}\"")), "{path} is not in {svg}");
        }
        assert!(picture("▌", Style::new()).contains("width=\"4\" height=\"19\""));
    }
}
