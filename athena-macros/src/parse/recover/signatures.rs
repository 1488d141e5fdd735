//! What a struct was likely meant to promise, which types elsewhere depend on.

use crate::errors::Error;
use crate::layers::misfit::MOST_NUMEL;
use crate::parse::Parser;
use crate::parse::body::is_word;
use crate::parse::items::skip_to_body;
use crate::parse::signature::{MOST_CLASSES, MOST_SIDE};
use crate::parse::tokens::{Cursor, Kind, Token, text};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `(3x32x32 -> 10)`: says so, and takes it.
    pub(in crate::parse) fn classes_in_parentheses(&mut self, cursor: &mut Cursor) -> bool {
        let Some(Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }) =
            cursor.peek().map(|token| &token.kind)
        else {
            return false;
        };
        let Some(arrow) = tokens.iter().position(|token| token.is("->")) else { return false };
        let (shape, classes) = (text(&tokens[..arrow]), text(&tokens[arrow + 1..]));
        let error = Error::new(tokens[arrow].loc, "the number of classes stands behind the parentheses");
        let written = text(tokens);
        self.errors.push(error.help(format!("write `({shape}) -> {classes}` instead of `({written})`")));
        skip_to_body(cursor);
        true
    }
}

/// The tokens up to the body, as text.
pub(in crate::parse) fn shape_text(cursor: &Cursor) -> String {
    let mut ahead = cursor.clone();
    let mark = ahead.mark();
    skip_to_body(&mut ahead);
    let tokens = ahead.since(mark);
    tokens.iter().find(|token| !matches!(token.kind, Kind::Op(_))).map(Token::text).unwrap_or_default()
}

/// What `[3, 32, 32]`, `3X32X32`, `32x32x3` or `28x28` was meant to be.
pub(in crate::parse) fn likely_shape(written: &str) -> [usize; 3] {
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
pub(in crate::parse) fn likely_classes(cursor: &Cursor) -> usize {
    let mut ahead = cursor.clone();
    while ahead.peek().is_some_and(|token| !token.is_group(Delimiter::Brace)) {
        ahead.take();
    }
    let Some(Token { kind: Kind::Group { tokens, .. }, .. }) = ahead.peek() else { return 10 };
    let outputs = tokens.windows(2).rev().filter(|pair| is_word(&pair[0], "linear")).find_map(|pair| match &pair[1] {
        Token { kind: Kind::Group { tokens, .. }, .. } => tokens.first()?.text().parse::<usize>().ok(),
        _ => None,
    });
    outputs.filter(|outputs| (1..=MOST_CLASSES as usize).contains(outputs)).unwrap_or(10)
}
