//! Problems that several layers have: reasons why a layer does not fit its input.

use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{ALL, CHANNELS, Checked, Inferred, Misfit, WrittenNode, WrittenStep};

/// The largest number of elements of a value, or of the weights of a layer. With it, no size and no offset overflows its type.
pub const MOST_NUMEL: u128 = 1 << 31;

/// The layer needs a map.
#[derive(Debug)]
pub struct NeedsMap;

/// The layer needs a vector.
#[derive(Debug)]
pub struct NeedsVector;

/// The value or its weights have too many elements.
#[derive(Debug)]
pub struct TooLarge {
    pub what: &'static str,
    pub numel: u128,
}

/// The shape rule of a layer for maps: a problem if the input is known to be a vector, and otherwise the result of `shape`.
pub fn of_map(inputs: &[Partial], shape: impl FnOnce(Partial) -> Inferred) -> Inferred {
    let input = single(inputs);
    match input.flat {
        Some(true) => (Partial::UNKNOWN, vec![NeedsMap.into()]),
        Some(false) | None => shape(input),
    }
}

/// The one input of a layer.
pub fn single(inputs: &[Partial]) -> Partial {
    inputs.first().copied().unwrap_or(Partial::UNKNOWN)
}

/// A shape without a problem.
pub fn fine(shape: Partial) -> Inferred {
    (shape, Vec::new())
}

impl Misfit for NeedsMap {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
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
}

impl Misfit for NeedsVector {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let input = node.inputs[0];
        Error::new(node.step.word, format!("`{}` needs a vector, found {}", node.word, checked.shapes[input]))
            .note(checked.became(input, ALL))
            .help(flattened(&node.step))
    }
}

/// The help that puts `flatten` before a step, and before its label if it has one.
fn flattened(step: &WrittenStep) -> String {
    match step.removal.strip_prefix("-> ") {
        Some(whole) if whole != step.text => format!("write `flatten -> {whole}` instead of `{whole}`"),
        Some(_) => "put `flatten ->` before it".to_string(),
        None => "put `flatten,` before it".to_string(),
    }
}

impl Misfit for TooLarge {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let TooLarge { what, numel } = self;
        let at = if *what == "weights" { node.step.origin("outputs") } else { node.step.word };
        let error = Error::new(at, format!("`{}` makes {numel} {what}, more than {MOST_NUMEL}", node.word));
        let Some(&input) = node.inputs.first() else { return error.help("use a smaller image") };
        let error = error.note(checked.became(input, ALL));
        let fits = |count: Option<usize>| count.map(|count| (count as u128 * MOST_NUMEL / numel).max(1).to_string());
        let help = node.op.written().and_then(|layer| layer.shrunk(checked, node, &fits));
        error.help(help.unwrap_or_else(|| format!("remove `{}`, or shrink the map before it", node.step.removal)))
    }
}

/// The help for a layer whose output is too large: fewer filters.
pub fn fewer_filters(node: &WrittenNode, fewer: Option<String>) -> String {
    let fewer = fewer.unwrap_or_else(|| "16".to_string());
    format!("write `{}`, or shrink the map before it", node.step.with("filters", &fewer))
}

/// The groups do not divide the input channels, or the filters.
#[derive(Debug)]
pub struct Indivisible {
    groups: usize,
    channels: Option<usize>,
    filters: Option<usize>,
}

impl Indivisible {
    /// The problem if the groups do not divide the channels or the filters, as far as these are known.
    pub fn of(groups: Option<usize>, channels: Option<usize>, filters: Option<usize>) -> Option<Indivisible> {
        let groups = groups.filter(|groups| *groups > 0)?;
        let leaves_rest = |count: Option<usize>| count.is_some_and(|count| count % groups != 0);
        (leaves_rest(channels) || leaves_rest(filters)).then_some(Indivisible { groups, channels, filters })
    }
}

impl Misfit for Indivisible {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let Indivisible { groups, channels, filters } = *self;
        let divides =
            |count: usize| channels.is_none_or(|all| all % count == 0) && filters.is_none_or(|all| all % count == 0);
        let error =
            |what: String| Error::new(node.step.origin("groups"), format!("{groups} groups do not divide {what}"));
        let error = match channels.filter(|channels| channels % groups != 0) {
            Some(channels) => {
                error(format!("the {channels} input channels")).note(checked.became(node.inputs[0], CHANNELS))
            }
            None => error(format!("the {} filters", filters.unwrap_or_default())),
        };
        let best = (1..=groups).rev().find(|count| divides(*count)).unwrap_or(1);
        error.help(node.step.mend("groups", &best.to_string()))
    }
}
