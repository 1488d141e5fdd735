//! Dropout (Srivastava et al., 2014), scaled while training, with a mask that is computed and not stored; and drop path (Huang et al., 2016),
//! which drops whole images.
//!
//! A hash of seed, step, layer, image and element decides whether an element is dropped. So the backward pass computes the same
//! mask, on any number of threads.

use super::Describe;
use crate::exec::{Context, Masks, Pass};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::copy;
use crate::kernels::rows::{Lanes, assert_same_shape};
use crate::layout::{LANES, MapMut, MapRef, MapType, Slot};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Dropout of numbers or of whole images. In inference it is the identity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout;

impl Describe for Dropout {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Identity
    }
}

/// What is dropped as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Number,
    Image,
}

/// Set in the number of each drop path, so that it does not draw the numbers of the dropout of that number.
const OF_PATHS: u32 = 1 << 31;

impl Pass<'_> {
    /// Sets each value to 0 with probability `p` and scales the others by `1 / (1 - p)`; in inference, it is the identity. `layer` counts
    /// the network's dropouts, so that each has its own mask.
    pub fn dropout<M: MapType>(&mut self, p: f32, layer: u32, x: M, y: M) {
        self.apply_mask(Unit::Number, (p, layer), x.slot(), y.slot(), Write::Set);
    }

    /// The gradient of a dropout's input, with the mask of the forward pass.
    pub fn dropout_backward<M: MapType>(&mut self, p: f32, layer: u32, dy: M, dx: M, write: Write) {
        self.apply_mask(Unit::Number, (p, layer), dy.slot(), dx.slot(), write);
    }

    /// Zeroes each image with probability `p` and scales the others by `1 / (1 - p)`; in inference, it is the identity. `layer` counts the
    /// network's drop paths, so that each draws for itself.
    pub fn drop_path<M: MapType>(&mut self, p: f32, layer: u32, x: M, y: M) {
        self.apply_mask(Unit::Image, (p, layer), x.slot(), y.slot(), Write::Set);
    }

    /// The gradient of a drop path's input, of the images that the forward pass left.
    pub fn drop_path_backward<M: MapType>(&mut self, p: f32, layer: u32, dy: M, dx: M, write: Write) {
        self.apply_mask(Unit::Image, (p, layer), dy.slot(), dx.slot(), write);
    }

    /// Multiplies by the mask, forward and backward.
    fn apply_mask(&mut self, unit: Unit, (p, layer): (f32, u32), x: Slot, y: Slot, write: Write) {
        let layer = match unit {
            Unit::Number => layer,
            Unit::Image => layer | OF_PATHS,
        };
        self.each(&mut |image| {
            let mask = image.context.mask(p, layer, image.index);
            let ([x], [y]) = image.arena.maps([x], [y]);
            match (mask, unit) {
                (None, _) => copy::add(x, y, write),
                (Some(mask), Unit::Number) => apply(image.context.isa, &mask, x, y, write),
                (Some(mask), Unit::Image) => scaled(mask.factor(), x, y, write),
            }
        });
    }
}

/// `y = factor * x`, or `y += factor * x`. With a factor of zero even infinite elements become zero.
///
/// # Panics
/// Shapes differ, or a slice is too short.
fn scaled(factor: f32, x: MapRef<'_>, mut y: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &y.extent());
    y.begin_sum(write);
    if factor == 0.0 {
        return;
    }
    for (b, line) in (0..x.extent().blocks()).flat_map(|b| (0..x.extent().height).map(move |line| (b, line))) {
        let (x, y) = (x.row(b, line).as_flattened(), y.row_mut(b, line).as_flattened_mut());
        x.iter().zip(y).for_each(|(x, y)| *y += factor * x);
    }
}

impl Context<'_> {
    /// The mask of one image, the same forward and backward; `None` in inference.
    fn mask(&self, p: f32, layer: u32, image: usize) -> Option<Mask> {
        self.masks.map(|Masks { seed, step }| Mask::new(p, seed, step, layer, image))
    }
}

/// The mask of one layer for one image in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mask {
    keys: [u32; 2],
    /// Elements whose hash is below this are dropped.
    threshold: u32,
    /// The factor of the other elements; 0 if all are dropped.
    scale: f32,
}

impl Mask {
    /// A mask that drops elements with probability `p` (to the nearest 2^-32). The others are scaled by `1 / (1 - p)`.
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

    /// The factor of an image that is dropped, or not, as a whole.
    fn factor(&self) -> f32 {
        self.factors(0)[0]
    }

    /// The sixteen factors of the pixel whose first element is `first`. Elements are counted in stored order, without the halo.
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

/// `y = x * mask`, or `y += x * mask`. Dropped elements become 0, even if they are infinite.
///
/// # Panics
/// If shapes differ, or a slice is too short.
fn apply(isa: Isa, mask: &Mask, x: MapRef<'_>, mut y: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &y.extent());
    y.begin(write);
    isa.call(Apply { mask, x, y, write });
}

struct Apply<'a> {
    mask: &'a Mask,
    x: MapRef<'a>,
    y: MapMut<'a>,
    write: Write,
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let mut first = 0u32;
        for b in 0..self.x.extent().blocks() {
            for line in 0..self.x.extent().height {
                let x = self.x.row(b, line);
                for (x, y) in x.iter().zip(self.y.row_mut(b, line)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;
    use crate::layout::Extent;

    fn forward(isa: Isa, mask: &Mask, x: MapRef<'_>, y: MapMut<'_>) {
        apply(isa, mask, x, y, Write::Set);
    }

    fn masked(isa: Isa, mask: &Mask, e: &Extent) -> Vec<f64> {
        let xe = with_halo(*e, [1, 0]);
        let mut y = garbage(e);
        forward(isa, mask, map(&pack(&vec![1.0; numel(e)], &xe), &xe), map_mut(&mut y, e));
        unpack(&y, e)
    }

    /// Masks are the same on each instruction set, as the first test finds.
    fn best() -> Isa {
        Isa::active().unwrap()
    }

    #[test]
    fn the_rest_is_scaled_and_the_gradient_has_the_same_mask() {
        on_each_isa(|isa| {
            for e in sizes() {
                let mask = Mask::new(0.25, 1, 2, 3, 4);
                let plain = random(1, numel(&e));
                let mut y = garbage(&e);
                forward(isa, &mask, map(&pack(&plain, &e), &e), map_mut(&mut y, &e));
                let (y, kept) = (unpack(&y, &e), masked(isa, &mask, &e));
                assert_eq!(kept, masked(best(), &mask, &e));
                for ((y, x), kept) in y.iter().zip(&plain).zip(&kept) {
                    assert!(*kept == 0.0 || (kept - 4.0 / 3.0).abs() < 1e-7);
                    assert!((y - f64::from(*x) * kept).abs() < 1e-6);
                }
                let (dye, dxe) = (with_halo(e, [0, 3]), with_halo(e, [2, 2]));
                check_gradient(&dxe, &y, 1e-6, "dropout", |dx, write| {
                    apply(isa, &mask, map(&pack(&plain, &dye), &dye), dx, write);
                });
            }
        });
    }

    #[test]
    fn what_is_dropped_is_zero_even_if_it_was_infinite() {
        let e = extent(16, 8, 8, [0, 0]);
        let x = vec![f32::INFINITY; e.len()];
        for p in [0.5, 1.0] {
            let mut y = garbage(&e);
            forward(best(), &Mask::new(p, 0, 0, 0, 0), map(&x, &e), map_mut(&mut y, &e));
            assert!(y.iter().all(|&y| y == 0.0 || (y.is_infinite() && p < 1.0)));
        }
    }

    #[test]
    fn probabilities_are_kept() {
        let e = extent(32, 100, 100, [0, 0]);
        for p in [0.01, 0.1, 0.5, 0.9] {
            let dropped = masked(best(), &Mask::new(p, 7, 0, 0, 0), &e).iter().filter(|&&y| y == 0.0).count();
            let (n, p) = (numel(&e) as f64, f64::from(p));
            let deviation = (dropped as f64 - n * p) / (n * p * (1.0 - p)).sqrt();
            assert!(deviation.abs() < 4.0, "{dropped} of {n} dropped at {p}");
        }
        assert!(masked(best(), &Mask::new(0.0, 7, 0, 0, 0), &e).iter().all(|&y| y == 1.0));
        assert!(masked(best(), &Mask::new(1.0, 7, 0, 0, 0), &e).iter().all(|&y| y == 0.0));
    }

    #[test]
    fn masks_of_other_seeds_steps_layers_and_images_are_independent() {
        let e = extent(16, 100, 100, [0, 0]);
        let masks = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [0, 2, 0, 0]]
            .map(|[seed, step, layer, image]| {
                masked(best(), &Mask::new(0.5, seed, step, layer as u32, image as usize), &e)
            });
        let n = numel(&e) as f64;
        for (i, a) in masks.iter().enumerate() {
            for b in &masks[..i] {
                let both = a.iter().zip(b).filter(|(a, b)| (**a == 0.0) == (**b == 0.0)).count() as f64;
                assert!((both - n / 2.0).abs() < 2.0 * n.sqrt(), "{both} of {n} agree");
            }
            // Neighbours are independent, too: other lanes, other pixels.
            for distance in [1, 100, 10_000] {
                let same = a.iter().zip(&a[distance..]).filter(|(a, b)| a == b).count() as f64;
                let n = n - distance as f64;
                assert!((same - n / 2.0).abs() < 2.0 * n.sqrt(), "{same} of {n} agree at distance {distance}");
            }
        }
    }

    #[test]
    fn images_are_dropped_or_scaled_as_a_whole_and_their_gradients_with_them() {
        for e in sizes() {
            let plain = random(1, numel(&e));
            for factor in [0.0, 1.25] {
                let (xe, mut y) = (with_halo(e, [1, 0]), garbage(&e));
                scaled(factor, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e), Write::Set);
                let expected: Vec<f64> = plain.iter().map(|x| f64::from(*x) * f64::from(factor)).collect();
                assert_close(&unpack(&y, &e), &expected, 1e-6, "drop_path");
                check_gradient(&e, &expected, 1e-6, "drop_path", |dx, write| {
                    scaled(factor, map(&pack(&plain, &xe), &xe), dx, write);
                });
            }
            let mut y = garbage(&e);
            scaled(0.0, map(&pack(&vec![f32::INFINITY; numel(&e)], &e), &e), map_mut(&mut y, &e), Write::Set);
            assert!(unpack(&y, &e).iter().all(|y| *y == 0.0), "infinite numbers are dropped, too");
        }
    }

    #[test]
    fn as_many_images_are_dropped_as_the_probability_says() {
        for p in [0.0, 0.1, 0.5, 0.9] {
            let count = 10_000u32;
            let factors = (0..count).map(|image| Mask::new(p, 3, 1, OF_PATHS, image as usize).factor());
            let dropped = factors.clone().filter(|factor| *factor == 0.0).count() as f64;
            let (n, share) = (f64::from(count), f64::from(p));
            assert!((dropped - n * share).abs() <= 4.0 * (n * share * (1.0 - share)).sqrt(), "{dropped} at {p}");
            assert!(factors.filter(|factor| *factor != 0.0).all(|factor| (factor - 1.0 / (1.0 - p)).abs() < 1e-5));
        }
    }
}
