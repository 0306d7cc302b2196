//! Decides what needs no parentheses on a line.

use super::super::node::{Class, MathNode, is_number};
use crate::text::graphemes;

/// Whether a text is a single grapheme cluster.
pub(super) fn is_one_cluster(text: &str) -> bool {
    graphemes(text).take(2).count() == 1
}

/// Whether a node consists of primes (`′`).
pub(super) fn is_prime(node: &MathNode<'_>) -> bool {
    node.sign().is_some_and(|text| text.starts_with(['′', '″', '‴']))
}

/// Whether a node can be multiplied by its neighbours without parentheses.
fn is_factor(node: &MathNode<'_>) -> bool {
    match node {
        MathNode::Sign(text, Class::Ordinary) => {
            !matches!(&**text, "/" | "|" | "‖" | "−" | "+" | "±")
        }
        MathNode::Sign(text, _) => text == "!",
        MathNode::Words(text) => !text.contains(' '),
        MathNode::Scripts { base, .. } => is_factor(base) || matches!(&**base, MathNode::Row(_)),
        MathNode::Fence { open, close, .. } => !open.is_empty() && !close.is_empty(),
        MathNode::Table(table) => table.is_fenced(),
        MathNode::Root { .. }
        | MathNode::Accent(..)
        | MathNode::Ruled(..)
        | MathNode::Binomial { .. } => true,
        MathNode::Row(nodes) => is_product(nodes),
        _ => false,
    }
}

/// Whether nodes consist of factors only.
pub(in crate::maths) fn is_product(nodes: &[MathNode<'_>]) -> bool {
    nodes.iter().all(is_factor)
}

/// Whether nodes can stand before the slash of a fraction without parentheses.
pub(super) fn is_numerator(nodes: &[MathNode<'_>], may_be_negative: bool) -> bool {
    match nodes {
        [MathNode::Sign(sign, _), rest @ ..] if sign == "−" && may_be_negative => {
            !rest.is_empty() && is_product(rest)
        }
        nodes => is_product(nodes),
    }
}

/// Whether nodes can stand after the slash of a fraction without parentheses: one factor, no
/// product.
pub(super) fn is_denominator(nodes: &[MathNode<'_>]) -> bool {
    match nodes {
        nodes if is_number(nodes) => true,
        [only] => is_factor(only),
        [number @ .., MathNode::Scripts { base, .. }] if is_number(number) => base.is_digit(),
        [of, mark] if mark.sign() == Some("!") => is_factor(of) && of.class() == Class::Ordinary,
        // `dx`, `∂x²`, `Δt`
        [small, variable] => {
            let variable = match variable {
                MathNode::Scripts { base, .. } => base,
                node => node,
            };
            matches!(small.sign(), Some("d" | "∂" | "Δ" | "δ")) && variable.is_letter()
        }
        [number @ .., mark] if mark.sign() == Some("!") => is_number(number),
        _ => false,
    }
}

/// Whether a node can carry scripts without parentheses.
pub(super) fn is_base(node: &MathNode<'_>) -> bool {
    match node {
        MathNode::Words(text) => !text.contains(' '),
        MathNode::Row(nodes) => nodes.iter().all(|node| node.is_digit() || node.is_letter()),
        MathNode::Fraction { .. }
        | MathNode::Root { .. }
        | MathNode::Scripts { .. }
        | MathNode::Boxed(_)
        | MathNode::Stack { .. }
        | MathNode::Arrow { .. } => false,
        MathNode::Table(table) => !table.open.is_empty() || !table.close.is_empty(),
        _ => true,
    }
}
