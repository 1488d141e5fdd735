//! Winograd's minimal filtering F(4x4, 3x3), forward, backward-data and backward-weights, for dense 3x3 convolutions of stride and
//! dilation 1.
//!
//! Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv:1509.09308 (2015), section 4.
//!
//! # The formulas
//!
//! F(m, r) computes `m` outputs of a correlation with `r` taps by `m + r - 1` multiplications instead of `m r`. For F(4, 3), with six inputs `d`
//! and three taps `g`:
//!
//! ```text
//! y = A^T [(G g) * (B^T d)]                      4 outputs; "*" multiplies element by element; 6 products instead of 12
//! Y = A^T [(G g G^T) * (B^T d B)] A              in two dimensions, 4x4 outputs from 6x6 inputs; 36 products instead of 144
//! ```
//!
//! The products are the values of polynomials at six points: 0, `a`, `-a`, `b`, `-b` and infinity, with `a = 2/3` and `b = 3/2` (see
//! `transform` for the reason). With `a b = 1`, `q = a^2 + b^2`, `u = 1 / (2 a^2 (a^2 - b^2))` and `v = 1 / (2 b^2 (b^2 - a^2))`:
//!
//! ```text
//!       | 1   0   -q    0   1   0 |         | 1    0     0    |
//!       | 0  -b   -b^2  a   1   0 |         | u    u a   u a^2|           | 1   1    1    1    1   0 |
//! B^T = | 0   b   -b^2 -a   1   0 |     G = | u   -u a   u a^2|     A^T = | 0   a   -a    b   -b   0 |
//!       | 0  -a   -a^2  b   1   0 |         | v    v b   v b^2|           | 0   a^2  a^2  b^2  b^2 0 |
//!       | 0   a   -a^2 -b   1   0 |         | v   -v b   v b^2|           | 0   a^3 -a^3  b^3 -b^3 1 |
//!       | 0   1    0   -q   0   1 |         | 0    0     1    |
//! ```
//!
//! A convolution sums over input channels `c`. The sum is made before the output transform, so for each of the 36 places `k`
//! there is one product of matrices, whose rows are the tiles `t` of all images of the group:
//!
//! ```text
//! V[k][t][c] = (B^T d B)[k]            input transform of the 6x6 inputs of tile t, channel c
//! U[k][c][o] = (G g G^T)[k]            weight transform
//! M[k][t][o] = sum over c of V[k][t][c] U[k][c][o]
//! Y[t][o]    = A^T M[..][t][o] A       output transform, 4x4 pixels
//! ```
//!
//! - Backward-data is the same algorithm: the source is `dy`, the taps are flipped, input and output channels change places, and the
//!   padding is `2 - padding`.
//! - Backward-weights is F(3x3, 4x4) with the same matrices transposed: `dg = G^T [sum over tiles of (B^T d B) * (A z A^T)] G`, where `z` is the
//!   4x4 tile of `dy`.
//!
//! # Loops and layout, forward and backward-data (`forward`)
//!
//! ```text
//! for run in tiles of all images of the group, at most L at a time
//!   V = input transform of run, all input blocks                  // `input_transform`
//!   for ob in output blocks, 2 at a time
//!     for ibs in input blocks                                     // all at once; one at a time if run has at most 32 tiles
//!       for row in 0..6                                           // rows of the 6x6 places
//!         U = weight transform of row, [ob, ob + 1] x ibs         // `weight_transform`
//!         for column in 0..6                                      // `product`
//!           M[row][column] += V[row][column][ibs] U[column]
//!     y[ob, ob + 1] = output transform of M                       // `output_transform`
//!     epilogue of the rows that are complete
//! ```
//!
//! | scratch | layout |
//! |---|---|
//! | `V`, `M` (`operands`) | `[36][block][tile][16 channels]` |
//! | `U` | `[6][output block][input block][16 inputs][16 outputs]`: one row of places |
//!
//! The distance between two of the 36 (or 6) places is an odd number of cache lines. If it were a power of two, all places would fall into
//! the same few sets of the cache.
//!
//! A product is a 1x1 convolution whose pixels are tiles, and is computed by the register tiles of the direct kernels
//! (`super::tile`): with AVX-512, 14 Winograd tiles by 2 output blocks.
//!
//! `U` is made anew for every run and never stored for a whole layer, since it is four times as large as the weights (38 MB for
//! 512 -> 512 channels). One weight transform costs about as much as the products of 3 tiles, so runs are long: `L` is 128 (142
//! for at most 16 channels on either side), and the tiles are cut into runs of nearly equal length. With 64 input channels, a run of 128 tiles and
//! one row of places, the products read 192 KiB of `V` and 48 KiB of `U`, and write 96 KiB of `M`: they fit into a second-level
//! cache of 512 KiB. One place alone reads 32 KiB of `V` and 8 KiB of `U`. All of `V` is 1.1 MiB.
//!
//! If a run has at most 32 tiles (one image of 7x7 or 14x14), reading the weights takes most of the time. The input blocks are
//! then taken one by one: their weights are prefetched, transformed, and multiplied while they are in L1.
//!
//! # Loops and layout, backward-weights (`backward_weights`)
//!
//! ```text
//! for run in tiles of all images of the group, at most L at a time
//!   V = input transform of run; Z = A z A^T of run                // [36][block][tile][16 channels] each
//!   for 4 output blocks
//!     for 4 input blocks
//!       for k in 0..36
//!         S[k] = sum over the tiles of run of V[k] Z[k]           // 16 inputs x 16 outputs per pair of blocks
//!       dw += G^T S G
//! ```
//!
//! The sums are computed by the register tiles of the direct weight gradient (`super::dense_weights`): with AVX-512, 8 input channels by 2
//! output blocks. `L` is 128 (170 for at most 16 channels on either side).
//!
//! # Accuracy
//!
//! Measured errors against f64, relative to the largest value of the result, for uniform random data: 1e-6 to 4e-6 forward and
//! backward-data (16 to 512 channels), 1e-6 backward-weights.
//!
//! # Bound of the error
//!
//! Along one axis, output `i` of a tile is the sum over the six products `k` of `A[k][i] (G g)[k] (B^T d)[k]`. Let `w` be the
//! largest magnitude of the taps and `x` that of the tile's inputs. Product `k` is at most `(sum of |G[k]|) (sum of |B^T[k]|) w
//! x`, so the magnitudes that are added up for an output sum to at most `w x` times
//!
//! | output | `sum over k of |A[k][i]| (sum of |G[k]|) (sum of |B^T[k]|)` |
//! |---|---|
//! | 0 and 3 | 4.69 + 14.25 + 4.22 = 23.17 |
//! | 1 and 2 | 9.50 + 6.33 = 15.83 |
//!
//! (a direct convolution: 3). Along both axes the largest factor is 23.17² = 537. If no term of a sum of products passes through more than `n`
//! roundings, the sum's rounding error is at most `n 2^-24` times the sum of the magnitudes (Higham 2002, section 3.1). A term passes through
//! at most 8 roundings in each of the three transforms (4 per axis), and through one per input channel. So, with `C` input channels,
//!
//! ```text
//! |error| <= 537 (C + 24) 2^-24 sum over channels of (largest weight) (largest input of the 6x6)
//! ```
//!
//! for every output of a tile, including outputs whose 3x3 window does not contain the largest input. A NaN or an infinity among the 6x6 inputs
//! spreads over the whole tile. `Model::set_exact` chooses the direct kernels instead.
//!
//! # Why not F(2x2, 3x3)
//!
//! It wastes less on maps whose size is no multiple of four, but is never faster: on 7x7, where F(4x4, 3x3) computes 8x8 outputs,
//! it saves a factor of 1.7, and F(4x4, 3x3) saves 3.1.

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
pub use transform::TILE;

pub use forward::{Image, backward_data, backward_data_scratch_len, forward, forward_scratch_len};

use super::shape::ConvShape;

/// Whether these kernels can compute the convolution: 3x3, one group, stride and dilation 1, padding of at most 2.
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

/// Floats of scratch that any direction of the convolution needs for up to `images` images; 0 for convolutions that are not [`supported`].
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

/// The padding of the convolution that backward-data is: its source is the output's gradient.
const fn reversed(padding: [usize; 2]) -> [usize; 2] {
    [2 - padding[0], 2 - padding[1]]
}

/// Row and column of the source at which the inputs of the first tile start.
const fn start(padding: [usize; 2]) -> [isize; 2] {
    [-(padding[0] as isize), -(padding[1] as isize)]
}
