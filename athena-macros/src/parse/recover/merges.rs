//! What stands between and around values: `a / b`, `+ -> side`, `a + b || c`.

use crate::ast::{Join, Operand};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, parts};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `a / b`: says how values are combined, and takes the sign.
    pub(in crate::parse) fn foreign_sign(&mut self, cursor: &mut Cursor) -> bool {
        let Some(token) = cursor.peek() else { return false };
        let Kind::Op(op) = &token.kind else { return false };
        let arrow = cursor.peek_at(1).is_some_and(|next| next.is(">") || next.is("->") || self.is_step_word(next))
            || cursor.peek_at(2).is_some_and(|next| next.is(":"));
        if !["/", "-", "%", "&", "^", "|"].contains(&op.as_str()) || arrow {
            return false;
        }
        let mut at = token.loc;
        cursor.take();
        while let Some(again) = cursor.eat(op) {
            at = at.to(again.loc);
        }
        let error = Error::new(at, format!("values cannot be combined with `{op}`"));
        let error = error.note("values are added with `+`, multiplied with `*` and joined along channels with `||`");
        self.errors.push(error.help(if op == "|" { "write `||`" } else { "write `+`" }));
        true
    }

    /// `+ -> side`: takes the arrow.
    pub(in crate::parse) fn arrow_before_value(&mut self, cursor: &mut Cursor) {
        let (Some(sign), Some(arrow)) = (cursor.previous(), cursor.peek().filter(|arrow| arrow.is("->"))) else {
            return;
        };
        let is_value = cursor.peek_at(1).is_some_and(|value| value.name().is_some() && !self.is_step_word(value))
            && cursor.peek_at(2).is_none_or(|next| ["->", ";", ",", "+", "*", "||"].iter().any(|sign| next.is(sign)));
        if is_value && ["+", "*", "||"].iter().any(|join| sign.is(join)) {
            let error = Error::new(arrow.loc, format!("the value stands directly behind `{}`", sign.text()));
            self.errors.push(error.help("remove it"));
            cursor.take();
        }
    }

    pub(in crate::parse) fn missing_value(&mut self, cursor: &Cursor) {
        self.errors.push(match cursor.previous() {
            Some(sign) => Error::new(sign.loc, format!("a value is missing behind `{}`", sign.text()))
                .help("put `input` behind it, or another name of a value"),
            None => Error::new(cursor.here(), "a value is missing here")
                .help("put `input` before it, or another name of a value"),
        });
    }
}

/// The first sign, and the first other one.
pub(in crate::parse) fn mixed(signs: &[(Join, Loc)]) -> [&'static str; 2] {
    let first = signs.first().map_or(Join::Add, |(join, _)| *join);
    let other = signs.iter().map(|(join, _)| *join).find(|join| *join != first).unwrap_or(first);
    [first.symbol(), other.symbol()]
}

/// `a + b * c || d` as `(a + (b * c)) || d`: `*` binds its neighbours first, then `+`, as everywhere.
pub(in crate::parse) fn grouped(operands: &[Operand], signs: &[(Join, Loc)]) -> String {
    let mut terms: Vec<String> = operands.iter().map(|operand| operand.text.clone()).collect();
    let mut signs: Vec<Join> = signs.iter().map(|(join, _)| *join).collect();
    for join in [Join::Multiply, Join::Add] {
        if signs.iter().all(|sign| *sign == join) {
            break;
        }
        let mut groups: Vec<Vec<String>> = vec![vec![terms.remove(0)]];
        let mut between = Vec::new();
        for (sign, term) in signs.into_iter().zip(terms) {
            match groups.last_mut() {
                Some(group) if sign == join => group.push(term),
                _ => {
                    between.push(sign);
                    groups.push(vec![term]);
                }
            }
        }
        let joined = |group: Vec<String>| match &group[..] {
            [single] => single.clone(),
            _ => format!("({})", group.join(&format!(" {} ", join.symbol()))),
        };
        (terms, signs) = (groups.into_iter().map(joined).collect(), between);
    }
    let last = signs.first().map_or(" ".to_string(), |join| format!(" {} ", join.symbol()));
    terms.join(&last)
}

/// `[a, b]` as `a + b`.
pub(in crate::parse) fn bracketed_values(token: &Token) -> Option<String> {
    let Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } = &token.kind else { return None };
    let values = parts(tokens, &[","]);
    (!values.is_empty()).then(|| values.join(" + "))
}
