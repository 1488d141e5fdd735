//! Every direction on every instruction set against a naive f64 reference over plain `C x H x W`.

mod cases;
mod checks;
mod parts;
mod products;
mod reference;
mod shapes;
mod winograd;

use super::{ConvShape, pack_blocks, unpack_blocks};
use crate::layout::{Extent, LANES};

/// Random numbers for tests (xorshift64*).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Uniform in [-1, 1).
    fn float(&mut self) -> f32 {
        (self.next() as f64 / (1u64 << 52) as f64 - 1.0) as f32
    }

    fn floats(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.float()).collect()
    }
}

/// All weights in the layout of the kernels.
fn pack(shape: &ConvShape, pytorch: &[f32], packed: &mut [f32]) {
    assert_eq!(packed.len(), shape.weight_len(), "stored weights");
    pack_blocks(shape, 0..shape.output_blocks(), pytorch, packed);
}

/// All weights in PyTorch's layout.
fn unpack(shape: &ConvShape, packed: &[f32], pytorch: &mut [f32]) {
    assert_eq!(packed.len(), shape.weight_len(), "stored weights");
    unpack_blocks(shape, 0..shape.output_blocks(), packed, pytorch);
}

/// A plain map in blocks with a halo; what the kernels promise to be zero is zero.
fn block(plain: &[f32], extent: &Extent) -> Vec<f32> {
    let mut map = vec![0.0; extent.len()];
    for (i, &value) in plain.iter().enumerate() {
        let (x, y, c) = (i % extent.width, i / extent.width % extent.height, i / (extent.width * extent.height));
        map[extent.at(c / LANES, y, x) + c % LANES] = value;
    }
    map
}

/// The plain map within a blocked one, after a check that its halo and its padding lanes are zero.
fn unblock(map: &[f32], extent: &Extent, what: &str) -> Vec<f32> {
    let mut rest = map.to_vec();
    let mut plain = Vec::new();
    for c in 0..extent.channels {
        for y in 0..extent.height {
            for x in 0..extent.width {
                let at = extent.at(c / LANES, y, x) + c % LANES;
                plain.push(rest[at]);
                rest[at] = 0.0;
            }
        }
    }
    assert!(rest.iter().all(|&v| v == 0.0), "{what}: the halo or the padding lanes are not zero");
    plain
}

/// Compares with a reference whose every value comes with the sum of its terms' magnitudes.
fn assert_close(found: &[f32], expected: &[(f64, f64)], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (&found, &(value, magnitude))) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - value).abs();
        assert!(error <= 1e-6 * magnitude + 1e-30, "{what}: value {i} is {found}, not {value} (terms of {magnitude})");
    }
}
