//! Windows that slide over a map: output = (input + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1, rounded down; or up, for
//! pools with `ceil`, as long as the last window begins within the map or the padding before it. This file has their shape rules and
//! errors.

use super::word::{Args, Argument, Default, Kind, MOST_SIDE};
use crate::errors::Error;
use crate::graph::NodeId;
use crate::graph::partial::Partial;
use crate::graph::{Checked, Inferred, Misfit, Padding, WrittenNode, WrittenWindow};
use crate::ir;

/// The argument `kernel` of layers with windows.
pub const KERNEL: Argument =
    Argument::new("kernel", Kind::Pair { min: 1, max: MOST_SIDE }, Default::Required, "height x width of the window");
/// The argument `stride` of convolutions.
pub const STRIDE: Argument =
    Argument::new("stride", Kind::Pair { min: 1, max: MOST_SIDE }, Default::Int(1), "step between windows");
/// The argument `stride` of pools.
pub const POOL_STRIDE: Argument =
    Argument::new("stride", Kind::Pair { min: 1, max: MOST_SIDE }, Default::SameAs("kernel"), "step between windows");
/// The argument `padding` of pools.
pub const POOL_PADDING: Argument =
    Argument::new("padding", Kind::Padding, Default::Word("valid"), "border on each side");

/// The argument `ceil` of pools.
pub const CEIL: Argument = Argument::new(
    "ceil",
    Kind::Switch,
    Default::Switch(false),
    "whether sizes are rounded up and not down; the last window may then reach beyond the padding",
);

/// An axis of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Rows.
    Height,
    /// Columns.
    Width,
}

impl Axis {
    /// Both, in order.
    pub const BOTH: [Axis; 2] = [Axis::Height, Axis::Width];

    /// As in a message.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Height => "height",
            Axis::Width => "width",
        }
    }

    /// Its place in `[height, width]`.
    pub fn index(self) -> usize {
        match self {
            Axis::Height => 0,
            Axis::Width => 1,
        }
    }
}

/// `same` padding with an even kernel, which has no middle.
#[derive(Debug)]
pub struct EvenSame;

/// The window is larger than the map and its padding.
#[derive(Debug)]
pub struct WindowTooLarge {
    pub axis: Axis,
    pub extent: usize,
    pub padded: usize,
}

/// A pool's window could lie completely in the padding.
#[derive(Debug)]
pub struct PoolPadding {
    pub axis: Axis,
    pub most: usize,
}

/// The arguments of a window without dilation.
pub fn of(args: &Args) -> WrittenWindow {
    WrittenWindow {
        kernel: args.pair("kernel"),
        stride: args.pair("stride"),
        padding: args.padding("padding"),
        dilation: Some([1, 1]),
        ceil: Some(false),
    }
}

/// The arguments of a pool's window.
pub fn of_pool(args: &Args) -> WrittenWindow {
    WrittenWindow { ceil: args.switch("ceil"), ..of(args) }
}

/// The window, if all of it is known.
pub fn known(window: &WrittenWindow) -> Option<ir::Window> {
    Some(ir::Window {
        kernel: window.kernel?,
        stride: window.stride?,
        padding: padding(window)?,
        dilation: window.dilation?,
    })
}

/// The geometry of a pool, if all of it is known.
pub fn known_pool(window: &WrittenWindow) -> Option<ir::Pool> {
    Some(ir::Pool { kernel: window.kernel?, stride: window.stride?, padding: padding(window)?, ceil: window.ceil? })
}

/// The padding on each side; `None` if it is unknown or an even kernel has no middle.
pub fn padding(window: &WrittenWindow) -> Option<[usize; 2]> {
    match (window.padding?, window.kernel, window.dilation) {
        (Padding::Valid, ..) => Some([0, 0]),
        (Padding::Sizes(sizes), ..) => Some(sizes),
        (Padding::Same, Some(kernel), Some(dilation)) if !even_same(window) => {
            Some([dilation[0] * (kernel[0] - 1) / 2, dilation[1] * (kernel[1] - 1) / 2])
        }
        (Padding::Same, ..) => None,
    }
}

fn even_same(window: &WrittenWindow) -> bool {
    window.padding == Some(Padding::Same) && window.kernel.is_some_and(|kernel| kernel.iter().any(|side| side % 2 == 0))
}

/// The distance from a window's first tap to its last, counting both.
pub fn extent(kernel: usize, dilation: usize) -> usize {
    dilation * (kernel - 1) + 1
}

/// The number of windows along an axis of `size`, rounded down or up; `None` if none fits.
fn windows(size: usize, extent: usize, stride: usize, padding: usize, ceil: bool) -> Option<usize> {
    let room = size + 2 * padding + if ceil { stride - 1 } else { 0 };
    let windows = room.checked_sub(extent)? / stride + 1;
    let beyond = ceil && (windows - 1) * stride >= size + padding;
    Some(if beyond { windows - 1 } else { windows })
}

/// The output of a convolution, without its channels.
pub fn slide(input: Partial, window: &WrittenWindow) -> Inferred {
    let mut shape = Partial { height: None, width: None, flat: Some(false), ..input };
    if even_same(window) {
        return (shape, vec![EvenSame.into()]);
    }
    let (Some(kernel), Some(stride), Some(padding), Some(dilation), Some(ceil)) =
        (window.kernel, window.stride, padding(window), window.dilation, window.ceil)
    else {
        return (shape, Vec::new());
    };
    let mut problems = Vec::new();
    for axis in Axis::BOTH {
        let at = axis.index();
        let (size, result) = match axis {
            Axis::Height => (input.height, &mut shape.height),
            Axis::Width => (input.width, &mut shape.width),
        };
        let Some(size) = size else { continue };
        let extent = extent(kernel[at], dilation[at]);
        match windows(size, extent, stride[at], padding[at], ceil) {
            Some(windows) => *result = Some(windows),
            None if problems.is_empty() => {
                problems.push(WindowTooLarge { axis, extent, padded: size + 2 * padding[at] }.into());
            }
            None => {}
        }
    }
    (shape, problems)
}

/// The output of a pool. Padding of more than half the kernel is a problem, as in PyTorch, because windows could then have no pixel.
pub fn pool(input: Partial, window: &WrittenWindow) -> Inferred {
    if let (Some(kernel), Some(Padding::Sizes(padding))) = (window.kernel, window.padding) {
        for axis in Axis::BOTH {
            let most = kernel[axis.index()] / 2;
            if padding[axis.index()] > most {
                let shape = Partial { height: None, width: None, flat: Some(false), ..input };
                return (shape, vec![PoolPadding { axis, most }.into()]);
            }
        }
    }
    slide(input, window)
}

/// Every `stride`-th pixel, from the first on, as a 1x1 convolution reads them.
pub fn subsample(input: Partial, stride: Option<[usize; 2]>) -> Partial {
    let every = |size: Option<usize>, axis: Axis| Some(size?.div_ceil(stride?[axis.index()]));
    Partial {
        height: every(input.height, Axis::Height),
        width: every(input.width, Axis::Width),
        flat: Some(false),
        ..input
    }
}

impl Misfit for EvenSame {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        explain_even_same(checked, node)
    }
}

impl Misfit for WindowTooLarge {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        window_too_large(checked, node, self.axis, self.extent, self.padded)
    }
}

impl Misfit for PoolPadding {
    fn explain(&self, _: &Checked, node: &WrittenNode) -> Error {
        pool_padding(node, self.axis, self.most)
    }
}

fn pair(sides: [usize; 2]) -> String {
    format!("{}x{}", sides[0], sides[1])
}

fn explain_even_same(checked: &Checked, node: &WrittenNode) -> Error {
    let window = node.op.written().and_then(|layer| layer.window());
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
        return error.note("the number of input channels is inferred").help(format!("write `{step}`"));
    }
    if let Some(step) = swapped_stride(node) {
        return error.help(format!("write `{step}`"));
    }
    if let Some(step) = rounded_up(checked, node) {
        return error.note("sizes are rounded down unless `ceil = true`").help(format!("write `{step}`"));
    }
    if stride != [1, 1] {
        return error.help(node.step.mend("padding", &even_padding(kernel, stride)));
    }
    let odd = kernel.map(|side| side | 1);
    let text = if odd[0] == odd[1] && !pair_written(node) { odd[0].to_string() } else { pair(odd) };
    error.help(format!("{}, or `padding = valid`", node.step.mend("kernel", &text)))
}

/// The help for Keras's `max_pool(2, padding = same)` on a map of odd size: `ceil = true`.
fn rounded_up(checked: &Checked, node: &WrittenNode) -> Option<String> {
    let window = node.op.written()?.window().filter(|_| node.word != "conv")?;
    let (kernel, stride, shape) = (window.kernel?, window.stride?, checked.shapes[node.inputs[0]]);
    let leaves_some = shape.height? % stride[0] != 0 || shape.width? % stride[1] != 0;
    let padding = node.step.origin("padding");
    let is_inside = node.step.loc.first <= padding.first && padding.last <= node.step.loc.last;
    (kernel == stride && leaves_some && is_inside && node.step.arg("ceil").is_none())
        .then(|| node.step.with("padding", "valid, ceil = true"))
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
fn swapped_stride(node: &WrittenNode) -> Option<String> {
    let [filters, kernel, stride, rest @ ..] = &node.step.args[..] else { return None };
    let plain = !filters.named && !kernel.named && !stride.named && rest.iter().all(|given| given.named);
    let rest = rest.iter().map(|given| format!(", {} = {}", given.name, given.text));
    (node.word == "conv" && plain && stride.text.contains('x') && !kernel.text.contains('x'))
        .then(|| format!("conv({}, {}, {}{})", filters.text, stride.text, kernel.text, rest.collect::<String>()))
}

/// `conv(3, 64, 3x3)`, where PyTorch's `Conv2d(3, 64, 3)` was in mind: the channels that come in, filters, kernel.
fn without_channels(checked: &Checked, node: &WrittenNode) -> Option<String> {
    let channels = checked.shapes[node.inputs[0]].channels?.to_string();
    let [first, filters, kernel, rest @ ..] = &node.step.args[..] else { return None };
    let positional = !first.named && !filters.named && !kernel.named;
    let rest = rest.iter().map(|given| format!(", {} = {}", given.name, given.text));
    (positional && node.word == "conv" && first.text == channels && !filters.text.contains('x'))
        .then(|| format!("conv({}, {}{})", filters.text, kernel.text, rest.collect::<String>()))
}

fn window_too_large(checked: &Checked, node: &WrittenNode, axis: Axis, extent: usize, padded: usize) -> Error {
    let input = node.inputs[0];
    let shape = checked.shapes[input];
    let fact = format!("a window of {} {extent} does not fit into {shape}", axis.name());
    let mut error = Error::new(node.step.origin("kernel"), fact);
    let Some(spec) = node.op.written().and_then(|layer| layer.window()) else { return error };
    let padding = self::padding(spec).unwrap_or_default();
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
    if shape.is_gate() && node.word != "conv" {
        let without = call_of_many(checked, node).unwrap_or(format!("remove `{}`", node.step.removal));
        return error.help(format!("{without}, or keep the map larger before it"));
    }
    if let Some(dilation) = smaller_dilation(spec, [shape.height, shape.width], padding) {
        let mut error = error.help(node.step.mend("dilation", &dilation.to_string()));
        error.at = node.step.origin("dilation");
        return error;
    }
    match without_channels(checked, node) {
        Some(step) => error.note("the number of input channels is inferred").help(format!("write `{step}`")),
        None => error.help(node.step.mend("kernel", &text)),
    }
}

/// The help for a dilated kernel that would fit without dilation: the largest dilation with which it fits.
fn smaller_dilation(window: &WrittenWindow, sizes: [Option<usize>; 2], padding: [usize; 2]) -> Option<usize> {
    let (kernel, dilation) = (window.kernel?, window.dilation?);
    let most = |at: usize| Some((sizes[at]? + 2 * padding[at] - 1) / (kernel[at] - 1).max(1));
    let most = most(0)?.min(most(1)?);
    (dilation[0] == dilation[1] && (1..dilation[0]).contains(&most)).then_some(most)
}

/// The call or repeat that led to this step, if other calls of the block have no error: it is one too many.
fn call_of_many(checked: &Checked, node: &WrittenNode) -> Option<String> {
    let is_twin = |other: &&WrittenNode| other.step.word.first == node.step.word.first && other.frame != node.frame;
    let fits = |other: &WrittenNode| checked.shapes[other.inputs[0]].known().is_some_and(|shape| shape.height > 1);
    let other_fits = checked.graph.nodes.iter().filter(is_twin).any(fits);
    checked.graph.frames[node.frame].without.clone().filter(|_| other_fits)
}

/// The image's shape as Keras writes it: `28x28x1`.
fn channels_last(checked: &Checked, input: NodeId) -> Option<String> {
    let origin = checked.origin(input, [false, true, true]);
    let image = checked.shapes[origin].known().filter(|_| checked.graph.nodes[origin].op.is_input())?;
    let (height, width, channels) = (image.channels, image.height, image.width);
    (matches!(channels, 1 | 3) && height > channels && width > channels)
        .then(|| format!("write `{channels}x{height}x{width}` instead of `{height}x{width}x{channels}`"))
}

fn pair_written(node: &WrittenNode) -> bool {
    node.step.arg("kernel").is_some_and(|given| given.text.contains('x'))
}

fn pool_padding(node: &WrittenNode, axis: Axis, most: usize) -> Error {
    let fact = format!("a pool's padding is at most half its kernel: {most} in {}", axis.name());
    Error::new(node.step.origin("padding"), fact)
        .note("a window could lie in the padding alone")
        .help(node.step.mend("padding", &most.to_string()))
}
