//! The folding state of a tree, and the nodes that it leaves visible.

use super::Tree;

/// A container with more children starts folded.
const MANY: u32 = 50;
/// The deepest level at which containers start unfolded.
const OPEN_DEPTH: u8 = 1;

/// The folding state of one tree. Pass the same tree to every method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeFolds {
    folded: Vec<bool>,
    visible: Vec<u32>,
}

impl TreeFolds {
    /// The initial state: unfolds the root and its direct children, except long ones.
    pub fn new(tree: &Tree) -> Self {
        let folded = (0u32..).zip(tree.nodes()).map(|(index, node)| {
            let deep = node.depth > OPEN_DEPTH || node.children > MANY;
            index > 0 && deep && node.children > 0
        });
        let mut folds = Self { folded: folded.collect(), visible: Vec::new() };
        folds.list(tree);
        folds
    }

    /// The visible nodes in ascending order, one for each row.
    pub fn visible(&self) -> &[u32] {
        &self.visible
    }

    /// The row of a node; `None` if it is inside a folded node.
    pub fn row_of(&self, node: u32) -> Option<usize> {
        self.visible.binary_search(&node).ok()
    }

    /// Whether a node is folded.
    pub fn is_folded(&self, node: u32) -> bool {
        self.folded.get(node as usize).copied().unwrap_or(false)
    }

    /// Folds or unfolds a node. Does nothing for a node without children.
    pub fn toggle(&mut self, tree: &Tree, node: u32) {
        let holds_something = tree.node(node).is_some_and(|node| node.children > 0);
        if let Some(folded) = self.folded.get_mut(node as usize)
            && holds_something
        {
            *folded = !*folded;
            self.list(tree);
        }
    }

    /// Folds all nodes below the root.
    pub fn fold_all(&mut self, tree: &Tree) {
        let folded = (0u32..).zip(tree.nodes()).map(|(index, node)| index > 0 && node.children > 0);
        self.folded = folded.collect();
        self.list(tree);
    }

    /// Unfolds all nodes.
    pub fn unfold_all(&mut self, tree: &Tree) {
        self.folded.fill(false);
        self.list(tree);
    }

    /// Unfolds the ancestors of a node, so that it becomes visible.
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
