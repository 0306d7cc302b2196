//! The JSON beside a message, as a foldable tree and as text for the inspector.
//!
//! The only part of the engine that reads metadata. A tree is a flat list of nodes over the source
//! text: numbers keep their digits, keys their order, and duplicates stay. All results are raw, as
//! the server sent them; the painter must clean them. Must not know panes or colours.

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
