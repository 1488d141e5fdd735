//! Cross-entropy.

use super::{Loss, Measure, Targets, check_labels, check_values, soft::LogSoftmax};
use crate::error::Error;
use crate::float_control::flushing_subnormals;

/// Cross-entropy of a softmax over the outputs, as `torch.nn.CrossEntropyLoss`: the mean over the batch of `-log p[class]`.
///
/// Targets are labels, or values that are the probabilities of the classes (N x classes), as for mixup and distillation. With
/// probabilities `t` the loss of an image is `-sum of t[k] * log p[k]`. They must be finite and not negative, and sum to 1 for
/// each image. The sum may differ from 1 by 0.01, so that probabilities from a network in half precision are accepted.
///
/// With label smoothing `e` over `K` classes (Szegedy et al. 2016), the target of each class is `1 - e` times the label or
/// probability, plus `e / K`. The loss computes the softmax itself, by log-sum-exp in f64, so logits of any size give a finite
/// loss. The result is the same whether the network ends with `softmax` or not.
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
///
/// Images that belong to two classes, as in mixup:
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     // Two images of 2 pixels: the first is of class 0, the second may be either.
///     let mixed = Batch::<Image<1, 1, 2>, Classes<2>>::new([0.1, 0.2, 0.3, 0.4], [[1.0, 0.0], [0.5, 0.5]])?;
///     let loss = CrossEntropy::new().label_smoothing(0.1);
///     loss.check(mixed.targets(), mixed.len(), 2)?;
///     Ok(())
/// }
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

/// The largest difference between 1 and the sum of an image's probabilities. For a thousand classes, each rounded to bf16, the
/// sum is within 0.4 %.
const SLACK: f64 = 0.01;

impl CrossEntropy {
    /// The loss without label smoothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { smoothing: 0.0 }
    }

    /// Sets the label smoothing: 0 (none) to 1.
    #[must_use]
    pub const fn label_smoothing(self, smoothing: f64) -> Self {
        Self { smoothing }
    }

    /// Computes the loss of one image whose class `k` has the target probability `wanted(k)` before smoothing; their sum is
    /// `whole`. Writes the image's part of the gradient, `p * sum of targets - target`, to `gradient`.
    fn image(self, logits: &[f32], wanted: impl Fn(usize) -> f64, whole: f64, scale: f64, gradient: &mut [f32]) -> f64 {
        let soft = LogSoftmax::of(logits);
        let spread = self.smoothing / logits.len() as f64;
        let kept = 1.0 - self.smoothing;
        let whole = kept * whole + self.smoothing;
        let mut sum = 0.0;
        for (k, (&z, g)) in logits.iter().zip(gradient).enumerate() {
            let log_p = soft.log_probability(z);
            let target = kept * wanted(k) + spread;
            // A class with probability 0 and target 0 adds nothing; the product would be 0 * infinity.
            if target > 0.0 {
                sum -= target * log_p;
            }
            *g = ((whole * log_p.exp() - target) * scale) as f32;
        }
        sum
    }
}

impl Loss for CrossEntropy {
    fn check_settings(&self) -> Result<(), Error> {
        if (0.0..=1.0).contains(&self.smoothing) {
            return Ok(());
        }
        let found = self.smoothing.to_string();
        Err(Error::Argument { name: "CrossEntropy::label_smoothing", expected: "0 to 1".into(), found })
    }

    fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error> {
        self.check_settings()?;
        match targets {
            Targets::Classes(labels) => check_labels(labels, images, classes),
            Targets::Values(values) => {
                check_values(values, images, classes)?;
                check_probabilities(values, classes)
            }
        }
    }

    fn measure(&self, _: Targets<'_>) -> Measure {
        Measure::Accuracy
    }

    fn loss(&self, logits: &[f32], classes: usize, _softmax: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
        let scale = classes as f64 / logits.len() as f64;
        let images = logits.chunks_exact(classes).zip(gradients.chunks_exact_mut(classes));
        let sum: f64 = flushing_subnormals(|| match targets {
            Targets::Classes(labels) => images
                .zip(labels)
                .map(|((z, g), &class)| self.image(z, |k| f64::from(u8::from(k == class as usize)), 1.0, scale, g))
                .sum(),
            Targets::Values(values) => images
                .zip(values.chunks_exact(classes))
                .map(|((z, g), t)| {
                    let whole = t.iter().map(|&t| f64::from(t)).sum();
                    self.image(z, |k| f64::from(t[k]), whole, scale, g)
                })
                .sum(),
        });
        sum * scale
    }
}

/// Checks that each image's values are probabilities of the classes.
fn check_probabilities(values: &[f32], classes: usize) -> Result<(), Error> {
    let error = |message: String| {
        let help = "cross-entropy takes the probabilities of the classes; use `MeanSquaredError` for other values";
        Err(Error::Targets(format!("{message}: {help}")))
    };
    for (image, values) in values.chunks_exact(classes).enumerate() {
        let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
        // If a value is NaN, the sum is NaN, too.
        let sound = (sum - 1.0).abs() <= SLACK && values.iter().all(|&value| value >= 0.0);
        if sound {
            continue;
        }
        if let Some(class) = values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
            let value = values[class];
            return error(format!("image {image} of the batch has {value} as the probability of class {class}"));
        }
        return error(format!("the values of image {image} of the batch add up to {sum:.4}, not to 1"));
    }
    Ok(())
}
