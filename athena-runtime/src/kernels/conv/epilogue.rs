//! What happens to a convolution's output before it leaves the cache.

use crate::isa::{Kernel, Simd};
use crate::kernels::activation;
use crate::layout::{Extent, LANES};
use crate::ops::Activation;

/// `y = act((conv + bias) * scale + shift + sum of adds)`; by default nothing at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Epilogue<'a> {
    /// One float a channel, padded with zeros.
    pub bias: Option<&'a [f32]>,
    /// Scale and shift, one float a channel each, padded with zeros.
    pub affine: Option<(&'a [f32], &'a [f32])>,
    /// Maps of the output's size, with halos of their own.
    pub adds: &'a [(&'a [f32], Extent)],
    /// Applied one after the other.
    pub activations: &'a [Activation],
}

impl Epilogue<'_> {
    /// Finishes row `y` of `block`, which holds the convolution with its bias.
    #[inline(always)]
    pub(super) fn row<S: Simd>(&self, s: S, dest: &mut [f32], extent: &Extent, block: usize, y: usize) {
        if self.affine.is_none() && self.adds.is_empty() && self.activations.is_empty() {
            return;
        }
        let at = extent.at(block, y, 0);
        let dest = dest[at..at + extent.width * LANES].as_chunks_mut().0;
        let lanes = LANES.min(extent.channels - block * LANES);
        s.call(Row { epilogue: self, dest, block, y, lanes });
    }
}

/// One row of one block.
struct Row<'a> {
    epilogue: &'a Epilogue<'a>,
    dest: &'a mut [[f32; LANES]],
    block: usize,
    y: usize,
    /// Lanes that hold channels.
    lanes: usize,
}

impl Kernel for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        if let Some((scale, shift)) = self.epilogue.affine {
            self.affine(s, scale, shift);
        }
        for (map, extent) in self.epilogue.adds {
            let at = extent.at(self.block, self.y, 0);
            let map = map[at..at + extent.width * LANES].as_chunks().0;
            for (y, x) in self.dest.iter_mut().zip(map) {
                s.store(s.add(s.load(y), s.load(x)), y);
            }
        }
        for &activation in self.epilogue.activations {
            self.activate(s, activation);
        }
    }
}

impl Row<'_> {
    #[inline(always)]
    fn affine<S: Simd>(&mut self, s: S, scale: &[f32], shift: &[f32]) {
        let channels = self.block * LANES;
        if let (Some(scale), Some(shift)) = (scale[channels..].first_chunk(), shift[channels..].first_chunk()) {
            let (scale, shift) = (s.load(scale), s.load(shift));
            for y in self.dest.iter_mut() {
                s.store(s.mul_add(s.load(y), scale, shift), y);
            }
        }
    }

    /// Activations move zero (`sigmoid(0) = 0.5`): the padding lanes are cut off again.
    #[inline(always)]
    fn activate<S: Simd>(&mut self, s: S, activation: Activation) {
        for y in self.dest.iter_mut() {
            s.store(s.keep(activation::forward(s, activation, s.load(y)), self.lanes), y);
        }
    }
}
