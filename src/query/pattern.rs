//! Ids to compare with: a text in which a `*` may stand for anything.
//!
//! Must not know the fields that hold ids.

use super::lexer;
use super::quote::quoted;

/// An id to compare with, case-sensitively.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    text: String,
    wild: bool,
}

impl Pattern {
    /// Exactly this; a `*` is a star.
    pub fn exact(text: impl Into<String>) -> Self {
        Self { text: text.into(), wild: false }
    }

    /// This, where a `*` stands for anything, nothing included.
    pub fn with_stars(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { wild: text.contains('*'), text }
    }

    /// The one id that matches; `None` when a wildcard leaves it open.
    pub fn as_exact(&self) -> Option<&str> {
        (!self.wild).then_some(self.text.as_str())
    }

    /// Whether every id matches.
    pub fn is_any(&self) -> bool {
        self.wild && self.text.bytes().all(|byte| byte == b'*')
    }

    /// Whether a wildcard leaves it open.
    pub fn is_wild(&self) -> bool {
        self.wild
    }

    /// How it is written behind `field:`; `bare` says whether a text without quotes reads as this.
    pub(super) fn written(&self, field: &str, bare: impl Fn(&str) -> bool) -> String {
        let text = &self.text;
        let plain = self.wild || (!text.contains('*') && lexer::is_bare_value(field, text));
        if plain && bare(text) { text.clone() } else { quoted(text) }
    }

    /// Whether this id matches.
    pub fn matches(&self, id: &str) -> bool {
        if self.wild { glob(self.text.as_bytes(), id.as_bytes()) } else { self.text == id }
    }

    /// Whether every id that matches this surely matches `wider` too.
    pub fn narrows(&self, wider: &Self) -> bool {
        // A star in this text is one more character that only a star of `wider` can take, and a
        // star that takes one character takes any text.
        self == wider || ((wider.wild || !self.wild) && wider.matches(&self.text))
    }
}

/// Matches with `*`, going back to the last star only, which suffices.
fn glob(pattern: &[u8], id: &[u8]) -> bool {
    let (mut p, mut i) = (0, 0);
    let mut star = None;
    while i < id.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, i));
            p += 1;
        } else if pattern.get(p) == id.get(i) {
            p += 1;
            i += 1;
        } else if let Some((behind, taken)) = star {
            p = behind;
            i = taken + 1;
            star = Some((behind, taken + 1));
        } else {
            return false;
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|&byte| byte == b'*'))
}
