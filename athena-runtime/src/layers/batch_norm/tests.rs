//! Batch norm through a whole batch: statistics, forward as a fused pass, backward.

use super::kernel::{
    Coefficients, affine, backward, backward_in_place, coefficients, combine, fixed_backward, statistics,
};
use crate::isa::Isa;
use crate::kernels::testing::*;
use crate::layers::elementwise::kernel::{self as elementwise, Affine, Gradient, NormSums, Term};
use crate::layout::Extent;
use crate::layout::padded;

const EPS: f64 = 1e-5;
const IMAGES: usize = 3;

/// A batch `N x C x H x W` as one array.
struct Batch {
    extent: Extent,
    plain: Vec<f32>,
    stored: Vec<Vec<f32>>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
}

impl Batch {
    fn new(extent: Extent, offset: f32) -> Self {
        let size = numel(&extent);
        let plain: Vec<f32> = random(5, IMAGES * size).iter().map(|x| x + offset).collect();
        let stored = plain.chunks(size).map(|image| pack(image, &extent)).collect();
        Self { extent, plain, stored, gamma: random(6, extent.channels), beta: random(7, extent.channels) }
    }

    fn count(&self) -> usize {
        IMAGES * self.extent.height * self.extent.width
    }

    fn statistics(&self, isa: Isa) -> Vec<Vec<f32>> {
        let sums = |x: &Vec<f32>| {
            let mut sums = vec![f32::NAN; 2 * padded(self.extent.channels)];
            statistics(isa, map(x, &self.extent), &mut sums);
            sums
        };
        self.stored.iter().map(sums).collect()
    }
}

/// Which channel a number of the batch belongs to.
fn channel(extent: &Extent, at: usize) -> usize {
    at / (extent.height * extent.width) % extent.channels
}

/// Mean and biased variance of each channel of a batch.
fn moments(extent: &Extent, x: &[f64]) -> Vec<(f64, f64)> {
    let of = |c: usize| x.iter().enumerate().filter(move |(at, _)| channel(extent, *at) == c).map(|(_, x)| *x);
    (0..extent.channels)
        .map(|c| {
            let count = of(c).count() as f64;
            let mean = of(c).sum::<f64>() / count;
            (mean, of(c).map(|x| (x - mean).powi(2)).sum::<f64>() / count)
        })
        .collect()
}

fn normalise(extent: &Extent, x: &[f64], gamma: &[f64], beta: &[f64]) -> Vec<f64> {
    let moments = moments(extent, x);
    x.iter()
        .enumerate()
        .map(|(at, x)| {
            let c = channel(extent, at);
            let (mean, variance) = moments[c];
            gamma[c] * (x - mean) / (variance + EPS).sqrt() + beta[c]
        })
        .collect()
}

#[test]
fn statistics_of_images_combine_to_those_of_the_batch() {
    on_each_isa(|isa| {
        for extent in sizes() {
            let batch = Batch::new(extent, 100.0);
            let sums = batch.statistics(isa);
            let expected = moments(&extent, &wide(&batch.plain));
            for (c, (mean, variance)) in expected.into_iter().enumerate() {
                let second = padded(extent.channels);
                let found = combine(extent.height * extent.width, sums.iter().map(|s| (s[c], s[second + c])));
                assert_eq!(found.count, batch.count());
                assert!((found.mean - mean).abs() < 1e-5, "{} {extent:?}: {found:?}, expected {mean}", isa.name());
                // The mean of 100 is rounded to 4e-6; its square is what the variance may be off by.
                assert!((found.variance() - variance).abs() < 1e-5 * variance + 1e-9, "{found:?}, expected {variance}");
                let unbiased = variance * found.count as f64 / (found.count as f64 - 1.0);
                assert!((found.unbiased_variance() - unbiased).abs() < 1e-5 * unbiased + 1e-9);
            }
            for sums in sums {
                let beyond = |half: usize| &sums[half * padded(extent.channels)..][..padded(extent.channels)];
                assert!([0, 1].map(beyond).iter().all(|half| half[extent.channels..].iter().all(|&x| x == 0.0)));
            }
        }
    });
}

#[test]
fn one_value_has_no_variance() {
    let moments = combine(1, [(3.0, 0.0)]);
    assert_eq!((moments.mean, moments.variance(), moments.unbiased_variance()), (3.0, 0.0, 0.0));
}

/// Mean, 1 / deviation, scale and shift of each padded channel.
fn prepare(batch: &Batch, sums: &[Vec<f32>]) -> [Vec<f32>; 4] {
    let (e, second) = (&batch.extent, padded(batch.extent.channels));
    let mut out = [(); 4].map(|()| vec![0.0; second]);
    for c in 0..e.channels {
        let moments = combine(e.height * e.width, sums.iter().map(|s| (s[c], s[second + c])));
        let rstd = 1.0 / (moments.variance() + EPS).sqrt();
        let (scale, shift) = affine(moments.mean, rstd, batch.gamma[c], batch.beta[c]);
        for (out, value) in out.iter_mut().zip([moments.mean as f32, rstd as f32, scale, shift]) {
            out[c] = value;
        }
    }
    out
}

#[test]
fn a_batch_is_normalised() {
    on_each_isa(|isa| {
        for extent in sizes() {
            let batch = Batch::new(extent, 2.0);
            let [_, _, scale, shift] = prepare(&batch, &batch.statistics(isa));
            let expected = normalise(&extent, &wide(&batch.plain), &wide(&batch.gamma), &wide(&batch.beta));
            for (x, expected) in batch.stored.iter().zip(expected.chunks(numel(&extent))) {
                let term = Term { x: map(x, &extent), affine: Some(Affine { scale: &scale, shift: &shift }) };
                let mut y = garbage(&extent);
                elementwise::forward(isa, &[term], &[], map_mut(&mut y, &extent));
                assert_close(&unpack(&y, &extent), expected, 2e-5, isa.name());
            }
        }
    });
}

#[test]
fn gradients_of_a_batch_agree_with_central_differences() {
    for extent in [extent(3, 2, 3, [1, 0]), extent(17, 1, 2, [0, 2])] {
        let batch = Batch::new(extent, 0.5);
        let size = numel(&extent);
        let dy = random(8, IMAGES * size);
        let (x, gamma, beta) = (wide(&batch.plain), wide(&batch.gamma), wide(&batch.beta));
        let expected = gradient(&x, &wide(&dy), |x| normalise(&extent, x, &gamma, &beta));
        let dgamma = gradient(&gamma, &wide(&dy), |gamma| normalise(&extent, &x, gamma, &beta));
        let dbeta = gradient(&beta, &wide(&dy), |beta| normalise(&extent, &x, &gamma, beta));
        on_each_isa(|isa| {
            let [mean, rstd, scale, shift] = prepare(&batch, &batch.statistics(isa));
            let mut totals = vec![0.0f64; 2 * padded(extent.channels)];
            for (x, dy) in batch.stored.iter().zip(dy.chunks(size)) {
                let mut sums = vec![f32::NAN; totals.len()];
                let norm = NormSums { mean: &mean, rstd: &rstd, sums: &mut sums };
                let term = Term { x: map(x, &extent), affine: Some(Affine { scale: &scale, shift: &shift }) };
                let mut g = pack(dy, &extent);
                let g = map_mut(&mut g, &extent);
                elementwise::backward(isa, &[term], &[], Gradient::InPlace, g, &mut [Some(norm)]);
                totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += f64::from(sum));
            }
            let found: Vec<Coefficients> = (0..extent.channels)
                .map(|c| {
                    let [sum_g, sum_gx] = [totals[c], totals[padded(extent.channels) + c]];
                    coefficients(sum_g, sum_gx, mean[c], rstd[c], batch.gamma[c], batch.count())
                })
                .collect();
            assert_close(&wide(&found.iter().map(|f| f.dgamma).collect::<Vec<_>>()), &dgamma, 1e-5, "dgamma");
            assert_close(&wide(&found.iter().map(|f| f.dbeta).collect::<Vec<_>>()), &dbeta, 1e-5, "dbeta");
            let k = [0, 1, 2].map(|i| {
                let mut k = vec![f32::NAN; padded(extent.channels)];
                found.iter().zip(&mut k).for_each(|(found, k)| *k = found.k[i]);
                k
            });
            let k = [&k[0][..], &k[1], &k[2]];
            for ((x, dy), expected) in batch.stored.iter().zip(dy.chunks(size)).zip(expected.chunks(size)) {
                let g_extent = with_halo(extent, [2, 1]);
                let (g, dx_extent) = (pack(dy, &g_extent), with_halo(extent, [1, 1]));
                check_gradient(&dx_extent, expected, 3e-5, isa.name(), |dx, write| {
                    backward(isa, map(x, &extent), map(&g, &g_extent), k, dx, write);
                });
                let mut dx = g;
                backward_in_place(isa, map(x, &extent), k, map_mut(&mut dx, &g_extent));
                assert_close(&unpack(&dx, &g_extent), expected, 3e-5, isa.name());
            }
        });
    }
}

#[test]
fn the_gradient_before_fixed_statistics_is_scaled() {
    for extent in [extent(3, 2, 3, [1, 0]), extent(17, 1, 2, [0, 2])] {
        let (dy, scale) = (random(8, numel(&extent)), random(9, padded(extent.channels)));
        let expected: Vec<f64> =
            wide(&dy).iter().enumerate().map(|(at, dy)| dy * f64::from(scale[channel(&extent, at)])).collect();
        on_each_isa(|isa| {
            let g_extent = with_halo(extent, [2, 1]);
            let (g, dx_extent) = (pack(&dy, &g_extent), with_halo(extent, [1, 1]));
            check_gradient(&dx_extent, &expected, 1e-6, isa.name(), |dx, write| {
                fixed_backward(isa, map(&g, &g_extent), &scale, dx, write);
            });
        });
    }
}
