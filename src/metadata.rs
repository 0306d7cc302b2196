//! The JSON beside a message, as a tree that folds, and in words for the inspector.
//!
//! The only part of the engine that reads JSON. A tree is a flat list of nodes over the source
//! text: numbers keep their digits, keys their order, and duplicates stay. Everything comes back
//! raw, the way the server sent it: whoever paints cleans. Must not know panes or colours.

mod details;
mod fields;
mod find;
mod folds;
mod node;
mod parse;
mod survey;
mod tree;

pub use details::{Details, MessageIds, PreparedDetails};
pub use fields::{Fields, whole_json};
pub use find::{Scalar, any_at, any_scalar_at, is_empty, metadata_of};
pub use folds::TreeFolds;
pub use node::{JsonKind, JsonNode, NodeKey};
pub use parse::TreeError;
pub use survey::{Survey, survey, text_within};
pub use tree::Tree;

#[cfg(test)]
mod tests;
