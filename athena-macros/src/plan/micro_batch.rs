//! Micro-batches: how many images take each step of a phase together, before the next step is taken.
//!
//! One image at a time, its maps stay in the core's cache from step to step. But Winograd's algorithm transforms a convolution's weights once
//! for each micro-batch, which pays where many tiles share the transform. Small maps have few tiles, so several images are taken together.

use super::step::{ImageStep, Phase};
use super::{Buffer, LANES};
use crate::ir::{Conv, Network, NodeId};

/// Images of a micro-batch at most. The runtime has the same constant.
pub const MOST_MICRO_BATCH: usize = 16;

/// Rows and columns of the outputs of a tile of Winograd's algorithm. The runtime has the same constant.
pub const WINOGRAD_TILE: usize = 4;

/// Tiles of a micro-batch that pay for the transform of the weights, which costs as much as the products of three tiles.
const ENOUGH_TILES: usize = 128;

/// Tiles of a micro-batch at least, even if its maps then leave the core's cache.
const FEWEST_TILES: usize = 64;

/// Floats of a micro-batch's maps that stay in a second-level cache of 1 MiB beside the kernels' working memory.
const RESIDENT: usize = 160 * 1024;

/// Images of the micro-batches of a phase.
pub fn micro_batch(network: &Network, buffers: &[Buffer], phase: &Phase) -> usize {
    let tiles: Vec<usize> = phase.convs().into_iter().filter_map(|conv| tiles(network, conv)).collect();
    let Some(fewest) = tiles.into_iter().min() else { return 1 };
    let enough = ENOUGH_TILES.div_ceil(fewest).min(MOST_MICRO_BATCH);
    let least = FEWEST_TILES.div_ceil(fewest).min(MOST_MICRO_BATCH);
    (RESIDENT / floats(buffers, phase).max(LANES)).clamp(least, enough)
}

/// Tiles of one image of a convolution that Winograd's algorithm can compute.
fn tiles(network: &Network, conv: NodeId) -> Option<usize> {
    let node = &network.nodes[conv.0];
    let Conv { window, groups, .. } = node.op.as_conv()?;
    let is_winograds = *groups == 1 && window.kernel == [3, 3] && window.stride == [1, 1] && window.dilation == [1, 1];
    is_winograds.then(|| node.shape.height.div_ceil(WINOGRAD_TILE) * node.shape.width.div_ceil(WINOGRAD_TILE))
}

/// Floats of all maps that the phase touches.
fn floats(buffers: &[Buffer], phase: &Phase) -> usize {
    let mut touched: Vec<usize> =
        phase.steps.iter().flat_map(ImageStep::accesses).map(|(buffer, _)| buffer.0).collect();
    touched.sort_unstable();
    touched.dedup();
    touched.into_iter().map(|buffer| buffers[buffer].len()).sum()
}
