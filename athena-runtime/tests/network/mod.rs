//! Code that the tests share: a network written by hand as the macro would generate it, and data for it.
#![allow(dead_code, missing_docs)] // Each test file uses its part.

pub mod reference;
pub mod tiny;

/// Numbers that look random, roughly uniform in [-1, 1].
pub fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// Labels below `classes`.
pub fn labels(len: usize, classes: u32, seed: u32) -> Vec<u32> {
    numbers(len, seed).iter().map(|x| ((x + 1.0) * 1000.0) as u32 % classes).collect()
}
