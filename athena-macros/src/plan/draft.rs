//! A schedule while it grows: names for slots, the open phase, and the time that levels are counted in.

use std::collections::HashMap;

use super::INPUT;
use super::graph::Graph;
use super::group::{Kind, Unit};
use super::step::{BatchStep, BufferId, Item, Phase, Step, SumsId, Term};
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
pub struct DraftBuffer {
    pub name: String,
    pub gradient: bool,
    pub shape: Shape,
}

/// Statistics that have no place yet.
pub struct DraftSums {
    pub name: String,
    pub shape: Shape,
}

/// A schedule that has no places yet.
pub struct Draft<'a> {
    network: &'a Network,
    pub buffers: Vec<DraftBuffer>,
    pub sums: Vec<DraftSums>,
    names: HashMap<String, usize>,
    items: Vec<Item>,
    phase: Phase,
}

impl<'a> Draft<'a> {
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
        self.buffers.push(DraftBuffer { name, gradient, shape: self.network.nodes[node.0].shape });
        BufferId(self.buffers.len() - 1)
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
        self.sums.push(DraftSums { name, shape: self.network.nodes[node.0].shape });
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
    pub fn step(&mut self, step: Step) {
        if let Step::ConvBackwardWeights { conv, .. } = &step {
            self.phase.gradients.push(*conv);
        }
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
    let text = match (&of.op, of.path.is_empty()) {
        (Op::Input, _) => "input",
        (Op::Add, true) => "sum",
        (Op::Concat, true) => "concat",
        (_, true) => &of.word,
        (_, false) => &of.path,
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

/// Where values are while a training step is scheduled. A mix of one term, and the image, are computed again in each phase that
/// reads them; everything else is computed once and kept.
pub struct Values<'a> {
    graph: &'a Graph<'a>,
    kept: HashMap<NodeId, BufferId>,
    recomputed: HashMap<NodeId, Recipe>,
    /// What this phase has recomputed already.
    copies: HashMap<NodeId, BufferId>,
}

#[derive(Clone)]
enum Recipe {
    Load,
    Mix(Unit),
}

impl<'a> Values<'a> {
    /// Decides what is kept. One level of recomputation only: what is computed from a recomputed mix is kept. Batch-wide steps
    /// read kept values.
    pub fn new(graph: &'a Graph<'a>, units: &[Unit]) -> Self {
        let mut batch_wide = vec![graph.output];
        for unit in units {
            if let Op::Linear { .. } = graph.op(unit.out) {
                batch_wide.extend(graph.inputs(unit.out));
            }
        }
        let mut recomputed = HashMap::from([(INPUT, Recipe::Load)]);
        for unit in units {
            let Kind::Mix { sources, .. } = &unit.kind else { continue };
            let [source] = sources[..] else { continue };
            let from_kept = source.value == INPUT || !recomputed.contains_key(&source.value);
            if from_kept && !batch_wide.contains(&unit.out) {
                recomputed.insert(unit.out, Recipe::Mix(unit.clone()));
            }
        }
        Self { graph, kept: HashMap::new(), recomputed, copies: HashMap::new() }
    }

    /// Whether the value is computed where it is read, and nowhere else.
    pub fn is_recomputed(&self, node: NodeId) -> bool {
        self.recomputed.contains_key(&node)
    }

    /// A new slot for a value that is kept.
    pub fn keep(&mut self, node: NodeId, draft: &mut Draft) -> BufferId {
        let buffer = draft.value(node);
        self.kept.insert(node, buffer);
        buffer
    }

    /// The slot of a kept value that has been computed.
    pub fn kept(&self, node: NodeId) -> BufferId {
        self.kept[&node]
    }

    /// The value, computed again in this phase if need be.
    pub fn fetch(&mut self, node: NodeId, draft: &mut Draft) -> BufferId {
        if let Some(buffer) = self.kept.get(&node).or_else(|| self.copies.get(&node)) {
            return *buffer;
        }
        let recipe = self.recomputed[&node].clone();
        let step = match recipe {
            Recipe::Load => Step::Load { y: draft.value(node) },
            Recipe::Mix(unit) => self.mix(&unit, node, draft),
        };
        let buffer = step.accesses().last().expect("a step writes its value").0;
        draft.step(step);
        self.copies.insert(node, buffer);
        buffer
    }

    fn mix(&mut self, unit: &Unit, node: NodeId, draft: &mut Draft) -> Step {
        let Kind::Mix { activations, .. } = &unit.kind else { unreachable!("only mixes are recomputed") };
        let terms = self.terms(unit, draft);
        Step::Mix { terms, activations: activations.clone(), y: draft.value(node) }
    }

    /// The terms of a mix, each fetched.
    pub fn terms(&mut self, unit: &Unit, draft: &mut Draft) -> Vec<Term> {
        let Kind::Mix { sources, .. } = &unit.kind else { return Vec::new() };
        sources.iter().map(|source| Term { norm: source.norm, map: self.fetch(source.value, draft) }).collect()
    }

    /// Forgets what the phase that ends has recomputed.
    pub fn end_phase(&mut self, draft: &mut Draft) {
        self.copies.clear();
        draft.end_phase();
    }

    /// The graph that the values belong to.
    pub fn graph(&self) -> &'a Graph<'a> {
        self.graph
    }
}
