//! The weight transform, and the transform of the weights' gradients.
//!
//! The transformed weights are four times as large as the weights: 38 MB for 512 input and 512 output channels. So they are not
//! stored for a whole layer: a panel of them is computed each time it is needed, which costs about as much as the products of
//! three tiles.
#![allow(unsafe_code)]

use super::transform::{self, EDGE, G, PRODUCTS, TAPS};
use crate::isa::{Kernel, Simd};
use crate::layers::conv::kernel::pack::BLOCK;
use crate::layout::LANES;
use std::ops::Range;

/// Floats of the nine taps between one input block and one output block.
const TAP_BLOCKS: usize = TAPS * TAPS * BLOCK;

/// Computes one row of the 6x6 places of `G g G^T` for some output and input blocks: `[6][output block][input block][16 inputs][16 outputs]`.
pub(super) struct Row<'a> {
    /// The row of places.
    pub row: usize,
    /// `[output block][input block][tap][16 inputs][16 outputs]`, all inputs of these blocks of outputs.
    pub weights: &'a [f32],
    /// Number of input blocks in `weights`, and the range of them that is transformed.
    pub blocks: usize,
    pub inputs: Range<usize>,
    /// Distance, in blocks, to the weights that will be transformed next, if they are to be prefetched.
    pub ahead: Option<usize>,
    /// Whether the taps are taken in reverse order, as backward-data needs.
    pub flipped: bool,
    pub to: &'a mut [f32],
}

/// Floats from one of the six products of a row to the next; an odd number of cache lines.
pub(super) const fn row_product(blocks: usize) -> usize {
    blocks * BLOCK + LANES
}

impl Kernel for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let outputs = self.weights.as_chunks::<TAP_BLOCKS>().0.chunks_exact(self.blocks);
        let distance = row_product(outputs.len() * self.inputs.len());
        assert!(self.to.len() >= EDGE * distance, "room for six products");
        let g = G[self.row].map(|g| s.splat(g));
        for (block, taps) in outputs.flat_map(|inputs| &inputs[self.inputs.clone()]).enumerate() {
            for input in 0..LANES {
                if let Some(ahead) = self.ahead {
                    // Each of the six rows prefetches some of the nine taps.
                    for tap in (self.row..TAPS * TAPS).step_by(EDGE) {
                        let at = ahead * TAP_BLOCKS + tap * BLOCK + input * LANES;
                        s.prefetch(taps.as_ptr().wrapping_add(at));
                    }
                }
                let mut columns = [s.zero(); TAPS];
                for (column, value) in columns.iter_mut().enumerate() {
                    for (row, &g) in g.iter().enumerate() {
                        let tap = row * TAPS + column;
                        let tap = if self.flipped { TAPS * TAPS - 1 - tap } else { tap };
                        let w = s.load(&taps.as_chunks().0[tap * LANES + input]);
                        *value = s.mul_add(w, g, *value);
                    }
                }
                let at = block * BLOCK + input * LANES;
                for (product, value) in transform::weights(s, &columns).into_iter().enumerate() {
                    // SAFETY: `at` lies within the panel's blocks, and there is room for six times `distance`.
                    unsafe { s.store_ptr(value, self.to.as_mut_ptr().add(product * distance + at)) };
                }
            }
        }
    }
}

/// Adds `G^T u G` to the gradient of the weights between one block of inputs and one of outputs.
pub(super) struct WeightGradientTransform<'a> {
    /// The first of 36 blocks of `[16 inputs][16 outputs]`.
    pub from: &'a [f32],
    /// Floats from one of the 36 blocks to the next.
    pub distance: usize,
    /// Number of the 16 inputs that are channels and not padding.
    pub channels: usize,
    /// `[tap][16 inputs][16 outputs]`
    pub dw: &'a mut [f32],
}

impl Kernel for WeightGradientTransform<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        assert!(self.channels <= LANES);
        assert!(self.from.len() >= (PRODUCTS - 1) * self.distance + BLOCK, "36 blocks of gradients");
        let dw = self.dw.as_chunks_mut::<LANES>().0;
        for input in 0..self.channels {
            let mut columns = [[s.zero(); EDGE]; TAPS];
            for j in 0..EDGE {
                let mut u = [s.zero(); EDGE];
                for (i, u) in u.iter_mut().enumerate() {
                    // SAFETY: `input` is a row of the block, and there are 36 of them.
                    *u = unsafe { s.load_ptr(self.from.as_ptr().add((i * EDGE + j) * self.distance + input * LANES)) };
                }
                for (column, value) in columns.iter_mut().zip(transform::weight_gradient(s, &u)) {
                    column[j] = value;
                }
            }
            for (row, columns) in columns.iter().enumerate() {
                for (column, value) in transform::weight_gradient(s, columns).into_iter().enumerate() {
                    let dw = &mut dw[(row * TAPS + column) * LANES + input];
                    s.store(s.add(s.load(dw), value), dw);
                }
            }
        }
    }
}
