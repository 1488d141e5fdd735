//! The layout of the transformed inputs and of the products in the scratch.

use super::transform::PRODUCTS;
use crate::layout::LANES;

/// The layout `[36][block][tile][16]` of a run's operands. The distance between two of the 36 places is an odd number of cache lines: with
/// powers of two, all places would fall into the same few sets of the cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operands {
    pub blocks: usize,
    pub tiles: usize,
}

impl Operands {
    /// Floats from one of the 36 places to the next.
    pub const fn product(&self) -> usize {
        ((self.blocks * self.tiles) | 1) * LANES
    }

    /// Floats from one block to the next.
    pub const fn block(&self) -> usize {
        self.tiles * LANES
    }

    pub const fn len(&self) -> usize {
        PRODUCTS * self.product()
    }

    /// Offset, in floats, of the first of the 36 places of a tile of `block`.
    ///
    /// # Panics
    /// Where the last of them lies beyond `len` floats.
    #[inline(always)]
    pub fn at(&self, len: usize, block: usize, tile: usize) -> usize {
        let at = block * self.block() + tile * LANES;
        assert!(at + (PRODUCTS - 1) * self.product() + LANES <= len, "36 places within the operands");
        at
    }
}
