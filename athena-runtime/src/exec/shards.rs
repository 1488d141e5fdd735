//! Runs the shards of a phase in parallel.

use super::phase::{MOST_SHARDS, Needs};
use crate::threads::{bounds, for_each_of, split_off};

/// The memory that is divided among the shards of a phase.
pub struct PhaseMemory<'a> {
    /// The parts of all images, of `image_len` floats each.
    pub image: &'a mut [f32],
    pub image_len: usize,
    pub scratch: &'a mut [f32],
    pub accumulators: &'a mut [f32],
    pub work: &'a mut [f32],
}

/// One shard: its images, their parts of the arena, and its own memory.
pub struct Shard<'a> {
    pub first: usize,
    pub count: usize,
    pub image: &'a mut [f32],
    pub scratch: &'a mut [f32],
    pub accumulators: &'a mut [f32],
    pub work: &'a mut [f32],
}

/// Calls `work` for each of `shards` shards of `images` images, in parallel.
pub fn for_each(images: usize, shards: usize, needs: Needs, mut memory: PhaseMemory, work: &(impl Fn(Shard) + Sync)) {
    let pieces = (0..shards).map(|shard| {
        let images = bounds(images, shards, shard);
        Shard {
            first: images.start,
            count: images.len(),
            image: split_off(&mut memory.image, images.len() * memory.image_len),
            scratch: split_off(&mut memory.scratch, needs.scratch),
            accumulators: split_off(&mut memory.accumulators, needs.accumulators),
            work: split_off(&mut memory.work, needs.work),
        }
    });
    for_each_of::<MOST_SHARDS, _>(pieces, work);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_visited_once_with_its_own_part() {
        for (images, shards) in [(1, 1), (5, 4), (16, 16), (37, 8)] {
            let needs = Needs { scratch: 2, accumulators: 1, work: 3 };
            let (mut image, mut scratch) = (vec![0.0; images * 3], vec![0.0; 2 * shards]);
            let (mut accumulators, mut work) = (vec![0.0; shards], vec![0.0; 3 * shards]);
            let memory = PhaseMemory {
                image: &mut image,
                image_len: 3,
                scratch: &mut scratch,
                accumulators: &mut accumulators,
                work: &mut work,
            };
            for_each(images, shards, needs, memory, &|shard| {
                assert_eq!(shard.image.len(), shard.count * 3);
                shard.image.chunks_exact_mut(3).enumerate().for_each(|(i, x)| x.fill((shard.first + i + 1) as f32));
                for (floats, len) in [(shard.scratch, 2), (shard.accumulators, 1), (shard.work, 3)] {
                    floats[..len].iter_mut().for_each(|x| *x += 1.0);
                }
            });
            let expected: Vec<f32> = (0..images * 3).map(|i| (i / 3 + 1) as f32).collect();
            assert_eq!(image, expected);
            assert!([scratch, accumulators, work].iter().all(|floats| floats.iter().all(|&x| x == 1.0)));
        }
    }
}
