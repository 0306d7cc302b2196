//! Parses commands and their arguments.

use super::super::letters::{Font, in_font};
use super::super::lexer::LexemeKind;
use super::super::node::{Class, MathNode, Operator, VerticalSide, Word};
use super::super::symbols::{MathCommand, bracket, class_of_mark, command, negated};
use super::{Parser, Stop};

/// A big operator written as its character.
pub(super) fn big_mark(mark: &str) -> MathNode<'_> {
    let integrals = match mark {
        "∫" => 1,
        "∬" => 2,
        "∭" => 3,
        _ => 0,
    };
    let stacked = integrals == 0 && mark != "∮";
    MathNode::Operator(Operator { text: mark.into(), class: Class::Big, stacked, integrals })
}

fn operator(text: &str, class: Class, stacked: bool, integrals: usize) -> MathNode<'_> {
    MathNode::Operator(Operator { text: text.into(), class, stacked, integrals })
}

impl<'a> Parser<'a> {
    /// Parses the command that was just consumed.
    pub(super) fn command(&mut self, name: &'a str) -> Option<MathNode<'a>> {
        match command(name)? {
            MathCommand::Sign(sign, class) => Some(self.sign(sign, class)),
            MathCommand::Named(text, class, stacked) => Some(operator(text, class, stacked, 0)),
            MathCommand::Integral(text, count) => Some(operator(text, Class::Big, false, count)),
            MathCommand::Space(columns) => Some(MathNode::Space(columns)),
            MathCommand::Nothing => Some(MathNode::Space(0)),
            MathCommand::Dropped => self.raw().map(|_| MathNode::Space(0)),
            MathCommand::Coloured => {
                self.raw()?;
                self.argument()
            }
            MathCommand::Text => {
                let raw = self.raw()?;
                self.words(raw)
            }
            MathCommand::Font(font) => {
                let before = std::mem::replace(&mut self.font, font);
                let node = self.argument();
                self.font = before;
                node
            }
            MathCommand::Switch(font) => {
                self.font = font;
                Some(MathNode::Space(0))
            }
            MathCommand::Left => self.left(),
            MathCommand::Middle => self.bracket().map(|bar| MathNode::Middle(bar.into())),
            MathCommand::Big(class) => self.big(class),
            MathCommand::Not => self.not(),
            MathCommand::Begin => self.environment(),
            MathCommand::OperatorName => self.operator_name(),
            MathCommand::Tag => {
                self.take(LexemeKind::Mark("*"));
                let raw = self.raw()?;
                let words = self.words(raw)?;
                Some(MathNode::Tag(Box::new(words)))
            }
            other => self.built(other),
        }
    }

    /// Parses a command whose arguments are formulas.
    fn built(&mut self, command: MathCommand) -> Option<MathNode<'a>> {
        let node = match command {
            MathCommand::Fraction { small } => {
                let over = self.boxed()?;
                MathNode::Fraction { over, under: self.boxed()?, small }
            }
            MathCommand::Binomial => {
                let over = self.boxed()?;
                MathNode::Binomial { over, under: self.boxed()? }
            }
            MathCommand::Root => self.root()?,
            MathCommand::Accent(accent) => MathNode::Accent(accent, self.boxed()?),
            MathCommand::Ruled(side) => MathNode::Ruled(side, self.boxed()?),
            MathCommand::Brace(side) => MathNode::Brace(side, self.boxed()?),
            MathCommand::Boxed => MathNode::Boxed(self.boxed()?),
            MathCommand::Struck => MathNode::Struck(self.boxed()?),
            MathCommand::Phantom { wide } => {
                let body = self.boxed()?;
                if wide { MathNode::Phantom(body) } else { MathNode::Space(0) }
            }
            MathCommand::Arrow(shaft) => {
                let under = self.optional()?.map(Box::new);
                MathNode::Arrow { shaft, over: Some(self.boxed()?), under }
            }
            MathCommand::Set(side) => self.set(side)?,
            MathCommand::Classed(class) => self.classed(class)?,
            MathCommand::Modulo => {
                let body = vec![operator("mod", Class::Function, false, 0), self.argument()?];
                let body = Box::new(MathNode::Row(body));
                let fence = MathNode::Fence { open: "(".into(), close: ")".into(), body };
                MathNode::Row(vec![MathNode::Space(1), fence])
            }
            MathCommand::Lines => self.lines()?,
            MathCommand::Itself => self.argument()?,
            _ => return None,
        };
        Some(node)
    }

    fn boxed(&mut self) -> Option<Box<MathNode<'a>>> {
        self.argument().map(Box::new)
    }

    fn sign(&self, sign: &'a str, class: Class) -> MathNode<'a> {
        match (sign.chars().next(), self.font) {
            (Some(letter), Font::Bold) if class == Class::Ordinary => {
                MathNode::Sign(in_font(letter, Font::Bold).to_string().into(), class)
            }
            _ => MathNode::Sign(sign.into(), class),
        }
    }

    fn root(&mut self) -> Option<MathNode<'a>> {
        let index = self.optional()?.map(Box::new);
        Some(MathNode::Root { index, body: self.boxed()? })
    }

    /// Parses an optional argument in square brackets.
    #[expect(clippy::option_option, reason = "absence is not a failure")]
    fn optional(&mut self) -> Option<Option<MathNode<'a>>> {
        if !self.take(LexemeKind::Mark("[")) {
            return Some(None);
        }
        let nodes = self.row(Stop { bracket: true, bar: None })?;
        self.take(LexemeKind::Mark("]")).then(|| Some(MathNode::of(nodes)))
    }

    /// Parses `\overset` and `\underset`.
    fn set(&mut self, side: VerticalSide) -> Option<MathNode<'a>> {
        let note = self.argument()?;
        let is_open = self.peek() == Some(LexemeKind::Open);
        let class = match self.near(isize::from(is_open)).map(|token| token.kind) {
            Some(LexemeKind::Mark(mark)) => class_of_mark(mark),
            Some(LexemeKind::Command(name)) => match command(name) {
                Some(MathCommand::Sign(_, class)) => class,
                _ => Class::Ordinary,
            },
            _ => Class::Ordinary,
        };
        let mut base = self.argument()?;
        if let MathNode::Sign(_, kept) = &mut base {
            *kept = class;
        }
        if let (VerticalSide::Over, Some("?"), Some("=")) = (side, note.sign(), base.sign()) {
            return Some(MathNode::Sign("≟".into(), Class::Relation));
        }
        let (over, under) = match side {
            VerticalSide::Over => (Some(Box::new(note)), None),
            VerticalSide::Under => (None, Some(Box::new(note))),
        };
        Some(MathNode::Stack { base: Box::new(base), over, under })
    }

    /// Parses an argument and gives it another class.
    fn classed(&mut self, class: Class) -> Option<MathNode<'a>> {
        let node = self.argument()?;
        let text: Word<'a> = match node {
            MathNode::Sign(text, _) => text,
            MathNode::Words(text) => text.into(),
            MathNode::Row(nodes) if nodes.iter().all(|node| node.sign().is_some()) => {
                nodes.iter().filter_map(MathNode::sign).collect::<String>().into()
            }
            node => return (class == Class::Ordinary).then_some(node),
        };
        Some(match class {
            Class::Big => MathNode::Operator(Operator { text, class, stacked: true, integrals: 0 }),
            class => MathNode::Sign(text, class),
        })
    }

    fn operator_name(&mut self) -> Option<MathNode<'a>> {
        let stacked = self.take(LexemeKind::Mark("*"));
        let raw = self.raw()?;
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-');
        let text = raw.replace("\\,", " ").replace("\\ ", " ");
        if text.trim().is_empty() || !text.chars().all(is_name) {
            return None;
        }
        let class = if stacked { Class::Big } else { Class::Function };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").into();
        Some(MathNode::Operator(Operator { text, class, stacked, integrals: 0 }))
    }

    /// Parses `\left( … \right)`.
    fn left(&mut self) -> Option<MathNode<'a>> {
        let open = self.bracket()?;
        let body = self.row(Stop::default())?;
        if !self.take(LexemeKind::Command("right")) {
            return None;
        }
        let close = self.bracket()?;
        Some(MathNode::Fence {
            open: open.into(),
            close: close.into(),
            body: Box::new(MathNode::of(body)),
        })
    }

    fn bracket(&mut self) -> Option<&'static str> {
        let found = match self.peek()? {
            LexemeKind::Mark(mark) => bracket(mark),
            LexemeKind::Command("|") => Some("‖"),
            LexemeKind::Command("{") => Some("{"),
            LexemeKind::Command("}") => Some("}"),
            LexemeKind::Command(name) => bracket(name),
            _ => None,
        };
        self.at += 1;
        found
    }

    /// Parses `\big(`, a bracket whose height follows its contents anyway.
    fn big(&mut self, class: Option<Class>) -> Option<MathNode<'a>> {
        let text = self.bracket()?;
        let usual = match text {
            "(" | "[" | "{" | "⟨" | "⌊" | "⌈" | "⟦" => Class::Opening,
            ")" | "]" | "}" | "⟩" | "⌋" | "⌉" | "⟧" => Class::Closing,
            _ => Class::Ordinary,
        };
        Some(MathNode::Sign(text.into(), class.unwrap_or(usual)))
    }

    /// Parses `\not`, which strikes through the next sign.
    fn not(&mut self) -> Option<MathNode<'a>> {
        let node = self.deeper(Parser::atom)?;
        let MathNode::Sign(text, class) = node else { return None };
        let crossed = match negated(&text) {
            Some(crossed) => crossed.into(),
            None => format!("{text}\u{338}").into(),
        };
        Some(MathNode::Sign(crossed, class))
    }

    /// Reads an argument in braces verbatim.
    pub(super) fn raw(&mut self) -> Option<&'a str> {
        if self.peek()? != LexemeKind::Open {
            return None;
        }
        let start = self.near(0)?.end;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                LexemeKind::Open => depth += 1,
                LexemeKind::Close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            self.at += 1;
        }
        let end = self.near(0)?.start;
        self.at += 1;
        self.body.get(start..end)
    }

    /// Parses words with formulas between dollars.
    fn words(&mut self, raw: &'a str) -> Option<MathNode<'a>> {
        let mut nodes = Vec::new();
        for (place, part) in parts_at_dollars(raw).into_iter().enumerate() {
            if place % 2 == 1 {
                let depth = self.depth;
                let formula = self.deeper(|_| {
                    let mut parser = Parser::new(part, depth + 1);
                    let nodes = parser.row(Stop::default())?;
                    parser.is_at_end().then_some(nodes)
                });
                nodes.extend(formula?);
                continue;
            }
            let text = plain(part)?;
            let blank = |is: bool| is.then_some(MathNode::Space(1));
            nodes.extend(blank(text.starts_with(' ')));
            let trimmed = text.trim();
            if !trimmed.is_empty() {
                nodes.push(MathNode::Words(trimmed.to_owned()));
                nodes.extend(blank(text.ends_with(' ')));
            }
        }
        Some(MathNode::of(nodes))
    }
}

/// Splits a text at its dollars, except escaped ones.
fn parts_at_dollars(raw: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut is_escaped) = (0, false);
    for (at, byte) in raw.bytes().enumerate() {
        if byte == b'$' && !is_escaped {
            parts.push(raw.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    parts.push(raw.get(start..).unwrap_or_default());
    parts
}

/// Words as shown; `None` if they contain a command other than an escaped character.
fn plain(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(letter) = chars.next() {
        let shown = match letter {
            '{' | '}' => continue,
            '~' => ' ',
            '\\' => match chars.next()? {
                sign @ ('%' | '$' | '&' | '#' | '_' | '{' | '}') => sign,
                ' ' | ',' | ';' | ':' => ' ',
                _ => return None,
            },
            blank if blank.is_whitespace() => ' ',
            letter => letter,
        };
        if shown != ' ' || !text.ends_with(' ') {
            text.push(shown);
        }
    }
    Some(text)
}
