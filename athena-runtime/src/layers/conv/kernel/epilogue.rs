//! The epilogue of a convolution: the elementwise operations that are applied to each output row while it is still in the cache.

use crate::isa::{Kernel, Simd};
use crate::kernels::rows;
use crate::layers::elementwise::activation;
use crate::layout::{Extent, LANES, MapMut, MapRef};
use crate::ops::Activation;

/// `y = act((conv + bias) * scale + shift + sum of adds)`. The default is `y = conv`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Epilogue<'a> {
    /// One float per channel, padded with zeros to whole blocks.
    pub bias: Option<&'a [f32]>,
    /// Scale and shift, with one float per channel each, padded with zeros to whole blocks.
    pub affine: Option<(&'a [f32], &'a [f32])>,
    /// Maps of the output's size that are added. Each has its own halo.
    pub adds: &'a [MapRef<'a>],
    /// Applied one after the other.
    pub activations: &'a [Activation],
    /// Block and row of `adds` that correspond to block 0 and row 0 of the output. They are not 0 where the output is a part of a map.
    pub origin: [usize; 2],
}

impl Epilogue<'_> {
    /// The epilogue of the part of the output that starts at `[block, row]`.
    pub(super) fn from(self, [block, row]: [usize; 2]) -> Self {
        let channels = block * LANES;
        Self {
            bias: self.bias.map(|bias| &bias[channels..]),
            affine: self.affine.map(|(scale, shift)| (&scale[channels..], &shift[channels..])),
            origin: [self.origin[0] + block, self.origin[1] + row],
            ..self
        }
    }

    /// # Panics
    /// If the vectors or maps do not fit an output of `extent`.
    #[track_caller]
    pub(super) fn check(&self, extent: &Extent) {
        let affine = self.affine.into_iter().flat_map(|(scale, shift)| [scale, shift]);
        for values in self.bias.into_iter().chain(affine) {
            rows::assert_channels(values, extent);
        }
        let [block, row] = self.origin;
        for add in self.adds {
            let add = add.extent();
            let holds = extent.blocks() + block <= add.blocks() && extent.height + row <= add.height;
            assert!(holds && extent.width == add.width, "a summand for each output");
        }
    }

    /// Whether the epilogue does nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.bias.is_none() && self.affine.is_none() && self.adds.is_empty() && self.activations.is_empty()
    }

    /// Applies the epilogue, except for the bias, to row `y` of `block`. The kernels start their sums from the bias.
    #[inline(always)]
    pub(super) fn row<S: Simd>(&self, s: S, dest: &mut MapMut<'_>, block: usize, y: usize) {
        if self.affine.is_none() && self.adds.is_empty() && self.activations.is_empty() {
            return;
        }
        let extent = dest.extent();
        let dest = dest.row_mut(block, y);
        s.call(Sums { epilogue: self, dest: &mut *dest, extent: &extent, block, y });
        activation::forward_row(s, self.activations, rows::live(&extent, block), dest);
    }
}

/// Applies scale, shift and adds to one row of one block.
struct Sums<'a> {
    epilogue: &'a Epilogue<'a>,
    dest: &'a mut [[f32; LANES]],
    extent: &'a Extent,
    block: usize,
    y: usize,
}

impl Kernel for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        if let Some((scale, shift)) = self.epilogue.affine {
            let scale = rows::channels(s, scale, self.extent, self.block);
            let shift = rows::channels(s, shift, self.extent, self.block);
            for y in self.dest.iter_mut() {
                s.store(s.mul_add(s.load(y), scale, shift), y);
            }
        }
        let [block, row] = self.epilogue.origin;
        for add in self.epilogue.adds {
            for (y, x) in self.dest.iter_mut().zip(add.row(block + self.block, row + self.y)) {
                s.store(s.add(s.load(y), s.load(x)), y);
            }
        }
    }
}
