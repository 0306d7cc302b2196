//! What needs no brackets on a line.

use super::super::node::{Class, Node, is_number};
use crate::text::graphemes;

/// Whether a text is one character as it is seen.
pub(super) fn is_one_cluster(text: &str) -> bool {
    graphemes(text).take(2).count() == 1
}

/// Whether a piece is `′` or more of them.
pub(super) fn is_prime(node: &Node<'_>) -> bool {
    node.sign().is_some_and(|text| text.starts_with(['′', '″', '‴']))
}

/// Something that can be multiplied by what is beside it without brackets.
fn is_factor(node: &Node<'_>) -> bool {
    match node {
        Node::Sign(text, Class::Ordinary) => !matches!(&**text, "/" | "|" | "‖" | "−" | "+" | "±"),
        Node::Sign(text, _) => text == "!",
        Node::Words(text) => !text.contains(' '),
        Node::Scripts { base, .. } => is_factor(base) || matches!(&**base, Node::Row(_)),
        Node::Fence { open, close, .. } => !open.is_empty() && !close.is_empty(),
        Node::Table(table) => table.is_fenced(),
        Node::Root { .. } | Node::Accent(..) | Node::Ruled(..) | Node::Binomial { .. } => true,
        Node::Row(nodes) => is_product(nodes),
        _ => false,
    }
}

/// Factors and nothing between them.
pub(in crate::maths) fn is_product(nodes: &[Node<'_>]) -> bool {
    nodes.iter().all(is_factor)
}

/// What can stand before the stroke of a fraction as it is.
pub(super) fn is_numerator(nodes: &[Node<'_>], may_be_negative: bool) -> bool {
    match nodes {
        [Node::Sign(sign, _), rest @ ..] if sign == "−" && may_be_negative => {
            !rest.is_empty() && is_product(rest)
        }
        nodes => is_product(nodes),
    }
}

/// What can stand after the stroke of a fraction as it is: one factor, no product.
pub(super) fn is_denominator(nodes: &[Node<'_>]) -> bool {
    match nodes {
        nodes if is_number(nodes) => true,
        [only] => is_factor(only),
        [number @ .., Node::Scripts { base, .. }] if is_number(number) => base.is_digit(),
        [of, mark] if mark.sign() == Some("!") => is_factor(of) && of.class() == Class::Ordinary,
        // `dx`, `∂x²`, `Δt`
        [small, variable] => {
            let variable = match variable {
                Node::Scripts { base, .. } => base,
                node => node,
            };
            matches!(small.sign(), Some("d" | "∂" | "Δ" | "δ")) && variable.is_letter()
        }
        [number @ .., mark] if mark.sign() == Some("!") => is_number(number),
        _ => false,
    }
}

/// What can bear scripts as it is.
pub(super) fn is_base(node: &Node<'_>) -> bool {
    match node {
        Node::Words(text) => !text.contains(' '),
        Node::Row(nodes) => nodes.iter().all(|node| node.is_digit() || node.is_letter()),
        Node::Fraction { .. }
        | Node::Root { .. }
        | Node::Scripts { .. }
        | Node::Boxed(_)
        | Node::Stack { .. }
        | Node::Arrow { .. } => false,
        Node::Table(table) => !table.open.is_empty() || !table.close.is_empty(),
        _ => true,
    }
}
