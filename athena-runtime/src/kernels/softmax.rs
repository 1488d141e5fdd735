//! Softmax over a vector, or over a map's channels at each pixel, with the largest number subtracted before `exp`.

use super::activation::exp;
use super::rows::{assert_same_shape, clear_halo, live, row, row_mut};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{Extent, LANES};
use crate::ops::Write;

/// `y_c = exp(x_c) / sum over channels of exp(x)`, at each pixel.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn forward(isa: Isa, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    assert_same_shape(x_extent, y_extent);
    clear_halo(y, y_extent);
    isa.call(Forward { x, x_extent, y, y_extent });
}

/// `dx = y * (dy - sum over channels of y * dy)`, at each pixel.
///
/// # Panics
/// Shapes differ, or a slice is too short.
#[allow(clippy::too_many_arguments)]
pub fn backward(
    isa: Isa,
    y: &[f32],
    y_extent: &Extent,
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    assert_same_shape(y_extent, dx_extent);
    assert_same_shape(dy_extent, dx_extent);
    if write == Write::Set {
        clear_halo(dx, dx_extent);
    }
    isa.call(Backward { y, y_extent, dy, dy_extent, dx, dx_extent, write });
}

struct Forward<'a> {
    x: &'a [f32],
    x_extent: &'a Extent,
    y: &'a mut [f32],
    y_extent: &'a Extent,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.x_extent;
        for line in 0..extent.height {
            for column in 0..extent.width {
                let mut largest = f32::NEG_INFINITY;
                for b in 0..extent.blocks() {
                    for &x in &row(self.x, extent, b, line)[column][..live(extent, b)] {
                        largest = largest.max(x);
                    }
                }
                let mut sum = 0.0f64;
                for b in 0..extent.blocks() {
                    let x = s.sub(s.load(&row(self.x, extent, b, line)[column]), s.splat(largest));
                    let power = s.keep(exp(s, x), live(extent, b));
                    sum += f64::from(s.sum(power));
                    s.store(power, &mut row_mut(self.y, self.y_extent, b, line)[column]);
                }
                let scale = s.splat((1.0 / sum) as f32);
                for b in 0..extent.blocks() {
                    let y = &mut row_mut(self.y, self.y_extent, b, line)[column];
                    // A sum that is no number must not reach the lanes beyond the last channel.
                    s.store(s.keep(s.mul(s.load(y), scale), live(extent, b)), y);
                }
            }
        }
    }
}

struct Backward<'a> {
    y: &'a [f32],
    y_extent: &'a Extent,
    dy: &'a [f32],
    dy_extent: &'a Extent,
    dx: &'a mut [f32],
    dx_extent: &'a Extent,
    write: Write,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.y_extent;
        for line in 0..extent.height {
            for column in 0..extent.width {
                let mut sum = 0.0f64;
                for b in 0..extent.blocks() {
                    let y = &row(self.y, extent, b, line)[column];
                    let dy = &row(self.dy, self.dy_extent, b, line)[column];
                    for lane in 0..LANES {
                        sum += f64::from(y[lane]) * f64::from(dy[lane]);
                    }
                }
                let sum = s.splat(sum as f32);
                for b in 0..extent.blocks() {
                    let y = s.load(&row(self.y, extent, b, line)[column]);
                    let dy = s.load(&row(self.dy, self.dy_extent, b, line)[column]);
                    let dx = &mut row_mut(self.dx, self.dx_extent, b, line)[column];
                    let gradient = s.keep(s.mul(y, s.sub(dy, sum)), live(extent, b));
                    let before = if self.write == Write::Set { s.zero() } else { s.load(dx) };
                    s.store(s.add(before, gradient), dx);
                }
            }
        }
    }
}
