//! Losses that look at each output by itself: the mean over all outputs of a function of the output and its target.

use super::soft::LogSoftmax;
use super::{Targets, check_finite, check_labels, check_values};
use crate::error::Error;
use crate::float_control::flushing_subnormals;

/// The target of one image.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// One-hot.
    Class(usize),
    /// A number for each output.
    Values(&'a [f32]),
}

impl Wanted<'_> {
    /// The number for output `k`.
    pub fn of(self, k: usize) -> f64 {
        match self {
            Wanted::Class(class) => f64::from(u8::from(class == k)),
            Wanted::Values(values) => f64::from(values[k]),
        }
    }
}

/// Checks that the targets are labels of classes, or a finite number for each output.
pub(super) fn check_numbers(targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error> {
    match targets {
        Targets::Classes(labels) => check_labels(labels, images, classes),
        Targets::Values(values) => {
            check_values(values, images, classes)?;
            check_finite(values, classes)
        }
    }
}

/// The mean over all outputs of `f`, which gives the loss and the slope for an output and its target. With `softmax` the outputs are the softmax
/// of `logits`.
pub(super) fn mean(
    logits: &[f32],
    classes: usize,
    softmax: bool,
    targets: Targets<'_>,
    gradients: &mut [f32],
    f: impl Fn(f64, f64) -> (f64, f64) + Copy,
) -> f64 {
    let scale = 1.0 / logits.len() as f64;
    let image = |z: &[f32], wanted: Wanted<'_>, g: &mut [f32]| match softmax {
        true => through_softmax(z, wanted, scale, g, f),
        false => plain(z, wanted, scale, g, f),
    };
    scale * each_image(logits, classes, targets, gradients, image)
}

/// The sum over the images of `image`, which gets the outputs of one image, its target, and the place of its gradient.
pub(super) fn each_image(
    logits: &[f32],
    classes: usize,
    targets: Targets<'_>,
    gradients: &mut [f32],
    image: impl Fn(&[f32], Wanted<'_>, &mut [f32]) -> f64,
) -> f64 {
    let images = logits.chunks_exact(classes).zip(gradients.chunks_exact_mut(classes)).enumerate();
    let image = |(i, (z, g)): (usize, (&[f32], &mut [f32]))| {
        let wanted = match targets {
            Targets::Classes(labels) => Wanted::Class(labels[i] as usize),
            Targets::Values(values) => Wanted::Values(&values[i * classes..][..classes]),
        };
        image(z, wanted, g)
    };
    flushing_subnormals(|| images.map(image).sum())
}

/// The sum over the outputs of one image. `scale` turns the sum into the image's part of the mean.
fn plain(
    outputs: &[f32],
    wanted: Wanted<'_>,
    scale: f64,
    gradient: &mut [f32],
    f: impl Fn(f64, f64) -> (f64, f64),
) -> f64 {
    let mut sum = 0.0;
    for (k, (&y, g)) in outputs.iter().zip(gradient).enumerate() {
        let (value, slope) = f(f64::from(y), wanted.of(k));
        sum += value;
        *g = (slope * scale) as f32;
    }
    sum
}

/// The same sum for the softmax of `logits`. If `d` is the gradient with respect to the probabilities `p`, then the gradient with respect to the
/// logits is `p * (d - sum of p * d)`.
pub(super) fn through_softmax(
    logits: &[f32],
    wanted: Wanted<'_>,
    scale: f64,
    gradient: &mut [f32],
    f: impl Fn(f64, f64) -> (f64, f64),
) -> f64 {
    let soft = LogSoftmax::of(logits);
    let terms = || {
        logits.iter().enumerate().map(|(k, &z)| {
            let p = soft.log_probability(z).exp();
            let (value, slope) = f(p, wanted.of(k));
            (p, value, slope)
        })
    };
    let (sum, mean) = terms().fold((0.0, 0.0), |(sum, mean), (p, value, d)| (sum + value, mean + p * d));
    for ((p, _, d), g) in terms().zip(gradient) {
        *g = (p * (d - mean) * scale) as f32;
    }
    sum
}
