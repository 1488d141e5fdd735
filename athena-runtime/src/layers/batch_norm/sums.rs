//! Places in the arena for the statistics of one image.

use crate::arena::Region;
use crate::layout::{Place, assert_room, fits, padded};

/// The place for the statistics of one image's `C x H x W` map: two numbers per channel, from which those of the batch are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums<const C: usize, const H: usize, const W: usize> {
    info: SumsInfo,
}

/// [`Sums`] without their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumsInfo {
    /// First float in the image's part of the arena.
    pub(crate) offset: usize,
    /// Channels.
    pub(crate) channels: usize,
    /// Number of values of each channel in one image.
    pub(crate) pixels: usize,
}

impl SumsInfo {
    /// Number of floats.
    #[must_use]
    pub const fn region(&self) -> Region {
        Region { place: Place::Image, offset: self.offset, len: 2 * padded(self.channels) }
    }
}

impl<const C: usize, const H: usize, const W: usize> Sums<C, H, W> {
    /// A place in the image's part of the arena.
    #[must_use]
    pub const fn image(offset: usize) -> Self {
        assert_room(offset, 2 * padded(C));
        assert!(fits([H, W, 1]), "a map that is larger than any buffer");
        Self { info: SumsInfo { offset, channels: C, pixels: H * W } }
    }

    /// The place without its type.
    #[must_use]
    pub const fn info(self) -> SumsInfo {
        self.info
    }
}
