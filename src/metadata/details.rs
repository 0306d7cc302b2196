//! Everything about one message, ready for the inspector.

use std::ops::Range;
use std::sync::Arc;

use super::{Tree, TreeFolds};

/// A message as the inspector shows it; made by a worker.
#[derive(Debug)]
pub struct Details {
    /// What is known about the message beside its fields: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Its fields.
    pub tree: Tree,
    /// The same as JSON over many lines.
    pub json: String,
    /// Why the metadata is not in the tree.
    pub trouble: Option<String>,
}

/// A details with what the pane makes of it. A worker makes that too: a details may have megabytes.
#[derive(Debug)]
pub struct PreparedDetails {
    /// What is shown.
    pub details: Arc<Details>,
    /// Which nodes of its tree are folded.
    pub folds: TreeFolds,
    /// The lines of its JSON, in bytes.
    pub lines: Vec<Range<usize>>,
}

impl PreparedDetails {
    /// Folds the tree and finds the lines. The cost is in the length of the details.
    pub fn new(details: Details) -> Self {
        let lines = details.json.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start..start + line.trim_end_matches('\n').len())
        });
        Self {
            folds: TreeFolds::new(&details.tree),
            lines: lines.collect(),
            details: Arc::new(details),
        }
    }
}

/// The ids of one message in words; `None` where it has none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MessageIds {
    /// The session.
    pub session: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The component.
    pub component: Option<String>,
    /// The role.
    pub role: Option<String>,
}
