//! The tree of a formula, which the parser builds and both layouts read.
//!
//! Knows neither the syntax (`parser`) nor the appearance (`line` and `layout`).

use std::borrow::Cow;

/// The class of an atom, which determines the spaces around it (`spacing`). After The `TeXbook`,
/// chapter 17.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Letters, numbers and compound nodes.
    Ordinary,
    /// `sin`, `log`: no space before a bracket.
    Function,
    /// `∑`, `∫`, `lim`: precedes its operand.
    Big,
    /// `+`, `·`.
    Binary,
    /// `=`, `→`.
    Relation,
    /// `(`.
    Opening,
    /// `)`, `!`.
    Closing,
    /// `,`.
    Punctuation,
}

/// Text of the source or of a symbol table.
pub(super) type Word<'a> = Cow<'a, str>;

/// A node of a formula.
#[derive(Clone, Debug)]
pub(super) enum MathNode<'a> {
    /// Usually a single character.
    Sign(Word<'a>, Class),
    /// Literal words, trimmed.
    Words(String),
    /// Explicit space, in columns.
    Space(usize),
    /// A sequence of nodes.
    Row(Vec<MathNode<'a>>),
    /// A named or big operator.
    Operator(Operator<'a>),
    Fraction {
        over: Box<MathNode<'a>>,
        under: Box<MathNode<'a>>,
        /// Set small: as a vulgar fraction character where one exists.
        small: bool,
    },
    Binomial {
        over: Box<MathNode<'a>>,
        under: Box<MathNode<'a>>,
    },
    Root {
        index: Option<Box<MathNode<'a>>>,
        body: Box<MathNode<'a>>,
    },
    /// A superscript and a subscript.
    Scripts {
        base: Box<MathNode<'a>>,
        above: Option<Box<MathNode<'a>>>,
        below: Option<Box<MathNode<'a>>>,
    },
    /// Scripts directly above and below the base.
    Stack {
        base: Box<MathNode<'a>>,
        over: Option<Box<MathNode<'a>>>,
        under: Option<Box<MathNode<'a>>>,
    },
    /// Brackets as tall as their contents. An empty bracket is invisible.
    Fence {
        open: Word<'a>,
        close: Word<'a>,
        body: Box<MathNode<'a>>,
    },
    /// A bar within brackets, as tall as they are.
    Middle(Word<'a>),
    Accent(Accent, Box<MathNode<'a>>),
    /// A line above or below the body.
    Ruled(VerticalSide, Box<MathNode<'a>>),
    Brace(VerticalSide, Box<MathNode<'a>>),
    /// An arrow as long as its labels.
    Arrow {
        shaft: Shaft,
        over: Option<Box<MathNode<'a>>>,
        under: Option<Box<MathNode<'a>>>,
    },
    Table(MathTable<'a>),
    Boxed(Box<MathNode<'a>>),
    Struck(Box<MathNode<'a>>),
    /// Takes up space but is invisible.
    Phantom(Box<MathNode<'a>>),
    /// An equation number.
    Tag(Box<MathNode<'a>>),
}

/// The side of a body: above or below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum VerticalSide {
    Over,
    Under,
}

/// An accent over one or several letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Accent {
    /// The combining character for a single letter.
    pub(super) mark: char,
    /// The name, used for several letters on one line.
    pub(super) name: &'static str,
    /// The shape over several letters.
    pub(super) wide: Wide,
}

/// The shape of an accent over several letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wide {
    /// Centred.
    Centred(&'static str),
    /// Stretched: the left end, the shaft, the right end.
    Drawn(&'static str, &'static str, &'static str),
}

/// The ends and the shaft of an arrow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shaft {
    pub(super) left: &'static str,
    pub(super) line: &'static str,
    pub(super) right: &'static str,
}

/// A named or big operator.
#[derive(Clone, Debug)]
pub(super) struct Operator<'a> {
    pub(super) text: Word<'a>,
    pub(super) class: Class,
    /// Whether its scripts stand directly above and below it.
    pub(super) stacked: bool,
    /// The number of integral signs, if it can be drawn tall.
    pub(super) integrals: usize,
}

/// The alignment of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// The kind of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableKind {
    /// Aligned cells.
    Matrix,
    /// A dense matrix.
    Small,
    /// Values and their conditions.
    Cases,
    /// Aligned equations: right and left sides alternate.
    Aligned,
    /// Centred lines.
    Gathered,
    /// Lines in place of a script.
    Lines,
}

/// Rows of cells.
#[derive(Clone, Debug)]
pub(super) struct MathTable<'a> {
    pub(super) kind: TableKind,
    pub(super) rows: Vec<Vec<Vec<MathNode<'a>>>>,
    /// Alignments of the first columns; the kind determines the rest.
    pub(super) aligns: Vec<Align>,
    /// The columns that have a vertical rule before them.
    pub(super) bars: Vec<usize>,
    /// The rows that have a horizontal rule before them.
    pub(super) rules: Vec<usize>,
    pub(super) open: &'static str,
    pub(super) close: &'static str,
}

impl MathTable<'_> {
    /// The number of columns in the widest row.
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The alignment of a column.
    pub(super) fn align(&self, column: usize) -> Align {
        let usual = match self.kind {
            TableKind::Aligned if column.is_multiple_of(2) => Align::Right,
            TableKind::Aligned | TableKind::Cases => Align::Left,
            TableKind::Matrix | TableKind::Small | TableKind::Gathered | TableKind::Lines => {
                Align::Centre
            }
        };
        self.aligns.get(column).copied().unwrap_or(usual)
    }

    /// Whether relation signs get a column of their own.
    pub(super) fn is_equations(&self) -> bool {
        self.aligns == [Align::Right, Align::Centre, Align::Left]
    }

    /// Whether the table has its own brackets.
    pub(super) fn is_fenced(&self) -> bool {
        !self.open.is_empty() && !self.close.is_empty()
    }
}

impl<'a> MathNode<'a> {
    /// Wraps nodes in a row, except for a single one.
    pub(super) fn of(mut nodes: Vec<MathNode<'a>>) -> MathNode<'a> {
        match (nodes.len(), nodes.pop()) {
            (1, Some(node)) => node,
            (_, Some(last)) => {
                nodes.push(last);
                MathNode::Row(nodes)
            }
            (_, None) => MathNode::Row(nodes),
        }
    }

    /// The parts of a row, or the node itself.
    pub(super) fn parts(&self) -> &[MathNode<'a>] {
        match self {
            MathNode::Row(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }

    /// The class of the node.
    pub(super) fn class(&self) -> Class {
        match self {
            MathNode::Sign(_, class) => *class,
            MathNode::Operator(operator) => operator.class,
            MathNode::Scripts { base, .. } | MathNode::Stack { base, .. } => base.class(),
            MathNode::Arrow { .. } | MathNode::Middle(_) => Class::Relation,
            _ => Class::Ordinary,
        }
    }

    /// The text of a sign.
    pub(super) fn sign(&self) -> Option<&str> {
        match self {
            MathNode::Sign(text, _) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a digit or another part of a number.
    pub(super) fn is_digit(&self) -> bool {
        let MathNode::Sign(text, Class::Ordinary) = self else { return false };
        matches!(text.as_bytes(), [b'0'..=b'9' | b'.' | b','])
    }

    /// Whether it is a single letter.
    pub(super) fn is_letter(&self) -> bool {
        let MathNode::Sign(text, Class::Ordinary) = self else { return false };
        text.chars().next().is_some_and(char::is_alphabetic)
    }
}

/// Whether nodes form a number in digits.
pub(super) fn is_number(nodes: &[MathNode<'_>]) -> bool {
    !nodes.is_empty() && nodes.iter().all(MathNode::is_digit)
}
