//! Convolutions whose groups are narrower than a block, forward and backward-data. Each lane of the destination multiplies channels of its own
//! group, which are gathered into that lane. See [`super`] for the algorithm.
#![allow(unsafe_code)]

use super::epilogue::Epilogue;
use super::gather::{self, Gather, Mode, PERMUTED, RUN, SCATTERED, STRAIGHT};
use super::loop_nest::LoopNest;
use crate::isa::{Kernel, Simd, Trusted};
use crate::layout::{LANES, MapMut, MapRef};
use crate::ops::Window;

/// A grouped convolution of one image over the pixels and taps of a loop nest.
pub(super) struct Grouped<'a> {
    pub nest: LoopNest,
    pub window: &'a Window,
    /// Channels of one group in the source and in the destination.
    pub inputs: usize,
    pub outputs: usize,
    /// `[output block][kh][kw][inputs][16 outputs]`
    pub weights: &'a [f32],
    pub source: MapRef<'a>,
    pub dest: MapMut<'a>,
    /// Adds to the destination instead of overwriting it.
    pub add: bool,
    pub epilogue: &'a Epilogue<'a>,
}

/// One output block, computed from `count` input channels of each lane's group, from channel `first` on.
struct Panel {
    block: usize,
    first: usize,
    count: usize,
    gathers: [Gather; RUN],
    mode: Mode,
}

impl Kernel for Grouped<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        self.check();
        for block in 0..self.dest.extent().blocks() {
            for first in (0..self.inputs).step_by(RUN) {
                let count = RUN.min(self.inputs - first);
                let source = self.source.extent();
                let (gathers, mode) = gather::run(block, (first, count), self.outputs, self.inputs, &source);
                self.panel(s, &Panel { block, first, count, gathers, mode });
            }
        }
    }
}

impl Grouped<'_> {
    /// Asserts the conditions under which the tiles' unchecked reads and writes are sound.
    fn check(&self) {
        let (source, dest) = (self.source.extent(), self.dest.extent());
        assert!(self.nest.fits(&source, &dest), "a tap outside of the map and its halo");
        assert_eq!(source.channels * self.outputs, dest.channels * self.inputs);
        let taps = self.window.kernel[0] * self.window.kernel[1];
        assert_eq!(self.weights.len(), dest.blocks() * taps * self.inputs * LANES);
        self.epilogue.check(&dest);
    }

    #[inline(always)]
    fn panel<S: Simd>(&mut self, s: S, panel: &Panel) {
        let sizes = sizes::<S>(panel.mode, self.nest.columns.stride * LANES);
        for row in 0..self.nest.rows.pixels {
            let mut column = 0;
            for &(pixels, compute) in sizes {
                while pixels <= self.nest.columns.pixels - column {
                    let tile = self.tile(panel, row, column);
                    // SAFETY: `check` holds: all taps of all pixels of the loop nest lie in the source, whose view holds its
                    // whole extent; likewise the destination; the weights are as long as blocks and taps say.
                    unsafe { compute(s, &tile) };
                    column += pixels;
                }
            }
            if panel.first + panel.count == self.inputs {
                self.epilogue.row(s, &mut self.dest, panel.block, row);
            }
        }
    }

    fn tile<'p>(&mut self, panel: &'p Panel, row: usize, column: usize) -> Tile<'p> {
        let (rows, columns) = (&self.nest.rows, &self.nest.columns);
        let (source_extent, dest_extent) = (self.source.extent(), self.dest.extent());
        let tap = self.inputs * LANES;
        let (first_tap, weight_taps) = self.nest.weight_taps(self.window);
        let taps = self.window.kernel[0] * self.window.kernel[1];
        let weights = (panel.block * taps + first_tap) * tap + panel.first * LANES;
        let source = source_extent.at(0, 0, 0) as isize + self.nest.source_at(&source_extent, row, column);
        let (y, x) = (rows.first + row * rows.step, columns.first + column * columns.step);
        let tile = Tile {
            source: self.source.data().as_ptr().wrapping_offset(source),
            source_taps: self.nest.source_taps(&source_extent),
            source_pixel: columns.stride * LANES,
            weights: self.weights.as_ptr().wrapping_add(weights),
            weight_taps: weight_taps.map(|taps| (taps * tap) as isize),
            taps: [rows.taps, columns.taps],
            gathers: &panel.gathers[..panel.count],
            dest: self.dest.data_mut().as_mut_ptr().wrapping_add(dest_extent.at(panel.block, y, x)),
            dest_pixel: columns.step * LANES,
            bias: self.epilogue.bias.map(|bias| bias[panel.block * LANES..].as_ptr()),
            add: self.add || panel.first > 0,
        };
        tile.in_order()
    }
}

/// Neighbouring pixels of one output block. Distances are in floats.
struct Tile<'a> {
    /// The source pixel of the first tap of the first pixel, in block 0.
    source: *const f32,
    source_taps: [isize; 2],
    source_pixel: usize,
    /// The weights of the first tap and the first channel.
    weights: *const f32,
    weight_taps: [isize; 2],
    taps: [usize; 2],
    gathers: &'a [Gather],
    dest: *mut f32,
    dest_pixel: usize,
    bias: Option<*const f32>,
    add: bool,
}

impl Tile<'_> {
    /// The same tile with the taps of each kernel row in the order of their source pixels. In backward-data they are in reverse order.
    fn in_order(self) -> Self {
        let last = self.taps[1] as isize - 1;
        if self.source_taps[1] >= 0 || last < 0 {
            return self;
        }
        Self {
            source: self.source.wrapping_offset(last * self.source_taps[1]),
            source_taps: [self.source_taps[0], -self.source_taps[1]],
            weights: self.weights.wrapping_offset(last * self.weight_taps[1]),
            weight_taps: [self.weight_taps[0], -self.weight_taps[1]],
            ..self
        }
    }
}

/// Number of neighbouring taps of a kernel row that are computed together and share gathers.
const SHARING: usize = 3;

/// A tile of `P` pixels with gathers of mode `MODE`. `STEP` is the distance of neighbouring source pixels, or 0 where it is not
/// known at compile time. Valid must be what [`Size`] demands.
struct Fixed<'a, const P: usize, const MODE: usize, const STEP: usize>(&'a Tile<'a>);

/// A number of pixels, and the function that computes a tile of so many.
///
/// # Safety
/// For every pixel of the tile, the source pixels of all taps must be readable in every gathered block. All weights must be
/// readable, and every pixel of the destination readable and writable.
type Size<S> = (usize, unsafe fn(S, &Tile));

/// The tile functions for gathers of mode `mode` and source pixels `source_pixel` floats apart, the largest first. This is a
/// table of functions and not a `match` inside the loop, because LLVM would copy the loop around the `match` once per branch.
#[inline(always)]
fn sizes<S: Simd>(mode: Mode, source_pixel: usize) -> &'static [Size<S>; 5] {
    match mode {
        Mode::Straight => by_step::<S, STRAIGHT>(source_pixel),
        Mode::Permuted => by_step::<S, PERMUTED>(source_pixel),
        Mode::Scattered => by_step::<S, SCATTERED>(source_pixel),
    }
}

#[inline(always)]
fn by_step<S: Simd, const MODE: usize>(source_pixel: usize) -> &'static [Size<S>; 5] {
    match source_pixel / LANES {
        1 => const { &by_pixels::<S, MODE, LANES>() },
        2 => const { &by_pixels::<S, MODE, { 2 * LANES }>() },
        _ => const { &by_pixels::<S, MODE, 0>() },
    }
}

const fn by_pixels<S: Simd, const MODE: usize, const STEP: usize>() -> [Size<S>; 5] {
    macro_rules! sizes {
        ($($pixels:literal)*) => {
            [$(
                // Not compiled: sizes that do not fit the registers, and large ones where the step is not known or a gather takes sixteen
                // reads.
                if $pixels == 1 || 2 * $pixels <= S::REGISTERS && ($pixels <= 4 || (STEP > 0 && MODE != SCATTERED)) {
                    ($pixels, compute::<S, $pixels, MODE, STEP> as unsafe fn(S, &Tile))
                } else {
                    // Never chosen, since no row is so long.
                    (usize::MAX, compute::<S, 1, MODE, STEP> as unsafe fn(S, &Tile))
                }
            ),*]
        };
    }
    sizes!(14 8 4 2 1)
}

/// # Safety
/// As [`Size`].
unsafe fn compute<S: Simd, const P: usize, const MODE: usize, const STEP: usize>(s: S, tile: &Tile) {
    // SAFETY: the caller's promise.
    s.call(unsafe { Trusted::new(Fixed::<P, MODE, STEP>(tile)) });
}

impl<const P: usize, const MODE: usize, const STEP: usize> Kernel for Trusted<Fixed<'_, P, MODE, STEP>> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let fixed = self.into_inner();
        let tile = fixed.0;
        let sharing = STEP > 0 && tile.source_taps[1] == LANES as isize;
        // SAFETY: the maker of a `Trusted` guarantees that every address which the loops reach from the tile's pointers is valid.
        unsafe {
            let mut sums = [s.zero(); P];
            for (p, sum) in sums.iter_mut().enumerate() {
                if tile.add {
                    *sum = s.load_ptr(tile.dest.add(p * tile.dest_pixel));
                } else if let Some(bias) = tile.bias {
                    *sum = s.load_ptr(bias);
                }
            }
            for (nth, gather) in tile.gathers.iter().enumerate() {
                let lanes = s.indices(&gather.lanes);
                let (mut source_row, mut weight_row) = (tile.source, tile.weights.add(nth * LANES));
                for _ in 0..tile.taps[0] {
                    let (mut x, mut w, mut left) = (source_row, weight_row, tile.taps[1]);
                    while sharing && left >= SHARING {
                        fixed.add_taps::<S, SHARING>(s, x, w, gather, lanes, &mut sums);
                        x = x.wrapping_add(SHARING * LANES);
                        w = w.wrapping_offset(SHARING as isize * tile.weight_taps[1]);
                        left -= SHARING;
                    }
                    for _ in 0..left {
                        fixed.add_taps::<S, 1>(s, x, w, gather, lanes, &mut sums);
                        x = x.wrapping_offset(tile.source_taps[1]);
                        w = w.wrapping_offset(tile.weight_taps[1]);
                    }
                    source_row = source_row.wrapping_offset(tile.source_taps[0]);
                    weight_row = weight_row.wrapping_offset(tile.weight_taps[0]);
                }
            }
            for (p, &sum) in sums.iter().enumerate() {
                s.store_ptr(sum, tile.dest.add(p * tile.dest_pixel));
            }
        }
    }
}

impl<const P: usize, const MODE: usize, const STEP: usize> Fixed<'_, P, MODE, STEP> {
    /// Adds `T` taps of one channel per group. If `T > 1`, the taps read neighbouring source pixels, and `window` holds their
    /// gathers: what one output pixel reads at tap `t`, the next one reads at tap `t - stride`.
    ///
    /// # Safety
    /// As [`compute`], for the taps from `x` and `w` on.
    #[inline(always)]
    unsafe fn add_taps<S: Simd, const T: usize>(
        &self,
        s: S,
        x: *const f32,
        w: *const f32,
        gather: &Gather,
        lanes: S::Indices,
        sums: &mut [S::Vector; P],
    ) {
        let tile = self.0;
        let step = if STEP == 0 { tile.source_pixel } else { STEP };
        let fresh = if STEP == 0 { T } else { STEP / LANES };
        // SAFETY: the caller guarantees it.
        unsafe {
            let (mut weights, mut window) = ([s.zero(); T], [s.zero(); T]);
            for t in 0..T {
                weights[t] = s.load_ptr(w.offset(t as isize * tile.weight_taps[1]));
                window[t] = gather::read::<S, MODE>(s, x.add(t * LANES), gather, lanes);
            }
            for (p, sum) in sums.iter_mut().enumerate() {
                for t in 0..T {
                    *sum = s.mul_add(window[t], weights[t], *sum);
                }
                if p + 1 == P {
                    break;
                }
                let next = x.add((p + 1) * step);
                for t in 0..T {
                    window[t] = if t + fresh < T {
                        window[t + fresh]
                    } else {
                        gather::read::<S, MODE>(s, next.add(t * LANES), gather, lanes)
                    };
                }
            }
        }
    }
}
