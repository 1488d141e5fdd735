//! Phases: how a batch is cut, and what each piece of it needs.

use crate::layout::Range;
use std::fmt;

/// Images that may take a step together at most.
pub const MOST_MICRO_BATCH: usize = 16;

/// Shards of a batch at most: at most so many threads work at a time.
pub const MOST_SHARDS: usize = 16;

/// Shards of a batch at least, where it has as many images, so that a few threads find work in every phase.
const FEWEST_SHARDS: usize = 4;

/// A layer whose kernels need memory to work in within one step.
pub trait Working: fmt::Debug + Sync {
    /// Floats of it, where `images` images take the step together.
    fn work_len(&self, images: usize) -> usize;
}

/// What one direction needs.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Floats for each image of a batch, from phase to phase.
    pub image: usize,
    /// How images go through the phases, in the order of the phases.
    pub phases: &'static [Phase],
}

/// One phase: what is done to every image of a batch between two barriers.
///
/// A batch is cut into shards, runs of consecutive images that are worked on beside each other, and a shard into groups, whose
/// images take each step together. How it is cut follows from the batch alone, never from the number of threads, and so do all
/// sums: results have the same bits for any number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// Images of a group at most.
    pub micro_batch: usize,
    /// Floats of scratch that each image of a group has.
    pub scratch: usize,
    /// Layers that are computed and need working memory.
    pub working: &'static [&'static dyn Working],
    /// The parameters whose gradients are summed over the images.
    pub gradients: &'static [Range],
}

impl Phase {
    /// Images of a group at most.
    pub(super) fn micro_batch(&self) -> usize {
        self.micro_batch.clamp(1, MOST_MICRO_BATCH)
    }

    /// Shards of a batch of so many images: a power of two, so that threads get equal parts.
    pub(super) fn shards(&self, images: usize) -> usize {
        let groups = images.div_ceil(self.micro_batch()).clamp(FEWEST_SHARDS, MOST_SHARDS);
        (1 << groups.ilog2()).min(images)
    }

    /// What each of a batch's shards needs for itself.
    pub(super) fn needs(&self, images: usize) -> Needs {
        let micro_batch = images.div_ceil(self.shards(images)).min(self.micro_batch());
        Needs {
            scratch: self.scratch * micro_batch,
            accumulators: self.gradients.iter().map(|range| range.len).sum(),
            work: self.working.iter().map(|layer| layer.work_len(micro_batch)).max().unwrap_or(0),
        }
    }
}

/// Floats that a shard, or all shards of a phase, have for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Values that live within the phase, of every image of a group.
    pub scratch: usize,
    /// Sums of the gradients of the phase's parameters over the shard's images.
    pub accumulators: usize,
    /// What kernels work with within one step.
    pub work: usize,
}

/// What all shards of a phase need together, at most, for batches of up to `capacity` images: fewer images are cut into fewer
/// shards or smaller groups. Threads that divide the steps of fewer shards need as much work as shards of their own.
pub(crate) fn most(phases: &[Phase], capacity: usize, threads: usize) -> Needs {
    phases.iter().fold(Needs::default(), |most, phase| {
        let (shards, needs) = (phase.shards(capacity), phase.needs(capacity));
        Needs {
            scratch: most.scratch.max(shards.saturating_mul(needs.scratch)),
            accumulators: most.accumulators.max(shards.saturating_mul(needs.accumulators)),
            work: most.work.max(shards.max(threads.min(MOST_SHARDS)).saturating_mul(needs.work)),
        }
    })
}

/// Parts that each step may be divided into where `images` lie in so many shards: as many as threads if a thread would wait for the one
/// with the most images for long. Parts are disjoint outputs, so no result depends on them.
pub(super) fn intra_op_parts(images: usize, shards: usize, threads: usize) -> usize {
    let most = (images * shards.div_ceil(threads)).div_ceil(shards);
    let waiting = most * threads - images;
    if waiting > images / 8 { threads } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::bounds;

    fn phase(micro_batch: usize) -> Phase {
        Phase {
            micro_batch,
            scratch: 10,
            working: &[],
            gradients: &[Range { start: 0, len: 3 }, Range { start: 8, len: 4 }],
        }
    }

    #[test]
    fn shards_hold_whole_groups_where_there_are_enough_images() {
        for (micro_batch, images, shards) in
            [(1, 128, 16), (8, 128, 16), (16, 128, 8), (16, 32, 4), (16, 3, 3), (1, 1, 1), (2, 37, 16), (4, 37, 8)]
        {
            assert_eq!(phase(micro_batch).shards(images), shards, "{images} images, {micro_batch} at a time");
        }
    }

    #[test]
    fn shards_are_even_and_never_empty() {
        for images in 1..200 {
            for micro_batch in 1..=16 {
                let shards = phase(micro_batch).shards(images);
                let mut sizes = (0..shards).map(|s| bounds(images, shards, s).len());
                let (least, most) = (sizes.clone().min().unwrap(), sizes.clone().max().unwrap());
                assert!(least >= 1 && most - least <= 1, "{images}: {least} to {most}");
                assert_eq!(sizes.by_ref().sum::<usize>(), images);
            }
        }
    }

    #[test]
    fn steps_are_divided_where_shards_leave_threads_without_work() {
        for (images, shards, threads, expected) in [
            (1, 1, 1, 1),
            (1, 1, 2, 2),
            (2, 2, 2, 1),
            (3, 2, 2, 2),
            (4, 4, 8, 8),
            (8, 4, 2, 1),
            (8, 4, 8, 8),
            (37, 16, 2, 1),
            (128, 16, 12, 12),
            (128, 16, 16, 1),
        ] {
            assert_eq!(intra_op_parts(images, shards, threads), expected, "{images} images on {threads} threads");
        }
    }

    #[test]
    fn needs_are_those_of_the_largest_group() {
        assert_eq!(phase(8).needs(128), Needs { scratch: 80, accumulators: 7, work: 0 });
        assert_eq!(phase(16).needs(5), Needs { scratch: 20, accumulators: 7, work: 0 });
    }
}
