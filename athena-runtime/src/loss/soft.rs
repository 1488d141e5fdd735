//! Softmax over the channels at each pixel, without overflow.

use std::ops::Range;

/// Number of neighbouring pixels whose softmax is computed side by side. Their logits of one channel are next to each other in memory.
pub(super) const LANES: usize = 16;

/// The pixels of a map in runs of up to [`LANES`].
pub(super) fn runs(pixels: usize) -> impl Iterator<Item = Range<usize>> {
    (0..pixels).step_by(LANES).map(move |from| from..pixels.min(from + LANES))
}

/// The normalisation of the softmax at each pixel of a run: its largest logit, and the logarithm of the sum of exponentials relative to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogSoftmax {
    largest: [f64; LANES],
    log_sum: [f64; LANES],
}

impl LogSoftmax {
    /// Computes both in one pass each, in the order of the channels. `logits` are a map of C x `pixels`.
    pub fn of(logits: &[f32], pixels: usize, run: &Range<usize>) -> Self {
        let channels = || logits.chunks_exact(pixels).map(|channel| &channel[run.clone()]);
        let mut most = [f32::NEG_INFINITY; LANES];
        for channel in channels() {
            for (most, &z) in most.iter_mut().zip(channel) {
                *most = most.max(z);
            }
        }
        let largest = most.map(f64::from);
        let mut sum = [0.0; LANES];
        for channel in channels() {
            for ((sum, largest), &z) in sum.iter_mut().zip(&largest).zip(channel) {
                *sum += (f64::from(z) - largest).exp();
            }
        }
        Self { largest, log_sum: sum.map(f64::ln) }
    }

    /// The logarithm of the probability of a channel with this logit at the pixel in this lane.
    pub fn log_probability(&self, lane: usize, logit: f32) -> f64 {
        f64::from(logit) - self.largest[lane] - self.log_sum[lane]
    }
}
