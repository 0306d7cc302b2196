//! Parses JSON into a flat list of nodes.
//!
//! `serde_json` validates the text; then a single pass without recursion finds the range of each
//! value. This keeps the digits of numbers, and opens a megabyte without delay.

use std::fmt;

use serde_json::value::RawValue;

use super::node::{JsonKind, JsonNode, NodeKey};

/// The deepest nesting of a tree.
const MAX_DEPTH: usize = 128;

/// Why a text has no tree. The message quotes nothing from the text, so it is safe to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TreeError {
    /// The text is not JSON.
    Invalid {
        /// The line of the error, from 1.
        line: usize,
        /// The column of the error in bytes, from 1.
        column: usize,
        /// Whether the text merely ends too early.
        cut_short: bool,
    },
    /// Objects and arrays nest too deeply.
    TooDeep,
    /// The text is 4 GiB or more.
    TooLarge,
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { line, column, cut_short: false } => {
                write!(f, "this is not valid JSON: see line {line}, column {column}")
            }
            Self::Invalid { line, column, cut_short: true } => {
                write!(f, "this JSON ends too soon, at line {line}, column {column}")
            }
            Self::TooDeep => write!(
                f,
                "too deep to show as a tree (limit {MAX_DEPTH}); its source can still be copied"
            ),
            Self::TooLarge => f.write_str("too large to show as a tree (limit 4 GiB)"),
        }
    }
}

impl std::error::Error for TreeError {}

/// Parses JSON into nodes, in source order.
pub(super) fn nodes(json: &str) -> Result<Vec<JsonNode>, TreeError> {
    if u32::try_from(json.len()).is_err() {
        return Err(TreeError::TooLarge);
    }
    serde_json::from_str::<&RawValue>(json).map_err(|error| TreeError::Invalid {
        line: error.line(),
        column: error.column(),
        cut_short: error.is_eof(),
    })?;
    let mut builder = Builder { nodes: Vec::new(), open: Vec::new(), key: None };
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'{' => builder.open(JsonKind::Object, at)?,
            b'[' => builder.open(JsonKind::Array, at)?,
            b'}' | b']' => builder.close(at),
            b'"' => {
                let end = string_end(bytes, at);
                builder.string(at, end);
                end
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => at + 1,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let end = rest.iter().position(|byte| b",]} \t\n\r".contains(byte));
                let end = at + end.unwrap_or(rest.len());
                let kind = match byte {
                    b't' | b'f' => JsonKind::Bool,
                    b'n' => JsonKind::Null,
                    _ => JsonKind::Number,
                };
                builder.leaf(kind, at, end);
                end
            }
        };
    }
    Ok(builder.nodes)
}

/// The end of the string that starts at `at`, after its closing quote.
pub(super) fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut from = at + 1;
    while let Some(rest) = bytes.get(from..) {
        match memchr::memchr2(b'"', b'\\', rest) {
            Some(found) if bytes.get(from + found) == Some(&b'"') => return from + found + 1,
            Some(found) => from += found + 2,
            None => break,
        }
    }
    bytes.len()
}

struct Builder {
    nodes: Vec<JsonNode>,
    /// The open containers, outermost first.
    open: Vec<u32>,
    /// The range of the key that awaits its value, including the quotes.
    key: Option<(u32, u32)>,
}

impl Builder {
    fn parent(&mut self) -> Option<&mut JsonNode> {
        let parent = self.open.last().copied()?;
        self.nodes.get_mut(parent as usize)
    }

    fn string(&mut self, at: usize, end: usize) {
        let in_object = self.parent().is_some_and(|parent| parent.kind == JsonKind::Object);
        if in_object && self.key.is_none() {
            self.key = Some((small(at), small(end)));
        } else {
            self.leaf(JsonKind::String, at, end);
        }
    }

    fn leaf(&mut self, kind: JsonKind, at: usize, end: usize) {
        let key = self.key.take();
        let parent = self.open.last().copied();
        let depth = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        let key = self.parent().map_or(NodeKey::Root, |parent| {
            let index = parent.children;
            parent.children += 1;
            key.map_or(NodeKey::Index(index), |(start, end)| NodeKey::Name { start, end })
        });
        self.nodes.push(JsonNode {
            depth,
            kind,
            key,
            parent,
            start: small(at),
            end: small(end),
            children: 0,
            subtree_end: small(self.nodes.len() + 1),
        });
    }

    fn open(&mut self, kind: JsonKind, at: usize) -> Result<usize, TreeError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(TreeError::TooDeep);
        }
        let index = small(self.nodes.len());
        self.leaf(kind, at, at + 1);
        self.open.push(index);
        Ok(at + 1)
    }

    fn close(&mut self, at: usize) -> usize {
        let count = small(self.nodes.len());
        if let Some(node) = self.parent() {
            node.end = small(at + 1);
            node.subtree_end = count;
        }
        self.open.pop();
        at + 1
    }
}

/// Converts an offset. The caller has checked that the text is shorter than 4 GiB.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
