//! Resolves layer words and block calls, and reports words that are misspelt or come from other libraries.

use super::arguments::{bind_block, bind_layer, without};
use super::scope::{Scope, name_of};
use crate::ast::{Arg, Block, Call, ExprKind};
use crate::errors::Error;
use crate::layers::word::all_of;
use crate::parse::MOST_PARAMS;
use crate::words::translate::{self, Written, written};
use crate::words::{self, Argument, Kind, Word, absent, foreign, suggest};
use std::collections::HashSet;

/// Resolves the word of a step and its arguments.
pub fn resolve<'a>(scope: &mut Scope<'a>, call: &'a Call) {
    let text = &call.word.text;
    if scope.resolved.is_broken(call.loc) {
        return;
    }
    if scope.resolved.reserved.contains(text) {
        // The block has the name of a layer, which was reported. It is not known which of them is meant.
        scope.resolved.mark(call.loc);
        call.args.iter().filter_map(|arg| name_of(&arg.value)).for_each(|name| scope.touch(name));
        return;
    }
    if call.in_doubt {
        scope.resolved.mark(call.loc);
        call.args.iter().for_each(|arg| scope.value_expression(&arg.value, None));
        return;
    }
    if let Some(&index) = scope.resolved.blocks.get(text) {
        block_call(scope, call, &scope.file.blocks[index]);
    } else if let Some(word) = words::find(text) {
        arguments(scope, call, word);
    } else {
        if !scope.errors.is_full() {
            let error = unknown(scope, call);
            scope.errors.extend(error);
        }
        scope.resolved.mark(call.loc);
        scope.touch(text);
        call.args.iter().filter_map(|arg| name_of(&arg.value)).for_each(|name| scope.touch(name));
    }
}

/// Resolves a call of a block.
fn block_call<'a>(scope: &mut Scope<'a>, call: &'a Call, block: &Block) {
    let (_, errors) = bind_block(block, call);
    if has_sound_params(block) {
        report(scope, call, errors);
        let named = call.args.iter().filter_map(|arg| arg.name.as_ref());
        let unknown = named.filter(|name| !block.params.iter().any(|param| param.name.text == name.text));
        let unknown = unknown.map(|name| format!("{}.{}", call.word.text, name.text));
        scope.resolved.absent.extend(unknown);
    } else {
        scope.resolved.mark(call.loc);
    }
    call.args.iter().for_each(|arg| scope.value_expression(&arg.value, None));
}

/// Resolves the arguments of a layer.
fn arguments<'a>(scope: &mut Scope<'a>, call: &'a Call, word: &'static Word) {
    let text = &call.word.text;
    let (bound, mut errors) = bind_layer(word, call);
    if errors.iter().any(|error| error.at.first == call.word.loc.first) && call.args.is_empty() && scope.is_value(text)
    {
        errors = vec![value_as_step(call)];
        scope.touch(text);
    }
    report(scope, call, errors);
    let misplaced = call.args.iter().filter(|arg| arg.name.is_none()).count() > word.args.len();
    for (arg, argument) in bound.iter().zip(word.args) {
        let Some(arg) = arg else { continue };
        if misplaced {
            // If there are too many arguments, the kind of each is in doubt.
            scope.value_expression(&arg.value, None);
            continue;
        }
        match odd_argument(scope, call, arg, argument) {
            Some(error) => report(scope, call, vec![error]),
            None => scope.value_expression(&arg.value, Some(argument.kind)),
        }
    }
}

fn report(scope: &mut Scope, call: &Call, errors: Vec<Error>) {
    if !errors.is_empty() {
        scope.resolved.mark(call.loc);
    }
    errors.into_iter().for_each(|error| scope.errors.push(error));
}

fn value_as_step(call: &Call) -> Error {
    let text = &call.word.text;
    Error::new(call.word.loc, format!("`{text}` is a value, not a step"))
        .note("`+` adds a value, `*` multiplies by it, `||` joins it along channels")
        .help(format!("write `+ {text}`"))
}

/// The error for an unknown word. There is none if a block has no name, or if the same word was reported before.
fn unknown(scope: &mut Scope, call: &Call) -> Option<Error> {
    let text = call.word.text.as_str();
    if scope.is_value(text) {
        return Some(value_as_step(call));
    }
    let at = call.word.loc;
    if scope.param(text).is_some() {
        return Some(
            Error::new(at, format!("`{text}` is a parameter, not a step"))
                .note("a parameter can be an argument, also `activation` of a layer")
                .help(parameter_as_step(scope, text)),
        );
    }
    let error = Error::new(at, format!("there is no layer or block `{text}`"));
    if let Some(sign) = foreign::merge(text) {
        return Some(error.help(format!("write `{sign} {}`", merged_values(scope, call, sign))));
    }
    if let Some(note) = absent::step(text) {
        let removal = &call.removal;
        return Some(error.note(note).help(match absent::enlarges(text) {
            true => format!("remove `{removal}`, or make it a layer of your own, as in `self::Larger as 16x32x32`"),
            false => format!("remove `{removal}`"),
        }));
    }
    if let Some(step) = built_layer(scope, call) {
        return Some(error.help(format!("write `{step}`")));
    }
    let error = match absent::nearly(text) {
        Some(note) => error.note(note),
        None => error,
    };
    let args: Vec<Written> = call.args.iter().map(written).collect();
    if let Some(step) = translate::step(text, &args) {
        return Some(error.help(format!("write `{step}`")));
    }
    if scope.file.structs.iter().any(|network| network.name.text == text) {
        let error = Error::new(at, format!("`{text}` is a network and cannot be a step of another one"));
        return Some(error.note("networks can share a `block`").help(format!("remove `{}`", call.removal)));
    }
    if ["repeat", "times"].contains(&text)
        && let [rounds, step] = &call.args[..]
    {
        return Some(error.help(format!("write `{} * {}`", rounds.value.text, step.value.text)));
    }
    if foreign::is_nothing(text) {
        return Some(error.help(format!("remove `{}`", call.removal)));
    }
    unknown_anywhere(scope, call, error)
}

/// The error for a word that no other library has either: it is misspelt, or a block that is not defined.
fn unknown_anywhere(scope: &mut Scope, call: &Call, error: Error) -> Option<Error> {
    let text = call.word.text.as_str();
    if scope.resolved.absent.contains(text) {
        return None;
    }
    let mut known: Vec<&str> = scope.file.blocks.iter().map(|block| block.name.text.as_str()).collect();
    known.extend(words::all().map(|word| word.name));
    let near = scope.errors.may_compare(known.len()).then(|| suggest::nearest(text, known)).flatten();
    if let Some(near) = near {
        let is_new = words::find(near).is_some() || scope.resolved.absent.insert(text.to_string());
        return is_new.then(|| error.help(format!("did you mean `{near}`?")));
    }
    if scope.file.lost_block || !scope.resolved.absent.insert(text.to_string()) {
        return None;
    }
    let words: Vec<&str> = words::all().map(|word| word.name).collect();
    let error = error.note(format!("the layers are {}", all_of(&words)));
    let error = error.note("a `block` is known in its own `resnet!` only");
    let error = match text.starts_with(char::is_uppercase) {
        true => error.note(format!("a layer of your own is written with its path: `self::{text}`")),
        false => error,
    };
    Some(match words::is_keyword(&call.word.ident.to_string()) {
        true => error.help("write a step, such as `relu`"),
        false => error.help(format!("define it, as in `{}`", definition(call))),
    })
}

/// The help for `make_layer(basic, 64, 2)`, which has a block and a number of repeats as arguments.
fn built_layer(scope: &Scope, call: &Call) -> Option<String> {
    let [block, args @ .., rounds] = &call.args[..] else { return None };
    let name = name_of(&block.value).filter(|name| scope.resolved.blocks.contains_key(*name))?;
    let rounds = matches!(rounds.value.kind, ExprKind::Int(_)).then_some(&rounds.value.text)?;
    Some(format!("{rounds} * {}", translate::as_written(name, &args.iter().map(written).collect::<Vec<_>>())))
}

/// A block definition that would fit a call.
fn definition(call: &Call) -> String {
    let named = |(index, arg): (usize, &Arg)| match &arg.name {
        Some(name) => name.text.clone(),
        None => ["filters".to_string(), "stride".to_string()].get(index).cloned().unwrap_or(format!("p{}", index + 1)),
    };
    let mut params: Vec<String> = Vec::new();
    for name in call.args.iter().take(MOST_PARAMS).enumerate().map(named) {
        let free = (2..).map(|number| format!("{name}{number}")).find(|other| !params.contains(other));
        params.push(if params.contains(&name) { free.unwrap_or_default() } else { name });
    }
    let body = match params.first().filter(|first| *first == "filters") {
        Some(filters) => format!("input -> conv({filters}, 3x3)"),
        None => "input -> relu".to_string(),
    };
    format!("block {}({}) {{ {body} }}", call.word.text, params.join(", "))
}

/// The help for arguments that Python needs and athena does not: the input of a layer, and `activation=None`.
fn odd_argument(scope: &mut Scope, call: &Call, arg: &Arg, argument: &Argument) -> Option<Error> {
    let text = name_of(&arg.value)?;
    if matches!(argument.kind, Kind::Activation(_)) && foreign::is_nothing(text) {
        let error = Error::new(arg.value.loc, format!("`{text}` means no activation, which is the default"));
        return Some(error.help(without(call, arg)));
    }
    let is_first = call.args.first().is_some_and(|first| first.loc.first == arg.loc.first) && arg.name.is_none();
    let required = find_required(&call.word.text);
    let positional = call.args.iter().filter(|arg| arg.name.is_none()).count();
    if is_first && scope.is_value(text) && positional > required {
        scope.touch(text);
        let error =
            Error::new(arg.value.loc, format!("`{text}` is a value, and `{}` gets it from `->`", call.word.text));
        return Some(error.help(without(call, arg)));
    }
    None
}

/// The number of required arguments of a layer.
fn find_required(word: &str) -> usize {
    let is_required = |argument: &&Argument| matches!(argument.default, words::Default::Required);
    words::find(word).map_or(0, |word| word.args.iter().filter(is_required).count())
}

/// A step with the parameter as its argument.
fn parameter_as_step(scope: &Scope, text: &str) -> String {
    let default = scope.block.into_iter().flat_map(|block| &block.params).find(|param| param.name.text == text);
    let default = default.and_then(|param| name_of(param.default.as_ref()?));
    match default.is_some_and(|word| words::ACTIVATIONS.contains(&word))
        || foreign::argument(text, &["activation"]).is_some()
    {
        true => format!("write `batch_norm(activation = {text})`"),
        false => format!("write `conv({text}, 3x3)`"),
    }
}

/// The values that `add(...)` was meant to add.
fn merged_values(scope: &Scope, call: &Call, sign: &str) -> String {
    let texts = call.args.iter().flat_map(|arg| arg.value.text.split(|letter: char| !is_name_letter(letter)));
    let mut values: Vec<&str> = texts.filter(|name| scope.is_value(name)).collect();
    values.dedup();
    match values.is_empty() {
        true => scope.idle().unwrap_or(scope.start()).to_string(),
        false => values.join(&format!(" {sign} ")),
    }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether the parameters of a block have no errors. If they have, its calls are not checked.
fn has_sound_params(block: &Block) -> bool {
    if !block.is_sound {
        return false;
    }
    let mut names = HashSet::new();
    block.params.iter().all(|param| param.name.text != "input" && names.insert(param.name.text.as_str()))
}
