//! The largest magnitude of many numbers. It also shows whether all of them are finite.

use crate::threads;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of floats in one part.
const AT_ONCE: usize = 1 << 14;

/// The largest magnitude so far. Threads may add numbers in any order; the result is the same.
#[derive(Debug, Default)]
pub(crate) struct Largest(AtomicU32);

impl Largest {
    /// Adds these numbers.
    pub fn see(&self, values: &[f32]) {
        self.0.fetch_max(bits(values), Ordering::Relaxed);
    }

    /// Adds these numbers, on all threads.
    pub fn see_all(&self, values: &[f32]) {
        threads::for_each_index(values.len().div_ceil(AT_ONCE), &|index| {
            let rest = &values[index * AT_ONCE..];
            self.see(&rest[..rest.len().min(AT_ONCE)]);
        });
    }

    /// The largest magnitude: NaN if one of the numbers was NaN, else infinity if one was infinite, and 0 without numbers.
    pub fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// The largest magnitude of `values`, computed on all threads. The result is that of [`Largest::get`].
pub(crate) fn largest(values: &[f32]) -> f32 {
    let seen = Largest::default();
    seen.see_all(values);
    seen.get()
}

/// The bits of the largest magnitude. Without the sign, the bits of floats have the order of the magnitudes; infinity comes after
/// all finite numbers, and NaN last.
fn bits(values: &[f32]) -> u32 {
    let magnitude = |value: &f32| value.to_bits() & !(1 << 31);
    // Several maxima are computed side by side, so that none waits for another.
    let (whole, rest) = values.as_chunks::<32>();
    let mut lanes = [0; 32];
    for chunk in whole {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = magnitude(value).max(*lane);
        }
    }
    lanes.into_iter().chain(rest.iter().map(magnitude)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_magnitude_is_found_wherever_it_lies() {
        for len in [1, 31, 32, 33, 100, 3 * AT_ONCE + 5] {
            for at in [0, len / 2, len - 1] {
                for (value, expected) in [(-7.5, 7.5), (7.5, 7.5), (f32::NEG_INFINITY, f32::INFINITY)] {
                    let mut values = vec![-1.0; len];
                    values[at] = value;
                    assert_eq!(largest(&values), expected, "{value} at {at} of {len}");
                    values[(at + 1) % len] = f32::NAN;
                    assert!(largest(&values).is_nan(), "beside NaN");
                }
            }
        }
        assert_eq!((largest(&[]), largest(&[-0.0]), largest(&[1e-45])), (0.0, 0.0, 1e-45));
    }
}
