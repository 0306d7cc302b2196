//! What is known of the code blocks: which words are what, as far as a worker has said so.
//!
//! Bounded, since there may be more code than anybody reads: what was asked for first is forgotten
//! first, and asked for again when it is wanted again. Knows no colours.

use crate::port::Task;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::highlight::{self, CodeKey, Highlighted};

use super::effect::Effect;

/// The most codes that are remembered: several screens of them.
const MOST_CODES: usize = 512;
/// The most stretches that are remembered, of 12 bytes each.
const MOST_TOKENS: usize = 500_000;

/// What is known of one code.
#[derive(Debug)]
enum Known {
    /// It was asked for.
    Asked,
    /// It has words.
    Told(Arc<Highlighted>),
    /// It stays plain.
    Plain,
}

/// What is known of the codes that were asked for.
#[derive(Debug, Default)]
pub struct Highlights {
    known: HashMap<CodeKey, Known, FixedState>,
    /// The keys of `known`, the oldest first.
    order: VecDeque<CodeKey>,
    /// The stretches in `known`.
    tokens: usize,
}

impl Highlights {
    /// The words of a code; `None` while they are not known, and where it stays plain.
    pub fn get(&self, key: CodeKey) -> Option<Arc<Highlighted>> {
        match self.known.get(&key)? {
            Known::Told(highlighted) => Some(Arc::clone(highlighted)),
            Known::Asked | Known::Plain => None,
        }
    }

    /// Asks for the words of a code, once. `key` is that of the two texts.
    pub fn want(&mut self, key: CodeKey, code: &str, language: &str) -> Vec<Effect> {
        if self.known.contains_key(&key) {
            return Vec::new();
        }
        // What cannot become anything else is not carried to a worker.
        let is_hopeless = language.trim().is_empty() || code.len() > highlight::MOST;
        let known = if is_hopeless { Known::Plain } else { Known::Asked };
        self.known.insert(key, known);
        self.order.push_back(key);
        self.forget();
        if is_hopeless {
            return Vec::new();
        }
        // The language is a word; a megabyte of it is not carried either.
        let language = language.chars().take(100).collect();
        vec![Effect::Run(Task::Highlight { key, code: code.to_owned(), language })]
    }

    /// Takes in what a worker said. What was forgotten meanwhile is not remembered again.
    pub fn store(&mut self, key: CodeKey, highlighted: Option<Arc<Highlighted>>) {
        let Some(known) = self.known.get_mut(&key) else { return };
        self.tokens = self.tokens.saturating_sub(known.tokens());
        *known = highlighted.map_or(Known::Plain, Known::Told);
        self.tokens += known.tokens();
        self.forget();
    }

    /// Forgets the oldest until the rest is small enough; the newest stays in any case.
    fn forget(&mut self) {
        while (self.order.len() > MOST_CODES || self.tokens > MOST_TOKENS) && self.order.len() > 1 {
            let oldest = self.order.pop_front().and_then(|key| self.known.remove(&key));
            self.tokens -= oldest.map_or(0, |known| known.tokens()).min(self.tokens);
        }
    }
}

impl Known {
    fn tokens(&self) -> usize {
        match self {
            Self::Told(highlighted) => highlighted.tokens.len(),
            Self::Asked | Self::Plain => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::highlight::Token;

    use super::*;

    fn words(count: u32) -> Arc<Highlighted> {
        let tokens = (0..count).map(|at| (at..at + 1, Token::Keyword)).collect();
        Arc::new(Highlighted { tokens })
    }

    #[test]
    fn a_code_is_asked_for_once_and_then_known() {
        let mut all = Highlights::default();
        let key = CodeKey::new("let a;", "rust");
        let asked = all.want(key, "let a;", "rust");
        assert!(matches!(&asked[..],
            [Effect::Run(Task::Highlight { key: k, code, language })]
                if *k == key && code == "let a;" && language == "rust"));
        assert!(all.want(key, "let a;", "rust").is_empty());
        assert_eq!(all.get(key), None);
        all.store(key, Some(words(1)));
        assert_eq!(all.get(key), Some(words(1)));
        assert!(all.want(key, "let a;", "rust").is_empty());
    }

    #[test]
    fn one_text_in_two_languages_is_two_codes() {
        assert_ne!(CodeKey::new("a", "c"), CodeKey::new("a", "js"));
        assert_ne!(CodeKey::new("ac", ""), CodeKey::new("a", "c"));
    }

    #[test]
    fn what_stays_plain_is_not_asked_for_again_or_at_all() {
        let mut all = Highlights::default();
        let key = CodeKey::new("x", "klingon");
        assert_eq!(all.want(key, "x", "klingon").len(), 1);
        all.store(key, None);
        assert!(all.want(key, "x", "klingon").is_empty());
        let none = CodeKey::new("x", "");
        assert!(all.want(none, "x", "").is_empty());
        let long = "x".repeat(highlight::MOST + 1);
        assert!(all.want(CodeKey::new(&long, "c"), &long, "c").is_empty());
        let endless = "c".repeat(1 << 20);
        let asked = all.want(CodeKey::new("x", &endless), "x", &endless);
        assert!(
            matches!(&asked[..], [Effect::Run(Task::Highlight { language, .. })] if language.len() == 100)
        );
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many_codes_or_words() {
        let mut all = Highlights::default();
        let key = |at: usize| CodeKey::new(&at.to_string(), "c");
        for at in 0..=MOST_CODES {
            let _ = all.want(key(at), &at.to_string(), "c");
            all.store(key(at), Some(words(1)));
        }
        assert_eq!((all.get(key(0)), all.get(key(1))), (None, Some(words(1))));
        assert_eq!((all.known.len(), all.order.len(), all.tokens), (512, 512, 512));
        all.store(key(0), Some(words(1)));
        assert_eq!((all.get(key(0)), all.tokens), (None, 512));
        let many = u32::try_from(MOST_TOKENS).unwrap();
        all.store(key(MOST_CODES), Some(words(many)));
        assert_eq!((all.known.len(), all.tokens), (1, MOST_TOKENS));
        assert!(all.get(key(MOST_CODES)).is_some());
    }
}
