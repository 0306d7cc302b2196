//! Code, told apart by its language: which bytes are a keyword, a string, a comment.
//!
//! The grammars are those of `syntect` and `two-face`, loaded once, when the first code comes.
//! Knows neither colours nor clocks: what a kind of word looks like is the theme's, and how long
//! the work may take says whoever asks for it. It may take long, so it is work for a thread.

mod key;
mod languages;
mod scopes;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::OnceLock;

use syntect::parsing::{ParseState, SyntaxReference, SyntaxSet};

use scopes::Scopes;

pub use key::CodeKey;

/// The longest code that is looked at, in bytes.
pub const MOST: usize = 256 << 10;
/// The longest line that is looked at, in bytes. A line is one call to the grammar, which cannot
/// be stopped, and some grammars take quadratic time or worse; longer lines stay plain.
pub const LONGEST_LINE: usize = 1_000;

/// What a stretch of code is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// A string, with its quotes.
    String,
    /// A number.
    Number,
    /// A comment, with what begins it.
    Comment,
    /// The name of a function, where it is made or called.
    Function,
    /// The name of a type.
    TypeName,
    /// An operator.
    Operator,
    /// A constant of the language, an escape within a string.
    Constant,
    /// A parameter, an attribute, the name of a variable.
    Variable,
    /// A line that a patch adds.
    Inserted,
    /// A line that a patch takes away.
    Deleted,
}

/// What the stretches of a code are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Highlighted {
    /// Bytes of the code and what they are: sorted, not empty, not overlapping, whole characters.
    /// What is in none of them is plain.
    pub tokens: Vec<(Range<u32>, Token)>,
}

/// Loads the grammars, so that the first code need not wait for that. Takes some ten milliseconds
/// the first time, and no time after that.
pub fn load() {
    let _ = grammars();
}

/// Tells code apart. `language` is what stands behind the fence of a code block: a name, an alias
/// or the ending of a file's name; what follows the first word is ignored.
///
/// `has_time` is asked before each line, of which no one is longer than [`LONGEST_LINE`]. `None`
/// where the language is unknown or has no grammar, the code is longer than [`MOST`], or the time
/// ran out: then the code is shown plain.
pub fn highlight(
    code: &str,
    language: &str,
    has_time: &mut dyn FnMut() -> bool,
) -> Option<Highlighted> {
    if code.len() > MOST {
        return None;
    }
    let grammars = grammars();
    let grammar = grammar(grammars, language)?;
    let mut state = ParseState::new(grammar);
    let mut scopes = Scopes::default();
    let mut painter = Painter::default();
    let mut begin = 0;
    for line in code.split_inclusive('\n') {
        if !has_time() {
            return None;
        }
        if line.len() <= LONGEST_LINE {
            let mut from = 0;
            // A grammar that fails within a line has nothing more to say about this code.
            for (at, change) in state.parse_line(line, grammars).ok()? {
                // In order, as far as the grammar keeps its word.
                let at = at.max(from);
                painter.add(begin + from..begin + at, scopes.token());
                from = at;
                scopes.apply(&change);
            }
            painter.add(begin + from..begin + line.len(), scopes.token());
        }
        begin += line.len();
    }
    Some(Highlighted { tokens: painter.tokens })
}

/// Whether there is a grammar for this language.
pub fn knows(language: &str) -> bool {
    grammar(grammars(), language).is_some()
}

fn grammars() -> &'static SyntaxSet {
    static GRAMMARS: OnceLock<SyntaxSet> = OnceLock::new();
    GRAMMARS.get_or_init(two_face::syntax::extra_newlines)
}

fn grammar<'a>(grammars: &'a SyntaxSet, language: &str) -> Option<&'a SyntaxReference> {
    let name = languages::name_of(language)?;
    let grammar = grammars.find_syntax_by_token(&name)?;
    // The grammar for text that has none tells nothing apart.
    (grammar.name != grammars.find_syntax_plain_text().name).then_some(grammar)
}

/// Gathers stretches; neighbours of one kind become one.
#[derive(Default)]
struct Painter {
    tokens: Vec<(Range<u32>, Token)>,
}

impl Painter {
    fn add(&mut self, bytes: Range<usize>, token: Option<Token>) {
        let (Some(token), Ok(start), Ok(end)) =
            (token, u32::try_from(bytes.start), u32::try_from(bytes.end))
        else {
            return;
        };
        if start >= end {
            return;
        }
        match self.tokens.last_mut() {
            Some((last, kind)) if *kind == token && last.end == start => last.end = end,
            _ => self.tokens.push((start..end, token)),
        }
    }
}
