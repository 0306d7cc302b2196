//! What each command makes of its arguments.

use super::super::letters::{Font, in_font};
use super::super::lexer::Kind;
use super::super::node::{Class, Node, Operator, Side, Word};
use super::super::symbols::{Command, bracket, class_of_mark, command, negated};
use super::{Parser, Stop};

/// A big operator that was written as its character.
pub(super) fn big_mark(mark: &str) -> Node<'_> {
    let integrals = match mark {
        "∫" => 1,
        "∬" => 2,
        "∭" => 3,
        _ => 0,
    };
    let stacked = integrals == 0 && mark != "∮";
    Node::Operator(Operator { text: mark.into(), class: Class::Big, stacked, integrals })
}

fn operator(text: &str, class: Class, stacked: bool, integrals: usize) -> Node<'_> {
    Node::Operator(Operator { text: text.into(), class, stacked, integrals })
}

impl<'a> Parser<'a> {
    /// The command that was just taken.
    pub(super) fn command(&mut self, name: &'a str) -> Option<Node<'a>> {
        match command(name)? {
            Command::Sign(sign, class) => Some(self.sign(sign, class)),
            Command::Named(text, class, stacked) => Some(operator(text, class, stacked, 0)),
            Command::Integral(text, count) => Some(operator(text, Class::Big, false, count)),
            Command::Space(columns) => Some(Node::Space(columns)),
            Command::Nothing => Some(Node::Space(0)),
            Command::Dropped => self.raw().map(|_| Node::Space(0)),
            Command::Coloured => {
                self.raw()?;
                self.argument()
            }
            Command::Text => {
                let raw = self.raw()?;
                self.words(raw)
            }
            Command::Font(font) => {
                let before = std::mem::replace(&mut self.font, font);
                let node = self.argument();
                self.font = before;
                node
            }
            Command::Switch(font) => {
                self.font = font;
                Some(Node::Space(0))
            }
            Command::Left => self.left(),
            Command::Middle => self.bracket().map(|bar| Node::Middle(bar.into())),
            Command::Big(class) => self.big(class),
            Command::Not => self.not(),
            Command::Begin => self.environment(),
            Command::OperatorName => self.operator_name(),
            Command::Tag => {
                self.take(Kind::Mark("*"));
                let raw = self.raw()?;
                let words = self.words(raw)?;
                Some(Node::Tag(Box::new(words)))
            }
            other => self.built(other),
        }
    }

    /// A command whose arguments are formulas.
    fn built(&mut self, command: Command) -> Option<Node<'a>> {
        let node = match command {
            Command::Fraction { small } => {
                let over = self.boxed()?;
                Node::Fraction { over, under: self.boxed()?, small }
            }
            Command::Binomial => {
                let over = self.boxed()?;
                Node::Binomial { over, under: self.boxed()? }
            }
            Command::Root => self.root()?,
            Command::Accent(accent) => Node::Accent(accent, self.boxed()?),
            Command::Ruled(side) => Node::Ruled(side, self.boxed()?),
            Command::Brace(side) => Node::Brace(side, self.boxed()?),
            Command::Boxed => Node::Boxed(self.boxed()?),
            Command::Struck => Node::Struck(self.boxed()?),
            Command::Phantom { wide } => {
                let body = self.boxed()?;
                if wide { Node::Phantom(body) } else { Node::Space(0) }
            }
            Command::Arrow(shaft) => {
                let under = self.optional()?.map(Box::new);
                Node::Arrow { shaft, over: Some(self.boxed()?), under }
            }
            Command::Set(side) => self.set(side)?,
            Command::Classed(class) => self.classed(class)?,
            Command::Modulo => {
                let body = vec![operator("mod", Class::Function, false, 0), self.argument()?];
                let body = Box::new(Node::Row(body));
                let fence = Node::Fence { open: "(".into(), close: ")".into(), body };
                Node::Row(vec![Node::Space(1), fence])
            }
            Command::Lines => self.lines()?,
            Command::Itself => self.argument()?,
            _ => return None,
        };
        Some(node)
    }

    fn boxed(&mut self) -> Option<Box<Node<'a>>> {
        self.argument().map(Box::new)
    }

    fn sign(&self, sign: &'a str, class: Class) -> Node<'a> {
        match (sign.chars().next(), self.font) {
            (Some(letter), Font::Bold) if class == Class::Ordinary => {
                Node::Sign(in_font(letter, Font::Bold).to_string().into(), class)
            }
            _ => Node::Sign(sign.into(), class),
        }
    }

    fn root(&mut self) -> Option<Node<'a>> {
        let index = self.optional()?.map(Box::new);
        Some(Node::Root { index, body: self.boxed()? })
    }

    /// What stands in square brackets, if something does.
    #[expect(clippy::option_option, reason = "having none is not a failure")]
    fn optional(&mut self) -> Option<Option<Node<'a>>> {
        if !self.take(Kind::Mark("[")) {
            return Some(None);
        }
        let nodes = self.row(Stop { bracket: true, bar: None })?;
        self.take(Kind::Mark("]")).then(|| Some(Node::of(nodes)))
    }

    /// What stands over or under something.
    fn set(&mut self, side: Side) -> Option<Node<'a>> {
        let note = self.argument()?;
        let is_open = self.peek() == Some(Kind::Open);
        let class = match self.near(isize::from(is_open)).map(|token| token.kind) {
            Some(Kind::Mark(mark)) => class_of_mark(mark),
            Some(Kind::Command(name)) => match command(name) {
                Some(Command::Sign(_, class)) => class,
                _ => Class::Ordinary,
            },
            _ => Class::Ordinary,
        };
        let mut base = self.argument()?;
        if let Node::Sign(_, kept) = &mut base {
            *kept = class;
        }
        if let (Side::Over, Some("?"), Some("=")) = (side, note.sign(), base.sign()) {
            return Some(Node::Sign("≟".into(), Class::Relation));
        }
        let (over, under) = match side {
            Side::Over => (Some(Box::new(note)), None),
            Side::Under => (None, Some(Box::new(note))),
        };
        Some(Node::Stack { base: Box::new(base), over, under })
    }

    /// An argument that gets another class.
    fn classed(&mut self, class: Class) -> Option<Node<'a>> {
        let node = self.argument()?;
        let text: Word<'a> = match node {
            Node::Sign(text, _) => text,
            Node::Words(text) => text.into(),
            Node::Row(nodes) if nodes.iter().all(|node| node.sign().is_some()) => {
                nodes.iter().filter_map(Node::sign).collect::<String>().into()
            }
            node => return (class == Class::Ordinary).then_some(node),
        };
        Some(match class {
            Class::Big => Node::Operator(Operator { text, class, stacked: true, integrals: 0 }),
            class => Node::Sign(text, class),
        })
    }

    fn operator_name(&mut self) -> Option<Node<'a>> {
        let stacked = self.take(Kind::Mark("*"));
        let raw = self.raw()?;
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-');
        let text = raw.replace("\\,", " ").replace("\\ ", " ");
        if text.trim().is_empty() || !text.chars().all(is_name) {
            return None;
        }
        let class = if stacked { Class::Big } else { Class::Function };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").into();
        Some(Node::Operator(Operator { text, class, stacked, integrals: 0 }))
    }

    /// `\left( … \right)`.
    fn left(&mut self) -> Option<Node<'a>> {
        let open = self.bracket()?;
        let body = self.row(Stop::default())?;
        if !self.take(Kind::Command("right")) {
            return None;
        }
        let close = self.bracket()?;
        Some(Node::Fence { open: open.into(), close: close.into(), body: Box::new(Node::of(body)) })
    }

    fn bracket(&mut self) -> Option<&'static str> {
        let found = match self.peek()? {
            Kind::Mark(mark) => bracket(mark),
            Kind::Command("|") => Some("‖"),
            Kind::Command("{") => Some("{"),
            Kind::Command("}") => Some("}"),
            Kind::Command(name) => bracket(name),
            _ => None,
        };
        self.at += 1;
        found
    }

    /// `\big(`: a bracket, and as tall as what it holds in any case.
    fn big(&mut self, class: Option<Class>) -> Option<Node<'a>> {
        let text = self.bracket()?;
        let usual = match text {
            "(" | "[" | "{" | "⟨" | "⌊" | "⌈" | "⟦" => Class::Opening,
            ")" | "]" | "}" | "⟩" | "⌋" | "⌉" | "⟧" => Class::Closing,
            _ => Class::Ordinary,
        };
        Some(Node::Sign(text.into(), class.unwrap_or(usual)))
    }

    /// `\not`: the next sign crossed out.
    fn not(&mut self) -> Option<Node<'a>> {
        let node = self.deeper(Parser::atom)?;
        let Node::Sign(text, class) = node else { return None };
        let crossed = match negated(&text) {
            Some(crossed) => crossed.into(),
            None => format!("{text}\u{338}").into(),
        };
        Some(Node::Sign(crossed, class))
    }

    /// The characters of an argument in braces as they are written.
    pub(super) fn raw(&mut self) -> Option<&'a str> {
        if self.peek()? != Kind::Open {
            return None;
        }
        let start = self.near(0)?.end;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
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

    /// Words, with formulas among them in dollars.
    fn words(&mut self, raw: &'a str) -> Option<Node<'a>> {
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
            let blank = |is: bool| is.then_some(Node::Space(1));
            nodes.extend(blank(text.starts_with(' ')));
            let trimmed = text.trim();
            if !trimmed.is_empty() {
                nodes.push(Node::Words(trimmed.to_owned()));
                nodes.extend(blank(text.ends_with(' ')));
            }
        }
        Some(Node::of(nodes))
    }
}

/// A text cut at its dollars; those after a backslash are characters.
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

/// Words as they are shown; `None` where a command stands among them that is not a character.
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
