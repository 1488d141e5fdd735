//! Shapes of every value. Knows no syntax: what does not fit comes back as a [`Problem`] of a node.

pub mod partial;
pub mod window;

mod joins;
#[cfg(test)]
mod tests;

use crate::graph::{Graph, Node, NodeId, Op, ShortcutOption};
use crate::ir::PadMode;
use partial::Partial;
use window::Axis;

/// A map or vector may hold this many numbers; then every size and offset fits its type with room to spare.
pub const MOST_NUMBERS: u128 = 1 << 31;

/// What the passes after this one know.
#[derive(Debug)]
pub struct Shapes {
    /// A shape for every node; unknown where a mistake hides it.
    pub shapes: Vec<Partial>,
    /// What does not fit, by node.
    pub problems: Vec<(NodeId, Problem)>,
}

/// Why a layer does not fit its input.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// The layer is for maps.
    NeedsMap,
    /// The layer is for vectors.
    NeedsVector,
    /// `same` has no middle for an even kernel.
    EvenSame,
    /// The window is larger than the map and its padding.
    WindowTooLarge { axis: Axis, extent: usize, padded: usize },
    /// A pool's window could lie in the padding alone.
    PoolPadding { axis: Axis, most: usize },
    /// The groups do not divide the channels that come in.
    GroupsOfInput { channels: usize },
    /// The groups do not divide the filters.
    GroupsOfFilters { filters: usize },
    /// Mirroring needs a larger map.
    ReflectTooLarge { axis: Axis, size: usize },
    /// Shortcut A can add channels, not take them away.
    ShortcutNarrows { channels: usize },
    /// Operand `index` of a join does not fit operand `reference`.
    Operand { index: usize, reference: usize },
    /// The value or its weights are too large to count.
    TooLarge { what: &'static str, numbers: u128 },
}

/// Infers all shapes.
pub fn infer(graph: &Graph) -> Shapes {
    let mut inferred = Shapes { shapes: Vec::with_capacity(graph.nodes.len()), problems: Vec::new() };
    for (id, node) in graph.nodes.iter().enumerate() {
        let (mut shape, mut problems) = match node.op {
            Op::Input => {
                let unknown = Partial { flat: Some(false), ..Partial::UNKNOWN };
                (graph.input.map_or(unknown, Partial::map), Vec::new())
            }
            _ => {
                let inputs: Vec<Partial> = node.inputs.iter().map(|input| inferred.shapes[*input]).collect();
                let (shape, problems) = output(node, &inputs);
                (unsure(node, &inputs, shape), problems)
            }
        };
        if problems.is_empty()
            && let Some(problem) = too_large(node, &shape, &inferred.shapes)
        {
            shape = Partial::UNKNOWN;
            problems.push(problem);
        }
        inferred.shapes.push(shape);
        inferred.problems.extend(problems.into_iter().map(|problem| (id, problem)));
    }
    inferred
}

/// What a layer for maps makes of a value that may be a vector is in doubt: nothing more is said about it.
fn unsure(node: &Node, inputs: &[Partial], shape: Partial) -> Partial {
    let any_kind = matches!(node.op, Op::Linear { .. } | Op::Flatten | Op::Add | Op::Multiply | Op::Concat);
    match inputs.first() {
        Some(input) if input.flat.is_none() && !any_kind => Partial { flat: None, ..shape },
        _ => shape,
    }
}

type Output = (Partial, Vec<Problem>);

fn fine(shape: Partial) -> Output {
    (shape, Vec::new())
}

fn output(node: &Node, inputs: &[Partial]) -> Output {
    let input = inputs.first().copied().unwrap_or(Partial::UNKNOWN);
    let is_vector = input.flat == Some(true);
    match &node.op {
        Op::Input | Op::Unknown => fine(Partial::UNKNOWN),
        Op::BatchNorm { .. } | Op::Activation(_) | Op::Dropout { .. } | Op::Softmax | Op::Pointwise(_) => fine(input),
        Op::User { output, .. } => fine(Partial::of(*output)),
        Op::Flatten => fine(Partial::vector(input.numbers())),
        Op::Linear { outputs, .. } => {
            let problem = (input.flat == Some(false)).then_some(Problem::NeedsVector);
            (Partial::vector(*outputs), problem.into_iter().collect())
        }
        Op::Add => joins::add(inputs),
        Op::Multiply => joins::multiply(inputs),
        Op::Concat => joins::concat(inputs),
        _ if is_vector => (Partial::UNKNOWN, vec![Problem::NeedsMap]),
        Op::Conv { filters, window, groups, .. } => {
            let (mut shape, mut problems) = window::slide(input, window);
            shape.channels = *filters;
            problems.extend(groups_problem(*groups, input.channels, *filters));
            (shape, problems)
        }
        Op::MaxPool(window) | Op::AvgPool(window) => window::pool(input, window),
        Op::GlobalAvgPool => fine(Partial { height: Some(1), width: Some(1), flat: Some(false), ..input }),
        Op::Pad { amount, mode } => pad(input, *amount, *mode),
        Op::Shortcut { filters, stride, option } => {
            let shape = window::subsample(input, *stride);
            let narrows = match (option, input.channels, filters) {
                (ShortcutOption::A, Some(channels), Some(filters)) if *filters < channels => {
                    Some(Problem::ShortcutNarrows { channels })
                }
                _ => None,
            };
            (Partial { channels: *filters, ..shape }, narrows.into_iter().collect())
        }
    }
}

fn groups_problem(groups: Option<usize>, channels: Option<usize>, filters: Option<usize>) -> Option<Problem> {
    let groups = groups.filter(|groups| *groups > 0)?;
    if let Some(channels) = channels.filter(|channels| channels % groups != 0) {
        return Some(Problem::GroupsOfInput { channels });
    }
    let filters = filters.filter(|filters| filters % groups != 0)?;
    Some(Problem::GroupsOfFilters { filters })
}

fn pad(input: Partial, amount: Option<[usize; 2]>, mode: PadMode) -> Output {
    let Some(amount) = amount else { return fine(Partial { height: None, width: None, ..input }) };
    let problem = [(Axis::Height, input.height, amount[0]), (Axis::Width, input.width, amount[1])]
        .into_iter()
        .find_map(|(axis, size, amount)| {
            let size = size.filter(|size| mode == PadMode::Reflect && amount >= *size)?;
            Some(Problem::ReflectTooLarge { axis, size })
        });
    let wider = |size: Option<usize>, amount: usize| size.map(|size| size + 2 * amount);
    let shape = Partial {
        height: wider(input.height, amount[0]),
        width: wider(input.width, amount[1]),
        flat: Some(false),
        ..input
    };
    (shape, problem.into_iter().collect())
}

/// A value, or the weights that make it, with more numbers than any machine of today multiplies in a step.
fn too_large(node: &Node, shape: &Partial, shapes: &[Partial]) -> Option<Problem> {
    let factor = |size: Option<usize>| size.map(|size| size as u128);
    let values = factor(shape.channels)? * factor(shape.height)? * factor(shape.width)?;
    if values > MOST_NUMBERS {
        return Some(Problem::TooLarge { what: "values", numbers: values });
    }
    let input = shapes.get(*node.inputs.first()?)?;
    let weights = match &node.op {
        Op::Conv { filters, window, groups, .. } => {
            let [height, width] = window.kernel?;
            factor(*filters)? * factor(input.channels)? / factor(*groups)?.max(1) * height as u128 * width as u128
        }
        Op::Linear { outputs, .. } => factor(*outputs)? * factor(input.numbers())?,
        _ => 0,
    };
    (weights > MOST_NUMBERS).then_some(Problem::TooLarge { what: "weights", numbers: weights })
}
