//! Fully connected layers: products over the whole batch.
//!
//! The result of a product is cut into pieces, which do not depend on the number of threads, and each element is summed in a
//! fixed order. So results have the same bits for any number of threads and any batch size. `matrixmultiply` is not used, because
//! it allocates packing buffers in every call; and these layers are a thousandth of a residual network's work.
#![allow(unsafe_code)]
// Register tiles are arrays that several loops index with the same variable.
#![allow(clippy::needless_range_loop)]

mod batch;
mod product;

pub use batch::{Rows, RowsMut, rows};

use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{LANES, fits, padded};
use crate::ops::Write;
use crate::threads::for_each_index;
use product::{Left, Product, Target};
use std::ops::Range;

/// Number of rows of a piece: images, or rows of weights.
const PIECE_ROWS: usize = 16;

/// `y = x W^T + b` for every image. `weight` has `outputs` rows of `padded(inputs)` floats; those beyond the inputs are
/// zero. `bias` has `padded(outputs)` floats, or none.
///
/// # Panics
/// A slice or row is too short, or `x` and `y` have different numbers of rows.
pub fn forward(
    isa: Isa,
    [inputs, outputs]: [usize; 2],
    weight: &[f32],
    bias: &[f32],
    x: Rows<'_>,
    y: &mut RowsMut<'_>,
) {
    check([inputs, outputs], weight, [x.len, y.len], [x.count, y.count]);
    assert!(bias.is_empty() || bias.len() >= padded(outputs), "a bias for each output");
    let target = Target::new(y);
    let groups = x.count.div_ceil(PIECE_ROWS);
    for_each_index(outputs.div_ceil(LANES) * groups, &|piece| {
        let images = piece % groups * PIECE_ROWS;
        let images = images..(images + PIECE_ROWS).min(x.count);
        isa.call(Forward { inputs: padded(inputs), outputs, weight, bias, x, target, block: piece / groups, images });
    });
}

/// `dx = dy W`, or `dx += dy W`, for every image.
///
/// # Panics
/// As [`forward`].
pub fn backward_data(
    isa: Isa,
    [inputs, outputs]: [usize; 2],
    weight: &[f32],
    dy: Rows<'_>,
    dx: &mut RowsMut<'_>,
    write: Write,
) {
    check([inputs, outputs], weight, [dx.len, dy.len], [dx.count, dy.count]);
    let product = Product {
        left: Left { start: dy.start, row: dy.stride, step: 1 },
        right: weight.as_ptr(),
        right_step: padded(inputs),
        steps: outputs,
        target: Target::new(dx),
        write,
    };
    // SAFETY: `check` found the rows of `dy` and `dx` and the weight long enough for [images, outputs] x [outputs, inputs]; `dx`
    // is borrowed exclusively.
    unsafe { product.run(isa, dx.count, padded(inputs)) }
}

/// Adds the gradients of weight and bias: `dW += dy^T x`, `db += sum over images of dy`. They have the layout of the parameters.
///
/// # Panics
/// As [`forward`].
pub fn backward_weights(
    isa: Isa,
    [inputs, outputs]: [usize; 2],
    x: Rows<'_>,
    dy: Rows<'_>,
    dweight: &mut [f32],
    dbias: &mut [f32],
) {
    check([inputs, outputs], dweight, [x.len, dy.len], [x.count, dy.count]);
    assert!(dbias.is_empty() || dbias.len() >= padded(outputs), "a bias for each output");
    let product = Product {
        left: Left { start: dy.start, row: 1, step: dy.stride },
        right: x.start,
        right_step: x.stride,
        steps: x.count,
        target: Target { start: dweight.as_mut_ptr(), stride: padded(inputs) },
        write: Write::Add,
    };
    // SAFETY: `check` found the rows of `dy` and `x` and `dweight` long enough for [outputs, images] x [images, inputs];
    // `dweight` is borrowed exclusively.
    unsafe { product.run(isa, outputs, padded(inputs)) }
    if !dbias.is_empty() {
        for image in 0..dy.count {
            for (db, dy) in dbias.iter_mut().zip(&dy.row(image)[..outputs]) {
                *db += dy;
            }
        }
    }
}

#[track_caller]
fn check([inputs, outputs]: [usize; 2], weight: &[f32], [x, y]: [usize; 2], [x_count, y_count]: [usize; 2]) {
    assert!(inputs > 0 && outputs > 0, "a linear layer has inputs and outputs");
    let inputs_of_each = padded(inputs);
    let fit = fits([outputs, inputs_of_each, 1]) && weight.len() >= outputs * inputs_of_each;
    assert!(fit, "a weight for each input and output");
    assert!(x >= padded(inputs) && y >= padded(outputs), "vectors of whole blocks");
    assert_eq!(x_count, y_count, "one vector of each image");
}

/// Some images' dot products with the sixteen rows of weights of one block of outputs.
struct Forward<'a> {
    /// Padded.
    inputs: usize,
    outputs: usize,
    weight: &'a [f32],
    bias: &'a [f32],
    x: Rows<'a>,
    target: Target,
    block: usize,
    images: Range<usize>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut image = self.images.start;
        if const { S::REGISTERS >= 32 } {
            while image + 4 <= self.images.end {
                self.rows::<S, 4, 4>(s, image);
                image += 4;
            }
        }
        while image + 2 <= self.images.end {
            self.rows::<S, 2, 2>(s, image);
            image += 2;
        }
        if image < self.images.end {
            self.rows::<S, 1, 4>(s, image);
        }
    }
}

impl Forward<'_> {
    /// All sixteen outputs of `N` images, `O` of them at a time.
    #[inline(always)]
    fn rows<S: Simd, const N: usize, const O: usize>(&self, s: S, image: usize) {
        let x: [&[f32]; N] = std::array::from_fn(|n| &self.x.row(image + n)[..self.inputs]);
        let first = self.block * LANES;
        let mut y = [[0.0; LANES]; N];
        for o in (0..LANES).step_by(O) {
            if first + o >= self.outputs {
                break;
            }
            // Beyond the last output the last one is computed again, and not stored.
            let weights: [&[f32]; O] = std::array::from_fn(|k| {
                &self.weight[(first + o + k).min(self.outputs - 1) * self.inputs..][..self.inputs]
            });
            let sums = dots(s, x, weights);
            for n in 0..N {
                for k in 0..O {
                    if first + o + k < self.outputs {
                        y[n][o + k] = sums[n][k];
                    }
                }
            }
        }
        let bias = self.bias.as_chunks().0.get(self.block).map_or(s.zero(), |bias| s.load(bias));
        for (n, y) in y.iter().enumerate() {
            let y = s.keep(s.add(s.load(y), bias), self.outputs - first);
            // SAFETY: `check` found each row of `y` to be of whole blocks, `block` is one of them, and no other piece writes it.
            unsafe { s.store_ptr(y, self.target.start.add((image + n) * self.target.stride + first)) }
        }
    }
}

/// The dot product of each of `x` with each of `weights`, all of them whole vectors of one length.
#[inline(always)]
fn dots<S: Simd, const N: usize, const O: usize>(s: S, x: [&[f32]; N], weights: [&[f32]; O]) -> [[f32; O]; N] {
    let mut sums = [[s.zero(); O]; N];
    for i in 0..x[0].len() / LANES {
        let mut w = [s.zero(); O];
        for k in 0..O {
            w[k] = s.load(&weights[k].as_chunks().0[i]);
        }
        for n in 0..N {
            let x = s.load(&x[n].as_chunks().0[i]);
            for k in 0..O {
                sums[n][k] = s.mul_add(x, w[k], sums[n][k]);
            }
        }
    }
    let mut dots = [[0.0; O]; N];
    for n in 0..N {
        for k in 0..O {
            dots[n][k] = s.sum(sums[n][k]);
        }
    }
    dots
}
