//! The languages of `assets/languages.toml`, and the names by which people call them.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use serde::Deserialize;

use super::Token;

/// No name of a language is longer, in bytes.
const LONGEST_NAME: usize = 40;

/// What the lexer knows of a language.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Language {
    /// Its names besides that of its table: aliases and file extensions.
    names: String,
    keywords: String,
    constants: String,
    types: String,
    /// Prefixes that make a whole line one token.
    pub(super) lines: Vec<(String, Token)>,
    /// Strings and comments; the first one that opens at a place wins.
    pub(super) spans: Vec<Span>,
    /// What opens code within a template string; its last character is the bracket to close.
    pub(super) hole: String,
    /// Characters of a word besides letters, digits and the underscore.
    pub(super) letters: String,
    /// Characters that make a token of themselves and the word behind them.
    pub(super) sigils: BTreeMap<char, Token>,
    /// The character behind a word that is a key.
    pub(super) key_end: Option<char>,
    /// What the first word of a command is.
    pub(super) first_word: Option<Token>,
    /// What a word with a capital letter is.
    pub(super) capitals: Option<Token>,
    /// Whether case makes no difference to keywords.
    ignores_case: bool,
    /// Whether it consists of tags and text.
    pub(super) markup: bool,
    /// Whether words and numbers are plain text.
    pub(super) prose: bool,
    #[serde(skip)]
    words: HashMap<String, Token, FixedState>,
}

/// Text between an opening and a closing delimiter.
#[derive(Deserialize)]
pub(super) struct Span(pub(super) String, pub(super) String, pub(super) SpanKind);

/// What a span is, where it ends and what it may contain.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SpanKind {
    /// A comment; without a closing delimiter it ends with the line.
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
    /// A quoted character or escape. Other quotes open nothing.
    Char,
    /// A string without escapes, within one line. Behind an operand the quote is an operator.
    Quote,
    /// Another token, within one line.
    #[serde(untagged)]
    Token(Token),
}

impl SpanKind {
    /// Whether the end of the line ends it.
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
    /// What a word of the language means.
    pub(super) fn meaning(&self, word: &str) -> Option<Token> {
        if self.ignores_case {
            return self.words.get(&word.to_ascii_lowercase()).copied();
        }
        self.words.get(word).copied()
    }

    fn index_words(&mut self) {
        for (words, token) in [
            (&self.keywords, Token::Keyword),
            (&self.constants, Token::Constant),
            (&self.types, Token::TypeName),
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

/// The language of a code block, by what stands behind its fence: the first word there, which is a
/// name, an alias or a file extension.
pub(super) fn find(fence: &str) -> Option<&'static Language> {
    static LANGUAGES: OnceLock<Languages> = OnceLock::new();
    let name = name_of(fence)?;
    let languages = LANGUAGES.get_or_init(load);
    languages.all.get(*languages.names.get(&name)?)
}

fn load() -> Languages {
    let source = include_str!("../../assets/languages.toml");
    // The tests hold that the file can be read.
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

/// The first word behind a fence in lower case, without the decoration of some dialects.
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
