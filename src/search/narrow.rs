//! Whether a query asks for less than another, so that it need only look at the other's hits.
//!
//! A "no" is always safe. Must not look at messages.

use super::matcher::{Matcher, Node};

/// The most comparisons before the answer is "no": nested lists could ask for very many.
const STEPS: usize = 4096;

/// Whether every match of `new` surely is a match of `old`, in every store.
pub fn narrows(new: &Matcher, old: &Matcher) -> bool {
    Comparison { new, old, steps: 0 }.implies(&new.root, &old.root)
}

struct Comparison<'a> {
    new: &'a Matcher,
    old: &'a Matcher,
    steps: usize,
}

impl Comparison<'_> {
    /// Whether a message that is `new` surely is `old`.
    fn implies(&mut self, new: &Node, old: &Node) -> bool {
        self.steps += 1;
        if self.steps > STEPS {
            return false;
        }
        match (new, old) {
            (_, Node::All(parts)) => parts.iter().all(|part| self.implies(new, part)),
            (Node::Any(parts), _) => parts.iter().all(|part| self.implies(part, old)),
            (Node::Not(new), Node::Not(old)) => self.implies_turned(old, new),
            (Node::All(parts), Node::Any(wider)) => {
                parts.iter().any(|part| self.implies(part, old))
                    || wider.iter().any(|part| self.implies(new, part))
            }
            (Node::All(parts), _) => parts.iter().any(|part| self.implies(part, old)),
            (_, Node::Any(parts)) => parts.iter().any(|part| self.implies(new, part)),
            (Node::Text(new), Node::Text(old)) => {
                match (self.new.needles.get(*new), self.old.needles.get(*old)) {
                    (Some(new), Some(old)) => new.narrows(old),
                    _ => false,
                }
            }
            (Node::Id(new), Node::Id(old)) => {
                match (self.new.ids.get(*new), self.old.ids.get(*old)) {
                    (Some(new), Some(old)) => {
                        new.column == old.column && new.pattern.narrows(&old.pattern)
                    }
                    _ => false,
                }
            }
            (Node::Time(new), Node::Time(old)) => old.start <= new.start && new.end <= old.end,
            (Node::Length(from, to), Node::Length(least, most))
            | (Node::Turns(from, to), Node::Turns(least, most))
            | (Node::Wait(from, to), Node::Wait(least, most)) => least <= from && to <= most,
            (Node::Hours(new), Node::Hours(old)) => new == old,
            (Node::State(new), Node::State(old)) => new == old,
            (Node::Time(_) | Node::Hours(_) | Node::HasTime, Node::HasTime)
            | (Node::HasText, Node::HasText) => true,
            (Node::Meta(new), Node::Meta(old)) => {
                self.new.metas.get(*new) == self.old.metas.get(*old)
            }
            _ => false,
        }
    }

    /// The same with the sides changed: what lacks more lacks less.
    fn implies_turned(&mut self, old: &Node, new: &Node) -> bool {
        let mut turned = Comparison { new: self.old, old: self.new, steps: self.steps };
        let answer = turned.implies(old, new);
        self.steps = turned.steps;
        answer
    }
}
