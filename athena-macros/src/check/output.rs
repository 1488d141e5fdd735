//! Checks the network's last value: it must be a vector with the declared number of classes.

use crate::ast::{Step, Struct};
use crate::errors::Error;
use crate::graph::{ALL, Checked, NodeId, Written};
use crate::loc::Loc;

/// The error for the last value, if there is one.
pub fn check(checked: &Checked, network: &Struct) -> Option<Error> {
    let classes = network.classes?;
    let output = checked.graph.output;
    let ends_with_softmax = checked.graph.nodes[output].op.written().is_some_and(Written::is_softmax);
    let value = if ends_with_softmax { checked.graph.nodes[output].inputs[0] } else { output };
    let shape = checked.shapes[value];
    match (shape.flat?, shape.channels) {
        (true, Some(length)) if length != classes => Some(wrong_length(checked, network, value, length, classes)),
        (true, _) => None,
        (false, _) => Some(ends_in_map(checked, network, value, classes)),
    }
}

/// The last step of the struct's own body.
fn last_step(network: &Struct) -> Loc {
    let chain = &network.body.chain;
    match chain.stages.last() {
        Some(stage) => match &stage.step {
            Step::Call(call) => call.loc,
            Step::Join(..) | Step::List(_) | Step::Own(_) | Step::Broken => stage.loc,
        },
        None => chain.head.loc,
    }
}

fn promise(network: &Struct, classes: usize) -> String {
    let plural = if classes == 1 { "class" } else { "classes" };
    format!("`{}` promises {classes} {plural}", network.name.text)
}

/// Whether the network's last step is `softmax`. Missing steps belong before it.
fn ends_with_word(network: &Struct) -> bool {
    let last = network.body.chain.stages.last().map(|stage| (&stage.step, &stage.label));
    matches!(last, Some((Step::Call(call), None)) if call.word.text == "softmax")
}

fn missing_steps(network: &Struct, steps: &str) -> String {
    match ends_with_word(network) {
        true => format!("put `{steps} ->` before it"),
        false => format!("put `-> {steps}` behind it"),
    }
}

fn ends_in_map(checked: &Checked, network: &Struct, value: NodeId, classes: usize) -> Error {
    let at = last_step(network);
    let shape = checked.shapes[value];
    let sizes = [shape.channels, shape.height, shape.width];
    let values = sizes.iter().try_fold(1_usize, |values, size| values.checked_mul((*size)?));
    let steps = match shape.height.zip(shape.width) {
        _ if values == Some(classes) => "flatten".to_string(),
        Some((1, 1)) => format!("flatten -> linear({classes})"),
        _ => format!("global_avg_pool -> flatten -> linear({classes})"),
    };
    let fact = format!("{} but ends in a map", promise(network, classes));
    let error = match shape.known() {
        Some(_) => Error::new(at, format!("{fact} of {shape}")).note(checked.became(value, ALL)),
        None => Error::new(at, fact),
    };
    error.help(missing_steps(network, &steps))
}

fn wrong_length(checked: &Checked, network: &Struct, value: NodeId, length: usize, classes: usize) -> Error {
    let origin = checked.origin(value, ALL);
    let node = &checked.graph.nodes[origin];
    let fact = format!("{} but ends in a vector of {length}", promise(network, classes));
    if let Some(outputs) = node.step.arg("outputs") {
        let error = Error::new(outputs.origin, fact);
        let inside = node.step.loc.first <= outputs.origin.first && outputs.origin.last <= node.step.loc.last;
        let error = if inside { error } else { error.note(format!("it became a vector at {}", checked.step(origin))) };
        return error.help(format!("write `{classes}`, or promise `-> {length}`"));
    }
    let at = last_step(network);
    let error = Error::new(at, fact).note(checked.became(value, ALL));
    error.help(missing_steps(network, &format!("linear({classes})")))
}
