//! The schedule of inference: batch norms are fixed scales and shifts, so a mix over a convolution's only use becomes the
//! convolution's epilogue, and only linear layers, which take the whole batch, end a phase.

use std::collections::{BTreeMap, HashMap};

use super::draft::{Draft, Time};
use super::graph::Graph;
use super::group::{Source, Unit, UnitKind};
use super::step::{BatchStep, BufferId, Step, Term};
use super::{INPUT, Program};
use super::{fuse, group, memory};
use crate::ir::{Network, NodeId, Op};

/// Plans inference.
pub fn program(network: &Network) -> Program {
    let graph = Graph::inference(network);
    let units = fuse::fuse(&graph, group::group(&graph), |_| true);
    let mut agenda: BTreeMap<Time, Vec<&Unit>> = BTreeMap::new();
    for (unit, time) in units.iter().zip(times(&graph, &units)) {
        agenda.entry(time).or_default().push(unit);
    }
    let mut draft = Draft::new(network);
    let mut values = Values { graph: &graph, computed: HashMap::new() };
    for units in agenda.into_values() {
        draft.end_phase();
        values.computed.remove(&INPUT);
        for unit in units {
            values.compute(unit, &mut draft);
        }
    }
    let outputs = values.fetch(graph.output, &mut draft);
    let items = draft.take_items();
    memory::place(network, draft, items, Vec::new(), outputs, None)
}

/// When each unit runs: as early as its operands allow, linear layers at barriers.
fn times(graph: &Graph, units: &[Unit]) -> Vec<Time> {
    let mut ready = HashMap::from([(INPUT, Time::FIRST_PHASE)]);
    let mut times = Vec::new();
    for unit in units {
        let operands = unit.reads(graph);
        let operands = operands.iter().map(|value| ready[value]).max().expect("every layer reads something");
        let linear = matches!(graph.op(unit.out), Op::Linear(_));
        let time = if linear { operands.at_barrier() } else { operands.in_phase() };
        ready.insert(unit.out, time);
        times.push(time);
    }
    times
}

/// Where values are. The image is loaded in each phase that reads it.
struct Values<'a> {
    graph: &'a Graph<'a>,
    computed: HashMap<NodeId, BufferId>,
}

impl Values<'_> {
    fn fetch(&mut self, node: NodeId, draft: &mut Draft) -> BufferId {
        if let Some(buffer) = self.computed.get(&node) {
            return *buffer;
        }
        debug_assert_eq!(node, INPUT, "everything but the image is computed before it is read");
        let y = self.make(node, draft);
        draft.step(Step::Load { y });
        y
    }

    fn fetch_all(&mut self, nodes: &[NodeId], draft: &mut Draft) -> Vec<BufferId> {
        nodes.iter().map(|node| self.fetch(*node, draft)).collect()
    }

    fn make(&mut self, node: NodeId, draft: &mut Draft) -> BufferId {
        let buffer = draft.value(node);
        self.computed.insert(node, buffer);
        buffer
    }

    fn compute(&mut self, unit: &Unit, draft: &mut Draft) {
        let node = unit.out;
        match &unit.kind {
            UnitKind::Fused { conv, norm, adds, activations } => {
                let (conv, norm) = (*conv, *norm);
                let x = self.fetch(self.graph.inputs(conv)[0], draft);
                let adds = self.fetch_all(adds, draft);
                let y = self.make(node, draft);
                draft.step(Step::ConvFused { conv, x, norm, adds, activations: activations.clone(), y });
            }
            UnitKind::Mix { sources, activations } => {
                let term = |source: &Source| Term { norm: source.norm, map: self.fetch(source.value, draft) };
                let terms = sources.iter().map(term).collect();
                let y = self.make(node, draft);
                draft.step(Step::Mix { terms, activations: activations.clone(), y });
            }
            UnitKind::Layer => {
                let inputs = self.fetch_all(self.graph.inputs(node), draft);
                let y = self.make(node, draft);
                match self.graph.op(node) {
                    Op::Linear(_) => draft.batch(BatchStep::Linear { linear: node, x: inputs[0], y }),
                    Op::Conv(_) => draft.step(Step::Conv { conv: node, x: inputs[0], y, sums: None }),
                    Op::PerImage(_) => draft.step(Step::Layer { node, inputs, y }),
                    Op::Input | Op::BatchNorm(_) | Op::Activation(_) | Op::Add => {
                        unreachable!("the image, or part of a mix")
                    }
                }
            }
        }
    }
}
