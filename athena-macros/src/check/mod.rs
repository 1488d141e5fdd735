//! Reports shapes that do not fit, in the words of the user's program.

mod fit;
mod joins;
mod output;
mod resize;

use crate::ast::{Struct, extent};
use crate::errors::{Error, Errors};
use crate::graph::{Checked, Graph, NodeId, Problem, WrittenNode};
use crate::infer::Shapes;
use crate::ir::Shape;

/// The largest number of parameters of a network, and of values of one image. No machine could hold more.
const MOST_TOTAL: u128 = 1 << 36;

/// Reports every problem of a network.
pub fn check(network: &Struct, graph: &Graph, shapes: &Shapes, errors: &mut Errors) {
    problems(graph, shapes, errors);
    let checked = Checked { graph, shapes: &shapes.shapes };
    output::check(&checked, network).into_iter().for_each(|error| errors.push(error));
    if let Some(error) = total(&checked, network) {
        errors.push(error);
    }
}

/// Reports every layer that does not fit its input.
pub fn problems(graph: &Graph, shapes: &Shapes, errors: &mut Errors) {
    let checked = Checked { graph, shapes: &shapes.shapes };
    for (node, problem) in &shapes.problems {
        let error = match problem {
            Problem::Operand { index, reference } => joins::misfit(&checked, *node, *index, *reference),
            Problem::Layer(misfit) => misfit.explain(&checked, &graph.nodes[*node]),
        };
        errors.push(placed(&checked, error, *node));
    }
}

/// Adds a note with the call that led to a node, if no note names it yet.
fn placed(checked: &Checked, error: Error, node: NodeId) -> Error {
    let call = checked.graph.call(checked.graph.nodes[node].frame);
    let error = match &call {
        Some(call) if !error.notes.iter().any(|note| note.contains(call.as_str())) => error.note(format!("in {call}")),
        _ => error,
    };
    error.called(checked.graph.site(checked.graph.nodes[node].frame))
}

/// The error if the whole network is too large, even if each of its layers is not.
fn total(checked: &Checked, network: &Struct) -> Option<Error> {
    let mut numel = 0u128;
    let mut weights = 0u128;
    for (node, shape) in checked.graph.nodes.iter().zip(checked.shapes) {
        numel += shape.numel()? as u128;
        weights += weights_of(checked, node)?;
    }
    let (what, count) = if weights > MOST_TOTAL { ("weights", weights) } else { ("values", numel) };
    (count > MOST_TOTAL).then(|| {
        let error = Error::new(network.name.loc, format!("the network has {count} {what}, more than {MOST_TOTAL}"));
        error.help(smaller_image(network, count))
    })
}

/// Number of scalars in the weights of a layer.
fn weights_of(checked: &Checked, node: &WrittenNode) -> Option<u128> {
    match (node.op.written(), node.inputs.first()) {
        (Some(layer), Some(input)) => layer.weights(checked.shapes[*input]),
        (None, _) | (_, None) => Some(0),
    }
}

/// The help that makes the largest image as much smaller as the network is too large.
fn smaller_image(network: &Struct, count: u128) -> String {
    let images = network.inputs.iter().filter_map(|port| port.extent).filter(|shape| !shape.flat);
    let Some(image) = images.max_by_key(Shape::len) else { return "use fewer filters".to_string() };
    let [channels, height, width] = image.sizes();
    let halvings = (1..).find(|halvings| count >> (2 * halvings) <= MOST_TOTAL).unwrap_or(1);
    let half = |side: usize| (side >> halvings).max(1);
    let shape = format!("{channels}x{}x{}", half(height), half(width));
    format!("write `{shape}` instead of `{}`, or use fewer filters", extent(image))
}
