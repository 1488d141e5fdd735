//! The signature of a struct: the image's shape and the number of classes, `(3x32x32) -> 10`.

use super::cursor::Cursor;
use super::literal;
use super::recover::signatures::{likely_shape, sides};
use super::tokens::{Kind, Token};
use super::{MOST_CLASSES, MOST_SIDE, Parser};
use crate::ast::{ExprKind, Name};
use crate::layers::misfit::MOST_NUMEL;
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `(3x32x32)`
    pub(super) fn shape(&mut self, name: &Name, cursor: &mut Cursor) -> Option<[usize; 3]> {
        let Some(group) = cursor.peek().filter(|token| token.is_group(Delimiter::Parenthesis)) else {
            self.shape_without_parentheses(name, cursor);
            return None;
        };
        cursor.take();
        if let [Token { kind: Kind::Literal(literal), loc }] = group.inner()
            && let Ok(ExprKind::Dims(sizes)) = literal::read(literal)
            && let [channels, height, width] = sizes[..]
        {
            return self.sizes([channels, height, width], *loc);
        }
        self.malformed_shape(group);
        None
    }

    /// Channels, height and width, if an image can have them.
    fn sizes(&mut self, sizes: [u64; 3], at: Loc) -> Option<[usize; 3]> {
        let names = ["channels", "rows", "columns"];
        let first = |is_wrong: fn(u64) -> bool| sizes.into_iter().position(is_wrong).map(|index| names[index]);
        let values: u128 = sizes.into_iter().map(u128::from).product();
        let fact = if let Some(name) = first(|size| size == 0) {
            format!("an image with no {name}")
        } else if let Some(name) = first(|size| size > MOST_SIDE) {
            format!("an image with more than {MOST_SIDE} {name}")
        } else if values > MOST_NUMEL {
            format!("an image of {values} values, more than {MOST_NUMEL}")
        } else {
            return Some(sizes.map(|size| size as usize));
        };
        let written = sizes.map(|size| size.to_string()).join("x");
        self.report(at, fact, format!("write `{}`", sides(likely_shape(&written))));
        None
    }

    /// `-> 10`
    pub(super) fn classes(&mut self, name: &Name, cursor: &mut Cursor, likely: usize) -> Option<usize> {
        let arrow = match cursor.eat("->") {
            Some(arrow) => arrow.loc,
            None => self.other_arrow_before_classes(name, cursor, likely)?,
        };
        if let Some(Token { kind: Kind::Literal(literal), .. }) = cursor.peek()
            && let Ok(ExprKind::Int(classes @ 1..=MOST_CLASSES)) = literal::read(literal)
        {
            cursor.take();
            return Some(classes as usize);
        }
        self.malformed_classes(arrow, cursor, likely);
        None
    }
}
