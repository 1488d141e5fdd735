//! Cross-entropy.

use std::ops::Range;

use super::outputs::{Part, each_image, wanted};
use super::soft::{LANES, LogSoftmax, runs};
use super::targets::{check_labels, check_values, numbers, pixel_at, pixels};
use super::{Loss, Measure, Targets};
use crate::error::Error;

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
/// let loss = smooth.loss(&[5.0; 4], [4, 1, 1], false, Targets::Classes(&[2]), &mut gradients);
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
///     loss.check(mixed.targets(), mixed.len(), [2, 1, 1])?;
///     Ok(())
/// }
/// ```
///
/// For maps, as in segmentation, each pixel is classified: the softmax is over the channels, targets are N x H x W labels or N x C x H x W
/// probabilities, and the mean is over the pixels of the batch, without those that [`ignore_index`](Self::ignore_index) leaves out.
///
/// ```
/// use athena::loss::{CrossEntropy, Loss, Targets};
///
/// // Two classes at 1 x 3 pixels: first the scores of class 0, then those of class 1.
/// let scores = [1.0, 0.0, 0.0, 1.0, 0.0, 9.0];
/// let loss = CrossEntropy::new().ignore_index(255);
/// let mut gradients = [0.0; 6];
/// let mean = loss.loss(&scores, [2, 1, 3], false, Targets::Classes(&[0, 1, 255]), &mut gradients);
/// assert!((mean - 2.0_f64.ln()).abs() < 1e-6); // both pixels that count are undecided
/// assert_eq!(gradients, [-0.25, 0.25, 0.0, 0.25, -0.25, 0.0]);
/// ```
#[doc(alias(
    "CrossEntropyLoss",
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
    "NLLLoss",
    "softmax loss",
    "segmentation"
))]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    smoothing: f64,
    ignored: Option<u32>,
    weights: Option<Vec<f64>>,
}

/// The largest difference between 1 and the sum of an image's probabilities. For a thousand classes, each rounded to bf16, the
/// sum is within 0.4 %.
const SLACK: f64 = 0.01;

impl CrossEntropy {
    /// The loss without label smoothing, with the same weight for each class.
    #[must_use]
    pub const fn new() -> Self {
        Self { smoothing: 0.0, ignored: None, weights: None }
    }

    /// Sets the label smoothing: 0 (none) to 1.
    #[must_use]
    pub fn label_smoothing(self, smoothing: f64) -> Self {
        Self { smoothing, ..self }
    }

    /// Leaves out the images, or the pixels of maps, with this label: they add nothing to the loss, have a gradient of 0, and do not count in the
    /// mean. PyTorch's `ignore_index`, usually 255 in data sets for segmentation. The label may be a class or lie beyond them. Targets must be labels
    /// then, not probabilities.
    ///
    /// If a batch has no other label, the loss is 0; PyTorch's is NaN.
    ///
    /// ```
    /// use athena::loss::{CrossEntropy, Loss, Targets};
    ///
    /// let loss = CrossEntropy::new().ignore_index(255);
    /// assert!(loss.check(Targets::Classes(&[1, 255]), 2, [2, 1, 1]).is_ok());
    /// assert!(loss.check(Targets::Classes(&[1, 254]), 2, [2, 1, 1]).is_err());
    /// assert_eq!(loss.loss(&[3.0, 4.0], [2, 1, 1], false, Targets::Classes(&[255]), &mut [0.0; 2]), 0.0);
    /// ```
    #[must_use]
    pub fn ignore_index(self, label: u32) -> Self {
        Self { ignored: Some(label), ..self }
    }

    /// Sets how much each class counts for: PyTorch's `weight`, one number of 0 or more for each class.
    ///
    /// The loss for class `k` is multiplied by its weight. With labels, the mean is weighted, too: the sum over the images or pixels is divided by the
    /// sum of the weights of their labels, and not by their number. If that sum is 0, the loss is 0; PyTorch's is NaN. With probabilities the mean is
    /// over their number, as PyTorch's.
    ///
    /// ```
    /// use athena::loss::{CrossEntropy, Loss, Targets};
    ///
    /// // Class 1 is rare and counts for three times as much.
    /// let loss = CrossEntropy::new().weight([1.0, 3.0]);
    /// let (scores, mut gradients) = ([0.0; 4], [0.0; 4]);
    /// let mean = loss.loss(&scores, [2, 1, 1], false, Targets::Classes(&[0, 1]), &mut gradients);
    /// assert!((mean - 2.0_f64.ln()).abs() < 1e-6); // (1 * ln 2 + 3 * ln 2) / (1 + 3)
    /// assert_eq!(gradients, [-0.125, 0.125, 0.375, -0.375]);
    /// ```
    #[must_use]
    pub fn weight(self, weights: impl Into<Vec<f64>>) -> Self {
        Self { weights: Some(weights.into()), ..self }
    }

    fn weight_of(&self, class: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[class])
    }

    fn mean_weight(&self) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights.iter().sum::<f64>() / weights.len() as f64)
    }

    /// The number by which the sum over all pixels is divided.
    fn divisor(&self, targets: Targets<'_>, all: usize) -> f64 {
        match targets {
            Targets::Classes(labels) if self.ignored.is_some() || self.weights.is_some() => {
                let counted = labels.iter().filter(|&&label| Some(label) != self.ignored);
                counted.map(|&label| self.weight_of(label as usize)).sum()
            }
            Targets::Classes(_) | Targets::Values(_) => all as f64,
        }
    }

    /// The sum of the losses of one image's pixels. Writes the image's part of the gradient, `p * sum of targets - target`, to `gradient`.
    fn image(&self, part: Part<'_>, mean_weight: f64, scale: f64) -> f64 {
        let Part { logits, pixels, wanted: targets, gradient } = part;
        let spread = self.smoothing / (logits.len() / pixels) as f64;
        let kept = 1.0 - self.smoothing;
        let mut sum = 0.0;
        for run in runs(pixels) {
            let soft = LogSoftmax::of(logits, pixels, &run);
            let counted = self.counted(targets, &run);
            let mut whole = self.whole(logits.len() / pixels, pixels, targets, &run);
            for (whole, counted) in whole.iter_mut().zip(counted) {
                *whole = (kept * *whole + self.smoothing * mean_weight) * counted;
            }
            let mut sums = [0.0; LANES];
            let channels = logits.chunks_exact(pixels).zip(gradient.chunks_exact_mut(pixels));
            for (class, (logits, gradient)) in channels.enumerate() {
                let weight = self.weight_of(class);
                for (lane, (&z, g)) in logits[run.clone()].iter().zip(&mut gradient[run.clone()]).enumerate() {
                    let log_p = soft.log_probability(lane, z);
                    let wanted = wanted(targets, pixels, class, run.start + lane);
                    let target = weight * (kept * wanted + spread) * counted[lane];
                    // A class with probability 0 and target 0 adds nothing; the product would be 0 * infinity.
                    if target > 0.0 {
                        sums[lane] -= target * log_p;
                    }
                    *g = ((whole[lane] * log_p.exp() - target) * scale) as f32;
                }
            }
            sum += sums.iter().sum::<f64>();
        }
        sum
    }

    /// 1 for each pixel of a run, but 0 for those that are ignored.
    fn counted(&self, targets: Targets<'_>, run: &Range<usize>) -> [f64; LANES] {
        let mut counted = [1.0; LANES];
        if let (Targets::Classes(labels), Some(ignored)) = (targets, self.ignored) {
            for (counted, &label) in counted.iter_mut().zip(&labels[run.clone()]) {
                *counted = f64::from(u8::from(label != ignored));
            }
        }
        counted
    }

    /// The weighted sum of each pixel's targets before smoothing.
    fn whole(&self, classes: usize, pixels: usize, targets: Targets<'_>, run: &Range<usize>) -> [f64; LANES] {
        let mut whole = [0.0; LANES];
        match targets {
            Targets::Classes(labels) => {
                for (whole, &label) in whole.iter_mut().zip(&labels[run.clone()]) {
                    // An ignored label may be no class.
                    *whole = if (label as usize) < classes { self.weight_of(label as usize) } else { 0.0 };
                }
            }
            Targets::Values(values) => {
                for (class, values) in values.chunks_exact(pixels).enumerate() {
                    for (whole, &value) in whole.iter_mut().zip(&values[run.clone()]) {
                        *whole += self.weight_of(class) * f64::from(value);
                    }
                }
            }
        }
        whole
    }

    fn check_weights(&self, classes: usize) -> Result<(), Error> {
        match &self.weights {
            Some(weights) if weights.len() != classes => {
                let (expected, found) = (format!("{classes} weights, one for each class"), weights.len().to_string());
                Err(Error::Argument { name: "CrossEntropy::weight", expected, found })
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Loss for CrossEntropy {
    fn check_settings(&self) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.smoothing) {
            let found = self.smoothing.to_string();
            return Err(Error::Argument { name: "CrossEntropy::label_smoothing", expected: "0 to 1".into(), found });
        }
        let weights = self.weights.as_deref().unwrap_or_default();
        match weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
            Some(weight) => {
                let (expected, found) = ("finite weights of 0 or more".into(), weight.to_string());
                Err(Error::Argument { name: "CrossEntropy::weight", expected, found })
            }
            None => Ok(()),
        }
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        self.check_weights(shape[0])?;
        match targets {
            Targets::Classes(labels) => check_labels(labels, images, shape, self.ignored),
            Targets::Values(_) if self.ignored.is_some() => {
                let (expected, found) = ("labels as targets".into(), "probabilities".into());
                Err(Error::Argument { name: "CrossEntropy::ignore_index", expected, found })
            }
            Targets::Values(values) => {
                check_values(values, images, shape)?;
                check_probabilities(values, shape)
            }
        }
    }

    fn measure(&self, _: Targets<'_>) -> Measure {
        Measure::Accuracy { ignored: self.ignored }
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        _softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let divisor = self.divisor(targets, logits.len() / shape[0].max(1));
        if divisor == 0.0 {
            gradients.fill(0.0);
            return 0.0;
        }
        let (scale, mean_weight) = (1.0 / divisor, self.mean_weight());
        scale * each_image(logits, shape, targets, gradients, |part| self.image(part, mean_weight, scale))
    }
}

/// Checks that each pixel's values are probabilities of the classes.
fn check_probabilities(values: &[f32], shape: [usize; 3]) -> Result<(), Error> {
    let pixels = pixels(shape);
    for (image, values) in values.chunks_exact(numbers(shape)).enumerate() {
        for pixel in 0..pixels {
            let probabilities = || values[pixel..].iter().step_by(pixels);
            let sum: f64 = probabilities().map(|&value| f64::from(value)).sum();
            // If a value is NaN, the sum is NaN, too.
            if (sum - 1.0).abs() <= SLACK && probabilities().all(|&value| value >= 0.0) {
                continue;
            }
            let place = pixel_at(image * pixels + pixel, shape);
            let broken = probabilities().enumerate().find(|(_, value)| !(value.is_finite() && **value >= 0.0));
            let message = match broken {
                Some((class, value)) => format!("{place} has {value} as the probability of class {class}"),
                None => format!("the values of {place} add up to {sum:.4}, not to 1"),
            };
            let help = "cross-entropy takes the probabilities of the classes; use `MeanSquaredError` for other values";
            return Err(Error::Targets(format!("{message}: {help}")));
        }
    }
    Ok(())
}
