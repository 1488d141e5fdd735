//! Loss functions. A loss compares the outputs of a network with targets, and computes the gradient with which the backward pass starts.
//!
//! A trainer takes a loss: `Trainer::builder(network).loss(CrossEntropy::new().label_smoothing(0.1))`. The default is [`CrossEntropy`].
//!
//! ```
//! use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
//!
//! fn main() -> Result<(), athena::Error> {
//!     // Two images, three scores each.
//!     let scores = [0.0, 0.0, 0.0, 1.0, 2.0, 3.0];
//!     let mut gradients = [0.0; 6];
//!
//!     let classes = Targets::Classes(&[0, 2]);
//!     CrossEntropy::new().check_settings()?;
//!     CrossEntropy::new().check(classes, 2, 3)?;
//!     let loss = CrossEntropy::new().loss(&scores, 3, false, classes, &mut gradients);
//!     assert!((loss - 0.753_109).abs() < 1e-6); // (ln 3 + 0.407606) / 2
//!
//!     let values = Targets::Values(&[0.0, 0.0, 0.0, 1.0, 2.0, 6.0]);
//!     let loss = MeanSquaredError::new().loss(&scores, 3, false, values, &mut gradients);
//!     assert_eq!(loss, 1.5); // 3^2 / 6
//!     assert_eq!(gradients, [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]); // 2 * (3 - 6) / 6
//!     Ok(())
//! }
//! ```

mod absolute;
mod binary_cross_entropy;
mod cross_entropy;
mod mean_squared;
mod outputs;
mod soft;

pub use absolute::{Huber, MeanAbsoluteError, SmoothL1};
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use cross_entropy::CrossEntropy;
pub use mean_squared::MeanSquaredError;

use crate::error::Error;
use crate::exec::largest;

/// The targets of a batch.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let batch = Batch::<Image<1, 1, 2>, Classes<3>>::new([0.1, 0.2], [2])?;
///     assert_eq!(batch.targets(), Targets::Classes(&[2]));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// The index of the class of each image: N numbers below the number of classes.
    Classes(&'a [u32]),
    /// A value for each output of each image: N x classes, image by image. For [`MeanSquaredError`] they are the values of the outputs, for
    /// [`CrossEntropy`] the probabilities of the classes.
    Values(&'a [f32]),
}

/// The metric of outputs besides the loss. See [`Loss::measure`].
///
/// ```
/// use athena::loss::{CrossEntropy, Loss, Measure, MeanSquaredError, Targets};
///
/// assert_eq!(CrossEntropy::new().measure(Targets::Classes(&[3])), Measure::Accuracy);
/// assert_eq!(MeanSquaredError::new().measure(Targets::Values(&[0.5])), Measure::Errors);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The outputs rank classes: the number of images whose largest output is the right class.
    Accuracy,
    /// The outputs are values: their differences from the targets.
    Errors,
    /// Each output answers yes (above 0) or no. How many answers are right, a target of 0.5 or more being a yes.
    Answers,
}

/// A loss function over a batch.
///
/// A loss gets the network's outputs before a final `softmax`. If the network ends with one, `softmax` is true, and a loss on probabilities
/// applies it itself. So cross-entropy is finite for logits of any size.
///
/// ```
/// use athena::Error;
/// use athena::loss::{Loss, Targets};
///
/// /// The mean distance from values, as PyTorch's `L1Loss`.
/// struct Absolute;
///
/// impl Loss for Absolute {
///     // `check_settings` and `measure` stay as they are: it has no settings, and values are measured by their errors.
///     fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error> {
///         match targets {
///             Targets::Values(values) if values.len() == images * classes => Ok(()),
///             _ => Err(Error::Targets(format!("{images} images need {} values", images * classes))),
///         }
///     }
///
///     fn loss(&self, outputs: &[f32], _: usize, _: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
///         let Targets::Values(values) = targets else { return f64::NAN };
///         let scale = 1.0 / outputs.len() as f64;
///         let mut sum = 0.0;
///         for ((y, wanted), gradient) in outputs.iter().zip(values).zip(gradients) {
///             sum += f64::from((y - wanted).abs());
///             *gradient = (y - wanted).signum() * scale as f32;
///         }
///         sum * scale
///     }
/// }
///
/// fn main() -> Result<(), Error> {
///     let (targets, mut gradients) = (Targets::Values(&[1.0, 1.0]), [0.0; 2]);
///     Absolute.check(targets, 1, 2)?;
///     assert_eq!(Absolute.loss(&[2.0, -2.0], 2, false, targets, &mut gradients), 2.0);
///     assert_eq!(gradients, [0.5, -0.5]);
///     Ok(())
/// }
/// ```
#[doc(alias("criterion", "objective"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss",
    label = "does not implement `athena::loss::Loss`",
    note = "`athena::loss` has `CrossEntropy`, `MeanSquaredError` and others: `.loss(CrossEntropy::new())`"
)]
pub trait Loss: Send + Sync {
    /// Checks the settings of the loss. It is called when a trainer is built. The default implementation checks nothing.
    ///
    /// # Errors
    /// A setting is out of its range; the error has its name and the range.
    fn check_settings(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Checks that the loss goes with the end of the network: `softmax` says whether that is a softmax. It is called when a trainer is built, and
    /// before a step or an evaluation. The default implementation accepts both.
    ///
    /// # Errors
    /// The loss needs another end; the error says which.
    ///
    /// ```
    /// use athena::loss::{BinaryCrossEntropy, CrossEntropy, Loss};
    ///
    /// assert!(CrossEntropy::new().check_softmax(true).is_ok());
    /// assert!(BinaryCrossEntropy::new().check_softmax(true).is_err()); // it takes logits
    /// ```
    fn check_softmax(&self, _softmax: bool) -> Result<(), Error> {
        Ok(())
    }

    /// Checks that the targets fit `images` x `classes` outputs: their number, the range of the classes, and the kind of targets.
    /// It is called before the step changes anything.
    ///
    /// # Errors
    /// A target does not fit; the error names the first one and says what would fit.
    fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error>;

    /// The metric that a trainer computes besides the loss. By default it is the accuracy if the targets are labels, and errors if they are
    /// values.
    fn measure(&self, targets: Targets<'_>) -> Measure {
        match targets {
            Targets::Classes(_) => Measure::Accuracy,
            Targets::Values(_) => Measure::Errors,
        }
    }

    /// Returns the mean loss over the batch, and writes its gradient with respect to `logits` (both N x `classes`, image by image) to
    /// `gradients`. `targets` have passed [`check`](Loss::check). It must not allocate.
    fn loss(&self, logits: &[f32], classes: usize, softmax: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64;
}

/// Checks that target values are finite.
fn check_finite(values: &[f32], classes: usize) -> Result<(), Error> {
    if largest(values).is_finite() {
        return Ok(());
    }
    let at = values.iter().position(|value| !value.is_finite()).unwrap_or(0);
    Err(Error::Targets(format!(
        "the target of output {} of image {} of the batch is {}, but targets are finite numbers",
        at % classes,
        at / classes,
        values[at]
    )))
}

/// Checks that there is one label per image and that each is a class.
fn check_labels(labels: &[u32], images: usize, classes: usize) -> Result<(), Error> {
    if labels.len() != images {
        return Err(Error::Targets(format!("{images} images need {images} labels, but there are {}", labels.len())));
    }
    match labels.iter().position(|&label| label as usize >= classes) {
        None => Ok(()),
        Some(image) => Err(Error::Targets(format!(
            "image {image} of the batch has label {}, but the network's classes are 0 to {}",
            labels[image],
            classes.saturating_sub(1)
        ))),
    }
}

/// Checks that there is one value per output.
fn check_values(values: &[f32], images: usize, classes: usize) -> Result<(), Error> {
    if values.len() == images * classes {
        return Ok(());
    }
    Err(Error::Targets(format!(
        "{images} images of {classes} outputs need {} target values, but there are {}",
        images * classes,
        values.len()
    )))
}
