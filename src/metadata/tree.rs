//! The metadata tree: values, paths and searches.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::node::{JsonKind, JsonNode, NodeKey};
use super::parse::{self, TreeError};
use crate::query::PathStep;

/// A JSON text and its nodes in source order. Node 0 is the root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    json: Box<str>,
    nodes: Vec<JsonNode>,
}

impl Default for Tree {
    /// An empty object.
    fn default() -> Self {
        let root = JsonNode {
            depth: 0,
            kind: JsonKind::Object,
            key: NodeKey::Root,
            parent: None,
            start: 0,
            end: 2,
            children: 0,
            subtree_end: 1,
        };
        Self { json: "{}".into(), nodes: vec![root] }
    }
}

impl Tree {
    /// Parses a JSON text in linear time.
    ///
    /// # Errors
    /// The text is not JSON, nests more than 128 levels, or has 4 GiB or more.
    pub fn parse(json: &str) -> Result<Self, TreeError> {
        Ok(Self { nodes: parse::nodes(json)?, json: json.into() })
    }

    /// All nodes, parents before their children.
    pub fn nodes(&self) -> &[JsonNode] {
        &self.nodes
    }

    /// A node by its index.
    pub fn node(&self, index: u32) -> Option<&JsonNode> {
        self.nodes.get(index as usize)
    }

    /// The children of a node.
    pub fn children(&self, index: u32) -> impl Iterator<Item = u32> {
        let end = self.node(index).map_or(0, |node| node.subtree_end);
        let mut next = index.saturating_add(1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.node(child)?.subtree_end;
            Some(child)
        })
    }

    /// The exact source of a value.
    pub fn source(&self, index: u32) -> &str {
        self.node(index).map_or("", |node| self.slice(node.start, node.end))
    }

    /// The key of a node in its object, unescaped; [`None`] for the root and for array elements.
    pub fn key(&self, index: u32) -> Option<Cow<'_, str>> {
        match self.node(index)?.key {
            NodeKey::Name { start, end } => Some(unescape(self.slice(start, end), usize::MAX)),
            NodeKey::Root | NodeKey::Index(_) => None,
        }
    }

    /// A value as plain text: a string unquoted and unescaped, any other value as JSON.
    pub fn value(&self, index: u32) -> Cow<'_, str> {
        self.value_within(index, usize::MAX)
    }

    /// [`Tree::value`], truncated to about `bytes` bytes. The cost does not grow with the value.
    pub fn value_within(&self, index: u32, bytes: usize) -> Cow<'_, str> {
        let source = self.source(index);
        if self.node(index).is_some_and(|node| node.kind == JsonKind::String) {
            return unescape(source, bytes);
        }
        Cow::Borrowed(source.get(..source.floor_char_boundary(bytes)).unwrap_or(source))
    }

    /// A value as pretty-printed JSON, indented by two spaces.
    pub fn pretty(&self, index: u32) -> String {
        let mut out = String::new();
        self.write_pretty(index, &mut out);
        out
    }

    /// The path from the root to a node.
    pub fn steps(&self, index: u32) -> Vec<PathStep> {
        let step = |step: u32| match self.node(step)?.key {
            NodeKey::Index(place) => Some(PathStep::Index(place)),
            _ => self.key(step).map(|name| PathStep::Key(name.into_owned())),
        };
        self.way(index).into_iter().filter_map(step).collect()
    }

    /// The path of a node in jq syntax: `.usage.tokens`, `.sources[0].title`, `.["odd key"]`.
    pub fn jq_path(&self, index: u32) -> String {
        let mut path = String::new();
        for step in self.way(index) {
            match self.node(step).map(|node| node.key) {
                Some(NodeKey::Index(place)) => {
                    let dot = if path.is_empty() { "." } else { "" };
                    let _ = write!(path, "{dot}[{place}]");
                }
                Some(NodeKey::Name { start, end }) => {
                    let name = self.key(step).unwrap_or_default();
                    if is_identifier(&name) {
                        let _ = write!(path, ".{name}");
                    } else {
                        let dot = if path.is_empty() { "." } else { "" };
                        let _ = write!(path, "{dot}[{}]", self.slice(start, end));
                    }
                }
                Some(NodeKey::Root) | None => {}
            }
        }
        if path.is_empty() { ".".to_owned() } else { path }
    }

    /// Finds the nodes whose key or scalar value contains every word. A word without upper-case
    /// letters matches in any case. An empty query matches nothing.
    pub fn find(&self, words: &str) -> Vec<u32> {
        let words: Vec<Word> = words.split_whitespace().map(Word::new).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let has_all = |index: &u32| {
            let leaf = self.node(*index).is_some_and(|node| !node.kind.is_container());
            let name = self.key(*index).unwrap_or_default();
            let value = if leaf { self.value(*index) } else { Cow::Borrowed("") };
            words.iter().all(|word| word.is_in(&name) || word.is_in(&value))
        };
        (0..).take(self.nodes.len()).filter(has_all).collect()
    }

    /// The ancestors of a node, innermost first.
    pub fn ancestors(&self, index: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(self.node(index).and_then(|node| node.parent), |&parent| {
            self.node(parent)?.parent
        })
    }

    /// The nodes from below the root to this node.
    fn way(&self, index: u32) -> Vec<u32> {
        let mut way = vec![index];
        way.extend(self.ancestors(index));
        way.pop();
        way.reverse();
        way
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.json.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Pretty-prints iteratively, because 128 levels of recursion would cost too much stack.
    fn write_pretty(&self, index: u32, out: &mut String) {
        let Some(top) = self.node(index) else { return };
        // The open containers and their ends.
        let mut open: Vec<(JsonKind, u32)> = Vec::new();
        for at in index..top.subtree_end {
            let Some(node) = self.node(at) else { break };
            while let Some(&(kind, end)) = open.last()
                && end <= at
            {
                open.pop();
                new_line(out, open.len());
                out.push(kind.closing());
            }
            if at > index {
                let first = node.parent == at.checked_sub(1);
                out.push_str(if first { "" } else { "," });
                new_line(out, open.len());
                if let NodeKey::Name { start, end } = node.key {
                    let _ = write!(out, "{}: ", self.slice(start, end));
                }
            }
            match node.kind {
                JsonKind::Object | JsonKind::Array if node.children > 0 => {
                    out.push(node.kind.opening());
                    open.push((node.kind, node.subtree_end));
                }
                JsonKind::Object => out.push_str("{}"),
                JsonKind::Array => out.push_str("[]"),
                _ => out.push_str(self.slice(node.start, node.end)),
            }
        }
        while let Some((kind, _)) = open.pop() {
            new_line(out, open.len());
            out.push(kind.closing());
        }
    }
}

fn new_line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Unquotes and unescapes a JSON string, truncated to about `limit` bytes of the source. Lone
/// surrogates become U+FFFD.
pub(super) fn unescape(quoted: &str, limit: usize) -> Cow<'_, str> {
    let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(quoted);
    let inner_end = inner.floor_char_boundary(limit);
    let head = inner.get(..inner_end).unwrap_or(inner);
    if memchr::memchr(b'\\', head.as_bytes()).is_none() {
        return Cow::Borrowed(head);
    }
    let mut out = String::with_capacity(head.len());
    let mut rest = inner;
    while inner.len() - rest.len() < head.len() {
        let room = head.len() - (inner.len() - rest.len());
        let run = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len()).min(room);
        let (plain, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
        out.push_str(plain);
        rest = match after.strip_prefix('\\') {
            Some(escape) if run < room => unescape_one(escape, &mut out),
            _ => after,
        };
    }
    Cow::Owned(out)
}

/// Decodes the escape after a backslash. Returns the text after it.
fn unescape_one<'t>(escape: &'t str, out: &mut String) -> &'t str {
    let mut chars = escape.chars();
    let simple = match chars.next() {
        Some('u') => {
            let (unit, rest) = code_unit(chars.as_str());
            if let Some(low) = rest.strip_prefix("\\u")
                && (0xD800..0xDC00).contains(&unit)
            {
                let (second, after) = code_unit(low);
                if (0xDC00..0xE000).contains(&second) {
                    let code = 0x1_0000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
                    out.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
                    return after;
                }
            }
            out.push(char::from_u32(unit).unwrap_or('\u{FFFD}'));
            return rest;
        }
        Some('b') => '\u{8}',
        Some('f') => '\u{C}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(c) => c,
        None => return "",
    };
    out.push(simple);
    chars.as_str()
}

/// Parses four hexadecimal digits. Returns the text after them too.
fn code_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0xFFFD), rest)
}

/// A word of a search.
struct Word {
    text: String,
    any_case: bool,
}

impl Word {
    fn new(word: &str) -> Self {
        let any_case = !word.chars().any(char::is_uppercase);
        Self { text: word.to_owned(), any_case }
    }

    fn is_in(&self, text: &str) -> bool {
        if !self.any_case {
            return memchr::memmem::find(text.as_bytes(), self.text.as_bytes()).is_some();
        }
        if text.is_ascii() {
            let wanted = self.text.as_bytes();
            return text.as_bytes().windows(wanted.len()).any(|w| w.eq_ignore_ascii_case(wanted));
        }
        text.to_lowercase().contains(&self.text.to_lowercase())
    }
}
