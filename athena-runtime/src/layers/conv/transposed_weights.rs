//! Transposed weights for the backward pass, which are made anew for each step.

use super::{ConvInfo, kernel};
use crate::exec::Memory;
use crate::threads;

impl Memory {
    /// Makes the transposed weights of these convolutions.
    pub fn transpose_weights(&mut self, convs: &[ConvInfo], parameters: &[f32]) {
        let pieces = convs.len().min(threads::PIECES);
        let (mut rest, mut first) = (&mut self.transposed[..], 0);
        let pieces = (0..pieces).map(|piece| {
            let range = threads::bounds(convs.len(), pieces, piece);
            let end = convs.get(range.end).map_or(usize::MAX, |next| next.transposed);
            let transposed = threads::split_off(&mut rest, end - first);
            (&convs[range], std::mem::replace(&mut first, end), transposed)
        });
        threads::for_each_of::<{ threads::PIECES }, _>(pieces, &|(convs, first, transposed): (
            &[ConvInfo],
            _,
            &mut [f32],
        )| {
            for conv in convs {
                let to = &mut transposed[conv.transposed - first..][..conv.transposed().len];
                kernel::transpose_weights(&conv.shape, conv.weight().of(parameters), to);
            }
        });
    }
}
