//! Backward-weights: the gradients of weights and bias. See [`super`] for the algorithm.

use super::dense_weights::DenseWeights;
use super::grouped_weights::GroupedWeights;
use super::shape::{ConvShape, Kind};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{LANES, MapRef, padded};

/// Adds the gradients of one image to `dw`, which has the layout of the weights, and to `db`, which has one float per channel, padded to whole
/// blocks. The gradients of padding weights do not change, because the padding lanes of `x` and `dy` are zero.
///
/// # Panics
/// If extents, halos or lengths do not fit the shape.
pub fn backward_weights(
    isa: Isa,
    shape: &ConvShape,
    x: MapRef<'_>,
    dy: MapRef<'_>,
    dw: &mut [f32],
    db: Option<&mut [f32]>,
) {
    shape.check_maps(&x.extent(), &dy.extent());
    assert_eq!(dw.len(), shape.weight_len(), "gradient of the stored weights");
    match shape.kind() {
        Kind::Dense => isa.call(DenseWeights { shape, x, dy, dw }),
        Kind::Grouped | Kind::Depthwise => isa.call(GroupedWeights { shape, x, dy, dw }),
    }
    if let Some(db) = db {
        backward_bias(isa, dy, db);
    }
}

/// Adds the gradient of the bias for one image to `db` (one float per channel, padded to whole blocks).
///
/// # Panics
/// If the length does not fit.
pub fn backward_bias(isa: Isa, dy: MapRef<'_>, db: &mut [f32]) {
    assert_eq!(db.len(), padded(dy.extent().channels), "gradient of the bias");
    isa.call(Bias { dy, db });
}

/// Sums the pixels of each channel.
struct Bias<'a> {
    dy: MapRef<'a>,
    db: &'a mut [f32],
}

impl Kernel for Bias<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.dy.extent();
        for (block, db) in self.db.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sum = s.zero();
            for row in 0..extent.height {
                // Each row has a sum of its own, which keeps the rounding error of large maps small.
                let mut row_sum = s.zero();
                for pixel in self.dy.row(block, row) {
                    row_sum = s.add(row_sum, s.load(pixel));
                }
                sum = s.add(sum, row_sum);
            }
            s.store(s.add(s.load(db), sum), db);
        }
    }
}
