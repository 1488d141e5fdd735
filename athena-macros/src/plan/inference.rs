//! The schedule of inference: batch norms are fixed scales and shifts, so an elementwise unit over a convolution's only use becomes the
//! convolution's epilogue, and only linear layers, which take the whole batch, end a phase.

use std::collections::{BTreeMap, HashMap};

use super::graph::Graph;
use super::group::{Source, Unit, UnitKind};
use super::schedule::{Schedule, Time};
use super::step::{BatchStep, BufferId, ImageStep, Term};
use super::{Program, fuse, group, memory};
use crate::ir::{Network, NodeId, Op};

/// Plans inference.
pub fn program(network: &Network) -> Program {
    let graph = Graph::inference(network);
    let units = fuse::fuse(&graph, group::group(&graph), |_| true);
    let mut agenda: BTreeMap<Time, Vec<&Unit>> = BTreeMap::new();
    for (unit, time) in units.iter().zip(times(&graph, &units)) {
        agenda.entry(time).or_default().push(unit);
    }
    let outside = graph.read_outside_phases();
    let kept: Vec<NodeId> = graph.live_inputs().filter(|input| outside.contains(input)).collect();
    let mut schedule = Schedule::new(network);
    let mut values = Values { graph: &graph, computed: HashMap::new() };
    values.fetch_all(&kept, &mut schedule);
    for (time, units) in agenda {
        if time > Time::FIRST_PHASE {
            schedule.end_phase();
            values.computed.retain(|node, _| !graph.is_input(*node) || kept.contains(node));
        }
        for unit in units {
            values.compute(unit, &mut schedule);
        }
    }
    let outputs = values.fetch_all(&graph.outputs, &mut schedule);
    let items = schedule.take_items();
    memory::place(network, schedule, items, Vec::new(), outputs, Vec::new())
}

/// When each unit runs: as early as its operands allow, linear layers at barriers.
fn times(graph: &Graph, units: &[Unit]) -> Vec<Time> {
    let mut ready: HashMap<NodeId, Time> = graph.live_inputs().map(|input| (input, Time::FIRST_PHASE)).collect();
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

/// Where values are. An input is loaded in each phase that reads it, unless somebody reads it outside phases.
struct Values<'a> {
    graph: &'a Graph<'a>,
    computed: HashMap<NodeId, BufferId>,
}

impl Values<'_> {
    fn fetch(&mut self, node: NodeId, schedule: &mut Schedule) -> BufferId {
        if let Some(buffer) = self.computed.get(&node) {
            return *buffer;
        }
        debug_assert!(self.graph.is_input(node), "everything but the inputs is computed before it is read");
        let step = schedule.load(node);
        let (y, _) = step.accesses()[0];
        schedule.step(step);
        self.computed.insert(node, y);
        y
    }

    fn fetch_all(&mut self, nodes: &[NodeId], schedule: &mut Schedule) -> Vec<BufferId> {
        nodes.iter().map(|node| self.fetch(*node, schedule)).collect()
    }

    fn make(&mut self, node: NodeId, schedule: &mut Schedule) -> BufferId {
        let buffer = schedule.value(node);
        self.computed.insert(node, buffer);
        buffer
    }

    fn compute(&mut self, unit: &Unit, schedule: &mut Schedule) {
        let node = unit.out;
        match &unit.kind {
            UnitKind::Fused { conv, norm, adds, activations } => {
                let (conv, norm) = (*conv, *norm);
                let x = self.fetch(self.graph.inputs(conv)[0], schedule);
                let adds = self.fetch_all(adds, schedule);
                let y = self.make(node, schedule);
                schedule.step(ImageStep::ConvFused { conv, x, norm, adds, activations: activations.clone(), y });
            }
            UnitKind::Elementwise { sources, activations } => {
                let term = |source: &Source| Term { norm: source.norm, map: self.fetch(source.value, schedule) };
                let terms = sources.iter().map(term).collect();
                let y = self.make(node, schedule);
                schedule.step(ImageStep::Elementwise { terms, activations: activations.clone(), y });
            }
            UnitKind::Layer => {
                let inputs = self.fetch_all(self.graph.inputs(node), schedule);
                let y = self.make(node, schedule);
                match self.graph.op(node) {
                    Op::Linear(_) => schedule.batch(BatchStep::Linear { linear: node, x: inputs[0], y }),
                    Op::Conv(_) => schedule.step(ImageStep::Conv { conv: node, x: inputs[0], y, sums: None }),
                    Op::PerImage(_) => schedule.step(ImageStep::Layer { node, inputs, y }),
                    Op::Input | Op::BatchNorm(_) | Op::Activation(_) | Op::Add => {
                        unreachable!("an input, or part of an elementwise unit")
                    }
                }
            }
        }
    }
}
