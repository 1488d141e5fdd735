//! Losses that look at each output by itself: the mean over all outputs of a function of the output and its target.

use super::Targets;
use super::soft::{LANES, LogSoftmax, runs};
use super::targets::{numbers, pixels};
use crate::float_control::flushing_subnormals;
use crate::threads;
use std::array::from_fn;
use std::sync::atomic::{AtomicU64, Ordering};

/// The outputs of one image, C x `pixels`, with their targets and the place of their gradient.
pub(super) struct Part<'a> {
    pub logits: &'a [f32],
    pub pixels: usize,
    pub wanted: Targets<'a>,
    pub gradient: &'a mut [f32],
}

impl<'a> Part<'a> {
    /// The part of image `index` of a batch.
    fn of(index: usize, logits: &'a [f32], shape: [usize; 3], targets: Targets<'a>, gradient: &'a mut [f32]) -> Self {
        let (len, pixels) = (numbers(shape), pixels(shape));
        let wanted = match targets {
            Targets::Classes(labels) => Targets::Classes(&labels[index * pixels..][..pixels]),
            Targets::Values(values) => Targets::Values(&values[index * len..][..len]),
        };
        Self { logits: &logits[index * len..][..len], pixels, wanted, gradient }
    }
}

/// What is wanted in a channel at a pixel. Labels stand for one-hot vectors.
pub(super) fn wanted(targets: Targets<'_>, pixels: usize, channel: usize, pixel: usize) -> f64 {
    match targets {
        Targets::Classes(labels) => f64::from(u8::from(labels[pixel] as usize == channel)),
        Targets::Values(values) => f64::from(values[channel * pixels + pixel]),
    }
}

/// The mean over all outputs of `f`, which gives the loss and the slope for an output and its target. With `softmax` the outputs are the softmax
/// of `logits` over the channels.
pub(super) fn mean(
    logits: &[f32],
    shape: [usize; 3],
    softmax: bool,
    targets: Targets<'_>,
    gradients: &mut [f32],
    f: impl Fn(f64, f64) -> (f64, f64) + Copy + Sync,
) -> f64 {
    let scale = 1.0 / logits.len() as f64;
    let image = |part: Part<'_>| match softmax {
        true => through_softmax(part, scale, f),
        false => plain(part, scale, |_, output, wanted| f(output, wanted)),
    };
    scale * each_image(logits, shape, targets, gradients, image)
}

/// Number of images whose losses are computed at a time. They lie on the stack, because a step allocates nothing.
const IMAGES_AT_ONCE: usize = 64;

/// Below this number of outputs one thread computes all losses: handing parts to other threads would take about as long.
const COMPUTED_BY_ONE: usize = 1 << 14;

/// The sum over the images of `image`, in their order. Large batches are computed by all threads.
pub(super) fn each_image(
    logits: &[f32],
    shape: [usize; 3],
    targets: Targets<'_>,
    gradients: &mut [f32],
    image: impl Fn(Part<'_>) -> f64 + Sync,
) -> f64 {
    let len = numbers(shape);
    if logits.len() < COMPUTED_BY_ONE {
        return one_by_one(logits, shape, targets, gradients, image);
    }
    let many = gradients.chunks_mut(IMAGES_AT_ONCE * len).enumerate();
    let sums = many.flat_map(|(chunk, gradients)| {
        let (first, images) = (chunk * IMAGES_AT_ONCE, gradients.len() / len);
        let sums: [AtomicU64; IMAGES_AT_ONCE] = from_fn(|_| AtomicU64::new(0));
        threads::for_each_chunk(gradients, len, &|index, gradient| {
            let part = Part::of(first + index, logits, shape, targets, gradient);
            sums[index].store(flushing_subnormals(|| image(part)).to_bits(), Ordering::Relaxed);
        });
        sums.into_iter().take(images).map(|sum| f64::from_bits(sum.into_inner()))
    });
    sums.sum()
}

/// The same sum, computed by one thread.
pub(super) fn one_by_one(
    logits: &[f32],
    shape: [usize; 3],
    targets: Targets<'_>,
    gradients: &mut [f32],
    mut image: impl FnMut(Part<'_>) -> f64,
) -> f64 {
    let images = gradients.chunks_exact_mut(numbers(shape)).enumerate();
    flushing_subnormals(|| {
        images.map(|(index, gradient)| image(Part::of(index, logits, shape, targets, gradient))).sum()
    })
}

/// The sum over the outputs of one image. `f` gets the channel, too. `scale` turns the sum into the image's part of the mean.
pub(super) fn plain(part: Part<'_>, scale: f64, f: impl Fn(usize, f64, f64) -> (f64, f64)) -> f64 {
    let Part { logits, pixels, wanted: targets, gradient } = part;
    let mut sum = 0.0;
    let channels = logits.chunks_exact(pixels).zip(gradient.chunks_exact_mut(pixels));
    for (channel, (logits, gradient)) in channels.enumerate() {
        for (pixel, (&y, g)) in logits.iter().zip(gradient).enumerate() {
            let (value, slope) = f(channel, f64::from(y), wanted(targets, pixels, channel, pixel));
            sum += value;
            *g = (slope * scale) as f32;
        }
    }
    sum
}

/// The same sum for the softmax of the logits over the channels. If `d` is the gradient with respect to the probabilities `p` of a pixel, then the
/// gradient with respect to its logits is `p * (d - sum of p * d)`.
pub(super) fn through_softmax(part: Part<'_>, scale: f64, f: impl Fn(f64, f64) -> (f64, f64)) -> f64 {
    let Part { logits, pixels, wanted: targets, gradient } = part;
    let mut sum = 0.0;
    for run in runs(pixels) {
        let soft = LogSoftmax::of(logits, pixels, &run);
        let term = |channel: usize, lane: usize, z: f32| {
            let p = soft.log_probability(lane, z).exp();
            let (value, slope) = f(p, wanted(targets, pixels, channel, run.start + lane));
            (p, value, slope)
        };
        let (mut sums, mut means) = ([0.0; LANES], [0.0; LANES]);
        for (channel, logits) in logits.chunks_exact(pixels).enumerate() {
            for (lane, &z) in logits[run.clone()].iter().enumerate() {
                let (p, value, slope) = term(channel, lane, z);
                sums[lane] += value;
                means[lane] += p * slope;
            }
        }
        sum += sums.iter().sum::<f64>();
        let channels = logits.chunks_exact(pixels).zip(gradient.chunks_exact_mut(pixels));
        for (channel, (logits, gradient)) in channels.enumerate() {
            for (lane, (&z, g)) in logits[run.clone()].iter().zip(&mut gradient[run.clone()]).enumerate() {
                let (p, _, slope) = term(channel, lane, z);
                *g = (p * (slope - means[lane]) * scale) as f32;
            }
        }
    }
    sum
}
