//! The register tile of dense convolutions: `P` neighbouring pixels of one row by `B` blocks of 16 output channels.
//!
//! The `P * B` sums stay in registers while the tile goes through input blocks, taps and input channels, in this order. Each step is an outer
//! product: it broadcasts one input channel of `P` pixels, and multiplies it by `B` vectors of weights.
//!
//! ```text
//! sums[P][B] = zero, bias or dest
//! for input block
//!   for tap row, for tap column
//!     for lane in 0..16                                  // the last block may have fewer channels
//!       w[b] = weights[b * weight_output_block + lane]   // a vector of 16 outputs
//!       for p, for b
//!         sums[p][b] += source[p * source_pixel + lane] * w[b]
//! dest[b * dest_block + p * dest_pixel] = sums[p][b]
//! ```
//!
//! Forward, backward-data and Winograd's products all use it; they differ in the distances of [`Tile`]. [`super`] says how large
//! `P` and `B` are.
#![allow(unsafe_code)]

use crate::isa::{Kernel, Simd, Trusted};
use crate::layout::LANES;

/// The values that the sums of a tile start from.
#[derive(Clone, Copy)]
pub(super) enum Start {
    Zero,
    /// One vector per output block.
    Bias(*const f32),
    /// The values in the destination.
    Dest,
}

/// One tile. All distances are in floats.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// The source pixel of the first tap of the first pixel, in the first input block.
    pub source: *const f32,
    pub source_block: usize,
    pub source_taps: [isize; 2],
    pub source_pixel: usize,
    /// The weights of the first tap between the first input block and the first output block.
    pub weights: *const f32,
    pub weight_input_block: usize,
    pub weight_output_block: usize,
    pub weight_taps: [usize; 2],
    /// Number of taps along rows and along columns.
    pub taps: [usize; 2],
    /// Number of input channels, from the start of the first input block on.
    pub channels: usize,
    /// The first pixel in the first output block.
    pub dest: *mut f32,
    pub dest_block: usize,
    pub dest_pixel: usize,
    pub start: Start,
}

/// A tile of `P` pixels by `B` output blocks. `STEP` is the distance of neighbouring source pixels, or 0 where it is not known at compile time.
/// Valid must be what [`Compute`] demands.
struct Fixed<'a, const P: usize, const B: usize, const STEP: usize>(&'a Tile);

/// The largest number of pixels in a tile with a stride above 2. Such strides are rare, so fewer sizes are compiled for them.
const LONGEST_ANY_STEP: usize = 4;

/// The largest number of pixels in a tile of any instruction set.
const LONGEST: usize = 16;

/// The largest number of output blocks in a tile.
pub(super) const fn most_blocks<S: Simd>() -> usize {
    if S::REGISTERS >= 32 { 2 } else { 1 }
}

/// The largest number of pixels in a tile: the sums, one vector of weights per block and one broadcast input must fit into the registers.
pub(super) const fn most_pixels<S: Simd>(blocks: usize, stride: usize) -> usize {
    let most = if S::REGISTERS < 32 {
        S::REGISTERS - 2
    } else if blocks == 1 {
        LONGEST
    } else {
        14
    };
    if stride > 2 && most > LONGEST_ANY_STEP { LONGEST_ANY_STEP } else { most }
}

/// Computes a tile.
///
/// # Safety
/// For every pixel of the tile, all taps must be readable in all input channels. All weights must be readable, and every pixel of every
/// destination block readable and writable.
pub(super) type Compute<S> = unsafe fn(S, &Tile);

/// The functions that compute tiles of 1, 2, ... up to [`most_pixels`] pixels by `blocks` output blocks (at most [`most_blocks`]), for source
/// pixels `source_pixel` floats apart. This is a table of functions and not a `match` inside the loop, because LLVM would copy the loop around
/// the `match` once per branch.
#[inline(always)]
pub(super) fn sizes<S: Simd>(source_pixel: usize, blocks: usize) -> &'static [Compute<S>; LONGEST] {
    match source_pixel / LANES {
        1 => by_blocks::<S, LANES>(blocks),
        2 => by_blocks::<S, { 2 * LANES }>(blocks),
        _ => by_blocks::<S, 0>(blocks),
    }
}

#[inline(always)]
fn by_blocks<S: Simd, const STEP: usize>(blocks: usize) -> &'static [Compute<S>; LONGEST] {
    if const { most_blocks::<S>() > 1 } && blocks == 2 {
        const { &by_pixels::<S, 2, STEP>() }
    } else {
        const { &by_pixels::<S, 1, STEP>() }
    }
}

const fn by_pixels<S: Simd, const B: usize, const STEP: usize>() -> [Compute<S>; LONGEST] {
    macro_rules! sizes {
        ($($pixels:literal)*) => {
            [$(
                // Sizes that do not fit the registers are not compiled.
                if $pixels <= most_pixels::<S>(B, if STEP == 0 { 3 } else { 1 }) {
                    compute::<S, $pixels, B, STEP> as Compute<S>
                } else {
                    too_large::<S>
                }
            ),*]
        };
    }
    sizes!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
}

/// Computes a tile whose source pixels are neighbours. It is inlined, for callers whose loops contain nothing else: LLVM then
/// specialises small tiles for the constants that the caller passes.
///
/// # Safety
/// As [`Compute`], with at most [`most_pixels`] and [`most_blocks`].
#[inline(always)]
pub(super) unsafe fn compute_neighbours<S: Simd>(s: S, tile: &Tile, pixels: usize, blocks: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if const { most_blocks::<S>() > 1 } && blocks == 2 {
            neighbours::<S, 2>(s, tile, pixels);
        } else {
            neighbours::<S, 1>(s, tile, pixels);
        }
    }
}

/// # Safety
/// As [`Compute`].
#[inline(always)]
unsafe fn neighbours<S: Simd, const B: usize>(s: S, tile: &Tile, pixels: usize) {
    macro_rules! sizes {
        ($($pixels:literal)*) => {$(
            if const { $pixels <= most_pixels::<S>(B, 1) } && pixels == $pixels {
                // SAFETY: the caller's promise.
                return s.call(unsafe { Trusted::new(Fixed::<$pixels, B, LANES>(tile)) });
            }
        )*};
    }
    sizes!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    unreachable!("no tile of {pixels} pixels");
}

/// # Safety
/// As [`Compute`].
unsafe fn compute<S: Simd, const P: usize, const B: usize, const STEP: usize>(s: S, tile: &Tile) {
    // SAFETY: the caller's promise.
    s.call(unsafe { Trusted::new(Fixed::<P, B, STEP>(tile)) });
}

unsafe fn too_large<S: Simd>(_: S, _: &Tile) {
    unreachable!("no tile of so many pixels");
}

impl<const P: usize, const B: usize, const STEP: usize> Kernel for Trusted<Fixed<'_, P, B, STEP>> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Fixed(tile) = self.into_inner();
        let step = if STEP == 0 { tile.source_pixel } else { STEP };
        // SAFETY: the maker of a `Trusted` guarantees that every address which the loops reach from the tile's pointers is valid.
        unsafe {
            let mut sums = load_sums::<S, P, B>(s, tile);
            let (mut source, mut weights, mut channels) = (tile.source, tile.weights, tile.channels);
            while channels > 0 {
                let lanes = if channels < LANES { channels } else { LANES };
                let (mut source_row, mut weight_row) = (source, weights);
                for _ in 0..tile.taps[0] {
                    let (mut x, mut w) = (source_row, weight_row);
                    for _ in 0..tile.taps[1] {
                        add_tap(s, x, step, w, tile.weight_output_block, lanes, &mut sums);
                        x = x.wrapping_offset(tile.source_taps[1]);
                        w = w.wrapping_add(tile.weight_taps[1]);
                    }
                    source_row = source_row.wrapping_offset(tile.source_taps[0]);
                    weight_row = weight_row.wrapping_add(tile.weight_taps[0]);
                }
                source = source.wrapping_add(tile.source_block);
                weights = weights.wrapping_add(tile.weight_input_block);
                channels -= lanes;
            }
            for (p, sums) in sums.iter().enumerate() {
                for (b, &sum) in sums.iter().enumerate() {
                    s.store_ptr(sum, tile.dest.add(b * tile.dest_block + p * tile.dest_pixel));
                }
            }
        }
    }
}

/// # Safety
/// The bias or the destination must be readable.
#[inline(always)]
unsafe fn load_sums<S: Simd, const P: usize, const B: usize>(s: S, tile: &Tile) -> [[S::Vector; B]; P] {
    let mut sums = [[s.zero(); B]; P];
    match tile.start {
        Start::Zero => {}
        // SAFETY: the caller guarantees it.
        Start::Bias(bias) => unsafe {
            for b in 0..B {
                let bias = s.load_ptr(bias.add(b * LANES));
                for sums in &mut sums {
                    sums[b] = bias;
                }
            }
        },
        // SAFETY: the caller guarantees it.
        Start::Dest => unsafe {
            for (p, sums) in sums.iter_mut().enumerate() {
                for (b, sum) in sums.iter_mut().enumerate() {
                    *sum = s.load_ptr(tile.dest.add(b * tile.dest_block + p * tile.dest_pixel));
                }
            }
        },
    }
    sums
}

/// Adds one tap of `lanes` input channels: each input is broadcast and multiplied by its vector of weights.
///
/// # Safety
/// `lanes` floats of each pixel must be readable from `x`, and `lanes` vectors of each block from `w`.
#[inline(always)]
unsafe fn add_tap<S: Simd, const P: usize, const B: usize>(
    s: S,
    x: *const f32,
    step: usize,
    w: *const f32,
    weight_block: usize,
    lanes: usize,
    sums: &mut [[S::Vector; B]; P],
) {
    for lane in 0..lanes {
        // SAFETY: the caller guarantees it.
        unsafe {
            let mut weights = [s.zero(); B];
            for (b, weights) in weights.iter_mut().enumerate() {
                *weights = s.load_ptr(w.add(b * weight_block + lane * LANES));
            }
            for (p, sums) in sums.iter_mut().enumerate() {
                let input = s.splat(*x.add(p * step + lane));
                for b in 0..B {
                    sums[b] = s.mul_add(input, weights[b], sums[b]);
                }
            }
        }
    }
}
