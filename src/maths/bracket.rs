//! Brackets of variable height.

use super::block::{GlyphBox, Room};

/// Puts a block between brackets of its height. An empty bracket is invisible.
pub(super) fn enclosed(open: &str, block: GlyphBox, close: &str, room: Room) -> Option<GlyphBox> {
    let (height, base) = (block.height(), block.base);
    let mut pieces = Vec::with_capacity(3);
    pieces.extend((!open.is_empty()).then(|| (0, tall(open, height, base))));
    pieces.push((0, block));
    pieces.extend((!close.is_empty()).then(|| (0, tall(close, height, base))));
    GlyphBox::beside(&pieces, room)
}

/// A bracket of a given height.
pub(super) fn tall(sign: &str, height: usize, base: usize) -> GlyphBox {
    if height < 2 {
        return GlyphBox::text(sign);
    }
    let (top, middle, bottom) = match sign {
        "(" => ("⎛", "⎜", "⎝"),
        ")" => ("⎞", "⎟", "⎠"),
        "[" => ("⎡", "⎢", "⎣"),
        "]" => ("⎤", "⎥", "⎦"),
        "⌊" => ("⎢", "⎢", "⎣"),
        "⌋" => ("⎥", "⎥", "⎦"),
        "⌈" => ("⎡", "⎢", "⎢"),
        "⌉" => ("⎤", "⎥", "⎥"),
        "|" => ("│", "│", "│"),
        "‖" => ("║", "║", "║"),
        "{" if height == 2 => ("⎰", "", "⎱"),
        "}" if height == 2 => ("⎱", "", "⎰"),
        "{" => ("⎧", "⎪", "⎩"),
        "}" => ("⎫", "⎪", "⎭"),
        "⟨" if height < 4 => ("╱", "⟨", "╲"),
        "⟩" if height < 4 => ("╲", "⟩", "╱"),
        // Only on the baseline.
        _ => {
            return GlyphBox::text(sign).grown(base, height.saturating_sub(base + 1));
        }
    };
    let point = base.clamp(1, height.saturating_sub(2).max(1));
    let signs = (0..height).map(|row| match row {
        0 => top,
        last if last + 1 == height => bottom,
        row if row == point && sign == "{" => "⎨",
        row if row == point && sign == "}" => "⎬",
        _ => middle,
    });
    GlyphBox::column(signs.collect(), base)
}
