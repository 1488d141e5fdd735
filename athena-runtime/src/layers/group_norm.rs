//! Group normalisation (Wu and He 2018): each group of channels of each image is normalised to mean 0 and variance 1, and then
//! each channel is scaled and shifted.
//!
//! A group may begin within a block of sixteen channels. So the kernels sum each channel separately, and the statistics of a
//! group are combined from those of its channels. After that, a map needs only a few numbers per channel, as with batch norms:
//!
//! ```text
//! forward:    y  = scale[c] * x + shift[c]
//! backward:   dx = k1[c] * dy + k2[c] * x + k3[c]
//! ```

use super::Describe;
use super::batch_norm::kernel::{self as norm, Moments};
use super::elementwise::kernel::{self as elementwise, Affine, NormSums, Term, add_sums};
use super::scale_shift::{ImageNorm, ImageNormInfo};
use crate::exec::{Pass, Working};
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{Map, MapMut, MapRef, padded};
use crate::ops::Write;

/// Normalises groups of channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Groups {
    count: usize,
}

/// A group norm over `C` channels.
pub type GroupNorm<const C: usize> = ImageNorm<Groups, C>;

/// A [`GroupNorm`] without its channels in the type.
pub type GroupNormInfo = ImageNormInfo<Groups>;

impl<const C: usize> GroupNorm<C> {
    /// The group norm whose parameters start at `offset`.
    #[must_use]
    pub const fn at(offset: usize, groups: usize, eps: f32, affine: bool) -> Self {
        assert!(groups > 0 && C.is_multiple_of(groups), "groups of equally many channels");
        Self::new(offset, eps, affine, Groups { count: groups })
    }
}

impl Describe for GroupNormInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

/// The form in which PyTorch exports it: an instance norm whose channels are the groups, and then scales and shifts as those of a
/// batch norm with mean 0 and variance 1.
#[cfg(feature = "onnx")]
impl crate::onnx::graph::ToNodes for GroupNormInfo {
    fn add_to(&self, layer: &mut crate::onnx::graph::Layer<'_, '_>) {
        use crate::onnx::graph::float;
        let (groups, channels, affine) = (self.over.count, self.affine.channels, self.affine.affine);
        if groups == channels && layer.shape.len() == 3 {
            return self.add_instance_norm(layer);
        }
        let group = layer.shape.iter().product::<usize>() / groups;
        let grouped = layer.whole_numbers("groups.shape", &[0, groups, group]);
        let x = layer.inputs[0].clone();
        let x = layer.step("groups", "Reshape", vec![x, grouped], &[groups, group], Vec::new());
        let [ones, zeros] =
            [("ones", 1.0), ("zeros", 0.0)].map(|(name, value)| layer.vector(name, &vec![value; groups]));
        let eps = vec![float("epsilon", self.eps)];
        let x = layer.step("normalised", "InstanceNormalization", vec![x, ones, zeros], &[groups, group], eps);
        let whole: Vec<usize> = std::iter::once(0).chain(layer.shape.iter().copied()).collect();
        let whole = layer.whole_numbers("shape", &whole);
        if !affine {
            return layer.node("Reshape", vec![x, whole], Vec::new());
        }
        let x = layer.step("whole", "Reshape", vec![x, whole], layer.shape, Vec::new());
        let [weight, bias] = ["weight", "bias"].map(|name| layer.tensor(name));
        let [mean, variance] =
            [("mean", 0.0), ("variance", 1.0)].map(|(name, of)| layer.vector(name, &vec![of; channels]));
        layer.node("BatchNormalization", vec![x, weight, bias, mean, variance], vec![float("epsilon", 0.0)]);
    }
}

#[cfg(feature = "onnx")]
impl GroupNormInfo {
    /// As many groups as channels, over a map.
    fn add_instance_norm(&self, layer: &mut crate::onnx::graph::Layer<'_, '_>) {
        let vector = |value: f32| vec![value; self.affine.channels];
        let [weight, bias] = match self.affine.affine {
            true => ["weight", "bias"].map(|name| layer.tensor(name)),
            false => [("ones", 1.0), ("zeros", 0.0)].map(|(name, value)| layer.vector(name, &vector(value))),
        };
        let inputs = vec![layer.inputs[0].clone(), weight, bias];
        layer.node("InstanceNormalization", inputs, vec![crate::onnx::graph::float("epsilon", self.eps)]);
    }
}

/// The number of vectors, with one number per channel, in the working memory of the backward pass. The forward pass needs fewer.
const VECTORS: usize = 9;

impl Working for GroupNormInfo {
    fn work_len(&self, _: usize) -> usize {
        VECTORS * padded(self.affine.channels)
    }
}

impl Pass<'_> {
    /// `y = gamma * (x - mean) / sqrt(variance + eps) + beta`, with mean and variance over each group of an image.
    pub fn group_norm<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &GroupNorm<C>,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        let (info, work) = (of.info(), std::mem::take(&mut self.work));
        self.each(&mut |image| {
            let parameters = info.affine.of(image.context.parameters);
            let ([x], [y]) = image.arena.maps([x.slot()], [y.slot()]);
            forward(image.context.isa, &info, parameters, x, y, work);
        });
        self.work = work;
    }

    /// Computes the gradient of a group norm's input, if `dx` is given, and with `learns` those of gamma and beta.
    pub fn group_norm_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &GroupNorm<C>,
        x: Map<C, H, W>,
        dy: Map<C, H, W>,
        dx: Option<(Map<C, H, W>, Write)>,
        learns: bool,
    ) {
        let (info, work) = (of.info(), std::mem::take(&mut self.work));
        self.each(&mut |image| {
            let parameters = info.affine.of(image.context.parameters);
            let isa = image.context.isa;
            let ([from, gradient], []) = image.arena.maps([x.slot(), dy.slot()], []);
            let sums = backward_sums(isa, &info, parameters, from, gradient, work);
            if learns {
                let range = info.affine.range();
                let sum = &mut image.accumulators[image.context.position(range)..][..range.len];
                sum.iter_mut().zip(sums.parameters).for_each(|(sum, gradient)| *sum += gradient);
            }
            if let Some((dx, write)) = dx {
                let ([x, dy], [dx]) = image.arena.maps([x.slot(), dy.slot()], [dx.slot()]);
                norm::backward(isa, x, dy, sums.coefficients, dx, write);
            }
        });
        self.work = work;
    }
}

/// The range of channels of each group.
fn groups(of: &GroupNormInfo) -> impl Iterator<Item = std::ops::Range<usize>> {
    let size = of.affine.channels / of.over.count;
    (0..of.over.count).map(move |group| group * size..(group + 1) * size)
}

/// The mean of a group, and one divided by its standard deviation, from the statistics of its channels.
fn group_statistics(of: &GroupNormInfo, pixels: usize, means: &[f32], deviations: &[f32]) -> (f64, f64) {
    let channels = means.iter().zip(deviations).map(|(mean, deviations)| (*mean, *deviations));
    let moments: Moments = norm::combine(pixels, channels);
    (moments.mean, 1.0 / (moments.variance() + f64::from(of.eps)).sqrt())
}

fn forward(
    isa: Isa,
    of: &GroupNormInfo,
    parameters: Option<(&[f32], &[f32])>,
    x: MapRef<'_>,
    y: MapMut<'_>,
    work: &mut [f32],
) {
    let (wide, pixels) = (padded(of.affine.channels), x.extent().height * x.extent().width);
    let (sums, rest) = work.split_at_mut(2 * wide);
    norm::statistics(isa, x, sums);
    let (means, deviations) = sums.split_at(wide);
    let (scale, shift) = rest[..2 * wide].split_at_mut(wide);
    for channels in groups(of) {
        let (mean, rstd) = group_statistics(of, pixels, &means[channels.clone()], &deviations[channels.clone()]);
        for c in channels {
            let (gamma, beta) = parameters.map_or((1.0, 0.0), |(gamma, beta)| (gamma[c], beta[c]));
            (scale[c], shift[c]) = norm::affine(mean, rstd, gamma, beta);
        }
    }
    let term = Term { x, affine: Some(Affine { scale, shift }) };
    elementwise::forward(isa, &[term], &[], y);
}

/// The sums of the backward pass of one image, from which the gradient of the input is computed.
struct Sums<'a> {
    /// The gradients of gamma, then of beta.
    parameters: &'a [f32],
    /// The three coefficients of each channel for the gradient of the input.
    coefficients: [&'a [f32]; 3],
}

/// With `x_hat = (x - mean) * rstd`, and means over the `n` numbers of a group:
///
/// ```text
/// dgamma[c] = sum of dy * x_hat,  dbeta[c] = sum of dy
/// dx = rstd * (gamma[c] * dy - mean(gamma * dy) - x_hat * mean(gamma * dy * x_hat))
/// ```
fn backward_sums<'a>(
    isa: Isa,
    of: &GroupNormInfo,
    parameters: Option<(&[f32], &[f32])>,
    x: MapRef<'_>,
    dy: MapRef<'_>,
    work: &'a mut [f32],
) -> Sums<'a> {
    let (wide, pixels) = (padded(of.affine.channels), x.extent().height * x.extent().width);
    let (statistics, rest) = work[..VECTORS * wide].split_at_mut(2 * wide);
    let (moments, rest) = rest.split_at_mut(2 * wide);
    let (sums, coefficients) = rest.split_at_mut(2 * wide);
    norm::statistics(isa, x, statistics);
    let (mean, rstd) = moments.split_at_mut(wide);
    for channels in groups(of) {
        let (means, deviations) = statistics.split_at(wide);
        let of_group = group_statistics(of, pixels, &means[channels.clone()], &deviations[channels.clone()]);
        mean[channels.clone()].fill(of_group.0 as f32);
        rstd[channels].fill(of_group.1 as f32);
    }
    sums.fill(0.0);
    isa.call(AddSums { x, dy, norm: NormSums { mean, rstd, sums } });
    let (sum_g, sum_gx) = sums.split_at(wide);
    let (k1, rest) = coefficients.split_at_mut(wide);
    let (k2, k3) = rest.split_at_mut(wide);
    for channels in groups(of) {
        let gamma = |c: usize| parameters.map_or(1.0, |(gamma, _)| f64::from(gamma[c]));
        let count = (channels.len() * pixels) as f64;
        let total = |of: &[f32]| channels.clone().map(|c| gamma(c) * f64::from(of[c])).sum::<f64>() / count;
        let (mean_g, mean_gx) = (total(sum_g), total(sum_gx));
        for c in channels.clone() {
            let (mean, rstd) = (f64::from(mean[c]), f64::from(rstd[c]));
            let slope = -rstd * rstd * mean_gx;
            (k1[c], k2[c]) = ((gamma(c) * rstd) as f32, slope as f32);
            k3[c] = (-rstd * mean_g - slope * mean) as f32;
        }
    }
    // Gamma is stored before beta, so its gradients come first.
    let parameters = statistics;
    parameters[..wide].copy_from_slice(sum_gx);
    parameters[wide..].copy_from_slice(sum_g);
    Sums { parameters, coefficients: [k1, k2, k3] }
}

/// Adds each channel's `sum of dy` and `sum of dy * x_hat`.
struct AddSums<'a> {
    x: MapRef<'a>,
    dy: MapRef<'a>,
    norm: NormSums<'a>,
}

impl Kernel for AddSums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.x.extent();
        for (b, y) in (0..extent.blocks()).flat_map(|b| (0..extent.height).map(move |y| (b, y))) {
            add_sums(s, &mut self.norm, self.x.row(b, y), self.dy.row(b, y), &extent, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scale_shift::ScaleShift;
    use super::*;
    use crate::kernels::testing::*;
    use crate::layout::Extent;

    const EPS: f32 = 1e-5;

    /// Each size with every number of groups that divides its channels.
    fn cases() -> Vec<(Extent, GroupNormInfo)> {
        let of = |e: &Extent, groups| GroupNormInfo {
            affine: ScaleShift::at(0, e.channels, true),
            eps: EPS,
            over: Groups { count: groups },
        };
        let mut sizes = sizes();
        sizes.extend([extent(24, 2, 3, [1, 0]), extent(48, 3, 2, [0, 1]), extent(64, 1, 1, [0, 0])]);
        let cases = sizes.into_iter().flat_map(|e| {
            let divisors = (1..=e.channels).filter(move |groups| e.channels % groups == 0);
            divisors.map(move |groups| (e, of(&e, groups)))
        });
        cases.collect()
    }

    /// The definition, in f64.
    fn reference(of: &GroupNormInfo, e: &Extent, x: &[f64], gamma: &[f64], beta: &[f64]) -> Vec<f64> {
        let plane = e.height * e.width;
        let size = of.affine.channels / of.over.count * plane;
        let group = |x: &[f64]| {
            let mean = x.iter().sum::<f64>() / size as f64;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / size as f64;
            x.iter().map(|x| (x - mean) / (variance + f64::from(of.eps)).sqrt()).collect::<Vec<f64>>()
        };
        let normalised = x.chunks(size).flat_map(group);
        normalised.enumerate().map(|(i, x)| gamma[i / plane] * x + beta[i / plane]).collect()
    }

    fn gamma_beta(of: &GroupNormInfo) -> [Vec<f32>; 2] {
        let vector = |seed: u64| -> Vec<f32> {
            let live = random(seed, of.affine.channels).into_iter().map(|x| 1.0 + x / 2.0);
            live.chain(std::iter::repeat(0.0)).take(padded(of.affine.channels)).collect()
        };
        [vector(7), vector(8)]
    }

    #[test]
    fn values_are_those_of_the_definition() {
        on_each_isa(|isa| {
            for (e, of) in cases() {
                let ([gamma, beta], plain) = (gamma_beta(&of), random(1, numel(&e)));
                let (xe, mut y, mut work) = (with_halo(e, [1, 1]), garbage(&e), vec![f32::NAN; of.work_len(1)]);
                let parameters = Some((&gamma[..], &beta[..]));
                forward(isa, &of, parameters, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e), &mut work);
                let expected = reference(&of, &e, &wide(&plain), &wide(&gamma), &wide(&beta));
                // Where a group's numbers are equal, `scale * x` is as large as 1 / sqrt(eps), and `+ shift` takes it all away again:
                // what is left are the roundings of the two, 2^-23 of that.
                let tolerance = f64::from(f32::EPSILON) / f64::from(EPS).sqrt();
                assert_close(&unpack(&y, &e), &expected, tolerance, &format!("{} {of:?}", isa.name()));
            }
        });
    }

    #[test]
    fn gradients_agree_with_central_differences() {
        on_each_isa(|isa| {
            for (e, of) in cases() {
                let ([gamma, beta], plain, dy) = (gamma_beta(&of), random(1, numel(&e)), random(2, numel(&e)));
                let (x, g, b) = (wide(&plain), wide(&gamma), wide(&beta));
                let expected = gradient(&x, &wide(&dy), |x| reference(&of, &e, x, &g, &b));
                let what = format!("{} {of:?}", isa.name());
                let (xe, dye) = (with_halo(e, [1, 1]), with_halo(e, [0, 2]));
                let (x_map, dy_map) = (pack(&plain, &xe), pack(&dy, &dye));
                let mut work = vec![f32::NAN; of.work_len(1)];
                let parameters = Some((&gamma[..], &beta[..]));
                let maps = (map(&x_map, &xe), map(&dy_map, &dye));
                let sums = backward_sums(isa, &of, parameters, maps.0, maps.1, &mut work);
                // A group of one number has no slope, and one of two hardly any: the largest gradient may be rounding alone.
                check_gradient(&e, &expected, 1e-3, &what, |dx, write| {
                    norm::backward(isa, maps.0, maps.1, sums.coefficients, dx, write);
                });
                let (dgamma, dbeta) = sums.parameters.split_at(padded(of.affine.channels));
                let live =
                    |of: &[f32], channels: usize| of[..channels].iter().map(|x| f64::from(*x)).collect::<Vec<_>>();
                let expected = gradient(&g[..of.affine.channels], &wide(&dy), |g| reference(&of, &e, &x, g, &b));
                assert_close(&live(dgamma, of.affine.channels), &expected, 1e-4, &what);
                let expected = gradient(&b[..of.affine.channels], &wide(&dy), |b| reference(&of, &e, &x, &g, b));
                assert_close(&live(dbeta, of.affine.channels), &expected, 1e-4, &what);
            }
        });
    }
}
