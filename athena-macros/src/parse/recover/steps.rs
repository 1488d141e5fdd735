//! Steps as other libraries and Rust write them: `Add()([a, b])`, `relu(conv(16, 3x3))`, `nn::Conv2d(3, 16)`.

use crate::ast::{Arg, Call, Expr, ExprKind, Name, Step};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::own::is_constructor;
use crate::parse::recover::operands::merged_values;
use crate::parse::tokens::{Kind, Token, text};
use crate::words::translate::{self, Written, written};
use crate::words::{self, absent, foreign};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `2 * 3 * basic(16)`: behind the first sign.
    pub(in crate::parse) fn product(&mut self, cursor: &mut Cursor, first: Expr) -> Expr {
        let mut factors = vec![first.text.clone()];
        let mut loc = first.loc;
        while let (Some(token), Some(next)) = (cursor.peek(), cursor.peek_at(1)) {
            if !next.is("*") || self.is_step_word(token) {
                break;
            }
            factors.push(token.text());
            loc = loc.to(token.loc);
            cursor.take();
            cursor.take();
        }
        if factors.len() == 1 {
            return first;
        }
        let error = Error::new(loc, "a step is repeated by one number");
        self.errors.push_local(error.help(format!("write the product: `({})`", factors.join(" * "))));
        Expr { kind: ExprKind::Broken, loc, text: factors.join(" * ") }
    }

    /// Nothing where a step should be.
    pub(in crate::parse) fn missing_step(&mut self, cursor: &Cursor) -> Step {
        let before = cursor.previous();
        let at = before.map_or(cursor.here(), |before| before.loc);
        let error = Error::new(at, "a step is missing here");
        let error = match before {
            Some(sign) if sign.is(":") || sign.is("*") => error.help("put `relu` behind it, or another step"),
            _ => error.help("remove it, or write a step such as `relu` behind it"),
        };
        self.errors.push_until(error, cursor.here());
        Step::Broken
    }

    /// `Add()([a])`, `concat([a, b], axis = 1)`
    pub(in crate::parse) fn foreign_merge(&mut self, call: &Call, arguments: &[Token], cursor: &mut Cursor) -> bool {
        let is_block = self.blocks.contains(&call.word.text);
        let Some(sign) = foreign::merge(&call.word.text).filter(|_| !is_block) else { return false };
        let applied = cursor.peek().and_then(|next| match &next.kind {
            Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. } => Some((next.text(), tokens)),
            _ => None,
        });
        let values = merged_values(applied.as_ref().map_or(arguments, |(_, tokens)| tokens));
        if values.is_empty() {
            return false;
        }
        let written = applied.map_or(String::new(), |(written, _)| written);
        if !written.is_empty() {
            cursor.take();
        }
        let error = Error::new(call.word.loc, format!("there is no layer or block `{}`", call.word.text));
        let code = format!("{sign} {}", values.join(&format!(" {sign} ")));
        self.errors.push(error.help(format!("write `{code}` instead of `{}{written}`", call.text)));
        true
    }

    /// `relu(conv(16, 3x3))`: steps as functions of one another.
    pub(in crate::parse) fn nested_step(&mut self, call: &Call, tokens: &[Token]) -> bool {
        let [Token { kind: Kind::Ident(_), .. }, group, rest @ ..] = tokens else { return false };
        let name = tokens[0].name().map(|name| name.text).unwrap_or_default();
        let is_step = self.blocks.contains(&name) || translate::step(&name, &[]).is_some();
        if !group.is_group(Delimiter::Parenthesis) || !is_step || foreign::is_list(&call.word.text) {
            return false;
        }
        if foreign::merge(&call.word.text) == Some("+") {
            // dfdx's `Residual(conv(16, 3x3), batch_norm)`
            let steps: Vec<String> = tokens.split(|token| token.is(",")).map(text).collect();
            let error = Error::new(call.word.loc, format!("there is no layer or block `{}`", call.word.text));
            let steps = steps.join(" -> ");
            self.errors.push_local(error.help(format!("write `{steps} -> + input` instead of `{}`", call.text)));
            return true;
        }
        let inner = text(&tokens[..2]);
        let args = text(rest).trim_start_matches(", ").to_string();
        let outer = if args.is_empty() { call.word.text.clone() } else { format!("{}({args})", call.word.text) };
        let error = Error::new(tokens[0].loc.to(group.loc), "steps stand one behind the other, not in one another");
        self.errors.push_local(error.help(format!("write `{inner} -> {outer}` instead of `{}`", call.text)));
        true
    }

    pub(in crate::parse) fn foreign_arguments(&mut self, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let before = std::mem::take(self.errors);
        let args = self.arguments(tokens, close);
        *self.errors = before;
        args
    }

    /// `model.add(conv(16, 3x3))`
    pub(in crate::parse) fn added_step(&mut self, method: &str, tokens: &[Token], loc: Loc) -> bool {
        let [name, group @ ..] = tokens else { return false };
        let Some(name) = name.name().filter(|_| method == "add" && group.len() < 2) else { return false };
        let args = match group.first().map(|group| &group.kind) {
            Some(Kind::Group { tokens, close, .. }) => self.foreign_arguments(tokens, *close),
            _ => Vec::new(),
        };
        let written: Vec<Written> = args.iter().map(written).collect();
        let is_own = self.blocks.contains(&name.text) || words::find(&name.text).is_some();
        let step = if is_own { Some(text(tokens)) } else { translate::step(&name.text, &written) };
        let Some(step) = step else { return false };
        self.errors.push_local(Error::new(loc, "`->` adds a step to the network").help(format!("write `{step}`")));
        true
    }

    /// `nn::Conv2d(...)`, `net.conv(...)`, `conv!(...)`, `conv<16>(...)`.
    pub(in crate::parse) fn path(&mut self, first: Name, cursor: &mut Cursor) -> Step {
        let mark = cursor.mark();
        let in_module = cursor.is(":") && foreign::is_library(&first.text);
        let mut loc = first.loc;
        let mut last = first.text.clone();
        let mut args = Vec::new();
        let mut generic = Vec::new();
        let mut angles = 0usize;
        while let Some(token) = cursor.peek() {
            let ends = token.is("->") || token.is(";") || (token.is(",") && angles == 0);
            if ends {
                break;
            }
            angles = match token {
                _ if token.is("<") => angles + 1,
                _ if token.is(">") => angles.saturating_sub(1),
                _ => angles,
            };
            loc = loc.to(token.loc);
            if let Some(name) = token.name().filter(|name| angles == 0 && !is_constructor(&name.text)) {
                last = name.text;
            }
            if let Kind::Group { tokens, close, .. } = &token.kind {
                if self.added_step(&last, tokens, loc) {
                    cursor.take();
                    return Step::Broken;
                }
                args = if args.is_empty() { self.foreign_arguments(tokens, *close) } else { args };
            }
            if token.is("<") && self.blocks.contains(&last) {
                generic = generic_arguments(cursor);
            }
            cursor.take();
        }
        let generic = generic.iter().map(|value| (None, value.as_str()));
        let written: Vec<Written> = generic.chain(args.iter().map(written)).collect();
        let own = self.blocks.contains(&last).then(|| translate::as_written(&last, &written));
        let Some(step) = own.or_else(|| translate::step(&last, &written)) else {
            // A word that is none here, either, whatever stands before it.
            let word = Name { text: last, ident: first.ident, loc };
            let text = format!("{}{}", first.text, cursor.span_since(mark).1);
            return Step::Call(Call { word, args, loc, text, removal: String::new(), in_doubt: false });
        };
        let error = Error::new(loc, "a layer or a block is a single word");
        let error = match absent::nearly(&last, written.first().map_or("", |(_, value)| value)) {
            Some(note) => error.note(note),
            None => error,
        };
        let error = match in_module {
            true => error.note("a layer of your own by this name starts with `crate::` or `self::`"),
            false => error,
        };
        self.errors.push_local(error.help(format!("write `{step}`")));
        Step::Broken
    }
}

/// `16` and `3` in `<16, 3>`, at the `<`.
pub(in crate::parse) fn generic_arguments(cursor: &Cursor) -> Vec<String> {
    let mut ahead = cursor.clone();
    ahead.take();
    let mark = ahead.mark();
    ahead.skip_to(&[">"]);
    ahead.since(mark).split(|token| token.is(",")).filter(|value| !value.is_empty()).map(text).collect()
}
