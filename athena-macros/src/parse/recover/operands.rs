//! Errors between, around and in place of values: `a / b`, `+ (a, b)`, `+ a, b`, `+ skip: input`, `* 0.1`, `+ -> side`.

use crate::ast::{Join, Merge};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, parts, text};
use crate::words;
use proc_macro2::Delimiter;

/// The note on the operators between values.
pub const JOINS: &str = "`+` adds values, `*` multiplies them, `||` joins them along channels";

impl Parser<'_> {
    /// `a / b`: takes the sign.
    pub fn foreign_sign(&mut self, cursor: &mut Cursor) -> bool {
        let Some(sign) = cursor.peek().filter(|sign| sign.is_any(&["/", "-", "%", "&", "^", "|"])) else {
            return false;
        };
        let is_step = cursor.peek_at(1).is_some_and(|next| next.is_any(&[">", "->"]) || self.is_step_word(next));
        if is_step || cursor.is_at(2, ":") {
            return false;
        }
        let (mark, op) = (cursor.mark(), sign.text());
        cursor.take_while(|token| token.is(&op));
        let error = Error::new(cursor.span_since(mark).0, format!("values cannot be combined with `{op}`"));
        self.errors.push(error.note(JOINS).help(if op == "|" { "write `||`" } else { "write `+`" }));
        true
    }

    /// `a + b || c`. The help groups the operands.
    pub fn mixed_signs(&mut self, merge: &mut Merge, signs: &[(Join, Loc)]) {
        let Some((other, at)) = signs.iter().find(|(join, _)| Some(*join) != merge.join) else { return };
        if !merge.is_broken {
            let first = merge.join.unwrap_or(*other).symbol();
            let operands: Vec<&str> = merge.operands.iter().map(|operand| operand.text.as_str()).collect();
            let signs: Vec<Join> = signs.iter().map(|(join, _)| *join).collect();
            let fact = format!("`{first}` and `{}` cannot be mixed without parentheses", other.symbol());
            self.report(*at, fact, format!("write `{}` instead of `{}`", grouped(&operands, &signs), merge.text));
        }
        merge.is_broken = true;
    }

    /// Several values in brackets where one is expected: they are joined by the sign before them.
    pub fn bracketed_operands(&mut self, cursor: &mut Cursor, join: Option<Join>) -> bool {
        let Some(group) = cursor.peek() else { return false };
        let mut values = group.inner().split(|token| token.is(",")).filter(|part| !part.is_empty());
        let is_list = group.is_group(Delimiter::Bracket)
            || group.is_group(Delimiter::Parenthesis) && values.clone().nth(1).is_some();
        if !is_list || !values.all(|part| matches!(part, [name] if self.is_value_name(name))) {
            return false;
        }
        cursor.take();
        let sign = format!(" {} ", join.unwrap_or(Join::Concat).symbol());
        let error = Error::new(group.loc, "values stand without brackets, joined by a sign").note(JOINS);
        self.errors.push_local(error.help(format!("write `{}`", parts(group.inner(), &[","]).join(&sign))));
        true
    }

    /// `, b` behind an operand: another one.
    pub fn operand_behind_comma(&mut self, cursor: &mut Cursor, join: Join) -> bool {
        let is_value = cursor.peek_at(1).is_some_and(|name| self.is_value_name(name));
        if !cursor.is(",") || !is_value || !cursor.ends_at(2, &["->", ";", ","]) {
            return false;
        }
        self.report_local(cursor.here(), "values are joined by a sign", format!("write `{}`", join.symbol()));
        cursor.take();
        true
    }

    /// `skip: input`, `0.1 * input` and `-> side` where `input` or `side` alone should stand: takes what is before it.
    pub fn before_operand(&mut self, cursor: &mut Cursor) {
        if cursor.name_at(0).is_some()
            && cursor.is_at(1, ":")
            && (cursor.name_at(2).is_some() || cursor.is_group_at(2, Delimiter::Parenthesis))
        {
            let mark = cursor.mark();
            cursor.take_all(2);
            let (loc, _) = cursor.span_since(mark);
            self.report_local(loc, "a label names a step, and this is a value", "remove it");
        }
        self.scale(cursor);
        let is_value = cursor.peek_at(1).is_some_and(|value| value.is_name() && !self.is_step_word(value))
            && cursor.ends_at(2, &["->", ";", ",", "+", "*", "||"]);
        if let Some(sign) = cursor.previous().filter(|sign| sign.is_any(&["+", "*", "||"]))
            && cursor.is("->")
            && is_value
        {
            self.report(cursor.here(), format!("the value stands directly behind `{}`", sign.text()), "remove it");
            cursor.take();
        }
    }

    /// `0.1 *` before a value: there is no product with a number.
    pub fn scale(&mut self, cursor: &mut Cursor) {
        let is_value = cursor.peek_at(2).is_some_and(|next| self.is_value_name(next))
            && !cursor.is_group_at(3, Delimiter::Parenthesis);
        if cursor.peek().is_some_and(Token::is_literal) && cursor.is_at(1, "*") && is_value {
            let mark = cursor.mark();
            cursor.take_all(2);
            let error = Error::new(cursor.span_since(mark).0, "values are not multiplied by numbers");
            self.errors.push_local(error.note("a layer of your own can scale: `crate::Scale(0.1)`").help("remove it"));
        }
    }

    /// `+ 1`, `* 0.1`: a number instead of a value.
    pub fn number_as_operand(&mut self, cursor: &mut Cursor) -> bool {
        let number = cursor.peek().filter(|number| number.is_literal() && cursor.ends_at(1, &["->", ";"]));
        let Some((sign, number)) = cursor.previous().zip(number) else { return false };
        cursor.take();
        let error = Error::new(number.loc, format!("expected a value, found the number `{}`", number.text()))
            .note("a layer of your own can compute with numbers: `crate::Scale(0.1)`");
        let step = format!("-> {} {}", sign.text(), number.text());
        self.errors.push_local(error.help(format!("remove `{step}`, or write the name of a value")));
        true
    }

    /// Nothing where a value should be.
    pub fn missing_value(&mut self, cursor: &Cursor) {
        let (at, fact, place) = match cursor.previous() {
            Some(sign) => (sign.loc, format!("a value is missing behind `{}`", sign.text()), "behind"),
            None => (cursor.here(), "a value is missing here".to_string(), "before"),
        };
        self.report(at, fact, format!("put `{}` {place} it, or another name of a value", self.value.source));
    }

    /// A token, already taken, that is not a value: `relu(...)`, `/`, `[a, b]`. Returns whether a value follows.
    pub fn no_operand(&mut self, token: &Token, cursor: &mut Cursor) -> bool {
        if let Some(group) = cursor.peek().filter(|_| token.is_name()) {
            cursor.take();
            let step = format!("{}{}", token.text(), group.text());
            let fact = format!("`{step}` is a step, not a value");
            self.report(
                token.loc.to(group.loc),
                fact,
                format!("apply it to a value: `({} -> {step})`", self.value.source),
            );
            return false;
        }
        let goes_on = matches!(token.kind, Kind::Op(_)) && cursor.name_at(0).is_some();
        let values = parts(token.inner(), &[","]);
        let help = match () {
            () if goes_on => "remove it".to_string(),
            () if token.is_group(Delimiter::Bracket) && !values.is_empty() => format!("write `{}`", values.join(" + ")),
            () => format!("write `{}`, or another name of a value", self.value.source),
        };
        self.report(token.loc, format!("expected a value, found `{}`", token.text()), help);
        goes_on
    }

    /// Parentheses that are empty, or in which a `let` stands, as in `(let a = input -> relu; a)`.
    pub fn no_chain(&mut self, whole: &Token) -> bool {
        let tokens = whole.inner();
        let Some(first) = tokens.first() else {
            let help = format!("write `{}`", self.value.source);
            self.report(whole.loc, "a value is missing in these parentheses", help);
            return true;
        };
        if first.is_word("let") {
            let chain = parts(tokens, &["=", ";"]).into_iter().nth(1).unwrap_or_else(|| self.value.source.clone());
            let help = format!("write `({chain})` instead of `({})`", text(tokens));
            self.report_local(first.loc, "a `let` stands in the body, not in parentheses", help);
        }
        first.is_word("let")
    }

    /// Tokens after the chain in parentheses.
    pub fn behind_chain(&mut self, inner: &Cursor) {
        if let Some(extra) = inner.peek() {
            let fact = format!("expected `)`, found `{}`", extra.text());
            self.report(extra.loc, fact, format!("remove `{}`", text(inner.rest())));
        }
    }

    /// A word that is no step and no keyword.
    pub fn is_value_name(&self, token: &Token) -> bool {
        let is_name = |word: &str| !self.is_foreign_step(word) && (word == "input" || !words::is_keyword(word));
        token.name().is_some_and(|name| is_name(&name.text))
    }
}

/// `a + b * c || d` as `(a + (b * c)) || d`: `*` binds its neighbours first, then `+`, as everywhere.
fn grouped(operands: &[&str], signs: &[Join]) -> String {
    let joins = [Join::Concat, Join::Add, Join::Multiply];
    let Some(loosest) = joins.into_iter().find(|join| signs.contains(join)) else { return operands.concat() };
    let mut terms = Vec::new();
    let mut start = 0;
    for end in 0..operands.len() {
        if signs.get(end).is_none_or(|sign| *sign == loosest) {
            let term = grouped(&operands[start..=end], &signs[start..end]);
            terms.push(if start == end { term } else { format!("({term})") });
            start = end + 1;
        }
    }
    terms.join(&format!(" {} ", loosest.symbol()))
}

/// The values among the arguments of a foreign merge: `[a, b], axis = 1` has `a` and `b`.
pub fn merged_values(tokens: &[Token]) -> Vec<String> {
    let values = tokens.split(|token| token.is(",")).map(|part| match part {
        [group @ Token { kind: Kind::Group { .. }, .. }] => merged_values(group.inner()),
        [name] if name.is_name() => vec![name.text()],
        part if part.iter().any(|token| token.is("->")) => vec![format!("({})", text(part))],
        _ => Vec::new(),
    });
    values.flatten().collect()
}
