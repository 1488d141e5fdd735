//! Weight gradients of convolutions whose groups are narrower than a block.
#![allow(unsafe_code)]

use super::gather::{self, Gather, Mode, RUN};
use super::shape::ConvShape;
use super::sweep::{Sweep, pieces};
use crate::isa::{Kernel, Simd};
use crate::layout::{Extent, LANES};

/// Floats of both maps that all taps are summed over before the next rows: what a first-level cache holds.
const RESIDENT: usize = 8192;

/// The most taps of a row of the kernel that share the reads of the output's gradient.
const LONGEST: usize = 4;

/// The weight gradient of one image.
pub(super) struct GroupedWeights<'a> {
    pub shape: &'a ConvShape,
    pub x: &'a [f32],
    pub x_extent: &'a Extent,
    pub dy: &'a [f32],
    pub dy_extent: &'a Extent,
    /// `[output block][kh][kw][inputs of a group][16 outputs]`
    pub dw: &'a mut [f32],
}

impl Kernel for GroupedWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        self.check();
        let inputs = self.shape.group_inputs();
        let row = self.shape.window.stride[0] * self.x_extent.row() + self.dy_extent.row();
        let resident = (RESIDENT / row).max(1);
        for block in 0..self.dy_extent.blocks() {
            for first in (0..inputs).step_by(RUN) {
                let count = RUN.min(inputs - first);
                let here = self.shape.group_outputs();
                let (gathers, mode) = gather::run(block, (first, count), here, inputs, self.x_extent);
                for rows in pieces(self.dy_extent.height, resident) {
                    for (i, gather) in gathers[..count].iter().enumerate() {
                        self.channel(s, block, first + i, rows, gather, mode);
                    }
                }
            }
        }
    }
}

impl GroupedWeights<'_> {
    /// What the unchecked reads and writes of the tiles rely on.
    fn check(&self) {
        assert!(
            Sweep::forward(self.shape).fits(self.x_extent, self.dy_extent),
            "a tap outside of the map and its halo"
        );
        assert!(self.x.len() >= self.x_extent.len());
        assert!(self.dy.len() >= self.dy_extent.len());
        assert_eq!(self.dw.len(), self.shape.weight_len());
    }

    /// Adds all taps of one input channel a group, over some rows.
    #[inline(always)]
    fn channel<S: Simd>(
        &mut self,
        s: S,
        block: usize,
        channel: usize,
        rows: (usize, usize),
        gather: &Gather,
        mode: Mode,
    ) {
        let [kernel_rows, kernel_columns] = self.shape.window.kernel;
        for row in 0..kernel_rows {
            for (column, taps) in pieces(kernel_columns, LONGEST.min(S::REGISTERS / 2)) {
                let tile = self.tile(block, channel, rows, gather, [row, column]);
                // SAFETY: `check` holds: all taps of all pixels lie in `x`, whose slice is as long as its extent says;
                // likewise `dy`; `dw` is as long as blocks and taps say.
                unsafe { compute(s, &tile, taps, mode) };
            }
        }
    }

    fn tile<'g>(
        &mut self,
        block: usize,
        channel: usize,
        rows: (usize, usize),
        gather: &'g Gather,
        tap: [usize; 2],
    ) -> Tile<'g> {
        let (shape, sweep) = (self.shape, Sweep::forward(self.shape));
        let distance = sweep.source_taps(self.x_extent);
        let x = self.x_extent.at(0, 0, 0) as isize
            + sweep.source_at(self.x_extent, rows.0, 0)
            + tap[0] as isize * distance[0]
            + tap[1] as isize * distance[1];
        Tile {
            x: self.x.as_ptr().wrapping_offset(x),
            x_row: shape.window.stride[0] * self.x_extent.row(),
            x_pixel: shape.window.stride[1] * LANES,
            x_tap: distance[1],
            gather,
            dy: self.dy.as_ptr().wrapping_add(self.dy_extent.at(block, rows.0, 0)),
            dy_row: self.dy_extent.row(),
            rows: rows.1,
            columns: self.dy_extent.width,
            dw: self.dw.as_mut_ptr().wrapping_add(shape.weight_at(block * LANES, channel, tap)),
            dw_tap: shape.group_inputs() * LANES,
        }
    }
}

/// Neighbouring taps of one input channel a group and one block of outputs; distances in floats.
struct Tile<'a> {
    /// The first tap of the first pixel, in block 0.
    x: *const f32,
    x_row: usize,
    x_pixel: usize,
    x_tap: isize,
    gather: &'a Gather,
    dy: *const f32,
    dy_row: usize,
    rows: usize,
    columns: usize,
    dw: *mut f32,
    dw_tap: usize,
}

/// A tile of `T` taps whose gathers are done by `MODE`.
struct Fixed<'a, const T: usize, const MODE: usize>(&'a Tile<'a>);

/// # Safety
/// `x` must be readable at every tap of every pixel in every gathered block, `dy` at every pixel, `dw` readable and writable.
#[inline(always)]
unsafe fn compute<S: Simd>(s: S, tile: &Tile, taps: usize, mode: Mode) {
    match mode {
        Mode::Straight => by_taps::<S, { gather::STRAIGHT }>(s, tile, taps),
        Mode::Permuted => by_taps::<S, { gather::PERMUTED }>(s, tile, taps),
        Mode::Scattered => by_taps::<S, { gather::SCATTERED }>(s, tile, taps),
    }
}

#[inline(always)]
fn by_taps<S: Simd, const MODE: usize>(s: S, tile: &Tile, taps: usize) {
    macro_rules! sizes {
        ($($taps:literal)*) => {$(
            // The first condition is a constant: sizes that do not fit the registers are not compiled.
            if 2 * $taps <= S::REGISTERS && taps == $taps {
                return s.call(Fixed::<$taps, MODE>(tile));
            }
        )*};
    }
    sizes!(1 2 3 4);
    unreachable!("no tile of {taps} taps");
}

impl<const T: usize, const MODE: usize> Kernel for Fixed<'_, T, MODE> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let tile = self.0;
        let lanes = s.indices(&tile.gather.lanes);
        // SAFETY: `compute`'s caller promises that all that is reached from the tile's pointers by its distances is there.
        unsafe {
            let mut sums = [s.zero(); T];
            let (mut x_row, mut dy_row) = (tile.x, tile.dy);
            for _ in 0..tile.rows {
                let (mut x, mut dy) = (x_row, dy_row);
                for _ in 0..tile.columns {
                    let gradient = s.load_ptr(dy);
                    for (t, sum) in sums.iter_mut().enumerate() {
                        let x = x.wrapping_offset(t as isize * tile.x_tap);
                        *sum = s.mul_add(gather::read::<S, MODE>(s, x, tile.gather, lanes), gradient, *sum);
                    }
                    x = x.wrapping_add(tile.x_pixel);
                    dy = dy.wrapping_add(LANES);
                }
                x_row = x_row.wrapping_add(tile.x_row);
                dy_row = dy_row.wrapping_add(tile.dy_row);
            }
            for (t, &sum) in sums.iter().enumerate() {
                let dw = tile.dw.add(t * tile.dw_tap);
                s.store_ptr(s.add(s.load_ptr(dw), sum), dw);
            }
        }
    }
}
