//! What the scopes of a grammar mean: the innermost one that says something counts.

use std::str::FromStr;
use std::sync::OnceLock;

use syntect::parsing::{BasicScopeStackOp, Scope, ScopeStack, ScopeStackOp};

use super::Token;

/// The beginnings of scopes, the more special ones first, and what they mean; `None` for what is
/// plain again, such as the code within a string.
const MEANINGS: [(&str, Option<Token>); 42] = [
    ("punctuation.definition.comment", Some(Token::Comment)),
    ("comment", Some(Token::Comment)),
    ("punctuation.definition.string", Some(Token::String)),
    ("meta.interpolation", None),
    ("source", None),
    ("text", None),
    ("string", Some(Token::String)),
    ("constant.numeric", Some(Token::Number)),
    ("constant", Some(Token::Constant)),
    ("keyword.operator.word", Some(Token::Keyword)),
    ("keyword.operator.logical.python", Some(Token::Keyword)),
    ("keyword.operator", Some(Token::Operator)),
    ("keyword.other.template", Some(Token::String)),
    ("keyword.other.unit", Some(Token::Number)),
    ("keyword", Some(Token::Keyword)),
    ("storage", Some(Token::Keyword)),
    ("entity.name.function", Some(Token::Function)),
    ("entity.name.tag", Some(Token::Keyword)),
    ("entity.name.section", Some(Token::Keyword)),
    ("entity.name.constant", Some(Token::Constant)),
    ("entity.name.label", Some(Token::Constant)),
    ("entity.name", Some(Token::TypeName)),
    ("entity.other.inherited-class", Some(Token::TypeName)),
    ("entity.other.attribute-name", Some(Token::Variable)),
    ("support.function", Some(Token::Function)),
    ("support.macro", Some(Token::Function)),
    ("support.constant", Some(Token::Constant)),
    ("support.class", Some(Token::TypeName)),
    ("support.type", Some(Token::TypeName)),
    ("support.struct", Some(Token::TypeName)),
    ("variable.function", Some(Token::Function)),
    ("variable.annotation", Some(Token::Function)),
    ("variable.language", Some(Token::Constant)),
    ("variable.other.constant", Some(Token::Constant)),
    ("variable", Some(Token::Variable)),
    ("markup.inserted", Some(Token::Inserted)),
    ("markup.deleted", Some(Token::Deleted)),
    ("markup.heading", Some(Token::Keyword)),
    ("markup.raw", Some(Token::String)),
    ("markup.quote", Some(Token::Comment)),
    ("meta.diff.header", Some(Token::Comment)),
    ("meta.diff.range", Some(Token::Number)),
];

/// What each scope that is open means.
#[derive(Default)]
pub(super) struct Scopes {
    stack: ScopeStack,
    meanings: Vec<Option<Token>>,
}

impl Scopes {
    /// What stands here.
    pub(super) fn token(&self) -> Option<Token> {
        self.meanings.last().copied().flatten()
    }

    /// Opens or closes scopes.
    pub(super) fn apply(&mut self, change: &ScopeStackOp) {
        let meanings = &mut self.meanings;
        // It fails where a grammar restores what it did not clear; the stack then stays.
        let _ = self.stack.apply_with_hook(change, |change, _| match change {
            BasicScopeStackOp::Push(scope) => {
                let outer = meanings.last().copied().flatten();
                meanings.push(meaning(scope, outer));
            }
            BasicScopeStackOp::Pop => {
                meanings.pop();
            }
        });
    }
}

/// What a scope means within another: what that means, where it says nothing itself.
fn meaning(scope: Scope, outer: Option<Token>) -> Option<Token> {
    static SCOPES: OnceLock<Vec<(Scope, Option<Token>)>> = OnceLock::new();
    let scopes = SCOPES.get_or_init(|| {
        let scope = |&(name, token): &(&str, _)| Some((Scope::from_str(name).ok()?, token));
        MEANINGS.iter().filter_map(scope).collect()
    });
    scopes.iter().find(|(begin, _)| begin.is_prefix_of(scope)).map_or(outer, |(_, token)| *token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_special_beginning_wins_and_unknown_ones_say_nothing() {
        let of = |name: &str| meaning(Scope::from_str(name).unwrap(), Some(Token::String));
        assert_eq!(of("keyword.operator.assignment.python"), Some(Token::Operator));
        assert_eq!(of("keyword.control.flow.python"), Some(Token::Keyword));
        assert_eq!(of("meta.function.python"), Some(Token::String));
        assert_eq!(of("meta.interpolation.python"), None);
        for (at, (special, _)) in MEANINGS.iter().enumerate() {
            let earlier = MEANINGS.iter().take(at).find(|(begin, _)| {
                special.strip_prefix(begin).is_some_and(|rest| rest.starts_with('.'))
            });
            assert_eq!(earlier, None, "{special} is never reached");
        }
    }
}
