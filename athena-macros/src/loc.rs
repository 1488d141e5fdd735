//! Places in the user's source.

use proc_macro2::Span;

/// A range of tokens, with spans for underlining and ordinals for sorting.
#[derive(Clone, Copy, Debug)]
pub struct Loc {
    /// The first token.
    pub start: Span,
    /// The last token.
    pub end: Span,
    /// Ordinal of the first token in the invocation. Spans cannot be compared on stable Rust; ordinals can.
    pub first: u32,
    /// Ordinal of the last token.
    pub last: u32,
}

impl Loc {
    /// The place of one token.
    pub fn token(span: Span, ordinal: u32) -> Loc {
        Loc { start: span, end: span, first: ordinal, last: ordinal }
    }

    /// The range from the start of this one to the end of `other`.
    pub fn to(self, other: Loc) -> Loc {
        Loc { start: self.start, end: other.end, first: self.first, last: other.last }
    }
    /// The number of tokens from the end of one range to the start of the other; 0 if they overlap.
    pub fn distance(self, other: Loc) -> u32 {
        let behind = self.first.saturating_sub(other.last);
        behind.max(other.first.saturating_sub(self.last))
    }
}
