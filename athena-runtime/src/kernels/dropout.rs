//! Dropout (Srivastava et al., 2014), scaled while training, with a mask that is computed and not stored.
//!
//! Whether an element is dropped is a hash of seed, step, layer, image and element, and of nothing else: the backward pass finds
//! the same mask, and so does any number of threads.

use super::rows::{Lanes, assert_same_shape, clear_halo, row, row_mut};
use crate::layout::{Extent, LANES};
use crate::ops::Write;

/// Which elements of one image's map are dropped by one layer in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mask {
    keys: [u32; 2],
    /// Elements whose hash lies below are dropped; one more than the largest hash drops all.
    threshold: u64,
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
        let scale = if p < 1.0 { 1.0 / (1.0 - p) } else { 0.0 };
        Self {
            keys: [key as u32, (key >> 32) as u32],
            threshold: (p * 2f64.powi(32)).round() as u64,
            scale: scale as f32,
        }
    }

    /// What one element is multiplied with; elements are counted as they are stored, the halo left out.
    #[inline(always)]
    fn factor(&self, element: u32) -> f32 {
        let hash = mix_32(mix_32(element ^ self.keys[0]) ^ self.keys[1]);
        if u64::from(hash) < self.threshold { 0.0 } else { self.scale }
    }

    /// The factors of row `y` of block `b`, pixel by pixel.
    #[inline(always)]
    fn row(&self, extent: &Extent, b: usize, y: usize) -> impl Iterator<Item = Lanes> {
        let first = (b * extent.height + y) * extent.width * LANES;
        (0..extent.width).map(move |x| {
            let pixel = (first + x * LANES) as u32;
            std::array::from_fn(|lane| self.factor(pixel.wrapping_add(lane as u32)))
        })
    }
}

/// `y = x * mask`. Dropped elements become zero, even infinite ones.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn forward(mask: &Mask, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    apply(mask, x, x_extent, y, y_extent, Write::Set);
}

/// `dx = dy * mask`, or `dx += dy * mask`.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn backward(mask: &Mask, dy: &[f32], dy_extent: &Extent, dx: &mut [f32], dx_extent: &Extent, write: Write) {
    apply(mask, dy, dy_extent, dx, dx_extent, write);
}

fn apply(mask: &Mask, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent, write: Write) {
    assert_same_shape(x_extent, y_extent);
    if write == Write::Set {
        clear_halo(y, y_extent);
    }
    for b in 0..x_extent.blocks() {
        for line in 0..x_extent.height {
            let pixels = row(x, x_extent, b, line).iter().zip(row_mut(y, y_extent, b, line));
            for ((x, y), factors) in pixels.zip(mask.row(x_extent, b, line)) {
                for ((x, y), factor) in x.iter().zip(y).zip(factors) {
                    let kept = if factor == 0.0 { 0.0 } else { x * factor };
                    *y = if write == Write::Set { kept } else { *y + kept };
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
