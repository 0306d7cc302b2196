//! Lays out a formula on one line.
//!
//! Where paper binds by position (fraction bars, roots, scripts), a line must bind by parentheses,
//! so that it cannot be misread. Returns `None` for what has no form on a line.

mod plain;

use super::letters::{lowered, raised, vulgar};
use super::node::{Accent, Class, MathNode, Shaft, VerticalSide, Wide, is_number};
use super::spacing::{Before, MathStyle, Placed, place, place_after};
use crate::text::{graphemes, width};

pub(super) use plain::is_product;

/// Combining overline.
const OVER: char = '\u{305}';
/// Combining low line.
const UNDER: char = '\u{332}';
/// Combining long stroke overlay.
const STROKE: char = '\u{338}';
/// Not every terminal shows longer clusters, in characters.
const MOST_MARKS: usize = 4;

/// Lays out a node on one line.
pub(super) fn line(node: &MathNode<'_>, style: MathStyle) -> Option<String> {
    row(node.parts(), style)
}

fn row(nodes: &[MathNode<'_>], style: MathStyle) -> Option<String> {
    written(&place(nodes, style), style)
}

fn written(placed: &[Placed<'_, '_>], style: MathStyle) -> Option<String> {
    let mut text = String::new();
    for piece in placed {
        let item = item(piece, style)?;
        let is_argument = piece.before == Before::Function
            && matches!(piece.node, MathNode::Fraction { .. })
            && item.starts_with('(');
        if !is_argument {
            text.extend(std::iter::repeat_n(' ', piece.gap));
        }
        text.push_str(&item);
    }
    Some(text)
}

/// Lays out a node in its context, without the spaces before it.
pub(super) fn item(placed: &Placed<'_, '_>, style: MathStyle) -> Option<String> {
    match placed.node {
        MathNode::Sign(text, _) | MathNode::Middle(text) => Some(text.to_string()),
        MathNode::Words(text) => Some(text.clone()),
        MathNode::Operator(operator) => Some(operator.text.to_string()),
        MathNode::Space(columns) => Some(" ".repeat(*columns)),
        MathNode::Row(nodes) => row(nodes, style),
        MathNode::Fraction { over, under, .. } => fraction(placed, over, under, style),
        MathNode::Binomial { over, under } => {
            Some(format!("({} choose {})", line(over, style)?, line(under, style)?))
        }
        MathNode::Root { index, body } => root(placed, index.as_deref(), body, style),
        MathNode::Scripts { base, above, below } => {
            scripts(placed, base, above.as_deref(), below.as_deref(), style)
        }
        MathNode::Stack { base, over, under } if is_big(base) => {
            scripts(placed, base, over.as_deref(), under.as_deref(), style)
        }
        MathNode::Fence { open, close, body } => fence(open, close, body, style),
        MathNode::Accent(accent, body) => accented(*accent, body),
        MathNode::Ruled(VerticalSide::Over, body) => marked(&line(body, MathStyle::Tight)?, OVER),
        MathNode::Ruled(VerticalSide::Under, body) => marked(&line(body, MathStyle::Tight)?, UNDER),
        MathNode::Struck(body) => marked(&line(body, MathStyle::Tight)?, STROKE),
        MathNode::Arrow { shaft, over, under: None } => arrow(*shaft, over.as_deref()),
        MathNode::Table(_) => table(placed.node, placed.is_alone),
        MathNode::Boxed(body) => {
            let text = line(body, style)?;
            let is_beside = placed.is_joined || placed.before != Before::Start;
            Some(if is_beside && !plain::is_product(body.parts()) {
                bracketed(&text)
            } else {
                text
            })
        }
        MathNode::Phantom(body) => Some(" ".repeat(width(&line(body, style)?))),
        MathNode::Tag(body) => Some(format!("  ({})", line(body, MathStyle::Normal)?)),
        MathNode::Stack { .. } | MathNode::Brace(..) | MathNode::Arrow { .. } => None,
    }
}

fn bracketed(text: &str) -> String {
    format!("({text})")
}

fn is_big(node: &MathNode<'_>) -> bool {
    matches!(node, MathNode::Operator(_))
}

/// `(a + b)/(2c)`.
fn fraction(
    placed: &Placed<'_, '_>,
    over: &MathNode<'_>,
    under: &MathNode<'_>,
    style: MathStyle,
) -> Option<String> {
    let (above, below) = (line(over, style)?, line(under, style)?);
    let (above, below) = (above.trim().to_owned(), below.trim().to_owned());
    if above.is_empty() || below.is_empty() {
        return None;
    }
    if style == MathStyle::Normal
        && let Some(sign) = vulgar(&above, &below)
    {
        return Some(sign.to_owned());
    }
    let is_mixed = placed.before == Before::Number
        && !placed.is_joined
        && is_number(over.parts())
        && is_number(under.parts());
    let is_bound = !is_mixed
        && (placed.is_joined
            || !matches!(placed.before, Before::Start | Before::Operation | Before::Big));
    let may_be_negative = is_bound || placed.before == Before::Start;
    let over =
        if plain::is_numerator(over.parts(), may_be_negative) { above } else { bracketed(&above) };
    let under = if plain::is_denominator(under.parts()) { below } else { bracketed(&below) };
    let whole = format!("{over}/{under}");
    Some(match (is_mixed, is_bound) {
        (true, _) => format!(" {whole}"),
        (_, true) => bracketed(&whole),
        _ => whole,
    })
}

/// `√2`, `√(x + 1)`, `∛x`.
fn root(
    placed: &Placed<'_, '_>,
    index: Option<&MathNode<'_>>,
    body: &MathNode<'_>,
    style: MathStyle,
) -> Option<String> {
    let text = line(body, style)?;
    if text.is_empty() {
        return None;
    }
    let (sign, is_raised) = match index {
        None => ("√".to_owned(), false),
        Some(index) => match line(index, MathStyle::Tight)?.as_str() {
            "3" => ("∛".to_owned(), false),
            "4" => ("∜".to_owned(), false),
            other => (format!("{}√", raised(other)?), true),
        },
    };
    let parts = body.parts();
    let is_short = match parts {
        [only] => only.is_letter(),
        _ => false,
    };
    let has_own =
        matches!(parts, [MathNode::Fence { open, close, .. }] if open == "(" && close == ")");
    let is_short = (is_short || is_number(parts)) && !placed.is_joined;
    let root = if is_short || has_own { sign + &text } else { sign + &bracketed(&text) };
    // `xⁿ√y` would give the index to `x`.
    let is_mistaken = is_raised && matches!(placed.before, Before::Number | Before::Factor);
    Some(if is_mistaken { bracketed(&root) } else { root })
}

fn scripts(
    placed: &Placed<'_, '_>,
    base: &MathNode<'_>,
    above: Option<&MathNode<'_>>,
    below: Option<&MathNode<'_>>,
    style: MathStyle,
) -> Option<String> {
    let alone = Placed { node: base, before: Before::Start, is_joined: false, ..*placed };
    let mut text = item(&alone, style)?;
    if !plain::is_base(base) {
        text = bracketed(&text);
    }
    if let Some(below) = below {
        let is_followed = placed.is_joined || above.is_some();
        text += &script(below.parts(), '_', is_followed)?;
    }
    if let Some(above) = above {
        let parts = above.parts();
        let (primes, rest) = match parts.split_first() {
            Some((first, rest)) if plain::is_prime(first) => (first.sign(), rest),
            _ => (None, parts),
        };
        text += primes.unwrap_or_default();
        text += &script(rest, '^', placed.is_joined)?;
    }
    Some(text)
}

/// Lays out a script: as superscript or subscript characters if all exist, else after its sign.
fn script(parts: &[MathNode<'_>], sign: char, is_followed: bool) -> Option<String> {
    let text = row(parts, MathStyle::Tight)?;
    let small = if sign == '^' { raised(&text) } else { lowered(&text) };
    if let Some(small) = small {
        return Some(small);
    }
    let is_one = match parts {
        [MathNode::Sign(..)] => true,
        [MathNode::Words(words)] => !words.contains(' '),
        _ => false,
    };
    Some(if is_one && !is_followed { format!("{sign}{text}") } else { format!("{sign}({text})") })
}

fn fence(open: &str, close: &str, body: &MathNode<'_>, style: MathStyle) -> Option<String> {
    if let MathNode::Table(table) = body
        && !table.is_fenced()
    {
        let cells = self::table(body, true)?;
        let pair = [("{", "}"), ("(", ")"), ("[", "]"), ("|", "|")];
        let find = |(a, b): &&(&str, &str)| *a == open || *b == close;
        let (first, last) = pair.iter().find(find).copied().unwrap_or_default();
        let open = if open.is_empty() { first } else { open };
        let close = if close.is_empty() { last } else { close };
        return Some(format!("{open}{cells}{close}"));
    }
    let text = line(body, style)?;
    // With one side open, a bar would seem to belong to the last term alone.
    let is_open = open.is_empty() != close.is_empty() && !plain::is_product(body.parts());
    let text = if is_open { bracketed(&text) } else { text };
    Some(format!("{open}{text}{close}"))
}

/// `x̂`; over several letters, the name of the accent.
fn accented(accent: Accent, body: &MathNode<'_>) -> Option<String> {
    let text = line(body, MathStyle::Tight)?;
    if plain::is_one_cluster(&text) {
        return marked(&text, accent.mark);
    }
    match accent.wide {
        Wide::Drawn("", "▁", "") => marked(&text, OVER),
        _ if text.is_empty() => None,
        _ => Some(format!("{}({text})", accent.name)),
    }
}

/// Adds a combining mark to every character. `None` for spaces, which cannot carry one reliably.
pub(super) fn marked(text: &str, mark: char) -> Option<String> {
    let mut shown = String::with_capacity(text.len() * 3);
    for (cluster, columns) in graphemes(text) {
        if cluster == " " || columns != 1 || cluster.chars().count() > MOST_MARKS {
            return None;
        }
        shown.push_str(cluster);
        shown.push(mark);
    }
    (!shown.is_empty()).then_some(shown)
}

fn arrow(shaft: Shaft, over: Option<&MathNode<'_>>) -> Option<String> {
    let note = over.map_or(Some(String::new()), |over| line(over, MathStyle::Tight))?;
    let Shaft { left, line, right } = shaft;
    Some(if note.is_empty() {
        format!("{left}{line}{right}")
    } else {
        format!("{left}{line}{note}{line}{right}")
    })
}

/// Joins rows on one line. Only brackets, or the absence of neighbours, show that they belong
/// together.
fn table(node: &MathNode<'_>, is_alone: bool) -> Option<String> {
    use super::node::TableKind::{Aligned, Cases, Gathered, Lines, Matrix, Small};
    let MathNode::Table(table) = node else { return None };
    let is_bare = table.open.is_empty() && table.close.is_empty();
    if is_bare && !is_alone {
        return None;
    }
    let style = if table.kind == Lines { MathStyle::Tight } else { MathStyle::Normal };
    let mut lines = String::new();
    for cells in &table.rows {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let continues = table.kind == Aligned && column % 2 == 1;
            let first = continues.then_some(Class::Ordinary);
            let cell = written(&place_after(cell, style, first), style)?;
            let between = match table.kind {
                _ if column == 0 || continues => "",
                Matrix if table.is_equations() => " ",
                Matrix | Small if table.bars.contains(&column) => " | ",
                Cases if text.ends_with(',') || text.is_empty() => " ",
                Cases if starts_with_words(cells.get(column)) => " ",
                Matrix | Small | Cases | Aligned | Gathered | Lines => ", ",
            };
            text += between;
            text += &cell;
        }
        let goes_on = cells.iter().flatten().find(|node| !matches!(node, MathNode::Space(_)));
        lines += match table.kind {
            _ if lines.is_empty() => "",
            // `= 4` under `x = 2 + 2`.
            Aligned if goes_on.is_some_and(|node| node.class() == Class::Relation) => " ",
            Lines => ", ",
            _ => "; ",
        };
        lines += text.trim();
    }
    let (open, close) = match (table.open, table.close) {
        ("{", "") | ("", "}") => ("{", "}"),
        pair => pair,
    };
    Some(format!("{open}{lines}{close}"))
}

fn starts_with_words(cell: Option<&Vec<MathNode<'_>>>) -> bool {
    let first = cell.and_then(|cell| cell.iter().find(|node| !matches!(node, MathNode::Space(_))));
    matches!(first, Some(MathNode::Words(_)))
}
