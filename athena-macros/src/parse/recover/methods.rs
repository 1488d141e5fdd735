//! Methods on a step, as builders have them, `conv(16, 3x3).stride(2)`, and what else stands behind Rust's expressions.

use crate::ast::Call;
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, text};
use crate::words::{self, foreign, translate};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// Behind a step and its arguments. Says whether arguments stood there, without which the step is not what was meant.
    pub fn methods(&mut self, call: &Call, cursor: &mut Cursor) -> bool {
        let mark = cursor.mark();
        let mut arguments = Some(Vec::new());
        while let Some(method) = self.method_name(cursor) {
            cursor.take();
            cursor.take();
            let group = cursor.peek().filter(|next| next.is_group(Delimiter::Parenthesis));
            group.map(|_| cursor.take());
            let argument = group.and_then(|group| argument(call, &method, group));
            arguments = arguments.zip(argument).map(|(mut all, one): (Vec<String>, _)| {
                all.push(one);
                all
            });
        }
        if cursor.mark() == mark {
            return false;
        }
        let (loc, written) = cursor.span_since(mark);
        let Some(arguments) = arguments else {
            self.errors.push_local(Error::new(loc, "a step has no methods").help("remove it"));
            return false;
        };
        let step = call.text.strip_suffix(')').unwrap_or(&call.text);
        let comma = if step.ends_with('(') { "" } else { ", " };
        let error = Error::new(loc, format!("the arguments of `{}` stand in its parentheses", call.word.text));
        let help = format!("write `{step}{comma}{})` instead of `{}{written}`", arguments.join(", "), call.text);
        self.errors.push_local(error.help(help));
        true
    }

    /// The word behind a dot, unless it is a step of its own: `conv(16, 3x3).relu()`.
    fn method_name(&self, cursor: &Cursor) -> Option<String> {
        let word = cursor.peek_at(1).filter(|_| cursor.is(".") && !self.other_end_at(cursor, 0))?.name()?.text;
        // Before a label, a path or another value the dot stands for another sign.
        if cursor.peek_at(2).is_some_and(|next| [":", "+", "*", "||"].iter().any(|sign| next.is(sign))) {
            return None;
        }
        let is_step = self.blocks.contains(&word)
            || translate::step(&word, &[]).is_some()
            || foreign::is_other(&word)
            || foreign::merge(&word).is_some();
        (!is_step).then_some(word)
    }

    /// `conv(16, 3x3)?` and `input[0]`, behind a step or a value.
    pub fn rust_suffix(&mut self, cursor: &mut Cursor) -> bool {
        let is_index = |token: &Token| match &token.kind {
            Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } => {
                tokens.iter().all(|token| token.name().is_none())
            }
            _ => false,
        };
        let Some(token) = cursor.peek().filter(|token| is_index(token)) else { return false };
        cursor.take();
        self.errors.push_local(Error::new(token.loc, "maps and steps have no parts to choose from").help("remove it"));
        true
    }
}

/// `stride = 2` for `.with_stride(2)`.
fn argument(call: &Call, method: &str, group: &Token) -> Option<String> {
    let Kind::Group { tokens, .. } = &group.kind else { return None };
    let names: Vec<&'static str> = words::find(&call.word.text)?.args.iter().map(|argument| argument.name).collect();
    let bare = method.trim_start_matches("with_").trim_start_matches("set_");
    let name = names.iter().copied().find(|name| *name == bare).or_else(|| foreign::argument(bare, &names))?;
    let value = if tokens.is_empty() { "true".to_string() } else { text(tokens) };
    Some(format!("{name} = {value}"))
}
