//! Random numbers that depend only on keys, such as seed, epoch and index, and not on the order of computation.

/// SplitMix64 (Steele, Lea and Flood 2014), seeded by several keys.
pub(super) struct Random(u64);

impl Random {
    /// The stream of these keys.
    pub fn of(keys: [u64; 3]) -> Self {
        Self(keys.into_iter().fold(0, |state, key| mix(state ^ key).wrapping_add(GOLDEN)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A uniform number in `0..bound`, where `bound` is above 0. The bias of taking the high half of a product is below `bound / 2^64`.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// True or false with the same probability.
    pub fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }

    /// Shuffles `items`; all orders are equally likely (Fisher and Yates; Durstenfeld 1964).
    pub fn shuffle(&mut self, items: &mut [u32]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_uniform_and_coins_fair() {
        let mut random = Random::of([1, 2, 3]);
        let mut counts = [0_i32; 9];
        let mut heads = 0;
        for _ in 0..90_000 {
            counts[random.below(9)] += 1;
            heads += i32::from(random.coin());
        }
        // Five standard deviations of the binomial distribution.
        assert!(counts.iter().all(|count| (count - 10_000).abs() < 480), "{counts:?}");
        assert!((heads - 45_000).abs() < 750, "{heads}");
    }

    #[test]
    fn shuffles_are_permutations_and_every_position_is_as_likely() {
        let mut sums = [0_u32; 10];
        for key in 0..4000 {
            let mut items: [u32; 10] = std::array::from_fn(|i| i as u32);
            Random::of([7, key, 0]).shuffle(&mut items);
            for (sum, item) in sums.iter_mut().zip(items) {
                *sum += item;
            }
            items.sort_unstable();
            assert_eq!(items, std::array::from_fn(|i| i as u32));
        }
        // Each position's mean is 4.5 with a standard deviation of 2.87 / sqrt(4000).
        assert!(sums.iter().all(|&sum| (f64::from(sum) / 4000.0 - 4.5).abs() < 0.23), "{sums:?}");
    }

    #[test]
    fn each_key_matters() {
        let first = |keys| Random::of(keys).next();
        let all = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]].map(first);
        assert!((0..all.len()).all(|i| !all[..i].contains(&all[i])), "{all:?}");
    }
}
