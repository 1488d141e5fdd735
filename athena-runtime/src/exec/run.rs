//! Runs a whole batch: the phases, and the steps between them.

use super::context::{Context, Masks};
use super::largest::Largest;
use super::memory::Memory;
use super::pass::Pass;
use super::phase::{Needs, Phase, intra_op_parts};
use super::shards::{self, PhaseMemory, Shard};
use crate::isa::Isa;
use crate::layout::{Range, Slot};
use crate::threads;
use std::fmt;

/// The number of floats of a gradient that one part sums over the shards.
const REDUCED_AT_ONCE: usize = 4096;

/// One batch that runs through the network.
pub struct Run<'a> {
    pub(crate) isa: Isa,
    /// The images, `batch` x `image_numbers`.
    pub(crate) images: &'a [f32],
    pub(crate) batch: usize,
    pub(crate) parameters: &'a [f32],
    /// Data for training; `None` in inference.
    pub(crate) learning: Option<Learning<'a>>,
    pub(crate) memory: &'a mut Memory,
    /// Whether all convolutions are computed directly.
    pub(crate) exact: bool,
    /// The largest magnitude of the gradients that were written.
    pub(crate) largest: Largest,
}

/// The data that only training reads and writes.
pub(crate) struct Learning<'a> {
    /// The gradients, in the layout of the parameters.
    pub gradients: &'a mut [f32],
    pub running: &'a mut [f32],
    /// Number of batches that each batch norm was trained with.
    pub batches: &'a mut [i64],
    /// The seed and step of dropout's masks.
    pub masks: Masks,
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("isa", &self.isa).field("batch", &self.batch).finish_non_exhaustive()
    }
}

impl<'a> Run<'a> {
    /// A batch of `batch` images, in memory for at least as many.
    pub(crate) fn new(
        isa: Isa,
        images: &'a [f32],
        batch: usize,
        parameters: &'a [f32],
        learning: Option<Learning<'a>>,
        memory: &'a mut Memory,
    ) -> Self {
        debug_assert!(batch <= memory.capacity && images.len().is_multiple_of(batch));
        Self { isa, images, batch, parameters, learning, memory, exact: false, largest: Largest::default() }
    }

    /// Sets whether all convolutions are computed directly.
    pub(crate) fn exact(self, exact: bool) -> Self {
        Self { exact, ..self }
    }
}

impl Run<'_> {
    /// Runs `body` for every group of images. Then sums the gradients of the phase's parameters over all images.
    pub fn phase(&mut self, phase: &Phase, body: fn(&mut Pass<'_>)) {
        let Memory { image, image_len, scratch, accumulators, work, norms, transposed, .. } = &mut *self.memory;
        let (image_len, batch) = (*image_len, self.batch);
        let (shards, needs) = (phase.shards(batch), phase.needs(batch));
        let fitting = work.len().checked_div(shards * needs.work).unwrap_or(usize::MAX);
        let threads = threads::within_reach();
        let parts = intra_op_parts(batch, shards, threads).min(fitting);
        let needs = Needs { work: needs.work * parts, ..needs };
        let context = Context {
            isa: self.isa,
            images: self.images,
            batch,
            parameters: self.parameters,
            transposed,
            norms,
            group: phase.gradients,
            masks: self.learning.as_ref().map(|learning| learning.masks),
            parts,
            exact: self.exact,
        };
        let memory = PhaseMemory { image: &mut image[..batch * image_len], image_len, scratch, accumulators, work };
        let work = |shard: Shard| {
            let accumulators = &mut shard.accumulators[..needs.accumulators];
            accumulators.fill(0.0);
            let groups = shard.count.div_ceil(phase.micro_batch());
            for group in 0..groups {
                let images = threads::bounds(shard.count, groups, group);
                body(&mut Pass {
                    context: &context,
                    first: shard.first + images.start,
                    count: images.len(),
                    image: &mut shard.image[images.start * image_len..images.end * image_len],
                    scratch: &mut shard.scratch[..images.len() * phase.scratch],
                    accumulators,
                    work: shard.work,
                });
            }
        };
        let phase_of_all = || shards::for_each(batch, shards, needs, memory, &work);
        if parts > 1 {
            threads::attended(threads, phase_of_all)
        } else {
            phase_of_all()
        }
        self.reduce(phase.gradients, shards, needs.accumulators);
    }

    /// Sums the accumulators of the shards, of `len` floats each, in the order of the shards.
    fn reduce(&mut self, ranges: &[Range], shards: usize, len: usize) {
        let Some(learning) = &mut self.learning else { return };
        let (accumulators, largest) = (&self.memory.accumulators[..shards * len], &self.largest);
        let mut at = 0;
        for range in ranges {
            threads::for_each_chunk(range.of_mut(learning.gradients), REDUCED_AT_ONCE, &|index, sum| {
                let from = at + index * REDUCED_AT_ONCE;
                for (i, shard) in accumulators.chunks_exact(len).enumerate() {
                    let part = &shard[from..][..sum.len()];
                    if i == 0 {
                        sum.copy_from_slice(part);
                    } else {
                        sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
                    }
                }
                largest.see(sum);
            });
            at += range.len;
        }
    }

    /// The largest magnitude of the gradients of all parameters. It is not finite if one of them is not.
    pub(crate) fn largest_gradient(&self) -> f32 {
        self.largest.get()
    }

    /// Copies each image's vector at `slot` to `to`, image by image.
    pub(crate) fn read_vectors(&self, slot: Slot, to: &mut [f32]) {
        let vectors = self.memory.image.chunks_exact(self.memory.image_len);
        for (vector, to) in vectors.zip(to.chunks_exact_mut(slot.extent.channels)) {
            to.copy_from_slice(&vector[slot.offset..][..to.len()]);
        }
    }

    /// The inverse of [`read_vectors`](Self::read_vectors). Padding lanes become zero.
    pub(crate) fn write_vectors(&mut self, from: &[f32], slot: Slot) {
        let vectors = self.memory.image.chunks_exact_mut(self.memory.image_len);
        for (vector, from) in vectors.zip(from.chunks_exact(slot.extent.channels)) {
            let to = &mut vector[slot.offset..][..slot.extent.len()];
            to[..from.len()].copy_from_slice(from);
            to[from.len()..].fill(0.0);
        }
    }
}
