//! The choice between the direct kernels and Winograd's.

use super::supported;
use super::transform::{PRODUCTS, TILE};
use crate::layers::conv::kernel::shape::ConvShape;
use crate::layout::{LANES, padded};

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Register tiles over pixels and taps.
    Direct,
    /// Winograd's F(4x4, 3x3).
    WinogradF4,
}

/// Which result of a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The output.
    Forward,
    /// The gradient of the input.
    BackwardData,
    /// The gradient of the weights.
    BackwardWeights,
}

/// Cost, per run and pair of channels, of transforming the weights or their gradients. The unit is the products of one tile.
const TILES_PER_RUN: usize = 3;

/// Cost, per tile and channel, of transforming inputs or outputs. The unit is the products with one channel of the other side.
const CHANNELS_PER_TILE: usize = 8;

/// With up to this many channels, the register tiles of the direct weight gradient hold several taps.
const FEW: usize = 4;

/// The algorithm that is faster for a group of `images` images.
///
/// It compares the multiply-adds of both algorithms; the transforms are counted as multiply-adds that take as long. The two constants fit
/// measurements with AVX-512, AVX2 and portable code, which agree about the ratio of the two algorithms. Forward, with AVX-512, each reached
///
/// | map | images | direct | Winograd |
/// |---|---|---|---|
/// | 3 to 16 x 32 x 32 | 4 | 67 % | 48 % |
/// | 16 x 32 x 32 | 4 | 87 % | 167 % |
/// | 32 x 16 x 16 | 16 | 94 % | 238 % |
/// | 64 x 8 x 8 | 16 | 94 % | 268 % |
/// | 64 x 56 x 56 | 2 | 95 % | 285 % |
/// | 128 x 28 x 28 | 6 | 95 % | 289 % |
/// | 256 x 14 x 14 | 16 | 94 % | 221 % |
/// | 512 x 7 x 7 | 16 | 84 % | 217 % |
///
/// of the core's peak, where the operations of the direct convolution are counted for both.
#[must_use]
pub const fn choose(shape: &ConvShape, direction: Direction, images: usize) -> Algorithm {
    if !supported(shape) {
        return Algorithm::Direct;
    }
    // Written channels are counted in whole blocks. Read channels are counted one by one; in the weight gradient, in the half
    // blocks of its register tiles.
    let (source, dest) = match direction {
        Direction::Forward | Direction::BackwardWeights => (shape.input, shape.output),
        Direction::BackwardData => (shape.output, shape.input),
    };
    let read = match direction {
        Direction::Forward | Direction::BackwardData => source[0],
        Direction::BackwardWeights if source[0] <= FEW => source[0],
        Direction::BackwardWeights => source[0].next_multiple_of(LANES / 2),
    };
    let channels = read * padded(dest[0]);
    let direct = images * dest[1] * dest[2] * 9 * channels;
    let tiles = images * dest[1].div_ceil(TILE) * dest[2].div_ceil(TILE);
    let transforms = CHANNELS_PER_TILE * (padded(source[0]) + padded(dest[0]));
    let winograd = PRODUCTS * (tiles * (channels + transforms) + TILES_PER_RUN * channels);
    if winograd < direct { Algorithm::WinogradF4 } else { Algorithm::Direct }
}
