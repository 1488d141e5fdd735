//! Softmax without overflow.

/// The normalisation of one image's softmax: its largest logit and the logarithm of the sum of exponentials relative to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogSoftmax {
    largest: f64,
    log_sum: f64,
}

impl LogSoftmax {
    /// Computes both in one pass each, in class order.
    pub fn of(logits: &[f32]) -> Self {
        let largest = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let log_sum = logits.iter().map(|&z| (f64::from(z) - largest).exp()).sum::<f64>().ln();
        Self { largest, log_sum }
    }

    /// The logarithm of the probability of a class with this logit.
    pub fn log_probability(self, logit: f32) -> f64 {
        f64::from(logit) - self.largest - self.log_sum
    }
}
