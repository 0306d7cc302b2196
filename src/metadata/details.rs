//! The data of one message for the inspector.

use std::ops::Range;
use std::sync::Arc;

use super::{Tree, TreeFolds};

/// A message for the inspector. Built by a worker.
#[derive(Debug)]
pub struct Details {
    /// Properties of the message other than its fields: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// The fields.
    pub tree: Tree,
    /// The fields as pretty-printed JSON.
    pub json: String,
    /// Why the tree lacks the metadata.
    pub trouble: Option<String>,
}

/// Details with their folds and lines. Built by a worker, because the JSON may be megabytes long.
#[derive(Debug)]
pub struct PreparedDetails {
    /// The details.
    pub details: Arc<Details>,
    /// The folding state of the tree.
    pub folds: TreeFolds,
    /// The lines of the JSON, as byte ranges.
    pub lines: Vec<Range<usize>>,
}

impl PreparedDetails {
    /// Folds the tree and splits the JSON into lines, in time linear in its length.
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

/// The ids of a message; `None` for missing ones.
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
