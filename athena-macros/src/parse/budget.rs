//! `#[budget(parameters <= 300_000, inference <= 2 MiB)]`: what a network may cost at most.

use super::Parser;
use super::cursor::Cursor;
use super::literal;
use super::tokens::{Kind, Token, text};
use crate::ast::ExprKind;
use crate::errors::Error;
use crate::ir::{Limit, Quantity, Unit, grouped};
use crate::loc::Loc;
use crate::words::suggest;
use proc_macro2::Delimiter;

/// Quantities by other names, in lower case.
const FOREIGN: [(Quantity, &[&str]); 4] = [
    (Quantity::Parameters, &["params", "weights", "size", "numel"]),
    (
        Quantity::Macs,
        &["mac", "flops", "madds", "multadds", "mult_adds", "multiply_adds", "multiplyadds", "ops", "gmacs"],
    ),
    (Quantity::Inference, &["memory", "ram", "predict", "eval", "infer", "activations", "peak"]),
    (Quantity::Training, &["train", "fit", "learning", "backward", "step"]),
];
/// Words and signs that do not mean "at most", or not here.
const SIGNS: [&str; 6] = ["<", "=", ">", ":", "->", "!"];

impl Parser<'_> {
    /// The limits in the brackets of the attribute at `at`. `earlier` are those of other budgets of the network.
    pub(super) fn budget(&mut self, attribute: &[Token], at: Loc, earlier: &[Limit]) -> Vec<Limit> {
        let mut limits: Vec<Limit> = Vec::new();
        let [_, Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }, .. }] = attribute
        else {
            self.errors.push(Error::new(at, "`budget` lacks its limits").help(LACKS));
            return limits;
        };
        if tokens.is_empty() {
            self.errors.push(Error::new(at, "`budget` lacks its limits").help(LACKS));
        }
        let mut cursor = Cursor::new(tokens, *close);
        while self.goes_on(&mut cursor) {
            let mark = cursor.mark();
            let limit = self.limit(&mut cursor);
            let (whole, written) = cursor.span_since(mark);
            if let Some(limit) = limit {
                if earlier.iter().chain(&limits).any(|other| other.quantity == limit.quantity) {
                    let removed = match (mark > 0, cursor.is(",")) {
                        (true, _) => format!("remove `, {written}`"),
                        (false, true) => format!("remove `{written},`"),
                        (false, false) => format!("remove `#[budget({written})]`"),
                    };
                    self.report(whole, format!("a second limit of `{}`", limit.quantity.name()), removed);
                } else {
                    limits.push(limit);
                }
            }
            self.comma(&mut cursor);
        }
        limits
    }

    /// What separates two limits.
    fn comma(&mut self, cursor: &mut Cursor) {
        let Some(token) = cursor.peek() else { return };
        let fact = "limits are separated by commas";
        if quantity_of(token).is_some() {
            return self.report_local(token.loc, fact, "put `,` before it");
        }
        let mark = cursor.mark();
        cursor.take();
        if !token.is(",") {
            // `&&` is two signs.
            cursor.take_while(|token| token.is_any(&["&", ";"]));
            self.report_local(cursor.span_since(mark).0, fact, "write `,`");
        }
    }

    /// `parameters <= 300_000`. Behind it stands a comma, another quantity, or nothing.
    fn limit(&mut self, cursor: &mut Cursor) -> Option<Limit> {
        let quantity = self.quantity(cursor)?;
        self.at_most(quantity, cursor)?;
        let mark = cursor.mark();
        cursor.take_while(|token| !token.is_any(&[",", ";", "&"]) && quantity_of(token).is_none());
        let (loc, written) = cursor.span_since(mark);
        let figure = cursor.since(mark);
        if figure.is_empty() {
            let help = format!("put `{}` behind it", quantity.sample());
            self.report(cursor.before(), format!("expected the limit of `{}`", quantity.name()), help);
            return None;
        }
        match figure_of(quantity, figure, &written, loc) {
            Ok((most, unit)) => Some(Limit { quantity, most, unit, loc, text: written }),
            Err(error) => {
                self.errors.push(*error);
                None
            }
        }
    }

    /// The word that a limit begins with.
    fn quantity(&mut self, cursor: &mut Cursor) -> Option<Quantity> {
        let token = cursor.peek()?;
        if let Some(known) = token.name().and_then(|name| Quantity::find(&name.text)) {
            cursor.take();
            return Some(known);
        }
        let mark = cursor.mark();
        cursor.skip_to(&[","]);
        let (loc, written) = cursor.span_since(mark);
        let tokens = cursor.since(mark);
        let names = Quantity::ALL.map(Quantity::name);
        if let [first, .., last] = tokens
            && let Some(known) = last.name().and_then(|name| Quantity::find(&name.text))
            && first.is_literal()
        {
            let figure = text(&tokens[..tokens.len() - 1]);
            let figure = figure.trim_end_matches(['<', '>', '=', ' ']);
            let help = format!("write `{} <= {figure}`", known.name());
            self.report(loc, "a limit begins with what is limited", help);
            return None;
        }
        let word = token.name().map_or(written, |name| name.text);
        let at = if token.is_name() { token.loc } else { loc };
        let near = quantity_of(token).map(Quantity::name).or_else(|| suggest::nearest(&word, names));
        let error = Error::new(at, format!("a network has no budget for `{word}`"));
        let error = error.note("there are `parameters`, `macs`, `inference` and `training`");
        self.errors.push(match near {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("write `parameters`, or another of these"),
        });
        None
    }

    /// The sign `<=` of a limit; `None` where nothing is known of what follows.
    fn at_most(&mut self, quantity: Quantity, cursor: &mut Cursor) -> Option<()> {
        let name = quantity.name();
        if cursor.is("<") && cursor.is_at(1, "=") && !cursor.is_any_at(2, &SIGNS) {
            cursor.take_all(2);
            return Some(());
        }
        let (mark, before) = (cursor.mark(), cursor.before());
        if let Some(inner) = cursor.peek().and_then(Token::in_parentheses) {
            cursor.take();
            let (loc, written) = cursor.span_since(mark);
            if !cursor.at_end() && !cursor.is(",") && quantity.is_memory() {
                let fact = format!("the limit of `{name}` is for one image, and not for a batch of {}", text(inner));
                self.report(loc, fact, format!("remove `{written}`"));
                return self.at_most(quantity, cursor);
            }
            let help = format!("write `{name} <= {}` instead of `{name}{written}`", text(inner));
            self.report(loc, format!("`{name}` has a limit behind `<=`"), help);
            return None;
        }
        cursor.take_while(|token| token.is_any(&SIGNS));
        let is_word = cursor.peek().is_some_and(Token::is_name) && cursor.peek_at(1).is_some_and(Token::is_literal);
        if cursor.mark() == mark && is_word {
            cursor.take();
        }
        let (loc, written) = cursor.span_since(mark);
        match written.is_empty() {
            true if cursor.at_end() || cursor.is(",") => {
                let help = format!("put `<= {}` behind it", quantity.sample());
                self.report(before, format!("expected the limit of `{name}`"), help);
                return None;
            }
            true => self.report_local(before, format!("expected `<=` behind `{name}`"), "put `<=` behind it"),
            false => self.report_local(loc, format!("a limit has the sign `<=`, found `{written}`"), "write `<=`"),
        }
        Some(())
    }
}

const LACKS: &str = "remove it, or write limits, such as `#[budget(parameters <= 300_000, inference <= 2 MiB)]`";

/// The quantity that a word stands for, also by another name.
fn quantity_of(token: &Token) -> Option<Quantity> {
    let word = token.name()?.text;
    let lower = word.to_lowercase();
    let foreign = FOREIGN.iter().find(|(_, others)| others.contains(&lower.as_str()));
    Quantity::find(&lower).or_else(|| foreign.map(|(quantity, _)| *quantity))
}

/// The number of a limit in its smallest unit, and the unit in which it is written.
fn figure_of(quantity: Quantity, tokens: &[Token], written: &str, at: Loc) -> Result<(u64, Unit), Box<Error>> {
    let (number, unit) = match tokens {
        [number] if literal::read(&number.text()).is_ok() => (number.text(), String::new()),
        [number] if number.is_literal() => split(&number.text()),
        [number, unit] if number.is_literal() && unit.is_name() => (number.text(), unit.text()),
        _ => return Err(no_number(quantity, at, written)),
    };
    let value = match literal::read(&number) {
        Ok(ExprKind::Int(value)) => value as f64,
        Ok(ExprKind::Float(value)) if quantity.is_memory() || !unit.is_empty() => value,
        Ok(ExprKind::Float(value)) => {
            let whole = grouped(value.max(1.0) as u64);
            let error = Error::new(at, format!("`{}` are whole, found `{written}`", quantity.name()));
            return Err(Box::new(error.help(format!("write `{whole}`"))));
        }
        _ => return Err(no_number(quantity, at, written)),
    };
    let (most, unit) = in_unit(quantity, at, value, &number, &unit)?;
    if most == 0 {
        let error = Error::new(at, format!("a limit of `{written}` allows no network"));
        return Err(Box::new(error.help(format!("write `{}`, or another limit", quantity.sample()))));
    }
    Ok((most, unit))
}

/// The number in the quantity's smallest unit.
fn in_unit(quantity: Quantity, at: Loc, value: f64, number: &str, unit: &str) -> Result<(u64, Unit), Box<Error>> {
    let name = quantity.name();
    if quantity.is_memory() {
        if unit.is_empty() {
            let likely = if value >= 4096.0 { "B" } else { "MiB" };
            let error = Error::new(at, format!("the limit of `{name}` lacks its unit"));
            return Err(Box::new(error.note(UNITS).help(format!("write `{number} {likely}`"))));
        }
        return match Unit::find(unit) {
            Some(known) => Ok(((value * known.bytes() as f64).round() as u64, known)),
            None => {
                let error = Error::new(at, format!("there is no unit `{unit}`")).note(UNITS);
                Err(Box::new(error.help(format!("write `{number} {}`", Unit::nearest(unit).name()))))
            }
        };
    }
    let thousands = match unit {
        "" => return whole(quantity, at, number).map(|value| (value, Unit::One)),
        "k" | "K" => Some(1e3),
        "m" | "M" => Some(1e6),
        "g" | "G" | "b" => Some(1e9),
        _ => None,
    };
    let error =
        Error::new(at, format!("the limit of `{name}` is a count and has no unit, but `{unit}` follows the number"));
    Err(Box::new(match (thousands, Unit::find(unit)) {
        (Some(times), _) => error.help(format!("write `{}`", grouped((value * times).max(1.0) as u64))),
        (None, Some(known)) if quantity == Quantity::Parameters => {
            let count = (value * known.bytes() as f64 / 4.0).max(1.0) as u64;
            let note = format!("a parameter takes 4 bytes, so {number} {unit} hold {} of them", grouped(count));
            error.note(note).help(format!("write `{}`", grouped(count)))
        }
        (None, Some(known)) => {
            error.help(format!("write `{}`", grouped((value * known.bytes() as f64).max(1.0) as u64)))
        }
        (None, None) => error.help(format!("write `{}`", grouped(value.max(1.0) as u64))),
    }))
}

const UNITS: &str = "the units are `B`, `KiB`, `MiB` and `GiB`, and `KB`, `MB` and `GB`";

/// A count, exactly.
fn whole(quantity: Quantity, at: Loc, number: &str) -> Result<u64, Box<Error>> {
    match literal::read(number) {
        Ok(ExprKind::Int(value)) => Ok(value),
        _ => Err(no_number(quantity, at, number)),
    }
}

/// What stands behind `<=` is not a number.
fn no_number(quantity: Quantity, at: Loc, written: &str) -> Box<Error> {
    let error = Error::new(at, format!("the limit of `{}` must be one number, found `{written}`", quantity.name()));
    let is_word = written.starts_with(|first: char| first.is_alphabetic());
    let error = if is_word { error.note_on_constants(written) } else { error };
    Box::new(error.help(format!("write `{}`, or another number", quantity.sample())))
}

/// `2MiB` as `2` and `MiB`.
fn split(literal: &str) -> (String, String) {
    let end = literal.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(literal.len());
    let (number, unit) = literal.split_at(end);
    (number.trim_end_matches('_').to_string(), unit.to_string())
}
