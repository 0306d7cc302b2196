//! Which containers of a tree are folded, and which nodes are rows for it.

use super::Tree;

/// How many children make a container folded at first.
const MANY: u32 = 50;
/// The deepest level whose containers are open at first.
const OPEN_DEPTH: u8 = 1;

/// The folding of one tree. All methods that take a tree need the one that it was made for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeFolds {
    folded: Vec<bool>,
    visible: Vec<u32>,
}

impl TreeFolds {
    /// The first look: the root is open, and so is what is directly in it unless it is long.
    pub fn new(tree: &Tree) -> Self {
        let folded = (0u32..).zip(tree.nodes()).map(|(index, node)| {
            let deep = node.depth > OPEN_DEPTH || node.children > MANY;
            index > 0 && deep && node.children > 0
        });
        let mut folds = Self { folded: folded.collect(), visible: Vec::new() };
        folds.list(tree);
        folds
    }

    /// The nodes that are rows, in order. Sorted: a row is found by its node in a few steps.
    pub fn visible(&self) -> &[u32] {
        &self.visible
    }

    /// The row of a node, unless it is in something folded.
    pub fn row_of(&self, node: u32) -> Option<usize> {
        self.visible.binary_search(&node).ok()
    }

    /// Whether a node's children are folded away.
    pub fn is_folded(&self, node: u32) -> bool {
        self.folded.get(node as usize).copied().unwrap_or(false)
    }

    /// Folds what is open and opens what is folded. Nothing happens to a node without children.
    pub fn toggle(&mut self, tree: &Tree, node: u32) {
        let holds_something = tree.node(node).is_some_and(|node| node.children > 0);
        if let Some(folded) = self.folded.get_mut(node as usize)
            && holds_something
        {
            *folded = !*folded;
            self.list(tree);
        }
    }

    /// Folds everything below the root.
    pub fn fold_all(&mut self, tree: &Tree) {
        let folded = (0u32..).zip(tree.nodes()).map(|(index, node)| index > 0 && node.children > 0);
        self.folded = folded.collect();
        self.list(tree);
    }

    /// Opens everything.
    pub fn unfold_all(&mut self, tree: &Tree) {
        self.folded.fill(false);
        self.list(tree);
    }

    /// Opens what a node is in, so that it is a row.
    pub fn reveal(&mut self, tree: &Tree, node: u32) {
        let mut changed = false;
        for ancestor in tree.ancestors(node) {
            if let Some(folded) = self.folded.get_mut(ancestor as usize) {
                changed |= std::mem::replace(folded, false);
            }
        }
        if changed {
            self.list(tree);
        }
    }

    fn list(&mut self, tree: &Tree) {
        self.visible.clear();
        let mut next = 0;
        while let Some(node) = tree.node(next) {
            self.visible.push(next);
            next = if self.is_folded(next) { node.subtree_end } else { next + 1 };
        }
    }
}
