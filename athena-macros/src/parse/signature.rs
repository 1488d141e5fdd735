//! What comes into a network and what it promises: `(3x32x32) -> 10`, `(scan: 1x224x224, history: 12) -> (class: 5, corners: 4)`.

use super::cursor::Cursor;
use super::extent::{Side, Written, likely_shape};
use super::recover::signatures::{likely_classes, shape_text};
use super::tokens::{Kind, Token};
use super::{MOST_CLASSES, MOST_SIDE, Parser};
use crate::ast::{Name, Port, extent};
use crate::ir::Shape;
use crate::layers::misfit::MOST_NUMEL;
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `(3x32x32) -> 10`
    pub(super) fn signature(&mut self, name: &Name, cursor: &mut Cursor) -> [Vec<Port>; 2] {
        let classes = likely_classes(cursor);
        let image = unnamed(Shape::map(likely_shape(&shape_text(cursor))), name.loc);
        let vector = unnamed(Shape::vector(classes), name.loc);
        match self.without_signature(name, cursor, classes) {
            Some([inputs, outputs]) => [inputs.unwrap_or(vec![image]), outputs.unwrap_or(vec![vector])],
            None => [self.inputs(name, image, cursor), self.outputs(name, vector, cursor)],
        }
    }

    /// `(3x32x32)`, or `(scan: 1x224x224, history: 12)`; `image` is what was likely meant if it is malformed.
    fn inputs(&mut self, name: &Name, image: Port, cursor: &mut Cursor) -> Vec<Port> {
        let Some(group) = cursor.peek().filter(|token| token.is_group(Delimiter::Parenthesis)) else {
            let written = self.inputs_without_parentheses(name, cursor);
            return written.unwrap_or(vec![image]);
        };
        cursor.take();
        if let Some(ports) = self.named_ports(group, Side::Inputs, cursor) {
            return ports;
        }
        let [token] = group.inner() else {
            self.malformed_shape(group);
            return vec![Port { loc: group.loc, ..image }];
        };
        let extent = match Written::of(token) {
            Some(written) => self.extent(written, token.loc, Side::Inputs),
            None => {
                self.malformed_shape(group);
                None
            }
        };
        vec![Port { extent, likely: extent.unwrap_or(image.likely), loc: token.loc, text: token.text(), ..image }]
    }

    /// `-> 10`, `-> 21x256x256`, or `-> (class: 5, corners: 4)`; `vector` is what was likely meant if it is malformed.
    fn outputs(&mut self, name: &Name, vector: Port, cursor: &mut Cursor) -> Vec<Port> {
        let likely = vector.likely.channels;
        let arrow = match cursor.eat("->") {
            Some(arrow) => arrow.loc,
            None => match self.other_arrow_before_outputs(name, cursor, likely) {
                Some(arrow) => arrow,
                None => return vec![vector],
            },
        };
        if let Some(group) = cursor.peek().filter(|token| token.is_group(Delimiter::Parenthesis))
            && let Some(ports) = self.named_ports(group, Side::Outputs, cursor)
        {
            cursor.take();
            return ports;
        }
        if let Some(ports) = self.names_without_parentheses(Side::Outputs, cursor) {
            return ports;
        }
        let fits = |written: &Written| matches!(written, Written::Map(_) | Written::Vector(1..=MOST_CLASSES));
        let Some((token, written)) = cursor.peek().and_then(|token| Some((token, Written::of(token).filter(fits)?)))
        else {
            self.malformed_classes(arrow, cursor, likely);
            return vec![vector];
        };
        cursor.take();
        let extent = self.extent(written, token.loc, Side::Outputs);
        vec![Port { extent, likely: extent.unwrap_or(vector.likely), loc: token.loc, text: token.text(), ..vector }]
    }

    /// `scan: 1x224x224, history: 12` in brackets. `None` if these are no names.
    pub(super) fn named_ports(&mut self, group: &Token, side: Side, cursor: &Cursor) -> Option<Vec<Port>> {
        let Kind::Group { tokens, close, .. } = &group.kind else { return None };
        self.has_names(tokens, cursor).then(|| self.ports(tokens, *close, side))
    }

    /// `scan: 1x224x224, history: 12`
    pub(super) fn ports(&mut self, tokens: &[Token], close: Loc, side: Side) -> Vec<Port> {
        let mut cursor = Cursor::new(tokens, close);
        let mut ports = Vec::new();
        while self.goes_on(&mut cursor) {
            if self.empty_port(&mut cursor) {
                continue;
            }
            ports.push(self.port(side, &mut cursor));
            if !cursor.at_end() && cursor.eat(",").is_none() {
                self.missing_comma(&mut cursor);
            }
        }
        ports
    }

    /// `scan: 1x224x224`
    fn port(&mut self, side: Side, cursor: &mut Cursor) -> Port {
        let mark = cursor.mark();
        let name = self.port_name(side, cursor);
        let written = cursor.peek().and_then(|token| Some((Written::of(token)?, token.loc)));
        let (extent, loc) = match written {
            Some((written, loc)) => {
                cursor.take();
                (self.extent(written, loc, side), loc)
            }
            None => (None, self.malformed_extent(name.as_ref(), side, cursor)),
        };
        let (_, text) = cursor.span_since(mark);
        let likely = extent.unwrap_or_else(|| side.likely(&text));
        Port { extent: extent.filter(|_| name.is_some()), name, likely, loc, text }
    }

    fn extent(&mut self, written: Written, at: Loc, side: Side) -> Option<Shape> {
        match written {
            Written::Vector(length) => self.vector(length, at, side),
            Written::Map(sizes) => self.sizes(sizes, at, side).map(Shape::map),
        }
    }

    /// A vector, if it has numbers and not too many.
    fn vector(&mut self, length: u64, at: Loc, side: Side) -> Option<Shape> {
        let likely = match side {
            Side::Inputs => 12,
            Side::Outputs => 10,
        };
        match length {
            0 => self.report(at, "a vector has one number or more", format!("write `{likely}`")),
            1..=MOST_CLASSES => return Some(Shape::vector(length as usize)),
            _ => {
                let help = format!("write `{MOST_CLASSES}`, or less");
                self.report(at, format!("a vector of more than {MOST_CLASSES} numbers"), help);
            }
        }
        None
    }

    /// Channels, height and width, if an image can have them.
    fn sizes(&mut self, sizes: [u64; 3], at: Loc, side: Side) -> Option<[usize; 3]> {
        let names = ["channels", "rows", "columns"];
        let first = |is_wrong: fn(u64) -> bool| sizes.into_iter().position(is_wrong).map(|index| names[index]);
        let values: u128 = sizes.into_iter().map(u128::from).product();
        let what = side.map();
        let fact = if let Some(name) = first(|size| size == 0) {
            format!("{what} with no {name}")
        } else if let Some(name) = first(|size| size > MOST_SIDE) {
            format!("{what} with more than {MOST_SIDE} {name}")
        } else if values > MOST_NUMEL {
            format!("{what} of {values} values, more than {MOST_NUMEL}")
        } else {
            return Some(sizes.map(|size| size as usize));
        };
        let written = sizes.map(|size| size.to_string()).join("x");
        self.report(at, fact, format!("write `{}`", extent(Shape::map(likely_shape(&written)))));
        None
    }
}

/// A port that is malformed.
fn unnamed(likely: Shape, loc: Loc) -> Port {
    Port { name: None, extent: None, likely, loc, text: String::new() }
}
