//! Transposed convolutions (Zeiler et al. 2010). A transposed convolution computes what the backward pass of a convolution, the
//! *adjoint*, computes for its input. The adjoint goes from this layer's output to its input.
//!
//! So each direction is a direction of the adjoint: forward is its backward-data, the gradient of the input is its forward pass,
//! and the weight gradient is its weight gradient. As in PyTorch, the weight has the layout of the adjoint's: `[inputs, outputs /
//! groups, kernel height, kernel width]`.

use super::ConvInfo;
use super::kernel::{self, Epilogue, Weights};
use crate::exec::{Pass, Single};
use crate::layout::Slot;
use crate::ops::Write;

impl Pass<'_> {
    /// The forward pass: the adjoint's backward-data, and the bias.
    pub(super) fn conv_transposed(&mut self, info: &ConvInfo, x: Slot, y: Slot) {
        let context = self.context;
        let stored = info.weight().of(context.parameters);
        let bias = info.has_bias.then(|| info.bias().of(context.parameters));
        let work = std::mem::take(&mut self.work);
        let transposed = &mut work[..info.shape.transposed_len()];
        kernel::transpose_weights(&info.shape, stored, transposed);
        let weights = Weights { stored, transposed };
        self.each_map([x], y, &|context, [x], y| {
            kernel::backward_data(context.isa, &info.shape, weights, x, y, Write::Set, bias);
        });
        self.work = work;
    }
}

impl Single<'_> {
    /// The gradient of the input: the adjoint's forward pass.
    pub(super) fn conv_transposed_gradient(&mut self, info: &ConvInfo, dy: Slot, dx: Slot, write: Write) {
        let (isa, shape, weights) = (self.context.isa, &info.shape, info.weight().of(self.context.parameters));
        let ([dy], [dx]) = self.arena.maps([dy], [dx]);
        match write {
            Write::Set => kernel::forward(isa, shape, weights, dy, dx, 0, &Epilogue::default()),
            Write::Add => kernel::forward_add(isa, shape, weights, dy, dx),
        }
    }
}
