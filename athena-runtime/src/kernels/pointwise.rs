//! Pointwise functions of the user's.

use super::rows::{assert_same_shape, clear_halo, live, row, row_mut};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::Extent;
use crate::ops::Write;
use crate::user::Pointwise;

/// `y = f(x)`.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn forward<L: Pointwise>(isa: Isa, layer: &L, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    assert_same_shape(x_extent, y_extent);
    clear_halo(y, y_extent);
    isa.call(Forward { layer, x, x_extent, y, y_extent });
}

/// `dx = dy * f'(x)`, or that added.
///
/// # Panics
/// Shapes differ, or a slice is too short.
#[allow(clippy::too_many_arguments)]
pub fn backward<L: Pointwise>(
    isa: Isa,
    layer: &L,
    x: &[f32],
    x_extent: &Extent,
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    assert_same_shape(x_extent, dx_extent);
    assert_same_shape(dy_extent, dx_extent);
    if write == Write::Set {
        clear_halo(dx, dx_extent);
    }
    isa.call(Backward { layer, x, x_extent, dy, dy_extent, dx, dx_extent, write });
}

struct Forward<'a, L> {
    layer: &'a L,
    x: &'a [f32],
    x_extent: &'a Extent,
    y: &'a mut [f32],
    y_extent: &'a Extent,
}

impl<L: Pointwise> Kernel for Forward<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for b in 0..self.y_extent.blocks() {
            let live = live(self.y_extent, b);
            for line in 0..self.y_extent.height {
                let from = row(self.x, self.x_extent, b, line);
                for (x, y) in from.iter().zip(row_mut(self.y, self.y_extent, b, line)) {
                    for (x, y) in x.iter().zip(&mut *y) {
                        *y = self.layer.forward(*x);
                    }
                    // The function may be other than 0 at 0.
                    y[live..].fill(0.0);
                }
            }
        }
    }
}

struct Backward<'a, L> {
    layer: &'a L,
    x: &'a [f32],
    x_extent: &'a Extent,
    dy: &'a [f32],
    dy_extent: &'a Extent,
    dx: &'a mut [f32],
    dx_extent: &'a Extent,
    write: Write,
}

impl<L: Pointwise> Kernel for Backward<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for b in 0..self.dx_extent.blocks() {
            let live = live(self.dx_extent, b);
            for line in 0..self.dx_extent.height {
                let maps = row(self.x, self.x_extent, b, line).iter().zip(row(self.dy, self.dy_extent, b, line));
                for ((x, dy), dx) in maps.zip(row_mut(self.dx, self.dx_extent, b, line)) {
                    if self.write == Write::Set {
                        dx.fill(0.0);
                    }
                    for ((x, dy), dx) in x.iter().zip(dy).zip(&mut *dx) {
                        *dx += dy * self.layer.derivative(*x);
                    }
                    // The derivative may be infinite at 0.
                    dx[live..].fill(0.0);
                }
            }
        }
    }
}
