//! What a training step keeps, and what it computes again.

use std::collections::HashMap;

use super::graph::Graph;
use super::group::{Unit, UnitKind};
use super::schedule::Schedule;
use super::step::{BufferId, ImageStep, Term};
use crate::ir::NodeId;

/// Where values are while a training step is scheduled. An elementwise unit of one term, and the inputs, are computed again in each phase that
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
    Elementwise(Unit),
}

impl<'a> Values<'a> {
    /// Decides what is kept. One level of recomputation only: what is computed from a recomputed elementwise unit is kept. Batch-wide steps
    /// and the caller read kept values.
    pub fn new(graph: &'a Graph<'a>, units: &[Unit]) -> Self {
        let outside = graph.read_outside_phases();
        let loaded = graph.live_inputs().filter(|input| !outside.contains(input));
        let mut recomputed: HashMap<NodeId, Recipe> = loaded.map(|input| (input, Recipe::Load)).collect();
        for unit in units {
            let UnitKind::Elementwise { sources, .. } = &unit.kind else { continue };
            let [source] = sources[..] else { continue };
            let from_kept = graph.is_input(source.value) || !recomputed.contains_key(&source.value);
            if from_kept && !outside.contains(&unit.out) {
                recomputed.insert(unit.out, Recipe::Elementwise(unit.clone()));
            }
        }
        Self { graph, kept: HashMap::new(), recomputed, copies: HashMap::new() }
    }

    /// Whether the value is computed where it is read, and nowhere else.
    pub fn is_recomputed(&self, node: NodeId) -> bool {
        self.recomputed.contains_key(&node)
    }

    /// A new slot for a value that is kept.
    pub fn keep(&mut self, node: NodeId, schedule: &mut Schedule) -> BufferId {
        let buffer = schedule.value(node);
        self.kept.insert(node, buffer);
        buffer
    }

    /// The step that takes an input that is kept from the caller's batch.
    pub fn load(&mut self, input: NodeId, schedule: &mut Schedule) -> ImageStep {
        let step = schedule.load(input);
        let (buffer, _) = step.accesses()[0];
        self.kept.insert(input, buffer);
        step
    }

    /// The slot of a kept value that has been computed.
    pub fn kept(&self, node: NodeId) -> BufferId {
        self.kept[&node]
    }

    /// The value, computed again in this phase if need be.
    pub fn fetch(&mut self, node: NodeId, schedule: &mut Schedule) -> BufferId {
        if let Some(buffer) = self.kept.get(&node).or_else(|| self.copies.get(&node)) {
            return *buffer;
        }
        let recipe = self.recomputed[&node].clone();
        let step = match recipe {
            Recipe::Load => schedule.load(node),
            Recipe::Elementwise(unit) => self.elementwise(&unit, node, schedule),
        };
        let buffer = step.accesses().last().expect("a step writes its value").0;
        schedule.step(step);
        self.copies.insert(node, buffer);
        buffer
    }

    fn elementwise(&mut self, unit: &Unit, node: NodeId, schedule: &mut Schedule) -> ImageStep {
        let UnitKind::Elementwise { activations, .. } = &unit.kind else {
            unreachable!("only elementwise units are recomputed")
        };
        let terms = self.terms(unit, schedule);
        ImageStep::Elementwise { terms, activations: activations.clone(), y: schedule.value(node) }
    }

    /// The terms of an elementwise unit, each fetched.
    pub fn terms(&mut self, unit: &Unit, schedule: &mut Schedule) -> Vec<Term> {
        let UnitKind::Elementwise { sources, .. } = &unit.kind else { return Vec::new() };
        sources.iter().map(|source| Term { norm: source.norm, map: self.fetch(source.value, schedule) }).collect()
    }

    /// Forgets what the phase that ends has recomputed.
    pub fn end_phase(&mut self, schedule: &mut Schedule) {
        self.copies.clear();
        schedule.end_phase();
    }

    /// The graph that the values belong to.
    pub fn graph(&self) -> &'a Graph<'a> {
        self.graph
    }
}
