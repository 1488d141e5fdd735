//! Batch normalisation (Ioffe and Szegedy, 2015): statistics of an image, of a batch, and the backward pass.

use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, assert_channels, assert_same_shape, channels};
use crate::layout::{LANES, MapMut, MapRef, padded};
use crate::ops::Write;

/// Writes, for each padded channel of one image, the mean to the first half of `sums` and the sum of squared deviations from
/// that mean to the second half. It makes two passes, to avoid cancellation.
///
/// # Panics
/// `sums` is shorter than two numbers for each padded channel.
pub fn statistics(isa: Isa, x: MapRef<'_>, sums: &mut [f32]) {
    assert!(sums.len() >= 2 * padded(x.extent().channels), "two sums for each padded channel");
    isa.call(Statistics { x, sums });
}

struct Statistics<'a> {
    x: MapRef<'a>,
    sums: &'a mut [f32],
}

impl Kernel for Statistics<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.x.extent();
        let blocks = extent.blocks();
        let count = (extent.height * extent.width) as f64;
        let sums = self.sums.as_chunks_mut::<LANES>().0;
        for b in 0..blocks {
            let mut total = [0.0f64; LANES];
            for y in 0..extent.height {
                add_row(&mut total, s.to_array(row_sum(s, self.x.row(b, y))));
            }
            for (mean, total) in sums[b].iter_mut().zip(&total) {
                *mean = (total / count) as f32;
            }
            let mean = s.load(&sums[b]);
            let mut total = [0.0f64; LANES];
            for y in 0..extent.height {
                add_row(&mut total, s.to_array(row_deviations(s, self.x.row(b, y), mean)));
            }
            for (deviations, total) in sums[blocks + b].iter_mut().zip(&total) {
                *deviations = *total as f32;
            }
        }
    }
}

/// The sum of a channel. Rows are summed in f32 and added in f64, because long sums in f32 lose digits.
#[inline(always)]
fn add_row(total: &mut [f64; LANES], row: Lanes) {
    for (total, row) in total.iter_mut().zip(row) {
        *total += f64::from(row);
    }
}

#[inline(always)]
fn row_sum<S: Simd>(s: S, x: &[Lanes]) -> S::Vector {
    let (quads, rest) = x.as_chunks::<4>();
    let mut sums = [s.zero(); 4];
    for quad in quads {
        for (sum, x) in sums.iter_mut().zip(quad) {
            *sum = s.add(*sum, s.load(x));
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum = s.add(*sum, s.load(x));
    }
    s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3]))
}

#[inline(always)]
fn row_deviations<S: Simd>(s: S, x: &[Lanes], mean: S::Vector) -> S::Vector {
    let (quads, rest) = x.as_chunks::<4>();
    let mut sums = [s.zero(); 4];
    for quad in quads {
        for (sum, x) in sums.iter_mut().zip(quad) {
            let d = s.sub(s.load(x), mean);
            *sum = s.mul_add(d, d, *sum);
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        let d = s.sub(s.load(x), mean);
        *sum = s.mul_add(d, d, *sum);
    }
    s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3]))
}

/// Mean and sum of squared deviations of `count` values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub count: usize,
    /// The mean of the values.
    pub mean: f64,
    /// The sum of the squared deviations from the mean.
    pub deviations: f64,
}

impl Moments {
    /// The variance with which training normalises. It is divided by the count.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.deviations / self.count.max(1) as f64
    }

    /// The variance for the running statistics. It is divided by the count minus one (by one for a single value).
    #[must_use]
    pub fn unbiased_variance(&self) -> f64 {
        self.deviations / self.count.saturating_sub(1).max(1) as f64
    }
}

/// One channel's moments over a batch, from `(mean, sum of squared deviations)` of each image, every image having `count`
/// values of the channel: Chan, Golub and LeVeque (1979), image after image in the order given, in f64.
#[must_use]
pub fn combine(count: usize, images: impl IntoIterator<Item = (f32, f32)>) -> Moments {
    let mut all = Moments::default();
    for (mean, deviations) in images {
        let (before, added) = (all.count as f64, count as f64);
        let total = before + added;
        let delta = f64::from(mean) - all.mean;
        all.mean += delta * added / total;
        all.deviations += f64::from(deviations) + delta * delta * before * added / total;
        all.count += count;
    }
    all
}

/// Scale and shift of one channel: a batch norm is `scale * x + shift`.
#[must_use]
pub fn affine(mean: f64, rstd: f64, gamma: f32, beta: f32) -> (f32, f32) {
    let scale = f64::from(gamma) * rstd;
    (scale as f32, (f64::from(beta) - mean * scale) as f32)
}

/// The results of the backward pass of one channel over the whole batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// The coefficients of the gradient of the input, `k[0] * g + k[1] * x + k[2]`.
    pub k: [f32; 3],
    /// The gradient of gamma.
    pub dgamma: f32,
    /// The gradient of beta.
    pub dbeta: f32,
}

/// Computes the backward pass of one channel from `sum_g = sum g` and `sum_gx = sum g * x_hat` over the `count` values of the whole
/// batch (images times pixels): `dx = gamma * rstd * (g - sum_g / count - x_hat * sum_gx / count)`.
#[must_use]
pub fn coefficients(sum_g: f64, sum_gx: f64, mean: f32, rstd: f32, gamma: f32, count: usize) -> Coefficients {
    let (mean, rstd, count) = (f64::from(mean), f64::from(rstd), count as f64);
    let scale = f64::from(gamma) * rstd;
    let slope = -scale * rstd * sum_gx / count;
    let k = [scale, slope, -scale * sum_g / count - slope * mean];
    Coefficients { k: k.map(|k| k as f32), dgamma: sum_gx as f32, dbeta: sum_g as f32 }
}

/// `dx = k[0] * g + k[1] * x + k[2]`, channel by channel; see [`coefficients`].
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn backward(isa: Isa, x: MapRef<'_>, g: MapRef<'_>, k: [&[f32]; 3], mut dx: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &dx.extent());
    assert_same_shape(&g.extent(), &dx.extent());
    dx.begin(write);
    isa.call(Backward { x, gradient: Some(g), k, dx, write });
}

/// `dx = scale * g`, channel by channel: the backward pass of a norm whose statistics are fixed.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn fixed_backward(isa: Isa, g: MapRef<'_>, scale: &[f32], mut dx: MapMut<'_>, write: Write) {
    assert_same_shape(&g.extent(), &dx.extent());
    assert_channels(scale, &dx.extent());
    dx.begin(write);
    isa.call(FixedBackward { g, scale, dx, write });
}

struct FixedBackward<'a> {
    g: MapRef<'a>,
    scale: &'a [f32],
    dx: MapMut<'a>,
    write: Write,
}

impl Kernel for FixedBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.dx.extent();
        for b in 0..extent.blocks() {
            let scale = channels(s, self.scale, &extent, b);
            for y in 0..extent.height {
                let pixels = self.g.row(b, y).iter().zip(self.dx.row_mut(b, y));
                match self.write {
                    Write::Set => pixels.for_each(|(g, dx)| s.store(s.mul(scale, s.load(g)), dx)),
                    Write::Add => pixels.for_each(|(g, dx)| s.store(s.mul_add(scale, s.load(g), s.load(dx)), dx)),
                }
            }
        }
    }
}

/// The same as [`backward`] with `dx` in the place of `g`.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn backward_in_place(isa: Isa, x: MapRef<'_>, k: [&[f32]; 3], g: MapMut<'_>) {
    assert_same_shape(&x.extent(), &g.extent());
    isa.call(Backward { x, gradient: None, k, dx: g, write: Write::Set });
}

struct Backward<'a> {
    x: MapRef<'a>,
    /// In the place of `dx` if `None`.
    gradient: Option<MapRef<'a>>,
    k: [&'a [f32]; 3],
    dx: MapMut<'a>,
    write: Write,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.dx.extent();
        for k in self.k {
            assert_channels(k, &extent);
        }
        for b in 0..extent.blocks() {
            let k = [
                channels(s, self.k[0], &extent, b),
                channels(s, self.k[1], &extent, b),
                channels(s, self.k[2], &extent, b),
            ];
            for y in 0..extent.height {
                let x = self.x.row(b, y);
                let dx = self.dx.row_mut(b, y);
                match (self.gradient, self.write) {
                    (None, _) => {
                        for (x, dx) in x.iter().zip(dx) {
                            s.store(apply(s, k, s.load(dx), s.load(x)), dx);
                        }
                    }
                    (Some(g), Write::Set) => {
                        for ((g, x), dx) in g.row(b, y).iter().zip(x).zip(dx) {
                            s.store(apply(s, k, s.load(g), s.load(x)), dx);
                        }
                    }
                    (Some(g), Write::Add) => {
                        for ((g, x), dx) in g.row(b, y).iter().zip(x).zip(dx) {
                            s.store(s.add(s.load(dx), apply(s, k, s.load(g), s.load(x))), dx);
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn apply<S: Simd>(s: S, k: [S::Vector; 3], g: S::Vector, x: S::Vector) -> S::Vector {
    s.mul_add(k[0], g, s.mul_add(k[1], x, k[2]))
}
