//! Runs a whole batch: the phases, and the steps between them.

use super::context::{Context, Masks};
use super::largest::Largest;
use super::memory::Memory;
use super::pass::Pass;
use super::phase::{Needs, Phase, intra_op_parts};
use super::shards::{self, PhaseMemory, Shard};
use crate::isa::Isa;
use crate::kernels::copy;
use crate::layout::{Extent, MapMut, MapRef, Range, Slot};
use crate::ops::Write;
use crate::threads;
use std::fmt;

/// The number of floats of a gradient that one part sums over the shards.
const REDUCED_AT_ONCE: usize = 4096;

/// Below this number of floats one thread copies all of them: handing parts to other threads would take about as long.
const COPIED_BY_ONE: usize = 1 << 15;

/// One batch that runs through the network.
pub struct Run<'a> {
    pub(crate) isa: Isa,
    /// The network's inputs, each for the whole batch: `batch` x the numbers of one.
    pub(crate) inputs: &'a [&'a [f32]],
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
        inputs: &'a [&'a [f32]],
        batch: usize,
        parameters: &'a [f32],
        learning: Option<Learning<'a>>,
        memory: &'a mut Memory,
    ) -> Self {
        debug_assert!(batch <= memory.capacity && inputs.iter().all(|input| input.len().is_multiple_of(batch)));
        Self { isa, inputs, batch, parameters, learning, memory, exact: false, largest: Largest::default() }
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
            inputs: self.inputs,
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

    /// Copies each image's value at `slot` to `to`: N x C x H x W.
    pub(crate) fn read_values(&self, slot: Slot, to: &mut [f32]) {
        let (image, image_len) = (&self.memory.image[..], self.memory.image_len);
        let all = to.len();
        each_image(to, numbers(&slot.extent), all, &|index, to| {
            let image = &image[index * image_len..][..image_len];
            let map = &image[slot.offset..][..slot.extent.len()];
            copy::store(MapRef::new(map, slot.extent), to);
        });
    }

    /// Writes or adds the gradients of each image's value at `slot`, which are N x C x H x W. The halo and the padding lanes are zero
    /// afterwards.
    pub(crate) fn write_gradients(&mut self, from: &[f32], slot: Slot, write: Write) {
        let (len, image_len) = (numbers(&slot.extent), self.memory.image_len);
        let images = &mut self.memory.image[..from.len() / len * image_len];
        each_image(images, image_len, from.len(), &|index, image| {
            let map = MapMut::new(&mut image[slot.offset..][..slot.extent.len()], slot.extent);
            let from = &from[index * len..][..len];
            match write {
                Write::Set => copy::load(from, map),
                Write::Add => copy::add_numbers(from, map),
            }
        });
    }
}

/// Number of values of a map.
fn numbers(extent: &Extent) -> usize {
    extent.channels * extent.height * extent.width
}

/// Calls `work` for each chunk of `len` floats. It uses all threads if so many floats are copied that this is faster.
fn each_image(floats: &mut [f32], len: usize, copied: usize, work: &(impl Fn(usize, &mut [f32]) + Sync)) {
    if copied < COPIED_BY_ONE {
        floats.chunks_exact_mut(len).enumerate().for_each(|(index, floats)| work(index, floats));
    } else {
        threads::for_each_chunk(floats, len, work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Direction, Sizes};
    use crate::layout::Place;

    /// Values go to a slot and come back as plain numbers, and are added there: vectors, and maps that all threads copy.
    #[test]
    fn values_are_written_added_and_read() {
        for (channels, height, width, halo) in [(10, 1, 1, [0, 0]), (3, 4, 5, [1, 2]), (21, 40, 50, [1, 1])] {
            let extent = Extent { channels, height, width, halo };
            let slot = Slot { place: Place::Image, offset: 32, extent };
            let sizes = Sizes { image: slot.offset + extent.len(), phases: &[] };
            let mut memory = Memory::new(&sizes, 0, Direction::Inference, 4).unwrap();
            let isa = Isa::active().unwrap();
            let batch = 3;
            let mut run = Run::new(isa, &[], batch, &[], None, &mut memory);
            let values: Vec<f32> = (0..batch * numbers(&extent)).map(|at| at as f32).collect();
            run.write_gradients(&values, slot, Write::Set);
            run.write_gradients(&values, slot, Write::Add);
            let mut read = vec![f32::NAN; values.len()];
            run.read_values(slot, &mut read);
            assert!(read.iter().zip(&values).all(|(read, value)| *read == 2.0 * value), "{extent:?}");
            // The halo, the padding lanes, the numbers before the slot and the fourth image are zero.
            let nonzero = run.memory.image.iter().filter(|value| **value != 0.0).count();
            assert_eq!(nonzero, values.len() - 1, "{extent:?}");
        }
    }
}
