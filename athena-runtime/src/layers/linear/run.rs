//! Drivers of the linear layers: products over the whole batch, between the phases.

use super::{Linear, LinearInfo, kernel};
use crate::exec::{Memory, Run};
use crate::layout::{Map, Place, Slot};
use crate::ops::Write;
use std::ops::Range;

impl Run<'_> {
    /// `y = weight x + bias` for every image. `x` and `y` are in the image part of the arena.
    pub fn linear<const I: usize, const O: usize>(&mut self, linear: &Linear<I, O>, x: Map<I, 1, 1>, y: Map<O, 1, 1>) {
        self.linear_by(&linear.info(), x.slot(), y.slot());
    }

    /// Computes the gradients of weight and bias, and of `x` if `dx` is given.
    pub fn linear_backward<const I: usize, const O: usize>(
        &mut self,
        linear: &Linear<I, O>,
        x: Map<I, 1, 1>,
        dy: Map<O, 1, 1>,
        dx: Option<(Map<I, 1, 1>, Write)>,
    ) {
        self.linear_backward_by(&linear.info(), x.slot(), dy.slot(), dx.map(|(dx, write)| (dx.slot(), write)));
    }

    /// Computes the gradient of `x` for a frozen layer.
    pub fn linear_backward_data<const I: usize, const O: usize>(
        &mut self,
        linear: &Linear<I, O>,
        dy: Map<O, 1, 1>,
        dx: Map<I, 1, 1>,
        write: Write,
    ) {
        self.linear_backward_data_by(&linear.info(), dy.slot(), dx.slot(), write);
    }

    fn linear_by(&mut self, info: &LinearInfo, x: Slot, y: Slot) {
        let (weight, bias) = (info.weight().of(self.parameters), info.bias().of(self.parameters));
        let (images, stride) = images(self.memory, self.batch);
        let ([x], [mut y]) = kernel::rows(images, stride, [floats(x)], [floats(y)]);
        kernel::forward(self.isa, [info.inputs, info.outputs], weight, bias, x, &mut y);
    }

    fn linear_backward_by(&mut self, info: &LinearInfo, x: Slot, dy: Slot, dx: Option<(Slot, Write)>) {
        let Some(learning) = &mut self.learning else { return };
        let sizes = [info.inputs, info.outputs];
        let (images, stride) = images(self.memory, self.batch);
        let gradients = info.parameters().of_mut(learning.gradients);
        gradients.fill(0.0);
        let (dweight, dbias) = gradients.split_at_mut(info.weight().len);
        let ([x, from], []) = kernel::rows(images, stride, [floats(x), floats(dy)], []);
        kernel::backward_weights(self.isa, sizes, x, from, dweight, dbias);
        self.largest.see_all(gradients);
        if let Some((dx, write)) = dx {
            self.linear_backward_data_by(info, dy, dx, write);
        }
    }

    fn linear_backward_data_by(&mut self, info: &LinearInfo, dy: Slot, dx: Slot, write: Write) {
        let weight = info.weight().of(self.parameters);
        let (images, stride) = images(self.memory, self.batch);
        let ([from], [mut to]) = kernel::rows(images, stride, [floats(dy)], [floats(dx)]);
        kernel::backward_data(self.isa, [info.inputs, info.outputs], weight, from, &mut to, write);
    }
}

/// The images' parts of the arena, and the distance between two of them in floats.
fn images(memory: &mut Memory, batch: usize) -> (&mut [f32], usize) {
    (&mut memory.image[..batch * memory.image_len], memory.image_len)
}

/// The range of a vector in each image's part.
fn floats(slot: Slot) -> Range<usize> {
    assert_eq!(slot.place, Place::Image, "a linear layer's vectors outlive the phase that makes them");
    slot.offset..slot.offset + slot.extent.len()
}
