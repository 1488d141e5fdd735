//! Losses that grow with the distance from the target, not with its square: L1, smooth L1 and Huber.

use super::outputs::mean;
use super::targets::check_numbers;
use super::{Loss, Targets};
use crate::error::Error;

/// Mean over all outputs of all images of `|output - target|`, as `torch.nn.L1Loss`. The gradient is 0 where an output equals its target.
///
/// Targets are values, or class indices that stand for one-hot vectors. If the network ends with `softmax`, the outputs are
/// its probabilities, and the gradient goes through it.
///
/// ```
/// use athena::loss::{Loss, MeanAbsoluteError, Targets};
///
/// // A trainer takes it as it is: `Trainer::builder(network).loss(MeanAbsoluteError::new())`.
/// let mut gradients = [0.0; 2];
/// let loss = MeanAbsoluteError::new().loss(&[1.0, 4.0], [2, 1, 1], false, Targets::Values(&[1.0, 1.0]), &mut gradients);
/// assert_eq!((loss, gradients), (1.5, [0.0, 0.5]));
/// ```
#[doc(alias("L1Loss", "L1", "MAE", "regression"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsoluteError;

impl MeanAbsoluteError {
    /// The loss; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Loss for MeanAbsoluteError {
    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        check_numbers(targets, images, shape)
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        mean(logits, shape, softmax, targets, gradients, absolute)
    }
}

/// The distance and its slope.
fn absolute(output: f64, wanted: f64) -> (f64, f64) {
    let difference = output - wanted;
    (difference.abs(), if difference == 0.0 { 0.0 } else { difference.signum() })
}

/// Mean over all outputs of all images of `d^2 / (2 beta)` where the distance `d = |output - target|` is below `beta`, and of `d - beta / 2`
/// elsewhere, as `torch.nn.SmoothL1Loss` (Girshick 2015, Fast R-CNN, equation 3, where `beta` is 1).
///
/// Outliers weigh as with [`MeanAbsoluteError`], and near the target the gradient goes to 0 as with
/// [`MeanSquaredError`](super::MeanSquaredError). With a `beta` of 0 the loss is the mean absolute error. [`Huber`] is this loss times `beta`.
///
/// Targets are values, or class indices that stand for one-hot vectors. If the network ends with `softmax`, the outputs are
/// its probabilities, and the gradient goes through it.
///
/// ```
/// use athena::loss::{Loss, SmoothL1, Targets};
///
/// let mut gradients = [0.0; 2];
/// let loss = SmoothL1::new().loss(&[0.5, 3.0], [2, 1, 1], false, Targets::Values(&[0.0, 0.0]), &mut gradients);
/// assert_eq!((loss, gradients), ((0.125 + 2.5) / 2.0, [0.25, 0.5]));
/// ```
#[doc(alias("SmoothL1Loss", "smooth_l1_loss", "regression"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmoothL1 {
    beta: f64,
}

impl SmoothL1 {
    /// The loss with a `beta` of 1, as PyTorch's.
    #[must_use]
    pub const fn new() -> Self {
        Self { beta: 1.0 }
    }

    /// Sets the distance from which on the loss grows linearly: 0 or more.
    ///
    /// ```
    /// use athena::loss::{Loss, SmoothL1, Targets};
    ///
    /// let loss = SmoothL1::new().beta(0.5).loss(&[2.0], [1, 1, 1], false, Targets::Values(&[0.0]), &mut [0.0]);
    /// assert_eq!(loss, 2.0 - 0.25);
    /// ```
    #[must_use]
    pub const fn beta(self, beta: f64) -> Self {
        Self { beta }
    }
}

impl Default for SmoothL1 {
    fn default() -> Self {
        Self::new()
    }
}

impl Loss for SmoothL1 {
    fn check_settings(&self) -> Result<(), Error> {
        if self.beta.is_finite() && self.beta >= 0.0 {
            return Ok(());
        }
        let found = self.beta.to_string();
        Err(Error::Argument { name: "SmoothL1::beta", expected: "a finite distance of 0 or more".into(), found })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        check_numbers(targets, images, shape)
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let beta = self.beta;
        mean(logits, shape, softmax, targets, gradients, move |output, wanted| {
            let difference = output - wanted;
            if difference.abs() < beta {
                (0.5 * difference * difference / beta, difference / beta)
            } else {
                let (distance, slope) = absolute(output, wanted);
                (distance - 0.5 * beta, slope)
            }
        })
    }
}

/// Mean over all outputs of all images of `d^2 / 2` where the distance `d = |output - target|` is at most `delta`, and of
/// `delta * (d - delta / 2)` elsewhere, as `torch.nn.HuberLoss` (Huber 1964, Robust Estimation of a Location Parameter).
///
/// Targets are values, or class indices that stand for one-hot vectors. If the network ends with `softmax`, the outputs are
/// its probabilities, and the gradient goes through it.
///
/// ```
/// use athena::loss::{Huber, Loss, Targets};
///
/// let mut gradients = [0.0; 2];
/// let loss = Huber::new().delta(2.0).loss(&[1.0, 3.0], [2, 1, 1], false, Targets::Values(&[0.0, 0.0]), &mut gradients);
/// assert_eq!((loss, gradients), ((0.5 + 4.0) / 2.0, [0.5, 1.0]));
/// ```
#[doc(alias("HuberLoss", "huber_loss", "regression"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    delta: f64,
}

impl Huber {
    /// The loss with a `delta` of 1, as PyTorch's.
    #[must_use]
    pub const fn new() -> Self {
        Self { delta: 1.0 }
    }

    /// Sets the distance from which on the loss grows linearly: above 0.
    #[must_use]
    pub const fn delta(self, delta: f64) -> Self {
        Self { delta }
    }
}

impl Default for Huber {
    fn default() -> Self {
        Self::new()
    }
}

impl Loss for Huber {
    fn check_settings(&self) -> Result<(), Error> {
        if self.delta.is_finite() && self.delta > 0.0 {
            return Ok(());
        }
        let found = self.delta.to_string();
        Err(Error::Argument { name: "Huber::delta", expected: "a finite distance above 0".into(), found })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        check_numbers(targets, images, shape)
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let delta = self.delta;
        mean(logits, shape, softmax, targets, gradients, move |output, wanted| {
            let difference = output - wanted;
            if difference.abs() <= delta {
                (0.5 * difference * difference, difference)
            } else {
                let (distance, slope) = absolute(output, wanted);
                (delta * (distance - 0.5 * delta), delta * slope)
            }
        })
    }
}
