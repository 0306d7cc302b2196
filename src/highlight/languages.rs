//! The languages of `assets/languages.toml`, and looking them up by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use serde::Deserialize;

use super::CodeToken;

/// The longest language name, in bytes.
const LONGEST_NAME: usize = 40;

/// The lexical rules of a language.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Language {
    /// Its aliases and file extensions.
    names: String,
    keywords: String,
    constants: String,
    types: String,
    /// Prefixes that make a whole line one token.
    pub(super) lines: Vec<(String, CodeToken)>,
    /// Strings and comments; the first that opens at a position wins.
    pub(super) spans: Vec<Delimiters>,
    /// Opens code within a template string. Its last character is the bracket to close.
    pub(super) hole: String,
    /// Word characters besides letters, digits and the underscore.
    pub(super) letters: String,
    /// Characters that form a token together with the word after them.
    pub(super) sigils: BTreeMap<char, CodeToken>,
    /// The character that marks the word before it as a key.
    pub(super) key_end: Option<char>,
    /// The token of the first word of a command.
    pub(super) first_word: Option<CodeToken>,
    /// The token of a capitalised word.
    pub(super) capitals: Option<CodeToken>,
    /// Whether keywords are case-insensitive.
    ignores_case: bool,
    /// Whether it is a markup language of tags and text.
    pub(super) markup: bool,
    /// Whether words and numbers are plain text.
    pub(super) prose: bool,
    #[serde(skip)]
    words: HashMap<String, CodeToken, FixedState>,
}

/// Text between an opening and a closing delimiter.
#[derive(Deserialize)]
pub(super) struct Delimiters(pub(super) String, pub(super) String, pub(super) SpanKind);

/// The kind of a span: its token, its end, and what it may contain.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SpanKind {
    /// A comment; ends with the line if it has no closing delimiter.
    Comment,
    /// A string with escapes, within one line.
    String,
    /// A string with escapes.
    Long,
    /// A string with escapes and code.
    Template,
    /// A string with escapes and code, within one line.
    LineTemplate,
    /// A string without escapes.
    Raw,
    /// A string without escapes, within one line.
    LineRaw,
    /// A character literal. Other quotes open nothing.
    Char,
    /// A string without escapes, within one line. After an operand, the quote is an operator.
    Quote,
    /// Another token, within one line.
    #[serde(untagged)]
    Token(CodeToken),
}

impl SpanKind {
    /// Whether it ends at the end of the line.
    pub(super) fn is_in_line(self) -> bool {
        !matches!(self, Self::Comment | Self::Long | Self::Template | Self::Raw)
    }

    pub(super) fn has_escapes(self) -> bool {
        !matches!(self, Self::Raw | Self::LineRaw | Self::Quote | Self::Token(_))
    }

    pub(super) fn has_holes(self) -> bool {
        matches!(self, Self::Template | Self::LineTemplate)
    }
}

impl Language {
    /// The token of a word.
    pub(super) fn meaning(&self, word: &str) -> Option<CodeToken> {
        if self.ignores_case {
            return self.words.get(&word.to_ascii_lowercase()).copied();
        }
        self.words.get(word).copied()
    }

    fn index_words(&mut self) {
        for (words, token) in [
            (&self.keywords, CodeToken::Keyword),
            (&self.constants, CodeToken::Constant),
            (&self.types, CodeToken::TypeName),
        ] {
            self.words.extend(words.split_whitespace().map(|word| (word.to_owned(), token)));
        }
    }
}

#[derive(Default)]
struct Languages {
    all: Vec<Language>,
    names: HashMap<String, usize, FixedState>,
}

/// Looks up the language of a code block by the first word of its info string: a name, an alias or
/// a file extension.
pub(super) fn find(fence: &str) -> Option<&'static Language> {
    static LANGUAGES: OnceLock<Languages> = OnceLock::new();
    let name = name_of(fence)?;
    let languages = LANGUAGES.get_or_init(load);
    languages.all.get(*languages.names.get(&name)?)
}

fn load() -> Languages {
    let source = include_str!("../../assets/languages.toml");
    // A test checks that the file parses.
    let tables: BTreeMap<String, Language> = toml::from_str(source).unwrap_or_default();
    let mut languages = Languages::default();
    for (index, (name, mut language)) in tables.into_iter().enumerate() {
        let names = language.names.split_whitespace().map(|name| (name.to_owned(), index));
        languages.names.extend(names.chain([(name, index)]));
        language.index_words();
        languages.all.push(language);
    }
    languages
}

/// The first word of an info string in lower case, without the decoration of some dialects.
fn name_of(fence: &str) -> Option<String> {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '{' | '}');
    let word = fence.trim_start_matches(|letter| ends(letter) || letter == '.');
    let mut name = String::new();
    for letter in word.chars().take_while(|letter| !ends(*letter)) {
        // The word may be a megabyte long.
        if name.len() >= LONGEST_NAME {
            return None;
        }
        name.extend(letter.to_lowercase());
    }
    let prefix = ["language-", "lang-", "source-"].iter().find(|prefix| name.starts_with(**prefix));
    let name = name.split_off(prefix.map_or(0, |prefix| prefix.len()));
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_no_name_stands_for_two_languages() {
        let source = include_str!("../../assets/languages.toml");
        let tables: BTreeMap<String, Language> = toml::from_str(source).unwrap();
        let names = tables.values().map(|it| 1 + it.names.split_whitespace().count());
        assert_eq!(names.sum::<usize>(), load().names.len());
    }

    #[test]
    fn a_language_is_the_first_word_behind_the_fence() {
        for (fence, name) in [
            ("python", "python"),
            (" Python3 title=\"x\"", "python3"),
            ("{.haskell .numberLines}", "haskell"),
            ("rust,ignore", "rust"),
            ("language-js", "js"),
            ("C++", "c++"),
        ] {
            assert_eq!(name_of(fence).as_deref(), Some(name), "{fence}");
        }
        for fence in ["", "  ", "{}", &"x".repeat(1 << 20), &"é".repeat(50)] {
            assert_eq!(name_of(fence), None);
        }
    }
}
