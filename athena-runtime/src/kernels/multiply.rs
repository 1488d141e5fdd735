//! Products of two maps, number by number or channel by channel: the gate of squeeze and excitation (Hu et al. 2018).

use super::rows::{Lanes, assert_same_shape, clear_halo, row, row_mut};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::Extent;
use crate::ops::Write;

/// `y = x * gate`, where `gate` has the shape of `x` or is one number a channel (`C x 1 x 1`).
///
/// # Panics
/// Shapes do not fit, or a slice is too short.
pub fn forward(
    isa: Isa,
    x: &[f32],
    x_extent: &Extent,
    gate: &[f32],
    gate_extent: &Extent,
    y: &mut [f32],
    y_extent: &Extent,
) {
    backward(isa, gate, gate_extent, x, x_extent, y, y_extent, Write::Set);
}

/// The gradient of one operand of a product, `other` being the other operand: `dx = dy * other`. Where `dx` is one number a channel
/// and `dy` is not, the products are summed over the pixels.
///
/// # Panics
/// Shapes do not fit, or a slice is too short.
#[expect(clippy::too_many_arguments, reason = "three maps, each with its extent")]
pub fn backward(
    isa: Isa,
    other: &[f32],
    other_extent: &Extent,
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    if write == Write::Set {
        clear_halo(dx, dx_extent);
    }
    if is_gate(dx_extent) && !is_gate(dy_extent) {
        assert_eq!(dx_extent.channels, dy_extent.channels, "maps of as many channels");
        assert_same_shape(other_extent, dy_extent);
        return isa.call(SumOfProducts {
            a: dy,
            a_extent: dy_extent,
            b: other,
            b_extent: other_extent,
            y: dx,
            y_extent: dx_extent,
            write,
        });
    }
    assert_same_shape(dy_extent, dx_extent);
    if is_gate(other_extent) {
        assert_eq!(other_extent.channels, dx_extent.channels, "maps of as many channels");
    } else {
        assert_same_shape(other_extent, dx_extent);
    }
    isa.call(Product {
        a: dy,
        a_extent: dy_extent,
        b: other,
        b_extent: other_extent,
        y: dx,
        y_extent: dx_extent,
        write,
    });
}

/// One number a channel.
fn is_gate(extent: &Extent) -> bool {
    [extent.height, extent.width] == [1, 1]
}

/// `y = a * b`, or `y += a * b`; `b` may be one number a channel.
struct Product<'a> {
    a: &'a [f32],
    a_extent: &'a Extent,
    b: &'a [f32],
    b_extent: &'a Extent,
    y: &'a mut [f32],
    y_extent: &'a Extent,
    write: Write,
}

impl Kernel for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for block in 0..self.y_extent.blocks() {
            for line in 0..self.y_extent.height {
                let a = row(self.a, self.a_extent, block, line);
                let y = row_mut(self.y, self.y_extent, block, line);
                if is_gate(self.b_extent) {
                    let b = s.load(&row(self.b, self.b_extent, block, 0)[0]);
                    for (a, y) in a.iter().zip(y) {
                        put(s, a, b, y, self.write);
                    }
                } else {
                    for ((a, b), y) in a.iter().zip(row(self.b, self.b_extent, block, line)).zip(y) {
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
    a: &'a [f32],
    a_extent: &'a Extent,
    b: &'a [f32],
    b_extent: &'a Extent,
    y: &'a mut [f32],
    y_extent: &'a Extent,
    write: Write,
}

impl Kernel for SumOfProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for block in 0..self.a_extent.blocks() {
            let mut total = s.zero();
            for line in 0..self.a_extent.height {
                // Rows are summed for themselves, which keeps the rounding errors small.
                let mut sum = s.zero();
                let b = row(self.b, self.b_extent, block, line);
                for (a, b) in row(self.a, self.a_extent, block, line).iter().zip(b) {
                    sum = s.mul_add(s.load(a), s.load(b), sum);
                }
                total = s.add(total, sum);
            }
            let y = &mut row_mut(self.y, self.y_extent, block, 0)[0];
            let before = match self.write {
                Write::Set => s.zero(),
                Write::Add => s.load(y),
            };
            s.store(s.add(before, total), y);
        }
    }
}
