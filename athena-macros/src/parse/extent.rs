//! Extents of what comes in and of what is promised: as written, and as likely meant.

use super::literal;
use super::tokens::{Kind, Token};
use super::{MOST_CLASSES, MOST_SIDE};
use crate::ast::ExprKind;
use crate::ir::Shape;
use crate::layers::misfit::MOST_NUMEL;

/// An extent as written.
#[derive(Clone, Copy)]
pub enum Written {
    /// `12`
    Vector(u64),
    /// `1x224x224`
    Map([u64; 3]),
}

impl Written {
    /// `12` or `1x224x224`, if the token is one of them.
    pub fn of(token: &Token) -> Option<Written> {
        let Kind::Literal(literal) = &token.kind else { return None };
        match literal::read(literal).ok()? {
            ExprKind::Int(length) => Some(Written::Vector(length)),
            ExprKind::Dims(sizes) => match sizes[..] {
                [channels, height, width] => Some(Written::Map([channels, height, width])),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Which side of a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What comes in.
    Inputs,
    /// What is promised.
    Outputs,
}

impl Side {
    /// What a map is called here.
    pub fn map(self) -> &'static str {
        match self {
            Side::Inputs => "an image",
            Side::Outputs => "a map",
        }
    }

    /// What an extent was meant to be that is written so: `12`, or `1x224x224`.
    pub fn likely(self, written: &str) -> Shape {
        let numbers = written.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
        let numbers: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
        match (self, &numbers[..]) {
            (_, [length]) => Shape::vector((*length).clamp(1, MOST_CLASSES as usize)),
            (Side::Outputs, []) => Shape::vector(10),
            _ => Shape::map(likely_shape(written)),
        }
    }
}

/// What `[3, 32, 32]`, `3X32X32`, `32x32x3` or `28x28` was meant to be.
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
