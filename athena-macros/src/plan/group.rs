//! Pointwise layers gathered into elementwise units: `y = activations(sum of terms)`, a term being a map or a batch norm of a map.

use super::graph::Graph;
use crate::ir::{Activation, MOST_TERMS, NodeId, Op};

/// One term of an elementwise unit, by the node of its map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The batch norm that the map goes through, if any.
    pub norm: Option<NodeId>,
    /// The map.
    pub value: NodeId,
}

/// A layer, or the pointwise layers that became one elementwise unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// The node whose value it makes.
    pub out: NodeId,
    /// How.
    pub kind: UnitKind,
}

/// How a unit makes its value.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitKind {
    /// Pointwise. The activations are applied first to last.
    Elementwise { sources: Vec<Source>, activations: Vec<Activation> },
    /// A convolution and the elementwise unit behind it: `y = activations(norm(conv(x)) + adds)`, the norm being fixed.
    Fused { conv: NodeId, norm: Option<NodeId>, adds: Vec<NodeId>, activations: Vec<Activation> },
    /// By the node's own layer.
    Layer,
}

impl Unit {
    /// A sum without batch norm or activation: its operands' gradient is its own.
    pub fn is_plain_sum(&self) -> bool {
        match &self.kind {
            UnitKind::Elementwise { sources, activations } => {
                activations.is_empty() && sources.iter().all(|source| source.norm.is_none())
            }
            UnitKind::Fused { .. } | UnitKind::Layer => false,
        }
    }

    /// The values that it is computed from.
    pub fn reads(&self, graph: &Graph) -> Vec<NodeId> {
        match &self.kind {
            UnitKind::Elementwise { sources, .. } => sources.iter().map(|source| source.value).collect(),
            UnitKind::Fused { conv, adds, .. } => graph.inputs(*conv).iter().chain(adds).copied().collect(),
            UnitKind::Layer => graph.inputs(self.out).to_vec(),
        }
    }
}

/// The units that compute a graph's output, in the order in which they can be computed. A pointwise layer is absorbed by its
/// reader only if that is the only one; what is left over becomes an elementwise unit of its own.
pub fn group(graph: &Graph) -> Vec<Unit> {
    let mut absorbed = vec![false; graph.network.nodes.len()];
    let mut units = Vec::new();
    for id in graph.live_nodes().rev() {
        if absorbed[id.0] {
            continue;
        }
        let kind = match graph.op(id) {
            Op::Input => continue,
            Op::Activation(_) | Op::Add | Op::BatchNorm(_) => elementwise(graph, id, &mut absorbed),
            Op::Conv(_) | Op::Linear(_) | Op::PerImage(_) => UnitKind::Layer,
        };
        units.push(Unit { out: id, kind });
    }
    units.reverse();
    units
}

/// The elementwise unit that ends at `root`.
fn elementwise(graph: &Graph, root: NodeId, absorbed: &mut [bool]) -> UnitKind {
    let mut activations = Vec::new();
    let mut at = root;
    while let Op::Activation(activation) = graph.op(at) {
        activations.push(*activation);
        let next = graph.inputs(at)[0];
        if !can_absorb(graph, next) {
            activations.reverse();
            return UnitKind::Elementwise { sources: vec![Source { norm: None, value: next }], activations };
        }
        absorbed[next.0] = true;
        at = next;
    }
    activations.reverse();
    UnitKind::Elementwise { sources: terms(graph, at, absorbed), activations }
}

/// The terms of `root`, an addition or a batch norm that belongs to the elementwise unit, in the order in which they are added. A sum among
/// the operands is absorbed where it comes first: so it has the bits that it has where it is a value of its own.
fn terms(graph: &Graph, root: NodeId, absorbed: &mut [bool]) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut count = graph.inputs(root).len();
    // What has still to be looked at, the first on top, and whether it belongs to the elementwise unit.
    let mut open = vec![(root, true)];
    while let Some((at, mine)) = open.pop() {
        match graph.op(at) {
            Op::BatchNorm(_) if mine => {
                absorbed[at.0] = true;
                sources.push(Source { norm: Some(at), value: graph.inputs(at)[0] });
            }
            Op::Add if mine => {
                absorbed[at.0] = true;
                for (position, &operand) in graph.inputs(at).iter().enumerate().rev() {
                    let is_sum = *graph.op(operand) == Op::Add;
                    let more = if is_sum { graph.inputs(operand).len() - 1 } else { 0 };
                    let takes = matches!(graph.op(operand), Op::Add | Op::BatchNorm(_))
                        && (position == 0 || !is_sum)
                        && can_absorb(graph, operand)
                        && count + more <= MOST_TERMS;
                    count += if takes { more } else { 0 };
                    open.push((operand, takes));
                }
            }
            Op::Input
            | Op::Conv(_)
            | Op::BatchNorm(_)
            | Op::Activation(_)
            | Op::Add
            | Op::Linear(_)
            | Op::PerImage(_) => sources.push(Source { norm: None, value: at }),
        }
    }
    sources
}

fn can_absorb(graph: &Graph, id: NodeId) -> bool {
    let pointwise = matches!(graph.op(id), Op::Activation(_) | Op::Add | Op::BatchNorm(_));
    pointwise && graph.uses(id) == 1
}
