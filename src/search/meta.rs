//! Conditions on the metadata of a message.
//!
//! Most messages are told apart without reading their JSON: it has to hold the longest key of the
//! path. Must not know how JSON is read.

use memchr::memmem;

use crate::message::Flags;
use crate::metadata::{self, JsonKind, Scalar};
use crate::query::{Path, PathStep, Value};

/// A condition on the metadata.
#[derive(Clone, Debug)]
pub(super) struct MetaTest {
    /// Where to look; `None` for all of it.
    path: Option<Path>,
    /// What a value there has to be; `None` for any that is not empty.
    value: Option<Value>,
    /// The longest key of the path, in quotes.
    key: Option<Box<memmem::Finder<'static>>>,
}

/// Equal when they ask the same.
impl PartialEq for MetaTest {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.value) == (&other.path, &other.value)
    }
}

impl MetaTest {
    /// Whether something stands at a path, or at all.
    pub(super) fn any(path: Option<Path>) -> Self {
        let key = path.as_ref().and_then(key);
        Self { path, value: None, key }
    }

    /// Whether a value at a path is this.
    pub(super) fn value(path: Path, value: Value) -> Self {
        let key = key(&path);
        Self { path: Some(path), value: Some(value), key }
    }

    /// Whether the metadata passes, in the JSON kept beside a text.
    pub(super) fn passes(&self, extra: &str, flags: Flags) -> bool {
        if extra.is_empty() || !self.may_be_in(extra) {
            return false;
        }
        let Some(json) = metadata::metadata_of(extra, flags) else { return false };
        let steps = self.path.as_ref().map_or(&[][..], Path::steps);
        match &self.value {
            None => metadata::any_at(json, steps, &mut |value| !metadata::is_empty(value)),
            Some(value) => {
                metadata::any_scalar_at(json, steps, &mut |scalar| is_value(value, scalar))
            }
        }
    }

    fn may_be_in(&self, extra: &str) -> bool {
        let Some(key) = &self.key else { return true };
        let bytes = extra.as_bytes();
        // With `\\u` any letter can be written otherwise.
        key.find(bytes).is_some() || memmem::find(bytes, b"\\u").is_some()
    }
}

fn is_value(value: &Value, scalar: &Scalar<'_>) -> bool {
    match value {
        Value::Text(pattern) => {
            (scalar.kind != JsonKind::Null || !pattern.is_wild()) && pattern.matches(&scalar.text)
        }
        Value::Number(bounds) => {
            matches!(scalar.kind, JsonKind::Number | JsonKind::String) && bounds.lets(&scalar.text)
        }
    }
}

/// A finder for the longest key that is written in one way only.
fn key(path: &Path) -> Option<Box<memmem::Finder<'static>>> {
    let keys = path.steps().iter().filter_map(|step| match step {
        PathStep::Key(key) => Some(key.as_str()),
        PathStep::Index(_) => None,
    });
    let plain = |key: &&str| !key.contains(|c: char| c.is_control() || "\"\\/".contains(c));
    let longest = keys.filter(plain).max_by_key(|key| key.len())?;
    let quoted = format!("\"{longest}\"");
    Some(Box::new(memmem::Finder::new(quoted.as_bytes()).into_owned()))
}
