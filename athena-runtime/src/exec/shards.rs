//! Shards: runs of consecutive images that are worked on one by one, beside the other shards.
//!
//! Their number follows from the batch alone, never from the number of threads, and so do all sums over them: results have the
//! same bits for any number of threads.

use crate::arena::Buffer;
use crate::exec::threads;

/// Shards of a batch at most: each has its own scratch and gradient accumulators, and at most so many threads work at a time.
const MOST: usize = 16;

/// What a shard has for itself.
#[derive(Debug)]
pub struct Shard {
    /// Values that live within one phase of one image.
    pub scratch: Buffer,
    /// Sums of the gradients of the phase's parameters over the shard's images.
    pub accumulators: Buffer,
}

/// Shards of a batch of so many images.
#[must_use]
pub fn count(images: usize) -> usize {
    images.min(MOST)
}

/// The first image of shard `shard` of `shards`; for `shard == shards`, the number of images.
fn start(images: usize, shards: usize, shard: usize) -> usize {
    images * shard / shards
}

/// Calls `work` for each shard with the index of its first image and its images' parts of `image`, each of `image_len` floats.
pub fn for_each(
    shards: &mut [Shard],
    images: usize,
    image: &mut [f32],
    image_len: usize,
    work: &(impl Fn(&mut Shard, usize, usize, &mut [f32]) + Sync),
) {
    let total = count(images);
    let job = Job { images, total, image_len, work };
    job.split(&mut shards[..total], 0, &mut image[..images * image_len]);
}

struct Job<'a, F> {
    images: usize,
    total: usize,
    image_len: usize,
    work: &'a F,
}

impl<F: Fn(&mut Shard, usize, usize, &mut [f32]) + Sync> Job<'_, F> {
    fn split(&self, shards: &mut [Shard], first: usize, image: &mut [f32]) {
        let start = |shard| start(self.images, self.total, shard);
        if let [shard] = shards {
            (self.work)(shard, start(first), start(first + 1) - start(first), image);
            return;
        }
        let half = shards.len() / 2;
        let (left, right) = shards.split_at_mut(half);
        let middle = start(first + half) - start(first);
        let (left_image, right_image) = image.split_at_mut(middle * self.image_len);
        threads::join(|| self.split(left, first, left_image), || self.split(right, first + half, right_image));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_contiguous_and_even() {
        for images in 1..200 {
            let shards = count(images);
            let mut sizes = (0..shards).map(|s| start(images, shards, s + 1) - start(images, shards, s));
            let (least, most) = (sizes.clone().min().unwrap(), sizes.clone().max().unwrap());
            assert!(least >= 1 && most - least <= 1, "{images}: {least} to {most}");
            assert_eq!(sizes.by_ref().sum::<usize>(), images);
        }
    }

    #[test]
    fn every_image_is_visited_once_with_its_own_part() {
        for images in [1, 5, 16, 37] {
            let mut shards: Vec<Shard> = (0..16)
                .map(|_| Shard { scratch: Buffer::zeroed(1).unwrap(), accumulators: Buffer::zeroed(0).unwrap() })
                .collect();
            let mut image = vec![0.0; images * 3 + 7];
            for_each(&mut shards, images, &mut image, 3, &|shard, first, count, image| {
                shard.scratch[0] += 1.0;
                assert_eq!(image.len(), count * 3);
                image.chunks_exact_mut(3).enumerate().for_each(|(i, x)| x.fill((first + i + 1) as f32));
            });
            let expected: Vec<f32> = (0..images * 3).map(|i| (i / 3 + 1) as f32).chain([0.0; 7]).collect();
            assert_eq!(image, expected);
            assert!(shards[..count(images)].iter().all(|shard| shard.scratch[0] == 1.0));
        }
    }
}
