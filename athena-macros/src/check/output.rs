//! What a network promises: maps and vectors of the promised extents.

use crate::ast::{Let, Port, Step, Struct, extent, without};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{ALL, Checked, NodeId, Sizes, Written, difference};
use crate::ir::Shape;
use crate::loc::Loc;

/// What is wrong with the promised values.
pub fn check(checked: &Checked, network: &Struct) -> Vec<Error> {
    let outputs = network.outputs.iter().zip(&checked.graph.outputs).enumerate();
    let mut errors = Vec::new();
    for (at, (port, &output)) in outputs {
        // Of a name that is promised twice, and of one that comes in, more was said before.
        let is_told = port.name.as_ref().is_some_and(|name| {
            let has_name = |other: &Port| other.name.as_ref().is_some_and(|other| other.text == name.text);
            network.outputs[..at].iter().chain(&network.inputs).any(has_name)
        });
        let Some(promised) = port.extent.filter(|_| !is_told) else { continue };
        let error = match (&port.name, promised.flat) {
            (None, true) => classes(checked, network, output, promised.channels),
            (None, false) | (Some(_), _) => broken_promise(checked, network, port, output, promised),
        };
        let is_input = checked.graph.nodes[output].op.is_input();
        errors.extend(error.or_else(|| is_input.then(|| computes_nothing(network, at, promised))));
    }
    errors
}

/// The last value of a network that promises a number of classes.
fn classes(checked: &Checked, network: &Struct, output: NodeId, classes: usize) -> Option<Error> {
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
    let Some(chain) = &network.body.chain else { return network.name.loc };
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
    let last = network.body.chain.as_ref().and_then(|chain| chain.stages.last());
    let last = last.map(|stage| (&stage.step, &stage.label));
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
    let fact = format!("{} but ends in a map", promise(network, classes));
    let error = match shape.known() {
        Some(_) => Error::new(at, format!("{fact} of {shape}")).note(checked.became(value, ALL)),
        None => Error::new(at, fact),
    };
    error.help(missing_steps(network, &steps_to_vector(shape, classes)))
}

/// The steps that make a vector of `length` of a map.
fn steps_to_vector(shape: Partial, length: usize) -> String {
    let sizes = [shape.channels, shape.height, shape.width];
    let values = sizes.iter().try_fold(1_usize, |values, size| values.checked_mul((*size)?));
    match shape.height.zip(shape.width) {
        _ if values == Some(length) => "flatten".to_string(),
        Some((1, 1)) => format!("flatten -> linear({length})"),
        _ => format!("global_avg_pool -> flatten -> linear({length})"),
    }
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

/// A value of another extent than promised, on the extent in the signature.
fn broken_promise(checked: &Checked, network: &Struct, port: &Port, value: NodeId, promised: Shape) -> Option<Error> {
    let shape = checked.shapes[value];
    let made = shape.known().filter(|made| *made != promised)?;
    let promising = &network.name.text;
    let is = if made.flat { shape.to_string() } else { format!("a map of {shape}") };
    let promises = match promised.flat {
        true => format!("a vector of {}", promised.channels),
        false => format!("a map of {}", extent(promised)),
    };
    let fact = match &port.name {
        Some(name) => format!("`{promising}` promises {promises}, but `{}` is {is}", name.text),
        None => format!("`{promising}` promises {promises} but ends in {is}"),
    };
    let sizes = asked(shape, promised);
    let error = Error::new(port.loc, fact).note(checked.became(value, sizes));
    let other_way = match (promised.flat, made.flat) {
        (true, false) => format!("`-> {}`", steps_to_vector(shape, promised.channels)),
        (true, true) => format!("`-> linear({})`", promised.channels),
        (false, false) if sizes[0] && !sizes[1] && !sizes[2] => format!("`-> conv({}, 1x1)`", promised.channels),
        (false, _) => return Some(error.help(format!("write `{}`", extent(made)))),
    };
    Some(error.help(format!("write `{}`, or let {other_way} follow where it is made", extent(made))))
}

/// The sizes that a value has otherwise than promised.
fn asked(shape: Partial, promised: Shape) -> Sizes {
    match shape.flat == Some(promised.flat) {
        true => difference(shape, Partial::of(promised)),
        false => ALL,
    }
}

/// A promised value that is an input, as it came in.
fn computes_nothing(network: &Struct, at: usize, promised: Shape) -> Error {
    let port = &network.outputs[at];
    let promising = &network.name.text;
    let (fact, chain) = match &port.name {
        Some(name) => {
            let is_made = |made: &&Let| made.name.as_ref().is_some_and(|made| made.text == name.text);
            let chain = network.body.lets.iter().find(is_made).map(|made| &made.chain);
            (format!("`{}` is an input of `{promising}`: no layer computes it", name.text), chain)
        }
        None => (format!("`{promising}` has no layer: its output is its input"), network.body.chain.as_ref()),
    };
    let step = match promised.flat {
        true => format!("linear({})", promised.channels),
        false => format!("conv({}, 1x1)", promised.channels),
    };
    match chain {
        Some(chain) => {
            let end = chain.stages.last().map_or(chain.head.loc, |stage| stage.loc);
            Error::new(chain.head.loc.to(end), fact).help(format!("put `-> {step}` behind it"))
        }
        None => Error::new(port.loc, fact).help(without(&network.outputs, at)),
    }
}
