//! What a struct promises: the image's shape and the number of classes, `(3x32x32) -> 10`, and what was likely meant.

use super::Parser;
use super::items::skip_to_body;
use super::literal;
use super::recover::signatures::likely_shape;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{ExprKind, Name};
use crate::errors::Error;
use crate::layers::misfit::MOST_NUMEL;
use crate::loc::Loc;
use proc_macro2::Delimiter;

/// More rows, columns or channels than any image has.
pub const MOST_SIDE: u64 = 1 << 16;
/// More classes than any data has.
pub const MOST_CLASSES: u64 = 1 << 20;

impl Parser<'_> {
    /// `(3x32x32)`
    pub(super) fn shape(&mut self, name: &Name, cursor: &mut Cursor) -> Option<[usize; 3]> {
        let group = cursor.peek();
        let tokens = match group.map(|token| &token.kind) {
            Some(Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }) => tokens,
            Some(Kind::Group { .. } | Kind::Literal(_)) => {
                let written = group.map(Token::text).unwrap_or_default();
                let error = Error::new(cursor.here(), "the shape of the network's image stands in parentheses");
                self.errors.push(error.help(format!("write `({})`", sides(likely_shape(&written)))));
                cursor.take();
                return None;
            }
            _ => {
                let error = Error::new(name.loc, "the shape of the network's image is missing");
                self.errors.push(error.help(format!("write `{}(3x32x32)`: channels x height x width", name.text)));
                return None;
            }
        };
        cursor.take();
        let written = text(tokens);
        let whole = group.map_or(name.loc, |token| token.loc);
        let (at, fact) = match &tokens[..] {
            [Token { kind: Kind::Literal(literal), loc }] => match literal::read(literal) {
                Ok(ExprKind::Dims(sizes)) if sizes.len() == 3 => return self.sizes(&sizes, *loc),
                _ => (*loc, format!("`{written}` is not the shape of an image: channels x height x width")),
            },
            [first, .., last] => {
                (first.loc.to(last.loc), "the shape of an image is written as one: channels x height x width".into())
            }
            [only] => (only.loc, format!("`{written}` is not the shape of an image: channels x height x width")),
            [] => {
                let error = Error::new(whole, "the shape of the network's image is missing");
                self.errors.push(error.help("write `(3x32x32)`: channels x height x width"));
                return None;
            }
        };
        self.errors.push(Error::new(at, fact).help(format!("write `{}`", sides(likely_shape(&written)))));
        None
    }

    fn sizes(&mut self, sizes: &[u64], at: Loc) -> Option<[usize; 3]> {
        let names = ["channels", "rows", "columns"];
        let fixed = sides(likely_shape(&sizes.iter().map(u64::to_string).collect::<Vec<_>>().join("x")));
        if let Some((_, name)) = sizes.iter().zip(names).find(|(size, _)| **size == 0) {
            self.errors.push(Error::new(at, format!("an image with no {name}")).help(format!("write `{fixed}`")));
            return None;
        }
        if let Some((_, name)) = sizes.iter().zip(names).find(|(size, _)| **size > MOST_SIDE) {
            let error = Error::new(at, format!("an image with more than {MOST_SIDE} {name}"));
            self.errors.push(error.help(format!("write `{fixed}`")));
            return None;
        }
        let values: u128 = sizes.iter().map(|size| u128::from(*size)).product();
        if values > MOST_NUMEL {
            let error = Error::new(at, format!("an image of {values} values, more than {MOST_NUMEL}"));
            self.errors.push(error.help(format!("write `{fixed}`")));
            return None;
        }
        Some([sizes[0] as usize, sizes[1] as usize, sizes[2] as usize])
    }

    /// `-> 10`
    pub(super) fn classes(&mut self, name: &Name, cursor: &mut Cursor, likely: usize) -> Option<usize> {
        let before = cursor.previous().map_or(name.loc, |token| token.loc);
        let mark = cursor.mark();
        let is_sign = |token: &Token| matches!(&token.kind, Kind::Op(op) if op != ";" && op != "#");
        if cursor.eat("->").is_none() {
            while cursor.peek().is_some_and(is_sign) {
                cursor.take();
            }
        }
        let (arrow, written) = cursor.span_since(mark);
        match cursor.since(mark) {
            [] => {
                let error = Error::new(before, "the number of classes is missing");
                let number = cursor.peek().filter(|token| matches!(token.kind, Kind::Literal(_)));
                let code = if number.is_some() { "->".to_string() } else { format!("-> {likely}") };
                self.errors.push(error.help(format!("put `{code}` behind it")));
                skip_to_body(cursor);
                return None;
            }
            [sign] if sign.is("->") => {}
            _ => {
                let error = Error::new(arrow, format!("expected `->` and the number of classes, found `{written}`"));
                self.errors.push(error.help("write `->`"));
            }
        }
        let mark = cursor.mark();
        match cursor.peek().map(|token| &token.kind) {
            Some(Kind::Literal(_)) => drop(cursor.take()),
            _ => skip_to_body(cursor),
        }
        let (loc, written) = cursor.span_since(mark);
        if written.is_empty() {
            let error = Error::new(arrow, "the number of classes is missing");
            self.errors.push(error.help(format!("put `{likely}` behind it")));
            return None;
        }
        let value = match cursor.since(mark) {
            [Token { kind: Kind::Literal(literal), .. }] => literal::read(literal).ok(),
            _ => None,
        };
        let (fact, help) = match value {
            Some(ExprKind::Int(classes @ 1..=MOST_CLASSES)) => return Some(classes as usize),
            Some(ExprKind::Int(0)) => ("a network needs at least one class".to_string(), format!("write `{likely}`")),
            Some(ExprKind::Int(_)) => {
                (format!("more than {MOST_CLASSES} classes"), format!("write `{MOST_CLASSES}`, or less"))
            }
            _ => (
                format!("expected the number of classes, found `{written}`"),
                format!("write a whole number, such as `{likely}`"),
            ),
        };
        let error = Error::new(loc, fact);
        let error = match cursor.since(mark) {
            [Token { kind: Kind::Ident(_), .. }, rest @ ..] if !rest.iter().any(|token| token.is("<")) => {
                error.note_on_constants(&written)
            }
            _ => error,
        };
        self.errors.push(error.help(help));
        None
    }
}

fn sides(shape: [usize; 3]) -> String {
    shape.map(|size| size.to_string()).join("x")
}
