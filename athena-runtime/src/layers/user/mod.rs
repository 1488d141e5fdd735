//! Layers of the user's own. These methods are generic, so they are compiled in the user's crate. The code of the layer runs with
//! subnormal numbers kept, like the user's other code.

mod pointwise;
mod tensors;
#[cfg(test)]
mod tests;

pub use tensors::{UserLayer, buffers_of, joined, names, parameters_of};

use super::Describe;
use crate::exec::Pass;
use crate::float_control::keeping_subnormals;
use crate::layout::{Map, MapRef, padded};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;
use crate::user::{ParametricLayer, Pointwise, Tensors};

/// A layer of the user's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct User;

impl Describe for User {
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
        L: ParametricLayer<C, H, W>,
        const C: usize,
        const H: usize,
        const W: usize,
        const N: usize,
        const M: usize,
    >(
        &mut self,
        layer: &L,
        [parameters, buffers]: [&UserLayer; 2],
        x: Map<N, 1, 1>,
        y: Map<M, 1, 1>,
    ) {
        const { assert!(N == C * H * W && M == L::OUTPUT[0] * L::OUTPUT[1] * L::OUTPUT[2]) };
        self.each_map([x.slot()], y.slot(), &|context, [x], mut y| {
            let [parameters, buffers] =
                [parameters, buffers].map(|tensors| (tensors.of(context.parameters), tensors.count()));
            let tensors = Tensors { parameters: &parameters.0[..parameters.1], buffers: &buffers.0[..buffers.1] };
            y.data_mut().fill(0.0);
            keeping_subnormals(|| layer.forward(tensors, &x.data()[..N], &mut y.data_mut()[..M]));
        });
    }

    /// The gradient of the layer's argument, if it is asked for, and, with `learns`, those of its parameters.
    pub fn user_layer_backward<
        L: ParametricLayer<C, H, W>,
        const C: usize,
        const H: usize,
        const W: usize,
        const N: usize,
        const M: usize,
    >(
        &mut self,
        layer: &L,
        [parameters, buffers]: [&UserLayer; 2],
        (x, dy): (Map<N, 1, 1>, Map<M, 1, 1>),
        dx: Option<(Map<N, 1, 1>, Write)>,
        learns: bool,
    ) {
        const { assert!(N == C * H * W && M == L::OUTPUT[0] * L::OUTPUT[1] * L::OUTPUT[2]) };
        let (count, range) = (parameters.count(), parameters.parameters());
        if dx.is_none() && (count == 0 || !learns) {
            return;
        }
        let work = std::mem::take(&mut self.work);
        self.each(&mut |image| {
            let values = [parameters, buffers].map(|tensors| tensors.of(image.context.parameters));
            let tensors = Tensors { parameters: &values[0][..count], buffers: &values[1][..buffers.count()] };
            // Where nobody asks for a gradient, the layer still needs a place for it.
            let (unasked_dx, unasked) =
                if count == 0 { (&mut [][..], &mut [][..]) } else { work.split_at_mut(padded(N)) };
            let gradients = if learns && count > 0 {
                let at = image.context.position(range);
                &mut image.accumulators[at..][..range.len]
            } else {
                &mut unasked[..range.len]
            };
            let mut gradients = parameters.of_mut(gradients);
            let mut backward = |x: MapRef<'_>, dy: MapRef<'_>, dx: &mut [f32]| {
                keeping_subnormals(|| {
                    layer.backward(tensors, &x.data()[..N], &dy.data()[..M], &mut dx[..N], &mut gradients[..count]);
                });
            };
            match dx {
                Some((dx, write)) => {
                    let ([x, dy], [mut dx]) = image.arena.maps([x.slot(), dy.slot()], [dx.slot()]);
                    if write == Write::Set {
                        dx.data_mut().fill(0.0);
                    }
                    backward(x, dy, dx.data_mut());
                }
                None => {
                    let ([x, dy], []) = image.arena.maps([x.slot(), dy.slot()], []);
                    backward(x, dy, unasked_dx);
                }
            }
        });
        self.work = work;
    }
}
