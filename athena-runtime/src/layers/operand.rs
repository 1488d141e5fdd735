//! Operands of the steps that take several: terms of a sum, parts of a concatenation; and places for statistics.

use super::NormInfo;
use crate::arena::Region;
use crate::layout::{LANES, Map, Place, Slot, padded};

/// Terms that one sum takes at most.
pub const MOST_TERMS: usize = 64;

/// One term of a sum: a map, or a batch norm of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term<const C: usize, const H: usize, const W: usize> {
    info: TermInfo,
}

/// A [`Term`] without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermInfo {
    /// Where the map lies.
    pub slot: Slot,
    /// The norm that it goes through first.
    pub norm: Option<NormInfo>,
}

impl<const C: usize, const H: usize, const W: usize> Term<C, H, W> {
    pub(super) const fn new(map: Map<C, H, W>, norm: Option<NormInfo>) -> Self {
        Self { info: TermInfo { slot: map.slot(), norm } }
    }

    /// The term without its type.
    #[must_use]
    pub const fn info(&self) -> TermInfo {
        self.info
    }
}

impl<const C: usize, const H: usize, const W: usize> Map<C, H, W> {
    /// This map as a term of a sum.
    #[must_use]
    pub const fn term(self) -> Term<C, H, W> {
        Term::new(self, None)
    }
}

/// A place for the statistics of one image's `C x H x W` map: two numbers a channel, on their way to those of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums<const C: usize, const H: usize, const W: usize> {
    info: SumsInfo,
}

/// [`Sums`] without their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumsInfo {
    /// First float in the image's part of the arena.
    pub offset: usize,
    /// Channels.
    pub channels: usize,
    /// Values of each channel in one image.
    pub pixels: usize,
}

impl SumsInfo {
    /// The floats they take.
    #[must_use]
    pub const fn region(&self) -> Region {
        Region { place: Place::Image, offset: self.offset, len: 2 * padded(self.channels) }
    }
}

impl<const C: usize, const H: usize, const W: usize> Sums<C, H, W> {
    /// Sums in the image's part of the arena.
    #[must_use]
    pub const fn image(offset: usize) -> Self {
        assert!(offset.is_multiple_of(LANES), "slots start on a whole block");
        Self { info: SumsInfo { offset, channels: C, pixels: H * W } }
    }

    /// The place without its type.
    #[must_use]
    pub const fn info(self) -> SumsInfo {
        self.info
    }
}
