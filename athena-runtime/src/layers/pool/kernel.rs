//! Pooling: the largest value or the mean of each window, and the mean of a whole map.
//!
//! The padding is outside the map, and these kernels do not read the halo. Max pooling ignores the padding. Average pooling
//! counts it as zeros, or ignores it (PyTorch's `count_include_pad`). With [`Pool::ceil`] the last windows may reach beyond the
//! padding; what lies there never counts.

use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::assert_same_shape;
use crate::layout::{Extent, MapMut, MapRef};
use crate::ops::{Pool, Write};
use std::ops::Range;

/// The largest value of each window. A window with a NaN gives NaN, as in PyTorch.
///
/// # Panics
/// `y` is not of the pool's shape, or a slice is too short.
pub fn max_pool(isa: Isa, pool: &Pool, x: MapRef<'_>, mut y: MapMut<'_>) {
    check(pool, &x.extent(), &y.extent());
    y.clear_halo();
    isa.call(Forward::<true> { pool, divisor: 1.0, x, y });
}

/// The mean of each window: the sum of the pixels inside the map divided by their number. With `count_padding`, the number
/// includes the pixels of the padding.
///
/// # Panics
/// `y` is not of the pool's shape, or a slice is too short.
pub fn avg_pool(isa: Isa, pool: &Pool, count_padding: bool, x: MapRef<'_>, mut y: MapMut<'_>) {
    check(pool, &x.extent(), &y.extent());
    y.clear_halo();
    // If windows count different numbers of pixels, the sums are first divided by 1, and later by the numbers.
    let alike = count_padding && !pool.ceil;
    let divisor = if alike { (pool.kernel[0] * pool.kernel[1]) as f32 } else { 1.0 };
    isa.call(Forward::<false> { pool, divisor, x, y: y.reborrow() });
    if !alike {
        isa.call(Divide { pool, count_padding, x_extent: x.extent(), y });
    }
}

/// Adds each window's gradient to the gradient of its largest value, which is found again in `x`: the first one, row by row, if
/// several are equal.
///
/// # Panics
/// `dy` is not of the pool's shape, `dx` not of that of `x`, or a slice is too short.
pub fn max_pool_backward(isa: Isa, pool: &Pool, x: MapRef<'_>, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    check(pool, &x.extent(), &dy.extent());
    assert_same_shape(&x.extent(), &dx.extent());
    // The gradients are added window by window, so that they start from zeros.
    dx.begin_sum(write);
    isa.call(MaxBackward { pool, x, dy, dx });
}

/// Spreads each window's gradient evenly over the pixels that its mean counts. The part of padding pixels is dropped.
///
/// # Panics
/// `dy` is not of the pool's shape, or a slice is too short.
pub fn avg_pool_backward(isa: Isa, pool: &Pool, count_padding: bool, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    check(pool, &dx.extent(), &dy.extent());
    dx.begin_sum(write);
    isa.call(AvgBackward { pool, count_padding, dy, dx });
}

/// The mean of each channel.
///
/// # Panics
/// `y` is not `C x 1 x 1`, or a slice is too short.
pub fn global_avg_pool(isa: Isa, x: MapRef<'_>, mut y: MapMut<'_>) {
    check_global(&x.extent(), &y.extent());
    y.clear_halo();
    isa.call(GlobalAvg { x, y });
}

/// The gradient of the mean, for every pixel.
///
/// # Panics
/// `dy` is not `C x 1 x 1`, or a slice is too short.
pub fn global_avg_pool_backward(isa: Isa, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    check_global(&dx.extent(), &dy.extent());
    dx.begin_sum(write);
    isa.call(GlobalAvgBackward { dy, dx });
}

#[track_caller]
fn check(pool: &Pool, x: &Extent, y: &Extent) {
    assert_eq!(x.channels, y.channels, "a pool keeps the channels");
    assert_eq!(
        [pool.output(0, x.height), pool.output(1, x.width)],
        [Some(y.height), Some(y.width)],
        "the output is of the pool's shape"
    );
}

#[track_caller]
fn check_global(map: &Extent, mean: &Extent) {
    assert_eq!([mean.channels, mean.height, mean.width], [map.channels, 1, 1], "one mean for each channel");
}

/// The rows (axis 0) or columns (axis 1) of an input of `length` that lie in the window of output `o`.
#[inline(always)]
fn span(pool: &Pool, axis: usize, o: usize, length: usize) -> Range<usize> {
    let start = o * pool.stride[axis];
    let (padding, kernel) = (pool.padding[axis], pool.kernel[axis]);
    start.saturating_sub(padding)..(start + kernel).saturating_sub(padding).min(length)
}

/// The number of rows (axis 0) or columns (axis 1) that the mean of a window counts: those of the map and, with `count_padding`, those of the
/// padding.
#[inline(always)]
fn counted(pool: &Pool, count_padding: bool, axis: usize, o: usize, length: usize) -> usize {
    if count_padding {
        pool.kernel[axis].min(length + 2 * pool.padding[axis] - o * pool.stride[axis])
    } else {
        span(pool, axis, o, length).len()
    }
}

/// For each lane `yes` if `new` replaces the maximum `old`, because it is larger or NaN.
#[inline(always)]
fn select_better<S: Simd>(s: S, new: S::Vector, old: S::Vector, yes: S::Vector, no: S::Vector) -> S::Vector {
    let ordered = s.select_gt(new, s.splat(-1.0), no, s.select_gt(s.splat(1.0), new, no, yes));
    s.select_gt(new, old, yes, ordered)
}

/// Computes the largest value of each window with `MAX`, and otherwise the sum divided by `divisor`.
struct Forward<'a, const MAX: bool> {
    pool: &'a Pool,
    divisor: f32,
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl<const MAX: bool> Kernel for Forward<'_, MAX> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let start = s.splat(if MAX { f32::NEG_INFINITY } else { 0.0 });
        let divisor = s.splat(self.divisor);
        for b in 0..self.y.extent().blocks() {
            for oy in 0..self.y.extent().height {
                let rows = span(self.pool, 0, oy, self.x.extent().height);
                for (ox, y) in self.y.row_mut(b, oy).iter_mut().enumerate() {
                    let columns = span(self.pool, 1, ox, self.x.extent().width);
                    let mut value = start;
                    for iy in rows.clone() {
                        for x in &self.x.row(b, iy)[columns.clone()] {
                            let x = s.load(x);
                            value = if MAX { select_better(s, x, value, x, value) } else { s.add(value, x) };
                        }
                    }
                    s.store(if MAX { value } else { s.div(value, divisor) }, y);
                }
            }
        }
    }
}

/// Divides each window's sum by the number of pixels that it counts.
struct Divide<'a> {
    pool: &'a Pool,
    count_padding: bool,
    x_extent: Extent,
    y: MapMut<'a>,
}

impl Kernel for Divide<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let Self { pool, count_padding, x_extent, .. } = self;
        let y_extent = self.y.extent();
        for b in 0..y_extent.blocks() {
            for oy in 0..y_extent.height {
                let height = counted(pool, count_padding, 0, oy, x_extent.height);
                for (ox, y) in self.y.row_mut(b, oy).iter_mut().enumerate() {
                    let width = counted(pool, count_padding, 1, ox, x_extent.width);
                    s.store(s.div(s.load(y), s.splat((height * width) as f32)), y);
                }
            }
        }
    }
}

struct MaxBackward<'a> {
    pool: &'a Pool,
    x: MapRef<'a>,
    dy: MapRef<'a>,
    dx: MapMut<'a>,
}

impl Kernel for MaxBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        for b in 0..self.dy.extent().blocks() {
            for oy in 0..self.dy.extent().height {
                let rows = span(self.pool, 0, oy, self.x.extent().height);
                for (ox, dy) in self.dy.row(b, oy).iter().enumerate() {
                    let columns = span(self.pool, 1, ox, self.x.extent().width);
                    let at = largest(s, self.x, b, rows.clone(), columns.clone());
                    let dy = s.load(dy);
                    let mut tap = 0.0;
                    for iy in rows.clone() {
                        for dx in &mut self.dx.row_mut(b, iy)[columns.clone()] {
                            // The lanes whose maximum is at this pixel: those where `at` differs from `tap` by less than a half.
                            let not_before = s.select_gt(at, s.splat(tap - 0.5), dy, s.zero());
                            let share = s.select_gt(s.splat(tap + 0.5), at, not_before, s.zero());
                            s.store(s.add(s.load(dx), share), dx);
                            tap += 1.0;
                        }
                    }
                }
            }
        }
    }
}

/// For each lane, the number of the window's first pixel (row by row) with the maximum.
#[inline(always)]
fn largest<S: Simd>(s: S, x: MapRef<'_>, b: usize, rows: Range<usize>, columns: Range<usize>) -> S::Vector {
    let (mut value, mut at) = (s.splat(f32::NEG_INFINITY), s.zero());
    let mut tap = 0.0;
    for iy in rows {
        for x in &x.row(b, iy)[columns.clone()] {
            let x = s.load(x);
            at = select_better(s, x, value, s.splat(tap), at);
            value = select_better(s, x, value, x, value);
            tap += 1.0;
        }
    }
    at
}

struct AvgBackward<'a> {
    pool: &'a Pool,
    count_padding: bool,
    dy: MapRef<'a>,
    dx: MapMut<'a>,
}

impl Kernel for AvgBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (pool, count_padding) = (self.pool, self.count_padding);
        let (dy_extent, dx_extent) = (self.dy.extent(), self.dx.extent());
        for b in 0..dy_extent.blocks() {
            for oy in 0..dy_extent.height {
                let rows = span(pool, 0, oy, dx_extent.height);
                let height = counted(pool, count_padding, 0, oy, dx_extent.height);
                for (ox, dy) in self.dy.row(b, oy).iter().enumerate() {
                    let columns = span(pool, 1, ox, dx_extent.width);
                    let width = counted(pool, count_padding, 1, ox, dx_extent.width);
                    let share = s.div(s.load(dy), s.splat((height * width) as f32));
                    for iy in rows.clone() {
                        for dx in &mut self.dx.row_mut(b, iy)[columns.clone()] {
                            s.store(s.add(s.load(dx), share), dx);
                        }
                    }
                }
            }
        }
    }
}

struct GlobalAvg<'a> {
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl Kernel for GlobalAvg<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let count = s.splat((self.x.extent().height * self.x.extent().width) as f32);
        for b in 0..self.x.extent().blocks() {
            let mut total = s.zero();
            for y in 0..self.x.extent().height {
                // Each row has a sum of its own, which keeps the rounding error small.
                let mut sum = s.zero();
                for x in self.x.row(b, y) {
                    sum = s.add(sum, s.load(x));
                }
                total = s.add(total, sum);
            }
            s.store(s.div(total, count), &mut self.y.row_mut(b, 0)[0]);
        }
    }
}

struct GlobalAvgBackward<'a> {
    dy: MapRef<'a>,
    dx: MapMut<'a>,
}

impl Kernel for GlobalAvgBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let count = s.splat((self.dx.extent().height * self.dx.extent().width) as f32);
        for b in 0..self.dx.extent().blocks() {
            let share = s.div(s.load(&self.dy.row(b, 0)[0]), count);
            for y in 0..self.dx.extent().height {
                for dx in self.dx.row_mut(b, y) {
                    s.store(s.add(s.load(dx), share), dx);
                }
            }
        }
    }
}
