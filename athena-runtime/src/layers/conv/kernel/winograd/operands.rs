//! How both sides of the products lie in the scratch.

use super::transform::PRODUCTS;
use crate::layout::LANES;

/// Where the operands of a run lie: `[36][block][tile][16]`, each of the 36 from an odd number of cache lines on, since
/// distances of powers of two would all fall into the same few sets of the cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operands {
    pub blocks: usize,
    pub tiles: usize,
}

impl Operands {
    /// Floats from one of the 36 to the next.
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

    /// The first of the 36 places of a block's tile.
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
