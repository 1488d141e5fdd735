//! Pointwise functions of the user's.

use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{assert_same_shape, live};
use crate::layout::{MapMut, MapRef};
use crate::ops::Write;
use crate::user::Pointwise;

/// `y = f(x)`.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn forward<L: Pointwise>(isa: Isa, layer: &L, x: MapRef<'_>, mut y: MapMut<'_>) {
    assert_same_shape(&x.extent(), &y.extent());
    y.clear_halo();
    isa.call(Forward { layer, x, y });
}

/// `dx = dy * f'(x)`, or `dx += dy * f'(x)`.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn backward<L: Pointwise>(isa: Isa, layer: &L, x: MapRef<'_>, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &dx.extent());
    assert_same_shape(&dy.extent(), &dx.extent());
    dx.begin(write);
    isa.call(Backward { layer, x, dy, dx, write });
}

struct Forward<'a, L> {
    layer: &'a L,
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl<L: Pointwise> Kernel for Forward<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) {
        for b in 0..self.y.extent().blocks() {
            let live = live(&self.y.extent(), b);
            for line in 0..self.y.extent().height {
                let from = self.x.row(b, line);
                for (x, y) in from.iter().zip(self.y.row_mut(b, line)) {
                    for (x, y) in x.iter().zip(&mut *y) {
                        *y = self.layer.forward(*x);
                    }
                    // The function may not be 0 at 0.
                    y[live..].fill(0.0);
                }
            }
        }
    }
}

struct Backward<'a, L> {
    layer: &'a L,
    x: MapRef<'a>,
    dy: MapRef<'a>,
    dx: MapMut<'a>,
    write: Write,
}

impl<L: Pointwise> Kernel for Backward<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) {
        for b in 0..self.dx.extent().blocks() {
            let live = live(&self.dx.extent(), b);
            for line in 0..self.dx.extent().height {
                let maps = self.x.row(b, line).iter().zip(self.dy.row(b, line));
                for ((x, dy), dx) in maps.zip(self.dx.row_mut(b, line)) {
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
