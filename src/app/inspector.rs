//! The metadata of one message: what there is to know about it, and its JSON as a tree that
//! folds or as text. Must not know how the JSON came about, nor how rows are painted.

use crate::metadata::{Details, PreparedDetails};
use std::ops::Range;
use std::sync::Arc;

use crate::message::MsgRef;
use crate::metadata::{JsonKind, TreeFolds};
use crate::query::PathStep;

use super::effect::Effect;
use super::transcript::Direction;
use crate::port::StoreTicket;
use crate::port::Task;

/// Bytes of JSON that are looked through on a key press.
const AT_ONCE: usize = 256 << 10;

/// Which of the two is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InspectorMode {
    /// The tree.
    Tree,
    /// The JSON.
    Json,
}

/// What a row shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// A fact, by number.
    Fact(usize),
    /// A node of the tree.
    Node(u32),
    /// A line of the JSON, by number.
    Line(usize),
}

/// The pane.
#[derive(Debug)]
pub struct Inspector {
    /// The store that the message is in.
    store: StoreTicket,
    /// The message.
    message: MsgRef,
    /// The details, once it was read.
    pub details: Option<Arc<Details>>,
    /// Which look it has.
    pub look: InspectorMode,
    folds: Option<TreeFolds>,
    lines: Vec<Range<usize>>,
    selected: usize,
    top: usize,
    height: usize,
    search: String,
    found: Vec<u32>,
    /// Whether the first place found is to be gone to.
    goes_to_found: bool,
    /// What is asked of a worker.
    wanted: Option<Effect>,
}

impl Inspector {
    /// The pane for a message that is being read.
    pub fn new(store: StoreTicket, message: MsgRef) -> Self {
        Self {
            store,
            message,
            details: None,
            look: InspectorMode::Tree,
            folds: None,
            lines: Vec::new(),
            selected: 0,
            top: 0,
            height: 1,
            search: String::new(),
            found: Vec::new(),
            goes_to_found: false,
            wanted: None,
        }
    }

    /// Turns to another message; what was looked for is looked for in it too.
    pub fn turn_to(&mut self, store: StoreTicket, message: MsgRef) {
        let (look, height) = (self.look, self.height);
        let search = std::mem::take(&mut self.search);
        // The old details stays until the new one is there: no flicker.
        let details = self.details.take();
        let folds = self.folds.take();
        let lines = std::mem::take(&mut self.lines);
        *self = Self { look, height, search, details, folds, lines, ..Self::new(store, message) };
    }

    /// Whether it is about this message.
    pub fn is_about(&self, store: StoreTicket, message: MsgRef) -> bool {
        (self.store, self.message) == (store, message)
    }

    /// Takes in what was read.
    pub fn read(&mut self, store: StoreTicket, message: MsgRef, reading: PreparedDetails) {
        if !self.is_about(store, message) {
            return;
        }
        let PreparedDetails { details, folds, lines } = reading;
        self.details = Some(details);
        self.folds = Some(folds);
        self.lines = lines;
        self.goes_to_found = false;
        self.find();
        self.clamp();
    }

    /// Looks for the words; in a long details a worker does.
    fn find(&mut self) {
        self.found.clear();
        self.wanted = None;
        let Some(details) = &self.details else { return };
        let (store, message) = (self.store, self.message);
        let words = self.search.clone();
        if words.is_empty() || details.json.len() <= AT_ONCE {
            let nodes = details.tree.find(&words);
            self.take_found(store, message, &words, nodes);
        } else {
            let details = Arc::clone(details);
            self.wanted =
                Some(Effect::Run(Task::FindInMetadata { store, message, details, words }));
        }
    }

    /// Takes in where the words are.
    pub fn take_found(
        &mut self,
        store: StoreTicket,
        message: MsgRef,
        words: &str,
        nodes: Vec<u32>,
    ) {
        if !self.is_about(store, message) || words != self.search || self.details.is_none() {
            return;
        }
        self.found = nodes;
        if !std::mem::take(&mut self.goes_to_found) {
            return;
        }
        let from = self.node().unwrap_or(0);
        let at = self.found.partition_point(|&node| node < from);
        if let Some(&node) = self.found.get(at).or(self.found.first()) {
            self.select_node(node);
        }
    }

    /// What it asks of a worker, once.
    pub fn wanted(&mut self) -> Option<Effect> {
        self.wanted.take()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        let facts = self.details.as_ref().map_or(0, |details| details.facts.len());
        match self.look {
            InspectorMode::Json => self.lines.len(),
            InspectorMode::Tree => {
                facts + self.folds.as_ref().map_or(0, |folds| folds.visible().len())
            }
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a row shows.
    pub fn shown(&self, row: usize) -> Option<Shown> {
        if self.look == InspectorMode::Json {
            return (row < self.lines.len()).then_some(Shown::Line(row));
        }
        let facts = self.details.as_ref()?.facts.len();
        match row.checked_sub(facts) {
            None => Some(Shown::Fact(row)),
            Some(row) => self.folds.as_ref()?.visible().get(row).copied().map(Shown::Node),
        }
    }

    /// A line of the JSON.
    pub fn line(&self, number: usize) -> &str {
        let range = self.lines.get(number).cloned();
        let text =
            self.details.as_ref().zip(range).and_then(|(details, range)| details.json.get(range));
        text.unwrap_or("")
    }

    /// Whether a node is folded.
    pub fn is_folded(&self, node: u32) -> bool {
        self.folds.as_ref().is_some_and(|folds| folds.is_folded(node))
    }

    /// Whether a node is one that was looked for.
    pub fn is_found(&self, node: u32) -> bool {
        self.found.binary_search(&node).is_ok()
    }

    /// How many nodes were found, while something is looked for.
    pub fn found(&self) -> Option<usize> {
        self.has_search().then_some(self.found.len())
    }

    /// The selected row.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The first row of the window.
    pub fn top(&self) -> usize {
        self.top
    }

    /// The rows of the window.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Sets how many rows the window has.
    pub fn prepare(&mut self, height: usize) {
        self.height = height.max(1);
        self.clamp();
    }

    /// Moves the selection.
    pub fn step(&mut self, rows: usize, way: Direction) {
        self.selected = match way {
            Direction::Down => self.selected.saturating_add(rows),
            Direction::Up => self.selected.saturating_sub(rows),
        };
        self.clamp();
    }

    /// Selects the row at a row of the window.
    pub fn select_row(&mut self, row: usize) {
        self.selected = self.top + row;
        self.clamp();
    }

    fn clamp(&mut self) {
        self.selected = self.selected.min(self.len().saturating_sub(1));
        self.top = self.top.min(self.selected).max((self.selected + 1).saturating_sub(self.height));
    }

    fn node(&self) -> Option<u32> {
        match self.shown(self.selected)? {
            Shown::Node(node) => Some(node),
            Shown::Fact(_) | Shown::Line(_) => None,
        }
    }

    fn select_node(&mut self, node: u32) {
        let (Some(details), Some(folds)) = (&self.details, &mut self.folds) else { return };
        folds.reveal(&details.tree, node);
        if let Some(row) = folds.row_of(node) {
            self.selected = details.facts.len() + row;
        }
        self.clamp();
    }

    /// Folds the selected node, or opens it.
    pub fn toggle(&mut self) {
        if let (Some(node), Some(details), Some(folds)) =
            (self.node(), &self.details, &mut self.folds)
        {
            folds.toggle(&details.tree, node);
        }
        self.clamp();
    }

    /// Folds everything, or opens everything when nothing is open.
    pub fn toggle_all(&mut self) {
        let (Some(details), Some(folds)) = (&self.details, &mut self.folds) else { return };
        let before = folds.visible().len();
        folds.fold_all(&details.tree);
        if folds.visible().len() == before {
            folds.unfold_all(&details.tree);
        }
        self.clamp();
    }

    /// Shows the other look.
    pub fn toggle_json(&mut self) {
        self.look = if self.look == InspectorMode::Tree {
            InspectorMode::Json
        } else {
            InspectorMode::Tree
        };
        self.selected = 0;
        self.top = 0;
    }

    /// Opens the selected node, or goes to its first child.
    pub fn go_in(&mut self) {
        let Some(node) = self.node() else { return };
        if self.is_folded(node) {
            self.toggle();
        } else if self
            .details
            .as_ref()
            .is_some_and(|details| details.tree.children(node).next().is_some())
        {
            self.step(1, Direction::Down);
        }
    }

    /// Folds the selected node, or goes to its parent; `true` at the root: there is no further out.
    pub fn go_out(&mut self) -> bool {
        let Some(node) = self.node() else { return true };
        let Some(details) = &self.details else { return true };
        let open = !self.is_folded(node) && details.tree.children(node).next().is_some();
        let parent = details.tree.ancestors(node).next();
        match (open, parent) {
            (_, None) => return true,
            (true, Some(_)) => self.toggle(),
            (false, Some(parent)) => self.select_node(parent),
        }
        false
    }

    /// Whether something is looked for.
    pub fn has_search(&self) -> bool {
        !self.search.is_empty()
    }

    /// Looks for words in names and values, and goes to the first place at or after the selection.
    pub fn search(&mut self, words: &str) {
        words.clone_into(&mut self.search);
        self.look = InspectorMode::Tree;
        self.goes_to_found = true;
        self.find();
    }

    /// Goes to the next place found; round the end.
    pub fn next_match(&mut self, way: Direction) {
        let from = self.node();
        let at = match (way, from) {
            (_, None) => 0,
            (Direction::Down, Some(from)) => self.found.partition_point(|&node| node <= from),
            (Direction::Up, Some(from)) => {
                self.found.partition_point(|&node| node < from).wrapping_sub(1)
            }
        };
        let wrapped = if way == Direction::Down { self.found.first() } else { self.found.last() };
        if let Some(&node) = self.found.get(at).or(wrapped) {
            self.select_node(node);
        }
    }

    /// The selected value as text.
    pub fn value(&self) -> Option<String> {
        let details = self.details.as_ref()?;
        Some(match self.shown(self.selected)? {
            Shown::Fact(number) => details.facts.get(number)?.1.clone(),
            Shown::Node(node) => {
                let is_container =
                    details.tree.node(node).is_some_and(|node| node.kind.is_container());
                if is_container {
                    details.tree.pretty(node)
                } else {
                    details.tree.value(node).into_owned()
                }
            }
            Shown::Line(_) => details.json.clone(),
        })
    }

    /// The path of the selected value, as jq writes it.
    pub fn path(&self) -> Option<String> {
        let node = self.node()?;
        Some(self.details.as_ref()?.tree.jq_path(node))
    }

    /// The selected node: the way to it, what it is, and its value.
    pub fn entry(&self) -> Option<(Vec<PathStep>, JsonKind, String)> {
        let node = self.node()?;
        let tree = &self.details.as_ref()?.tree;
        Some((tree.steps(node), tree.node(node)?.kind, tree.value(node).into_owned()))
    }
}
