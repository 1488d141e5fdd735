//! Malformed signatures, and the signature that was most likely meant: types elsewhere depend on it.

use crate::ast::{ExprKind, Name, Port, extent};
use crate::errors::Error;
use crate::ir::Shape;
use crate::loc::Loc;
use crate::parse::cursor::Cursor;
use crate::parse::extent::{Side, Written, likely_shape};
use crate::parse::tokens::{Kind, Token, loc_of, text};
use crate::parse::{MOST_CLASSES, Parser, literal};
use proc_macro2::Delimiter;

const LAYOUT: &str = "channels x height x width";

impl Parser<'_> {
    /// `Net { ... }` and `Net(3x32x32 -> 10) { ... }`: says that there is no signature, or not where it should be, and
    /// returns the names that are in it nevertheless.
    pub fn without_signature(
        &mut self,
        name: &Name,
        cursor: &mut Cursor,
        likely: usize,
    ) -> Option<[Option<Vec<Port>>; 2]> {
        let token = cursor.peek()?;
        if token.is_group(Delimiter::Brace) && !cursor.is_at(1, "->") {
            let help = format!("write `{}(3x32x32) -> {likely}`: {LAYOUT}", name.text);
            self.report(name.loc, "the shape of the image and the number of classes are missing", help);
            return Some([None, None]);
        }
        let tokens = token.in_parentheses().unwrap_or_default();
        let arrow = tokens.iter().position(|token| token.is("->"))?;
        let (before, behind) = (&tokens[..arrow], &tokens[arrow + 1..]);
        let help = format!("write `({}) -> {}` instead of `({})`", text(before), text(behind), text(tokens));
        self.report(tokens[arrow].loc, "the outputs stand behind the parentheses", help);
        cursor.skip_to_body();
        let inner = behind.first().map(Token::inner).filter(|inner| !inner.is_empty()).unwrap_or(behind);
        let sides = [(before, Side::Inputs), (inner, Side::Outputs)];
        Some(sides.map(|(tokens, side)| self.has_names(tokens, cursor).then(|| self.ports(tokens, token.loc, side))))
    }

    /// `[3x32x32]`, `3x32x32`, `scan: 1x224x224, history: 12` or nothing where what comes in stands in parentheses.
    pub fn inputs_without_parentheses(&mut self, name: &Name, cursor: &mut Cursor) -> Option<Vec<Port>> {
        if let Some(ports) = self.names_without_parentheses(Side::Inputs, cursor) {
            return Some(ports);
        }
        match cursor.peek().filter(|token| !token.is_name() && !matches!(token.kind, Kind::Op(_))) {
            Some(token) => {
                let only = if let [inner] = token.inner() { inner } else { token };
                let as_it_is = Written::of(only).map(|_| only.text());
                let extent = as_it_is.unwrap_or_else(|| image(likely_shape(&token.text())));
                let help = format!("write `({extent})`");
                self.report(token.loc, "the shape of the network's image stands in parentheses", help);
                cursor.take();
            }
            None => {
                let help = format!("write `{}(3x32x32)`: {LAYOUT}", name.text);
                self.report(name.loc, "the shape of the network's image is missing", help);
            }
        }
        None
    }

    /// Parentheses without a shape in them.
    pub fn malformed_shape(&mut self, group: &Token) {
        let written = text(group.inner());
        if let Some(named) = with_names(group.inner()) {
            let help = format!("write `{named}` instead of `{written}`");
            return self.report(loc_of(group.inner(), group.loc), "several inputs need names", help);
        }
        let likely = image(likely_shape(&written));
        let (fact, help) = match group.inner().len() {
            0 => ("the shape of the network's image is missing".to_string(), format!("write `(3x32x32)`: {LAYOUT}")),
            1 => (format!("`{written}` is not the shape of an image: {LAYOUT}"), format!("write `{likely}`")),
            _ => (format!("the shape of an image is written as one: {LAYOUT}"), format!("write `{likely}`")),
        };
        self.report(loc_of(group.inner(), group.loc), fact, help);
    }

    /// Other signs than the `->` before what is promised, and their place; `None` where there is no sign.
    pub fn other_arrow_before_outputs(&mut self, name: &Name, cursor: &mut Cursor, likely: usize) -> Option<Loc> {
        let before = cursor.previous().map_or(name.loc, |token| token.loc);
        let mark = cursor.mark();
        cursor.take_while(|token| matches!(&token.kind, Kind::Op(op) if op != ";" && op != "#"));
        let (loc, written) = cursor.span_since(mark);
        if written.is_empty() && cursor.is_group(Delimiter::Parenthesis) {
            self.report(before, "expected `->` and the outputs", "put `->` behind it");
            return Some(before);
        }
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

/// `3x32x32, 12` with names; `None` if no image is among them.
fn with_names(tokens: &[Token]) -> Option<String> {
    let parts: Vec<&[Token]> = tokens.split(|token| token.is(",")).filter(|part| !part.is_empty()).collect();
    let mut images = 0;
    let mut named = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let [token] = part else { return None };
        let (name, number) = match Written::of(token)? {
            Written::Map(_) => ("image", images + 1),
            Written::Vector(_) => ("table", at + 1 - images),
        };
        images += usize::from(name == "image");
        let number = if number == 1 { String::new() } else { number.to_string() };
        named.push(format!("{name}{number}: {}", token.text()));
    }
    (images > 0 && named.len() > 1).then(|| named.join(", "))
}

fn image(shape: [usize; 3]) -> String {
    extent(Shape::map(shape))
}

/// The text of the token in the place of the shape.
pub fn shape_text(cursor: &Cursor) -> String {
    let mut ahead = cursor.clone();
    ahead.skip_to_body();
    let tokens = ahead.since(cursor.mark());
    tokens.iter().find(|token| !matches!(token.kind, Kind::Op(_))).map(Token::text).unwrap_or_default()
}

/// The outputs of the last `linear` of the body that follows, or 10.
pub fn likely_classes(cursor: &Cursor) -> usize {
    let body = cursor.rest().iter().find(|token| token.is_group(Delimiter::Brace));
    let calls = body.map_or(&[][..], Token::inner).windows(2).rev().filter(|pair| pair[0].is_word("linear"));
    let outputs = calls.filter_map(|pair| pair[1].inner().first()?.text().parse::<usize>().ok()).next();
    outputs.filter(|outputs| (1..=MOST_CLASSES as usize).contains(outputs)).unwrap_or(10)
}
