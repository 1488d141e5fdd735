//! Layers that do not fit what comes in.

use super::Checked;
use super::provenance::ALL;
use crate::errors::Error;
use crate::graph::{Node, NodeId, Op, Step, Window};
use crate::infer::Problem;
use crate::infer::window::{self, Axis};

/// A problem of one layer as an error.
pub fn misfit(checked: &Checked, id: NodeId, problem: &Problem) -> Error {
    let node = &checked.graph.nodes[id];
    match problem {
        Problem::NeedsMap => needs_map(checked, node),
        Problem::NeedsVector => needs_vector(checked, node),
        Problem::EvenSame => even_same(checked, node),
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
        Some(filters) => {
            error.help(format!("write `linear({})`, or put the step where the value is still a map", filters.text))
        }
        None => error.help(format!("remove `{}`, or put it where the value is still a map", node.step.removal)),
    }
}

fn needs_vector(checked: &Checked, node: &Node) -> Error {
    let input = node.inputs[0];
    Error::new(node.step.word, format!("`{}` needs a vector, found {}", node.word, checked.shapes[input]))
        .note(checked.became(input, ALL))
        .help(flattened(&node.step))
}

/// `flatten` before a step, and before its label if it has one.
fn flattened(step: &Step) -> String {
    match step.removal.strip_prefix("-> ") {
        Some(whole) if whole != step.text => format!("write `flatten -> {whole}` instead of `{whole}`"),
        Some(_) => "put `flatten ->` before it".to_string(),
        None => "put `flatten,` before it".to_string(),
    }
}

fn pair(sides: [usize; 2]) -> String {
    format!("{}x{}", sides[0], sides[1])
}

fn even_same(checked: &Checked, node: &Node) -> Error {
    let window = window_of(node);
    let (kernel, stride) = window.and_then(|window| window.kernel.zip(window.stride)).unwrap_or_default();
    let error = Error::new(
        node.step.origin("kernel"),
        format!("`same` padding needs an odd kernel, found `{}`: an even one has no middle", pair(kernel)),
    );
    let error = match node.step.arg("padding") {
        Some(_) => error,
        None => error.note(format!("`padding = same` is the default of `{}`", node.word)),
    };
    if let Some(step) = without_channels(checked, node) {
        return error.note("the number of channels that come in is inferred").help(format!("write `{step}`"));
    }
    if let Some(step) = swapped_stride(node) {
        return error.help(format!("write `{step}`"));
    }
    if stride != [1, 1] {
        return error.help(node.step.mend("padding", &even_padding(kernel, stride)));
    }
    let odd = kernel.map(|side| side | 1);
    let text = if odd[0] == odd[1] && !pair_written(node) { odd[0].to_string() } else { pair(odd) };
    error.help(format!("{}, or `padding = valid`", node.step.mend("kernel", &text)))
}

/// The padding with which an even kernel divides the map's size by its stride, or `valid`.
fn even_padding(kernel: [usize; 2], stride: [usize; 2]) -> String {
    let sides = [0, 1].map(|at| kernel[at].checked_sub(stride[at]).filter(|more| more % 2 == 0).map(|more| more / 2));
    match sides {
        [Some(rows), Some(columns)] if rows == columns && rows > 0 => rows.to_string(),
        [Some(rows), Some(columns)] if rows + columns > 0 => pair([rows, columns]),
        _ => "valid".to_string(),
    }
}

/// `conv(16, 2, 3x3)`, where a number stands for the stride and a size behind it for the kernel.
fn swapped_stride(node: &Node) -> Option<String> {
    let [filters, kernel, stride, rest @ ..] = &node.step.args[..] else { return None };
    let plain = !filters.named && !kernel.named && !stride.named && rest.iter().all(|given| given.named);
    let rest = rest.iter().map(|given| format!(", {} = {}", given.name, given.text));
    (node.word == "conv" && plain && stride.text.contains('x') && !kernel.text.contains('x'))
        .then(|| format!("conv({}, {}, {}{})", filters.text, stride.text, kernel.text, rest.collect::<String>()))
}

/// `conv(3, 64, 3x3)`, where PyTorch's `Conv2d(3, 64, 3)` was in mind: the channels that come in, filters, kernel.
fn without_channels(checked: &Checked, node: &Node) -> Option<String> {
    let channels = checked.shapes[node.inputs[0]].channels?.to_string();
    let [first, filters, kernel, rest @ ..] = &node.step.args[..] else { return None };
    let positional = !first.named && !filters.named && !kernel.named;
    let rest = rest.iter().map(|given| format!(", {} = {}", given.name, given.text));
    (positional && node.word == "conv" && first.text == channels && !filters.text.contains('x'))
        .then(|| format!("conv({}, {}{})", filters.text, kernel.text, rest.collect::<String>()))
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
    let error = error.note(checked.became(input, [false, true, true]));
    if let Some(help) = channels_last(checked, input) {
        return error.note("a shape is channels x height x width").help(help);
    }
    if shape.is_gate() && !matches!(node.op, Op::Conv { .. }) {
        let without = call_of_many(checked, node).unwrap_or(format!("remove `{}`", node.step.removal));
        return error.help(format!("{without}, or let more of the map be left before it"));
    }
    if let Some(dilation) = smaller_dilation(spec, [shape.height, shape.width], padding) {
        let mut error = error.help(node.step.mend("dilation", &dilation.to_string()));
        error.at = node.step.origin("dilation");
        return error;
    }
    match without_channels(checked, node) {
        Some(step) => error.note("the number of channels that come in is inferred").help(format!("write `{step}`")),
        None => error.help(node.step.mend("kernel", &text)),
    }
}

/// The largest dilation with which a kernel fits that is dilated and would fit otherwise.
fn smaller_dilation(window: &Window, sizes: [Option<usize>; 2], padding: [usize; 2]) -> Option<usize> {
    let (kernel, dilation) = (window.kernel?, window.dilation?);
    let most = |at: usize| Some((sizes[at]? + 2 * padding[at] - 1) / (kernel[at] - 1).max(1));
    let most = most(0)?.min(most(1)?);
    (dilation[0] == dilation[1] && (1..dilation[0]).contains(&most)).then_some(most)
}

/// The call or round that led to a step which others of the block take without a mistake: it is one too many.
fn call_of_many(checked: &Checked, node: &Node) -> Option<String> {
    let is_twin = |other: &&Node| other.step.word.first == node.step.word.first && other.frame != node.frame;
    let fits = |other: &Node| checked.shapes[other.inputs[0]].known().is_some_and(|shape| shape.height > 1);
    let other_fits = checked.graph.nodes.iter().filter(is_twin).any(fits);
    checked.graph.frames[node.frame].without.clone().filter(|_| other_fits)
}

/// The image's shape as Keras writes it: `28x28x1`.
fn channels_last(checked: &Checked, input: NodeId) -> Option<String> {
    let origin = checked.origin(input, [false, true, true]);
    let image = checked.shapes[origin].known().filter(|_| checked.graph.nodes[origin].op == Op::Input)?;
    let (height, width, channels) = (image.channels, image.height, image.width);
    (matches!(channels, 1 | 3) && height > channels && width > channels)
        .then(|| format!("write `{channels}x{height}x{width}` instead of `{height}x{width}x{channels}`"))
}

fn pair_written(node: &Node) -> bool {
    node.step.arg("kernel").is_some_and(|given| given.text.contains('x'))
}

fn pool_padding(node: &Node, axis: Axis, most: usize) -> Error {
    let fact = format!("a pool's padding is at most half its kernel: {most} in {}", axis.name());
    Error::new(node.step.origin("padding"), fact)
        .note("a window could lie in the padding alone")
        .help(node.step.mend("padding", &most.to_string()))
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
    error.help(node.step.mend("groups", &best.to_string()))
}

fn reflect(checked: &Checked, node: &Node, axis: Axis, size: usize) -> Error {
    let fact = format!("a mirrored border must be smaller than the map, whose {} is {size}", axis.name());
    Error::new(node.step.origin("amount"), fact).note(checked.became(node.inputs[0], [false, true, true])).help(
        match inside(node, "amount") {
            true => format!("write `{}`", node.step.with("mode", "replicate")),
            false => format!("write `{}`, or another mode", size.saturating_sub(1)),
        },
    )
}

fn narrows(checked: &Checked, node: &Node, channels: usize) -> Error {
    let filters = node.step.arg("filters").map_or("fewer", |given| given.text.as_str());
    Error::new(
        node.step.origin("filters"),
        format!("shortcut `a` adds channels and cannot make {channels} into `{filters}`"),
    )
    .note(checked.became(node.inputs[0], [true, false, false]))
    .help(match inside(node, "filters") {
        true => format!("write `{}`", node.step.with("option", "b")),
        false => format!("write `{channels}`, or another option"),
    })
}

/// Whether an argument's value was written in the step itself.
fn inside(node: &Node, name: &str) -> bool {
    let origin = node.step.origin(name);
    node.step.loc.first <= origin.first && origin.last <= node.step.loc.last
}

fn too_large(checked: &Checked, node: &Node, what: &str, numbers: u128) -> Error {
    let most = crate::infer::MOST_NUMBERS;
    let at = if what == "weights" { node.step.origin("outputs") } else { node.step.word };
    let error = Error::new(at, format!("`{}` makes {numbers} {what}, more than {most}", node.word));
    let Some(&input) = node.inputs.first() else { return error.help("use a smaller image") };
    let error = error.note(checked.became(input, ALL));
    let fitting = |count: Option<usize>| count.map(|count| (count as u128 * most / numbers).max(1).to_string());
    match &node.op {
        Op::Conv { filters, .. } | Op::Shortcut { filters, .. } => {
            let fewer = fitting(*filters).unwrap_or_else(|| "16".to_string());
            let whole = inside(node, "filters") || node.step.word.first == at.first;
            error.help(match whole {
                true => format!("write `{}`, or shrink the map before it", node.step.with("filters", &fewer)),
                false => format!("write `{fewer}`, or shrink the map before it"),
            })
        }
        Op::Linear { .. } => {
            let flatten = &checked.graph.nodes[checked.origin(input, ALL)].step;
            match flatten.name == "flatten" {
                true => error.help("write `global_avg_pool -> flatten` instead of `flatten`"),
                false => error.help(format!("write `{}`", fitting(checked.shapes[input].channels).unwrap_or_default())),
            }
        }
        _ => error.help(format!("remove `{}`, or shrink the map before it", node.step.removal)),
    }
}
