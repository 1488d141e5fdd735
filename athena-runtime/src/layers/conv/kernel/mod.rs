//! The kernels of 2-d convolution: forward, backward-data (the gradient of the input) and backward-weights.
//!
//! There are two algorithms. The direct one computes one image at a time; this page explains it. Winograd's ([`winograd`]) computes a
//! group of images; [`winograd::choose`] takes it where it is faster. `Part` divides a forward pass among threads.
//!
//! # Layout
//!
//! All sizes below are in blocks of 16 channels, because a [`Simd`](crate::isa::Simd) vector has 16 lanes of `f32` on every
//! instruction set.
//!
//! | tensor | layout | oneDNN's name |
//! |---|---|---|
//! | map `x`, `y`, `dx`, `dy` | `[channels / 16][rows][columns][16 channels]` | `nChw16c` |
//! | weights, dense | `[group][outputs / 16][inputs / 16][kh][kw][16 inputs][16 outputs]` | `gOIhw16i16o` |
//! | weights, grouped | `[outputs / 16][kh][kw][inputs of a group][16 outputs]` | |
//!
//! Channels are padded with zeros to whole blocks. Every map has a halo of zero pixels on all four sides that is wide enough for each
//! convolution that reads it ([`ConvShape::input_halo`], [`ConvShape::gradient_halo`]), so no loop below tests a border.
//! `pack` converts weights from and to PyTorch's layout; `shape` decides which of the two weight layouts a convolution has.
//!
//! # Dense convolutions, forward (`dense`, `tile`)
//!
//! "Dense" are convolutions with one group, or with groups of whole blocks. The output is computed in register tiles of `P` neighbouring
//! pixels of one row by `B` blocks of output channels: `P * B` accumulators, which stay in registers while a tile sums over its inputs.
//!
//! ```text
//! for group in groups
//!   for ob in output blocks of the group, B at a time
//!     for run in input blocks of the group, R at a time       // the weights of B x R blocks stay in L1
//!       for y in output rows
//!         for x in output columns, at most P at a time        // one register tile
//!           acc[P][B] = bias on the first run (zero without one), else y[ob..][y][x..]
//!           for ib in run
//!             for (ky, kx) in taps
//!               for i in 0..16                                // input channel
//!                 w[B] = weights[ob..][ib][ky][kx][i]         // B vectors of 16 outputs
//!                 for p in 0..P
//!                   v = broadcast x[ib][y * stride + ky * dilation - padding][(x + p) * stride + kx * dilation - padding][i]
//!                   for b in 0..B
//!                     acc[p][b] += v * w[b]
//!           y[ob..][y][x..] = acc
//!         on the last run: epilogue of row y                  // scale, shift, adds, activation
//! ```
//!
//! The tile needs `P * B` accumulators, `B` weights and one broadcast input in registers. `Simd::REGISTERS` counts registers in vectors
//! of 16 lanes:
//!
//! | instruction set | vectors of 16 lanes | `P x B` | accumulators |
//! |---|---|---|---|
//! | AVX-512 | 32 | 14 x 2; 16 x 1 where one block is left | 28; 16 |
//! | AVX2 (16 registers of 8 lanes) | 8 | 6 x 1 | 6 |
//! | AArch64 (32 registers of 4 lanes) | 8 | 6 x 1 | 6 |
//! | SSE2 (16 registers of 4 lanes), other | 4 | 2 x 1 | 2 |
//!
//! A row is cut into tiles of nearly equal width, none wider than `P` (`loop_nest::pieces`): 32 columns become 10 + 11 + 11. Every width has
//! a function of its own, compiled with its `P`, `B` and, for strides 1 and 2, the distance of its source pixels. With a stride above 2, `P` is
//! at most 4.
//!
//! Caches: `R` is chosen so that the weights of a run take at most 8192 floats (32 KiB), but is at least one block. A 3x3 convolution with
//! `B = 2` has `R = 1`: 18 KiB of weights, which stay in L1 while all rows of the map pass by. A 1x1 convolution has `R = 16`, that is 256 input
//! channels. With several runs, the output map is read and written once per run; it stays in L2 if it fits there.
//!
//! # Dense convolutions, backward-data
//!
//! `dx` is a sum over the output pixels that read an input pixel. Along one axis, with stride `s`, padding `p` and dilation `d`:
//!
//! ```text
//! dx[i] = sum over taps k where s divides (i + p - k d) of  w[k] dy[(i + p - k d) / s]
//! ```
//!
//! All `i` with the same remainder modulo `s` have the same taps `k`, and their source pixels in `dy` are neighbours. So
//! backward-data is `s_h * s_w` loop nests, one for each pair of remainders, and each is the forward loop above with `dy` as its
//! source, `dx` as its destination at step `s`, and transposed weights (`pack::transpose_weights`: input and output channels
//! change places). No inserted zero is ever multiplied. Transposed convolutions compute their forward pass by these loops, too.
//! `loop_nest` describes a loop nest along one axis by nine numbers and serves both directions.
//!
//! # Dense convolutions, backward-weights (`dense_weights`)
//!
//! `dw[o][c][ky][kx]` is the sum over the output pixels of `dy[o] * x[c]` at that tap. Here the register tile is `A` input channels
//! by `B` output blocks (by `T` neighbouring taps), and the sum runs over pixels:
//!
//! ```text
//! for group in groups
//!   for ob in output blocks of the group, B at a time
//!     for ib in input blocks of the group
//!       for rows in output rows, R at a time                  // R rows of x and of dy stay in L1
//!         for ky, for kx at most T at a time
//!           for c in the channels of block ib, at most A at a time
//!             acc[T][A][B] = 0
//!             for (y, x) in rows x output columns
//!               g[B] = dy[ob..][y][x]
//!               for t, for a
//!                 v = broadcast x[ib][y * stride + ky * dilation - padding][x * stride + (kx + t) * dilation - padding][c + a]
//!                 for b
//!                   acc[t][a][b] += v * g[b]
//!             dw[ob..][ib][ky][kx..][c..] += acc
//! ```
//!
//! | instruction set | `A x B` | accumulators |
//! |---|---|---|
//! | AVX-512 | 8 x 2 | 16 |
//! | AVX2, AArch64 | 5 or 6 x 1 (16 = 5 + 5 + 6) | 5 or 6 |
//! | SSE2, other | 2 x 1 | 2 |
//!
//! `T` is 1 but for inputs of at most 4 channels without dilation, such as images: with AVX-512, 3 channels and 2 blocks, it is
//! 4, which makes 24 accumulators. `R` is chosen so that the rows of `x` and `dy` take at most 6144 floats (24 KiB), but is at
//! least one.
//!
//! # Narrow groups (`gather`, `grouped`, `grouped_weights`)
//!
//! Where groups are not made of whole blocks, as in ResNeXt, neighbouring lanes of an output block belong to different groups,
//! and each has to be multiplied by a channel of its own group. A `Gather` brings these 16 channels into the lanes of one vector
//! `v`. Weights are stored for this: for input channel `n` of a group, one vector holds the weight of each output lane.
//!
//! ```text
//! for ob in output blocks
//!   for run in input channels of a group, 16 at a time
//!     for y in output rows
//!       for x in output columns, P at a time
//!         acc[P] = bias on the first run (zero without one), else y[ob][y][x..]
//!         for n in run
//!           for (ky, kx) in taps
//!             for p in 0..P
//!               v = gather of channel n of each lane's group, at the tap of pixel x + p
//!               acc[p] += v * weights[ob][ky][kx][n]
//!         y[ob][y][x..] = acc
//!       on the last run: epilogue of row y
//! ```
//!
//! A gather is one load for depthwise convolutions, one load and one permutation where all 16 channels lie in one block, and 16
//! scalar loads where they lie in several. Without dilation, tap `kx` of one pixel and tap `kx - stride` of the next one are the
//! same source pixel. So for strides 1 and 2 three neighbouring taps are computed together and share their gathers. `P` is 14, 8,
//! 4, 2 or 1 with AVX-512, at most 4 with AVX2 and on AArch64, and at most 2 with SSE2; at most 4 also for strides above 2 and
//! for gathers from several blocks.
//!
//! Backward-data is the same with inputs and outputs exchanged, one loop nest for each pair of remainders. Backward-weights sums
//! `v * dy` over pixels, in tiles of up to four (kernel row, input channel) pairs by up to three taps, over as many rows at a
//! time as take 8192 floats of `x` and `dy` (32 KiB).

mod backward_data;
mod backward_weights;
mod dense;
mod dense_weights;
mod epilogue;
mod forward;
mod gather;
mod grouped;
mod grouped_weights;
mod loop_nest;
mod pack;
mod part;
mod shape;
#[cfg(test)]
mod tests;
mod tile;
pub mod winograd;

pub use backward_data::{Weights, backward_data};
pub(crate) use backward_weights::backward_bias;
pub use backward_weights::backward_weights;
pub use epilogue::Epilogue;
pub use forward::forward;
pub(crate) use forward::forward_add;
pub use pack::transpose_weights;
pub(crate) use pack::{pack_blocks, unpack_blocks};
pub(crate) use part::Part;
pub use shape::ConvShape;
