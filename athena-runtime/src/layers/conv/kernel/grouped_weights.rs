//! Weight gradients of convolutions whose groups are narrower than a block. See [`super`] for the algorithm.
#![allow(unsafe_code)]

use super::gather::{self, Gather, Mode, RUN};
use super::loop_nest::{LoopNest, pieces};
use super::shape::ConvShape;
use crate::isa::{Kernel, Simd, Trusted};
use crate::layout::{LANES, MapRef};

/// The rows of `x` and `dy` that all taps are summed over together take at most this many floats (32 KiB), so that they stay in
/// the first-level cache.
const ROWS_FLOATS: usize = 8192;

/// Number of neighbouring taps of a kernel row that are computed together and share gathers.
const SHARING: usize = 3;

/// The largest number of lines in a tile. A line is one kernel row of one input channel per group.
const LINES: usize = 4;

/// The weight gradient of one image.
pub(super) struct GroupedWeights<'a> {
    pub shape: &'a ConvShape,
    pub x: MapRef<'a>,
    pub dy: MapRef<'a>,
    /// `[output block][kh][kw][inputs of a group][16 outputs]`
    pub dw: &'a mut [f32],
}

impl Kernel for GroupedWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        self.check();
        let inputs = self.shape.group_inputs();
        let row = self.shape.window.stride[0] * self.x.extent().row() + self.dy.extent().row();
        let resident = (ROWS_FLOATS / row).max(1);
        for block in 0..self.dy.extent().blocks() {
            for first in (0..inputs).step_by(RUN) {
                let count = RUN.min(inputs - first);
                let here = self.shape.group_outputs();
                let (gathers, mode) = gather::run(block, (first, count), here, inputs, &self.x.extent());
                let run = Run { block, first, gathers: &gathers[..count], mode };
                for rows in pieces(self.dy.extent().height, resident) {
                    self.rows(s, &run, rows);
                }
            }
        }
    }
}

/// One output block, and input channels of each lane's group, from channel `first` on.
struct Run<'a> {
    block: usize,
    first: usize,
    gathers: &'a [Gather],
    mode: Mode,
}

impl GroupedWeights<'_> {
    /// Asserts the conditions under which the tiles' unchecked reads and writes are sound.
    fn check(&self) {
        let (x, dy) = (self.x.extent(), self.dy.extent());
        self.shape.check_maps(&x, &dy);
        assert!(LoopNest::forward(self.shape).fits(&x, &dy), "a tap outside of the map and its halo");
        assert_eq!(self.dw.len(), self.shape.weight_len());
    }

    /// Adds the gradients of all taps of a run, summed over some rows.
    #[inline(always)]
    fn rows<S: Simd>(&mut self, s: S, run: &Run, rows: (usize, usize)) {
        let [kernel_rows, kernel_columns] = self.shape.window.kernel;
        let mut column = 0;
        while column < kernel_columns {
            let sharing = kernel_columns - column >= SHARING && most_lines::<S>(SHARING) > 0;
            let taps = if sharing { SHARING } else { 1 };
            let most = if run.mode == Mode::Scattered { 1 } else { most_lines::<S>(taps) };
            for (first, lines) in pieces(kernel_rows * run.gathers.len(), most) {
                let tile = self.tile(run, rows, column, (first, lines));
                // SAFETY: `check` holds: all taps of all pixels lie in `x`, whose view holds its whole extent;
                // likewise `dy`; `dw` is as long as blocks and taps say.
                unsafe { compute(s, &tile, taps, lines, run.mode) };
            }
            column += taps;
        }
    }

    fn tile<'g>(
        &mut self,
        run: &Run<'g>,
        rows: (usize, usize),
        column: usize,
        (first, lines): (usize, usize),
    ) -> Tile<'g> {
        let (shape, distance) = (self.shape, LoopNest::forward(self.shape).source_taps(&self.x.extent()));
        let line = |i: usize| {
            // The array has places for `LINES` lines; the places behind the last line are never read.
            let i = first + if i < lines { i } else { 0 };
            let (row, nth) = (i / run.gathers.len(), i % run.gathers.len());
            let x = self.x.extent().at(0, 0, 0) as isize
                + LoopNest::forward(shape).source_at(&self.x.extent(), rows.0, 0)
                + row as isize * distance[0]
                + column as isize * distance[1];
            Line {
                x: self.x.data().as_ptr().wrapping_offset(x),
                gather: &run.gathers[nth],
                dw: shape.weight_at(run.block * LANES, run.first + nth, [row, column]),
            }
        };
        Tile {
            lines: std::array::from_fn(line),
            x_row: shape.window.stride[0] * self.x.extent().row(),
            x_pixel: shape.window.stride[1] * LANES,
            x_tap: distance[1],
            dy: self.dy.data().as_ptr().wrapping_add(self.dy.extent().at(run.block, rows.0, 0)),
            dy_row: self.dy.extent().row(),
            rows: rows.1,
            columns: self.dy.extent().width,
            dw: self.dw.as_mut_ptr(),
            dw_tap: shape.group_inputs() * LANES,
        }
    }
}

/// One kernel row of one input channel per group, from some tap on.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// The source pixel of the first tap of the first pixel, in block 0.
    x: *const f32,
    gather: &'a Gather,
    /// Offset of the first tap's gradient in `dw`.
    dw: usize,
}

/// Neighbouring taps of some lines, for one output block. Distances are in floats.
struct Tile<'a> {
    lines: [Line<'a>; LINES],
    x_row: usize,
    x_pixel: usize,
    x_tap: isize,
    dy: *const f32,
    dy_row: usize,
    rows: usize,
    columns: usize,
    dw: *mut f32,
    dw_tap: usize,
}

/// A tile of `L` lines of `T` taps with gathers of mode `MODE`. The last `K` gathers of one pixel are the first `K` of the next pixel.
/// Valid must be what [`compute`] demands.
struct Fixed<'a, const L: usize, const T: usize, const K: usize, const MODE: usize>(&'a Tile<'a>);

/// The largest number of lines of `taps` taps in a tile: their sums and their gathers fit into the registers.
const fn most_lines<S: Simd>(taps: usize) -> usize {
    let most = (S::REGISTERS - 2) / (2 * taps);
    if most < LINES { most } else { LINES }
}

/// # Safety
/// `x` must be readable at every tap of every pixel in every gathered block, `dy` at every pixel, `dw` readable and writable.
#[inline(never)]
unsafe fn compute<S: Simd>(s: S, tile: &Tile, taps: usize, lines: usize, mode: Mode) {
    // SAFETY: the caller's promise.
    unsafe {
        match mode {
            Mode::Straight => by_taps::<S, { gather::STRAIGHT }>(s, tile, taps, lines),
            Mode::Permuted => by_taps::<S, { gather::PERMUTED }>(s, tile, taps, lines),
            Mode::Scattered => by_taps::<S, { gather::SCATTERED }>(s, tile, taps, lines),
        }
    }
}

/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn by_taps<S: Simd, const MODE: usize>(s: S, tile: &Tile, taps: usize, lines: usize) {
    let neighbours = tile.x_tap == LANES as isize;
    // SAFETY: the caller's promise.
    unsafe {
        match (taps, tile.x_pixel / LANES) {
            (SHARING, 1) if neighbours => by_lines::<S, SHARING, 2, MODE>(s, tile, lines),
            (SHARING, 2) if neighbours => by_lines::<S, SHARING, 1, MODE>(s, tile, lines),
            (SHARING, _) => by_lines::<S, SHARING, 0, MODE>(s, tile, lines),
            _ => by_lines::<S, 1, 0, MODE>(s, tile, lines),
        }
    }
}

/// # Safety
/// As [`compute`].
#[inline(always)]
unsafe fn by_lines<S: Simd, const T: usize, const K: usize, const MODE: usize>(s: S, tile: &Tile, lines: usize) {
    macro_rules! sizes {
        ($($lines:literal)*) => {$(
            // The `const` condition keeps from being compiled: sizes that do not fit the registers, and several lines where a gather takes
            // sixteen reads.
            if const { $lines <= most_lines::<S>(T) && ($lines == 1 || MODE != gather::SCATTERED) } && lines == $lines {
                // SAFETY: the caller's promise.
                return s.call(unsafe { Trusted::new(Fixed::<$lines, T, K, MODE>(tile)) });
            }
        )*};
    }
    sizes!(1 2 3 4);
    unreachable!("no tile of {lines} lines of {T} taps");
}

impl<const L: usize, const T: usize, const K: usize, const MODE: usize> Kernel for Trusted<Fixed<'_, L, T, K, MODE>> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let fixed = self.into_inner();
        let tile = fixed.0;
        // SAFETY: the maker of a `Trusted` guarantees that every address which the loops reach from the tile's pointers is valid.
        unsafe {
            let mut sums = [[s.zero(); T]; L];
            for row in 0..tile.rows {
                fixed.add_row(s, row, &mut sums);
            }
            for (l, sums) in sums.iter().enumerate() {
                for (t, &sum) in sums.iter().enumerate() {
                    let dw = tile.dw.add(tile.lines[l].dw + t * tile.dw_tap);
                    s.store_ptr(s.add(s.load_ptr(dw), sum), dw);
                }
            }
        }
    }
}

impl<const L: usize, const T: usize, const K: usize, const MODE: usize> Fixed<'_, L, T, K, MODE> {
    /// # Safety
    /// As [`compute`].
    #[inline(always)]
    unsafe fn add_row<S: Simd>(&self, s: S, row: usize, sums: &mut [[S::Vector; T]; L]) {
        let tile = self.0;
        let mut lanes = [s.indices(&tile.lines[0].gather.lanes); L];
        let mut xs = [tile.lines[0].x; L];
        let mut windows = [[s.zero(); T]; L];
        // SAFETY: the caller guarantees it.
        unsafe {
            for l in 0..L {
                lanes[l] = s.indices(&tile.lines[l].gather.lanes);
                xs[l] = tile.lines[l].x.wrapping_add(row * tile.x_row);
                for (t, x) in windows[l].iter_mut().enumerate().take(K) {
                    let at = xs[l].wrapping_offset(t as isize * tile.x_tap);
                    *x = gather::read::<S, MODE>(s, at, tile.lines[l].gather, lanes[l]);
                }
            }
            let dy = tile.dy.wrapping_add(row * tile.dy_row);
            for column in 0..tile.columns {
                let gradient = s.load_ptr(dy.add(column * LANES));
                for l in 0..L {
                    for (t, x) in windows[l].iter_mut().enumerate().skip(K) {
                        let at = xs[l].wrapping_offset((column * tile.x_pixel) as isize + t as isize * tile.x_tap);
                        *x = gather::read::<S, MODE>(s, at, tile.lines[l].gather, lanes[l]);
                    }
                    for t in 0..T {
                        sums[l][t] = s.mul_add(windows[l][t], gradient, sums[l][t]);
                    }
                    for t in 0..K {
                        windows[l][t] = windows[l][t + T - K];
                    }
                }
            }
        }
    }
}
