//! The shards of a phase, worked on beside each other.

use super::phase::{Needs, start};
use crate::exec::threads;
use std::mem::take;

/// Memory that the shards of a phase share out among themselves.
pub struct Room<'a> {
    /// Every image's own part, of `image_len` floats.
    pub image: &'a mut [f32],
    pub image_len: usize,
    pub scratch: &'a mut [f32],
    pub accumulators: &'a mut [f32],
    pub work: &'a mut [f32],
}

/// One shard: its images, their own parts, and what it has for itself.
pub struct Shard<'a> {
    pub first: usize,
    pub count: usize,
    pub image: &'a mut [f32],
    pub scratch: &'a mut [f32],
    pub accumulators: &'a mut [f32],
    pub work: &'a mut [f32],
}

/// Calls `work` for each of `shards` shards of `images` images, at the same time where there are threads.
pub fn for_each(images: usize, shards: usize, needs: Needs, room: Room, work: &(impl Fn(Shard) + Sync)) {
    Job { images, shards, needs, work }.split(0, shards, room);
}

struct Job<'a, F> {
    images: usize,
    shards: usize,
    needs: Needs,
    work: &'a F,
}

impl<F: Fn(Shard) + Sync> Job<'_, F> {
    fn split(&self, first: usize, count: usize, mut room: Room) {
        let start = |shard| start(self.images, self.shards, shard);
        if count == 1 {
            let Room { image, scratch, accumulators, work, .. } = room;
            let images = start(first + 1) - start(first);
            return (self.work)(Shard { first: start(first), count: images, image, scratch, accumulators, work });
        }
        let half = count / 2;
        let left = room.take(start(first + half) - start(first), half, self.needs);
        threads::join(|| self.split(first, half, left), || self.split(first + half, count - half, room));
    }
}

impl<'a> Room<'a> {
    /// Splits off what the first `shards` shards need, which have `images` images.
    fn take(&mut self, images: usize, shards: usize, needs: Needs) -> Room<'a> {
        Room {
            image: split_off(&mut self.image, images * self.image_len),
            image_len: self.image_len,
            scratch: split_off(&mut self.scratch, shards * needs.scratch),
            accumulators: split_off(&mut self.accumulators, shards * needs.accumulators),
            work: split_off(&mut self.work, shards * needs.work),
        }
    }
}

fn split_off<'a>(floats: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let (left, right) = take(floats).split_at_mut(len);
    *floats = right;
    left
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
            let room = Room {
                image: &mut image,
                image_len: 3,
                scratch: &mut scratch,
                accumulators: &mut accumulators,
                work: &mut work,
            };
            for_each(images, shards, needs, room, &|shard| {
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
