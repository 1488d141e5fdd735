//! Layers of the user's own: `crate::HardTanh`, `crate::Scaled(0.5)`, `self::Upsample as 16x16x16`.

use super::Parser;
use super::cursor::Cursor;
use super::expression;
use super::tokens::{Kind, Token, text};
use crate::ast::{Expr, Name, Own, Step};
use crate::errors::Error;
use crate::words::{self, absent, foreign};
use proc_macro2::Delimiter;
use quote::quote_spanned;

/// Whether a layer of the user's own starts with `first`: a path that does not end in a word of this language, and is not a layer
/// of another library with a counterpart here. `nn::HardTanh` has only a near counterpart, so it is the user's own.
pub fn is_own(first: &Name, cursor: &Cursor) -> bool {
    let mut ahead = cursor.clone();
    let mut last = None;
    let mut before = Some(first.clone());
    while is_separator(&ahead) {
        ahead.take();
        ahead.take();
        before = last.or(before);
        last = ahead.take().and_then(Token::name);
        if last.is_none() {
            return false;
        }
    }
    if last.as_ref().is_some_and(|last| is_constructor(&last.text)) {
        // `Conv2dConfig::new(...)` is another library's.
        return before.is_some_and(|name| foreign::word(&name.text).is_none());
    }
    let own_crate = ["crate", "self", "super"].contains(&first.text.as_str());
    let known = |last: &Name| match foreign::is_library(&first.text) {
        true => foreign::word(&last.text).is_some() && absent::nearly(&last.text).is_none(),
        false => words::find(&last.text).is_some(),
    };
    !ahead.is("!") && !ahead.is(".") && last.is_some_and(|last| own_crate || !known(&last))
}

/// Whether a name is that of a constructor, and not of a layer.
pub fn is_constructor(name: &str) -> bool {
    ["new", "init", "default"].contains(&name)
}

/// Whether `::` comes next, and no generic argument after it.
fn is_separator(cursor: &Cursor) -> bool {
    is_colons(cursor) && !cursor.peek_at(2).is_some_and(|next| next.is("<"))
}

fn is_colons(cursor: &Cursor) -> bool {
    cursor.is(":") && cursor.peek_at(1).is_some_and(|next| next.is(":"))
}

impl Parser<'_> {
    /// A layer of the user's own, after the first name of its path.
    pub(super) fn own_layer(&mut self, first: Name, cursor: &mut Cursor) -> Step {
        if self.is_taken(&first, &["crate", "self", "super"]) {
            return Step::Broken;
        }
        let mut loc = first.loc;
        let ident = &first.ident;
        let mut expression = quote_spanned!(first.loc.start=> #ident);
        let (mut path, mut last) = (first.text.clone(), first);
        while is_separator(cursor) {
            let colons = cursor.here();
            cursor.take();
            cursor.take();
            let Some(name) = cursor.take().and_then(Token::name) else { break };
            if self.is_taken(&name, &["super"]) {
                return Step::Broken;
            }
            let ident = &name.ident;
            expression.extend(quote_spanned!(colons.start=> :: #ident));
            path = format!("{path}::{}", name.text);
            loc = loc.to(name.loc);
            last = name;
        }
        if cursor.is("<") || is_colons(cursor) {
            let mark = cursor.mark();
            cursor.skip_to(&["->", ",", ";"]);
            let alias = format!("write `{path}`, or outside `type Mine = {}<...>;` and here its path", last.text);
            self.report(loc.to(cursor.span_since(mark).0), "the path of your own layer has no `<`", alias);
            return Step::Broken;
        }
        let mut written = path.clone();
        if let Some(values) = cursor.peek().filter(|next| holds_values(next)) {
            cursor.take();
            if !are_sound(values) {
                let error = Error::new(values.loc, format!("these values of `{path}` are no plain expressions"));
                self.errors.push(
                    error
                        .note("numbers, names, calls, macros and closures such as `|x| 2.0 * x` stand there, no blocks")
                        .help("write `(0.5)`, or a constant made outside"),
                );
                return Step::Broken;
            }
            expression.extend(values.trees());
            let space = if values.is_group(Delimiter::Brace) { " " } else { "" };
            written = format!("{written}{space}{}", text(std::slice::from_ref(values)));
            loc = loc.to(values.loc);
        }
        let Ok(shape) = self.made_shape(cursor) else { return Step::Broken };
        if let Some(of) = &shape {
            written = format!("{written} as {}", of.text);
        }
        let tokens = (loc.last - loc.first) as usize + 1;
        Step::Own(Own { path, word: snake(&last.text), expression, tokens, shape, loc, text: written })
    }

    /// The shape of `as 16x8x8`, if there is one. A missing shape is reported, and is an error.
    fn made_shape(&mut self, cursor: &mut Cursor) -> Result<Option<Expr>, ()> {
        let Some(word) = cursor.peek().filter(|next| next.is_word("as")) else { return Ok(None) };
        cursor.take();
        if cursor.at_end() || matches!(cursor.peek().map(|next| &next.kind), Some(Kind::Op(_))) {
            let help = "put `16x8x8` behind it: channels x height x width, or one number for a vector";
            self.report(word.loc, "the shape is missing behind `as`", help);
            return Err(());
        }
        Ok(Some(self.count(cursor)))
    }

    /// Reports a part of a path that is a keyword of Rust, unless it is allowed there.
    fn is_taken(&mut self, name: &Name, allowed: &[&str]) -> bool {
        let taken = words::is_keyword(&name.ident.to_string()) && !allowed.contains(&name.text.as_str());
        if taken {
            let fact = format!("`{}` is a word of Rust's and cannot be a name", name.text);
            self.report(name.loc, fact, "write `Mine`, or what your own layer is called");
        }
        taken
    }
}

/// `(0.5)` or `{ beta: 0.5 }`, as Rust writes the values of a struct.
fn holds_values(token: &Token) -> bool {
    token.is_group(Delimiter::Parenthesis) || token.is_group(Delimiter::Brace)
}

fn are_sound(values: &Token) -> bool {
    let Kind::Group { delimiter, original, .. } = &values.kind else { return false };
    match delimiter {
        Delimiter::Brace => expression::are_fields(original.stream()),
        _ => expression::are_values(original.stream()),
    }
}

/// `HardTanh` as `hard_tanh`.
fn snake(name: &str) -> String {
    let mut word = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            word.push('_');
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
        word.extend(letter.to_lowercase());
    }
    word
}
