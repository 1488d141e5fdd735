//! Layers of the user's own. These methods are generic, so they are compiled in the user's crate. The code of the layer runs with
//! subnormal numbers kept, like the user's other code.

mod pointwise;
#[cfg(test)]
mod tests;

use super::Describe;
use crate::exec::Pass;
use crate::float_control::keeping_subnormals;
use crate::layout::Map;
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;
use crate::user::{Layer, Pointwise};

/// A layer of the user's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct User;

impl Describe for User {
    fn is_join(&self) -> bool {
        false
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Missing
    }
}

impl Pass<'_> {
    /// `y = f(x)`, element by element.
    pub fn pointwise<L: Pointwise, const C: usize, const H: usize, const W: usize>(
        &mut self,
        layer: &L,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        self.each_map([x.slot()], y.slot(), &|context, [x], y| {
            keeping_subnormals(|| pointwise::forward(context.isa, layer, x, y));
        });
    }

    /// `dx = dy * f'(x)`.
    pub fn pointwise_backward<L: Pointwise, const C: usize, const H: usize, const W: usize>(
        &mut self,
        layer: &L,
        x: Map<C, H, W>,
        dy: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([x.slot(), dy.slot()], dx.slot(), &|context, [x, dy], dx| {
            keeping_subnormals(|| pointwise::backward(context.isa, layer, x, dy, dx, write));
        });
    }

    /// `y = layer(x)`, with both as plain slices.
    pub fn user_layer<
        L: Layer<C, H, W>,
        const C: usize,
        const H: usize,
        const W: usize,
        const N: usize,
        const M: usize,
    >(
        &mut self,
        layer: &L,
        x: Map<N, 1, 1>,
        y: Map<M, 1, 1>,
    ) {
        const { assert!(N == C * H * W && M == L::OUTPUT[0] * L::OUTPUT[1] * L::OUTPUT[2]) };
        self.each_map([x.slot()], y.slot(), &|_, [x], mut y| {
            y.data_mut().fill(0.0);
            keeping_subnormals(|| layer.forward(&x.data()[..N], &mut y.data_mut()[..M]));
        });
    }

    /// Computes the gradient of the layer's input.
    pub fn user_layer_backward<
        L: Layer<C, H, W>,
        const C: usize,
        const H: usize,
        const W: usize,
        const N: usize,
        const M: usize,
    >(
        &mut self,
        layer: &L,
        x: Map<N, 1, 1>,
        dy: Map<M, 1, 1>,
        dx: Map<N, 1, 1>,
        write: Write,
    ) {
        const { assert!(N == C * H * W && M == L::OUTPUT[0] * L::OUTPUT[1] * L::OUTPUT[2]) };
        self.each_map([x.slot(), dy.slot()], dx.slot(), &|_, [x, dy], mut dx| {
            if write == Write::Set {
                dx.data_mut().fill(0.0);
            }
            keeping_subnormals(|| layer.backward(&x.data()[..N], &dy.data()[..M], &mut dx.data_mut()[..N]));
        });
    }
}
