//! A formula in two dimensions.

mod table;

use super::block::{Block, Room};
use super::bracket::{enclosed, tall};
use super::letters::{lowered, raised, vulgar};
use super::line::{is_product, line, marked};
use super::node::{Accent, Class, Node, Operator, Shaft, Side, Wide};
use super::spacing::{Placed, Style, place, place_after};
use crate::text::graphemes;

/// The picture of a formula. `None`: it has none, or not in this room.
pub(super) fn picture(node: &Node<'_>, room: Room) -> Option<Block> {
    Layout { room }.node(node)
}

struct Layout {
    room: Room,
}

impl Layout {
    /// A piece that stands for itself, or several.
    fn node(&self, node: &Node<'_>) -> Option<Block> {
        self.placed(&place(node.parts(), Style::Normal))
    }

    /// A cell of a row; something may stand before it.
    fn cell(&self, nodes: &[Node<'_>], first: Option<Class>) -> Option<Block> {
        self.placed(&place_after(nodes, Style::Normal, first))
    }

    fn placed(&self, placed: &[Placed<'_, '_>]) -> Option<Block> {
        let mut pieces: Vec<(usize, Block)> = Vec::with_capacity(placed.len());
        let mut middles = Vec::new();
        let mut last: Option<&Node<'_>> = None;
        for piece in placed {
            let needs = last.is_some_and(|last| touch(last, piece.node));
            let gap = piece.gap.max(usize::from(needs));
            if let Node::Middle(sign) = piece.node {
                middles.push((pieces.len(), sign));
            }
            pieces.push((gap, self.piece(piece.node)?));
            last = Some(piece.node);
        }
        if !middles.is_empty() {
            let whole = Block::beside(&pieces, self.room)?;
            for (index, sign) in middles {
                if let Some((_, block)) = pieces.get_mut(index) {
                    *block = tall(sign, whole.height(), whole.base);
                }
            }
        }
        Block::beside(&pieces, self.room)
    }

    fn piece(&self, node: &Node<'_>) -> Option<Block> {
        match node {
            Node::Sign(text, _) | Node::Middle(text) => Some(Block::text(&**text)),
            Node::Words(text) => Some(Block::text(text.as_str())),
            Node::Operator(operator) => Some(drawn_operator(operator)),
            Node::Space(columns) => Some(Block::text(" ".repeat(*columns))),
            Node::Row(_) => self.node(node),
            Node::Fraction { over, under, small } => self.fraction(over, under, *small),
            Node::Binomial { over, under } => {
                let (over, under) = (self.node(over)?, self.node(under)?);
                let between = Block::text(" ");
                let body = Block::stacked(vec![over, between, under], 1, self.room)?;
                enclosed("(", body, ")", self.room)
            }
            Node::Root { index, body } => self.root(index.as_deref(), body),
            Node::Scripts { base, above, below } => {
                self.scripts(base, above.as_deref(), below.as_deref())
            }
            Node::Stack { base, over, under } => {
                self.limits(self.piece(base)?, over.as_deref(), under.as_deref())
            }
            Node::Fence { open, close, body } => self.fence(open, body, close),
            Node::Accent(accent, body) => self.accent(*accent, body),
            Node::Ruled(side, body) => self.ruled(*side, body),
            Node::Brace(side, body) => {
                let body = self.node(body)?;
                let brace = Block::text(brace(*side, body.width));
                self.at_side(*side, body, brace)
            }
            Node::Arrow { shaft, over, under } => {
                self.arrow(*shaft, over.as_deref(), under.as_deref())
            }
            Node::Table(table) => self.table(table, false),
            Node::Boxed(body) => self.boxed(body),
            Node::Struck(body) => struck(&self.node(body)?),
            Node::Phantom(body) => {
                let body = self.node(body)?;
                Some(Block::blank(body.width, body.height(), body.base))
            }
            Node::Tag(body) => {
                let body = enclosed("(", self.node(body)?, ")", self.room)?;
                body.widened(4, 0).within(self.room)
            }
        }
    }

    fn fraction(&self, over: &Node<'_>, under: &Node<'_>, small: bool) -> Option<Block> {
        let is_short = |node: &Node<'_>| node.parts().len() <= 2;
        if small && is_short(over) && is_short(under) {
            let (over, under) = (line(over, Style::Tight), line(under, Style::Tight));
            if let Some(sign) = over.zip(under).and_then(|(over, under)| vulgar(&over, &under)) {
                return Some(Block::text(sign));
            }
        }
        let (over, under) = (self.node(over)?, self.node(under)?);
        if over.width == 0 || under.width == 0 {
            return None;
        }
        let bar = Block::text("─".repeat(over.width.max(under.width) + 2));
        Block::stacked(vec![over, bar, under], 1, self.room)
    }

    /// One row under a roof; several beside a stroke that goes up to it.
    fn root(&self, index: Option<&Node<'_>>, body: &Node<'_>) -> Option<Block> {
        let body = self.node(body)?;
        if body.width == 0 {
            return None;
        }
        let index = match index {
            Some(index) => Block::text(line(index, Style::Tight)?),
            None => Block::text(" "),
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
        Block { rows, width, base }.within(self.room)
    }

    /// What stands in a script: one line if it has that form.
    fn script(&self, node: &Node<'_>) -> Option<Block> {
        if let Node::Table(table) = node {
            return self.table(table, false);
        }
        match line(node, Style::Tight) {
            Some(text) => Block::text(text).within(self.room),
            None => self.node(node),
        }
    }

    /// The same where there may be none; `None`: there is one that has no picture.
    #[expect(clippy::option_option, reason = "having none is not a failure")]
    fn script_if(&self, node: Option<&Node<'_>>) -> Option<Option<Block>> {
        match node {
            Some(node) => self.script(node).map(Some),
            None => Some(None),
        }
    }

    fn scripts(
        &self,
        base: &Node<'_>,
        above: Option<&Node<'_>>,
        below: Option<&Node<'_>>,
    ) -> Option<Block> {
        match base {
            Node::Operator(operator) if operator.stacked => {
                return self.limits(self.piece(base)?, above, below);
            }
            Node::Brace(..) => return self.limits(self.piece(base)?, above, below),
            _ => {}
        }
        let block = self.piece(base)?;
        let is_bound = match base {
            Node::Fraction { .. } | Node::Scripts { .. } | Node::Root { .. } => true,
            Node::Row(nodes) => !nodes.iter().all(|node| node.is_digit() || node.is_letter()),
            _ => false,
        };
        let block = if is_bound { enclosed("(", block, ")", self.room)? } else { block };
        let is_integral = matches!(base, Node::Operator(operator) if operator.integrals > 0);
        let above = self.script_if(above)?;
        let below = self.script_if(below)?;
        // Small letters need no row of their own.
        let small = |block: Option<Block>, shape: fn(&str) -> Option<String>| match block {
            Some(Block { rows, .. }) if rows.len() == 1 && !is_integral => {
                let text = rows.concat();
                match shape(&text) {
                    Some(small) => (Some(small), None),
                    None => (None, Some(Block::text(text))),
                }
            }
            other => (None, other),
        };
        let (small_above, above) = small(above, raised);
        let (small_below, below) = small(below, lowered);
        self.with_scripts(block, [small_above, small_below], above.as_ref(), below.as_ref())
    }

    /// A block with scripts at its right: small ones in its own rows, others beyond them.
    fn with_scripts(
        &self,
        base: Block,
        [small_above, small_below]: [Option<String>; 2],
        above: Option<&Block>,
        below: Option<&Block>,
    ) -> Option<Block> {
        let is_tall = base.height() > 1;
        // A tall base has the scripts at its ends, a line of text has them above and below.
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
        let first = height - below.map_or(0, Block::height);
        for (row, text) in below.iter().flat_map(|block| block.rows.iter().enumerate()) {
            write(first + row, text);
        }
        let columns = right.iter().map(|row| crate::text::width(row)).max().unwrap_or(0);
        for row in &mut right {
            let free = columns - crate::text::width(row);
            row.extend(std::iter::repeat_n(' ', free));
        }
        let base = base.grown(up, down);
        let right = Block { rows: right, width: columns, base: base.base };
        Block::beside(&[(0, base), (0, right)], self.room)
    }

    fn limits(
        &self,
        base: Block,
        over: Option<&Node<'_>>,
        under: Option<&Node<'_>>,
    ) -> Option<Block> {
        let over = self.script_if(over)?;
        let under = self.script_if(under)?;
        let main = usize::from(over.is_some());
        let pieces = over.into_iter().chain([base]).chain(under).collect();
        Block::stacked(pieces, main, self.room)
    }

    fn fence(&self, open: &str, body: &Node<'_>, close: &str) -> Option<Block> {
        let is_brace = open == "{" || close == "}";
        let block = match body {
            Node::Table(table) if is_brace && !table.is_fenced() => {
                self.table(table, true)?.widened(usize::from(open == "{"), 0)
            }
            body => self.node(body)?,
        };
        // A bar of one row would stand at the last term alone.
        let is_cut = open.is_empty() != close.is_empty() && block.height() == 1;
        let block = if is_cut && !is_product(body.parts()) {
            enclosed("(", block, ")", self.room)?
        } else {
            block
        };
        enclosed(open, block, close, self.room)
    }

    fn accent(&self, accent: Accent, body: &Node<'_>) -> Option<Block> {
        let body = self.node(body)?;
        if let Some(block) = over_one(&body, accent.mark) {
            return Some(block);
        }
        let drawn = match accent.wide {
            Wide::Centred(sign) => sign.to_owned(),
            Wide::Drawn(left, shaft, right) => drawn(left, shaft, right, body.width),
        };
        self.at_side(Side::Over, body, Block::text(drawn))
    }

    fn ruled(&self, side: Side, body: &Node<'_>) -> Option<Block> {
        let body = self.node(body)?;
        let (mark, line) = match side {
            Side::Over => ('\u{305}', "▁"),
            Side::Under => ('\u{332}', "▔"),
        };
        if let Some(block) = over_one(&body, mark) {
            return Some(block);
        }
        let rule = Block::text(line.repeat(body.width));
        self.at_side(side, body, rule)
    }

    fn at_side(&self, side: Side, body: Block, row: Block) -> Option<Block> {
        match side {
            Side::Over => Block::stacked(vec![row, body], 1, self.room),
            Side::Under => Block::stacked(vec![body, row], 0, self.room),
        }
    }

    fn arrow(
        &self,
        shaft: Shaft,
        over: Option<&Node<'_>>,
        under: Option<&Node<'_>>,
    ) -> Option<Block> {
        let over = self.script_if(over)?;
        let under = self.script_if(under)?;
        let note = over.iter().chain(&under).map(|block| block.width).max().unwrap_or(0);
        let arrow = Block::text(drawn(shaft.left, shaft.line, shaft.right, note + 3));
        let main = usize::from(over.is_some());
        let pieces = over.into_iter().chain([arrow]).chain(under).collect();
        Block::stacked(pieces, main, self.room)
    }

    fn boxed(&self, body: &Node<'_>) -> Option<Block> {
        let body = self.node(body)?;
        let bar = "─".repeat(body.width + 2);
        let mut rows = vec![format!("┌{bar}┐")];
        rows.extend(body.rows.iter().map(|row| format!("│ {row} │")));
        rows.push(format!("└{bar}┘"));
        Block { rows, width: body.width + 4, base: body.base + 1 }.within(self.room)
    }
}

/// An integral is tall, all others are as tall as a letter.
fn drawn_operator(operator: &Operator<'_>) -> Block {
    if operator.integrals == 0 {
        return Block::text(&*operator.text);
    }
    let rows = ["⌠", "⎮", "⌡"].map(|sign| sign.repeat(operator.integrals));
    Block { rows: rows.to_vec(), width: operator.integrals, base: 1 }
}

/// Whether two neighbours would run into each other: bars beside bars or beside a minus.
fn touch(left: &Node<'_>, right: &Node<'_>) -> bool {
    let is_flat = |node: &Node<'_>| match node {
        Node::Fraction { .. } | Node::Boxed(_) | Node::Arrow { .. } => true,
        Node::Table(table) => !table.is_fenced(),
        _ => false,
    };
    let is_drawn = |node: &Node<'_>| {
        is_flat(node)
            || matches!(
                node,
                Node::Root { .. } | Node::Ruled(..) | Node::Accent(..) | Node::Brace(..)
            )
    };
    let ends = matches!(right.class(), Class::Punctuation | Class::Closing);
    match (is_flat(left), is_flat(right)) {
        (false, false) => is_drawn(left) && is_drawn(right),
        (true, false) => !ends && right.sign() != Some("."),
        _ => true,
    }
}

/// One character with a combining mark, if the block is that.
fn over_one(body: &Block, mark: char) -> Option<Block> {
    let [row] = body.rows.as_slice() else { return None };
    let is_one = body.width == 1 && graphemes(row).take(2).count() == 1;
    if is_one { marked(row, mark).map(Block::text) } else { None }
}

/// A line drawn out to so many columns between its ends.
fn drawn(left: &str, shaft: &str, right: &str, columns: usize) -> String {
    let ends = crate::text::width(left) + crate::text::width(right);
    format!("{left}{}{right}", shaft.repeat(columns.saturating_sub(ends)))
}

/// A brace that lies on its side, so many columns wide.
fn brace(side: Side, columns: usize) -> String {
    let (left, middle, right, whole) = match side {
        Side::Over => ("╭", "┴", "╮", "⏞"),
        Side::Under => ("╰", "┬", "╯", "⏟"),
    };
    if columns < 3 {
        return whole.to_owned();
    }
    let free = columns - 3;
    format!("{left}{}{middle}{}{right}", "─".repeat(free / 2), "─".repeat(free - free / 2))
}

/// Crossed out; only what is one row.
fn struck(body: &Block) -> Option<Block> {
    let [row] = body.rows.as_slice() else { return None };
    let mut text = String::with_capacity(row.len() * 2);
    for (cluster, _) in graphemes(row) {
        match cluster {
            " " => text.push(' '),
            cluster => text.push_str(&marked(cluster, '\u{338}')?),
        }
    }
    Some(Block::text(text))
}
