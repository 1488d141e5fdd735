//! Layer words and block calls: known, nearly known, or known elsewhere.

use super::arguments::{bind_block, bind_layer};
use super::body::{Scope, name_of};
use crate::ast::{Block, Layer};
use crate::errors::Error;
use crate::words::translate::{self, Written, written};
use crate::words::{self, WORDS, foreign, suggest};

/// Resolves the word of a step and its arguments.
pub fn resolve<'a>(scope: &mut Scope<'a>, layer: &'a Layer) {
    let text = &layer.word.text;
    if scope.resolved.is_broken(layer.loc) {
        return;
    }
    if let Some(&index) = scope.resolved.blocks.get(text) {
        let block = &scope.file.blocks[index];
        let (_, errors) = bind_block(block, layer);
        if has_sound_params(block) {
            report(scope, layer, errors);
        } else {
            scope.resolved.mark(layer.loc);
        }
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
        if !scope.errors.is_full() {
            let error = unknown(scope, layer);
            scope.errors.push(error);
        }
        scope.resolved.mark(layer.loc);
        scope.touch(text);
        layer.args.iter().filter_map(|arg| name_of(&arg.value)).for_each(|name| scope.touch(name));
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
    let args: Vec<Written> = layer.args.iter().map(written).collect();
    if let Some(step) = translate::step(text, &args) {
        return error.help(format!("write `{step}`"));
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
    named.rev().find(|name| scope.is_value(name)).unwrap_or("input").to_string()
}

/// Whether a block's parameters are sound: otherwise nothing is said about its calls.
fn has_sound_params(block: &Block) -> bool {
    let names: Vec<&str> = block.params.iter().map(|param| param.name.text.as_str()).collect();
    names.iter().enumerate().all(|(index, name)| *name != "input" && !names[..index].contains(name))
}
