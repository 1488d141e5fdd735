//! Makes an [`ir::Network`](crate::ir::Network) of a checked graph: without syntactic sugar and unused values, and with all shapes known.

use crate::graph::partial::Partial;
use crate::graph::{Expansion, Graph, NodeId, Written, WrittenOp};
use crate::ir;

/// The network; `None` if anything is unknown.
pub fn desugar(graph: &Graph, shapes: &[Partial]) -> Option<ir::Network> {
    let used = used(graph);
    let mut users = vec![Vec::new(); graph.nodes.len()];
    // What a convolution is must not depend on which of the body's names are promised.
    for id in (0..graph.nodes.len()).filter(|id| used[*id] || graph.promises_names) {
        graph.nodes[id].inputs.iter().for_each(|input| users[*input].push(id));
    }
    let mut nodes = Vec::new();
    // The node of the network for each node of the graph.
    let mut made: Vec<Option<ir::NodeId>> = vec![None; graph.nodes.len()];
    for id in (0..graph.nodes.len()).filter(|id| used[*id]) {
        let node = &graph.nodes[id];
        let inputs = node.inputs.iter().map(|input| made[*input]).collect::<Option<_>>()?;
        let only_norms_follow = only_norms_follow(graph, &users[id]);
        let shape = shapes[id].known()?;
        let mut expansion = Expansion { nodes: &mut nodes, node, inputs, shape, only_norms_follow };
        let value = match &node.op {
            WrittenOp::Input => expansion.op(ir::Op::Input),
            WrittenOp::Unknown => None,
            WrittenOp::Layer(layer) => layer.desugar(&mut expansion),
        };
        made[id] = Some(value?);
    }
    let inputs = made[..graph.inputs.len()].iter().copied().collect::<Option<_>>()?;
    let outputs = graph.outputs.iter().map(|output| made[*output]).collect::<Option<_>>()?;
    Some(ir::Network { nodes, inputs, outputs })
}

/// What the outputs depend on, and the inputs.
pub fn used(graph: &Graph) -> Vec<bool> {
    let mut used = vec![false; graph.nodes.len()];
    graph.outputs.iter().for_each(|output| used[*output] = true);
    used[..graph.inputs.len()].fill(true);
    for id in (0..graph.nodes.len()).rev() {
        if used[id] {
            graph.nodes[id].inputs.iter().for_each(|input| used[*input] = true);
        }
    }
    used
}

/// Whether batch norms alone use a value.
fn only_norms_follow(graph: &Graph, users: &[NodeId]) -> bool {
    let is_norm = |user: &NodeId| graph.nodes[*user].op.written().is_some_and(Written::is_batch_norm);
    !users.is_empty() && users.iter().all(is_norm)
}
