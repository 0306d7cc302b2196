//! Frames as text: what a person sees, and a number that changes with any style.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use sfchat_tui::app::App;
use sfchat_tui::view::{self, Theme};

/// A frame of an app that was prepared.
pub(crate) fn drawn(app: &App, theme: &Theme) -> Buffer {
    let mut buffer =
        Buffer::empty(Rect::new(0, 0, app.display().size().columns, app.display().size().rows));
    view::draw(app, theme, &mut buffer);
    buffer
}

/// The cells as lines of text; the second cell of a wide character is left out.
pub(crate) fn text(buffer: &Buffer) -> String {
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(sfchat_tui::text::width(symbol)).unwrap().max(1);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// A number that two frames share only when every cell has the same style (FNV-1a).
pub(crate) fn styles(buffer: &Buffer) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut last: Option<(Style, String)> = None;
    for cell in &buffer.content {
        let style = cell.style();
        if last.as_ref().is_none_or(|(other, _)| *other != style) {
            last = Some((style, format!("{:?}{:?}{:?}", style.fg, style.bg, style.add_modifier)));
        }
        for byte in last.iter().flat_map(|(_, words)| words.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// A frame as a snapshot holds it: the text between bars, and the number of the styles.
pub(crate) fn picture(app: &App, theme: &Theme) -> String {
    let buffer = drawn(app, theme);
    let lines: Vec<String> = text(&buffer).lines().map(|line| format!("|{line}")).collect();
    format!("{}\nstyles {}", lines.join("\n"), styles(&buffer))
}
