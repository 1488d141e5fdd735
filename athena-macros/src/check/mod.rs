//! Says what does not fit, in the user's own words, and hands over the network if everything does.

mod fit;
mod joins;
mod layers;
mod output;
mod provenance;
mod resize;

use crate::ast::Struct;
use crate::errors::{Error, Errors};
use crate::graph::{Graph, NodeId, Op};
use crate::infer::partial::Partial;
use crate::infer::{Problem, Shapes};

/// Parameters of a whole network, and values of one image: beyond this nothing could hold them.
const MOST_TOTAL: u128 = 1 << 36;

/// A graph with its shapes.
pub struct Checked<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// A shape for every node.
    pub shapes: &'g [Partial],
}

/// Reports every problem of a network.
pub fn check(network: &Struct, graph: &Graph, shapes: &Shapes, errors: &mut Errors) {
    problems(graph, shapes, errors);
    let checked = Checked { graph, shapes: &shapes.shapes };
    if let Some(error) = output::check(&checked, network) {
        errors.push(error);
    }
    if let Some(error) = checked.total(network) {
        errors.push(error);
    }
}

/// Reports every layer that does not fit what comes in.
pub fn problems(graph: &Graph, shapes: &Shapes, errors: &mut Errors) {
    let checked = Checked { graph, shapes: &shapes.shapes };
    for (node, problem) in &shapes.problems {
        let error = match problem {
            Problem::Operand { index, reference } => joins::misfit(&checked, *node, *index, *reference),
            _ => layers::misfit(&checked, *node, problem),
        };
        errors.push(checked.placed(error, *node));
    }
}

impl Checked<'_> {
    /// Adds the call that led to a node, if no note names it yet.
    fn placed(&self, error: Error, node: NodeId) -> Error {
        let call = self.graph.call(self.graph.nodes[node].frame);
        let error = match &call {
            Some(call) if !error.notes.iter().any(|note| note.contains(call.as_str())) => {
                error.note(format!("in {call}"))
            }
            _ => error,
        };
        error.called(self.graph.site(self.graph.nodes[node].frame))
    }

    /// The whole network must be countable, not only each of its layers.
    fn total(&self, network: &Struct) -> Option<Error> {
        let mut numbers = 0u128;
        let mut weights = 0u128;
        for (node, shape) in self.graph.nodes.iter().zip(self.shapes) {
            numbers += shape.numbers()? as u128;
            weights += self.weights(node)? as u128;
        }
        let (what, count) = if weights > MOST_TOTAL { ("weights", weights) } else { ("values", numbers) };
        (count > MOST_TOTAL).then(|| {
            let error = Error::new(network.name.loc, format!("the network has {count} {what}, more than {MOST_TOTAL}"));
            error.help(smaller_image(network, count))
        })
    }

    fn weights(&self, node: &crate::graph::Node) -> Option<usize> {
        let input = |index: usize| node.inputs.get(index).map(|input| self.shapes[*input]);
        match &node.op {
            Op::Conv { filters, window, groups, .. } => {
                let [height, width] = window.kernel?;
                let per_filter = (input(0)?.channels? / (*groups)?.max(1)).checked_mul(height * width)?;
                per_filter.checked_mul((*filters)?)
            }
            Op::Linear { outputs, .. } => input(0)?.numbers()?.checked_mul((*outputs)?),
            _ => Some(0),
        }
    }
}

/// The help that makes the image as much smaller as the network is too large.
fn smaller_image(network: &Struct, count: u128) -> String {
    let Some([channels, height, width]) = network.shape else { return "use fewer filters".to_string() };
    let halvings = (1..).find(|halvings| count >> (2 * halvings) <= MOST_TOTAL).unwrap_or(1);
    let half = |side: usize| (side >> halvings).max(1);
    let shape = format!("{channels}x{}x{}", half(height), half(width));
    format!("write `{shape}` instead of `{channels}x{height}x{width}`, or use fewer filters")
}
