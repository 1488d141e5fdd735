//! The scope of one expansion of a body: its parameters, its values, and the paths of its steps.

use super::evaluated::{Evaluated, Value};
use crate::graph::{FrameId, NodeId};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The scope of one expansion of a body.
pub struct Scope {
    /// Its frame.
    pub frame: FrameId,
    /// Parameters by name.
    pub params: HashMap<String, Evaluated>,
    /// Values by name, including `input`.
    pub values: HashMap<String, NodeId>,
    prefix: String,
    counts: HashMap<String, usize>,
    labels: Rc<HashSet<String>>,
}

/// The place of a step, which decides its path.
pub enum Place<'p> {
    /// In a chain: the path is the label, or the word and a number.
    Chain,
    /// In the list with this path, at this index.
    List { path: &'p str, index: u64 },
}

impl Scope {
    /// A run whose steps' paths start with `prefix`; `values` are what comes in, `labels` all labels of the body.
    pub fn new(
        frame: FrameId,
        values: HashMap<String, NodeId>,
        params: HashMap<String, Evaluated>,
        prefix: String,
        labels: Rc<HashSet<String>>,
    ) -> Scope {
        Scope { frame, params, values, prefix, counts: HashMap::new(), labels }
    }

    /// The parameters that are whole numbers, by name.
    pub fn numbers(&self) -> Vec<(String, u64)> {
        let number = |value: &Value| if let Value::Int(number) = value { Some(*number) } else { None };
        let numbers = self.params.iter().filter_map(|(name, given)| Some((name.clone(), number(&given.value)?)));
        let mut numbers: Vec<(String, u64)> = numbers.collect();
        numbers.sort_unstable();
        numbers
    }

    /// The path of a step, without the index of a repeat.
    ///
    /// A labelled step has its label as path. In a list, an unlabelled step has its index. In a chain, it has its word and a number, which
    /// counts the unlabelled steps of that word in this body, and skips numbers that a label uses.
    pub fn path(&mut self, place: &Place, label: Option<&str>, word: &str) -> String {
        match (place, label) {
            (Place::Chain, Some(label)) => subpath(&self.prefix, label),
            (Place::Chain, None) => {
                let segment = self.ordinal(word);
                subpath(&self.prefix, &segment)
            }
            (Place::List { path, .. }, Some(label)) => subpath(path, label),
            (Place::List { path, index }, None) => subpath(path, &index.to_string()),
        }
    }

    fn ordinal(&mut self, word: &str) -> String {
        let count = self.counts.entry(word.to_string()).or_insert(0);
        loop {
            *count += 1;
            let segment = format!("{word}{count}");
            if !self.labels.contains(&segment) {
                return segment;
            }
        }
    }
}

/// Joins two parts of a path.
pub fn subpath(prefix: &str, segment: &str) -> String {
    if prefix.is_empty() { segment.to_string() } else { format!("{prefix}.{segment}") }
}
