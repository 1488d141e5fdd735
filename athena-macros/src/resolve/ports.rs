//! The names of a signature: of what comes in, and of the values that a network promises.

use super::names::{labels, made_names};
use super::scope::{Origin, Scope, nearest_sorted};
use crate::ast::{Chain, Name, OperandKind, Port, Stage, Struct, extent, without};
use crate::errors::Error;
use crate::words;

/// The inputs get their names.
pub fn inputs<'a>(scope: &mut Scope<'a>, network: &'a Struct) {
    let named = |port: &'a Port| Some((port, port.name.as_ref()?));
    for (port, name) in network.inputs.iter().filter_map(named) {
        if let Some(error) = unfit_input(scope, network, port, name) {
            scope.errors.push(error);
        }
        // Also after a mistake: what follows may use the name.
        match name.text.as_str() {
            "input" => scope.has_input = true,
            _ => scope.receive(name),
        }
    }
}

fn unfit_input(scope: &mut Scope, network: &Struct, port: &Port, name: &Name) -> Option<Error> {
    let text = &name.text;
    let what = if text == "input" {
        let error = Error::new(name.loc, "`input` is the name of an input without a name, and cannot be given to one");
        return Some(error.help(match network.inputs.len() {
            1 => format!("write `{}` instead of `{}`", extent(port.likely), port.text),
            _ => format!("choose another name, such as `{}`", free_image(scope, network)),
        }));
    } else if words::is_keyword(&name.ident.to_string()) {
        // Most likely a name of the body is misspelt.
        scope.lost_name = true;
        "a word of Rust's and cannot be a name"
    } else if scope.is_value(text) {
        let error = Error::new(name.loc, format!("two inputs are called `{text}`"));
        return Some(error.help(format!("call this one `{}`", scope.free_name(text))));
    } else if words::find(text).is_some() {
        "a layer and cannot be an input"
    } else if scope.resolved.blocks.contains_key(text) {
        "a block and cannot be an input"
    } else {
        return None;
    };
    let error = Error::new(name.loc, format!("`{text}` is {what}"));
    Some(error.help(format!("choose another name, such as `{}`", scope.free_name(text))))
}

/// `image`, or a name like it that is free.
fn free_image(scope: &Scope, network: &Struct) -> String {
    let taken = network.inputs.iter().filter_map(|port| port.name.as_ref()).any(|name| name.text == "image");
    if taken || scope.made.contains("image") { scope.free_name("image") } else { "image".to_string() }
}

/// Every name that is promised must be one of the body's.
pub fn outputs<'a>(scope: &mut Scope<'a>, network: &'a Struct, is_whole: bool) {
    let names: Vec<&Name> = network.outputs.iter().filter_map(|port| port.name.as_ref()).collect();
    let mut missing = Vec::new();
    for (at, name) in names.iter().copied().enumerate() {
        scope.touch(&name.text);
        if names[..at].iter().any(|other| other.text == name.text) {
            let error = Error::new(name.loc, format!("`{}` is promised twice", name.text));
            scope.errors.push(error.help(without(&network.outputs, at)));
        } else if !scope.made.contains(name.text.as_str()) {
            missing.push((at, name));
        }
    }
    if names.is_empty() || !is_whole {
        return;
    }
    let promises = |text: &str| names.iter().any(|name| name.text == text);
    if let Some(chain) = network.body.chain.as_ref().filter(|chain| is_lost(chain, promises)) {
        let unmade = missing.iter().find(|(_, name)| is_name_of_value(scope, &name.text));
        scope.errors.push(lost_value(network, chain, unmade.map(|(_, name)| *name)));
        // What is missing is most likely the name of this value.
        if unmade.is_some() {
            return;
        }
    }
    for (at, name) in missing {
        let error = no_such_value(scope, network, at, name);
        scope.errors.push(error);
    }
}

/// Whether nothing of a last chain can be promised: neither does its value have a name, nor does it hold a promised one.
fn is_lost(chain: &Chain, promises: impl Fn(&str) -> bool) -> bool {
    let has_name = match chain.stages.last() {
        Some(stage) => stage.label.is_some(),
        None => {
            chain.head.join.is_none()
                && chain
                    .head
                    .operands
                    .iter()
                    .all(|operand| matches!(&operand.kind, OperandKind::Name(name) if promises(&name.text)))
        }
    };
    !has_name && !labels(chain).iter().any(|label| promises(&label.text))
}

/// Whether a name is free to be that of a value.
fn is_name_of_value(scope: &Scope, text: &str) -> bool {
    text != "input" && !scope.is_value(text) && nearest_unpromised(scope, text).is_none()
}

fn lost_value(network: &Struct, chain: &Chain, unmade: Option<&Name>) -> Error {
    let promising = &network.name.text;
    match (chain.stages.last(), unmade) {
        (Some(stage), Some(name)) => {
            let error =
                Error::new(stage.loc, format!("this value has no name, but `{promising}` promises `{}`", name.text));
            error.help(format!("put `{}:` before it", name.text))
        }
        (None, Some(name)) => {
            let error = Error::new(
                chain.head.loc,
                format!("this value has no name, but `{promising}` promises `{}`", name.text),
            );
            error.help(format!("write `let {} = {};` instead of `{}`", name.text, chain.head.text, chain.head.text))
        }
        (last, None) => {
            let at = last.map_or(chain.head.loc, |stage| stage.loc);
            let error = Error::new(
                at,
                format!("this value is lost: the outputs of `{promising}` have names, and this value has none"),
            );
            error.help(format!("remove `{}`, or give it a name that is promised", written(chain)))
        }
    }
}

/// A chain as it was written.
fn written(chain: &Chain) -> String {
    let stage = |stage: &Stage| {
        let label = stage.label.as_ref().map_or(String::new(), |label| format!("{}: ", label.text));
        let repeat = stage.repeat.as_ref().map_or(String::new(), |count| format!("{} * ", count.text));
        format!(" -> {label}{repeat}{}", stage.text)
    };
    chain.stages.iter().fold(chain.head.text.clone(), |text, next| text + &stage(next))
}

/// The name of the body that is most like this one; of those that nothing uses, if there is one.
fn nearest_unpromised<'s>(scope: &'s Scope, text: &str) -> Option<&'s str> {
    let of = |is_asked: fn(bool) -> bool| {
        let made = scope.values.iter().filter(|(_, value)| value.origin != Origin::Input && is_asked(value.used));
        nearest_sorted(text, made.map(|(name, _)| name.as_str()), scope.errors)
    };
    of(|used| !used).or_else(|| of(|_| true))
}

fn no_such_value(scope: &Scope, network: &Struct, at: usize, name: &Name) -> Error {
    let text = &name.text;
    let promising = &network.name.text;
    let is_input = scope.is_value(text);
    let error = match is_input {
        true => Error::new(
            name.loc,
            format!("`{text}` is an input of `{promising}` and cannot be an output, which its body computes"),
        ),
        false => {
            Error::new(name.loc, format!("`{promising}` promises `{text}`, and its body has no value of this name"))
        }
    };
    if let Some(near) = nearest_unpromised(scope, text).filter(|_| !is_input) {
        return error.help(format!("did you mean `{near}`?"));
    }
    let error = match scope.elsewhere(text).filter(|_| !is_input) {
        Some(body) => {
            error.note(format!("`{text}` is a name in `{body}`; an output is a name of the network's own body"))
        }
        None => error,
    };
    let error = scope.listing(error, |value| value.origin != Origin::Input);
    let is_promised =
        |made: &str| network.outputs.iter().filter_map(|port| port.name.as_ref()).any(|name| name.text == made);
    let made = made_names(&network.body);
    match made.iter().rev().find(|made| !is_promised(&made.text)) {
        Some(made) => error.help(format!("write `{}`, or the name of another value", made.text)),
        None => error.help(without(&network.outputs, at)),
    }
}

/// An input that the body never reads.
pub fn unread(scope: &mut Scope, network: &Struct) {
    for (at, port) in network.inputs.iter().enumerate() {
        let Some(name) = &port.name else { continue };
        let is_first =
            !network.inputs[..at].iter().any(|other| other.name.as_ref().is_some_and(|other| other.text == name.text));
        if is_first && scope.values.get(&name.text).is_some_and(|value| !value.used) {
            let error = Error::new(name.loc, format!("nothing reads the input `{}`", name.text));
            scope.errors.push(error.help(without(&network.inputs, at)));
        }
    }
}
