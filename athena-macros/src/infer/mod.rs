//! Infers the shapes of all values. It knows no syntax: errors are returned as a [`Problem`] of a node.

#[cfg(test)]
mod tests;

use crate::graph::partial::Partial;
use crate::graph::{Graph, NodeId, Problem, WrittenNode, WrittenOp};
use crate::layers::misfit::{MOST_NUMEL, TooLarge, fine};

/// The result of shape inference.
#[derive(Debug)]
pub struct Shapes {
    /// A shape for every node; unknown where it depends on a mistake.
    pub shapes: Vec<Partial>,
    /// The problems, by node.
    pub problems: Vec<(NodeId, Problem)>,
}

/// Infers all shapes.
pub fn infer(graph: &Graph) -> Shapes {
    let mut inferred = Shapes { shapes: Vec::with_capacity(graph.nodes.len()), problems: Vec::new() };
    for (id, node) in graph.nodes.iter().enumerate() {
        let (mut shape, mut problems) = match &node.op {
            WrittenOp::Input => fine(graph.inputs[id]),
            WrittenOp::Unknown => fine(Partial::UNKNOWN),
            WrittenOp::Layer(layer) => {
                let inputs: Vec<Partial> = node.inputs.iter().map(|input| inferred.shapes[*input]).collect();
                let (shape, problems) = layer.infer(&inputs);
                // If it is not known whether a value is a map or a vector, nothing more is reported about the layer.
                let in_doubt = !layer.decides_rank() && inputs.first().is_some_and(|input| input.flat.is_none());
                (if in_doubt { Partial { flat: None, ..shape } } else { shape }, problems)
            }
        };
        if problems.is_empty()
            && let Some(problem) = too_large(node, &shape, &inferred.shapes)
        {
            shape = Partial::UNKNOWN;
            problems.push(problem.into());
        }
        inferred.shapes.push(shape);
        inferred.problems.extend(problems.into_iter().map(|problem| (id, problem)));
    }
    inferred
}

/// The problem of a value, or of weights, with too many elements for any machine.
fn too_large(node: &WrittenNode, shape: &Partial, shapes: &[Partial]) -> Option<TooLarge> {
    let factor = |size: Option<usize>| size.map(|size| size as u128);
    let numel = factor(shape.channels)? * factor(shape.height)? * factor(shape.width)?;
    if numel > MOST_NUMEL {
        return Some(TooLarge { what: "values", numel });
    }
    let input = shapes.get(*node.inputs.first()?)?;
    let numel = node.op.written()?.weights(*input)?;
    (numel > MOST_NUMEL).then_some(TooLarge { what: "weights", numel })
}
