//! Checks the arguments of layers: their kinds and ranges.

use super::Lowerer;
use super::evaluated::{Evaluated, Value};
use super::scope::Scope;
use crate::ast::{Arg, Call, ExprKind};
use crate::errors::Error;
use crate::graph::{Given, Padding};
use crate::layers::word::{Args, Typed};
use crate::resolve::{bind_layer, without};
use crate::words::{Argument, Kind, Word, foreign, suggest};

impl Lowerer<'_> {
    /// Evaluates and checks the arguments of a layer.
    pub fn args(&mut self, word: &'static Word, call: &Call, scope: &Scope) -> Args {
        let (bound, _) = bind_layer(word, call);
        let mut args = Args::new(word);
        let given: Vec<Option<Evaluated>> = bound
            .iter()
            .zip(word.args)
            .map(|(arg, argument)| arg.map(|arg| self.evaluate_for(argument.kind, &arg.value, scope)))
            .collect();
        let mut misplaced = false;
        for ((argument, arg), evaluated) in word.args.iter().zip(&bound).zip(&given) {
            let (Some(arg), Some(evaluated)) = (arg, evaluated) else {
                args.push_default(argument);
                continue;
            };
            let (text, named) = (arg.value.text.clone(), arg.name.is_some());
            args.given.push(Given { name: argument.name, text, origin: evaluated.origin, named });
            match check(argument, &evaluated.value) {
                Ok(typed) => args.values.push(typed),
                // If one positional argument is wrong, errors of the others may be its consequences and are not reported.
                Err(mistake) if misplaced && mistake.is_kind && !named => args.values.push(None),
                Err(mistake) => {
                    misplaced |= mistake.is_kind && !named;
                    let mut error = self.argument_error(word, argument, call, evaluated, mistake);
                    if let Some(help) = swapped(argument, word, call, &bound, &given).filter(|_| misplaced) {
                        error.help = Some(help);
                    }
                    self.report(error, scope.frame);
                    args.values.push(None);
                }
            }
        }
        if misplaced {
            let unnamed = |arg: &Option<&Arg>| arg.is_some_and(|arg| arg.name.is_none());
            for (value, _) in args.values.iter_mut().zip(&bound).filter(|(_, arg)| unnamed(arg)) {
                *value = None;
            }
        }
        args
    }

    fn argument_error(
        &self,
        word: &Word,
        argument: &Argument,
        call: &Call,
        evaluated: &Evaluated,
        mistake: Mistake,
    ) -> Error {
        let fact = format!(
            "`{}` of `{}` must be {}, found `{}`",
            argument.name,
            word.name,
            mistake.expected,
            evaluated.value.text()
        );
        let mut error = Error::new(evaluated.origin, fact);
        let inside = call.loc.first <= evaluated.origin.first && evaluated.origin.last <= call.loc.last;
        if !inside {
            error.notes.push(format!("it reaches `{}` as `{}`", call.text, argument.name));
        }
        if word.name == "linear" && argument.name == "bias" && matches!(evaluated.value, Value::Int(_)) {
            let bias = call.args.get(2).filter(|arg| matches!(arg.value.kind, ExprKind::Bool(_)));
            let bias = bias.map_or(String::new(), |arg| format!(", bias = {}", arg.value.text));
            let help = format!("the inputs are inferred: write `linear({}{bias})`", evaluated.value.text());
            return error.help(help);
        }
        let first = call.args.first().is_some_and(|arg| arg.name.is_none());
        let is_count = matches!(evaluated.value, Value::Int(size) if size > 0);
        if word.name.ends_with("_norm") && matches!(argument.name, "momentum" | "eps") && first && is_count {
            let mut error = error.note("the number of channels is inferred").help(without(call, &call.args[0]));
            error.at = call.args[0].loc;
            return error;
        }
        if argument.name == "ceil" && matches!(evaluated.value, Value::Int(_)) {
            // PyTorch's `MaxPool2d` has another argument at this position.
            let place = word.args.iter().position(|other| other.name == "ceil");
            let dilation = place.and_then(|place| call.args.get(place)).filter(|arg| arg.name.is_none());
            if let Some(dilation) = dilation.filter(|arg| arg.value.loc.first == evaluated.origin.first) {
                return error.note("a pool has no dilation").help(without(call, dilation));
            }
        }
        error.help = mistake.help;
        error
    }
}

/// The help that swaps the wrong argument with another positional one, if both are then right.
fn swapped(
    wrong: &Argument,
    word: &Word,
    call: &Call,
    bound: &[Option<&Arg>],
    given: &[Option<Evaluated>],
) -> Option<String> {
    let here = word.args.iter().position(|argument| argument.name == wrong.name)?;
    let fits = |argument: usize, value: usize| {
        given[value].as_ref().is_some_and(|given| check(&word.args[argument], &given.value).is_ok())
    };
    let plain = |index: usize| bound[index].is_some_and(|arg| arg.name.is_none());
    let other =
        (0..bound.len()).find(|&other| other != here && plain(other) && fits(here, other) && fits(other, here))?;
    let (one, two) = (given[here].as_ref()?, given[other].as_ref()?);
    if !(call.loc.first <= one.origin.first && one.origin.last <= call.loc.last) {
        // Both are parameters, whose values are next to each other in a call.
        let (left, right) = (one.value.text(), two.value.text());
        let neighbours = one.origin.last + 2 == two.origin.first;
        return neighbours.then(|| format!("write `{right}, {left}` instead of `{left}, {right}`"));
    }
    let order = (0..bound.len()).map(|index| match index {
        index if index == here => other,
        index if index == other => here,
        index => index,
    });
    let texts = order.filter_map(|index| bound[index]).map(|arg| match &arg.name {
        Some(name) => format!("{} = {}", name.text, arg.value.text),
        None => arg.value.text.clone(),
    });
    Some(format!("write `{}({})`", word.name, texts.collect::<Vec<_>>().join(", ")))
}

struct Mistake {
    /// Whether the kind of the argument is wrong, and not only its size.
    is_kind: bool,
    expected: String,
    help: Option<String>,
}

/// The largest padding, which is more than any map needs.
const MOST_PADDING: u64 = 1 << 10;

/// Checks a value. The result is `Ok(None)` if the value is unknown because of a reported mistake.
fn check(argument: &Argument, value: &Value) -> Result<Option<Typed>, Mistake> {
    let kind = argument.kind;
    let typed = match (kind, value) {
        (_, Value::Unknown) => return Ok(None),
        (Kind::Count { min, max }, Value::Int(count)) => {
            return in_range(&[*count], min, max).map(|sizes| Some(Typed::Count(sizes[0])));
        }
        (Kind::Pair { min, max }, Value::Int(side)) => {
            return in_range(&[*side], min, max).map(|sizes| Some(Typed::Pair([sizes[0]; 2])));
        }
        (Kind::Pair { min, max }, Value::Dims(sizes)) if sizes.len() == 2 => {
            return in_range(sizes, min, max).map(|sizes| Some(Typed::Pair([sizes[0], sizes[1]])));
        }
        (Kind::Padding, Value::Int(side)) => {
            return in_range(&[*side], 0, MOST_PADDING)
                .map(|sizes| Some(Typed::Padding(Padding::Sizes([sizes[0]; 2]))));
        }
        (Kind::Padding, Value::Dims(sizes)) if sizes.len() == 2 => {
            return in_range(sizes, 0, MOST_PADDING)
                .map(|sizes| Some(Typed::Padding(Padding::Sizes([sizes[0], sizes[1]]))));
        }
        (Kind::Padding, Value::Word(word)) if word == "same" => Typed::Padding(Padding::Same),
        (Kind::Padding, Value::Word(word)) if word == "valid" => Typed::Padding(Padding::Valid),
        (Kind::Switch | Kind::AutoSwitch, Value::Bool(value)) => Typed::Switch(*value),
        (Kind::Real { min, max, open }, Value::Int(_) | Value::Float(_)) => {
            let number = match value {
                Value::Float(number) => *number,
                Value::Int(number) => *number as f64,
                _ => f64::NAN,
            };
            return real(number, min, max, open, argument.default.text()).map(|number| Some(Typed::Real(number)));
        }
        (_, Value::Word(word)) => match kind.words().iter().find(|known| *known == word) {
            Some(known) => Typed::Word(known),
            None => return Err(Mistake { is_kind: true, expected: kind.expected(), help: nearest_word(kind, word) }),
        },
        _ => return Err(Mistake { is_kind: true, expected: kind.expected(), help: Some(kind_help(argument, value)) }),
    };
    Ok(Some(typed))
}

fn in_range(sizes: &[u64], min: u64, max: u64) -> Result<Vec<usize>, Mistake> {
    let clamped = || sizes.iter().map(|size| (*size).clamp(min, max).to_string()).collect::<Vec<_>>().join("x");
    if sizes.iter().any(|size| *size < min) {
        return Err(Mistake {
            is_kind: false,
            expected: format!("at least {min}"),
            help: Some(format!("write `{}`, or more", clamped())),
        });
    }
    if sizes.iter().any(|size| *size > max) {
        return Err(Mistake {
            is_kind: false,
            expected: format!("at most {max}"),
            help: Some(format!("write `{}`, or less", clamped())),
        });
    }
    Ok(sizes.iter().map(|size| *size as usize).collect())
}

fn real(number: f64, min: f64, max: f64, open: (bool, bool), usual: Option<String>) -> Result<f64, Mistake> {
    let low = if open.0 { number > min } else { number >= min };
    let high = if open.1 { number < max } else { number <= max };
    if low && high {
        return Ok(number);
    }
    let bound = |open: bool, word: &str, value: f64| {
        if open { format!("{word} {value}") } else { format!("{value} or {word}") }
    };
    let expected = match (open.0, open.1) {
        (false, false) => format!("from {min} to {max}"),
        (false, true) => format!("from {min} to below {max}"),
        _ => format!("{} and {}", bound(open.0, "above", min), bound(open.1, "below", max)),
    };
    // The number may be a percentage. Other numbers give no hint.
    let percentage = (2.0..100.0).contains(&number) && max == 1.0;
    let inside = if percentage { (number / 100.0).to_string() } else { usual.unwrap_or("0.5".into()) };
    Err(Mistake { expected, help: Some(format!("write `{inside}`, or another number")), is_kind: false })
}

fn nearest_word(kind: Kind, word: &str) -> Option<String> {
    let near = foreign::value(word).filter(|own| kind.words().contains(own));
    let near = near.or_else(|| suggest::nearest(word, kind.words().iter().copied()));
    Some(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write `{}`", kind.sample()),
    })
}

/// The help with a value of the right kind that is similar to this one.
fn kind_help(argument: &Argument, value: &Value) -> String {
    let near = match (argument.kind, value) {
        // For Rust's lexer, and probably for the user, `0x10` is a hexadecimal number.
        (Kind::Count { .. }, Value::Dims(sizes)) if sizes[0] == 0 && sizes.len() == 2 => {
            u64::from_str_radix(&sizes[1].to_string(), 16).ok().map(|number| number.to_string())
        }
        (Kind::Pair { .. } | Kind::Padding, Value::Dims(sizes)) if sizes.len() > 2 => {
            Some(format!("{}x{}", sizes[1], sizes[2]))
        }
        (Kind::Count { .. } | Kind::Pair { .. } | Kind::Padding, Value::Dims(sizes)) => Some(sizes[0].to_string()),
        (Kind::Count { .. } | Kind::Pair { .. } | Kind::Padding, Value::Float(number)) if *number >= 1.0 => {
            Some(number.round().to_string())
        }
        (Kind::Switch | Kind::AutoSwitch, Value::Int(0)) => Some("false".to_string()),
        _ => None,
    };
    format!("write `{}`", near.unwrap_or_else(|| argument.kind.sample().to_string()))
}
