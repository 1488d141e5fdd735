//! The products of two maps.

use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, assert_same_shape};
use crate::layout::{Extent, MapMut, MapRef};
use crate::ops::Write;

/// `y = x * scale`, where `scale` has the shape of `x` or has one scale per channel (`C x 1 x 1`).
///
/// # Panics
/// If shapes do not fit, or a slice is too short.
pub fn forward(isa: Isa, x: MapRef<'_>, scale: MapRef<'_>, y: MapMut<'_>) {
    backward(isa, scale, x, y, Write::Set);
}

/// The gradient of one operand of a product, `other` being the other operand: `dx = dy * other`. Where `dx` has one scale per channel
/// and `dy` is not, the products are summed over the pixels.
///
/// # Panics
/// If shapes do not fit, or a slice is too short.
pub fn backward(isa: Isa, other: MapRef<'_>, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    dx.begin(write);
    if is_scale(&dx.extent()) && !is_scale(&dy.extent()) {
        assert_eq!(dx.extent().channels, dy.extent().channels, "maps of as many channels");
        assert_same_shape(&other.extent(), &dy.extent());
        return isa.call(SumOfProducts { a: dy, b: other, y: dx, write });
    }
    assert_same_shape(&dy.extent(), &dx.extent());
    if is_scale(&other.extent()) {
        assert_eq!(other.extent().channels, dx.extent().channels, "maps of as many channels");
    } else {
        assert_same_shape(&other.extent(), &dx.extent());
    }
    isa.call(Product { a: dy, b: other, y: dx, write });
}

/// Whether the map has one scale per channel.
fn is_scale(extent: &Extent) -> bool {
    [extent.height, extent.width] == [1, 1]
}

/// `y = a * b`, or `y += a * b`; `b` may be one number a channel.
struct Product<'a> {
    a: MapRef<'a>,
    b: MapRef<'a>,
    y: MapMut<'a>,
    write: Write,
}

impl Kernel for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        for block in 0..self.y.extent().blocks() {
            for line in 0..self.y.extent().height {
                let a = self.a.row(block, line);
                let y = self.y.row_mut(block, line);
                if is_scale(&self.b.extent()) {
                    let b = s.load(&self.b.row(block, 0)[0]);
                    for (a, y) in a.iter().zip(y) {
                        put(s, a, b, y, self.write);
                    }
                } else {
                    for ((a, b), y) in a.iter().zip(self.b.row(block, line)).zip(y) {
                        put(s, a, s.load(b), y, self.write);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn put<S: Simd>(s: S, a: &Lanes, b: S::Vector, y: &mut Lanes, write: Write) {
    let product = match write {
        Write::Set => s.mul(s.load(a), b),
        Write::Add => s.mul_add(s.load(a), b, s.load(y)),
    };
    s.store(product, y);
}

/// `y = sum over the pixels of a * b`, or `y += ...`.
struct SumOfProducts<'a> {
    a: MapRef<'a>,
    b: MapRef<'a>,
    y: MapMut<'a>,
    write: Write,
}

impl Kernel for SumOfProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        for block in 0..self.a.extent().blocks() {
            let mut total = s.zero();
            for line in 0..self.a.extent().height {
                // Each row has a sum of its own, which keeps the rounding error small.
                let mut sum = s.zero();
                let b = self.b.row(block, line);
                for (a, b) in self.a.row(block, line).iter().zip(b) {
                    sum = s.mul_add(s.load(a), s.load(b), sum);
                }
                total = s.add(total, sum);
            }
            let y = &mut self.y.row_mut(block, 0)[0];
            let before = match self.write {
                Write::Set => s.zero(),
                Write::Add => s.load(y),
            };
            s.store(s.add(before, total), y);
        }
    }
}
