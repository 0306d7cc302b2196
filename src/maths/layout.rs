//! Lays out a formula in two dimensions.

mod table;

use super::block::{GlyphBox, Room};
use super::bracket::{enclosed, tall};
use super::letters::{lowered, raised, vulgar};
use super::line::{is_product, line, marked};
use super::node::{Accent, Class, MathNode, Operator, Shaft, VerticalSide, Wide};
use super::spacing::{MathStyle, Placed, place, place_after};
use crate::text::graphemes;

/// Lays out a formula as a picture. `None` if it has none, or none that fits into `room`.
pub(super) fn picture(node: &MathNode<'_>, room: Room) -> Option<GlyphBox> {
    Layout { room }.node(node)
}

struct Layout {
    room: Room,
}

impl Layout {
    /// Lays out a node that has no neighbours.
    fn node(&self, node: &MathNode<'_>) -> Option<GlyphBox> {
        self.placed(&place(node.parts(), MathStyle::Normal))
    }

    /// Lays out a cell of a row, which may follow another cell.
    fn cell(&self, nodes: &[MathNode<'_>], first: Option<Class>) -> Option<GlyphBox> {
        self.placed(&place_after(nodes, MathStyle::Normal, first))
    }

    fn placed(&self, placed: &[Placed<'_, '_>]) -> Option<GlyphBox> {
        let mut pieces: Vec<(usize, GlyphBox)> = Vec::with_capacity(placed.len());
        let mut middles = Vec::new();
        let mut last: Option<&MathNode<'_>> = None;
        for piece in placed {
            let needs = last.is_some_and(|last| touch(last, piece.node));
            let gap = piece.gap.max(usize::from(needs));
            if let MathNode::Middle(sign) = piece.node {
                middles.push((pieces.len(), sign));
            }
            pieces.push((gap, self.piece(piece.node)?));
            last = Some(piece.node);
        }
        if !middles.is_empty() {
            let whole = GlyphBox::beside(&pieces, self.room)?;
            for (index, sign) in middles {
                if let Some((_, block)) = pieces.get_mut(index) {
                    *block = tall(sign, whole.height(), whole.base);
                }
            }
        }
        GlyphBox::beside(&pieces, self.room)
    }

    fn piece(&self, node: &MathNode<'_>) -> Option<GlyphBox> {
        match node {
            MathNode::Sign(text, _) | MathNode::Middle(text) => Some(GlyphBox::text(&**text)),
            MathNode::Words(text) => Some(GlyphBox::text(text.as_str())),
            MathNode::Operator(operator) => Some(drawn_operator(operator)),
            MathNode::Space(columns) => Some(GlyphBox::text(" ".repeat(*columns))),
            MathNode::Row(_) => self.node(node),
            MathNode::Fraction { over, under, small } => self.fraction(over, under, *small),
            MathNode::Binomial { over, under } => {
                let (over, under) = (self.node(over)?, self.node(under)?);
                let between = GlyphBox::text(" ");
                let body = GlyphBox::stacked(vec![over, between, under], 1, self.room)?;
                enclosed("(", body, ")", self.room)
            }
            MathNode::Root { index, body } => self.root(index.as_deref(), body),
            MathNode::Scripts { base, above, below } => {
                self.scripts(base, above.as_deref(), below.as_deref())
            }
            MathNode::Stack { base, over, under } => {
                self.limits(self.piece(base)?, over.as_deref(), under.as_deref())
            }
            MathNode::Fence { open, close, body } => self.fence(open, body, close),
            MathNode::Accent(accent, body) => self.accent(*accent, body),
            MathNode::Ruled(side, body) => self.ruled(*side, body),
            MathNode::Brace(side, body) => {
                let body = self.node(body)?;
                let brace = GlyphBox::text(brace(*side, body.width));
                self.at_side(*side, body, brace)
            }
            MathNode::Arrow { shaft, over, under } => {
                self.arrow(*shaft, over.as_deref(), under.as_deref())
            }
            MathNode::Table(table) => self.table(table, false),
            MathNode::Boxed(body) => self.boxed(body),
            MathNode::Struck(body) => struck(&self.node(body)?),
            MathNode::Phantom(body) => {
                let body = self.node(body)?;
                Some(GlyphBox::blank(body.width, body.height(), body.base))
            }
            MathNode::Tag(body) => {
                let body = enclosed("(", self.node(body)?, ")", self.room)?;
                body.widened(4, 0).within(self.room)
            }
        }
    }

    fn fraction(&self, over: &MathNode<'_>, under: &MathNode<'_>, small: bool) -> Option<GlyphBox> {
        let is_short = |node: &MathNode<'_>| node.parts().len() <= 2;
        if small && is_short(over) && is_short(under) {
            let (over, under) = (line(over, MathStyle::Tight), line(under, MathStyle::Tight));
            if let Some(sign) = over.zip(under).and_then(|(over, under)| vulgar(&over, &under)) {
                return Some(GlyphBox::text(sign));
            }
        }
        let (over, under) = (self.node(over)?, self.node(under)?);
        if over.width == 0 || under.width == 0 {
            return None;
        }
        let bar = GlyphBox::text("─".repeat(over.width.max(under.width) + 2));
        GlyphBox::stacked(vec![over, bar, under], 1, self.room)
    }

    /// Lays out a root: one row gets only a roof, several rows also a tall stroke.
    fn root(&self, index: Option<&MathNode<'_>>, body: &MathNode<'_>) -> Option<GlyphBox> {
        let body = self.node(body)?;
        if body.width == 0 {
            return None;
        }
        let index = match index {
            Some(index) => GlyphBox::text(line(index, MathStyle::Tight)?),
            None => GlyphBox::text(" "),
        };
        let left = index.width.max(1);
        let indent = " ".repeat(left - 1);
        let index = index.rows.concat();
        let base = body.base + 1;
        let width = body.width;
        let (mut rows, width) = if body.height() == 1 {
            (vec![format!("{index}{}", "▁".repeat(width))], left + width)
        } else {
            (vec![format!("{indent} ┌{}", "─".repeat(width))], left + 1 + width)
        };
        let last = body.height() - 1;
        for (at, row) in body.rows.iter().enumerate() {
            rows.push(match () {
                () if last == 0 => format!("{indent}√{row}"),
                () if at == last => format!("{indent}√│{row}"),
                () if at + 1 == last => format!("{index}│{row}"),
                () => format!("{indent} │{row}"),
            });
        }
        GlyphBox { rows, width, base }.within(self.room)
    }

    /// Lays out a script, on one line if it has such a form.
    fn script(&self, node: &MathNode<'_>) -> Option<GlyphBox> {
        if let MathNode::Table(table) = node {
            return self.table(table, false);
        }
        match line(node, MathStyle::Tight) {
            Some(text) => GlyphBox::text(text).within(self.room),
            None => self.node(node),
        }
    }

    /// Lays out an optional script. The outer `None` means that a script exists but has no picture.
    #[expect(clippy::option_option, reason = "absence is not a failure")]
    fn script_if(&self, node: Option<&MathNode<'_>>) -> Option<Option<GlyphBox>> {
        match node {
            Some(node) => self.script(node).map(Some),
            None => Some(None),
        }
    }

    fn scripts(
        &self,
        base: &MathNode<'_>,
        above: Option<&MathNode<'_>>,
        below: Option<&MathNode<'_>>,
    ) -> Option<GlyphBox> {
        match base {
            MathNode::Operator(operator) if operator.stacked => {
                return self.limits(self.piece(base)?, above, below);
            }
            MathNode::Brace(..) => return self.limits(self.piece(base)?, above, below),
            _ => {}
        }
        let block = self.piece(base)?;
        let is_bound = match base {
            MathNode::Fraction { .. } | MathNode::Scripts { .. } | MathNode::Root { .. } => true,
            MathNode::Row(nodes) => !nodes.iter().all(|node| node.is_digit() || node.is_letter()),
            _ => false,
        };
        let block = if is_bound { enclosed("(", block, ")", self.room)? } else { block };
        let is_integral = matches!(base, MathNode::Operator(operator) if operator.integrals > 0);
        let above = self.script_if(above)?;
        let below = self.script_if(below)?;
        // Superscript and subscript characters need no row of their own.
        let small = |block: Option<GlyphBox>, shape: fn(&str) -> Option<String>| match block {
            Some(GlyphBox { rows, .. }) if rows.len() == 1 && !is_integral => {
                let text = rows.concat();
                match shape(&text) {
                    Some(small) => (Some(small), None),
                    None => (None, Some(GlyphBox::text(text))),
                }
            }
            other => (None, other),
        };
        let (small_above, above) = small(above, raised);
        let (small_below, below) = small(below, lowered);
        self.with_scripts(block, [small_above, small_below], above.as_ref(), below.as_ref())
    }

    /// Adds scripts at the right of a block: small ones within its rows, others above and below.
    fn with_scripts(
        &self,
        base: GlyphBox,
        [small_above, small_below]: [Option<String>; 2],
        above: Option<&GlyphBox>,
        below: Option<&GlyphBox>,
    ) -> Option<GlyphBox> {
        let is_tall = base.height() > 1;
        // A tall base takes the scripts at its corners, a single row takes them above and below.
        let shared = usize::from(is_tall);
        let up = above.map_or(0, |block| block.height().saturating_sub(shared));
        let down = below.map_or(0, |block| block.height().saturating_sub(shared));
        let height = up + base.height() + down;
        let mut right = vec![String::new(); height];
        let mut write = |row: usize, text: &str| {
            if let Some(line) = right.get_mut(row) {
                line.push_str(text);
            }
        };
        let bottom = up + base.height() - 1;
        write(bottom, &small_below.unwrap_or_default());
        write(up, &small_above.unwrap_or_default());
        for (row, text) in above.iter().flat_map(|block| block.rows.iter().enumerate()) {
            write(row, text);
        }
        let first = height - below.map_or(0, GlyphBox::height);
        for (row, text) in below.iter().flat_map(|block| block.rows.iter().enumerate()) {
            write(first + row, text);
        }
        let columns = right.iter().map(|row| crate::text::width(row)).max().unwrap_or(0);
        for row in &mut right {
            let free = columns - crate::text::width(row);
            row.extend(std::iter::repeat_n(' ', free));
        }
        let base = base.grown(up, down);
        let right = GlyphBox { rows: right, width: columns, base: base.base };
        GlyphBox::beside(&[(0, base), (0, right)], self.room)
    }

    fn limits(
        &self,
        base: GlyphBox,
        over: Option<&MathNode<'_>>,
        under: Option<&MathNode<'_>>,
    ) -> Option<GlyphBox> {
        let over = self.script_if(over)?;
        let under = self.script_if(under)?;
        let main = usize::from(over.is_some());
        let pieces = over.into_iter().chain([base]).chain(under).collect();
        GlyphBox::stacked(pieces, main, self.room)
    }

    fn fence(&self, open: &str, body: &MathNode<'_>, close: &str) -> Option<GlyphBox> {
        let is_brace = open == "{" || close == "}";
        let block = match body {
            MathNode::Table(table) if is_brace && !table.is_fenced() => {
                self.table(table, true)?.widened(usize::from(open == "{"), 0)
            }
            body => self.node(body)?,
        };
        // A bar of one row would seem to belong to the last term alone.
        let is_cut = open.is_empty() != close.is_empty() && block.height() == 1;
        let block = if is_cut && !is_product(body.parts()) {
            enclosed("(", block, ")", self.room)?
        } else {
            block
        };
        enclosed(open, block, close, self.room)
    }

    fn accent(&self, accent: Accent, body: &MathNode<'_>) -> Option<GlyphBox> {
        let body = self.node(body)?;
        if let Some(block) = over_one(&body, accent.mark) {
            return Some(block);
        }
        let drawn = match accent.wide {
            Wide::Centred(sign) => sign.to_owned(),
            Wide::Drawn(left, shaft, right) => drawn(left, shaft, right, body.width),
        };
        self.at_side(VerticalSide::Over, body, GlyphBox::text(drawn))
    }

    fn ruled(&self, side: VerticalSide, body: &MathNode<'_>) -> Option<GlyphBox> {
        let body = self.node(body)?;
        let (mark, line) = match side {
            VerticalSide::Over => ('\u{305}', "▁"),
            VerticalSide::Under => ('\u{332}', "▔"),
        };
        if let Some(block) = over_one(&body, mark) {
            return Some(block);
        }
        let rule = GlyphBox::text(line.repeat(body.width));
        self.at_side(side, body, rule)
    }

    fn at_side(&self, side: VerticalSide, body: GlyphBox, row: GlyphBox) -> Option<GlyphBox> {
        match side {
            VerticalSide::Over => GlyphBox::stacked(vec![row, body], 1, self.room),
            VerticalSide::Under => GlyphBox::stacked(vec![body, row], 0, self.room),
        }
    }

    fn arrow(
        &self,
        shaft: Shaft,
        over: Option<&MathNode<'_>>,
        under: Option<&MathNode<'_>>,
    ) -> Option<GlyphBox> {
        let over = self.script_if(over)?;
        let under = self.script_if(under)?;
        let note = over.iter().chain(&under).map(|block| block.width).max().unwrap_or(0);
        let arrow = GlyphBox::text(drawn(shaft.left, shaft.line, shaft.right, note + 3));
        let main = usize::from(over.is_some());
        let pieces = over.into_iter().chain([arrow]).chain(under).collect();
        GlyphBox::stacked(pieces, main, self.room)
    }

    fn boxed(&self, body: &MathNode<'_>) -> Option<GlyphBox> {
        let body = self.node(body)?;
        let bar = "─".repeat(body.width + 2);
        let mut rows = vec![format!("┌{bar}┐")];
        rows.extend(body.rows.iter().map(|row| format!("│ {row} │")));
        rows.push(format!("└{bar}┘"));
        GlyphBox { rows, width: body.width + 4, base: body.base + 1 }.within(self.room)
    }
}

/// Draws a big operator: integrals are tall, others have the height of a letter.
fn drawn_operator(operator: &Operator<'_>) -> GlyphBox {
    if operator.integrals == 0 {
        return GlyphBox::text(&*operator.text);
    }
    let rows = ["⌠", "⎮", "⌡"].map(|sign| sign.repeat(operator.integrals));
    GlyphBox { rows: rows.to_vec(), width: operator.integrals, base: 1 }
}

/// Whether two neighbours would merge visually: bars next to bars or to a minus.
fn touch(left: &MathNode<'_>, right: &MathNode<'_>) -> bool {
    let is_flat = |node: &MathNode<'_>| match node {
        MathNode::Fraction { .. } | MathNode::Boxed(_) | MathNode::Arrow { .. } => true,
        MathNode::Table(table) => !table.is_fenced(),
        _ => false,
    };
    let is_drawn = |node: &MathNode<'_>| {
        is_flat(node)
            || matches!(
                node,
                MathNode::Root { .. }
                    | MathNode::Ruled(..)
                    | MathNode::Accent(..)
                    | MathNode::Brace(..)
            )
    };
    let ends = matches!(right.class(), Class::Punctuation | Class::Closing);
    match (is_flat(left), is_flat(right)) {
        (false, false) => is_drawn(left) && is_drawn(right),
        (true, false) => !ends && right.sign() != Some("."),
        _ => true,
    }
}

/// Adds a combining mark if the block is a single character.
fn over_one(body: &GlyphBox, mark: char) -> Option<GlyphBox> {
    let [row] = body.rows.as_slice() else { return None };
    let is_one = body.width == 1 && graphemes(row).take(2).count() == 1;
    if is_one { marked(row, mark).map(GlyphBox::text) } else { None }
}

/// A shaft stretched between its ends to `columns`.
fn drawn(left: &str, shaft: &str, right: &str, columns: usize) -> String {
    let ends = crate::text::width(left) + crate::text::width(right);
    format!("{left}{}{right}", shaft.repeat(columns.saturating_sub(ends)))
}

/// A horizontal brace of `columns`.
fn brace(side: VerticalSide, columns: usize) -> String {
    let (left, middle, right, whole) = match side {
        VerticalSide::Over => ("╭", "┴", "╮", "⏞"),
        VerticalSide::Under => ("╰", "┬", "╯", "⏟"),
    };
    if columns < 3 {
        return whole.to_owned();
    }
    let free = columns - 3;
    format!("{left}{}{middle}{}{right}", "─".repeat(free / 2), "─".repeat(free - free / 2))
}

/// Strikes through a single row; `None` for taller blocks.
fn struck(body: &GlyphBox) -> Option<GlyphBox> {
    let [row] = body.rows.as_slice() else { return None };
    let mut text = String::with_capacity(row.len() * 2);
    for (cluster, _) in graphemes(row) {
        match cluster {
            " " => text.push(' '),
            cluster => text.push_str(&marked(cluster, '\u{338}')?),
        }
    }
    Some(GlyphBox::text(text))
}
