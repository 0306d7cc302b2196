//! One thing to look for in texts: a word in its exact or in either case, or an expression.
//!
//! Must not know of pages or messages.

use std::ops::Range;

use memchr::{memchr2, memmem};
use regex::{Regex, RegexBuilder};

use super::ascii::AsciiWord;
use super::fold::{is_of_formulas, other_forms};
use super::literal::required;
use super::visible::visible;
use crate::query::{regex_ignores_case, words_ignore_case};

/// The most bytes that a compiled expression may take.
const REGEX_SIZE: usize = 4 << 20;

/// How a needle is found.
#[derive(Clone, Debug)]
pub(super) enum Finder {
    /// Byte for byte.
    Exact(Box<memmem::Finder<'static>>),
    /// One letter of ASCII, in either case.
    Letter(u8),
    /// An ASCII word, in either case.
    Ascii(Box<AsciiWord>),
    /// By a regular expression.
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
            Self::Letter(letter) => {
                let at = memchr2(*letter, letter.to_ascii_uppercase(), text.as_bytes())?;
                Some(at..at + 1)
            }
            Self::Ascii(word) => word.find(text.as_bytes()),
            Self::Regex(regex) => regex.find(text).map(|found| found.range()),
        }
    }

    /// Whether there is a place.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(text),
            other => other.find(text).is_some(),
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
    /// The same characters in the other normal forms of Unicode; empty for most words.
    others: Vec<String>,
    /// A word that stands in every match of an expression.
    required: Option<Box<Needle>>,
    /// Whether a formula may show it without having it in its source.
    of_formulas: bool,
}

impl Needle {
    /// A word or phrase. What is invisible in it is dropped, as it is in the texts, unless nothing
    /// else is left: then it is looked for as it stands.
    pub(super) fn words(words: &str) -> Result<Self, String> {
        let seen = visible(words);
        let text = if seen.is_empty() { words } else { &seen }.to_owned();
        let ignores_case = words_ignore_case(&text);
        Self::word(text, ignores_case)
    }

    fn word(text: String, ignores_case: bool) -> Result<Self, String> {
        let others = other_forms(&text);
        let (meaning, finder) = if text.chars().all(has_no_case) {
            (Meaning::Caseless, exact(&text, &others)?)
        } else if ignores_case {
            (Meaning::Folded, folded(&text, &others)?)
        } else {
            (Meaning::Cased, exact(&text, &others)?)
        };
        let of_formulas = is_of_formulas(&text);
        Ok(Self { text, meaning, finder, others, required: None, of_formulas })
    }

    /// A regular expression.
    pub(super) fn regex(pattern: &str) -> Result<Self, String> {
        let ignores_case = regex_ignores_case(pattern);
        let regex = expression(pattern, ignores_case)?;
        let required = required(pattern).and_then(|text| Self::word(text, ignores_case).ok());
        Ok(Self {
            text: pattern.to_owned(),
            meaning: Meaning::Regex,
            finder: Finder::Regex(regex),
            others: Vec::new(),
            required: required.map(Box::new),
            of_formulas: is_of_formulas(pattern),
        })
    }

    pub(super) fn is_regex(&self) -> bool {
        self.meaning == Meaning::Regex
    }

    /// The word to look for in many texts at once, parted by NUL: this one, or one that stands in
    /// every match. It is plain characters, and none of them is NUL.
    pub(super) fn scanned(&self) -> Option<&Self> {
        let word = if self.is_regex() { self.required.as_deref()? } else { self };
        (!word.text.contains('\0')).then_some(word)
    }

    /// The bytes of the word: the more, the rarer it is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// A finder for this alone.
    pub(super) fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Whether a formula may show this without having it in its source.
    pub(super) fn is_of_formulas(&self) -> bool {
        self.of_formulas
    }

    /// An expression that matches where this word does.
    pub(super) fn pattern(&self) -> String {
        let case = if self.meaning == Meaning::Folded { "i" } else { "-i" };
        format!("(?{case}:{})", alternatives(&self.text, &self.others))
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.finder.is_in(text)
    }

    /// Up to `max` places, in order, none of them empty.
    pub(super) fn places(&self, text: &str, max: usize, out: &mut Vec<Range<usize>>) {
        if let Finder::Regex(regex) = &self.finder {
            let places = regex.find_iter(text).map(|found| found.range());
            out.extend(places.filter(|range| !range.is_empty()).take(max));
            return;
        }
        let mut from = 0;
        for _ in 0..max {
            let Some(place) = text.get(from..).and_then(|rest| self.finder.find(rest)) else {
                break;
            };
            out.push(from + place.start..from + place.end);
            from += place.end;
        }
    }

    /// The word in all its normal forms: a text that holds this holds one of them.
    fn forms(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.others.iter().map(String::as_str))
    }

    /// Whether every text that holds this surely holds `wider` too.
    pub(super) fn narrows(&self, wider: &Self) -> bool {
        if self.of_formulas && !wider.of_formulas {
            // What a formula shows has a part that need not be in its source.
            return false;
        }
        match (self.meaning, wider.meaning) {
            (Meaning::Regex, _) | (_, Meaning::Regex) => {
                self.meaning == wider.meaning && self.text == wider.text
            }
            // Characters without case are the same in every variant of this word.
            (_, Meaning::Caseless) | (Meaning::Cased, Meaning::Cased) => {
                self.forms().all(|form| wider.forms().any(|wider| form.contains(wider)))
            }
            (Meaning::Caseless | Meaning::Folded, Meaning::Cased) => false,
            // Folding goes character by character: what is in this word is in its variants.
            (_, Meaning::Folded) => self.forms().all(|form| wider.is_in(form)),
        }
    }
}

/// Finds a word byte for byte, in any of its normal forms.
fn exact(text: &str, others: &[String]) -> Result<Finder, String> {
    if others.is_empty() {
        return Ok(Finder::Exact(Box::new(memmem::Finder::new(text.as_bytes()).into_owned())));
    }
    Ok(Finder::Regex(expression(&alternatives(text, others), false)?))
}

fn alternatives(text: &str, others: &[String]) -> String {
    let all = std::iter::once(text).chain(others.iter().map(String::as_str));
    all.map(regex::escape).collect::<Vec<_>>().join("|")
}

/// The fastest way to find a word in either case.
fn folded(text: &str, others: &[String]) -> Result<Finder, String> {
    match text.as_bytes() {
        &[letter] if !matches!(letter, b's' | b'k') => return Ok(Finder::Letter(letter)),
        _ => {}
    }
    if let Some(word) = AsciiWord::new(text) {
        return Ok(Finder::Ascii(Box::new(word)));
    }
    Ok(Finder::Regex(expression(&alternatives(text, others), true)?))
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
            format!("invalid regular expression: {}", line.unwrap_or("cannot be parsed"))
        }
    }
}

/// A finder for any of several words at once.
pub(super) fn any_of<'a>(needles: impl Iterator<Item = &'a Needle>) -> Option<Finder> {
    let patterns: Vec<String> = needles.map(Needle::pattern).collect();
    expression(&patterns.join("|"), false).ok().map(Finder::Regex)
}
