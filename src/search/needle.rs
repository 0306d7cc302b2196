//! One thing to look for in texts: a word in its exact or in either case, or an expression.
//!
//! Must not know of pages or messages.

use std::ops::Range;

use memchr::memmem;
use regex::{Regex, RegexBuilder};

use super::visible::visible;
use crate::query::{regex_ignores_case, words_ignore_case};

/// The most bytes that a compiled expression may take.
const REGEX_SIZE: usize = 4 << 20;

/// How a needle is found.
#[derive(Clone, Debug)]
pub(super) enum Finder {
    /// Byte for byte.
    Exact(Box<memmem::Finder<'static>>),
    /// By an expression.
    Regex(Regex),
}

impl Finder {
    /// The first place.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        match self {
            Self::Exact(finder) => {
                let at = finder.find(text.as_bytes())?;
                Some(at..at + finder.needle().len())
            }
            Self::Regex(regex) => regex.find(text).map(|found| found.range()),
        }
    }

    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Exact(finder) => finder.find(text.as_bytes()).is_some(),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// What the text of a needle means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meaning {
    /// These characters, in this case.
    Cased,
    /// These characters, which have no case.
    Caseless,
    /// These characters in either case, by simple folding.
    Folded,
    /// An expression.
    Regex,
}

/// One thing to look for.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    text: String,
    meaning: Meaning,
    finder: Finder,
}

impl Needle {
    /// A word or phrase. What is invisible in it is dropped, as it is in the texts, unless nothing
    /// else is left: then it is looked for as it stands.
    pub(super) fn words(words: &str) -> Result<Self, String> {
        let seen = visible(words);
        let text = if seen.is_empty() { words } else { &seen }.to_owned();
        let (meaning, finder) = if text.chars().all(has_no_case) {
            (Meaning::Caseless, exact(&text))
        } else if words_ignore_case(&text) {
            (Meaning::Folded, Finder::Regex(expression(&regex::escape(&text), true)?))
        } else {
            (Meaning::Cased, exact(&text))
        };
        Ok(Self { text, meaning, finder })
    }

    /// A regular expression.
    pub(super) fn regex(pattern: &str) -> Result<Self, String> {
        let regex = expression(pattern, regex_ignores_case(pattern))?;
        let text = pattern.to_owned();
        Ok(Self { text, meaning: Meaning::Regex, finder: Finder::Regex(regex) })
    }

    pub(super) fn is_regex(&self) -> bool {
        self.meaning == Meaning::Regex
    }

    /// Whether it can be looked for in many texts at once, parted by NUL: it is plain characters,
    /// and none of them is NUL.
    pub(super) fn is_scannable(&self) -> bool {
        !self.is_regex() && !self.text.contains('\0')
    }

    /// The bytes of the word: the more, the rarer it is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// A finder for this alone.
    pub(super) fn finder(&self) -> &Finder {
        &self.finder
    }

    /// An expression that matches where this word does.
    pub(super) fn pattern(&self) -> String {
        let case = if self.meaning == Meaning::Folded { "i" } else { "-i" };
        format!("(?{case}:{})", regex::escape(&self.text))
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.finder.is_in(text)
    }

    /// Up to `max` places, in order, none of them empty.
    pub(super) fn places(&self, text: &str, max: usize, out: &mut Vec<Range<usize>>) {
        match &self.finder {
            Finder::Exact(finder) => {
                let len = finder.needle().len();
                out.extend(finder.find_iter(text.as_bytes()).take(max).map(|at| at..at + len));
            }
            Finder::Regex(regex) => {
                let places = regex.find_iter(text).map(|found| found.range());
                out.extend(places.filter(|range| !range.is_empty()).take(max));
            }
        }
    }

    /// Whether every text that holds this surely holds `wider` too.
    pub(super) fn narrows(&self, wider: &Self) -> bool {
        match (self.meaning, wider.meaning) {
            (Meaning::Regex, _) | (_, Meaning::Regex) => {
                self.meaning == wider.meaning && self.text == wider.text
            }
            // Characters without case are the same in every variant of this word.
            (_, Meaning::Caseless) | (Meaning::Cased, Meaning::Cased) => {
                self.text.contains(&wider.text)
            }
            (Meaning::Caseless | Meaning::Folded, Meaning::Cased) => false,
            // Folding goes character by character: what is in this word is in its variants.
            (_, Meaning::Folded) => wider.is_in(&self.text),
        }
    }
}

fn exact(text: &str) -> Finder {
    Finder::Exact(Box::new(memmem::Finder::new(text.as_bytes()).into_owned()))
}

fn has_no_case(c: char) -> bool {
    c.to_lowercase().eq([c]) && c.to_uppercase().eq([c])
}

fn expression(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(REGEX_SIZE)
        .build()
        .map_err(|error| complaint(&error))
}

/// One line of what the regex crate says in many.
fn complaint(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too large".to_owned(),
        other => {
            let text = other.to_string();
            let line = text.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
            format!("the regular expression is wrong: {}", line.unwrap_or("it cannot be read"))
        }
    }
}

/// A finder for any of several words at once.
pub(super) fn any_of<'a>(needles: impl Iterator<Item = &'a Needle>) -> Option<Finder> {
    let patterns: Vec<String> = needles.map(Needle::pattern).collect();
    expression(&patterns.join("|"), false).ok().map(Finder::Regex)
}
