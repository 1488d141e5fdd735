//! Layers that do not fit what comes in.

use super::Checked;
use super::provenance::ALL;
use crate::errors::Error;
use crate::graph::{Node, NodeId, Op, Window};
use crate::infer::Problem;
use crate::infer::window::{self, Axis};

/// A problem of one layer as an error.
pub fn misfit(checked: &Checked, id: NodeId, problem: &Problem) -> Error {
    let node = &checked.graph.nodes[id];
    match problem {
        Problem::NeedsMap => needs_map(checked, node),
        Problem::NeedsVector => needs_vector(checked, node),
        Problem::EvenSame => even_same(node),
        Problem::WindowTooLarge { axis, extent, padded } => window_too_large(checked, node, *axis, *extent, *padded),
        Problem::PoolPadding { axis, most } => pool_padding(node, *axis, *most),
        Problem::GroupsOfInput { .. } | Problem::GroupsOfFilters { .. } => groups(checked, node, problem),
        Problem::ReflectTooLarge { axis, size } => reflect(checked, node, *axis, *size),
        Problem::ShortcutNarrows { channels } => narrows(checked, node, *channels),
        Problem::TooLarge { what, numbers } => too_large(checked, node, what, *numbers),
        // Joins have their own messages.
        Problem::Operand { .. } => Error::new(node.step.word, "these values do not fit together"),
    }
}

fn window_of(node: &Node) -> Option<&Window> {
    match &node.op {
        Op::Conv { window, .. } | Op::MaxPool(window) | Op::AvgPool(window) => Some(window),
        _ => None,
    }
}

fn needs_map(checked: &Checked, node: &Node) -> Error {
    let input = node.inputs[0];
    let error = Error::new(node.step.word, format!("`{}` needs a map, found {}", node.word, checked.shapes[input]));
    let error = error.note(checked.became(input, ALL));
    match node.step.arg("filters") {
        Some(filters) => error.help(format!("for vectors there is `linear({})`", filters.text)),
        None => error.help(format!("leave out `-> {}`, or put it where the value is still a map", node.step.text)),
    }
}

fn needs_vector(checked: &Checked, node: &Node) -> Error {
    let input = node.inputs[0];
    Error::new(node.step.word, format!("`{}` needs a vector, found {}", node.word, checked.shapes[input]))
        .note(checked.became(input, ALL))
        .help(format!("write `flatten -> {}`", node.step.text))
}

fn pair(sides: [usize; 2]) -> String {
    format!("{}x{}", sides[0], sides[1])
}

fn even_same(node: &Node) -> Error {
    let kernel = window_of(node).and_then(|window| window.kernel).unwrap_or_default();
    let error = Error::new(
        node.step.origin("kernel"),
        format!("`same` padding needs an odd kernel, found `{}`: an even one has no middle", pair(kernel)),
    );
    let error = match node.step.arg("padding") {
        Some(_) => error,
        None => error.note(format!("`padding = same` is the default of `{}`", node.word)),
    };
    error.help(format!("write `{}`", node.step.with("padding", "valid")))
}

fn window_too_large(checked: &Checked, node: &Node, axis: Axis, extent: usize, padded: usize) -> Error {
    let input = node.inputs[0];
    let shape = checked.shapes[input];
    let fact = format!("a window of {} {extent} does not fit into {shape}", axis.name());
    let mut error = Error::new(node.step.origin("kernel"), fact);
    let Some(spec) = window_of(node) else { return error };
    let padding = window::padding(spec).unwrap_or_default();
    let size = [shape.height, shape.width][axis.index()].unwrap_or_default();
    if padded != size {
        error = error.note(format!("with its padding the map's {} is {padded}", axis.name()));
    }
    if let Some(&dilation) =
        spec.dilation.as_ref().map(|dilation| &dilation[axis.index()]).filter(|dilation| **dilation > 1)
    {
        error = error.note(format!("a dilation of {dilation} spreads the kernel over {extent}"));
    }
    let (kernel, dilation) = (spec.kernel.unwrap_or([1; 2]), spec.dilation.unwrap_or([1; 2]));
    let mut fits = kernel;
    for (at, size) in [shape.height, shape.width].into_iter().enumerate() {
        let room = size.unwrap_or(usize::MAX / 4) + 2 * padding[at];
        fits[at] = kernel[at].min((room - 1) / dilation[at] + 1);
    }
    let text = if fits[0] == fits[1] && !pair_written(node) { fits[0].to_string() } else { pair(fits) };
    error.note(checked.became(input, [false, true, true])).help(format!("write `{}`", node.step.with("kernel", &text)))
}

fn pair_written(node: &Node) -> bool {
    node.step.arg("kernel").is_some_and(|given| given.text.contains('x'))
}

fn pool_padding(node: &Node, axis: Axis, most: usize) -> Error {
    let fact = format!("a pool's padding is at most half its kernel: {most} in {}", axis.name());
    Error::new(node.step.origin("padding"), fact)
        .note("a window could lie in the padding alone")
        .help(format!("write `{}`", node.step.with("padding", &most.to_string())))
}

fn groups(checked: &Checked, node: &Node, problem: &Problem) -> Error {
    let Op::Conv { groups: Some(groups), filters, .. } = &node.op else {
        return Error::new(node.step.word, "the groups do not divide the channels");
    };
    let channels = checked.shapes[node.inputs[0]].channels;
    let what = match problem {
        Problem::GroupsOfFilters { filters } => format!("the {filters} filters"),
        _ => format!("the {} channels that come in", channels.unwrap_or_default()),
    };
    let error = Error::new(node.step.origin("groups"), format!("{groups} groups do not divide {what}"));
    let error = match problem {
        Problem::GroupsOfInput { .. } => error.note(checked.became(node.inputs[0], [true, false, false])),
        _ => error,
    };
    let divides =
        |count: &usize| channels.is_none_or(|all| all % count == 0) && filters.is_none_or(|all| all % count == 0);
    let best = (1..=*groups).rev().find(divides).unwrap_or(1);
    error.help(format!("write `{}`", node.step.with("groups", &best.to_string())))
}

fn reflect(checked: &Checked, node: &Node, axis: Axis, size: usize) -> Error {
    let fact = format!("a mirrored border must be smaller than the map, whose {} is {size}", axis.name());
    Error::new(node.step.origin("amount"), fact)
        .note(checked.became(node.inputs[0], [false, true, true]))
        .help(format!("write `{}`", node.step.with("mode", "replicate")))
}

fn narrows(checked: &Checked, node: &Node, channels: usize) -> Error {
    let filters = node.step.arg("filters").map_or("fewer", |given| given.text.as_str());
    Error::new(
        node.step.origin("filters"),
        format!("shortcut `a` adds channels and cannot make {channels} into `{filters}`"),
    )
    .note(checked.became(node.inputs[0], [true, false, false]))
    .help(format!("write `{}`", node.step.with("option", "b")))
}

fn too_large(checked: &Checked, node: &Node, what: &str, numbers: u128) -> Error {
    let most = crate::infer::MOST_NUMBERS;
    let at = if what == "weights" { node.step.origin("outputs") } else { node.step.word };
    let error = Error::new(at, format!("`{}` makes {numbers} {what}, more than {most}", node.word));
    let error = match node.inputs.first() {
        Some(input) => error.note(checked.became(*input, ALL)),
        None => error,
    };
    error.help("use fewer filters, or shrink the map with a `stride` or `global_avg_pool`")
}
