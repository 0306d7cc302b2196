//! Syntax-highlights code blocks: finds the keywords, strings and comments in them.
//!
//! Colours are a decoration here, so a lexer that knows the words and delimiters of each language
//! takes the place of real grammars, which would be a fifth of the program and take seconds for some
//! lines. Its time is linear: some 4 ms for the longest code. Knows neither colours nor clocks.

mod languages;
mod lexer;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::Deserialize;

/// The longest code that is highlighted, in bytes.
pub const MOST: usize = 64 << 10;

/// What a part of a code is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// A string, with its quotes.
    String,
    /// A number.
    Number,
    /// A comment, with its delimiters.
    Comment,
    /// The name of a function, where it is defined or called.
    Function,
    /// The name of a type.
    #[serde(rename = "type")]
    TypeName,
    /// An operator.
    Operator,
    /// A constant of the language, an escape within a string.
    Constant,
    /// A parameter, an attribute, the name of a variable.
    Variable,
    /// A line that a patch adds.
    Inserted,
    /// A line that a patch removes.
    Deleted,
}

/// Finds the tokens of a code: sorted, not empty, not overlapping, at character boundaries. What is
/// in none of them is plain.
///
/// `language` is what stands behind the fence of the block: a name, an alias or a file extension.
/// There are no tokens where it is unknown or the code is longer than [`MOST`].
pub fn highlight(code: &str, language: &str) -> Vec<(Range<u32>, Token)> {
    if code.len() > MOST {
        return Vec::new();
    }
    languages::find(language).map(|language| lexer::tokens(code, language)).unwrap_or_default()
}
