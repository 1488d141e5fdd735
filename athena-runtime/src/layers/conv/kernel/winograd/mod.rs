//! Winograd's minimal filtering F(4x4, 3x3) in three directions, for dense 3x3 convolutions of stride and dilation 1.
//!
//! A tile of 4x4 outputs takes 36 multiplications a pair of channels instead of 144. Tiles of several images are worked on in
//! runs: their inputs are transformed (`input_transform`), 36 products of matrices `[tiles x inputs] [inputs x outputs]` are made with the
//! register tiles of the direct kernels (`product`), and the products are transformed back (`output_transform`). Runs are cut so that
//! operands stay near; weights are transformed panel by panel (`weight_transform`), for each run anew. Backward-data is the same
//! with flipped taps; backward-weights sums products of transformed inputs and gradients over the tiles of a run, and
//! transforms the sums.
//!
//! Errors against f64, of the largest value of the result, with uniform random data: 1e-6 to 4e-6 forward and backward-data
//! (16 to 512 channels), 1e-6 backward-weights.
//!
//! # How large an error can be
//!
//! Along one axis, output `i` of a tile is the sum over the six products `k` of `A[k][i] (G g)[k] (B d)[k]`. Where no tap is larger than `w` and
//! no input of the tile larger than `x`, no product is larger than `(sum of |G[k]|) (sum of |B[k]|) w x`, so that the sum of the
//! magnitudes that are added up for an output is at most `w x` times
//!
//! | output | `sum over k of |A[k][i]| (sum of |G[k]|) (sum of |B[k]|)` |
//! |---|---|
//! | 0 and 3 | 4.69 + 14.25 + 4.22 = 23.17 |
//! | 1 and 2 | 9.50 + 6.33 = 15.83 |
//!
//! (a direct convolution: 3). Along both axes the largest is 23.17² = 537, and the rounding error of a sum of products of which none passes
//! through more than `n` roundings is at most `n 2^-24` of the sum of their magnitudes (Higham 2002, section 3.1). A term passes through
//! at most 8 in either transform of the inputs and of the weights (four an axis), as many in that of the outputs, and one for each input
//! channel. So, with `C` input channels,
//!
//! ```text
//! |error| <= 537 (C + 24) 2^-24 sum over channels of (largest weight) (largest input of the 6x6)
//! ```
//!
//! for every output of a tile, also for those that do not see the largest input. A NaN or an infinity among the 6x6 inputs spreads over the whole
//! tile. `Model::set_exact` chooses the direct kernels instead.
//!
//! F(2x2, 3x3) would waste less on maps that are no multiple of four, but never wins: on 7x7, where F(4x4) computes 8x8, it saves
//! a factor of 1.7 instead of 3.1.

mod backward_weights;
mod choose;
mod forward;
mod grid;
mod input_transform;
mod operands;
mod output_transform;
mod product;
mod transform;
mod weight_transform;

pub use backward_weights::{Pair, backward_weights, backward_weights_scratch_len};
pub use choose::{Algorithm, Direction, choose};
pub(super) use transform::TILE;

pub use forward::{Image, backward_data, backward_data_scratch_len, forward, forward_scratch_len};

use super::shape::ConvShape;

/// True for the convolutions that these kernels serve: 3x3, one group, stride and dilation 1, at most two zeros on each side.
#[must_use]
pub const fn supported(shape: &ConvShape) -> bool {
    let window = &shape.window;
    let mut axis = 0;
    while axis < 2 {
        let plain = window.kernel[axis] == 3 && window.stride[axis] == 1 && window.dilation[axis] == 1;
        if !plain || window.padding[axis] > 2 {
            return false;
        }
        axis += 1;
    }
    shape.groups == 1
}

/// Floats of scratch for a convolution of up to `images` images in any direction; 0 where no direction is served.
#[must_use]
pub fn scratch_len(shape: &ConvShape, images: usize) -> usize {
    if !supported(shape) {
        return 0;
    }
    let lens = [forward_scratch_len, backward_data_scratch_len, backward_weights_scratch_len];
    lens.into_iter().map(|len| len(shape, images)).max().unwrap_or(0)
}

#[track_caller]
const fn assert_supported(shape: &ConvShape) {
    assert!(supported(shape), "a dense 3x3 convolution of stride and dilation 1, with at most two zeros on each side");
}

/// The padding of backward-data, which convolves the output's gradient.
const fn reversed(padding: [usize; 2]) -> [usize; 2] {
    [2 - padding[0], 2 - padding[1]]
}

/// Row and column of the map where the first tile starts.
const fn start(padding: [usize; 2]) -> [isize; 2] {
    [-(padding[0] as isize), -(padding[1] as isize)]
}
