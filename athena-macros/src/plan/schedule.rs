//! A schedule while it grows: names for slots, the open phase, and the time that steps are ordered by.

use std::collections::HashMap;

use super::step::{BatchStep, BufferId, ImageStep, Item, Phase, SumsId};
use crate::ir::{Network, NodeId, Op, Shape};

/// When something happens: 2p within phase p, 2p + 1 at the barrier behind it. Phases count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(usize);

impl Time {
    /// Before the first phase.
    pub const START: Time = Time(1);

    /// The first phase.
    pub const FIRST_PHASE: Time = Time(2);

    /// This time if it lies within a phase, else the phase behind it.
    pub fn in_phase(self) -> Self {
        Time(self.0.next_multiple_of(2))
    }

    /// This time if it is a barrier, else the barrier behind this phase.
    pub fn at_barrier(self) -> Self {
        Time(self.0 | 1)
    }

    /// The first phase behind the next barrier.
    pub fn next_phase(self) -> Self {
        Time(self.in_phase().0 + 2)
    }
}

/// A slot that has no place yet.
pub struct UnplacedBuffer {
    pub name: String,
    pub node: NodeId,
    pub gradient: bool,
    pub shape: Shape,
}

/// Statistics that have no place yet.
pub struct UnplacedSums {
    pub name: String,
    pub shape: Shape,
}

/// A schedule that has no places yet.
pub struct Schedule<'a> {
    network: &'a Network,
    pub buffers: Vec<UnplacedBuffer>,
    pub sums: Vec<UnplacedSums>,
    names: HashMap<String, usize>,
    items: Vec<Item>,
    phase: Phase,
}

impl<'a> Schedule<'a> {
    pub fn new(network: &'a Network) -> Self {
        Self {
            network,
            buffers: Vec::new(),
            sums: Vec::new(),
            names: HashMap::new(),
            items: Vec::new(),
            phase: Phase::default(),
        }
    }

    /// A slot for the value of a node.
    pub fn value(&mut self, node: NodeId) -> BufferId {
        self.buffer(false, node)
    }

    /// A slot for the gradient of a node's value.
    pub fn gradient(&mut self, node: NodeId) -> BufferId {
        self.buffer(true, node)
    }

    fn buffer(&mut self, gradient: bool, node: NodeId) -> BufferId {
        let name = self.name(if gradient { "d_" } else { "" }, node);
        self.buffers.push(UnplacedBuffer { name, node, gradient, shape: self.network.nodes[node.0].shape });
        BufferId(self.buffers.len() - 1)
    }

    /// The step that takes one of the network's inputs from the caller's batch.
    pub fn load(&mut self, input: NodeId) -> ImageStep {
        ImageStep::Load { input: self.network.input_number(input), y: self.value(input) }
    }

    /// A slot for the statistics of a node's value.
    pub fn value_sums(&mut self, node: NodeId) -> SumsId {
        self.new_sums("", node)
    }

    /// A slot for the sums that the gradient of a batch norm needs.
    pub fn gradient_sums(&mut self, norm: NodeId) -> SumsId {
        self.new_sums("d_", norm)
    }

    fn new_sums(&mut self, prefix: &str, node: NodeId) -> SumsId {
        let name = self.name(&format!("{prefix}sums_"), node);
        self.sums.push(UnplacedSums { name, shape: self.network.nodes[node.0].shape });
        SumsId(self.sums.len() - 1)
    }

    fn name(&mut self, prefix: &str, node: NodeId) -> String {
        let stem = format!("{prefix}{}", node_name(self.network, node));
        let mut name = stem.clone();
        while self.names.contains_key(&name) {
            let count = self.names.entry(stem.clone()).or_insert(1);
            *count += 1;
            name = format!("{stem}_{count}");
        }
        self.names.insert(name.clone(), 1);
        name
    }

    /// Adds a step to the open phase.
    pub fn step(&mut self, step: ImageStep) {
        self.phase.gradients.extend(step.learning_layer());
        self.phase.steps.push(step);
    }

    /// Ends the open phase, unless nothing is in it.
    pub fn end_phase(&mut self) {
        if !self.phase.steps.is_empty() {
            self.items.push(Item::Phase(std::mem::take(&mut self.phase)));
        }
    }

    /// Adds a batch-wide step; the phase before it has ended.
    pub fn batch(&mut self, step: BatchStep) {
        self.items.push(Item::Batch(step));
    }

    /// The schedule since the last call.
    pub fn take_items(&mut self) -> Vec<Item> {
        self.end_phase();
        std::mem::take(&mut self.items)
    }
}

/// A node's path as one word in lower snake case; its layer word where it has none.
pub fn node_name(network: &Network, node: NodeId) -> String {
    let of = &network.nodes[node.0];
    let text = if of.op == Op::Input {
        "input"
    } else if of.path.is_empty() {
        &of.word
    } else {
        &of.path
    };
    let mut name = String::new();
    for letter in text.chars() {
        match letter {
            'a'..='z' | '0'..='9' => name.push(letter),
            'A'..='Z' => name.push(letter.to_ascii_lowercase()),
            _ if name.ends_with('_') || name.is_empty() => {}
            _ => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() { format!("value{}", node.0) } else { name.to_owned() }
}
