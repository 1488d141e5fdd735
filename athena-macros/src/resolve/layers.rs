//! Layer words and block calls: known, nearly known, or known elsewhere.

use super::arguments::{bind_block, bind_layer};
use super::body::{Scope, name_of};
use crate::ast::{Arg, Layer};
use crate::errors::Error;
use crate::words::{self, WORDS, Word, foreign, suggest};

/// Resolves the word of a step and its arguments.
pub fn resolve<'a>(scope: &mut Scope<'a>, layer: &'a Layer) {
    let text = &layer.word.text;
    if scope.resolved.is_broken(layer.loc) {
        return;
    }
    if let Some(&index) = scope.resolved.blocks.get(text) {
        let (_, errors) = bind_block(&scope.file.blocks[index], layer);
        report(scope, layer, errors);
        layer.args.iter().for_each(|arg| scope.value_expression(&arg.value, None));
    } else if let Some(word) = words::find(text) {
        let (bound, mut errors) = bind_layer(word, layer);
        if errors.iter().any(|error| error.at.first == layer.word.loc.first)
            && layer.args.is_empty()
            && scope.is_value(text)
        {
            errors = vec![value_as_step(layer)];
            scope.touch(text);
        }
        report(scope, layer, errors);
        for (arg, argument) in bound.iter().zip(word.args) {
            if let Some(arg) = arg {
                scope.value_expression(&arg.value, Some(argument.kind));
            }
        }
    } else {
        let error = unknown(scope, layer);
        scope.touch(text);
        layer.args.iter().filter_map(|arg| name_of(&arg.value)).for_each(|name| scope.touch(name));
        report(scope, layer, vec![error]);
    }
}

fn report(scope: &mut Scope, layer: &Layer, errors: Vec<Error>) {
    if !errors.is_empty() {
        scope.resolved.mark(layer.loc);
    }
    errors.into_iter().for_each(|error| scope.errors.push(error));
}

fn value_as_step(layer: &Layer) -> Error {
    let text = &layer.word.text;
    Error::new(layer.word.loc, format!("`{text}` is a value, not a step"))
        .note("`+` adds a value, `||` joins it along channels")
        .help(format!("write `+ {text}`"))
}

fn unknown(scope: &Scope, layer: &Layer) -> Error {
    let text = layer.word.text.as_str();
    if scope.is_value(text) {
        return value_as_step(layer);
    }
    let at = layer.word.loc;
    if scope.param(text).is_some() {
        return Error::new(at, format!("`{text}` is a parameter, not a step"))
            .note("a parameter can be an argument, also `activation = ` of a layer")
            .help("write a layer or a block");
    }
    let error = Error::new(at, format!("there is no layer or block `{text}`"));
    if let Some(sign) = foreign::merge(text) {
        return error.help(format!("write `{sign} {}`", merged_value(scope, layer)));
    }
    if let Some(word) = foreign::word(text).and_then(words::find) {
        return error.help(format!("write `{}`", translated(word, layer)));
    }
    let mut known: Vec<&str> = scope.file.blocks.iter().map(|block| block.name.text.as_str()).collect();
    known.extend(WORDS.iter().map(|word| word.name));
    match suggest::nearest(text, known) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => {
            let words: Vec<&str> = WORDS.iter().map(|word| word.name).collect();
            error.help(format!(
                "the layers are {}; a `block` makes more",
                words::one_of(&words).replace(" or ", " and ")
            ))
        }
    }
}

/// What `add(...)` was meant to add.
fn merged_value(scope: &Scope, layer: &Layer) -> String {
    let named = layer.args.iter().filter_map(|arg| name_of(&arg.value));
    named.filter(|name| scope.is_value(name)).last().unwrap_or("input").to_string()
}

/// The step in this language: word, argument names and sizes.
fn translated(word: &Word, layer: &Layer) -> String {
    let written = layer.word.text.as_str();
    let positional = layer.args.iter().filter(|arg| arg.name.is_none()).count();
    let skip = usize::from(foreign::leads_with_inputs(written, positional) && positional > 0);
    let names: Vec<&'static str> = word.args.iter().map(|argument| argument.name).collect();
    let order = foreign::positional(written).unwrap_or(&names);
    let mut args: Vec<(&'static str, String)> = Vec::new();
    let mut place = 0;
    for (index, arg) in layer.args.iter().enumerate() {
        let name = match &arg.name {
            None if index < skip => None,
            None => {
                place += 1;
                order.get(place - 1).copied()
            }
            Some(name) => foreign::argument(&name.text, &names),
        };
        if let Some(name) = name.filter(|name| !args.iter().any(|(given, _)| given == name)) {
            args.push((name, argument_value(arg)));
        }
    }
    let complete = word.args.iter().all(|argument| {
        !matches!(argument.default, words::Default::Required) || args.iter().any(|(name, _)| *name == argument.name)
    });
    if !complete {
        return word.example.to_string();
    }
    let in_order = |index: usize, name: &str| names.get(index) == Some(&name);
    let written: Vec<String> = args
        .iter()
        .enumerate()
        .map(|(index, (name, value))| {
            match args[..=index].iter().enumerate().all(|(at, (name, _))| in_order(at, name)) && index < 2 {
                true => value.clone(),
                false => format!("{name} = {value}"),
            }
        })
        .collect();
    if written.is_empty() { word.name.to_string() } else { format!("{}({})", word.name, written.join(", ")) }
}

/// An argument's value without Python's quotes and capitals.
fn argument_value(arg: &Arg) -> String {
    let text = arg.value.text.trim_matches('"').to_string();
    let sizes: Vec<&str> = text.trim_matches(['(', ')', '[', ']']).split(", ").collect();
    if sizes.len() == 2 && sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit())) {
        return sizes.join("x");
    }
    match text.as_str() {
        "True" => "true".to_string(),
        "False" => "false".to_string(),
        _ => text,
    }
}
