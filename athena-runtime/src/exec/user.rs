//! Layers of the user's own. These methods are compiled in the user's crate, with the layer's code in them,
//! which runs as the user's other code does: with subnormal numbers kept.

use super::pass::Pass;
use crate::float_control::keeping_subnormals;
use crate::kernels::{pointwise, reshape};
use crate::layout::Map;
use crate::ops::Write;
use crate::user::{Layer, Pointwise};

impl Pass<'_> {
    /// `y = f(x)`, number by number.
    pub fn pointwise<L: Pointwise, const C: usize, const H: usize, const W: usize>(
        &mut self,
        layer: &L,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        let (x, y) = (x.slot(), y.slot());
        self.each(&mut |image| {
            let ([from], [to]) = image.arena.view([x.into()], [y.into()]);
            keeping_subnormals(|| pointwise::forward(image.context.isa, layer, from, &x.extent, to, &y.extent));
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
        let (x, dy, dx) = (x.slot(), dy.slot(), dx.slot());
        self.each(&mut |image| {
            let ([map, from], [to]) = image.arena.view([x.into(), dy.into()], [dx.into()]);
            let isa = image.context.isa;
            keeping_subnormals(|| {
                pointwise::backward(isa, layer, map, &x.extent, from, &dy.extent, to, &dx.extent, write);
            });
        });
    }

    /// `y = layer(x)`, both as plain numbers.
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
        self.each(&mut |image| {
            let ([from], [to]) = image.arena.view([x.slot().into()], [y.slot().into()]);
            to.fill(0.0);
            keeping_subnormals(|| layer.forward(&from[..N], &mut to[..M]));
        });
    }

    /// The gradient of the layer's argument.
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
        self.each(&mut |image| {
            let ([map, from], [to]) = image.arena.view([x.slot().into(), dy.slot().into()], [dx.slot().into()]);
            if write == Write::Set {
                to.fill(0.0);
            }
            keeping_subnormals(|| layer.backward(&map[..N], &from[..M], &mut to[..N]));
        });
    }

    /// A vector as a map.
    pub fn unflatten<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        x: Map<N, 1, 1>,
        y: Map<C, H, W>,
    ) {
        const { assert!(N == C * H * W, "a map has the vector's numbers") };
        let (x, y) = (x.slot(), y.slot());
        self.each(&mut |image| {
            let ([from], [to]) = image.arena.view([x.into()], [y.into()]);
            reshape::unflatten(from, &x.extent, to, &y.extent);
        });
    }

    /// The map's gradient as a vector.
    pub fn unflatten_backward<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        dy: Map<C, H, W>,
        dx: Map<N, 1, 1>,
        write: Write,
    ) {
        const { assert!(N == C * H * W, "a map has the vector's numbers") };
        let (dy, dx) = (dy.slot(), dx.slot());
        self.each(&mut |image| {
            let ([from], [to]) = image.arena.view([dy.into()], [dx.into()]);
            reshape::unflatten_backward(from, &dy.extent, to, &dx.extent, write);
        });
    }
}
