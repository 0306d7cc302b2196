//! Parses the tokens of a formula into its tree.
//!
//! Recursive descent with a depth limit, so that no input can exhaust the stack. Returns `None`
//! unless it understands every part. Reads each token only a few times, so the work is linear in
//! the length of the formula.

mod commands;
mod environments;

use super::letters::{Font, in_font};
use super::lexer::{LexemeKind, MathToken, tokens};
use super::node::{Class, MathNode, Word};
use super::symbols::{MathCommand, bracket, class_of_mark, command, is_closing_bracket};

/// The longest formula to parse, in bytes.
const LONGEST: usize = 16 * 1024;
/// The deepest nesting of groups, brackets and arguments. Both layouts recurse over trees of this
/// depth on threads with small stacks.
const DEEPEST: usize = 40;

/// Parses a formula. `None` if part of it is unknown, or if it is too large.
pub(super) fn parse(body: &str) -> Option<MathNode<'_>> {
    if body.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(body, 0);
    let whole = parser.lines_of_formula()?;
    parser.is_at_end().then_some(whole)
}

/// Additional terminators of a row.
#[derive(Clone, Copy, Default)]
struct Stop<'a> {
    /// Any closing bracket.
    bracket: bool,
    /// A specific bar.
    bar: Option<&'a str>,
}

struct Parser<'a> {
    body: &'a str,
    tokens: Vec<MathToken<'a>>,
    /// The index of the current token.
    at: usize,
    depth: usize,
    font: Font,
    /// Counts token reads.
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

/// The number of token reads that parsing a formula takes.
#[cfg(test)]
pub(super) fn steps(body: &str) -> usize {
    let mut parser = Parser::new(body, 0);
    let _ = parser.lines_of_formula();
    parser.steps.get()
}

impl<'a> Parser<'a> {
    fn new(body: &'a str, depth: usize) -> Parser<'a> {
        Parser {
            body,
            tokens: tokens(body),
            at: 0,
            depth,
            font: Font::Plain,
            #[cfg(test)]
            steps: std::cell::Cell::default(),
        }
    }

    fn peek(&self) -> Option<LexemeKind<'a>> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// The token at an offset from the current one.
    fn near(&self, away: isize) -> Option<&MathToken<'a>> {
        self.tokens.get(self.at.checked_add_signed(away)?)
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Consumes the current token if it matches.
    fn take(&mut self, kind: LexemeKind<'_>) -> bool {
        let is_it = self.peek() == Some(kind);
        self.at += usize::from(is_it);
        is_it
    }

    /// Runs `read` one nesting level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Parses atoms up to a terminator, which it does not consume.
    fn row(&mut self, stop: Stop<'a>) -> Option<Vec<MathNode<'a>>> {
        let font = self.font;
        let row = self.deeper(|parser| parser.atoms(stop));
        self.font = font;
        row
    }

    fn atoms(&mut self, stop: Stop<'a>) -> Option<Vec<MathNode<'a>>> {
        let mut nodes = Vec::new();
        while let Some(kind) = self.peek() {
            match kind {
                LexemeKind::Close
                | LexemeKind::Cell
                | LexemeKind::Command("\\" | "cr" | "end" | "right") => break,
                LexemeKind::Mark(mark) if stop.bracket && is_closing_bracket(mark) => break,
                LexemeKind::Command(name) if stop.bracket && self.closes(name) => break,
                LexemeKind::Command(name @ ("over" | "atop" | "choose")) => {
                    self.at += 1;
                    let under = MathNode::of(self.row(stop)?);
                    return Some(vec![parted(name, MathNode::of(nodes), under)]);
                }
                LexemeKind::Mark("~") => {
                    self.at += 1;
                    nodes.push(MathNode::Space(1));
                }
                _ => {
                    if let Some(bar) = self.bar()
                        && stop.bar == Some(bar)
                        && nodes.last().is_some_and(ends_operand)
                    {
                        break;
                    }
                    self.item(stop, &mut nodes)?;
                }
            }
        }
        Some(nodes)
    }

    /// Parses an atom with its scripts, or a bracketed expression.
    fn item(&mut self, stop: Stop<'a>, nodes: &mut Vec<MathNode<'a>>) -> Option<()> {
        if let Some(LexemeKind::Mark(_)) = self.peek()
            && self.words_are_parted(nodes)
        {
            nodes.push(MathNode::Space(1));
        }
        let bar = self.bar();
        let is_spaced = self.near(0)?.blank && self.near(1).is_some_and(|after| after.blank);
        let base = match self.peek()? {
            LexemeKind::Raise | LexemeKind::Lower | LexemeKind::Prime => MathNode::Row(Vec::new()),
            _ => self.atom()?,
        };
        let has_scripts = self.is_script();
        match base {
            // `|_0^1` is a plain sign with scripts.
            MathNode::Sign(open, _) if bar.is_some() && !has_scripts => {
                let is_relation = is_spaced && !nodes.is_empty();
                let alone = if is_relation { Class::Relation } else { Class::Ordinary };
                self.fence(Stop { bar, ..stop }, open, alone, nodes)
            }
            MathNode::Sign(open, Class::Opening) if !has_scripts => {
                self.fence(Stop { bracket: true, bar: None }, open, Class::Opening, nodes)
            }
            // Without scripts, a group dissolves into the row.
            MathNode::Row(group) if !group.is_empty() && !has_scripts => {
                nodes.extend(group);
                Some(())
            }
            base => {
                let base = self.scripts(base)?;
                nodes.push(base);
                Some(())
            }
        }
    }

    /// Parses a bracketed expression after its opening bracket. If no bracket closes it, pushes the
    /// sign `alone` instead.
    fn fence(
        &mut self,
        inner: Stop<'a>,
        open: Word<'a>,
        alone: Class,
        nodes: &mut Vec<MathNode<'a>>,
    ) -> Option<()> {
        let body = self.row(inner)?;
        let is_closed = match (self.peek(), inner.bar) {
            (
                None
                | Some(
                    LexemeKind::Close
                    | LexemeKind::Cell
                    | LexemeKind::Command("\\" | "cr" | "end" | "right"),
                ),
                _,
            ) => false,
            (Some(_), Some(bar)) => self.bar() == Some(bar),
            (Some(_), None) => true,
        };
        if !is_closed {
            nodes.push(MathNode::Sign(open, alone));
            nodes.extend(body);
            return Some(());
        }
        let MathNode::Sign(close, _) = self.atom()? else { return None };
        let fence =
            self.scripts(MathNode::Fence { open, close, body: Box::new(MathNode::of(body)) })?;
        nodes.push(fence);
        Some(())
    }

    /// The current token if it is a bar that can open or close: `|`, `\big|`.
    fn bar(&self) -> Option<&'static str> {
        let is_big = |name| matches!(command(name), Some(MathCommand::Big(None)));
        match self.peek()? {
            LexemeKind::Command(name) if is_big(name) => {
                self.near(1).and_then(|next| bar_of(next.kind))
            }
            kind => bar_of(kind),
        }
    }

    fn is_script(&self) -> bool {
        matches!(self.peek(), Some(LexemeKind::Raise | LexemeKind::Lower | LexemeKind::Prime))
    }

    /// Parses the scripts of a base, if any.
    fn scripts(&mut self, mut base: MathNode<'a>) -> Option<MathNode<'a>> {
        let mut above: Option<Vec<MathNode<'a>>> = None;
        let mut below = None;
        let mut is_raised = false;
        loop {
            match self.peek() {
                Some(LexemeKind::Raise) if !is_raised => {
                    self.at += 1;
                    is_raised = true;
                    above.get_or_insert_default().push(self.argument()?);
                }
                Some(LexemeKind::Lower) if below.is_none() => {
                    self.at += 1;
                    below = Some(Box::new(self.argument()?));
                }
                Some(LexemeKind::Prime) if !is_raised => {
                    above.get_or_insert_default().push(self.primes());
                }
                // A double superscript or subscript; TeX rejects it too.
                Some(LexemeKind::Raise | LexemeKind::Lower | LexemeKind::Prime) => return None,
                Some(LexemeKind::Command(name @ ("limits" | "nolimits"))) => {
                    self.at += 1;
                    let MathNode::Operator(operator) = &mut base else { return None };
                    operator.stacked = name == "limits";
                }
                _ => break,
            }
        }
        if above.is_none() && below.is_none() {
            return Some(base);
        }
        let above = above.map(|nodes| Box::new(MathNode::of(nodes)));
        Some(MathNode::Scripts { base: Box::new(base), above, below })
    }

    /// Parses `'`, `''`, `'''` as one sign.
    fn primes(&mut self) -> MathNode<'a> {
        let mut count = 0;
        while self.take(LexemeKind::Prime) {
            count += 1;
        }
        let text = match count {
            1 => "′".into(),
            2 => "″".into(),
            3 => "‴".into(),
            more => "′".repeat(more).into(),
        };
        MathNode::Sign(text, Class::Ordinary)
    }

    /// Parses an argument: a group or an atom.
    fn argument(&mut self) -> Option<MathNode<'a>> {
        match self.peek()? {
            LexemeKind::Open => self.group(),
            LexemeKind::Mark(_) | LexemeKind::Command(_) => {
                let atom = self.deeper(Parser::atom)?;
                Some(ordinary(atom))
            }
            _ => None,
        }
    }

    /// Parses a group in braces as one node.
    fn group(&mut self) -> Option<MathNode<'a>> {
        if !self.take(LexemeKind::Open) {
            return None;
        }
        let nodes = self.row(Stop::default())?;
        self.take(LexemeKind::Close).then(|| ordinary(MathNode::of(nodes)))
    }

    /// Parses an atom without its scripts.
    fn atom(&mut self) -> Option<MathNode<'a>> {
        match self.peek()? {
            LexemeKind::Open => self.group(),
            LexemeKind::Mark(mark) => {
                let node = self.mark(mark);
                self.at += 1;
                Some(node)
            }
            LexemeKind::Command(name) => {
                self.at += 1;
                self.command(name)
            }
            _ => None,
        }
    }

    /// A literal character.
    fn mark(&self, mark: &'a str) -> MathNode<'a> {
        let class = match mark {
            "," if self.parts_thousands() => Class::Ordinary,
            "!" if self.is_unequal() => Class::Relation,
            _ => class_of_mark(mark),
        };
        let text = match mark {
            "-" => "−",
            _ => mark,
        };
        if class == Class::Big {
            return commands::big_mark(mark);
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next(), self.font) {
            (Some(letter), None, font) if font != Font::Plain => {
                let shaped = in_font(letter, font);
                MathNode::Sign(shaped.to_string().into(), class)
            }
            _ => MathNode::Sign(text.into(), class),
        }
    }

    /// Whether the current comma separates thousands: `1,000`.
    fn parts_thousands(&self) -> bool {
        let is_digit = |away, may_be_apart: bool| {
            self.near(away).is_some_and(|token| {
                matches!(token.kind, LexemeKind::Mark(mark) if mark.bytes().all(|b| b.is_ascii_digit()))
                    && (may_be_apart || !token.blank)
            })
        };
        let is_near = self.near(0).is_some_and(|comma| !comma.blank);
        is_near
            && is_digit(-1, true)
            && (1..4).all(|away| is_digit(away, false))
            && !is_digit(4, false)
    }

    /// Whether this is `x != y` instead of the factorial of `x`.
    fn is_unequal(&self) -> bool {
        let next = self.near(1).filter(|token| !token.blank).map(|token| token.kind);
        self.near(0).is_some_and(|token| token.blank) && next == Some(LexemeKind::Mark("="))
    }

    /// Whether the current command is a closing bracket.
    fn closes(&self, name: &str) -> bool {
        let next = self.near(1).map(|token| token.kind);
        match command(name) {
            Some(MathCommand::Sign(sign, class)) => class == Class::Closing || sign == "]",
            Some(MathCommand::Big(Some(class))) => class == Class::Closing,
            Some(MathCommand::Big(None)) => match next {
                Some(LexemeKind::Mark(mark)) => is_closing_bracket(mark),
                Some(LexemeKind::Command(name)) => bracket(name).is_some_and(is_closing_bracket),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the space before this letter separates two words (`area of`), which TeX would not
    /// show.
    fn words_are_parted(&self, nodes: &[MathNode<'a>]) -> bool {
        let Some(token) = self.near(0).filter(|token| token.blank) else { return false };
        if !self.near(-1).is_some_and(|token| matches!(token.kind, LexemeKind::Mark(_))) {
            return false;
        }
        let is_letter = |letter: &char| letter.is_ascii_alphabetic();
        let after = self.body.get(token.start..).unwrap_or_default();
        let before = self.body.get(..token.start).unwrap_or_default().trim_end();
        let after = after.chars().take(3).take_while(is_letter).count();
        let before = before.chars().rev().take(3).take_while(is_letter).count();
        nodes.last().is_some_and(MathNode::is_letter)
            && before > 0
            && after > 0
            && before + after > 3
    }
}

/// Makes a group an ordinary atom, whatever its contents.
fn ordinary(node: MathNode<'_>) -> MathNode<'_> {
    match node {
        MathNode::Sign(text, _) => MathNode::Sign(text, Class::Ordinary),
        node => node,
    }
}

/// The bar of a token that can open or close.
fn bar_of(kind: LexemeKind<'_>) -> Option<&'static str> {
    match kind {
        LexemeKind::Mark("|") | LexemeKind::Command("vert") => Some("|"),
        LexemeKind::Mark("‖") | LexemeKind::Command("|" | "Vert") => Some("‖"),
        _ => None,
    }
}

/// Whether a node ends an operand, so that a bar can close after it.
fn ends_operand(node: &MathNode<'_>) -> bool {
    matches!(node.class(), Class::Ordinary | Class::Closing) && !matches!(node, MathNode::Space(_))
}

/// Builds `a \over b` and its relatives.
fn parted<'a>(name: &str, over: MathNode<'a>, under: MathNode<'a>) -> MathNode<'a> {
    let (over, under) = (Box::new(over), Box::new(under));
    match name {
        "over" => MathNode::Fraction { over, under, small: false },
        _ => MathNode::Binomial { over, under },
    }
}
