//! How many images take the steps of a phase together.
//!
//! One by one, an image's maps stay in the core's cache from step to step. But where the runtime computes a convolution by
//! Winograd's algorithm, it transforms the weights once for a group of images, which pays with many tiles; small maps have
//! few, so several images are gathered.

use super::step::{ImageStep, Phase};
use super::{Buffer, LANES};
use crate::ir::{Conv, Network, NodeId};

/// Images of a group at most; the runtime's `MOST_TOGETHER`.
const MOST: usize = 16;

/// Rows and columns of a Winograd tile's outputs.
const TILE: usize = 4;

/// Tiles of a group that pay for the weights' transform, which costs as much as the products of three.
const ENOUGH_TILES: usize = 128;

/// Tiles that a group has at least, should its maps then leave the core's cache.
const FEWEST_TILES: usize = 64;

/// Floats of a group's maps that stay in a second-level cache of 1 MiB beside what kernels work with.
const RESIDENT: usize = 160 * 1024;

/// Images that take the steps of a phase together.
pub fn micro_batch(network: &Network, buffers: &[Buffer], phase: &Phase) -> usize {
    let tiles: Vec<usize> = phase.convs().into_iter().filter_map(|conv| tiles(network, conv)).collect();
    let Some(fewest) = tiles.into_iter().min() else { return 1 };
    let enough = ENOUGH_TILES.div_ceil(fewest).min(MOST);
    let least = FEWEST_TILES.div_ceil(fewest).min(MOST);
    (RESIDENT / floats(buffers, phase).max(LANES)).clamp(least, enough)
}

/// Tiles of one image of a convolution that Winograd's algorithm can compute.
fn tiles(network: &Network, conv: NodeId) -> Option<usize> {
    let node = &network.nodes[conv.0];
    let Conv { window, groups, .. } = node.op.as_conv()?;
    let is_winograds = *groups == 1 && window.kernel == [3, 3] && window.stride == [1, 1] && window.dilation == [1, 1];
    is_winograds.then(|| node.shape.height.div_ceil(TILE) * node.shape.width.div_ceil(TILE))
}

/// Floats of all maps that the phase touches.
fn floats(buffers: &[Buffer], phase: &Phase) -> usize {
    let mut touched: Vec<usize> =
        phase.steps.iter().flat_map(ImageStep::accesses).map(|(buffer, _)| buffer.0).collect();
    touched.sort_unstable();
    touched.dedup();
    touched.into_iter().map(|buffer| buffers[buffer].len()).sum()
}
