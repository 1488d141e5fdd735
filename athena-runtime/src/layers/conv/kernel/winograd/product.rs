//! The products of matrices `M[k] = V[k] U[k]`: each is a 1x1 convolution whose pixels are the tiles.
#![allow(unsafe_code)]

use super::operands::Operands;
use super::transform::EDGE;
use super::weight_transform::row_product;
use crate::isa::{Kernel, Simd};
use crate::layers::conv::kernel::loop_nest::pieces;
use crate::layers::conv::kernel::pack::BLOCK;
use crate::layers::conv::kernel::tile::{self, Start, Tile};
use crate::layout::LANES;
use std::ops::Range;

/// The six products of one row of the 6x6 places, for a panel of output blocks.
pub(super) struct Products<'a> {
    /// The row of places.
    pub row: usize,
    /// Input channels of all blocks.
    pub channels: usize,
    pub inputs: &'a [f32],
    pub inputs_at: Operands,
    /// The input blocks that are added. Those before them are in `outputs` already.
    pub blocks: Range<usize>,
    /// `[6][output block][input block][16 inputs][16 outputs]`
    pub weights: &'a [f32],
    pub outputs: &'a mut [f32],
    pub outputs_at: Operands,
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (inputs, outputs) = (self.inputs_at, self.outputs_at);
        let Range { start: first_block, end: last_block } = self.blocks;
        let weight_block = (last_block - first_block) * BLOCK;
        let weights = row_product((last_block - first_block) * outputs.blocks);
        let channels = self.channels.min(last_block * LANES) - first_block * LANES;
        assert_eq!(inputs.tiles, outputs.tiles);
        assert!(self.row < EDGE && self.channels.div_ceil(LANES) == inputs.blocks);
        assert!(first_block < last_block && last_block <= inputs.blocks);
        assert!(self.inputs.len() >= inputs.len() && self.outputs.len() >= outputs.len());
        assert!(self.weights.len() >= EDGE * weights);
        for column in 0..EDGE {
            let product = self.row * EDGE + column;
            for block in (0..outputs.blocks).step_by(tile::most_blocks::<S>()) {
                let blocks = tile::most_blocks::<S>().min(outputs.blocks - block);
                for (first, count) in pieces(inputs.tiles, tile::most_pixels::<S>(blocks, 1)) {
                    let tile = Tile {
                        source: self.inputs
                            [product * inputs.product() + first_block * inputs.block() + first * LANES..]
                            .as_ptr(),
                        source_block: inputs.block(),
                        source_taps: [0, 0],
                        source_pixel: LANES,
                        weights: self.weights[column * weights + block * weight_block..].as_ptr(),
                        weight_input_block: BLOCK,
                        weight_output_block: weight_block,
                        weight_taps: [0, 0],
                        taps: [1, 1],
                        channels,
                        dest: self.outputs[product * outputs.product() + block * outputs.block() + first * LANES..]
                            .as_mut_ptr(),
                        dest_block: outputs.block(),
                        dest_pixel: LANES,
                        start: if first_block == 0 { Start::Zero } else { Start::Dest },
                    };
                    // SAFETY: by the assertions above, both buffers hold all 36 places of all blocks and tiles, and `weights` holds
                    // the panel's six products.
                    unsafe { tile::compute_neighbours(s, &tile, count, blocks) };
                }
            }
        }
    }
}
