//! The weights in the form that the backward pass reads, made anew for each step.

use super::{ConvInfo, kernel};
use crate::exec::Memory;
use crate::threads;

impl Memory {
    /// Derives the weights that kernels read in another form.
    pub fn derive(&mut self, convs: &[ConvInfo], parameters: &[f32]) {
        let pieces = convs.len().min(threads::PIECES);
        let (mut rest, mut first) = (&mut self.derived[..], 0);
        let pieces = (0..pieces).map(|piece| {
            let range = threads::bounds(convs.len(), pieces, piece);
            let end = convs.get(range.end).map_or(usize::MAX, |next| next.derived);
            let derived = threads::split_off(&mut rest, end - first);
            (&convs[range], std::mem::replace(&mut first, end), derived)
        });
        threads::for_each_of::<{ threads::PIECES }, _>(pieces, &|(convs, first, derived): (
            &[ConvInfo],
            _,
            &mut [f32],
        )| {
            for conv in convs {
                let to = &mut derived[conv.derived - first..][..conv.derived().len];
                kernel::derive(&conv.shape, conv.weight().of(parameters), to);
            }
        });
    }
}
