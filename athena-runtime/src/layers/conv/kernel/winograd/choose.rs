//! Which algorithm serves a convolution best.

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

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The output.
    Forward,
    /// The gradient of the input.
    BackwardData,
    /// The gradient of the weights.
    BackwardWeights,
}

/// What a run transforms for each pair of channels (weights, or their gradients), in tiles' products.
const TILES_PER_RUN: usize = 3;

/// What a tile transforms for each channel on either side, in channels of the other side.
const CHANNELS_PER_TILE: usize = 8;

/// Channels of which a tile of sums takes several taps.
const FEW: usize = 4;

/// The faster algorithm where `images` images are worked on together.
///
/// Compares multiply-adds, the transforms counted as what they cost beside them. The two constants fit figures measured with
/// AVX-512, AVX2 and portable code, which agree about the ratio of the two algorithms. With AVX-512 it was (forward):
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
/// of the core's peak, counted as operations of the direct convolution.
#[must_use]
pub const fn choose(shape: &ConvShape, direction: Direction, images: usize) -> Algorithm {
    if !supported(shape) {
        return Algorithm::Direct;
    }
    // Channels that are written are counted in blocks, those that are read one by one, or as the tiles of sums need them.
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
