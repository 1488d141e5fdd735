//! Divides a map of one image by channels, if there are more threads than shards.

use super::context::Context;
use crate::layout::{Extent, LANES, MapMut, MapRef};
use crate::threads;

/// The smallest part of a map, in floats. It takes a few microseconds, much more than it costs to hand it to another thread.
const LEAST_FLOATS: usize = 1 << 15;

/// A range of a map's blocks of channels.
pub(crate) struct Blocks {
    first: usize,
    channels: usize,
}

impl Blocks {
    /// The same blocks of another map with the same channels.
    pub fn of<'a>(&self, map: MapRef<'a>) -> MapRef<'a> {
        map.channels(self.first, self.channels)
    }
}

impl Context<'_> {
    /// Divides a map, if it is large enough, and calls `work` for each part, in parallel: with the blocks of the part, and the part as a map.
    /// It is for steps that compute each channel separately.
    pub fn by_blocks(&self, map: MapMut<'_>, work: &(impl Fn(&Blocks, MapMut<'_>) + Sync)) {
        let extent = map.extent();
        let parts = self.parts.min(extent.len() / LEAST_FLOATS).max(1);
        let blocks = extent.blocks().div_ceil(parts);
        threads::for_each_chunk(map.into_data(), blocks * extent.block(), &|index, map| {
            let first = index * blocks;
            let channels = (extent.channels - first * LANES).min(blocks * LANES);
            work(&Blocks { first, channels }, MapMut::new(map, Extent { channels, ..extent }));
        });
    }
}
