//! Dropout (Srivastava et al., 2014), scaled while training, with a mask that is computed and not stored.
//!
//! Whether an element is dropped is a hash of seed, step, layer, image and element, and of nothing else: the backward pass finds
//! the same mask, and so does any number of threads.

use super::rows::{Lanes, assert_same_shape, clear_halo, row, row_mut};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{Extent, LANES};
use crate::ops::Write;

/// Which elements of one image's map are dropped by one layer in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mask {
    keys: [u32; 2],
    /// Elements whose hash lies below are dropped.
    threshold: u32,
    /// Factor of the others; zero if there are none.
    scale: f32,
}

impl Mask {
    /// A mask that drops with probability `p` (to the nearest 2^-32); the rest is scaled by `1 / (1 - p)`.
    #[must_use]
    pub fn new(p: f32, seed: u64, step: u64, layer: u32, image: usize) -> Self {
        let mut key = mix_64(seed);
        for part in [step, u64::from(layer), image as u64] {
            key = mix_64(key ^ part);
        }
        let p = if p > 0.0 { f64::from(p.min(1.0)) } else { 0.0 };
        Self {
            keys: [key as u32, (key >> 32) as u32],
            threshold: (p * 2f64.powi(32)).round() as u32,
            scale: if p < 1.0 { (1.0 / (1.0 - p)) as f32 } else { 0.0 },
        }
    }

    /// The sixteen factors of the pixel whose first element is `first`, counted as they are stored, the halo left out.
    #[inline(always)]
    fn factors(&self, first: u32) -> Lanes {
        let mut factors = [0.0; LANES];
        for (lane, factor) in factors.iter_mut().enumerate() {
            let element = first.wrapping_add(lane as u32);
            let hash = mix_32(mix_32(element ^ self.keys[0]) ^ self.keys[1]);
            *factor = if hash < self.threshold { 0.0 } else { self.scale };
        }
        factors
    }
}

/// `y = x * mask`. Dropped elements become zero, even infinite ones.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn forward(isa: Isa, mask: &Mask, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    backward(isa, mask, x, x_extent, y, y_extent, Write::Set);
}

/// `dx = dy * mask`, or `dx += dy * mask`.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn backward(
    isa: Isa,
    mask: &Mask,
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    assert_same_shape(dy_extent, dx_extent);
    if write == Write::Set {
        clear_halo(dx, dx_extent);
    }
    isa.call(Apply { mask, x: dy, x_extent: dy_extent, y: dx, y_extent: dx_extent, write });
}

struct Apply<'a> {
    mask: &'a Mask,
    x: &'a [f32],
    x_extent: &'a Extent,
    y: &'a mut [f32],
    y_extent: &'a Extent,
    write: Write,
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut first = 0u32;
        for b in 0..self.x_extent.blocks() {
            for line in 0..self.x_extent.height {
                let x = row(self.x, self.x_extent, b, line);
                for (x, y) in x.iter().zip(row_mut(self.y, self.y_extent, b, line)) {
                    let (x, factors) = (s.load(x), s.load(&self.mask.factors(first)));
                    let kept = s.select_gt(factors, s.zero(), s.mul(x, factors), s.zero());
                    let before = if self.write == Write::Set { s.zero() } else { s.load(y) };
                    s.store(s.add(before, kept), y);
                    first = first.wrapping_add(LANES as u32);
                }
            }
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014, section 4; Stafford's variant 13) after its increment.
fn mix_64(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Wellons' (2018) 32-bit mixer of two multiplications with the least known bias (`lowbias32`).
#[inline(always)]
fn mix_32(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
