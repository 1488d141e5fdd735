//! Backward-weights: the gradients of weights and bias. See [`super`] for the algorithm.

use super::dense_weights::DenseWeights;
use super::grouped_weights::GroupedWeights;
use super::shape::{ConvShape, Kind};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{Extent, LANES, padded};

/// Adds the gradients of one image to `dw`, which has the layout of the weights, and to `db`, which has one float per channel, padded to whole
/// blocks. The gradients of padding weights do not change, because the padding lanes of `x` and `dy` are zero.
///
/// # Panics
/// Where extents, halos or lengths do not fit the shape.
#[allow(clippy::too_many_arguments)]
pub fn backward_weights(
    isa: Isa,
    shape: &ConvShape,
    x: &[f32],
    x_extent: &Extent,
    dy: &[f32],
    dy_extent: &Extent,
    dw: &mut [f32],
    db: Option<&mut [f32]>,
) {
    shape.check_maps(x_extent, dy_extent);
    assert_eq!(dw.len(), shape.weight_len(), "gradient of the stored weights");
    match shape.kind() {
        Kind::Dense => isa.call(DenseWeights { shape, x, x_extent, dy, dy_extent, dw }),
        Kind::Grouped | Kind::Depthwise => isa.call(GroupedWeights { shape, x, x_extent, dy, dy_extent, dw }),
    }
    if let Some(db) = db {
        backward_bias(isa, dy, dy_extent, db);
    }
}

/// Adds the gradient of the bias for one image to `db` (one float per channel, padded to whole blocks).
///
/// # Panics
/// Where a length does not fit.
pub fn backward_bias(isa: Isa, dy: &[f32], dy_extent: &Extent, db: &mut [f32]) {
    assert_eq!(db.len(), padded(dy_extent.channels), "gradient of the bias");
    isa.call(Bias { dy, dy_extent, db });
}

/// Sums the pixels of each channel.
struct Bias<'a> {
    dy: &'a [f32],
    dy_extent: &'a Extent,
    db: &'a mut [f32],
}

impl Kernel for Bias<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.dy_extent;
        for (block, db) in self.db.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sum = s.zero();
            for row in 0..extent.height {
                let at = extent.at(block, row, 0);
                // Each row has a sum of its own, which keeps the rounding error of large maps small.
                let mut row = s.zero();
                for pixel in self.dy[at..at + extent.width * LANES].as_chunks().0 {
                    row = s.add(row, s.load(pixel));
                }
                sum = s.add(sum, row);
            }
            s.store(s.add(s.load(db), sum), db);
        }
    }
}
