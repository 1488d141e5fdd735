//! Helps for joins: the steps that make one value fit another, written with the names of the body where possible.

use crate::graph::partial::Partial;
use crate::graph::{Checked, NodeId, Written, WrittenNode};

/// Larger strides are not suggested, because such a convolution skips most of a map.
const LARGEST_STRIDE: usize = 4;
/// A parameter with a smaller value is not taken for a number of channels; it is more likely a stride or a number of repeats.
const LEAST_CHANNELS: u64 = 8;

/// The steps that change `from` to the shape of `to`, as they would be written in the body of `join`, such as
/// `conv(filters, 1x1, stride) -> batch_norm`. `None` if the map would have to become larger.
pub fn shrinking(checked: &Checked, join: NodeId, from: NodeId, to: NodeId, keeps_channels: bool) -> Option<String> {
    let (shape, wanted) = (checked.shapes[from], checked.shapes[to]);
    if wanted.flat == Some(true) {
        let length = if keeps_channels { shape.numel().filter(|_| shape.flat == Some(true)) } else { None };
        let length = length.map(|length| length.to_string()).or_else(|| written_filters(checked, join, to));
        let linear = format!("linear({})", length?);
        let is_flat = shape.flat == Some(true);
        return Some(if is_flat { linear } else { format!("global_avg_pool -> flatten -> {linear}") });
    }
    if wanted.is_gate()
        && let Shrink::Stride([rows, columns]) = strides(shape, wanted)?
        && rows.max(columns) > LARGEST_STRIDE
    {
        let pooled = "global_avg_pool".to_string();
        let fits = keeps_channels || shape.channels == wanted.channels;
        return if fits {
            Some(pooled)
        } else {
            Some(format!("{pooled} -> conv({}, 1x1)", written_filters(checked, join, to)?))
        };
    }
    let window = match strides(shape, wanted)? {
        Shrink::Stride([1, 1]) => format!("1x1{}", parameter_stride(checked, join, to)),
        Shrink::Stride(strides) => format!("1x1, {}", stride_text(checked, join, to, strides)),
        Shrink::Kernel([height, width], [1, 1]) => format!("{height}x{width}, padding = valid"),
        Shrink::Kernel([height, width], [rows, columns]) if rows == columns => {
            format!("{height}x{width}, stride = {rows}, padding = valid")
        }
        Shrink::Kernel([height, width], [rows, columns]) => {
            format!("{height}x{width}, stride = {rows}x{columns}, padding = valid")
        }
    };
    convolution(checked, join, from, to, keeps_channels, &window)
}

/// Like [`shrinking`], if one axis has to shrink and the other to grow: a `pad`, and a convolution that cuts off the surplus.
pub fn padded(checked: &Checked, join: NodeId, from: NodeId, to: NodeId, keeps_channels: bool) -> Option<String> {
    let (shape, wanted) = (checked.shapes[from], checked.shapes[to]);
    let side = |size: Option<usize>, wanted: Option<usize>| {
        let (size, wanted) = (size?, wanted?);
        let padding = wanted.saturating_sub(size).div_ceil(2);
        Some((size + 2 * padding - wanted + 1, padding))
    };
    let (rows, columns) = (side(shape.height, wanted.height)?, side(shape.width, wanted.width)?);
    let window = format!("{}x{}, padding = {}x{}", rows.0, columns.0, rows.1, columns.1);
    convolution(checked, join, from, to, keeps_channels, &window)
}

fn convolution(
    checked: &Checked,
    join: NodeId,
    from: NodeId,
    to: NodeId,
    keeps_channels: bool,
    window: &str,
) -> Option<String> {
    let (shape, wanted) = (checked.shapes[from], checked.shapes[to]);
    if shape.flat == Some(true) || wanted.flat == Some(true) {
        return None;
    }
    let filters = match keeps_channels {
        true => shape.channels?.to_string(),
        false => written_filters(checked, join, to)?,
    };
    let is_norm = |node: &WrittenNode| node.op.written().is_some_and(Written::is_batch_norm);
    let norm = if checked.graph.nodes.iter().any(is_norm) { " -> batch_norm" } else { "" };
    Some(format!("conv({filters}, {window}){norm}"))
}

/// The steps that make `from` a factor for `to`: with the same shape or with one scale per channel, and with an activation that
/// bounds it, as for a gate.
pub fn gate(checked: &Checked, join: NodeId, from: NodeId, to: NodeId) -> Option<String> {
    let (shape, wanted) = (checked.shapes[from], checked.shapes[to]);
    let fitting = if shape.is_gate() { None } else { shrinking(checked, join, from, to, false) };
    let fitting = match fitting {
        Some(stages) => stages,
        None => {
            let channels = written_filters(checked, join, to)?;
            let linear = shape.flat == Some(true);
            let layer = if linear { format!("linear({channels})") } else { format!("conv({channels}, 1x1)") };
            match (shape.is_gate(), shape.channels == wanted.channels) {
                (true, _) => layer,
                (false, true) => "global_avg_pool".to_string(),
                (false, false) => format!("global_avg_pool -> {layer}"),
            }
        }
    };
    let node = &checked.graph.nodes[from];
    let bounded = node.op.written().is_some_and(Written::is_bounded) && fitting.contains('(');
    Some(if bounded { format!("{fitting} -> {}", node.word) } else { fitting })
}

enum Shrink {
    /// By a 1x1 convolution with these strides.
    Stride([usize; 2]),
    /// By a convolution with this kernel, these strides, and no padding.
    Kernel([usize; 2], [usize; 2]),
}

/// The convolution that makes a map as small as another.
fn strides(shape: Partial, wanted: Partial) -> Option<Shrink> {
    let sides = [(shape.height, wanted.height), (shape.width, wanted.width)];
    let mut strides = [1; 2];
    let (mut kernel, mut steps) = ([1; 2], [1; 2]);
    let mut strided = true;
    for (at, side) in sides.into_iter().enumerate() {
        let (Some(size), Some(wanted)) = side else { continue };
        if size < wanted {
            return None;
        }
        strides[at] = size.div_ceil(wanted);
        strided &= size.div_ceil(strides[at]) == wanted;
        // The smallest kernel with which the last window still starts within the map.
        steps[at] = (size / wanted).max(1);
        kernel[at] = (size - (wanted - 1) * steps[at]).saturating_sub(steps[at] - 1).max(1);
    }
    Some(if strided { Shrink::Stride(strides) } else { Shrink::Kernel(kernel, steps) })
}

/// The number of channels of `to`, as it would be written in the body of `join`: the `filters` argument of the step that made them, or the only
/// parameter with this value; otherwise in digits.
fn written_filters(checked: &Checked, join: NodeId, to: NodeId) -> Option<String> {
    let frame = checked.graph.nodes[join].frame;
    let origin = checked.channels_of(to);
    let step = checked.argument(origin, "filters", frame).or_else(|| checked.argument(origin, "outputs", frame));
    let channels = checked.shapes[to].channels;
    let is_this = |number: u64| number >= LEAST_CHANNELS && channels.is_some_and(|channels| channels as u64 == number);
    let mut params = checked.graph.frames[frame].numbers.iter().filter(|(_, number)| is_this(*number));
    let param = params.next().filter(|_| params.next().is_none()).map(|(name, _)| name.as_str());
    step.or(param).map(str::to_string).or(channels.map(|channels| channels.to_string()))
}

/// `, stride` if the stride of the main path is a parameter. It may be 1 in this call and larger in another one.
fn parameter_stride(checked: &Checked, join: NodeId, to: NodeId) -> String {
    let frame = checked.graph.nodes[join].frame;
    let mut names = Vec::new();
    let mut at = to;
    while checked.graph.nodes[at].frame == frame
        && let Some(&before) = checked.graph.nodes[at].inputs.first()
    {
        names.extend(checked.argument(at, "stride", frame).filter(|text| text.starts_with(char::is_alphabetic)));
        at = before;
    }
    match names[..] {
        ["stride"] => ", stride".to_string(),
        [name] => format!(", stride = {name}"),
        _ => String::new(),
    }
}

/// The stride as it is written in the body, if a single step of the main path has all of it.
pub fn stride_text(checked: &Checked, join: NodeId, to: NodeId, strides: [usize; 2]) -> String {
    let frame = checked.graph.nodes[join].frame;
    let origin = checked.origin(to, [false, true, true]);
    let stride = checked.graph.nodes[origin].op.written().and_then(Written::stride);
    if stride == Some(strides)
        && let Some(text) = checked.argument(origin, "stride", frame)
    {
        return if text == "stride" { text.to_string() } else { format!("stride = {text}") };
    }
    match strides {
        [height, width] if height == width => format!("stride = {height}"),
        [height, width] => format!("stride = {height}x{width}"),
    }
}
