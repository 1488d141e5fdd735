//! Binds the arguments of a call to the parameters of a layer or block.

use crate::ast::{Arg, Block, Call, ExprKind};
use crate::errors::{Error, MOST_ERRORS};
use crate::words::{self, Word, absent, foreign, suggest};

/// For each parameter, in order, the argument that was given.
pub type Bound<'a> = Vec<Option<&'a Arg>>;

/// The parameters of a call: a layer's arguments or a block's parameters.
struct Signature<'s> {
    names: Vec<&'s str>,
    required: Vec<bool>,
    signature: String,
    /// A call that compiles.
    example: String,
    own_layer: Option<&'static Word>,
}

impl Signature<'_> {
    /// The note that lists what it takes or, for a layer without arguments, what it does.
    fn note(&self) -> String {
        match self.own_layer.filter(|word| word.args.is_empty()) {
            Some(word) => format!("`{}` is {}", word.name, sentence_part(word.doc)),
            None if self.names.last() == Some(&"activation") && self.names.len() > 1 => {
                format!("it is `{}`, and `activation = relu` or another may follow", self.signature)
            }
            None => format!("it is `{}`", self.signature),
        }
    }
}

/// Writes a sentence as the end of another one.
fn sentence_part(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// Binds the arguments of a layer word.
pub fn bind_layer<'a>(word: &'static Word, call: &'a Call) -> (Bound<'a>, Vec<Error>) {
    let signature = Signature {
        names: word.args.iter().map(|argument| argument.name).collect(),
        required: word.args.iter().map(|argument| matches!(argument.default, words::Default::Required)).collect(),
        signature: word.signature(),
        example: word.example.to_string(),
        own_layer: Some(word),
    };
    bind(&signature, call)
}

/// Binds the arguments of a block call.
pub fn bind_block<'a>(block: &Block, call: &'a Call) -> (Bound<'a>, Vec<Error>) {
    let params: Vec<String> = block
        .params
        .iter()
        .map(|param| match &param.default {
            Some(default) => format!("{} = {}", param.name.text, default.text),
            None => param.name.text.clone(),
        })
        .collect();
    let required: Vec<bool> = block.params.iter().map(|param| param.default.is_none()).collect();
    let sample =
        block.params.iter().filter(|param| param.default.is_none()).map(|param| named_sample(&param.name.text));
    let sample = sample.collect::<Vec<_>>().join(", ");
    let name = &block.name.text;
    let signature = Signature {
        names: block.params.iter().map(|param| param.name.text.as_str()).collect(),
        example: if required.contains(&true) { format!("{name}({sample})") } else { name.clone() },
        required,
        signature: format!("{name}({})", params.join(", ")),
        own_layer: None,
    };
    bind(&signature, call)
}

fn bind<'a>(signature: &Signature, call: &'a Call) -> (Bound<'a>, Vec<Error>) {
    let mut bound: Bound<'a> = vec![None; signature.names.len()];
    let mut errors = Vec::new();
    let mut named = false;
    let mut surplus: Vec<&Arg> = Vec::new();
    for (position, arg) in call.args.iter().enumerate() {
        let Some(name) = &arg.name else {
            match bound.get_mut(position) {
                _ if named && errors.len() >= MOST_ERRORS => {}
                _ if named => errors.push(positional_after_named(signature, call, arg)),
                Some(place) => *place = Some(arg),
                None => surplus.push(arg),
            }
            continue;
        };
        named = true;
        match signature.names.iter().position(|known| *known == name.text) {
            None if errors.len() < MOST_ERRORS => errors.push(unknown_argument(signature, call, arg)),
            None => {}
            Some(index) if bound[index].is_some() && errors.len() >= MOST_ERRORS => {}
            Some(index) if bound[index].is_some() => {
                let error = Error::new(arg.loc, format!("`{}` is given twice", name.text));
                errors.push(error.help(without(call, arg)));
            }
            Some(index) => bound[index] = Some(arg),
        }
    }
    errors.extend(too_many(signature, call, &surplus));
    if errors.is_empty() {
        errors.extend(missing(signature, call, &bound));
    }
    (bound, errors)
}

fn argument_text(arg: &Arg) -> String {
    match &arg.name {
        Some(name) => format!("{} = {}", name.text, arg.value.text),
        None => arg.value.text.clone(),
    }
}

/// The only required parameter that is missing, if one argument has an unknown name: then this parameter is meant.
fn only_absent<'s>(signature: &Signature<'s>, call: &Call) -> Option<&'s str> {
    let given: Vec<&str> = call.args.iter().filter_map(|arg| Some(arg.name.as_ref()?.text.as_str())).collect();
    let positional = call.args.len() - given.len();
    let is_absent = |index: &usize| signature.required[*index] && !given.contains(&signature.names[*index]);
    let absent: Vec<usize> = (positional..signature.names.len()).filter(is_absent).collect();
    let unknown = given.iter().filter(|name| !signature.names.contains(name)).count();
    match absent[..] {
        [index] if unknown == 1 => Some(signature.names[index]),
        _ => None,
    }
}

/// The help that removes an argument from a call.
pub fn without(call: &Call, arg: &Arg) -> String {
    let written = argument_text(arg);
    match call.args.iter().position(|other| other.loc.first == arg.loc.first) {
        _ if call.args.len() == 1 => format!("write `{}`", call.word.text),
        Some(0) => format!("remove `{written},`"),
        _ => format!("remove `, {written}`"),
    }
}

/// The name in `name = "conv1"`, as a label.
fn label(written: &str, arg: &Arg) -> Option<String> {
    let value = arg.value.text.trim_matches('"');
    let is_word =
        value.starts_with(char::is_alphabetic) && value.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    (written == "name" && is_word && !words::is_keyword(value)).then(|| value.to_string())
}

/// `pad(1, mode = reflect) -> conv(16, 3x3, padding = valid)` for `conv(16, 3x3, padding_mode = reflect)`.
fn bordered(call: &Call, mode: &Arg) -> Option<String> {
    mode.name.as_ref().filter(|name| name.text == "padding_mode")?;
    let wanted = foreign::value(&mode.value.text).unwrap_or(&mode.value.text);
    let is_mode =
        words::find("pad").and_then(|pad| pad.argument("mode")).is_some_and(|arg| arg.kind.words().contains(&wanted));
    let is_kernel = |(index, arg): &(usize, &Arg)| match &arg.name {
        Some(name) => name.text == "kernel",
        None => *index == 1,
    };
    let kernel = call.args.iter().enumerate().find(is_kernel).map(|(_, arg)| &arg.value.kind)?;
    let amount = match kernel {
        ExprKind::Int(side) => (side / 2).to_string(),
        ExprKind::Dims(sides) if sides.iter().all(|side| *side == sides[0]) => (sides[0] / 2).to_string(),
        ExprKind::Dims(sides) => sides.iter().map(|side| (side / 2).to_string()).collect::<Vec<_>>().join("x"),
        _ => return None,
    };
    let is_kept = |arg: &&Arg| !arg.name.as_ref().is_some_and(|name| name.text.starts_with("padding"));
    let kept: Vec<String> = call.args.iter().filter(is_kept).map(argument_text).collect();
    let conv = format!("{}({}, padding = valid)", call.word.text, kept.join(", "));
    is_mode.then(|| format!("write `pad({amount}, mode = {wanted}) -> {conv}` instead of `{}`", call.text))
}

/// `ceil = true` for Caffe's `round_mode = CEIL` and MXNet's `pooling_convention = full`, `count_padding = false` for Paddle's
/// `exclusive = true`.
fn otherwise(names: &[&str], arg: &Arg) -> Option<String> {
    let value = arg.value.text.trim_matches(['"', '\'']).to_ascii_lowercase();
    let meant = match (arg.name.as_ref()?.text.as_str(), value.as_str()) {
        ("round_mode", "ceil") | ("pooling_convention", "full") => "ceil = true",
        ("exclusive", "true") => "count_padding = false",
        _ => return None,
    };
    let has = meant.split_once(' ').is_some_and(|(name, _)| names.contains(&name));
    has.then(|| format!("write `{meant}` instead of `{}`", argument_text(arg)))
}

fn positional_after_named(signature: &Signature, call: &Call, arg: &Arg) -> Error {
    let error = Error::new(arg.loc, "positional arguments stand before named ones");
    let positional = call.args.iter().take_while(|arg| arg.name.is_none()).count();
    let is_given = |name: &str| call.args.iter().any(|arg| arg.name.as_ref().is_some_and(|given| given.text == name));
    match signature.names.iter().skip(positional).find(|name| !is_given(name)) {
        Some(name) => error.help(format!("name it: `{name} = {}`", arg.value.text)),
        None => error.help(without(call, arg)),
    }
}

fn too_many(signature: &Signature, call: &Call, surplus: &[&Arg]) -> Option<Error> {
    let (first, last) = (surplus.first()?, surplus.last()?);
    let name = &call.word.text;
    let most = match signature.names.len() {
        0 => "no arguments".to_string(),
        1 => "one argument".to_string(),
        count => format!("at most {count} arguments"),
    };
    let error = Error::new(first.loc.to(last.loc), format!("`{name}` takes {most}")).note(signature.note());
    let texts: Vec<String> = surplus.iter().map(|arg| argument_text(arg)).collect();
    let texts = texts.join(", ");
    Some(match call.args.len() - surplus.len() {
        0 => error.help(format!("write `{name}`")),
        _ if first.loc.first == call.args[0].loc.first => error.help(format!("remove `{texts},`")),
        _ => error.help(format!("remove `, {texts}`")),
    })
}

fn missing(signature: &Signature, call: &Call, bound: &Bound) -> Option<Error> {
    let absent: Vec<&str> = (0..bound.len())
        .filter(|&index| signature.required[index] && bound[index].is_none())
        .map(|index| signature.names[index])
        .collect();
    let names = match &absent[..] {
        [] => return None,
        [one] => format!("`{one}`"),
        [rest @ .., last] => format!("`{}` and `{last}`", rest.join("`, `")),
    };
    let name = &call.word.text;
    let mut parts: Vec<String> = call.args.iter().map(argument_text).collect();
    let complete = !call.args.iter().any(|arg| arg.value.text.is_empty());
    let example = match &absent[..] {
        [one] if !parts.is_empty() && complete => {
            let sample = sample(signature, one);
            let named = call.args.iter().any(|arg| arg.name.is_some());
            parts.push(if named { format!("{one} = {sample}") } else { sample });
            format!("{name}({})", parts.join(", "))
        }
        _ => signature.example.clone(),
    };
    let mut error = Error::new(call.word.loc, format!("`{name}` needs {names}"));
    let meaning = |name: &&str| signature.own_layer.and_then(|word| word.argument(name)).map(|argument| argument.doc);
    error.notes.extend(absent.iter().filter_map(|name| Some(format!("`{name}` is the {}", meaning(name)?))));
    Some(error.note(signature.note()).help(format!("write `{example}`")))
}

/// A valid value for an argument.
fn sample(signature: &Signature, name: &str) -> String {
    let kind = signature.own_layer.and_then(|word| word.argument(name)).map(|argument| argument.kind);
    match kind {
        Some(words::Kind::Pair { .. }) => "3x3".to_string(),
        Some(words::Kind::Real { .. }) => "0.5".to_string(),
        _ => named_sample(name),
    }
}

/// A valid value for a parameter of this name.
fn named_sample(name: &str) -> String {
    words::argument_default(name).unwrap_or("16".to_string())
}

fn unknown_argument(signature: &Signature, call: &Call, arg: &Arg) -> Error {
    let written = arg.name.as_ref().map_or("", |name| name.text.as_str());
    let at = arg.name.as_ref().map_or(arg.loc, |name| name.loc);
    let name = &call.word.text;
    let error = Error::new(at, format!("`{name}` has no argument `{written}`"));
    if let Some(word) = signature.own_layer {
        let names: Vec<&'static str> = word.args.iter().map(|argument| argument.name).collect();
        if let Some(own) = foreign::argument(written, &names) {
            return error.help(format!("it is called `{own}`"));
        }
        if foreign::inferred(written) {
            return error.note("the size of the input is inferred").help(without(call, arg));
        }
        if let Some(note) = absent::argument(written) {
            let otherwise = bordered(call, arg).or_else(|| otherwise(&names, arg));
            return error.note(note).help(otherwise.unwrap_or_else(|| without(call, arg)));
        }
    }
    let synonyms = signature.names.iter().filter(|name| foreign::are_synonyms(written, name));
    if let ([own], None) = (&synonyms.collect::<Vec<_>>()[..], signature.own_layer) {
        return error.note(signature.note()).help(format!("it is called `{own}`"));
    }
    if let Some(label) = label(written, arg).filter(|_| signature.own_layer.is_some()) {
        let rest: Vec<String> =
            call.args.iter().filter(|other| other.loc.first != arg.loc.first).map(argument_text).collect();
        let rewritten = if rest.is_empty() { name.clone() } else { format!("{name}({})", rest.join(", ")) };
        return error
            .note("a label gives a step its name")
            .help(format!("write `{label}: {rewritten}` instead of `{}`", call.text));
    }
    if let Some(near) = suggest::nearest(written, signature.names.iter().copied()) {
        return error.help(format!("did you mean `{near}`?"));
    }
    if let Some(absent) = only_absent(signature, call) {
        return error.note(signature.note()).help(format!("it is called `{absent}`"));
    }
    error.note(signature.note()).help(without(call, arg))
}
