//! Splits code into tokens in a single pass without backtracking.
//!
//! Knows words, delimiters and brackets, but no grammar. What it cannot classify stays plain.

use std::ops::Range;

use super::CodeToken;
use super::languages::{self, Delimiters, Language, SpanKind};

/// Keywords before the name of a function.
const FUNCTION_WORDS: [&str; 8] =
    ["def", "defp", "fn", "fun", "func", "function", "procedure", "sub"];
/// Keywords before the name of a type.
const TYPE_WORDS: [&str; 11] = [
    "class",
    "data",
    "enum",
    "extends",
    "implements",
    "interface",
    "new",
    "record",
    "struct",
    "trait",
    "type",
];
/// The longest name between delimiters, in characters.
const LONGEST_NAME: usize = 100;
/// The longest escape to mark as a whole, in bytes.
const LONGEST_ESCAPE: usize = 10;

/// Splits code into tokens: sorted, non-empty, without overlap.
pub(super) fn tokens(code: &str, language: &'static Language) -> Vec<(Range<u32>, CodeToken)> {
    let mut lexer = Lexer::new(code, language);
    lexer.run();
    lexer.tokens
}

struct Lexer<'a> {
    code: &'a str,
    language: &'static Language,
    at: usize,
    tokens: Vec<(Range<u32>, CodeToken)>,
    /// The enclosing templates, each with the number of brackets open in its hole.
    holes: Vec<(&'static Delimiters, u32)>,
    /// The token that the previous word predicts for the next one.
    expected: Option<CodeToken>,
    /// Whether the next word starts a command.
    is_first: bool,
    /// The enclosing tag, and whether it is a start tag.
    tag: Option<(&'a str, bool)>,
}

impl<'a> Lexer<'a> {
    fn new(code: &'a str, language: &'static Language) -> Self {
        Self {
            code,
            language,
            at: 0,
            tokens: Vec::new(),
            holes: Vec::new(),
            expected: None,
            is_first: true,
            tag: None,
        }
    }

    fn run(&mut self) {
        while let Some(first) = self.rest().chars().next() {
            if !self.line(first) && !self.span(first) {
                if self.language.markup { self.markup(first) } else { self.piece(first) }
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> Option<char> {
        self.code.get(..self.at)?.chars().next_back()
    }

    /// Advances by some bytes that form a token. Merges adjacent tokens of one kind.
    fn take(&mut self, bytes: usize, token: Option<CodeToken>) {
        let start = self.at;
        self.at += bytes;
        let (Some(token), Ok(start), Ok(end)) =
            (token, u32::try_from(start), u32::try_from(self.at))
        else {
            return;
        };
        match self.tokens.last_mut() {
            Some((last, kind)) if *kind == token && last.end == start => last.end = end,
            _ if start < end => self.tokens.push((start..end, token)),
            _ => {}
        }
    }

    /// The number of bytes to the end of the line.
    fn line_length(&self) -> usize {
        self.rest().find('\n').unwrap_or(self.rest().len())
    }

    /// Reads a line that is a single token.
    fn line(&mut self, first: char) -> bool {
        if self.language.lines.is_empty()
            || first == '\n'
            || !matches!(self.before(), None | Some('\n'))
        {
            return false;
        }
        let rest = self.rest();
        let line = self.language.lines.iter().find(|(prefix, _)| rest.starts_with(prefix.as_str()));
        if let Some((_, token)) = line {
            self.take(self.line_length(), Some(*token));
        }
        line.is_some()
    }

    /// Reads a string or comment that starts here.
    fn span(&mut self, first: char) -> bool {
        let language = self.language;
        let span = language.spans.iter().find(|span| span.0.starts_with(first) && self.opens(span));
        let Some(span) = span else { return false };
        let Delimiters(open, close, kind) = span;
        self.expected = None;
        match kind {
            SpanKind::Comment if close.is_empty() => {
                self.take(self.line_length(), Some(CodeToken::Comment));
            }
            SpanKind::Comment => {
                let inside = self.rest().get(open.len()..).unwrap_or_default();
                let end = inside.find(close.as_str()).map_or(inside.len(), |end| end + close.len());
                self.take(open.len() + end, Some(CodeToken::Comment));
            }
            _ => {
                self.is_first = false;
                let token =
                    if let SpanKind::Token(token) = kind { *token } else { CodeToken::String };
                self.take(open.len(), Some(token));
                self.string(span, token);
            }
        }
        true
    }

    fn opens(&self, span: &Delimiters) -> bool {
        let Delimiters(open, close, kind) = span;
        let Some(inside) = self.rest().strip_prefix(open.as_str()) else { return false };
        match kind {
            // `$#` and `${#x}` in a shell start no comment.
            SpanKind::Comment => !(open == "#" && matches!(self.before(), Some('$' | '{'))),
            SpanKind::Char => {
                let mut letters = inside.chars();
                match letters.next() {
                    Some('\\') => letters.skip(1).take(LONGEST_ESCAPE).any(|it| it == '\''),
                    Some(letter) => letter != '\'' && letters.next() == Some('\''),
                    None => false,
                }
            }
            SpanKind::Quote => {
                let is_operand =
                    |it| self.is_letter(it) || matches!(it, ')' | ']' | '}' | '.' | '\'');
                !self.before().is_some_and(is_operand)
            }
            SpanKind::Token(_) => {
                // Such as the name of a variable. The bound keeps the time linear.
                let mut near = inside.char_indices().take(LONGEST_NAME);
                let end = near.find(|(_, it)| it.is_whitespace() || close.starts_with(*it));
                end.is_some_and(|(at, _)| {
                    at > 0 && inside.get(at..).is_some_and(|it| it.starts_with(close.as_str()))
                })
            }
            _ => true,
        }
    }

    /// Reads the rest of a string, up to its end or to a hole.
    fn string(&mut self, span: &'static Delimiters, token: CodeToken) {
        let Delimiters(_, close, kind) = span;
        let mut inside = self.rest().as_bytes();
        let mut plain = 0;
        while let Some(rest) = inside.get(plain..)
            && let Some(byte) = rest.first()
        {
            if rest.starts_with(close.as_bytes()) {
                return self.take(plain + close.len(), Some(token));
            }
            if *byte == b'\n' && kind.is_in_line() {
                break;
            }
            let hole = self.language.hole.as_bytes();
            if kind.has_holes() && !hole.is_empty() && rest.starts_with(hole) {
                if rest.get(1) == Some(byte) {
                    // A doubled brace is a literal one.
                    plain += 2;
                    continue;
                }
                self.take(plain, Some(token));
                self.take(hole.len(), Some(CodeToken::Operator));
                self.is_first = true;
                return self.holes.push((span, 0));
            }
            if *byte == b'\\' && kind.has_escapes() {
                self.take(plain, Some(token));
                self.take(escape_length(self.rest()), Some(CodeToken::Constant));
                inside = self.rest().as_bytes();
                plain = 0;
                continue;
            }
            plain += 1;
        }
        self.take(plain, Some(token));
    }

    /// Reads a word, a number or a symbol.
    fn piece(&mut self, first: char) {
        let rest = self.rest();
        let length = first.len_utf8();
        let next = rest.chars().nth(1);
        if first == '\n' {
            self.is_first = true;
            self.expected = None;
            // A single-line template ends with the line, even with open brackets.
            while self.holes.last().is_some_and(|(span, _)| span.2.is_in_line()) {
                self.holes.pop();
            }
            self.take(length, None);
        } else if first.is_whitespace() {
            self.take(length, None);
        } else if let Some(token) = self.language.sigils.get(&first)
            && next.is_some_and(|next| next.is_alphanumeric() || next == '_')
            && !self.before().is_some_and(|before| before == first || self.is_letter(before))
        {
            let word = self.word_at(length);
            let token = self.language.meaning(word).unwrap_or(*token);
            self.is_first = false;
            self.take(word.len(), Some(token));
        } else if self.language.prose {
            // A backslash escapes the next character.
            let escaped = next.filter(|_| first == '\\').map_or(0, char::len_utf8);
            self.take(length + escaped, None);
        } else if first.is_ascii_digit() {
            self.is_first = false;
            self.take(number_length(rest), Some(CodeToken::Number));
        } else if self.is_letter(first) {
            self.word();
        } else {
            self.symbol(first, next);
        }
    }

    fn is_letter(&self, letter: char) -> bool {
        letter.is_alphanumeric() || letter == '_' || self.language.letters.contains(letter)
    }

    /// The text from here to the end of the word that starts after `skipped` bytes.
    fn word_at(&self, skipped: usize) -> &'a str {
        let rest = self.rest();
        let word = rest.get(skipped..).unwrap_or_default();
        let length = word.find(|letter| !self.is_letter(letter)).unwrap_or(word.len());
        rest.get(..skipped + length).unwrap_or(rest)
    }

    fn word(&mut self) {
        let language = self.language;
        let word = self.word_at(0);
        let behind = self.rest().get(word.len()..).unwrap_or_default();
        let known = language.meaning(word);
        let expected = self.expected.take();
        let is_key = || {
            let behind = behind.trim_start_matches([' ', '\t']);
            language.key_end.is_some_and(|end| behind.starts_with(end))
        };
        let mut letters = word.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        let is_shouted = is_capital && word.len() > 1 && !letters.any(char::is_lowercase);
        let token = if known.is_some() {
            known
        } else if is_key() {
            Some(CodeToken::Variable)
        } else if expected.is_some() {
            expected
        } else if self.is_first && language.first_word.is_some() {
            language.first_word
        } else if is_shouted && language.capitals == Some(CodeToken::TypeName) {
            Some(CodeToken::Constant)
        } else if is_capital && language.capitals.is_some() {
            language.capitals
        } else {
            behind.starts_with('(').then_some(CodeToken::Function)
        };
        self.is_first = false;
        if known == Some(CodeToken::Keyword) {
            let lower = word.to_ascii_lowercase();
            self.expected = if FUNCTION_WORDS.contains(&lower.as_str()) {
                Some(CodeToken::Function)
            } else {
                TYPE_WORDS.contains(&lower.as_str()).then_some(CodeToken::TypeName)
            };
        }
        self.take(word.len(), token);
    }

    fn symbol(&mut self, first: char, next: Option<char>) {
        self.expected = None;
        self.is_first = matches!(first, '|' | ';' | '&' | '(' | '{');
        if let Some((span, depth)) = self.holes.last_mut() {
            let close = match self.language.hole.chars().next_back() {
                Some('(') => ')',
                _ => '}',
            };
            if self.language.hole.ends_with(first) {
                *depth += 1;
            } else if first == close && *depth > 0 {
                *depth -= 1;
            } else if first == close {
                let span = *span;
                self.holes.pop();
                self.take(1, Some(CodeToken::Operator));
                return self.string(span, CodeToken::String);
            }
        }
        // An escaped quote opens no string: `\"` in a shell.
        let escaped = next.filter(|it| first == '\\' && it.is_ascii_punctuation());
        let is_operator = matches!(
            first,
            '+' | '-' | '*' | '/' | '%' | '=' | '<' | '>' | '!' | '&' | '|' | '^' | '~' | '?' | '@'
        );
        let length = first.len_utf8() + escaped.map_or(0, char::len_utf8);
        self.take(length, is_operator.then_some(CodeToken::Operator));
    }

    /// Reads text with tags.
    fn markup(&mut self, first: char) {
        let rest = self.rest();
        let Some((name, opens)) = self.tag else {
            let name = rest.get(1..).unwrap_or_default();
            let sign = name.chars().next();
            if first == '<' && sign.is_some_and(|it| it.is_alphabetic() || "/!?".contains(it)) {
                let sign = name.bytes().take_while(|byte| b"/!?".contains(byte)).count();
                self.take(1 + sign, Some(CodeToken::Operator));
                let name = self.name();
                self.take(name.len(), Some(CodeToken::Keyword));
                self.tag = Some((name, sign == 0));
            } else if first == '&'
                && let Some(end) = rest.bytes().take(LONGEST_ESCAPE).position(|byte| byte == b';')
            {
                self.take(end + 1, Some(CodeToken::Constant));
            } else {
                self.take(first.len_utf8(), None);
            }
            return;
        };
        match first {
            '>' => {
                self.tag = None;
                self.take(1, Some(CodeToken::Operator));
                if opens {
                    self.embedded(name);
                }
            }
            '"' | '\'' => {
                let end = rest.get(1..).and_then(|inside| inside.find(first));
                self.take(end.map_or(rest.len(), |end| end + 2), Some(CodeToken::String));
            }
            '/' | '=' | '?' => self.take(1, Some(CodeToken::Operator)),
            _ => {
                let name = self.name();
                let token = (!name.is_empty()).then_some(CodeToken::Variable);
                self.take(name.len().max(first.len_utf8()), token);
            }
        }
    }

    /// Reads the name of a tag or an attribute.
    fn name(&self) -> &'a str {
        let rest = self.rest();
        let is_end = |letter: char| !(letter.is_alphanumeric() || "_-:.@#".contains(letter));
        rest.get(..rest.find(is_end).unwrap_or(rest.len())).unwrap_or_default()
    }

    /// Reads the script or style sheet in an element.
    fn embedded(&mut self, name: &str) {
        let (language, end) = match name.to_ascii_lowercase().as_str() {
            "script" => ("js", "</script"),
            "style" => ("css", "</style"),
            _ => return,
        };
        let Some(language) = languages::find(language) else { return };
        let end = self.at + self.rest().find(end).unwrap_or(self.rest().len());
        let (markup, code) = (self.language, self.code);
        self.language = language;
        // No token extends beyond the element.
        self.code = code.get(..end).unwrap_or_default();
        self.run();
        self.holes.clear();
        (self.language, self.code) = (markup, code);
    }
}

/// The length of a number with its fraction, exponent and unit.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let goes_on = match byte {
            b'.' => is_digit(end + 1),
            b'+' | b'-' => {
                let is_exponent = end > 0 && matches!(bytes.get(end - 1), Some(b'e' | b'E'));
                is_exponent && !is_hex && is_digit(end + 1)
            }
            byte => byte.is_ascii_alphanumeric() || *byte == b'_',
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

/// The length of an escape: the backslash, the next character, and the digits of a code point.
fn escape_length(text: &str) -> usize {
    let mut letters = text.chars().skip(1);
    let Some(letter) = letters.next() else { return text.len() };
    let length = 1 + letter.len_utf8();
    let digits = match letter {
        'x' => 2,
        'u' | 'U' => LONGEST_ESCAPE - 2,
        _ => 0,
    };
    let is_part = |it: &char| it.is_ascii_hexdigit() || matches!(it, '{' | '}');
    length + letters.take(digits).take_while(is_part).count()
}
