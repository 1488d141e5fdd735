//! Malformed signatures, and the signature that was most likely meant: types elsewhere depend on it.

use crate::ast::{ExprKind, Name};
use crate::errors::Error;
use crate::layers::misfit::MOST_NUMEL;
use crate::loc::Loc;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, loc_of, text};
use crate::parse::{MOST_CLASSES, MOST_SIDE, Parser, literal};
use proc_macro2::Delimiter;

const LAYOUT: &str = "channels x height x width";

impl Parser<'_> {
    /// Reports a missing or misplaced signature: `Net { ... }`, `Net(3x32x32 -> 10) { ... }`.
    pub fn without_signature(&mut self, name: &Name, cursor: &mut Cursor, likely: usize) -> bool {
        let Some(token) = cursor.peek() else { return false };
        if token.is_group(Delimiter::Brace) && !cursor.is_at(1, "->") {
            let help = format!("write `{}(3x32x32) -> {likely}`: {LAYOUT}", name.text);
            self.report(name.loc, "the shape of the image and the number of classes are missing", help);
            return true;
        }
        let tokens = token.in_parentheses().unwrap_or_default();
        let Some(arrow) = tokens.iter().position(|token| token.is("->")) else { return false };
        let (shape, classes) = (text(&tokens[..arrow]), text(&tokens[arrow + 1..]));
        let help = format!("write `({shape}) -> {classes}` instead of `({})`", text(tokens));
        self.report(tokens[arrow].loc, "the number of classes stands behind the parentheses", help);
        cursor.skip_to_body();
        true
    }

    /// `[3x32x32]`, `3x32x32` or nothing instead of the shape in parentheses.
    pub fn shape_without_parentheses(&mut self, name: &Name, cursor: &mut Cursor) {
        match cursor.peek().filter(|token| !token.is_name() && !matches!(token.kind, Kind::Op(_))) {
            Some(token) => {
                let help = format!("write `({})`", sides(likely_shape(&token.text())));
                self.report(token.loc, "the shape of the network's image stands in parentheses", help);
                cursor.take();
            }
            None => {
                let help = format!("write `{}(3x32x32)`: {LAYOUT}", name.text);
                self.report(name.loc, "the shape of the network's image is missing", help);
            }
        }
    }

    /// Parentheses without a shape in them.
    pub fn malformed_shape(&mut self, group: &Token) {
        let written = text(group.inner());
        let likely = sides(likely_shape(&written));
        let (fact, help) = match group.inner().len() {
            0 => ("the shape of the network's image is missing".to_string(), format!("write `(3x32x32)`: {LAYOUT}")),
            1 => (format!("`{written}` is not the shape of an image: {LAYOUT}"), format!("write `{likely}`")),
            _ => (format!("the shape of an image is written as one: {LAYOUT}"), format!("write `{likely}`")),
        };
        self.report(loc_of(group.inner(), group.loc), fact, help);
    }

    /// Other signs than the `->` before the number of classes, and their place; `None` where there is no sign.
    pub fn other_arrow_before_classes(&mut self, name: &Name, cursor: &mut Cursor, likely: usize) -> Option<Loc> {
        let before = cursor.previous().map_or(name.loc, |token| token.loc);
        let mark = cursor.mark();
        cursor.take_while(|token| matches!(&token.kind, Kind::Op(op) if op != ";" && op != "#"));
        let (loc, written) = cursor.span_since(mark);
        if written.is_empty() {
            let code = match cursor.peek().is_some_and(Token::is_literal) {
                true => "->".to_string(),
                false => format!("-> {likely}"),
            };
            self.report(before, "the number of classes is missing", format!("put `{code}` behind it"));
            cursor.skip_to_body();
            return None;
        }
        self.report(loc, format!("expected `->` and the number of classes, found `{written}`"), "write `->`");
        Some(loc)
    }

    /// Something else than the number of classes.
    pub fn malformed_classes(&mut self, arrow: Loc, cursor: &mut Cursor, likely: usize) {
        let mark = cursor.mark();
        match cursor.peek().filter(|token| token.is_literal()) {
            Some(_) => drop(cursor.take()),
            None => cursor.skip_to_body(),
        }
        let (loc, written) = cursor.span_since(mark);
        let value = match cursor.since(mark) {
            [] => return self.report(arrow, "the number of classes is missing", format!("put `{likely}` behind it")),
            [Token { kind: Kind::Literal(literal), .. }] => literal::read(literal).ok(),
            _ => None,
        };
        let (fact, help) = match value {
            Some(ExprKind::Int(0)) => ("a network needs at least one class".to_string(), format!("write `{likely}`")),
            Some(ExprKind::Int(_)) => {
                (format!("more than {MOST_CLASSES} classes"), format!("write `{MOST_CLASSES}`, or less"))
            }
            _ => (
                format!("expected the number of classes, found `{written}`"),
                format!("write a whole number, such as `{likely}`"),
            ),
        };
        let error = Error::new(loc, fact).help(help);
        self.errors.push(match cursor.since(mark) {
            [first, rest @ ..] if first.is_name() && !rest.iter().any(|token| token.is("<")) => {
                error.note_on_constants(&written)
            }
            _ => error,
        });
    }
}

pub fn sides(shape: [usize; 3]) -> String {
    shape.map(|size| size.to_string()).join("x")
}

/// The text of the token in the place of the shape.
pub fn shape_text(cursor: &Cursor) -> String {
    let mut ahead = cursor.clone();
    ahead.skip_to_body();
    let tokens = ahead.since(cursor.mark());
    tokens.iter().find(|token| !matches!(token.kind, Kind::Op(_))).map(Token::text).unwrap_or_default()
}

/// The shape that `[3, 32, 32]`, `3X32X32`, `32x32x3` or `28x28` most likely means.
pub fn likely_shape(written: &str) -> [usize; 3] {
    let numbers = written.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let sizes: Vec<usize> =
        numbers.map(|size| size.parse().unwrap_or(usize::MAX).clamp(1, MOST_SIDE as usize)).collect();
    let shape = match sizes[..] {
        [side] => [3, side, side],
        [height, width] => [1, height, width],
        // Keras and TensorFlow write the channels last.
        [height, width, channels @ (1 | 3)] if height > 3 => [channels, height, width],
        [channels, height, width] => [channels, height, width],
        _ => [3, 32, 32],
    };
    let numbers = shape.iter().map(|size| *size as u128).product::<u128>();
    if numbers > MOST_NUMEL { [3, 224, 224] } else { shape }
}

/// The outputs of the last `linear` of the body that follows, or 10.
pub fn likely_classes(cursor: &Cursor) -> usize {
    let body = cursor.rest().iter().find(|token| token.is_group(Delimiter::Brace));
    let calls = body.map_or(&[][..], Token::inner).windows(2).rev().filter(|pair| pair[0].is_word("linear"));
    let outputs = calls.filter_map(|pair| pair[1].inner().first()?.text().parse::<usize>().ok()).next();
    outputs.filter(|outputs| (1..=MOST_CLASSES as usize).contains(outputs)).unwrap_or(10)
}
