//! Helps that change the step which gave a map the wrong size.

use super::fit::stride_text;
use crate::graph::partial::Partial;
use crate::graph::{Checked, NodeId, Padding, SPACE, Written, WrittenNode, WrittenWindow};
use crate::layers::window;

/// `` `conv(16, 5x5, padding = same)` instead of `conv(16, 5x5, padding = valid)` ``, if the step that made the size of `from`
/// is in the body of `join` and would then make the size of `to`. `strides` says whether its stride may be removed, too.
pub fn kept(checked: &Checked, join: NodeId, from: NodeId, to: NodeId, strides: bool) -> Option<String> {
    let (node, written) = maker(checked, join, from)?;
    let (input, wanted) = (checked.shapes[*node.inputs.first()?], checked.shapes[to]);
    let same = WrittenWindow { padding: Some(Padding::Same), ..*written };
    let old = &node.step.text;
    if written.padding != same.padding && makes(input, &same, wanted) {
        return Some(format!("`{}` instead of `{old}`", node.step.with("padding", "same")));
    }
    let whole = WrittenWindow { stride: Some([1; 2]), ..same };
    (strides && written.padding == whole.padding && makes(input, &whole, wanted))
        .then(|| format!("`{}` instead of `{old}`", node.step.with("stride", "1")))
}

/// `` `avg_pool(2, ceil = true)` instead of `avg_pool(2)` ``, if the pool that made the size of `from` is in the body of `join`
/// and would make the size of `to` with `ceil = true`.
pub fn rounded_up(checked: &Checked, join: NodeId, from: NodeId, to: NodeId) -> Option<String> {
    let (node, written) = maker(checked, join, from)?;
    let (input, wanted) = (checked.shapes[*node.inputs.first()?], checked.shapes[to]);
    let up = WrittenWindow { ceil: Some(true), ..*written };
    (node.word != "conv" && written.ceil == Some(false) && makes(input, &up, wanted))
        .then(|| format!("`{}` instead of `{}`", node.step.with("ceil", "true"), node.step.text))
}

/// `` `upsample(4)` instead of `upsample(2)` ``, if the step that made the size of `from` makes maps larger, is in the body of `join`
/// and would then make the size of `to`.
pub fn enlarged(checked: &Checked, join: NodeId, from: NodeId, to: NodeId) -> Option<String> {
    let (node, wanted) = (&checked.graph.nodes[checked.origin(from, SPACE)], checked.shapes[to]);
    let is_here = node.frame == checked.graph.nodes[join].frame && is_only(checked, node);
    let input = checked.shapes[*node.inputs.first().filter(|_| is_here)?];
    let (argument, [rows, columns]) = node.op.written()?.enlarging(input, wanted.height?, wanted.width?)?;
    let value = if rows == columns { rows.to_string() } else { format!("{rows}x{columns}") };
    let adds_nothing = argument == "output_padding" && [rows, columns] == [0; 2];
    (!adds_nothing).then(|| format!("`{}` instead of `{}`", node.step.with(argument, &value), node.step.text))
}

/// The step that made the size of a value, and its window, if the step is in the body of `join` and no other step has the same text.
fn maker<'c>(checked: &Checked<'c>, join: NodeId, value: NodeId) -> Option<(&'c WrittenNode, &'c WrittenWindow)> {
    let graph = checked.graph;
    let node = &graph.nodes[checked.origin(value, SPACE)];
    let is_here = node.frame == graph.nodes[join].frame && is_only(checked, node);
    Some((node, node.op.written()?.window().filter(|_| is_here)?))
}

/// `` `conv(16, 1x1, stride)` instead of `conv(16, 1x1)` ``, if the projection `from` only lacks its stride.
pub fn strided(checked: &Checked, join: NodeId, from: NodeId, to: NodeId) -> Option<String> {
    let projection = checked.channels_of(from);
    let node = &checked.graph.nodes[projection];
    let (input, wanted) = (checked.shapes[*node.inputs.first()?], checked.shapes[to]);
    let is_projection = node.op.written().is_some_and(Written::is_projection);
    let in_body = node.frame == checked.graph.nodes[join].frame && is_only(checked, node);
    if !is_projection
        || !in_body
        || checked.origin(from, SPACE) >= projection
        || is_used_elsewhere(checked, projection, from)
    {
        return None;
    }
    let stride = [input.height?.div_ceil(wanted.height?), input.width?.div_ceil(wanted.width?)];
    let made = window::subsample(input, Some(stride));
    let fits = stride != [1; 2] && (made.height, made.width) == (wanted.height, wanted.width);
    let text = stride_text(checked, join, to, stride);
    let value = text.strip_prefix("stride = ").unwrap_or(&text);
    fits.then(|| format!("`{}` instead of `{}`", node.step.with("stride", value), node.step.text))
}

/// Whether values from `first` to `last` are also read by other steps.
fn is_used_elsewhere(checked: &Checked, first: NodeId, last: NodeId) -> bool {
    let readers = |node: NodeId| checked.graph.nodes.iter().filter(|reader| reader.inputs.contains(&node)).count();
    let mut at = last;
    while at != first && readers(at) == 1 {
        at = checked.graph.nodes[at].inputs[0];
    }
    readers(at) != 1
}

fn makes(input: Partial, window: &WrittenWindow, wanted: Partial) -> bool {
    let (made, problems) = window::slide(input, window);
    problems.is_empty() && made.height.is_some() && (made.height, made.width) == (wanted.height, wanted.width)
}

/// Whether no other step has the same text, so that a help can name the step by its text.
fn is_only(checked: &Checked, node: &WrittenNode) -> bool {
    let other = |other: &WrittenNode| other.step.text == node.step.text && other.step.loc.first != node.step.loc.first;
    !checked.graph.nodes.iter().any(other)
}
