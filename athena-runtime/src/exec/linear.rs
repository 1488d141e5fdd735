//! Drivers of the linear layers: products over the whole batch, between the phases.

use super::memory::Memory;
use super::run::Run;
use crate::kernels::linear;
use crate::layers::LinearInfo;
use crate::layout::{Place, Slot};
use crate::ops::Write;
use std::ops::Range;

impl Run<'_> {
    pub(super) fn linear_by(&mut self, info: &LinearInfo, x: Slot, y: Slot) {
        let (weight, bias) = (info.weight().of(self.parameters), info.bias().of(self.parameters));
        let (images, stride) = images(self.memory, self.batch);
        let ([x], [mut y]) = linear::rows(images, stride, [floats(x)], [floats(y)]);
        linear::forward(self.isa, [info.inputs, info.outputs], weight, bias, x, &mut y);
    }

    pub(super) fn linear_backward_by(&mut self, info: &LinearInfo, x: Slot, dy: Slot, dx: Option<(Slot, Write)>) {
        let Some(learning) = &mut self.learning else { return };
        let sizes = [info.inputs, info.outputs];
        let (images, stride) = images(self.memory, self.batch);
        let gradients = info.parameters().of_mut(learning.gradients);
        gradients.fill(0.0);
        let (dweight, dbias) = gradients.split_at_mut(info.weight().len);
        let ([x, from], []) = linear::rows(images, stride, [floats(x), floats(dy)], []);
        linear::backward_weights(self.isa, sizes, x, from, dweight, dbias);
        self.largest.see_all(gradients);
        if let Some((dx, write)) = dx {
            self.linear_backward_data_by(info, dy, dx, write);
        }
    }

    pub(super) fn linear_backward_data_by(&mut self, info: &LinearInfo, dy: Slot, dx: Slot, write: Write) {
        let weight = info.weight().of(self.parameters);
        let (images, stride) = images(self.memory, self.batch);
        let ([from], [mut to]) = linear::rows(images, stride, [floats(dy)], [floats(dx)]);
        linear::backward_data(self.isa, [info.inputs, info.outputs], weight, from, &mut to, write);
    }
}

/// The batch's parts of the arena, and the floats from one to the next.
fn images(memory: &mut Memory, batch: usize) -> (&mut [f32], usize) {
    (&mut memory.image[..batch * memory.image_len], memory.image_len)
}

/// Where a vector lies in each image's part.
fn floats(slot: Slot) -> Range<usize> {
    assert_eq!(slot.place, Place::Image, "a linear layer's vectors outlive the phase that makes them");
    slot.offset..slot.offset + slot.extent.len()
}
