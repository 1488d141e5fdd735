//! Weight gradients of dense convolutions: register tiles of input channels by output blocks, summed over pixels. See [`super`] for the
//! algorithm.
#![allow(unsafe_code)]

use super::loop_nest::{LoopNest, pieces};
use super::pack::BLOCK;
use super::shape::ConvShape;
use crate::isa::{Kernel, Simd, Trusted};
use crate::layout::{LANES, MapRef};

/// The rows of `x` and `dy` that all taps are summed over together take at most this many floats (24 KiB), so that they stay in
/// the first-level cache.
const ROWS_FLOATS: usize = 6144;

/// The weight gradient of one image.
pub(super) struct DenseWeights<'a> {
    pub shape: &'a ConvShape,
    pub x: MapRef<'a>,
    pub dy: MapRef<'a>,
    /// `[group][output block][input block][kh][kw][16 inputs][16 outputs]`
    pub dw: &'a mut [f32],
}

/// The gradients between some output blocks and one input block, summed over some rows.
struct Panel {
    group: usize,
    /// First output block within the group, and number of output blocks.
    output: usize,
    outputs: usize,
    /// Input block within the group.
    input: usize,
    /// First row, and number of rows.
    rows: (usize, usize),
}

impl Kernel for DenseWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        self.check();
        let inputs = self.shape.group_inputs().div_ceil(LANES);
        let blocks = self.shape.group_outputs().div_ceil(LANES);
        for group in 0..self.shape.groups {
            for output in (0..blocks).step_by(most_blocks::<S>()) {
                let outputs = most_blocks::<S>().min(blocks - output);
                let resident = (ROWS_FLOATS / self.row_len(outputs)).max(1);
                for input in 0..inputs {
                    for rows in pieces(self.dy.extent().height, resident) {
                        self.panel(s, &Panel { group, output, outputs, input, rows });
                    }
                }
            }
        }
    }
}

impl DenseWeights<'_> {
    /// Asserts the conditions under which the tiles' unchecked reads and writes are sound.
    fn check(&self) {
        let (x, dy) = (self.x.extent(), self.dy.extent());
        self.shape.check_maps(&x, &dy);
        assert!(LoopNest::forward(self.shape).fits(&x, &dy), "a tap outside of the map and its halo");
        assert_eq!(self.dw.len(), self.shape.weight_len());
    }

    /// Floats of `x` and `dy` that one output row reads.
    fn row_len(&self, outputs: usize) -> usize {
        self.shape.window.stride[0] * self.x.extent().row() + outputs * self.dy.extent().row()
    }

    /// Adds all taps of a panel.
    #[inline(always)]
    fn panel<S: Simd>(&mut self, s: S, panel: &Panel) {
        let channels = LANES.min(self.shape.group_inputs() - panel.input * LANES);
        let window = &self.shape.window;
        let together = if window.dilation[1] == 1 { most_taps::<S>(channels, panel.outputs) } else { 1 };
        for row in 0..window.kernel[0] {
            for (column, taps) in pieces(window.kernel[1], together) {
                for (first, count) in pieces(channels, most_channels::<S>()) {
                    let tile = self.tile(panel, [row, column], first);
                    // SAFETY: `check` holds: all taps of all pixels lie in `x`, whose view holds its whole extent;
                    // likewise `dy`; `dw` is as long as groups, blocks and taps say.
                    unsafe { compute_taps(s, &tile, taps, count, panel.outputs) };
                }
            }
        }
    }

    fn tile(&mut self, panel: &Panel, tap: [usize; 2], channel: usize) -> Tile {
        let (shape, nest) = (self.shape, LoopNest::forward(self.shape));
        let inputs = shape.group_inputs().div_ceil(LANES);
        let outputs = shape.group_outputs().div_ceil(LANES);
        let output = panel.group * outputs + panel.output;
        let distance = nest.source_taps(&self.x.extent());
        let x = (self.x.extent().at(panel.group * inputs + panel.input, 0, 0) + channel) as isize
            + nest.source_at(&self.x.extent(), panel.rows.0, 0)
            + tap[0] as isize * distance[0]
            + tap[1] as isize * distance[1];
        let tap = tap[0] * shape.window.kernel[1] + tap[1];
        let dw = ((output * inputs + panel.input) * shape.taps() + tap) * BLOCK + channel * LANES;
        Tile {
            x: self.x.data().as_ptr().wrapping_offset(x),
            x_row: shape.window.stride[0] * self.x.extent().row(),
            x_pixel: shape.window.stride[1] * LANES,
            dy: self.dy.data().as_ptr().wrapping_add(self.dy.extent().at(output, panel.rows.0, 0)),
            dy_row: self.dy.extent().row(),
            dy_block: self.dy.extent().block(),
            rows: panel.rows.1,
            columns: self.dy.extent().width,
            dw: self.dw.as_mut_ptr().wrapping_add(dw),
            dw_block: inputs * shape.taps() * BLOCK,
            add: true,
        }
    }
}

/// One tap between some channels of an input block and some output blocks. Distances are in floats.
pub(super) struct Tile {
    /// The first channel of the source pixel that the tap reads for the first output pixel.
    pub x: *const f32,
    pub x_row: usize,
    pub x_pixel: usize,
    pub dy: *const f32,
    pub dy_row: usize,
    pub dy_block: usize,
    pub rows: usize,
    pub columns: usize,
    /// The first channel's row of weights.
    pub dw: *mut f32,
    pub dw_block: usize,
    /// Whether the sums are added to `dw` or overwrite it.
    pub add: bool,
}

/// A tile of `A` input channels by `B` output blocks by `T` neighbouring taps. Valid must be what [`compute_taps`] demands.
struct Fixed<'a, const A: usize, const B: usize, const T: usize>(&'a Tile);

/// The largest number of output blocks in a tile.
pub(super) const fn most_blocks<S: Simd>() -> usize {
    if S::REGISTERS >= 32 { 2 } else { 1 }
}

/// The largest number of input channels in a tile. The 16 channels of a block are cut into nearly equal parts of at most this
/// size, whose sums fit into the registers.
pub(super) const fn most_channels<S: Simd>() -> usize {
    if S::REGISTERS >= 32 { 8 } else { S::REGISTERS - 2 }
}

/// The largest number of taps in a tile. It is above 1 only for at most 4 channels, as an image has, since these leave registers free.
const fn most_taps<S: Simd>(channels: usize, blocks: usize) -> usize {
    let most = if S::REGISTERS >= 32 { 24 } else { S::REGISTERS - 2 } / (channels * blocks);
    match most {
        _ if channels > 4 => 1,
        0 | 1 => 1,
        2 | 3 => most,
        _ => 4,
    }
}

/// Computes one tap of at most [`most_channels`] channels and [`most_blocks`] blocks.
///
/// # Safety
/// `x` and `dy` must be readable at every pixel of every row, `dw` readable and writable.
#[inline(never)]
pub(super) unsafe fn compute<S: Simd>(s: S, tile: &Tile, channels: usize, blocks: usize) {
    // SAFETY: the caller's promise.
    unsafe { by_blocks::<S, 1>(s, tile, channels, blocks) };
}

/// Like [`compute`], for up to [`most_taps`] neighbouring taps, the first of which is the tile's.
///
/// # Safety
/// As `compute`, for all of the taps.
#[inline(never)]
unsafe fn compute_taps<S: Simd>(s: S, tile: &Tile, taps: usize, channels: usize, blocks: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        match taps {
            1 => by_blocks::<S, 1>(s, tile, channels, blocks),
            2 => by_blocks::<S, 2>(s, tile, channels, blocks),
            3 => by_blocks::<S, 3>(s, tile, channels, blocks),
            4 => by_blocks::<S, 4>(s, tile, channels, blocks),
            _ => unreachable!("no tile of {taps} taps"),
        }
    }
}

/// # Safety
/// As [`compute_taps`].
#[inline(always)]
unsafe fn by_blocks<S: Simd, const T: usize>(s: S, tile: &Tile, channels: usize, blocks: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if const { most_blocks::<S>() > 1 } && blocks == 2 {
            by_channels::<S, 2, T>(s, tile, channels);
        } else {
            by_channels::<S, 1, T>(s, tile, channels);
        }
    }
}

/// # Safety
/// As [`compute_taps`].
#[inline(always)]
unsafe fn by_channels<S: Simd, const B: usize, const T: usize>(s: S, tile: &Tile, channels: usize) {
    macro_rules! sizes {
        ($($channels:literal)*) => {$(
            // The `const` condition keeps sizes that do not fit the registers from being compiled.
            if const { $channels <= most_channels::<S>() && T <= most_taps::<S>($channels, B) } && channels == $channels {
                // SAFETY: the caller's promise.
                return s.call(unsafe { Trusted::new(Fixed::<$channels, B, T>(tile)) });
            }
        )*};
    }
    sizes!(1 2 3 4 5 6 7 8);
    unreachable!("no tile of {channels} channels and {T} taps");
}

impl<const A: usize, const B: usize, const T: usize> Kernel for Trusted<Fixed<'_, A, B, T>> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Fixed(tile) = self.into_inner();
        // SAFETY: the maker of a `Trusted` guarantees that every address which the loops reach from the tile's pointers is valid.
        unsafe {
            let mut sums = [[[s.zero(); B]; A]; T];
            let (mut x_row, mut dy_row) = (tile.x, tile.dy);
            for _ in 0..tile.rows {
                let (mut x, mut dy) = (x_row, dy_row);
                for _ in 0..tile.columns {
                    let mut gradients = [s.zero(); B];
                    for (b, gradient) in gradients.iter_mut().enumerate() {
                        *gradient = s.load_ptr(dy.add(b * tile.dy_block));
                    }
                    for (t, sums) in sums.iter_mut().enumerate() {
                        for (a, sums) in sums.iter_mut().enumerate() {
                            let input = s.splat(*x.add(t * LANES + a));
                            for b in 0..B {
                                sums[b] = s.mul_add(input, gradients[b], sums[b]);
                            }
                        }
                    }
                    x = x.wrapping_add(tile.x_pixel);
                    dy = dy.wrapping_add(LANES);
                }
                x_row = x_row.wrapping_add(tile.x_row);
                dy_row = dy_row.wrapping_add(tile.dy_row);
            }
            for (t, sums) in sums.iter().enumerate() {
                for (a, sums) in sums.iter().enumerate() {
                    for (b, &sum) in sums.iter().enumerate() {
                        let dw = tile.dw.add(t * BLOCK + b * tile.dw_block + a * LANES);
                        s.store_ptr(if tile.add { s.add(s.load_ptr(dw), sum) } else { sum }, dw);
                    }
                }
            }
        }
    }
}
