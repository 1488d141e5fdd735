//! Loss functions. A loss compares the outputs of a network with targets, and computes the gradient with which the backward pass starts.
//!
//! A trainer takes a loss: `Trainer::builder(network).loss(CrossEntropy::new().label_smoothing(0.1))`. The default is [`CrossEntropy`].
//!
//! | outputs | loss |
//! |---|---|
//! | scores of classes, for an image or for each pixel of a map | [`CrossEntropy`] |
//! | answers of yes or no | [`BinaryCrossEntropy`] |
//! | regions of a map, such as organs | [`Dice`], alone or beside cross-entropy |
//! | values | [`MeanSquaredError`], [`MeanAbsoluteError`], [`SmoothL1`], [`Huber`] |
//! | embeddings | [`CosineEmbedding`] where the target is a vector, [`Triplet`] where it is a label |
//!
//! Outputs are maps of channels, height and width; a vector of K numbers is a map of K x 1 x 1.
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
//!     CrossEntropy::new().check(classes, 2, [3, 1, 1])?;
//!     let loss = CrossEntropy::new().loss(&scores, [3, 1, 1], false, classes, &mut gradients);
//!     assert!((loss - 0.753_109).abs() < 1e-6); // (ln 3 + 0.407606) / 2
//!
//!     let values = Targets::Values(&[0.0, 0.0, 0.0, 1.0, 2.0, 6.0]);
//!     let loss = MeanSquaredError::new().loss(&scores, [3, 1, 1], false, values, &mut gradients);
//!     assert_eq!(loss, 1.5); // 3^2 / 6
//!     assert_eq!(gradients, [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]); // 2 * (3 - 6) / 6
//!     Ok(())
//! }
//! ```

mod absolute;
mod binary_cross_entropy;
mod cross_entropy;
mod dice;
mod embedding;
mod mean_squared;
mod outputs;
mod soft;
mod targets;
mod triplet;
mod weighted;

pub use absolute::{Huber, MeanAbsoluteError, SmoothL1};
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use cross_entropy::CrossEntropy;
pub use dice::Dice;
pub use embedding::CosineEmbedding;
pub use mean_squared::MeanSquaredError;
pub use targets::Targets;
pub use triplet::Triplet;
pub use weighted::Weighted;

use crate::error::Error;

/// The metric of outputs besides the loss. See [`Loss::measure`].
///
/// ```
/// use athena::loss::{CrossEntropy, Loss, Measure, MeanSquaredError, Targets};
///
/// assert_eq!(CrossEntropy::new().measure(Targets::Classes(&[3])), Measure::Accuracy { ignored: None });
/// assert_eq!(MeanSquaredError::new().measure(Targets::Values(&[0.5])), Measure::Errors);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The outputs rank classes: the number of images, or pixels of maps, whose largest output is the right class. Those with the label `ignored`
    /// do not count.
    Accuracy {
        /// The label of images or pixels that have no class.
        ignored: Option<u32>,
    },
    /// The outputs are values: their differences from the targets.
    Errors,
    /// Each output answers yes (above 0) or no. How many answers are right, a target of 0.5 or more being a yes.
    Answers,
    /// The outputs are regions: those of classes, as with `Accuracy`, or if there is one channel, the region of one class, where the output is above 0.
    /// The number of pixels that are in the right region, and how much the regions overlap those of the targets. Pixels with the label `ignored`
    /// do not count.
    Overlap {
        /// The label of pixels that have no class.
        ignored: Option<u32>,
    },
    /// None: the loss is the only figure.
    Nothing,
}

/// A loss function over a batch.
///
/// Outputs are maps of C x H x W, image by image; a vector of K numbers is a map of K x 1 x 1. Each method gets this `shape`.
///
/// A loss gets the network's outputs before a final `softmax`. If the network ends with one, `softmax` is true, and a loss on probabilities
/// applies it itself: over the channels at each pixel, which are the numbers of a vector. So cross-entropy is finite for logits of any size.
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
///     fn check(&self, targets: Targets<'_>, images: usize, [channels, height, width]: [usize; 3]) -> Result<(), Error> {
///         let needed = images * channels * height * width;
///         match targets {
///             Targets::Values(values) if values.len() == needed => Ok(()),
///             _ => Err(Error::Targets(format!("{images} images need {needed} values"))),
///         }
///     }
///
///     fn loss(&self, outputs: &[f32], _: [usize; 3], _: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
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
///     Absolute.check(targets, 1, [2, 1, 1])?;
///     assert_eq!(Absolute.loss(&[2.0, -2.0], [2, 1, 1], false, targets, &mut gradients), 2.0);
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

    /// Checks that the targets fit `images` outputs of `shape` (channels, height, width): their number, the range of the classes, and the kind of
    /// targets. It is called before the step changes anything.
    ///
    /// # Errors
    /// A target does not fit; the error names the first one and says what would fit.
    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error>;

    /// The metric that a trainer computes besides the loss. By default it is the accuracy if the targets are labels, and errors if they are
    /// values.
    fn measure(&self, targets: Targets<'_>) -> Measure {
        match targets {
            Targets::Classes(_) => Measure::Accuracy { ignored: None },
            Targets::Values(_) => Measure::Errors,
        }
    }

    /// The loss times a weight, for the losses of several outputs.
    ///
    /// ```
    /// use athena::loss::{Loss, MeanAbsoluteError, Targets};
    ///
    /// let (targets, mut gradients) = (Targets::Values(&[1.0, 1.0]), [0.0; 2]);
    /// let half = MeanAbsoluteError::new().weighted(0.5);
    /// assert_eq!(half.loss(&[2.0, -2.0], [2, 1, 1], false, targets, &mut gradients), 1.0);
    /// assert_eq!(gradients, [0.25, -0.25]);
    /// ```
    fn weighted(self, weight: f64) -> Weighted<Self>
    where
        Self: Sized,
    {
        Weighted { loss: self, weight }
    }

    /// Returns the mean loss over the batch, and writes its gradient with respect to `logits` to `gradients`; both are N x C x H x W, of images of
    /// `shape` (C, H, W). `targets` have passed [`check`](Loss::check). It must not allocate.
    ///
    /// # Panics
    /// Losses may panic where `targets` or the slices' lengths have not been checked so. Trainers and workspaces check them.
    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64;
}
