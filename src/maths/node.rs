//! The tree of a formula: what the parser makes, and both layouts read.
//!
//! Knows no spelling (that is `parser`) and no look (that are `line` and `layout`).

use std::borrow::Cow;

/// What an atom is to its neighbours; it decides the blanks between them (`spacing`). After the
/// classes of The `TeXbook`, chapter 17.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Letters, numbers, and whatever is built of others.
    Ordinary,
    /// `sin`, `log`: stands tight before a bracket.
    Function,
    /// `∑`, `∫`, `lim`: stands before what it works on.
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

/// Text of the source, or of a table.
pub(super) type Word<'a> = Cow<'a, str>;

/// A piece of a formula.
#[derive(Clone, Debug)]
pub(super) enum MathNode<'a> {
    /// One character, mostly.
    Sign(Word<'a>, Class),
    /// Words that stand as they are written; without blanks at their ends.
    Words(String),
    /// Blanks that were asked for, in columns.
    Space(usize),
    /// Several after one another.
    Row(Vec<MathNode<'a>>),
    /// A named or a big operator.
    Operator(Operator<'a>),
    Fraction {
        over: Box<MathNode<'a>>,
        under: Box<MathNode<'a>>,
        /// Set small: as a vulgar fraction where there is one.
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
    /// Above and below at the right of the base.
    Scripts {
        base: Box<MathNode<'a>>,
        above: Option<Box<MathNode<'a>>>,
        below: Option<Box<MathNode<'a>>>,
    },
    /// Straight over and under the base.
    Stack {
        base: Box<MathNode<'a>>,
        over: Option<Box<MathNode<'a>>>,
        under: Option<Box<MathNode<'a>>>,
    },
    /// Brackets that are as tall as what is in them. An empty one is not seen.
    Fence {
        open: Word<'a>,
        close: Word<'a>,
        body: Box<MathNode<'a>>,
    },
    /// A bar inside brackets, as tall as they are.
    Middle(Word<'a>),
    Accent(Accent, Box<MathNode<'a>>),
    /// A line over or under all of it.
    Ruled(VerticalSide, Box<MathNode<'a>>),
    Brace(VerticalSide, Box<MathNode<'a>>),
    /// An arrow as long as what is written over and under it.
    Arrow {
        shaft: Shaft,
        over: Option<Box<MathNode<'a>>>,
        under: Option<Box<MathNode<'a>>>,
    },
    Table(MathTable<'a>),
    Boxed(Box<MathNode<'a>>),
    Struck(Box<MathNode<'a>>),
    /// Takes its room and is not seen.
    Phantom(Box<MathNode<'a>>),
    /// The number of an equation.
    Tag(Box<MathNode<'a>>),
}

/// Above or below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum VerticalSide {
    Over,
    Under,
}

/// A mark over one letter or over several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Accent {
    /// The combining character for one letter.
    pub(super) mark: char,
    /// What it is called, where the letters are several and stand on one line.
    pub(super) name: &'static str,
    /// How it is drawn over several letters.
    pub(super) wide: Wide,
}

/// An accent over several letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wide {
    /// In the middle.
    Centred(&'static str),
    /// Drawn out: the left end, the shaft, the right end.
    Drawn(&'static str, &'static str, &'static str),
}

/// The two ends of an arrow, and what is between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shaft {
    pub(super) left: &'static str,
    pub(super) line: &'static str,
    pub(super) right: &'static str,
}

/// A named or a big operator.
#[derive(Clone, Debug)]
pub(super) struct Operator<'a> {
    pub(super) text: Word<'a>,
    pub(super) class: Class,
    /// Its scripts stand straight over and under it.
    pub(super) stacked: bool,
    /// How many integral signs it is drawn with, if it can be drawn tall.
    pub(super) integrals: usize,
}

/// How the columns of a table stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// What a table is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableKind {
    /// Cells in columns.
    Matrix,
    /// The same, dense.
    Small,
    /// Values and their conditions.
    Cases,
    /// Equations under one another: right and left sides in turn.
    Aligned,
    /// Lines under one another.
    Gathered,
    /// Lines under one another, in the place of one script.
    Lines,
}

/// Rows of cells.
#[derive(Clone, Debug)]
pub(super) struct MathTable<'a> {
    pub(super) kind: TableKind,
    pub(super) rows: Vec<Vec<Vec<MathNode<'a>>>>,
    /// Of the first columns; others are as the kind has them.
    pub(super) aligns: Vec<Align>,
    /// Before which columns a line stands.
    pub(super) bars: Vec<usize>,
    /// Before which rows a line stands.
    pub(super) rules: Vec<usize>,
    pub(super) open: &'static str,
    pub(super) close: &'static str,
}

impl MathTable<'_> {
    /// How many columns the widest row has.
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// How a column stands.
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

    /// Whether the sign between two sides has a column of its own.
    pub(super) fn is_equations(&self) -> bool {
        self.aligns == [Align::Right, Align::Centre, Align::Left]
    }

    /// Whether it has brackets of its own.
    pub(super) fn is_fenced(&self) -> bool {
        !self.open.is_empty() && !self.close.is_empty()
    }
}

impl<'a> MathNode<'a> {
    /// Several as one: a single one is itself.
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

    /// The pieces: of a row its parts, else itself.
    pub(super) fn parts(&self) -> &[MathNode<'a>] {
        match self {
            MathNode::Row(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }

    /// What it is to its neighbours.
    pub(super) fn class(&self) -> Class {
        match self {
            MathNode::Sign(_, class) => *class,
            MathNode::Operator(operator) => operator.class,
            MathNode::Scripts { base, .. } | MathNode::Stack { base, .. } => base.class(),
            MathNode::Arrow { .. } | MathNode::Middle(_) => Class::Relation,
            _ => Class::Ordinary,
        }
    }

    /// The character of a sign that stands for itself.
    pub(super) fn sign(&self) -> Option<&str> {
        match self {
            MathNode::Sign(text, _) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a digit or belongs to a number.
    pub(super) fn is_digit(&self) -> bool {
        let MathNode::Sign(text, Class::Ordinary) = self else { return false };
        matches!(text.as_bytes(), [b'0'..=b'9' | b'.' | b','])
    }

    /// Whether it is one letter.
    pub(super) fn is_letter(&self) -> bool {
        let MathNode::Sign(text, Class::Ordinary) = self else { return false };
        text.chars().next().is_some_and(char::is_alphabetic)
    }
}

/// Whether nodes are a number in digits.
pub(super) fn is_number(nodes: &[MathNode<'_>]) -> bool {
    !nodes.is_empty() && nodes.iter().all(MathNode::is_digit)
}
