//! Elementwise units handed to convolutions: an elementwise unit over a convolution's only use becomes that convolution's epilogue.

use super::graph::Graph;
use super::group::{Source, Unit, UnitKind};
use crate::ir::{Activation, NodeId, Op};

/// Fuses those of the elementwise units that may be: their batch norms are fixed, and nobody needs the convolution's own output. The units
/// come in the order of the values that they make.
pub fn fuse(graph: &Graph, units: Vec<Unit>, may_be_fused: impl Fn(&Unit) -> bool) -> Vec<Unit> {
    let mut taken = vec![false; graph.network.nodes.len()];
    let mut fused = Vec::new();
    for unit in units.into_iter().rev() {
        let may_be_fused = may_be_fused(&unit);
        match unit.kind {
            UnitKind::Layer if taken[unit.out.0] => {}
            UnitKind::Elementwise { sources, activations } if may_be_fused => {
                fuse_elementwise(graph, unit.out, sources, activations, &mut taken, &mut fused);
            }
            UnitKind::Layer | UnitKind::Elementwise { .. } | UnitKind::Fused { .. } => fused.push(unit),
        }
    }
    fused.sort_by_key(|unit| unit.out);
    fused
}

/// The last convolution among the first two terms takes the elementwise unit; the normalised terms beside it become values of their own. A
/// convolution further behind would have its terms added in another order, and so in other bits than where it is a value of its own.
fn fuse_elementwise(
    graph: &Graph,
    out: NodeId,
    mut sources: Vec<Source>,
    activations: Vec<Activation>,
    taken: &mut [bool],
    units: &mut Vec<Unit>,
) {
    let fusible = |source: &Source| matches!(graph.op(source.value), Op::Conv(_)) && graph.uses(source.value) == 1;
    let candidates = (0..sources.len().min(2)).filter(|&at| fusible(&sources[at]));
    let Some(last) = candidates.max_by_key(|&at| sources[at].value) else {
        units.push(Unit { out, kind: UnitKind::Elementwise { sources, activations } });
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
        let kind = if fusible(&source) {
            taken[source.value.0] = true;
            UnitKind::Fused { conv: source.value, norm: Some(norm), adds: Vec::new(), activations: Vec::new() }
        } else {
            UnitKind::Elementwise { sources: vec![source], activations: Vec::new() }
        };
        units.push(Unit { out: norm, kind });
    }
    units.push(Unit { out, kind: UnitKind::Fused { conv: main.value, norm: main.norm, adds, activations } });
}
