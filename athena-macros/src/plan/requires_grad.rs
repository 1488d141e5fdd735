//! What needs a gradient: whatever has trainable parameters before it. The rest is computed forward and forgotten.

use super::graph::Graph;
use super::group::{Unit, UnitKind};
use crate::ir::NodeId;

/// What needs a gradient.
pub struct RequiresGrad {
    /// Values with trainable parameters before them.
    values: Vec<bool>,
    /// Batch norms whose sums are needed: for their own parameters, or for the map before them.
    norms: Vec<bool>,
}

impl RequiresGrad {
    /// Of the units of a training step.
    pub fn of(graph: &Graph, units: &[Unit]) -> Self {
        let count = graph.network.nodes.len();
        let mut requires_grad = Self { values: vec![false; count], norms: vec![false; count] };
        for unit in units {
            requires_grad.values[unit.out.0] = match &unit.kind {
                UnitKind::Elementwise { sources, .. } => {
                    let mut any = false;
                    for source in sources {
                        let mut term = requires_grad.values[source.value.0];
                        if let Some(norm) = source.norm.filter(|norm| !graph.is_frozen(*norm)) {
                            term |= graph.learns(norm);
                            requires_grad.norms[norm.0] = term;
                        }
                        any |= term;
                    }
                    any
                }
                UnitKind::Layer if graph.learns(unit.out) => true,
                UnitKind::Layer | UnitKind::Fused { .. } => {
                    unit.reads(graph).iter().any(|input| requires_grad.values[input.0])
                }
            };
        }
        requires_grad
    }

    /// Whether a value does.
    pub fn value(&self, node: NodeId) -> bool {
        self.values[node.0]
    }

    /// Whether the sums of a batch norm are needed.
    pub fn norm(&self, norm: Option<NodeId>) -> bool {
        norm.is_some_and(|norm| self.norms[norm.0])
    }

    /// Whether an elementwise unit is as in inference: of fixed batch norms, and read by no backward step.
    pub fn is_fixed(&self, graph: &Graph, unit: &Unit) -> bool {
        let UnitKind::Elementwise { sources, .. } = &unit.kind else { return false };
        let mut norms = sources.iter().filter_map(|source| source.norm);
        !self.value(unit.out) && norms.all(|norm| graph.is_frozen(norm))
    }
}
