//! Errors for operands of `+`, `*` and `||` that do not fit each other.

use super::fit;
use super::resize;
use crate::ast::Join;
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{ALL, Checked, NodeId, Sizes, Written, difference};
use crate::loc::Loc;

/// One side of a join.
struct Side {
    node: NodeId,
    /// The operand as written; `None` if it is the value of the chain before a step such as `+ a`.
    text: Option<String>,
    loc: Loc,
}

/// The error for operand `index` of a join, which does not fit operand `reference`.
pub fn misfit(checked: &Checked, join: NodeId, index: usize, reference: usize) -> Error {
    let (culprit, other) = (side(checked, join, index), side(checked, join, reference));
    let (shape, wanted) = (checked.shapes[culprit.node], checked.shapes[other.node]);
    let kind = kind(checked, join);
    let (this, that) = (named(checked, &culprit), named(checked, &other));
    let fact = match kind {
        Join::Add => format!("cannot add {this} to {that}: {shape} and {wanted} differ"),
        Join::Multiply => format!("cannot multiply {that} by {this}: {wanted} and {shape} differ"),
        Join::Concat => format!("cannot join {this} to {that}: {shape} and {wanted} differ"),
    };
    let mut sizes = difference(shape, wanted);
    match kind {
        // One is a vector and the other a map, so all sizes differ.
        Join::Add | Join::Multiply | Join::Concat if shape.flat != wanted.flat => sizes = ALL,
        Join::Concat => sizes[0] = false,
        // A factor with one scale per channel fits any height and width.
        Join::Multiply if shape.is_gate() => sizes = [true, false, false],
        Join::Add | Join::Multiply => {}
    }
    let mut error = Error::new(culprit.loc, fact);
    if kind == Join::Multiply && !wanted.is_gate() {
        let channels = Partial { height: Some(1), width: Some(1), ..wanted };
        error = error.note(format!("{wanted} can be multiplied by {wanted}, or by {channels}: one scale per channel"));
    }
    for side in [&other, &culprit] {
        error.notes.extend(origin_note(checked, side, sizes));
    }
    error.help = Some(help(checked, join, &culprit, &other));
    error
}

/// The kind of join that a node is.
fn kind(checked: &Checked, join: NodeId) -> Join {
    checked.graph.nodes[join].op.written().and_then(Written::join).unwrap_or(Join::Add)
}

fn side(checked: &Checked, join: NodeId, index: usize) -> Side {
    let node = &checked.graph.nodes[join];
    let written = if node.step.continues { index.checked_sub(1) } else { Some(index) };
    let operand = written.and_then(|index| node.step.operands.get(index));
    Side {
        node: node.inputs[index],
        text: operand.map(|(_, text)| text.clone()),
        loc: operand.map_or(node.step.word, |(loc, _)| *loc),
    }
}

fn named(checked: &Checked, side: &Side) -> String {
    match (&side.text, checked.shapes[side.node].flat) {
        (Some(text), _) => format!("`{text}`"),
        (None, Some(true)) => "this vector".to_string(),
        (None, _) => "this map".to_string(),
    }
}

fn origin_note(checked: &Checked, side: &Side, sizes: Sizes) -> Option<String> {
    let shape = checked.shapes[side.node];
    let latest = checked.origin(side.node, ALL);
    let image = checked.step(latest);
    let is_image = checked.graph.nodes[latest].op.is_input();
    Some(match (&side.text, is_image) {
        (None, true) => format!("the main path is {shape}, as {image}"),
        (None, false) => format!("the main path became {shape}{}", checked.history(side.node, sizes, "at")),
        (Some(text), true) if image.ends_with(&format!("`{text}`")) => format!("`{text}` is an input: {shape}"),
        (Some(text), true) if text == "input" => format!("`input` is {image}: {shape}"),
        (Some(text), true) => format!("`{text}` is {shape}, as {image}"),
        (Some(text), false) => format!("`{text}` is {shape}{}", checked.history(side.node, sizes, "since")),
    })
}

fn help(checked: &Checked, join: NodeId, culprit: &Side, other: &Side) -> String {
    let kind = kind(checked, join);
    let (verb, keeps_channels) = match kind {
        Join::Add => ("add", false),
        Join::Multiply => ("multiply by", false),
        Join::Concat => ("join", true),
    };
    if kind == Join::Multiply {
        return match fit::gate(checked, join, culprit.node, other.node) {
            Some(stages) => projected(checked, join, culprit, &stages, verb),
            None => without_misfit(checked, join, other),
        };
    }
    if let Some(name) = idle_value(checked, join, other) {
        return format!("write `{name}`, which is {} and not used", checked.shapes[other.node]);
    }
    if let Some(product) = as_gate(checked, join, culprit, other) {
        return product;
    }
    let several = checked.graph.nodes[join].inputs.len() > 2;
    if (keeps_channels || checked.shapes[culprit.node].channels == checked.shapes[other.node].channels)
        && let Some(edit) = with_other_argument(checked, join, culprit, other, several)
    {
        return edit;
    }
    let shrinking = |from: &Side, to: &Side| fit::shrinking(checked, join, from.node, to.node, keeps_channels);
    if other.text.is_none()
        && only_main_path_varies(checked, join, culprit.node, other.node)
        && let Some(stages) = shrinking(other, culprit)
    {
        return main_path(checked, join, &stages);
    }
    if let Some(stages) = shrinking(culprit, other) {
        return projected(checked, join, culprit, &stages, verb);
    }
    if several && let Some(edit) = all_projected(checked, join, culprit.node, keeps_channels) {
        return format!("project the others: write {edit}");
    }
    if let Some(stages) = shrinking(other, culprit) {
        return match &other.text {
            Some(text) => format!("project the other: `{}` instead of `{text}`", extended(text, &stages)),
            None => main_path(checked, join, &stages),
        };
    }
    match fit::padded(checked, join, culprit.node, other.node, keeps_channels) {
        Some(stages) => projected(checked, join, culprit, &stages, verb),
        None => without_misfit(checked, join, other),
    }
}

/// The help that gives a step another argument, with which the operands have one size. If there are several operands, the others agree.
fn with_other_argument(checked: &Checked, join: NodeId, culprit: &Side, other: &Side, several: bool) -> Option<String> {
    // A step on the smaller side may lack its padding.
    let kept = |from: &Side, to: &Side| resize::kept(checked, join, from.node, to.node, several);
    if let Some(edit) = kept(culprit, other).or_else(|| kept(other, culprit).filter(|_| !several)) {
        return Some(format!("keep the size: write {edit}"));
    }
    let rounded_up = |from: &Side, to: &Side| resize::rounded_up(checked, join, from.node, to.node);
    if let Some(edit) = rounded_up(culprit, other).or_else(|| rounded_up(other, culprit).filter(|_| !several)) {
        return Some(format!("round the size up: write {edit}"));
    }
    let enlarged = |from: &Side, to: &Side| resize::enlarged(checked, join, from.node, to.node);
    if let Some(edit) = enlarged(other, culprit).or_else(|| enlarged(culprit, other)).filter(|_| !several) {
        return Some(format!("make it as large: write {edit}"));
    }
    if let Some(edit) = resize::strided(checked, join, culprit.node, other.node) {
        return Some(format!("give the projection its stride: write {edit}"));
    }
    None
}

/// What is left to do where no step makes the operands fit.
fn without_misfit(checked: &Checked, join: NodeId, other: &Side) -> String {
    let graph = checked.graph;
    let has_input = graph.nodes[join].frame != 0 || graph.nodes[0].step.text == "input";
    match (&other.text, graph.nodes[join].step.removal.as_str()) {
        _ if has_input => "write `input`, or bring both to one shape".to_string(),
        (Some(text), _) => format!("write `{text}`, or bring both to one shape"),
        (None, removal) => format!("remove `{removal}`, or bring both to one shape"),
    }
}

/// An unused `let` of the body that would fit: probably a projection that was forgotten.
fn idle_value<'c>(checked: &Checked<'c>, join: NodeId, other: &Side) -> Option<&'c str> {
    let graph = checked.graph;
    let is_idle =
        |value: NodeId| !graph.outputs.contains(&value) && !graph.nodes.iter().any(|node| node.inputs.contains(&value));
    let fits = |value: NodeId| value < join && checked.shapes[value] == checked.shapes[other.node];
    let values = &graph.frames[graph.nodes[join].frame].lets;
    values.iter().find(|(_, value)| fits(*value) && is_idle(*value)).map(|(name, _)| name.as_str())
}

/// The help for `+ g`, if `g` has one number per channel: `* g` was probably meant.
fn as_gate(checked: &Checked, join: NodeId, culprit: &Side, other: &Side) -> Option<String> {
    let (shape, wanted) = (checked.shapes[culprit.node], checked.shapes[other.node]);
    let node = &checked.graph.nodes[join];
    let text = culprit.text.as_ref()?;
    let is_meant =
        kind(checked, join) == Join::Add && shape.is_gate() && !wanted.is_gate() && shape.channels == wanted.channels;
    let before = node.step.text.strip_suffix(text.as_str()).and_then(|before| before.strip_suffix("+ "))?;
    let is_pair = before.is_empty() || node.inputs.len() == 2;
    (is_meant && is_pair).then(|| format!("multiply by it: `{before}* {text}` instead of `{}`", node.step.text))
}

/// Whether, in other calls or repeats, this join has the same operand but a main path of another shape. Then no projection of the
/// operand fits all of them.
fn only_main_path_varies(checked: &Checked, join: NodeId, operand: NodeId, main: NodeId) -> bool {
    let node = &checked.graph.nodes[join];
    let place = |input: NodeId| node.inputs.iter().position(|other| *other == input);
    let (Some(operand_at), Some(main_at)) = (place(operand), place(main)) else { return false };
    let same = checked.graph.nodes.iter().filter(|other| other.step.word.first == node.step.word.first);
    let mut varies = false;
    for other in same.filter(|other| other.inputs.len() == node.inputs.len()) {
        if checked.shapes[other.inputs[operand_at]] != checked.shapes[operand] {
            return false;
        }
        varies |= checked.shapes[other.inputs[main_at]] != checked.shapes[main];
    }
    varies
}

/// A join of several operands, each with a projection to the shape of one of them.
fn all_projected(checked: &Checked, join: NodeId, to: NodeId, keeps_channels: bool) -> Option<String> {
    let node = &checked.graph.nodes[join];
    let mut steps = String::new();
    let mut operands = Vec::new();
    for (index, &input) in node.inputs.iter().enumerate() {
        let text = side(checked, join, index).text;
        let fits = difference(checked.shapes[input], checked.shapes[to]);
        let stages = match fits[1] || fits[2] || (fits[0] && !keeps_channels) {
            true => Some(fit::shrinking(checked, join, input, to, keeps_channels)?),
            false => None,
        };
        match (text, stages) {
            (None, stages) => steps = stages.map_or(String::new(), |stages| format!("{stages} -> ")),
            (Some(text), None) => operands.push(text),
            (Some(text), Some(stages)) => operands.push(extended(&text, &stages)),
        }
    }
    let sign = kind(checked, join).symbol();
    let joined = operands.join(&format!(" {sign} "));
    let whole = if node.step.continues { format!("{steps}{sign} {joined}") } else { joined };
    Some(format!("`{whole}` instead of `{}`", node.step.text))
}

/// The operand that does not fit, followed by the steps that make it fit.
fn projected(checked: &Checked, join: NodeId, culprit: &Side, stages: &str, verb: &str) -> String {
    match &culprit.text {
        Some(text) if text == "input" => {
            let name = free_name(checked, join);
            format!("project the shortcut: `let {name} = input -> {stages};` and {verb} `{name}`")
        }
        Some(text) => format!("project it: `{}`", extended(text, stages)),
        None => main_path(checked, join, stages),
    }
}

fn main_path(checked: &Checked, join: NodeId, stages: &str) -> String {
    let node = &checked.graph.nodes[join];
    let step = &node.step.text;
    match node.inputs.len() {
        2 => format!("project the main path: `{stages} -> {step}` instead of `{step}`"),
        _ => format!("project the main path: put `{stages} ->` before it"),
    }
}

/// Writes `(a -> conv(...))`, also if the operand already is a chain in parentheses.
fn extended(text: &str, stages: &str) -> String {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    format!("({inner} -> {stages})")
}

/// A name for the projection that is not used in the body.
fn free_name(checked: &Checked, join: NodeId) -> String {
    let taken = &checked.graph.frames[checked.graph.nodes[join].frame].taken;
    let free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number| format!("shortcut{number}"));
    ["shortcut", "projection"].into_iter().map(String::from).chain(numbered).find(free).unwrap_or_default()
}
