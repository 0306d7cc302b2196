//! What the metadata holds at all: every path, what stands there, how many messages have it, and a
//! few of its values.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::selection::{IsCancelled, Looked, Selection};
use super::values::has;
use crate::metadata::{JsonKind, Survey, is_empty, metadata_of, survey, text_within};
use crate::query::{Path, PathStep};

/// How many paths are told apart: metadata whose keys are ids has as many as it has messages.
const PATHS: usize = 2000;
/// How many of them may stand right below one.
const BELOW: usize = 300;
/// The longest key that is looked at, in bytes.
const LONGEST: usize = 200;
/// How many values of a path are kept.
const SAMPLES: usize = 3;
/// The bytes of such a value.
const SAMPLE: usize = 80;
/// Every kind, in the order in which they are named.
const KINDS: [JsonKind; 6] = [
    JsonKind::String,
    JsonKind::Number,
    JsonKind::Bool,
    JsonKind::Object,
    JsonKind::Array,
    JsonKind::Null,
];

/// What the metadata holds.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MetadataMap {
    /// The whole of the metadata first, then every path below what it is in, the frequent ones
    /// first.
    pub listed: Vec<PathSeen>,
    /// Whether there are more.
    pub is_cut: bool,
    /// How many messages were looked at.
    pub looked: usize,
    /// How many there are.
    pub all: usize,
}

/// One path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathSeen {
    /// The path; [`None`] for the whole of the metadata.
    pub path: Option<Path>,
    /// How many messages have something there that is not empty.
    pub messages: usize,
    /// What stands there, the most frequent first. The elements of an array count beside it.
    pub kinds: Vec<JsonKind>,
    /// Different values, as they were sent, ended behind so many bytes.
    pub samples: Vec<String>,
}

impl PathSeen {
    /// Whether there is a value to count by: one that holds no others.
    pub fn has_values(&self) -> bool {
        self.kinds.iter().any(|kind| !kind.is_container())
    }
}

/// Maps the metadata of at most so many messages. Only paths that contain a text, whatever its
/// case, are listed.
pub(super) fn count(
    selection: &Selection,
    containing: &str,
    most: usize,
    is_cancelled: IsCancelled<'_>,
) -> Option<MetadataMap> {
    let mut map = Map { nodes: vec![Node::default()], number: 0, is_cut: false };
    let looked = selection.each(most, is_cancelled, |page, row| {
        map.number += 1;
        if let Some(json) = metadata_of(page.extra_of(row), row.flags) {
            survey(json, 0, LONGEST + 1, &mut map);
        }
    })?;
    Some(map.finish(containing, looked))
}

/// A place in the metadata of all messages.
#[derive(Default)]
struct Node {
    below: HashMap<Box<str>, usize>,
    kinds: [usize; KINDS.len()],
    messages: usize,
    /// The number of the last message that was counted.
    last: usize,
    samples: Vec<String>,
}

struct Map {
    nodes: Vec<Node>,
    /// The number of the present message, from 1.
    number: usize,
    is_cut: bool,
}

impl Survey for Map {
    fn below(&mut self, place: usize, key: &str) -> Option<usize> {
        let next = self.nodes.len();
        let node = self.nodes.get_mut(place)?;
        if let Some(&known) = node.below.get(key) {
            return Some(known);
        }
        if key.len() > LONGEST || node.below.len() >= BELOW || next > PATHS {
            self.is_cut = true;
            return None;
        }
        node.below.insert(key.into(), next);
        self.nodes.push(Node::default());
        Some(next)
    }

    fn value(&mut self, place: usize, kind: JsonKind, json: &str) {
        let Some(node) = self.nodes.get_mut(place) else { return };
        let kinds = KINDS.iter().zip(&mut node.kinds);
        for (_, count) in kinds.filter(|(known, _)| **known == kind) {
            *count += 1;
        }
        if node.last != self.number && !is_empty(json) {
            node.last = self.number;
            node.messages += 1;
        }
        if !kind.is_container() && node.samples.len() < SAMPLES && !is_empty(json) {
            let text = text_within(json, SAMPLE);
            if !node.samples.iter().any(|sample| *sample == text) {
                node.samples.push(text.into_owned());
            }
        }
    }
}

impl Map {
    fn finish(self, containing: &str, looked: Looked) -> MetadataMap {
        let mut listed = Vec::new();
        // Those still to be listed, the next one last.
        let mut open: Vec<(usize, Vec<PathStep>)> = vec![(0, Vec::new())];
        while let Some((place, steps)) = open.pop() {
            let Some(node) = self.nodes.get(place) else { continue };
            let mut below: Vec<(&Box<str>, usize)> =
                node.below.iter().map(|(key, &place)| (key, place)).collect();
            let messages = |place: usize| self.nodes.get(place).map_or(0, |node| node.messages);
            below.sort_unstable_by_key(|&(key, place)| (Reverse(messages(place)), key));
            for (key, place) in below.into_iter().rev() {
                let step = PathStep::Key(key.to_string());
                open.push((place, steps.iter().cloned().chain([step]).collect()));
            }
            let path = Path::new(steps);
            let is_wanted = match &path {
                // The quotes of a key are no part of what is looked for.
                Some(path) => has(&path.to_string().replace('"', ""), containing),
                None => containing.is_empty() && node.kinds.iter().any(|count| *count > 0),
            };
            if is_wanted {
                listed.push(node.seen(path));
            }
        }
        MetadataMap { listed, is_cut: self.is_cut, looked: looked.at, all: looked.of }
    }
}

impl Node {
    fn seen(&self, path: Option<Path>) -> PathSeen {
        let mut kinds: Vec<(usize, JsonKind)> =
            self.kinds.iter().copied().zip(KINDS).filter(|(count, _)| *count > 0).collect();
        kinds.sort_by_key(|(count, _)| Reverse(*count));
        let kinds = kinds.into_iter().map(|(_, kind)| kind).collect();
        PathSeen { path, messages: self.messages, kinds, samples: self.samples.clone() }
    }
}
