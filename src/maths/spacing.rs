//! Determines the spaces between the nodes of a formula.
//!
//! After The `TeXbook`, chapter 18, with one column for every visible space. Both layouts use it,
//! so that they agree.

use super::node::{Class, MathNode};

/// How densely a formula is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MathStyle {
    /// Spaces around operators and relations.
    Normal,
    /// No spaces there: in scripts and limits.
    Tight,
}

/// A node in its context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'n, 'a> {
    pub(super) node: &'n MathNode<'a>,
    /// The spaces before it.
    pub(super) gap: usize,
    /// What precedes it.
    pub(super) before: Before,
    /// Whether the next node follows without a sign: an implicit product.
    pub(super) is_joined: bool,
    /// Whether it has no neighbours.
    pub(super) is_alone: bool,
}

/// What precedes a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// Nothing, or the start of a term: `=`, `(`, `,`.
    Start,
    /// An operator, or the sign of a number.
    Operation,
    /// `÷` and the like, whose right operand ends at the next operator.
    Division,
    /// A number.
    Number,
    /// Any other factor.
    Factor,
    /// `sin` and other functions.
    Function,
    /// `∑`, `lim`.
    Big,
}

/// The role of a node in its context: a binary operator without operands is ordinary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Usual(Class),
    /// The minus of `−b`.
    Prefix,
}

/// Places the nodes of a row.
pub(super) fn place<'n, 'a>(nodes: &'n [MathNode<'a>], style: MathStyle) -> Vec<Placed<'n, 'a>> {
    place_after(nodes, style, None)
}

/// Places the nodes of a row that follows another cell.
pub(super) fn place_after<'n, 'a>(
    nodes: &'n [MathNode<'a>],
    style: MathStyle,
    first: Option<Class>,
) -> Vec<Placed<'n, 'a>> {
    let mut placed: Vec<Placed<'n, 'a>> = Vec::with_capacity(nodes.len());
    let mut left = first.map(Role::Usual);
    let mut asked = 0;
    for (index, node) in nodes.iter().enumerate() {
        if let MathNode::Space(columns) = node {
            asked += columns;
            continue;
        }
        let after = nodes.iter().skip(index + 1).find(|node| !matches!(node, MathNode::Space(_)));
        let role = role(node, left, after);
        let last = placed.last().map(|last| last.node);
        let gap = gap(left, last, role, node, style).max(asked);
        if let Some(last) = placed.last_mut() {
            last.is_joined = asked < 2 && is_product(left, role) || is_after_mark(node);
        }
        let before = before(left, last.filter(|_| asked < 2));
        let gap = if placed.is_empty() && first.is_none() { asked } else { gap };
        placed.push(Placed { node, gap, before, is_joined: false, is_alone: false });
        left = Some(role);
        asked = 0;
    }
    let is_beside = |placed: &&Placed<'_, '_>| {
        !matches!(placed.node, MathNode::Tag(_) | MathNode::Sign(_, Class::Punctuation))
            && placed.node.sign() != Some(".")
    };
    if placed.iter().filter(is_beside).count() == 1 {
        for placed in &mut placed {
            placed.is_alone = true;
        }
    }
    placed
}

/// The role of a node between its neighbours. Skips only explicit spaces to find the next one, so
/// the work stays linear.
fn role(node: &MathNode<'_>, left: Option<Role>, after: Option<&MathNode<'_>>) -> Role {
    let class = node.class();
    if class != Class::Binary {
        return Role::Usual(class);
    }
    match left {
        None | Some(Role::Prefix) => Role::Prefix,
        Some(Role::Usual(left)) => match left {
            Class::Ordinary | Class::Closing => match after.map(MathNode::class) {
                None | Some(Class::Relation | Class::Closing | Class::Punctuation) => {
                    Role::Usual(Class::Ordinary)
                }
                _ => Role::Usual(Class::Binary),
            },
            _ => Role::Prefix,
        },
    }
}

/// The implicit space between two neighbours, in columns.
fn gap(
    left: Option<Role>,
    last: Option<&MathNode<'_>>,
    right: Role,
    node: &MathNode<'_>,
    style: MathStyle,
) -> usize {
    use Class::{Big, Binary, Closing, Function, Opening, Ordinary, Punctuation, Relation};
    let Some(Role::Usual(left)) = left else { return 0 };
    let right = match right {
        Role::Usual(class) => class,
        Role::Prefix => Ordinary,
    };
    // Words keep their spaces in tight style.
    let is_word = |node: &MathNode<'_>| {
        node.sign()
            .is_some_and(|text| text.len() > 1 && text.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let is_tight = style == MathStyle::Tight && !is_word(node) && !last.is_some_and(is_word);
    match (left, right) {
        (Opening, _) | (_, Closing | Punctuation) | (Relation, Relation) => 0,
        (Punctuation | Binary | Relation, _) | (_, Binary | Relation) => usize::from(!is_tight),
        (Function, right) if right == Opening || is_fence(node) => 0,
        (Big, Opening | Ordinary) if is_fence(node) && last.is_some_and(is_named) => 0,
        (Function | Big, _) | (Ordinary | Closing, Function | Big) => 1,
        _ => 0,
    }
}

/// Whether an operator is a name without limits: `det`, `gcd`.
fn is_named(node: &MathNode<'_>) -> bool {
    matches!(node, MathNode::Operator(operator) if operator.text.chars().all(char::is_alphabetic))
}

/// Whether a node is bracketed, with or without scripts.
fn is_fence(node: &MathNode<'_>) -> bool {
    match node {
        MathNode::Fence { open, .. } => !open.is_empty(),
        MathNode::Scripts { base, .. } => is_fence(base),
        MathNode::Table(table) => table.is_fenced(),
        _ => false,
    }
}

/// Whether two neighbours form a product or a function application.
fn is_product(left: Option<Role>, right: Role) -> bool {
    use Class::{Big, Closing, Function, Opening, Ordinary};
    matches!(left, Some(Role::Usual(Ordinary | Closing)))
        && matches!(right, Role::Usual(Ordinary | Opening | Function | Big))
}

/// Whether a node applies to the one before it, as a factorial does.
fn is_after_mark(node: &MathNode<'_>) -> bool {
    match node {
        MathNode::Scripts { base, .. } => is_after_mark(base),
        node => node.sign() == Some("!"),
    }
}

fn before(left: Option<Role>, last: Option<&MathNode<'_>>) -> Before {
    let Some(left) = left else { return Before::Start };
    let Role::Usual(class) = left else { return Before::Operation };
    let is_division = |node: &MathNode<'_>| matches!(node.sign(), Some("÷" | "mod"));
    match class {
        Class::Binary if last.is_some_and(is_division) => Before::Division,
        Class::Binary => Before::Operation,
        Class::Relation | Class::Opening | Class::Punctuation => Before::Start,
        Class::Function => Before::Function,
        Class::Big => Before::Big,
        Class::Ordinary | Class::Closing => match last {
            None => Before::Start,
            Some(node) if node.is_digit() => Before::Number,
            Some(_) => Before::Factor,
        },
    }
}
