//! Missing and malformed steps, and steps as other libraries and Rust write them: `Add()([a, b])`, `relu(conv(16, 3x3))`,
//! `nn::Conv2d(3, 16)`.

use super::operands::{JOINS, merged_values};
use crate::ast::{Arg, Call, Merge, Name, Step};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::own::is_constructor;
use crate::parse::tokens::{Kind, Token, as_step, parts, text};
use crate::words::translate::{self, Written, written};
use crate::words::{absent, foreign};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// Nothing where a step should be.
    pub fn missing_step(&mut self, cursor: &Cursor) -> Step {
        let help = match cursor.previous() {
            Some(sign) if sign.is_any(&[":", "*"]) => "put `relu` behind it, or another step",
            _ => "remove it, or write a step such as `relu` behind it",
        };
        let error = Error::new(cursor.before(), "a step is missing here").help(help);
        self.errors.push_until(error, cursor.here());
        Step::Broken
    }

    /// A sign instead of a step, other than `+`, `*` and `||`.
    pub fn other_sign(&mut self, cursor: &mut Cursor, op: &str, at: Loc) -> Step {
        if ["->", ";", ","].contains(&op) {
            return self.missing_step(cursor);
        }
        if op == ":" && cursor.is_at(1, ":") {
            let mark = cursor.mark();
            cursor.take_while(|token| token.is(":"));
            let (loc, _) = cursor.span_since(mark);
            self.report(loc, "the path of your own layer starts with a name", "remove it");
            return self.step(cursor);
        }
        cursor.take();
        if op == "-" && cursor.is_at(1, "*") {
            self.report(at, "a step is repeated at least once", "remove it");
            return Step::Broken;
        }
        let error = Error::new(at, format!("`{op}` is not a step"));
        self.errors.push(match op {
            "|" => error.note(JOINS).help("write `||`"),
            "-" | "/" | "&" | "^" | "%" => error.note(JOINS).help("write `+`"),
            _ => error.help("remove it"),
        });
        Step::Broken
    }

    /// A literal, parentheses or braces instead of a step; the token is already taken.
    pub fn no_step(&mut self, token: &Token, cursor: &Cursor) {
        if token.is_literal() {
            let literal = token.text();
            let step = translate::step(literal.trim_matches('"'), &[]).unwrap_or_else(|| "relu".to_string());
            let fact = format!("expected a layer or a block, found `{literal}`");
            return self.report(token.loc, fact, format!("write a step, such as `{step}`"));
        }
        let inner = token.inner();
        let is_number = token.is_group(Delimiter::Parenthesis) && inner.first().is_some_and(Token::is_literal);
        let counts = inner.get(1).is_some_and(|sign| sign.is("*"));
        if is_number && !counts && !inner.iter().any(|token| token.is("->")) {
            // `(16, 3x3)`
            let word = match inner {
                [number] if number.text().contains('.') => "dropout",
                [_] if cursor.ends_at(0, &[";"]) => "linear",
                _ => "conv",
            };
            let help = format!("put `{word}` before it, or another word");
            return self.report(token.loc, "these arguments have no layer or block before them", help);
        }
        // `(conv(16, 3x3) -> relu)`
        let steps: Vec<String> = inner.split(|token| token.is_any(&["->", ","])).map(text).collect();
        let brackets = if token.is_group(Delimiter::Brace) { "braces" } else { "parentheses" };
        let list = if steps.len() == 1 { "" } else { "a list: " };
        let help = format!("write {list}`{}`", as_step(&steps));
        self.report_local(token.loc, format!("a step does not stand in {brackets}"), help);
    }

    /// An empty list, or Rust's array: `[conv(16, 3x3); 3]`.
    pub fn no_list(&mut self, list: &Token) -> bool {
        let tokens = list.inner();
        if tokens.is_empty() {
            self.report_local(list.loc, "a list needs at least one step", "write `[conv(16, 3x3), batch_norm]`");
            return true;
        }
        let [steps @ .., sign, count] = tokens else { return false };
        if !sign.is(";") || !count.is_literal() || steps.iter().any(|token| token.is(";")) {
            return false;
        }
        let step = as_step(&parts(steps, &["->", ","]));
        let help = format!("write `{} * {step}` instead of `[{}]`", count.text(), text(tokens));
        self.report(sign.loc.to(count.loc), "the number of rounds stands before the step", help);
        true
    }

    /// Something else than the `,` between the steps of a list.
    pub fn other_comma_in_list(&mut self, cursor: &mut Cursor) {
        let Some(token) = cursor.peek() else { return };
        let fact = format!("expected `,` between the steps of a list, found `{}`", token.text());
        if !matches!(token.kind, Kind::Op(_)) || token.is_any(&["+", "*", "||"]) {
            return self.report(token.loc, fact, "put `,` before it");
        }
        match token.is("->") {
            true => self.report_local(token.loc, fact, "write `,`"),
            false => self.report(token.loc, fact, "write `,`"),
        }
        cursor.take();
    }

    /// The token after a step's word, if it starts neither arguments in parentheses nor the path of a user's own layer.
    pub fn behind_word(&mut self, call: Call, next: &Token, cursor: &mut Cursor) -> Step {
        let word = &call.word.text;
        match &next.kind {
            Kind::Group { delimiter: Delimiter::Bracket | Delimiter::Brace, tokens, .. } => {
                cursor.take();
                let help = format!("write `{word}({})` instead of `{word}{}`", text(tokens), next.text());
                self.report(next.loc, "arguments stand in parentheses", help);
                Step::Broken
            }
            Kind::Op(_) if self.other_end_at(cursor, 0) => Step::Call(call),
            Kind::Op(op) if [":", "!", ".", "<"].contains(&op.as_str()) => self.path(call.word, cursor),
            _ if self.bare_arguments(word, cursor) => Step::Broken,
            _ if self.arrow_before_arguments(word, cursor) => self.layer(call.word, cursor),
            _ => Step::Call(call),
        }
    }

    /// A call as other libraries have it: `relu(conv(16, 3x3))`, `conv(16, 3x3).stride(2)`, `concat([a, b], axis = 1)`.
    pub fn foreign_call(&mut self, call: &Call, arguments: &[Token], cursor: &mut Cursor) -> bool {
        if self.nested_step(call, arguments) || self.methods(call, cursor) {
            return true;
        }
        let Some((sign, values, written)) = self.foreign_join(&call.word.text, arguments, cursor) else { return false };
        if values.is_empty() {
            return false;
        }
        if !written.is_empty() {
            cursor.take();
        }
        let help = format!("write `{sign} {}` instead of `{}{written}`", values.join(&format!(" {sign} ")), call.text);
        self.report(call.word.loc, format!("there is no layer or block `{}`", call.word.text), help);
        true
    }

    /// The operator, the values and the second parentheses of `Add()([a, b])` or `concat([a, b], axis = 1)`. The cursor is after
    /// the first parentheses.
    fn foreign_join(
        &self,
        word: &str,
        arguments: &[Token],
        cursor: &Cursor,
    ) -> Option<(&'static str, Vec<String>, String)> {
        let sign = foreign::merge(word).filter(|_| !self.blocks.contains(word))?;
        let applied = cursor.peek().filter(|next| next.is_group(Delimiter::Parenthesis));
        let values = merged_values(applied.map_or(arguments, Token::inner));
        Some((sign, values, applied.map(Token::text).unwrap_or_default()))
    }

    /// `add(a, b)`, `Add()([a, b])`, `Input(shape=(32, 32, 3))` where a chain starts.
    pub fn foreign_head(&mut self, cursor: &mut Cursor) -> Option<Merge> {
        let word = cursor.name_at(0).filter(|word| !self.is_step_word_text(&word.text))?;
        let mut ahead = cursor.clone();
        ahead.take();
        let mark = ahead.mark();
        let arguments = ahead.take().map_or(&[][..], Token::inner);
        let code = match self.foreign_join(&word.text, arguments, &ahead) {
            Some((sign, values, _)) if values.len() > 1 => values.join(&format!(" {sign} ")),
            None if word.text.to_ascii_lowercase().contains("input") => self.value.source.clone(),
            _ => return None,
        };
        ahead.take_while(|token| token.is_group(Delimiter::Parenthesis));
        let help = format!("write `{code}` instead of `{}{}`", word.text, text(ahead.since(mark)));
        self.report_local(word.loc, format!("there is no layer or block `{}`", word.text), help);
        *cursor = ahead;
        Some(Merge::broken(word.loc))
    }

    /// `relu(conv(16, 3x3))`: a step as the argument of another one.
    fn nested_step(&mut self, call: &Call, tokens: &[Token]) -> bool {
        let [first, group, rest @ ..] = tokens else { return false };
        let is_step = first
            .name()
            .is_some_and(|name| self.blocks.contains(&name.text) || translate::step(&name.text, &[]).is_some());
        if !group.is_group(Delimiter::Parenthesis) || !is_step || foreign::is_list(&call.word.text) {
            return false;
        }
        let word = &call.word.text;
        if foreign::merge(word) == Some("+") {
            // dfdx's `Residual(conv(16, 3x3), batch_norm)`
            let steps = parts(tokens, &[","]).join(" -> ");
            let help = format!("write `{steps} -> + {}` instead of `{}`", self.value.source, call.text);
            self.report_local(call.word.loc, format!("there is no layer or block `{word}`"), help);
            return true;
        }
        let args = text(rest).trim_start_matches(", ").to_string();
        let outer = if args.is_empty() { word.clone() } else { format!("{word}({args})") };
        let help = format!("write `{} -> {outer}` instead of `{}`", text(&tokens[..2]), call.text);
        self.report_local(first.loc.to(group.loc), "steps stand one behind the other, not in one another", help);
        true
    }

    /// The arguments of another library's layer. Errors in them are not reported.
    pub fn foreign_arguments(&mut self, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let before = std::mem::take(self.errors);
        let args = self.arguments(tokens, close);
        *self.errors = before;
        args
    }

    /// `nn::Conv2d(...)`, `net.conv(...)`, `conv!(...)`, `conv<16>(...)`, `model.add(conv(16, 3x3))`.
    fn path(&mut self, first: Name, cursor: &mut Cursor) -> Step {
        let mark = cursor.mark();
        let in_module = cursor.is(":") && foreign::is_library(&first.text);
        let (mut last, mut generic, mut args) = (first.text.clone(), Vec::new(), Vec::new());
        let mut angles = 0usize;
        while let Some(token) = cursor.peek()
            && !token.is_any(&["->", ";"])
            && !(token.is(",") && angles == 0)
        {
            match &token.kind {
                Kind::Op(op) if op == "<" => {
                    if self.blocks.contains(&last) {
                        generic = parts(&cursor.until(&[">"])[1..], &[","]);
                    }
                    angles += 1;
                }
                Kind::Op(op) if op == ">" => angles = angles.saturating_sub(1),
                Kind::Ident(_) if angles == 0 && !is_constructor(&token.text()) => last = token.text(),
                Kind::Group { tokens, close, .. } if args.is_empty() => {
                    let added =
                        tokens.first().map(Token::text).filter(|step| last == "add" && self.is_foreign_step(step));
                    let tokens = if added.is_some() { tokens.get(1).map_or(&[][..], Token::inner) } else { tokens };
                    last = added.unwrap_or(last);
                    args = self.foreign_arguments(tokens, *close);
                }
                _ => {}
            }
            cursor.take();
        }
        let (path, rest) = cursor.span_since(mark);
        let loc = first.loc.to(path);
        let values: Vec<Written> =
            generic.iter().map(|value| (None, value.as_str())).chain(args.iter().map(written)).collect();
        let own = self.blocks.contains(&last).then(|| translate::as_written(&last, &values));
        let Some(step) = own.or_else(|| translate::step(&last, &values)) else {
            // A word that is none here, either, whatever stands before it.
            let word = Name { text: last, ident: first.ident, loc };
            let text = format!("{}{rest}", first.text);
            return Step::Call(Call { word, args, loc, text, removal: String::new(), in_doubt: false });
        };
        let nearly = absent::nearly(&last);
        let own = in_module.then_some("a layer of your own by this name starts with `crate::` or `self::`");
        let error = Error::new(loc, "a layer or a block is a single word");
        let error = nearly.into_iter().chain(own).fold(error, Error::note);
        self.errors.push_local(error.help(format!("write `{step}`")));
        Step::Broken
    }
}
