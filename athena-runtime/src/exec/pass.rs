//! A group of images in one phase, to which the layers add their methods.

use super::context::Context;
use crate::arena::Arena;
use crate::kernels::copy;
use crate::layout::{Map, MapMut, MapRef, Slot};
use crate::ops::Write;
use std::fmt;

/// A group of images in one phase of a [`Run`](super::Run). Each step is applied to all of them.
pub struct Pass<'a> {
    pub(crate) context: &'a Context<'a>,
    /// Index in the batch of the first image.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// The images' parts of the arena, one after the other, and their scratch.
    pub(crate) image: &'a mut [f32],
    pub(crate) scratch: &'a mut [f32],
    pub(crate) accumulators: &'a mut [f32],
    /// Working memory of a kernel within one step.
    pub(crate) work: &'a mut [f32],
}

/// One image of a [`Pass`].
pub(crate) struct Single<'a> {
    pub context: &'a Context<'a>,
    /// Index of the image in the batch.
    pub index: usize,
    pub arena: Arena<'a>,
    pub accumulators: &'a mut [f32],
}

impl fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").field("first", &self.first).field("count", &self.count).finish_non_exhaustive()
    }
}

impl Pass<'_> {
    /// Applies a step to each image.
    pub(crate) fn each(&mut self, step: &mut dyn FnMut(&mut Single<'_>)) {
        let (image, scratch) = (self.image.len() / self.count, self.scratch.len() / self.count);
        for i in 0..self.count {
            let arena = Arena::new(&mut self.image[i * image..][..image], &mut self.scratch[i * scratch..][..scratch]);
            let (context, accumulators) = (self.context, &mut *self.accumulators);
            step(&mut Single { context, index: self.first + i, arena, accumulators });
        }
    }

    /// Calls `step` for each image, with the maps that it reads and the map that it writes.
    pub(crate) fn each_map<const N: usize>(
        &mut self,
        read: [Slot; N],
        written: Slot,
        step: &dyn Fn(&Context<'_>, [MapRef<'_>; N], MapMut<'_>),
    ) {
        self.each(&mut |image| {
            let (read, [written]) = image.arena.maps(read, [written]);
            step(image.context, read, written);
        });
    }
}

/// Steps that belong to no layer.
impl Pass<'_> {
    /// Loads one of the network's inputs, by its number, from the caller's batch.
    pub fn load<const C: usize, const H: usize, const W: usize>(&mut self, input: usize, y: Map<C, H, W>) {
        let y = y.slot();
        self.each(&mut |image| {
            let all = image.context.inputs[input];
            let len = all.len() / image.context.batch;
            let from = &all[image.index * len..][..len];
            let ([], [y]) = image.arena.maps([], [y]);
            copy::load(from, y);
        });
    }

    /// Computes `dx = g` or `dx += g`.
    pub fn add<const C: usize, const H: usize, const W: usize>(
        &mut self,
        g: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([g.slot()], dx.slot(), &|_, [g], dx| copy::add(g, dx, write));
    }
}
