//! Cross-entropy.

use super::{Loss, Targets, check_labels, soft::LogSoftmax};
use crate::error::Error;

/// Cross-entropy of a softmax over the outputs, as `torch.nn.CrossEntropyLoss`: the mean over the batch of `-log p[class]`.
///
/// With label smoothing `e` over `K` classes (Szegedy et al. 2016) the target is `1 - e` on the class plus `e / K` on every
/// one. The softmax is computed within the loss, by log-sum-exp in f64, so logits of any size give a finite loss; the network
/// may end with `softmax` or not, the result is the same.
///
/// ```
/// use athena::loss::{CrossEntropy, Loss, Targets};
///
/// // A trainer takes it as it is: `Trainer::builder(network).loss(smooth)`.
/// let smooth = CrossEntropy::new().label_smoothing(0.1);
///
/// // Equal scores of four classes: each has a probability of 1/4, and the loss is ln 4.
/// let mut gradients = [0.0; 4];
/// let loss = smooth.loss(&[5.0; 4], 4, false, Targets::Classes(&[2]), &mut gradients);
/// assert!((loss - 4.0_f64.ln()).abs() < 1e-6);
/// assert!((gradients[2] - (0.25 - 0.925)).abs() < 1e-6); // the target is 0.9 + 0.1 / 4
/// ```
#[doc(alias(
    "CrossEntropyLoss",
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
    "NLLLoss",
    "softmax loss"
))]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    smoothing: f64,
}

impl CrossEntropy {
    /// Without label smoothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { smoothing: 0.0 }
    }

    /// Label smoothing: 0 (none) to 1.
    #[must_use]
    pub const fn label_smoothing(self, smoothing: f64) -> Self {
        Self { smoothing }
    }

    /// Loss and, in `gradient`, `p - target` of one image.
    fn image(self, logits: &[f32], class: usize, scale: f64, gradient: &mut [f32]) -> f64 {
        let soft = LogSoftmax::of(logits);
        let spread = self.smoothing / logits.len() as f64;
        let hit = 1.0 - self.smoothing;
        let mut sum = 0.0;
        for (k, (&z, g)) in logits.iter().zip(gradient).enumerate() {
            let log_p = soft.log_probability(z);
            let target = if k == class { hit + spread } else { spread };
            // An impossible class that nobody asks for adds nothing, rather than 0 * infinity.
            if target > 0.0 {
                sum -= target * log_p;
            }
            *g = ((log_p.exp() - target) * scale) as f32;
        }
        sum
    }
}

impl Loss for CrossEntropy {
    fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.smoothing) {
            let found = self.smoothing.to_string();
            return Err(Error::Argument { name: "CrossEntropy::label_smoothing", expected: "0 to 1".into(), found });
        }
        match targets {
            Targets::Classes(labels) => check_labels(labels, images, classes),
            Targets::Values(_) => Err(Error::Targets(
                "cross-entropy needs the class of each image, but the batch has values; use mean squared error for these".into(),
            )),
        }
    }

    fn loss(&self, logits: &[f32], classes: usize, _softmax: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
        let Targets::Classes(labels) = targets else { return f64::NAN };
        let scale = 1.0 / labels.len() as f64;
        let images = logits.chunks_exact(classes).zip(gradients.chunks_exact_mut(classes));
        images.zip(labels).map(|((z, g), &class)| self.image(z, class as usize, scale, g)).sum::<f64>() * scale
    }
}
