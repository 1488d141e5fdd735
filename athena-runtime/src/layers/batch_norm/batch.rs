//! The steps of batch norms between phases: they combine the sums of the images to those of the batch, forward and backward.

use super::{BatchNorm, NormInfo, Sums, SumsInfo, kernel};
use crate::exec::{Memory, Run};
use crate::layout::LANES;
use crate::threads;
use std::ops::Range;

impl Run<'_> {
    /// Computes the statistics of the batch from those of its images, and updates the running statistics. For training.
    pub fn normalise<const C: usize, const H: usize, const W: usize>(
        &mut self,
        norm: &BatchNorm<C>,
        sums: Sums<C, H, W>,
    ) {
        self.normalise_by(&norm.info(), &sums.info());
    }

    /// Computes the gradients of gamma and beta from the sums of the images, and the coefficients for `Pass::norm_backward`.
    pub fn normalise_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        norm: &BatchNorm<C>,
        sums: Sums<C, H, W>,
    ) {
        self.normalise_backward_by(&norm.info(), &sums.info());
    }

    fn normalise_by(&mut self, norm: &NormInfo, sums: &SumsInfo) {
        let Some(learning) = &mut self.learning else { return };
        let Memory { image, image_len, norms, .. } = &mut *self.memory;
        let images = Images { image: &image[..self.batch * *image_len], len: *image_len };
        let parameters = self.parameters;
        let (scale, shift) = norm.pair_mut(&mut norms.affine);
        let (mean, rstd) = norm.pair_mut(&mut norms.statistics);
        let (running_mean, running_var) = norm.pair_mut(learning.running);
        let columns = [scale, shift, mean, rstd, running_mean, running_var];
        for_each_block(columns, &|first, [scale, shift, mean, rstd, running_mean, running_var]| {
            for c in 0..LANES.min(norm.channels - first) {
                let moments = kernel::combine(sums.pixels, images.of(sums, first + c));
                let one_over = 1.0 / (moments.variance() + f64::from(norm.eps)).sqrt();
                let (gamma, beta) = norm.gamma_beta(parameters, first + c);
                (mean[c], rstd[c]) = (moments.mean as f32, one_over as f32);
                (scale[c], shift[c]) = kernel::affine(moments.mean, one_over, gamma, beta);
                update_running(&mut running_mean[c], moments.mean, norm.momentum);
                update_running(&mut running_var[c], moments.unbiased_variance(), norm.momentum);
            }
        });
        let seen = &mut learning.batches[norm.index];
        *seen = seen.saturating_add(1);
    }

    fn normalise_backward_by(&mut self, norm: &NormInfo, sums: &SumsInfo) {
        let Some(learning) = &mut self.learning else { return };
        let Memory { image, image_len, norms, .. } = &mut *self.memory;
        let images = Images { image: &image[..self.batch * *image_len], len: *image_len };
        let count = self.batch * sums.pixels;
        let parameters = self.parameters;
        let (mean, rstd) = norm.pair(&norms.statistics);
        let [k0, k1, k2] = norm.coefficients_mut(&mut norms.coefficients);
        let gradients = norm.parameters().of_mut(learning.gradients);
        // Where there is no gamma or no beta, its part is empty.
        let (dgamma, dbeta) = gradients.split_at_mut(norm.gamma().len);
        for_each_block([k0, k1, k2, dgamma, dbeta], &|first, [k0, k1, k2, dgamma, dbeta]| {
            for c in 0..LANES.min(norm.channels - first) {
                let (g, gx) =
                    images.of(sums, first + c).fold((0.0, 0.0), |(g, gx): (f64, f64), (image_g, image_gx)| {
                        (g + f64::from(image_g), gx + f64::from(image_gx))
                    });
                let (gamma, _) = norm.gamma_beta(parameters, first + c);
                let found = kernel::coefficients(g, gx, mean[first + c], rstd[first + c], gamma, count);
                [k0[c], k1[c], k2[c]] = found.k;
                for (gradients, found) in [(&mut *dgamma, found.dgamma), (&mut *dbeta, found.dbeta)] {
                    gradients.get_mut(c).into_iter().for_each(|gradient| *gradient = found);
                }
            }
        });
        self.largest.see(norm.parameters().of(learning.gradients));
    }
}

/// The images' parts of the arena, `len` floats each.
struct Images<'a> {
    image: &'a [f32],
    len: usize,
}

impl Images<'_> {
    /// The two sums of channel `channel` of each image, in the order of the images.
    fn of(&self, sums: &SumsInfo, channel: usize) -> impl Iterator<Item = (f32, f32)> {
        let (first, second) = (sums.offset + channel, sums.offset + sums.region().len / 2 + channel);
        self.image.chunks_exact(self.len).map(move |image| (image[first], image[second]))
    }
}

/// Updates a running statistic with that of the newest batch.
fn update_running(running: &mut f32, newest: f64, momentum: f32) {
    let momentum = f64::from(momentum);
    *running = ((1.0 - momentum) * f64::from(*running) + momentum * newest) as f32;
}

/// Calls `work` for each block of sixteen channels, in parallel, with the number of its first channel and the block's part of
/// each column. Columns may be empty.
fn for_each_block<const N: usize>(mut columns: [&mut [f32]; N], work: &(impl Fn(usize, [&mut [f32]; N]) + Sync)) {
    let blocks = columns[0].len() / LANES;
    let pieces = blocks.min(threads::PIECES);
    let pieces = (0..pieces).map(|piece| {
        let blocks = threads::bounds(blocks, pieces, piece);
        let parts = columns.each_mut().map(|column| threads::split_off(column, blocks.len() * LANES));
        (blocks, parts)
    });
    threads::for_each_of::<{ threads::PIECES }, _>(pieces, &|(blocks, mut columns): (
        Range<usize>,
        [&mut [f32]; N],
    )| {
        for block in blocks {
            work(block * LANES, columns.each_mut().map(|column| threads::split_off(column, LANES)));
        }
    });
}
