//! Phases: how a batch is cut into shards and groups, and the memory that these need.

use crate::layout::Range;
use std::fmt;

/// The largest number of images in a group.
pub const MOST_MICRO_BATCH: usize = 16;

/// The largest number of shards of a batch, and so of threads that work on it at a time.
pub const MOST_SHARDS: usize = 16;

/// The smallest number of shards of a batch, if it has as many images, so that a few threads find work in every phase.
const FEWEST_SHARDS: usize = 4;

/// A layer whose kernels need working memory within one step.
pub trait Working: fmt::Debug + Sync {
    /// Number of floats of working memory for a group of `images` images.
    fn work_len(&self, images: usize) -> usize;
}

/// The memory that training or inference needs, and its phases.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Number of floats per image that live from phase to phase.
    pub image: usize,
    /// The phases, in order.
    pub phases: &'static [Phase],
}

/// One phase: the steps that are applied to every image of a batch between two barriers.
///
/// A batch is cut into shards, runs of consecutive images, which are computed in parallel. A shard is cut into groups, whose
/// images take each step together. How a batch is cut depends only on its size, never on the number of threads, and so does the
/// order of all sums. So results have the same bits for any number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// The largest number of images in a group.
    pub micro_batch: usize,
    /// Number of floats of scratch per image of a group.
    pub scratch: usize,
    /// The layers of the phase that need working memory.
    pub working: &'static [&'static dyn Working],
    /// The parameters whose gradients are summed over the images.
    pub gradients: &'static [Range],
}

impl Phase {
    /// The largest number of images in a group.
    pub(super) fn micro_batch(&self) -> usize {
        self.micro_batch.clamp(1, MOST_MICRO_BATCH)
    }

    /// The number of shards of a batch of `images` images: a power of two, so that threads get equal parts.
    pub(super) fn shards(&self, images: usize) -> usize {
        let groups = images.div_ceil(self.micro_batch()).clamp(FEWEST_SHARDS, MOST_SHARDS);
        (1 << groups.ilog2()).min(images)
    }

    /// The memory that each shard of a batch needs.
    pub(super) fn needs(&self, images: usize) -> Needs {
        let micro_batch = images.div_ceil(self.shards(images)).min(self.micro_batch());
        Needs {
            scratch: self.scratch * micro_batch,
            accumulators: self.gradients.iter().map(|range| range.len).sum(),
            work: self.working.iter().map(|layer| layer.work_len(micro_batch)).max().unwrap_or(0),
        }
    }
}

/// The memory of a shard, or of all shards of a phase, in floats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Values of every image of a group that live within the phase.
    pub scratch: usize,
    /// Sums of the gradients of the phase's parameters over the shard's images.
    pub accumulators: usize,
    /// Working memory of kernels within one step.
    pub work: usize,
}

/// The memory that all shards of any phase need together, for batches of up to `capacity` images. Fewer images are cut into fewer
/// shards or smaller groups. Threads that divide the steps of fewer shards need as much working memory as shards of their own.
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

/// The number of parts that each step may be divided into, if `images` images are in `shards` shards: the number of threads, if
/// threads would otherwise wait long for the thread with the most images; else 1. Parts are disjoint outputs, so no result
/// depends on them.
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
