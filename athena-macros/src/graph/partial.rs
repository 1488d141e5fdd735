//! Shapes in which some sizes may be unknown.

use crate::ir::Shape;

/// Channels x height x width; a size that depends on a mistake is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    /// Channels.
    pub channels: Option<usize>,
    /// Rows.
    pub height: Option<usize>,
    /// Columns.
    pub width: Option<usize>,
    /// Whether it is a vector and not a map.
    pub flat: Option<bool>,
}

impl Partial {
    /// A shape of which nothing is known.
    pub const UNKNOWN: Partial = Partial { channels: None, height: None, width: None, flat: None };

    /// A map of known sizes.
    pub fn map([channels, height, width]: [usize; 3]) -> Partial {
        Partial { channels: Some(channels), height: Some(height), width: Some(width), flat: Some(false) }
    }

    /// A shape that is known.
    pub fn of(shape: Shape) -> Partial {
        Partial { flat: Some(shape.flat), ..Partial::map([shape.channels, shape.height, shape.width]) }
    }

    /// A vector.
    pub fn vector(length: Option<usize>) -> Partial {
        Partial { channels: length, height: Some(1), width: Some(1), flat: Some(true) }
    }

    /// Whether it has one number per channel: a map of C x 1 x 1, or a vector.
    pub fn is_gate(&self) -> bool {
        (self.height, self.width) == (Some(1), Some(1))
    }

    /// Channels times height times width, if known and without overflow.
    pub fn numel(&self) -> Option<usize> {
        self.channels?.checked_mul(self.height?)?.checked_mul(self.width?)
    }

    /// The shape, if all of it is known.
    pub fn known(&self) -> Option<Shape> {
        Some(Shape { channels: self.channels?, height: self.height?, width: self.width?, flat: self.flat? })
    }
}

/// `64x56x56`, or `a vector of 10`. A partly known shape is written as `a map` or `a vector`.
impl std::fmt::Display for Partial {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let size = |size: Option<usize>| size.map_or("?".to_string(), |size| size.to_string());
        match (self.flat, self.channels) {
            (Some(true), Some(length)) => write!(f, "a vector of {length}"),
            (Some(true), None) => f.write_str("a vector"),
            _ if self.channels.or(self.height).or(self.width).is_none() => f.write_str("a map"),
            (_, Some(channels)) if self.height.or(self.width).is_none() => write!(f, "a map of {channels} channels"),
            _ => write!(f, "{}x{}x{}", size(self.channels), size(self.height), size(self.width)),
        }
    }
}
