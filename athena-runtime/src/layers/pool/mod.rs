//! Pools: the largest value or the mean of each window, and the mean of a whole map.

mod kernel;
#[cfg(feature = "onnx")]
mod onnx;
#[cfg(test)]
mod tests;

use super::Describe;
use crate::exec::{Pass, Single};
use crate::layout::{Map, MapType, Slot};
use crate::ops::{Pool, Write};

/// Max pooling: the largest value of each window, without the padding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxPool(pub Pool);

/// Average pooling: the mean of each window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvgPool {
    /// The geometry of the pool.
    pub pool: Pool,
    /// Whether padding counts as zeros. If not, it does not count.
    pub count_padding: bool,
}

/// Global average pooling: the mean of each channel, C x 1 x 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlobalAvgPool;

impl Describe for MaxPool {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

impl Describe for AvgPool {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

impl Describe for GlobalAvgPool {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

impl Pass<'_> {
    /// The largest value of each window, without the padding.
    pub fn max_pool<X: MapType, Y: MapType>(&mut self, of: &Pool, x: X, y: Y) {
        self.each(&mut |image| image.max_pool_into(of, x.slot(), y.slot()));
    }

    /// Computes the gradient of a max pool's input: the gradient of each window goes to its largest value.
    pub fn max_pool_backward<X: MapType, Y: MapType>(&mut self, of: &Pool, x: X, dy: Y, dx: X, write: Write) {
        self.each(&mut |image| image.max_pool_gradient(of, x.slot(), dy.slot(), dx.slot(), write));
    }

    /// The mean of each window. With `count_padding`, padding counts as zeros; otherwise it does not count.
    pub fn avg_pool<X: MapType, Y: MapType>(&mut self, of: &Pool, count_padding: bool, x: X, y: Y) {
        self.each(&mut |image| image.avg_pool_into(of, count_padding, x.slot(), y.slot()));
    }

    /// The gradient of an average pool's input.
    pub fn avg_pool_backward<X: MapType, Y: MapType>(
        &mut self,
        of: &Pool,
        count_padding: bool,
        dy: Y,
        dx: X,
        write: Write,
    ) {
        self.each(&mut |image| image.avg_pool_gradient(of, count_padding, dy.slot(), dx.slot(), write));
    }

    /// The mean of each channel.
    pub fn global_avg_pool<const C: usize, const H: usize, const W: usize>(
        &mut self,
        x: Map<C, H, W>,
        y: Map<C, 1, 1>,
    ) {
        self.each(&mut |image| image.global_avg_pool_into(x.slot(), y.slot()));
    }

    /// The gradient of a global average pool's input.
    pub fn global_avg_pool_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        dy: Map<C, 1, 1>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each(&mut |image| image.global_avg_pool_gradient(dy.slot(), dx.slot(), write));
    }
}

impl Single<'_> {
    fn max_pool_into(&mut self, of: &Pool, x: Slot, y: Slot) {
        let ([x], [y]) = self.arena.maps([x], [y]);
        let isa = self.context.isa;
        self.context.by_blocks(y, &|part, y| kernel::max_pool(isa, of, part.of(x), y));
    }

    fn avg_pool_into(&mut self, of: &Pool, count_padding: bool, x: Slot, y: Slot) {
        let ([x], [y]) = self.arena.maps([x], [y]);
        let isa = self.context.isa;
        self.context.by_blocks(y, &|part, y| kernel::avg_pool(isa, of, count_padding, part.of(x), y));
    }

    fn global_avg_pool_into(&mut self, x: Slot, y: Slot) {
        let ([x], [y]) = self.arena.maps([x], [y]);
        kernel::global_avg_pool(self.context.isa, x, y);
    }

    fn max_pool_gradient(&mut self, of: &Pool, x: Slot, dy: Slot, dx: Slot, write: Write) {
        let ([x, dy], [dx]) = self.arena.maps([x, dy], [dx]);
        kernel::max_pool_backward(self.context.isa, of, x, dy, dx, write);
    }

    fn avg_pool_gradient(&mut self, of: &Pool, count_padding: bool, dy: Slot, dx: Slot, write: Write) {
        let ([dy], [dx]) = self.arena.maps([dy], [dx]);
        kernel::avg_pool_backward(self.context.isa, of, count_padding, dy, dx, write);
    }

    fn global_avg_pool_gradient(&mut self, dy: Slot, dx: Slot, write: Write) {
        let ([dy], [dx]) = self.arena.maps([dy], [dx]);
        kernel::global_avg_pool_backward(self.context.isa, dy, dx, write);
    }
}
