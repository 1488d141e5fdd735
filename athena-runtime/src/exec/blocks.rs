//! One image's map divided by its channels, where shards leave threads without work.

use super::context::Context;
use crate::layout::{Extent, LANES};
use crate::threads;

/// Floats of a part of a map at least: some microseconds' work, beside which handing it over costs little.
const LEAST_FLOATS: usize = 1 << 15;

/// Some blocks of a map's channels.
pub(crate) struct Blocks {
    first: usize,
    channels: usize,
}

impl Blocks {
    /// These blocks of another map of the same channels.
    pub fn of<'a>(&self, map: &'a [f32], extent: &Extent) -> (&'a [f32], Extent) {
        (&map[self.first * extent.block()..], Extent { channels: self.channels, ..*extent })
    }
}

impl Context<'_> {
    /// Calls `work` for parts of a map that is large enough to be divided, at the same time where there are threads: with the blocks
    /// of each, its floats and its extent. For steps that compute each channel by itself.
    pub fn by_blocks(&self, map: &mut [f32], extent: &Extent, work: &(impl Fn(&Blocks, &mut [f32], &Extent) + Sync)) {
        let parts = self.parts.min(extent.len() / LEAST_FLOATS).max(1);
        let blocks = extent.blocks().div_ceil(parts);
        threads::for_each_chunk(map, blocks * extent.block(), &|index, map| {
            let first = index * blocks;
            let channels = (extent.channels - first * LANES).min(blocks * LANES);
            work(&Blocks { first, channels }, map, &Extent { channels, ..*extent });
        });
    }
}
