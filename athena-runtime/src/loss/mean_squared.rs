//! Mean squared error.

use super::{Loss, Targets, check_labels, soft::LogSoftmax};
use crate::error::Error;

/// Mean over all outputs of all images of `(output - target)^2`, as `torch.nn.MSELoss`.
///
/// Targets are values, or class indices that stand for one-hot vectors. Where the network ends with `softmax` the outputs are
/// its probabilities, and the gradient goes through it.
///
/// ```
/// use athena::loss::{Loss, MeanSquaredError, Targets};
///
/// // A trainer takes it as it is: `Trainer::builder(network).loss(MeanSquaredError::new())`.
/// let mut gradients = [0.0; 2];
/// let loss = MeanSquaredError::new().loss(&[1.0, 4.0], 2, false, Targets::Values(&[1.0, 2.0]), &mut gradients);
/// assert_eq!((loss, gradients), (2.0, [0.0, 2.0]));
/// ```
#[doc(alias("MSELoss", "MSE", "L2 loss", "regression"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredError;

impl MeanSquaredError {
    /// The loss; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// What one image should have given.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Class(usize),
    Values(&'a [f32]),
}

impl Wanted<'_> {
    fn of(self, k: usize) -> f64 {
        match self {
            Wanted::Class(class) => f64::from(u8::from(class == k)),
            Wanted::Values(values) => f64::from(values[k]),
        }
    }
}

/// Sum of squares of one image; `scale` turns it into its share of the mean.
fn plain(outputs: &[f32], wanted: Wanted<'_>, scale: f64, gradient: &mut [f32]) -> f64 {
    let mut sum = 0.0;
    for (k, (&y, g)) in outputs.iter().zip(gradient).enumerate() {
        let difference = f64::from(y) - wanted.of(k);
        sum += difference * difference;
        *g = (2.0 * difference * scale) as f32;
    }
    sum
}

/// The same of the softmax of `logits`; with `d` the gradient with respect to the probabilities `p`, that with respect to the
/// logits is `p * (d - sum of p * d)`.
fn through_softmax(logits: &[f32], wanted: Wanted<'_>, scale: f64, gradient: &mut [f32]) -> f64 {
    let soft = LogSoftmax::of(logits);
    let terms = || {
        logits.iter().enumerate().map(|(k, &z)| {
            let p = soft.log_probability(z).exp();
            (p, p - wanted.of(k))
        })
    };
    let (sum, mean) = terms().fold((0.0, 0.0), |(sum, mean), (p, d)| (sum + d * d, mean + p * d));
    for ((p, d), g) in terms().zip(gradient) {
        *g = (2.0 * p * (d - mean) * scale) as f32;
    }
    sum
}

impl Loss for MeanSquaredError {
    fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error> {
        match targets {
            Targets::Classes(labels) => check_labels(labels, images, classes),
            Targets::Values(values) if values.len() == images * classes => Ok(()),
            Targets::Values(values) => Err(Error::Targets(format!(
                "{images} images of {classes} outputs need {} target values, but there are {}",
                images * classes,
                values.len()
            ))),
        }
    }

    fn loss(&self, logits: &[f32], classes: usize, softmax: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
        let scale = 1.0 / logits.len() as f64;
        let images = logits.chunks_exact(classes).zip(gradients.chunks_exact_mut(classes));
        let sum: f64 = images
            .enumerate()
            .map(|(i, (z, g))| {
                let wanted = match targets {
                    Targets::Classes(labels) => Wanted::Class(labels[i] as usize),
                    Targets::Values(values) => Wanted::Values(&values[i * classes..][..classes]),
                };
                if softmax { through_softmax(z, wanted, scale, g) } else { plain(z, wanted, scale, g) }
            })
            .sum();
        sum * scale
    }
}
