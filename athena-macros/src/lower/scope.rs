//! The scope of one expansion of a body: its parameters, its values, and the paths of its steps.

use super::evaluated::{Evaluated, Value};
use crate::ast::Numbers;
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
    /// The round of the innermost repeat, from 0.
    pub round: Option<u64>,
    prefix: String,
    counts: HashMap<String, usize>,
    labels: Rc<HashSet<String>>,
}

/// The place of a step, which decides its path.
pub enum Place<'p> {
    /// In a chain: the path is the label, or the word and a number.
    Chain,
    /// In this list, at this index.
    List { steps: &'p Steps, index: u64 },
}

/// The path of a step, and those of its rounds or of the steps in it.
#[derive(Clone)]
pub struct Steps {
    /// The path. If its steps have labels with numbers, this is what comes before these.
    pub path: String,
    numbers: Option<Numbers>,
}

impl Steps {
    /// Those that an index tells apart.
    pub fn of(path: String) -> Steps {
        Steps { path, numbers: None }
    }

    /// What all their paths start with.
    pub fn start(&self) -> String {
        match &self.numbers {
            Some(numbers) => subpath(&self.path, &numbers.before),
            None => self.path.clone(),
        }
    }

    /// The path of one of them.
    pub fn at(&self, index: u64) -> String {
        match &self.numbers {
            Some(numbers) => subpath(&self.path, &numbers.label(index)),
            None => subpath(&self.path, &index.to_string()),
        }
    }
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
        Scope { frame, params, values, round: None, prefix, counts: HashMap::new(), labels }
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
            (Place::List { steps, .. }, Some(label)) => subpath(&steps.path, label),
            (Place::List { steps, index }, None) => steps.at(*index),
        }
    }

    /// The steps of a label with numbers.
    pub fn numbered(&self, place: &Place, numbers: &Numbers) -> Steps {
        let path = match place {
            Place::Chain => self.prefix.clone(),
            Place::List { steps, .. } => steps.path.clone(),
        };
        Steps { path, numbers: Some(numbers.clone()) }
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
