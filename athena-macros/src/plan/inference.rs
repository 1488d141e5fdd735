//! The schedule of inference: batch norms are fixed scales and shifts, so a mix over a convolution's only use becomes the
//! convolution's epilogue, and only linear layers, which take the whole batch, end a phase.

use std::collections::{BTreeMap, HashMap};

use super::draft::{Draft, Time};
use super::graph::Graph;
use super::group::{self, Kind, Source, Unit};
use super::memory;
use super::step::{BatchStep, BufferId, Step, Term};
use super::{INPUT, Program};
use crate::ir::{Activation, Network, NodeId, Op};

/// What computes the value of `out`.
struct Piece {
    out: NodeId,
    work: Work,
}

enum Work {
    /// A convolution with what follows it.
    Conv { conv: NodeId, norm: Option<NodeId>, adds: Vec<NodeId>, activations: Vec<Activation> },
    /// A mix that no convolution could take.
    Mix { sources: Vec<Source>, activations: Vec<Activation> },
    /// The node's own layer.
    Layer,
}

/// Plans inference.
pub fn program(network: &Network) -> Program {
    let graph = Graph::inference(network);
    let pieces = fuse(&graph, group::group(&graph));
    let mut agenda: BTreeMap<Time, Vec<&Piece>> = BTreeMap::new();
    for (piece, time) in pieces.iter().zip(times(&graph, &pieces)) {
        agenda.entry(time).or_default().push(piece);
    }
    let mut draft = Draft::new(network);
    let mut values = Values { graph: &graph, computed: HashMap::new() };
    for pieces in agenda.into_values() {
        draft.end_phase();
        values.computed.remove(&INPUT);
        for piece in pieces {
            values.compute(piece, &mut draft);
        }
    }
    let outputs = values.fetch(graph.output, &mut draft);
    let items = draft.take_items();
    memory::place(network, draft, items, Vec::new(), outputs, None)
}

/// Hands mixes to convolutions. The pieces come in the order of the values that they make.
fn fuse(graph: &Graph, units: Vec<Unit>) -> Vec<Piece> {
    let mut taken = vec![false; graph.network.nodes.len()];
    let mut pieces = Vec::new();
    for unit in units.into_iter().rev() {
        let out = unit.out;
        match unit.kind {
            Kind::Layer if taken[out.0] => {}
            Kind::Layer if matches!(graph.op(out), Op::Conv { .. }) => pieces.push(Piece {
                out,
                work: Work::Conv { conv: out, norm: None, adds: Vec::new(), activations: Vec::new() },
            }),
            Kind::Layer => pieces.push(Piece { out, work: Work::Layer }),
            Kind::Mix { sources, activations } => {
                fuse_mix(graph, out, sources, activations, &mut taken, &mut pieces);
            }
        }
    }
    pieces.sort_by_key(|piece| piece.out);
    pieces
}

/// The last convolution among the terms takes the mix; the normalised terms beside it become values of their own.
fn fuse_mix(
    graph: &Graph,
    out: NodeId,
    mut sources: Vec<Source>,
    activations: Vec<Activation>,
    taken: &mut [bool],
    pieces: &mut Vec<Piece>,
) {
    let fusible = |source: &Source| matches!(graph.op(source.value), Op::Conv { .. }) && graph.uses(source.value) == 1;
    let candidates = (0..sources.len()).filter(|&at| fusible(&sources[at]));
    let Some(last) = candidates.max_by_key(|&at| sources[at].value) else {
        pieces.push(Piece { out, work: Work::Mix { sources, activations } });
        return;
    };
    let main = sources.remove(last);
    taken[main.value.0] = true;
    let mut adds = Vec::new();
    for source in sources {
        let Some(norm) = source.norm else {
            adds.push(source.value);
            continue;
        };
        adds.push(norm);
        let work = if fusible(&source) {
            taken[source.value.0] = true;
            Work::Conv { conv: source.value, norm: Some(norm), adds: Vec::new(), activations: Vec::new() }
        } else {
            Work::Mix { sources: vec![source], activations: Vec::new() }
        };
        pieces.push(Piece { out: norm, work });
    }
    pieces.push(Piece { out, work: Work::Conv { conv: main.value, norm: main.norm, adds, activations } });
}

impl Piece {
    fn reads(&self, graph: &Graph) -> Vec<NodeId> {
        match &self.work {
            Work::Conv { conv, adds, .. } => graph.inputs(*conv).iter().chain(adds).copied().collect(),
            Work::Mix { sources, .. } => sources.iter().map(|source| source.value).collect(),
            Work::Layer => graph.inputs(self.out).to_vec(),
        }
    }
}

/// When each piece runs: as early as its operands allow, linear layers at barriers.
fn times(graph: &Graph, pieces: &[Piece]) -> Vec<Time> {
    let mut ready = HashMap::from([(INPUT, Time::FIRST_PHASE)]);
    let mut times = Vec::new();
    for piece in pieces {
        let operands = piece.reads(graph);
        let operands = operands.iter().map(|value| ready[value]).max().expect("every layer reads something");
        let linear = matches!(graph.op(piece.out), Op::Linear { .. });
        let time = if linear { operands.at_barrier() } else { operands.in_phase() };
        ready.insert(piece.out, time);
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

    fn compute(&mut self, piece: &Piece, draft: &mut Draft) {
        let node = piece.out;
        match &piece.work {
            Work::Conv { conv, norm, adds, activations } => {
                let (conv, norm) = (*conv, *norm);
                let x = self.fetch(self.graph.inputs(conv)[0], draft);
                let adds = self.fetch_all(adds, draft);
                let y = self.make(node, draft);
                draft.step(if conv == node {
                    Step::Conv { conv, x, y, sums: None }
                } else {
                    Step::ConvFused { conv, x, norm, adds, activations: activations.clone(), y }
                });
            }
            Work::Mix { sources, activations } => {
                let term = |source: &Source| Term { norm: source.norm, map: self.fetch(source.value, draft) };
                let terms = sources.iter().map(term).collect();
                let y = self.make(node, draft);
                draft.step(Step::Mix { terms, activations: activations.clone(), y });
            }
            Work::Layer => {
                let inputs = self.fetch_all(self.graph.inputs(node), draft);
                let y = self.make(node, draft);
                match self.graph.op(node) {
                    Op::Linear { .. } => draft.batch(BatchStep::Linear { linear: node, x: inputs[0], y }),
                    _ => draft.step(Step::Layer { node, inputs, y }),
                }
            }
        }
    }
}
